/* SPDX-License-Identifier: Apache-2.0 */
/* The shortest text of a double is the one that the C library finds, tried from one digit on. */
#include <check.h>
#include <float.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <real.h>

static void check_real(double real)
{
    char wanted[64], got[DHS_REAL_BYTES];

    for (int n = 0; n <= 16; n++) {
        snprintf(wanted, sizeof wanted, "%.*e", n, real);
        if (strtod(wanted, NULL) == real) break;
    }
    ck_assert_uint_eq(dhs_put_scientific(got, real), strlen(wanted));
    ck_assert_str_eq(got, wanted);
    for (int n = 1; n <= 17; n++) {
        snprintf(wanted, sizeof wanted, "%.*g", n, real);
        if (strtod(wanted, NULL) == real) break;
    }
    ck_assert_uint_eq(dhs_put_general(got, real), strlen(wanted));
    ck_assert_str_eq(got, wanted);
}

static void check_both(double real)
{
    check_real(real);
    check_real(-real);
}

START_TEST(what_people_write_is_written_back)
{
    static const char *const texts[] = {
        "0",     "1",    "100",  "0.1",  "0.01",    "0.25",   "1e-4",  "1e-5",
        "12e-5", "1e-7", "1e22", "1e23", "1e-22",   "1e-23",  "99999", "100000",
        "1e15",  "1.5",  "250",  "0.05", "123.456", "1e14",   "1e16",  "299792458",
        "0.3",   "1e21", "1e-9", "3e-3", "9.80665", "273.15", "1e300", "6.02214076e23",
    };

    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        check_both(strtod(texts[i], NULL));
}
END_TEST

START_TEST(limits_and_neighbours_of_round_numbers_have_all_their_digits)
{
    static const double reals[] = { DBL_MAX, DBL_MIN,  DBL_TRUE_MIN, DBL_EPSILON, INFINITY,
                                    1e15,    0x1p53,   0x1p63,       0x1p-1022,   1.0 / 3,
                                    0.1,     123456.7, 1e-7,         1e22,        999999999999999 };

    for (size_t i = 0; i < sizeof reals / sizeof reals[0]; i++) {
        check_both(reals[i]);
        check_both(nextafter(reals[i], 0));
        check_both(nextafter(reals[i], INFINITY));
    }
}
END_TEST

/* Digits of every number, points at every place; and any bits. */
START_TEST(numbers_by_chance_are_written_as_the_c_library_does)
{
    uint64_t chance = 1;

    for (int i = 0; i < 2000; i++) {
        char text[64];
        double any;
        chance = chance * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        uint64_t digits = (chance >> 8) >> (chance >> 3 & 31) >> (i % 20);
        snprintf(text, sizeof text, "%llue%d", (unsigned long long)digits,
                 (int)(chance >> 58) - 32);
        check_both(strtod(text, NULL));
        memcpy(&any, &chance, sizeof any);
        if (!isnan(any)) check_real(any);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("real");
    TCase *tests = tcase_create("real");

    tcase_add_test(tests, what_people_write_is_written_back);
    tcase_add_test(tests, limits_and_neighbours_of_round_numbers_have_all_their_digits);
    tcase_add_test(tests, numbers_by_chance_are_written_as_the_c_library_does);
    suite_add_tcase(suite, tests);

    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
