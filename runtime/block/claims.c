/* SPDX-License-Identifier: Apache-2.0
 *
 * claims.c - the records that consumers own: taken by locking a lease byte, given back by whoever
 * holds it.
 *
 *      join    lock the byte ─▶ reset the other words ─▶ claim = (incarnation + 1, head) ─▶
 * StoreLoad ─▶ claim = (…, head again) leave   other words ─▶ claim = FREE ─▶ unlock reap    lock
 * the byte (that proves death) ─▶ other words ─▶ claim = FREE ─▶ unlock
 *
 * Nobody writes a record without its byte. A reaper killed midway leaves a record that the next one
 * reaps the same way.
 */
#include "base/why.h"
#include "block/ring.h"
#include "block/spinlock.h"
#include "os/futex.h"
#include "os/lease.h"

#include <string.h>
#include <unistd.h>

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

/* Publish a claim at the head of a running ring. */
static void claim_head(dh_slot_rw *rw)
{
    struct dhi_record *record = rw->record;
    uint64_t incarnation = (uint64_t)rw->incarnation << 32, head = dhi_block_head(rw->block);

    /* lease→words: release; who sees this claim sees the record reset. */
    dhi_store_release(&record->claim, incarnation | (head & DHI_CLAIM_POSITION));
    /* join↔rescan: the claim, then a second look at the head. Either the producer sees the claim
     * before it writes over what we are about to read, or we see here how far it has come. Pairs
     * with find_room(). */
    dhi_fence_full();
    head = dhi_block_head(rw->block);
    dhi_store_relaxed(&record->claim, incarnation | (head & DHI_CLAIM_POSITION));
    if (rw->overwrite && head > 0) head--; /* the newest is there already */
    rw->next = head;
    rw->index = (uint32_t)(head % rw->n_states);
    dhi_store_relaxed(&record->position, head);
}

dh_err dhi_join(dh_slot_rw *rw, struct dh_why *why)
{
    struct dhi_block *block = rw->block;
    uint32_t n = block->head.n_consumers;

    for (uint32_t i = 0; i < n; i++) {
        struct dhi_record *record = &block->records[i];

        if (!dhi_lease_lock(block->fds.lease, DHI_LEASE_CONSUMER + i)) continue;
        dhi_locks_settle(block, dhi_lock_owner_of_record(i));
        rw->record = record;
        rw->record_index = i;
        rw->incarnation = (uint32_t)(dhi_load_acquire(&record->claim) >> 32) + 1;
        reset_record(record);
        claim_head(rw);
        return DH_OK;
    }
    return dhi_why(why, DH_ETABLE, "%s: all %u places for consumers are taken", block->head.channel,
                   n);
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

void dhi_leave(dh_slot_rw *rw)
{
    if (rw->record == NULL) return;
    dhi_locks_settle(rw->block, dhi_lock_owner_of_record(rw->record_index));
    clear_record(rw->block, rw->record, DHI_ENDED_LEFT);
    dhi_lease_unlock(rw->block->fds.lease, DHI_LEASE_CONSUMER + rw->record_index);
    rw->record = NULL;
}

bool dhi_reap(struct dhi_block *block, uint32_t index)
{
    struct dhi_record *record = &block->records[index];
    bool dead;

    if (!dhi_lease_lock(block->fds.lease, DHI_LEASE_CONSUMER + index)) return false;
    dead = dhi_load_relaxed(&record->ended) == DHI_ENDED_NOT ||
           (dhi_load_relaxed(&record->claim) & DHI_CLAIM_FREE) == 0;
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
