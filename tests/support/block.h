/* SPDX-License-Identifier: Apache-2.0
 *
 * block.h - for tests of the runtime: schemas written by hand, and blocks without a hub.
 */
#ifndef TESTS_SUPPORT_BLOCK_H
#define TESTS_SUPPORT_BLOCK_H

#include "block/ring.h"
#include "block/segment.h"

#include <dh/schema.h>

/* A schema from its canonical text, on a channel "test.N"; N, 0 … 7, is the number that it is valid
 * until the next use of. */
const struct dh_schema *schema_from_text(unsigned number, const char *text,
                                         struct dh_policy policy);

/* Some texts. */
extern const char text_pair[];  /* u64 n, u64 check: 16 bytes, inlined on `wait` */
extern const char text_frame[]; /* u64 n, u64[127] body: 1024 bytes */
extern const char
    text_zones[]; /* frame with an own zone `cal` and a shared zone `stat` with 2 spinlocks */

struct dh_policy policy_wait(uint32_t n_slots, uint32_t n_consumers);
struct dh_policy policy_overwrite(uint32_t n_slots, uint32_t n_consumers);

/* Descriptors of a block as the hub would hand them out. */
struct dhi_fds fds_of(const struct dhi_block *block);

struct dhi_block *block_make(const struct dh_schema *schema,
                             const struct dh_producer_options *options);
struct dhi_block *block_join(const struct dhi_block *block, enum dhi_role role);

/* How many descriptors this process has open: the same before and after. */
unsigned open_fds(void);

#endif
