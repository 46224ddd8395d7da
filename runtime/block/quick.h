/* SPDX-License-Identifier: Apache-2.0
 *
 * quick.h - the way that almost every message takes, in as few instructions as it can be: a `wait`
 * channel without checksums and stall limit, nothing in hand, room at hand, the message
 * there. Who finds anything else here has changed nothing, and takes the long way (slot_rw.c).
 *
 *               private            the slot's line          a line of one's own  lines that stay
 *      loan     next < room_until  mark
 *      commit   next, index        fields, commit           committed            hint
 *      acquire  next               look
 *      release  next, index        look again               claim, acquired      room_wait
 */
#ifndef DHI_BLOCK_QUICK_H
#define DHI_BLOCK_QUICK_H

#include "block/ring.h"

/* The slot that this side comes to next, or has in hand. */
static inline SlotRWState *dhi_here(const dh_slot_rw *rw)
{
    return &rw->states[rw->index];
}

static inline void *dhi_payload_here(const dh_slot_rw *rw)
{
    return rw->payload + rw->index * rw->stride;
}

static inline void dhi_quick_advance(dh_slot_rw *rw)
{
    rw->in_hand = 0;
    rw->next++;
    if (++rw->index == rw->n_states) rw->index = 0;
}

/* ---- the writer ---- */

/* Once for all that was published: count it, and wake who sleeps. */
static inline void dhi_announce(dh_slot_rw *rw)
{
    dhi_store_relaxed(&rw->metrics->committed, rw->next);
    dhi_storeload_hot(rw->membarrier); /* sleep↔commit: the commits, then a look at the hint. Pairs
                                          with sleep_once(). */
    if (__builtin_expect(dhi_load_relaxed(rw->hint) != 0, 0)) dhi_wake_consumers(rw);
}

/* Below room_until there is room; it is 0 on `overwrite` channels. */
static inline bool dhi_quick_loan(dh_slot_rw *rw)
{
    if (rw->in_hand != 0 || rw->next >= rw->room_until) return false;
    rw->in_hand = 1;
    rw->buffer = rw->index;
    dhi_store_relaxed(&dhi_here(rw)->seq_state, dhi_word(rw->next, DH_SLOT_WRITING));
    /* mark→payload, read→recheck: release fence, as in dhi_wait_acquire_write(). Pairs with
     * dhi_observe() and dhi_wait_holds(). */
    dhi_fence_release();
    return true;
}

static inline bool dhi_quick_commit(dh_slot_rw *rw, uint32_t length)
{
    SlotRWState *state = dhi_here(rw);

    if (rw->in_hand != 1 || !rw->quick || !dhi_gate_enter(rw->gate)) return false;
    dhi_store_relaxed(&state->buffer, rw->index);
    dhi_store_relaxed(&state->length, length);
    dhi_store_relaxed(&state->incarnation, rw->incarnation);
    if (rw->stamped) dhi_store_relaxed(&state->commit_ns, (uint64_t)dhi_stamp(&rw->stamper));
    /* payload→commit: release, as in publish(). Pairs with committed(). */
    dhi_store_release(&state->seq_state, dhi_word(rw->next, DH_SLOT_COMMITTED));
    dhi_gate_leave(rw->gate); /* commit→quiet: pairs with dhi_gate_is_quiet() */
    dhi_quick_advance(rw);
    dhi_announce(rw);
    return true;
}

/* ---- the reader ---- */

static inline bool dhi_quick_acquire(dh_slot_rw *rw)
{
    if (rw->in_hand != 0 || !rw->quick) return false;
    /* payload→commit: acquire, as in committed(). Pairs with publish(). */
    if (dhi_load_acquire(&dhi_here(rw)->seq_state) != dhi_word(rw->next, DH_SLOT_COMMITTED))
        return false;
    rw->in_hand = 1;
    rw->buffer = rw->index;
    return true;
}

/* Look at the slot for a while, before anything costs a call or a look at the clock; false: it did
 * not come, or this is not a channel for it. */
bool dhi_quick_await(dh_slot_rw *rw, int64_t deadline_ns);

/* Whether what is in hand is still what was acquired. */
static inline bool dhi_wait_holds(const dh_slot_rw *rw)
{
    /* read→recheck: acquire fence; if anything that was read was a later turn's, the word of the
     * oldest slot in hand is seen to have changed. Pairs with dhi_wait_acquire_write()'s fence
     * behind the mark (evict→mark). An acquire load of the word would not do. */
    dhi_fence_acquire();
    return dhi_load_relaxed(&dhi_here(rw)->seq_state) == dhi_word(rw->next, DH_SLOT_COMMITTED);
}

/* n messages have been read; rw->next is behind them. */
static inline void dhi_pass(dh_slot_rw *rw, uint32_t n)
{
    /* read→claim→overwrite: release; all reads of the slot are done, its next turn may be written.
     * Pairs with dhi_smallest_claim(). */
    dhi_store_release(&rw->record->claim, dhi_claim(rw->incarnation, rw->next));
    rw->acquired += n;
    dhi_store_relaxed(&rw->record->metrics.acquired, rw->acquired);
    dhi_storeload_hot(rw->membarrier); /* room↔claim: the claim, then a look whether the producer
                                          sleeps. Pairs with ask_for_room(). */
    if (__builtin_expect(dhi_load_relaxed(rw->room_wait) != 0, 0)) dhi_tell_room(rw, n);
}

static inline bool dhi_quick_release(dh_slot_rw *rw)
{
    if (rw->in_hand != 1 || !rw->quick || !dhi_wait_holds(rw)) return false;
    dhi_quick_advance(rw);
    dhi_pass(rw, 1);
    return true;
}

#endif
