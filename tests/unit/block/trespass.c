/* SPDX-License-Identifier: Apache-2.0 */
/* Another consumer has gone wrong and writes over words that are ours. Nobody can hinder that; but
 * nobody relies on what was spoilt, and what is ours is put right again. Without a stall limit. */
#include "block/spinlock.h"
#include "support/block.h"

#include <check.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

struct pair {
    uint64_t n, check;
};

static struct dhi_block *block, *ours, *others;
static dh_slot_rw *writer, *reader;
static struct dh_slot slot;

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
    ours = block_join(block, DHI_CONSUMER);
    others = block_join(block, DHI_CONSUMER);
    writer = open_side(block);
    reader = open_side(ours);
}

static void close_ring(void)
{
    dhi_slot_rw_close(reader);
    dhi_slot_rw_close(writer);
    dhi_block_free(others);
    dhi_block_free(ours);
    dhi_block_free(block);
}

/* Our record, in the hands of another. */
static struct dhi_record *stolen(void)
{
    return &others->records[reader->record_index];
}

static dh_err send(uint64_t n)
{
    dh_err err = dh_slot_rw_acquire_write(writer, DH_NOW, &slot);

    if (err != DH_OK) return err;
    *(struct pair *)slot.data = (struct pair){ n, ~n };
    return dh_slot_rw_commit(writer, sizeof(struct pair));
}

static void send_some(uint64_t from, uint64_t n)
{
    for (uint64_t i = from; i < from + n; i++)
        ck_assert_int_eq(send(i), DH_OK);
}

static uint64_t acquire(void)
{
    ck_assert_int_eq(dh_slot_rw_acquire_read(reader, DH_NOW, &slot), DH_OK);
    return ((const struct pair *)slot.data)->n;
}

/* ---- overwrite ---- */

START_TEST(a_hold_that_was_wiped_out_is_told_once_its_buffer_is_filled_again)
{
    open_ring(policy_overwrite(2, 2));
    send_some(0, 1);
    ck_assert_uint_eq(acquire(), 0);
    dhi_store_relaxed(&stolen()->hold, 0);
    ck_assert(dh_slot_rw_validate_read(reader)); /* nothing has happened to it yet */
    send_some(1, 20);
    ck_assert(!dh_slot_rw_validate_read(reader));
    ck_assert_int_eq(dh_slot_rw_release_read(reader), DH_EEVICTED);
    ck_assert_uint_eq(reader->lost, 1);
    ck_assert_uint_eq(acquire(), 18); /* the oldest that is there */
    ck_assert_uint_eq(reader->lost, 18);
    ck_assert_int_eq(dh_slot_rw_release_read(reader), DH_OK);
    close_ring();
}
END_TEST

START_TEST(also_if_it_was_put_back_meanwhile)
{
    uint64_t hold;

    open_ring(policy_overwrite(2, 2));
    send_some(0, 1);
    ck_assert_uint_eq(acquire(), 0);
    hold = dhi_load_relaxed(&stolen()->hold);
    dhi_store_relaxed(&stolen()->hold, 0);
    send_some(1, 20);
    dhi_store_relaxed(&stolen()->hold, hold);
    ck_assert_int_eq(dh_slot_rw_release_read(reader), DH_EEVICTED);
    close_ring();
}
END_TEST

START_TEST(a_hold_that_stood_is_good_however_far_the_producer_went)
{
    open_ring(policy_overwrite(2, 2));
    send_some(0, 1);
    ck_assert_uint_eq(acquire(), 0);
    send_some(1, 100);
    ck_assert(dh_slot_rw_validate_read(reader));
    ck_assert_int_eq(dh_slot_rw_release_read(reader), DH_OK);
    close_ring();
}
END_TEST

START_TEST(whatever_the_holds_say_the_producer_has_a_buffer)
{
    open_ring(policy_overwrite(1, 2));
    for (uint64_t n = 0; n < 200; n++) {
        for (uint32_t i = 0; i < 2; i++)
            dhi_store_relaxed(&others->records[i].hold, n * 7 % (block->head.n_buffers + 3));
        ck_assert_int_eq(send(n), DH_OK);
    }
    close_ring();
}
END_TEST

/* ---- wait ---- */

START_TEST(a_claim_that_was_raised_is_told_by_release)
{
    open_ring(policy_wait(4, 2));
    send_some(0, 4);
    ck_assert_uint_eq(acquire(), 0);
    dhi_store_relaxed(&stolen()->claim, (uint64_t)reader->incarnation << 32 | 4);
    send_some(4, 2); /* over what we hold */
    ck_assert(!dh_slot_rw_validate_read(reader));
    ck_assert_int_eq(dh_slot_rw_release_read(reader), DH_EEVICTED);
    ck_assert_uint_eq(reader->lost, 6); /* 0 … 5: it goes on at the head */
    send_some(6, 1);
    ck_assert_uint_eq(acquire(), 6);
    ck_assert_int_eq(dh_slot_rw_release_read(reader), DH_OK);
    close_ring();
}
END_TEST

START_TEST(who_was_lapped_does_not_wait_for_ever_for_what_is_gone)
{
    open_ring(policy_wait(4, 2));
    dhi_store_relaxed(&stolen()->claim, DHI_CLAIM_FREE);
    send_some(0, 9);
    ck_assert_int_eq(dh_slot_rw_acquire_read(reader, dh_in(DH_S), &slot), DH_EEVICTED);
    ck_assert_uint_eq(reader->lost, 9);
    ck_assert_int_eq(send(9), DH_OK);
    ck_assert_uint_eq(acquire(), 9);
    close_ring();
}
END_TEST

START_TEST(a_claim_that_was_lowered_is_put_right_by_who_waits)
{
    open_ring(policy_wait(4, 2));
    send_some(0, 4);
    for (uint64_t n = 0; n < 4; n++) {
        ck_assert_uint_eq(acquire(), n);
        ck_assert_int_eq(dh_slot_rw_release_read(reader), DH_OK);
    }
    dhi_store_relaxed(&stolen()->claim, (uint64_t)reader->incarnation << 32);
    ck_assert_int_eq(send(4), DH_EFULL); /* both would wait for each other */
    ck_assert_int_eq(dh_slot_rw_acquire_read(reader, dh_in(DH_MS), &slot), DH_EEMPTY);
    ck_assert_int_eq(send(4), DH_OK);
    ck_assert_uint_eq(acquire(), 4);
    close_ring();
}
END_TEST

/* ---- records and locks ---- */

START_TEST(nobody_begins_as_an_incarnation_that_is_not_waited_for)
{
    static const uint32_t left[] = { UINT32_MAX, UINT32_MAX - 1, 6, 7 };

    for (size_t i = 0; i < 4; i++) {
        open_ring(policy_wait(4, 2));
        dhi_slot_rw_close(reader);
        block->evicted[0] = 7;
        dhi_store_relaxed(&block->records[0].claim, (uint64_t)left[i] << 32 | DHI_CLAIM_FREE);
        reader = open_side(ours);
        ck_assert_uint_ne(reader->incarnation, 0);
        ck_assert_uint_ne(reader->incarnation, 7);
        send_some(0, 4);
        ck_assert_int_eq(send(4), DH_EFULL); /* it is waited for */
        close_ring();
    }
}
END_TEST

static uint64_t stop;

static void *flip(void *lock)
{
    while (dhi_load_relaxed(&stop) == 0) {
        dhi_store_relaxed((uint32_t *)lock, DHI_LOCK_WAITERS);
        dhi_store_relaxed((uint32_t *)lock, 0);
    }
    return NULL;
}

START_TEST(a_lock_that_somebody_plays_with_does_not_outstay_the_deadline)
{
    struct dhi_block *zones = block_make(schema_from_text(1, text_zones, policy_wait(2, 2)), NULL);
    struct dhi_lock *lock = (struct dhi_lock *)(void *)zones->zones;
    pthread_t player;

    ck_assert_int_eq(pthread_create(&player, NULL, flip, &lock->word), 0);
    for (int i = 0; i < 2000; i++) {
        int64_t deadline = dh_in(DH_MS);
        dh_err err = dhi_lock_take(zones, lock, DHI_LOCK_PRODUCER, deadline);

        ck_assert_int_lt(dh_now(), deadline + 5 * DH_S);
        ck_assert_msg(err == DH_OK || err == DH_EBUSY, "%s", dh_error_text(err));
        if (err == DH_OK) dhi_lock_give(lock, DHI_LOCK_PRODUCER);
    }
    dhi_store_relaxed(&stop, 1);
    pthread_join(player, NULL);
    dhi_block_free(zones);
}
END_TEST

static Suite *suite(void)
{
    Suite *all = suite_create("trespass");
    TCase *tests = tcase_create("trespass");

    tcase_add_test(tests, a_hold_that_was_wiped_out_is_told_once_its_buffer_is_filled_again);
    tcase_add_test(tests, also_if_it_was_put_back_meanwhile);
    tcase_add_test(tests, a_hold_that_stood_is_good_however_far_the_producer_went);
    tcase_add_test(tests, whatever_the_holds_say_the_producer_has_a_buffer);
    tcase_add_test(tests, a_claim_that_was_raised_is_told_by_release);
    tcase_add_test(tests, who_was_lapped_does_not_wait_for_ever_for_what_is_gone);
    tcase_add_test(tests, a_claim_that_was_lowered_is_put_right_by_who_waits);
    tcase_add_test(tests, nobody_begins_as_an_incarnation_that_is_not_waited_for);
    tcase_add_test(tests, a_lock_that_somebody_plays_with_does_not_outstay_the_deadline);
    suite_add_tcase(all, tests);
    return all;
}

int main(void)
{
    SRunner *runner = srunner_create(suite());
    int failed;

    srunner_run_all(runner, CK_NORMAL);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
