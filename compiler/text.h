/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A text that grows: what templates are rendered into before anything is written to a file.
 * It lives in an arena; what it outgrew is released with the arena.
 */
#ifndef DHGEN_TEXT_H
#define DHGEN_TEXT_H

#include <stddef.h>
#include <string.h>

#include "arena.h"

struct text;
typedef void (*text_drain)(struct text *text, void *context);

struct text {
    struct dhs_arena *arena;
    char *data; /* NUL-terminated from the first text_add on; NULL before */
    size_t length;
    size_t capacity;
    size_t whole;     /* of one that is filled by lines: up to there they stay as they are */
    text_drain drain; /* takes what it can once the room is used up; NULL: more room is made */
    void *drain_context;
};

struct text text_new(struct dhs_arena *arena);

/* Makes room for `length` bytes more, and a NUL. */
void text_make_room(struct text *text, size_t length);

/* Inline, since whatever is generated comes by here in short pieces. */
static inline void text_add(struct text *text, const char *bytes, size_t length)
{
    if (text->capacity - text->length <= length) text_make_room(text, length);
    memcpy(text->data + text->length, bytes, length);
    text->length += length;
    text->data[text->length] = '\0';
}

static inline void text_add_string(struct text *text, const char *string)
{
    text_add(text, string, strlen(string));
}

static inline void text_add_char(struct text *text, char c)
{
    text_add(text, &c, 1);
}

void text_add_spaces(struct text *text, size_t n);
void text_printf(struct text *text, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Adds words in lines of at most `columns`, the first behind what stands in its line already, the
 * others behind `indent` blanks; with a line feed at the end. */
void text_add_wrapped(struct text *text, const char *words, size_t indent, size_t columns);

/* Makes room for so many bytes in all: for what is known to come, or before it is drained. */
void text_reserve(struct text *text, size_t length);

/* Takes from its front what was passed on, be it whole or not; the rest moves there. */
void text_drop(struct text *text, size_t length);

/* One that takes no more room than it needs. */
struct text text_copy(struct dhs_arena *arena, const struct text *text);

/* What was added so far as a string; never NULL. The second one for what stays so: it gives back
 * the room behind it. */
const char *text_string(const struct text *text);
const char *text_end(struct text *text);

#endif
