/* SPDX-License-Identifier: Apache-2.0 */
#include "real.h"

#include <float.h>
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "put.h"

/* A number of few digits, as nearly all are that people write: its first one stands for as many
 * times ten to the power of `exponent`. */
struct decimal {
    bool negative;
    char digits[DHS_DECIMAL_BYTES];
    size_t n;
    int exponent;
};

/* All of these are exact. */
static const double TENS[] = { 1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                               1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                               1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22 };
enum { N_TENS = sizeof TENS / sizeof TENS[0] };

/* An exact whole number by an exact power of ten is divided to the nearest double, to which
 * strtod() takes that text, too; and no two texts of up to fifteen digits are one double. */
static bool find_decimal(double real, struct decimal *decimal)
{
    double magnitude = fabs(real);
    bool is_exact =
        FLT_EVAL_METHOD == 0; /* where it is divided in more bits, it is rounded twice */

    for (size_t behind_point = 0; is_exact && behind_point < N_TENS; behind_point++) {
        double scaled = magnitude * TENS[behind_point];
        if (!(scaled < 1e15)) return false;
        uint64_t whole = (uint64_t)(scaled + 0.5);
        if ((double)whole / TENS[behind_point] != magnitude) continue;
        decimal->negative = signbit(real);
        decimal->n = dhs_put_decimal(decimal->digits, whole);
        decimal->exponent = (int)decimal->n - 1 - (int)behind_point;
        while (decimal->n > 1 && decimal->digits[decimal->n - 1] == '0')
            decimal->n--;
        return true;
    }
    return false;
}

/* The fewest digits worth a try: what fifteen do not give back, fewer do not either. */
static int first_try(double real)
{
    char digits[DHS_REAL_BYTES];

    snprintf(digits, sizeof digits, "%.15g", real);
    return strtod(digits, NULL) == real ? 1 : 16;
}

static size_t put(char *to, size_t length, const char *digits, size_t n)
{
    memcpy(to + length, digits, n);
    return length + n;
}

static size_t put_with_exponent(char *to, const struct decimal *decimal)
{
    unsigned exponent = (unsigned)abs(decimal->exponent);
    size_t length = put(to, 0, "-", decimal->negative);

    length = put(to, length, decimal->digits, 1);
    if (decimal->n > 1) length = put(to, length, ".", 1);
    length = put(to, length, decimal->digits + 1, decimal->n - 1);
    length = put(to, length, decimal->exponent < 0 ? "e-" : "e+", 2);
    if (exponent < 10) length = put(to, length, "0", 1);
    length += dhs_put_decimal(to + length, exponent);
    to[length] = '\0';
    return length;
}

static size_t put_with_point(char *to, const struct decimal *decimal)
{
    size_t before_point = decimal->exponent < 0 ? 0 : (size_t)decimal->exponent + 1;
    size_t length = put(to, 0, "-", decimal->negative);

    length = put(to, length, decimal->digits, before_point);
    if (before_point == 0) length = put(to, length, "0", 1);
    if (before_point < decimal->n) length = put(to, length, ".", 1);
    for (int exponent = -1; exponent > decimal->exponent; exponent--)
        length = put(to, length, "0", 1);
    length = put(to, length, decimal->digits + before_point, decimal->n - before_point);
    to[length] = '\0';
    return length;
}

size_t dhs_put_scientific(char to[DHS_REAL_BYTES], double real)
{
    struct decimal decimal;
    int length = 0;

    if (find_decimal(real, &decimal)) return put_with_exponent(to, &decimal);
    for (int n = first_try(real); n <= 17; n++) {
        length = snprintf(to, DHS_REAL_BYTES, "%.*e", n - 1, real);
        if (strtod(to, NULL) == real) break;
    }
    return (size_t)length;
}

size_t dhs_put_general(char to[DHS_REAL_BYTES], double real)
{
    struct decimal decimal;
    int length = 0;

    if (find_decimal(real, &decimal))
        return decimal.exponent < -4 || decimal.exponent >= (int)decimal.n
                   ? put_with_exponent(to, &decimal)
                   : put_with_point(to, &decimal);
    for (int n = first_try(real); n <= 17; n++) {
        length = snprintf(to, DHS_REAL_BYTES, "%.*g", n, real);
        if (strtod(to, NULL) == real) break;
    }
    return (size_t)length;
}
