/* SPDX-License-Identifier: Apache-2.0 */
#include "block/look.h"

#include <check.h>
#include <stdlib.h>

enum { NOW = 1000 * 1000, FAR = 1000 * 1000 * 1000 };

/* A wait that comes beyond the first round; whether it looks on. */
static bool look(dh_slot_rw *rw, bool pays)
{
    int64_t until_ns = dhi_look_until(rw, NOW, FAR);

    if (until_ns == NOW) return false;
    ck_assert_int_eq(until_ns, NOW + rw->spin_ns);
    return pays ? dhi_look_paid(rw, until_ns) : true;
}

static unsigned looks_in(dh_slot_rw *rw, unsigned n_waits, unsigned one_pays_in)
{
    unsigned n = 0;

    for (unsigned i = 1; i <= n_waits; i++)
        n += look(rw, one_pays_in > 0 && i % one_pays_in == 0);
    return n;
}

START_TEST(who_says_how_long_is_looked_for_gets_that)
{
    dh_slot_rw rw = { 0 };

    dhi_look_init(&rw, 50 * DH_US);
    ck_assert_int_eq(rw.spin_ns, 50 * DH_US);
    ck_assert_uint_eq(looks_in(&rw, 1000, 0), 1000);
}
END_TEST

START_TEST(where_all_looks_are_in_vain_one_wait_of_eight_tries)
{
    dh_slot_rw rw = { 0 };

    dhi_look_init(&rw, 0);
    ck_assert_int_eq(rw.spin_ns, 20 * DH_US);
    ck_assert_uint_eq(looks_in(&rw, DHI_LOOK_PAYS_MOST, 0), DHI_LOOK_PAYS_MOST);
    ck_assert_uint_eq(looks_in(&rw, 800, 0), 100);
}
END_TEST

START_TEST(a_look_that_pays_brings_others_back)
{
    dh_slot_rw rw = { 0 };

    dhi_look_init(&rw, 0);
    (void)looks_in(&rw, 100, 0);
    while (!look(&rw, true))
        ;
    ck_assert_uint_eq(looks_in(&rw, 1000, 1), 1000);
}
END_TEST

START_TEST(half_of_them_in_vain_is_good_enough_and_nine_of_ten_are_not)
{
    dh_slot_rw rw = { 0 };

    dhi_look_init(&rw, 0);
    ck_assert_uint_eq(looks_in(&rw, 1000, 2), 1000);
    ck_assert_uint_lt(looks_in(&rw, 1000, 10), 400);
}
END_TEST

START_TEST(what_comes_in_the_first_round_says_nothing)
{
    dh_slot_rw rw = { 0 };

    dhi_look_init(&rw, 0);
    (void)looks_in(&rw, 100, 0);
    for (int i = 0; i < 100; i++)
        ck_assert(dhi_look_paid(&rw, 0));
    ck_assert_uint_eq(looks_in(&rw, 800, 0), 100);
}
END_TEST

START_TEST(who_waits_for_less_than_a_look_looks_all_the_time_and_is_not_counted)
{
    dh_slot_rw rw = { 0 };

    dhi_look_init(&rw, 0);
    for (int i = 0; i < 100; i++)
        ck_assert_int_eq(dhi_look_until(&rw, NOW, NOW + 20 * DH_US), NOW + 20 * DH_US);
    ck_assert_uint_eq(looks_in(&rw, DHI_LOOK_PAYS_MOST, 0), DHI_LOOK_PAYS_MOST);
    for (int i = 0; i < 100; i++)
        ck_assert_int_eq(dhi_look_until(&rw, NOW, NOW + 5 * DH_US), NOW + 5 * DH_US);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("look");
    TCase *tests = tcase_create("look");
    SRunner *runner = srunner_create(suite);
    int failed;

    tcase_add_test(tests, who_says_how_long_is_looked_for_gets_that);
    tcase_add_test(tests, where_all_looks_are_in_vain_one_wait_of_eight_tries);
    tcase_add_test(tests, a_look_that_pays_brings_others_back);
    tcase_add_test(tests, half_of_them_in_vain_is_good_enough_and_nine_of_ten_are_not);
    tcase_add_test(tests, what_comes_in_the_first_round_says_nothing);
    tcase_add_test(tests, who_waits_for_less_than_a_look_looks_all_the_time_and_is_not_counted);
    suite_add_tcase(suite, tests);
    srunner_run_all(runner, CK_NORMAL);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
