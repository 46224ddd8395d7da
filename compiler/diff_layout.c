/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What changed in the fields of a root. Two trees are walked together, children matched by name;
 * what an author did is told (came, went, renamed, another order, another type), and what follows
 * from it (everything behind it lies elsewhere) is only counted.
 */
#include <stdlib.h>
#include <string.h>

#include "diff.h"

struct walk {
    struct diff *diff;
    const struct diff_root *old, *new;
    uint32_t limit; /* the newest minor that both sides have */
    size_t n_told;  /* changes of the layout so far in this root */
};

/* Two children of one name; either may be missing. */
struct couple {
    const struct dhc_node *old, *new;
    size_t old_at, new_at; /* among the children of their struct */
    bool keeps_order;
};

static const struct diff_line *line_of(const struct diff_side *side, const struct dhc_node *node)
{
    /* A struct by value has no line; the reader gives it that of its first field. */
    return node->kind == DHC_STRUCT ? NULL : side->by_line[node->line];
}

static const char *path_of(struct diff *diff, const struct dhc_node *node)
{
    const struct dhc_node *parent = node->parent;
    const char *before = parent ? path_of(diff, parent) : "";

    if (!parent) return "";
    switch (parent->kind) {
    case DHC_ARRAY:
    case DHC_LIST: return dhs_printf(diff->arena, "%s[]", before);
    case DHC_OPT: return dhs_printf(diff->arena, "%s?", before);
    case DHC_ARM: return before;
    default: return dhs_printf(diff->arena, "%s%s%s", before, *before ? "." : "", node->name);
    }
}

/* "f32[3] @8", "struct @16" */
static const char *shown(struct diff *diff, const struct diff_side *side,
                         const struct dhc_node *node)
{
    const struct diff_line *line = line_of(side, node);

    if (node->kind == DHC_ARM) return dhs_printf(diff->arena, "arm @%u", node->offset);
    if (!line) return dhs_printf(diff->arena, "struct @%u", node->offset);
    return dhs_printf(diff->arena, "%.*s @%u", (int)line->kind.length, line->kind.data,
                      node->offset);
}

static const char *kind_only(struct diff *diff, const struct diff_side *side,
                             const struct dhc_node *node)
{
    const struct diff_line *line = line_of(side, node);

    if (!line) return "struct";
    return dhs_copy_text(diff->arena, line->kind.data, line->kind.length);
}

static struct diff_change *tell(struct walk *walk, enum diff_kind kind, const char *path,
                                const char *what)
{
    struct diff_change *change =
        diff_add(walk->diff, kind, walk->new->tree->name, path, "%s", what);

    diff_breaks(change);
    walk->n_told++;
    return change;
}

/* ---- came and went ------------------------------------------------------------------------ */

static void tell_added(struct walk *walk, const struct dhc_node *node)
{
    struct diff *diff = walk->diff;
    const char *is = shown(diff, diff->new, node);
    bool is_root_field = node->parent && !node->parent->parent;
    struct diff_change *change;

    if (node->minor > walk->limit) {
        change = diff_add(diff, DIFF_FIELD_ADDED, walk->new->tree->name, path_of(diff, node),
                          "%s, since %u.%u", is, diff->new->tree->major, node->minor);
        change->needs = DIFF_MINOR;
        return;
    }
    change = tell(walk, DIFF_FIELD_ADDED, path_of(diff, node), is);
    if (is_root_field)
        change->help = dhs_printf(diff->arena,
                                  "as the last field, with '@since(%u.%u)', it needs a minor only",
                                  diff->old->tree->major, diff->old->tree->minor + 1);
    else
        change->help = "what is used inside a slot or zone is sealed for its major: add it to the "
                       "root";
}

static void tell_removed(struct walk *walk, const struct dhc_node *node)
{
    struct diff *diff = walk->diff;
    const char *was = shown(diff, diff->old, node);
    struct diff_change *change;

    if (node->minor > walk->limit) { /* as if the older schema were compared the other way round */
        change = diff_add(diff, DIFF_FIELD_REMOVED, walk->new->tree->name, path_of(diff, node),
                          "%s, with all of minor %u", was, node->minor);
        change->needs = DIFF_SAME;
        return;
    }
    change = tell(walk, DIFF_FIELD_REMOVED, path_of(diff, node), was);
    change->help = "leave it in place and say '@deprecated(\"why\")': that changes nothing for "
                   "programs";
}

static bool same_shape(const struct walk *walk, const struct dhc_node *a, const struct dhc_node *b)
{
    const struct diff_line *x = line_of(walk->diff->old, a), *y = line_of(walk->diff->new, b);

    if (a->kind != b->kind || a->minor != b->minor || a->size != b->size) return false;
    if (!x || !y) return x == y && a->offset == b->offset;
    return diff_text_compare(x->kind, y->kind) == 0 && a->offset == b->offset;
}

static void tell_renamed(struct walk *walk, const struct dhc_node *old, const struct dhc_node *new)
{
    struct diff *diff = walk->diff;
    struct diff_change *change =
        tell(walk, DIFF_FIELD_RENAMED, path_of(diff, new),
             dhs_printf(diff->arena, "was %s, the same otherwise", old->name));

    change->help =
        dhs_printf(diff->arena, "with '@was(\"%s\")' nothing changes for programs", old->name);
}

/* ---- one field on both sides -------------------------------------------------------------- */

static void compare_children(struct walk *walk, const struct dhc_node *old,
                             const struct dhc_node *new);

/* All but what follows from the inside: strides, the offset of a presence byte, sizes. */
static bool same_type(const struct dhc_node *old, const struct dhc_node *new)
{
    bool has_scalar = old->kind == DHC_SCALAR || old->kind == DHC_ATOMIC || old->kind == DHC_UNION;

    if (old->kind != new->kind || old->n_dims != new->n_dims) return false;
    if (has_scalar && old->scalar != new->scalar) return false;
    if (old->capacity != new->capacity) return false;
    return old->n_dims == 0 || memcmp(old->dims, new->dims, old->n_dims * sizeof *old->dims) == 0;
}

static void tell_type(struct walk *walk, const struct dhc_node *old, const struct dhc_node *new)
{
    struct diff *diff = walk->diff;
    struct diff_change *change =
        tell(walk, DIFF_FIELD_TYPE, path_of(diff, new),
             dhs_printf(diff->arena, "%s -> %s", kind_only(diff, diff->old, old),
                        kind_only(diff, diff->new, new)));

    change->help = "a new field of the new type beside it needs a minor only";
}

static uint32_t inside(const struct dhc_node *node)
{
    return node->parent ? node->offset - node->parent->offset : node->offset;
}

static void tell_alignment(struct walk *walk, const struct dhc_node *old,
                           const struct dhc_node *new)
{
    struct diff *diff = walk->diff;
    const char *what = inside(old) != inside(new)
                           ? dhs_printf(diff->arena, "%s @%u -> @%u",
                                        kind_only(diff, diff->new, new), old->offset, new->offset)
                           : dhs_printf(diff->arena, "%s -> %s", kind_only(diff, diff->old, old),
                                        kind_only(diff, diff->new, new));
    tell(walk, DIFF_ALIGNMENT, path_of(diff, new), what);
}

static void compare_node(struct walk *walk, const struct dhc_node *old, const struct dhc_node *new)
{
    size_t before = walk->n_told;

    if (old->kind == DHC_ARM && old->tag != new->tag)
        tell(walk, DIFF_ARM_TAG, path_of(walk->diff, new),
             dhs_printf(walk->diff->arena, "%.*s -> %.*s",
                        (int)line_of(walk->diff->old, old)->kind.length,
                        line_of(walk->diff->old, old)->kind.data,
                        (int)line_of(walk->diff->new, new)->kind.length,
                        line_of(walk->diff->new, new)->kind.data));
    if (!same_type(old, new)) {
        tell_type(walk, old, new);
        return;
    }
    compare_children(walk, old, new);
    bool differs = old->stride != new->stride || old->inner != new->inner || old->size != new->size;
    if (walk->n_told == before && differs) tell_alignment(walk, old, new);
}

/* ---- matching ----------------------------------------------------------------------------- */

static int by_name(const void *left, const void *right)
{
    const struct couple *a = left, *b = right;

    return strcmp(a->old->name, b->old->name);
}

static size_t count_children(const struct dhc_node *node)
{
    size_t n = 0;

    for (const struct dhc_node *child = node->first; child; child = child->next)
        n++;
    return n;
}

/* The longest run of couples that stand in the same order on both sides: everything else was moved
 * by its author. `tails[l]` is the couple that ends the best run of length l + 1 so far. */
static void mark_order(struct dhs_arena *arena, struct couple *couples, size_t n)
{
    size_t *tails = dhs_alloc_array(arena, n + 1, sizeof *tails);
    size_t *before = dhs_alloc_array(arena, n + 1, sizeof *before);
    size_t length = 0;

    for (size_t i = 0; i < n; i++) {
        size_t low = 0, high = length;
        if (!couples[i].old) continue;
        while (low < high) {
            size_t middle = (low + high) / 2;
            if (couples[tails[middle]].old_at < couples[i].old_at)
                low = middle + 1;
            else
                high = middle;
        }
        before[i] = low > 0 ? tails[low - 1] : n;
        tails[low] = i;
        if (low == length) length++;
    }
    for (size_t i = length > 0 ? tails[length - 1] : n; i < n; i = before[i])
        couples[i].keeps_order = true;
}

/* A couple for each new child, in order; and which old ones found none. */
static struct couple *match(struct dhs_arena *arena, const struct dhc_node *old,
                            const struct dhc_node *new, size_t n_old, size_t n_new,
                            const struct dhc_node **unmatched)
{
    struct couple *sorted = dhs_alloc_array(arena, n_old + 1, sizeof *sorted);
    struct couple *couples = dhs_alloc_array(arena, n_new + 1, sizeof *couples);
    size_t at = 0;

    for (const struct dhc_node *child = old->first; child; child = child->next, at++) {
        sorted[at] = (struct couple){ .old = child, .old_at = at };
        unmatched[at] = child;
    }
    qsort(sorted, n_old, sizeof *sorted, by_name);
    at = 0;
    for (const struct dhc_node *child = new->first; child; child = child->next, at++) {
        struct couple key = { .old = child };
        struct couple *found = bsearch(&key, sorted, n_old, sizeof *sorted, by_name);
        couples[at] = (struct couple){ .new = child, .new_at = at };
        if (!found) continue;
        couples[at].old = found->old;
        couples[at].old_at = found->old_at;
        unmatched[found->old_at] = NULL;
    }
    return couples;
}

static void compare_couple(struct walk *walk, const struct couple *couple, bool unmoved_so_far)
{
    size_t before = walk->n_told;
    struct diff *diff = walk->diff;
    const struct dhc_node *old = couple->old, *new = couple->new;

    if (new->kind == DHC_RESERVE && old->kind == DHC_RESERVE) {
        if (old->capacity != new->capacity)
            tell(walk, DIFF_RESERVE, NULL,
                 dhs_printf(diff->arena, "%u -> %u bytes", old->capacity, new->capacity));
        else if (unmoved_so_far && inside(old) != inside(new))
            tell_alignment(walk, old, new);
        return;
    }
    if (old->minor != new->minor && !new->parent->parent)
        tell(walk, DIFF_FIELD_MINOR, path_of(diff, new),
             dhs_printf(diff->arena, "since %u.%u -> since %u.%u", diff->old->tree->major,
                        old->minor, diff->new->tree->major, new->minor));
    if (!couple->keeps_order)
        tell(walk, DIFF_FIELD_REORDERED, path_of(diff, new),
             dhs_printf(diff->arena, "%s -> %s", shown(diff, diff->old, old),
                        shown(diff, diff->new, new)));
    compare_node(walk, old, new);
    if (inside(old) == inside(new)) return;
    if (unmoved_so_far && walk->n_told == before) tell_alignment(walk, old, new);
}

/* Old children without a partner that stood before `end`: went, or got another name. */
static void tell_unmatched(struct walk *walk, const struct dhc_node **unmatched, size_t *at,
                           size_t end)
{
    for (; *at < end; (*at)++)
        if (unmatched[*at]) {
            const struct dhc_node *node = unmatched[*at];
            unmatched[*at] = NULL;
            if (node->kind != DHC_RESERVE)
                tell_removed(walk, node);
            else
                tell(walk, DIFF_RESERVE, NULL,
                     dhs_printf(walk->diff->arena, "%u bytes -> none", node->capacity));
        }
}

static void tell_new(struct walk *walk, const struct dhc_node *node,
                     const struct dhc_node **unmatched, size_t n_old)
{
    for (size_t i = 0; i < n_old; i++) {
        if (!unmatched[i] || !*unmatched[i]->name || !same_shape(walk, unmatched[i], node))
            continue;
        tell_renamed(walk, unmatched[i], node);
        unmatched[i] = NULL;
        return;
    }
    if (node->kind == DHC_RESERVE)
        tell(walk, DIFF_RESERVE, NULL,
             dhs_printf(walk->diff->arena, "none -> %u bytes", node->capacity));
    else
        tell_added(walk, node);
}

static void compare_children(struct walk *walk, const struct dhc_node *old,
                             const struct dhc_node *new)
{
    size_t n_old = count_children(old), n_new = count_children(new), at = 0;
    size_t told = walk->n_told;
    struct dhs_arena *arena = walk->diff->arena;
    const struct dhc_node **unmatched = dhs_alloc_array(arena, n_old + 1, sizeof(void *));
    struct couple *couples = match(arena, old, new, n_old, n_new, unmatched);

    mark_order(arena, couples, n_new);
    for (size_t i = 0; i < n_new; i++) {
        if (!couples[i].old) {
            tell_new(walk, couples[i].new, unmatched, n_old);
            continue;
        }
        if (couples[i].keeps_order) tell_unmatched(walk, unmatched, &at, couples[i].old_at);
        compare_couple(walk, &couples[i], walk->n_told == told);
    }
    tell_unmatched(walk, unmatched, &at, n_old);
}

/* ---- the root ----------------------------------------------------------------------------- */

static void compare_sizes(struct walk *walk)
{
    const struct dhc_root *old = walk->old->tree, *new = walk->new->tree;

    for (uint32_t i = 0; i < old->n_minors && i < new->n_minors; i++) {
        if (old->minors[i].number > walk->limit || new->minors[i].number > walk->limit) return;
        if (old->minors[i].size == new->minors[i].size) continue;
        tell(walk, DIFF_ALIGNMENT, NULL,
             dhs_printf(walk->diff->arena, "size at %u.%u: %u -> %u bytes",
                        walk->diff->new->tree->major, old->minors[i].number, old->minors[i].size,
                        new->minors[i].size));
        return;
    }
}

/* Fields that both sides have with the same type, and that lie elsewhere. */
static void count_moved(struct walk *walk)
{
    const struct diff_root *new = walk->new;

    for (size_t i = 0; i < new->n_lines; i++) {
        const struct diff_line *line = &new->lines[i];
        const char *path = dhs_copy_text(walk->diff->arena, line->path.data, line->path.length);
        const struct dhc_node *node = dhc_find(walk->old->tree->fields, path);
        const struct diff_line *was = node ? line_of(walk->diff->old, node) : NULL;
        if (!was || diff_text_compare(was->kind, line->kind) != 0 ||
            diff_text_compare(was->offset, line->offset) == 0)
            continue;
        if (walk->diff->n_moved++ == 0)
            walk->diff->first_moved =
                dhs_printf(walk->diff->arena, "%s%s%s @%.*s -> @%.*s", new->tree->name,
                           *new->tree->name ? ": " : "", path, (int)was->offset.length,
                           was->offset.data, (int)line->offset.length, line->offset.data);
    }
}

void diff_layout(struct diff *diff, const struct diff_root *old, const struct diff_root *new,
                 uint32_t limit)
{
    struct walk walk = { diff, old, new, limit, 0 };

    compare_children(&walk, old->tree->fields, new->tree->fields);
    if (walk.n_told == 0) compare_sizes(&walk);
    if (walk.n_told > 0) count_moved(&walk);
}
