/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Exact integers from -2^63 to 2^64-1: all that i64 and u64 can hold, on every host. A result that
 * lies outside is not computed.
 */
#ifndef DHS_NUMBER_H
#define DHS_NUMBER_H

#include <stdbool.h>
#include <stdint.h>

struct dhs_number {
    bool negative; /* never with magnitude 0 */
    uint64_t magnitude;
};

enum dhs_outcome { DHS_EXACT, DHS_TOO_LARGE, DHS_BY_ZERO, DHS_REMAINDER, DHS_BAD_SHIFT };

enum dhs_outcome dhs_number_add(struct dhs_number a, struct dhs_number b, struct dhs_number *out);
enum dhs_outcome dhs_number_subtract(struct dhs_number a, struct dhs_number b,
                                     struct dhs_number *out);
enum dhs_outcome dhs_number_multiply(struct dhs_number a, struct dhs_number b,
                                     struct dhs_number *out);
enum dhs_outcome dhs_number_divide(struct dhs_number a, struct dhs_number b,
                                   struct dhs_number *out);
enum dhs_outcome dhs_number_modulo(struct dhs_number a, struct dhs_number b,
                                   struct dhs_number *out);
enum dhs_outcome dhs_number_shift_left(struct dhs_number a, struct dhs_number by,
                                       struct dhs_number *out);
enum dhs_outcome dhs_number_shift_right(struct dhs_number a, struct dhs_number by,
                                        struct dhs_number *out);
enum dhs_outcome dhs_number_and(struct dhs_number a, struct dhs_number b, struct dhs_number *out);
enum dhs_outcome dhs_number_or(struct dhs_number a, struct dhs_number b, struct dhs_number *out);
enum dhs_outcome dhs_number_negate(struct dhs_number a, struct dhs_number *out);

/* All bits of an integer of `bits` bits turned around. */
enum dhs_outcome dhs_number_invert(struct dhs_number a, unsigned bits, bool is_signed,
                                   struct dhs_number *out);

/* Whether it can be held by an integer of `bits` bits. */
bool dhs_number_fits(struct dhs_number a, unsigned bits, bool is_signed);

/* -1, 0 or 1. */
int dhs_number_compare(struct dhs_number a, struct dhs_number b);

double dhs_number_real(struct dhs_number a);

/* The integer that `real` is, where it is one from -2^63 to 2^64-1. */
bool dhs_number_of_real(double real, struct dhs_number *out);

#endif
