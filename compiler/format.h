/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The one style of .dhs, for `dhgen fmt` and for editors.
 *
 *   source ─ format_read.c ─> items ─ format.c ─> lines ─ comments in a column ─> text
 *                               statements, blocks, comments      format_verify.c proves it
 *
 * A line break inside of a block, a blank line and the place of a comment are the author's;
 * columns, indentation, blanks between tokens and the breaking of long lines are ours.
 */
#ifndef DHGEN_FORMAT_H
#define DHGEN_FORMAT_H

#include "source.h"
#include "text.h"

enum { FORMAT_WIDTH = 100, FORMAT_INDENT = 4 };

/* The text in that style. The source must have no syntax errors. */
struct text format_source(struct dhs_arena *arena, const struct dhs_source *source);

/* Whether two texts are the same tokens, comments and docs in the same order; the comma behind the
 * last enumerator is nobody's business. If not, *line is the line of `before` where they part. */
bool format_is_same(struct dhs_arena *arena, const struct dhs_source *before,
                    const struct dhs_source *after, uint32_t *line);

#endif
