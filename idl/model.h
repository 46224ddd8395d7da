/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The checked model of a schema: what dhs_compile() makes and every back end reads.
 *
 *   program ── files[] ── enums[] constants[] aliases[] structs[] unions[] channels[]
 *                              │                      │                   │
 *                              └── values             └── fields ── type  └── roots ── minors
 *
 * Everything is resolved: no name is left to look up, no expression to evaluate, no offset to
 * compute. Everything lives in the arena of the compilation and is read-only to back ends.
 *
 * Names are given as the author wrote them (`name`); what a reserved word of an output language
 * turns into is that language's affair. Texts are UTF-8, NUL-terminated and never NULL unless said.
 */
#ifndef DHS_MODEL_H
#define DHS_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { DHS_HASH_BYTES = 32, DHS_ROOT_ALIGN = 64 };

/* A text that may hold any byte, NUL too; data[length] is always NUL. */
struct dhs_text {
    const char *data;
    size_t length;
};

/* Where something stands in a source; `source` is opaque here, diag.h tells its name and lines. */
struct dhs_source;
struct dhs_span {
    const struct dhs_source *source;
    uint32_t offset;
    uint32_t length;
};

/* ---- values ------------------------------------------------------------------------------- */

enum dhs_value_kind {
    DHS_VALUE_NONE, /* absent; in a range: open on that side */
    DHS_VALUE_BOOL,
    DHS_VALUE_INTEGER, /* `magnitude` with its sign in `negative`: the whole of i64 and u64 */
    DHS_VALUE_REAL,
    DHS_VALUE_TEXT,
    DHS_VALUE_ENUMERATOR, /* `enumerator`; negative/magnitude are its number */
    DHS_VALUE_NAME        /* a bare name in an attribute of the user's own, in `text` */
};

struct dhs_value {
    enum dhs_value_kind kind;
    bool boolean;
    bool negative;
    uint64_t magnitude;
    union {
        double real;          /* REAL */
        struct dhs_text text; /* TEXT NAME */
        const struct dhs_enumerator *enumerator;
    };
};

/* ---- types -------------------------------------------------------------------------------- */

/* The names in the language and in canonical text are "bool", "i8" ...: dhs_scalar_name(). */
enum dhs_scalar {
    DHS_BOOL,
    DHS_I8,
    DHS_I16,
    DHS_I32,
    DHS_I64,
    DHS_U8,
    DHS_U16,
    DHS_U32,
    DHS_U64,
    DHS_F16, /* stored as 16 bits */
    DHS_F32,
    DHS_F64
};

enum dhs_type_kind {
    DHS_TYPE_SCALAR,
    DHS_TYPE_ENUM,     /* `enumeration`; stored as `scalar` */
    DHS_TYPE_FLAGS,    /* `enumeration` (is_flags); stored as `scalar` */
    DHS_TYPE_STRUCT,   /* `structure` */
    DHS_TYPE_UNION,    /* `onion` */
    DHS_TYPE_CHARS,    /* char[length]: fixed text, zero padded, perhaps not terminated */
    DHS_TYPE_STRING,   /* string<length>: u32 length; char text[length + 1] */
    DHS_TYPE_BYTES,    /* bytes<length>: u32 length; u8 data[length] */
    DHS_TYPE_LIST,     /* list<element, length>: u32 count; items at `inner_offset` */
    DHS_TYPE_OPTIONAL, /* element?: the value at 0; u8 presence at `inner_offset` */
    DHS_TYPE_ARRAY,    /* element[dims[0]][dims[1]]..., outermost first; `length` is the product */
    DHS_TYPE_ATOMIC,   /* atomic<element>; stored as `scalar` */
    DHS_TYPE_POISON    /* its error was reported; never seen in a program without errors */
};

/* One node of a type. Aliases are gone; `alias` remembers the outermost one for documentation. */
struct dhs_type {
    enum dhs_type_kind kind;
    enum dhs_scalar scalar; /* SCALAR ENUM FLAGS ATOMIC */
    uint64_t size;          /* in an array or list this is also the stride */
    uint32_t align;
    uint64_t length;                /* CHARS STRING BYTES LIST ARRAY, see above */
    uint32_t inner_offset;          /* LIST: first item; OPTIONAL: presence; STRING, BYTES: 4 */
    uint32_t n_dims;                /* ARRAY */
    const uint64_t *dims;           /* ARRAY */
    const struct dhs_type *element; /* LIST OPTIONAL ARRAY ATOMIC; of an ARRAY never an ARRAY */
    const struct dhs_enum *enumeration;
    const struct dhs_struct *structure;
    const struct dhs_union *onion;
    const struct dhs_alias *alias; /* NULL if the author named none */
};

/* ---- attributes --------------------------------------------------------------------------- */

/* @x.name(arguments): the user's own, handed to templates untouched. */
struct dhs_user_attribute {
    const char *name; /* "x.name" */
    size_t n_values;
    const struct dhs_value *values;
};

/* What an author said about a field, arm, alias ...; an alias's and a field's are merged already.
 * Texts are NULL data when absent. */
struct dhs_attributes {
    struct dhs_text unit;
    struct dhs_text frame;
    struct dhs_text clock; /* "monotonic" ..., or the name in user("name") */
    bool clock_is_user;
    bool has_range;
    struct dhs_value range_low; /* DHS_VALUE_NONE: open */
    struct dhs_value range_high;
    struct dhs_value invalid; /* DHS_VALUE_NONE: absent */
    bool invalid_first;       /* the first element tells for the whole array */
    bool has_scale;           /* physical = raw * scale_factor + scale_offset */
    double scale_factor;
    double scale_offset;
    struct dhs_text label;
    struct dhs_text doc; /* @doc(...): `docs` of the declaration carries it already */
    bool is_deprecated;
    struct dhs_text deprecated; /* its reason, perhaps empty */
    struct dhs_text writer;     /* @writer(name): for `dhgen layout` on false sharing */
    uint32_t align;             /* @align(n), @cacheline: 64; 0 when absent */
    size_t n_user;
    const struct dhs_user_attribute *user;
};

/* Of what an author said nothing about. */
extern const struct dhs_attributes dhs_no_attributes;

/* ---- declarations ------------------------------------------------------------------------- */

/* What every declaration has. `outer` is the struct that a nested enum or constant stands in. */
struct dhs_declaration {
    const char *name;
    const char *docs; /* the text of `///` lines, without the slashes, lines joined by \n; or "" */
    const struct dhs_file *file;
    const struct dhs_struct *outer;
    struct dhs_span span;                    /* of the name */
    uint32_t line;                           /* 1-based */
    const struct dhs_attributes *attributes; /* never NULL */
};

struct dhs_enumerator {
    struct dhs_declaration declaration;
    bool negative;
    uint64_t magnitude; /* of flags: the bit number */
};

/* `enum` and `flags`. Enumerators stand in declared order. */
struct dhs_enum {
    struct dhs_declaration declaration;
    bool is_flags;
    bool is_open;
    enum dhs_scalar base;
    size_t n_enumerators;
    const struct dhs_enumerator *enumerators;
};

struct dhs_constant {
    struct dhs_declaration declaration;
    const struct dhs_type *type; /* a scalar, enum or flags */
    struct dhs_value value;      /* of flags: an INTEGER, the bits */
};

struct dhs_alias {
    struct dhs_declaration declaration;
    const struct dhs_type *type;
};

struct dhs_field {
    struct dhs_declaration declaration;
    const char *wire_name; /* the oldest @was, else the name */
    const struct dhs_type *type;
    uint64_t offset;
    uint64_t size;            /* type->size */
    uint32_t align;           /* of the type, or more by @align */
    uint32_t since_minor;     /* 0: from the start */
    struct dhs_value initial; /* DHS_VALUE_NONE: zero */
};

/* The size of a struct at a minor version: unrounded by 64, rounded to its natural alignment. */
struct dhs_minor_size {
    uint32_t minor;
    uint64_t size;
    uint64_t end; /* of the last byte that a field or the reserve occupies */
};

/* What a parameter of a struct was given: the N of Image<N> in Image<1024>. */
struct dhs_argument {
    const char *name;
    bool negative;
    uint64_t magnitude;
};

/* Padding is what lies between the fields' ends and the next offsets, and up to `size`. */
struct dhs_struct {
    struct dhs_declaration declaration;
    size_t n_fields;
    const struct dhs_field *fields; /* declared order, which is offset order */
    uint64_t size;                  /* with all minors */
    uint32_t align;                 /* natural: as a root it is DHS_ROOT_ALIGN instead */
    bool is_root;                   /* of a slot or zone of a channel of this program */
    bool has_atomics;
    const char *written; /* as messages call it: "Image<1024>"; without parameters the name */
    const char *generic; /* "Image"; NULL: it has no parameters. The name is then "Image_1024" */
    size_t n_arguments;
    const struct dhs_argument *arguments;
    bool grows;              /* has @since or @reserve: only ever a root, never inside a type */
    struct dhs_span growth;  /* of the attribute that lets it grow */
    uint64_t reserve_offset; /* @reserve(n): zero bytes [offset, offset + bytes) */
    uint64_t reserve_bytes;  /* as declared: later minors' fields may lie inside; 0: none */
    size_t n_minors;         /* at least 1: minor 0 */
    const struct dhs_minor_size *minors;
};

struct dhs_arm {
    struct dhs_declaration declaration;
    const char *wire_name;
    const struct dhs_type *type; /* NULL: an arm without a type */
    bool negative;
    uint64_t magnitude; /* the tag's value */
};

/* A tag of `tag` at 0, all arms at `arms_offset`. Arms stand in declared order. */
struct dhs_union {
    struct dhs_declaration declaration;
    enum dhs_scalar tag;
    size_t n_arms;
    const struct dhs_arm *arms;
    uint64_t arms_offset;
    uint64_t size;
    uint32_t align;
    bool has_atomics;
};

/* ---- channels ----------------------------------------------------------------------------- */

enum dhs_full { DHS_FULL_WAIT, DHS_FULL_OVERWRITE };
enum dhs_checksum {
    DHS_CHECKSUM_NONE,
    DHS_CHECKSUM_MANUAL,
    DHS_CHECKSUM_ENFORCED,
    DHS_CHECKSUM_FAST
};

struct dhs_root_minor {
    uint32_t minor;
    uint64_t size;
    uint8_t lineage[DHS_HASH_BYTES];
};

/* What lies in a slot, or in one zone. */
struct dhs_root {
    struct dhs_declaration declaration; /* of a slot the name is "slot" */
    bool is_zone;
    const char *wire_name;
    const struct dhs_struct *structure; /* NULL: `slot: none` */
    uint64_t size;                      /* of the newest minor */
    uint64_t stride;                    /* size rounded up to DHS_ROOT_ALIGN; 0 if size is 0 */
    bool shared;                        /* consumers may write too */
    uint32_t spinlocks;
    uint32_t since_minor;
    size_t n_minors; /* the minor it was born in, and those in which it gained a field */
    const struct dhs_root_minor *minors;
};

struct dhs_channel {
    struct dhs_declaration declaration;
    uint32_t major;
    uint32_t newest_minor;
    const char *family; /* "lab.imu/imu 1" */
    size_t n_roots;     /* at least 1: roots[0] is the slot, then zones by wire name, bytewise */
    const struct dhs_root *roots;
    uint32_t n_slots;
    enum dhs_full full;
    enum dhs_checksum checksum;
    uint32_t max_consumers;
    struct dhs_text canonical; /* ends in \n */
    uint8_t hash[DHS_HASH_BYTES];
};

/* ---- files -------------------------------------------------------------------------------- */

struct dhs_import {
    const char *written;    /* what stands between the quotes: "dh/geometry.dhs" */
    const char *local_name; /* `as g`, else NULL */
    const struct dhs_file *file;
    uint32_t line;
};

enum dhs_order_kind { DHS_ORDER_ENUM, DHS_ORDER_CONSTANT, DHS_ORDER_STRUCT, DHS_ORDER_UNION };

/* One step of an order in which each declaration stands after all that it uses. */
struct dhs_order {
    enum dhs_order_kind kind;
    const struct dhs_enum *enumeration;
    const struct dhs_constant *constant;
    const struct dhs_struct *structure;
    const struct dhs_union *onion;
};

/* Declarations are in declared order; nested enums and constants stand where their struct does. */
struct dhs_file {
    const char *path; /* as given on the command line, or as found for an import */
    const char
        *include_name;   /* how others name it: the import's text, else the last part of path */
    const char *package; /* "lab.imu" */
    const char *prefix;  /* `as imu`, else the package with _ for dots */
    const char *docs;    /* what `///` says above `package` */
    bool is_main;        /* given to dhs_compile(); others were imported */
    bool is_std;         /* found in the folder of shipped schemas */
    size_t n_imports;
    const struct dhs_import *imports;
    size_t n_enums;
    const struct dhs_enum *const *enums;
    size_t n_constants;
    const struct dhs_constant *const *constants;
    size_t n_aliases;
    const struct dhs_alias *const *aliases;
    size_t n_structs;
    const struct dhs_struct *const *structs;
    size_t n_unions;
    const struct dhs_union *const *unions;
    size_t n_channels;
    const struct dhs_channel *const *channels;
    size_t n_order;                /* enums, constants, structs and unions of this file */
    const struct dhs_order *order; /* what is used stands before its user: for languages like C */
};

struct dhs_program {
    size_t n_files;
    const struct dhs_file *const *files; /* files[0] is the main one; then imports, once each */
};

/* "u8" ... as the language and the canonical text call it. */
const char *dhs_scalar_name(enum dhs_scalar scalar);

/* 1, 2, 4 or 8: size and natural alignment are the same. */
uint32_t dhs_scalar_size(enum dhs_scalar scalar);

#ifdef __cplusplus
}
#endif
#endif
