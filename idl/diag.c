/* SPDX-License-Identifier: Apache-2.0 */
#include "diag.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "diag_list.h"
#include "put.h"
#include "source.h"
#include "utf8.h"

/* Behind this many, reports are only counted: memory stays bounded for any input. */
enum { MAX_KEPT = 1000 };

static const struct dhs_diag_info table[] = {
#define DHS_DIAG(number, name, severity, title, explanation) \
    { DHS_##name, "DH" #number, DHS_##severity, title, explanation },
#include "diag.def"
#undef DHS_DIAG
};
enum { N_TABLE = sizeof table / sizeof table[0] };

struct dhs_diag {
    struct dhs_arena *arena;
    bool werror;
    bool in_instance;
    size_t n_errors;
    size_t n_warnings;
    size_t n_said; /* errors, those again that were known */
    size_t n_kept;
    struct dhs_diagnostic **kept; /* room for MAX_KEPT, once there is one */
    struct dhs_diagnostic *last;  /* NULL: the last one was only counted */
};

struct dhs_diag *dhs_diag_new(struct dhs_arena *arena)
{
    struct dhs_diag *diag = dhs_alloc(arena, sizeof *diag);
    diag->arena = arena;
    return diag;
}

struct dhs_arena *dhs_diag_arena(const struct dhs_diag *diag)
{
    return diag->arena;
}

bool dhs_diag_set_in_instance(struct dhs_diag *diag, bool in_instance)
{
    bool before = diag->in_instance;
    diag->in_instance = in_instance;
    return before;
}

void dhs_diag_set_werror(struct dhs_diag *diag, bool werror)
{
    diag->werror = werror;
}

const struct dhs_diag_info *dhs_diag_info_at(size_t index)
{
    return index < N_TABLE ? &table[index] : NULL;
}

const struct dhs_diag_info *dhs_diag_info_find(const char *id)
{
    for (size_t i = 0; i < N_TABLE; i++)
        if (strcmp(table[i].id, id) == 0) return &table[i];
    return NULL;
}

static const struct dhs_diag_info *info_of(enum dhs_code code)
{
    size_t i = 0;
    while (i < N_TABLE - 1 && table[i].code != code)
        i++;
    return &table[i];
}

/* A file that two operands of one run lead to is read twice. */
static bool is_same_source(const struct dhs_source *a, const struct dhs_source *b)
{
    if (a == b || !a || !b) return a == b;
    return a->length == b->length && strcmp(a->path, b->path) == 0 &&
           memcmp(a->text, b->text, a->length) == 0;
}

/* A mistake that several uses run into, or several instances of a struct with parameters, or
 * several files that import it, is one mistake. Of an instance only the place counts: its messages
 * tell of other numbers. */
static bool is_known(const struct dhs_diag *diag, const struct dhs_diag_info *info,
                     struct dhs_span span, const char *message, bool in_instance)
{
    enum { LOOK_BACK_WHEN_FULL = 64 }; /* then reports are many */
    size_t first = diag->n_kept == MAX_KEPT ? MAX_KEPT - LOOK_BACK_WHEN_FULL : 0;
    for (size_t i = diag->n_kept; i > first; i--) {
        const struct dhs_diagnostic *other = diag->kept[i - 1];
        if (other->info == info && other->span.offset == span.offset &&
            other->span.length == span.length &&
            (in_instance || strcmp(other->message, message) == 0) &&
            is_same_source(other->span.source, span.source))
            return true;
    }
    return false;
}

static void keep(struct dhs_diag *diag, struct dhs_diagnostic *diagnostic)
{
    if (!diag->kept) diag->kept = dhs_alloc_array(diag->arena, MAX_KEPT, sizeof *diag->kept);
    diagnostic->sequence = diag->n_kept;
    diag->kept[diag->n_kept++] = diagnostic;
}

void dhs_report(struct dhs_diag *diag, enum dhs_code code, struct dhs_span span, const char *format,
                ...)
{
    const struct dhs_diag_info *info = info_of(code);
    va_list arguments;
    va_start(arguments, format);
    char counted[256]; /* behind the last that is kept, only whether it is the same again counts */
    const char *message = counted;
    if (diag->n_kept == MAX_KEPT)
        dhs_format(counted, sizeof counted, format, arguments);
    else
        message = dhs_printable(diag->arena, dhs_vprintf(diag->arena, format, arguments));
    va_end(arguments);
    diag->n_said += info->severity == DHS_ERROR || diag->werror;
    diag->last = NULL;
    if (is_known(diag, info, span, message, diag->in_instance)) return;
    if (info->severity == DHS_ERROR)
        diag->n_errors++;
    else
        diag->n_warnings++;
    if (diag->n_kept == MAX_KEPT) return;
    struct dhs_diagnostic *diagnostic = dhs_alloc(diag->arena, sizeof *diagnostic);
    diagnostic->message = message;
    diagnostic->info = info;
    diagnostic->span = span;
    diagnostic->in_instance = diag->in_instance;
    keep(diag, diagnostic);
    diag->last = diagnostic;
}

void dhs_diag_append(struct dhs_diag *diag, const struct dhs_diag *later)
{
    diag->n_said += later->n_said;
    diag->n_errors += later->n_errors;
    diag->n_warnings += later->n_warnings;
    for (size_t i = 0; i < later->n_kept; i++) {
        struct dhs_diagnostic *diagnostic = later->kept[i];
        if (is_known(diag, diagnostic->info, diagnostic->span, diagnostic->message,
                     diagnostic->in_instance)) {
            if (diagnostic->info->severity == DHS_ERROR)
                diag->n_errors--;
            else
                diag->n_warnings--;
        } else if (diag->n_kept < MAX_KEPT) {
            keep(diag, diagnostic);
        }
    }
    diag->last = NULL;
}

void dhs_label(struct dhs_diag *diag, const char *format, ...)
{
    if (!diag->last) return;
    va_list arguments;
    va_start(arguments, format);
    diag->last->label = dhs_printable(diag->arena, dhs_vprintf(diag->arena, format, arguments));
    va_end(arguments);
}

void dhs_note(struct dhs_diag *diag, struct dhs_span span, const char *format, ...)
{
    if (!diag->last) return;
    struct dhs_note *note = dhs_alloc(diag->arena, sizeof *note);
    va_list arguments;
    va_start(arguments, format);
    note->text = dhs_printable(diag->arena, dhs_vprintf(diag->arena, format, arguments));
    va_end(arguments);
    note->span = span;
    struct dhs_note **end = &diag->last->notes;
    while (*end)
        end = &(*end)->next;
    *end = note;
}

void dhs_help(struct dhs_diag *diag, const char *format, ...)
{
    if (!diag->last) return;
    va_list arguments;
    va_start(arguments, format);
    diag->last->help = dhs_printable(diag->arena, dhs_vprintf(diag->arena, format, arguments));
    va_end(arguments);
}

/* How often a comment begins in a text, or what looks like one. */
static size_t count_comments(const char *text, size_t length)
{
    size_t n = 0;
    for (size_t i = 0; i + 1 < length; i++)
        n += text[i] == '/' && (text[i + 1] == '/' || text[i + 1] == '*');
    return n;
}

void dhs_fix(struct dhs_diag *diag, struct dhs_span span, const char *format, ...)
{
    if (!diag->last) return;
    struct dhs_fix *fix = dhs_alloc(diag->arena, sizeof *fix);
    va_list arguments;
    va_start(arguments, format);
    fix->text = dhs_vprintf(diag->arena, format, arguments);
    va_end(arguments);
    fix->span = span;
    if (count_comments(span.source->text + span.offset, span.length) >
        count_comments(fix->text, strlen(fix->text)))
        diag->last->keeps_comment = true;
    if (diag->last->keeps_comment) {
        diag->last->fixes = NULL;
        return;
    }
    struct dhs_fix **end = &diag->last->fixes;
    while (*end)
        end = &(*end)->next;
    *end = fix;
}

size_t dhs_diag_errors(const struct dhs_diag *diag)
{
    return diag->n_errors + (diag->werror ? diag->n_warnings : 0);
}

size_t dhs_diag_count(const struct dhs_diag *diag)
{
    return diag->n_errors + diag->n_warnings;
}

size_t dhs_diag_said(const struct dhs_diag *diag)
{
    return diag->n_said;
}

size_t dhs_diag_warnings(const struct dhs_diag *diag)
{
    return diag->werror ? 0 : diag->n_warnings;
}

bool dhs_is_error(const struct dhs_diag *diag, const struct dhs_diagnostic *diagnostic)
{
    return diag->werror || diagnostic->info->severity == DHS_ERROR;
}

static int by_position(const void *left, const void *right)
{
    const struct dhs_diagnostic *a = *(const struct dhs_diagnostic *const *)left;
    const struct dhs_diagnostic *b = *(const struct dhs_diagnostic *const *)right;
    const char *path_a = a->span.source ? a->span.source->path : "";
    const char *path_b = b->span.source ? b->span.source->path : "";
    int order = strcmp(path_a, path_b);
    if (order) return order;
    if (a->span.offset != b->span.offset) return a->span.offset < b->span.offset ? -1 : 1;
    return a->sequence < b->sequence ? -1 : a->sequence > b->sequence;
}

const struct dhs_diagnostic *const *dhs_diag_sorted(const struct dhs_diag *diag, size_t *count)
{
    size_t n = diag->n_kept;
    const struct dhs_diagnostic **sorted = dhs_alloc_array(diag->arena, n + 1, sizeof *sorted);
    for (size_t i = 0; i < n; i++)
        sorted[i] = diag->kept[i];
    qsort(sorted, n, sizeof *sorted, by_position);
    *count = n;
    return sorted;
}

void dhs_span_position(struct dhs_span span, uint32_t *line, uint32_t *column)
{
    *line = *column = 0;
    if (!span.source) return;
    *line = dhs_source_line_of(span.source, span.offset);
    uint32_t at = dhs_source_line_start(span.source, *line);
    *column = 1;
    for (; at < span.offset; at++) /* each UTF-8 continuation byte belongs to the one before */
        *column += ((unsigned char)span.source->text[at] & 0xc0u) != 0x80u;
    if (span.offset < span.source->length &&
        ((unsigned char)span.source->text[span.offset] & 0xc0u) == 0x80u && *column > 1)
        *column -= 1;
}

uint32_t dhs_span_end(struct dhs_span span, uint32_t *line, uint32_t *column)
{
    *line = *column = 0;
    if (!span.source) return 0;
    uint32_t room = span.source->length - span.offset;
    uint32_t length = span.length < room ? span.length : room;
    while (length > 0 && strchr("\r\n", span.source->text[span.offset + length - 1]))
        length--;
    struct dhs_span end = { span.source, span.offset + length, 0 };
    dhs_span_position(end, line, column);
    return length;
}

const char *dhs_span_path(struct dhs_span span)
{
    return span.source ? span.source->path : NULL;
}
