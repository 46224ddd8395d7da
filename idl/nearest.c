/* SPDX-License-Identifier: Apache-2.0 */
/* "did you mean": the candidate with the least edit distance, and whether it must be that one. */
#include <string.h>

#include "diag.h"

enum { LONGEST_COMPARED = 64, SHORTEST_CERTAIN = 4 };

static unsigned least(unsigned a, unsigned b)
{
    return a < b ? a : b;
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* Edit distance with swaps of neighbours, without case; two rows back is all that it needs. */
static unsigned distance(const char *a, size_t a_length, const char *b, size_t b_length)
{
    unsigned rows[3][LONGEST_COMPARED + 1];
    for (size_t j = 0; j <= b_length; j++)
        rows[0][j] = (unsigned)j;
    for (size_t i = 1; i <= a_length; i++) {
        unsigned *row = rows[i % 3], *above = rows[(i + 2) % 3], *above2 = rows[(i + 1) % 3];
        row[0] = (unsigned)i;
        for (size_t j = 1; j <= b_length; j++) {
            unsigned cost = lower(a[i - 1]) != lower(b[j - 1]);
            row[j] = least(above[j - 1] + cost, least(above[j], row[j - 1]) + 1);
            bool swapped = i > 1 && j > 1 && lower(a[i - 1]) == lower(b[j - 2]) &&
                           lower(a[i - 2]) == lower(b[j - 1]);
            if (swapped) row[j] = least(row[j], above2[j - 2] + 1);
        }
    }
    return rows[a_length % 3][b_length];
}

/* How far a name may lie from one that is this long: the first distance that is too far. */
static unsigned too_far(size_t length)
{
    return length < 6 ? 2 : (unsigned)(length / 3) + 1;
}

/* Vec2 for Vec3 is no slip of the finger: names that differ in their digits differ on purpose. */
static bool same_digits(const char *a, const char *b)
{
    static const char digits[] = "0123456789";
    for (;;) {
        a += strcspn(a, digits);
        b += strcspn(b, digits);
        if (*a != *b) return false;
        if (!*a) return true;
        a++;
        b++;
    }
}

struct dhs_near dhs_find_near(const char *wrong, const char *const *candidates, size_t n_candidates)
{
    struct dhs_near near = { NULL, false };
    size_t length = strlen(wrong);
    if (length == 0 || length > LONGEST_COMPARED) return near;
    unsigned least_found = too_far(length);
    for (size_t i = 0; i < n_candidates; i++) {
        size_t other = strlen(candidates[i]);
        if (other == 0 || other > LONGEST_COMPARED) continue;
        unsigned d = distance(wrong, length, candidates[i], other);
        bool tie = near.name && d == least_found;
        if (d < least_found || (tie && other == length && strlen(near.name) != length))
            near.name = candidates[i];
        if (d < least_found) near.certain = true;
        if (tie) near.certain = false;
        if (d < least_found) least_found = d;
    }
    if (least_found >= length) near.name = NULL;
    if (!near.name || (least_found > 0 && length < SHORTEST_CERTAIN) ||
        !same_digits(wrong, near.name))
        near.certain = false;
    return near;
}

const char *dhs_nearest(const char *wrong, const char *const *candidates, size_t n_candidates)
{
    return dhs_find_near(wrong, candidates, n_candidates).name;
}

void dhs_suggest(struct dhs_diag *diag, struct dhs_span span, struct dhs_near near)
{
    if (!near.name) return;
    dhs_help(diag, "did you mean '%s'?", near.name);
    if (near.certain) dhs_fix(diag, span, "%s", near.name);
}
