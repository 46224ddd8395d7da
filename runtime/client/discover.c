/* SPDX-License-Identifier: Apache-2.0 */
#include "client/hub.h"

#include "base/why.h"
#include "client/ask.h"
#include "client/call.h"

#include <dh/recovery.h>

#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A way to who answers: `dial` opens a connection. */
struct way {
    dh_err (*dial)(int *fd, struct way *way, int64_t deadline_ns, struct dh_why *why);
    const void *where;
    struct dhi_peer peer; /* of a producer: who was reached */
};

enum { DIALS_MAX = 3 };

static dh_err dial_broker(int *fd, struct way *way, int64_t deadline_ns, struct dh_why *why)
{
    return dhi_call_broker(fd, way->where, deadline_ns, why);
}

static dh_err dial_producer(int *fd, struct way *way, int64_t deadline_ns, struct dh_why *why)
{
    const struct dhi_direct_name *direct = way->where;
    struct dhi_address address;

    dhi_direct_address(&address, direct->uid, direct->channel);
    return dhi_call(fd, &address, direct->channel, DH_ENOTFOUND, &way->peer, deadline_ns, why);
}

/* Who answers may hang up on us: we were one too many, or too slow on a busy machine, or it just
 * ended. Then again, while there is time. */
static dh_err dial_and_ask(struct dhi_fds *fds, struct way *way, const struct dhi_search *search,
                           int64_t deadline_ns, struct dh_why *why)
{
    /* A strict block's producer is wished things of; whoever maps another one hangs up. */
    bool stays = (way->dial == dial_producer || search->through) && search->role != DHI_OBSERVER;
    dh_err err = DH_OK;

    for (int dials = 0; dials < DIALS_MAX; dials++) {
        int fd;

        err = way->dial(&fd, way, deadline_ns, why);
        if (err) return err;
        err = dhi_ask(fds, fd, search, deadline_ns, why);
        if (err == DH_OK && stays)
            fds->talk = fd;
        else
            close(fd);
        if (err != DH_ESYS || why->sys_errno != ECONNRESET || dh_now() >= deadline_ns) break;
    }
    return err;
}

/* What the broker decides holds; what it does not know, or cannot say, may still be found directly.
 */
static bool is_decision(dh_err err)
{
    return err != DH_ENOTFOUND && err != DH_ENOBROKER && err != DH_EPROTOCOL && err != DH_ESYS;
}

/* It has our question in hand: it died, or it stands still, and the kernel knows which. */
static dh_err of_silence(const char *channel, uint32_t pid, const struct dh_why *reason,
                         struct dh_why *why)
{
    struct dh_identity identity = { .pid = pid };
    dh_err err = reason->sys_errno == ETIMEDOUT ? DH_ESILENT : DH_ESYS;

    if (err == DH_ESYS)
        dhi_why(why, err, "the producer of '%s': %.300s", channel, reason->text);
    else
        dhi_why(why, err, "the producer of '%s', process %u, %s, and does not answer", channel, pid,
                dh_motion_name(dh_recovery_motion(&identity)));
    if (why != NULL) why->sys_errno = reason->sys_errno;
    return err;
}

static dh_err directly_from(struct dhi_fds *fds, uint32_t uid, const struct dhi_search *search,
                            int64_t deadline_ns, struct dh_why *why)
{
    struct dhi_direct_name name = { .uid = uid };
    struct way way = { .dial = dial_producer, .where = &name };
    struct dh_why reason = { 0 };
    dh_err err;

    snprintf(name.channel, sizeof name.channel, "%s", search->channel);
    err = dial_and_ask(fds, &way, search, deadline_ns, &reason);
    if (err == DH_ESYS) return of_silence(search->channel, way.peer.pid, &reason, why);
    if (err && why != NULL) *why = reason;
    return err;
}

/* Root finds the channels of other users too, where the name is that of one user alone. */
static dh_err directly_from_any(struct dhi_fds *fds, const struct dhi_search *search,
                                int64_t deadline_ns, struct dh_why *why)
{
    struct dhi_direct_name *names;
    size_t n_names, n_found = 0, found = 0;
    dh_err err = dhi_direct_scan(&names, &n_names, why);

    if (err) return err;
    for (size_t i = 0; i < n_names; i++) {
        if (strcmp(names[i].channel, search->channel) != 0) continue;
        n_found++;
        found = i;
    }
    if (n_found == 1)
        err = directly_from(fds, names[found].uid, search, deadline_ns, why);
    else if (n_found == 0)
        err = DH_ENOTFOUND;
    else
        err = dhi_why(why, DH_EREFUSED, "%zu users have a channel '%s': run as the one you mean",
                      n_found, search->channel);
    free(names);
    return err;
}

static dh_err directly(struct dhi_fds *fds, const struct dhi_search *search, int64_t deadline_ns,
                       struct dh_why *why)
{
    dh_err err = directly_from(fds, geteuid(), search, deadline_ns, why);

    if (err == DH_ENOTFOUND && geteuid() == 0)
        err = directly_from_any(fds, search, deadline_ns, why);
    return err;
}

dh_err dhi_discover_kept(struct dhi_fds *fds, const char *channel, enum dhi_role role,
                         const char *broker, const void *secret, struct dh_why *why)
{
    struct dhi_search search = { .channel = channel, .role = role, .secret = secret, .roll = -1 };
    struct way way = { .dial = dial_broker, .where = broker };

    return dial_and_ask(fds, &way, &search, dhi_call_deadline(DH_NOW), why);
}

/* The broker gives no places, so a roll is nothing to show it. */
static dh_err from_the_broker(struct dhi_fds *fds, const struct dhi_search *search,
                              const char *broker, int64_t deadline_ns, struct dh_why *why)
{
    struct way way = { .dial = dial_broker, .where = broker };
    struct dhi_search bare = *search;

    bare.roll = -1;
    return dial_and_ask(fds, &way, &bare, dhi_call_half(deadline_ns), why);
}

/* A producer of another user answers those whom the broker's policy grants it, and puts through. */
static dh_err through_the_broker(struct dhi_fds *fds, const struct dhi_search *search,
                                 const char *broker, int64_t deadline_ns, struct dh_why *why)
{
    struct way way = { .dial = dial_broker, .where = broker };
    struct dhi_search through = *search;

    through.through = true;
    return dial_and_ask(fds, &way, &through, deadline_ns, why);
}

dh_err dhi_discover_as(struct dhi_fds *fds, const struct dhi_search *search, const char *broker,
                       int64_t deadline_ns, struct dh_why *why)
{
    const char *channel = search->channel;
    struct dh_why from_broker = { 0 };
    dh_err err, broker_err;

    if (channel == NULL || search->role == DHI_PRODUCER ||
        !dhi_channel_name_fits(channel, strlen(channel) + 1))
        return dhi_why(why, DH_EINVAL, "a channel's name is 1 to %d of [A-Za-z0-9_.-]",
                       (int)DH_CHANNEL_MAX);
    if (sodium_init() < 0) return dhi_why(why, DH_ESYS, "libsodium does not start");

    deadline_ns = dhi_call_deadline(deadline_ns);
    broker_err = from_the_broker(fds, search, broker, deadline_ns, &from_broker);
    if (!broker_err) return DH_OK;
    if (is_decision(broker_err)) {
        if (why != NULL) *why = from_broker;
        return broker_err;
    }
    err = directly(fds, search, deadline_ns, why);
    if (err == DH_ENOTFOUND && from_broker.sys_errno == EREMOTE)
        err = through_the_broker(fds, search, broker, deadline_ns, why);
    if (err != DH_ENOTFOUND) return err;
    if (broker_err == DH_EPROTOCOL) { /* then it may well be there */
        if (why != NULL) *why = from_broker;
        return broker_err;
    }
    err = dhi_why(why, DH_ENOTFOUND,
                  "nobody offers '%s' (directly: none of your processes; %s%.300s)", channel,
                  broker_err == DH_ENOTFOUND ? "broker: " : "no broker: ", from_broker.text);
    if (why != NULL) why->sys_errno = from_broker.sys_errno;
    return err;
}

dh_err dhi_discover(struct dhi_fds *fds, const char *channel, enum dhi_role role,
                    const char *broker, const void *secret, int64_t deadline_ns, struct dh_why *why)
{
    struct dhi_search search = { .channel = channel, .role = role, .secret = secret, .roll = -1 };

    return dhi_discover_as(fds, &search, broker, deadline_ns, why);
}
