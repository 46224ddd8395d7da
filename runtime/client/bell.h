/* SPDX-License-Identifier: Apache-2.0
 *
 * bell.h - the consumer's end of a bell (block/bells.h): a connection to the producer, asked for
 * with the messages that there are.
 *
 *      DISCOVER   as a consumer, with the secret's proof if the channel has one
 *      REGISTER   channel and instance, no descriptors: "wake me here"; the connection stays open
 * as a sign of life, of both
 */
#ifndef DHI_CLIENT_BELL_H
#define DHI_CLIENT_BELL_H

#include "block/segment.h"

/* Returns ENOTFOUND (the producer does not answer directly: another network namespace, or it is
 * gone), EREFUSED, ESECRET, EPROTOCOL, ENOMEM, ESYS. At most two seconds. */
dh_err dhi_bell_open(int *bell, const struct dhi_block *block, const void *secret,
                     struct dh_why *why);

#endif
