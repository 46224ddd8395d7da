/* SPDX-License-Identifier: Apache-2.0 */
#include <check.h>
#include <stdlib.h>

#include <number.h>

#define MAX UINT64_MAX
#define NEG(n)              \
    {                       \
        true, (uint64_t)(n) \
    }
#define POS(n)               \
    {                        \
        false, (uint64_t)(n) \
    }
#define TOP_BIT ((uint64_t)1 << 63)

typedef enum dhs_outcome (*operation)(struct dhs_number, struct dhs_number, struct dhs_number *);

struct row {
    const char *why;
    operation apply;
    struct dhs_number a, b, result;
    enum dhs_outcome outcome;
};

static const struct row rows[] = {
    { "plain sum", dhs_number_add, POS(2), POS(3), POS(5), DHS_EXACT },
    { "sum of both signs", dhs_number_add, NEG(5), POS(3), NEG(2), DHS_EXACT },
    { "zero has no sign", dhs_number_add, NEG(3), POS(3), POS(0), DHS_EXACT },
    { "u64 is full", dhs_number_add, POS(MAX), POS(1), POS(0), DHS_TOO_LARGE },
    { "i64 is full", dhs_number_add, NEG(TOP_BIT), NEG(1), POS(0), DHS_TOO_LARGE },
    { "the least i64", dhs_number_subtract, NEG(TOP_BIT - 1), POS(1), NEG(TOP_BIT), DHS_EXACT },
    { "beyond the least", dhs_number_subtract, NEG(TOP_BIT), POS(1), POS(0), DHS_TOO_LARGE },
    { "of the largest", dhs_number_subtract, POS(0), POS(MAX), POS(0), DHS_TOO_LARGE },
    { "minus a negative", dhs_number_subtract, POS(MAX - 1), NEG(1), POS(MAX), DHS_EXACT },
    { "minus zero", dhs_number_subtract, POS(0), POS(0), POS(0), DHS_EXACT },
    { "product to the end", dhs_number_multiply, POS(MAX / 5), POS(5), POS(MAX), DHS_EXACT },
    { "product beyond", dhs_number_multiply, POS(TOP_BIT), POS(2), POS(0), DHS_TOO_LARGE },
    { "two negatives", dhs_number_multiply, NEG(3), NEG(4), POS(12), DHS_EXACT },
    { "negative times zero", dhs_number_multiply, NEG(3), POS(0), POS(0), DHS_EXACT },
    { "exact quotient", dhs_number_divide, NEG(12), POS(4), NEG(3), DHS_EXACT },
    { "with remainder", dhs_number_divide, POS(7), POS(2), POS(0), DHS_REMAINDER },
    { "by zero", dhs_number_divide, POS(7), POS(0), POS(0), DHS_BY_ZERO },
    { "least by minus one", dhs_number_divide, NEG(TOP_BIT), NEG(1), POS(TOP_BIT), DHS_EXACT },
    { "modulo keeps the sign", dhs_number_modulo, NEG(7), POS(4), NEG(3), DHS_EXACT },
    { "modulo of a multiple", dhs_number_modulo, NEG(8), POS(4), POS(0), DHS_EXACT },
    { "modulo by zero", dhs_number_modulo, NEG(8), POS(0), POS(0), DHS_BY_ZERO },
    { "top bit", dhs_number_shift_left, POS(1), POS(63), POS(TOP_BIT), DHS_EXACT },
    { "top bit negative", dhs_number_shift_left, NEG(1), POS(63), NEG(TOP_BIT), DHS_EXACT },
    { "bit lost", dhs_number_shift_left, POS(3), POS(63), POS(0), DHS_TOO_LARGE },
    { "too far", dhs_number_shift_left, POS(1), POS(64), POS(0), DHS_BAD_SHIFT },
    { "backwards", dhs_number_shift_right, POS(1), NEG(1), POS(0), DHS_BAD_SHIFT },
    { "rounds down", dhs_number_shift_right, NEG(5), POS(1), NEG(3), DHS_EXACT },
    { "ends at minus one", dhs_number_shift_right, NEG(1), POS(63), NEG(1), DHS_EXACT },
    { "right", dhs_number_shift_right, POS(MAX), POS(63), POS(1), DHS_EXACT },
    { "mask", dhs_number_and, NEG(1), POS(255), POS(255), DHS_EXACT },
    { "both negative", dhs_number_and, NEG(4), NEG(6), NEG(8), DHS_EXACT },
    { "no common width", dhs_number_and, NEG(1), POS(MAX), POS(0), DHS_TOO_LARGE },
    { "join", dhs_number_or, POS(8), POS(3), POS(11), DHS_EXACT },
    { "join with negative", dhs_number_or, NEG(8), POS(3), NEG(5), DHS_EXACT },
};

START_TEST(arithmetic_is_exact_or_refused)
{
    const struct row *row = &rows[_i];
    struct dhs_number got = { false, 77 };
    ck_assert_msg(row->apply(row->a, row->b, &got) == row->outcome, "%s: outcome", row->why);
    if (row->outcome != DHS_EXACT) return;
    ck_assert_msg(got.negative == row->result.negative && got.magnitude == row->result.magnitude,
                  "%s: got %s%llu", row->why, got.negative ? "-" : "",
                  (unsigned long long)got.magnitude);
}
END_TEST

START_TEST(inverting_respects_the_width)
{
    struct dhs_number zero = POS(0), one = POS(1), minus = NEG(1), large = POS(256), got;
    ck_assert(dhs_number_invert(zero, 8, false, &got) == DHS_EXACT && got.magnitude == 255);
    ck_assert(dhs_number_invert(zero, 64, false, &got) == DHS_EXACT && got.magnitude == MAX);
    ck_assert(dhs_number_invert(one, 16, true, &got) == DHS_EXACT && got.negative);
    ck_assert_uint_eq(got.magnitude, 2);
    ck_assert(dhs_number_invert(minus, 16, true, &got) == DHS_EXACT && got.magnitude == 0);
    ck_assert(!got.negative);
    ck_assert(dhs_number_invert(large, 8, false, &got) == DHS_TOO_LARGE);
}
END_TEST

START_TEST(every_width_has_its_borders)
{
    for (unsigned bits = 8; bits <= 64; bits *= 2) {
        struct dhs_number top = POS(MAX >> (64 - bits)), half = POS((uint64_t)1 << (bits - 1));
        struct dhs_number least = { true, half.magnitude }, beyond = { true, half.magnitude + 1 };
        ck_assert(dhs_number_fits(top, bits, false));
        ck_assert(!dhs_number_fits(top, bits, true));
        ck_assert(!dhs_number_fits(half, bits, true));
        ck_assert(dhs_number_fits(least, bits, true));
        ck_assert(!dhs_number_fits(least, bits, false));
        ck_assert(!dhs_number_fits(beyond, bits, true));
    }
}
END_TEST

START_TEST(numbers_are_ordered_across_signs)
{
    struct dhs_number order[] = { NEG(TOP_BIT), NEG(2), NEG(1), POS(0), POS(1), POS(MAX) };
    for (size_t i = 0; i < 6; i++)
        for (size_t k = 0; k < 6; k++)
            ck_assert_int_eq(dhs_number_compare(order[i], order[k]), i < k ? -1 : i > k);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("idl/number");
    TCase *all = tcase_create("all");
    tcase_add_loop_test(all, arithmetic_is_exact_or_refused, 0, sizeof rows / sizeof rows[0]);
    tcase_add_test(all, inverting_respects_the_width);
    tcase_add_test(all, every_width_has_its_borders);
    tcase_add_test(all, numbers_are_ordered_across_signs);
    suite_add_tcase(suite, all);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
