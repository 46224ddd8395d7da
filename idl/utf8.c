/* SPDX-License-Identifier: Apache-2.0 */
#include "utf8.h"

#include <stdio.h>
#include <string.h>

/* Wide in East Asian scripts and emoji, zero for combining marks: the ranges that terminals agree
 * on. wcwidth() would depend on the locale, and goldens must not. */
static int width_of(uint32_t c)
{
    if (c == '\t') return DHS_TAB_WIDTH;
    if (dhs_is_unprintable(c)) return 1;
    if ((c >= 0x300 && c <= 0x36f) || (c >= 0x200b && c <= 0x200f) || c == 0xfeff) return 0;
    if ((c >= 0x1100 && c <= 0x115f) || (c >= 0x2e80 && c <= 0xa4cf) ||
        (c >= 0xac00 && c <= 0xd7a3) || (c >= 0xf900 && c <= 0xfaff) ||
        (c >= 0xfe30 && c <= 0xfe6f) || (c >= 0xff00 && c <= 0xff60) ||
        (c >= 0x1f300 && c <= 0x1faff) || (c >= 0x20000 && c <= 0x3fffd))
        return 2;
    return 1;
}

/* The length that the first byte promises; 0: no sequence begins like that. */
static size_t promised(unsigned char first)
{
    if (first < 0x80) return 1;
    if (first < 0xc2 || first > 0xf4) return 0;
    return first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
}

static bool is_scalar(uint32_t value, size_t length)
{
    static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
    return value >= least[length] && value <= 0x10ffff && (value < 0xd800 || value > 0xdfff);
}

struct dhs_character dhs_utf8_first(const char *text, size_t length)
{
    static const struct dhs_character broken = { 0xfffd, 1, 1, true };
    unsigned char first = (unsigned char)text[0];
    size_t n = promised(first);
    if (n == 0 || n > length) return broken;
    uint32_t value = n == 1 ? first : first & (0x7fu >> n);
    for (size_t i = 1; i < n; i++) {
        if (((unsigned char)text[i] & 0xc0u) != 0x80u) return broken;
        value = value << 6 | ((unsigned char)text[i] & 0x3fu);
    }
    if (!is_scalar(value, n)) return broken;
    struct dhs_character c = { value, n, width_of(value), false };
    return c;
}

bool dhs_is_unprintable(uint32_t c)
{
    return (c < 0x20 && c != '\t') || (c >= 0x7f && c < 0xa0) || c == 0xfffd ||
           (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
}

const char *dhs_printable(struct dhs_arena *arena, const char *text)
{
    size_t length = strlen(text), n_hidden = 0;
    for (size_t i = 0; i < length;) {
        if (text[i] >= 0x20 && text[i] < 0x7f) { /* most is */
            i++;
            continue;
        }
        struct dhs_character c = dhs_utf8_first(text + i, length - i);
        if (c.value == '\t' || dhs_is_unprintable(c.value)) n_hidden += c.length;
        i += c.length;
    }
    if (n_hidden == 0) return text;
    char *shown = dhs_alloc_text(arena, length + 3 * n_hidden + 1), *to = shown;
    for (size_t i = 0; i < length;) {
        struct dhs_character c = dhs_utf8_first(text + i, length - i);
        bool hidden = c.value == '\t' || dhs_is_unprintable(c.value);
        for (size_t end = i + c.length; i < end; i++) {
            if (hidden)
                to += snprintf(to, 5, "\\x%02x", (unsigned char)text[i]);
            else
                *to++ = text[i];
        }
    }
    *to = '\0';
    return shown;
}
