/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A schema that can be edited: what a person has in mind, before it is text. Made at random, edited
 * at random, printed as .dhs. Plain values without pointers, so that a copy is an assignment.
 *
 *   structs[0 … n_inner)        used by value; struct i uses only those before it
 *   structs[n_inner … )         roots: of the slot, then of each zone
 */
#ifndef VERSIONS_SKETCH_H
#define VERSIONS_SKETCH_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

enum { MAX_FIELDS = 14, MAX_STRUCTS = 10, MAX_VALUES = 8, MAX_ARMS = 6, MAX_ZONES = 5, NAME = 12 };

enum sketch_kind {
    SKETCH_SCALAR,
    SKETCH_ENUM,
    SKETCH_UNION,
    SKETCH_STRUCT,
    SKETCH_CHARS,
    SKETCH_STRING,
    SKETCH_BYTES,
    SKETCH_ATOMIC,
    SKETCH_NOTHING, /* an arm without type */
};

struct sketch_type {
    enum sketch_kind kind;
    uint32_t which;   /* SCALAR, ATOMIC: index of its name; STRUCT, ENUM, UNION: of it */
    uint32_t length;  /* CHARS STRING BYTES */
    uint32_t list;    /* capacity of a list around it; 0: none */
    uint32_t dims[2]; /* 0: none */
    bool optional;
};

/* Indices into tables of spellings; 0 says nothing. */
struct sketch_said {
    uint32_t unit, frame, scale, range, invalid, clock;
    bool deprecated;
};

struct sketch_field {
    char name[NAME], was[NAME];
    struct sketch_type type;
    struct sketch_said said;
    uint32_t since; /* 0: from the start; numbers are made dense when printed */
    bool aligned;
};

struct sketch_struct {
    char name[NAME];
    uint32_t n_fields, reserve;
    struct sketch_field fields[MAX_FIELDS];
};

struct sketch_value {
    char name[NAME];
    uint32_t value;
};

struct sketch_enum {
    char name[NAME];
    bool is_open, is_flags, wide;
    uint32_t n_values;
    struct sketch_value values[MAX_VALUES];
};

struct sketch_arm {
    char name[NAME], was[NAME];
    uint32_t tag;
    struct sketch_type type;
};

struct sketch_union {
    char name[NAME];
    uint32_t n_arms;
    struct sketch_arm arms[MAX_ARMS];
};

struct sketch_zone {
    char name[NAME], was[NAME];
    uint32_t root, spinlocks, since;
    bool shared, deprecated;
};

struct sketch {
    uint32_t major, package, n_names;
    uint32_t n_inner, n_structs;
    struct sketch_struct structs[MAX_STRUCTS];
    struct sketch_enum enums[2];
    struct sketch_union onion;
    bool has_slot;
    uint32_t n_zones;
    struct sketch_zone zones[MAX_ZONES];
    uint32_t slots;
    bool comments;
};

void sketch_make(struct sketch *sketch);
void sketch_print(const struct sketch *sketch, FILE *out);

/* One edit, as an author makes them; its name. */
const char *sketch_edit(struct sketch *sketch);

/* ---- shared by making and editing --------------------------------------------------------- */

void sketch_name(struct sketch *sketch, char name[NAME], char first);
struct sketch_type sketch_any_type(uint32_t n_structs, bool in_union);
struct sketch_said sketch_any_said(const struct sketch_type *type);
struct sketch_field sketch_any_field(struct sketch *sketch, uint32_t n_structs);
uint32_t sketch_newest(const struct sketch *sketch);
/* A minor as printed: without the gaps that edits leave. */
uint32_t sketch_dense(const struct sketch *sketch, uint32_t since);
bool sketch_is_numeric(const struct sketch_type *type);
bool sketch_is_real(const struct sketch_type *type);
/* Whether NaN is what is invalid there: only reals have one. */
bool sketch_has_nan(const struct sketch_field *field);

enum {
    SKETCH_SCALARS = 12,
    SKETCH_UNITS = 5,
    SKETCH_FRAMES = 3,
    SKETCH_SCALES = 4,
    SKETCH_RANGES = 4,
    SKETCH_INVALIDS = 4,
    SKETCH_CLOCKS = 4,
};

#endif
