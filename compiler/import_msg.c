/* SPDX-License-Identifier: Apache-2.0 */
/* ROS .msg, line by line. */
#include "import_msg.h"

#include <ctype.h>
#include <string.h>

struct reading {
    struct import *import;
    const struct dhs_source *source;
    const char *start; /* of the line */
    const char *at;
    const char *end;
};

static struct dhs_span span_of(const struct reading *r, const char *from, const char *to)
{
    struct dhs_span span = { r->source, (uint32_t)(from - r->source->text),
                             (uint32_t)(to > from ? to - from : 1) };
    return span;
}

static bool fail(struct reading *r, enum dhs_code code, const char *from, const char *to,
                 const char *what, const char *help)
{
    dhs_report(r->import->job->diag, code, span_of(r, from, to), "%s", what);
    dhs_help(r->import->job->diag, "%s", help);
    return false;
}

static const char *copy(struct reading *r, const char *from, const char *to)
{
    return dhs_copy_text(r->import->arena, from, (size_t)(to - from));
}

static void skip_blanks(struct reading *r)
{
    while (r->at < r->end && (*r->at == ' ' || *r->at == '\t'))
        r->at++;
}

static const char *before_blanks(const char *from, const char *to)
{
    while (to > from && isspace((unsigned char)to[-1]))
        to--;
    return to;
}

static bool is_word(char c, const char *more)
{
    return isalnum((unsigned char)c) || (c != '\0' && strchr(more, c));
}

static const char *take_word(struct reading *r, const char *more)
{
    const char *from = r->at;

    while (r->at < r->end && is_word(*r->at, more))
        r->at++;
    return from;
}

static bool take(struct reading *r, const char *text)
{
    size_t n = strlen(text);

    if ((size_t)(r->end - r->at) < n || memcmp(r->at, text, n) != 0) return false;
    r->at += n;
    return true;
}

static bool take_number(struct reading *r, uint64_t *number)
{
    const char *from = take_word(r, "");
    struct import_integer integer;

    if (import_read_integer(copy(r, from, r->at), &integer) && integer.magnitude > 0 &&
        integer.magnitude < (1u << 31)) {
        *number = integer.magnitude;
        return true;
    }
    return fail(r, DHS_IMPORT_VALUE, from, r->at, "a positive number is wanted here",
                "dimensions are written as in float32[3], string<=20 or int32[<=8]");
}

/* Behind the name of the type: <=20, [3], [<=8], []. */
static bool take_dimensions(struct reading *r, struct msg_line *line)
{
    const char *from = r->at;

    if (take(r, "<=") && !take_number(r, &line->text_bound)) return false;
    if (!take(r, "[")) return true;
    line->array = take(r, "]") ? MSG_UNBOUNDED : take(r, "<=") ? MSG_BOUNDED : MSG_FIXED;
    if (line->array == MSG_UNBOUNDED) return true;
    if (!take_number(r, &line->length)) return false;
    if (take(r, "]")) return true;
    return fail(r, DHS_IMPORT_SYNTAX, from, r->at + 1, "']' is missing",
                "dimensions are written as in float32[3], string<=20 or int32[<=8]");
}

/* Up to a comment; a '#' between quotes is none. */
static const char *end_of_value(const struct reading *r)
{
    char quote = '\0';
    const char *p = r->at;

    for (; p < r->end && (quote || *p != '#'); p++) {
        if (quote && *p == '\\' && p + 1 < r->end)
            p++;
        else if (quote ? *p == quote : *p == '"' || *p == '\'')
            quote = quote ? '\0' : *p;
    }
    return p;
}

static void take_value(struct reading *r, struct msg_line *line, bool whole_line)
{
    skip_blanks(r);
    const char *from = r->at;

    r->at = whole_line ? r->end : end_of_value(r);
    const char *to = before_blanks(from, r->at);
    line->value = copy(r, from, to);
    line->value_span = span_of(r, from, to);
}

static bool take_definition(struct reading *r, struct msg_line *line)
{
    const char *from = take_word(r, "_/");

    if (r->at == from)
        return fail(r, DHS_IMPORT_SYNTAX, from, r->end, "this is no line of a ROS message",
                    "write TYPE NAME, TYPE NAME=VALUE or # COMMENT");
    line->type = copy(r, from, r->at);
    if (!take_dimensions(r, line)) return false;
    line->type_span = span_of(r, from, r->at);
    const char *gap = r->at;
    skip_blanks(r);
    const char *name = take_word(r, "_");
    if (r->at == name || name == gap || isdigit((unsigned char)*name))
        return fail(r, DHS_IMPORT_SYNTAX, r->at > name ? name : from, r->at,
                    "a name is missing behind the type", "write TYPE NAME, as in float32 speed");
    line->name = copy(r, name, r->at);
    line->span = span_of(r, name, r->at);
    skip_blanks(r);
    line->kind = take(r, "=") ? MSG_CONSTANT : MSG_FIELD;
    if (line->kind == MSG_CONSTANT)
        take_value(r, line, strcmp(line->type, "string") == 0);
    else if (r->at < r->end && *r->at != '#')
        take_value(r, line, false);
    if (line->kind == MSG_FIELD || line->value[0]) return true;
    return fail(r, DHS_IMPORT_SYNTAX, name, r->at, "a constant without its value",
                "write TYPE NAME=VALUE");
}

static bool read_line(struct reading *r, struct msg_line *line)
{
    skip_blanks(r);
    line->span = span_of(r, r->at, r->end);
    line->comment = "";
    line->indented = r->at > r->start;
    if (r->at == r->end) return true;
    if (r->end - r->at == 3 && memcmp(r->at, "---", 3) == 0)
        return fail(r, DHS_IMPORT_SERVICE, r->at, r->end,
                    "three dashes: this is a service or an action, not a message",
                    "channels carry messages: import the .msg files");
    if (*r->at != '#' && !take_definition(r, line)) return false;
    if (*r->at == '#') {
        if (line->kind == MSG_BLANK) line->kind = MSG_COMMENT;
        while (r->at < r->end && (*r->at == '#' || *r->at == ' ' || *r->at == '\t'))
            r->at++;
        line->comment = copy(r, r->at, before_blanks(r->at, r->end));
    }
    return true;
}

struct msg_line *msg_read(struct import *import, const struct dhs_source *source)
{
    struct msg_line *first = NULL, *last = NULL, **next = &first;
    bool ok = import_check_text(import, source);

    for (uint32_t i = 1; ok && i <= source->n_lines; i++) {
        struct dhs_text text = dhs_source_line(source, i);
        const char *end = before_blanks(text.data, text.data + text.length);
        struct reading r = { import, source, text.data, text.data, end };
        struct msg_line *line = dhs_alloc(import->arena, sizeof *line);
        *next = line;
        line->before = last;
        last = line;
        next = &line->next;
        if (!read_line(&r, line))
            line->kind = MSG_BLANK; /* it was said why; others may be wrong, too */
    }
    return ok ? first : NULL;
}

const char *msg_scalar(const char *type)
{
    static const char *const pairs[][2] = {
        { "bool", "bool" },   { "byte", "u8" },   { "char", "u8" },    { "int8", "i8" },
        { "uint8", "u8" },    { "int16", "i16" }, { "uint16", "u16" }, { "int32", "i32" },
        { "uint32", "u32" },  { "int64", "i64" }, { "uint64", "u64" }, { "float32", "f32" },
        { "float64", "f64" },
    };

    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++)
        if (strcmp(type, pairs[i][0]) == 0) return pairs[i][1];
    return NULL;
}
