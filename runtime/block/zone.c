/* SPDX-License-Identifier: Apache-2.0 */
#include "block/zone.h"

#include "base/atomic.h"
#include "block/observe.h"
#include "block/spinlock.h"

#include <string.h>

bool dhi_zone_find(struct dh_zone *zone, struct dhi_block *block, const char *name,
                   uint32_t our_bytes, uint32_t owner)
{
    for (uint32_t i = 1; i < block->head.n_roots; i++) {
        const struct dhi_root *root = &block->roots[i];
        unsigned char *segment = root->shared ? block->zones : block->data;

        if (strcmp(root->name, name) != 0) continue;
        *zone = (struct dh_zone){
            .block = block, .gate = &block->gate, .our_bytes = our_bytes, .owner = owner
        };
        zone->bytes = our_bytes < root->size_bytes ? our_bytes : root->size_bytes;
        zone->writable = root->shared || block->role == DHI_PRODUCER;
        if (segment == NULL) return false;
        zone->value = segment + root->value_offset;
        if (root->shared) {
            zone->locks = (struct dhi_lock *)(void *)(segment + root->guard_offset);
            zone->n_locks = root->n_spinlocks;
        } else {
            zone->guard = (uint64_t *)(void *)(segment + root->guard_offset);
        }
        return true;
    }
    return false;
}

const void *dh_zone_data(const dh_zone *zone)
{
    return zone->value;
}

void *dh_zone_mutable(dh_zone *zone)
{
    return zone->writable ? zone->value : NULL;
}

/* Word by word: the value is padded with zeros to whole words, in shared memory too. */
static void store_words(unsigned char *to, const unsigned char *from, size_t bytes)
{
    uint64_t *word = (uint64_t *)(void *)to;

    for (; bytes > 0; from += sizeof *word, word++) {
        size_t part = bytes < sizeof *word ? bytes : sizeof *word;
        uint64_t value = 0;

        memcpy(&value, from, part);
        dhi_store_relaxed(word, value);
        bytes -= part;
    }
}

dh_err dh_zone_write(dh_zone *zone, const void *value)
{
    struct dh_producer_metrics *metrics = zone->block->metrics;
    struct dhi_gate *gate = zone->gate;
    uint64_t sequence;

    if (zone->guard == NULL || !zone->writable) return DH_EREFUSED;
    if (!dhi_gate_enter(gate)) return DH_ESUPERSEDED;
    sequence = dhi_load_relaxed(zone->guard);
    dhi_store_relaxed(zone->guard, sequence + 1);
    /* odd→value: release fence; who sees one of the words below sees the odd number when it looks
     * again. Pairs with dhi_observe_guarded(). */
    dhi_fence_release();
    store_words(zone->value, value, zone->our_bytes);
    /* value→even: release; who sees the even number sees all words. Pairs with
     * dhi_observe_guarded(). */
    dhi_store_release(zone->guard, sequence + 2);
    dhi_gate_leave(gate);
    dhi_store_relaxed(&metrics->zone_writes, dhi_load_relaxed(&metrics->zone_writes) + 1);
    return DH_OK;
}

dh_err dh_zone_read(dh_zone *zone, int64_t deadline_ns, void *value)
{
    dh_err err;

    if (zone->guard == NULL) return DH_EREFUSED;
    while ((err = dhi_observe_guarded(zone->guard, zone->value, value, zone->bytes)) != DH_OK) {
        if (!dhi_block_producer_writes(zone->block)) return DH_EDEAD;
        if (dh_now() >= deadline_ns) return err;
    }
    memset((unsigned char *)value + zone->bytes, 0, zone->our_bytes - zone->bytes);
    return DH_OK;
}

dh_err dh_zone_lock(dh_zone *zone, unsigned lock, int64_t deadline_ns)
{
    if (lock >= zone->n_locks || !zone->writable) return DH_EINVAL;
    return dhi_lock_take(zone->block, &zone->locks[lock], zone->owner, deadline_ns);
}

dh_err dh_zone_unlock(dh_zone *zone, unsigned lock)
{
    if (lock >= zone->n_locks) return DH_EINVAL;
    return dhi_lock_give(&zone->locks[lock], zone->owner);
}

dh_err dh_zone_consistent(dh_zone *zone, unsigned lock)
{
    if (lock >= zone->n_locks) return DH_EINVAL;
    return dhi_lock_consistent(&zone->locks[lock], zone->owner);
}
