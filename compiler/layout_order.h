/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The order of a struct's fields that wastes least, and what any order costs.
 *
 * Only the fields of version 1.0 may move: later minors stand behind them. A field that was given a
 * boundary of its own (@align, @cacheline) keeps its place among the others, and so does what
 * stands before and behind it: whoever asked for a boundary asked for a neighbourhood, not for
 * fewer bytes.
 */
#ifndef DHGEN_LAYOUT_ORDER_H
#define DHGEN_LAYOUT_ORDER_H

#include "arena.h"
#include "model.h"

/* The size that dhgen would give the struct with its fields in this order: `order` has the number
 * of each field once, those of later minors last and unmoved. `aligns`, by field number, replaces
 * the fields' alignments; NULL keeps them. `offsets`, by field number, is filled; NULL: not wanted.
 */
uint64_t layout_size(const struct dhs_struct *structure, const size_t *order,
                     const uint32_t *aligns, uint64_t *offsets);

/* Fills `order` with the least wasteful order, the declared one where nothing is gained. */
void layout_best_order(struct dhs_arena *arena, const struct dhs_struct *structure, size_t *order);

#endif
