/* SPDX-License-Identifier: Apache-2.0 */
#include "c_code.h"

#include <inttypes.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "escape.h"
#include "names.h"
#include "real.h"

const char *c_name(struct dhs_arena *arena, const struct dhs_declaration *declaration)
{
    const char *name = names_snake(arena, declaration->name);

    const char *stem = declaration->outer ? c_name(arena, &declaration->outer->declaration)
                                          : declaration->file->prefix;

    return dhs_join(arena, (const char *const[]){ stem, "_", name, NULL });
}

const char *c_upper_name(struct dhs_arena *arena, const struct dhs_declaration *declaration)
{
    const char *name = names_upper(arena, declaration->name);

    if (declaration->outer)
        return dhs_printf(arena, "%s_%s", c_upper_name(arena, &declaration->outer->declaration),
                          name);
    return dhs_printf(arena, "%s_%s", names_upper(arena, declaration->file->prefix), name);
}

struct c_enumerators c_enumerators_of(struct dhs_arena *arena, const struct dhs_enum *enumeration)
{
    return (struct c_enumerators){ c_upper_name(arena, &enumeration->declaration),
                                   names_upper(arena, enumeration->declaration.name) };
}

const char *c_name_in(struct dhs_arena *arena, const struct c_enumerators *all,
                      const struct dhs_enumerator *enumerator)
{
    const char *name = names_upper(arena, enumerator->declaration.name);
    size_t n = strlen(all->repeated);

    if (strncmp(name, all->repeated, n) == 0 && name[n] == '_' && name[n + 1]) name += n + 1;
    return dhs_join(arena, (const char *const[]){ all->prefix, "_", name, NULL });
}

const char *c_enumerator_name(struct dhs_arena *arena, const struct dhs_enum *enumeration,
                              const struct dhs_enumerator *enumerator)
{
    const struct c_enumerators all = c_enumerators_of(arena, enumeration);

    return c_name_in(arena, &all, enumerator);
}

const char *c_scalar(enum dhs_scalar scalar)
{
    switch (scalar) {
    case DHS_BOOL: return "bool";
    case DHS_I8: return "int8_t";
    case DHS_I16: return "int16_t";
    case DHS_I32: return "int32_t";
    case DHS_I64: return "int64_t";
    case DHS_U8: return "uint8_t";
    case DHS_U16: return "uint16_t";
    case DHS_U32: return "uint32_t";
    case DHS_U64: return "uint64_t";
    case DHS_F16: return "uint16_t";
    case DHS_F32: return "float";
    case DHS_F64: return "double";
    }
    return "";
}

uint64_t c_enumerator_magnitude(const struct dhs_enum *enumeration,
                                const struct dhs_enumerator *enumerator)
{
    return enumeration->is_flags ? UINT64_C(1) << enumerator->magnitude : enumerator->magnitude;
}

bool c_fits_int(bool negative, uint64_t magnitude)
{
    return magnitude <= (uint64_t)INT_MAX + (negative ? 1 : 0);
}

const char *c_integer(struct dhs_arena *arena, enum dhs_scalar scalar, bool negative,
                      uint64_t magnitude)
{
    const char *sign = negative ? "-" : "";

    /* the most negative number of a type has no literal of its own in C */
    if (negative && magnitude == UINT64_C(1) << 63) return "(-INT64_C(9223372036854775807) - 1)";
    if (scalar == DHS_I32 && negative && magnitude == UINT64_C(1) << 31) return "(-2147483647 - 1)";
    if (scalar == DHS_I64) return dhs_printf(arena, "INT64_C(%s%" PRIu64 ")", sign, magnitude);
    if (scalar == DHS_U64) return dhs_printf(arena, "UINT64_C(%" PRIu64 ")", magnitude);
    return dhs_printf(arena, "%s%" PRIu64 "%s", sign, magnitude, scalar == DHS_U32 ? "u" : "");
}

/* The bits of the nearest f16, ties to even: what the schema says is stored, C has no type for. */
static unsigned half_bits(double real)
{
    unsigned sign = signbit(real) ? 0x8000u : 0;
    int exponent;

    if (isnan(real)) return 0x7e00u;
    real = fabs(real);
    if (real >= 65520) return sign | 0x7c00u; /* infinity, and what rounds to it */
    if (real < 0x1p-14) return sign | (unsigned)nearbyint(real * 0x1p24);
    frexp(real, &exponent); /* real = 1.m * 2^(exponent - 1) */
    unsigned mantissa = (unsigned)nearbyint(ldexp(real, 11 - exponent));
    return sign | (((unsigned)(exponent - 1 + 14) << 10) + mantissa); /* the carry moves up */
}

static const char *c_real(struct dhs_arena *arena, enum dhs_scalar scalar, double real)
{
    char digits[DHS_REAL_BYTES];

    if (scalar == DHS_F16) return dhs_printf(arena, "0x%04x", half_bits(real));
    /* what NAN and INFINITY of <math.h> are, without that header */
    if (isnan(real)) return scalar == DHS_F32 ? "__builtin_nanf(\"\")" : "__builtin_nan(\"\")";
    if (isinf(real))
        return dhs_printf(arena, "%s__builtin_inf%s()", real < 0 ? "-" : "",
                          scalar == DHS_F32 ? "f" : "");
    /* the shortest text that comes back as the same number */
    if (scalar == DHS_F64) dhs_put_general(digits, real);
    for (int precision = 1; scalar == DHS_F32 && precision <= 17; precision++) {
        snprintf(digits, sizeof digits, "%.*g", precision, real);
        if (strtof(digits, NULL) == (float)real) break;
    }
    return dhs_printf(arena, "%s%s%s", digits, strpbrk(digits, ".e") ? "" : ".0",
                      scalar == DHS_F32 ? "f" : "");
}

static bool is_real(enum dhs_scalar scalar)
{
    return scalar == DHS_F16 || scalar == DHS_F32 || scalar == DHS_F64;
}

static const char *c_text_literal(struct dhs_arena *arena, struct dhs_text bytes)
{
    struct text text = text_new(arena);

    escape_c_literal(&text, bytes.data, bytes.length);
    return text_end(&text);
}

const char *c_value_enumerator(struct dhs_arena *arena, const struct dhs_type *type,
                               const struct dhs_enumerator *enumerator)
{
    while (type->kind == DHS_TYPE_ATOMIC)
        type = type->element;
    return c_enumerator_name(arena, type->enumeration, enumerator);
}

const char *c_literal(struct dhs_arena *arena, const struct dhs_type *type,
                      const struct dhs_value *value)
{
    enum dhs_scalar scalar = type->scalar;
    double integer = (double)value->magnitude;

    switch (value->kind) {
    case DHS_VALUE_BOOL: return value->boolean ? "true" : "false";
    case DHS_VALUE_INTEGER:
        if (is_real(scalar)) return c_real(arena, scalar, value->negative ? -integer : integer);
        return c_integer(arena, scalar, value->negative, value->magnitude);
    case DHS_VALUE_REAL: return c_real(arena, scalar, value->real);
    case DHS_VALUE_ENUMERATOR: return c_value_enumerator(arena, type, value->enumerator);
    case DHS_VALUE_TEXT: return c_text_literal(arena, value->text);
    case DHS_VALUE_NAME:
    case DHS_VALUE_NONE: break;
    }
    return "0";
}

const struct dhs_type *c_element(const struct dhs_type *type)
{
    return type->kind == DHS_TYPE_ARRAY ? c_element(type->element) : type;
}

bool c_is_composite(const struct dhs_type *type)
{
    return type->kind == DHS_TYPE_STRING || type->kind == DHS_TYPE_BYTES ||
           type->kind == DHS_TYPE_LIST || type->kind == DHS_TYPE_OPTIONAL;
}

static const char *c_dims(struct dhs_arena *arena, const struct dhs_type *type)
{
    struct text text = text_new(arena);

    for (uint32_t i = 0; i < type->n_dims; i++)
        text_printf(&text, "[%" PRIu64 "]", type->dims[i]);
    return text_end(&text);
}

struct c_type c_type_of(struct dhs_arena *arena, const struct dhs_type *type, const char *composite)
{
    switch (type->kind) {
    case DHS_TYPE_SCALAR:
    case DHS_TYPE_ENUM:
    case DHS_TYPE_FLAGS: return (struct c_type){ c_scalar(type->scalar), "" };
    case DHS_TYPE_ATOMIC:
        return (struct c_type){ dhs_printf(arena, "dh_atomic_%s", dhs_scalar_name(type->scalar)),
                                "" };
    case DHS_TYPE_CHARS:
        return (struct c_type){ "char", dhs_printf(arena, "[%" PRIu64 "]", type->length) };
    case DHS_TYPE_STRUCT:
        return (struct c_type){
            dhs_printf(arena, "struct %s", c_name(arena, &type->structure->declaration)), ""
        };
    case DHS_TYPE_UNION:
        return (struct c_type){
            dhs_printf(arena, "struct %s", c_name(arena, &type->onion->declaration)), ""
        };
    case DHS_TYPE_ARRAY: {
        struct c_type inner = c_type_of(arena, type->element, composite);
        return (struct c_type){ inner.base,
                                dhs_printf(arena, "%s%s", c_dims(arena, type), inner.suffix) };
    }
    case DHS_TYPE_STRING:
    case DHS_TYPE_BYTES:
    case DHS_TYPE_LIST:
    case DHS_TYPE_OPTIONAL: return (struct c_type){ dhs_printf(arena, "struct %s", composite), "" };
    case DHS_TYPE_POISON: break;
    }
    return (struct c_type){ "void", "" };
}

static bool is_eight_byte_scalar(const struct dhs_type *type)
{
    return (type->kind == DHS_TYPE_SCALAR || type->kind == DHS_TYPE_ENUM ||
            type->kind == DHS_TYPE_FLAGS) &&
           dhs_scalar_size(type->scalar) == 8;
}

bool c_says_align(const struct dhs_type *type, uint32_t align)
{
    return align > type->align || is_eight_byte_scalar(c_element(type));
}

const char *c_declaration(struct dhs_arena *arena, const struct dhs_type *type, uint32_t align,
                          const char *name, const char *composite)
{
    struct c_type spelled = c_type_of(arena, type, composite);
    const char *alignas = align > 0 && c_says_align(type, align)
                              ? dhs_printf(arena, "alignas(%" PRIu32 ") ", align)
                              : "";

    return dhs_join(arena, (const char *const[]){ alignas, spelled.base, " ", name, spelled.suffix,
                                                  ";", NULL });
}

const char *c_file_name(struct dhs_arena *arena, const char *schema, const char *suffix)
{
    size_t length = strlen(schema);

    if (length > 4 && strcmp(schema + length - 4, ".dhs") == 0) length -= 4;
    return dhs_printf(arena, "%.*s%s", (int)length, schema, suffix);
}
