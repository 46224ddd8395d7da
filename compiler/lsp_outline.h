/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where statements begin and end, found by their braces and separators alone: the tree does not
 * tell, and half of a statement that is being typed is not in it.
 *
 *   statement ── begin ... `;` or `}`                parent: the statement whose braces it stands
 * in
 */
#ifndef DHGEN_LSP_OUTLINE_H
#define DHGEN_LSP_OUTLINE_H

#include "ast.h"

struct lsp_statement {
    uint32_t docs; /* where the `///` lines above begin, else `begin` */
    uint32_t begin;
    uint32_t end;  /* with its `;` or `}` */
    uint32_t open; /* of its `{`; 0: none */
    int kind;      /* the token that it begins with */
    int parent;    /* index; -1: none */
    size_t first;  /* its tokens, those in its braces too */
    size_t n_tokens;
};

struct lsp_statements {
    const struct dhs_token *tokens; /* all but comments */
    size_t n_tokens;
    const struct lsp_statement *items; /* by their beginnings */
    size_t n;
    const struct dhs_token *comments;
    size_t n_comments;
};

struct lsp_statements lsp_statements(struct dhs_arena *arena, const struct dhs_source *source);

/* What is open behind the first `n_tokens` tokens. */
struct lsp_cursor {
    const struct lsp_statement *items;
    size_t n;
    int current; /* the statement that is not at its end; -1: one may begin */
    int around;  /* whose braces are open; -1: outside of all */
};
struct lsp_cursor lsp_cursor(struct dhs_arena *arena, const struct dhs_token *tokens,
                             size_t n_tokens);

/* The innermost statement that holds the byte; NULL: none. */
const struct lsp_statement *lsp_statement_at(const struct lsp_statements *statements,
                                             uint32_t offset);

#endif
