/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tokens: what the lexer hands to the parser. The kinds are numbered by lemon (grammar_tokens.h),
 * so that the grammar is the one place that lists them.
 */
#ifndef DHS_TOKEN_H
#define DHS_TOKEN_H

#include "arena.h"
#include "diag.h"

/* A token is where it stands; `docs` is the span of the `///` lines right above it. */
struct dhs_token {
    int kind; /* TOKEN_..., 0 at the end */
    uint32_t offset;
    uint32_t length;
    uint32_t docs_offset;
    uint32_t docs_length; /* 0: none */
};

struct dhs_lexer {
    const struct dhs_source *source;
    struct dhs_diag *diag;
    uint32_t at;
    bool utf8_reported; /* a file in another encoding is one mistake, not one for each letter */
};

void dhs_lexer_start(struct dhs_lexer *lexer, const struct dhs_source *source,
                     struct dhs_diag *diag);

/* The next token; what is no token is reported and skipped. Behind the end: kind 0 for ever. */
struct dhs_token dhs_lex(struct dhs_lexer *lexer);

/* The same, with comments as tokens of their own and no docs gathered: TOKEN_DOCS for each line of
 * `///`, TOKEN_COMMENT for the rest. Whoever writes source text back reads it with this. */
struct dhs_token dhs_lex_piece(struct dhs_lexer *lexer);

/* How a diagnostic calls a kind of token: "';'", "a name", "'struct'". */
const char *dhs_token_title(int kind);

/* The kind of a word, as the lexer tells it: a contextual keyword or TOKEN_WORD. */
int dhs_word_kind(const char *word);

/* Whether the kind is a word that may serve as a name. */
bool dhs_is_word(int kind);

/* The value of a string or character literal with its quotes; its escapes were checked by the
 * lexer. */
struct dhs_text dhs_unescape(struct dhs_arena *arena, const char *literal, size_t length);

#endif
