/* SPDX-License-Identifier: Apache-2.0
 *
 * geometry.h - where everything of a block lies, computed from its counts alone.
 *
 * The producer computes it to make a block; whoever attaches computes it again from the counts in
 * the header and wants the same numbers. So no offset of a stranger is ever followed that we would
 * not have written ourselves.
 */
#ifndef DHI_BLOCK_GEOMETRY_H
#define DHI_BLOCK_GEOMETRY_H

#include "block/format.h"

#include <dh/error.h>

/* Fill in every offset, stride and size of head and roots from the counts: full, checksum, n_slots,
 * n_consumers, n_roots, n_lineage, text_bytes, and of each root size_bytes, shared, n_spinlocks.
 * Counts beyond the limits: ELIMIT. */
dh_err dhi_geometry_place(struct dhi_header *head, struct dhi_root *roots, struct dh_why *why);

/* Whether a header and its roots, both private copies, are what dhi_geometry_place would have made.
 * ECORRUPT. */
dh_err dhi_geometry_check(const struct dhi_header *head, const struct dhi_root *roots,
                          struct dh_why *why);

/* Where the records lie in the claims segment, and how far from each other. */
uint64_t dhi_geometry_records_offset(const struct dhi_header *head);
uint32_t dhi_geometry_record_stride(const struct dhi_header *head);

/* Where the roots table of any block lies: directly behind the header. */
uint64_t dhi_geometry_roots_offset(void);

#endif
