/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The oracle: tables of offsets, straight from the checked model. It knows nothing of canonical
 * texts, hashes and lineages; what may attach to what is told from places and types alone.
 */
#ifndef VERSIONS_TABLE_H
#define VERSIONS_TABLE_H

#include <idl.h>

struct entry {
    const char *path;
    const char *type; /* all that a program would compile in: width, sign, dimensions, strides */
    uint64_t offset;
    uint32_t minor;
    const struct dhs_attributes *said;  /* NULL: not a leaf */
    const struct dhs_enum *enumeration; /* of a leaf, or NULL */
};

struct table_root {
    const struct dhs_root *root;
    const char *name; /* "" for the slot */
    size_t n;
    struct entry *entries;
};

struct table {
    const struct dhs_channel *channel;
    struct table_root *roots;
};

struct table *table_of(struct dhs_arena *arena, const struct dhs_channel *channel);

/* May a consumer that compiled `consumer` read what a producer that compiled `block` writes?
 * `differs`: the first place whose layout differs, as "zone z: path" or "path"; "" if none does. */
bool table_accepts(struct dhs_arena *arena, const struct table *block, const struct table *consumer,
                   const char **differs);

/* Writes through one table and reads through the other, for each root that both use; false: a
 * common field is not where the reader looks, or lies outside of what is shared. */
bool table_exchange(struct dhs_arena *arena, const struct dhs_channel *writer,
                    const struct dhs_channel *reader, const char **failed);

#endif
