/* SPDX-License-Identifier: Apache-2.0 */
#include "snapshot.h"

#include "channel.h"
#include "idl/canon_read.h"
#include "quantity.h"
#include "spell.h"

#include <stdlib.h>
#include <string.h>

const char *dhi_who(const struct dh_identity *identity, char who[DHI_WHO_BYTES])
{
    char user[DHI_USER_BYTES], program[DHI_SAFE_BYTES];

    snprintf(who, DHI_WHO_BYTES, "%.60s[%u] by %s", dhi_safe(identity->program, program),
             identity->pid, dhi_user(identity->uid, user));
    return who;
}

const char *dhi_checksum_name(enum dh_checksum checksum)
{
    return checksum == DH_CHECKSUM_NONE     ? "none"
           : checksum == DH_CHECKSUM_MANUAL ? "manual"
           : checksum == DH_CHECKSUM_FAST   ? "fast"
                                            : "enforced";
}

/* What the text says of the zones; the block says their names and sizes. */
static void take_zones(struct dhi_snapshot *snapshot, const dh_observer *observer)
{
    size_t n_bytes;
    const char *bytes = dh_observer_text(observer, &n_bytes);
    struct dhc_text *text = dhc_read(bytes, n_bytes, NULL);

    for (uint32_t i = 0; i < dh_observer_n_zones(observer) && i < DH_ROOTS_MAX; i++) {
        struct dhi_zone_facts *zone = &snapshot->zones[snapshot->n_zones++];
        char name[DHI_SAFE_BYTES];

        snprintf(zone->name, sizeof zone->name, "%.63s",
                 dhi_safe(dh_observer_zone_name(observer, i), name));
        zone->n_bytes = dh_observer_zone_bytes(observer, i);
        for (uint32_t r = 1; text != NULL && r < text->n_roots; r++) {
            if (strcmp(text->roots[r].name, zone->name) != 0) continue;
            zone->shared = text->roots[r].shared;
            zone->n_spinlocks = text->roots[r].n_spinlocks;
        }
        if (!zone->shared && dh_recovery_zone_torn(observer, i, &zone->torn) != DH_OK)
            zone->torn = false;
    }
    dhc_free(text);
}

/* Locks that somebody has, or died with. */
static bool take_locks(struct dhi_snapshot *snapshot, const dh_observer *observer)
{
    for (uint32_t zone = 0; zone < dh_observer_n_zones(observer); zone++)
        for (uint32_t k = 0; k < dh_recovery_n_locks(observer, zone); k++) {
            struct dh_lock_report report;
            struct dhi_lock_facts *grown;

            if (dh_recovery_lock(observer, zone, k, &report) != DH_OK) continue;
            if (!report.held && !report.owner_died) continue;
            grown = realloc(snapshot->locks, (snapshot->n_locks + 1) * sizeof *grown);
            if (grown == NULL) return false;
            grown[snapshot->n_locks++] = (struct dhi_lock_facts){ zone, k, report };
            snapshot->locks = grown;
        }
    return true;
}

/* What /proc tells of the living. */
static void take_motions(struct dhi_snapshot *snapshot)
{
    if (snapshot->block.producer_life == DH_LIFE_ALIVE)
        snapshot->producer_motion = dh_recovery_motion(&snapshot->block.producer);
    for (uint32_t i = 0; i < snapshot->n_consumers; i++)
        if (snapshot->consumers[i].life == DH_LIFE_ALIVE)
            snapshot->motions[i] = dh_recovery_motion(&snapshot->consumers[i].identity);
}

bool dhi_snapshot_take(struct dhi_snapshot *snapshot, const struct dhi_request *request,
                       const dh_observer *observer, bool admin)
{
    *snapshot = (struct dhi_snapshot){ .admin = admin,
                                       .now_ns = (uint64_t)dh_now(),
                                       .realtime_offset = dhi_realtime_offset() };
    dhi_reach(request, snapshot->reach);
    dh_observer_block(observer, &snapshot->block);
    dh_observer_metrics_get(observer, &snapshot->metrics);
    snapshot->slots = calloc(snapshot->block.n_states, sizeof *snapshot->slots);
    snapshot->consumers = calloc(snapshot->block.policy.n_consumers, sizeof *snapshot->consumers);
    snapshot->motions = calloc(snapshot->block.policy.n_consumers, sizeof *snapshot->motions);
    if (snapshot->slots == NULL || snapshot->consumers == NULL || snapshot->motions == NULL)
        return false;
    for (uint32_t i = 0; i < snapshot->block.n_states; i++)
        if (dh_observer_slot(observer, i, &snapshot->slots[i]) == DH_OK) snapshot->n_slots = i + 1;
    for (uint32_t i = 0; admin && i < snapshot->block.policy.n_consumers; i++)
        if (dh_observer_consumer(observer, i, &snapshot->consumers[i]) == DH_OK)
            snapshot->n_consumers = i + 1;
    take_zones(snapshot, observer);
    take_motions(snapshot);
    return !admin || take_locks(snapshot, observer);
}

void dhi_snapshot_free(struct dhi_snapshot *snapshot)
{
    free(snapshot->slots);
    free(snapshot->consumers);
    free(snapshot->motions);
    free(snapshot->locks);
}

enum dhi_exit dhi_snapshot_of(const struct dhi_request *request, const char *said,
                              dhi_snapshot_show show)
{
    char channel[DH_CHANNEL_MAX + 1];
    struct dhi_snapshot snapshot;
    dh_observer *observer = NULL;
    bool admin = true;
    enum dhi_exit code = dhi_channel_open(request, said, &admin, channel, &observer);

    if (code != DHI_EXIT_FINE) return code;
    code = dhi_snapshot_take(&snapshot, request, observer, admin)
               ? show(request, &snapshot)
               : dhi_complain(request, channel, DH_ENOMEM, NULL);
    dhi_snapshot_free(&snapshot);
    dh_observer_close(observer);
    return code;
}

/* ---- JSON --------------------------------------------------------------------------------- */

static json_t *number(uint64_t value)
{
    return json_integer((json_int_t)value);
}

static json_t *text_of(const char *bytes)
{
    char safe[DHI_SAFE_BYTES];

    return json_string(dhi_safe(bytes, safe)); /* another process's word */
}

static json_t *identity_json(const struct dh_identity *identity)
{
    return json_pack("{s:o, s:o, s:o}", "program", text_of(identity->program), "pid",
                     number(identity->pid), "uid", number(identity->uid));
}

static json_t *consumer_metrics_json(const struct dh_consumer_metrics *m)
{
    return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:s}", "acquired", number(m->acquired),
                     "acquired_bytes", number(m->acquired_bytes), "lost", number(m->lost), "sleeps",
                     number(m->sleeps), "timeouts", number(m->timeouts), "checksum_failures",
                     number(m->checksum_failures), "last_error",
                     dh_error_name((dh_err)m->last_error));
}

static json_t *consumers_json(const struct dhi_snapshot *snapshot)
{
    json_t *all = json_array();

    for (uint32_t i = 0; i < snapshot->n_consumers; i++) {
        const struct dh_consumer_facts *c = &snapshot->consumers[i];
        json_t *one;

        if (c->life == DH_LIFE_NONE) continue;
        one = json_pack("{s:o, s:s, s:o, s:o, s:o, s:o, s:I, s:o, s:o, s:o, s:o, s:b, s:o}",
                        "index", number(i), "state", dh_life_name(c->life), "process",
                        identity_json(&c->identity), "incarnation", number(c->incarnation),
                        "position", number(c->position), "lag", number(c->lag), "held_buffer",
                        (json_int_t)c->held_buffer, "heartbeat_ns", number(c->heartbeat_ns),
                        "joined_ns", number(c->joined_ns), "ended_ns", number(c->ended_ns),
                        "ended_by_pid", number(c->ended_by_pid), "passed_over", c->passed_over,
                        "metrics", consumer_metrics_json(&c->metrics));
        json_array_append_new(all, one);
    }
    return all;
}

static json_t *producer_json(const struct dhi_snapshot *snapshot)
{
    const struct dh_producer_metrics *m = &snapshot->metrics;
    json_t *metrics =
        json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:s}",
                  "committed", number(m->committed), "committed_bytes", number(m->committed_bytes),
                  "aborted", number(m->aborted), "full_waits", number(m->full_waits),
                  "full_wait_ns", number(m->full_wait_ns), "full_timeouts",
                  number(m->full_timeouts), "wakes", number(m->wakes), "reaped", number(m->reaped),
                  "zone_writes", number(m->zone_writes), "last_commit_ns",
                  number(m->last_commit_ns), "last_reap_ns", number(m->last_reap_ns), "bad_claims",
                  number(m->bad_claims), "evicted", number(m->evicted), "last_error",
                  dh_error_name((dh_err)m->last_error));

    return json_pack("{s:s, s:o, s:b, s:o}", "state", dh_life_name(snapshot->block.producer_life),
                     "process", identity_json(&snapshot->block.producer), "waits_for_room",
                     (int)snapshot->block.waits_for_room, "metrics", metrics);
}

static json_t *zones_json(const struct dhi_snapshot *snapshot)
{
    json_t *all = json_array();

    for (uint32_t i = 0; i < snapshot->n_zones; i++) {
        const struct dhi_zone_facts *zone = &snapshot->zones[i];
        json_array_append_new(all, json_pack("{s:s, s:o, s:b, s:o}", "name", zone->name, "bytes",
                                             number(zone->n_bytes), "shared", (int)zone->shared,
                                             "spinlocks", number(zone->n_spinlocks)));
    }
    return all;
}

static json_t *pages_json(const struct dh_memory *m)
{
    return json_pack("{s:s, s:s, s:o, s:o, s:s, s:s, s:o, s:o}", "asked",
                     dh_pages_name(m->asked_pages), "got", dh_pages_name(m->pages), "page_bytes",
                     number(m->huge_page_bytes), "huge_bytes", number(m->huge_bytes), "numa_asked",
                     dh_numa_name(m->asked_numa), "numa_got", dh_numa_name(m->numa), "node_asked",
                     number(m->asked_node), "node", number(m->node));
}

static json_t *memory_json(const struct dh_block_facts *b)
{
    return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:b, s:b, s:b, s:o}", "format",
                     number(b->format), "payload_bytes", number(b->payload_bytes), "stride_bytes",
                     number(b->stride_bytes), "buffers", number(b->n_buffers), "data_bytes",
                     number(b->data_bytes), "claims_bytes", number(b->claims_bytes), "zones_bytes",
                     number(b->zones_bytes), "inline", (int)b->inlined, "membarrier",
                     (int)b->membarrier, "strict", (int)b->strict, "pages", pages_json(&b->memory));
}

json_t *dhi_snapshot_json(const struct dhi_snapshot *snapshot)
{
    const struct dh_block_facts *b = &snapshot->block;
    char hash[DHI_QUANTITY_BYTES];
    json_t *policy =
        json_pack("{s:s, s:o, s:o, s:s}", "full",
                  b->policy.full == DH_FULL_WAIT ? "wait" : "overwrite", "slots",
                  number(b->policy.n_slots), "consumers", number(b->policy.n_consumers), "checksum",
                  dhi_checksum_name(b->policy.checksum));

    return json_pack("{s:o, s:o, s:s, s:o, s:o, s:o, s:o, s:b, s:o, s:o, s:o, s:o, s:o, s:o}",
                     "channel", text_of(b->channel), "family", text_of(b->family), "schema_hash",
                     dhi_hex(b->schema_hash, DH_HASH_BYTES, hash), "minor", number(b->minor),
                     "incarnation", number(b->incarnation), "policy", policy, "memory",
                     memory_json(b), "secret", (int)b->secret, "created_ns", number(b->created_ns),
                     "now_ns", number(snapshot->now_ns), "head", number(b->head), "zones",
                     zones_json(snapshot), "producer", producer_json(snapshot), "consumers",
                     snapshot->admin ? consumers_json(snapshot) : json_null());
}
