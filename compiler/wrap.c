/* SPDX-License-Identifier: Apache-2.0 */
#include "wrap.h"

#include <string.h>

bool wrap_applies_to(const char *file_name)
{
    const char *dot = strrchr(file_name, '.');

    return dot && (strcmp(dot, ".h") == 0 || strcmp(dot, ".c") == 0);
}

/* Columns, not bytes: schemas have units like µm. */
static size_t width(const char *bytes, size_t length)
{
    size_t n = 0;

    for (size_t i = 0; i < length; i++)
        n += (bytes[i] & 0xc0) != 0x80;
    return n;
}

static bool is_code(const char *line, size_t length)
{
    size_t indent = 0;

    while (indent < length && line[indent] == ' ')
        indent++;
    if (length - indent < 2 || line[indent] == '*' || line[indent] == '\'') return false;
    return memmem(line, length, "/*", 2) == NULL && memchr(line, '(', length) != NULL;
}

/* The end of the argument that starts at `at`: behind its comma, or the end of the line. */
static size_t argument_end(const char *line, size_t length, size_t at)
{
    int depth = 0;
    bool quoted = false;

    for (; at < length; at++) {
        char c = line[at];
        if (quoted && c == '\\' && at + 1 < length)
            at++;
        else if (c == '"')
            quoted = !quoted;
        else if (!quoted && c == '(')
            depth++;
        else if (!quoted && c == ')')
            depth--;
        else if (!quoted && c == ',' && depth == 0)
            return at + 1;
    }
    return length;
}

/* Whether some argument is too long to stand behind the parenthesis at `open`. */
static bool is_too_narrow(const char *line, size_t length, size_t open)
{
    size_t indent = width(line, open + 1);

    for (size_t at = open + 1; at < length;) {
        size_t end = argument_end(line, length, at);
        at += line[at] == ' ';
        if (indent + width(line + at, end - at) > WRAP_COLUMNS) return true;
        at = end;
    }
    return false;
}

/* The start of the function's name in `static inline type name(…)`, or 0. */
static size_t name_start(const char *line, size_t open)
{
    size_t at = open;

    while (at > 0 && line[at - 1] != ' ' && line[at - 1] != '*')
        at--;
    return line[0] == ' ' ? 0 : at;
}

static void wrap_line(struct text *out, const char *line, size_t length)
{
    size_t open = (size_t)((const char *)memchr(line, '(', length) - line);
    size_t name = name_start(line, open);

    if (name > 0 && is_too_narrow(line, length, open)) {
        /* the type on a line of its own */
        text_add(out, line, line[name - 1] == ' ' ? name - 1 : name);
        text_add_char(out, '\n');
        line += name;
        length -= name;
        open -= name;
    }

    size_t at = open + 1;
    size_t indent = width(line, at);
    size_t column = indent;
    text_add(out, line, at);
    while (at < length) {
        size_t end = argument_end(line, length, at);
        if (column == indent && line[at] == ' ') {
            at++;
            continue;
        }
        size_t n = width(line + at, end - at);
        if (column > indent && column + n > WRAP_COLUMNS) {
            text_printf(out, "\n%*s", (int)indent, "");
            column = indent;
            continue;
        }
        text_add(out, line + at, end - at);
        column += n;
        at = end;
    }
}

struct text wrap_c(struct dhs_arena *arena, const struct text *source)
{
    struct text out = text_new(arena);
    const char *at = text_string(source);
    const char *end = at + source->length;
    const char *run = at; /* lines that stay as they are are added together */

    text_reserve(&out, source->length + source->length / 64);
    while (at < end) {
        const char *line_feed = memchr(at, '\n', (size_t)(end - at));
        size_t length = (size_t)((line_feed ? line_feed : end) - at);
        /* bytes first: they are no fewer than columns */
        if (length > WRAP_COLUMNS && width(at, length) > WRAP_COLUMNS && is_code(at, length)) {
            text_add(&out, run, (size_t)(at - run));
            wrap_line(&out, at, length);
            run = at + length;
        }
        at += length + (line_feed != NULL);
    }
    text_add(&out, run, (size_t)(end - run));
    return out;
}
