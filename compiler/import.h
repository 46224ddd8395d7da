/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `dhgen import`: schemas of other tools become .dhs files.
 *
 *   .msg ── import_msg.c ── lines ── import_ros.c ──┐
 *                    import_group.c, import_comment.c ├── import_item tree ── import_write.c ──
 * .dhs .xml ── import_xml.c ── elements ── import_mavlink.c ┘
 *
 * A reader makes a tree of items, one per declaration, with types, values and attributes as the
 * text that the schema will have; the writer lays it out. What cannot be kept is a warning.
 */
#ifndef DHGEN_IMPORT_H
#define DHGEN_IMPORT_H

#include "job.h"

enum import_kind {
    IMPORT_CONSTANT,
    IMPORT_ENUM,       /* value: its base; type "enum" or "flags" */
    IMPORT_ENUMERATOR, /* value: its number */
    IMPORT_STRUCT,
    IMPORT_FIELD,
    IMPORT_CHANNEL, /* type: its slot, value: the number of slots */
    IMPORT_REMARK   /* docs: a comment that belongs to no declaration */
};

struct import_item {
    enum import_kind kind;
    const char *name;
    const char *type;
    const char *value;      /* or NULL */
    const char *docs;       /* lines joined by \n; or NULL */
    const char *attributes; /* " @unit(\"m\")", or "" */
    bool heads;             /* of a remark: it is the heading of what follows */
    struct import_item *members, *last_member;
    struct import_item *next;
};

struct import_file {
    const char *path; /* under --out */
    const char *origin;
    const char *package;
    const char *docs; /* or NULL */
    struct strings imports;
    struct import_item top; /* its members are the declarations */
};

/* What the summary tells. */
struct import_counts {
    unsigned messages, files, channels, fields, enums, units, ranges, invalids, frames, bounded;
};

struct import {
    struct job *job;
    struct dhs_arena *arena;
    const char *package; /* --package, or NULL */
    const char *prefix;  /* --prefix, or NULL */
    uint64_t bound;      /* --bound */
    struct import_counts counts;
};

/* One function a dialect: reads the operands behind its name and adds outputs to the job. */
void import_ros(struct import *import, const char *const *paths, size_t n_paths);
void import_mavlink(struct import *import, const char *const *paths, size_t n_paths);

/* ---- the tree ----------------------------------------------------------------------------- */

struct import_item *import_add(struct import *import, struct import_item *to, enum import_kind kind,
                               const char *name);

/* Lays the file out and adds it to the job's outputs, in a folder of its own or none. */
void import_write(struct import *import, const struct import_file *file, const char *folder);

/* A literal of the language: the text in double quotes, escaped. */
const char *import_quote(struct dhs_arena *arena, const char *text);

/* The shortest literal that gives the number back. */
const char *import_number(struct dhs_arena *arena, double number);

/* Warns that something of the source is not in the schema. */
void import_loss(struct import *import, struct dhs_span span, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Whether comments of this source may stand in a schema: UTF-8 without controls of direction. */
bool import_check_text(struct import *import, const struct dhs_source *source);

/* ---- names -------------------------------------------------------------------------------- */

/* The name, mended where the language does not allow it: no `_` at the ends, none twice, at most 60
 * bytes. */
const char *import_name(struct dhs_arena *arena, const char *name);

/* ATTITUDE_TARGET becomes AttitudeTarget; a name of a built-in type gets an `_t`-less `Type`. */
const char *import_type_name(struct dhs_arena *arena, const char *name);

/* `name`, or name2, name3 ... until it differs from all in `taken` but for case; it is added. */
const char *import_unique(struct dhs_arena *arena, struct strings *taken, const char *name);

/* Appends; strings may grow without end, unlike those of the command line. */
void import_strings_add(struct dhs_arena *arena, struct strings *strings, const char *item);

/* ---- numbers ------------------------------------------------------------------------------ */

struct import_integer {
    bool negative;
    uint64_t magnitude;
};

/* Decimal, 0x, 0b, 2**n, with a sign; false: no integer. */
bool import_read_integer(const char *text, struct import_integer *integer);

/* "UINT16_MAX", "INT32_MAX", "NaN", "PI", "-1.5" ... as a literal for a field of that scalar type
 * ("u8" ... "f64"); NULL: it is none, or it does not fit. */
const char *import_literal(struct dhs_arena *arena, const char *type, const char *text);

bool import_is_float(const char *type);
bool import_is_integer(const char *type);

/* Whether the scalar type of integers can hold it. */
bool import_fits(const char *type, struct import_integer integer);

#endif
