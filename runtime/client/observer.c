/* SPDX-License-Identifier: Apache-2.0 */
#include "client/observer.h"

#include "base/atomic.h"
#include "base/why.h"
#include "block/observe.h"
#include "block/ring.h"
#include "block/strict.h"
#include "block/who.h"
#include "client/hub.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

dh_err dh_observer_open(dh_observer **observer, const char *channel, bool admin, const char *broker,
                        const void *secret, struct dh_why *why)
{
    enum dhi_role role = admin ? DHI_ADMIN : DHI_OBSERVER;
    dh_observer *made = calloc(1, sizeof *made);
    struct dhi_fds fds;
    dh_err err;

    if (made == NULL) return dhi_why_errno(why, "malloc");
    err = dhi_discover(&fds, channel, role, broker, secret, DH_NOW, why);
    if (err == DH_OK) err = dhi_block_map(&made->block, fds, role, why);
    if (err == DH_OK)
        *observer = made;
    else
        dh_observer_close(made);
    return err;
}

dh_observer *dhi_observer_of(struct dhi_block *block)
{
    dh_observer *made = calloc(1, sizeof *made);

    if (made != NULL) made->block = block;
    return made;
}

void dh_observer_close(dh_observer *observer)
{
    if (observer == NULL) return;
    dhi_block_free(observer->block);
    free(observer);
}

void dh_observer_block(const dh_observer *observer, struct dh_block_facts *facts)
{
    const struct dhi_block *block = observer->block;
    const struct dhi_header *head = &block->head;

    memset(facts, 0, sizeof *facts);
    memcpy(facts->channel, head->channel, sizeof facts->channel);
    memcpy(facts->family, head->family, sizeof facts->family);
    memcpy(facts->schema_hash, head->schema_hash, sizeof facts->schema_hash);
    facts->policy = (struct dh_policy){ .n_slots = head->n_slots,
                                        .n_consumers = head->n_consumers,
                                        .full = (enum dh_full)head->full,
                                        .checksum = (enum dh_checksum)head->checksum };
    facts->format = head->format;
    facts->n_states = head->n_states;
    facts->n_buffers = head->n_buffers;
    facts->payload_bytes = block->roots[0].size_bytes;
    facts->stride_bytes = head->payload_stride;
    facts->data_bytes = head->data_bytes;
    facts->claims_bytes = block->claims != NULL ? head->claims_bytes : 0;
    facts->zones_bytes = block->zones != NULL ? head->zones_bytes : 0;
    facts->minor = head->minor;
    facts->incarnation = head->incarnation;
    dhi_memory_copy(block, &facts->memory);
    facts->membarrier = (head->flags & DHI_FLAG_MEMBARRIER) != 0;
    facts->secret = (head->flags & DHI_FLAG_SECRET) != 0;
    facts->strict = dhi_block_is_strict(block);
    facts->inlined = (head->flags & DHI_FLAG_INLINE) != 0;
    facts->created_ns = head->created_ns;
    facts->head = dhi_block_head(block);
    facts->producer = dhi_who_copy(&head->producer);
    facts->producer_life = dhi_who_producer(block);
    facts->waits_for_room = dhi_load_relaxed(&block->control->room_wait) != 0;
    if (block->shared != NULL && !facts->strict)
        facts->ended_by_pid = dhi_load_relaxed(&block->shared->ended_by_pid);
}

void dh_observer_metrics_get(const dh_observer *observer, struct dh_producer_metrics *metrics)
{
    dhi_metrics_copy(observer->block, metrics);
}

dh_err dh_observer_consumer(const dh_observer *observer, uint32_t index,
                            struct dh_consumer_facts *facts)
{
    const struct dhi_block *block = observer->block;
    const struct dhi_record *record;
    uint64_t claim, head, hold;

    if (block->records == NULL) return DH_EREFUSED;
    if (index >= block->head.n_consumers) return DH_EINVAL;
    dhi_strict_refresh(observer->block);
    record = dhi_record_of(block, index);
    memset(facts, 0, sizeof *facts);
    claim = dhi_load_relaxed(&record->claim);
    hold = dhi_load_relaxed(&record->hold);
    head = dhi_block_head(block);
    facts->life = dhi_who_consumer(block, index);
    facts->identity = dhi_who_copy(&record->identity);
    facts->incarnation = (uint32_t)(claim >> 32);
    if (block->head.full == DH_FULL_WAIT && (claim & DHI_CLAIM_FREE) == 0) {
        facts->lag = ((uint32_t)head - (uint32_t)claim) & DHI_CLAIM_POSITION;
        if (facts->lag > DHI_CLAIM_POSITION / 2) facts->lag = 0; /* it moved on while we looked */
        facts->position = head - facts->lag;
        facts->passed_over = facts->incarnation == dhi_load_relaxed(&block->evicted[index]);
    } else {
        facts->position = dhi_load_relaxed(&record->position);
        if (head > facts->position && block->head.full == DH_FULL_OVERWRITE)
            facts->lag = head - facts->position;
    }
    facts->held_buffer = hold >= 1 && hold <= block->head.n_buffers ? (int64_t)hold - 1 : -1;
    facts->heartbeat_ns = dhi_load_relaxed(&record->heartbeat_ns);
    facts->joined_ns = dhi_load_relaxed(&record->joined_ns);
    facts->ended_ns = dhi_load_relaxed(&record->ended_ns);
    facts->ended_by_pid = dhi_load_relaxed(&record->ended_by_pid);
    dhi_consumer_metrics_copy(block, index, &facts->metrics);
    return DH_OK;
}

dh_err dh_observer_slot(const dh_observer *observer, uint32_t index, struct dh_slot_facts *facts)
{
    return dhi_slot_facts(observer->block, index, facts);
}

dh_err dh_observer_newest(const dh_observer *observer, struct dh_slot_facts *facts)
{
    return dhi_newest(observer->block, facts);
}

const char *dh_observer_text(const dh_observer *observer, size_t *bytes)
{
    if (bytes != NULL) *bytes = observer->block->head.text_bytes;
    return observer->block->text;
}

/* Nothing at `sequence` yet: sleep until something was committed, on a word that we do not write.
 * The producer wakes only those who raised the hint, which an observer may not: so short sleeps. */
static void rest(int64_t now, int64_t deadline_ns)
{
    int64_t until = now + DH_MS < deadline_ns ? now + DH_MS : deadline_ns;
    struct timespec at = { .tv_sec = (time_t)(until / DH_S), .tv_nsec = (long)(until % DH_S) };

    clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &at, NULL);
}

dh_err dh_observer_copy(dh_observer *observer, uint64_t *sequence, int64_t deadline_ns,
                        void *payload, struct dh_slot_facts *facts)
{
    struct dhi_block *block = observer->block;
    uint64_t at = *sequence;

    for (unsigned attempt = 0;; attempt++) {
        /* final→drain: acquire; pairs with dhi_gate_end(). */
        bool final = dhi_load_acquire(&block->control->close) == DHI_CLOSE_FINAL;
        bool writes = dhi_block_producer_writes(block);
        uint64_t head = dhi_block_head(block);
        int64_t now = dh_now();
        dh_err err;

        if (at < block->head.start) at = block->head.start;
        if (at + block->head.n_slots < head) at = head - block->head.n_slots;
        err = at < head ? dhi_observe(block, at, payload, facts) : DH_EEMPTY;
        if (err == DH_OK) {
            *sequence = at;
            return DH_OK;
        }
        if (err == DH_EBUSY)
            at++;
        else if (final)
            return DH_ESUPERSEDED;
        else if (!writes)
            /* end→drain: behind the look at its life; pairs with dhi_slot_rw_close() */
            return dhi_load_acquire(&block->control->ended) != 0 ? DH_ECLOSED : DH_EDEAD;
        if (now >= deadline_ns && (err == DH_EEMPTY || attempt > 64)) return DH_EEMPTY;
        if (err == DH_EEMPTY) rest(now, deadline_ns);
    }
}

uint32_t dh_observer_n_zones(const dh_observer *observer)
{
    return observer->block->head.n_roots - 1;
}

const char *dh_observer_zone_name(const dh_observer *observer, uint32_t zone)
{
    return zone < dh_observer_n_zones(observer) ? observer->block->roots[1 + zone].name : NULL;
}

uint32_t dh_observer_zone_bytes(const dh_observer *observer, uint32_t zone)
{
    return zone < dh_observer_n_zones(observer) ? observer->block->roots[1 + zone].size_bytes : 0;
}

dh_err dh_observer_zone_copy(dh_observer *observer, uint32_t zone, int64_t deadline_ns, void *value)
{
    struct dhi_block *block = observer->block;
    const struct dhi_root *root = &block->roots[1 + zone];
    dh_err err;

    if (zone >= dh_observer_n_zones(observer)) return DH_EINVAL;
    if (root->shared) {
        if (block->zones == NULL) return DH_EREFUSED;
        dhi_copy_relaxed(value, block->zones + root->value_offset, root->size_bytes);
        return DH_OK;
    }
    while ((err = dhi_observe_guarded((const uint64_t *)(const void *)(block->data +
                                                                       root->guard_offset),
                                      block->data + root->value_offset, value, root->size_bytes)) !=
           DH_OK) {
        if (!dhi_block_producer_writes(block)) return DH_EDEAD;
        if (dh_now() >= deadline_ns) break;
    }
    return err;
}
