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

enum { MAX_ENDS = 16 };

/* A line that is looked at closely: what is seen once is not looked for again. */
struct line {
    const char *bytes;
    size_t length;
    bool is_ascii;         /* as many columns as bytes */
    size_t open;           /* the first parenthesis */
    size_t ends[MAX_ENDS]; /* of the first arguments behind it, see argument_end() */
    size_t n_ends;
    size_t grown; /* by how much, since then: what was broken moves what follows */
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

/* What needs a closer look than the others. */
static const bool STOPS[256] = { ['"'] = true, ['('] = true, [')'] = true, [','] = true };

/* The quote that ends the literal which the one at `at` begins. */
static size_t literal_end(const struct line *line, size_t at)
{
    for (at++; at < line->length && line->bytes[at] != '"'; at++)
        at += line->bytes[at] == '\\';
    return at;
}

/* The end of the argument that starts at `at`: behind its comma, or the end of the line. */
static size_t argument_end(const struct line *line, size_t at)
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

/* Notes an argument that ends there; false: there is no more room. */
static bool add_end(struct line *line, size_t end)
{
    line->ends[line->n_ends++] = end;
    return line->n_ends < MAX_ENDS;
}

/* Most lists of arguments have neither parentheses nor literals in them: then commas are looked for
 * in runs. */
static void find_ends(struct line *line)
{
    const char *from = line->bytes + line->open + 1;
    size_t length = line->length - line->open - 1;
    const char *close = memchr(from, ')', length);
    const char *comma = from;

    line->n_ends = line->grown = 0;
    if (!close || memchr(from, '(', length) || memchr(from, '"', length)) {
        size_t at = line->open + 1;
        do
            at = argument_end(line, at);
        while (add_end(line, at) && at < line->length);
        return;
    }
    while ((comma = memchr(comma, ',', (size_t)(close - comma))) != NULL)
        if (!add_end(line, (size_t)(++comma - line->bytes))) return;
    add_end(line, line->length);
}

static size_t nth_end(const struct line *line, size_t n, size_t at)
{
    return n < line->n_ends ? line->ends[n] + line->grown : argument_end(line, at);
}

/* Whether some argument is too long to stand behind the parenthesis. */
static bool is_too_narrow(const struct line *line)
{
    size_t indent = columns(line, 0, line->open + 1);

    for (size_t at = line->open + 1, n = 0; at < line->length; n++) {
        size_t end = nth_end(line, n, at);
        at += line->bytes[at] == ' ';
        if (indent + columns(line, at, end) > WRAP_COLUMNS) return true;
        at = end;
    }
    return false;
}

/* The start of the function's name in `static inline type name(…)`, or 0. */
static size_t name_start(const struct line *line)
{
    if (line->bytes[0] == ' ') return 0;
    const char *open = line->bytes + line->open;
    const char *blank = memrchr(line->bytes, ' ', line->open);
    const char *name = blank ? blank + 1 : line->bytes;
    const char *star = memrchr(name, '*', (size_t)(open - name));
    return (size_t)((star ? star + 1 : name) - line->bytes);
}

/* Puts `n` bytes, a line feed and blanks if any, in the place of the blanks at `at`; returns where
 * the text goes on. */
static size_t replace_blanks(struct text *text, struct line *line, size_t at, size_t n)
{
    size_t blanks = 0;

    while (at + blanks < line->length && line->bytes[at + blanks] == ' ')
        blanks++;
    if (n > 0 || blanks > 0) {
        text_make_room(text, n);
        line->bytes = text->data + text->whole;
        char *place = text->data + text->whole + at;
        const char *behind = text->data + text->length + 1; /* the NUL, too */
        memmove(place + n, place + blanks, (size_t)(behind - (place + blanks)));
        if (n > 0) memset(place, ' ', n);
        if (n > 0) *place = '\n';
        text->length += n - blanks;
        line->length += n - blanks;
        line->grown += n - blanks;
    }
    return at + n;
}

/* The line begins where `text` is whole up to. */
static void wrap_line(struct text *text, struct line *line)
{
    find_ends(line);
    size_t name = name_start(line);
    size_t start = 0;

    if (name > 0 && is_too_narrow(line)) /* the type on a line of its own */
        start = replace_blanks(text, line, name - (line->bytes[name - 1] == ' '), 1);

    size_t at = line->open + 1 + line->grown;
    size_t indent = columns(line, start, at);
    size_t column = indent;
    for (size_t n = 0; at < line->length; n++) {
        size_t end = nth_end(line, n, at);
        bool breaks = column > indent && column + columns(line, at, end) > WRAP_COLUMNS;
        if (breaks) column = indent;
        if (column == indent) {
            at = replace_blanks(text, line, at, breaks ? 1 + indent : 0);
            end = nth_end(line, n, at);
        }
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

/* The first line between `at` and `end` that is long, in *line; or none. */
static bool find_long_line(struct line *line, const char *at, const char *end)
{
    while (at < end) {
        const char *behind = behind_short_lines(at, end);
        if (behind == at) {
            const char *line_feed = memchr(at, '\n', (size_t)(end - at));
            line->bytes = at;
            line->length = (size_t)((line_feed ? line_feed : end) - at);
            if (is_long_code(line)) return true;
            behind += line->length + (line_feed != NULL);
        }
        at = behind;
    }
    return false;
}

void wrap_lines(struct text *text, size_t end)
{
    size_t left = text->length - end; /* that stays as it is */
    struct line line;

    while (find_long_line(&line, text->data + text->whole, text->data + text->length - left)) {
        text->whole = (size_t)(line.bytes - text->data);
        wrap_line(text, &line);
        text->whole += line.length;
    }
    text->whole = text->length - left;
}
