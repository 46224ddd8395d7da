/* SPDX-License-Identifier: Apache-2.0 */
#include "base/why.h"
#include "block/checksum.h"
#include "block/observe.h"
#include "block/ring.h"

#include <stdlib.h>
#include <string.h>

/* ---- life ---- */

dh_err dhi_slot_rw_open(dh_slot_rw **rw, struct dhi_block *block, int64_t spin_ns,
                        struct dh_why *why)
{
    const struct dhi_header *head = &block->head;
    dh_slot_rw *made = calloc(1, sizeof *made);
    dh_err err = DH_OK;

    if (made == NULL) return dhi_why_errno(why, "malloc");
    made->states = block->states;
    made->payload = block->payload;
    made->stride = head->payload_stride;
    made->n_states = head->n_states;
    made->overwrite = head->full == DH_FULL_OVERWRITE;
    made->membarrier = (head->flags & DHI_FLAG_MEMBARRIER) != 0;
    made->stamped = (head->flags & DHI_FLAG_UNSTAMPED) == 0;
    made->checksum = (enum dh_checksum)head->checksum;
    made->payload_bytes = block->roots[0].size_bytes;
    made->spin_ns = spin_ns == 0 ? 20 * DH_US : spin_ns;
    made->block = block;
    if (block->role == DHI_CONSUMER)
        err = dhi_join(made, why);
    else if (made->overwrite && !dhi_overwrite_open(made))
        err = dhi_why_errno(why, "malloc");
    if (err == DH_OK)
        *rw = made;
    else
        dhi_slot_rw_close(made);
    return err;
}

void dhi_slot_rw_close(dh_slot_rw *rw)
{
    if (rw == NULL) return;
    if (rw->block->role == DHI_CONSUMER) {
        dhi_leave(rw);
    } else {
        /* end→drain: release; who sees the end sees every commit. Pairs with producer_gone(). */
        dhi_store_release(&rw->block->control->ended, 1);
        dhi_wake_consumers(rw);
        dhi_overwrite_close(rw);
    }
    free(rw);
}

/* ---- the writer ---- */

static void *payload_in_hand(const dh_slot_rw *rw)
{
    return rw->payload + rw->buffer * rw->stride;
}

dh_err dh_slot_rw_acquire_write(dh_slot_rw *rw, int64_t deadline_ns, struct dh_slot *slot)
{
    if (rw->busy) return DH_EORDER;
    if (rw->overwrite) {
        dhi_overwrite_acquire_write(rw);
    } else {
        dh_err err = dhi_wait_acquire_write(rw, deadline_ns);
        if (err != DH_OK) return err;
    }
    rw->busy = true;
    *slot = (struct dh_slot){ .data = payload_in_hand(rw),
                              .sequence = rw->next,
                              .length = rw->payload_bytes,
                              .index = rw->index };
    return DH_OK;
}

/* The slot's fields beside the payload. Relaxed: an observer may be looking, and looks again. */
static void describe_slot(dh_slot_rw *rw, SlotRWState *state, uint32_t length)
{
    dhi_store_relaxed(&state->buffer, rw->buffer);
    dhi_store_relaxed(&state->length, length);
    dhi_store_relaxed(&state->incarnation, rw->block->head.incarnation);
    if (rw->stamped) dhi_store_relaxed(&state->commit_ns, (uint64_t)dh_now());
    if (rw->checksum == DH_CHECKSUM_NONE) return;
    for (int i = 0; i < 4; i++)
        dhi_store_relaxed((uint64_t *)(void *)state->tail + i, rw->digest[i]);
}

static void mark_writing(const dh_slot_rw *rw, SlotRWState *state)
{
    dhi_store_relaxed(&state->seq_state, dhi_word(rw->next, DH_SLOT_WRITING));
    /* mark→payload: release fence; who sees the new fields sees this mark when it looks again.
     * Pairs with dhi_observe(). */
    dhi_fence_release();
}

dh_err dh_slot_rw_commit(dh_slot_rw *rw, uint32_t length)
{
    SlotRWState *state = &rw->states[rw->index];

    if (!rw->busy || length > rw->payload_bytes) return rw->busy ? DH_EINVAL : DH_EORDER;
    if (rw->checksum == DH_CHECKSUM_ENFORCED) dhi_checksum(payload_in_hand(rw), length, rw->digest);
    if (rw->overwrite) { /* `wait` marked the slot before its payload was written */
        mark_writing(rw, state);
        rw->published[rw->index] = rw->buffer;
    }
    describe_slot(rw, state, length);
    /* payload→commit: release; who loads this word sees payload and fields. Pairs with committed(),
     * reached(). */
    dhi_store_release(&state->seq_state, dhi_word(rw->next, DH_SLOT_COMMITTED));
    rw->busy = false;
    dhi_advance(rw);
    dhi_store_relaxed(&rw->block->metrics->committed, rw->next);
    dhi_storeload_hot(rw->membarrier); /* sleep↔commit: the commit, then a look at the hint. Pairs
                                          with sleep_once(). */
    if (dhi_load_relaxed(&rw->block->shared->hint) != 0) dhi_wake_consumers(rw);
    return DH_OK;
}

dh_err dh_slot_rw_release_write(dh_slot_rw *rw)
{
    struct dh_producer_metrics *metrics = rw->block->metrics;

    if (!rw->busy) return DH_EORDER;
    rw->busy = false;
    if (rw->overwrite)
        dhi_overwrite_release_write(rw);
    else
        dhi_store_relaxed(&rw->states[rw->index].seq_state, dhi_word(rw->next, DH_SLOT_FREE));
    dhi_store_relaxed(&metrics->aborted, dhi_load_relaxed(&metrics->aborted) + 1);
    return DH_OK;
}

/* ---- the reader ---- */

static dh_err verify(const dh_slot_rw *rw, uint32_t length)
{
    struct dh_consumer_metrics *metrics = &rw->record->metrics;
    const uint64_t *stored = rw->digest;
    uint64_t digest[4];

    if (!rw->overwrite) stored = (const uint64_t *)(const void *)rw->states[rw->index].tail;
    dhi_checksum(payload_in_hand(rw), length, digest);
    if (memcmp(digest, stored, sizeof digest) == 0) return DH_OK;
    dhi_store_relaxed(&metrics->checksum_failures,
                      dhi_load_relaxed(&metrics->checksum_failures) + 1);
    dhi_store_relaxed(&metrics->last_error, (int32_t)DH_ECHECKSUM);
    return DH_ECHECKSUM;
}

dh_err dh_slot_rw_acquire_read(dh_slot_rw *rw, int64_t deadline_ns, struct dh_slot *slot)
{
    const SlotRWState *state = &rw->states[rw->index];
    dh_err err;

    if (rw->busy) return DH_EORDER;
    err = rw->overwrite ? dhi_overwrite_acquire_read(rw, deadline_ns)
                        : dhi_wait_acquire_read(rw, deadline_ns);
    if (err != DH_OK) return err;
    rw->busy = true;
    if (rw->checksum == DH_CHECKSUM_ENFORCED && (err = verify(rw, rw->payload_bytes)) != DH_OK) {
        (void)dh_slot_rw_release_read(rw); /* skipped: the next call gets the next message */
        return err;
    }
    *slot = (struct dh_slot){ .data = payload_in_hand(rw),
                              .sequence = rw->next,
                              .commit_ns = rw->overwrite ? rw->commit_ns
                                                         : dhi_load_relaxed(&state->commit_ns),
                              .length = rw->payload_bytes,
                              .index = rw->index };
    return DH_OK;
}

bool dh_slot_rw_validate_read(const dh_slot_rw *rw)
{
    return rw->busy;
}

dh_err dh_slot_rw_release_read(dh_slot_rw *rw)
{
    if (!rw->busy) return DH_EORDER;
    rw->busy = false;
    if (rw->overwrite)
        dhi_overwrite_release_read(rw);
    else
        dhi_wait_release_read(rw);
    return DH_OK;
}

/* ---- checksums by hand ---- */

dh_err dh_slot_rw_checksum_update(dh_slot_rw *rw)
{
    if (!rw->busy) return DH_EORDER;
    if (rw->checksum == DH_CHECKSUM_NONE || rw->record != NULL) return DH_EINVAL;
    dhi_checksum(payload_in_hand(rw), rw->payload_bytes, rw->digest);
    return DH_OK;
}

dh_err dh_slot_rw_checksum_verify(dh_slot_rw *rw)
{
    if (!rw->busy) return DH_EORDER;
    if (rw->checksum == DH_CHECKSUM_NONE || rw->record == NULL) return DH_EINVAL;
    return verify(rw, rw->payload_bytes);
}

/* ---- from outside ---- */

uint32_t dh_slot_rw_count(const dh_slot_rw *rw)
{
    return rw->n_states;
}

dh_err dh_slot_rw_inspect(const dh_slot_rw *rw, uint32_t index, struct dh_slot_facts *facts)
{
    return dhi_slot_facts(rw->block, index, facts);
}

const char *dh_slot_state_name(enum dh_slot_state state)
{
    static const char *const names[] = { "FREE", "WRITING", "COMMITTED", "DRAINING" };

    return (unsigned)state < 4 ? names[state] : "?";
}
