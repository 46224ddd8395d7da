/* SPDX-License-Identifier: Apache-2.0 */
#include "fix.h"

#include <stdlib.h>
#include <string.h>

#include "diag_list.h"
#include "source.h"

/* Edits in the order of their places; few files have more than a handful. */
struct edits {
    const struct dhs_fix **sorted;
    size_t n;
};

static uint32_t end_of(const struct dhs_fix *fix)
{
    return fix->span.offset + fix->span.length;
}

/* Two insertions at one place conflict as well: which comes first is not for us to guess. */
static bool conflict(const struct dhs_fix *a, const struct dhs_fix *b)
{
    if (a->span.offset == b->span.offset) return true;
    return a->span.offset < b->span.offset ? b->span.offset < end_of(a)
                                           : a->span.offset < end_of(b);
}

/* The source that diagnostics about this text point into; NULL if there is none. */
static const struct dhs_source *find_source(const struct dhs_diagnostic *const *sorted, size_t n,
                                            const char *path, struct dhs_text text)
{
    for (size_t i = 0; i < n; i++) {
        const struct dhs_source *source = sorted[i]->fixes ? sorted[i]->fixes->span.source : NULL;
        if (source && strcmp(source->path, path) == 0)
            return source->length == text.length &&
                           memcmp(source->text, text.data, text.length) == 0
                       ? source
                       : NULL;
    }
    return NULL;
}

static bool can_apply(const struct edits *edits, const struct dhs_fix *fixes,
                      const struct dhs_source *source)
{
    for (const struct dhs_fix *fix = fixes; fix; fix = fix->next) {
        if (fix->span.source != source || end_of(fix) > source->length) return false;
        for (size_t i = 0; i < edits->n; i++)
            if (conflict(edits->sorted[i], fix)) return false;
        for (const struct dhs_fix *other = fixes; other != fix; other = other->next)
            if (conflict(other, fix)) return false;
    }
    return fixes != NULL;
}

static void insert(struct edits *edits, const struct dhs_fix *fix)
{
    size_t at = edits->n++;
    for (; at > 0 && edits->sorted[at - 1]->span.offset > fix->span.offset; at--)
        edits->sorted[at] = edits->sorted[at - 1];
    edits->sorted[at] = fix;
}

static struct dhs_text carry_out(struct dhs_arena *arena, const struct edits *edits,
                                 struct dhs_text text)
{
    size_t length = text.length;
    for (size_t i = 0; i < edits->n; i++)
        length += strlen(edits->sorted[i]->text);
    char *out = dhs_alloc(arena, length + 1), *end = out;
    uint32_t at = 0;
    for (size_t i = 0; i < edits->n; i++) {
        const struct dhs_fix *fix = edits->sorted[i];
        size_t n = strlen(fix->text);
        memcpy(end, text.data + at, fix->span.offset - at);
        end += fix->span.offset - at;
        memcpy(end, fix->text, n);
        end += n;
        at = end_of(fix);
    }
    memcpy(end, text.data + at, text.length - at);
    struct dhs_text result = { out, (size_t)(end - out) + text.length - at };
    return result;
}

struct dhs_text dhs_apply_fixes(struct dhs_arena *arena, const struct dhs_diag *diag,
                                const char *path, struct dhs_text text, size_t *n_applied)
{
    size_t n = 0, n_fixes = 0;
    const struct dhs_diagnostic *const *sorted = dhs_diag_sorted(diag, &n);
    for (size_t i = 0; i < n; i++)
        for (const struct dhs_fix *fix = sorted[i]->fixes; fix; fix = fix->next)
            n_fixes++;
    struct edits edits = { dhs_alloc_array(arena, n_fixes + 1, sizeof *edits.sorted), 0 };
    const struct dhs_source *source = find_source(sorted, n, path, text);
    *n_applied = 0;
    for (size_t i = 0; i < n; i++) {
        if (!source || !can_apply(&edits, sorted[i]->fixes, source)) continue;
        for (const struct dhs_fix *fix = sorted[i]->fixes; fix; fix = fix->next)
            insert(&edits, fix);
        *n_applied += 1;
    }
    return carry_out(arena, &edits, text);
}
