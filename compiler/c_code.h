/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How things of the model are spelled in C11 and C++17: names, types, declarations, literals.
 * Nothing here knows templates; describe_*.c puts these spellings where templates find them.
 */
#ifndef DHGEN_C_CODE_H
#define DHGEN_C_CODE_H

#include "model.h"
#include "text.h"

/* "imu_" + "sample_mode" for an enum Mode in struct Sample: prefix, outer struct, name. */
const char *c_name(struct dhs_arena *arena, const struct dhs_declaration *declaration);

/* The same in capitals, for constants. */
const char *c_upper_name(struct dhs_arena *arena, const struct dhs_declaration *declaration);

/* What the enumerators of an enum begin with: "IMU_QUALITY", and the name that none of them needs
 * to repeat. */
struct c_enumerators {
    const char *prefix;
    const char *repeated;
};
struct c_enumerators c_enumerators_of(struct dhs_arena *arena, const struct dhs_enum *enumeration);

/* "IMU_QUALITY_GOOD"; an enumerator that repeats its enum's name loses the repetition. The first
 * one is for who has many to name. */
const char *c_name_in(struct dhs_arena *arena, const struct c_enumerators *all,
                      const struct dhs_enumerator *enumerator);
const char *c_enumerator_name(struct dhs_arena *arena, const struct dhs_enum *enumeration,
                              const struct dhs_enumerator *enumerator);

/* "uint64_t", "float"; f16 is its 16 bits. */
const char *c_scalar(enum dhs_scalar scalar);

/* What an enumerator stands for: its value, or of flags the bit set. */
uint64_t c_enumerator_magnitude(const struct dhs_enum *enumeration,
                                const struct dhs_enumerator *enumerator);

/* Whether a signed int holds it: what C11 asks of an enumerator. */
bool c_fits_int(bool negative, uint64_t magnitude);

/* An integer literal of a scalar type: "-5", "200u", "UINT64_C(1)", "INT64_C(-7)". */
const char *c_integer(struct dhs_arena *arena, enum dhs_scalar scalar, bool negative,
                      uint64_t magnitude);

/* A value as an initializer of a scalar, enum or flags type, or as a text literal. */
const char *c_literal(struct dhs_arena *arena, const struct dhs_type *type,
                      const struct dhs_value *value);

/* The owner of an enumerator. */
const char *c_value_enumerator(struct dhs_arena *arena, const struct dhs_type *type,
                               const struct dhs_enumerator *enumerator);

/* A declarator in two halves: `base name suffix;` "float" "[3][3]". Composite types have a struct
 * of their own, named `composite`: string, bytes, list, optional. */
struct c_type {
    const char *base;
    const char *suffix;
};
struct c_type c_type_of(struct dhs_arena *arena, const struct dhs_type *type,
                        const char *composite);

/* The innermost type that is no array: what c_type.base spells. */
const struct dhs_type *c_element(const struct dhs_type *type);

/* Whether that is one of those composites. */
bool c_is_composite(const struct dhs_type *type);

/* Whether a compiler must be told its alignment: i386 aligns eight bytes to four, and authors may
 * ask for more than is natural. */
bool c_says_align(const struct dhs_type *type, uint32_t align);

/* "alignas(8) double x[4];" - with alignas where i386 would align less than the model, or where the
 * author asked for more; never if `align` is 0. */
const char *c_declaration(struct dhs_arena *arena, const struct dhs_type *type, uint32_t align,
                          const char *name, const char *composite);

/* "imu.dh.h" for "dir/imu.dhs": with `suffix` instead of ".dhs". */
const char *c_file_name(struct dhs_arena *arena, const char *schema, const char *suffix);

#endif
