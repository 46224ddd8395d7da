/* SPDX-License-Identifier: Apache-2.0 */
#include "escape.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

static const struct {
    const char *suffix;
    escape_function escape;
} LANGUAGES[] = {
    { ".c", escape_c_comment },    { ".h", escape_c_comment },   { ".cc", escape_c_comment },
    { ".cpp", escape_c_comment },  { ".hpp", escape_c_comment }, { ".rs", escape_c_comment },
    { ".java", escape_c_comment }, { ".js", escape_c_comment },  { ".ts", escape_c_comment },
    { ".html", escape_html },      { ".xml", escape_html },      { ".svg", escape_html },
    { ".json", escape_json },      { ".py", escape_json },       { ".toml", escape_json },
    { ".yaml", escape_json },      { ".yml", escape_json },      { ".lua", escape_lua },
    { ".csv", escape_csv },        { ".sql", escape_sql },       { ".md", escape_markdown },
};

escape_function escape_for_file(const char *file_name)
{
    size_t length = strlen(file_name);
    const char *mustache = ".mustache";

    if (length > strlen(mustache) && strcmp(file_name + length - strlen(mustache), mustache) == 0)
        length -= strlen(mustache);
    for (size_t i = 0; i < sizeof LANGUAGES / sizeof LANGUAGES[0]; i++) {
        size_t n = strlen(LANGUAGES[i].suffix);
        if (length > n && strncmp(file_name + length - n, LANGUAGES[i].suffix, n) == 0)
            return LANGUAGES[i].escape;
    }
    return escape_nothing;
}

bool escape_nothing(struct text *out, const char *text, size_t length)
{
    text_add(out, text, length);
    return true;
}

/* Whether what stands at `p`, one of the three that are looked for, is parted from what follows: a
 * comment's begin or end, or a trigraph, which for a backslash would glue lines together. */
static bool is_parted(const char *p)
{
    return (p[0] == '*' && p[1] == '/') || (p[0] == '/' && p[1] == '*') ||
           (p[0] == '?' && p[1] == '?');
}

/* Not 0 if two of the three may stand side by side in these bytes, up to eight. They have in common
 * which bits of 0x6a are set, and only some marks share that. */
static uint64_t parted_pairs(const char *bytes, size_t n)
{
    const uint64_t ones = UINT64_C(0x0101010101010101);
    uint64_t eight = 0;

    memcpy(&eight, bytes, n);
    eight = (eight & ones * 0x6a) ^ ones * ('*' & 0x6a);
    eight = (eight - ones) & ~eight & ones * 0x80; /* the bytes of 0 */
    return eight & eight >> 8;
}

/* Whether something may have to be parted: in most texts nothing has. Each eight bytes begin with
 * the last of those before. */
static bool may_be_parted(const char *text, size_t length)
{
    const char *last = text + length - 8;
    uint64_t found = 0;

    if (length < 8) return parted_pairs(text, length) != 0;
    for (; text < last; text += 7)
        found |= parted_pairs(text, 8);
    return (found | parted_pairs(last, 8)) != 0;
}

bool escape_c_comment(struct text *out, const char *text, size_t length)
{
    if (!may_be_parted(text, length)) return escape_nothing(out, text, length);
    for (;;) {
        size_t n = strcspn(text, "*/?");
        if (text[n]) n++;
        text_add(out, text, n);
        text += n;
        if (n > 0 && is_parted(text - 1)) text_add_char(out, ' ');
        if (!*text) return false;
    }
}

bool escape_html(struct text *out, const char *text, size_t length)
{
    bool as_it_is = true;

    for (const char *p = text; p < text + length; p++) {
        const char *name = *p == '&'   ? "&amp;"
                           : *p == '<' ? "&lt;"
                           : *p == '>' ? "&gt;"
                           : *p == '"' ? "&quot;"
                                       : NULL;
        as_it_is = as_it_is && !name;
        if (name)
            text_add_string(out, name);
        else
            text_add_char(out, *p);
    }
    return as_it_is;
}

bool escape_json(struct text *out, const char *text, size_t length)
{
    bool as_it_is = true;

    for (const char *p = text; p < text + length; p++) {
        bool plain = (unsigned char)*p >= 0x20 && *p != 0x7f && *p != '"' && *p != '\\';
        as_it_is = as_it_is && plain;
        if (plain)
            text_add_char(out, *p);
        else if (*p == '\n')
            text_add_string(out, "\\n");
        else if (*p == '"' || *p == '\\')
            text_printf(out, "\\%c", *p);
        else
            text_printf(out, "\\u%04x", (unsigned char)*p);
    }
    return as_it_is;
}

bool escape_lua(struct text *out, const char *text, size_t length)
{
    bool as_it_is = true;

    for (const char *p = text; p < text + length; p++) {
        bool has_number = (unsigned char)*p < 0x20 || *p == 0x7f;
        bool plain = !has_number && *p != '"' && *p != '\'' && *p != '\\';
        as_it_is = as_it_is && plain;
        if (plain)
            text_add_char(out, *p);
        else
            text_printf(out, has_number ? "\\%03d" : "\\%c", *p);
    }
    return as_it_is;
}

static bool double_each(struct text *out, const char *text, size_t length, char what)
{
    for (const char *p = text; p < text + length; p++) {
        if (*p == what) text_add_char(out, what);
        text_add_char(out, *p);
    }
    return memchr(text, what, length) == NULL;
}

bool escape_csv(struct text *out, const char *text, size_t length)
{
    return double_each(out, text, length, '"');
}

bool escape_sql(struct text *out, const char *text, size_t length)
{
    return double_each(out, text, length, '\'');
}

/* How many bytes stand before the one that would make a line a heading, a list or a rule; or -1. */
static int block_mark(const char *text)
{
    size_t digits = strspn(text, "0123456789");
    const char *mark = text + digits;

    if (!*mark || !strchr(digits > 0 ? ".)" : "#+-=:", *mark)) return -1;
    bool alone = mark[1] == ' ' || mark[1] == '\0' || mark[1] == mark[0];
    return alone ? (int)digits : -1;
}

/* An underscore inside a word is no markup, and names are full of them. */
static bool is_inside_word(const char *text, const char *p)
{
    return p > text && isalnum((unsigned char)p[-1]) && isalnum((unsigned char)p[1]);
}

bool escape_markdown(struct text *out, const char *text, size_t length)
{
    const char *end = text + length;
    int mark = block_mark(text);

    if (mark >= 0) {
        text_add(out, text, (size_t)mark);
        text_printf(out, "\\%c", text[mark]);
        text += mark + 1;
    }
    for (const char *p = text; p < end; p++) {
        if (*p == '&')
            text_add_string(out, "&amp;");
        else if (*p == '<')
            text_add_string(out, "&lt;");
        else if (*p == '>')
            text_add_string(out, "&gt;");
        else if (*p == '~' ||
                 *p == '$') /* struck, a formula: not every parser knows a backslash there */
            text_printf(out, "&#%d;", *p);
        else if (strchr("\\`*[]|", *p) || (*p == '_' && !is_inside_word(text, p)))
            text_printf(out, "\\%c", *p);
        else
            text_add_char(out, (unsigned char)*p < 0x20 ? ' ' : *p);
    }
    return false; /* perhaps it is: pages are few, and nobody asks */
}

/* What a literal has as it is: printable ASCII but quotes and backslashes. Of two '?' only the
 * first, or they would be a trigraph. */
static bool is_plain(char c)
{
    return c >= 0x20 && c < 0x7f && c != '"' && c != '\\' && c != '?';
}

/* Whether eight bytes are. */
static bool are_plain(const char *bytes)
{
    const uint64_t ones = UINT64_C(0x0101010101010101);
    uint64_t eight;

    memcpy(&eight, bytes, sizeof eight);
    const uint64_t quote = eight ^ ones * '"';
    const uint64_t backslash = eight ^ ones * '\\';
    const uint64_t question = eight ^ ones * '?';
    const uint64_t del = eight ^ ones * 0x7f;
    uint64_t others = eight; /* the highest bit of each byte that is not plain, or is behind one */

    others |= (quote - ones) & ~quote;
    others |= (backslash - ones) & ~backslash;
    others |= (question - ones) & ~question;
    others |= (del - ones) & ~del;
    others |= (eight - ones * 0x20) & ~eight;
    return (others & ones * 0x80) == 0;
}

static char *put_escaped(char *to, unsigned char c, bool is_behind_question)
{
    bool is_octal = c < 0x20 || c >= 0x7f;

    if (c != '?' || is_behind_question) *to++ = '\\';
    if (c == '\n') {
        *to++ = 'n';
    } else if (is_octal) { /* three digits: a digit that follows is not taken in */
        *to++ = (char)('0' + (c >> 6));
        *to++ = (char)('0' + (c >> 3 & 7));
        *to++ = (char)('0' + (c & 7));
    } else {
        *to++ = (char)c;
    }
    return to;
}

/* *question: whether the last one was a '?'. */
static char *put_bytes(char *to, const char *bytes, size_t n, bool *question)
{
    for (size_t i = 0; i < n; i++) {
        if (is_plain(bytes[i]))
            *to++ = bytes[i];
        else
            to = put_escaped(to, (unsigned char)bytes[i], *question);
        *question = bytes[i] == '?';
    }
    return to;
}

void escape_c_string(struct text *out, const char *bytes, size_t length)
{
    const char *end = bytes + length;
    bool question = false;

    text_make_room(out, 4 * length);
    char *to = out->data + out->length;
    for (size_t n = 0; bytes < end; bytes += n) {
        n = (size_t)(end - bytes) < 8 ? (size_t)(end - bytes) : 8;
        if (n == 8 && are_plain(bytes)) {
            memcpy(to, bytes, 8);
            to += 8;
            question = false;
        } else {
            to = put_bytes(to, bytes, n, &question);
        }
    }
    *to = '\0';
    out->length = (size_t)(to - out->data);
}

void escape_c_literal(struct text *out, const char *bytes, size_t length)
{
    text_add_char(out, '"');
    escape_c_string(out, bytes, length);
    text_add_char(out, '"');
}
