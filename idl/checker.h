/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the stages between syntax tree and model share.
 *
 *   load.c       files and their imports                       -> units
 *   scope.c      which names each unit declares and sees       -> symbols
 *   resolve.c    a symbol's declaration, when first needed     -> model
 *     evaluate.c   expressions      type.c   types
 *     attribute.c  attributes       meaning.c  what they mean for the numbers below
 *     layout.c     offsets, sizes, minors
 *   channel.c    channels, roots, versions
 *   canon.c      the canonical text and its hashes
 *
 * Symbols are resolved on demand, so declarations may stand in any order; a symbol that is asked
 * for while it is being resolved depends on itself. What has an error is poisoned: it resolves to
 * nothing, silently, so that one slip is reported once.
 */
#ifndef DHS_CHECKER_H
#define DHS_CHECKER_H

#include "ast.h"
#include "idl.h"
#include "names.h"

enum {
    DHS_MAX_CHAIN = 200,
    DHS_MAX_DEPTH = 32,
    DHS_MAX_IMPORT_DEPTH = 64,
    DHS_MAX_PACKAGE_BYTES = 255
};

#define DHS_MAX_SIZE      0x7fffffffu /* offsets and sizes stay below 2^31 */
#define DHS_MAX_ROOT_SIZE 0x40000000u /* unless @large */

enum dhs_progress { DHS_UNSEEN, DHS_IN_WORK, DHS_DONE };

/* An instance needs this before itself: an enum or constant inside of it, or another instance. */
struct dhs_use {
    struct dhs_symbol *symbol;
    struct dhs_use *next;
};

/* A named declaration of a file, or a constant or enum inside of a struct; or one struct that was
 * made from a struct with parameters. */
struct dhs_symbol {
    const char *name;
    const struct ast_declaration *ast;
    struct dhs_unit *unit;
    struct dhs_symbol *outer;
    struct dhs_names nested; /* of a struct: -> struct dhs_symbol */
    enum dhs_progress progress;
    bool poisoned;
    /* The model of it: one of these, by ast->kind, once progress is DHS_DONE and not poisoned. */
    struct dhs_enum *enumeration;
    struct dhs_constant *constant;
    struct dhs_alias *alias;
    struct dhs_struct *structure;
    struct dhs_union *onion;
    struct dhs_names members;   /* of an enum, once resolved: -> struct dhs_enumerator */
    struct dhs_names instances; /* of a struct with parameters, by arguments -> struct dhs_symbol */
    struct dhs_symbol *generic; /* of an instance: the struct with parameters */
    struct dhs_use *uses;       /* of an instance, the latest first */
    struct dhs_use *inside;     /* of an instance: what is declared in it, the latest first */
    struct dhs_symbol *next;    /* in declared order, nested ones right before their struct */
};

struct dhs_unit_import {
    const char *local_name; /* NULL: none */
    struct dhs_unit *unit;
    struct dhs_unit_import *next;
};

/* A file in work. */
struct dhs_unit {
    struct dhs_file *file;
    const struct dhs_source *source;
    struct ast_file *tree;
    struct dhs_unit_import *imports;
    struct dhs_names names; /* -> struct dhs_symbol */
    struct dhs_symbol *symbols;
    struct dhs_symbol **symbols_end;
    struct dhs_names shown;    /* instances that it uses -> struct dhs_symbol */
    struct dhs_use *instances; /* the same and what is in them, what is used first */
    struct dhs_use **instances_end;
    struct dhs_order *order; /* grows in load order of completion: what is used comes first */
    size_t n_order;
    size_t max_order;
    const char *real_path; /* NULL: nobody asked yet */
    bool loading;
    bool resolved;
    bool imports_lost; /* one from this folder, whose package may be the same */
    bool others_lost;  /* one from another folder: another package */
    struct dhs_unit *next;
};

struct dhs_check {
    struct dhs_arena *arena;
    struct dhs_arena *scratch; /* for trees, symbols and tables: what no model points to */
    struct dhs_diag *diag;
    const struct dhs_options *options;
    struct dhs_unit *units; /* the main one first */
    struct dhs_unit **units_end;
    struct dhs_symbol *chain[DHS_MAX_CHAIN]; /* being resolved, each for the one before */
    size_t n_chain;
};

/* Where a name is looked up from. */
struct dhs_place {
    struct dhs_unit *unit;
    struct dhs_symbol *outer; /* the struct around, or NULL */
};

/* ---- compile.c ---------------------------------------------------------------------------- */

/* What dhs_compile() does, for those who want to know of a file with errors what can be known
 * (mention.h): units with their trees and symbols, which may be poisoned. Never NULL; `units` is
 * NULL if the file itself could not be read. */
struct dhs_check *dhs_analyse(struct dhs_arena *arena, const char *path,
                              const struct dhs_options *options, struct dhs_diag *diag,
                              const struct dhs_program **program);

/* ---- load.c ------------------------------------------------------------------------------- */

/* Loads a file and all that it imports; NULL if the file itself cannot be read. */
struct dhs_unit *dhs_load(struct dhs_check *check, const char *path);

/* Asks for each unit's: for those who compare files. */
void dhs_find_real_paths(struct dhs_check *check);

/* ---- scope.c ------------------------------------------------------------------------------ */

/* Enters what the unit declares into its table; reports bad names and duplicates. */
void dhs_declare_names(struct dhs_check *check, struct dhs_unit *unit);

/* Reports names that files of one package declare twice. */
void dhs_check_package(struct dhs_check *check, struct dhs_unit *unit);

/* Whether the name of a declaration or member can be used; reports if not. */
bool dhs_check_name(struct dhs_check *check, const struct dhs_source *source,
                    struct dhs_token token, const char *name);

/* Adds to the last report, where two names are the same but for case, that this is so. */
void dhs_help_case(struct dhs_check *check, const char *name, struct dhs_span other);

/* Finds what a path names, or NULL; reports nothing. The last word may be left for the caller
 * (an enumerator): then `*rest` is that word and the symbol is the enum. */
struct dhs_symbol *dhs_lookup(struct dhs_check *check, struct dhs_place place,
                              const struct ast_path *path, const struct ast_path **rest);

/* The part of an unknown path that is wrong: behind a qualifier that is known only the last word.
 */
struct dhs_span dhs_unknown_span(struct dhs_check *check, struct dhs_place place,
                                 const struct ast_path *path);

/* Whether a name that is not known may be one that could not be read: in a declaration that was
 * lost to a syntax error, or in a file that could not be imported, unless it is `near` to one that
 * is known. Then nothing is said of it. */
bool dhs_may_be_lost(struct dhs_place place, const struct ast_path *path, struct dhs_near near);

/* The visible name that is nearest to an unknown one: types if `types`, else constants. */
struct dhs_near dhs_lookup_nearest(struct dhs_check *check, struct dhs_place place,
                                   const struct ast_path *path, bool types);

/* Enters the parameters of a struct and what is declared in it into its own table. */
void dhs_declare_inside(struct dhs_check *check, struct dhs_symbol *symbol);

/* ---- instance.c --------------------------------------------------------------------------- */

/* The symbol that a type names, where that is a struct with parameters with its arguments filled
 * in; `symbol` itself if it has none. NULL: reported. */
struct dhs_symbol *dhs_with_arguments(struct dhs_check *check, struct dhs_place place,
                                      const struct ast_type *ast, struct dhs_symbol *symbol);

/* "Image_1024": the name of an instance in output languages. */
const char *dhs_instance_name(struct dhs_check *check, const struct dhs_symbol *symbol);

/* An instance that is resolved is needed at a place: the unit there shows it to back ends. */
void dhs_show_instance(struct dhs_check *check, struct dhs_place place, struct dhs_symbol *symbol);

/* What can be said of a struct with parameters before it is used: names of types. */
void dhs_check_generic(struct dhs_check *check, struct dhs_symbol *symbol);

/* ---- resolve.c ---------------------------------------------------------------------------- */

/* Makes the model of a symbol, if that has not happened yet; false: poisoned. `use` is where it is
 * needed, for the report of a circle. */
bool dhs_resolve(struct dhs_check *check, struct dhs_symbol *symbol, struct dhs_span use);

/* The next step of the order in which a back end declares what the unit shows. */
void dhs_add_order(struct dhs_check *check, struct dhs_unit *unit, const struct dhs_symbol *symbol);

/* Fills in what every declaration has. */
struct dhs_declaration dhs_declaration_of(struct dhs_check *check, struct dhs_place place,
                                          const struct ast_declaration *ast);

/* ---- type.c ------------------------------------------------------------------------------- */

/* Never NULL: a poisoned type if something was reported. */
const struct dhs_type *dhs_resolve_type(struct dhs_check *check, struct dhs_place place,
                                        const struct ast_type *ast);

/* Says that no such type is visible. */
void dhs_report_unknown_type(struct dhs_check *check, struct dhs_place place,
                             const struct ast_type *ast);

/* The scalar that a word names, or false. */
bool dhs_find_scalar(const char *word, enum dhs_scalar *scalar);
bool dhs_is_builtin(const char *word);
bool dhs_is_integer(enum dhs_scalar scalar);
bool dhs_is_signed(enum dhs_scalar scalar);
bool dhs_is_real(enum dhs_scalar scalar);
const struct dhs_type *dhs_scalar_type(enum dhs_scalar scalar);

/* How messages call a type: "f32[3]", "Sample". */
const char *dhs_type_title(struct dhs_check *check, const struct dhs_type *type);

/* ---- evaluate.c --------------------------------------------------------------------------- */

/* Evaluates exactly. `wanted` (may be NULL) is the type that it is for: it makes enumerators
 * visible by their bare names and gives ~ its width. False: reported. */
bool dhs_evaluate(struct dhs_check *check, struct dhs_place place,
                  const struct ast_expression *expression, const struct dhs_type *wanted,
                  struct dhs_value *value);

/* Converts a value to a scalar, enum or flags type if that loses nothing; else reports at `span`
 * and returns false. */
bool dhs_fit_value(struct dhs_check *check, struct dhs_span span, const struct dhs_type *type,
                   struct dhs_value *value);

/* Evaluates to a value of `type`; false: reported. */
bool dhs_evaluate_as(struct dhs_check *check, struct dhs_place place,
                     const struct ast_expression *expression, const struct dhs_type *type,
                     struct dhs_value *value);

/* Evaluates to an integer between `least` and `most`; `code` is reported if it lies outside, with
 * `what` ("a dimension"). False: reported. */
bool dhs_evaluate_count(struct dhs_check *check, struct dhs_place place,
                        const struct ast_expression *expression, uint64_t least, uint64_t most,
                        enum dhs_code code, const char *what, uint64_t *count);

const char *dhs_value_text(struct dhs_check *check, const struct dhs_value *value);

/* ---- attribute.c -------------------------------------------------------------------------- */

/* What attributes say beyond the model's dhs_attributes. */
struct dhs_marks {
    struct dhs_attributes attributes;
    bool any; /* some of `attributes` is set */
    bool is_open;
    bool is_large; /* a root may be larger than DHS_MAX_ROOT_SIZE */
    bool has_since;
    uint32_t since_major;
    uint32_t since_minor;
    const char *was; /* the oldest */
    uint64_t reserve_bytes;
    bool has_offset;
    uint64_t offset;
    bool has_size;
    uint64_t size;
};

/* Of a field's marks, what its layout depends on: the rest is in the model by then. */
struct dhs_place_marks {
    uint32_t align; /* 0: as its type */
    uint32_t since_major;
    bool has_since;
    bool has_offset;
    uint64_t offset;
};

/* Reads and checks the attributes of a declaration. `type` (may be NULL) is what they are about:
 * it gives enumerators and texts their meaning in @invalid and @range. */
void dhs_read_attributes(struct dhs_check *check, struct dhs_place place,
                         const struct ast_declaration *ast, const struct dhs_type *type,
                         struct dhs_marks *marks);

/* Whether there is an attribute of that name. */
bool dhs_is_attribute(const char *name);

/* A row of the table of attributes, for those who tell of them. */
struct dhs_attribute_info {
    const char *name;
    const char *usage;   /* "@align(16)", perhaps with other forms behind it */
    const char *summary; /* what it says, in one line */
    unsigned least;      /* arguments */
    unsigned most;
};
bool dhs_attribute_at(size_t index, struct dhs_attribute_info *info); /* false behind the last */
bool dhs_attribute_find(const char *name, struct dhs_attribute_info *info);

/* Whether it may stand on a declaration of that kind. */
bool dhs_attribute_goes_on(const char *name, enum ast_kind kind);

/* The clocks that have a name: "monotonic" ...; NULL behind the last. */
const char *dhs_clock_at(size_t index);

/* Where the attribute `name` stands, else where the name of the declaration does. */
struct dhs_span dhs_attribute_span(const struct dhs_source *source,
                                   const struct ast_declaration *ast, const char *name);

/* Where argument `index` of the attribute `name` stands, else where the attribute does. */
struct dhs_span dhs_argument_span(const struct dhs_source *source,
                                  const struct ast_declaration *ast, const char *name,
                                  unsigned index);

/* ---- meaning.c ---------------------------------------------------------------------------- */

/* Adds to `inner` what `outer` says of unit, frame, clock, range, invalid and scale. Returns NULL,
 * or the name of the attribute on which both differ. */
const char *dhs_merge_meaning(struct dhs_attributes *inner, const struct dhs_attributes *outer);

bool dhs_has_meaning(const struct dhs_attributes *attributes);

/* Whether a type is one value of the wire: not a struct, union, list, optional or array. */
bool dhs_is_leaf(const struct dhs_type *type);

/* A leaf that units and ranges can be said of: an integer or float that has no names. */
bool dhs_is_numeric(const struct dhs_type *type);

/* Adds what aliases say to what a field, arm or alias says, and checks the result against every
 * leaf below. */
void dhs_check_meaning(struct dhs_check *check, const struct dhs_source *source,
                       const struct ast_declaration *ast, const struct dhs_type *type,
                       struct dhs_attributes *attributes);

/* ---- layout.c ----------------------------------------------------------------------------- */

/* Sizes a type whose parts are known; reports at `span` and returns false if it is too large. */
bool dhs_size_type(struct dhs_check *check, struct dhs_span span, struct dhs_type *type);

/* Offsets of a struct's fields, its minors, size and alignment. `marks[i]` and `asts[i]` belong to
 * field i. */
void dhs_lay_out_struct(struct dhs_check *check, struct dhs_symbol *symbol,
                        const struct dhs_marks *own, struct dhs_field *fields,
                        const struct dhs_place_marks *marks,
                        const struct ast_declaration *const *asts);
bool dhs_lay_out_union(struct dhs_check *check, struct dhs_span span, struct dhs_union *onion);

uint64_t dhs_round_up(uint64_t value, uint64_t align);

/* ---- import_near.c ------------------------------------------------------------------------ */

/* A schema that can be imported and is called nearly like `name`, which cannot be found. */
struct dhs_near dhs_import_nearest(struct dhs_check *check, const struct dhs_unit *from,
                                   const char *name);

/* ---- channel.c ---------------------------------------------------------------------------- */

/* All channels of a unit. */
void dhs_check_channels(struct dhs_check *check, struct dhs_unit *unit);

/* ---- canon.c ------------------------------------------------------------------------------ */

/* Writes the canonical text, its hash and the lineage hashes of the roots' minors. `ast` is for
 * reports. False: reported. */
bool dhs_canonise(struct dhs_check *check, const struct dhs_source *source,
                  const struct ast_declaration *ast, struct dhs_channel *channel,
                  struct dhs_root *roots, struct dhs_root_minor *const *minors);

#endif
