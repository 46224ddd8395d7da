/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DHS_PARSE_H
#define DHS_PARSE_H

#include "ast.h"

/* Parses a source. Always returns a tree; what was lost to errors is marked as damaged there. */
struct ast_file *dhs_parse(struct dhs_arena *arena, const struct dhs_source *source,
                           struct dhs_diag *diag);

#endif
