/* SPDX-License-Identifier: Apache-2.0 */
/* Windows into the stages before the model: `dhgen build --dump tokens | ast`. One line each, with
 * line and column first; of a broken file, too. */
#ifndef DHGEN_DUMP_H
#define DHGEN_DUMP_H

#include "ast.h"
#include "source.h"
#include "text.h"

/* Tokens and comments as the lexer has them; what it cannot read is in `diag`. */
void dump_tokens(const struct dhs_source *source, struct dhs_diag *diag, struct text *out);

/* The tree, a child two blanks further right than its parent; then the places that nothing could be
 * made of. */
void dump_tree(struct dhs_arena *arena, const struct ast_file *file, struct text *out);

#endif
