/* SPDX-License-Identifier: Apache-2.0 */
#include "client/follow.h"

#include "base/atomic.h"
#include "base/why.h"
#include "block/attach.h"
#include "client/ask.h"
#include "client/hub.h"
#include "os/lease.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
    ANNOUNCED_NS =
        2 * 1000 * 1000 * 1000,     /* a successor has the channel, and is about to offer it */
    LOOK_UP_NS = 250 * 1000 * 1000, /* one look-up, where nobody answers */
    FIRST_PAUSE_NS = 500 * 1000,    /* between look-ups: longer, the longer it takes */
    LAST_PAUSE_NS = 100 * 1000 * 1000,
};

dh_err dhi_follow_open(struct dhi_follow *follow, const struct dh_schema *schema,
                       const char *channel, const struct dh_consumer_options *options,
                       struct dh_why *why)
{
    follow->policy = schema->policy;
    follow->strict = options->strict;
    follow->patience_ns = options->successor_ns;
    follow->text_bytes = schema->text_bytes;
    follow->text = strdup(schema->text);
    follow->channel = strdup(channel);
    if (follow->text == NULL || follow->channel == NULL) return dhi_why_errno(why, "malloc");
    if (options->broker != NULL) {
        follow->broker = strdup(options->broker);
        if (follow->broker == NULL) return dhi_why_errno(why, "malloc");
    }
    if (options->secret != NULL) {
        follow->secret = sodium_malloc(DH_SECRET_BYTES);
        if (follow->secret == NULL) return dhi_why_errno(why, "guarded memory for a secret");
        memcpy(follow->secret, options->secret, DH_SECRET_BYTES);
    }
    return DH_OK;
}

void dhi_follow_close(struct dhi_follow *follow)
{
    dh_schema_free(follow->schema);
    free(follow->text);
    free(follow->channel);
    free(follow->broker);
    sodium_free(follow->secret);
}

/* ---- one look-up ---- */

enum found { NOT_YET, SUCCESSOR, STRANGER };

/* What the name leads to now: still our own block, one that came after it, or one that has nothing
 * to do with it. */
static enum found tell(const struct dhi_block *block, int data)
{
    struct dhi_header head;

    if (!dhi_block_peek(&head, data) || head.magic != DHI_MAGIC || head.format != DHI_FORMAT)
        return STRANGER;
    if (memcmp(head.producer.instance, block->head.producer.instance,
               sizeof head.producer.instance) == 0)
        return NOT_YET;
    return head.incarnation > block->head.incarnation ? SUCCESSOR : STRANGER;
}

/* Whether this program can go on with what it finds there. */
static dh_err prove(struct dhi_follow *follow, const struct dhi_block *next, uint32_t *minor)
{
    dh_err err = DH_OK;

    if (follow->schema == NULL)
        err = dh_schema_read(&follow->schema, follow->text, follow->text_bytes, &follow->policy,
                             &follow->why);
    if (err != DH_OK) return err;
    return dhi_attach_verdict(follow->schema, next->text, next->head.text_bytes, follow->strict,
                              minor, &follow->why);
}

static dh_err look_up(struct dhi_follow *follow, const struct dhi_block *block, enum found *found,
                      struct dhi_block **next, uint32_t *minor)
{
    const struct dhi_search search = { .channel = follow->channel,
                                       .role = DHI_CONSUMER,
                                       .secret = follow->secret,
                                       .roll = block->fds.roll };
    struct dhi_block *mapped = NULL;
    struct dhi_fds fds;
    dh_err err;

    *found = NOT_YET;
    /* While the kernel puts it away name and lease are its own: nobody can have taken it over. */
    if (dhi_load_relaxed(&block->producer_let_go) != 0 && dhi_block_producer_lives(block))
        return DH_OK;
    err = dhi_discover_as(&fds, &search, follow->broker, dh_in(LOOK_UP_NS), &follow->why);
    if (err == DH_ENOTFOUND || err == DH_ESYS || err == DH_ESILENT || err == DH_EPROTOCOL ||
        err == DH_ETABLE)
        return DH_OK;
    if (err != DH_OK) return err;
    *found = tell(block, fds.data);
    if (*found != SUCCESSOR) {
        dhi_fds_close(&fds);
        return DH_OK;
    }
    err = dhi_block_map(&mapped, fds, DHI_CONSUMER, &follow->why);
    if (err == DH_OK) err = prove(follow, mapped, minor);
    if (err == DH_OK)
        *next = mapped;
    else
        dhi_block_free(mapped);
    return err;
}

/* ---- until there is one ---- */

/* Whether somebody said that it is about to come. After a death that is a hint, which anybody may
 * have written: it makes us wait, and no more. */
static bool is_announced(const struct dhi_follow *follow, const struct dhi_block *block, dh_err end)
{
    if (end == DH_EDEAD && dhi_block_is_strict(block))
        return dhi_lease_held(block->fds.roll, DHI_ROLL_HEIR);
    if (end == DH_EDEAD)
        return dhi_load_relaxed(&block->shared->heir_until_ns) > (uint64_t)follow->since_ns;
    return end == DH_ESUPERSEDED;
}

static int64_t patience(const struct dhi_follow *follow, const struct dhi_block *block, dh_err end)
{
    if (follow->patience_ns < ANNOUNCED_NS && is_announced(follow, block, end)) return ANNOUNCED_NS;
    return follow->patience_ns;
}

static int64_t pause_after(int64_t waited_ns)
{
    int64_t pause = waited_ns / 8;

    if (pause < FIRST_PAUSE_NS) return FIRST_PAUSE_NS;
    return pause < LAST_PAUSE_NS ? pause : LAST_PAUSE_NS;
}

static void rest_until(int64_t until_ns)
{
    struct timespec at = { .tv_sec = (time_t)(until_ns / DH_S),
                           .tv_nsec = (long)(until_ns % DH_S) };

    clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &at, NULL);
}

/* Nobody comes (any more). */
static dh_err give_up(dh_err end)
{
    return end == DH_ESUPERSEDED ? DH_EDEAD : end;
}

dh_err dhi_follow_find(struct dhi_follow *follow, const struct dhi_block *block, dh_err end,
                       int64_t deadline_ns, struct dhi_block **next, uint32_t *minor)
{
    int64_t now = dh_now(), until;

    if (follow->refused != DH_OK) return follow->refused;
    if (follow->since_ns == 0) follow->since_ns = now;
    until = patience(follow, block, end);
    until = until > DH_FOREVER - follow->since_ns ? DH_FOREVER : follow->since_ns + until;
    for (;; now = dh_now()) {
        enum found found = NOT_YET;

        if (now >= follow->look_ns) {
            follow->refused = look_up(follow, block, &found, next, minor);
            follow->look_ns = dh_now() + pause_after(now - follow->since_ns);
        }
        if (follow->refused != DH_OK) return follow->refused;
        if (found == SUCCESSOR) return DH_OK;
        if (found == STRANGER || now >= until) return give_up(end);
        if (now >= deadline_ns) return DH_EEMPTY;
        rest_until(follow->look_ns < deadline_ns ? follow->look_ns : deadline_ns);
    }
}
