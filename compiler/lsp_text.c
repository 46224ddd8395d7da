/* SPDX-License-Identifier: Apache-2.0 */
#include "lsp_text.h"

#include <stdlib.h>
#include <string.h>

#include "utf8.h"

/* ---- lines -------------------------------------------------------------------------------- */

/* Behind the end of a line that begins at `at`; the end of the text: there is none. */
static uint32_t next_line(struct dhs_text text, uint32_t at)
{
    for (; at < text.length; at++) {
        if (text.data[at] == '\n') return at + 1;
        if (text.data[at] == '\r')
            return at + 1 < text.length && text.data[at + 1] == '\n' ? at + 2 : at + 1;
    }
    return at;
}

static bool ends_line(struct dhs_text text)
{
    return text.length &&
           (text.data[text.length - 1] == '\n' || text.data[text.length - 1] == '\r');
}

struct lsp_lines lsp_lines(struct dhs_arena *arena, struct dhs_text text,
                           enum lsp_encoding encoding)
{
    uint32_t n = 1;
    for (uint32_t at = 0; at < text.length; n++)
        at = next_line(text, at);
    uint32_t *starts = dhs_alloc_array(arena, n + 1, sizeof *starts);
    n = 0;
    for (uint32_t at = 0; at < text.length; at = next_line(text, at))
        starts[n++] = at;
    if (n == 0 || ends_line(text)) starts[n++] = (uint32_t)text.length;
    return (struct lsp_lines){ text.data, (uint32_t)text.length, encoding, n, starts };
}

static uint32_t line_end(const struct lsp_lines *lines, uint32_t line)
{
    uint32_t start = lines->starts[line];
    uint32_t end = line + 1 < lines->n ? lines->starts[line + 1] : lines->length;
    while (end > start && (lines->text[end - 1] == '\n' || lines->text[end - 1] == '\r'))
        end--;
    return end;
}

static uint32_t units_of(const struct lsp_lines *lines, struct dhs_character c)
{
    if (lines->encoding == LSP_UTF8) return (uint32_t)c.length;
    return c.value > 0xffff ? 2 : 1;
}

struct lsp_position lsp_position_of(const struct lsp_lines *lines, uint32_t offset)
{
    uint32_t low = 0, high = lines->n;
    if (offset > lines->length) offset = lines->length;
    while (high - low > 1) {
        uint32_t middle = low + (high - low) / 2;
        if (lines->starts[middle] <= offset)
            low = middle;
        else
            high = middle;
    }
    struct lsp_position position = { low, 0 };
    uint32_t end = line_end(lines, low);
    if (offset > end) offset = end; /* between CR and LF no character stands */
    for (uint32_t at = lines->starts[low]; at < offset;) {
        struct dhs_character c = dhs_utf8_first(lines->text + at, lines->length - at);
        at += (uint32_t)c.length;
        if (at <= offset) position.character += units_of(lines, c);
    }
    return position;
}

uint32_t lsp_offset_of(const struct lsp_lines *lines, struct lsp_position position)
{
    if (position.line >= lines->n) return lines->length;
    uint32_t at = lines->starts[position.line], end = line_end(lines, position.line);
    uint32_t units = 0;
    while (at < end && units < position.character) {
        struct dhs_character c = dhs_utf8_first(lines->text + at, lines->length - at);
        units += units_of(lines, c);
        if (units > position.character) break;
        at += (uint32_t)c.length;
    }
    return at;
}

char *lsp_replace(struct dhs_text text, uint32_t begin, uint32_t end, struct dhs_text by,
                  size_t *length)
{
    *length = text.length - (end - begin) + by.length;
    char *all = malloc(*length + 1);
    if (!all) return NULL;
    if (begin) memcpy(all, text.data, begin);
    if (by.length) memcpy(all + begin, by.data, by.length);
    if (text.length > end) memcpy(all + begin + by.length, text.data + end, text.length - end);
    all[*length] = '\0';
    return all;
}

/* ---- URIs --------------------------------------------------------------------------------- */

static int hex_of(char c)
{
    if (c >= '0' && c <= '9') return c - '0';
    if ((c | 0x20) >= 'a' && (c | 0x20) <= 'f') return (c | 0x20) - 'a' + 10;
    return -1;
}

/* Without %00, which no path holds. */
static void decode(const char *from, char *to)
{
    while (*from) {
        int high = from[0] == '%' ? hex_of(from[1]) : -1;
        int low = high >= 0 ? hex_of(from[2]) : -1;
        bool coded = low >= 0 && high * 16 + low != 0;
        *to++ = coded ? (char)(high * 16 + low) : *from;
        from += coded ? 3 : 1;
    }
    *to = '\0';
}

char *lsp_path_of(const char *uri)
{
    static const char FILE_SCHEME[] = "file://";
    size_t n = sizeof FILE_SCHEME - 1;
    if (strncmp(uri, FILE_SCHEME, n) != 0) return strdup(uri);
    const char *path = strchr(uri + n, '/'); /* behind the host, which is this one */
    if (!path) return strdup(uri);
    char *decoded = malloc(strlen(path) + 1);
    if (decoded) decode(path, decoded);
    return decoded;
}

static bool is_plain(char c)
{
    bool letter = (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
    return letter || (c >= '0' && c <= '9') || (c && strchr("/-._~", c));
}

const char *lsp_uri_of(struct dhs_arena *arena, const char *path)
{
    static const char DIGITS[] = "0123456789ABCDEF";
    if (path[0] != '/') return path;
    char *uri = dhs_alloc(arena, strlen(path) * 3 + sizeof "file://"), *to = uri;
    to = stpcpy(to, "file://");
    for (; *path; path++) {
        if (is_plain(*path)) {
            *to++ = *path;
            continue;
        }
        *to++ = '%';
        *to++ = DIGITS[(unsigned char)*path >> 4];
        *to++ = DIGITS[(unsigned char)*path & 15];
    }
    return uri;
}
