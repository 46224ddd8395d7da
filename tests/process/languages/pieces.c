/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A slot that is filled piece by piece, told by the typed stub: it arrives whole; what changes
 * after it was told is damage.
 */
#include "pieces.dh.h"

#include <check.h>
#include <stdlib.h>

enum { PARTS = 4096, NUMBERS = 4 };

static pieces_producer producer;
static pieces_consumer consumer;

static void open_both(void)
{
    ck_assert_int_eq(pieces_producer_open(&producer, NULL, NULL, NULL), DH_OK);
    ck_assert_int_eq(pieces_consumer_open(&consumer, NULL, NULL, NULL), DH_OK);
}

static void close_both(void)
{
    pieces_consumer_close(&consumer);
    pieces_producer_close(&producer);
}

/* A quarter of the parts at a time. */
static struct pieces_block *fill(uint64_t first)
{
    struct pieces_block *block = NULL;

    ck_assert_int_eq(pieces_loan(&producer, DH_NOW, &block), DH_OK);
    for (size_t part = 0; part < PARTS; part++) {
        for (size_t i = 0; i < NUMBERS; i++)
            block->parts[part][i] = first + part * NUMBERS + i;
        if ((part + 1) % (PARTS / 4) == 0)
            ck_assert_int_eq(pieces_filled(&producer, (part + 1) * sizeof block->parts[0]), DH_OK);
    }
    return block;
}

START_TEST(what_came_in_pieces_arrives_whole)
{
    const struct pieces_block *seen = NULL;

    open_both();
    for (uint64_t turn = 0; turn < 6; turn++) {
        fill(turn)->tail = ~turn;
        ck_assert_int_eq(pieces_commit(&producer), DH_OK);
        ck_assert_int_eq(pieces_acquire(&consumer, DH_NOW, &seen), DH_OK);
        ck_assert_uint_eq(seen->parts[PARTS - 1][NUMBERS - 1], turn + PARTS * NUMBERS - 1);
        ck_assert_uint_eq(seen->tail, ~turn);
        ck_assert_int_eq(pieces_release(&consumer), DH_OK);
    }
    close_both();
}
END_TEST

START_TEST(what_changes_after_it_was_told_is_damage)
{
    const struct pieces_block *seen = NULL;

    open_both();
    fill(1)->parts[7][2] = 0;
    ck_assert_int_eq(pieces_commit(&producer), DH_OK);
    ck_assert_int_eq(pieces_acquire(&consumer, DH_NOW, &seen), DH_ECHECKSUM);
    close_both();
}
END_TEST

START_TEST(what_is_told_must_be_in_a_loan)
{
    open_both();
    ck_assert_int_eq(pieces_filled(&producer, 1), DH_EORDER);
    fill(1);
    ck_assert_int_eq(pieces_filled(&producer, 1), DH_EINVAL); /* less than before */
    ck_assert_int_eq(pieces_filled(&producer, sizeof(struct pieces_block) + 1), DH_EINVAL);
    pieces_abort(&producer);
    close_both();
}
END_TEST

START_TEST(a_fast_sum_is_told_likewise)
{
    pieces_quick_producer quick;
    pieces_quick_consumer reader;
    struct pieces_block *block = NULL;
    const struct pieces_block *seen = NULL;

    ck_assert_int_eq(pieces_quick_producer_open(&quick, NULL, NULL, NULL), DH_OK);
    ck_assert_int_eq(pieces_quick_consumer_open(&reader, NULL, NULL, NULL), DH_OK);
    ck_assert_int_eq(pieces_quick_loan(&quick, DH_NOW, &block), DH_OK);
    pieces_block_init(block);
    block->parts[0][0] = 3;
    ck_assert_int_eq(pieces_quick_filled(&quick, sizeof block->parts), DH_OK);
    block->tail = 4;
    ck_assert_int_eq(pieces_quick_commit(&quick), DH_OK);
    ck_assert_int_eq(pieces_quick_acquire(&reader, DH_NOW, &seen), DH_OK);
    ck_assert_uint_eq(seen->parts[0][0] + seen->tail, 7);
    ck_assert_int_eq(pieces_quick_release(&reader), DH_OK);
    pieces_quick_consumer_close(&reader);
    pieces_quick_producer_close(&quick);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("pieces");
    TCase *tests = tcase_create("pieces");

    tcase_add_test(tests, what_came_in_pieces_arrives_whole);
    tcase_add_test(tests, what_changes_after_it_was_told_is_damage);
    tcase_add_test(tests, what_is_told_must_be_in_a_loan);
    tcase_add_test(tests, a_fast_sum_is_told_likewise);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
