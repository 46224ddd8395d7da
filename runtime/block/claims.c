/* SPDX-License-Identifier: Apache-2.0
 *
 * claims.c - the records that consumers own: taken by locking a lease byte, given back by whoever
 * holds it.
 *
 *      join    lock the byte ─▶ reset the other words ─▶ claim = (incarnation + 1, head) ─▶
 *              StoreLoad ─▶ claim = (…, head again) ─▶ StoreLoad ─▶ wake who waits for it ─▶
 *              has the block ended?
 *      move    lock the byte in the new block ─▶ other words ─▶ claim = (incarnation, start) ─▶
 * leave the old block leave   other words ─▶ claim = FREE ─▶ unlock reap    lock the byte (that
 * proves death) ─▶ other words ─▶ claim = FREE ─▶ unlock
 *
 * Nobody writes a record without its byte. A reaper killed midway leaves a record that the next one
 * reaps the same way.
 */
#include "base/why.h"
#include "block/observe.h"
#include "block/places.h"
#include "block/ring.h"
#include "block/spinlock.h"
#include "block/strict.h"
#include "os/futex.h"
#include "os/lease.h"

#include <string.h>
#include <time.h>
#include <unistd.h>

enum { JOIN_PATIENCE_NS = 5 * 1000 * 1000 };

/* Words that only people and the owner read; all relaxed, since others may be looking. */
static void write_words(void *to, const void *from, size_t bytes)
{
    uint64_t *at = to;
    const uint64_t *value = from;

    for (size_t i = 0; i < bytes / sizeof *at; i++)
        dhi_store_relaxed(&at[i], value[i]);
}

static void reset_record(struct dhi_record *record)
{
    static const struct dh_consumer_metrics none;
    struct dhi_identity self;
    uint64_t now = (uint64_t)dh_now();

    dhi_identity_self(&self);
    write_words(&record->identity, &self, sizeof self);
    write_words(&record->metrics, &none, sizeof none);
    dhi_store_relaxed(&record->heartbeat_ns, now);
    dhi_store_relaxed(&record->joined_ns, now);
    dhi_store_relaxed(&record->ended_ns, 0);
    dhi_store_relaxed(&record->ended_by_pid, 0);
    dhi_store_relaxed(&record->ended, (uint32_t)DHI_ENDED_NOT);
    dhi_store_release(&record->hold,
                      0); /* read→hold→overwrite: whoever had it is dead; pairs with collect() */
}

/* Publish a claim at the head of a running ring. The claim that is seen first must be one that is
 * honoured: should the ring have moved on by a good part of all positions between the look and the
 * claim (we were stopped, say), it would be taken for one above the head; then once more. A ring of
 * ours cannot do that twice in a row; a hostile one is not waited for. */
static void claim_head(dh_slot_rw *rw)
{
    struct dhi_record *record = rw->record;
    uint64_t head = dhi_block_head(rw->block), seen;
    int attempts = 0;

    do {
        seen = head;
        /* lease→words: release; who sees this claim sees the record reset, and its last owner's
         * reads are done. Pairs with dhi_smallest_claim(). */
        dhi_store_release(&record->claim, dhi_claim(rw->incarnation, seen));
        /* join↔rescan: the claim, then a second look at the head. Either the producer sees the
         * claim before it writes over what we are about to read, or we see here how far it has
         * come. Pairs with find_room(). */
        dhi_fence_full();
        head = dhi_block_head(rw->block);
    } while (head - seen > DHI_CLAIM_POSITION / 4 && ++attempts < 16);
    dhi_store_relaxed(&record->claim, dhi_claim(rw->incarnation, head));
    /* room↔claim: the claim, then a look whether the producer sleeps. It may sleep on what the
     * record's last owner left, who died there and woke nobody. Pairs with ask_for_room(). */
    dhi_fence_full();
    dhi_wake_producer(rw->block, record);
    if (rw->overwrite && head > rw->block->head.start) head--; /* the newest is there already */
    rw->next = head;
    rw->index = (uint32_t)(head % rw->n_states);
    dhi_store_relaxed(&record->position, head);
}

/* The producer skips the claims of the incarnation that it put out last (0: none), so nobody may
 * begin as that one: somebody that has gone wrong can have left any number in the record. */
static void next_incarnation(dh_slot_rw *rw)
{
    uint32_t out = dhi_load_relaxed(&rw->block->evicted[rw->record_index]);

    do
        rw->incarnation++;
    while (rw->incarnation <= DHI_CLAIM_KEPT || rw->incarnation == out);
}

/* The byte is ours. */
static void own_record(dh_slot_rw *rw, uint32_t index)
{
    rw->record = dhi_record_of(rw->block, index);
    rw->record_index = index;
    dhi_locks_settle(rw->block, dhi_lock_owner_of_record(index));
    rw->incarnation = (uint32_t)(dhi_load_acquire(&rw->record->claim) >> 32);
    next_incarnation(rw);
}

/* Take the first record whose byte nobody holds, and which is kept for nobody. */
static bool take_record(dh_slot_rw *rw)
{
    struct dhi_block *block = rw->block;

    if (dhi_block_is_strict(block)) { /* it was given to us, with the lease on it */
        own_record(rw, block->place);
        return true;
    }
    for (uint32_t i = 0; i < block->head.n_consumers; i++) {
        if (!dhi_lease_lock(block->fds.lease, DHI_LEASE_CONSUMER + i)) continue;
        if (!dhi_place_is_kept(block, i)) {
            own_record(rw, i);
            return true;
        }
        dhi_lease_unlock(block->fds.lease, DHI_LEASE_CONSUMER + i);
    }
    return false;
}

/* Whether the block ended while we joined: then we have not begun, since a successor may have
 * counted its readers before our claim was there. Behind the fence of claim_head() (join↔rescan),
 * or what the kernel says: either the successor sees the claim, or we see the end. */
static dh_err ended_meanwhile(dh_slot_rw *rw, struct dh_why *why)
{
    const char *channel = rw->block->head.channel;
    dh_err err = DH_OK;

    if (dhi_load_relaxed(&rw->block->control->close) != DHI_CLOSE_OPEN)
        err = dhi_why(why, DH_ESUPERSEDED, "%s: a successor is taking the channel over", channel);
    else if (!dhi_block_producer_writes(rw->block))
        err = dhi_why(why, DH_EDEAD, "%s: its producer is gone", channel);
    if (err != DH_OK) dhi_leave(rw);
    return err;
}

dh_err dhi_join(dh_slot_rw *rw, struct dh_why *why)
{
    int64_t patience = dh_in(JOIN_PATIENCE_NS);

    /* Who looks after the dead holds their bytes for microseconds: not yet a full table. */
    while (!take_record(rw)) {
        if (dh_now() >= patience)
            return dhi_why(why, DH_ETABLE, "%s: all %u places for consumers are taken",
                           rw->block->head.channel, rw->block->head.n_consumers);
        nanosleep(&(struct timespec){ .tv_nsec = 100 * DH_US }, NULL);
    }
    reset_record(rw->record);
    claim_head(rw);
    if (rw->block->head.stall_limit_ns > 0) rw->evicted = &rw->block->evicted[rw->record_index];
    return ended_meanwhile(rw, why);
}

/* Counters go on over a change of blocks. */
static void carry_metrics(dh_slot_rw *rw, const dh_slot_rw *from)
{
    struct dh_consumer_metrics metrics;

    dhi_consumer_metrics_copy(from->block, from->record_index, &metrics);
    metrics.lost = rw->lost;
    metrics.moved = rw->moved;
    write_words(&rw->record->metrics, &metrics, sizeof metrics);
}

/* Whether nobody has given up waiting for who comes to it. */
static bool is_kept_still(const struct dhi_block *block, uint32_t index)
{
    return dhi_place_is_kept(block, index) &&
           dhi_load_relaxed(&block->evicted[index]) != DHI_CLAIM_KEPT;
}

/* Own the place that was kept in this block; false if it is not there any more. */
static bool take_kept(dh_slot_rw *rw, uint32_t index)
{
    struct dhi_block *block = rw->block;
    int64_t patience = dh_in(JOIN_PATIENCE_NS);
    bool kept;

    if (dhi_block_is_strict(block)) { /* the one that was given to us, or none */
        kept = is_kept_still(block, block->place);
        if (kept) own_record(rw, block->place);
        return kept;
    }
    if (index >= block->head.n_consumers) return false;
    while (!dhi_lease_lock(block->fds.lease, DHI_LEASE_CONSUMER + index)) {
        if (dh_now() >= patience) return false;
        nanosleep(&(struct timespec){ .tv_nsec = 100 * DH_US }, NULL);
    }
    kept = is_kept_still(block, index);
    if (kept)
        own_record(rw, index);
    else
        dhi_lease_unlock(block->fds.lease, DHI_LEASE_CONSUMER + index);
    return kept;
}

dh_err dhi_move(dh_slot_rw *rw, const dh_slot_rw *from, struct dh_why *why)
{
    uint64_t start = rw->block->head.start;
    struct dhi_record *record;
    dh_err err = DH_OK;

    if (from->next <= start && take_kept(rw, from->record_index)) {
        record = rw->record;
        reset_record(record);
        rw->next = start;
        rw->index = (uint32_t)(start % rw->n_states);
        dhi_store_relaxed(&record->position, start);
        /* lease→words: as in claim_head(). The place was honoured already: the claim stays where it
         * is, and has an owner from here on. The old byte is let go after this. */
        dhi_store_release(&record->claim, dhi_claim(rw->incarnation, start));
        if (rw->block->head.stall_limit_ns > 0) rw->evicted = &rw->block->evicted[rw->record_index];
    } else {
        err = dhi_join(rw, why);
    }
    if (err != DH_OK) return err;
    rw->acquired = from->acquired;
    rw->lost = from->lost + (rw->next > from->next ? rw->next - from->next : 0);
    rw->moved = from->moved + 1;
    carry_metrics(rw, from);
    return DH_OK;
}

dh_err dhi_rejoin(dh_slot_rw *rw)
{
    struct dh_consumer_metrics *metrics = &rw->record->metrics;
    uint64_t missed_from = rw->next;

    next_incarnation(rw); /* the byte is still ours: nobody else writes the record */
    claim_head(rw);
    rw->lost += rw->next - missed_from;
    dhi_store_relaxed(&metrics->lost, rw->lost);
    dhi_store_relaxed(&metrics->last_error, (int32_t)DH_EEVICTED);
    return DH_EEVICTED;
}

void dhi_keep_claim(dh_slot_rw *rw)
{
    uint64_t ours = dhi_claim(rw->incarnation, rw->next);
    struct dhi_record *record = rw->record;

    if (dhi_load_relaxed(&record->ended) != DHI_ENDED_NOT)
        dhi_store_relaxed(&record->ended, (uint32_t)DHI_ENDED_NOT);
    if (rw->overwrite || dhi_load_relaxed(&record->claim) == ours) return;
    /* read→claim→overwrite: release, as the store that this one repeats. Pairs with
     * dhi_smallest_claim(). */
    dhi_store_release(&record->claim, ours);
    dhi_storeload_rare(rw->membarrier); /* room↔claim: pairs with wait_for_room() */
    dhi_wake_producer(rw->block, record);
}

/* The words that say that the owner is gone; the claim, which says that the record is free, last.
 */
static void clear_record(struct dhi_block *block, struct dhi_record *record, enum dhi_ended how)
{
    uint64_t claim = dhi_load_acquire(&record->claim);

    dhi_store_release(&record->hold, 0); /* read→hold→overwrite: pairs with collect() */
    dhi_store_relaxed(&record->ended_by_pid, how == DHI_ENDED_REAPED ? (uint32_t)getpid() : 0);
    dhi_store_relaxed(&record->ended_ns, (uint64_t)dh_now());
    dhi_store_relaxed(&record->ended, (uint32_t)how);
    /* read→claim→overwrite: release. Pairs with dhi_smallest_claim(). */
    dhi_store_release(&record->claim, claim | DHI_CLAIM_FREE);
    dhi_storeload_rare((block->head.flags & DHI_FLAG_MEMBARRIER) !=
                       0); /* room↔claim: pairs with wait_for_room() */
    dhi_wake_producer(block, record);
}

void dhi_clear_record(struct dhi_block *block, uint32_t index)
{
    clear_record(block, dhi_record_of(block, index), DHI_ENDED_REAPED);
}

void dhi_leave(dh_slot_rw *rw)
{
    if (rw->record == NULL) return;
    dhi_locks_settle(rw->block, dhi_lock_owner_of_record(rw->record_index));
    clear_record(rw->block, rw->record, DHI_ENDED_LEFT);
    dhi_lease_unlock(rw->block->fds.lease, DHI_LEASE_CONSUMER + rw->record_index);
    rw->record = NULL;
}

/* Whether the words of a record say that somebody owns it. */
static bool is_owned(const struct dhi_record *record)
{
    return dhi_load_relaxed(&record->ended) == DHI_ENDED_NOT ||
           (dhi_load_relaxed(&record->claim) & DHI_CLAIM_FREE) == 0;
}

bool dhi_reap(struct dhi_block *block, uint32_t index)
{
    struct dhi_record *record;
    bool dead;

    if (dhi_block_is_strict(block))
        return block->role == DHI_PRODUCER && dhi_strict_reap(block, index);
    record = dhi_record_of(block, index);
    /* A free record's byte is left alone: a newcomer would take it for a living owner's. A kept one
     * is for dhi_places_look() to give back. */
    if (!is_owned(record) || dhi_place_is_kept(block, index) ||
        !dhi_lease_lock(block->fds.lease, DHI_LEASE_CONSUMER + index))
        return false;
    dead = is_owned(record) &&
           !dhi_place_is_kept(
               block, index); /* its owner is gone; somebody else may have been here before us */
    if (dead) {
        dhi_locks_settle(block, dhi_lock_owner_of_record(index));
        clear_record(block, record, DHI_ENDED_REAPED);
    }
    dhi_lease_unlock(block->fds.lease, DHI_LEASE_CONSUMER + index);
    return dead;
}

unsigned dhi_block_reap(struct dhi_block *block)
{
    unsigned n_reaped = 0;

    for (uint32_t i = 0; i < block->head.n_consumers; i++)
        n_reaped += dhi_reap(block, i);
    return n_reaped;
}
