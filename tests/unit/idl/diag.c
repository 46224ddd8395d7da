/* SPDX-License-Identifier: Apache-2.0 */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "compile_text.h"

static void expect(const char *schema, enum dhs_format format, const char *wanted)
{
    struct compiled c = compile_text(schema);
    char *got = compiled_report(&c, format, false);
    ck_assert_str_eq(got, wanted);
    free(got);
    compiled_free(&c);
}

START_TEST(rich_shows_the_line_the_place_and_what_to_do)
{
    expect("package t;\nstruct S { x: u33; }\n", DHS_FORMAT_RICH,
           "test.dhs:2:15: error: no type 'u33' is visible here [DH0304]\n"
           "    2 | struct S { x: u33; }\n"
           "      |               ^^^\n"
           "      = help: did you mean 'u32'?\n");
}
END_TEST

START_TEST(short_is_one_line_each)
{
    expect("package t;\nstruct S { x: u33; y: u65; }\n", DHS_FORMAT_SHORT,
           "test.dhs:2:15: error: no type 'u33' is visible here [DH0304]\n"
           "test.dhs:2:23: error: no type 'u65' is visible here [DH0304]\n");
}
END_TEST

START_TEST(carets_stand_right_below_tabs_and_wide_letters)
{
    expect(
        "package t;\nstruct S {\n\tx: f32 @label(\"\xe6\xb8\xa9\xe5\xba\xa6\") @frme(\"a\");\n}\n",
        DHS_FORMAT_RICH,
        "test.dhs:3:22: error: there is no attribute '@frme' [DH0325]\n"
        "    3 |     x: f32 @label(\"\xe6\xb8\xa9\xe5\xba\xa6\") @frme(\"a\");\n"
        "      |                           ^^^^^\n"
        "      = help: did you mean '@frame'?\n"
        "    3 +     x: f32 @label(\"\xe6\xb8\xa9\xe5\xba\xa6\") @frame(\"a\");\n");
}
END_TEST

START_TEST(a_second_place_is_shown)
{
    expect("package t;\nstruct S {\n    x: u8;\n    x: u8;\n}\n", DHS_FORMAT_RICH,
           "test.dhs:4:5: error: 'x' is declared already [DH0303]\n"
           "    3 |     x: u8;\n"
           "      |     - first declared here\n"
           "    4 |     x: u8;\n"
           "      |     ^\n");
}
END_TEST

START_TEST(a_span_over_lines_is_marked_on_its_first)
{
    expect("package t;\nconst A: u8 = 200 +\n  200;\n", DHS_FORMAT_RICH,
           "test.dhs:2:15: error: 400 does not fit in u8 [DH0314]\n"
           "    2 | const A: u8 = 200 +\n"
           "      |               ^^^^^\n"
           "      = help: u8 goes from 0 to 255\n");
}
END_TEST

START_TEST(a_byte_order_mark_moves_no_column)
{
    expect("\xef\xbb\xbfpackge t;\n", DHS_FORMAT_SHORT,
           "test.dhs:1:1: error: expected a declaration, not 'packge' [DH0201]\n");
}
END_TEST

START_TEST(twenty_errors_are_shown_and_the_rest_counted)
{
    char text[4096] = "package t;\nstruct S {\n";
    for (int i = 0; i < 30; i++)
        snprintf(text + strlen(text), sizeof text - strlen(text), "  f%d: Nope;\n", i);
    strcat(text, "}\n");
    struct compiled c = compile_text(text);
    char *report = compiled_report(&c, DHS_FORMAT_SHORT, false);
    size_t lines = 0;
    for (const char *at = report; (at = strchr(at, '\n')); at++)
        lines++;
    ck_assert_uint_eq(dhs_diag_errors(c.diag), 30);
    ck_assert_uint_eq(lines, 21);
    ck_assert_ptr_nonnull(strstr(report, "10 more errors not shown"));
    free(report);
    compiled_free(&c);
}
END_TEST

START_TEST(warnings_become_errors_when_asked)
{
    struct compiled c = compile_text("package t;\nenum E : u8 { a = 1 }\n");
    ck_assert_ptr_nonnull(c.program);
    ck_assert_uint_eq(dhs_diag_errors(c.diag), 0);
    ck_assert_uint_eq(dhs_diag_warnings(c.diag), 1);
    dhs_diag_set_werror(c.diag, true);
    ck_assert_uint_eq(dhs_diag_errors(c.diag), 1);
    char *report = compiled_report(&c, DHS_FORMAT_SHORT, false);
    ck_assert_ptr_nonnull(strstr(report, ": error: closed enum 'E'"));
    free(report);
    compiled_free(&c);
}
END_TEST

START_TEST(colour_only_adds_escapes)
{
    struct compiled c = compile_text("package t;\nstruct S { x: u33; }\n");
    char *plain = compiled_report(&c, DHS_FORMAT_RICH, false);
    char *colour = compiled_report(&c, DHS_FORMAT_RICH, true);
    ck_assert_ptr_nonnull(strstr(colour, "\033[1;31merror:"));
    char *to = colour;
    for (const char *at = colour; *at; at++) {
        if (*at == '\033')
            at = strchr(at, 'm');
        else
            *to++ = *at;
    }
    *to = 0;
    ck_assert_str_eq(plain, colour);
    free(plain);
    free(colour);
    compiled_free(&c);
}
END_TEST

START_TEST(every_code_is_unique_and_explained)
{
    const struct dhs_diag_info *info, *other;
    for (size_t i = 0; (info = dhs_diag_info_at(i)); i++) {
        ck_assert_uint_eq(strlen(info->id), 6);
        ck_assert_uint_gt(strlen(info->explanation), 20);
        ck_assert_ptr_eq(dhs_diag_info_find(info->id), info);
        ck_assert_int_eq((int)info->code, atoi(info->id + 2));
        for (size_t k = 0; k < i; k++) {
            other = dhs_diag_info_at(k);
            ck_assert_str_lt(other->id, info->id);
        }
    }
}
END_TEST

START_TEST(only_near_names_are_suggested)
{
    const char *const names[] = { "slots", "full", "checksum", "consumers" };
    ck_assert_str_eq(dhs_nearest("slot", names, 4), "slots");
    ck_assert_str_eq(dhs_nearest("fulll", names, 4), "full");
    ck_assert_str_eq(dhs_nearest("consmuers", names, 4), "consumers");
    ck_assert_str_eq(dhs_nearest("CHECKSUM", names, 4), "checksum");
    ck_assert_ptr_null(dhs_nearest("depth", names, 4));
    ck_assert_ptr_null(dhs_nearest("x", names, 4));
    ck_assert_ptr_null(dhs_nearest("", names, 4));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("idl/diag");
    TCase *all = tcase_create("all");
    tcase_add_test(all, rich_shows_the_line_the_place_and_what_to_do);
    tcase_add_test(all, short_is_one_line_each);
    tcase_add_test(all, carets_stand_right_below_tabs_and_wide_letters);
    tcase_add_test(all, a_second_place_is_shown);
    tcase_add_test(all, a_span_over_lines_is_marked_on_its_first);
    tcase_add_test(all, a_byte_order_mark_moves_no_column);
    tcase_add_test(all, twenty_errors_are_shown_and_the_rest_counted);
    tcase_add_test(all, warnings_become_errors_when_asked);
    tcase_add_test(all, colour_only_adds_escapes);
    tcase_add_test(all, every_code_is_unique_and_explained);
    tcase_add_test(all, only_near_names_are_suggested);
    suite_add_tcase(suite, all);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
