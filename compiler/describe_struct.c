/* SPDX-License-Identifier: Apache-2.0 */
#include "describe_body.h"

#include <inttypes.h>
#include <string.h>

#include "c_code.h"

static bool has_initial_values(const struct dhs_struct *structure)
{
    for (size_t i = 0; i < structure->n_fields; i++) {
        const struct dhs_field *field = &structure->fields[i];
        const struct dhs_type *element = c_element(field->type);
        if (field->initial.kind != DHS_VALUE_NONE) return true;
        if (element->kind == DHS_TYPE_STRUCT && has_initial_values(element->structure)) return true;
    }
    return false;
}

/* How `…_init()` gives a field its default: one of assigned, set as a text, or initialised. */
static struct value *describe_initial(struct describer *d, const struct dhs_struct *structure,
                                      const struct dhs_field *field)
{
    const struct dhs_type *element = c_element(field->type);
    const struct dhs_value *initial = &field->initial;
    bool nested = element->kind == DHS_TYPE_STRUCT && has_initial_values(element->structure);

    if (initial->kind == DHS_VALUE_NONE && !nested) return NULL;
    struct value *map = value_map(d->arena);
    value_set_text(map, "member",
                   dhs_printf(d->arena, "%s%s", names_for_c(d->arena, field->declaration.name),
                              field->type->kind == DHS_TYPE_ATOMIC ? ".value" : ""));
    value_set_text(map, "literal",
                   initial->kind == DHS_VALUE_NONE ? NULL
                                                   : c_literal(d->arena, field->type, initial));
    value_set_text(map, "setter",
                   initial->kind == DHS_VALUE_TEXT
                       ? dhs_printf(d->arena, "%s_set",
                                    body_composite_name(d,
                                                        c_name(d->arena, &structure->declaration),
                                                        field->declaration.name, field->type))
                       : NULL);
    value_set_bool(map, "is_chars", field->type->kind == DHS_TYPE_CHARS);
    value_set_text(map, "initializer",
                   nested ? dhs_printf(d->arena, "%s_init",
                                       c_name(d->arena, &element->structure->declaration))
                          : NULL);
    value_set_text(map, "type", c_type_of(d->arena, element, "").base);
    value_set_bool(map, "is_array", field->type->kind == DHS_TYPE_ARRAY);
    value_set_number(map, "elements", field->type->length);
    return map;
}

/* A field, and where the one before it ends. */
struct placed {
    const struct dhs_field *field;
    uint64_t end;
};

static void fill_field(struct value *map, void *describer, const void *subject)
{
    const struct placed *placed = subject;
    const struct dhs_field *field = placed->field;
    struct describer *d = describer;

    describe_named(d, map, &field->declaration, "field");
    describe_attributes(d, map, field->declaration.attributes);
    value_set_text(map, "wire_name", field->wire_name);
    value_set(map, "type", describe_type(d, field->type));
    value_set_number(map, "offset", field->offset);
    value_set_number(map, "size", field->size);
    value_set_number(map, "align", field->align);
    value_set(map, "align_said",
              c_says_align(field->type, field->align)
                  ? value_number(d->arena, dhs_printf(d->arena, "%" PRIu32, field->align))
                  : value_null(d->arena));
    value_set(map, "gap", describe_gap(d, placed->end, field->offset));
    value_set_number(map, "since_minor", field->since_minor);
    value_set_bool(map, "is_later", field->since_minor > 0);
    value_set_bool(map, "is_scaled",
                   describe_has_scaled(field->type, field->declaration.attributes));
    value_set_text(map, "note",
                   describe_note(d->arena, NULL, field->declaration.attributes,
                                 field->since_minor));
    value_set_text(map, "initial", describe_value(d->arena, &field->initial));
    value_set(map, "literal", describe_literal(d, field->type, &field->initial));
}

struct value_part describe_field_part(void)
{
    static const char *const names[] = {
        "id",      "spelled",       "docs",       "line",  "source",    "unit",
        "frame",   "clock",         "range",      "scale", "invalid",   "invalid_first",
        "label",   "is_deprecated", "deprecated", "user",  "writer",    "wire_name",
        "type",    "offset",        "size",       "align", "gap",       "align_said",
        "literal", "since_minor",   "is_later",   "note",  "is_scaled", "initial",
        NULL
    };

    return value_part_of(names, fill_field);
}

static struct value *describe_field(struct describer *d, const char *owner, uint64_t end,
                                    const struct dhs_field *field)
{
    const char *name = names_for_c(d->arena, field->declaration.name);
    struct value *map = value_map_of(d->arena, 3);
    struct value *c = value_map_of(d->arena, 2);
    struct placed *placed = dhs_alloc(d->arena, sizeof *placed);

    *placed = (struct placed){ field, end };
    value_set_text(map, "name", field->declaration.name);
    value_set_part(map, &d->field, d, placed);
    value_set_text(c, "name", name);
    value_set(c, "access",
              describe_access(d, field->type, field->declaration.attributes,
                              body_composite_name(d, owner, field->declaration.name, field->type),
                              dhs_join(d->arena, (const char *const[]){ "value->", name, NULL })));
    value_set(map, "c", c);
    return map;
}

/* Names are not noted here: what describes fields has no effect but its values. */
static void fill_fields(struct value *fields, void *describer, const void *subject)
{
    const struct dhs_struct *structure = subject;
    struct describer *d = describer;
    const char *owner = c_name(d->arena, &structure->declaration);
    uint64_t end = 0;

    for (size_t i = 0; i < structure->n_fields; i++) {
        value_append(fields, describe_field(d, owner, end, &structure->fields[i]));
        end = structure->fields[i].offset + structure->fields[i].size;
    }
    value_mark_ends(fields);
}

static uint32_t add_fields(struct describer *d, struct body *body, struct value *composites,
                           const struct dhs_struct *structure)
{
    uint32_t greatest = 1;

    for (size_t i = 0; i < structure->n_fields; i++) {
        const struct dhs_field *field = &structure->fields[i];
        const struct dhs_declaration *at = &field->declaration;
        const char *composite = body_composite_name(d, body->name, at->name, field->type);
        struct member *member =
            body_add(d, body, at->name, field->type, field->offset, field->align, composite);

        member->docs = at->docs;
        member->note = describe_note(d->arena, field->type, at->attributes, field->since_minor);
        member->source = describe_source(d->arena, at->file, at->line);
        if (field->align > greatest) greatest = field->align;
        if (c_is_composite(c_element(field->type)))
            body_add_composites(d, composites, field->type, composite,
                                dhs_printf(d->arena, "%s.%s", body->name, at->name), at);
    }
    body_pad_to(d, body, structure->size);
    return greatest;
}

/* What functions call the struct they are given. It must hide neither their other names and what
 * they call, nor (gcc warns of it in C++) a type or variable of a header: all types of libc's end
 * in _t. */
static const char *parameter_name(struct dhs_arena *arena, const struct dhs_struct *structure)
{
    static const char *const taken[] = {
        "text",   "length", "fits",     "i",       "raw",      "physical", "minor",
        "memcpy", "memset", "strlen",   "environ", "daylight", "optarg",   "opterr",
        "optind", "optopt", "timezone", "tzname",  "signgam",
    };
    const char *name = names_snake(arena, structure->declaration.name);
    size_t n = strlen(name);
    bool hides = strncmp(name, "dh_", 3) == 0 || (n > 2 && strcmp(name + n - 2, "_t") == 0);

    for (size_t i = 0; i < sizeof taken / sizeof taken[0]; i++)
        hides = hides || strcmp(name, taken[i]) == 0;
    return hides ? dhs_printf(arena, "%s_", name) : names_for_c(arena, name);
}

/* The lists of functions that a struct gets: defaults, texts to set, fields that may be absent. */
static void describe_functions(struct describer *d, struct value *c,
                               const struct dhs_struct *structure)
{
    const struct names_stem owner = names_stem_of(c_name(d->arena, &structure->declaration));
    struct value *initials = value_list(d->arena);
    struct value *texts = value_list(d->arena);
    struct value *absents = value_list(d->arena);
    struct value *physicals = value_list(d->arena);

    for (size_t i = 0; i < structure->n_fields; i++) {
        const struct dhs_field *field = &structure->fields[i];
        bool is_physical = field->type->kind == DHS_TYPE_SCALAR &&
                           describe_is_scaled(field->type, field->declaration.attributes);
        bool is_text = field->type->kind == DHS_TYPE_CHARS;
        struct value *initial = describe_initial(d, structure, field);
        if (initial) value_append(initials, initial);
        if (!is_physical && !is_text && field->since_minor == 0) continue;
        const char *member = names_snake(d->arena, field->declaration.name);
        if (is_physical) {
            value_append(physicals, describe_physical(d, field));
            names_add_to(d->names, owner, dhs_printf(d->arena, "%s_get", member),
                         "function that reads a physical value", field->declaration.span);
            names_add_to(d->names, owner, dhs_printf(d->arena, "%s_set", member),
                         "function that stores a physical value", field->declaration.span);
        }
        if (!is_text && field->since_minor == 0) continue;
        struct value *map = value_map(d->arena);
        value_set_text(map, "member", names_for_c(d->arena, field->declaration.name));
        value_set_text(map, "function", dhs_printf(d->arena, "%s_set", member));
        value_set_text(map, "has", dhs_printf(d->arena, "has_%s", member));
        value_set_number(map, "capacity", field->type->length);
        value_set_number(map, "minor", field->since_minor);
        if (is_text) {
            value_append(texts, map);
            names_add_to(d->names, owner, dhs_printf(d->arena, "%s_set", member),
                         "function that sets a text", field->declaration.span);
        }
        if (field->since_minor > 0) {
            value_append(absents, map);
            names_add_to(d->names, owner, dhs_printf(d->arena, "has_%s", member),
                         "function that tells whether a field is there", field->declaration.span);
        }
    }
    names_add_to(d->names, owner, "print", "function that prints it", structure->declaration.span);
    names_add_to(d->names, owner, "print_to", "function that prints it",
                 structure->declaration.span);
    names_add_to(d->names, owner, "init", "function that initialises it",
                 structure->declaration.span);
    value_set(c, "initials", initials);
    value_set(c, "texts", texts);
    value_set(c, "absents", absents);
    value_set(c, "physicals", physicals);
    value_set_text(c, "parameter", parameter_name(d->arena, structure));
}

/* Of an instance: `Image<1024>` was made from `Image`, with 1024 for its N. */
static void describe_arguments(struct describer *d, struct value *map,
                               const struct dhs_struct *structure)
{
    struct value *list = value_list(d->arena);

    for (size_t i = 0; i < structure->n_arguments; i++) {
        const struct dhs_argument *argument = &structure->arguments[i];
        struct value *one = value_map(d->arena);
        value_set_text(one, "name", argument->name);
        value_set(one, "value",
                  value_number(d->arena,
                               dhs_printf(d->arena, "%s%" PRIu64, argument->negative ? "-" : "",
                                          argument->magnitude)));
        value_append(list, one);
    }
    value_mark_ends(list);
    value_set_text(map, "written", structure->written);
    value_set_text(map, "generic", structure->generic);
    value_set(map, "arguments", list);
}

static bool has_field(const struct dhs_struct *structure, const char *name)
{
    for (size_t i = 0; i < structure->n_fields; i++)
        if (strcmp(structure->fields[i].declaration.name, name) == 0) return true;
    return false;
}

static void append_nested(struct describer *d, struct value *list,
                          const struct dhs_declaration *declaration, const char *kind)
{
    struct value *map = value_map(d->arena);

    value_set_text(map, "name", declaration->name);
    value_set_text(map, "id", words_spell(d->arena, d->words, kind, declaration->name));
    value_set_text(map, "flat", describe_flat_name(d, declaration, kind));
    value_set_bool(map, "is_enum", strcmp(kind, "enum") == 0);
    value_set_bool(map, "is_hidden", has_field(declaration->outer, declaration->name));
    value_append(list, map);
}

/* What is declared inside it: it stands before it, under its flat name. */
static void fill_nested(struct value *list, void *describer, const void *subject)
{
    const struct dhs_struct *structure = subject;
    struct describer *d = describer;

    for (size_t i = 0; i < d->file->n_order; i++) {
        const struct dhs_order *step = &d->file->order[i];
        if (step->kind == DHS_ORDER_ENUM && step->enumeration->declaration.outer == structure)
            append_nested(d, list, &step->enumeration->declaration, "enum");
        if (step->kind == DHS_ORDER_CONSTANT && step->constant->declaration.outer == structure)
            append_nested(d, list, &step->constant->declaration, "constant");
    }
    value_mark_ends(list);
}

struct value *describe_struct(struct describer *d, const struct dhs_struct *structure)
{
    const struct dhs_declaration *at = &structure->declaration;
    struct body body = { .name = c_name(d->arena, at),
                         .about = "",
                         .source = describe_source(d->arena, at->file, at->line),
                         .size = structure->size,
                         .align = structure->align,
                         .reserve_offset = structure->reserve_offset,
                         .reserve_bytes = structure->reserve_bytes };
    struct value *map = value_map_of(d->arena, 18);
    struct value *composites = value_list(d->arena);
    struct value *c;

    names_add(d->names, body.name, "struct", at->span);
    describe_declaration(d, map, at, "struct");
    value_set_text(map, "flat", describe_flat_name(d, at, "struct"));
    describe_attributes(d, map, at->attributes);
    describe_arguments(d, map, structure);
    value_set_number(map, "size", structure->size);
    value_set_number(map, "align", structure->align);
    value_set_bool(map, "is_root", structure->is_root);
    value_set_number(map, "reserve", structure->reserve_bytes);
    value_set_bool(map, "has_reserve", structure->reserve_bytes > 0);
    value_set(map, "fields", value_later(d->arena, VALUE_LIST, fill_fields, d, structure));
    value_set(map, "tail",
              describe_gap(d,
                           structure->fields[structure->n_fields - 1].offset +
                               structure->fields[structure->n_fields - 1].size,
                           structure->size));
    value_set(map, "nested", value_later(d->arena, VALUE_LIST, fill_nested, d, structure));
    body_align_first(d, &body, add_fields(d, &body, composites, structure));
    c = body_describe(d, &body);
    value_set(c, "composites", composites);
    describe_functions(d, c, structure);
    value_set(map, "c", c);
    return map;
}
