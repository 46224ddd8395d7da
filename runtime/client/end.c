/* SPDX-License-Identifier: Apache-2.0
 *
 * end.c - a producer is made to give way, and nobody follows: what a successor does (succeed.h),
 * without one.
 */
#include <dh/recovery.h>

#include "base/why.h"
#include "block/who.h"
#include "client/account.h"
#include "client/call.h"
#include "client/succeed.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Whose channel it is: our own, or for root that of the one user who has it. */
static uint32_t owner_of(const char *channel)
{
    uint32_t me = geteuid(), owner = me;
    struct dhi_direct_name *names;
    size_t n, found = 0;

    if (me != 0 || dhi_direct_scan(&names, &n, NULL) != DH_OK) return me;
    for (size_t i = 0; i < n; i++) {
        if (strcmp(names[i].channel, channel) != 0) continue;
        if (found == 0 || names[i].uid == me) owner = names[i].uid;
        found++;
    }
    free(names);
    return owner;
}

static void describe(struct dh_ending *ending, const struct dhi_heritage *heritage)
{
    *ending = (struct dh_ending){ .producer = dhi_who_copy(&heritage->old->head.producer),
                                  .head = dhi_block_head(heritage->old) };
    ending->motion = dh_recovery_motion(&ending->producer);
    if (!dhi_heritage_has_ended(heritage))
        ending->way = heritage->mute ? DH_WAY_KILLED : DH_WAY_ASKED;
}

static dh_err tell_alive(const struct dh_ending *ending, const char *channel, struct dh_why *why)
{
    return dhi_why(why, DH_EALIVE, "the producer of '%s', %.40s[%u], is alive (%s)", channel,
                   ending->producer.program, ending->producer.pid, dh_motion_name(ending->motion));
}

/* As a successor that is there, and does not come. */
static dh_err end(struct dhi_heritage *heritage, const struct dh_producer_options *as,
                  struct dh_ending *ending, struct dh_why *why)
{
    dh_err err = dhi_heritage_end(heritage, as, false, why);

    if (err == DH_OK) err = dhi_heritage_confirm(heritage, as, false, why);
    ending->done = err == DH_OK;
    ending->way = heritage->forced ? DH_WAY_KILLED : DH_WAY_ASKED;
    ending->head = dhi_block_head(heritage->old);
    return err;
}

dh_err dh_recovery_end(const char *channel, const struct dh_recovery_options *options,
                       dh_ending_told told, void *context, struct dh_why *why)
{
    static const struct dh_recovery_options defaults;
    struct dh_producer_options as = { .takeover = DH_TAKEOVER_FORCE };
    struct dhi_heritage heritage;
    struct dh_why unread = { 0 };
    struct dh_ending ending;
    dh_err err;

    if (options == NULL) options = &defaults;
    if (why == NULL) why = &unread;
    as.broker = options->broker;
    as.secret = options->secret;
    err = dhi_heritage_find(&heritage, owner_of(channel), channel, &as, why);
    if (err != DH_OK) return err;
    if (heritage.old == NULL) return DH_ENOTFOUND; /* as `why` says */
    describe(&ending, &heritage);
    if (told != NULL) told(context, &ending);
    if (ending.way != DH_WAY_NONE && !options->force)
        err = tell_alive(&ending, channel, why);
    else if (ending.way != DH_WAY_NONE && !options->dry_run)
        err = end(&heritage, &as, &ending, why);
    if (ending.done && told != NULL) told(context, &ending);
    if (ending.done)
        dhi_account(options->broker, channel, "reset by force: %.20s[%u] %s",
                    ending.producer.program, ending.producer.pid,
                    ending.way == DH_WAY_KILLED ? "was killed" : "was asked, and closed it");
    dhi_heritage_free(&heritage);
    return err;
}
