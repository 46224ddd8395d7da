/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Items to lines, and lines to text.
 *
 * The statements of a block stand in cells, and the cells of a group (no blank line between, of one
 * kind) in columns:
 *
 *   time:    u64      @unit("ns");            const AXES: u32 = 3;        none         = 0;
 *   |        |        |                       |           |   |           num:  f64    = 1;
 *
 * A cell wider than WIDEST pushes nobody but what follows on its own line.
 */
#include "format.h"

#include <string.h>

#include "format_item.h"
#include "grammar.h"

enum { MAX_CELLS = 4, WIDEST = 32, WIDEST_COMMENTED = 64, DEEPEST_HANGING = 48, COMMENT_GAP = 2 };

/* The statements of a group have one of these shapes. */
enum shape { NO_CELLS, CONSTANT, ALIAS, MEMBER, ENUMERATOR, ARM };

struct line {
    size_t indent;
    const char *text;     /* may hold further lines, with their indentation; "" with a comment */
    const char *trailing; /* the comment behind it, or NULL */
    uint32_t source_column;
    bool blank_before;
    bool goes_on; /* the comment goes on from the line before, in its column */
    struct line *next;
};

struct writer {
    struct dhs_arena *arena;
    struct line *first;
    struct line *last;
};

/* ---- lines -------------------------------------------------------------------------------- */

static struct line *add_line(struct writer *w, size_t indent, const char *text, bool blank_before)
{
    struct line *line = dhs_alloc(w->arena, sizeof *line);

    line->indent = indent;
    line->text = text;
    line->blank_before = blank_before && w->last;
    if (w->last)
        w->last->next = line;
    else
        w->first = line;
    w->last = line;
    return line;
}

static void add_trailing(struct writer *w, struct line *line, struct pieces comments)
{
    if (comments.n == 0) return;
    line->trailing = format_join(w->arena, comments);
    line->source_column = comments.first->column;
}

static const char *spaces(struct dhs_arena *arena, size_t n)
{
    return dhs_printf(arena, "%*s", (int)n, "");
}

/* ---- comments ----------------------------------------------------------------------------- */

/* Whether every further line of a block comment begins with a star: then it moves with its place.
 */
static bool has_stars(const char *text)
{
    for (const char *line = strchr(text, '\n'); line; line = strchr(line, '\n')) {
        line++;
        if (line[strspn(line, " \t")] != '*') return false;
    }
    return true;
}

static const char *with_stars_below(struct dhs_arena *arena, const char *text, size_t indent)
{
    struct text moved = text_new(arena);

    for (const char *line = text; line;) {
        const char *end = strchr(line, '\n');
        if (line != text) text_printf(&moved, "\n%*s", (int)indent + 1, "");
        if (line != text) line += strspn(line, " \t");
        text_add(&moved, line, end ? (size_t)(end - line) : strlen(line));
        line = end ? end + 1 : NULL;
    }
    return text_string(&moved);
}

/*   x: u8;   // what a long comment says
 *            // goes on in its column            */
static bool goes_on(const struct writer *w, const struct item *item)
{
    const struct piece *comment = item->pieces.first;

    return w->last && w->last->trailing && !item->blank_before && item->pieces.n == 1 &&
           comment->kind == TOKEN_COMMENT && comment->column == w->last->source_column;
}

static void lay_comment(struct writer *w, const struct item *item, size_t indent, bool blank)
{
    const char *text = format_join(w->arena, item->pieces);

    if (goes_on(w, item)) {
        struct line *line = add_line(w, w->last->indent, "", false);
        add_trailing(w, line, item->pieces);
        line->goes_on = true;
        return;
    }
    if (has_stars(text)) text = with_stars_below(w->arena, text, indent);
    add_line(w, indent, text, blank);
}

/* ---- cells -------------------------------------------------------------------------------- */

struct cells {
    struct pieces pieces[MAX_CELLS];
    const char *text[MAX_CELLS];
    size_t n;
    bool aligned; /* no comment in it asks for a line of its own */
};

/* At depth 0, what begins the next cell; behind the piece for ':'. */
static bool begins_cell(enum shape shape, size_t cell, const struct piece *piece)
{
    bool is_attribute = piece->kind == TOKEN_AT;

    switch (shape) {
    case CONSTANT: return (cell == 1 && piece->kind == TOKEN_EQ) || (cell == 2 && is_attribute);
    case ALIAS: return (cell == 0 && piece->kind == TOKEN_EQ) || (cell == 1 && is_attribute);
    case MEMBER:
        return cell == 1 &&
               (is_attribute || piece->kind == TOKEN_SHARED || piece->kind == TOKEN_SPINLOCKS);
    case ENUMERATOR: return (cell == 0 && piece->kind == TOKEN_EQ) || (cell <= 1 && is_attribute);
    case ARM: return (cell <= 1 && piece->kind == TOKEN_EQ) || (cell <= 2 && is_attribute);
    default: return false;
    }
}

/* Where that cell is in its row: an arm without a type leaves its column empty. */
static size_t number_of(enum shape shape, size_t cell, const struct piece *piece)
{
    if (piece->kind == TOKEN_AT && shape == ENUMERATOR) return 2;
    if (piece->kind == TOKEN_AT && shape == ARM) return 3;
    if (piece->kind == TOKEN_EQ && shape == ARM) return 2;
    return cell + 1;
}

static int change_of_depth(int kind)
{
    switch (kind) {
    case TOKEN_LPAREN:
    case TOKEN_LBRACKET:
    case TOKEN_LT: return 1;
    case TOKEN_RPAREN:
    case TOKEN_RBRACKET:
    case TOKEN_GT: return -1;
    default: return 0;
    }
}

/* Ends cell `cell`, whose pieces begin at `from`. */
static void end_cell(struct cells *cells, size_t cell, const struct piece *from,
                     const struct piece *to)
{
    cells->pieces[cell] = (struct pieces){ from, (size_t)(to - from) };
    cells->n = cell + 1;
}

static bool breaks_lines(struct pieces pieces)
{
    for (size_t i = 0; i < pieces.n; i++) {
        const struct piece *piece = &pieces.first[i];
        if (!piece_is_comment(piece)) continue;
        if ((i > 0 && piece->n_newlines > 0) || piece_ends_line(piece)) return true;
        if (memchr(piece->text, '\n', piece->length)) return true;
    }
    return false;
}

static struct cells cells_of(struct dhs_arena *arena, enum shape shape, struct pieces pieces)
{
    struct cells cells = { .aligned = !breaks_lines(pieces) };
    const struct piece *from = pieces.first;
    const struct piece *end = pieces.first + pieces.n;
    size_t cell = 0;
    int depth = 0;

    for (const struct piece *p = from; p < end; p++) {
        bool is_colon = p->kind == TOKEN_COLON && cell == 0 && shape != ALIAS && shape != NO_CELLS;
        depth += change_of_depth(p->kind);
        if (depth != 0 || p == from) continue;
        if (!is_colon && !begins_cell(shape, cell, p)) continue;
        end_cell(&cells, cell, from, is_colon ? p + 1 : p);
        cell = is_colon ? 1 : number_of(shape, cell, p);
        from = is_colon ? p + 1 : p;
    }
    end_cell(&cells, cell, from, end);
    for (size_t i = 0; i < cells.n; i++)
        cells.text[i] = format_join(arena, cells.pieces[i]);
    return cells;
}

/* ---- statements in columns ---------------------------------------------------------------- */

static enum shape shape_of(const struct item *item, enum format_context context)
{
    const struct piece *first = item->pieces.first;
    const struct piece *end = first + item->pieces.n;

    if (item->kind != ITEM_STATEMENT) return NO_CELLS;
    while (first < end && piece_is_comment(first))
        first++;
    bool is_keyword = first + 1 < end && first[1].kind != TOKEN_COLON;
    if (context != IN_ENUM && context != IN_UNION && first < end && is_keyword) {
        if (first->kind == TOKEN_CONST) return CONSTANT;
        if (first->kind == TOKEN_ALIAS && context == IN_FILE) return ALIAS;
    }
    switch (context) {
    case IN_ENUM: return ENUMERATOR;
    case IN_UNION: return ARM;
    case IN_FILE: return NO_CELLS;
    default: return MEMBER;
    }
}

struct columns {
    enum shape shape;
    size_t start[MAX_CELLS];
};

/* One row's part in where cell `k` + 1 begins. */
static size_t least_start(const struct cells *cells, const struct columns *columns, size_t k)
{
    size_t width = cells->text[k] ? format_width(cells->text[k]) : 0;

    if (k + 1 >= cells->n || width > WIDEST || !cells->aligned) return 0;
    return columns->start[k] + (width ? width + 1 : 0);
}

/* The columns of the group that begins with `item`. */
static struct columns measure(struct writer *w, const struct item *item,
                              enum format_context context)
{
    struct columns columns = { shape_of(item, context), { 0 } };

    for (size_t k = 0; k + 1 < MAX_CELLS && columns.shape != NO_CELLS; k++) {
        for (const struct item *i = item; i; i = i->next) {
            if (i != item && i->blank_before) break;
            if (i->kind == ITEM_COMMENT) continue;
            if (shape_of(i, context) != columns.shape) break;
            struct cells cells = cells_of(w->arena, columns.shape, i->pieces);
            size_t start = least_start(&cells, &columns, k);
            if (start > columns.start[k + 1]) columns.start[k + 1] = start;
        }
        if (columns.start[k + 1] < columns.start[k]) columns.start[k + 1] = columns.start[k];
    }
    return columns;
}

/* The cells but the last one, padded; *column is where the last one begins. */
static const char *in_columns(struct writer *w, const struct cells *cells,
                              const struct columns *columns, size_t *column)
{
    struct text text = text_new(w->arena);
    size_t width = 0;

    for (size_t k = 0; k < cells->n; k++) {
        if (!cells->text[k] || !*cells->text[k]) continue;
        size_t start = columns->start[k];
        if (width > 0 && start <= width) start = width + 1;
        text_printf(&text, "%*s", (int)(start - width), "");
        *column = width = start;
        if (k + 1 == cells->n) break;
        text_add_string(&text, cells->text[k]);
        width += format_width(cells->text[k]);
    }
    return text_string(&text);
}

static const char *statement_text(struct writer *w, struct pieces pieces,
                                  const struct columns *columns, size_t indent)
{
    struct cells cells = cells_of(w->arena, columns->shape, pieces);
    size_t column = 0;

    if (!cells.aligned) return format_wrap(w->arena, pieces, "", indent, indent + FORMAT_INDENT);
    const char *start = in_columns(w, &cells, columns, &column);
    const char *last = cells.text[cells.n - 1];
    if (indent + column + format_width(last) <= FORMAT_WIDTH)
        return dhs_printf(w->arena, "%s%s", start, last);
    size_t hanging = indent + column;
    if (hanging > DEEPEST_HANGING || column == 0) hanging = indent + FORMAT_INDENT;
    return format_wrap(w->arena, cells.pieces[cells.n - 1], start, indent + column, hanging);
}

/* ---- blocks ------------------------------------------------------------------------------- */

static bool is_last_statement(const struct item *item)
{
    for (const struct item *i = item->next; i; i = i->next) {
        if (i->kind != ITEM_COMMENT) return false;
    }
    return true;
}

static struct pieces without_comma(struct pieces pieces)
{
    if (pieces.n > 0 && pieces.first[pieces.n - 1].kind == TOKEN_COMMA) pieces.n--;
    return pieces;
}

static void add_apart(struct text *text, const char *more)
{
    if (!*more) return;
    text_add_char(text, ' ');
    text_add_string(text, more);
}

/* `flags Parts : u8 { data = 0, claims = 1 }`. A block in a block in a block is the deepest. */
static const char *one_line(struct writer *w, const struct item *block)
{
    struct text text = text_new(w->arena);

    text_add_string(&text, format_join(w->arena, block->pieces));
    add_apart(&text, format_join(w->arena, block->head_comments));
    for (const struct item *i = block->items; i; i = i->next) {
        struct pieces pieces = i->pieces;
        if (block->inside == IN_ENUM && is_last_statement(i)) pieces = without_comma(pieces);
        add_apart(&text, i->kind == ITEM_BLOCK ? one_line(w, i) : format_join(w->arena, pieces));
        add_apart(&text, format_join(w->arena, i->trailing));
    }
    text_add_string(&text, block->items || block->head_comments.n ? " }" : "}");
    return text_string(&text);
}

static void lay_items(struct writer *w, const struct item *items, enum format_context context,
                      size_t indent);

static void lay_block(struct writer *w, const struct item *block, size_t indent, bool blank)
{
    bool is_empty = !block->items && block->head_comments.n == 0;

    if ((block->on_one_line || is_empty) && !breaks_lines(block->pieces)) {
        const char *text = one_line(w, block);
        if (indent + format_width(text) <= FORMAT_WIDTH || is_empty) {
            add_trailing(w, add_line(w, indent, text, blank), block->trailing);
            return;
        }
    }
    const char *head = format_wrap(w->arena, block->pieces, "", indent, indent + FORMAT_INDENT);
    add_trailing(w, add_line(w, indent, head, blank), block->head_comments);
    lay_items(w, block->items, block->inside, indent + FORMAT_INDENT);
    add_trailing(w, add_line(w, indent, "}", false), block->trailing);
}

static void lay_statement(struct writer *w, const struct item *item, enum format_context context,
                          const struct columns *columns, size_t indent, bool blank)
{
    struct pieces pieces = item->pieces;
    const char *comma = "";

    if (context == IN_ENUM && is_last_statement(item)) {
        bool has_comma = pieces.first[pieces.n - 1].kind == TOKEN_COMMA;
        comma = has_comma ? "" : ",";
    }
    const char *text = statement_text(w, pieces, columns, indent);
    if (*comma) text = dhs_printf(w->arena, "%s%s", text, comma);
    add_trailing(w, add_line(w, indent, text, blank), item->trailing);
}

static void lay_items(struct writer *w, const struct item *items, enum format_context context,
                      size_t indent)
{
    struct columns columns = { NO_CELLS, { 0 } };

    for (const struct item *i = items; i; i = i->next) {
        bool blank = i->blank_before && i != items;
        if (blank) columns.shape = NO_CELLS;
        if (i->kind == ITEM_COMMENT) {
            lay_comment(w, i, indent, blank);
        } else if (i->kind == ITEM_BLOCK) {
            columns.shape = NO_CELLS;
            lay_block(w, i, indent, blank);
        } else {
            if (shape_of(i, context) != columns.shape) columns = measure(w, i, context);
            lay_statement(w, i, context, &columns, indent, blank);
        }
    }
}

/* ---- text --------------------------------------------------------------------------------- */

static size_t end_of(const struct line *line)
{
    return (strchr(line->text, '\n') ? 0 : line->indent) + format_width(line->text);
}

/* Where the comments of a run of lines stand: lines of one depth without a blank one between. */
static size_t comment_column(const struct line *line)
{
    size_t indent = line->indent;
    size_t column = 0;

    for (const struct line *l = line; l; l = l->next) {
        if (l != line && (l->blank_before || l->indent != indent)) break;
        bool counts = l->trailing && !l->goes_on && !strchr(l->text, '\n');
        if (counts && end_of(l) <= WIDEST_COMMENTED && end_of(l) + COMMENT_GAP > column)
            column = end_of(l) + COMMENT_GAP;
    }
    return column;
}

/* Lines of comments may end as the author's editor ended them. */
static void add_without_cr(struct text *out, const char *text)
{
    for (; *text; text++) {
        if (text[0] != '\r' || text[1] != '\n') text_add_char(out, *text);
    }
}

static void print_line(struct text *out, struct dhs_arena *arena, const struct line *line,
                       size_t column)
{
    size_t at = *line->text ? end_of(line) : 0;

    if (line->blank_before) text_add_char(out, '\n');
    if (*line->text) text_add_string(out, spaces(arena, line->indent));
    add_without_cr(out, line->text);
    if (line->trailing) {
        text_add_string(out, spaces(arena, column - at));
        add_without_cr(out, line->trailing);
    }
    text_add_char(out, '\n');
}

struct text format_source(struct dhs_arena *arena, const struct dhs_source *source)
{
    struct writer writer = { arena, NULL, NULL };
    struct text out = text_new(arena);
    const struct line *before = NULL;
    size_t run = 0;
    size_t column = 0;

    lay_items(&writer, format_read(arena, source), IN_FILE, 0);
    for (const struct line *line = writer.first; line; before = line, line = line->next) {
        if (!before || line->blank_before || line->indent != before->indent)
            run = comment_column(line);
        if (!line->goes_on) column = end_of(line) + COMMENT_GAP;
        if (column < run && !line->goes_on) column = run;
        print_line(&out, arena, line, column);
    }
    return out;
}
