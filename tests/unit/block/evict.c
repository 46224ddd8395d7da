/* SPDX-License-Identifier: Apache-2.0 */
/* Channels with a stall limit: a living consumer that stands still is put out, and told so. */
#include "support/block.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

struct pair {
    uint64_t n, check;
};

static struct dhi_block *block, *first, *second;
static dh_slot_rw *writer, *slow, *quick;
static struct dh_slot slot;

static dh_slot_rw *open_side(struct dhi_block *of)
{
    dh_slot_rw *rw;
    struct dh_why why;

    ck_assert_msg(dhi_slot_rw_open(&rw, of, -1, &why) == DH_OK, "%s", why.text);
    return rw;
}

/* A ring of four, and two consumers that have read nothing. */
static void open_ring(int64_t stall_limit_ns)
{
    struct dh_producer_options options = { .stall_limit_ns = stall_limit_ns };

    block = block_make(schema_from_text(0, text_pair, policy_wait(4, 2)), &options);
    first = block_join(block, DHI_CONSUMER);
    second = block_join(block, DHI_CONSUMER);
    writer = open_side(block);
    slow = open_side(first);
    quick = open_side(second);
}

static void close_ring(void)
{
    dhi_slot_rw_close(slow);
    dhi_slot_rw_close(quick);
    dhi_slot_rw_close(writer);
    dhi_block_free(second);
    dhi_block_free(first);
    dhi_block_free(block);
}

static dh_err send(uint64_t n, int64_t deadline_ns)
{
    dh_err err = dh_slot_rw_acquire_write(writer, deadline_ns, &slot);

    if (err != DH_OK) return err;
    *(struct pair *)slot.data = (struct pair){ n, ~n };
    return dh_slot_rw_commit(writer, sizeof(struct pair));
}

static uint64_t receive(dh_slot_rw *rw)
{
    uint64_t n;

    ck_assert_int_eq(dh_slot_rw_acquire_read(rw, DH_NOW, &slot), DH_OK);
    n = ((const struct pair *)slot.data)->n;
    ck_assert_int_eq(dh_slot_rw_release_read(rw), DH_OK);
    return n;
}

/* Messages 0 … 3 fill the ring; the quick one has read them, the slow one holds message 0. */
static void fill_ring(void)
{
    for (uint64_t n = 0; n < 4; n++) {
        ck_assert_int_eq(send(n, DH_NOW), DH_OK);
        ck_assert_uint_eq(receive(quick), n);
    }
    ck_assert_int_eq(dh_slot_rw_acquire_read(slow, DH_NOW, &slot), DH_OK);
}

START_TEST(who_stands_still_is_put_out_and_what_it_held_does_not_count)
{
    open_ring(DH_MS);
    fill_ring();
    ck_assert(dh_slot_rw_validate_read(slow));
    ck_assert_int_eq(send(4, dh_in(10 * DH_S)), DH_OK); /* waits for the limit, no longer */
    ck_assert_uint_eq(block->metrics->evicted, 1);
    ck_assert(!dh_slot_rw_validate_read(slow));
    ck_assert_int_eq(dh_slot_rw_release_read(slow), DH_EEVICTED);
    ck_assert_uint_eq(slow->lost, 5); /* the one in hand, too: 0 … 4 */
    ck_assert_uint_eq(receive(quick), 4);
    ck_assert_int_eq(send(5, DH_NOW), DH_OK);
    ck_assert_uint_eq(receive(slow), 5);
    ck_assert_uint_eq(receive(quick), 5);
    close_ring();
}
END_TEST

START_TEST(who_was_put_out_is_waited_for_again_after_it_has_joined)
{
    open_ring(DH_MS);
    fill_ring();
    ck_assert_int_eq(send(4, dh_in(10 * DH_S)), DH_OK);
    ck_assert_int_eq(dh_slot_rw_release_read(slow), DH_EEVICTED);
    ck_assert_uint_eq(receive(quick), 4);
    for (uint64_t n = 5; n < 9; n++) {
        ck_assert_int_eq(send(n, DH_NOW), DH_OK);
        ck_assert_uint_eq(receive(quick), n);
    }
    ck_assert_int_eq(send(9, DH_NOW), DH_EFULL); /* seen to stand still, not for long */
    for (uint64_t n = 5; n < 9; n++)
        ck_assert_uint_eq(receive(slow), n);
    ck_assert_int_eq(send(9, DH_NOW), DH_OK);
    ck_assert_uint_eq(block->metrics->evicted, 1);
    close_ring();
}
END_TEST

START_TEST(who_was_put_out_between_messages_learns_it_at_the_next_one)
{
    open_ring(DH_MS);
    fill_ring();
    ck_assert_int_eq(dh_slot_rw_release_read(slow), DH_OK); /* 0 is read; 1 … 3 are not */
    ck_assert_int_eq(send(4, DH_NOW), DH_OK);
    ck_assert_uint_eq(receive(quick), 4);
    ck_assert_int_eq(send(5, dh_in(10 * DH_S)), DH_OK);
    ck_assert_int_eq(dh_slot_rw_acquire_read(slow, dh_in(DH_S), &slot), DH_EEVICTED);
    ck_assert_uint_eq(slow->lost, 5); /* 1 … 5 */
    ck_assert_int_eq(slow->record->metrics.last_error, DH_EEVICTED);
    ck_assert_int_eq(dh_slot_rw_acquire_read(slow, DH_NOW, &slot), DH_EEMPTY);
    close_ring();
}
END_TEST

START_TEST(without_a_limit_nobody_is_put_out)
{
    open_ring(0);
    fill_ring();
    ck_assert_int_eq(send(4, dh_in(20 * DH_MS)), DH_EFULL);
    ck_assert_int_eq(send(4, dh_in(20 * DH_MS)), DH_EFULL);
    ck_assert_uint_eq(block->metrics->evicted, 0);
    ck_assert_int_eq(dh_slot_rw_release_read(slow), DH_OK);
    close_ring();
}
END_TEST

START_TEST(loans_that_do_not_wait_put_out_too_once_the_limit_is_over)
{
    dh_err err = DH_EFULL;

    open_ring(DH_MS);
    fill_ring();
    for (int64_t give_up = dh_in(10 * DH_S); err == DH_EFULL && dh_now() < give_up;)
        err = send(4, DH_NOW);
    ck_assert_int_eq(err, DH_OK);
    ck_assert_uint_eq(block->metrics->evicted, 1);
    close_ring();
}
END_TEST

START_TEST(all_who_stand_at_the_same_message_are_put_out_at_once)
{
    open_ring(DH_MS);
    for (uint64_t n = 0; n < 4; n++)
        ck_assert_int_eq(send(n, DH_NOW), DH_OK);
    ck_assert_int_eq(send(4, dh_in(10 * DH_S)), DH_OK);
    ck_assert_uint_eq(block->metrics->evicted, 2);
    ck_assert_int_eq(dh_slot_rw_acquire_read(slow, DH_NOW, &slot), DH_EEVICTED);
    ck_assert_int_eq(dh_slot_rw_acquire_read(quick, DH_NOW, &slot), DH_EEVICTED);
    close_ring();
}
END_TEST

START_TEST(a_newcomer_in_the_record_of_one_that_was_put_out_is_not_meant)
{
    open_ring(DH_MS);
    fill_ring();
    ck_assert_int_eq(send(4, dh_in(10 * DH_S)), DH_OK);
    ck_assert_uint_eq(receive(quick), 4);
    dhi_slot_rw_close(slow); /* without having noticed */
    slow = open_side(first);
    ck_assert_uint_eq(slow->record_index, 0);
    for (uint64_t n = 5; n < 9; n++) {
        ck_assert_int_eq(send(n, DH_NOW), DH_OK);
        ck_assert_uint_eq(receive(quick), n);
    }
    ck_assert_int_eq(send(9, DH_NOW), DH_EFULL);
    for (uint64_t n = 5; n < 9; n++)
        ck_assert_uint_eq(receive(slow), n);
    close_ring();
}
END_TEST

START_TEST(a_limit_is_for_lossless_channels)
{
    struct dh_producer_options options = { .stall_limit_ns = DH_MS };
    struct dhi_block *made = NULL;
    struct dh_why why;

    ck_assert_int_eq(dhi_block_create(&made, schema_from_text(0, text_pair, policy_overwrite(2, 2)),
                                      "x", &options, &why),
                     DH_EINVAL);
    ck_assert_ptr_nonnull(strstr(why.text, "stall limit"));
    options.stall_limit_ns = -1;
    ck_assert_int_eq(dhi_block_create(&made, schema_from_text(0, text_pair, policy_wait(2, 2)), "x",
                                      &options, &why),
                     DH_EINVAL);
    ck_assert_ptr_null(made);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("evict");
    TCase *tests = tcase_create("evict");
    SRunner *runner = srunner_create(suite);
    int failed;

    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, who_stands_still_is_put_out_and_what_it_held_does_not_count);
    tcase_add_test(tests, who_was_put_out_is_waited_for_again_after_it_has_joined);
    tcase_add_test(tests, who_was_put_out_between_messages_learns_it_at_the_next_one);
    tcase_add_test(tests, without_a_limit_nobody_is_put_out);
    tcase_add_test(tests, loans_that_do_not_wait_put_out_too_once_the_limit_is_over);
    tcase_add_test(tests, all_who_stand_at_the_same_message_are_put_out_at_once);
    tcase_add_test(tests, a_newcomer_in_the_record_of_one_that_was_put_out_is_not_meant);
    tcase_add_test(tests, a_limit_is_for_lossless_channels);
    suite_add_tcase(suite, tests);
    srunner_run_all(runner, CK_NORMAL);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
