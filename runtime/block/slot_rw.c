/* SPDX-License-Identifier: Apache-2.0 */
#include "base/why.h"
#include "block/ahead.h"
#include "block/behind.h"
#include "block/checksum.h"
#include "block/look.h"
#include "block/observe.h"
#include "block/quick.h"

#include <stdlib.h>
#include <string.h>

/* ---- life ---- */

/* NULL with errno. */
static dh_slot_rw *new_side(struct dhi_block *block, int64_t spin_ns)
{
    const struct dhi_header *head = &block->head;
    dh_slot_rw *made = calloc(1, sizeof *made);

    if (made == NULL) return NULL;
    made->states = block->states;
    made->payload = block->payload;
    made->stride = head->payload_stride;
    made->n_states = head->n_states;
    made->overwrite = made->special = head->full == DH_FULL_OVERWRITE;
    made->membarrier = (head->flags & DHI_FLAG_MEMBARRIER) != 0;
    made->stamped = (head->flags & DHI_FLAG_UNSTAMPED) == 0;
    made->checksum = (enum dh_checksum)head->checksum;
    made->payload_bytes = block->roots[0].size_bytes;
    dhi_look_init(made, spin_ns);
    made->stall_limit_ns = head->stall_limit_ns;
    made->block = block;
    made->gate = &block->gate;
    made->next = head->start;
    made->index = (uint32_t)(head->start % head->n_states);
    made->bell = -1;
    made->incarnation = head->incarnation;
    made->hint = &block->shared->hint;
    made->room_wait = &block->control->room_wait;
    made->metrics = block->metrics;
    if (block->role == DHI_PRODUCER && made->stamped) dhi_stamper_open(&made->stamper);
    made->quick = !made->overwrite && made->checksum == DH_CHECKSUM_NONE &&
                  (block->role == DHI_PRODUCER || made->stall_limit_ns == 0);
    return made;
}

dh_err dhi_slot_rw_open(dh_slot_rw **rw, struct dhi_block *block, int64_t spin_ns,
                        struct dh_why *why)
{
    dh_slot_rw *made = new_side(block, spin_ns);
    dh_err err = DH_OK;

    if (made == NULL) return dhi_why_errno(why, "malloc");
    if (block->role == DHI_CONSUMER)
        err = dhi_join(made, why);
    else if (made->overwrite && !dhi_overwrite_open(made))
        err = dhi_why_errno(why, "malloc");
    else if (dhi_checksum_is_enforced(made->checksum) &&
             (made->running = dhi_running_sum_new()) == NULL)
        err = dhi_why_errno(why, "locked memory for a checksum");
    if (err == DH_OK)
        *rw = made;
    else
        dhi_slot_rw_close(made);
    return err;
}

dh_err dhi_slot_rw_move(dh_slot_rw *rw, dh_slot_rw **old, struct dhi_block *block,
                        const void *secret, struct dh_why *why)
{
    dh_slot_rw *made = new_side(block, rw->look_adapts ? 0 : rw->spin_ns), before = *rw;
    dh_err err;

    if (made == NULL) return dhi_why_errno(why, "malloc");
    err = dhi_slot_rw_key(made, secret, why);
    if (err == DH_OK) err = dhi_ahead_open(made, rw->sum_threads, why);
    if (err == DH_OK) err = dhi_move(made, rw, why);
    if (err != DH_OK) {
        dhi_slot_rw_close(made);
        return err;
    }
    *rw = *made; /* whoever has a pointer to this side keeps it */
    *made = before;
    *old = made;
    return DH_OK;
}

dh_err dhi_slot_rw_key(dh_slot_rw *rw, const void *secret, struct dh_why *why)
{
    if (secret == NULL || rw->checksum == DH_CHECKSUM_NONE) return DH_OK;
    rw->key = dhi_checksum_key_new(secret, rw->block->head.producer.instance);
    return rw->key != NULL ? DH_OK : dhi_why_errno(why, "locked memory for a key");
}

static void say_goodbye(dh_slot_rw *rw)
{
    if (rw->block->role == DHI_CONSUMER) {
        dhi_leave(rw);
        return;
    }
    /* end→drain: release; who sees the end sees every commit. Pairs with producer_gone(). */
    dhi_store_release(&rw->block->control->ended, 1);
    dhi_wake_consumers(rw);
    dhi_overwrite_close(rw);
}

void dhi_slot_rw_close(dh_slot_rw *rw)
{
    if (rw == NULL) return;
    dhi_ahead_close(rw->ahead);
    dhi_behind_close(rw->behind);
    dhi_checksum_key_free(rw->key);
    dhi_running_sum_free(rw->running);
    if (!dhi_block_is_inherited(rw->block)) say_goodbye(rw); /* or its parent goes on */
    free(rw);
}

/* ---- the writer ---- */

static void *payload_of(const dh_slot_rw *rw, uint32_t buffer)
{
    return rw->payload + buffer * rw->stride;
}

static struct dh_slot slot_of(const dh_slot_rw *rw, uint32_t k, uint32_t buffer, uint64_t commit_ns)
{
    return (struct dh_slot){ .data = payload_of(rw, buffer),
                             .sequence = rw->next + k,
                             .commit_ns = commit_ns,
                             .length = rw->payload_bytes,
                             .index = dhi_index_ahead(rw, k) };
}

static dh_err take_specially(dh_slot_rw *rw, int64_t deadline_ns, uint32_t *n)
{
    if (rw->behind != NULL) return dhi_behind_acquire_write(rw, deadline_ns, n);
    dhi_overwrite_acquire_write(rw, n);
    rw->in_hand = *n;
    return DH_OK;
}

/* *n slots, or fewer; the policy has room for at least one. */
static dh_err take_for_writing(dh_slot_rw *rw, int64_t deadline_ns, uint32_t *n)
{
    dh_err err;

    if (rw->in_hand != 0) return DH_EORDER;
    if (rw->special) return take_specially(rw, deadline_ns, n);
    err = dhi_wait_acquire_write(rw, deadline_ns, n);
    if (err == DH_OK) rw->in_hand = *n;
    return err;
}

dh_err dh_slot_rw_acquire_write(dh_slot_rw *rw, int64_t deadline_ns, struct dh_slot *slot)
{
    uint32_t n = 1;
    dh_err err = dhi_quick_loan(rw) ? DH_OK : take_for_writing(rw, deadline_ns, &n);

    if (err == DH_OK) *slot = slot_of(rw, 0, rw->buffer, 0);
    return err;
}

dh_err dh_slot_rw_acquire_write_many(dh_slot_rw *rw, int64_t deadline_ns, struct dh_slot *slots,
                                     uint32_t n_max, uint32_t *n_slots)
{
    uint32_t n = rw->checksum == DH_CHECKSUM_MANUAL ? 1 : n_max;
    dh_err err = n_max == 0 ? DH_EINVAL : take_for_writing(rw, deadline_ns, &n);

    if (err != DH_OK) return err;
    for (uint32_t k = 0; k < n; k++) {
        uint32_t buffer =
            rw->overwrite ? rw->free_buffers[rw->n_free + n - 1 - k] : dhi_index_ahead(rw, k);
        slots[k] = slot_of(rw, k, buffer, 0);
    }
    *n_slots = n;
    return DH_OK;
}

/* The slot's fields beside the payload; commit_ns 0: now. Relaxed: an observer may be looking, and
 * looks again. */
static void describe_slot(dh_slot_rw *rw, SlotRWState *state, uint32_t length, uint64_t commit_ns)
{
    dhi_store_relaxed(&state->buffer, rw->buffer);
    dhi_store_relaxed(&state->length, length);
    dhi_store_relaxed(&state->incarnation, rw->incarnation);
    if (rw->stamped)
        dhi_store_relaxed(&state->commit_ns,
                          commit_ns != 0 ? commit_ns : (uint64_t)dhi_stamp(&rw->stamper));
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

/* The first slot in hand, which is summed, becomes visible, as of commit_ns (0: now). */
static inline void publish(dh_slot_rw *rw, uint32_t length, uint64_t commit_ns)
{
    SlotRWState *state = &rw->states[rw->index];

    if (rw->overwrite) mark_writing(rw, state); /* `wait` did before the payload was written */
    describe_slot(rw, state, length, commit_ns);
    /* payload→commit: release; who loads this word sees payload and fields. Pairs with committed(),
     * reached(). */
    dhi_store_release(&state->seq_state, dhi_word(rw->next, DH_SLOT_COMMITTED));
    if (rw->overwrite)
        dhi_overwrite_commit_write(rw);
    else
        rw->buffer = dhi_index_ahead(rw, 1);
    rw->in_hand--;
    dhi_advance(rw, 1);
}

/* Likewise, summed now if need be. */
static void commit_one(dh_slot_rw *rw, uint32_t length, uint64_t commit_ns)
{
    if (dhi_checksum_is_enforced(rw->checksum)) dhi_sum_make(rw);
    publish(rw, length, commit_ns);
}

bool dhi_publish_summed(dh_slot_rw *rw, const uint64_t digest[4], uint32_t length,
                        uint64_t commit_ns)
{
    if (!dhi_gate_enter(rw->gate)) return false;
    memcpy(rw->digest, digest, sizeof rw->digest);
    rw->in_hand = 1;
    publish(rw, length, commit_ns);
    dhi_gate_leave(rw->gate); /* commit→quiet: pairs with dhi_gate_is_quiet() */
    dhi_announce(rw);
    return true;
}

/* The first n in hand become visible, on a channel that quick.h is for, all as of commit_ns: as by
 * publish(), which asks at each what kind of channel it is. */
static void publish_many(dh_slot_rw *rw, uint32_t n, uint32_t length, uint64_t commit_ns)
{
    uint32_t index = rw->index, n_states = rw->n_states, incarnation = rw->incarnation;
    uint64_t word = dhi_word(rw->next, DH_SLOT_COMMITTED);
    SlotRWState *states = rw->states;

    for (uint32_t k = 0; k < n; k++, word += dhi_word(1, DH_SLOT_FREE)) {
        SlotRWState *state = &states[index];

        dhi_store_relaxed(&state->buffer, index);
        dhi_store_relaxed(&state->length, length);
        dhi_store_relaxed(&state->incarnation, incarnation);
        dhi_store_relaxed(&state->commit_ns, commit_ns);
        /* payload→commit: release, as in publish(). Pairs with committed(), take_next(). */
        dhi_store_release(&state->seq_state, word);
        if (++index == n_states) index = 0;
    }
    rw->in_hand -= n;
    dhi_advance(rw, n);
    rw->buffer = rw->index;
}

/* What is in hand from the writer goes back unseen. */
static void put_back(dh_slot_rw *rw)
{
    struct dh_producer_metrics *metrics = rw->block->metrics;
    uint32_t n = rw->in_hand;

    if (rw->overwrite)
        dhi_overwrite_release_write(rw, n);
    else
        dhi_wait_release_write(rw, n);
    rw->in_hand = 0;
    rw->filled = 0;
    dhi_store_relaxed(&metrics->aborted, dhi_load_relaxed(&metrics->aborted) + n);
}

/* A successor has the channel: what is in hand is for nobody. */
static dh_err superseded(dh_slot_rw *rw)
{
    put_back(rw);
    dhi_store_relaxed(&rw->block->metrics->last_error, (int32_t)DH_ESUPERSEDED);
    return DH_ESUPERSEDED;
}

/* Nothing is in hand, or helpers count it. */
static dh_err commit_behind(dh_slot_rw *rw, uint32_t n, uint32_t length)
{
    return rw->behind != NULL ? dhi_behind_commit(rw, n, length) : DH_EORDER;
}

dh_err dh_slot_rw_commit(dh_slot_rw *rw, uint32_t length)
{
    if (rw->in_hand != 1 || length > rw->payload_bytes)
        return rw->in_hand == 1 ? DH_EINVAL : commit_behind(rw, 1, length);
    if (dhi_quick_commit(rw, length)) return DH_OK;
    if (!dhi_gate_enter(rw->gate)) return superseded(rw);
    commit_one(rw, length, 0);
    dhi_gate_leave(rw->gate); /* commit→quiet: pairs with dhi_gate_is_quiet() */
    dhi_announce(rw);
    return DH_OK;
}

dh_err dh_slot_rw_commit_many(dh_slot_rw *rw, uint32_t n, uint32_t length)
{
    uint64_t commit_ns = 0;

    if (rw->in_hand == 0) return commit_behind(rw, n, length);
    if (n > rw->in_hand || length > rw->payload_bytes) return DH_EINVAL;
    if (n > 1 && rw->stamped) commit_ns = (uint64_t)dhi_stamp(&rw->stamper); /* one for all */
    if (!dhi_gate_enter(rw->gate)) return superseded(rw);
    if (n > 1 && rw->quick)
        publish_many(rw, n, length, commit_ns);
    else
        for (uint32_t k = 0; k < n; k++)
            commit_one(rw, length, commit_ns);
    dhi_gate_leave(rw->gate);
    if (rw->in_hand > 0) put_back(rw);
    if (n > 0) dhi_announce(rw);
    return DH_OK;
}

dh_err dh_slot_rw_flush(dh_slot_rw *rw, int64_t deadline_ns)
{
    if (rw->record != NULL) return DH_EINVAL;
    return rw->behind != NULL ? dhi_behind_flush(rw, deadline_ns) : DH_OK;
}

dh_err dh_slot_rw_release_write(dh_slot_rw *rw)
{
    if (rw->in_hand == 0) return rw->behind != NULL ? dhi_behind_release_write(rw) : DH_EORDER;
    put_back(rw);
    return DH_OK;
}

/* ---- the reader ---- */

/* Helpers leave to this thread what it waits for: it is awake when that comes. */
static dh_err await_next(dh_slot_rw *rw, int64_t deadline_ns)
{
    dh_err err;

    if (rw->ahead != NULL) dhi_ahead_reserve(rw->ahead, rw->next);
    err = dhi_wait_acquire_read(rw, deadline_ns);
    if (rw->ahead != NULL && err != DH_OK) dhi_ahead_yield(rw->ahead, rw->next);
    return err;
}

dh_err dh_slot_rw_acquire_read(dh_slot_rw *rw, int64_t deadline_ns, struct dh_slot *slot)
{
    const SlotRWState *state = &rw->states[rw->index];
    dh_err err;

    if (rw->in_hand != 0) return DH_EORDER;
    if (dhi_quick_acquire(rw) || dhi_quick_await(rw, deadline_ns)) {
        *slot = slot_of(rw, 0, rw->buffer, dhi_load_relaxed(&state->commit_ns));
        return DH_OK;
    }
    err = rw->overwrite ? dhi_overwrite_acquire_read(rw, deadline_ns) : await_next(rw, deadline_ns);
    if (err != DH_OK) return err;
    rw->in_hand = 1;
    if (dhi_checksum_is_enforced(rw->checksum) && (err = dhi_sum_verify(rw)) != DH_OK) {
        dh_err released =
            dh_slot_rw_release_read(rw); /* skipped: the next call gets the next one */

        return released != DH_OK ? released
                                 : err; /* a message that was overwritten is not damaged */
    }
    *slot = slot_of(rw, 0, rw->buffer,
                    rw->overwrite ? rw->commit_ns : dhi_load_relaxed(&state->commit_ns));
    return DH_OK;
}

/* The slot k behind the first one in hand, if it is committed and whole. */
static bool take_next(dh_slot_rw *rw, uint32_t k, struct dh_slot *slot)
{
    uint32_t index = dhi_index_ahead(rw, k);
    const SlotRWState *state = &rw->states[index];

    /* payload→commit: acquire; pairs with publish(). */
    if (dhi_load_acquire(&state->seq_state) != dhi_word(rw->next + k, DH_SLOT_COMMITTED))
        return false;
    if (dhi_checksum_is_enforced(rw->checksum) && !dhi_sum_fits(rw, k))
        return false; /* the next acquire begins with it, and says so */
    *slot = slot_of(rw, k, index, dhi_load_relaxed(&state->commit_ns));
    return true;
}

/* Those behind the first one in hand, on a channel that quick.h is for: how many are then in hand.
 * As by take_next(), which asks at each what kind of channel it is. */
static uint32_t take_more(const dh_slot_rw *rw, struct dh_slot *slots, uint32_t n_max)
{
    uint32_t index = rw->index, n_states = rw->n_states, length = rw->payload_bytes, n;
    const SlotRWState *states = rw->states;
    unsigned char *payload = rw->payload;
    uint64_t sequence = rw->next, stride = rw->stride;

    for (n = 1; n < n_max; n++) {
        if (++index == n_states) index = 0;
        sequence++;
        /* payload→commit: acquire; pairs with publish(). */
        if (dhi_load_acquire(&states[index].seq_state) != dhi_word(sequence, DH_SLOT_COMMITTED))
            break;
        slots[n] = (struct dh_slot){ .data = payload + index * stride,
                                     .sequence = sequence,
                                     .commit_ns = dhi_load_relaxed(&states[index].commit_ns),
                                     .length = length,
                                     .index = index };
    }
    return n;
}

dh_err dh_slot_rw_acquire_read_many(dh_slot_rw *rw, int64_t deadline_ns, struct dh_slot *slots,
                                    uint32_t n_max, uint32_t *n_slots)
{
    bool one = rw->overwrite || rw->checksum == DH_CHECKSUM_MANUAL;
    dh_err err = n_max == 0 ? DH_EINVAL : dh_slot_rw_acquire_read(rw, deadline_ns, &slots[0]);
    uint32_t n = 1;

    if (err != DH_OK) return err;
    if (n_max > rw->n_states) n_max = rw->n_states;
    if (rw->quick)
        n = take_more(rw, slots, n_max);
    else
        while (!one && n < n_max && take_next(rw, n, &slots[n]))
            n++;
    rw->in_hand = *n_slots = n;
    return DH_OK;
}

dh_err dh_slot_rw_await_read(dh_slot_rw *rw, uint32_t n, int64_t deadline_ns)
{
    if (n == 0 || n > rw->n_states || rw->overwrite) return DH_EINVAL;
    return dhi_wait_await_read(rw, n, deadline_ns);
}

bool dh_slot_rw_validate_read(const dh_slot_rw *rw)
{
    if (rw->in_hand == 0) return false;
    return rw->overwrite ? dhi_overwrite_holds(rw) : dhi_wait_holds(rw);
}

dh_err dh_slot_rw_release_read_many(dh_slot_rw *rw, uint32_t n)
{
    if (rw->in_hand == 0) return DH_EORDER;
    if (n > rw->in_hand) return DH_EINVAL;
    if (n == 1 && dhi_quick_release(rw)) return DH_OK;
    rw->in_hand = 0;
    return rw->overwrite ? dhi_overwrite_release_read(rw, n) : dhi_wait_release_read(rw, n);
}

dh_err dh_slot_rw_release_read(dh_slot_rw *rw)
{
    return dh_slot_rw_release_read_many(rw, rw->in_hand);
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
