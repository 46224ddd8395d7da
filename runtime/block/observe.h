/* SPDX-License-Identifier: Apache-2.0
 *
 * observe.h - look at slots and zones without claiming anything: copy, then look whether the copy
 * is whole.
 */
#ifndef DHI_BLOCK_OBSERVE_H
#define DHI_BLOCK_OBSERVE_H

#include "block/segment.h"

/* What slot `index` is doing; readers are counted where the role sees claims. Returns EINVAL. */
dh_err dhi_slot_facts(const struct dhi_block *block, uint32_t index, struct dh_slot_facts *facts);

/* Copy message `sequence` if it is there and stays so while it is copied. Returns EEMPTY (not there
 * yet), EBUSY (overwritten, or about to be). */
dh_err dhi_observe(const struct dhi_block *block, uint64_t sequence, void *payload,
                   struct dh_slot_facts *facts);

/* The facts of the newest message, by the producer's count. Returns EEMPTY, EBUSY. */
dh_err dhi_newest(const struct dhi_block *block, struct dh_slot_facts *facts);

/* Copy a producer-written value of `bytes` behind its sequence word; EBUSY: in the middle of an
 * update at each of a few looks. */
dh_err dhi_observe_guarded(const uint64_t *guard, const void *value, void *copy, size_t bytes);

/* Copy shared memory that may be written meanwhile, word by word: `from` is 8-aligned and readable
 * up to the next multiple of 8. */
void dhi_copy_relaxed(void *to, const void *from, size_t bytes);

/* The two kinds of metrics page, with what follows from others filled in. */
void dhi_metrics_copy(const struct dhi_block *block, struct dh_producer_metrics *metrics);
void dhi_consumer_metrics_copy(const struct dhi_block *block, uint32_t record,
                               struct dh_consumer_metrics *metrics);

/* What the data segment lies in, as its head tells. */
void dhi_memory_copy(const struct dhi_block *block, struct dh_memory *memory);

#endif
