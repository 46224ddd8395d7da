/* SPDX-License-Identifier: Apache-2.0 */
/* How C is spelled: names, reserved words, literals, long lines. */
#include "c_code.h"

#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "names.h"
#include "wrap.h"

static struct dhs_arena *arena;

static void make_arena(void)
{
    arena = dhs_arena_new();
}

static void free_arena(void)
{
    dhs_arena_free(arena);
}

START_TEST(names_of_types_become_words_joined_by_underscores)
{
    static const char *const PAIRS[][2] = {
        { "Sample", "sample" },
        { "CalibrationData", "calibration_data" },
        { "IMUState", "imu_state" },
        { "Vec3f", "vec3f" },
        { "P3", "p3" },
        { "already_snake", "already_snake" },
        { "Mixed_Case", "mixed_case" },
        { "HTTP", "http" },
        { "aB", "a_b" },
        { "X", "x" },
    };

    for (size_t i = 0; i < sizeof PAIRS / sizeof PAIRS[0]; i++)
        ck_assert_str_eq(names_snake(arena, PAIRS[i][0]), PAIRS[i][1]);
    ck_assert_str_eq(names_upper(arena, "CalibrationData"), "CALIBRATION_DATA");
}
END_TEST

START_TEST(words_that_c_or_its_headers_use_get_an_underscore)
{
    static const char *const WORDS[] = { "class", "mutable",  "major", "int", "xor_eq",
                                         "EOF",   "errno",    "while", "I",   "unix",
                                         "stdin", "co_yield", "int8_t" };

    for (size_t i = 0; i < sizeof WORDS / sizeof WORDS[0]; i++)
        ck_assert_str_eq(names_for_c(arena, WORDS[i]), dhs_printf(arena, "%s_", WORDS[i]));
    ck_assert_str_eq(names_for_c(arena, "klass"), "klass");
    ck_assert_str_eq(names_for_c(arena, "Class"), "Class");
}
END_TEST

static struct dhs_value integer(bool negative, uint64_t magnitude)
{
    return (struct dhs_value){ .kind = DHS_VALUE_INTEGER,
                               .negative = negative,
                               .magnitude = magnitude };
}

static struct dhs_value real(double value)
{
    return (struct dhs_value){ .kind = DHS_VALUE_REAL, .real = value };
}

START_TEST(literals_have_the_type_and_value_that_the_schema_says)
{
    const struct {
        enum dhs_scalar scalar;
        struct dhs_value value;
        const char *literal;
    } CASES[] = {
        { DHS_U8, integer(false, 255), "255" },
        { DHS_I8, integer(true, 128), "-128" },
        { DHS_U32, integer(false, 4294967295), "4294967295u" },
        { DHS_I32, integer(true, 2147483648), "(-2147483647 - 1)" }, /* no literal in C */
        { DHS_U64, integer(false, UINT64_MAX), "UINT64_C(18446744073709551615)" },
        { DHS_I64, integer(true, UINT64_C(1) << 63), "(-INT64_C(9223372036854775807) - 1)" },
        { DHS_I64, integer(true, 7), "INT64_C(-7)" },
        { DHS_F64, real(0.1), "0.1" },
        { DHS_F64, real(1.0 / 3), "0.3333333333333333" },
        { DHS_F32, real(0.1), "0.1f" },
        { DHS_F32, integer(true, 160), "-1.6e+02f" },
        { DHS_F64, integer(false, 3), "3.0" },
        { DHS_F32, real(NAN), "__builtin_nanf(\"\")" },
        { DHS_F64, real(-INFINITY), "-__builtin_inf()" },
        { DHS_F16, real(1), "0x3c00" }, /* f16 is stored as its bits */
        { DHS_F16, real(-2), "0xc000" },
        { DHS_F16, real(65504), "0x7bff" },       /* the greatest */
        { DHS_F16, real(65520), "0x7c00" },       /* rounds to infinity */
        { DHS_F16, real(0x1p-24), "0x0001" },     /* the least */
        { DHS_F16, real(0x1p-14), "0x0400" },     /* the least normal one */
        { DHS_F16, real(0x1.ff8p-15), "0x03ff" }, /* the greatest that is not */
        { DHS_F16, real(2049), "0x6800" },        /* a tie, to even */
        { DHS_F16, real(NAN), "0x7e00" },
    };

    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        struct dhs_type type = { .kind = DHS_TYPE_SCALAR, .scalar = CASES[i].scalar };
        ck_assert_str_eq(c_literal(arena, &type, &CASES[i].value), CASES[i].literal);
    }
}
END_TEST

START_TEST(eight_byte_scalars_say_their_alignment_since_i386_would_not)
{
    struct dhs_type f64 = { .kind = DHS_TYPE_SCALAR, .scalar = DHS_F64, .size = 8, .align = 8 };
    struct dhs_type u16 = { .kind = DHS_TYPE_SCALAR, .scalar = DHS_U16, .size = 2, .align = 2 };
    uint64_t dims[] = { 2, 3 };
    struct dhs_type matrix = {
        .kind = DHS_TYPE_ARRAY, .align = 8, .n_dims = 2, .dims = dims, .length = 6, .element = &f64
    };
    struct dhs_type chars = { .kind = DHS_TYPE_CHARS, .align = 1, .length = 8 };
    struct dhs_type texts = { .kind = DHS_TYPE_ARRAY,
                              .align = 1,
                              .n_dims = 1,
                              .dims = dims,
                              .length = 2,
                              .element = &chars };

    ck_assert_str_eq(c_declaration(arena, &f64, 8, "x", ""), "alignas(8) double x;");
    ck_assert_str_eq(c_declaration(arena, &matrix, 8, "m", ""), "alignas(8) double m[2][3];");
    ck_assert_str_eq(c_declaration(arena, &u16, 2, "n", ""), "uint16_t n;");
    ck_assert_str_eq(c_declaration(arena, &u16, 64, "n", ""), "alignas(64) uint16_t n;");
    ck_assert_str_eq(c_declaration(arena, &texts, 1, "t", ""), "char t[2][8];");
}
END_TEST

START_TEST(an_enumerator_does_not_repeat_its_enum)
{
    struct dhs_file file = { .prefix = "imu" };
    struct dhs_enum quality = { .declaration = { .name = "Quality", .file = &file } };
    struct dhs_enumerator plain = { .declaration = { .name = "good" } };
    struct dhs_enumerator repeats = { .declaration = { .name = "quality_bad" } };
    struct dhs_enumerator only_that = { .declaration = { .name = "quality" } };

    ck_assert_str_eq(c_enumerator_name(arena, &quality, &plain), "IMU_QUALITY_GOOD");
    ck_assert_str_eq(c_enumerator_name(arena, &quality, &repeats), "IMU_QUALITY_BAD");
    ck_assert_str_eq(c_enumerator_name(arena, &quality, &only_that), "IMU_QUALITY_QUALITY");
}
END_TEST

START_TEST(a_name_is_given_once_and_a_second_one_names_both_origins)
{
    struct dhs_diag *diag = dhs_diag_new(arena);
    struct names *names = names_new(arena, diag, 1);
    struct dhs_span nowhere = { NULL, 0, 0 };
    char *rendered = NULL;
    size_t length;

    ck_assert(names_add(names, "imu_sample", "struct", nowhere));
    ck_assert(names_add(names, "imu_samples", "struct", nowhere));
    ck_assert_uint_eq(dhs_diag_errors(diag), 0);
    ck_assert(!names_add(names, "imu_sample", "struct of a bounded field", nowhere));
    ck_assert_uint_eq(dhs_diag_errors(diag), 1);
    FILE *out = open_memstream(&rendered, &length);
    dhs_render(diag, out, DHS_FORMAT_RICH, false);
    fclose(out);
    ck_assert_ptr_nonnull(strstr(rendered, "'imu_sample'"));
    ck_assert_ptr_nonnull(strstr(rendered, "struct of a bounded field"));
    ck_assert_ptr_nonnull(strstr(rendered, "name of the struct"));
    ck_assert_ptr_nonnull(strstr(rendered, "DH0501"));
    free(rendered);
}
END_TEST

START_TEST(long_signatures_are_broken_behind_commas_of_their_own_depth)
{
    struct text text = text_new(arena);

    text_add_string(&text,
                    "static inline int short_one(int a, int b);\n"
                    "static inline int a_rather_long_function_name(struct with_a_long_name *first, "
                    "int (*second)(int a, int b, void *context), void *third)\n"
                    "/* a comment that is longer than all the columns there are in a line, (but, "
                    "it, is, prose, and, stays, whole) */\n");
    wrap_lines(&text, text.length);
    ck_assert_str_eq(
        text_string(&text),
        "static inline int short_one(int a, int b);\n"
        "static inline int a_rather_long_function_name(struct with_a_long_name *first,\n"
        "                                              int (*second)(int a, int b, void "
        "*context),\n"
        "                                              void *third)\n"
        "/* a comment that is longer than all the columns there are in a line, (but, "
        "it, is, prose, and, stays, whole) */\n");
    ck_assert(wrap_applies_to("imu.dh.h"));
    ck_assert(!wrap_applies_to("imu.py"));
}
END_TEST

START_TEST(lines_are_broken_where_they_stand_and_what_follows_stays)
{
    const char *kept = "int short_one(int a);\n";
    const char *of_long =
        "static inline int a_rather_long_function_name(struct with_a_long_name *first, "
        "struct with_a_long_name *second);\n";
    struct text text = text_new(arena);

    text_add_string(&text, kept);
    text.whole = text.length;
    text_add_string(&text, of_long);
    size_t end = text.length;
    text_add_string(&text, "int half");
    wrap_lines(&text, end);
    ck_assert_str_eq(
        text_string(&text),
        "int short_one(int a);\n"
        "static inline int a_rather_long_function_name(struct with_a_long_name *first,\n"
        "                                              struct with_a_long_name *second);\n"
        "int half");
    ck_assert_uint_eq(text.whole, text.length - strlen("int half"));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("c_code");
    TCase *tests = tcase_create("c_code");

    tcase_add_checked_fixture(tests, make_arena, free_arena);
    tcase_add_test(tests, names_of_types_become_words_joined_by_underscores);
    tcase_add_test(tests, words_that_c_or_its_headers_use_get_an_underscore);
    tcase_add_test(tests, literals_have_the_type_and_value_that_the_schema_says);
    tcase_add_test(tests, eight_byte_scalars_say_their_alignment_since_i386_would_not);
    tcase_add_test(tests, an_enumerator_does_not_repeat_its_enum);
    tcase_add_test(tests, a_name_is_given_once_and_a_second_one_names_both_origins);
    tcase_add_test(tests, long_signatures_are_broken_behind_commas_of_their_own_depth);
    tcase_add_test(tests, lines_are_broken_where_they_stand_and_what_follows_stays);
    suite_add_tcase(suite, tests);

    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
