/* SPDX-License-Identifier: Apache-2.0 */
#include "text.h"

#include <stdarg.h>
#include <stdbool.h>
#include <string.h>

#include "put.h"

struct text text_new(struct dhs_arena *arena)
{
    return (struct text){ .arena = arena };
}

void text_reserve(struct text *text, size_t length)
{
    if (text->capacity > length) return;
    text->data = dhs_grow(text->arena, text->data, text->capacity, length + 1);
    text->capacity = length + 1;
}

void text_make_room(struct text *text, size_t length)
{
    if (text->capacity - text->length > length) return;
    if (text->drain && text->length > 0) text->drain(text, text->drain_context);
    if (text->capacity - text->length > length) return;
    size_t capacity = 2 * text->capacity + length + 64;
    text->data = dhs_grow(text->arena, text->data, text->capacity, capacity);
    text->capacity = capacity;
}

void text_add_spaces(struct text *text, size_t n)
{
    text_make_room(text, n);
    memset(text->data + text->length, ' ', n);
    text->length += n;
    text->data[text->length] = '\0';
}

void text_printf(struct text *text, const char *format, ...)
{
    va_list arguments;
    size_t length;

    text_make_room(text, 128); /* most fit: formatted once, and where it belongs */
    va_start(arguments, format);
    length =
        dhs_format(text->data + text->length, text->capacity - text->length, format, arguments);
    va_end(arguments);
    if (length >= text->capacity - text->length) {
        text_make_room(text, length);
        va_start(arguments, format);
        dhs_format(text->data + text->length, length + 1, format, arguments);
        va_end(arguments);
    }
    text->length += length;
}

void text_drop(struct text *text, size_t length)
{
    text->length -= length;
    text->whole -= length < text->whole ? length : text->whole;
    memmove(text->data, text->data + length, text->length + 1);
}

struct text text_copy(struct dhs_arena *arena, const struct text *text)
{
    char *data = dhs_copy_text(arena, text_string(text), text->length);

    return (struct text){
        .arena = arena, .data = data, .length = text->length, .capacity = text->length + 1
    };
}

const char *text_string(const struct text *text)
{
    return text->data ? text->data : "";
}

const char *text_end(struct text *text)
{
    if (!text->data) return "";
    dhs_shrink(text->arena, text->data, text->capacity, text->length + 1);
    text->capacity = text->length + 1;
    return text->data;
}

void text_add_wrapped(struct text *text, const char *words, size_t indent, size_t columns)
{
    size_t column = 0;

    for (size_t at = text->length; at > 0 && text->data[at - 1] != '\n'; at--)
        column++;
    for (bool first = true; *words; first = false) {
        size_t n = strcspn(words, " ");
        if (!first && column + 1 + n > columns) {
            text_printf(text, "\n%*s", (int)indent, "");
            column = indent;
        } else if (!first) {
            text_add_char(text, ' ');
            column++;
        }
        text_add(text, words, n);
        column += n;
        words += n + strspn(words + n, " ");
    }
    text_add_char(text, '\n');
}
