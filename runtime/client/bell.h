/* SPDX-License-Identifier: Apache-2.0
 *
 * bell.h - the consumer's end of a bell (block/bells.h): a connection to the producer, asked for
 * with the messages that there are.
 *
 *      DISCOVER   as a consumer, with the secret's proof if the channel has one; of another user's
 *                 channel by the broker, which puts through
 *      REGISTER   channel and instance, no descriptors: "wake me here"; the connection stays open
 * as a sign of life, of both
 */
#ifndef DHI_CLIENT_BELL_H
#define DHI_CLIENT_BELL_H

#include "block/segment.h"

/* `broker` puts through to the producer of another user. Returns ENOTFOUND (the producer does not
 * answer directly: another network namespace, or it is gone), ENOBROKER, EREFUSED, ESECRET,
 * EPROTOCOL, ENOMEM, ESYS. At most two seconds. */
dh_err dhi_bell_open(int *bell, const struct dhi_block *block, const char *broker,
                     const void *secret, struct dh_why *why);

/* What an event loop waits on: one descriptor that stays the same from block to block.
 *
 *      epoll ─┬─ bell    the connection to the producer; another one in each block
 *             └─ timer   rings when a successor is to be looked for again
 */
struct dhi_loop {
    int epoll, timer; /* -1: nobody waits in an event loop */
};
#define DHI_NO_LOOP ((struct dhi_loop){ -1, -1 })

/* ENOMEM, ESYS. */
dh_err dhi_loop_open(struct dhi_loop *loop, int bell, struct dh_why *why);
void dhi_loop_close(struct dhi_loop *loop);
/* Wait for `bell` from now on, too. ENOMEM, ESYS. */
dh_err dhi_loop_add(const struct dhi_loop *loop, int bell, struct dh_why *why);
/* The block has ended: its bell says no more than that, so ring at that time instead. */
void dhi_loop_ring_at(const struct dhi_loop *loop, int bell, int64_t at_ns);
/* Be silent again. */
void dhi_loop_quiet(const struct dhi_loop *loop);

#endif
