/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tables of names, found without regard to case: a second `Foo` beside `foo` is a duplicate, since
 * generated names change case. Grows by doubling; lives in the arena.
 */
#ifndef DHS_NAMES_H
#define DHS_NAMES_H

#include "diag.h"

struct dhs_name {
    const char *text; /* NULL: an empty place of the table */
    struct dhs_span span;
    void *item;
    struct dhs_name *spelled; /* the duplicates that differ from it, and from each other, in case */
};

struct dhs_names {
    struct dhs_name *places;
    size_t n_places; /* a power of two, or 0 */
    size_t n_names;
};

/* A table in which so many names find room; any other begins all zero. */
struct dhs_names dhs_names_for(struct dhs_arena *arena, size_t n);

/* The first entry whose name equals `text` but for case, or NULL. */
struct dhs_name *dhs_names_find(const struct dhs_names *names, const char *text);

/* The entry whose name is exactly `text`, or NULL. */
struct dhs_name *dhs_names_exact(const struct dhs_names *names, const char *text);

/* Adds a name that is not there yet in exactly this spelling: who uses a duplicate means that one.
 */
void dhs_names_add(struct dhs_arena *arena, struct dhs_names *names, const char *text,
                   struct dhs_span span, void *item);

#endif
