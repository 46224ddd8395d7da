/* SPDX-License-Identifier: Apache-2.0 */
#include "layout_facts.h"

#include <string.h>

#include "layout_order.h"
#include "text.h"

static uint64_t end_of(const struct dhs_field *field)
{
    return field->offset + field->size;
}

/* ---- rows ----------------------------------------------------------------------------------- */

struct rows {
    struct layout_row *items;
    size_t n;
};

static void add_row(struct rows *rows, enum row_kind kind, uint64_t from, uint64_t to)
{
    if (to > from)
        rows->items[rows->n++] = (struct layout_row){ kind, from, to - from, NULL, false };
}

static uint64_t within(uint64_t value, uint64_t low, uint64_t high)
{
    return value < low ? low : value > high ? high : value;
}

/* What lies between two fields, or behind the last: the middle of it may be reserved. */
static void add_gap(struct rows *rows, const struct dhs_struct *s, uint64_t from, uint64_t to,
                    enum row_kind kind)
{
    uint64_t low = s->reserve_bytes > 0 ? within(s->reserve_offset, from, to) : to;
    uint64_t high =
        s->reserve_bytes > 0 ? within(s->reserve_offset + s->reserve_bytes, from, to) : to;

    if (to <= from) return;
    add_row(rows, ROW_HOLE, from, low);
    add_row(rows, ROW_RESERVE, low, high);
    add_row(rows, kind, high, to);
    /* without a reserve all of it went to the first */
    if (low == to) rows->items[rows->n - 1].kind = kind;
}

static bool straddles(const struct dhs_field *f)
{
    return f->size > 0 && f->size <= LINE_BYTES &&
           f->offset / LINE_BYTES != (end_of(f) - 1) / LINE_BYTES;
}

static void find_rows(struct dhs_arena *arena, struct layout_facts *facts)
{
    const struct dhs_struct *s = facts->structure;
    struct rows rows = { dhs_alloc_array(arena, 4 * s->n_fields + 4, sizeof *rows.items), 0 };
    uint64_t end = 0;

    for (size_t i = 0; i < s->n_fields; i++) {
        const struct dhs_field *f = &s->fields[i];
        add_gap(&rows, s, end, f->offset, ROW_HOLE);
        rows.items[rows.n++] =
            (struct layout_row){ ROW_FIELD, f->offset, f->size, f, straddles(f) };
        end = end_of(f);
    }
    add_gap(&rows, s, end, s->size, ROW_TAIL);
    facts->rows = rows.items;
    facts->n_rows = rows.n;
    for (size_t i = 0; i < rows.n; i++) {
        if (rows.items[i].kind == ROW_RESERVE) facts->reserved += rows.items[i].size;
        if (rows.items[i].kind == ROW_HOLE || rows.items[i].kind == ROW_TAIL)
            facts->lost += rows.items[i].size;
    }
}

/* ---- false sharing -------------------------------------------------------------------------- */

/* A leaf that somebody is said to write. */
struct written {
    const char *path;
    const char *writer;
    size_t field;    /* of the zone's struct: what can be moved */
    uint64_t inside; /* offset within that field */
    uint64_t size;
};

struct written_list {
    struct dhs_arena *arena;
    struct written *items;
    size_t n;
    size_t capacity;
};

static void add_written(struct written_list *list, struct written item)
{
    if (list->n == list->capacity) {
        size_t capacity = 2 * list->capacity + 16;
        struct written *items = dhs_alloc_array(list->arena, capacity, sizeof *items);
        if (list->n > 0) memcpy(items, list->items, list->n * sizeof *items);
        list->items = items;
        list->capacity = capacity;
    }
    list->items[list->n++] = item;
}

/* A struct within a struct says it of its own fields; what stands outside of it comes first. */
static void find_written(struct written_list *list, const struct dhs_struct *s, const char *path,
                         size_t field, uint64_t inside)
{
    for (size_t i = 0; i < s->n_fields; i++) {
        const struct dhs_field *f = &s->fields[i];
        const char *writer = f->declaration.attributes->writer.data;
        const char *name = dhs_printf(list->arena, "%s%s", path, f->declaration.name);
        size_t outer = *path ? field : i;
        uint64_t at = *path ? inside + f->offset : 0;
        if (writer)
            add_written(list, (struct written){ name, writer, outer, at, f->size });
        else if (f->type->kind == DHS_TYPE_STRUCT)
            find_written(list, f->type->structure, dhs_printf(list->arena, "%s.", name), outer, at);
    }
}

static bool share(const struct written *a, const struct written *b, const uint64_t *offsets)
{
    uint64_t start = offsets[b->field] + b->inside, end = offsets[a->field] + a->inside + a->size;

    return a->size > 0 && b->size > 0 && strcmp(a->writer, b->writer) != 0 &&
           start / LINE_BYTES <= (end - 1) / LINE_BYTES &&
           (offsets[a->field] + a->inside) / LINE_BYTES <= (start + b->size - 1) / LINE_BYTES;
}

/* For each written leaf the nearest before it that another program writes in the same line. Looking
 * back ends at the first that lies in an earlier line. */
static size_t find_sharing(const struct written_list *list, const uint64_t *offsets,
                           struct layout_sharing *found)
{
    size_t n = 0;

    for (size_t b = 1; b < list->n; b++) {
        const struct written *second = &list->items[b];
        uint64_t line = (offsets[second->field] + second->inside) / LINE_BYTES;
        for (size_t a = b; a-- > 0;) {
            const struct written *first = &list->items[a];
            if ((offsets[first->field] + first->inside + first->size) / LINE_BYTES < line) break;
            if (!share(first, second, offsets)) continue;
            if (found)
                found[n] = (struct layout_sharing){ first->path, first->writer, second->path,
                                                    second->writer, line };
            n++;
            break;
        }
    }
    return n;
}

/* Marks fields from the first to the last until nothing is shared. A pair within one field cannot
 * be parted from outside. */
static void part(struct dhs_arena *arena, struct layout_facts *facts,
                 const struct written_list *list)
{
    const struct dhs_struct *s = facts->structure;
    size_t *order = dhs_alloc_array(arena, s->n_fields, sizeof *order);
    uint32_t *aligns = dhs_alloc_array(arena, s->n_fields, sizeof *aligns);
    uint64_t *offsets = dhs_alloc_array(arena, s->n_fields, sizeof *offsets);
    const struct dhs_field **apart = dhs_alloc_array(arena, s->n_fields, sizeof *apart);

    for (size_t i = 0; i < s->n_fields; i++) {
        order[i] = i;
        aligns[i] = s->fields[i].align;
    }
    facts->size_apart = layout_size(s, order, aligns, offsets);
    for (size_t b = 1; b < list->n; b++) {
        const struct written *second = &list->items[b];
        for (size_t a = b; a-- > 0;) {
            const struct written *first = &list->items[a];
            if (first->field == second->field || aligns[second->field] >= LINE_BYTES ||
                !share(first, second, offsets))
                continue;
            aligns[second->field] = LINE_BYTES;
            apart[facts->n_apart++] = &s->fields[second->field];
            facts->size_apart = layout_size(s, order, aligns, offsets);
            break;
        }
    }
    facts->apart = apart;
    for (size_t i = 1; i < list->n && !facts->inside; i++) {
        const struct written *a = &list->items[i - 1], *b = &list->items[i];
        if (a->field == b->field && share(a, b, offsets)) facts->inside = &s->fields[a->field];
    }
}

static void find_false_sharing(struct dhs_arena *arena, struct layout_facts *facts,
                               struct written_list *list)
{
    const struct dhs_struct *s = facts->structure;
    uint64_t *offsets = dhs_alloc_array(arena, s->n_fields, sizeof *offsets);

    find_written(list, s, "", 0, 0);
    for (size_t i = 0; i < s->n_fields; i++)
        offsets[i] = s->fields[i].offset;
    struct layout_sharing *found = dhs_alloc_array(arena, list->n + 1, sizeof *found);
    facts->sharing = found;
    facts->n_sharing = find_sharing(list, offsets, found);
    if (facts->n_sharing > 0) part(arena, facts, list);
}

/* ---- all of it ------------------------------------------------------------------------------ */

/* How the struct is used: "slot of channel imu", "zone status of channel imu". */
static void find_use(struct dhs_arena *arena, const struct dhs_file *file,
                     struct layout_facts *facts)
{
    struct text text = text_new(arena);

    for (size_t c = 0; c < file->n_channels; c++) {
        const struct dhs_channel *channel = file->channels[c];
        for (size_t r = 0; r < channel->n_roots; r++) {
            const struct dhs_root *root = &channel->roots[r];
            if (root->structure != facts->structure) continue;
            facts->is_zone = facts->is_zone || root->is_zone;
            text_printf(&text, "%s%s%s of channel %s", text.length > 0 ? ", " : "",
                        root->is_zone ? "zone " : "", root->declaration.name,
                        channel->declaration.name);
        }
    }
    facts->use = text_string(&text);
}

/* A smaller order that makes programs fight over lines is no better one. */
static void find_order(struct dhs_arena *arena, struct layout_facts *facts,
                       const struct written_list *list)
{
    const struct dhs_struct *s = facts->structure;
    size_t *order = dhs_alloc_array(arena, s->n_fields, sizeof *order);
    uint64_t *offsets = dhs_alloc_array(arena, s->n_fields, sizeof *offsets);

    layout_best_order(arena, s, order);
    facts->order = order;
    facts->size_ordered = layout_size(s, order, NULL, offsets);
    facts->better = facts->size_ordered < s->size;
    for (size_t b = 0; facts->better && b < list->n; b++) {
        for (size_t a = 0; a < b && facts->better; a++)
            facts->better = !share(&list->items[a], &list->items[b], offsets);
    }
}

const struct layout_facts *layout_facts(struct dhs_arena *arena, const struct dhs_file *file,
                                        const struct dhs_struct *structure)
{
    struct layout_facts *facts = dhs_alloc(arena, sizeof *facts);
    struct written_list list = { .arena = arena };

    facts->structure = structure;
    facts->lines = (structure->size + LINE_BYTES - 1) / LINE_BYTES;
    if (structure->is_root) facts->stride = facts->lines * LINE_BYTES;
    find_rows(arena, facts);
    find_use(arena, file, facts);
    if (facts->is_zone) find_false_sharing(arena, facts, &list);
    find_order(arena, facts, &list);
    return facts;
}
