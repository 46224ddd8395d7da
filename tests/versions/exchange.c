/* SPDX-License-Identifier: Apache-2.0 */
/*
 * By brute force: fill a slot or zone through the writer's offsets, element by element, and read it
 * through the reader's. Buffers are as large as what is shared and not a byte larger, so that the
 * address sanitizer sees a step beside them.
 */
#include <stdlib.h>
#include <string.h>

#include "table.h"

/* One element of a leaf, or a count, presence byte or tag. */
struct cell {
    const char *path; /* with indices */
    uint64_t offset, size;
    uint32_t minor;
    bool fixed; /* a tag, whose value is told below */
    uint64_t value;
};

struct cells {
    struct dhs_arena *arena;
    size_t n, capacity;
    struct cell *cells;
    uint32_t minor;
};

enum { MAX_CELLS = 20000 };

static void add(struct cells *cells, const char *path, uint64_t offset, uint64_t size)
{
    if (cells->n == MAX_CELLS) return; /* what is beyond is not exchanged, on neither side */
    if (cells->n == cells->capacity) {
        size_t capacity = cells->capacity ? cells->capacity * 2 : 64;
        struct cell *larger = dhs_alloc_array(cells->arena, capacity, sizeof *larger);
        if (cells->n) memcpy(larger, cells->cells, cells->n * sizeof *larger);
        cells->cells = larger;
        cells->capacity = capacity;
    }
    cells->cells[cells->n++] =
        (struct cell){ .path = path, .offset = offset, .size = size, .minor = cells->minor };
}

static void walk(struct cells *cells, const char *path, uint64_t offset,
                 const struct dhs_type *type);

static void walk_struct(struct cells *cells, const char *path, uint64_t offset,
                        const struct dhs_struct *structure)
{
    for (size_t i = 0; i < structure->n_fields; i++)
        walk(cells, dhs_printf(cells->arena, "%s.%s", path, structure->fields[i].wire_name),
             offset + structure->fields[i].offset, structure->fields[i].type);
}

static void walk_elements(struct cells *cells, const char *path, uint64_t offset,
                          const struct dhs_type *element, uint64_t n)
{
    for (uint64_t i = 0; i < n; i++)
        walk(cells, dhs_printf(cells->arena, "%s[%llu]", path, (unsigned long long)i),
             offset + i * element->size, element);
}

/* Arms share their place, so one of them is exchanged: that with the smallest tag. */
static void walk_union(struct cells *cells, const char *path, uint64_t offset,
                       const struct dhs_union *onion)
{
    const struct dhs_arm *first = &onion->arms[0];

    for (size_t i = 1; i < onion->n_arms; i++)
        if (onion->arms[i].magnitude < first->magnitude) first = &onion->arms[i];
    size_t at = cells->n;
    add(cells, path, offset, dhs_scalar_size(onion->tag));
    if (at < cells->n) {
        cells->cells[at].fixed = true;
        cells->cells[at].value = first->magnitude;
    }
    if (first->type)
        walk(cells, dhs_printf(cells->arena, "%s.%s", path, first->wire_name),
             offset + onion->arms_offset, first->type);
}

static void walk(struct cells *cells, const char *path, uint64_t offset,
                 const struct dhs_type *type)
{
    switch (type->kind) {
    case DHS_TYPE_STRUCT: walk_struct(cells, path, offset, type->structure); break;
    case DHS_TYPE_UNION: walk_union(cells, path, offset, type->onion); break;
    case DHS_TYPE_ARRAY: walk_elements(cells, path, offset, type->element, type->length); break;
    case DHS_TYPE_LIST:
        add(cells, dhs_printf(cells->arena, "%s count", path), offset, 4);
        walk_elements(cells, path, offset + type->inner_offset, type->element, type->length);
        break;
    case DHS_TYPE_OPTIONAL:
        add(cells, dhs_printf(cells->arena, "%s there", path), offset + type->inner_offset, 1);
        walk(cells, path, offset, type->element);
        break;
    default: add(cells, path, offset, type->size);
    }
}

static struct cells *cells_of(struct dhs_arena *arena, const struct dhs_root *root)
{
    struct cells *cells = dhs_alloc(arena, sizeof *cells);

    cells->arena = arena;
    for (size_t i = 0; root->structure && i < root->structure->n_fields; i++) {
        const struct dhs_field *field = &root->structure->fields[i];
        cells->minor =
            field->since_minor > root->since_minor ? field->since_minor : root->since_minor;
        walk(cells, field->wire_name, field->offset, field->type);
    }
    return cells;
}

/* What a cell holds depends on its name alone: both sides can tell. */
static unsigned char pattern(const struct cell *cell, uint64_t i)
{
    uint32_t hash = 2166136261u;

    if (cell->fixed && i >= 8) return 0;
    if (cell->fixed) return (unsigned char)(cell->value >> (8 * i));
    for (const char *c = cell->path; *c; c++)
        hash = (hash ^ (unsigned char)*c) * 16777619u;
    hash = (hash ^ (uint32_t)i) * 16777619u;
    return (unsigned char)(hash >> 11);
}

static uint64_t size_at(const struct dhs_root *root, uint32_t minor)
{
    uint64_t size = 0;

    for (size_t i = 0; i < root->n_minors; i++)
        if (root->minors[i].minor <= minor) size = root->minors[i].size;
    return size;
}

static void write_all(const struct cells *cells, unsigned char *memory)
{
    for (size_t i = 0; i < cells->n; i++)
        for (uint64_t k = 0; k < cells->cells[i].size; k++)
            memory[cells->cells[i].offset + k] = pattern(&cells->cells[i], k);
}

static const char *read_all(const struct cells *cells, const unsigned char *memory, uint64_t size,
                            uint32_t limit)
{
    for (size_t i = 0; i < cells->n; i++) {
        const struct cell *cell = &cells->cells[i];
        if (cell->minor > limit) continue;
        if (cell->offset + cell->size > size) return cell->path;
        for (uint64_t k = 0; k < cell->size; k++)
            if (memory[cell->offset + k] != pattern(cell, k)) return cell->path;
    }
    return NULL;
}

static const char *exchange_root(struct dhs_arena *arena, const struct dhs_root *writer,
                                 const struct dhs_root *reader, uint32_t limit)
{
    uint64_t whole = size_at(writer, UINT32_MAX), shared = size_at(reader, limit);
    const char *failed;

    if (size_at(writer, limit) != shared || shared > whole) return "its size";
    unsigned char *produced = malloc(whole + 1), *copied = malloc(shared + 1);
    if (!produced || !copied) abort();
    produced = realloc(produced, whole ? whole : 1); /* to the byte, for the sanitizer */
    copied = realloc(copied, shared ? shared : 1);
    if (!produced || !copied) abort();
    memset(produced, 0, whole ? whole : 1);
    write_all(cells_of(arena, writer), produced);
    memcpy(copied, produced, shared);
    failed = read_all(cells_of(arena, reader), copied, shared, limit);
    free(produced);
    free(copied);
    return failed;
}

static const struct dhs_root *root_named(const struct dhs_channel *channel,
                                         const struct dhs_root *like)
{
    for (size_t i = 0; i < channel->n_roots; i++)
        if (channel->roots[i].is_zone == like->is_zone &&
            strcmp(channel->roots[i].wire_name, like->wire_name) == 0)
            return &channel->roots[i];
    return NULL;
}

bool table_exchange(struct dhs_arena *arena, const struct dhs_channel *writer,
                    const struct dhs_channel *reader, const char **failed)
{
    uint32_t limit =
        writer->newest_minor < reader->newest_minor ? writer->newest_minor : reader->newest_minor;

    for (size_t i = 0; i < reader->n_roots; i++) {
        const struct dhs_root *ours = &reader->roots[i], *theirs = root_named(writer, ours);
        if (ours->since_minor > limit) continue;
        *failed = theirs ? exchange_root(arena, theirs, ours, limit) : ours->wire_name;
        if (*failed) return false;
        if (!ours->shared) continue; /* consumers write into it, too */
        *failed = exchange_root(arena, ours, theirs, limit);
        if (*failed) return false;
    }
    return true;
}
