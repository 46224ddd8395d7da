/* SPDX-License-Identifier: Apache-2.0 */
#include "block/observe.h"

#include "base/atomic.h"

#include <string.h>

static bool reads(const struct dhi_block *block, const struct dhi_record *record,
                  const struct dh_slot_facts *facts)
{
    uint64_t claim = dhi_load_relaxed(&record->claim);

    if ((claim & DHI_CLAIM_FREE) != 0) return false;
    if (block->head.full == DH_FULL_OVERWRITE)
        return dhi_load_relaxed(&record->hold) == (uint64_t)facts->buffer + 1;
    return (((uint32_t)facts->sequence - (uint32_t)claim) & DHI_CLAIM_POSITION) <=
           DHI_CLAIM_POSITION / 2;
}

dh_err dhi_slot_facts(const struct dhi_block *block, uint32_t index, struct dh_slot_facts *facts)
{
    const SlotRWState *state = &block->states[index];
    bool waits = dhi_load_relaxed(&block->control->room_wait) != 0;
    uint64_t word;

    if (index >= block->head.n_states) return DH_EINVAL;
    word = dhi_load_relaxed(&state->seq_state);
    *facts = (struct dh_slot_facts){ .state = (enum dh_slot_state)(word & 3),
                                     .sequence = word >> 2,
                                     .commit_ns = dhi_load_relaxed(&state->commit_ns),
                                     .buffer = dhi_load_relaxed(&state->buffer),
                                     .length = dhi_load_relaxed(&state->length) };
    if (facts->state != DH_SLOT_COMMITTED || block->records == NULL) return DH_OK;
    for (uint32_t i = 0; i < block->head.n_consumers; i++)
        facts->n_readers += reads(block, dhi_record_of(block, i), facts);
    if (waits && facts->n_readers > 0 &&
        facts->sequence + block->head.n_states == dhi_block_head(block))
        facts->state = DH_SLOT_DRAINING;
    return DH_OK;
}

void dhi_copy_relaxed(void *to, const void *from, size_t bytes)
{
    const uint64_t *word = from;
    unsigned char *at = to;

    for (; bytes >= sizeof *word; bytes -= sizeof *word, at += sizeof *word) {
        uint64_t value = dhi_load_relaxed(word++);
        memcpy(at, &value, sizeof value);
    }
    if (bytes > 0) {
        uint64_t value = dhi_load_relaxed(word);
        memcpy(at, &value, bytes);
    }
}

dh_err dhi_observe(const struct dhi_block *block, uint64_t sequence, void *payload,
                   struct dh_slot_facts *facts)
{
    uint32_t index = (uint32_t)(sequence % block->head.n_states), buffer;
    const SlotRWState *state = &block->states[index];
    /* payload→commit: acquire; pairs with publish(). */
    uint64_t word = dhi_load_acquire(&state->seq_state);

    if ((word >> 2) > sequence ||
        ((word >> 2) == sequence && (word & 3) == DH_SLOT_FREE && sequence < dhi_block_head(block)))
        return DH_EBUSY;
    if (word != (sequence << 2 | DH_SLOT_COMMITTED)) return DH_EEMPTY;
    buffer = dhi_load_relaxed(&state->buffer);
    if (buffer >= block->head.n_buffers) return DH_EBUSY;
    dhi_copy_relaxed(payload, block->payload + buffer * block->head.payload_stride,
                     block->roots[0].size_bytes);
    *facts = (struct dh_slot_facts){ .state = DH_SLOT_COMMITTED,
                                     .sequence = sequence,
                                     .commit_ns = dhi_load_relaxed(&state->commit_ns),
                                     .buffer = buffer,
                                     .length = dhi_load_relaxed(&state->length) };
    /* mark→payload: acquire fence; if any byte above was a later turn's, the word is seen to have
     * changed. Pairs with dhi_wait_acquire_write() and mark_writing(). An acquire load of the word
     * would not do. */
    dhi_fence_acquire();
    return dhi_load_relaxed(&state->seq_state) == word ? DH_OK : DH_EBUSY;
}

/* Between two looks at the slot word that are the same, the fields are that message's. */
static bool stamped_as(const struct dhi_block *block, uint64_t sequence,
                       struct dh_slot_facts *facts)
{
    const SlotRWState *state = &block->states[sequence % block->head.n_states];
    /* payload→commit: acquire; pairs with publish(). */
    uint64_t word = dhi_load_acquire(&state->seq_state);

    if (word != (sequence << 2 | DH_SLOT_COMMITTED)) return false;
    *facts = (struct dh_slot_facts){ .state = DH_SLOT_COMMITTED,
                                     .sequence = sequence,
                                     .commit_ns = dhi_load_relaxed(&state->commit_ns),
                                     .buffer = dhi_load_relaxed(&state->buffer),
                                     .length = dhi_load_relaxed(&state->length) };
    /* mark→payload: acquire fence; if a field was a later turn's, the word is seen to have changed.
     * Pairs with mark_writing() and dhi_wait_acquire_write(). */
    dhi_fence_acquire();
    return dhi_load_relaxed(&state->seq_state) == word;
}

dh_err dhi_newest(const struct dhi_block *block, struct dh_slot_facts *facts)
{
    for (int attempt = 0; attempt < 1024; attempt++) {
        /* Counted after the commit: the slot is there, or overwritten again. */
        uint64_t committed = dhi_load_relaxed(&block->metrics->committed);

        if (committed == 0) return DH_EEMPTY;
        if (stamped_as(block, committed - 1, facts)) return DH_OK;
        dhi_pause();
    }
    return DH_EBUSY;
}

dh_err dhi_observe_guarded(const uint64_t *guard, const void *value, void *copy, size_t bytes)
{
    for (int attempt = 0; attempt < 64; attempt++) {
        /* value→even: acquire; the value is that of this even number, or later. Pairs with
         * dh_zone_write(). */
        uint64_t before = dhi_load_acquire(guard);

        if ((before & 1) == 0) {
            dhi_copy_relaxed(copy, value, bytes);
            /* odd→value: acquire fence; if any word above was a later value's, the guard is seen to
             * have changed. Pairs with dh_zone_write(). */
            dhi_fence_acquire();
            if (dhi_load_relaxed(guard) == before) return DH_OK;
        }
        dhi_pause();
    }
    return DH_EBUSY;
}

void dhi_metrics_copy(const struct dhi_block *block, struct dh_producer_metrics *metrics)
{
    dhi_copy_relaxed(metrics, block->metrics, sizeof *metrics);
    /* not stored at each commit: they follow from what is */
    metrics->committed_bytes = metrics->committed * block->roots[0].size_bytes;
    metrics->started_ns = block->head.created_ns;
    if (metrics->committed > 0)
        metrics->last_commit_ns = dhi_load_relaxed(
            &block->states[(metrics->committed - 1) % block->head.n_states].commit_ns);
}

void dhi_consumer_metrics_copy(const struct dhi_block *block, uint32_t record,
                               struct dh_consumer_metrics *metrics)
{
    dhi_copy_relaxed(metrics, &dhi_record_of(block, record)->metrics, sizeof *metrics);
    metrics->acquired_bytes = metrics->acquired * block->roots[0].size_bytes;
}

void dhi_memory_copy(const struct dhi_block *block, struct dh_memory *memory)
{
    const struct dhi_header *head = &block->head;

    *memory = (struct dh_memory){ .asked_pages = (enum dh_pages)head->asked_pages,
                                  .pages = (enum dh_pages)head->pages,
                                  .huge_page_bytes = head->huge_page_bytes,
                                  .huge_bytes = head->huge_bytes,
                                  .asked_numa = (enum dh_numa)head->asked_numa,
                                  .numa = (enum dh_numa)head->numa,
                                  .asked_node = head->asked_node,
                                  .node = head->node };
}
