/* SPDX-License-Identifier: Apache-2.0
 *
 * wait.c - full: wait. Lossless: the producer writes message n into slot n % K once every claim is
 * above n - K.
 *
 *      consumer   acquire state == (c, COMMITTED) ─▶ read in place ─▶ release claim = c + 1
 *      producer   n < smallest claim + K ─▶ mark WRITING ─▶ fill ─▶ release state = (n, COMMITTED)
 *
 * While nobody sleeps neither side executes an atomic read-modify-write or a system call.
 */
#include "block/ring.h"

dh_err dhi_wait_acquire_write(dh_slot_rw *rw, int64_t deadline_ns)
{
    if (rw->next >= rw->room_until) {
        dh_err err = dhi_sleep_until_room(rw, deadline_ns);
        if (err != DH_OK) return err;
    }
    rw->buffer = rw->index;
    dhi_store_relaxed(&rw->states[rw->index].seq_state, dhi_word(rw->next, DH_SLOT_WRITING));
    /* mark→payload: release fence; an observer that sees a byte of the new payload sees this mark
     * when it looks again. Pairs with dhi_observe() in observe.c. A release store of the mark would
     * not do. */
    dhi_fence_release();
    return DH_OK;
}

static bool committed(const dh_slot_rw *rw)
{
    /* payload→commit: acquire; the slot's payload and fields are those that were there when it was
     * committed. Pairs with dh_slot_rw_commit(). */
    return dhi_load_acquire(&rw->states[rw->index].seq_state) ==
           dhi_word(rw->next, DH_SLOT_COMMITTED);
}

dh_err dhi_wait_acquire_read(dh_slot_rw *rw, int64_t deadline_ns)
{
    if (!committed(rw)) {
        dh_err err = dhi_sleep_until_commit(rw, committed, deadline_ns);
        if (err != DH_OK) return err;
    }
    rw->buffer = rw->index;
    return DH_OK;
}

void dhi_wait_release_read(dh_slot_rw *rw)
{
    uint32_t position;

    dhi_advance(rw);
    position = (uint32_t)rw->next & DHI_CLAIM_POSITION;
    /* read→claim→overwrite: release; all reads of the slot are done, its next turn may be written.
     * Pairs with dhi_smallest_claim(). */
    dhi_store_release(&rw->record->claim, (uint64_t)rw->incarnation << 32 | position);
    dhi_store_relaxed(&rw->record->metrics.acquired, ++rw->acquired);
    dhi_storeload_hot(
        rw->membarrier); /* room↔claim: the claim, then a look whether the producer sleeps */
    dhi_wake_producer(rw->block, rw->record);
}
