/* SPDX-License-Identifier: Apache-2.0 */
/* What the formatter's reader hands to its writer: a source as items, with all comments. */
#ifndef DHGEN_FORMAT_ITEM_H
#define DHGEN_FORMAT_ITEM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "format.h"

/* A token or a comment. */
struct piece {
    int kind; /* TOKEN_..., 0 behind the last */
    const char *text;
    uint32_t length;
    uint32_t column;     /* in characters, from 0 */
    uint32_t n_newlines; /* between the piece before and this one */
};

struct pieces {
    const struct piece *first;
    size_t n;
};

enum item_kind { ITEM_STATEMENT, ITEM_BLOCK, ITEM_COMMENT };

/* Where an item stands: what its statements look like. */
enum format_context { IN_FILE, IN_STRUCT, IN_ENUM, IN_UNION, IN_CHANNEL };

/*   /// own-line comment                 ITEM_COMMENT: pieces
 *   x: u8 @unit("m");   // trailing      ITEM_STATEMENT: pieces, trailing
 *   struct S {   // head comment         ITEM_BLOCK: pieces up to `{`, head_comments, items,
 *   }   // trailing                                  trailing
 */
struct item {
    enum item_kind kind;
    struct pieces pieces;
    struct pieces head_comments;
    struct pieces trailing;
    enum format_context inside; /* of a block */
    struct item *items;         /* of a block */
    bool on_one_line;           /* a block, as the author wrote it, without a `//` in it */
    bool blank_before;
    struct item *next;
};

struct item *format_read(struct dhs_arena *arena, const struct dhs_source *source);

bool piece_is_comment(const struct piece *piece);
bool piece_ends_line(const struct piece *piece); /* `//` and `///` */

/* ---- format_line.c: pieces of one statement -> text ---------------------------------------- */

/* The pieces with the blanks that belong between them. */
const char *format_join(struct dhs_arena *arena, struct pieces pieces);

/* The same broken into lines of at most FORMAT_WIDTH where that can be done, and wherever a comment
 * asks for it. `column` is where the first line begins, `indent` where the others do; `start` is
 * what the first line holds before. Lines are joined by \n. */
const char *format_wrap(struct dhs_arena *arena, struct pieces pieces, const char *start,
                        size_t column, size_t indent);

/* Whether blanks stand between two pieces; `all[at]` is the right one. */
bool format_is_apart(struct pieces all, size_t at);

/* In characters; of the last line, if there are several. */
size_t format_width(const char *text);

#endif
