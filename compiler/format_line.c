/* SPDX-License-Identifier: Apache-2.0 */
/* One statement: which tokens stand apart, and where a long one is broken. */
#include <string.h>

#include "format_item.h"
#include "grammar.h"

/* ---- blanks ------------------------------------------------------------------------------- */

static bool is_operator(int kind)
{
    switch (kind) {
    case TOKEN_OR:
    case TOKEN_AND:
    case TOKEN_SHIFT_LEFT:
    case TOKEN_SHIFT_RIGHT:
    case TOKEN_PLUS:
    case TOKEN_MINUS:
    case TOKEN_STAR:
    case TOKEN_SLASH:
    case TOKEN_PERCENT:
    case TOKEN_TILDE: return true;
    default: return false;
    }
}

/* The nearest piece before `at` that is no comment, or NULL. */
static const struct piece *token_before(struct pieces all, size_t at)
{
    while (at > 0) {
        if (!piece_is_comment(&all.first[--at])) return &all.first[at];
    }
    return NULL;
}

static bool is_word(const struct piece *piece, const char *word)
{
    return piece->length == strlen(word) && memcmp(piece->text, word, piece->length) == 0;
}

/* A sign, not a difference: nothing that could be its left side stands before it. */
static bool is_sign(struct pieces all, size_t at)
{
    int kind = all.first[at].kind;

    if (kind == TOKEN_TILDE) return true;
    if (kind != TOKEN_MINUS) return false;
    const struct piece *before = token_before(all, at);
    if (!before || is_operator(before->kind)) return true;
    if (before->kind == TOKEN_WORD && is_word(before, "first")) {
        const struct piece *opener = token_before(all, (size_t)(before - all.first));
        return opener && opener->kind == TOKEN_LPAREN; /* @invalid(first -1) */
    }
    switch (before->kind) {
    case TOKEN_LPAREN:
    case TOKEN_LBRACKET:
    case TOKEN_LT:
    case TOKEN_COMMA:
    case TOKEN_EQ:
    case TOKEN_COLON:
    case TOKEN_VERSION:
    case TOKEN_SPINLOCKS: return true;
    default: return false;
    }
}

/* The colon of `enum Quality : u8`: it names no field. */
static bool is_colon_of_head(struct pieces all, size_t at)
{
    const struct piece *first = all.first;

    while (first < &all.first[at] && piece_is_comment(first))
        first++;
    bool is_keyword =
        first->kind == TOKEN_ENUM || first->kind == TOKEN_FLAGS || first->kind == TOKEN_UNION;
    return is_keyword && first + 1 < &all.first[at];
}

/* `version (1 + 1)` and `spinlocks (N)`; but `@x.version(1)`. */
static bool is_word_before_value(struct pieces all, size_t at)
{
    const struct piece *before = token_before(all, at);
    int kind = all.first[at].kind;

    if (kind != TOKEN_VERSION && kind != TOKEN_SPINLOCKS) return false;
    return !before || (before->kind != TOKEN_DOT && before->kind != TOKEN_AT);
}

/* What holds on to the piece before it. */
static bool clings_left(struct pieces all, size_t at)
{
    switch (all.first[at].kind) {
    case TOKEN_SEMI:
    case TOKEN_COMMA:
    case TOKEN_DOT:
    case TOKEN_RPAREN:
    case TOKEN_LBRACKET:
    case TOKEN_RBRACKET:
    case TOKEN_LT:
    case TOKEN_GT:
    case TOKEN_QUESTION: return true;
    case TOKEN_COLON: return !is_colon_of_head(all, at);
    case TOKEN_LPAREN: {
        int before = all.first[at - 1].kind;
        if (is_word_before_value(all, at - 1)) return false;
        return before != TOKEN_COMMA && before != TOKEN_EQ && before != TOKEN_COLON;
    }
    default: return false;
    }
}

/* What holds on to the piece behind it. */
static bool clings_right(struct pieces all, size_t at)
{
    switch (all.first[at].kind) {
    case TOKEN_DOT:
    case TOKEN_AT:
    case TOKEN_LPAREN:
    case TOKEN_LBRACKET:
    case TOKEN_LT: return true;
    default: return is_sign(all, at);
    }
}

bool format_is_apart(struct pieces all, size_t at)
{
    const struct piece *left = &all.first[at - 1];
    const struct piece *right = &all.first[at];

    if (clings_right(all, at - 1)) return false;
    bool left_is_operator = is_operator(left->kind);
    if (left_is_operator && right->kind == TOKEN_LPAREN) return true;
    if (piece_is_comment(left))
        return right->kind != TOKEN_SEMI && right->kind != TOKEN_COMMA &&
               right->kind != TOKEN_RPAREN;
    return !clings_left(all, at);
}

/* ---- joining ------------------------------------------------------------------------------ */

size_t format_width(const char *text)
{
    const char *last = strrchr(text, '\n');
    size_t width = 0;

    for (last = last ? last + 1 : text; *last; last++)
        width += ((unsigned char)*last & 0xc0u) != 0x80u;
    return width;
}

const char *format_join(struct dhs_arena *arena, struct pieces pieces)
{
    struct text text = text_new(arena);

    for (size_t i = 0; i < pieces.n; i++) {
        if (i > 0 && format_is_apart(pieces, i)) text_add_char(&text, ' ');
        text_add(&text, pieces.first[i].text, pieces.first[i].length);
    }
    return text_string(&text);
}

/* ---- breaking ----------------------------------------------------------------------------- */

/* Lines as they grow. What is kept together is a chunk: an attribute, else what stands between two
 * places where an expression or a list of arguments can be broken. */
struct wrap {
    struct dhs_arena *arena;
    struct pieces pieces;
    struct text text;
    size_t column;
    size_t indent;
    bool fresh; /* the line has nothing yet */
};

static void break_line(struct wrap *wrap)
{
    while (wrap->text.length > 0 && wrap->text.data[wrap->text.length - 1] == ' ')
        wrap->text.length--;
    text_add_char(&wrap->text, '\n');
    for (size_t i = 0; i < wrap->indent; i++)
        text_add_char(&wrap->text, ' ');
    wrap->column = wrap->indent;
    wrap->fresh = true;
}

static struct pieces slice(struct pieces pieces, size_t from, size_t to)
{
    return (struct pieces){ pieces.first + from, to - from };
}

/* How wide [from, to) is on one line; what breaks lines itself counts up to there. */
static size_t width_of(const struct wrap *wrap, size_t from, size_t to)
{
    const char *text = format_join(wrap->arena, slice(wrap->pieces, from, to));
    const char *newline = strchr(text, '\n');

    return newline ? (size_t)(newline - text) : format_width(text);
}

static void put(struct wrap *wrap, size_t at)
{
    const struct piece *piece = &wrap->pieces.first[at];
    bool own_line = piece_is_comment(piece) && piece->n_newlines > 0;
    bool after_line = at > 0 && piece_ends_line(piece - 1);

    if (at > 0 && !wrap->fresh && (own_line || after_line)) break_line(wrap);
    if (at > 0 && !wrap->fresh && format_is_apart(wrap->pieces, at)) {
        text_add_char(&wrap->text, ' ');
        wrap->column++;
    }
    const char *text = dhs_copy_text(wrap->arena, piece->text, piece->length);
    text_add_string(&wrap->text, text);
    wrap->column = strchr(text, '\n') ? format_width(text) : wrap->column + format_width(text);
    wrap->fresh = false;
}

static bool begins_attribute(const struct wrap *wrap, size_t at)
{
    return wrap->pieces.first[at].kind == TOKEN_AT;
}

/* Where an attribute that is too long itself, a value or a list of arguments can be broken. */
static bool may_break(const struct wrap *wrap, size_t at)
{
    if (begins_attribute(wrap, at)) return true;
    if (at == 0 || wrap->pieces.first[at].kind == TOKEN_COMMA) return false;
    if (wrap->pieces.first[at - 1].kind == TOKEN_COMMA) return true;
    return is_operator(wrap->pieces.first[at].kind) && !is_sign(wrap->pieces, at);
}

static size_t end_of_chunk(const struct wrap *wrap, size_t from,
                           bool (*ends)(const struct wrap *wrap, size_t at))
{
    size_t to = from + 1;

    while (to < wrap->pieces.n && !ends(wrap, to))
        to++;
    return to;
}

static bool fits(const struct wrap *wrap, size_t from, size_t to)
{
    return wrap->column + 1 + width_of(wrap, from, to) <= FORMAT_WIDTH;
}

static void put_attribute(struct wrap *wrap, size_t from, size_t to)
{
    for (size_t at = from; at < to;) {
        size_t end = end_of_chunk(wrap, at, may_break);
        if (at > from && !wrap->fresh && !fits(wrap, at, end)) break_line(wrap);
        for (; at < end; at++)
            put(wrap, at);
    }
}

const char *format_wrap(struct dhs_arena *arena, struct pieces pieces, const char *start,
                        size_t column, size_t indent)
{
    struct wrap wrap = { arena, pieces, text_new(arena), column, indent, !*start };

    text_add_string(&wrap.text, start);
    for (size_t at = 0; at < pieces.n;) {
        size_t end = end_of_chunk(&wrap, at, begins_attribute);
        bool helps = wrap.column > indent;
        if (!wrap.fresh && helps && !fits(&wrap, at, end)) break_line(&wrap);
        put_attribute(&wrap, at, end);
        at = end;
    }
    return text_string(&wrap.text);
}
