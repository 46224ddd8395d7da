/* SPDX-License-Identifier: Apache-2.0 */
#include "table.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_ENTRIES = 4096 };

struct walk {
    struct dhs_arena *arena;
    struct table_root *out;
    uint32_t minor;
};

static void add(struct walk *walk, const char *path, uint64_t offset, const char *type,
                const struct dhs_attributes *said, const struct dhs_enum *enumeration)
{
    if (walk->out->n == MAX_ENTRIES) abort();
    walk->out->entries[walk->out->n++] =
        (struct entry){ path, type, offset, walk->minor, said, enumeration };
}

static const char *dims_of(struct walk *walk, const struct dhs_type *array)
{
    const char *text = "";

    for (uint32_t i = 0; array && i < array->n_dims; i++)
        text = dhs_printf(walk->arena, "%s by %llu", text, (unsigned long long)array->dims[i]);
    return text;
}

static bool is_leaf(const struct dhs_type *type)
{
    switch (type->kind) {
    case DHS_TYPE_STRUCT:
    case DHS_TYPE_UNION:
    case DHS_TYPE_LIST:
    case DHS_TYPE_OPTIONAL:
    case DHS_TYPE_ARRAY: return false;
    default: return true;
    }
}

static void walk_type(struct walk *walk, const char *path, uint64_t offset,
                      const struct dhs_type *type, const struct dhs_attributes *said);

static void walk_leaf(struct walk *walk, const char *path, uint64_t offset,
                      const struct dhs_type *leaf, const struct dhs_type *array,
                      const struct dhs_attributes *said)
{
    static const char *const words[] = { [DHS_TYPE_CHARS] = "text",
                                         [DHS_TYPE_STRING] = "string",
                                         [DHS_TYPE_BYTES] = "bytes",
                                         [DHS_TYPE_ATOMIC] = "atomic" };
    bool has_scalar = leaf->kind == DHS_TYPE_SCALAR || leaf->kind == DHS_TYPE_ENUM ||
                      leaf->kind == DHS_TYPE_FLAGS || leaf->kind == DHS_TYPE_ATOMIC;
    const char *word = leaf->kind == DHS_TYPE_SCALAR || leaf->enumeration ? "" : words[leaf->kind];
    const char *type =
        dhs_printf(walk->arena, "%s %s %llu bytes, room for %llu%s", word,
                   has_scalar ? dhs_scalar_name(leaf->scalar) : "", (unsigned long long)leaf->size,
                   has_scalar ? 0ull : (unsigned long long)leaf->length, dims_of(walk, array));

    add(walk, path, offset, type, said, leaf->enumeration);
}

static void walk_struct(struct walk *walk, const char *path, uint64_t offset,
                        const struct dhs_struct *structure)
{
    for (size_t i = 0; i < structure->n_fields; i++) {
        const struct dhs_field *field = &structure->fields[i];
        const char *inner =
            dhs_printf(walk->arena, "%s%s%s", path, *path ? "." : "", field->wire_name);
        walk_type(walk, inner, offset + field->offset, field->type, field->declaration.attributes);
    }
}

static int by_tag(const void *left, const void *right)
{
    const struct dhs_arm *a = *(const struct dhs_arm *const *)left;
    const struct dhs_arm *b = *(const struct dhs_arm *const *)right;

    return (a->magnitude > b->magnitude) - (a->magnitude < b->magnitude);
}

static const struct dhs_arm **sorted_arms(struct dhs_arena *arena, const struct dhs_union *onion)
{
    const struct dhs_arm **arms = dhs_alloc_array(arena, onion->n_arms, sizeof(void *));

    for (size_t i = 0; i < onion->n_arms; i++)
        arms[i] = &onion->arms[i];
    qsort(arms, onion->n_arms, sizeof(void *), by_tag);
    return arms;
}

static void walk_union(struct walk *walk, const char *path, uint64_t offset,
                       const struct dhs_union *onion)
{
    const struct dhs_arm **arms = sorted_arms(walk->arena, onion);

    add(walk, path, offset,
        dhs_printf(walk->arena, "union %s %llu bytes", dhs_scalar_name(onion->tag),
                   (unsigned long long)onion->size),
        NULL, NULL);
    for (size_t i = 0; i < onion->n_arms; i++) {
        const char *inner = dhs_printf(walk->arena, "%s.%s", path, arms[i]->wire_name);
        add(walk, inner, offset + onion->arms_offset,
            dhs_printf(walk->arena, "arm %llu", (unsigned long long)arms[i]->magnitude), NULL,
            NULL);
        if (arms[i]->type)
            walk_type(walk, inner, offset + onion->arms_offset, arms[i]->type,
                      arms[i]->declaration.attributes);
    }
}

static void walk_array(struct walk *walk, const char *path, uint64_t offset,
                       const struct dhs_type *array, const struct dhs_attributes *said)
{
    const struct dhs_type *element = array->element;

    if (is_leaf(element)) {
        walk_leaf(walk, path, offset, element, array, said);
        return;
    }
    add(walk, path, offset,
        dhs_printf(walk->arena, "array%s, each %llu", dims_of(walk, array),
                   (unsigned long long)element->size),
        NULL, NULL);
    walk_type(walk, dhs_printf(walk->arena, "%s[]", path), offset, element, said);
}

static void walk_type(struct walk *walk, const char *path, uint64_t offset,
                      const struct dhs_type *type, const struct dhs_attributes *said)
{
    switch (type->kind) {
    case DHS_TYPE_STRUCT: walk_struct(walk, path, offset, type->structure); break;
    case DHS_TYPE_UNION: walk_union(walk, path, offset, type->onion); break;
    case DHS_TYPE_ARRAY: walk_array(walk, path, offset, type, said); break;
    case DHS_TYPE_LIST:
        add(walk, path, offset,
            dhs_printf(walk->arena, "list of %llu, each %llu", (unsigned long long)type->length,
                       (unsigned long long)type->element->size),
            NULL, NULL);
        walk_type(walk, dhs_printf(walk->arena, "%s[]", path), offset + type->inner_offset,
                  type->element, said);
        break;
    case DHS_TYPE_OPTIONAL:
        add(walk, path, offset, dhs_printf(walk->arena, "optional, told at %u", type->inner_offset),
            NULL, NULL);
        walk_type(walk, dhs_printf(walk->arena, "%s?", path), offset, type->element, said);
        break;
    default: walk_leaf(walk, path, offset, type, NULL, said);
    }
}

/* The minor in which a field came to its root: not before the root itself. */
static uint32_t minor_of(const struct dhs_root *root, const struct dhs_field *field)
{
    return field->since_minor > root->since_minor ? field->since_minor : root->since_minor;
}

/* The reserve counts as the last field of the minor that its root was born in. */
static void add_reserve(struct walk *walk, const struct dhs_root *root)
{
    const struct dhs_struct *structure = root->structure;

    walk->minor = root->since_minor;
    if (structure && structure->reserve_bytes)
        add(walk, ".", structure->reserve_offset,
            dhs_printf(walk->arena, "reserve of %llu",
                       (unsigned long long)structure->reserve_bytes),
            NULL, NULL);
}

static void fill_root(struct walk *walk, const struct dhs_root *root)
{
    const struct dhs_struct *structure = root->structure;
    bool reserved = false;

    for (size_t i = 0; structure && i < structure->n_fields; i++) {
        const struct dhs_field *field = &structure->fields[i];
        if (!reserved && field->since_minor > 0) {
            add_reserve(walk, root);
            reserved = true;
        }
        walk->minor = minor_of(root, field);
        walk_type(walk, field->wire_name, field->offset, field->type,
                  field->declaration.attributes);
    }
    if (!reserved) add_reserve(walk, root);
}

struct table *table_of(struct dhs_arena *arena, const struct dhs_channel *channel)
{
    struct table *table = dhs_alloc(arena, sizeof *table);

    table->channel = channel;
    table->roots = dhs_alloc_array(arena, channel->n_roots, sizeof *table->roots);
    for (size_t i = 0; i < channel->n_roots; i++) {
        struct walk walk = { arena, &table->roots[i], 0 };
        walk.out->root = &channel->roots[i];
        walk.out->name = walk.out->root->is_zone ? walk.out->root->wire_name : "";
        walk.out->entries = dhs_alloc_array(arena, MAX_ENTRIES, sizeof *walk.out->entries);
        fill_root(&walk, walk.out->root);
    }
    return table;
}

/* ---- layout ------------------------------------------------------------------------------- */

static const struct table_root *root_named(const struct table *table, const char *name)
{
    for (size_t i = 0; i < table->channel->n_roots; i++)
        if (strcmp(table->roots[i].name, name) == 0) return &table->roots[i];
    return NULL;
}

static size_t entries_up_to(const struct table_root *root, uint32_t limit)
{
    size_t n = 0;

    while (n < root->n && root->entries[n].minor <= limit)
        n++;
    return n;
}

static uint64_t size_at(const struct dhs_root *root, uint32_t minor)
{
    uint64_t size = 0;

    for (size_t i = 0; i < root->n_minors; i++)
        if (root->minors[i].minor <= minor) size = root->minors[i].size;
    return size;
}

static bool same_layout(struct dhs_arena *arena, const struct table_root *a,
                        const struct table_root *b, uint32_t limit, const char **differs)
{
    size_t n_a = entries_up_to(a, limit), n_b = entries_up_to(b, limit);
    const char *zone = *b->name ? dhs_printf(arena, "zone %s: ", b->name) : "";

    for (size_t i = 0; i < n_a || i < n_b; i++) {
        const struct entry *x = i < n_a ? &a->entries[i] : NULL;
        const struct entry *y = i < n_b ? &b->entries[i] : NULL;
        if (x && y && strcmp(x->path, y->path) == 0 && strcmp(x->type, y->type) == 0 &&
            x->offset == y->offset && x->minor == y->minor)
            continue;
        /* What only the minor tells apart is no difference of a line, but still one. */
        if (x && y && strcmp(x->path, y->path) == 0 && strcmp(x->type, y->type) == 0 &&
            x->offset == y->offset) {
            *differs = "";
            return false;
        }
        *differs = dhs_printf(arena, "%s%s", zone, y ? y->path : x->path);
        return false;
    }
    for (uint32_t minor = 0; minor <= limit; minor++)
        if (size_at(a->root, minor) != size_at(b->root, minor)) return false;
    return a->root->shared == b->root->shared;
}

/* ---- meaning ------------------------------------------------------------------------------ */

static bool texts_differ(struct dhs_text a, struct dhs_text b)
{
    return a.data && b.data && (a.length != b.length || memcmp(a.data, b.data, a.length) != 0);
}

static double real_of(const struct dhs_value *value)
{
    if (value->kind == DHS_VALUE_REAL) return value->real;
    return value->negative ? -(double)value->magnitude : (double)value->magnitude;
}

static bool values_differ(const struct dhs_value *a, const struct dhs_value *b)
{
    if (a->kind == DHS_VALUE_NONE || b->kind == DHS_VALUE_NONE) return false;
    if (a->kind == DHS_VALUE_REAL || b->kind == DHS_VALUE_REAL) {
        double x = real_of(a), y = real_of(b);
        return isnan(x) || isnan(y) ? !isnan(x) || !isnan(y) : x < y || x > y;
    }
    return a->negative != b->negative || a->magnitude != b->magnitude;
}

/* Is `name` known to `e`, and for what? */
static bool value_for(const struct dhs_enum *e, const char *name, uint64_t *value)
{
    for (size_t i = 0; i < e->n_enumerators; i++)
        if (strcmp(e->enumerators[i].declaration.name, name) == 0) {
            *value = e->enumerators[i].magnitude;
            return true;
        }
    return false;
}

static bool knows_value(const struct dhs_enum *e, uint64_t value)
{
    for (size_t i = 0; i < e->n_enumerators; i++)
        if (e->enumerators[i].magnitude == value) return true;
    return false;
}

static bool share_a_name(const struct dhs_enum *a, const struct dhs_enum *b, uint64_t value)
{
    uint64_t other;

    for (size_t i = 0; i < a->n_enumerators; i++)
        if (a->enumerators[i].magnitude == value &&
            value_for(b, a->enumerators[i].declaration.name, &other) && other == value)
            return true;
    return false;
}

static bool enums_fit(const struct dhs_enum *block, const struct dhs_enum *consumer)
{
    bool closed = !block->is_flags && (!block->is_open || !consumer->is_open);

    if (block->is_flags != consumer->is_flags) return false;
    for (size_t i = 0; i < block->n_enumerators; i++) {
        const struct dhs_enumerator *e = &block->enumerators[i];
        uint64_t other;
        if (value_for(consumer, e->declaration.name, &other) && other != e->magnitude) return false;
        if (!knows_value(consumer, e->magnitude)) {
            if (closed) return false;
            continue;
        }
        if (!share_a_name(block, consumer, e->magnitude)) return false;
    }
    return true;
}

static bool said_fits(const struct dhs_attributes *a, const struct dhs_attributes *b)
{
    if (texts_differ(a->unit, b->unit) || texts_differ(a->frame, b->frame) ||
        texts_differ(a->clock, b->clock) || values_differ(&a->invalid, &b->invalid))
        return false;
    if (a->invalid.kind != DHS_VALUE_NONE && b->invalid.kind != DHS_VALUE_NONE &&
        a->invalid_first != b->invalid_first)
        return false;
    return !a->has_scale || !b->has_scale ||
           (a->scale_factor == b->scale_factor && a->scale_offset == b->scale_offset);
}

/* Only numbers carry a meaning in these schemas: what is said of another thing is not in its text,
 * so both must be leaves. */
static bool meaning_fits(const struct table_root *block, const struct table_root *consumer)
{
    for (size_t i = 0; i < consumer->n; i++)
        for (size_t k = 0; k < block->n; k++) {
            const struct entry *ours = &consumer->entries[i], *theirs = &block->entries[k];
            if (!ours->said || !theirs->said || strcmp(ours->path, theirs->path) != 0) continue;
            if (!said_fits(theirs->said, ours->said)) return false;
            if (ours->enumeration && theirs->enumeration &&
                !enums_fit(theirs->enumeration, ours->enumeration))
                return false;
        }
    return true;
}

bool table_accepts(struct dhs_arena *arena, const struct table *block, const struct table *consumer,
                   const char **differs)
{
    uint32_t limit = block->channel->newest_minor;

    *differs = "";
    if (strcmp(block->channel->family, consumer->channel->family) != 0) return false;
    if (consumer->channel->newest_minor < limit) limit = consumer->channel->newest_minor;
    for (size_t i = 0; i < consumer->channel->n_roots; i++) {
        const struct table_root *ours = &consumer->roots[i];
        const struct table_root *theirs = root_named(block, ours->name);
        if (ours->root->since_minor > limit) continue;
        if (!theirs || theirs->root->since_minor > limit) return false;
        if (theirs->root->since_minor != ours->root->since_minor) return false;
        if (!same_layout(arena, theirs, ours, limit, differs)) return false;
    }
    for (size_t i = 0; i < consumer->channel->n_roots; i++) {
        const struct table_root *theirs = root_named(block, consumer->roots[i].name);
        if (theirs && !meaning_fits(theirs, &consumer->roots[i])) return false;
    }
    return true;
}
