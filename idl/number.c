/* SPDX-License-Identifier: Apache-2.0 */
#include "number.h"

static const uint64_t most_negative = (uint64_t)1 << 63;

static enum dhs_outcome give(bool negative, uint64_t magnitude, struct dhs_number *out)
{
    if (negative && magnitude > most_negative) return DHS_TOO_LARGE;
    out->negative = negative && magnitude != 0;
    out->magnitude = magnitude;
    return DHS_EXACT;
}

enum dhs_outcome dhs_number_negate(struct dhs_number a, struct dhs_number *out)
{
    return give(!a.negative, a.magnitude, out);
}

enum dhs_outcome dhs_number_add(struct dhs_number a, struct dhs_number b, struct dhs_number *out)
{
    if (a.negative != b.negative) {
        bool a_wins = a.magnitude >= b.magnitude;
        return give(a_wins ? a.negative : b.negative,
                    a_wins ? a.magnitude - b.magnitude : b.magnitude - a.magnitude, out);
    }
    if (a.magnitude > UINT64_MAX - b.magnitude) return DHS_TOO_LARGE;
    return give(a.negative, a.magnitude + b.magnitude, out);
}

enum dhs_outcome dhs_number_subtract(struct dhs_number a, struct dhs_number b,
                                     struct dhs_number *out)
{
    b.negative = !b.negative; /* may be -0 or beyond -2^63 for a moment: add copes with both */
    return dhs_number_add(a, b, out);
}

enum dhs_outcome dhs_number_multiply(struct dhs_number a, struct dhs_number b,
                                     struct dhs_number *out)
{
    if (b.magnitude && a.magnitude > UINT64_MAX / b.magnitude) return DHS_TOO_LARGE;
    return give(a.negative != b.negative, a.magnitude * b.magnitude, out);
}

enum dhs_outcome dhs_number_divide(struct dhs_number a, struct dhs_number b, struct dhs_number *out)
{
    if (b.magnitude == 0) return DHS_BY_ZERO;
    if (a.magnitude % b.magnitude) return DHS_REMAINDER;
    return give(a.negative != b.negative, a.magnitude / b.magnitude, out);
}

/* The sign of the dividend, as in C. */
enum dhs_outcome dhs_number_modulo(struct dhs_number a, struct dhs_number b, struct dhs_number *out)
{
    if (b.magnitude == 0) return DHS_BY_ZERO;
    return give(a.negative, a.magnitude % b.magnitude, out);
}

enum dhs_outcome dhs_number_shift_left(struct dhs_number a, struct dhs_number by,
                                       struct dhs_number *out)
{
    if (by.negative || by.magnitude > 63) return DHS_BAD_SHIFT;
    if (a.magnitude > UINT64_MAX >> by.magnitude) return DHS_TOO_LARGE;
    return give(a.negative, a.magnitude << by.magnitude, out);
}

/* Rounds towards minus infinity, as an arithmetic shift does. */
enum dhs_outcome dhs_number_shift_right(struct dhs_number a, struct dhs_number by,
                                        struct dhs_number *out)
{
    if (by.negative || by.magnitude > 63) return DHS_BAD_SHIFT;
    if (!a.negative) return give(false, a.magnitude >> by.magnitude, out);
    return give(true, ((a.magnitude - 1) >> by.magnitude) + 1, out);
}

/* In two's complement; a negative number and one beyond 2^63-1 have no common width. */
static bool bits_of(struct dhs_number a, struct dhs_number b, uint64_t *x, uint64_t *y)
{
    bool any_negative = a.negative || b.negative;
    bool any_large = (!a.negative && a.magnitude >= most_negative) ||
                     (!b.negative && b.magnitude >= most_negative);
    *x = a.negative ? 0 - a.magnitude : a.magnitude;
    *y = b.negative ? 0 - b.magnitude : b.magnitude;
    return !(any_negative && any_large);
}

static enum dhs_outcome from_bits(uint64_t bits, bool is_negative, struct dhs_number *out)
{
    return is_negative ? give(true, 0 - bits, out) : give(false, bits, out);
}

enum dhs_outcome dhs_number_and(struct dhs_number a, struct dhs_number b, struct dhs_number *out)
{
    uint64_t x, y;
    if (!bits_of(a, b, &x, &y)) return DHS_TOO_LARGE;
    return from_bits(x & y, a.negative && b.negative, out);
}

enum dhs_outcome dhs_number_or(struct dhs_number a, struct dhs_number b, struct dhs_number *out)
{
    uint64_t x, y;
    if (!bits_of(a, b, &x, &y)) return DHS_TOO_LARGE;
    return from_bits(x | y, a.negative || b.negative, out);
}

enum dhs_outcome dhs_number_invert(struct dhs_number a, unsigned bits, bool is_signed,
                                   struct dhs_number *out)
{
    if (!dhs_number_fits(a, bits, is_signed)) return DHS_TOO_LARGE;
    if (!is_signed) return give(false, UINT64_MAX >> (64 - bits) ^ a.magnitude, out);
    return a.negative ? give(false, a.magnitude - 1, out) : give(true, a.magnitude + 1, out);
}

bool dhs_number_fits(struct dhs_number a, unsigned bits, bool is_signed)
{
    if (!is_signed) return !a.negative && a.magnitude <= UINT64_MAX >> (64 - bits);
    uint64_t limit = (uint64_t)1 << (bits - 1);
    return a.negative ? a.magnitude <= limit : a.magnitude < limit;
}

int dhs_number_compare(struct dhs_number a, struct dhs_number b)
{
    if (a.negative != b.negative) return a.negative ? -1 : 1;
    if (a.magnitude == b.magnitude) return 0;
    return (a.magnitude < b.magnitude) != a.negative ? -1 : 1;
}

double dhs_number_real(struct dhs_number a)
{
    return a.negative ? -(double)a.magnitude : (double)a.magnitude;
}

bool dhs_number_of_real(double real, struct dhs_number *out)
{
    double magnitude = real < 0 ? -real : real;
    if (!(magnitude < 18446744073709551616.0)) return false; /* neither is nan */
    struct dhs_number whole = { real < 0, (uint64_t)magnitude };
    if ((double)whole.magnitude != magnitude) return false;
    return give(whole.negative, whole.magnitude, out) == DHS_EXACT;
}
