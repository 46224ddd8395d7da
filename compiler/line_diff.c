/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The shortest edit between two lists of lines, by Myers' greedy walk: after d edits, the furthest
 * place on each diagonal k = x - y. The walks are kept and read backwards.
 *
 * Texts that differ in more than MAX_EDITS lines are shown as one replaced block: exact, not short.
 */
#include "line_diff.h"

#include <stdbool.h>
#include <string.h>

enum { MAX_EDITS = 1000, CONTEXT = 3 };

struct lines {
    const char **start; /* n + 1 of them: the last is the end */
    bool *changed;      /* is removed, or is added */
    size_t n;
};

static struct lines split(struct dhs_arena *arena, const char *text)
{
    struct lines lines = { NULL, NULL, 0 };
    size_t n = 0;

    for (const char *at = text; *at; at++)
        n += *at == '\n' || at[1] == '\0';
    lines.start = dhs_alloc_array(arena, n + 1, sizeof *lines.start);
    lines.changed = dhs_alloc_array(arena, n + 1, sizeof *lines.changed);
    for (const char *at = text; *at;) {
        const char *end = strchr(at, '\n');
        lines.start[lines.n++] = at;
        at = end ? end + 1 : at + strlen(at);
        lines.start[lines.n] = at;
    }
    if (n == 0) lines.start[0] = text;
    return lines;
}

static bool is_equal(const struct lines *a, size_t x, const struct lines *b, size_t y)
{
    size_t length = (size_t)(a->start[x + 1] - a->start[x]);

    return length == (size_t)(b->start[y + 1] - b->start[y]) &&
           memcmp(a->start[x], b->start[y], length) == 0;
}

/* ---- the walk ----------------------------------------------------------------------------- */

/* furthest[d][k + d]: how many lines of `a` are passed after d edits on diagonal k. */
struct walk {
    const struct lines *a;
    const struct lines *b;
    long *furthest[MAX_EDITS + 1];
};

/* Whether the step to diagonal k adds a line of `b`, coming from k + 1, rather than leave one out.
 */
static bool comes_from_above(const long *last, long d, long k)
{
    return k == -d || (k != d && last[k - 1 + d - 1] < last[k + 1 + d - 1]);
}

static long step(const struct walk *walk, long d, long k)
{
    if (d == 0) return 0;
    const long *last = walk->furthest[d - 1];
    return comes_from_above(last, d, k) ? last[k + 1 + d - 1] : last[k - 1 + d - 1] + 1;
}

/* Returns how many edits it took, or -1: too many. */
static long walk_forward(struct dhs_arena *arena, struct walk *walk)
{
    long n = (long)walk->a->n;
    long m = (long)walk->b->n;

    for (long d = 0; d <= MAX_EDITS; d++) {
        walk->furthest[d] = dhs_alloc_array(arena, (size_t)(2 * d + 1), sizeof(long));
        for (long k = -d; k <= d; k += 2) {
            long x = step(walk, d, k);
            while (x < n && x - k < m && x - k >= 0 &&
                   is_equal(walk->a, (size_t)x, walk->b, (size_t)(x - k)))
                x++;
            walk->furthest[d][k + d] = x;
            if (x >= n && x - k >= m) return d;
        }
    }
    return -1;
}

static void walk_back(struct walk *walk, long d)
{
    long k = (long)walk->a->n - (long)walk->b->n;

    for (; d > 0; d--) {
        const long *last = walk->furthest[d - 1];
        bool adds = comes_from_above(last, d, k);
        k += adds ? 1 : -1;
        long x = last[k + d - 1];
        long y = x - k;
        if (adds && y >= 0 && y < (long)walk->b->n) walk->b->changed[y] = true;
        if (!adds && x < (long)walk->a->n) walk->a->changed[x] = true;
    }
}

static void mark_changes(struct dhs_arena *arena, const struct lines *a, const struct lines *b)
{
    struct walk *walk = dhs_alloc(arena, sizeof *walk);

    walk->a = a;
    walk->b = b;
    long edits = walk_forward(arena, walk);
    if (edits >= 0) {
        walk_back(walk, edits);
        return;
    }
    memset(a->changed, true, a->n);
    memset(b->changed, true, b->n);
}

/* ---- printing ----------------------------------------------------------------------------- */

struct place {
    size_t x;
    size_t y;
};

static bool is_change(const struct lines *a, const struct lines *b, struct place at)
{
    return (at.x < a->n && a->changed[at.x]) || (at.y < b->n && b->changed[at.y]);
}

static void print(struct text *out, char mark, const struct lines *lines, size_t at)
{
    size_t length = (size_t)(lines->start[at + 1] - lines->start[at]);

    text_add_char(out, mark);
    text_add(out, lines->start[at], length);
    if (length == 0 || lines->start[at][length - 1] != '\n')
        text_add_string(out, "\n\\ No newline at end of file\n");
}

/* Behind the changes from `at` on, and those that follow within twice the context. */
static struct place end_of_hunk(const struct lines *a, const struct lines *b, struct place at)
{
    struct place end = at;

    for (size_t same = 0; same <= 2 * CONTEXT && (at.x < a->n || at.y < b->n);) {
        if (is_change(a, b, at)) {
            if (at.x < a->n && a->changed[at.x])
                at.x++;
            else
                at.y++;
            same = 0;
            end = at;
        } else {
            at.x++;
            at.y++;
            same++;
        }
    }
    return end;
}

static void print_hunk(struct text *out, const struct lines *a, const struct lines *b,
                       struct place from, struct place to)
{
    size_t before = from.x < CONTEXT ? from.x : CONTEXT;
    size_t after = a->n - to.x < CONTEXT ? a->n - to.x : CONTEXT;
    struct place at = { from.x - before, from.y - before };
    size_t n = to.x + after - at.x;
    size_t m = to.y + after - at.y;

    text_printf(out, "@@ -%zu,%zu +%zu,%zu @@\n", at.x + (n > 0), n, at.y + (m > 0), m);
    while (at.x < to.x + after || at.y < to.y + after) {
        if (at.x < a->n && a->changed[at.x]) {
            print(out, '-', a, at.x++);
        } else if (at.y < b->n && b->changed[at.y]) {
            print(out, '+', b, at.y++);
        } else {
            print(out, ' ', a, at.x++);
            at.y++;
        }
    }
}

void line_diff(struct text *out, const char *path, const char *before, const char *after)
{
    struct lines a = split(out->arena, before);
    struct lines b = split(out->arena, after);
    struct place at = { 0, 0 };

    if (strcmp(before, after) == 0) return;
    mark_changes(out->arena, &a, &b);
    text_printf(out, "--- %s\n+++ %s\n", path, path);
    while (at.x < a.n || at.y < b.n) {
        if (!is_change(&a, &b, at)) {
            at.x++;
            at.y++;
            continue;
        }
        struct place end = end_of_hunk(&a, &b, at);
        print_hunk(out, &a, &b, at, end);
        at = end;
    }
}
