/* SPDX-License-Identifier: Apache-2.0 */
#include "block/spinlock.h"

#include "base/atomic.h"
#include "block/ring.h"
#include "os/futex.h"
#include "os/lease.h"

/* lock→value→unlock: every successful compare-and-swap acquires what the last owner released with
 * its own.
 */

static dh_err taken(struct dhi_lock *lock, uint32_t word)
{
    dhi_store_relaxed(&lock->depth, 1);
    return (word & DHI_LOCK_DIED) != 0 ? DH_EOWNERDEAD : DH_OK;
}

static unsigned lease_byte(uint32_t owner)
{
    return owner == DHI_LOCK_PRODUCER ? DHI_LEASE_PRODUCER : DHI_LEASE_CONSUMER + (owner - 2);
}

/* If the owner in `word` is dead, take the lock from it. Its lease byte is held meanwhile: nobody
 * can have joined as it. */
static bool take_from_dead(const struct dhi_block *block, struct dhi_lock *lock, uint32_t word,
                           uint32_t owner)
{
    uint32_t holder = word & DHI_LOCK_OWNER;
    bool done;

    if (holder == 0 || holder >= 2 + block->head.n_consumers) return false;
    if (!dhi_lease_lock(block->fds.lease, lease_byte(holder))) return false;
    done = dhi_cas(&lock->word, &word, (word & DHI_LOCK_WAITERS) | DHI_LOCK_DIED | owner);
    dhi_lease_unlock(block->fds.lease, lease_byte(holder));
    return done;
}

enum { LOOK_NS = 250 * 1000, LOOK_OFTEN_S = 10 };

/* Locks are held for microseconds: who waits for longer waits for somebody dead, or stopped, and no
 * kernel says which. */
static int64_t slice(int64_t waited_ns)
{
    return waited_ns < LOOK_OFTEN_S * DH_S ? LOOK_NS : dhi_slice(waited_ns);
}

static void wait_a_slice(struct dhi_lock *lock, uint32_t word, int64_t began, int64_t now,
                         int64_t deadline_ns)
{
    int64_t until = now + slice(now - began);

    if ((word & DHI_LOCK_WAITERS) == 0 && !dhi_cas(&lock->word, &word, word | DHI_LOCK_WAITERS))
        return;
    dhi_futex_wait(&lock->word, word | DHI_LOCK_WAITERS, until < deadline_ns ? until : deadline_ns);
}

dh_err dhi_lock_take(const struct dhi_block *block, struct dhi_lock *lock, uint32_t owner,
                     int64_t deadline_ns)
{
    int64_t began = 0;

    for (unsigned attempt = 0;; attempt++) {
        uint32_t word = dhi_load_relaxed(&lock->word), holder = word & DHI_LOCK_OWNER;
        int64_t now;

        if (holder == owner) { /* recursive: one handle, one thread at a time */
            dhi_store_relaxed(&lock->depth, dhi_load_relaxed(&lock->depth) + 1);
            return (word & DHI_LOCK_DIED) != 0 ? DH_EOWNERDEAD : DH_OK;
        }
        if (holder == 0) { /* lock→value→unlock: acquires. Pairs with keep_bits(). */
            if (dhi_cas(&lock->word, &word, word | owner)) return taken(lock, word);
            /* somebody was faster, again and again only if it has gone wrong */
            if (attempt > 1000 && dh_now() >= deadline_ns) return DH_EBUSY;
            continue;
        }
        if (attempt < 100 && deadline_ns != DH_NOW) {
            dhi_pause();
            continue;
        }
        if (take_from_dead(block, lock, word, owner)) return taken(lock, DHI_LOCK_DIED);
        now = dh_now();
        if (now >= deadline_ns) return DH_EBUSY;
        if (began == 0) began = now;
        wait_a_slice(lock, word, began, now, deadline_ns);
    }
}

/* Replace the word by word & keep, whatever WAITERS does meanwhile; true if somebody waits.
 * lock→value→unlock: releases. Pairs with dhi_lock_take(). */
static bool keep_bits(struct dhi_lock *lock, uint32_t keep)
{
    uint32_t word = dhi_load_relaxed(&lock->word);

    while (!dhi_cas(&lock->word, &word, word & keep))
        dhi_pause();
    return (word & DHI_LOCK_WAITERS) != 0;
}

dh_err dhi_lock_give(struct dhi_lock *lock, uint32_t owner)
{
    uint32_t depth = dhi_load_relaxed(&lock->depth);

    if ((dhi_load_relaxed(&lock->word) & DHI_LOCK_OWNER) != owner) return DH_EORDER;
    if (depth > 1) {
        dhi_store_relaxed(&lock->depth, depth - 1);
        return DH_OK;
    }
    if (keep_bits(lock, DHI_LOCK_DIED)) dhi_futex_wake(&lock->word);
    return DH_OK;
}

dh_err dhi_lock_consistent(struct dhi_lock *lock, uint32_t owner)
{
    if ((dhi_load_relaxed(&lock->word) & DHI_LOCK_OWNER) != owner) return DH_EORDER;
    keep_bits(lock, DHI_LOCK_OWNER | DHI_LOCK_WAITERS);
    return DH_OK;
}

void dhi_locks_settle(struct dhi_block *block, uint32_t owner)
{
    for (uint32_t i = 1; i < block->head.n_roots && block->zones != NULL; i++) {
        struct dhi_lock *locks =
            (struct dhi_lock *)(void *)(block->zones + block->roots[i].guard_offset);

        for (uint32_t k = 0; block->roots[i].shared && k < block->roots[i].n_spinlocks; k++) {
            uint32_t word = dhi_load_relaxed(&locks[k].word);

            while ((word & DHI_LOCK_OWNER) == owner &&
                   !dhi_cas(&locks[k].word, &word, DHI_LOCK_DIED))
                dhi_pause();
            if ((word & DHI_LOCK_OWNER) == owner) dhi_futex_wake(&locks[k].word);
        }
    }
}
