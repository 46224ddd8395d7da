/* SPDX-License-Identifier: Apache-2.0
 *
 * Sums of large payloads made and verified by helper threads (block/behind.h, block/ahead.h).
 */
#include "block/ahead.h"
#include "block/behind.h"
#include "support/block.h"

#include <check.h>
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static dh_slot_rw *open_side(struct dhi_block *block)
{
    struct dh_why why;
    dh_slot_rw *rw;

    ck_assert_int_eq(dhi_slot_rw_open(&rw, block, -1, &why), DH_OK);
    return rw;
}

enum { SLOTS = 4, SLOW_BYTES = 1 << 20 }; /* so that helpers are used with both functions */

static const struct dh_schema *slow_schema(enum dh_full full, enum dh_checksum checksum)
{
    struct dh_policy policy = {
        .n_slots = SLOTS, .n_consumers = 3, .full = full, .checksum = checksum
    };

    return schema_from_text(0,
                            "dhs 1\nfamily test/slow 1\norder little\nroot slot align 64\n"
                            "minor 0 size 1048576\n0 u64[131072] words\nmeaning\n",
                            policy);
}

/* A writer with `behind` helpers and a reader with `ahead` of them. */
struct pair_of_sides {
    struct dhi_block *block, *theirs;
    dh_slot_rw *writer, *reader;
};

static struct pair_of_sides open_pair(enum dh_checksum checksum, const void *secret,
                                      uint32_t behind, uint32_t ahead)
{
    struct pair_of_sides pair;

    pair.block = block_make(slow_schema(DH_FULL_WAIT, checksum), NULL);
    pair.theirs = block_join(pair.block, DHI_CONSUMER);
    pair.writer = open_side(pair.block);
    pair.reader = open_side(pair.theirs);
    ck_assert_int_eq(dhi_slot_rw_key(pair.writer, secret, NULL), DH_OK);
    ck_assert_int_eq(dhi_slot_rw_key(pair.reader, secret, NULL), DH_OK);
    ck_assert_int_eq(dhi_behind_open(pair.writer, behind, NULL), DH_OK);
    ck_assert_int_eq(dhi_ahead_open(pair.reader, ahead, NULL), DH_OK);
    ck_assert((pair.writer->behind != NULL) == (behind > 0));
    ck_assert((pair.reader->ahead != NULL) == (ahead > 0));
    return pair;
}

static void close_pair(struct pair_of_sides *pair)
{
    dhi_slot_rw_close(pair->reader);
    dhi_slot_rw_close(pair->writer);
    dhi_block_free(pair->theirs);
    dhi_block_free(pair->block);
}

static void send_slow(dh_slot_rw *writer)
{
    struct dh_slot slot;
    uint64_t *words;

    ck_assert_int_eq(dh_slot_rw_acquire_write(writer, dh_in(20 * DH_S), &slot), DH_OK);
    words = slot.data;
    words[0] = slot.sequence;
    words[SLOW_BYTES / 8 - 1] = ~slot.sequence;
    ck_assert_int_eq(dh_slot_rw_commit(writer, SLOW_BYTES), DH_OK);
}

static void expect_slow(dh_slot_rw *reader, uint64_t sequence)
{
    struct dh_slot slot;
    const uint64_t *words;

    ck_assert_int_eq(dh_slot_rw_acquire_read(reader, dh_in(20 * DH_S), &slot), DH_OK);
    words = slot.data;
    ck_assert_uint_eq(slot.sequence, sequence);
    ck_assert_uint_eq(words[0], sequence);
    ck_assert_uint_eq(words[SLOW_BYTES / 8 - 1], ~sequence);
    ck_assert_int_eq(dh_slot_rw_release_read(reader), DH_OK);
}

static void *send_many(void *writer)
{
    for (int i = 0; i < 12 * SLOTS; i++)
        send_slow(writer);
    return NULL;
}

/* The other side sums for itself, so equal sums are shown, too. */
START_TEST(messages_that_are_summed_by_helpers_come_whole_and_in_order)
{
    static const unsigned char secret[DH_SECRET_BYTES] = { 1 };
    static const struct {
        enum dh_checksum checksum;
        const void *secret;
        uint32_t behind, ahead;
    } cases[] = {
        { DH_CHECKSUM_ENFORCED, NULL, 1, 0 },   { DH_CHECKSUM_ENFORCED, NULL, 0, 1 },
        { DH_CHECKSUM_ENFORCED, secret, 3, 0 }, { DH_CHECKSUM_ENFORCED, secret, 0, 3 },
        { DH_CHECKSUM_FAST, NULL, 2, 2 },
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct pair_of_sides pair =
            open_pair(cases[i].checksum, cases[i].secret, cases[i].behind, cases[i].ahead);
        pthread_t thread;

        ck_assert_int_eq(pthread_create(&thread, NULL, send_many, pair.writer), 0);
        for (uint64_t n = 0; n < 12 * SLOTS; n++)
            expect_slow(pair.reader, n);
        pthread_join(thread, NULL);
        ck_assert_int_eq(dh_slot_rw_flush(pair.writer, DH_FOREVER), DH_OK);
        ck_assert_uint_eq(pair.block->metrics->committed, 12 * SLOTS);
        close_pair(&pair);
    }
}
END_TEST

/* Message 1 is spoilt before its sum is verified, by whoever verifies it. */
START_TEST(helpers_find_a_spoilt_byte_and_the_next_message_is_good)
{
    static const struct {
        uint32_t behind, ahead;
    } cases[] = { { 0, 1 }, { 2, 0 }, { 2, 3 } };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct pair_of_sides pair = open_pair(DH_CHECKSUM_ENFORCED, NULL, cases[i].behind, 0);
        struct dh_slot slot;

        for (int n = 0; n < 3; n++)
            send_slow(pair.writer);
        ck_assert_int_eq(dh_slot_rw_flush(pair.writer, DH_FOREVER), DH_OK);
        pair.block->payload[pair.block->head.payload_stride + 4711] ^= 0x10;
        ck_assert_int_eq(dhi_ahead_open(pair.reader, cases[i].ahead, NULL), DH_OK);
        expect_slow(pair.reader, 0);
        ck_assert_int_eq(dh_slot_rw_acquire_read(pair.reader, DH_NOW, &slot), DH_ECHECKSUM);
        ck_assert_uint_eq(pair.reader->record->metrics.checksum_failures, 1);
        expect_slow(pair.reader, 2);
        close_pair(&pair);
    }
}
END_TEST

/* Nobody calls acquire; a byte that is spoilt after a helper has found the message good changes
 * nothing. How soon it does is the machine's affair: each attempt waits twice as long. */
START_TEST(a_helper_verifies_what_comes_while_the_consumer_is_elsewhere)
{
    struct pair_of_sides pair = open_pair(DH_CHECKSUM_ENFORCED, NULL, 0, 1);
    dh_err err = DH_ECHECKSUM;

    for (useconds_t wait_us = 1000; err == DH_ECHECKSUM && wait_us < 20 * 1000 * 1000;
         wait_us *= 2) {
        uint64_t place = pair.writer->index * pair.block->head.payload_stride;
        struct dh_slot slot;

        send_slow(pair.writer);
        usleep(wait_us);
        pair.block->payload[place + 4711] ^= 0x10;
        err = dh_slot_rw_acquire_read(pair.reader, DH_NOW, &slot);
    }
    ck_assert_int_eq(err, DH_OK);
    close_pair(&pair);
}
END_TEST

START_TEST(what_was_acquired_in_bulk_and_not_released_keeps_its_verdict)
{
    struct pair_of_sides pair = open_pair(DH_CHECKSUM_ENFORCED, NULL, 1, 2);
    struct dh_slot slots[SLOTS];
    uint32_t n;

    for (int i = 0; i < SLOTS; i++)
        send_slow(pair.writer);
    ck_assert_int_eq(dh_slot_rw_flush(pair.writer, DH_FOREVER), DH_OK);
    ck_assert_int_eq(dh_slot_rw_acquire_read_many(pair.reader, DH_NOW, slots, SLOTS, &n), DH_OK);
    ck_assert_uint_eq(n, SLOTS);
    ck_assert_int_eq(dh_slot_rw_release_read_many(pair.reader, 2), DH_OK);
    send_slow(pair.writer);
    send_slow(pair.writer);
    for (uint64_t s = 2; s < SLOTS + 2; s++)
        expect_slow(pair.reader, s);
    close_pair(&pair);
}
END_TEST

START_TEST(a_slot_is_not_loaned_again_before_its_message_is_shown)
{
    struct pair_of_sides pair = open_pair(DH_CHECKSUM_ENFORCED, NULL, 2, 0);
    struct dh_slot slots[SLOTS + 1];
    uint32_t n;

    /* Nobody else reads: what bounds the writer is its own helpers. */
    dhi_slot_rw_close(pair.reader);
    for (uint64_t turn = 0; turn < 5; turn++) {
        ck_assert_int_eq(dh_slot_rw_acquire_write_many(pair.writer, dh_in(20 * DH_S), slots,
                                                       SLOTS + 1, &n),
                         DH_OK);
        ck_assert_uint_ge(n, 1);
        ck_assert_uint_le(n, SLOTS);
        for (uint32_t k = 0; k < n; k++)
            *(uint64_t *)slots[k].data = slots[k].sequence;
        ck_assert_int_eq(dh_slot_rw_acquire_write(pair.writer, DH_NOW, slots), DH_EORDER);
        ck_assert_int_eq(dh_slot_rw_commit_many(pair.writer, n + 1, SLOW_BYTES), DH_EINVAL);
        ck_assert_int_eq(dh_slot_rw_commit_many(pair.writer, n, SLOW_BYTES), DH_OK);
        ck_assert_int_eq(dh_slot_rw_commit(pair.writer, SLOW_BYTES), DH_EORDER);
    }
    ck_assert_int_eq(dh_slot_rw_flush(pair.writer, DH_FOREVER), DH_OK);
    ck_assert_uint_eq(dhi_block_head(pair.block), pair.writer->next);
    pair.reader = open_side(pair.theirs);
    send_slow(pair.writer);
    expect_slow(pair.reader, pair.writer->next - 1);
    close_pair(&pair);
}
END_TEST

/* Of a ring that nobody reads one message is seen, three have been handed over, and one is loaned.
 * Who joins now begins at the second: the writer may not go a ring beyond it, though it looked when
 * nobody was there. */
START_TEST(who_joins_while_sums_are_made_is_not_overtaken)
{
    struct pair_of_sides pair = open_pair(DH_CHECKSUM_ENFORCED, NULL, 2, 0);
    struct dhi_record *record = pair.reader->record;
    const uint32_t reader = pair.reader->incarnation;
    struct dh_slot slot;

    dhi_store_release(&record->claim, dhi_claim(reader, 0) | DHI_CLAIM_FREE);
    send_slow(pair.writer);
    ck_assert_int_eq(dh_slot_rw_flush(pair.writer, DH_FOREVER), DH_OK);
    dhi_gate_close(&pair.block->gate);
    for (int i = 1; i < SLOTS; i++)
        send_slow(pair.writer);
    ck_assert_int_eq(dh_slot_rw_acquire_write(pair.writer, DH_NOW, &slot), DH_OK);
    ck_assert_uint_eq(dhi_block_head(pair.block), 1);
    dhi_store_release(&record->claim, dhi_claim(reader, 1)); /* as a joiner does */
    dhi_gate_open(&pair.block->gate);
    ck_assert_int_eq(dh_slot_rw_commit(pair.writer, SLOW_BYTES), DH_OK);
    ck_assert_int_eq(dh_slot_rw_flush(pair.writer, DH_FOREVER), DH_OK);
    ck_assert_uint_eq(dhi_block_head(pair.block), SLOTS + 1);
    ck_assert_int_eq(dh_slot_rw_acquire_write(pair.writer, DH_NOW, &slot), DH_EFULL);
    dhi_store_release(&record->claim, dhi_claim(reader, 2));
    ck_assert_int_eq(dh_slot_rw_acquire_write(pair.writer, DH_NOW, &slot), DH_OK);
    close_pair(&pair);
}
END_TEST

/* What is loaned, handed over or given back leaves the head where it is: the last one shown. */
START_TEST(loans_and_aborts_with_helpers_show_nothing)
{
    struct pair_of_sides pair = open_pair(DH_CHECKSUM_ENFORCED, NULL, 1, 0);
    struct dh_slot slots[2];
    uint32_t n;

    send_slow(pair.writer);
    ck_assert_int_eq(dh_slot_rw_release_write(pair.writer), DH_EORDER);
    ck_assert_int_eq(dh_slot_rw_acquire_write(pair.writer, DH_NOW, slots), DH_OK);
    ck_assert_int_eq(dh_slot_rw_filled(pair.writer, 100), DH_OK);
    ck_assert_int_eq(dh_slot_rw_filled(pair.writer, SLOW_BYTES + 1), DH_EINVAL);
    ck_assert_int_eq(dh_slot_rw_release_write(pair.writer), DH_OK);
    ck_assert_int_eq(dh_slot_rw_flush(pair.writer, DH_FOREVER), DH_OK);
    ck_assert_uint_eq(dhi_block_head(pair.block), 1);
    ck_assert_int_eq(dh_slot_rw_acquire_write_many(pair.writer, DH_NOW, slots, 2, &n), DH_OK);
    ck_assert_uint_eq(n, 2);
    ck_assert_int_eq(dh_slot_rw_commit_many(pair.writer, 1, SLOW_BYTES), DH_OK);
    ck_assert_int_eq(dh_slot_rw_flush(pair.writer, DH_FOREVER), DH_OK);
    ck_assert_uint_eq(dhi_block_head(pair.block), 2);
    ck_assert_uint_eq(pair.block->metrics->aborted, 2);
    ck_assert_int_eq(dh_slot_rw_flush(pair.reader, DH_FOREVER), DH_EINVAL);
    close_pair(&pair);
}
END_TEST

START_TEST(a_full_ring_says_so_also_while_sums_are_made)
{
    struct pair_of_sides pair = open_pair(DH_CHECKSUM_ENFORCED, NULL, 1, 1);
    struct dh_slot slot;

    for (int i = 0; i < SLOTS; i++)
        send_slow(pair.writer);
    ck_assert_int_eq(dh_slot_rw_acquire_write(pair.writer, DH_NOW, &slot), DH_EFULL);
    ck_assert_int_eq(dh_slot_rw_acquire_write(pair.writer, dh_in(DH_MS), &slot), DH_EFULL);
    ck_assert_int_eq(dh_slot_rw_flush(pair.writer, DH_FOREVER), DH_OK);
    ck_assert_int_eq(dh_slot_rw_acquire_write(pair.writer, dh_in(DH_MS), &slot), DH_EFULL);
    expect_slow(pair.reader, 0);
    send_slow(pair.writer);
    for (uint64_t n = 1; n <= SLOTS; n++)
        expect_slow(pair.reader, n);
    close_pair(&pair);
}
END_TEST

/* What it held is overwritten, under its helpers' eyes. */
START_TEST(who_is_put_out_with_helpers_is_told_and_goes_on_at_the_head)
{
    const struct dh_producer_options options = { .stall_limit_ns = DH_MS };
    struct pair_of_sides pair;
    struct dh_slot slot;

    pair.block = block_make(slow_schema(DH_FULL_WAIT, DH_CHECKSUM_ENFORCED), &options);
    pair.theirs = block_join(pair.block, DHI_CONSUMER);
    pair.writer = open_side(pair.block);
    pair.reader = open_side(pair.theirs);
    ck_assert_int_eq(dhi_behind_open(pair.writer, 1, NULL), DH_OK);
    ck_assert_int_eq(dhi_ahead_open(pair.reader, 2, NULL), DH_OK);
    send_slow(pair.writer);
    ck_assert_int_eq(dh_slot_rw_acquire_read(pair.reader, dh_in(20 * DH_S), &slot), DH_OK);
    for (int i = 0; i < 3 * SLOTS; i++)
        send_slow(pair.writer);
    ck_assert_int_eq(dh_slot_rw_flush(pair.writer, DH_FOREVER), DH_OK);
    ck_assert_int_eq(dh_slot_rw_release_read(pair.reader), DH_EEVICTED);
    for (uint64_t n = 3 * SLOTS + 1; n < 5 * SLOTS; n++) {
        send_slow(pair.writer);
        expect_slow(pair.reader, n);
    }
    ck_assert_uint_eq(pair.reader->record->metrics.checksum_failures, 0);
    close_pair(&pair);
}
END_TEST

START_TEST(close_shows_what_was_handed_over)
{
    struct pair_of_sides pair = open_pair(DH_CHECKSUM_ENFORCED, NULL, 2, 1);
    struct dh_slot slot;

    for (int i = 0; i < SLOTS; i++)
        send_slow(pair.writer);
    dhi_slot_rw_close(pair.writer);
    for (uint64_t n = 0; n < SLOTS; n++)
        expect_slow(pair.reader, n);
    ck_assert_int_eq(dh_slot_rw_acquire_read(pair.reader, dh_in(DH_S), &slot), DH_ECLOSED);
    dhi_slot_rw_close(pair.reader);
    dhi_block_free(pair.theirs);
    dhi_block_free(pair.block);
}
END_TEST

/* As a successor does it: while the block closes nothing is shown; then none of it, ever, and the
 * writer is told; or, if the successor died, all of it. */
static void end_or_open(bool end)
{
    struct pair_of_sides pair = open_pair(DH_CHECKSUM_ENFORCED, NULL, 2, 0);
    struct dhi_gate *gate = &pair.block->gate;
    struct dh_slot slot;

    send_slow(pair.writer);
    ck_assert_int_eq(dh_slot_rw_flush(pair.writer, DH_FOREVER), DH_OK);
    dhi_gate_close(gate);
    send_slow(pair.writer);
    send_slow(pair.writer);
    ck_assert_int_eq(dh_slot_rw_acquire_write(pair.writer, DH_NOW, &slot), DH_OK);
    ck_assert_int_eq(dh_slot_rw_release_write(pair.writer), DH_OK);
    ck_assert_int_eq(dh_slot_rw_flush(pair.writer, DH_NOW), DH_EBUSY);
    ck_assert_int_eq(dh_slot_rw_flush(pair.writer, dh_in(DH_MS)), DH_EBUSY);
    while (!dhi_gate_is_quiet(gate))
        sched_yield();
    ck_assert_uint_eq(dhi_block_head(pair.block), 1);
    if (end)
        dhi_gate_end(gate);
    else
        dhi_gate_open(gate);
    ck_assert_int_eq(dh_slot_rw_flush(pair.writer, DH_FOREVER), end ? DH_ESUPERSEDED : DH_OK);
    for (uint64_t n = 0; n < (end ? 1 : 3); n++)
        expect_slow(pair.reader, n);
    ck_assert_int_eq(dh_slot_rw_acquire_read(pair.reader, dh_in(10 * DH_MS), &slot),
                     end ? DH_ESUPERSEDED : DH_EEMPTY);
    ck_assert_int_eq(dh_slot_rw_acquire_write(pair.writer, DH_NOW, &slot),
                     end ? DH_ESUPERSEDED : DH_OK);
    close_pair(&pair);
}

START_TEST(a_block_that_ends_shows_no_more_and_says_so)
{
    end_or_open(true);
    end_or_open(false);
}
END_TEST

/* Loaned before the end, committed behind it. */
START_TEST(an_open_loan_at_the_end_is_for_nobody)
{
    struct pair_of_sides pair = open_pair(DH_CHECKSUM_ENFORCED, NULL, 1, 0);
    struct dh_slot slot;

    send_slow(pair.writer);
    ck_assert_int_eq(dh_slot_rw_acquire_write(pair.writer, DH_NOW, &slot), DH_OK);
    ck_assert_int_eq(dh_slot_rw_flush(pair.writer, DH_FOREVER), DH_OK);
    dhi_gate_close(&pair.block->gate);
    dhi_gate_end(&pair.block->gate);
    ck_assert_int_eq(dh_slot_rw_commit(pair.writer, SLOW_BYTES), DH_ESUPERSEDED);
    ck_assert_int_eq(dh_slot_rw_commit(pair.writer, SLOW_BYTES), DH_EORDER);
    ck_assert_int_eq(dh_slot_rw_flush(pair.writer, DH_FOREVER),
                     DH_OK); /* what was committed was seen */
    ck_assert_int_eq(dh_slot_rw_acquire_write(pair.writer, DH_NOW, &slot), DH_ESUPERSEDED);
    ck_assert_uint_eq(dhi_block_head(pair.block), 1);
    close_pair(&pair);
}
END_TEST

START_TEST(helpers_are_refused_or_left_out_where_they_are_of_no_use)
{
    struct dhi_block *block =
        block_make(slow_schema(DH_FULL_OVERWRITE, DH_CHECKSUM_ENFORCED), NULL);
    struct dhi_block *theirs = block_join(block, DHI_CONSUMER);
    dh_slot_rw *writer = open_side(block), *reader = open_side(theirs);
    struct dh_policy small = policy_wait(SLOTS, 1);
    struct dh_why why;

    ck_assert_int_eq(dhi_behind_open(writer, 1, &why), DH_EINVAL);
    ck_assert_ptr_nonnull(strstr(why.text, "full: wait"));
    ck_assert_int_eq(dhi_behind_open(writer, 0, &why), DH_OK);
    ck_assert_int_eq(dhi_behind_open(writer, 17, &why), DH_EINVAL);
    ck_assert_int_eq(dhi_ahead_open(reader, 17, &why), DH_EINVAL);
    ck_assert_ptr_nonnull(strstr(why.text, "16"));
    ck_assert_int_eq(dhi_ahead_open(reader, 16, &why), DH_OK);
    ck_assert_ptr_null(reader->ahead);
    dhi_slot_rw_close(reader);
    dhi_slot_rw_close(writer);
    dhi_block_free(theirs);
    dhi_block_free(block);

    small.checksum = DH_CHECKSUM_ENFORCED;
    block = block_make(schema_from_text(0, text_frame, small), NULL);
    writer = open_side(block); /* 1 KiB: its sum is made before a thread wakes */
    ck_assert_int_eq(dhi_behind_open(writer, 2, &why), DH_OK);
    ck_assert_ptr_null(writer->behind);
    ck_assert_int_eq(dh_slot_rw_flush(writer, DH_FOREVER), DH_OK);
    dhi_slot_rw_close(writer);
    dhi_block_free(block);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("aside");
    TCase *tests = tcase_create("aside");
    SRunner *runner = srunner_create(suite);
    int failed;

    suite_add_tcase(suite, tests);
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, messages_that_are_summed_by_helpers_come_whole_and_in_order);
    tcase_add_test(tests, helpers_find_a_spoilt_byte_and_the_next_message_is_good);
    tcase_add_test(tests, a_helper_verifies_what_comes_while_the_consumer_is_elsewhere);
    tcase_add_test(tests, what_was_acquired_in_bulk_and_not_released_keeps_its_verdict);
    tcase_add_test(tests, a_slot_is_not_loaned_again_before_its_message_is_shown);
    tcase_add_test(tests, who_joins_while_sums_are_made_is_not_overtaken);
    tcase_add_test(tests, loans_and_aborts_with_helpers_show_nothing);
    tcase_add_test(tests, a_full_ring_says_so_also_while_sums_are_made);
    tcase_add_test(tests, who_is_put_out_with_helpers_is_told_and_goes_on_at_the_head);
    tcase_add_test(tests, close_shows_what_was_handed_over);
    tcase_add_test(tests, a_block_that_ends_shows_no_more_and_says_so);
    tcase_add_test(tests, an_open_loan_at_the_end_is_for_nobody);
    tcase_add_test(tests, helpers_are_refused_or_left_out_where_they_are_of_no_use);
    srunner_run_all(runner, CK_NORMAL);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
