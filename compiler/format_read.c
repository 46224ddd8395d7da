/* SPDX-License-Identifier: Apache-2.0 */
#include "format_item.h"

#include <string.h>

#include "grammar.h"
#include "token.h"

struct reader {
    struct dhs_arena *arena;
    const struct piece *pieces; /* the last one has kind 0 */
    size_t at;
};

bool piece_is_comment(const struct piece *piece)
{
    return piece->kind == TOKEN_COMMENT || piece->kind == TOKEN_DOCS;
}

bool piece_ends_line(const struct piece *piece)
{
    return piece_is_comment(piece) && piece->length >= 2 && piece->text[1] == '/';
}

/* ---- pieces ------------------------------------------------------------------------------- */

/* Where the reader of pieces is: lines and columns are counted once, from left to right. */
struct position {
    const char *at;
    uint32_t column;
};

/* Goes on to `to`; returns how many lines ended on the way. */
static uint32_t go_to(struct position *position, const char *to)
{
    uint32_t n_newlines = 0;

    for (; position->at < to; position->at++) {
        if (*position->at == '\n') {
            n_newlines++;
            position->column = 0;
        } else {
            position->column += ((unsigned char)*position->at & 0xc0u) != 0x80u;
        }
    }
    return n_newlines;
}

/* Blanks at the end of a comment are nothing that anyone wants to keep. */
static uint32_t without_blanks(const char *text, uint32_t length)
{
    while (length > 0 && strchr(" \t\r\f\v", text[length - 1]))
        length--;
    return length;
}

static const struct piece *read_pieces(struct dhs_arena *arena, const struct dhs_source *source)
{
    struct dhs_lexer lexer;
    size_t capacity = 64;
    size_t n = 0;
    struct piece *pieces = dhs_alloc_array(arena, capacity, sizeof *pieces);
    struct position position = { source->text + source->first, 0 };

    dhs_lexer_start(&lexer, source, dhs_diag_new(arena));
    for (;;) {
        struct dhs_token token = dhs_lex_piece(&lexer);
        const char *text = source->text + token.offset;
        if (n == capacity) {
            struct piece *larger = dhs_alloc_array(arena, capacity * 2, sizeof *pieces);
            memcpy(larger, pieces, n * sizeof *pieces);
            pieces = larger;
            capacity *= 2;
        }
        uint32_t n_newlines = go_to(&position, text);
        pieces[n] = (struct piece){ token.kind, text, token.length, position.column, n_newlines };
        if (piece_ends_line(&pieces[n])) pieces[n].length = without_blanks(text, token.length);
        go_to(&position, text + token.length);
        n++;
        if (token.kind == 0) return pieces;
    }
}

/* ---- items -------------------------------------------------------------------------------- */

static const struct piece *here(const struct reader *reader)
{
    return &reader->pieces[reader->at];
}

static struct pieces taken_since(const struct reader *reader, size_t start)
{
    return (struct pieces){ &reader->pieces[start], reader->at - start };
}

/* Comments that go on on this line. */
static struct pieces take_trailing(struct reader *reader)
{
    size_t start = reader->at;

    while (piece_is_comment(here(reader)) && here(reader)->n_newlines == 0)
        reader->at++;
    return taken_since(reader, start);
}

/* The first piece from here on that is no comment. */
static const struct piece *behind_comments(const struct reader *reader)
{
    const struct piece *piece = here(reader);

    while (piece_is_comment(piece))
        piece++;
    return piece;
}

/* A comment with a line of its own: what follows its line is not on it. A block comment before a
 * statement on the same line belongs to the statement. */
static bool take_comment(struct reader *reader, struct item *item)
{
    size_t start = reader->at;

    if (!piece_is_comment(here(reader))) return false;
    do
        reader->at++;
    while (piece_is_comment(here(reader)) && here(reader)->n_newlines == 0);
    const struct piece *next = here(reader);
    if (next->kind != 0 && next->kind != TOKEN_RBRACE && next->n_newlines == 0) {
        reader->at = start;
        return false;
    }
    item->kind = ITEM_COMMENT;
    item->pieces = taken_since(reader, start);
    return true;
}

static int change_of_depth(int kind)
{
    switch (kind) {
    case TOKEN_LPAREN:
    case TOKEN_LBRACKET: return 1;
    case TOKEN_RPAREN:
    case TOKEN_RBRACKET: return -1;
    default: return 0;
    }
}

/* Up to and with `;`, `{` or in an enum `,`; before `}` and the end. Returns how it ended. */
static int take_statement(struct reader *reader, enum format_context context)
{
    int depth = 0;

    for (;; reader->at++) {
        int kind = behind_comments(reader)->kind;
        if (kind == 0 || kind == TOKEN_RBRACE) return kind;
        if (piece_is_comment(here(reader))) continue;
        depth += change_of_depth(kind);
        bool ends = kind == TOKEN_SEMI || kind == TOKEN_LBRACE ||
                    (kind == TOKEN_COMMA && context == IN_ENUM && depth == 0);
        if (!ends) continue;
        reader->at++;
        return kind;
    }
}

static enum format_context context_of(struct pieces head)
{
    for (size_t i = 0; i < head.n; i++) {
        switch (head.first[i].kind) {
        case TOKEN_ENUM:
        case TOKEN_FLAGS: return IN_ENUM;
        case TOKEN_UNION: return IN_UNION;
        case TOKEN_CHANNEL: return IN_CHANNEL;
        case TOKEN_STRUCT: return IN_STRUCT;
        default: break;
        }
    }
    return IN_FILE;
}

static bool is_on_one_line(struct pieces pieces)
{
    for (size_t i = 0; i < pieces.n; i++) {
        if (pieces.first[i].n_newlines > 0 || piece_ends_line(&pieces.first[i])) return false;
        if (memchr(pieces.first[i].text, '\n', pieces.first[i].length)) return false;
    }
    return true;
}

static struct item *read_items(struct reader *reader, enum format_context context);

/* Behind `{`. Blocks nest as deep as the grammar has them: three. */
static void read_block(struct reader *reader, struct item *item)
{
    size_t start = reader->at;

    item->kind = ITEM_BLOCK;
    item->inside = context_of(item->pieces);
    item->head_comments = take_trailing(reader);
    item->items = read_items(reader, item->inside);
    if (here(reader)->kind == TOKEN_RBRACE) reader->at++;
    item->on_one_line = is_on_one_line(taken_since(reader, start));
}

static struct item *read_items(struct reader *reader, enum format_context context)
{
    struct item *first = NULL;
    struct item **end = &first;

    while (here(reader)->kind != 0 && here(reader)->kind != TOKEN_RBRACE) {
        struct item *item = dhs_alloc(reader->arena, sizeof *item);
        size_t start = reader->at;
        item->blank_before = here(reader)->n_newlines > 1;
        *end = item;
        end = &item->next;
        if (take_comment(reader, item)) continue;
        int ended_by = take_statement(reader, context);
        item->pieces = taken_since(reader, start);
        if (ended_by == TOKEN_LBRACE) read_block(reader, item);
        item->trailing = take_trailing(reader);
    }
    return first;
}

struct item *format_read(struct dhs_arena *arena, const struct dhs_source *source)
{
    struct reader reader = { arena, read_pieces(arena, source), 0 };

    return read_items(&reader, IN_FILE);
}
