/* SPDX-License-Identifier: Apache-2.0
 *
 * wait.c - full: wait. Lossless: the producer writes message n into slot n % K once every claim is
 * above n - K. Both sides may take several slots at once, with one synchronisation.
 *
 *      consumer   acquire state == (c, COMMITTED) ─▶ read in place ─▶ release claim = c + 1
 *      producer   n < smallest claim + K ─▶ mark WRITING ─▶ fill ─▶ release state = (n, COMMITTED)
 *
 * While nobody sleeps neither side executes an atomic read-modify-write or a system call.
 */
#include "block/look.h"
#include "block/quick.h"

/* All marks carry the head, not each its own sequence: a joiner takes the greatest for where it
 * begins, and must not begin behind what nobody has committed yet. */
static void mark_slots(dh_slot_rw *rw, uint32_t from, uint32_t to, enum dh_slot_state state)
{
    for (uint32_t k = from; k < to; k++)
        dhi_store_relaxed(&rw->states[dhi_index_ahead(rw, k)].seq_state, dhi_word(rw->next, state));
}

dh_err dhi_wait_acquire_write(dh_slot_rw *rw, int64_t deadline_ns, uint32_t *n)
{
    if (*n > rw->n_states) *n = rw->n_states;
    if (rw->next + *n > rw->room_until) {
        dh_err err = dhi_sleep_until_room(rw, deadline_ns);
        if (err != DH_OK) return err;
    }
    if (*n > rw->room_until - rw->next) *n = (uint32_t)(rw->room_until - rw->next);
    rw->buffer = rw->index;
    mark_slots(rw, 0, *n, DH_SLOT_WRITING);
    /* mark→payload, read→recheck: release fence; an observer, or a consumer that was put out, that
     * sees a byte of the new payload sees this mark when it looks again. Pairs with dhi_observe()
     * in observe.c and dhi_wait_holds(). A release store of the mark would not do. */
    dhi_fence_release();
    return DH_OK;
}

void dhi_wait_release_write(dh_slot_rw *rw, uint32_t n)
{
    mark_slots(rw, rw->in_hand - n, rw->in_hand, DH_SLOT_FREE);
}

static bool committed(const dh_slot_rw *rw)
{
    /* payload→commit: acquire; the slot's payload and fields are those that were there when it was
     * committed. Pairs with publish(). */
    return dhi_load_acquire(&rw->states[rw->index].seq_state) ==
           dhi_word(rw->next, DH_SLOT_COMMITTED);
}

/* Whether the producer no longer waits for us: it says so, or a later turn lies where our message
 * was (evict→mark; pairs with stop_waiting_for()). Without a stall limit the latter means that
 * somebody else wrote over our claim. */
static bool put_out(const dh_slot_rw *rw)
{
    uint64_t word = dhi_load_relaxed(&rw->states[rw->index].seq_state);

    return word >> 2 > rw->next ||
           (rw->evicted != NULL && dhi_load_relaxed(rw->evicted) == rw->incarnation);
}

static bool committed_or_put_out(const dh_slot_rw *rw)
{
    return committed(rw) || put_out(rw);
}

/* The payload's first line is asked for along with the slot word: where cores are far apart its way
 * takes as long, and the two go at once. */
bool dhi_quick_await(dh_slot_rw *rw, int64_t deadline_ns)
{
    const void *payload = dhi_payload_here(rw);
    int64_t until_ns = 0;

    if (!rw->quick || rw->in_hand != 0 || rw->spin_ns < 0 || deadline_ns == DH_NOW) return false;
    do {
        for (int looks = 0; looks < 64; looks++) {
            __builtin_prefetch(payload);
            dhi_pause();
            if (dhi_quick_acquire(rw)) return dhi_look_paid(rw, until_ns);
        }
    } while (dhi_look_on(rw, &until_ns, deadline_ns));
    rw->looked = true;
    return false;
}

dh_err dhi_wait_acquire_read(dh_slot_rw *rw, int64_t deadline_ns)
{
    if (rw->evicted != NULL && put_out(rw)) return dhi_rejoin(rw);
    if (!committed(rw)) {
        dh_err err = dhi_sleep_until_commit(rw, committed_or_put_out, deadline_ns);

        if (err != DH_OK) return err;
        if (!committed(rw)) return dhi_rejoin(rw);
    }
    rw->buffer = rw->index;
    return DH_OK;
}

/* As committed(), of the last one that is waited for; all before it were committed earlier. */
static bool awaited_or_put_out(const dh_slot_rw *rw)
{
    uint32_t behind = rw->awaited - 1;

    /* payload→commit: acquire; pairs with publish(). */
    return dhi_load_acquire(&rw->states[dhi_index_ahead(rw, behind)].seq_state) ==
               dhi_word(rw->next + behind, DH_SLOT_COMMITTED) ||
           put_out(rw);
}

dh_err dhi_wait_await_read(dh_slot_rw *rw, uint32_t n, int64_t deadline_ns)
{
    rw->awaited = n;
    if (awaited_or_put_out(rw)) return DH_OK;
    return dhi_sleep_until_commit(rw, awaited_or_put_out, deadline_ns);
}

dh_err dhi_wait_release_read(dh_slot_rw *rw, uint32_t n)
{
    if (n == 0) return DH_OK;
    if (!dhi_wait_holds(rw)) return dhi_rejoin(rw);
    dhi_advance(rw, n);
    dhi_pass(rw, n);
    return DH_OK;
}
