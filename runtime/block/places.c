/* SPDX-License-Identifier: Apache-2.0 */
#include "block/places.h"

#include "base/why.h"
#include "block/observe.h"
#include "block/ring.h"
#include "block/spinlock.h"
#include "block/strict.h"
#include "os/lease.h"

#include <sodium.h>
#include <string.h>

bool dhi_place_is_kept(const struct dhi_block *block, uint32_t index)
{
    uint64_t claim = dhi_load_relaxed(&dhi_record_of(block, index)->claim);

    /* Where none is kept the claim is a stray store. */
    return dhi_load_relaxed(&block->control->places) != 0 && claim >> 32 == DHI_CLAIM_KEPT &&
           (claim & DHI_CLAIM_FREE) == 0;
}

uint32_t dhi_places_count(const struct dhi_block *block)
{
    uint32_t n = 0;

    for (uint32_t i = 0; i < block->head.n_consumers; i++)
        n += dhi_place_is_kept(block, i);
    return n;
}

/* ---- inheriting ---- */

/* The dead were reaped; what is left has an owner, or is kept for one. */
static int keep_places(struct dhi_block *block, const struct dhi_block *old)
{
    uint64_t kept = dhi_claim(DHI_CLAIM_KEPT, block->head.start);
    int n = 0;

    if (dhi_block_is_strict(block)) return dhi_strict_keep(block, old);
    for (uint32_t i = 0; i < old->head.n_consumers && i < block->head.n_consumers; i++) {
        /* join↔rescan: after the old block's end. Either we see a joiner's claim, or it sees the
         * end. Pairs with ended_meanwhile(). */
        if ((dhi_load_acquire(&dhi_record_of(old, i)->claim) & DHI_CLAIM_FREE) != 0) continue;
        dhi_store_relaxed(&dhi_record_of(block, i)->claim, kept);
        n++;
    }
    return n;
}

static bool same_root(const struct dhi_block *block, uint32_t i, const struct dhi_block *old,
                      uint32_t k)
{
    const struct dhi_root *a = &block->roots[i], *b = &old->roots[k];
    uint32_t n = a->n_minors < b->n_minors ? a->n_minors : b->n_minors;

    return strcmp(a->name, b->name) == 0 && a->shared == b->shared &&
           memcmp(block->lineage[a->first_lineage + n - 1].hash,
                  old->lineage[b->first_lineage + n - 1].hash, DH_HASH_BYTES) == 0;
}

static struct dhi_lock *locks_of(const struct dhi_block *block, const struct dhi_root *root)
{
    return (struct dhi_lock *)(void *)(block->zones + root->guard_offset);
}

/* What a lock guards may be half an update while it is held, and for good if its owner died: then
 * in the new block, where nobody holds it, its next owner is told as after any owner's death. True:
 * one is held just now. */
static bool note_locks(struct dhi_lock *to, const struct dhi_lock *from, uint32_t n)
{
    bool held = false;

    for (uint32_t i = 0; i < n; i++) {
        /* lock→value→unlock: acquire; of a free one all of its last owner's update is seen. Pairs
         * with keep_bits(). */
        uint32_t word = dhi_load_acquire(&from[i].word);

        held |= (word & DHI_LOCK_OWNER) != 0;
        if ((word & (DHI_LOCK_OWNER | DHI_LOCK_DIED)) != 0)
            dhi_store_relaxed(&to[i].word, DHI_LOCK_DIED);
    }
    return held;
}

/* Between two updates, if one comes to its end soon. */
static void take_shared(struct dhi_block *block, const struct dhi_root *to,
                        const struct dhi_block *old, const struct dhi_root *from, size_t bytes)
{
    uint32_t n = to->n_spinlocks < from->n_spinlocks ? to->n_spinlocks : from->n_spinlocks;
    struct dhi_lock *locks = locks_of(block, to);
    bool held = true;

    for (int attempt = 0; held && attempt < 64; attempt++) {
        for (uint32_t i = 0; i < n; i++)
            dhi_store_relaxed(&locks[i].word, 0);
        held = note_locks(locks, locks_of(old, from), n);
        dhi_copy_relaxed(block->zones + to->value_offset, old->zones + from->value_offset, bytes);
        /* lock→value→unlock: the value, then the locks again. Pairs with dhi_lock_take(). */
        dhi_fence_acquire();
        held |= note_locks(locks, locks_of(old, from), n);
        dhi_pause();
    }
}

/* Nobody sees the new block yet. A value that its writer left half-written when it died is nothing
 * to take over: the zone begins anew. */
static void take_zone(struct dhi_block *block, const struct dhi_root *to,
                      const struct dhi_block *old, const struct dhi_root *from)
{
    size_t bytes = to->size_bytes < from->size_bytes ? to->size_bytes : from->size_bytes;
    const uint64_t *guard = (const uint64_t *)(const void *)(old->data + from->guard_offset);
    unsigned char *value = block->data + to->value_offset;

    if (to->shared) {
        take_shared(block, to, old, from, bytes);
    } else if (dhi_observe_guarded(guard, old->data + from->value_offset, value, bytes) != DH_OK) {
        memset(value, 0, bytes);
    } else {
        uint64_t even = dhi_load_relaxed(guard);
        memcpy(block->data + to->guard_offset, &even, sizeof even);
    }
}

static void take_zones(struct dhi_block *block, const struct dhi_block *old)
{
    for (uint32_t i = 1; i < block->head.n_roots; i++)
        for (uint32_t k = 1; k < old->head.n_roots; k++)
            if (same_root(block, i, old, k))
                take_zone(block, &block->roots[i], old, &old->roots[k]);
}

int dhi_block_inherit(struct dhi_block *block, struct dhi_block *old)
{
    struct dhi_header *shared = (struct dhi_header *)(void *)block->data, *head = &block->head;
    SlotRWState *first;
    int n_kept;

    (void)dhi_block_reap(old);
    head->start = dhi_block_head(old);
    head->incarnation = old->head.incarnation + 1;
    memcpy(head->predecessor, old->head.producer.instance, sizeof head->predecessor);
    shared->start = head->start;
    shared->incarnation = head->incarnation;
    memcpy(shared->predecessor, head->predecessor, sizeof shared->predecessor);
    first = &block->states[head->start % head->n_states];
    dhi_store_relaxed(&first->seq_state, dhi_word(head->start, DH_SLOT_FREE));
    dhi_store_relaxed(&block->metrics->committed, head->start);
    take_zones(block, old);
    n_kept = keep_places(block, old);
    if (n_kept < 0) return n_kept;
    dhi_store_relaxed(&block->control->places, n_kept > 0);
    dhi_store_relaxed(&block->metrics->kept, (uint32_t)n_kept);
    return n_kept;
}

/* ---- looking after them ---- */

dh_err dhi_places_open(struct dhi_places *places, struct dhi_block *block,
                       const struct dhi_block *old, struct dh_why *why)
{
    struct dhi_places made = { .block = block, .old_lease = -1, .lease = -1 };

    if (dhi_block_is_strict(block)) {
        *places = made;
        return DH_OK;
    }
    made.old_lease = dhi_lease_open(old->fds.lease);
    if (made.old_lease >= 0) made.lease = dhi_lease_open(block->fds.lease);
    if (made.lease < 0) {
        dh_err err = dhi_why_errno(why, "a lease for kept places");

        dhi_places_close(&made);
        return err;
    }
    *places = made;
    return DH_OK;
}

void dhi_places_close(struct dhi_places *places)
{
    if (places->lease >= 0) dhi_lease_close(places->lease);
    if (places->old_lease >= 0) dhi_lease_close(places->old_lease);
    *places = DHI_NO_PLACES;
}

/* The old byte first: while somebody may still come, the new one is left alone. */
static void give_back(const struct dhi_places *places, uint32_t index)
{
    unsigned byte = DHI_LEASE_CONSUMER + index;

    if (!dhi_lease_lock(places->old_lease, byte)) return;
    if (dhi_lease_lock(places->lease, byte)) {
        if (dhi_place_is_kept(places->block, index)) dhi_clear_record(places->block, index);
        dhi_lease_unlock(places->lease, byte);
    }
    dhi_lease_unlock(places->old_lease, byte);
}

static bool look_at_each(const struct dhi_places *places)
{
    bool left = false;

    for (uint32_t i = 0; i < places->block->head.n_consumers; i++) {
        if (!dhi_place_is_kept(places->block, i)) continue;
        give_back(places, i);
        left |= dhi_place_is_kept(places->block, i);
    }
    return left;
}

bool dhi_places_look(struct dhi_places *places)
{
    struct dhi_block *block = places->block;
    bool left;

    if (block == NULL) return false;
    left = dhi_block_is_strict(block) ? dhi_strict_settle(block) : look_at_each(places);
    if (!left) {
        dhi_store_relaxed(&block->control->places, 0);
        dhi_places_close(places);
    }
    return left;
}
