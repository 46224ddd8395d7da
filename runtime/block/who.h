/* SPDX-License-Identifier: Apache-2.0
 *
 * who.h - who takes part in a block, whether they live, and how that is known. For people: nothing
 * here decides what a producer or consumer does.
 */
#ifndef DHI_BLOCK_WHO_H
#define DHI_BLOCK_WHO_H

#include "block/segment.h"

#include <dh/recovery.h>

/* A copy of an identity in shared memory, its texts ended. */
struct dh_identity dhi_who_copy(const struct dhi_identity *shared);

/* Of the producer, and of record `index`, which the block's role must see. */
enum dh_life dhi_who_producer(const struct dhi_block *block);
enum dh_life dhi_who_consumer(const struct dhi_block *block, uint32_t index);

/* The participant as a holder: record -1 is the producer. */
struct dh_holder dhi_who_holds(const struct dhi_block *block, int32_t record, uint64_t since_ns);

#endif
