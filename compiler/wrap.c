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

/* A line that is looked at closely: what is seen once is not looked for again. */
struct line {
    const char *bytes;
    size_t length;
    bool is_ascii; /* as many columns as bytes */
    size_t open;   /* the first parenthesis */
    size_t close;  /* the one that ends it; 0: something between them needs more care than that */
};

static bool is_ascii(const char *bytes, size_t length)
{
    uint64_t all = 0;
    uint64_t eight;
    size_t i = 0;

    for (; i + sizeof eight <= length; i += sizeof eight) {
        memcpy(&eight, bytes + i, sizeof eight);
        all |= eight;
    }
    for (; i < length; i++)
        all |= (unsigned char)bytes[i];
    return (all & UINT64_C(0x8080808080808080)) == 0;
}

static size_t columns(const struct line *line, size_t from, size_t to)
{
    return line->is_ascii ? to - from : width(line->bytes + from, to - from);
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
static bool is_long_code(struct line *line)
{
    const char *bytes = line->bytes;
    size_t length = line->length;
    size_t indent = 0;

    if (length <= WRAP_COLUMNS) return false; /* bytes are no fewer than columns */
    while (indent < length && bytes[indent] == ' ')
        indent++;
    if (length - indent < 2 || bytes[indent] == '*' || bytes[indent] == '\'') return false;
    if (bytes[indent] == '#') return false; /* a directive ends with its line */
    const char *open = memchr(bytes, '(', length);
    if (!open) return false;
    line->open = (size_t)(open - bytes);
    line->is_ascii = is_ascii(bytes, length);
    return columns(line, 0, length) > WRAP_COLUMNS && !has_comment(bytes, length);
}

/* Most lists of arguments have neither parentheses nor literals in them. */
static void find_close(struct line *line)
{
    const char *from = line->bytes + line->open + 1;
    size_t length = line->length - line->open - 1;
    const char *close = memchr(from, ')', length);

    line->close = 0;
    if (close && !memchr(from, '(', length) && !memchr(from, '"', length))
        line->close = (size_t)(close - line->bytes);
}

/* What needs a closer look than the others. */
static const bool STOPS[256] = { ['"'] = true, ['('] = true, [')'] = true, [','] = true };

/* The quote that ends the literal which the one at `at` begins. */
static size_t literal_end(const struct line *line, size_t at)
{
    for (at++; at < line->length && line->bytes[at] != '"'; at++)
        at += line->bytes[at] == '\\';
    return at;
}

static size_t nested_argument_end(const struct line *line, size_t at)
{
    int depth = 0;

    for (; at < line->length; at++) {
        char c = line->bytes[at];
        if (!STOPS[(unsigned char)c]) continue;
        if (c == '"')
            at = literal_end(line, at);
        else if (c == '(')
            depth++;
        else if (c == ')')
            depth--;
        else if (depth == 0)
            return at + 1;
    }
    return line->length;
}

/* The end of the argument that starts at `at`: behind its comma, or the end of the line. */
static size_t argument_end(const struct line *line, size_t at)
{
    if (line->close <= at) return nested_argument_end(line, at);
    const char *comma = memchr(line->bytes + at, ',', line->close - at);
    return comma ? (size_t)(comma - line->bytes) + 1 : line->length;
}

/* Whether some argument is too long to stand behind the parenthesis. */
static bool is_too_narrow(const struct line *line)
{
    size_t indent = columns(line, 0, line->open + 1);

    for (size_t at = line->open + 1; at < line->length;) {
        size_t end = argument_end(line, at);
        at += line->bytes[at] == ' ';
        if (indent + columns(line, at, end) > WRAP_COLUMNS) return true;
        at = end;
    }
    return false;
}

/* The start of the function's name in `static inline type name(…)`, or 0. */
static size_t name_start(const struct line *line)
{
    size_t at = line->open;

    if (line->bytes[0] == ' ') return 0;
    while (at > 0 && line->bytes[at - 1] != ' ' && line->bytes[at - 1] != '*')
        at--;
    return at;
}

static void wrap_line(struct text *out, const struct line *line)
{
    const char *bytes = line->bytes;
    size_t name = name_start(line);
    size_t start = 0;

    if (name > 0 && is_too_narrow(line)) {
        /* the type on a line of its own */
        text_add(out, bytes, bytes[name - 1] == ' ' ? name - 1 : name);
        text_add_char(out, '\n');
        start = name;
    }

    size_t at = line->open + 1;
    size_t indent = columns(line, start, at);
    size_t column = indent;
    text_add(out, bytes + start, at - start);
    while (at < line->length) {
        size_t end = argument_end(line, at);
        if (column > indent && column + columns(line, at, end) > WRAP_COLUMNS) {
            text_add_char(out, '\n');
            text_add_spaces(out, indent);
            column = indent;
        }
        while (column == indent && at < end && bytes[at] == ' ')
            at++;
        text_add(out, bytes + at, end - at);
        column += columns(line, at, end);
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

void wrap_c(struct text *out, const char *lines, size_t length)
{
    const char *at = lines;
    const char *end = at + length;
    const char *run = at; /* lines that stay as they are are added together */

    while (at < end) {
        const char *behind = behind_short_lines(at, end);
        if (behind > at) {
            at = behind;
            continue;
        }
        const char *line_feed = memchr(at, '\n', (size_t)(end - at));
        struct line line = { .bytes = at, .length = (size_t)((line_feed ? line_feed : end) - at) };
        if (is_long_code(&line)) {
            find_close(&line);
            text_add(out, run, (size_t)(at - run));
            wrap_line(out, &line);
            run = at + line.length;
        }
        at += line.length + (line_feed != NULL);
    }
    text_add(out, run, (size_t)(end - run));
}
