/* SPDX-License-Identifier: Apache-2.0 */
/* Proves that formatting changed nothing but blanks: who formats by mistake must not change what a
 * schema says, nor lose what its author wrote beside it. */
#include <string.h>

#include "ast.h"
#include "format.h"
#include "grammar.h"
#include "source.h"
#include "token.h"

/* One of the two texts. */
struct side {
    const struct dhs_source *source;
    struct dhs_lexer tokens; /* with docs */
    struct dhs_lexer pieces; /* with comments */
    struct dhs_token piece;
};

static void start(struct dhs_arena *arena, struct side *side, const struct dhs_source *source)
{
    side->source = source;
    dhs_lexer_start(&side->tokens, source, dhs_diag_new(arena));
    dhs_lexer_start(&side->pieces, source, dhs_diag_new(arena));
}

static bool is_comment(int kind)
{
    return kind == TOKEN_COMMENT || kind == TOKEN_DOCS;
}

/* Whether the comma just read is the optional one: only comments stand between it and `}`. */
static bool is_optional_comma(const struct side *side)
{
    struct dhs_lexer ahead = side->pieces;
    struct dhs_token next;

    if (side->piece.kind != TOKEN_COMMA) return false;
    do
        next = dhs_lex_piece(&ahead);
    while (is_comment(next.kind));
    return next.kind == TOKEN_RBRACE;
}

static void advance(struct side *side)
{
    do
        side->piece = dhs_lex_piece(&side->pieces);
    while (is_optional_comma(side));
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\f' || c == '\v';
}

/* Comments are the same if their lines are, without the blanks around them. */
static bool is_same_comment(const char *a, size_t a_length, const char *b, size_t b_length)
{
    const char *a_end = a + a_length;
    const char *b_end = b + b_length;

    for (;;) {
        while (a < a_end && is_blank(*a))
            a++;
        while (b < b_end && is_blank(*b))
            b++;
        if (a == a_end || b == b_end) return a == a_end && b == b_end;
        while (a < a_end && b < b_end && !is_blank(*a) && *a == *b)
            a++, b++;
        bool a_ended = a == a_end || is_blank(*a) || *a == '\n';
        bool b_ended = b == b_end || is_blank(*b) || *b == '\n';
        if (!a_ended || !b_ended) return false;
    }
}

static bool is_same_piece(const struct side *a, const struct side *b)
{
    const char *a_text = a->source->text + a->piece.offset;
    const char *b_text = b->source->text + b->piece.offset;

    if (a->piece.kind != b->piece.kind) return false;
    if (is_comment(a->piece.kind))
        return is_same_comment(a_text, a->piece.length, b_text, b->piece.length);
    return a->piece.length == b->piece.length && memcmp(a_text, b_text, a->piece.length) == 0;
}

/* The next token that is no comma: commas have no docs that anyone reads. */
static struct dhs_token next_token(struct side *side)
{
    struct dhs_token token;

    do
        token = dhs_lex(&side->tokens);
    while (token.kind == TOKEN_COMMA);
    return token;
}

static bool have_same_docs(struct dhs_arena *arena, struct side *a, struct side *b,
                           uint32_t *offset)
{
    for (;;) {
        struct dhs_token left = next_token(a);
        struct dhs_token right = next_token(b);
        *offset = left.offset;
        if (left.kind != right.kind) return false;
        if (strcmp(ast_docs(arena, a->source, left), ast_docs(arena, b->source, right)) != 0)
            return false;
        if (left.kind == 0) return true;
    }
}

static bool have_same_pieces(struct side *a, struct side *b, uint32_t *offset)
{
    do {
        advance(a);
        advance(b);
        *offset = a->piece.offset;
        if (!is_same_piece(a, b)) return false;
    } while (a->piece.kind != 0);
    return true;
}

bool format_is_same(struct dhs_arena *arena, const struct dhs_source *before,
                    const struct dhs_source *after, uint32_t *line)
{
    struct side a;
    struct side b;
    uint32_t offset = 0;

    start(arena, &a, before);
    start(arena, &b, after);
    bool same = have_same_pieces(&a, &b, &offset) && have_same_docs(arena, &a, &b, &offset);
    *line = dhs_source_line_of(before, offset);
    return same;
}
