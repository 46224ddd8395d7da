/* SPDX-License-Identifier: Apache-2.0 */
#include <dh/recovery.h>

#include "base/why.h"
#include "block/recover.h"
#include "block/ring.h"
#include "block/strict.h"
#include "block/who.h"
#include "client/account.h"
#include "client/call.h"
#include "client/hub.h"
#include "client/observer.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- looks -------------------------------------------------------------------------------- */

dh_err dh_recovery_slot(const dh_observer *observer, uint32_t index, struct dh_slot_report *report,
                        struct dh_holder *holders, uint32_t n_room)
{
    dhi_strict_refresh(observer->block);
    return dhi_report_slot(observer->block, index, report, holders, holders != NULL ? n_room : 0);
}

uint32_t dh_recovery_n_locks(const dh_observer *observer, uint32_t zone)
{
    const struct dhi_block *block = observer->block;

    if (zone >= block->head.n_roots - 1 || !block->roots[1 + zone].shared) return 0;
    return block->roots[1 + zone].n_spinlocks;
}

dh_err dh_recovery_lock(const dh_observer *observer, uint32_t zone, uint32_t lock,
                        struct dh_lock_report *report)
{
    if (zone >= observer->block->head.n_roots - 1) return DH_EINVAL;
    return dhi_report_lock(observer->block, 1 + zone, lock, report);
}

dh_err dh_recovery_zone_torn(const dh_observer *observer, uint32_t zone, bool *torn)
{
    const struct dhi_block *block = observer->block;

    if (zone >= block->head.n_roots - 1 || block->roots[1 + zone].shared) return DH_EINVAL;
    *torn = dhi_zone_is_torn(block, &block->roots[1 + zone]);
    return DH_OK;
}

/* ---- opening ------------------------------------------------------------------------------ */

static const struct dh_recovery_options defaults;

static dh_err open_block(struct dhi_block **block, const char *channel, enum dhi_role role,
                         const struct dh_recovery_options *options, struct dh_why *why)
{
    struct dhi_fds fds;
    dh_err err = dhi_discover(&fds, channel, role, options->broker, options->secret, DH_NOW, why);

    return err == DH_OK ? dhi_block_map(block, fds, role, why) : err;
}

const char *dh_part_name(enum dh_part part)
{
    static const char *const names[] = { "block",  "sequences", "checksums",
                                         "claims", "locks",     "zones" };

    return (unsigned)part < DH_PARTS ? names[part] : "?";
}

dh_err dh_recovery_validate(const char *channel, const struct dh_recovery_options *options,
                            dh_flaw_found found, void *context, struct dh_validation *result,
                            struct dh_why *why)
{
    struct dh_validation counted = { .n_flaws = 0 };
    struct dh_why reason = { 0 };
    struct dhi_block *block;
    dh_err err;

    if (options == NULL) options = &defaults;
    err = open_block(&block, channel, DHI_ADMIN, options, &reason);
    if (err == DH_ECORRUPT || err == DH_EFORMAT || err == DH_ESEAL) {
        struct dh_flaw flaw = { .part = DH_PART_BLOCK, .index = -1 };

        memcpy(flaw.text, reason.text, sizeof flaw.text - 1);
        if (found != NULL) found(context, &flaw);
        *result = (struct dh_validation){ .checked = { [DH_PART_BLOCK] = 1 }, .n_flaws = 1 };
        return DH_OK;
    }
    if (err == DH_OK) {
        err = dhi_validate(block, options->secret, found, context, &counted);
        dhi_block_free(block);
    }
    if (err == DH_OK)
        *result = counted;
    else if (why != NULL)
        *why = reason;
    return err;
}

/* ---- mending ------------------------------------------------------------------------------ */

/* What an act came to, so far. */
struct tally {
    dh_released seen;
    void *context;
    bool dry_run;
    uint32_t n; /* that were given back */
    uint64_t n_messages, n_locks;
};

/* One record, if its owner is dead. */
static void release_one(struct dhi_block *block, uint32_t record, struct tally *tally)
{
    struct dh_release release;

    /* A strict block's producer gave back what the dead held before it answered us. */
    if (dhi_block_is_strict(block) || !dhi_report_dead(block, record, &release)) return;
    release.done = !tally->dry_run && dhi_reap(block, record);
    if (tally->seen != NULL) tally->seen(tally->context, &release);
    if (!release.done) return;
    tally->n++;
    tally->n_messages += release.n_messages;
    tally->n_locks += release.n_locks;
}

static void release_all(struct dhi_block *block, struct tally *tally)
{
    for (uint32_t i = 0; i < block->head.n_consumers; i++)
        release_one(block, i, tally);
}

/* `act`: "recover", "reset of slot 3". */
static void give_account(const char *channel, const struct dh_recovery_options *options,
                         const char *act, const struct tally *tally)
{
    if (tally->dry_run) return;
    dhi_account(options->broker, channel,
                "%s: %u dead removed, %" PRIu64 " messages, %" PRIu64 " locks", act, tally->n,
                tally->n_messages, tally->n_locks);
}

dh_err dh_recovery_release(const char *channel, const struct dh_recovery_options *options,
                           dh_released seen, void *context, uint32_t *n_released,
                           struct dh_why *why)
{
    struct tally tally = { .seen = seen, .context = context };
    struct dhi_block *block;
    dh_err err;

    if (options == NULL) options = &defaults;
    tally.dry_run = options->dry_run;
    err = open_block(&block, channel, options->dry_run ? DHI_ADMIN : DHI_REAPER, options, why);
    if (err != DH_OK) return err;
    release_all(block, &tally);
    dhi_block_free(block);
    give_account(channel, options, "recover", &tally);
    *n_released = tally.n;
    return DH_OK;
}

static dh_err tell_living(const struct dh_holder *holder, int64_t slot, struct dh_why *why)
{
    return dhi_why(why, DH_EALIVE,
                   "consumer %d, %.40s[%u], is alive (%s) and has slot %lld; nobody takes it from "
                   "there. When that process is gone (kill %u), the slot is free",
                   holder->record, holder->identity.program, holder->identity.pid,
                   dh_motion_name(holder->motion), (long long)slot, holder->identity.pid);
}

static dh_err tell_producer(const struct dhi_block *block, struct dh_why *why)
{
    struct dh_identity who = dhi_who_copy(&block->head.producer);

    if (dhi_block_is_strict(block))
        return dhi_why(why, DH_EALIVE,
                       "the producer, %.40s[%u], is alive and has it in hand; when that process is "
                       "gone (kill %u), the channel can be opened anew",
                       who.program, who.pid, who.pid);
    return dhi_why(
        why, DH_EALIVE,
        "the producer, %.40s[%u], is alive and has it in hand; by force it is made to give "
        "way: dhadmin reset %s --force",
        who.program, who.pid, block->head.channel);
}

/* Dead holders of one slot give it back; a living one is named. */
static dh_err reset_slot(struct dhi_block *block, uint32_t slot, struct tally *tally,
                         struct dh_why *why)
{
    struct dh_holder *holders = calloc(block->head.n_consumers + 1, sizeof *holders);
    struct dh_slot_report report;
    dh_err err = DH_OK;

    if (holders == NULL) return dhi_why_errno(why, "malloc");
    err = dhi_report_slot(block, slot, &report, holders, block->head.n_consumers + 1);
    for (uint32_t i = 0; err == DH_OK && i < report.n_holders; i++)
        if (holders[i].record >= 0) release_one(block, (uint32_t)holders[i].record, tally);
    for (uint32_t i = 0; err == DH_OK && i < report.n_holders; i++) {
        if (holders[i].life != DH_LIFE_ALIVE) continue;
        err = holders[i].record >= 0 ? tell_living(&holders[i], slot, why)
                                     : tell_producer(block, why);
    }
    free(holders);
    return err;
}

dh_err dh_recovery_reset(const char *channel, int64_t slot,
                         const struct dh_recovery_options *options, dh_released seen, void *context,
                         uint32_t *n_released, struct dh_why *why)
{
    struct tally tally = { .seen = seen, .context = context };
    char act[40] = "reset";
    struct dhi_block *block;
    dh_err err;

    *n_released = 0;
    if (options == NULL) options = &defaults;
    tally.dry_run = options->dry_run;
    err = open_block(&block, channel, options->dry_run ? DHI_ADMIN : DHI_REAPER, options, why);
    if (err != DH_OK) return err;
    if (slot >= 0) snprintf(act, sizeof act, "reset of slot %lld", (long long)slot);
    if (slot >= (int64_t)block->head.n_states)
        err = dhi_why(why, DH_EINVAL, "'%s' has slots 0 to %u", channel, block->head.n_states - 1);
    else if (slot >= 0)
        err = reset_slot(block, (uint32_t)slot, &tally, why);
    else
        release_all(block, &tally);
    dhi_block_free(block);
    if (err == DH_OK || err == DH_EALIVE) give_account(channel, options, act, &tally);
    *n_released = tally.n;
    return err;
}

/* The instance of the dead producer: the broker wants to hear it. */
static dh_err find_dead(const char *channel, const struct dh_recovery_options *options,
                        unsigned char instance[16], struct dh_why *why)
{
    struct dhi_block *block;
    dh_err err = open_block(&block, channel, DHI_OBSERVER, options, why);

    if (err != DH_OK) return err;
    memcpy(instance, block->head.producer.instance, 16);
    if (dhi_block_producer_lives(block))
        err = dhi_why(why, DH_EALIVE, "the producer of '%s', %.40s[%u], is alive", channel,
                      block->head.producer.program, block->head.producer.pid);
    dhi_block_free(block);
    return err;
}

dh_err dh_recovery_forget(const char *channel, const struct dh_recovery_options *options,
                          struct dh_why *why)
{
    int64_t deadline = dhi_call_deadline(DH_NOW);
    struct dhi_wire_request request;
    struct dhi_wire_reply reply;
    struct dhi_cargo cargo;
    dh_err err;
    int fd;

    if (options == NULL) options = &defaults;
    dhi_request_start(&request, DHI_WIRE_KIND_DEREGISTER, 1);
    err = find_dead(channel, options, request.instance, why);
    if (err == DH_OK) err = dhi_call_broker(&fd, options->broker, deadline, why);
    if (err != DH_OK) return err;
    memcpy(request.channel, channel, strlen(channel)); /* its length was checked on the way */
    err = dhi_exchange(fd, &request, NULL, &reply, &cargo, deadline, why);
    close(fd);
    if (err != DH_OK) return err;
    dhi_cargo_close(&cargo);
    return reply.status == DHI_WIRE_STATUS_OK
               ? DH_OK
               : dhi_why(why, dhi_status_err(reply.status), "%s", reply.text);
}
