/* SPDX-License-Identifier: Apache-2.0
 *
 * schema_text.h - the canonical text as the runtime needs it: where its parts begin, and their
 * hashes.
 *
 *      dhs 1                     ┐
 *      family lab.imu/imu 1      │ head
 *      order little              ┘
 *      root slot align 64        ┐ a root: its line,
 *      minor 0 size 376          │ and its minor sections
 *      0 u64 time                │
 *      …                         ┘
 *      meaning
 *      unit slot time "ns"
 *
 * Reads any bytes; what is not of this form is refused with its line number. The whole tree of
 * fields is read elsewhere (idl/canon_read.h), by tools.
 */
#ifndef DHI_BLOCK_SCHEMA_TEXT_H
#define DHI_BLOCK_SCHEMA_TEXT_H

#include "block/format.h"

#include <dh/error.h>

struct dhi_text_minor {
    uint32_t number;
    uint32_t size_bytes;
    size_t begin; /* of its `minor` line */
    size_t end;   /* of its last line */
};

struct dhi_text_root {
    char name[DH_NAME_MAX + 1]; /* "" for the slot */
    bool shared;
    size_t begin; /* of its `root` line */
    uint32_t n_minors;
    struct dhi_text_minor minors[DH_MINORS_MAX];
};

struct dhi_text {
    const char *text;
    size_t bytes;
    size_t head_bytes;
    size_t meaning; /* where the line after `meaning` begins */
    char family[DHI_FAMILY_BYTES];
    uint32_t newest_minor; /* of all roots */
    uint32_t n_roots;
    struct dhi_text_root roots[DH_ROOTS_MAX];
};

/* Find the parts; `text` is borrowed. Returns ECORRUPT. */
dh_err dhi_text_scan(struct dhi_text *parts, const char *text, size_t bytes, struct dh_why *why);

/* The lineage hash of a root at its minors[index]. */
void dhi_text_lineage(const struct dhi_text *parts, const struct dhi_text_root *root,
                      uint32_t index, unsigned char hash[DH_HASH_BYTES]);

/* The root of that name, or NULL. */
const struct dhi_text_root *dhi_text_root_named(const struct dhi_text *parts, const char *name);

/* BLAKE2b-256 of bytes, no key. */
void dhi_hash(const void *data, size_t bytes, unsigned char hash[DH_HASH_BYTES]);

/* A line of text, without its newline. */
struct dhi_line {
    const char *text;
    size_t bytes;
};

/* The line at *at, which moves behind it; false at `end`. */
bool dhi_line_next(const char *text, size_t end, size_t *at, struct dhi_line *line);

#endif
