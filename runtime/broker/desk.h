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
#include "broker/policy.h"
#include "broker/registry.h"
#include "broker/users.h"
#include "wire/answer.h"

#include <dh/time.h>

/* What was answered since the start, for metrics. */
struct dhi_desk_counts {
    uint64_t answers[4][16]; /* by kind and status of the messages */
    uint64_t deaths, recoveries, forgotten, silent_refusals;
};

struct dhi_desk {
    struct dhi_directory directory;
    struct dhi_users users;
    dhi_registry *registry;   /* borrowed */
    uint32_t uid;             /* root serves everybody, everyone else themselves and root */
    int64_t keep_ns;          /* how long the data of the dead are kept */
    const dhi_policy *policy; /* borrowed; may be exchanged at any time */
    int64_t next_ns;          /* nothing is due before */
    struct dhi_session *robbed;
    /* Hands a session's connection over to the producer whose session that is, with the request
     * that came on it. False: not now. Whoever has the sockets sets it. */
    bool (*put_through)(struct dhi_session *caller, struct dhi_session *producer,
                        const struct dhi_wire_request *request, const struct dhi_cargo *cargo);
    struct dhi_desk_counts counts;
};

/* One connection's standing at the desk. */
struct dhi_session {
    struct dhi_peer peer;
    uint32_t *gids; /* of the peer; whose session it is frees them */
    size_t n_gids;
    struct dhi_challenge challenge;
    struct dhi_listing *listing; /* that it registered */
    bool is_through; /* a producer has its connection: no answer, and no more is heard */
    uint64_t ticket; /* of the last answer: it waits until that is settled; 0: it does not */
    struct dhi_session *next_robbed;
};

void dhi_desk_open(struct dhi_desk *desk, dhi_registry *registry, uint32_t uid, int64_t keep_ns,
                   const dhi_policy *policy);
void dhi_desk_close(struct dhi_desk *desk);

/* Answer one request. Takes the cargo's descriptors. */
void dhi_desk_handle(struct dhi_desk *desk, struct dhi_session *session,
                     const struct dhi_wire_request *request, struct dhi_cargo *cargo,
                     struct dhi_answer *answer);

/* The connection is gone: is its producer? */
void dhi_desk_hangup(struct dhi_desk *desk, struct dhi_session *session);

/* Tell the registry of all channels once more. */
void dhi_desk_tell_all(struct dhi_desk *desk);

/* A session whose channel another connection took over or deregistered, once each; NULL: none. */
struct dhi_session *dhi_desk_next_robbed(struct dhi_desk *desk);

/* Look after orphans, and forget the dead whose time is over. Returns when to look again. */
int64_t dhi_desk_tick(struct dhi_desk *desk, int64_t now_ns);

/* A listing leaves, however it was: its session, its user's account, its place. */
void dhi_desk_unlist(struct dhi_desk *desk, struct dhi_listing *listing);
/* Its producer is dead: kept for a while. */
void dhi_desk_bury(struct dhi_desk *desk, struct dhi_listing *listing, int64_t now_ns);

/* What one user may have. */
const struct dhi_limits *dhi_desk_limits(const struct dhi_desk *desk, uint32_t uid);
/* Write a refusal down, unless that user has had too many in this second. */
void dhi_desk_refuse(struct dhi_desk *desk, const struct dhi_peer *peer, const char *channel,
                     const char *format, ...) __attribute__((format(printf, 4, 5)));

#endif
