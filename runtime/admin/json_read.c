/* SPDX-License-Identifier: Apache-2.0 */
#include "json_read.h"

#include <stdlib.h>
#include <string.h>

struct dhi_json_piece {
    struct dhi_json_piece *next;
    size_t used, room;
    _Alignas(16) unsigned char bytes[];
};

struct reader {
    struct dhi_json_text *text;
    const char *bytes;
    size_t n, at;
    int depth;
};

static void *take(struct dhi_json_text *text, size_t size)
{
    struct dhi_json_piece *piece = text->pieces;
    void *memory;

    size = (size + 15) & ~(size_t)15;
    if (piece == NULL || piece->room - piece->used < size) {
        size_t room = size > 65536 ? size : 65536;
        piece = malloc(sizeof *piece + room);
        if (piece == NULL)
            abort(); /* as much as the line itself: nothing else would go on either */
        *piece = (struct dhi_json_piece){ .next = text->pieces, .room = room };
        text->pieces = piece;
    }
    memory = piece->bytes + piece->used;
    piece->used += size;
    return memory;
}

static bool fail(struct reader *reader, const char *wrong)
{
    if (reader->text->wrong == NULL) {
        reader->text->wrong = wrong;
        reader->text->at = reader->at;
    }
    return false;
}

static int peek(const struct reader *reader)
{
    return reader->at < reader->n ? (unsigned char)reader->bytes[reader->at] : -1;
}

static void skip_space(struct reader *reader)
{
    while (peek(reader) == ' ' || peek(reader) == '\t' || peek(reader) == '\n' ||
           peek(reader) == '\r')
        reader->at++;
}

/* ---- strings ------------------------------------------------------------------------------ */

static bool hex4(struct reader *reader, uint32_t *code)
{
    *code = 0;
    for (int i = 0; i < 4; i++, reader->at++) {
        int c = peek(reader);
        int digit = c >= '0' && c <= '9'   ? c - '0'
                    : c >= 'a' && c <= 'f' ? c - 'a' + 10
                    : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                           : -1;
        if (digit < 0) return fail(reader, "four hexadecimal digits stand behind \\u");
        *code = *code << 4 | (uint32_t)digit;
    }
    return true;
}

static size_t put_utf8(char *to, uint32_t code)
{
    if (code < 0x80) {
        to[0] = (char)code;
        return 1;
    }
    if (code < 0x800) {
        to[0] = (char)(0xc0 | code >> 6);
        to[1] = (char)(0x80 | (code & 63));
        return 2;
    }
    if (code < 0x10000) {
        to[0] = (char)(0xe0 | code >> 12);
        to[1] = (char)(0x80 | (code >> 6 & 63));
        to[2] = (char)(0x80 | (code & 63));
        return 3;
    }
    to[0] = (char)(0xf0 | code >> 18);
    to[1] = (char)(0x80 | (code >> 12 & 63));
    to[2] = (char)(0x80 | (code >> 6 & 63));
    to[3] = (char)(0x80 | (code & 63));
    return 4;
}

/* Behind "\u": one code, or two that make one. */
static bool read_code(struct reader *reader, char *to, size_t *used)
{
    uint32_t code, low;

    if (!hex4(reader, &code)) return false;
    if (code >= 0xd800 && code < 0xdc00 && reader->at + 1 < reader->n &&
        reader->bytes[reader->at] == '\\' && reader->bytes[reader->at + 1] == 'u') {
        reader->at += 2;
        if (!hex4(reader, &low)) return false;
        if (low < 0xdc00 || low > 0xdfff) return fail(reader, "half a character");
        code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
    } else if (code >= 0xd800 && code < 0xe000)
        return fail(reader, "half a character");
    *used += put_utf8(to + *used, code);
    return true;
}

static bool read_string(struct reader *reader, const char **text, size_t *bytes)
{
    static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
    const char *close = memchr(reader->bytes + reader->at + 1, '"', reader->n - reader->at - 1);
    size_t used = 0, room;
    char *made;

    /* No longer than what stands there; of what has escapes, up to the end of the line. */
    room = close == NULL ? reader->n - reader->at : (size_t)(close - reader->bytes) - reader->at;
    if (close != NULL && memchr(reader->bytes + reader->at, '\\', room) != NULL)
        room = reader->n - reader->at;
    made = take(reader->text, room + 1);
    for (reader->at++; peek(reader) != '"';) {
        int c = peek(reader);
        const char *escape;

        if (c < 0) return fail(reader, "this text has no end");
        if (c < 0x20) return fail(reader, "a control character in a text: write it as \\u00XX");
        reader->at++;
        if (c != '\\') {
            made[used++] = (char)c;
            continue;
        }
        c = peek(reader);
        reader->at++;
        escape = c > 0 ? strchr(from, c) : NULL;
        if (c == 'u') {
            if (!read_code(reader, made, &used)) return false;
        } else if (escape != NULL)
            made[used++] = to[escape - from];
        else
            return fail(reader, "there is no such escape");
    }
    reader->at++;
    made[used] = 0;
    *text = made;
    *bytes = used;
    return true;
}

/* ---- values ------------------------------------------------------------------------------- */

static bool read_value(struct reader *reader, struct dhi_json *value);

static bool read_number(struct reader *reader, struct dhi_json *value)
{
    size_t begin = reader->at;
    char *text;

    while (peek(reader) > 0 && strchr("+-.0123456789eE", peek(reader)) != NULL)
        reader->at++;
    if (begin == reader->at) return fail(reader, "a value is expected here");
    value->kind = DHI_JSON_NUMBER;
    value->text_bytes = reader->at - begin;
    text = take(reader->text, value->text_bytes + 1);
    memcpy(text, reader->bytes + begin, value->text_bytes);
    text[value->text_bytes] = 0;
    value->text = text;
    return true;
}

static bool read_word(struct reader *reader, struct dhi_json *value)
{
    static const struct {
        const char *word;
        enum dhi_json_kind kind;
    } words[] = { { "null", DHI_JSON_NULL },
                  { "true", DHI_JSON_TRUE },
                  { "false", DHI_JSON_FALSE } };

    for (size_t i = 0; i < 3; i++) {
        size_t length = strlen(words[i].word);
        if (reader->n - reader->at < length ||
            memcmp(reader->bytes + reader->at, words[i].word, length) != 0)
            continue;
        value->kind = words[i].kind;
        reader->at += length;
        return true;
    }
    return fail(reader, "a value is expected here");
}

static struct dhi_json *add(struct reader *reader, struct dhi_json *group)
{
    struct dhi_json *member = take(reader->text, sizeof *member);

    *member = (struct dhi_json){ .kind = DHI_JSON_NULL };
    if (group->last == NULL)
        group->first = member;
    else
        group->last->next = member;
    group->last = member;
    group->n++;
    return member;
}

static bool read_member(struct reader *reader, struct dhi_json *group)
{
    struct dhi_json *member = add(reader, group);
    size_t bytes;

    skip_space(reader);
    if (group->kind == DHI_JSON_OBJECT) {
        if (peek(reader) != '"') return fail(reader, "a name between quotes is expected here");
        member->key_at = reader->at;
        if (!read_string(reader, &member->key, &bytes)) return false;
        skip_space(reader);
        if (peek(reader) != ':') return fail(reader, "':' is expected between name and value");
        reader->at++;
    }
    return read_value(reader, member);
}

static bool read_group(struct reader *reader, struct dhi_json *group, enum dhi_json_kind kind,
                       int close)
{
    group->kind = kind;
    if (++reader->depth > DHI_JSON_DEPTH_MAX) return fail(reader, "too deep");
    reader->at++;
    skip_space(reader);
    if (peek(reader) != close) {
        do {
            if (!read_member(reader, group)) return false;
            skip_space(reader);
        } while (peek(reader) == ',' && ++reader->at);
        if (peek(reader) != close)
            return fail(reader, kind == DHI_JSON_OBJECT ? "',' or '}' is expected here"
                                                        : "',' or ']' is expected here");
    }
    reader->at++;
    reader->depth--;
    return true;
}

static bool read_value(struct reader *reader, struct dhi_json *value)
{
    bool good;
    int c;

    skip_space(reader);
    value->at = reader->at;
    c = peek(reader);
    if (c == '{')
        good = read_group(reader, value, DHI_JSON_OBJECT, '}');
    else if (c == '[')
        good = read_group(reader, value, DHI_JSON_ARRAY, ']');
    else if (c == '"') {
        value->kind = DHI_JSON_STRING;
        good = read_string(reader, &value->text, &value->text_bytes);
    } else if (c == 'n' || c == 't' || c == 'f')
        good = read_word(reader, value);
    else
        good = read_number(reader, value);
    value->end = reader->at;
    return good;
}

void dhi_json_read(struct dhi_json_text *text, const char *bytes, size_t n)
{
    struct reader reader = { .text = text, .bytes = bytes, .n = n };
    struct dhi_json *root;

    *text = (struct dhi_json_text){ .root = NULL };
    root = take(text, sizeof *root);
    *root = (struct dhi_json){ .kind = DHI_JSON_NULL };
    if (!read_value(&reader, root)) return;
    skip_space(&reader);
    if (reader.at == n)
        text->root = root;
    else
        fail(&reader, "nothing is expected behind the value");
}

void dhi_json_free(struct dhi_json_text *text)
{
    while (text->pieces != NULL) {
        struct dhi_json_piece *next = text->pieces->next;
        free(text->pieces);
        text->pieces = next;
    }
}

const char *dhi_json_kind_text(enum dhi_json_kind kind)
{
    static const char *const texts[] = { "null",   "a truth value", "a truth value", "a number",
                                         "a text", "a list",        "an object" };

    return texts[kind];
}

const struct dhi_json *dhi_json_member(const struct dhi_json *object, const char *key)
{
    for (const struct dhi_json *m = object->first; m != NULL; m = m->next)
        if (object->kind == DHI_JSON_OBJECT && strcmp(m->key, key) == 0) return m;
    return NULL;
}
