/* SPDX-License-Identifier: Apache-2.0 */
/* May a consumer that knows one text read a block of another? The words are those of the runtime
 * (runtime/block/attach.c), so that a refusal at noon reads like the report of the morning. */
#include <assert.h>
#include <string.h>

#include "diff.h"

#define SHOWN(line) (int)((line).length < 120 ? (line).length : 120), (line).data

static bool same(struct dhs_text a, struct dhs_text b)
{
    return a.length == b.length && memcmp(a.data, b.data, a.length) == 0;
}

static const char *differing_field(struct dhs_arena *arena, const char *root,
                                   const struct diff_line *block, const struct diff_line *consumer)
{
    const char *where = *root ? dhs_printf(arena, "zone %s: ", root) : "";

    assert(block || consumer);
    if (!consumer)
        return dhs_printf(arena,
                          "%s%.*s: block %.*s @%.*s, the consumer's schema has no such field",
                          where, SHOWN(block->path), SHOWN(block->kind), SHOWN(block->offset));
    if (!block)
        return dhs_printf(arena, "%s%.*s: the block has no such field, consumer %.*s @%.*s", where,
                          SHOWN(consumer->path), SHOWN(consumer->kind), SHOWN(consumer->offset));
    if (same(block->path, consumer->path))
        return dhs_printf(arena, "%s%.*s: block %.*s @%.*s, consumer %.*s @%.*s", where,
                          SHOWN(block->path), SHOWN(block->kind), SHOWN(block->offset),
                          SHOWN(consumer->kind), SHOWN(consumer->offset));
    return dhs_printf(arena, "%s%.*s: block has %.*s there (%.*s @%.*s), consumer %.*s @%.*s",
                      where, SHOWN(consumer->path), SHOWN(block->path), SHOWN(block->kind),
                      SHOWN(block->offset), SHOWN(consumer->kind), SHOWN(consumer->offset));
}

static bool same_line(const struct diff_line *a, const struct diff_line *b)
{
    return same(a->offset, b->offset) && same(a->kind, b->kind) && same(a->path, b->path);
}

static size_t lines_up_to(const struct diff_root *root, uint32_t limit)
{
    size_t n = 0;

    while (n < root->n_lines && root->lines[n].minor <= limit)
        n++;
    return n;
}

/* Are the minors the same, each with its size and its number of lines? */
static bool same_minors(const struct diff_root *a, int last_a, const struct diff_root *b,
                        int last_b)
{
    if (last_a != last_b) return false;
    for (int i = 0; i <= last_a; i++) {
        const struct dhc_minor *x = &a->tree->minors[i], *y = &b->tree->minors[i];
        if (x->number != y->number || x->size != y->size ||
            lines_up_to(a, x->number) != lines_up_to(b, y->number))
            return false;
    }
    return true;
}

static const char *sharing(const struct diff_root *root)
{
    return root->tree->shared ? "shared" : "written by the producer alone";
}

static const char *compare_fields(struct dhs_arena *arena, const struct diff_root *block,
                                  const struct diff_root *consumer, uint32_t limit)
{
    size_t n_block = lines_up_to(block, limit), n_consumer = lines_up_to(consumer, limit);
    const char *name = consumer->tree->name;

    for (size_t i = 0; i < n_block || i < n_consumer; i++) {
        const struct diff_line *a = i < n_block ? &block->lines[i] : NULL;
        const struct diff_line *b = i < n_consumer ? &consumer->lines[i] : NULL;
        if (!a || !b || !same_line(a, b)) return differing_field(arena, name, a, b);
    }
    if (block->tree->shared != consumer->tree->shared)
        return dhs_printf(arena, "zone %s: block %s, consumer %s", name, sharing(block),
                          sharing(consumer));
    if (same_minors(block, diff_minor_at(block->tree, limit), consumer,
                    diff_minor_at(consumer->tree, limit)))
        return NULL;
    return dhs_printf(arena, "%s%s: same fields, but their minor versions are not the same",
                      *name ? "zone " : "slot", name);
}

static const char *compare_root(struct dhs_arena *arena, const struct diff_side *side,
                                const struct diff_root *consumer, uint32_t limit)
{
    const struct diff_root *block = diff_root_named(side, consumer->tree->name);

    if (diff_minor_at(consumer->tree, limit) < 0) return NULL; /* absent for both */
    if (!block || diff_minor_at(block->tree, limit) < 0)
        return dhs_printf(arena, "zone %s: the block has no such zone", consumer->tree->name);
    return compare_fields(arena, block, consumer, limit);
}

const char *diff_attach(struct dhs_arena *arena, const struct diff_side *block,
                        const struct diff_side *consumer)
{
    uint32_t limit = block->tree->minor;
    const char *refusal = NULL;

    if (same(block->text, consumer->text)) return NULL;
    if (!same(block->family, consumer->family))
        return dhs_printf(arena, "family: block %.*s, consumer %.*s", (int)block->family.length,
                          block->family.data, (int)consumer->family.length, consumer->family.data);
    if (consumer->tree->minor < limit) limit = consumer->tree->minor;
    for (uint32_t i = 0; !refusal && i < consumer->tree->n_roots; i++)
        refusal = compare_root(arena, block, &consumer->roots[i], limit);
    return refusal ? refusal : diff_meaning_refusal(arena, block, consumer);
}
