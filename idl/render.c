/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Diagnostics as people read them.
 *
 *   imu.dhs:9:12: error: field 'temp' would reuse tail padding of version 1.0 [DH0412]
 *      9 |     temp: f32 @offset(28) @since(1.1);
 *        |               ^^^^^^^^^^^ consumers built for 1.0 copy 32 bytes and would clobber it
 *        = help: remove '@offset' (it lands at 32), or give 1.0 room with '@reserve(32)'
 */
#include <string.h>

#include "diag_list.h"
#include "source.h"

enum { MAX_ERRORS_SHOWN = 20, TAB_WIDTH = 4, MAX_LINE_COLUMNS = 160 };

struct renderer {
    FILE *out;
    bool colour;
};

static const char red[] = "\033[1;31m", yellow[] = "\033[1;33m", blue[] = "\033[1;34m";
static const char bold[] = "\033[1m", plain[] = "\033[0m";

static const char *paint(const struct renderer *r, const char *code)
{
    return r->colour ? code : "";
}

/* ---- characters and their widths ---------------------------------------------------------- */

struct character {
    uint32_t value;
    size_t length; /* in bytes; of a broken sequence 1, with value U+FFFD */
    int columns;   /* on a terminal */
};

/* Wide in East Asian scripts and emoji, zero for combining marks: the ranges that terminals agree
 * on. wcwidth() would depend on the locale, and goldens must not. */
static int width_of(uint32_t c)
{
    if (c == '\t') return TAB_WIDTH;
    if (c < 0x20 || c == 0x7f) return 1; /* shown as one replacement character */
    if ((c >= 0x300 && c <= 0x36f) || (c >= 0x200b && c <= 0x200f) || c == 0xfeff) return 0;
    if ((c >= 0x1100 && c <= 0x115f) || (c >= 0x2e80 && c <= 0xa4cf) ||
        (c >= 0xac00 && c <= 0xd7a3) || (c >= 0xf900 && c <= 0xfaff) ||
        (c >= 0xfe30 && c <= 0xfe6f) || (c >= 0xff00 && c <= 0xff60) ||
        (c >= 0x1f300 && c <= 0x1faff) || (c >= 0x20000 && c <= 0x3fffd))
        return 2;
    return 1;
}

static struct character character_at(const char *text, size_t length)
{
    unsigned char first = (unsigned char)text[0];
    size_t n = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    struct character c = { 0xfffd, 1, 1 };
    if (first < 0x80) c.value = first;
    if ((first >= 0x80 && first < 0xc2) || first > 0xf4 || n > length) return c;
    if (n > 1) {
        uint32_t value = first & (0x7fu >> n);
        for (size_t i = 1; i < n; i++) {
            if (((unsigned char)text[i] & 0xc0u) != 0x80u) return c;
            value = value << 6 | ((unsigned char)text[i] & 0x3fu);
        }
        c.value = value;
        c.length = n;
    }
    c.columns = width_of(c.value);
    return c;
}

/* A text direction control in a source must not turn the report around as well. */
static bool is_unprintable(uint32_t c)
{
    return (c < 0x20 && c != '\t') || (c >= 0x7f && c < 0xa0) || c == 0xfffd ||
           (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
}

/* Prints at most `limit` columns of a text, with tabs as spaces. */
static void print_text(FILE *out, struct dhs_text text, int limit)
{
    int columns = 0;
    for (size_t i = 0; i < text.length && columns < limit;) {
        struct character c = character_at(text.data + i, text.length - i);
        if (c.value == '\t')
            fprintf(out, "%*s", TAB_WIDTH, "");
        else if (is_unprintable(c.value))
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
        struct character c = character_at(text.data + i, text.length - i);
        columns += is_unprintable(c.value) ? 1 : c.columns;
        i += c.length;
    }
    return columns;
}

/* ---- one place: the line and what is under it --------------------------------------------- */

/* The part of a line that is shown: all of it, or of a very long one some columns about the span.
 */
static struct dhs_text window(struct dhs_text line, size_t from, size_t to, size_t *start)
{
    *start = 0;
    if (columns_of(line, 0, to) > MAX_LINE_COLUMNS) {
        size_t keep = MAX_LINE_COLUMNS / 4;
        *start = from > keep ? from - keep : 0;
        while (*start > 0 && ((unsigned char)line.data[*start] & 0xc0u) == 0x80u)
            *start -= 1;
    }
    struct dhs_text shown = { line.data + *start, line.length - *start };
    return shown;
}

static void print_place(const struct renderer *r, struct dhs_span span, char mark,
                        const char *colour, const char *label)
{
    uint32_t line_number = dhs_source_line_of(span.source, span.offset);
    struct dhs_text line = dhs_source_line(span.source, line_number);
    size_t from = span.offset - dhs_source_line_start(span.source, line_number);
    if (from > line.length) from = line.length;
    size_t start = 0;
    struct dhs_text shown = window(line, from, from + span.length, &start);
    int before = columns_of(shown, 0, from - start);
    int marks = columns_of(shown, from - start, from - start + span.length);
    if (before + marks > MAX_LINE_COLUMNS) marks = MAX_LINE_COLUMNS - before;
    fprintf(r->out, "%s%5u |%s ", paint(r, blue), line_number, paint(r, plain));
    print_text(r->out, shown, MAX_LINE_COLUMNS);
    fprintf(r->out, "\n%s      |%s %*s%s", paint(r, blue), paint(r, plain), before, "",
            paint(r, colour));
    for (int i = 0; i < (marks > 0 ? marks : 1); i++)
        fputc(mark, r->out);
    if (label) fprintf(r->out, " %s", label);
    fprintf(r->out, "%s\n", paint(r, plain));
}

/* ---- one diagnostic ----------------------------------------------------------------------- */

static void print_head(const struct renderer *r, struct dhs_span span, bool is_error,
                       const struct dhs_diagnostic *d)
{
    uint32_t line, column;
    dhs_span_position(span, &line, &column);
    fputs(paint(r, bold), r->out);
    if (span.source)
        fprintf(r->out, "%s:%u:%u: ", span.source->path, line, column);
    else
        fputs("dhgen: ", r->out);
    fprintf(r->out, "%s%s:%s %s [%s]%s\n", paint(r, is_error ? red : yellow),
            is_error ? "error" : "warning", r->colour ? "\033[0;1m" : "", d->message, d->info->id,
            paint(r, plain));
}

static void print_note(const struct renderer *r, const struct dhs_diagnostic *d,
                       const struct dhs_note *note)
{
    uint32_t line, column;
    dhs_span_position(note->span, &line, &column);
    if (note->span.source && note->span.source != d->span.source)
        fprintf(r->out, "  --> %s:%u:%u\n", note->span.source->path, line, column);
    if (note->span.source)
        print_place(r, note->span, '-', blue, note->text);
    else
        fprintf(r->out, "      = note: %s\n", note->text);
}

static void print_rich(const struct renderer *r, const struct dhs_diagnostic *d, bool is_error)
{
    print_head(r, d->span, is_error, d);
    if (d->span.source) print_place(r, d->span, '^', is_error ? red : yellow, d->label);
    for (const struct dhs_note *note = d->notes; note; note = note->next)
        print_note(r, d, note);
    if (d->help) fprintf(r->out, "      = help: %s\n", d->help);
}

static void print_count(const struct renderer *r, size_t n_errors, size_t n_warnings, size_t hidden)
{
    if (hidden)
        fprintf(r->out, "dhgen: %zu more error%s not shown; mend the first ones and run again\n",
                hidden, hidden == 1 ? "" : "s");
    if (hidden || n_errors + n_warnings < 2) return;
    fprintf(r->out, "dhgen: %zu error%s", n_errors, n_errors == 1 ? "" : "s");
    if (n_warnings) fprintf(r->out, ", %zu warning%s", n_warnings, n_warnings == 1 ? "" : "s");
    fputc('\n', r->out);
}

void dhs_render(const struct dhs_diag *diag, FILE *out, enum dhs_format format, bool colour)
{
    struct renderer r = { out, colour && format == DHS_FORMAT_RICH };
    size_t n = 0, shown_errors = 0;
    const struct dhs_diagnostic *const *sorted = dhs_diag_sorted(diag, &n);
    for (size_t i = 0; i < n && shown_errors < MAX_ERRORS_SHOWN; i++) {
        bool is_error = dhs_is_error(diag, sorted[i]);
        shown_errors += is_error;
        if (format == DHS_FORMAT_RICH)
            print_rich(&r, sorted[i], is_error);
        else
            print_head(&r, sorted[i]->span, is_error, sorted[i]);
    }
    size_t n_errors = dhs_diag_errors(diag), n_warnings = dhs_diag_warnings(diag);
    size_t hidden = n_errors - shown_errors;
    if (format == DHS_FORMAT_RICH || hidden) print_count(&r, n_errors, n_warnings, hidden);
}
