/* SPDX-License-Identifier: Apache-2.0 */
/* Several slots in one call: what there is, what is published, what comes again. */
#include "support/block.h"

#include <check.h>
#include <stdlib.h>

enum { MANY = 8 };

struct pair {
    uint64_t n, check;
};

static struct dhi_block *block, *theirs;
static dh_slot_rw *writer, *reader;
static struct dh_slot slots[MANY];
static uint32_t n;

static dh_slot_rw *open_side(struct dhi_block *of)
{
    dh_slot_rw *rw;
    struct dh_why why;

    ck_assert_msg(dhi_slot_rw_open(&rw, of, -1, &why) == DH_OK, "%s", why.text);
    return rw;
}

static void open_ring(struct dh_policy policy)
{
    block = block_make(schema_from_text(0, text_pair, policy), NULL);
    theirs = block_join(block, DHI_CONSUMER);
    writer = open_side(block);
    reader = open_side(theirs);
}

static void close_ring(void)
{
    dhi_slot_rw_close(reader);
    dhi_slot_rw_close(writer);
    dhi_block_free(theirs);
    dhi_block_free(block);
}

/* Loans `wanted` slots, which must bring `got` of them, fills all and commits the first `kept`. */
static void send(uint32_t wanted, uint32_t got, uint32_t kept)
{
    ck_assert_int_eq(dh_slot_rw_acquire_write_many(writer, DH_NOW, slots, wanted, &n), DH_OK);
    ck_assert_uint_eq(n, got);
    for (uint32_t k = 0; k < n; k++)
        *(struct pair *)slots[k].data = (struct pair){ slots[k].sequence, ~slots[k].sequence };
    ck_assert_int_eq(dh_slot_rw_commit_many(writer, kept, sizeof(struct pair)), DH_OK);
}

/* Acquires up to `wanted`, which must bring `got` from `first` on, and gives `kept` of them back.
 */
static void receive(uint32_t wanted, uint32_t got, uint64_t first, uint32_t kept)
{
    ck_assert_int_eq(dh_slot_rw_acquire_read_many(reader, DH_NOW, slots, wanted, &n), DH_OK);
    ck_assert_uint_eq(n, got);
    for (uint32_t k = 0; k < n; k++) {
        const struct pair *pair = slots[k].data;

        ck_assert_uint_eq(slots[k].sequence, first + k);
        ck_assert_uint_eq(pair->n, first + k);
        ck_assert_uint_eq(pair->check, ~pair->n);
    }
    ck_assert_int_eq(dh_slot_rw_release_read_many(reader, kept), DH_OK);
}

START_TEST(a_batch_takes_what_is_there_and_goes_around_the_end_of_the_ring)
{
    open_ring(policy_wait(5, 2));
    send(3, 3, 3);
    send(MANY, 2, 2); /* the ring has five */
    ck_assert_int_eq(dh_slot_rw_acquire_write_many(writer, DH_NOW, slots, 1, &n), DH_EFULL);
    receive(4, 4, 0, 4);
    send(MANY, 4, 4); /* slots 0 … 3 again */
    receive(MANY, 5, 4, 5);
    ck_assert_int_eq(dh_slot_rw_acquire_read_many(reader, DH_NOW, slots, MANY, &n), DH_EEMPTY);
    for (uint64_t first = 9; first < 500; first += 3) {
        send(3, 3, 3);
        receive(MANY, 3, first, 3);
    }
    close_ring();
}
END_TEST

START_TEST(what_is_not_committed_is_seen_by_nobody_and_its_numbers_are_used_again)
{
    open_ring(policy_wait(4, 2));
    send(4, 4, 1);
    ck_assert_uint_eq(dhi_block_head(theirs), 1);
    receive(MANY, 1, 0, 1);
    send(3, 3, 0);
    ck_assert_uint_eq(dhi_block_head(theirs), 1);
    ck_assert_int_eq(dh_slot_rw_acquire_read_many(reader, DH_NOW, slots, MANY, &n), DH_EEMPTY);
    send(2, 2, 2);
    receive(MANY, 2, 1, 2);
    ck_assert_uint_eq(block->metrics->aborted, 6);
    ck_assert_uint_eq(block->metrics->committed, 3);
    close_ring();
}
END_TEST

START_TEST(who_joins_while_several_are_loaned_begins_with_the_first_of_them)
{
    struct dhi_block *late;
    dh_slot_rw *joiner;

    open_ring(policy_wait(4, 3));
    send(2, 2, 2);
    receive(MANY, 2, 0, 2);
    ck_assert_int_eq(dh_slot_rw_acquire_write_many(writer, DH_NOW, slots, 3, &n), DH_OK);
    late = block_join(block, DHI_CONSUMER);
    joiner = open_side(late);
    ck_assert_uint_eq(joiner->next, 2);
    ck_assert_int_eq(dh_slot_rw_commit_many(writer, 1, sizeof(struct pair)), DH_OK);
    ck_assert_int_eq(dh_slot_rw_acquire_read_many(joiner, DH_NOW, slots, MANY, &n), DH_OK);
    ck_assert_uint_eq(n, 1);
    ck_assert_uint_eq(slots[0].sequence, 2);
    ck_assert_uint_eq(block->metrics->bad_claims, 0);
    dhi_slot_rw_close(joiner);
    dhi_block_free(late);
    close_ring();
}
END_TEST

START_TEST(what_is_not_given_back_comes_again)
{
    open_ring(policy_wait(8, 2));
    send(6, 6, 6);
    receive(4, 4, 0, 3);
    receive(MANY, 3, 3, 0);
    receive(2, 2, 3, 2);
    receive(MANY, 1, 5, 1);
    close_ring();
}
END_TEST

START_TEST(waiting_for_several_takes_none_and_counts_what_is_in_hand)
{
    open_ring(policy_wait(4, 2));
    ck_assert_int_eq(dh_slot_rw_await_read(reader, 1, DH_NOW), DH_EEMPTY);
    send(2, 2, 2);
    ck_assert_int_eq(dh_slot_rw_await_read(reader, 2, DH_FOREVER), DH_OK);
    ck_assert_int_eq(dh_slot_rw_await_read(reader, 3, dh_in(DH_MS)), DH_EEMPTY);
    receive(2, 2, 0, 1); /* one of them stays claimed, the next is waited for behind it */
    ck_assert_int_eq(dh_slot_rw_await_read(reader, 1, DH_FOREVER), DH_OK);
    ck_assert_int_eq(dh_slot_rw_await_read(reader, 2, DH_NOW), DH_EEMPTY);
    send(1, 1, 1);
    ck_assert_int_eq(dh_slot_rw_await_read(reader, 2, DH_FOREVER), DH_OK);
    ck_assert_int_eq(dh_slot_rw_acquire_read_many(reader, DH_NOW, slots, 2, &n), DH_OK);
    ck_assert_int_eq(dh_slot_rw_await_read(reader, 2, DH_NOW), DH_OK);
    ck_assert_int_eq(dh_slot_rw_await_read(reader, 0, DH_NOW), DH_EINVAL);
    ck_assert_int_eq(dh_slot_rw_await_read(reader, 5, DH_NOW), DH_EINVAL);
    dhi_slot_rw_close(writer); /* what will never come is not waited for */
    ck_assert_int_eq(dh_slot_rw_await_read(reader, 3, DH_FOREVER), DH_ECLOSED);
    dhi_slot_rw_close(reader);
    dhi_block_free(theirs);
    dhi_block_free(block);

    open_ring(policy_overwrite(4, 2));
    ck_assert_int_eq(dh_slot_rw_await_read(reader, 1, DH_NOW), DH_EINVAL);
    close_ring();
}
END_TEST

START_TEST(an_overwrite_channel_loans_many_and_acquires_one)
{
    open_ring(policy_overwrite(4, 2));
    send(3, 3, 2);
    receive(MANY, 1, 0, 1);
    receive(MANY, 1, 1, 0);
    receive(MANY, 1, 1, 1);
    for (int i = 0; i < 100; i++) {
        ck_assert_int_eq(dh_slot_rw_acquire_write_many(writer, DH_NOW, slots, MANY, &n), DH_OK);
        ck_assert_uint_ge(n, 1);
        ck_assert_uint_le(n, 4); /* more would overwrite the first of them */
        for (uint32_t k = 0; k < n; k++)
            *(struct pair *)slots[k].data = (struct pair){ slots[k].sequence, ~slots[k].sequence };
        ck_assert_int_eq(dh_slot_rw_commit_many(writer, n, sizeof(struct pair)), DH_OK);
    }
    receive(MANY, 1, writer->next - 4, 1);
    close_ring();
}
END_TEST

START_TEST(a_buffer_that_is_held_is_not_among_those_loaned)
{
    const struct pair *held;

    open_ring(policy_overwrite(2, 2));
    send(1, 1, 1);
    ck_assert_int_eq(dh_slot_rw_acquire_read_many(reader, DH_NOW, slots, 1, &n), DH_OK);
    held = slots[0].data;
    for (int i = 0; i < 50; i++) {
        ck_assert_int_eq(dh_slot_rw_acquire_write_many(writer, DH_NOW, slots, 2, &n), DH_OK);
        for (uint32_t k = 0; k < n; k++) {
            ck_assert_ptr_ne(slots[k].data, (const void *)held);
            *(struct pair *)slots[k].data = (struct pair){ 7, 7 };
        }
        ck_assert_int_eq(dh_slot_rw_commit_many(writer, n - (i % 2 && n > 1), 16), DH_OK);
    }
    ck_assert_uint_eq(held->n, 0);
    ck_assert_uint_eq(held->check, ~UINT64_C(0));
    ck_assert_int_eq(dh_slot_rw_release_read(reader), DH_OK);
    close_ring();
}
END_TEST

START_TEST(a_damaged_message_ends_the_batch_and_is_told_by_the_next_call)
{
    static const enum dh_checksum kinds[] = { DH_CHECKSUM_ENFORCED, DH_CHECKSUM_FAST };

    for (int k = 0; k < 2; k++) {
        struct dh_policy policy = policy_wait(4, 2);

        policy.checksum = kinds[k];
        open_ring(policy);
        send(4, 4, 4);
        ((struct pair *)(void *)(block->payload + 2 * block->head.payload_stride))->n ^= 1;
        receive(MANY, 2, 0, 2);
        ck_assert_int_eq(dh_slot_rw_acquire_read_many(reader, DH_NOW, slots, MANY, &n),
                         DH_ECHECKSUM);
        receive(MANY, 1, 3, 1);
        ck_assert_uint_eq(reader->record->metrics.checksum_failures, 1);
        close_ring();
    }
}
END_TEST

START_TEST(with_checksums_by_hand_one_moves_at_a_time)
{
    struct dh_policy policy = policy_wait(4, 2);

    policy.checksum = DH_CHECKSUM_MANUAL;
    open_ring(policy);
    send(3, 1, 1);
    send(3, 1, 1);
    receive(MANY, 1, 0, 1);
    close_ring();
}
END_TEST

START_TEST(calls_that_do_not_fit_are_refused)
{
    open_ring(policy_wait(4, 2));
    ck_assert_int_eq(dh_slot_rw_acquire_write_many(writer, DH_NOW, slots, 0, &n), DH_EINVAL);
    ck_assert_int_eq(dh_slot_rw_commit_many(writer, 1, 16), DH_EORDER);
    ck_assert_int_eq(dh_slot_rw_acquire_write_many(writer, DH_NOW, slots, 2, &n), DH_OK);
    ck_assert_int_eq(dh_slot_rw_acquire_write_many(writer, DH_NOW, slots, 1, &n), DH_EORDER);
    ck_assert_int_eq(dh_slot_rw_commit(writer, 16), DH_EORDER); /* two are in hand */
    ck_assert_int_eq(dh_slot_rw_commit_many(writer, 3, 16), DH_EINVAL);
    ck_assert_int_eq(dh_slot_rw_commit_many(writer, 2, 17), DH_EINVAL);
    ck_assert_int_eq(dh_slot_rw_release_write(writer), DH_OK);
    ck_assert_int_eq(dh_slot_rw_acquire_read_many(reader, DH_NOW, slots, 0, &n), DH_EINVAL);
    ck_assert_int_eq(dh_slot_rw_release_read_many(reader, 1), DH_EORDER);
    send(2, 2, 2);
    ck_assert_int_eq(dh_slot_rw_acquire_read_many(reader, DH_NOW, slots, 2, &n), DH_OK);
    ck_assert_int_eq(dh_slot_rw_acquire_read(reader, DH_NOW, slots), DH_EORDER);
    ck_assert_int_eq(dh_slot_rw_release_read_many(reader, 3), DH_EINVAL);
    ck_assert_int_eq(dh_slot_rw_release_read(reader), DH_OK); /* both */
    ck_assert_int_eq(dh_slot_rw_acquire_read(reader, DH_NOW, slots), DH_EEMPTY);
    close_ring();
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("bulk");
    TCase *tests = tcase_create("bulk");
    SRunner *runner = srunner_create(suite);
    int failed;

    tcase_set_timeout(tests, 30);
    tcase_add_test(tests, a_batch_takes_what_is_there_and_goes_around_the_end_of_the_ring);
    tcase_add_test(tests, what_is_not_committed_is_seen_by_nobody_and_its_numbers_are_used_again);
    tcase_add_test(tests, who_joins_while_several_are_loaned_begins_with_the_first_of_them);
    tcase_add_test(tests, what_is_not_given_back_comes_again);
    tcase_add_test(tests, waiting_for_several_takes_none_and_counts_what_is_in_hand);
    tcase_add_test(tests, an_overwrite_channel_loans_many_and_acquires_one);
    tcase_add_test(tests, a_buffer_that_is_held_is_not_among_those_loaned);
    tcase_add_test(tests, a_damaged_message_ends_the_batch_and_is_told_by_the_next_call);
    tcase_add_test(tests, with_checksums_by_hand_one_moves_at_a_time);
    tcase_add_test(tests, calls_that_do_not_fit_are_refused);
    suite_add_tcase(suite, tests);
    srunner_run_all(runner, CK_NORMAL);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
