/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A diagnostic as people show it to each other: a page of the lines that matter, in their order,
 * with the places marked; what to do; and the mended lines where the mending is certain.
 *
 *   imu.dhs:9:12: error: field 'temp' would reuse tail padding of version 1.0 [DH0412]
 *       9 |     temp: f32 @offset(28) @since(1.1);
 *         |               ^^^^^^^^^^^ consumers built for 1.0 copy 32 bytes and would clobber it
 *         = help: remove '@offset' (it lands at 32), or give 1.0 room with '@reserve(32)'
 */
#include <string.h>

#include "diag_list.h"
#include "source.h"
#include "utf8.h"

enum { MAX_LINE_COLUMNS = 160, MAX_MARKS = 3, MAX_DIFF_LINES = 6 };

struct page {
    FILE *out;
    bool colour;
    const char *severity_colour;
};

/* One marked place; its line and the columns of its text are found once. */
struct mark {
    struct dhs_span span;
    uint32_t line;
    bool primary;
    const char *label; /* or NULL */
    int column;        /* from 0, within what is shown of the line */
    int width;
};

static const char red[] = "\033[1;31m", yellow[] = "\033[1;33m", blue[] = "\033[1;34m";
static const char green[] = "\033[1;32m", bold[] = "\033[1m", plain[] = "\033[0m";

static const char *paint(const struct page *page, const char *code)
{
    return page->colour ? code : "";
}

/* ---- text --------------------------------------------------------------------------------- */

/* Prints at most MAX_LINE_COLUMNS columns of a text, with tabs as spaces. */
static void print_text(FILE *out, struct dhs_text text)
{
    int columns = 0;
    for (size_t i = 0; i < text.length && columns < MAX_LINE_COLUMNS;) {
        struct dhs_character c = dhs_utf8_first(text.data + i, text.length - i);
        if (c.value == '\t')
            fprintf(out, "%*s", DHS_TAB_WIDTH, "");
        else if (dhs_is_unprintable(c.value))
            fputs("\xef\xbf\xbd", out);
        else
            fwrite(text.data + i, 1, c.length, out);
        columns += c.columns;
        i += c.length;
    }
}

static int columns_of(struct dhs_text text, size_t from, size_t to)
{
    int columns = 0;
    for (size_t i = from; i < to && i < text.length;) {
        struct dhs_character c = dhs_utf8_first(text.data + i, text.length - i);
        columns += c.columns;
        i += c.length;
    }
    return columns;
}

/* Where what is shown of a line begins: at its start, or a little before a place far to the right.
 */
static size_t window(struct dhs_text line, size_t from, size_t to)
{
    if (columns_of(line, 0, to) <= MAX_LINE_COLUMNS) return 0;
    size_t keep = MAX_LINE_COLUMNS / 4, start = from > keep ? from - keep : 0;
    while (start > 0 && ((unsigned char)line.data[start] & 0xc0u) == 0x80u)
        start--;
    return start;
}

static void print_gutter(const struct page *page, uint32_t line, const char *separator)
{
    if (line)
        fprintf(page->out, "%s%5u %s%s ", paint(page, blue), line, separator, paint(page, plain));
    else
        fprintf(page->out, "%s      %s%s", paint(page, blue), separator, paint(page, plain));
}

/* ---- a page: the marked lines ------------------------------------------------------------- */

static struct mark mark_of(struct dhs_span span, bool primary, const char *label)
{
    struct mark mark = { span, dhs_source_line_of(span.source, span.offset), primary, label, 0, 0 };
    return mark;
}

/* The marks of one line are measured from where its window begins: that of the primary one. */
static void measure(struct mark *mark, struct dhs_text line, size_t start)
{
    size_t from = mark->span.offset - dhs_source_line_start(mark->span.source, mark->line);
    if (from > line.length) from = line.length;
    struct dhs_text shown = { line.data + start, line.length - start };
    size_t at = from > start ? from - start : 0;
    mark->column = columns_of(shown, 0, at);
    mark->width = columns_of(shown, at, at + mark->span.length);
    if (mark->column + mark->width > MAX_LINE_COLUMNS)
        mark->width = MAX_LINE_COLUMNS - mark->column;
    if (mark->width < 1) mark->width = 1;
}

static const char *mark_colour(const struct page *page, const struct mark *mark)
{
    return paint(page, mark->primary ? page->severity_colour : blue);
}

static int print_underline(const struct page *page, const struct mark *mark, int at)
{
    fprintf(page->out, "%*s%s", mark->column - at, "", mark_colour(page, mark));
    for (int i = 0; i < mark->width; i++)
        fputc(mark->primary ? '^' : '-', page->out);
    fputs(paint(page, plain), page->out);
    return mark->column + mark->width;
}

static void print_label(const struct page *page, const struct mark *mark, const char *before)
{
    if (mark->label)
        fprintf(page->out, "%s%s%s%s", before, mark_colour(page, mark), mark->label,
                paint(page, plain));
}

/* The label of the rightmost place stands beside it, those of the others below, each under its own.
 */
static void print_labels_below(const struct page *page, const struct mark *marks, size_t n)
{
    for (size_t last = n; last > 0; last--) {
        if (!marks[last - 1].label) continue;
        print_gutter(page, 0, "| ");
        int at = 0;
        for (size_t i = 0; i + 1 < last; i++) {
            if (!marks[i].label) continue;
            fprintf(page->out, "%*s%s|%s", marks[i].column - at, "", mark_colour(page, &marks[i]),
                    paint(page, plain));
            at = marks[i].column + 1;
        }
        fprintf(page->out, "%*s", marks[last - 1].column - at, "");
        print_label(page, &marks[last - 1], "");
        fputc('\n', page->out);
    }
}

/* One line with its marks, which stand from left to right and do not overlap. */
static void print_line(const struct page *page, struct mark *marks, size_t n)
{
    uint32_t number = marks[0].line;
    struct dhs_text line = dhs_source_line(marks[0].span.source, number);
    size_t from = marks[0].span.offset - dhs_source_line_start(marks[0].span.source, number);
    if (from > line.length) from = line.length;
    size_t start = window(line, from, from + marks[0].span.length);
    struct dhs_text shown = { line.data + start, line.length - start };
    print_gutter(page, number, "|");
    print_text(page->out, shown);
    fputc('\n', page->out);
    print_gutter(page, 0, "| ");
    int at = 0;
    for (size_t i = 0; i < n; i++) {
        measure(&marks[i], line, start);
        at = print_underline(page, &marks[i], at);
    }
    print_label(page, &marks[n - 1], " ");
    fputc('\n', page->out);
    print_labels_below(page, marks, n - 1);
}

static bool same_line(const struct mark *a, const struct mark *b)
{
    return a->line == b->line && a->span.offset + a->span.length <= b->span.offset;
}

/* Between two lines of a page: nothing, the one line that is missing, or dots. */
static void print_between(const struct page *page, const struct mark *above,
                          const struct mark *below)
{
    if (below->line == above->line + 2) {
        print_gutter(page, above->line + 1, "|");
        print_text(page->out, dhs_source_line(above->span.source, above->line + 1));
        fputc('\n', page->out);
    } else if (below->line > above->line + 1) {
        fprintf(page->out, "%s  ...%s\n", paint(page, blue), paint(page, plain));
    }
}

static void sort_marks(struct mark *marks, size_t n)
{
    for (size_t i = 1; i < n; i++) {
        struct mark moved = marks[i];
        size_t at = i;
        for (; at > 0 && marks[at - 1].span.offset > moved.span.offset; at--)
            marks[at] = marks[at - 1];
        marks[at] = moved;
    }
}

static void print_page(const struct page *page, struct mark *marks, size_t n)
{
    sort_marks(marks, n);
    for (size_t i = 0; i < n;) {
        size_t end = i + 1;
        while (end < n && same_line(&marks[end - 1], &marks[end]))
            end++;
        if (i > 0) print_between(page, &marks[i - 1], &marks[i]);
        print_line(page, marks + i, end - i);
        i = end;
    }
}

/* ---- a fix: the lines as they would be ---------------------------------------------------- */

static bool deletes_lines(const struct dhs_fix *fix)
{
    const char *text = fix->span.source->text + fix->span.offset;
    return memchr(text, '\n', fix->span.length) != NULL;
}

static void print_removed(const struct page *page, const struct dhs_fix *fix)
{
    const struct dhs_source *source = fix->span.source;
    uint32_t line = dhs_source_line_of(source, fix->span.offset);
    uint32_t last = dhs_source_line_of(source, fix->span.offset + fix->span.length - 1);
    for (uint32_t i = 0; line <= last && i < MAX_DIFF_LINES; line++, i++) {
        fprintf(page->out, "%s%5u - ", paint(page, red), line);
        print_text(page->out, dhs_source_line(source, line));
        fprintf(page->out, "%s\n", paint(page, plain));
    }
}

/* Copies the text between two places of one line, then the edit's own. */
static void print_mended(const struct page *page, const struct dhs_fix *const *edits, size_t n)
{
    const struct dhs_source *source = edits[0]->span.source;
    uint32_t number = dhs_source_line_of(source, edits[0]->span.offset);
    struct dhs_text line = dhs_source_line(source, number);
    uint32_t start = dhs_source_line_start(source, number), at = start;
    fprintf(page->out, "%s%5u +%s ", paint(page, green), number, paint(page, plain));
    for (size_t i = 0; i < n; i++) {
        struct dhs_text kept = { source->text + at, edits[i]->span.offset - at };
        struct dhs_text text = { edits[i]->text, strcspn(edits[i]->text, "\n") };
        print_text(page->out, kept);
        fputs(paint(page, green), page->out);
        print_text(page->out, text);
        fputs(paint(page, plain), page->out);
        at = edits[i]->span.offset + edits[i]->span.length;
    }
    uint32_t end = start + (uint32_t)line.length;
    struct dhs_text rest = { source->text + at, at < end ? end - at : 0 };
    print_text(page->out, rest);
    fputc('\n', page->out);
}

static size_t collect_edits(const struct dhs_diagnostic *d, const struct dhs_fix **edits)
{
    size_t n = 0;
    for (const struct dhs_fix *fix = d->fixes; fix && n < MAX_DIFF_LINES; fix = fix->next) {
        size_t at = n++;
        for (; at > 0 && edits[at - 1]->span.offset > fix->span.offset; at--)
            edits[at] = edits[at - 1];
        edits[at] = fix;
    }
    return n;
}

static void print_fix(const struct page *page, const struct dhs_diagnostic *d)
{
    const struct dhs_fix *edits[MAX_DIFF_LINES];
    size_t n = collect_edits(d, edits);
    for (size_t i = 0; i < n;) {
        uint32_t line = dhs_source_line_of(edits[i]->span.source, edits[i]->span.offset);
        size_t end = i + 1;
        while (end < n &&
               dhs_source_line_of(edits[end]->span.source, edits[end]->span.offset) == line)
            end++;
        if (deletes_lines(edits[i]))
            print_removed(page, edits[i]);
        else
            print_mended(page, edits + i, end - i);
        i = end;
    }
}

/* ---- all of it ---------------------------------------------------------------------------- */

static void print_head(const struct page *page, const struct dhs_diagnostic *d, bool is_error)
{
    uint32_t line, column;
    dhs_span_position(d->span, &line, &column);
    fputs(paint(page, bold), page->out);
    if (d->span.source)
        fprintf(page->out, "%s:%u:%u: ", dhs_span_path(d->span), line, column);
    else
        fputs("dhgen: ", page->out);
    fprintf(page->out, "%s%s:%s %s [%s]%s\n", paint(page, page->severity_colour),
            is_error ? "error" : "warning", page->colour ? "\033[0;1m" : "", d->message,
            d->info->id, paint(page, plain));
}

/* Notes of other files have pages of their own, notes about no place are lines below. */
static void print_notes_elsewhere(const struct page *page, const struct dhs_diagnostic *d)
{
    for (const struct dhs_note *note = d->notes; note; note = note->next) {
        if (!note->span.source || note->span.source == d->span.source) continue;
        uint32_t line, column;
        dhs_span_position(note->span, &line, &column);
        fprintf(page->out, "  --> %s:%u:%u\n", dhs_span_path(note->span), line, column);
        struct mark mark = mark_of(note->span, false, note->text);
        print_page(page, &mark, 1);
    }
    for (const struct dhs_note *note = d->notes; note; note = note->next)
        if (!note->span.source) fprintf(page->out, "      = note: %s\n", note->text);
}

void dhs_render_rich(const struct dhs_diagnostic *d, bool is_error, FILE *out, bool colour)
{
    struct page page = { out, colour, is_error ? red : yellow };
    struct mark marks[MAX_MARKS];
    size_t n = 0;
    print_head(&page, d, is_error);
    if (d->span.source) marks[n++] = mark_of(d->span, true, d->label);
    for (const struct dhs_note *note = d->notes; note && n < MAX_MARKS; note = note->next)
        if (d->span.source && note->span.source == d->span.source)
            marks[n++] = mark_of(note->span, false, note->text);
    print_page(&page, marks, n);
    print_notes_elsewhere(&page, d);
    if (d->help) fprintf(out, "      = help: %s\n", d->help);
    print_fix(&page, d);
}
