/* SPDX-License-Identifier: Apache-2.0 */
#include <check.h>
#include <fix.h>
#include <stdlib.h>
#include <string.h>

#include "compile_text.h"
#include "source.h"

/* Six reports at places of one text; what they propose is what a test says. */
struct bench {
    struct dhs_arena *arena;
    struct dhs_diag *diag;
    struct dhs_source source;
};

static struct bench set_up(const char *text)
{
    static const uint32_t starts[] = { 0 };
    struct bench b = { dhs_arena_new(), NULL, { 0 } };
    b.diag = dhs_diag_new(b.arena);
    b.source.path = "a.dhs";
    b.source.text = dhs_copy_text(b.arena, text, strlen(text));
    b.source.length = (uint32_t)strlen(text);
    b.source.n_lines = 1;
    b.source.line_starts = starts;
    b.source.arena = b.arena;
    return b;
}

static struct dhs_span at(const struct bench *b, uint32_t offset, uint32_t length)
{
    struct dhs_span span = { &b->source, offset, length };
    return span;
}

static void report(struct bench *b, uint32_t offset)
{
    dhs_report(b->diag, DHS_SYNTAX, at(b, offset, 1), "wrong");
}

static void expect(struct bench *b, const char *wanted, size_t wanted_count)
{
    struct dhs_text text = { b->source.text, b->source.length };
    size_t n = 99;
    struct dhs_text got = dhs_apply_fixes(b->arena, b->diag, "a.dhs", text, &n);
    ck_assert_str_eq(got.data, wanted);
    ck_assert_uint_eq(got.length, strlen(wanted));
    ck_assert_uint_eq(n, wanted_count);
    dhs_arena_free(b->arena);
}

START_TEST(a_fix_that_would_lose_a_comment_is_none)
{
    struct bench b = set_up("float /* m */ x;");
    report(&b, 0);
    dhs_fix(b.diag, at(&b, 15, 1), ".");
    dhs_fix(b.diag, at(&b, 0, 15), "x: f32");
    dhs_fix(b.diag, at(&b, 15, 1), "!");
    expect(&b, "float /* m */ x;", 0);
}
END_TEST

START_TEST(a_fix_may_keep_or_make_a_comment)
{
    struct bench b = set_up("# a // b");
    report(&b, 0);
    dhs_fix(b.diag, at(&b, 0, 8), "// a // b");
    expect(&b, "// a // b", 1);
}
END_TEST

START_TEST(without_fixes_the_text_stays)
{
    struct bench b = set_up("abcdef");
    report(&b, 0);
    expect(&b, "abcdef", 0);
}
END_TEST

START_TEST(edits_are_carried_out_from_left_to_right_whatever_their_order)
{
    struct bench b = set_up("abcdef");
    report(&b, 4);
    dhs_fix(b.diag, at(&b, 6, 0), "!");
    report(&b, 0);
    dhs_fix(b.diag, at(&b, 0, 1), "AAA");
    report(&b, 2);
    dhs_fix(b.diag, at(&b, 2, 2), "%s", "");
    expect(&b, "AAAbef!", 3);
}
END_TEST

START_TEST(of_two_that_overlap_the_first_in_the_file_wins)
{
    struct bench b = set_up("abcdef");
    report(&b, 3);
    dhs_fix(b.diag, at(&b, 1, 3), "later");
    report(&b, 0);
    dhs_fix(b.diag, at(&b, 0, 2), "first-");
    expect(&b, "first-cdef", 1);
}
END_TEST

START_TEST(edits_that_touch_do_not_overlap)
{
    struct bench b = set_up("abcdef");
    report(&b, 0);
    dhs_fix(b.diag, at(&b, 0, 2), "x");
    report(&b, 2);
    dhs_fix(b.diag, at(&b, 2, 2), "y");
    report(&b, 4);
    dhs_fix(b.diag, at(&b, 4, 0), "z");
    expect(&b, "xyzef", 3);
}
END_TEST

START_TEST(two_insertions_at_one_place_are_not_guessed_at)
{
    struct bench b = set_up("ab");
    report(&b, 0);
    dhs_fix(b.diag, at(&b, 1, 0), "1");
    report(&b, 1);
    dhs_fix(b.diag, at(&b, 1, 0), "2");
    expect(&b, "a1b", 1);
}
END_TEST

START_TEST(the_edits_of_one_report_are_applied_together_or_not_at_all)
{
    struct bench b = set_up("abcdef");
    report(&b, 0);
    dhs_fix(b.diag, at(&b, 0, 2), "x");
    report(&b, 1);
    dhs_fix(b.diag, at(&b, 5, 1), "y");
    dhs_fix(b.diag, at(&b, 1, 1), "z");
    expect(&b, "xcdef", 1);
}
END_TEST

START_TEST(a_report_whose_edits_overlap_each_other_changes_nothing)
{
    struct bench b = set_up("abcdef");
    report(&b, 0);
    dhs_fix(b.diag, at(&b, 0, 3), "x");
    dhs_fix(b.diag, at(&b, 2, 3), "y");
    expect(&b, "abcdef", 0);
}
END_TEST

START_TEST(other_files_and_other_texts_are_left_alone)
{
    struct bench b = set_up("abcdef");
    report(&b, 0);
    dhs_fix(b.diag, at(&b, 0, 1), "x");
    struct dhs_text text = { "abcdeF", 6 };
    size_t n = 99;
    struct dhs_text got = dhs_apply_fixes(b.arena, b.diag, "a.dhs", text, &n);
    ck_assert_str_eq(got.data, "abcdeF");
    ck_assert_uint_eq(n, 0);
    text.data = "abcdef";
    got = dhs_apply_fixes(b.arena, b.diag, "b.dhs", text, &n);
    ck_assert_str_eq(got.data, "abcdef");
    ck_assert_uint_eq(n, 0);
    expect(&b, "xbcdef", 1);
}
END_TEST

/* What a misspelt name can be, and whether it can only be that. */
START_TEST(only_a_slip_of_the_finger_is_certain)
{
    static const struct {
        const char *wrong, *name;
        bool certain;
        const char *reason;
    } rows[] = {
        { "untit", "unit", true, "one letter too many, and nothing else is near" },
        { "UNIT", "unit", true, "only the case differs" },
        { "rnage", "range", true, "two letters changed places" },
        { "Vec4", "Vec3", false, "digits differ on purpose" },
        { "cat", "car", false, "three letters: half of all names are that near" },
        { "warm", "farm", false, "as near to the harm" },
        { "elephant", NULL, false, "near to nothing" },
    };
    static const char *const names[] = { "unit", "range", "Vec3", "car", "farm", "harm" };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct dhs_near near = dhs_find_near(rows[i].wrong, names, sizeof names / sizeof names[0]);
        if (rows[i].name)
            ck_assert_pstr_eq(near.name, rows[i].name);
        else
            ck_assert_msg(!near.name, "%s", rows[i].reason);
        ck_assert_msg(near.certain == rows[i].certain, "%s", rows[i].reason);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("fix");
    TCase *tests = tcase_create("fix");
    tcase_add_test(tests, a_fix_that_would_lose_a_comment_is_none);
    tcase_add_test(tests, a_fix_may_keep_or_make_a_comment);
    tcase_add_test(tests, without_fixes_the_text_stays);
    tcase_add_test(tests, edits_are_carried_out_from_left_to_right_whatever_their_order);
    tcase_add_test(tests, of_two_that_overlap_the_first_in_the_file_wins);
    tcase_add_test(tests, edits_that_touch_do_not_overlap);
    tcase_add_test(tests, two_insertions_at_one_place_are_not_guessed_at);
    tcase_add_test(tests, the_edits_of_one_report_are_applied_together_or_not_at_all);
    tcase_add_test(tests, a_report_whose_edits_overlap_each_other_changes_nothing);
    tcase_add_test(tests, other_files_and_other_texts_are_left_alone);
    tcase_add_test(tests, only_a_slip_of_the_finger_is_certain);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
