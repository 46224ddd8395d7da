/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "lsp_server.h"
#include "utf8.h"

static bool is_utf8(const char *text, size_t length)
{
    for (size_t at = 0; at < length;) {
        struct dhs_character c = dhs_utf8_first(text + at, length - at);
        if (c.broken) return false;
        at += c.length;
    }
    return true;
}

static json_t *mended(const char *text, size_t length)
{
    static const char REPLACEMENT[] = "\xef\xbf\xbd";
    char *copy = malloc(length * 3 + 1), *to = copy;
    if (!copy) return json_null();
    for (size_t at = 0; at < length;) {
        struct dhs_character c = dhs_utf8_first(text + at, length - at);
        const char *from = c.broken ? REPLACEMENT : text + at;
        size_t n = c.broken ? 3 : c.length;
        memcpy(to, from, n);
        to += n;
        at += c.length;
    }
    json_t *json = json_stringn_nocheck(copy, (size_t)(to - copy));
    free(copy);
    return json;
}

json_t *lsp_string(const char *text, size_t length)
{
    return is_utf8(text, length) ? json_stringn_nocheck(text, length) : mended(text, length);
}

json_t *lsp_printf(struct dhs_arena *arena, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    const char *text = dhs_vprintf(arena, format, arguments);
    va_end(arguments);
    return lsp_string(text, strlen(text));
}

json_t *lsp_position(struct lsp_position position)
{
    return json_pack("{s:I, s:I}", "line", (json_int_t)position.line, "character",
                     (json_int_t)position.character);
}

json_t *lsp_range(const struct lsp_lines *lines, uint32_t begin, uint32_t end)
{
    return json_pack("{s:o, s:o}", "start", lsp_position(lsp_position_of(lines, begin)), "end",
                     lsp_position(lsp_position_of(lines, end)));
}

/* The protocol's numbers go to 2^31 - 1. */
static bool read_number(const json_t *json, uint32_t *number)
{
    json_int_t value = json_integer_value(json);
    if (!json_is_integer(json) || value < 0 || value > INT32_MAX) return false;
    *number = (uint32_t)value;
    return true;
}

bool lsp_read_position(const json_t *json, struct lsp_position *position)
{
    return read_number(json_object_get(json, "line"), &position->line) &&
           read_number(json_object_get(json, "character"), &position->character);
}

bool lsp_read_range(const json_t *json, const struct lsp_lines *lines, uint32_t *begin,
                    uint32_t *end)
{
    struct lsp_position from, to;
    if (!lsp_read_position(json_object_get(json, "start"), &from) ||
        !lsp_read_position(json_object_get(json, "end"), &to))
        return false;
    *begin = lsp_offset_of(lines, from);
    *end = lsp_offset_of(lines, to);
    if (*begin > *end) { /* a selection that was made backwards */
        uint32_t swapped = *begin;
        *begin = *end;
        *end = swapped;
    }
    return true;
}

json_t *lsp_edit(const struct lsp_lines *lines, uint32_t begin, uint32_t end, const char *text)
{
    return json_pack("{s:o, s:o}", "range", lsp_range(lines, begin, end), "newText",
                     lsp_string(text, strlen(text)));
}

json_t *lsp_markup(bool markdown, const struct text *text)
{
    return json_pack("{s:s, s:o}", "kind", markdown ? "markdown" : "plaintext", "value",
                     lsp_string(text_string(text), text->length));
}

const json_t *lsp_member(const json_t *json, const char *path)
{
    while (json && *path) {
        char name[64];
        size_t n = strcspn(path, ".");
        if (n >= sizeof name) return NULL;
        memcpy(name, path, n);
        name[n] = '\0';
        json = json_object_get(json, name);
        path += n + (path[n] == '.');
    }
    return json;
}

bool lsp_is_true(const json_t *json, const char *path)
{
    return json_is_true(lsp_member(json, path));
}

bool lsp_list_has(const json_t *list, const char *word)
{
    for (size_t i = 0; i < json_array_size(list); i++) {
        const char *item = json_string_value(json_array_get(list, i));
        if (item && strcmp(item, word) == 0) return true;
    }
    return false;
}

static json_t *versioned(struct lsp_server *server, const char *uri, json_t *edits)
{
    const struct lsp_document *document = lsp_document_find(server, uri);
    json_t *version = document ? json_integer(document->version) : json_null();
    return json_pack("{s:{s:s, s:o}, s:O}", "textDocument", "uri", uri, "version", version, "edits",
                     edits);
}

json_t *lsp_workspace_edit(struct lsp_server *server, json_t *by_uri)
{
    const char *uri;
    json_t *edits;
    if (!server->client.versioned_edits) return json_pack("{s:o}", "changes", by_uri);
    json_t *changes = json_array();
    json_object_foreach(by_uri, uri, edits)
        json_array_append_new(changes, versioned(server, uri, edits));
    json_decref(by_uri);
    return json_pack("{s:o}", "documentChanges", changes);
}
