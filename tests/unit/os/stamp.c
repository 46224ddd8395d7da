/* SPDX-License-Identifier: Apache-2.0 */
#include "os/stamp.h"

#include <dh/time.h>

#include <check.h>
#include <stdlib.h>

/* What two readings of one clock by different ways may be apart: ten times what is promised. */
#define SLACK_NS DH_US

static struct dhi_stamper stamper;

static void open_stamper(void)
{
    dhi_stamper_open(&stamper);
}

/* Stamp until the counter may tell; false: here it never may. */
static bool measured(void)
{
    int64_t end = dh_in(DH_S);

    while (stamper.counts && stamper.reach == 0 && dh_now() < end)
        (void)dhi_stamp(&stamper);
    return stamper.reach > 0;
}

START_TEST(a_stamp_lies_between_two_readings_of_the_clock)
{
    int64_t end = dh_in(50 * DH_MS), before, stamp, after;

    do {
        before = dh_now();
        stamp = dhi_stamp(&stamper);
        after = dh_now();
        ck_assert_int_ge(stamp, before - SLACK_NS);
        ck_assert_int_le(stamp, after + SLACK_NS);
    } while (after < end);
    ck_assert(stamper.reach > 0 || !stamper.counts);
}
END_TEST

START_TEST(stamps_never_go_back)
{
    int64_t last = 0;

    (void)measured();
    for (int i = 0; i < 500000; i++) {
        int64_t stamp = dhi_stamp(&stamper);

        ck_assert_int_ge(stamp, last);
        last = stamp;
    }
}
END_TEST

START_TEST(where_the_clock_is_no_counter_each_stamp_reads_it)
{
    stamper.counts = false;
    for (int i = 0; i < 1000; i++) {
        int64_t before = dh_now(), stamp = dhi_stamp(&stamper);

        ck_assert_int_ge(stamp, before);
        ck_assert_int_le(stamp, dh_now());
    }
    ck_assert_uint_eq(stamper.reach, 0);
}
END_TEST

/* A machine that slept, or moved to another host: all of a sudden a tick is another length. */
START_TEST(a_counter_that_changes_its_pace_is_measured_anew)
{
    if (!measured()) return; /* no counter here: the test above says what holds then */
    stamper.scale *= 2;
    stamper.reach = 0; /* the next stamp reads the clock */
    ck_assert_int_le(llabs(dhi_stamp(&stamper) - dh_now()), DH_MS);
    ck_assert_uint_eq(stamper.reach, 0);
    ck_assert(measured());
    ck_assert_int_le(dhi_stamp(&stamper), dh_now() + SLACK_NS);
}
END_TEST

/* It slept between the first two stamps: what that shows of a tick is not believed yet. */
START_TEST(one_measure_alone_is_not_believed)
{
    int64_t end;

    if (!stamper.counts) return;
    (void)dhi_stamp(&stamper);
    stamper.base_ticks -= UINT64_C(1) << 40; /* it counted on meanwhile, and the clock did not */
    end = stamper.base_ns + 8 * DH_MS;       /* one measure is taken until then */
    while (stamper.ns <= end) {
        ck_assert_uint_eq(stamper.reach, 0);
        (void)dhi_stamp(&stamper);
    }
    ck_assert_uint_eq(stamper.reach, 0);
    ck_assert(measured());
    ck_assert_int_le(llabs(dhi_stamp(&stamper) - dh_now()), DH_MS);
}
END_TEST

START_TEST(a_long_pause_ends_the_counter_s_reach)
{
    int64_t before;

    if (!measured()) return;
    stamper.ticks -= 2 * stamper.reach; /* as if the last reading were that long ago */
    stamper.ns = 0;                     /* and what it said must not be used */
    before = dh_now();
    ck_assert_int_ge(dhi_stamp(&stamper), before);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("stamp");
    TCase *tests = tcase_create("stamp");
    SRunner *runner = srunner_create(suite);
    int failed;

    tcase_add_checked_fixture(tests, open_stamper, NULL);
    tcase_add_test(tests, a_stamp_lies_between_two_readings_of_the_clock);
    tcase_add_test(tests, stamps_never_go_back);
    tcase_add_test(tests, where_the_clock_is_no_counter_each_stamp_reads_it);
    tcase_add_test(tests, a_counter_that_changes_its_pace_is_measured_anew);
    tcase_add_test(tests, one_measure_alone_is_not_believed);
    tcase_add_test(tests, a_long_pause_ends_the_counter_s_reach);
    suite_add_tcase(suite, tests);
    srunner_run_all(runner, CK_NORMAL);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
