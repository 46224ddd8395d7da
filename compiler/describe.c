/* SPDX-License-Identifier: Apache-2.0 */
#include "describe.h"

#include <ctype.h>
#include <inttypes.h>
#include <string.h>

#include "c_code.h"
#include "put.h"

const char *describe_base_name(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash ? slash + 1 : path;
}

const char *describe_schema_name(const struct dhs_file *file)
{
    return strcmp(file->path, "-") == 0 ? "stdin" : describe_base_name(file->include_name);
}

const char *describe_source(struct dhs_arena *arena, const struct dhs_file *file, uint32_t line)
{
    const char *name = describe_schema_name(file);
    char digits[DHS_DECIMAL_BYTES];
    size_t n_digits = dhs_put_decimal(digits, line);
    size_t n_name = strlen(name);
    char *text = dhs_alloc_text(arena, n_name + 1 + n_digits + 1);

    memcpy(text, name, n_name);
    text[n_name] = ':';
    memcpy(text + n_name + 1, digits, n_digits);
    text[n_name + 1 + n_digits] = '\0';
    return text;
}

/* Of what templates are given: raised when a name changes its meaning or goes. */
enum { MODEL_VERSION = 1 };

/* ---- enums -------------------------------------------------------------------------------- */

/* *greatest: of the values before, if they are not negative; NULL at first. Most enums ascend, and
 * what is beyond all others is new. */
static bool value_seen_before(const struct dhs_enum *enumeration, size_t index,
                              const struct dhs_enumerator **greatest)
{
    const struct dhs_enumerator *e = enumeration->enumerators;

    if (!e[index].negative && (!*greatest || e[index].magnitude > (*greatest)->magnitude)) {
        *greatest = &e[index];
        return false;
    }
    for (size_t i = 0; i < index; i++) {
        if (e[i].magnitude == e[index].magnitude && e[i].negative == e[index].negative) return true;
    }
    return false;
}

static struct value *describe_enumerator(struct describer *d, const struct dhs_enum *enumeration,
                                         const struct c_enumerators *all, size_t index,
                                         bool repeats_value)
{
    const struct dhs_enumerator *enumerator = &enumeration->enumerators[index];
    uint64_t magnitude = c_enumerator_magnitude(enumeration, enumerator);
    const char *literal = c_integer(d->arena, enumeration->base, enumerator->negative, magnitude);
    const char *name = c_name_in(d->arena, all, enumerator);
    struct value *map = value_map_of(d->arena, 9);
    struct value *c = value_map_of(d->arena, 3);

    describe_declaration(d, map, &enumerator->declaration, "enumerator");
    describe_attributes(d, map, enumerator->declaration.attributes);
    value_set(map, "value",
              value_number(d->arena, dhs_printf(d->arena, "%s%" PRIu64,
                                                enumerator->negative ? "-" : "", magnitude)));
    value_set(map, "bit",
              enumeration->is_flags
                  ? value_number(d->arena, dhs_printf(d->arena, "%" PRIu64, enumerator->magnitude))
                  : value_null(d->arena));
    value_set_bool(map, "repeats_value", repeats_value);
    value_set_text(c, "name", name);
    value_set_text(c, "literal", literal);
    value_set_text(c, "type", c_scalar(enumeration->base));
    value_set(map, "c", c);
    names_add(d->names, name, "enumerator", enumerator->declaration.span);
    return map;
}

static bool all_fit_int(const struct dhs_enum *enumeration)
{
    for (size_t i = 0; i < enumeration->n_enumerators; i++) {
        const struct dhs_enumerator *e = &enumeration->enumerators[i];
        if (!c_fits_int(e->negative, c_enumerator_magnitude(enumeration, e))) return false;
    }
    return enumeration->n_enumerators > 0;
}

static struct value *describe_enum(struct describer *d, const struct dhs_enum *enumeration)
{
    const char *name = c_name(d->arena, &enumeration->declaration);
    struct value *map = value_map_of(d->arena, 13);
    struct value *enumerators = value_list(d->arena);
    struct value *c = value_map(d->arena);

    describe_declaration(d, map, &enumeration->declaration, "enum");
    describe_attributes(d, map, enumeration->declaration.attributes);
    value_set_text(map, "flat", describe_flat_name(d, &enumeration->declaration, "enum"));
    value_set_bool(map, "is_flags", enumeration->is_flags);
    value_set_bool(map, "is_open", enumeration->is_open);
    value_set_text(map, "base", dhs_scalar_name(enumeration->base));
    value_set(map, "scalar_is", describe_scalar_is(d, enumeration->base));
    value_set_number(map, "size", dhs_scalar_size(enumeration->base));
    names_add(d->names, name, "enum", enumeration->declaration.span);
    const struct names_stem stem = names_stem_of(name);
    const struct dhs_span span = enumeration->declaration.span;
    const struct c_enumerators all = c_enumerators_of(d->arena, enumeration);
    const struct dhs_enumerator *greatest = NULL;
    names_add_to(d->names, stem, "name", "function that names its values", span);
    names_add_to(d->names, stem, "print", "function that prints its values", span);
    names_add_to(d->names, stem, "print_to", "function that prints its values", span);
    for (size_t i = 0; i < enumeration->n_enumerators; i++) {
        bool repeats = value_seen_before(enumeration, i, &greatest);
        value_append(enumerators, describe_enumerator(d, enumeration, &all, i, repeats));
    }
    value_mark_ends(enumerators);
    value_set(map, "enumerators", enumerators);
    value_set_text(c, "name", name);
    value_set_text(c, "type", c_scalar(enumeration->base));
    value_set_text(c, "print_number", describe_number_printer(enumeration->base));
    value_set_bool(c, "fits_int", all_fit_int(enumeration));
    value_set(map, "c", c);
    return map;
}

/* ---- constants ---------------------------------------------------------------------------- */

static struct value *describe_constant(struct describer *d, const struct dhs_constant *constant)
{
    const struct dhs_value *v = &constant->value;
    const char *name = c_upper_name(d->arena, &constant->declaration);
    bool whole = (v->kind == DHS_VALUE_INTEGER || v->kind == DHS_VALUE_ENUMERATOR) &&
                 constant->type->scalar != DHS_F16 && constant->type->scalar != DHS_F32 &&
                 constant->type->scalar != DHS_F64;
    struct value *map = value_map(d->arena);
    struct value *c = value_map(d->arena);

    describe_declaration(d, map, &constant->declaration, "constant");
    describe_attributes(d, map, constant->declaration.attributes);
    value_set_text(map, "flat", describe_flat_name(d, &constant->declaration, "constant"));
    value_set(map, "type", describe_type(d, constant->type));
    value_set_text(map, "value", describe_value(d->arena, v));
    value_set(map, "literal", describe_literal(d, constant->type, v));
    value_set_text(c, "name", name);
    value_set_text(c, "type", c_type_of(d->arena, constant->type, "").base);
    value_set_text(c, "literal", c_literal(d->arena, constant->type, v));
    /* an enumerator can be an array's dimension, a `static const` cannot */
    value_set_bool(c, "fits_int", whole && c_fits_int(v->negative, v->magnitude));
    value_set(map, "c", c);
    names_add(d->names, name, "constant", constant->declaration.span);
    return map;
}

/* ---- the file ----------------------------------------------------------------------------- */

/* "LAB_IMAGE_1024_DEFINED": two headers may both declare an instance of a struct with parameters.
 */
static const char *instance_guard(struct describer *d, const struct dhs_order *step)
{
    const struct dhs_struct *structure = step->structure;
    const struct dhs_declaration *inside = step->enumeration ? &step->enumeration->declaration
                                           : step->constant  ? &step->constant->declaration
                                                             : NULL;
    if (structure && structure->generic)
        return dhs_printf(d->arena, "%s_DEFINED", c_upper_name(d->arena, &structure->declaration));
    if (inside && inside->outer && inside->outer->generic)
        return dhs_printf(d->arena, "%s_DEFINED", c_upper_name(d->arena, inside));
    return NULL;
}

/* Instances are declared by who uses them, and belong to the package of what they are made of. */
static const struct dhs_declaration *declaration_of(const struct dhs_order *step)
{
    switch (step->kind) {
    case DHS_ORDER_ENUM: return &step->enumeration->declaration;
    case DHS_ORDER_CONSTANT: return &step->constant->declaration;
    case DHS_ORDER_STRUCT: return &step->structure->declaration;
    case DHS_ORDER_UNION: return &step->onion->declaration;
    }
    return NULL;
}

/* One map per declaration, with all kinds but one null: a template opens the section of each. */
static struct value *describe_step(struct describer *d, const struct dhs_order *step)
{
    struct value *map = value_map_of(d->arena, 7);
    struct value *null = value_null(d->arena);
    struct value *c = value_map_of(d->arena, 1);

    value_set(map, "enum",
              step->kind == DHS_ORDER_ENUM ? describe_enum(d, step->enumeration) : null);
    value_set(map, "constant",
              step->kind == DHS_ORDER_CONSTANT ? describe_constant(d, step->constant) : null);
    value_set(map, "struct",
              step->kind == DHS_ORDER_STRUCT ? describe_struct(d, step->structure) : null);
    value_set(map, "union", step->kind == DHS_ORDER_UNION ? describe_union(d, step->onion) : null);
    const char *package = declaration_of(step)->file->package;
    value_set_bool(map, "is_foreign", strcmp(package, d->file->package) != 0);
    value_set(map, "home_path", describe_package(d, package));
    value_set_text(c, "instance_guard", instance_guard(d, step));
    value_set(map, "c", c);
    return map;
}

static struct value *describe_imports(struct describer *d)
{
    struct value *list = value_list(d->arena);

    for (size_t i = 0; i < d->file->n_imports; i++) {
        const struct dhs_import *import = &d->file->imports[i];
        struct value *map = value_map(d->arena);
        struct value *c = value_map(d->arena);
        value_set_text(map, "file", import->written);
        value_set_text(map, "package", import->file->package);
        value_set_text(map, "module", describe_module(d, import->file));
        value_set_text(map, "stem", c_file_name(d->arena, import->written, ""));
        value_set_bool(map, "is_std", import->file->is_std);
        value_set_text(c, "header", c_file_name(d->arena, import->written, ".dh.h"));
        value_set_text(c, "print_header", c_file_name(d->arena, import->written, ".dh.print.h"));
        value_set(map, "c", c);
        value_append(list, map);
    }
    value_mark_ends(list);
    return list;
}

/* Which kinds of things there are: what a page has a heading for. */
static struct value *describe_has(struct describer *d)
{
    const struct dhs_file *file = d->file;
    struct value *map = value_map(d->arena);
    bool has[DHS_ORDER_UNION + 1] = { false };

    for (size_t i = 0; i < file->n_order; i++)
        has[file->order[i].kind] = true;
    value_set_bool(map, "enums", has[DHS_ORDER_ENUM]);
    value_set_bool(map, "constants", has[DHS_ORDER_CONSTANT]);
    value_set_bool(map, "structs", has[DHS_ORDER_STRUCT]);
    value_set_bool(map, "unions", has[DHS_ORDER_UNION]);
    value_set_bool(map, "channels", file->n_channels > 0);
    return map;
}

static bool is_listed(const struct dhs_file **files, size_t n, const struct dhs_file *file)
{
    for (size_t i = 0; i < n; i++)
        if (files[i] == file) return true;
    return false;
}

/* All that the file needs, what its imports import included: an alias may lead there. */
static struct value *describe_modules(struct describer *d, size_t n_files)
{
    const struct dhs_file **files = dhs_alloc_array(d->arena, n_files + 1, sizeof(void *));
    struct value *list = value_list(d->arena);
    size_t n = 0;

    files[n++] = d->file;
    for (size_t at = 0; at < n; at++) {
        for (size_t i = 0; i < files[at]->n_imports; i++) {
            const struct dhs_file *file = files[at]->imports[i].file;
            if (!is_listed(files, n, file)) files[n++] = file;
        }
        if (at == 0) continue;
        struct value *map = value_map(d->arena);
        value_set_text(map, "module", describe_module(d, files[at]));
        value_set_text(map, "schema", describe_schema_name(files[at]));
        value_append(list, map);
    }
    value_mark_ends(list);
    return list;
}

/* "LAB_IMU_DH_H": package and file, without saying the same word twice. */
static const char *guard(struct dhs_arena *arena, const struct dhs_file *file, const char *suffix)
{
    const char *base = c_file_name(arena, describe_schema_name(file), "");
    const char *last = strrchr(file->package, '.');
    bool same = strcmp(last ? last + 1 : file->package, base) == 0;
    char *text =
        dhs_printf(arena, "%s%s%s_%s", file->package, same ? "" : "_", same ? "" : base, suffix);

    for (char *p = text; *p; p++)
        *p = isalnum((unsigned char)*p) ? (char)toupper((unsigned char)*p) : '_';
    return text;
}

static bool uses_atomics(const struct dhs_file *file)
{
    for (size_t i = 0; i < file->n_structs; i++) {
        if (file->structs[i]->has_atomics) return true;
    }
    return false;
}

/* An instance is one thing, however many headers declare it. */
static bool is_noted(struct describer *d, const struct dhs_struct *instance)
{
    for (size_t i = 0; i < d->n_instances; i++)
        if (d->instances[i] == instance) return true;
    return false;
}

static void note_instance(struct describer *d, const struct dhs_struct *instance)
{
    if (d->n_instances == d->max_instances) {
        size_t max = d->max_instances ? 2 * d->max_instances : 16;
        const struct dhs_struct **larger = dhs_alloc_array(d->arena, max, sizeof *larger);
        if (d->n_instances) memcpy(larger, d->instances, d->n_instances * sizeof *larger);
        d->instances = larger;
        d->max_instances = max;
    }
    d->instances[d->n_instances++] = instance;
}

static void note_imported(struct describer *d, const struct dhs_declaration *declaration,
                          const char *what)
{
    if (declaration->outer && declaration->outer->generic) return; /* its struct is noted */
    names_add(d->names, c_name(d->arena, declaration), what, declaration->span);
}

static void note_imported_struct(struct describer *d, const struct dhs_struct *structure)
{
    if (structure->generic && is_noted(d, structure)) return;
    if (structure->generic) note_instance(d, structure);
    note_imported(d, &structure->declaration, "imported struct");
}

/* Headers of imports are included by ours: their names are taken, too. */
static void note_imported_names(struct describer *d, const struct dhs_program *program)
{
    for (size_t i = 0; i < program->n_files; i++) {
        const struct dhs_file *file = program->files[i];
        if (file == d->file || file->is_main) continue;
        for (size_t e = 0; e < file->n_enums; e++)
            note_imported(d, &file->enums[e]->declaration, "imported enum");
        for (size_t s = 0; s < file->n_structs; s++)
            note_imported_struct(d, file->structs[s]);
        for (size_t u = 0; u < file->n_unions; u++)
            note_imported(d, &file->unions[u]->declaration, "imported union");
    }
}

/* About: some for each declaration, and all that channels have. */
static size_t likely_names(const struct dhs_file *file)
{
    return 8 * file->n_order + DESCRIBE_CHANNEL_NAMES * file->n_channels;
}

struct value *describe_file(struct dhs_arena *arena, const struct dhs_program *program,
                            const struct dhs_file *file, const struct words *words,
                            struct dhs_diag *diag)
{
    struct describer *d = dhs_alloc(arena, sizeof *d); /* maps that are filled later need it */
    const char *schema = describe_schema_name(file);
    struct value *root = value_map(arena);
    struct value *declarations = value_list(arena);
    struct value *channels = value_list(arena);
    struct value *c = value_map(arena);

    *d = (struct describer){ .arena = arena,
                             .file = file,
                             .words = words,
                             .line = text_new(arena),
                             .names = names_new(arena, diag, likely_names(file)),
                             .spellings = describe_spellings_part(),
                             .place = describe_place_part(),
                             .root = describe_root_part(),
                             .attributes = describe_attributes_part(),
                             .field = describe_field_part() };
    d->hides_types = describe_hides_types(arena, program, file);
    for (size_t i = 0; i < file->n_structs; i++)
        if (file->structs[i]->generic) note_instance(d, file->structs[i]);
    note_imported_names(d, program);
    value_set_number(root, "v", MODEL_VERSION);
    value_set_text(root, "generator", "dhgen " DHGEN_VERSION);
    value_set_text(root, "schema", schema);
    value_set_lines(root, "docs", file->docs);
    value_set_text(root, "stem", c_file_name(arena, schema, ""));
    value_set_text(root, "package", file->package);
    value_set(root, "package_path", describe_package(d, file->package));
    value_set_text(root, "prefix", file->prefix);
    value_set_text(root, "module", describe_module(d, file));
    value_set(root, "imports", describe_imports(d));
    value_set(root, "modules", describe_modules(d, program->n_files));
    value_set(root, "has", describe_has(d));
    for (size_t i = 0; i < file->n_order; i++)
        value_append(declarations, describe_step(d, &file->order[i]));
    value_set(root, "declarations", declarations);
    for (size_t i = 0; i < file->n_channels; i++)
        value_append(channels, describe_channel(d, file->channels[i]));
    value_mark_ends(channels);
    value_set(root, "channels", channels);
    value_set_text(c, "header", c_file_name(arena, schema, ".dh.h"));
    value_set_text(c, "source", c_file_name(arena, schema, ".dh.c"));
    value_set_text(c, "print_header", c_file_name(arena, schema, ".dh.print.h"));
    value_set_text(c, "guard", guard(arena, file, "DH_H"));
    value_set_text(c, "print_guard", guard(arena, file, "DH_PRINT_H"));
    value_set_bool(c, "uses_atomics", uses_atomics(file));
    value_set(root, "c", c);
    return root;
}
