/* SPDX-License-Identifier: Apache-2.0
 *
 * overwrite.c - full: overwrite. The newest wins; nobody waits. Buffers are not tied to slots: a
 * slot shows one, each consumer holds at most one, and the producer fills those that are neither
 * shown nor held. There are slot words + consumers + 1 and so always one free: a dead, stopped or
 * hostile consumer keeps one buffer from being used, and no more.
 *
 *      consumer   p = state, b = buffer ─▶ hold = b ─▶ StoreLoad ─▶ state still p? ─▶ read in place
 * ─▶ hold = none producer   fill a free buffer ─▶ mark ─▶ fields ─▶ commit;   none free: StoreLoad
 * ─▶ look at the holds
 *
 * There is one slot word more than the schema promises, so that a producer killed between mark and
 * commit has hidden none of the promised newest ones.
 */
#include "block/ring.h"

#include <stdlib.h>
#include <string.h>

bool dhi_overwrite_open(dh_slot_rw *rw)
{
    uint32_t n_buffers = rw->block->head.n_buffers;

    rw->published = malloc(rw->n_states * sizeof *rw->published);
    rw->free_buffers = malloc(n_buffers * sizeof *rw->free_buffers);
    rw->taken = malloc(n_buffers);
    if (rw->published == NULL || rw->free_buffers == NULL || rw->taken == NULL) return false;
    memset(rw->published, 0xff, rw->n_states * sizeof *rw->published);
    return true;
}

void dhi_overwrite_close(dh_slot_rw *rw)
{
    free(rw->published);
    free(rw->free_buffers);
    free(rw->taken);
}

/* Find the buffers that are neither published nor held. Amortised: it runs when all that were found
 * before are used up. */
static void collect(dh_slot_rw *rw)
{
    const struct dhi_block *block = rw->block;
    uint32_t n_buffers = block->head.n_buffers;

    memset(rw->taken, 0, n_buffers);
    for (uint32_t i = 0; i < rw->n_states; i++)
        if (rw->published[i] < n_buffers) rw->taken[rw->published[i]] = 1;
    /* hold↔reclaim: StoreLoad between the publications above all and the looks at the holds. Either
     * a consumer's second look sees that its slot has changed, or its hold is seen here. Pairs with
     * hold_slot(). */
    dhi_fence_full();
    for (uint32_t i = 0; i < block->head.n_consumers; i++) {
        /* read→hold→overwrite: acquire; a hold that is gone has done its reads. Pairs with
         * dhi_overwrite_release_read(). */
        uint64_t hold = dhi_load_acquire(&dhi_record_of(block, i)->hold);
        if (hold >= 1 && hold <= n_buffers) rw->taken[hold - 1] = 1;
    }
    for (uint32_t b = 0; b < n_buffers; b++)
        if (!rw->taken[b]) rw->free_buffers[rw->n_free++] = b;
}

void dhi_overwrite_acquire_write(dh_slot_rw *rw, uint32_t *n)
{
    uint32_t n_slots = rw->block->head.n_slots;

    if (rw->n_free == 0) collect(rw); /* slots + consumers + 1 buffers: at least one is found */
    if (*n > rw->n_free) *n = rw->n_free;
    if (*n > n_slots) *n = n_slots; /* more would overwrite the first of them */
    rw->n_free -= *n;
    rw->buffer = rw->free_buffers[rw->n_free + *n - 1];
    for (uint32_t k = 0; k < *n; k++) {
        uint32_t *refill = &rw->block->refills[rw->free_buffers[rw->n_free + k]];

        dhi_store_relaxed(refill, dhi_load_relaxed(refill) + 1);
    }
    /* read→recheck: release fence; who sees a byte of the new payload sees, when it looks again,
     * that the buffer was taken. Pairs with dhi_overwrite_holds(). */
    dhi_fence_release();
}

/* The first slot in hand is published; its buffer was the last one on the pile. */
void dhi_overwrite_commit_write(dh_slot_rw *rw)
{
    rw->published[rw->index] = rw->buffer;
    if (rw->in_hand > 1) rw->buffer = rw->free_buffers[rw->n_free + rw->in_hand - 2];
}

void dhi_overwrite_release_write(dh_slot_rw *rw, uint32_t n)
{
    rw->n_free += n;
}

/* Something to read, or to skip, at our position. */
static bool reached(const dh_slot_rw *rw)
{
    uint64_t word = dhi_load_acquire(
        &rw->states[rw->index].seq_state); /* payload→commit: pairs with publish() */
    uint64_t sequence = word >> 2;

    return sequence > rw->next || (sequence == rw->next && (word & 3) == DH_SLOT_COMMITTED);
}

static void skip_to(dh_slot_rw *rw, uint64_t sequence)
{
    rw->lost += sequence - rw->next;
    rw->next = sequence;
    rw->index = (uint32_t)(sequence % rw->n_states);
    dhi_store_relaxed(&rw->record->metrics.lost, rw->lost);
}

/* Hold the buffer that our slot shows; false if the slot has changed before the hold could be seen.
 */
static bool hold_slot(dh_slot_rw *rw, uint64_t word)
{
    const SlotRWState *state = &rw->states[rw->index];
    const uint64_t *tail = (const uint64_t *)(const void *)state->tail;

    rw->buffer = dhi_load_relaxed(&state->buffer);
    rw->commit_ns = dhi_load_relaxed(&state->commit_ns);
    for (int i = 0; i < 4; i++)
        rw->digest[i] = dhi_load_relaxed(&tail[i]);
    dhi_store_release(&rw->record->hold, (uint64_t)rw->buffer + 1);
    if (rw->buffer < rw->block->head.n_buffers)
        rw->refill = dhi_load_relaxed(&rw->block->refills[rw->buffer]);
    dhi_fence_full(); /* hold↔reclaim: the hold, then the second look. Pairs with collect(). */
    return dhi_load_acquire(&state->seq_state) == word;
}

static void drop_hold(dh_slot_rw *rw)
{
    /* read→hold→overwrite: release; all reads are done, the buffer may be filled again. Pairs with
     * collect(). */
    dhi_store_release(&rw->record->hold, 0);
}

/* Move on to where the next message can be: past what was overwritten; on a channel of one slot, to
 * the newest. True if word is then a message to take. */
static bool choose(dh_slot_rw *rw, uint64_t *word, unsigned attempt)
{
    uint64_t n_slots = rw->block->head.n_slots, sequence;

    *word = dhi_load_acquire(
        &rw->states[rw->index].seq_state); /* payload→commit: pairs with publish() */
    sequence = *word >> 2;
    if (sequence > rw->next) { /* this turn of the slot is gone; the newest n_slots below are
                                  promised to be there */
        uint64_t head = sequence + ((*word & 3) == DH_SLOT_COMMITTED);
        skip_to(rw, attempt > 2 ? dhi_block_head(rw->block) - 1 : head - n_slots);
        return false;
    }
    if (sequence != rw->next || (*word & 3) != DH_SLOT_COMMITTED) return false;
    if (n_slots == 1) {
        uint64_t head = dhi_block_head(rw->block);
        if (head > rw->next + 1) {
            skip_to(rw, head - 1);
            return false;
        }
    }
    return true;
}

dh_err dhi_overwrite_acquire_read(dh_slot_rw *rw, int64_t deadline_ns)
{
    for (unsigned attempt = 0;; attempt++) {
        uint64_t word;

        /* Each failed attempt means that the producer went on; a hostile one may do so for ever. */
        if (attempt >= 64 && dh_now() >= deadline_ns) return DH_EEMPTY;
        if (!reached(rw)) {
            dh_err err = dhi_sleep_until_commit(rw, reached, deadline_ns);
            if (err != DH_OK) return err;
        }
        if (!choose(rw, &word, attempt)) continue;
        if (hold_slot(rw, word)) break;
        drop_hold(rw);
    }
    if (rw->buffer < rw->block->head.n_buffers) return DH_OK;
    drop_hold(rw);
    return DH_ECORRUPT;
}

/* A hold is a word that other consumers can reach: one that has gone wrong may have wiped it out,
 * and the producer then fills the buffer under us. While the slot shows our message nobody fills
 * it; later, the producer's own count says whether somebody did. */
bool dhi_overwrite_holds(const dh_slot_rw *rw)
{
    /* read→recheck: acquire fence; if anything that was read was a later message's, the slot's mark
     * and the refill are seen. Pairs with mark_writing() and dhi_overwrite_acquire_write(). */
    dhi_fence_acquire();
    return dhi_load_relaxed(&rw->states[rw->index].seq_state) ==
               dhi_word(rw->next, DH_SLOT_COMMITTED) ||
           dhi_load_relaxed(&rw->block->refills[rw->buffer]) == rw->refill;
}

/* What was read does not count: it is lost. */
static dh_err give_up(dh_slot_rw *rw)
{
    dhi_store_relaxed(&rw->record->metrics.last_error, (int32_t)DH_EEVICTED);
    skip_to(rw, rw->next + 1);
    return DH_EEVICTED;
}

dh_err dhi_overwrite_release_read(dh_slot_rw *rw, uint32_t n)
{
    bool held = n == 0 || dhi_overwrite_holds(rw);

    drop_hold(rw);
    if (!held) return give_up(rw);
    dhi_advance(rw, n);
    rw->acquired += n;
    dhi_store_relaxed(&rw->record->position, rw->next);
    dhi_store_relaxed(&rw->record->metrics.acquired, rw->acquired);
    return DH_OK;
}
