/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Model -> the tree of values that templates are filled from (templates/README.md documents it;
 * `dhgen --lang json` prints it). Every map of one kind has the same names, so that a template may
 * be filled strictly; what is absent is null, false, or an empty list.
 *
 *   describe.c            the file, enums, constants
 *   describe_name.c       what things are called
 *   describe_type.c       types, values, attributes
 *   describe_body.c       whatever is a struct in C: members, padding, bounded types
 *   describe_struct.c     structs;  describe_union.c  unions
 *   describe_access.c     how generated C gets at a member's value
 *   describe_channel.c    channels, roots, schema tables
 *
 * What a language needs spelled out stands under its own name: `c`.
 */
#ifndef DHGEN_DESCRIBE_H
#define DHGEN_DESCRIBE_H

#include "diag.h"
#include "model.h"
#include "names.h"
#include "value.h"
#include "words.h"

/* The tree of one of a program's files. Names that collide in C are reported to `diag`. `words` are
 * what the output language keeps for itself: `id` of all that is declared avoids them; NULL: none.
 */
struct value *describe_file(struct dhs_arena *arena, const struct dhs_program *program,
                            const struct dhs_file *file, const struct words *words,
                            struct dhs_diag *diag);

/* ---- between the files above ---- */

struct describer {
    struct dhs_arena *arena;
    const struct dhs_file *file;
    const struct words *words;
    struct text line;    /* what is spelled before it is kept */
    const char *shipped; /* the folder of shipped schemas; NULL: nobody asked yet */
    bool hides_types;    /* a field of the file is named as a type is */
    struct names *names;
    struct value_part spellings;  /* parts of maps: how its name is spelled */
    struct value_part place;      /* where it stands */
    struct value_part root;       /* what struct a slot or zone is */
    struct value_part attributes; /* what the author said of it */
    struct value_part field;      /* all of a field but its name and its C */
    struct value *unsaid;         /* the attributes of all those that have none */
    const struct dhs_struct *
        *instances; /* of structs with parameters: these and their names are noted */
    size_t n_instances;
    size_t max_instances;
};

/* Adds `name`, `id` and `spelled` (the name as an identifier of the output language), `docs`,
 * `line`, `source` ("imu.dhs:12"). `kind`: enum, enumerator, constant, struct, field, union, arm,
 * channel or zone. The second adds all but the name. */
void describe_declaration(struct describer *d, struct value *map,
                          const struct dhs_declaration *declaration, const char *kind);
void describe_named(struct describer *d, struct value *map,
                    const struct dhs_declaration *declaration, const char *kind);

/* The parts of maps that are filled when a template asks for something in them. */
struct value_part describe_spellings_part(void);
struct value_part describe_place_part(void);
struct value_part describe_attributes_part(void);
struct value_part describe_field_part(void);
struct value_part describe_root_part(void);

/* "Sample_Mode" for an enum Mode in struct Sample: for languages where types do not nest. */
const char *describe_flat_name(struct describer *d, const struct dhs_declaration *declaration,
                               const char *kind);

/* "lab.imu" as a list of its parts, each with `name` and `id`. */
struct value *describe_package(struct describer *d, const char *package);

/* Whether a field, arm or zone of the file is named as a type of its package is: inside its struct,
 * some languages then only find the type by its whole path. */
bool describe_hides_types(struct dhs_arena *arena, const struct dhs_program *program,
                          const struct dhs_file *file);

/* Whether what `file` declares must be named with its package: it is another one, or names are
 * hidden.
 */
bool describe_by_path(const struct describer *d, const struct dhs_file *file);

/* { u8: true } and whatever else is asked for is absent: how templates tell scalars apart. */
struct value *describe_scalar_is(struct describer *d, enum dhs_scalar scalar);

/* Bytes that belong to nobody: `offset` and `size`; null if there are none. */
struct value *describe_gap(struct describer *d, uint64_t from, uint64_t to);

/* "struct-sample_state": what a page about it links to. */
const char *describe_anchor(struct describer *d, const struct dhs_declaration *declaration,
                            const char *kind);

/* What a language that imports by name calls the outputs of a file: "imu", "dh_geometry". */
const char *describe_module(struct describer *d, const struct dhs_file *file);

/* The module that declares it; NULL: this file does, as it does all instances that it uses. */
const char *describe_module_of(struct describer *d, const struct dhs_declaration *declaration);

/* Adds `unit`, `range`, `invalid` …, and `user` for the author's own. */
void describe_attributes(struct describer *d, struct value *map,
                         const struct dhs_attributes *attributes);

struct value *describe_type(struct describer *d, const struct dhs_type *type);
struct value *describe_struct(struct describer *d, const struct dhs_struct *structure);
struct value *describe_union(struct describer *d, const struct dhs_union *onion);
enum { DESCRIBE_CHANNEL_NAMES = 30 }; /* that a channel without zones takes */
struct value *describe_channel(struct describer *d, const struct dhs_channel *channel);

/* "list<f32, 64>", as an author would write it. */
const char *describe_type_text(struct dhs_arena *arena, const struct dhs_type *type);

/* A default or a constant's value, told apart by its kind: is_bool, is_integer, is_real, is_text,
 * is_enumerator with that one's `id`; `c` is the literal in C. Null: there is none. */
struct value *describe_literal(struct describer *d, const struct dhs_type *type,
                               const struct dhs_value *value);

/* A value in the schema's spelling: "1.5", "nan", "good"; NULL for none. */
const char *describe_value(struct dhs_arena *arena, const struct dhs_value *value);

/* "dh_print_unsigned": what of <dh/print.h> prints a scalar. */
const char *describe_number_printer(enum dhs_scalar scalar);

/* The shortest decimal text that comes back as the same double; "nan", "inf". */
const char *describe_real(struct dhs_arena *arena, double real);

/* "ns, monotonic clock, -160 to 160": what a comment beside a member says; "" for nothing. */
const char *describe_note(struct dhs_arena *arena, const struct dhs_type *type,
                          const struct dhs_attributes *attributes, uint32_t since_minor);

/* "imu.dhs:12", without folders: output must not tell where it was made. */
const char *describe_source(struct dhs_arena *arena, const struct dhs_file *file, uint32_t line);

/* What a schema file is called in its outputs: without folders; "stdin" for standard input. */
const char *describe_schema_name(const struct dhs_file *file);

/* The last part of a path. */
const char *describe_base_name(const char *path);

#endif
