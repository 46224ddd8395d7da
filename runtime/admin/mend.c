/* SPDX-License-Identifier: Apache-2.0 */
/* dhadmin recover and reset: give back what the dead held; leave the living what they have. */
#include "mend.h"

#include "channel.h"
#include "snapshot.h"

#include <dh/observer.h>
#include <inttypes.h>
#include <jansson.h>

struct dh_recovery_options dhi_recovery_options(const struct dhi_request *request)
{
    return (struct dh_recovery_options){ .broker = request->broker,
                                         .secret = dhi_secret(request),
                                         .dry_run = request->dry_run,
                                         .force = request->force };
}

/* ---- telling ------------------------------------------------------------------------------ */

struct telling {
    const struct dhi_request *request;
    const char *channel;
    uint32_t n; /* dead that were told of */
};

static void tell_json(const struct telling *telling, const struct dh_release *release)
{
    char who[DHI_WHO_BYTES];
    json_t *json =
        json_pack("{s:i, s:s, s:i, s:s, s:i, s:I, s:I, s:i, s:s}", "v", 1, "channel",
                  telling->channel, "consumer", (int)release->record, "who",
                  dhi_who(&release->identity, who), "pid", (int)release->identity.pid, "messages",
                  (json_int_t)release->n_messages, "buffer", (json_int_t)release->held_buffer,
                  "locks", (int)release->n_locks, "action",
                  release->done               ? "given back"
                  : telling->request->dry_run ? "would give back"
                                              : "somebody else was faster");

    json_dumpf(json, telling->request->out, JSON_COMPACT);
    fputc('\n', telling->request->out);
    json_decref(json);
}

/* "what it held": "8 messages", "buffer 3", "2 locks", "nothing but its place". */
static void tell_goods(FILE *out, const struct dh_release *release)
{
    const char *separator = "";

    if (release->n_messages > 0) {
        fprintf(out, "%" PRIu64 " message%s", release->n_messages,
                release->n_messages == 1 ? "" : "s");
        separator = ", ";
    }
    if (release->held_buffer >= 0) {
        fprintf(out, "%sbuffer %" PRId64, separator, release->held_buffer);
        separator = ", ";
    }
    if (release->n_locks > 0) {
        fprintf(out, "%s%u lock%s", separator, release->n_locks, release->n_locks == 1 ? "" : "s");
        separator = ", ";
    }
    if (separator[0] == 0) fputs("its place", out);
}

static void tell(void *context, const struct dh_release *release)
{
    struct telling *telling = context;
    FILE *out = telling->request->out;
    char who[DHI_WHO_BYTES];

    telling->n++;
    if (telling->request->json) {
        tell_json(telling, release);
        return;
    }
    fprintf(out, "%s: consumer %u, %s, is dead: %s ", telling->channel, release->record,
            dhi_who(&release->identity, who),
            release->done               ? "gave back"
            : telling->request->dry_run ? "would give back"
                                        : "somebody else gave back");
    tell_goods(out, release);
    fputc('\n', out);
}

enum dhi_exit dhi_release_channel(const struct dhi_request *request, const char *channel,
                                  uint32_t *n_released)
{
    struct dh_recovery_options options = dhi_recovery_options(request);
    struct telling telling = { request, channel, 0 };
    struct dh_why why = { 0 };
    dh_err err = dh_recovery_release(channel, &options, tell, &telling, n_released, &why);

    if (err == DH_OK && request->dry_run) *n_released = telling.n;
    return err == DH_OK ? DHI_EXIT_FINE : dhi_complain(request, channel, err, &why);
}

/* ---- recover ------------------------------------------------------------------------------ */

struct total {
    uint32_t n;
};

static enum dhi_exit recover(const struct dhi_request *request, const char *channel, void *context)
{
    struct total *total = context;
    uint32_t n = 0;
    enum dhi_exit code = dhi_release_channel(request, channel, &n);

    total->n += n;
    return code;
}

enum dhi_exit dhi_run_recover(const struct dhi_request *request)
{
    struct total total = { 0 };
    enum dhi_exit code = dhi_channel_each(request, recover, &total);

    if (!request->json && !request->dry_run && code <= DHI_EXIT_PROBLEMS)
        fprintf(request->out, "%u dead consumer%s removed\n", total.n, total.n == 1 ? "" : "s");
    if (!request->json && request->dry_run && total.n == 0 && code == DHI_EXIT_FINE)
        fprintf(request->out, "nothing to give back: no consumer is dead\n");
    return code;
}

/* ---- reset -------------------------------------------------------------------------------- */

static const char *const ways[] = {
    [DH_WAY_NONE] = "nothing", [DH_WAY_ASKED] = "asked", [DH_WAY_KILLED] = "killed"
};

static void tell_ending_json(const struct telling *telling, const struct dh_ending *ending)
{
    char who[DHI_WHO_BYTES];
    json_t *json =
        json_pack("{s:i, s:s, s:s, s:i, s:s, s:s, s:b, s:I}", "v", 1, "channel", telling->channel,
                  "producer", dhi_who(&ending->producer, who), "pid", (int)ending->producer.pid,
                  "motion", dh_motion_name(ending->motion), "way", ways[ending->way], "done",
                  (int)ending->done, "messages", (json_int_t)ending->head);

    json_dumpf(json, telling->request->out, JSON_COMPACT);
    fputc('\n', telling->request->out);
    fflush(telling->request->out);
    json_decref(json);
}

static void tell_done(FILE *out, const struct dh_ending *ending)
{
    fprintf(out, "%s after %" PRIu64 " message%s\n",
            ending->way == DH_WAY_ASKED ? "closed by its producer, which lives on and is told so,"
                                        : "its producer's process was ended",
            ending->head, ending->head == 1 ? "" : "s");
}

static void tell_plan(FILE *out, const struct dh_ending *ending, bool dry_run)
{
    const char *verb = dry_run ? "would be" : "is";
    char who[DHI_WHO_BYTES];

    fprintf(out, "the producer, %s, %s and ", dhi_who(&ending->producer, who),
            dh_motion_name(ending->motion));
    if (ending->way == DH_WAY_ASKED)
        fprintf(out, "answers: it %s asked to close\n", verb);
    else
        fprintf(out, "does not answer: its process %s ended (SIGKILL)\n", verb);
}

/* What comes, and then what was done. */
static void tell_ending(void *context, const struct dh_ending *ending)
{
    const struct telling *telling = context;
    FILE *out = telling->request->out;

    if (telling->request->json) {
        tell_ending_json(telling, ending);
        return;
    }
    fprintf(out, "%s: ", telling->channel);
    if (ending->way == DH_WAY_NONE)
        fprintf(out, "its producer has ended already\n");
    else if (ending->done)
        tell_done(out, ending);
    else
        tell_plan(out, ending, telling->request->dry_run);
    fflush(out); /* what comes next may take a while */
}

static enum dhi_exit end(const struct dhi_request *request, const char *channel)
{
    struct dh_recovery_options options = dhi_recovery_options(request);
    struct telling telling = { request, channel, 0 };
    struct dh_why why = { 0 };
    dh_err err = dh_recovery_end(channel, &options, tell_ending, &telling, &why);

    return err == DH_OK ? DHI_EXIT_FINE : dhi_complain(request, channel, err, &why);
}

static void tell_standing_json(const struct telling *telling, const struct dh_block_facts *facts,
                               enum dh_motion motion, const char *command)
{
    char who[DHI_WHO_BYTES];
    json_t *json =
        json_pack("{s:i, s:s, s:s, s:i, s:s, s:s}", "v", 1, "channel", telling->channel, "producer",
                  dhi_who(&facts->producer, who), "pid", (int)facts->producer.pid, "motion",
                  dh_motion_name(motion), "help", command);

    json_dumpf(json, telling->request->out, JSON_COMPACT);
    fputc('\n', telling->request->out);
    json_decref(json);
}

/* A producer that lives and stands still has nothing that a reset could free: who asked for one is
 * told why, and what there is to do. */
static enum dhi_exit tell_standing(const struct telling *telling,
                                   const struct dh_block_facts *facts)
{
    enum dh_motion motion = dh_recovery_motion(&facts->producer);
    char who[DHI_WHO_BYTES], reach[DHI_REACH_BYTES], command[DH_CHANNEL_MAX + DHI_REACH_BYTES + 40];

    if (facts->producer_life != DH_LIFE_ALIVE ||
        (motion != DH_MOTION_STOPPED && motion != DH_MOTION_TRACED))
        return DHI_EXIT_FINE;
    snprintf(command, sizeof command, "dhadmin reset %s --force%s", telling->channel,
             dhi_reach(telling->request, reach));
    if (telling->request->json) {
        tell_standing_json(telling, facts, motion, command);
        return DHI_EXIT_PROBLEMS;
    }
    fprintf(telling->request->err,
            "dhadmin: %s: its producer, %s, lives and %s: a reset takes nothing from the living\n"
            "  kill -CONT %u lets it go on; to have it give way, by force:\n"
            "  %s\n",
            telling->channel, dhi_who(&facts->producer, who), dh_motion_name(motion),
            facts->producer.pid, command);
    return DHI_EXIT_PROBLEMS;
}

static enum dhi_exit look_at_producer(const struct telling *telling)
{
    const struct dhi_request *request = telling->request;
    struct dh_block_facts facts;
    dh_observer *observer;

    if (dh_observer_open(&observer, telling->channel, false, request->broker, dhi_secret(request),
                         NULL) != DH_OK)
        return DHI_EXIT_FINE;
    dh_observer_block(observer, &facts);
    dh_observer_close(observer);
    return tell_standing(telling, &facts);
}

static enum dhi_exit reset(const struct dhi_request *request, const char *channel, void *context)
{
    struct dh_recovery_options options = dhi_recovery_options(request);
    struct telling telling = { request, channel, 0 };
    struct dh_why why = { 0 };
    uint32_t n = 0;
    dh_err err;

    (void)context;
    if (request->force) return end(request, channel); /* of all slots: a successor begins behind */
    err = dh_recovery_reset(channel, request->slot, &options, tell, &telling, &n, &why);
    if (!request->json && !request->dry_run && (n > 0 || err == DH_OK))
        fprintf(request->out, "%s: %u dead consumer%s removed\n", channel, n, n == 1 ? "" : "s");
    if (!request->json && request->dry_run && telling.n == 0 && err == DH_OK)
        fprintf(request->out, "%s: nothing to give back: no consumer of it is dead\n", channel);
    return err == DH_OK ? look_at_producer(&telling) : dhi_complain(request, channel, err, &why);
}

enum dhi_exit dhi_run_reset(const struct dhi_request *request)
{
    return dhi_channel_each(request, reset, NULL);
}
