/* SPDX-License-Identifier: Apache-2.0 */
#include "words.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct words {
    const char *
        *lines; /* "class", "struct Producer": sorted, so that they are found by bisection */
    size_t n;
};

static int compare(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The line with one space between its words; NULL if there is none. */
static const char *tidy_line(struct dhs_arena *arena, const char *line, size_t length)
{
    static const char blank[] = " \t\r";
    const char *text = dhs_copy_text(arena, line, length);
    size_t start = strspn(text, blank);
    size_t n = strcspn(text + start, " \t\r#");
    const char *second = text + start + n + strspn(text + start + n, blank);
    size_t m = strcspn(second, " \t\r#");

    if (n == 0) return NULL;
    if (m == 0) return dhs_copy_text(arena, text + start, n);
    return dhs_printf(arena, "%.*s %.*s", (int)n, text + start, (int)m, second);
}

struct words *words_read(struct dhs_arena *arena, const char *bytes, size_t length)
{
    struct words *words = dhs_alloc(arena, sizeof *words);
    size_t capacity = 1;

    for (size_t i = 0; i < length; i++)
        capacity += bytes[i] == '\n';
    words->lines = dhs_alloc_array(arena, capacity, sizeof *words->lines);
    for (size_t at = 0; at < length;) {
        const char *line_feed = memchr(bytes + at, '\n', length - at);
        size_t n = line_feed ? (size_t)(line_feed - bytes) - at : length - at;
        const char *line = tidy_line(arena, bytes + at, n);
        if (line) words->lines[words->n++] = line;
        at += n + 1;
    }
    qsort(words->lines, words->n, sizeof *words->lines, compare);
    return words;
}

static bool has_line(const struct words *words, const char *line)
{
    return bsearch(&line, words->lines, words->n, sizeof *words->lines, compare) != NULL;
}

bool words_has(const struct words *words, const char *kind, const char *name)
{
    char line[256]; /* a kind and a name of at most 63 bytes; of an inner struct, two or three */

    if (!words || words->n == 0) return false;
    if (has_line(words, name)) return true;
    int n = snprintf(line, sizeof line, "%s %s", kind, name);
    if (n < 0 || (size_t)n >= sizeof line) return false; /* too long for a word */
    return has_line(words, line);
}

const char *words_spell(struct dhs_arena *arena, const struct words *words, const char *kind,
                        const char *name)
{
    return words_has(words, kind, name) ? dhs_printf(arena, "%s_", name) : name;
}
