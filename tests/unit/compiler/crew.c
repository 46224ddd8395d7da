/* SPDX-License-Identifier: Apache-2.0 */
/* Many hands: each item is done once, and what belongs to a hand is touched by nobody else. */
#include <check.h>
#include <sched.h>
#include <stdatomic.h>
#include <stddef.h>

#include "crew.h"

enum { N_ITEMS = 1000 };

struct work {
    size_t taken[CREW_MAX];
    size_t last[CREW_MAX]; /* item + 1 */
    int done[N_ITEMS];
    int behind; /* items that a hand did behind a later one */
};

static void do_one(void *context, size_t hand, size_t item)
{
    struct work *work = context;

    work->taken[hand]++; /* nobody else's: a race here is seen by the thread sanitizer */
    work->done[item]++;
    if (item + 1 <= work->last[hand]) work->behind++;
    work->last[hand] = item + 1;
}

static void check_crew(size_t size, size_t n_items)
{
    struct work work = { { 0 }, { 0 }, { 0 }, 0 };
    size_t taken = 0;

    crew_run(size, n_items, do_one, &work);
    for (size_t i = 0; i < N_ITEMS; i++)
        ck_assert_int_eq(work.done[i], i < n_items);
    for (size_t i = 0; i < CREW_MAX; i++)
        taken += work.taken[i];
    ck_assert_uint_eq(taken, n_items);
    ck_assert_int_eq(work.behind, 0);
}

START_TEST(each_item_is_done_once_and_in_order_for_each_hand)
{
    for (size_t size = 1; size <= CREW_MAX; size++) {
        check_crew(size, N_ITEMS);
        check_crew(size, 1);
        check_crew(size, 0);
    }
}
END_TEST

START_TEST(few_items_or_one_processor_need_no_thread)
{
    cpu_set_t all;
    cpu_set_t one;

    ck_assert_uint_eq(crew_size(0, 8), 1);
    ck_assert_uint_eq(crew_size(15, 8), 1);
    ck_assert_uint_le(crew_size(1000000, 1), CREW_MAX);
    ck_assert_int_eq(sched_getaffinity(0, sizeof all, &all), 0);
    CPU_ZERO(&one);
    for (size_t i = 0; CPU_COUNT(&one) == 0; i++)
        if (CPU_ISSET(i, &all)) CPU_SET(i, &one);
    ck_assert_int_eq(sched_setaffinity(0, sizeof one, &one), 0);
    ck_assert_uint_eq(crew_size(1000000, 1), 1);
    ck_assert_int_eq(sched_setaffinity(0, sizeof all, &all), 0);
}
END_TEST

struct waiting {
    cpu_set_t all;
    atomic_int there; /* hands, of two that must both come */
};

/* Ends once both hands are there and may run wherever the process may: its maker sends a hand to
 * other processors than its own, for a moment. */
static void wait_for_both(void *context, size_t hand, size_t item)
{
    struct waiting *waiting = context;
    cpu_set_t mine;

    (void)hand;
    (void)item;
    atomic_fetch_add(&waiting->there, 1);
    do {
        sched_yield();
        ck_assert_int_eq(sched_getaffinity(0, sizeof mine, &mine), 0);
    } while (atomic_load(&waiting->there) < 2 || !CPU_EQUAL(&mine, &waiting->all));
}

START_TEST(hands_may_run_wherever_the_process_may)
{
    struct waiting waiting = { .there = 0 };

    ck_assert_int_eq(sched_getaffinity(0, sizeof waiting.all, &waiting.all), 0);
    crew_run(2, 2, wait_for_both, &waiting);
    ck_assert_int_eq(atomic_load(&waiting.there), 2);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("crew");
    TCase *tests = tcase_create("crew");
    SRunner *runner = srunner_create(suite);
    int failed;

    tcase_add_test(tests, each_item_is_done_once_and_in_order_for_each_hand);
    tcase_add_test(tests, hands_may_run_wherever_the_process_may);
    tcase_add_test(tests, few_items_or_one_processor_need_no_thread);
    suite_add_tcase(suite, tests);
    srunner_run_all(runner, CK_NORMAL);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
