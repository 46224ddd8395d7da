/* SPDX-License-Identifier: Apache-2.0 */
/* Characters of UTF-8 text, and how wide a terminal shows them. */
#ifndef DHS_UTF8_H
#define DHS_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "arena.h"

enum { DHS_TAB_WIDTH = 4 };

struct dhs_character {
    uint32_t value; /* U+FFFD if `broken` */
    size_t length;  /* in bytes; of a broken sequence 1 */
    int columns;    /* on a terminal; what cannot be printed takes 1, for its replacement */
    bool broken;
};

/* The character at the start of `text`, which has at least one byte. */
struct dhs_character dhs_utf8_first(const char *text, size_t length);

/* The text on one line, and without what a terminal would obey: such bytes as `\xHH`. */
const char *dhs_printable(struct dhs_arena *arena, const char *text);

/* Whether it must not reach a terminal as it is: a control, or what turns the direction of text. */
bool dhs_is_unprintable(uint32_t character);

#endif
