/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What generated code does when it runs: defaults, bounded texts and lists, names, minors, tables.
 * The schemas are those of tests/golden/generate; dh_generate() made their code for this program.
 */
#include "imu.dh.h"
#include "types.dh.h"

#include <check.h>
#include <math.h>
#include <stdlib.h>

START_TEST(init_is_zero_and_the_schemas_defaults)
{
    struct imu_sample sample;
    struct t_scalars scalars;
    struct t_bounded bounded;

    memset(&sample, 0xff, sizeof sample);
    memset(&scalars, 0xff, sizeof scalars);
    memset(&bounded, 0xff, sizeof bounded);
    imu_sample_init(&sample);
    ck_assert_uint_eq(sample.time, 0);
    ck_assert_uint_eq(sample.quality, IMU_QUALITY_CLIPPED);
    ck_assert_str_eq(sample.label.text, "unnamed");
    ck_assert_uint_eq(sample.label.length, 7);
    ck_assert_uint_eq(sample.pad69_[0], 0);

    t_scalars_init(&scalars);
    ck_assert(scalars.flag);
    ck_assert_int_eq(scalars.a, -5);
    ck_assert_int_eq(scalars.c, INT32_MIN);
    ck_assert_int_eq(scalars.d, -1);
    ck_assert_uint_eq(scalars.g, 4000000000u);
    ck_assert_uint_eq(scalars.half, 0x3e00);
    ck_assert_float_eq(scalars.single, 0.1f);
    ck_assert_double_eq(scalars.double_, 1e300);
    ck_assert_int_eq(scalars.small, -128);
    ck_assert_uint_eq(scalars.wide, UINT64_C(0xffffffffffff));

    t_bounded_init(&bounded);
    ck_assert_str_eq(bounded.name, "abc");
    for (size_t i = 0; i < 2; i++)
        ck_assert_int_eq(bounded.inner[i].a, -5); /* in arrays, too */
}
END_TEST

START_TEST(a_text_is_cut_between_characters_and_says_so)
{
    struct t_bounded_tag tag;
    struct t_bounded bounded;

    ck_assert(t_bounded_tag_set(&tag, "abc"));
    ck_assert_uint_eq(tag.length, 3);
    ck_assert(!t_bounded_tag_set(&tag, "abcd"));
    ck_assert_str_eq(tag.text, "abc");
    ck_assert(!t_bounded_tag_set(&tag, "ab\xc3\xa4")); /* three bytes would halve the last one */
    ck_assert_str_eq(tag.text, "ab");
    ck_assert_uint_eq(tag.length, 2);
    ck_assert(t_bounded_tag_set(&tag, ""));
    ck_assert_mem_eq(tag.text, "\0\0\0\0", 4); /* nothing of the last text is left */

    ck_assert(t_bounded_name_set(&bounded, "12345678")); /* fixed text needs no terminator */
    ck_assert_mem_eq(bounded.name, "12345678", 8);
    ck_assert(!t_bounded_name_set(&bounded, "123456789"));
    ck_assert_mem_eq(bounded.name, "12345678", 8);
    ck_assert(t_bounded_name_set(&bounded, "1"));
    ck_assert_mem_eq(bounded.name, "1\0\0\0\0\0\0\0", 8);
}
END_TEST

START_TEST(bytes_and_lists_never_reach_beyond_their_capacity)
{
    struct t_bounded_raw raw;
    struct t_bounded_points points = { .count = UINT32_MAX };

    ck_assert(t_bounded_raw_set(&raw, "123456", 6));
    ck_assert_uint_eq(raw.length, 6);
    ck_assert(!t_bounded_raw_set(&raw, "1234567", 7));
    ck_assert_uint_eq(raw.length, 6);
    ck_assert_mem_eq(raw.data, "123456", 6);
    ck_assert_uint_eq(t_bounded_points_count(&points), 4);
    points.count = 3;
    ck_assert_uint_eq(t_bounded_points_count(&points), 3);
}
END_TEST

START_TEST(values_have_the_names_of_the_schema)
{
    ck_assert_str_eq(imu_quality_name(IMU_QUALITY_GOOD), "good");
    ck_assert_str_eq(imu_quality_name(IMU_QUALITY_STALE), "quality_stale");
    ck_assert_str_eq(imu_quality_name(77), "?");
    ck_assert_str_eq(imu_fault_name(IMU_FAULT_MAG), "mag");
    ck_assert_str_eq(t_small_name(T_SMALL_LEAST), "least");
    ck_assert_str_eq(t_wide_name(T_WIDE_HUGE), "huge");
    ck_assert_str_eq(t_high_name(T_HIGH_TOP), "top");
    ck_assert_uint_eq(T_HIGH_TOP, 0x80000000u);
}
END_TEST

START_TEST(constants_have_their_values)
{
    static const int DIMENSION[IMU_AXES] = { 1, 2, 3 }; /* a whole constant is one for C */

    ck_assert_uint_eq(sizeof DIMENSION / sizeof DIMENSION[0], 3);
    ck_assert_double_eq(IMU_GRAVITY, 9.80665);
    ck_assert_uint_eq(T_BIG, UINT64_C(0xfffffffffffffff0));
    ck_assert_int_eq(T_LEAST, INT64_MIN);
    ck_assert_float_eq(T_RATIO, 0.1f);
    ck_assert(isnan(T_NOTHING));
    ck_assert(T_YES);
}
END_TEST

START_TEST(later_fields_are_there_from_their_minor_on)
{
    ck_assert(!imu_sample_has_temp(0));
    ck_assert(imu_sample_has_temp(1));
    ck_assert(imu_sample_has_temp(2));
}
END_TEST

START_TEST(the_schema_object_is_what_the_runtime_compares)
{
    const struct dh_schema *schema = &imu_schema;

    ck_assert_uint_eq(schema->abi, DH_SCHEMA_ABI);
    ck_assert_uint_eq(schema->minor, 1);
    ck_assert_str_eq(schema->family, "lab.imu/imu 1");
    ck_assert_str_eq(schema->channel, "lab.imu.imu");
    ck_assert_uint_eq(schema->text_bytes, strlen(schema->text));
    ck_assert_int_eq(strncmp(schema->text, "dhs 1\nfamily lab.imu/imu 1\n", 27), 0);
    ck_assert_uint_eq(schema->n_roots, 3);
    ck_assert_str_eq(schema->roots[0].name, "");
    ck_assert_uint_eq(schema->roots[0].size_bytes, sizeof(struct imu_sample));
    ck_assert_uint_eq(schema->roots[0].n_minors, 2);
    ck_assert_uint_eq(schema->roots[0].minors[1].minor, 1);
    ck_assert_uint_eq(schema->roots[0].minors[1].size_bytes, sizeof(struct imu_sample));
    ck_assert_uint_lt(schema->roots[0].minors[0].size_bytes, sizeof(struct imu_sample));
    ck_assert_str_eq(schema->roots[1].name, "calibration"); /* by name, not as declared */
    ck_assert_str_eq(schema->roots[2].name, "status");
    ck_assert(schema->roots[2].shared);
    ck_assert_uint_eq(schema->roots[2].n_spinlocks, 4);
    ck_assert_uint_eq(schema->policy.n_slots, 256);
    ck_assert_uint_eq(schema->policy.n_consumers, 16);
    ck_assert_int_eq(schema->policy.full, DH_FULL_WAIT);
    ck_assert_int_eq(t_every_schema.policy.full, DH_FULL_OVERWRITE);
    ck_assert_int_eq(t_every_schema.policy.checksum, DH_CHECKSUM_MANUAL);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("generated");
    TCase *tests = tcase_create("generated");

    tcase_add_test(tests, init_is_zero_and_the_schemas_defaults);
    tcase_add_test(tests, a_text_is_cut_between_characters_and_says_so);
    tcase_add_test(tests, bytes_and_lists_never_reach_beyond_their_capacity);
    tcase_add_test(tests, values_have_the_names_of_the_schema);
    tcase_add_test(tests, constants_have_their_values);
    tcase_add_test(tests, later_fields_are_there_from_their_minor_on);
    tcase_add_test(tests, the_schema_object_is_what_the_runtime_compares);
    suite_add_tcase(suite, tests);

    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
