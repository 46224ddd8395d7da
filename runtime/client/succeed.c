/* SPDX-License-Identifier: Apache-2.0 */
#include "client/succeed.h"

#include "base/why.h"
#include "block/attach.h"
#include "block/places.h"
#include "client/ask.h"
#include "client/call.h"
#include "client/force.h"
#include "client/hub.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum {
    PATIENCE_NS = 2 * 1000 * 1000 * 1000,
    LOOK_NS = 2 * 1000 * 1000,
    ANSWER_NS = 1000 * 1000 * 1000,
    DYING_NS = 1000 * 1000 * 1000, /* who hangs up in our face is about to let its lease go */
};

static int64_t patience(const struct dh_producer_options *options)
{
    return dh_in(options->takeover_ns > 0 ? options->takeover_ns : PATIENCE_NS);
}

static void rest(void)
{
    nanosleep(&(struct timespec){ .tv_nsec = LOOK_NS }, NULL);
}

static bool by_force(const struct dh_producer_options *options)
{
    return options->takeover == DH_TAKEOVER_FORCE;
}

bool dhi_heritage_has_ended(const struct dhi_heritage *heritage)
{
    /* final→drain: acquire; pairs with dhi_gate_end(). */
    return dhi_load_acquire(&heritage->old->control->close) == DHI_CLOSE_FINAL ||
           !dhi_block_producer_lives(heritage->old);
}

/* Nobody hung up: there was no answer at all. */
static bool is_silence(const struct dh_why *why)
{
    return why->sys_errno == ETIMEDOUT;
}

/* The connection broke, or the kernel is putting its process away: whether the predecessor dies. */
static bool dies(struct dhi_block *old)
{
    int64_t until = dh_in(dhi_block_producer_writes(old) ? DYING_NS : DHI_PUT_AWAY_NS);

    while (dhi_block_producer_lives(old) && dh_now() < until)
        rest();
    return !dhi_block_producer_lives(old);
}

/* ---- finding ---- */

/* A living producer of ours answers under its name; it stays on the line. */
static dh_err find_living(struct dhi_heritage *heritage, uint32_t uid, const char *channel,
                          const struct dh_producer_options *options, struct dh_why *why)
{
    const struct dhi_search search = {
        .channel = channel, .role = DHI_REAPER, .secret = options->secret, .roll = -1
    };
    int64_t deadline = patience(options);
    struct dhi_address address;
    struct dhi_fds fds;
    dh_err err;

    dhi_direct_address(&address, uid, channel);
    err = dhi_call(&heritage->talk, &address, channel, DH_ENOTFOUND, NULL, deadline, why);
    if (err == DH_OK) err = dhi_ask(&fds, heritage->talk, &search, deadline, why);
    if (err == DH_OK) err = dhi_block_map(&heritage->old, fds, DHI_REAPER, why);
    return err;
}

/* It has the name, took the call, and said nothing; the line tells which process it is. */
static dh_err find_mute(struct dhi_heritage *heritage, const char *channel,
                        const struct dh_producer_options *options, struct dh_why *why)
{
    struct dhi_fds fds;
    dh_err err =
        dhi_force_find(&fds, heritage->talk, channel, options->broker, options->secret, why);

    if (err == DH_OK) err = dhi_block_map(&heritage->old, fds, DHI_REAPER, why);
    heritage->mute = err == DH_OK;
    return err;
}

/* The broker keeps the block of a dead one. `asked`: it was called, and nobody answered (any more):
 * so it may be dying at this moment, its sockets before its lease. One that lives, and whose name
 * leads nowhere, has too many callers already that it does not answer. */
static dh_err find_dead(struct dhi_heritage *heritage, const char *channel, bool asked,
                        const struct dh_producer_options *options, struct dh_why *why)
{
    int64_t until = dh_in(DYING_NS);
    struct dhi_fds fds;
    dh_err err;

    /* The broker gives a strict block when its producer's lease is free. */
    while ((err = dhi_discover(&fds, channel, DHI_REAPER, options->broker, options->secret, DH_NOW,
                               why)) == DH_ENOTFOUND &&
           why->sys_errno == EREMOTE && dh_now() < until)
        rest();
    if (err == DH_OK) err = dhi_block_map(&heritage->old, fds, DHI_REAPER, why);
    if (err != DH_OK || dhi_heritage_has_ended(heritage)) return err;
    if ((asked || !dhi_block_producer_writes(heritage->old)) && dies(heritage->old)) return err;
    heritage->mute = by_force(options);
    if (!heritage->mute) dhi_heritage_free(heritage); /* whose name is taken: the offer says so */
    return DH_OK;
}

dh_err dhi_heritage_find(struct dhi_heritage *heritage, uint32_t uid, const char *channel,
                         const struct dh_producer_options *options, struct dh_why *why)
{
    dh_err err = DH_ENOTFOUND;

    *heritage = DHI_NO_HERITAGE;
    if (options->takeover == DH_TAKEOVER_NEVER) return DH_OK;
    if (options->takeover >= DH_TAKEOVER_HANDOVER)
        err = find_living(heritage, uid, channel, options, why);
    if (err == DH_ESYS && by_force(options) && heritage->talk >= 0 && is_silence(why)) {
        err = find_mute(heritage, channel, options, why);
    } else if (err == DH_ENOTFOUND || err == DH_ESYS) {
        dhi_heritage_free(heritage);
        err = find_dead(heritage, channel, options->takeover >= DH_TAKEOVER_HANDOVER, options, why);
    }
    if (err != DH_OK) dhi_heritage_free(heritage);
    return err == DH_ENOTFOUND ? DH_OK : err;
}

/* ---- does it fit? ---- */

/* Programs of the old schema are asked, so to speak, whether they could read on. */
static dh_err ask_readers(const struct dhi_block *old, const struct dh_schema *schema,
                          struct dh_why *why)
{
    struct dh_schema *was;
    struct dh_why reason = { 0 };
    uint32_t minor;
    dh_err err = dh_schema_read(&was, old->text, old->head.text_bytes, &schema->policy, why);

    if (err != DH_OK) return err;
    err = dhi_attach_verdict(was, schema->text, schema->text_bytes, false, &minor, &reason);
    dh_schema_free(was);
    if (err == DH_OK) return DH_OK;
    return dhi_why(why, err, "readers of '%s' could not read on: %.400s", old->head.channel,
                   reason.text);
}

/* The records of its readers are of the one kind or the other. */
static dh_err refuse_other_kind(const struct dhi_block *old, struct dh_why *why)
{
    bool strict = dhi_block_is_strict(old);

    return dhi_why(why, DH_EREFUSED,
                   "'%s' is %s block, and its readers could not move into %s: open the successor "
                   "%s `strict`, or the channel anew (DH_TAKEOVER_NEVER)",
                   old->head.channel, strict ? "a strict" : "an ordinary",
                   strict ? "an ordinary one" : "a strict one", strict ? "with" : "without");
}

dh_err dhi_heritage_fits(const struct dhi_heritage *heritage, const struct dh_schema *schema,
                         bool strict, struct dh_why *why)
{
    const struct dhi_block *old = heritage->old;
    const struct dhi_header *head;

    if (old == NULL) return DH_OK;
    head = &old->head;
    if (dhi_block_is_strict(old) != strict) return refuse_other_kind(old, why);
    if (strcmp(head->family, schema->family) != 0)
        return dhi_why(why, DH_ESCHEMA, "'%s' is of family '%.150s' and cannot go on as '%.150s'",
                       head->channel, head->family, schema->family);
    if (head->full != schema->policy.full)
        return dhi_why(
            why, DH_ESCHEMA,
            "'%s' is a `full: %s` channel, which its readers rely on: a successor keeps it",
            head->channel, head->full == DH_FULL_WAIT ? "wait" : "overwrite");
    return ask_readers(old, schema, why);
}

uint32_t dhi_heritage_n_consumers(const struct dhi_heritage *heritage, uint32_t wanted)
{
    if (heritage->old == NULL || heritage->old->head.n_consumers <= wanted) return wanted;
    return heritage->old->head.n_consumers;
}

/* ---- the end of the old block ---- */

/* Readers of the block before `old` that have not come to it yet: they find it as long as nobody
 * takes it over. Whoever is later than that is told what it missed. */
static void await_readers(const struct dhi_block *old, int64_t deadline_ns)
{
    if (dhi_block_is_strict(old)) return; /* nobody gives places in a dead one: they come to us */
    while (dhi_places_count(old) > 0 && dh_now() < deadline_ns)
        rest();
}

static dh_err say(const struct dhi_heritage *heritage, enum dhi_wire_kind kind,
                  struct dhi_cargo *cargo, bool *hangs, int64_t deadline_ns, struct dh_why *why)
{
    const struct dhi_header *head = &heritage->old->head;
    struct dhi_wire_request request;
    struct dhi_wire_reply reply;
    dh_err err;

    dhi_request_start(&request, kind, (uint32_t)kind);
    request.role = DHI_WIRE_ROLE_SUCCESSOR;
    snprintf(request.channel, sizeof request.channel, "%s", head->channel);
    memcpy(request.instance, head->producer.instance, sizeof request.instance);
    cargo->n = 0;
    err = dhi_exchange(heritage->talk, &request, NULL, &reply, cargo, deadline_ns, why);
    *hangs = err == DH_OK ? reply.status == DHI_WIRE_STATUS_HANGS : is_silence(why);
    if (err != DH_OK || reply.status == DHI_WIRE_STATUS_OK) return err;
    dhi_cargo_close(cargo);
    return dhi_why(why, dhi_status_err(reply.status), "%s", reply.text);
}

/* *hangs: it was asked, and cannot answer, or cannot end the commit that it is in. */
static dh_err ask_living(struct dhi_heritage *heritage, int64_t deadline_ns, bool *hangs,
                         struct dh_why *why)
{
    int64_t until = deadline_ns;
    struct dhi_cargo cargo;
    dh_err err;

    /* Not now: a commit is under way, or readers are on theirs. Who has answered once is given time
     * to answer again, or the end of our patience would be taken for its silence. */
    while ((err = say(heritage, DHI_WIRE_KIND_REGISTER, &cargo, hangs, until, why)) ==
               DH_ECONFLICT &&
           dh_now() < deadline_ns) {
        rest();
        until = dh_in(ANSWER_NS);
    }
    if (err == DH_OK && cargo.n == 1) {
        heritage->door = cargo.fds[0];
        return DH_OK;
    }
    if (err == DH_ECONFLICT) return err;
    if (!*hangs && dies(heritage->old)) return DH_OK;
    return dhi_why(why, DH_ECONFLICT, "the producer of '%s', process %u, lives and does not answer",
                   heritage->old->head.channel, heritage->old->head.producer.pid);
}

/* The last moment to notice that it has come to itself. */
static dh_err end_mute(struct dhi_heritage *heritage, bool heir, struct dh_why *why)
{
    dh_err err;

    if (heritage->talk >= 0 && dhi_socket_wait(heritage->talk, POLLIN, DH_NOW) &&
        dhi_block_producer_lives(heritage->old))
        return dhi_why(
            why, DH_ECONFLICT,
            "the producer of '%s', process %u, answers after all: nothing was done to it",
            heritage->old->head.channel, heritage->old->head.producer.pid);
    err = dhi_force_end(heritage->old, heritage->talk, heir, why);
    heritage->forced = err == DH_OK;
    return err;
}

dh_err dhi_heritage_end(struct dhi_heritage *heritage, const struct dh_producer_options *options,
                        bool heir, struct dh_why *why)
{
    bool hangs = heritage->mute;
    dh_err err = DH_OK;

    if (heritage->talk >= 0 && !heritage->mute)
        err = ask_living(heritage, patience(options), &hangs, why);
    if (hangs && by_force(options)) err = end_mute(heritage, heir, why);
    if (err == DH_OK && heritage->door < 0) await_readers(heritage->old, patience(options));
    return err;
}

dh_err dhi_heritage_confirm(struct dhi_heritage *heritage,
                            const struct dh_producer_options *options, bool heir,
                            struct dh_why *why)
{
    struct dhi_cargo cargo;
    bool hangs;
    dh_err err;

    if (heritage->old == NULL || heritage->door < 0) return DH_OK;
    err = say(heritage, DHI_WIRE_KIND_DEREGISTER, &cargo, &hangs, dh_in(PATIENCE_NS), why);
    if (err != DH_OK && hangs && by_force(options)) return end_mute(heritage, heir, why);
    if (err == DH_OK || dies(heritage->old)) return DH_OK; /* dead where it stood, closed */
    return dhi_why(why, DH_ECONFLICT, "'%s' was not handed over in time; its producer went on",
                   heritage->old->head.channel);
}

void dhi_heritage_free(struct dhi_heritage *heritage)
{
    if (heritage->talk >= 0) close(heritage->talk);
    if (heritage->door >= 0) close(heritage->door);
    dhi_block_free(heritage->old);
    *heritage = DHI_NO_HERITAGE;
}
