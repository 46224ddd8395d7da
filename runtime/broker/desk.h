/* SPDX-License-Identifier: Apache-2.0
 *
 * desk.h - what the broker answers, and what it does when a producer hangs up: all but the sockets.
 *
 * One thread. Every request has passed dhi_request_check; every descriptor that comes with one is
 * still anything a stranger may send.
 */
#ifndef DHI_BROKER_DESK_H
#define DHI_BROKER_DESK_H

#include "broker/directory.h"
#include "broker/registry.h"
#include "wire/answer.h"

#include <dh/time.h>

struct dhi_desk {
    struct dhi_directory directory;
    dhi_registry *registry;
    uint32_t uid;             /* root serves everybody, everyone else themselves and root */
    int64_t keep_ns;          /* how long the data of the dead are kept */
    size_t channels_per_user; /* limits descriptors and memory */
};

/* One connection's standing at the desk. */
struct dhi_session {
    struct dhi_peer peer;
    struct dhi_challenge challenge;
    struct dhi_listing *listing; /* that it registered */
};

/* False: no memory. */
bool dhi_desk_open(struct dhi_desk *desk, uint32_t uid, int64_t keep_ns, size_t channels_per_user);
void dhi_desk_close(struct dhi_desk *desk);

/* Answer one request. Takes the cargo's descriptors. */
void dhi_desk_handle(struct dhi_desk *desk, struct dhi_session *session,
                     const struct dhi_wire_request *request, struct dhi_cargo *cargo,
                     struct dhi_answer *answer);

/* The connection is gone: is its producer? */
void dhi_desk_hangup(struct dhi_desk *desk, struct dhi_session *session);

/* Look after orphans, and forget the dead whose time is over. Returns when to look again. */
int64_t dhi_desk_tick(struct dhi_desk *desk, int64_t now_ns);

#endif
