/* SPDX-License-Identifier: Apache-2.0 */
/* An arena goes back to a mark, or to its start: what was there stays, what comes is zero, and no
 * more is asked of the system for what was there before. */
#include "arena.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

static struct dhs_arena *arena;

static void set_up(void)
{
    arena = dhs_arena_new();
}

static void tear_down(void)
{
    dhs_arena_free(arena);
}

/* Of many sizes: in the rest of a block, in blocks of their own kind, in new ones. */
static void fill(size_t n, char what)
{
    for (size_t i = 0; i < n; i++) {
        size_t size = 1 + i * i % 3001;

        memset(dhs_alloc(arena, size), what, size);
    }
}

START_TEST(what_was_there_stays)
{
    size_t before = (size_t)_i;
    char *kept;
    struct dhs_arena_mark mark;

    fill(before, 'x');
    kept = dhs_copy_text(arena, "kept", 4);
    mark = dhs_arena_mark(arena);
    for (int turn = 0; turn < 3; turn++) {
        fill(500, 'y');
        dhs_arena_back(arena, mark);
        ck_assert_str_eq(kept, "kept");
    }
}
END_TEST

START_TEST(what_comes_then_is_zero)
{
    struct dhs_arena_mark mark = dhs_arena_mark(arena); /* of an empty one */

    for (int turn = 0; turn < 3; turn++) {
        unsigned char *memory;

        fill(300, 'y');
        dhs_arena_back(arena, mark);
        memory = dhs_alloc(arena, 2000);
        for (size_t i = 0; i < 2000; i++)
            ck_assert_uint_eq(memory[i], 0);
        dhs_arena_back(arena, mark);
    }
}
END_TEST

START_TEST(what_is_reset_is_filled_again)
{
    size_t taken = 0;

    for (int turn = 0; turn < 4; turn++) {
        unsigned char *memory = dhs_alloc(arena, 2000);

        for (size_t i = 0; i < 2000; i++)
            ck_assert_uint_eq(memory[i], 0);
        fill(4000, 'y');
        if (turn == 1) taken = dhs_arena_bytes(arena); /* what did not fit in order is found now */
        if (turn > 1) ck_assert_uint_le(dhs_arena_bytes(arena), taken);
        dhs_arena_reset(arena);
    }
}
END_TEST

START_TEST(what_grew_too_far_gives_its_end_back)
{
    char *grown = dhs_grow(arena, NULL, 0, 500);
    char *next;

    memcpy(grown, "kept", 5);
    dhs_shrink(arena, grown, 500, 5);
    next = dhs_copy_text(arena, "next", 4);
    dhs_shrink(arena, grown, 5, 1); /* it is not the last any more */
    ck_assert_str_eq(grown, "kept");
    ck_assert_str_eq(next, "next");
    ck_assert_str_eq(dhs_copy_text(arena, "last", 4), "last");
    ck_assert_str_eq(next, "next");
}
END_TEST

START_TEST(pieces_are_joined)
{
    const char *const none[] = { NULL };
    const char *const three[] = { "imu", "", "_sample", NULL };

    ck_assert_str_eq(dhs_join(arena, none), "");
    ck_assert_str_eq(dhs_join(arena, three), "imu_sample");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("arena");
    TCase *tests = tcase_create("arena");

    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_add_loop_test(tests, what_was_there_stays, 0, 40);
    tcase_add_test(tests, what_comes_then_is_zero);
    tcase_add_test(tests, what_is_reset_is_filled_again);
    tcase_add_test(tests, what_grew_too_far_gives_its_end_back);
    tcase_add_test(tests, pieces_are_joined);
    suite_add_tcase(suite, tests);

    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
