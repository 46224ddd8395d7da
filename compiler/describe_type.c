/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "c_code.h"
#include "describe.h"
#include "real.h"
#include "utf8.h"

static const char *const KINDS[] = {
    [DHS_TYPE_SCALAR] = "scalar",     [DHS_TYPE_ENUM] = "enum",   [DHS_TYPE_FLAGS] = "flags",
    [DHS_TYPE_STRUCT] = "struct",     [DHS_TYPE_UNION] = "union", [DHS_TYPE_CHARS] = "chars",
    [DHS_TYPE_STRING] = "string",     [DHS_TYPE_BYTES] = "bytes", [DHS_TYPE_LIST] = "list",
    [DHS_TYPE_OPTIONAL] = "optional", [DHS_TYPE_ARRAY] = "array", [DHS_TYPE_ATOMIC] = "atomic",
    [DHS_TYPE_POISON] = "poison",
};

static const char *const IS[] = {
    [DHS_TYPE_SCALAR] = "is_scalar", [DHS_TYPE_ENUM] = "is_enum",
    [DHS_TYPE_FLAGS] = "is_flags",   [DHS_TYPE_STRUCT] = "is_struct",
    [DHS_TYPE_UNION] = "is_union",   [DHS_TYPE_CHARS] = "is_chars",
    [DHS_TYPE_STRING] = "is_string", [DHS_TYPE_BYTES] = "is_bytes",
    [DHS_TYPE_LIST] = "is_list",     [DHS_TYPE_OPTIONAL] = "is_optional",
    [DHS_TYPE_ARRAY] = "is_array",   [DHS_TYPE_ATOMIC] = "is_atomic",
};

static const struct dhs_declaration *declared(const struct dhs_type *type)
{
    switch (type->kind) {
    case DHS_TYPE_ENUM:
    case DHS_TYPE_FLAGS: return &type->enumeration->declaration;
    case DHS_TYPE_STRUCT: return &type->structure->declaration;
    case DHS_TYPE_UNION: return &type->onion->declaration;
    default: return NULL;
    }
}

/* Flags are enums to who looks for a name. */
static const char *declared_kind(const struct dhs_type *type)
{
    return KINDS[type->kind == DHS_TYPE_FLAGS ? DHS_TYPE_ENUM : type->kind];
}

/* "f32[3][4]"; an array of texts has the text's length last, as in C: "char[4][8]". */
static const char *with_dims(struct dhs_arena *arena, const struct dhs_type *type)
{
    bool chars = type->element->kind == DHS_TYPE_CHARS;
    struct text text = text_new(arena);

    text_add_string(&text, chars ? "char" : describe_type_text(arena, type->element));
    for (uint32_t i = 0; i < type->n_dims; i++)
        text_printf(&text, "[%" PRIu64 "]", type->dims[i]);
    if (chars) text_printf(&text, "[%" PRIu64 "]", type->element->length);
    return text_end(&text);
}

const char *describe_type_text(struct dhs_arena *arena, const struct dhs_type *type)
{
    uint64_t n = type->length;

    switch (type->kind) {
    case DHS_TYPE_SCALAR: return dhs_scalar_name(type->scalar);
    case DHS_TYPE_CHARS: return dhs_printf(arena, "char[%" PRIu64 "]", n);
    case DHS_TYPE_STRING: return dhs_printf(arena, "string<%" PRIu64 ">", n);
    case DHS_TYPE_BYTES: return dhs_printf(arena, "bytes<%" PRIu64 ">", n);
    case DHS_TYPE_LIST:
        return dhs_printf(arena, "list<%s, %" PRIu64 ">", describe_type_text(arena, type->element),
                          n);
    case DHS_TYPE_OPTIONAL:
        return dhs_printf(arena, "%s?", describe_type_text(arena, type->element));
    case DHS_TYPE_ATOMIC:
        return dhs_printf(arena, "atomic<%s>", describe_type_text(arena, type->element));
    case DHS_TYPE_ARRAY: return with_dims(arena, type);
    default: return declared(type) ? declared(type)->name : "?";
    }
}

static struct value *numbers(struct dhs_arena *arena, const uint64_t *values, size_t n)
{
    struct value *list = value_list(arena);

    for (size_t i = 0; i < n; i++)
        value_append(list, value_number(arena, dhs_printf(arena, "%" PRIu64, values[i])));
    return list;
}

static const char *module_of(struct describer *d, const struct dhs_type *type,
                             const struct dhs_declaration *of)
{
    bool is_instance = type->kind == DHS_TYPE_STRUCT && type->structure->generic;

    return of && !is_instance ? describe_module_of(d, of) : NULL;
}

/* Where a page goes on that shows the type: at what it names, or what its elements do. */
static void fill_link(struct value *map, void *describer, const void *subject)
{
    const struct dhs_type *type = subject;
    const struct dhs_type *named = type;
    struct describer *d = describer;

    while (!declared(named))
        named = named->element;
    const char *kind = KINDS[named->kind];
    value_set_text(map, "text", describe_type_text(d->arena, type));
    value_set_text(map, "module", module_of(d, named, declared(named)));
    value_set_text(map, "anchor", describe_anchor(d, declared(named), kind));
}

static bool leads_somewhere(const struct dhs_type *type)
{
    while (type && !declared(type))
        type = type->element;
    return type != NULL;
}

/* What an alias says of itself: it counts inside lists and optionals, where no field can say it. */
static void fill_says(struct value *map, void *describer, const void *subject)
{
    describe_attributes(describer, map, subject);
}

static void fill_type(struct value *map, void *describer, const void *subject)
{
    struct describer *d = describer;
    const struct dhs_type *type = subject;
    const struct dhs_declaration *of = declared(type);
    bool is_stored_as_scalar = type->kind == DHS_TYPE_SCALAR || type->kind == DHS_TYPE_ENUM ||
                               type->kind == DHS_TYPE_FLAGS || type->kind == DHS_TYPE_ATOMIC;

    value_set_text(map, "kind", KINDS[type->kind]);
    value_set_text(map, "text", describe_type_text(d->arena, type));
    for (size_t i = 0; i < sizeof IS / sizeof IS[0]; i++)
        value_set_bool(map, IS[i], i == (size_t)type->kind);
    value_set_text(map, "scalar", is_stored_as_scalar ? dhs_scalar_name(type->scalar) : NULL);
    value_set(map, "scalar_is",
              is_stored_as_scalar ? describe_scalar_is(d, type->scalar) : value_null(d->arena));
    value_set_text(map, "named", of ? of->name : NULL);
    value_set_text(map, "package", of ? of->file->package : NULL);
    value_set_text(map, "flat", of ? describe_flat_name(d, of, declared_kind(type)) : NULL);
    value_set_bool(map, "is_foreign", of && strcmp(of->file->package, d->file->package) != 0);
    value_set_bool(map, "by_path", of && describe_by_path(d, of->file));
    value_set_text(map, "module", module_of(d, type, of));
    value_set(map, "package_path",
              of ? describe_package(d, of->file->package) : value_null(d->arena));
    value_set_text(map, "named_source", of ? describe_source(d->arena, of->file, of->line) : NULL);
    value_set(map, "link",
              leads_somewhere(type) ? value_later(d->arena, VALUE_MAP, fill_link, d, type)
                                    : value_null(d->arena));
    value_set_text(map, "alias", type->alias ? type->alias->declaration.name : NULL);
    value_set(map, "alias_says",
              type->alias ? value_later(d->arena, VALUE_MAP, fill_says, d,
                                        type->alias->declaration.attributes)
                          : value_null(d->arena));
    value_set_number(map, "size", type->size);
    value_set_number(map, "align", type->align);
    value_set_number(map, "length", type->length);
    value_set_number(map, "inner_offset", type->inner_offset);
    value_set(map, "dims", numbers(d->arena, type->dims, type->n_dims));
    value_set(map, "element",
              type->element ? describe_type(d, type->element) : value_null(d->arena));
}

struct value *describe_type(struct describer *d, const struct dhs_type *type)
{
    return value_later(d->arena, VALUE_MAP, fill_type, d, type);
}

const char *describe_real(struct dhs_arena *arena, double real)
{
    char digits[DHS_REAL_BYTES];

    if (isnan(real)) return "nan";
    return dhs_copy_text(arena, digits, dhs_put_general(digits, real));
}

const char *describe_value(struct dhs_arena *arena, const struct dhs_value *value)
{
    switch (value->kind) {
    case DHS_VALUE_NONE: return NULL;
    case DHS_VALUE_BOOL: return value->boolean ? "true" : "false";
    case DHS_VALUE_INTEGER:
        return dhs_printf(arena, "%s%" PRIu64, value->negative ? "-" : "", value->magnitude);
    case DHS_VALUE_REAL: return describe_real(arena, value->real);
    case DHS_VALUE_ENUMERATOR: return value->enumerator->declaration.name;
    case DHS_VALUE_TEXT:
    case DHS_VALUE_NAME: return value->text.data;
    }
    return NULL;
}

struct value *describe_literal(struct describer *d, const struct dhs_type *type,
                               const struct dhs_value *value)
{
    bool named = value->kind == DHS_VALUE_ENUMERATOR;

    if (value->kind == DHS_VALUE_NONE) return value_null(d->arena);
    struct value *map = value_map(d->arena);
    value_set_bool(map, "is_bool", value->kind == DHS_VALUE_BOOL);
    value_set_bool(map, "is_integer", value->kind == DHS_VALUE_INTEGER);
    value_set_bool(map, "is_real", value->kind == DHS_VALUE_REAL);
    value_set_bool(map, "is_text", value->kind == DHS_VALUE_TEXT);
    value_set_bool(map, "is_enumerator", named);
    value_set_bool(map, "is_true", value->kind == DHS_VALUE_BOOL && value->boolean);
    value_set_text(map, "id",
                   named ? words_spell(d->arena, d->words, "enumerator",
                                       value->enumerator->declaration.name)
                         : NULL);
    value_set_text(map, "c", c_literal(d->arena, type, value));
    return map;
}

/* `user.x.name`: the arguments, or true if there are none. Any name may be asked for. */
static void describe_user_attribute(struct value *user, const struct dhs_user_attribute *attribute)
{
    const char *dot = strchr(attribute->name, '.');
    size_t length = dot ? (size_t)(dot - attribute->name) : 0;
    struct value *space = NULL;

    if (!dot) return;
    struct value_walk walk = value_walk(user);
    for (const struct value_entry *entry; (entry = value_next(&walk)) != NULL;) {
        if (strncmp(entry->name, attribute->name, length) == 0 && entry->name[length] == '\0')
            space = entry->value;
    }
    if (!space) {
        space = value_map(user->arena);
        space->open = true;
        value_set(user, dhs_copy_text(user->arena, attribute->name, length), space);
    }
    struct value *values = value_list(user->arena);
    for (size_t i = 0; i < attribute->n_values; i++) {
        const char *text = describe_value(user->arena, &attribute->values[i]);
        value_append(values, value_text(user->arena, text ? text : ""));
    }
    value_set(space, dot + 1, attribute->n_values > 0 ? values : value_bool(user->arena, true));
}

static struct value *describe_range(struct dhs_arena *arena,
                                    const struct dhs_attributes *attributes)
{
    if (!attributes->has_range) return value_null(arena);
    struct value *range = value_map(arena);
    value_set_text(range, "low", describe_value(arena, &attributes->range_low));
    value_set_text(range, "high", describe_value(arena, &attributes->range_high));
    return range;
}

static struct value *describe_scale(struct dhs_arena *arena,
                                    const struct dhs_attributes *attributes)
{
    if (!attributes->has_scale) return value_null(arena);
    struct value *scale = value_map(arena);
    value_set_text(scale, "factor", describe_real(arena, attributes->scale_factor));
    value_set_text(scale, "offset", describe_real(arena, attributes->scale_offset));
    return scale;
}

static void fill_user(struct value *user, void *describer, const void *subject)
{
    const struct dhs_attributes *attributes = subject;

    (void)describer;
    for (size_t i = 0; i < attributes->n_user; i++)
        describe_user_attribute(user, &attributes->user[i]);
}

static void fill_attributes(struct value *map, void *describer, const void *subject)
{
    const struct dhs_attributes *attributes = subject;
    struct describer *d = describer;
    struct value *user = value_later(d->arena, VALUE_MAP, fill_user, d, attributes);

    value_set_text(map, "unit", attributes->unit.data);
    value_set_text(map, "frame", attributes->frame.data);
    value_set_text(map, "clock", attributes->clock.data);
    value_set(map, "range", describe_range(d->arena, attributes));
    value_set_text(map, "invalid", describe_value(d->arena, &attributes->invalid));
    value_set_bool(map, "invalid_first", attributes->invalid_first);
    value_set(map, "scale", describe_scale(d->arena, attributes));
    value_set_text(map, "label", attributes->label.data);
    value_set_bool(map, "is_deprecated", attributes->is_deprecated);
    value_set_text(map, "deprecated", attributes->deprecated.data);
    value_set_text(map, "writer", attributes->writer.data);
    user->open = true;
    value_set(map, "user", user);
}

struct value_part describe_attributes_part(void)
{
    static const char *const names[] = { "unit",    "frame", "clock",         "range",
                                         "invalid", "scale", "invalid_first", "label",
                                         "writer",  "user",  "is_deprecated", "deprecated",
                                         NULL };

    return value_part_of(names, fill_attributes);
}

void describe_attributes(struct describer *d, struct value *map,
                         const struct dhs_attributes *attributes)
{
    if (attributes != &dhs_no_attributes) {
        value_set_part(map, &d->attributes, d, attributes);
        return;
    }
    if (!d->unsaid) d->unsaid = value_part(d->arena, &d->attributes, d, attributes);
    value_share_part(map, d->unsaid);
}

static void note_range(struct dhs_arena *arena, struct text *note,
                       const struct dhs_attributes *attributes)
{
    const char *low = describe_value(arena, &attributes->range_low);
    const char *high = describe_value(arena, &attributes->range_high);

    if (low && high)
        text_printf(note, ", %s to %s", low, high);
    else if (low || high)
        text_printf(note, ", %s %s", low ? "at least" : "at most", low ? low : high);
}

static void note_scale(struct dhs_arena *arena, struct text *note,
                       const struct dhs_attributes *attributes)
{
    const char *factor = describe_real(arena, attributes->scale_factor);

    text_printf(note, ", = raw * %s", factor);
    if (attributes->scale_offset != 0)
        text_printf(note, " %c %s", attributes->scale_offset < 0 ? '-' : '+',
                    describe_real(arena, fabs(attributes->scale_offset)));
}

/* What the C type alone does not tell. */
static void note_type(struct dhs_arena *arena, struct text *note, const struct dhs_type *type)
{
    const struct dhs_type *element = c_element(type);

    if (element->kind == DHS_TYPE_ATOMIC) element = element->element;
    if (element->kind == DHS_TYPE_ENUM || element->kind == DHS_TYPE_FLAGS)
        text_printf(note, ", enum %s", c_name(arena, &element->enumeration->declaration));
    else if (c_is_composite(element))
        text_printf(note, ", %s", describe_type_text(arena, type));
    else if (element->kind == DHS_TYPE_SCALAR && element->scalar == DHS_F16)
        text_add_string(note, ", f16");
}

const char *describe_note(struct dhs_arena *arena, const struct dhs_type *type,
                          const struct dhs_attributes *attributes, uint32_t since_minor)
{
    struct text note = text_new(arena);
    const char *invalid = describe_value(arena, &attributes->invalid);

    if (type) note_type(arena, &note, type);
    if (attributes->unit.data) text_printf(&note, ", %s", attributes->unit.data);
    if (attributes->has_scale) note_scale(arena, &note, attributes);
    if (attributes->has_range) note_range(arena, &note, attributes);
    if (attributes->clock.data) text_printf(&note, ", %s clock", attributes->clock.data);
    if (attributes->frame.data) text_printf(&note, ", frame %s", attributes->frame.data);
    if (invalid)
        text_printf(&note, ", %s%s: invalid", attributes->invalid_first ? "first is " : "",
                    invalid);
    if (since_minor) text_printf(&note, ", since minor %" PRIu32, since_minor);
    if (attributes->is_deprecated)
        text_printf(&note, ", deprecated%s%s", attributes->deprecated.length > 0 ? ": " : "",
                    attributes->deprecated.length > 0 ? attributes->deprecated.data : "");
    return note.length > 2 ? dhs_printable(arena, text_end(&note) + 2) : "";
}
