/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How generated C gets at the value of a member: what to call to print it, how an array's elements
 * are walked, what a physical value is stored as. Templates say the rest.
 */
#include "describe_body.h"

#include <inttypes.h>
#include <string.h>

#include "c_code.h"
#include "escape.h"

/* How one element is handed to the function that prints it: before and behind its lvalue. */
struct printing {
    const char *function;
    const char *before;
    const char *after;
};

const char *describe_number_printer(enum dhs_scalar scalar)
{
    switch (scalar) {
    case DHS_BOOL: return "dh_print_bool";
    case DHS_I8:
    case DHS_I16:
    case DHS_I32:
    case DHS_I64: return "dh_print_signed";
    case DHS_F16: return "dh_print_f16";
    case DHS_F32: return "dh_print_f32";
    case DHS_F64: return "dh_print_f64";
    default: return "dh_print_unsigned";
    }
}

static const char *print_function_of(struct dhs_arena *arena, const char *name)
{
    return dhs_printf(arena, "%s_print_to", name);
}

static struct printing printing_of(struct dhs_arena *arena, const struct dhs_type *type,
                                   const char *composite)
{
    switch (type->kind) {
    case DHS_TYPE_SCALAR:
        /* another byte than 0 and 1 is no bool of C, and may lie in shared memory */
        if (type->scalar == DHS_BOOL)
            return (struct printing){ "dh_print_bool", "*(const uint8_t *)(const void *)&",
                                      " != 0" };
        return (struct printing){ describe_number_printer(type->scalar), "", "" };
    case DHS_TYPE_ENUM:
    case DHS_TYPE_FLAGS:
        return (struct printing){
            print_function_of(arena, c_name(arena, &type->enumeration->declaration)), "", ""
        };
    case DHS_TYPE_ATOMIC:
        return (struct printing){
            printing_of(arena, type->element, composite).function,
            dhs_printf(arena, "dh_atomic_%s_load(&", dhs_scalar_name(type->scalar)), ")"
        };
    case DHS_TYPE_CHARS:
        return (struct printing){ "dh_print_chars", "",
                                  dhs_printf(arena, ", %" PRIu64, type->length) };
    case DHS_TYPE_STRUCT:
        return (struct printing){
            print_function_of(arena, c_name(arena, &type->structure->declaration)), "&", ""
        };
    case DHS_TYPE_UNION:
        return (struct printing){
            print_function_of(arena, c_name(arena, &type->onion->declaration)), "&", ""
        };
    default: return (struct printing){ print_function_of(arena, composite), "&", "" };
    }
}

static struct printing scaled(struct describer *d, const struct dhs_attributes *attributes)
{
    return (struct printing){ "dh_print_scaled", "(double)",
                              dhs_printf(d->arena, ", %s, %s",
                                         describe_real(d->arena, attributes->scale_factor),
                                         describe_real(d->arena, attributes->scale_offset)) };
}

bool describe_is_scaled(const struct dhs_type *type, const struct dhs_attributes *attributes)
{
    const struct dhs_type *element = c_element(type);

    return attributes && attributes->has_scale && element->kind == DHS_TYPE_SCALAR &&
           element->scalar != DHS_F16 && element->scalar != DHS_BOOL;
}

bool describe_has_scaled(const struct dhs_type *type, const struct dhs_attributes *attributes)
{
    while (type->kind == DHS_TYPE_ARRAY || type->kind == DHS_TYPE_LIST ||
           type->kind == DHS_TYPE_OPTIONAL)
        type = type->element;
    return describe_is_scaled(type, attributes);
}

/* Whether values of it may be absent: each that is there is printed with its unit, and so none is
 * printed behind them all. */
static bool may_be_absent(const struct dhs_type *element)
{
    while (element->kind == DHS_TYPE_LIST)
        element = c_element(element->element);
    return element->kind == DHS_TYPE_OPTIONAL;
}

/* " m/s^2" as in a string of C, to be printed behind a value that is sure to be there. */
static const char *shown_unit(struct dhs_arena *arena, const struct dhs_type *element,
                              const struct dhs_attributes *attributes)
{
    struct text shown = text_new(arena);

    if (!attributes || !attributes->unit.data || may_be_absent(element)) return NULL;
    text_add_char(&shown, ' ');
    escape_c_string(&shown, attributes->unit.data, attributes->unit.length);
    return text_end(&shown);
}

/* What describe_access() was asked for, until a template looks. */
struct access {
    const struct dhs_type *type;
    const struct dhs_attributes *attributes;
    const char *composite;
    const char *lvalue;
};

static void fill_access(struct value *map, void *describer, const void *subject)
{
    const struct access *access = subject;
    struct describer *d = describer;
    const struct dhs_type *type = access->type;
    const struct dhs_attributes *attributes = access->attributes;
    const char *composite = access->composite;
    const struct dhs_type *element = c_element(type);
    bool is_array = type->kind == DHS_TYPE_ARRAY;
    bool is_scaled = describe_is_scaled(type, attributes);
    map->room = 9;
    struct printing printing =
        is_scaled ? scaled(d, attributes) : printing_of(d->arena, element, composite);
    value_set_bool(map, "is_array", is_array);
    value_set_number(map, "elements", is_array ? type->length : 1);
    value_set_text(map, "type", c_type_of(d->arena, element, composite).base);
    value_set_text(map, "item",
                   element->kind == DHS_TYPE_CHARS
                       ? dhs_printf(d->arena, "items + i * %" PRIu64, element->length)
                       : "items[i]");
    value_set_text(map, "function", printing.function);
    value_set_text(map, "before", printing.before);
    value_set_text(map, "after", printing.after);
    value_set_text(map, "lvalue", access->lvalue);
    value_set_text(map, "unit_text", shown_unit(d->arena, element, attributes));
}

struct value *describe_access(struct describer *d, const struct dhs_type *type,
                              const struct dhs_attributes *attributes, const char *composite,
                              const char *lvalue)
{
    struct access *access = dhs_alloc(d->arena, sizeof *access);

    *access = (struct access){ type, attributes, composite, lvalue };
    return value_later(d->arena, VALUE_MAP, fill_access, d, access);
}

/* ---- physical values ---------------------------------------------------------------------- */

/* What a raw value must lie strictly between, as doubles. */
static const struct {
    const char *above;
    const char *below;
} LIMITS[] = {
    [DHS_I8] = { "-129.0", "128.0" },
    [DHS_I16] = { "-32769.0", "32768.0" },
    [DHS_I32] = { "-2147483649.0", "2147483648.0" },
    [DHS_I64] = { "-9223372036854777856.0", "9223372036854775808.0" },
    [DHS_U8] = { "-1.0", "256.0" },
    [DHS_U16] = { "-1.0", "65536.0" },
    [DHS_U32] = { "-1.0", "4294967296.0" },
    [DHS_U64] = { "-1.0", "18446744073709551616.0" },
    [DHS_F32] = { NULL, NULL },
    [DHS_F64] = { NULL, NULL },
};

static const char *real_literal(struct dhs_arena *arena, double real)
{
    const char *text = describe_real(arena, real);

    return strpbrk(text, ".en") ? text : dhs_printf(arena, "%s.0", text);
}

struct value *describe_physical(struct describer *d, const struct dhs_field *field)
{
    const struct dhs_attributes *attributes = field->declaration.attributes;
    enum dhs_scalar scalar = field->type->scalar;
    struct value *map = value_map(d->arena);

    value_set_text(map, "function", names_snake(d->arena, field->declaration.name));
    value_set_text(map, "member", names_for_c(d->arena, field->declaration.name));
    value_set_text(map, "type", c_scalar(scalar));
    value_set_text(map, "unit", attributes->unit.data);
    value_set_text(map, "factor", real_literal(d->arena, attributes->scale_factor));
    value_set_text(map, "offset",
                   attributes->scale_offset != 0 ? real_literal(d->arena, attributes->scale_offset)
                                                 : NULL);
    value_set_text(map, "above", LIMITS[scalar].above);
    value_set_text(map, "below", LIMITS[scalar].below);
    return map;
}
