/* SPDX-License-Identifier: Apache-2.0
 *
 * ask.h - one DISCOVER of a channel on an open connection, with the proof of its secret if one is
 * asked for.
 */
#ifndef DHI_CLIENT_ASK_H
#define DHI_CLIENT_ASK_H

#include "block/segment.h"
#include "wire/message.h"

/* Who asks for what. */
struct dhi_search {
    const char *channel;
    enum dhi_role role;
    const void *secret;
    int roll;     /* of a consumer that comes from a strict block, to show whose place it had; -1 */
    bool through; /* of the broker: to be put through to the producer */
};

/* Returns what dhi_discover does; the texts are those of who answered. */
dh_err dhi_ask(struct dhi_fds *fds, int fd, const struct dhi_search *search, int64_t deadline_ns,
               struct dh_why *why);

#endif
