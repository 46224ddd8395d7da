/* SPDX-License-Identifier: Apache-2.0 */
#include "wrap.h"

#include <stdint.h>
#include <string.h>

bool wrap_applies_to(const char *file_name)
{
    const char *dot = strrchr(file_name, '.');

    return dot && (strcmp(dot, ".h") == 0 || strcmp(dot, ".c") == 0 || strcmp(dot, ".hpp") == 0);
}

/* Columns, not bytes: schemas have units like µm. Eight at a time, bytes that begin no character
 * are those with the first of these bits and without the second. */
static size_t width(const char *bytes, size_t length)
{
    const uint64_t ones = UINT64_C(0x0101010101010101);
    size_t n = length;
    uint64_t eight;
    size_t i = 0;

    for (; i + sizeof eight <= length; i += sizeof eight) {
        memcpy(&eight, bytes + i, sizeof eight);
        n -= ((eight >> 7 & ~eight >> 6 & ones) * ones) >> 56;
    }
    for (; i < length; i++)
        n -= (bytes[i] & 0xc0) == 0x80;
    return n;
}

static bool has_comment(const char *line, size_t length)
{
    const char *end = line + length - 1; /* what ends the line begins none */

    for (const char *at = line; (at = memchr(at, '/', (size_t)(end - at))) != NULL; at++) {
        if (at[1] == '*') return true;
    }
    return false;
}

/* What tells cheaply comes first: most of what is long is prose, or the bytes of a text. */
static bool is_long_code(const char *line, size_t length)
{
    size_t indent = 0;

    if (length <= WRAP_COLUMNS) return false; /* bytes are no fewer than columns */
    while (indent < length && line[indent] == ' ')
        indent++;
    if (length - indent < 2 || line[indent] == '*' || line[indent] == '\'') return false;
    if (line[indent] == '#') return false; /* a directive ends with its line */
    return memchr(line, '(', length) && width(line, length) > WRAP_COLUMNS &&
           !has_comment(line, length);
}

/* What argument_end() must look at. */
static const bool STOPS[256] = { ['"'] = true, ['('] = true, [')'] = true, [','] = true };

/* The quote that ends the literal which the one at `at` begins. */
static size_t literal_end(const char *line, size_t length, size_t at)
{
    for (at++; at < length && line[at] != '"'; at++)
        at += line[at] == '\\';
    return at;
}

/* The end of the argument that starts at `at`: behind its comma, or the end of the line. */
static size_t argument_end(const char *line, size_t length, size_t at)
{
    int depth = 0;

    for (; at < length; at++) {
        char c = line[at];
        if (!STOPS[(unsigned char)c]) continue;
        if (c == '"')
            at = literal_end(line, length, at);
        else if (c == '(')
            depth++;
        else if (c == ')')
            depth--;
        else if (depth == 0)
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
        if (column > indent && column + width(line + at, end - at) > WRAP_COLUMNS) {
            text_add_char(out, '\n');
            text_add_spaces(out, indent);
            column = indent;
        }
        while (column == indent && at < end && line[at] == ' ')
            at++;
        text_add(out, line + at, end - at);
        column += width(line + at, end - at);
        at = end;
    }
}

/* The end of the last line that ends within the columns from `at` on, or `at`: up to there all
 * lines are short. */
static const char *behind_short_lines(const char *at, const char *end)
{
    size_t room = (size_t)(end - at) < WRAP_COLUMNS + 1 ? (size_t)(end - at) : WRAP_COLUMNS + 1;
    const char *line_feed = memrchr(at, '\n', room);

    return line_feed ? line_feed + 1 : at;
}

void wrap_c(struct text *out, const struct text *source)
{
    const char *at = text_string(source);
    const char *end = at + source->length;
    const char *run = at; /* lines that stay as they are are added together */

    text_reserve(out, source->length + source->length / 64);
    while (at < end) {
        const char *behind = behind_short_lines(at, end);
        if (behind > at) {
            at = behind;
            continue;
        }
        const char *line_feed = memchr(at, '\n', (size_t)(end - at));
        size_t length = (size_t)((line_feed ? line_feed : end) - at);
        if (is_long_code(at, length)) {
            text_add(out, run, (size_t)(at - run));
            wrap_line(out, at, length);
            run = at + length;
        }
        at += length + (line_feed != NULL);
    }
    text_add(out, run, (size_t)(end - run));
}
