/* SPDX-License-Identifier: Apache-2.0
 *
 * A consumer that says "nothing was lost, nothing was torn" must be one that would have noticed.
 */
#include "../tally.h"

#include "../check.h"

#include <check.h>

static const struct options QUIET = { .program = "tally", .quiet = true };
static struct tally tally;
static struct pulse_sample sample;

static void start(void)
{
    tally = (struct tally){ 0 };
    pulse_sample_init(&sample);
}

static void add(uint64_t frame)
{
    sample.frame = frame;
    sample.check = pulse_check(&sample);
    tally_add(&tally, &sample);
}

START_TEST(frames_without_a_gap_are_fine)
{
    for (uint64_t frame = 40; frame < 50; frame++)
        add(frame);
    ck_assert_uint_eq(tally.received, 10);
    ck_assert_uint_eq(tally.first, 40);
    ck_assert_uint_eq(tally.last, 49);
    ck_assert_int_eq(tally_finish(&tally, 0, &QUIET), 0);
}
END_TEST

START_TEST(a_missing_frame_is_lost)
{
    add(1);
    add(3);
    ck_assert_int_eq(tally_finish(&tally, 0, &QUIET), STATUS_BAD);
}
END_TEST

START_TEST(frames_that_the_channel_says_were_overwritten_are_not_lost)
{
    add(1);
    add(101);
    ck_assert_int_eq(tally_finish(&tally, 99, &QUIET), 0);
    ck_assert_int_eq(tally_finish(&tally, 98, &QUIET), STATUS_BAD);
    ck_assert_int_eq(tally_finish(&tally, 100, &QUIET), STATUS_BAD);
}
END_TEST

START_TEST(a_frame_that_comes_twice_is_disorder)
{
    add(1);
    add(1);
    ck_assert_uint_eq(tally.disorder, 1);
    ck_assert_int_eq(tally_finish(&tally, 0, &QUIET), STATUS_BAD);
}
END_TEST

START_TEST(one_changed_bit_anywhere_in_version_1_0_is_torn)
{
    unsigned char *bytes = (unsigned char *)&sample;
    size_t end = pulse_schema.roots[0].minors[0].size_bytes;

    sample.frame = 7;
    for (size_t at = 0; at < end; at++) {
        sample.check = 0;
        sample.check = pulse_check(&sample);
        bytes[at] ^= 0x10;
        tally = (struct tally){ 0 };
        tally_add(&tally, &sample);
        ck_assert_msg(tally.torn == 1, "byte %zu", at);
        bytes[at] ^= 0x10;
    }
    ck_assert_int_eq(tally_finish(&tally, 0, &QUIET), STATUS_BAD);
}
END_TEST

START_TEST(fields_that_came_later_do_not_change_the_check)
{
    uint64_t before = pulse_check(&sample);

    sample.running = 5;
    ck_assert_uint_eq(pulse_check(&sample), before);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("tally");
    TCase *tests = tcase_create("tally");
    SRunner *runner = srunner_create(suite);
    int failed;

    tcase_add_checked_fixture(tests, start, NULL);
    tcase_add_test(tests, frames_without_a_gap_are_fine);
    tcase_add_test(tests, a_missing_frame_is_lost);
    tcase_add_test(tests, frames_that_the_channel_says_were_overwritten_are_not_lost);
    tcase_add_test(tests, a_frame_that_comes_twice_is_disorder);
    tcase_add_test(tests, one_changed_bit_anywhere_in_version_1_0_is_torn);
    tcase_add_test(tests, fields_that_came_later_do_not_change_the_check);
    suite_add_tcase(suite, tests);
    srunner_run_all(runner, CK_NORMAL);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
