/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Habits of other languages: `float x;` for `x: f32;`, `message` for `struct`. Each is one mistake
 * with one certain meaning, so it is reported and the tokens ahead are rewritten into what was
 * meant; the parser reads on as if nothing had been wrong.
 */
#ifndef DHS_HABITS_H
#define DHS_HABITS_H

#include "ast_build.h"

enum { DHS_WINDOW = 12 };

/* The tokens ahead, the next one first. */
struct dhs_window {
    struct dhs_token tokens[DHS_WINDOW];
    size_t n;
};

/* Where a field, arm or setting begins: a member written type first, or without its colon. */
void dhs_mend_member(const struct ast_builder *b, struct dhs_window *window);

/* Where a type begins: one that has two words elsewhere. */
void dhs_mend_type(const struct ast_builder *b, struct dhs_window *window);

/* Where a declaration begins: a keyword of another language. */
void dhs_mend_declaration(const struct ast_builder *b, struct dhs_window *window);

#endif
