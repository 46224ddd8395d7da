/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Between two fields with boundaries of their own lies a segment. Sizes are multiples of
 * alignments, and alignments are powers of two; so behind a boundary the order from the greatest
 * alignment to the least leaves no hole. Only what begins a segment may end at an odd place: the
 * gap behind it is filled from the least alignment to the greatest. Which fields go there is a
 * question of sums modulo the greatest alignment, answered exactly by a table: for each remainder
 * the fewest bytes lost.
 *
 *   boundary field │ some of align 1 │ some of 2 │ some of 4 │ all of 8 │ the rest of 4, of 2, of 1
 */
#include "layout_order.h"

#include <string.h>

enum { MAX_CELLS = 1 << 22 }; /* of the table: beyond, greatest alignment first is good enough */

static uint64_t align_up(uint64_t value, uint64_t align)
{
    return (value + align - 1) & ~(align - 1);
}

/* ---- what an order costs: the rules of idl/layout.c ------------------------------------------ */

struct cursor {
    uint64_t end;
    uint64_t next; /* where a field may begin */
    uint64_t reserve_end;
    uint64_t size; /* of the minors that are complete */
    uint32_t align;
};

static void close_minor(struct cursor *c, const struct dhs_struct *structure, bool first)
{
    if (first && structure->reserve_bytes > 0) {
        c->next = c->end;
        c->end += structure->reserve_bytes;
        c->reserve_end = c->end;
        if (c->align < 8) c->align = 8;
    }
    c->size = align_up(c->end, c->align);
    if (c->reserve_end == 0) c->next = c->size;
}

static uint64_t place(struct cursor *c, const struct dhs_field *field, uint32_t align)
{
    uint64_t offset = align_up(c->next, align);

    if (field->since_minor > 0 && c->reserve_end > 0 && offset + field->size > c->reserve_end) {
        c->reserve_end = 0;
        offset = align_up(c->size, align);
    }
    c->next = offset + field->size;
    if (c->next > c->end) c->end = c->next;
    if (align > c->align) c->align = align;
    return offset;
}

uint64_t layout_size(const struct dhs_struct *structure, const size_t *order,
                     const uint32_t *aligns, uint64_t *offsets)
{
    uint32_t own = structure->declaration.attributes->align;
    struct cursor c = { .align = own > 0 ? own : 1 };
    uint32_t minor = 0;

    for (size_t i = 0; i < structure->n_fields; i++) {
        const struct dhs_field *field = &structure->fields[order[i]];
        if (field->since_minor != minor) close_minor(&c, structure, minor == 0);
        minor = field->since_minor;
        uint64_t offset = place(&c, field, aligns ? aligns[order[i]] : field->align);
        if (offsets) offsets[order[i]] = offset;
    }
    close_minor(&c, structure, minor == 0);
    return c.size;
}

/* ---- one segment ---------------------------------------------------------------------------- */

struct segment {
    const struct dhs_struct *structure;
    size_t *items; /* numbers of the fields that may move; in the end in their new order */
    size_t n;
    uint64_t start; /* where the first of them may begin */
    uint32_t greatest;
};

static const struct dhs_field *field_of(const struct segment *s, size_t item)
{
    return &s->structure->fields[s->items[item]];
}

/* Appends the items of one alignment that are early, or those that are not. */
static size_t append(const struct segment *s, size_t *sorted, size_t n, uint32_t align,
                     const bool *early, bool wanted)
{
    for (size_t i = 0; i < s->n; i++) {
        if (field_of(s, i)->align == align && early[i] == wanted) sorted[n++] = s->items[i];
    }
    return n;
}

/* Early ones from the least alignment to the greatest, then the others the other way round; equals
 * stay as they were declared. */
static void arrange(struct dhs_arena *arena, struct segment *s, const bool *early)
{
    size_t *sorted = dhs_alloc_array(arena, s->n, sizeof *sorted);
    size_t n = 0;

    for (uint32_t align = 1; align <= s->greatest; align *= 2)
        n = append(s, sorted, n, align, early, true);
    for (uint32_t align = s->greatest; align > 0; align /= 2)
        n = append(s, sorted, n, align, early, false);
    memcpy(s->items, sorted, s->n * sizeof *sorted);
}

enum { LOST = UINT16_MAX }; /* a remainder that cannot be reached */

/* A step of the table: pad to an alignment (no item), or take an item or not. */
struct step {
    uint32_t align;
    size_t item; /* n: none */
    uint16_t *cost;
    bool *taken;
};

static void pad_step(struct step *step, const uint16_t *before, uint32_t modulus)
{
    for (uint32_t r = 0; r < modulus; r++) {
        uint32_t pad = (uint32_t)(align_up(r, step->align) - r);
        uint32_t to = (r + pad) % modulus;
        if (before[r] != LOST && before[r] + pad < step->cost[to])
            step->cost[to] = (uint16_t)(before[r] + pad);
    }
}

static void item_step(struct step *step, const uint16_t *before, uint32_t modulus, uint64_t size)
{
    for (uint32_t r = 0; r < modulus; r++) {
        uint32_t to = (uint32_t)((r + size) % modulus);
        if (before[r] < step->cost[r]) {
            step->cost[r] = before[r];
            step->taken[r] = false;
        }
        if (before[r] < step->cost[to]) {
            step->cost[to] = before[r];
            step->taken[to] = true;
        }
    }
}

static void run_step(struct dhs_arena *arena, const struct segment *s, struct step *step,
                     const uint16_t *before)
{
    uint32_t modulus = s->greatest;

    step->cost = dhs_alloc_array(arena, modulus, sizeof *step->cost);
    step->taken = dhs_alloc_array(arena, modulus, sizeof *step->taken);
    memset(step->cost, 0xff, modulus * sizeof *step->cost);
    if (step->item == s->n)
        pad_step(step, before, modulus);
    else
        item_step(step, before, modulus, field_of(s, step->item)->size);
}

/* The remainder before a step that ended at `r` with the cost that the table has for it. */
static uint32_t step_back(const struct segment *s, const struct step *step, const uint16_t *before,
                          uint32_t r, bool *early)
{
    uint32_t modulus = s->greatest;

    if (step->item < s->n) {
        if (!step->taken[r]) return r;
        early[step->item] = true;
        return (uint32_t)((r + modulus - field_of(s, step->item)->size % modulus) % modulus);
    }
    for (uint32_t from = 0; from < modulus; from++) {
        uint32_t pad = (uint32_t)(align_up(from, step->align) - from);
        if (before[from] != LOST && (from + pad) % modulus == r &&
            before[from] + pad == step->cost[r])
            return from;
    }
    return r;
}

/* Which items fill the gap before the first of the greatest alignment. */
static void fill_gap(struct dhs_arena *arena, const struct segment *s, bool *early)
{
    struct step *steps = dhs_alloc_array(arena, s->n + 34, sizeof *steps);
    size_t n = 1;

    /* steps[0] only says where we are */
    steps[0].cost = dhs_alloc_array(arena, s->greatest, sizeof *steps[0].cost);
    memset(steps[0].cost, 0xff, s->greatest * sizeof *steps[0].cost);
    steps[0].cost[s->start % s->greatest] = 0;
    for (uint32_t align = 1; align <= s->greatest; align *= 2) {
        steps[n] = (struct step){ .align = align, .item = s->n };
        run_step(arena, s, &steps[n], steps[n - 1].cost);
        n++;
        for (size_t i = 0; align < s->greatest && i < s->n; i++) {
            if (field_of(s, i)->align != align) continue;
            steps[n] = (struct step){ .align = align, .item = i };
            run_step(arena, s, &steps[n], steps[n - 1].cost);
            n++;
        }
    }
    uint32_t r = 0; /* the last step padded to the greatest alignment */
    for (size_t i = n; i-- > 1;)
        r = step_back(s, &steps[i], steps[i - 1].cost, r, early);
}

static void solve(struct dhs_arena *arena, struct segment *s)
{
    bool *early = dhs_alloc_array(arena, s->n + 1, sizeof *early);

    s->greatest = 1;
    for (size_t i = 0; i < s->n; i++) {
        if (field_of(s, i)->align > s->greatest) s->greatest = field_of(s, i)->align;
    }
    bool gap = s->start % s->greatest != 0;
    if (gap && s->greatest < LOST / 32 && (s->n + 34) * s->greatest <= MAX_CELLS)
        fill_gap(arena, s, early);
    arrange(arena, s, early);
}

/* ---- the whole struct ----------------------------------------------------------------------- */

void layout_best_order(struct dhs_arena *arena, const struct dhs_struct *structure, size_t *order)
{
    size_t n = structure->n_fields;
    size_t *declared = dhs_alloc_array(arena, n, sizeof *declared);
    size_t at = 0;
    uint64_t end = 0;

    for (size_t i = 0; i < n; i++)
        declared[i] = order[i] = i;
    while (at < n && structure->fields[at].since_minor == 0) {
        const struct dhs_field *first = &structure->fields[at];
        if (first->declaration.attributes->align > 0) {
            end = align_up(end, first->align) + first->size;
            at++;
        }
        struct segment s = { structure, order + at, 0, end, 1 };
        while (at + s.n < n && structure->fields[at + s.n].since_minor == 0 &&
               structure->fields[at + s.n].declaration.attributes->align == 0)
            s.n++;
        solve(arena, &s);
        for (size_t i = 0; i < s.n; i++)
            end = align_up(end, field_of(&s, i)->align) + field_of(&s, i)->size;
        at += s.n;
    }
    if (layout_size(structure, order, NULL, NULL) >= layout_size(structure, declared, NULL, NULL))
        memcpy(order, declared, n * sizeof *order);
}
