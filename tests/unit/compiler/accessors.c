/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The functions that generated C gives for what a bare struct makes easy to get wrong: texts,
 * lists, optionals, unions, scaled values, and how all of it prints. The schema is
 * tests/golden/languages/whole.dhs.
 */
#include "whole.dh.h"
#include "whole.dh.print.h"

#include <check.h>
#include <math.h>
#include <stdlib.h>

static void fill(struct w_gripper *gripper)
{
    const struct lab_parts_place place = { 1.5, 2, { 3, "one" } };
    const float row[3] = { 1, 2, 3 };
    struct w_gripper_words_item word;

    w_gripper_init(gripper);
    gripper->time = 12;
    gripper->faults = W_FAULT_HOT | W_FAULT_COLD | 1 << 4;
    gripper->signed_ = -7;
    gripper->volts = NAN;
    ck_assert(w_gripper_label_set(&gripper->label, "a\"\n"));
    ck_assert(w_gripper_raw_set(&gripper->raw, "\x01\xff", 2));
    ck_assert(w_gripper_points_append(&gripper->points, &place));
    ck_assert(w_gripper_rows_append(&gripper->rows, row));
    ck_assert(w_gripper_words_item_set(&word, "abc"));
    ck_assert(w_gripper_words_set(&gripper->words, &word, 1));
    w_gripper_trio_set(&gripper->trio, (const uint16_t[]){ 7, 8, 9 });
    w_gripper_maybe_set(&gripper->maybe[1], 4);
    *w_reading_set_number(&gripper->reading) = 2.5;
    ck_assert(w_gripper_lat_set(gripper, 47.5));
    ck_assert(w_gripper_heat_set(gripper, 20.2));
    ck_assert(w_gripper_sags_append(&gripper->sags, 2));
    w_gripper_drift_set(&gripper->drift[1], -3);
}

START_TEST(a_struct_prints_as_one_line_with_units_names_and_what_is_absent)
{
    struct w_gripper gripper;
    char text[2000];
    size_t n;

    fill(&gripper);
    n = w_gripper_print(&gripper, text, sizeof text);
    ck_assert_uint_eq(n, strlen(text));
    ck_assert_str_eq(text, "{time: 12 ns, stamp: 0 ns, mode: moving, modes: [idle, idle], signed: "
                           "-7, wide: none, faults: "
                           "hot|cold|bit4, ok: true, lat: 47.5 deg, heat: 20 degC, heats: [0, 0] "
                           "degC, volts: nan V, half: "
                           "1.5, matrix: [0, 0, 0, 0, 0, 0], name: \"abc\", names: [\"\", \"\", "
                           "\"\"], label: \"a\\\"\\x0a\", "
                           "labels: [\"\", \"\"], raw: 01ff, points: [{x: 1.5 m, y: 2, name: "
                           "\"one\"}], rows: [1, 2, 3], words: "
                           "[\"abc\"], best: none, maybe: [none, 4, none], trio: [7, 8, 9], "
                           "reading: number: 2.5 m, readings: "
                           "[], old: 0, nearer: 0, reserved: 0, later: 0 m, latest: 0, sags: [1.5] "
                           "mm, drift: [none, -1.5 mm]}");
}
END_TEST

START_TEST(printing_never_writes_beyond_its_buffer_nor_reads_beyond_a_capacity)
{
    struct w_gripper gripper;
    char whole[4000], part[4000];
    size_t n;

    memset(&gripper, 0xff, sizeof gripper); /* counts and lengths of four thousand millions */
    n = w_gripper_print(&gripper, whole, sizeof whole);
    ck_assert_uint_lt(n, sizeof whole);
    ck_assert_uint_eq(w_gripper_print(&gripper, NULL, 0), n);
    for (size_t size = 1; size <= n + 1; size++) {
        memset(part, '#', sizeof part);
        ck_assert_uint_eq(w_gripper_print(&gripper, part, size), n);
        ck_assert_uint_eq(strlen(part), size - 1);
        ck_assert_int_eq(strncmp(part, whole, size - 1), 0);
        ck_assert_int_eq(part[size], '#');
    }
}
END_TEST

START_TEST(a_list_takes_what_it_has_room_for_and_says_so)
{
    struct w_gripper gripper;
    const struct lab_parts_place places[5] = {
        { .x = 1 }, { .x = 2 }, { .x = 3 }, { .x = 4 }, { .x = 5 }
    };

    w_gripper_init(&gripper);
    for (size_t i = 0; i < 5; i++)
        ck_assert_int_eq(w_gripper_points_append(&gripper.points, &places[i]), i < 4);
    ck_assert_uint_eq(gripper.points.count, 4);
    ck_assert_double_eq(w_gripper_points_at(&gripper.points, 3)->x, 4);
    ck_assert_ptr_null(w_gripper_points_at(&gripper.points, 4));
    ck_assert(!w_gripper_points_set(&gripper.points, places, 5));
    ck_assert_uint_eq(gripper.points.count, 4);
    ck_assert(w_gripper_points_set(&gripper.points, NULL, 0));
    ck_assert_ptr_null(w_gripper_points_at(&gripper.points, 0));
    gripper.points.count = UINT32_MAX; /* what a stranger's memory may say */
    ck_assert_ptr_null(w_gripper_points_at(&gripper.points, 4));
    ck_assert(!w_gripper_points_append(&gripper.points, places));
}
END_TEST

START_TEST(an_optional_is_there_or_all_zero)
{
    struct w_gripper gripper;
    struct w_gripper_trio zero;

    w_gripper_init(&gripper);
    memset(&zero, 0, sizeof zero);
    ck_assert(!w_gripper_trio_has(&gripper.trio));
    w_gripper_trio_set(&gripper.trio, (const uint16_t[]){ 7, 8, 9 });
    ck_assert(w_gripper_trio_has(&gripper.trio));
    ck_assert_uint_eq(gripper.trio.value[2], 9);
    w_gripper_trio_clear(&gripper.trio);
    ck_assert_mem_eq(&gripper.trio, &zero, sizeof zero);
}
END_TEST

START_TEST(a_union_gives_only_the_arm_that_is_set)
{
    struct w_reading reading;

    memset(&reading, 0xff, sizeof reading);
    ck_assert_ptr_null(w_reading_get_number(&reading));
    *w_reading_set_number(&reading) = 2.5;
    ck_assert_double_eq(*w_reading_get_number(&reading), 2.5);
    ck_assert_ptr_null(w_reading_get_row(&reading));
    w_reading_set_row(&reading)[3] = 4;
    ck_assert_float_eq(w_reading_get_row(&reading)[0], 0); /* nothing of the number is left */
    ck_assert_float_eq(w_reading_get_row(&reading)[3], 4);
    w_reading_set_nothing(&reading);
    ck_assert_uint_eq(reading.tag, W_READING_NOTHING);
    ck_assert_ptr_null(w_reading_get_row(&reading));
}
END_TEST

START_TEST(physical_values_are_stored_as_the_nearest_raw_one_or_refused)
{
    struct w_gripper gripper;

    w_gripper_init(&gripper);
    ck_assert(w_gripper_lat_set(&gripper, -90));
    ck_assert_int_eq(gripper.lat, -900000000);
    ck_assert_double_eq_tol(w_gripper_lat_get(&gripper), -90, 1e-9);
    ck_assert(w_gripper_lat_set(&gripper, 0.00000016));
    ck_assert_int_eq(gripper.lat, 2);
    ck_assert(!w_gripper_lat_set(&gripper, 215)); /* beyond what 32 bits hold */
    ck_assert(!w_gripper_lat_set(&gripper, NAN));
    ck_assert(!w_gripper_lat_set(&gripper, INFINITY));
    ck_assert_int_eq(gripper.lat, 2);
    ck_assert(w_gripper_heat_set(&gripper, -40));
    ck_assert_uint_eq(gripper.heat, 0);
    ck_assert(w_gripper_heat_set(&gripper, 87.5));
    ck_assert_uint_eq(gripper.heat, 255);
    ck_assert(!w_gripper_heat_set(&gripper, -40.5));
    ck_assert(!w_gripper_heat_set(&gripper, 88));
    ck_assert_double_eq(w_gripper_heat_get(&gripper), 87.5);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("accessors");
    TCase *tests = tcase_create("accessors");

    tcase_add_test(tests, a_struct_prints_as_one_line_with_units_names_and_what_is_absent);
    tcase_add_test(tests, printing_never_writes_beyond_its_buffer_nor_reads_beyond_a_capacity);
    tcase_add_test(tests, a_list_takes_what_it_has_room_for_and_says_so);
    tcase_add_test(tests, an_optional_is_there_or_all_zero);
    tcase_add_test(tests, a_union_gives_only_the_arm_that_is_set);
    tcase_add_test(tests, physical_values_are_stored_as_the_nearest_raw_one_or_refused);
    suite_add_tcase(suite, tests);

    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
