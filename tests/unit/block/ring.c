/* SPDX-License-Identifier: Apache-2.0 */
#include "support/block.h"

#include <check.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

struct pair {
    uint64_t n, check;
};

struct frame {
    uint64_t n, body[127];
};

static dh_slot_rw *open_side(struct dhi_block *block)
{
    dh_slot_rw *rw;
    struct dh_why why;

    ck_assert_msg(dhi_slot_rw_open(&rw, block, -1, &why) == DH_OK, "%s", why.text);
    return rw;
}

static void send_pair(dh_slot_rw *rw, uint64_t n)
{
    struct dh_slot slot;
    struct pair *pair;

    ck_assert_int_eq(dh_slot_rw_acquire_write(rw, dh_in(DH_S), &slot), DH_OK);
    ck_assert_uint_eq(slot.sequence, n);
    pair = slot.data;
    *pair = (struct pair){ .n = n, .check = ~n };
    ck_assert_int_eq(dh_slot_rw_commit(rw, sizeof *pair), DH_OK);
}

static uint64_t receive_pair(dh_slot_rw *rw)
{
    const struct pair *pair;
    struct dh_slot slot;
    uint64_t n;

    ck_assert_int_eq(dh_slot_rw_acquire_read(rw, dh_in(DH_S), &slot), DH_OK);
    pair = slot.data;
    n = pair->n;
    ck_assert_uint_eq(pair->check, ~n);
    ck_assert_uint_eq(slot.sequence, n);
    ck_assert_int_eq(dh_slot_rw_release_read(rw), DH_OK);
    return n;
}

START_TEST(a_wait_ring_delivers_every_message_once_and_in_order)
{
    struct dhi_block *block = block_make(schema_from_text(0, text_pair, policy_wait(4, 2)), NULL);
    struct dhi_block *theirs = block_join(block, DHI_CONSUMER);
    dh_slot_rw *writer = open_side(block), *reader = open_side(theirs);

    for (uint64_t n = 0; n < 100; n++) {
        send_pair(writer, n);
        if (n % 3 == 2)
            for (uint64_t k = n - 2; k <= n; k++)
                ck_assert_uint_eq(receive_pair(reader), k);
    }
    dhi_slot_rw_close(reader);
    dhi_slot_rw_close(writer);
    dhi_block_free(theirs);
    dhi_block_free(block);
}
END_TEST

START_TEST(a_full_ring_says_so_and_goes_on_when_a_slot_is_released)
{
    struct dhi_block *block = block_make(schema_from_text(0, text_pair, policy_wait(2, 2)), NULL);
    struct dhi_block *theirs = block_join(block, DHI_CONSUMER);
    dh_slot_rw *writer = open_side(block), *reader = open_side(theirs);
    struct dh_slot slot;

    send_pair(writer, 0);
    send_pair(writer, 1);
    ck_assert_int_eq(dh_slot_rw_acquire_write(writer, DH_NOW, &slot), DH_EFULL);
    ck_assert_int_eq(dh_slot_rw_acquire_write(writer, dh_in(3 * DH_MS), &slot), DH_EFULL);
    ck_assert_uint_eq(receive_pair(reader), 0);
    send_pair(writer, 2);
    ck_assert_uint_eq(block->metrics->full_timeouts, 1);
    dhi_slot_rw_close(reader);
    for (uint64_t n = 3; n < 20; n++)
        send_pair(writer, n); /* nobody is left to wait for */
    dhi_slot_rw_close(writer);
    dhi_block_free(theirs);
    dhi_block_free(block);
}
END_TEST

START_TEST(a_consumer_joins_at_the_head_and_an_empty_ring_says_so)
{
    struct dhi_block *block = block_make(schema_from_text(0, text_pair, policy_wait(8, 2)), NULL);
    dh_slot_rw *writer = open_side(block), *reader;
    struct dhi_block *theirs;
    struct dh_slot slot;

    for (uint64_t n = 0; n < 11; n++)
        send_pair(writer, n);
    theirs = block_join(block, DHI_CONSUMER);
    reader = open_side(theirs);
    ck_assert_int_eq(dh_slot_rw_acquire_read(reader, DH_NOW, &slot), DH_EEMPTY);
    ck_assert_int_eq(dh_slot_rw_acquire_read(reader, dh_in(2 * DH_MS), &slot), DH_EEMPTY);
    send_pair(writer, 11);
    ck_assert_uint_eq(receive_pair(reader), 11);
    dhi_slot_rw_close(writer);
    ck_assert_int_eq(dh_slot_rw_acquire_read(reader, DH_FOREVER, &slot), DH_ECLOSED);
    dhi_slot_rw_close(reader);
    dhi_block_free(theirs);
    dhi_block_free(block);
}
END_TEST

START_TEST(an_aborted_loan_is_seen_by_nobody)
{
    struct dhi_block *block = block_make(schema_from_text(0, text_pair, policy_wait(4, 1)), NULL);
    struct dhi_block *theirs = block_join(block, DHI_CONSUMER);
    dh_slot_rw *writer = open_side(block), *reader = open_side(theirs);
    struct dh_slot slot;

    send_pair(writer, 0);
    ck_assert_int_eq(dh_slot_rw_acquire_write(writer, DH_NOW, &slot), DH_OK);
    ck_assert_int_eq(dh_slot_rw_release_write(writer), DH_OK);
    ck_assert_uint_eq(receive_pair(reader), 0);
    ck_assert_int_eq(dh_slot_rw_acquire_read(reader, DH_NOW, &slot), DH_EEMPTY);
    ck_assert_uint_eq(dhi_block_head(block), 1);
    send_pair(writer, 1);
    ck_assert_uint_eq(receive_pair(reader), 1);
    ck_assert_uint_eq(block->metrics->aborted, 1);
    dhi_slot_rw_close(reader);
    dhi_slot_rw_close(writer);
    dhi_block_free(theirs);
    dhi_block_free(block);
}
END_TEST

START_TEST(calls_out_of_order_are_refused)
{
    struct dhi_block *block = block_make(schema_from_text(0, text_pair, policy_wait(4, 1)), NULL);
    struct dhi_block *theirs = block_join(block, DHI_CONSUMER);
    dh_slot_rw *writer = open_side(block), *reader = open_side(theirs);
    struct dh_slot slot;

    ck_assert_int_eq(dh_slot_rw_commit(writer, 16), DH_EORDER);
    ck_assert_int_eq(dh_slot_rw_release_write(writer), DH_EORDER);
    ck_assert_int_eq(dh_slot_rw_acquire_write(writer, DH_NOW, &slot), DH_OK);
    ck_assert_int_eq(dh_slot_rw_acquire_write(writer, DH_NOW, &slot), DH_EORDER);
    ck_assert_int_eq(dh_slot_rw_commit(writer, 17), DH_EINVAL);
    ck_assert_int_eq(dh_slot_rw_commit(writer, 16), DH_OK);
    ck_assert_int_eq(dh_slot_rw_release_read(reader), DH_EORDER);
    ck_assert_int_eq(dh_slot_rw_acquire_read(reader, DH_NOW, &slot), DH_OK);
    ck_assert_int_eq(dh_slot_rw_acquire_read(reader, DH_NOW, &slot), DH_EORDER);
    ck_assert(dh_slot_rw_validate_read(reader));
    dhi_slot_rw_close(reader);
    dhi_slot_rw_close(writer);
    dhi_block_free(theirs);
    dhi_block_free(block);
}
END_TEST

START_TEST(a_full_table_refuses_one_more_consumer_until_somebody_leaves)
{
    struct dhi_block *block = block_make(schema_from_text(0, text_pair, policy_wait(4, 2)), NULL);
    struct dhi_block *theirs[3];
    dh_slot_rw *readers[3];
    struct dh_why why;

    for (int i = 0; i < 3; i++)
        theirs[i] = block_join(block, DHI_CONSUMER);
    readers[0] = open_side(theirs[0]);
    readers[1] = open_side(theirs[1]);
    ck_assert_int_eq(dhi_slot_rw_open(&readers[2], theirs[2], -1, &why), DH_ETABLE);
    ck_assert_str_eq(why.text, "test.0: all 2 places for consumers are taken");
    dhi_slot_rw_close(readers[0]);
    readers[2] = open_side(theirs[2]);
    dhi_slot_rw_close(readers[1]);
    dhi_slot_rw_close(readers[2]);
    for (int i = 0; i < 3; i++)
        dhi_block_free(theirs[i]);
    dhi_block_free(block);
}
END_TEST

/* A child joins, holds a slot and is killed. */
static void die_holding(const struct dhi_block *block, int ready)
{
    dh_slot_rw *reader = open_side(block_join(block, DHI_CONSUMER));
    struct dh_slot slot;

    if (write(ready, "x", 1) != 1 ||
        dh_slot_rw_acquire_read(reader, dh_in(10 * DH_S), &slot) != DH_OK)
        _exit(1);
    if (write(ready, "y", 1) != 1) _exit(1);
    pause();
}

START_TEST(a_dead_consumer_is_reaped_when_it_is_in_the_way)
{
    struct dhi_block *block = block_make(schema_from_text(0, text_pair, policy_wait(4, 2)), NULL);
    dh_slot_rw *writer = open_side(block);
    struct dhi_fds fds = fds_of(block);
    struct dh_slot slot;
    int pipe_fds[2];
    char byte;
    pid_t child;

    ck_assert_int_eq(pipe(pipe_fds), 0);
    child = fork();
    if (child == 0) {
        struct dhi_block inherited = { .fds = fds };
        die_holding(&inherited, pipe_fds[1]);
    }
    ck_assert_int_eq(read(pipe_fds[0], &byte, 1), 1);
    for (uint64_t n = 0; n < 4; n++)
        send_pair(writer, n);
    ck_assert_int_eq(read(pipe_fds[0], &byte, 1), 1);
    ck_assert_int_eq(dh_slot_rw_acquire_write(writer, DH_NOW, &slot), DH_EFULL);
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
    send_pair(writer, 4);
    ck_assert_uint_eq(block->metrics->reaped, 1);
    ck_assert_uint_eq(block->records[0].ended, DHI_ENDED_REAPED);
    ck_assert_uint_eq(block->records[0].ended_by_pid, (unsigned)getpid());
    dhi_slot_rw_close(writer);
    dhi_fds_close(&fds);
    dhi_block_free(block);
    close(pipe_fds[0]);
    close(pipe_fds[1]);
}
END_TEST

START_TEST(an_overwrite_ring_never_waits_and_tells_what_was_lost)
{
    struct dhi_block *block =
        block_make(schema_from_text(0, text_frame, policy_overwrite(4, 2)), NULL);
    struct dhi_block *theirs = block_join(block, DHI_CONSUMER);
    dh_slot_rw *writer = open_side(block), *reader = open_side(theirs);
    struct dh_slot slot;
    uint64_t expected = 0;

    for (uint64_t n = 0; n < 50; n++) {
        ck_assert_int_eq(dh_slot_rw_acquire_write(writer, DH_NOW, &slot), DH_OK);
        *(struct frame *)slot.data = (struct frame){ .n = n };
        ck_assert_int_eq(dh_slot_rw_commit(writer, sizeof(struct frame)), DH_OK);
    }
    while (dh_slot_rw_acquire_read(reader, DH_NOW, &slot) == DH_OK) {
        uint64_t n = ((const struct frame *)slot.data)->n;
        ck_assert_uint_ge(n, expected);
        expected = n + 1;
        dh_slot_rw_release_read(reader);
    }
    ck_assert_uint_eq(expected, 50);
    ck_assert_uint_le(reader->lost, 46); /* the four newest are promised */
    ck_assert_uint_eq(reader->lost + reader->acquired, 50);
    dhi_slot_rw_close(reader);
    dhi_slot_rw_close(writer);
    dhi_block_free(theirs);
    dhi_block_free(block);
}
END_TEST

START_TEST(a_held_buffer_is_not_written_however_far_the_producer_goes)
{
    struct dhi_block *block =
        block_make(schema_from_text(0, text_frame, policy_overwrite(1, 3)), NULL);
    struct dhi_block *theirs = block_join(block, DHI_CONSUMER);
    dh_slot_rw *writer = open_side(block), *reader = open_side(theirs);
    struct dh_slot slot, held = { 0 };

    for (uint64_t n = 0; n < 100; n++) {
        ck_assert_int_eq(dh_slot_rw_acquire_write(writer, DH_NOW, &slot), DH_OK);
        for (int i = 0; i < 127; i++)
            ((struct frame *)slot.data)->body[i] = n;
        ((struct frame *)slot.data)->n = n;
        ck_assert_int_eq(dh_slot_rw_commit(writer, sizeof(struct frame)), DH_OK);
        if (n == 10) ck_assert_int_eq(dh_slot_rw_acquire_read(reader, DH_NOW, &held), DH_OK);
        if (n < 10) continue;
        for (int i = 0; i < 127; i++)
            ck_assert_uint_eq(((const struct frame *)held.data)->body[i], 10);
    }
    dh_slot_rw_release_read(reader);
    ck_assert_int_eq(dh_slot_rw_acquire_read(reader, DH_NOW, &slot), DH_OK);
    ck_assert_uint_eq(((const struct frame *)slot.data)->n, 99); /* one slot: the newest */
    dhi_slot_rw_close(reader);
    dhi_slot_rw_close(writer);
    dhi_block_free(theirs);
    dhi_block_free(block);
}
END_TEST

START_TEST(a_late_consumer_of_a_latest_value_gets_it_at_once)
{
    struct dhi_block *block =
        block_make(schema_from_text(0, text_frame, policy_overwrite(1, 2)), NULL);
    dh_slot_rw *writer = open_side(block), *reader;
    struct dhi_block *theirs;
    struct dh_slot slot;

    for (uint64_t n = 0; n < 7; n++) {
        ck_assert_int_eq(dh_slot_rw_acquire_write(writer, DH_NOW, &slot), DH_OK);
        ((struct frame *)slot.data)->n = n;
        ck_assert_int_eq(dh_slot_rw_commit(writer, sizeof(struct frame)), DH_OK);
    }
    theirs = block_join(block, DHI_CONSUMER);
    reader = open_side(theirs);
    ck_assert_int_eq(dh_slot_rw_acquire_read(reader, DH_NOW, &slot), DH_OK);
    ck_assert_uint_eq(((const struct frame *)slot.data)->n, 6);
    ck_assert_uint_eq(reader->lost, 0);
    dhi_slot_rw_close(reader);
    dhi_slot_rw_close(writer);
    dhi_block_free(theirs);
    dhi_block_free(block);
}
END_TEST

START_TEST(enforced_and_fast_checksums_find_a_damaged_payload)
{
    static const enum dh_full policies[] = { DH_FULL_WAIT, DH_FULL_OVERWRITE };

    for (int p = 0; p < 4; p++) {
        struct dh_policy policy = { .n_slots = 4,
                                    .n_consumers = 1,
                                    .full = policies[p % 2],
                                    .checksum = p < 2 ? DH_CHECKSUM_ENFORCED : DH_CHECKSUM_FAST };
        struct dhi_block *block = block_make(schema_from_text(0, text_pair, policy), NULL);
        struct dhi_block *theirs = block_join(block, DHI_CONSUMER);
        dh_slot_rw *writer = open_side(block), *reader = open_side(theirs);
        struct dh_slot slot;

        send_pair(writer, 0);
        ck_assert_uint_eq(receive_pair(reader), 0);
        ck_assert_int_eq(dh_slot_rw_acquire_write(writer, DH_NOW, &slot), DH_OK);
        ck_assert_int_eq(dh_slot_rw_commit(writer, 16), DH_OK);
        ((unsigned char *)slot.data)[3] ^= 0x40;
        ck_assert_int_eq(dh_slot_rw_acquire_read(reader, DH_NOW, &slot), DH_ECHECKSUM);
        ck_assert_int_eq(dh_slot_rw_release_read(reader), DH_EORDER); /* it is skipped, not held */
        ck_assert_uint_eq(reader->record->metrics.checksum_failures, 1);
        send_pair(writer, 2);
        ck_assert_uint_eq(receive_pair(reader), 2);
        ck_assert_int_eq(dh_slot_rw_acquire_write(writer, DH_NOW, &slot), DH_OK);
        ck_assert_int_eq(dh_slot_rw_commit(writer, 4), DH_OK); /* what is behind is covered, too */
        ck_assert_int_eq(dh_slot_rw_acquire_read(reader, DH_NOW, &slot), DH_OK);
        ck_assert_int_eq(dh_slot_rw_release_read(reader), DH_OK);
        dhi_slot_rw_close(reader);
        dhi_slot_rw_close(writer);
        dhi_block_free(theirs);
        dhi_block_free(block);
    }
}
END_TEST

/* One message from who has `theirs` to who has `ours`; NULL: no secret. */
static dh_err exchange_with_keys(enum dh_checksum checksum, const void *theirs_secret,
                                 const void *our_secret)
{
    struct dh_policy policy = {
        .n_slots = 4, .n_consumers = 1, .full = DH_FULL_WAIT, .checksum = checksum
    };
    struct dhi_block *block = block_make(schema_from_text(0, text_pair, policy), NULL);
    struct dhi_block *theirs = block_join(block, DHI_CONSUMER);
    dh_slot_rw *writer = open_side(block), *reader = open_side(theirs);
    struct dh_slot slot;
    dh_err err;

    ck_assert_int_eq(dhi_slot_rw_key(writer, theirs_secret, NULL), DH_OK);
    ck_assert_int_eq(dhi_slot_rw_key(reader, our_secret, NULL), DH_OK);
    send_pair(writer, 0);
    err = dh_slot_rw_acquire_read(reader, DH_NOW, &slot);
    dhi_slot_rw_close(reader);
    dhi_slot_rw_close(writer);
    dhi_block_free(theirs);
    dhi_block_free(block);
    return err;
}

START_TEST(with_a_secret_only_who_knows_it_makes_a_checksum_that_passes)
{
    static const unsigned char right[DH_SECRET_BYTES] = { 1 }, wrong[DH_SECRET_BYTES] = { 2 };

    ck_assert_int_eq(exchange_with_keys(DH_CHECKSUM_ENFORCED, right, right), DH_OK);
    ck_assert_int_eq(exchange_with_keys(DH_CHECKSUM_ENFORCED, wrong, right), DH_ECHECKSUM);
    ck_assert_int_eq(exchange_with_keys(DH_CHECKSUM_ENFORCED, NULL, right), DH_ECHECKSUM);
    ck_assert_int_eq(exchange_with_keys(DH_CHECKSUM_ENFORCED, NULL, NULL), DH_OK);
    ck_assert_int_eq(exchange_with_keys(DH_CHECKSUM_FAST, wrong, right),
                     DH_OK); /* finds accidents */
    ck_assert_int_eq(exchange_with_keys(DH_CHECKSUM_NONE, wrong, right), DH_OK);
}
END_TEST

START_TEST(manual_checksums_are_the_programs_own_calls)
{
    struct dh_policy policy = {
        .n_slots = 4, .n_consumers = 1, .full = DH_FULL_WAIT, .checksum = DH_CHECKSUM_MANUAL
    };
    struct dhi_block *block = block_make(schema_from_text(0, text_pair, policy), NULL);
    struct dhi_block *theirs = block_join(block, DHI_CONSUMER);
    dh_slot_rw *writer = open_side(block), *reader = open_side(theirs);
    struct dh_slot slot;

    ck_assert_int_eq(dh_slot_rw_checksum_update(writer), DH_EORDER);
    ck_assert_int_eq(dh_slot_rw_acquire_write(writer, DH_NOW, &slot), DH_OK);
    ((struct pair *)slot.data)->n = 5;
    ck_assert_int_eq(dh_slot_rw_checksum_verify(writer), DH_EINVAL);
    ck_assert_int_eq(dh_slot_rw_checksum_update(writer), DH_OK);
    ck_assert_int_eq(dh_slot_rw_commit(writer, 16), DH_OK);
    ck_assert_int_eq(dh_slot_rw_acquire_read(reader, DH_NOW, &slot), DH_OK);
    ck_assert_int_eq(dh_slot_rw_checksum_verify(reader), DH_OK);
    dh_slot_rw_release_read(reader);
    send_pair(writer, 1); /* without an update: the old checksum stands */
    ck_assert_int_eq(dh_slot_rw_acquire_read(reader, DH_NOW, &slot), DH_OK);
    ck_assert_int_eq(dh_slot_rw_checksum_verify(reader), DH_ECHECKSUM);
    dhi_slot_rw_close(reader);
    dhi_slot_rw_close(writer);
    dhi_block_free(theirs);
    dhi_block_free(block);
}
END_TEST

START_TEST(positions_wrap_at_31_bits_without_notice)
{
    struct dhi_block *block = block_make(schema_from_text(0, text_pair, policy_wait(4, 2)), NULL);
    dh_slot_rw *writer = open_side(block), *reader;
    struct dhi_block *theirs;
    uint64_t start = UINT64_C(0x80000000) * 5 - 10;

    /* A ring that has run for long: the newest message is start - 1. */
    writer->next = start;
    writer->index = (uint32_t)(start % 4);
    writer->room_until = start;
    for (uint64_t k = 0; k < 4; k++)
        block->states[(start - 1 - k) % 4].seq_state = dhi_word(start - 1 - k, DH_SLOT_COMMITTED);
    theirs = block_join(block, DHI_CONSUMER);
    reader = open_side(theirs);
    for (uint64_t n = start; n < start + 30; n++) {
        struct dh_slot slot;

        send_pair(writer, n);
        if ((n - start) % 4 == 3) {
            ck_assert_int_eq(dh_slot_rw_acquire_write(writer, DH_NOW, &slot), DH_EFULL);
            for (uint64_t k = n - 3; k <= n; k++)
                ck_assert_uint_eq(receive_pair(reader), k);
        }
    }
    ck_assert_uint_eq(block->metrics->bad_claims, 0);
    dhi_slot_rw_close(reader);
    dhi_slot_rw_close(writer);
    dhi_block_free(theirs);
    dhi_block_free(block);
}
END_TEST

START_TEST(a_claim_above_the_head_holds_nobody_up_and_is_counted)
{
    struct dhi_block *block = block_make(schema_from_text(0, text_pair, policy_wait(2, 2)), NULL);
    struct dhi_block *theirs = block_join(block, DHI_CONSUMER);
    dh_slot_rw *writer = open_side(block), *reader = open_side(theirs);

    theirs->records[0].claim += 1000;
    for (uint64_t n = 0; n < 10; n++)
        send_pair(writer, n);
    ck_assert_uint_gt(block->metrics->bad_claims, 0);
    dhi_slot_rw_close(reader);
    dhi_slot_rw_close(writer);
    dhi_block_free(theirs);
    dhi_block_free(block);
}
END_TEST

START_TEST(inspection_tells_state_and_readers_and_a_draining_slot)
{
    struct dhi_block *block = block_make(schema_from_text(0, text_pair, policy_wait(2, 2)), NULL);
    struct dhi_block *theirs = block_join(block, DHI_CONSUMER);
    dh_slot_rw *writer = open_side(block), *reader = open_side(theirs);
    struct dh_slot_facts facts;
    struct dh_slot slot;

    ck_assert_uint_eq(dh_slot_rw_count(writer), 2);
    ck_assert_int_eq(dh_slot_rw_inspect(writer, 2, &facts), DH_EINVAL);
    ck_assert_int_eq(dh_slot_rw_inspect(writer, 0, &facts), DH_OK);
    ck_assert_int_eq(facts.state, DH_SLOT_FREE);
    ck_assert_int_eq(dh_slot_rw_acquire_write(writer, DH_NOW, &slot), DH_OK);
    ck_assert_int_eq(dh_slot_rw_inspect(reader, 0, &facts), DH_OK);
    ck_assert_int_eq(facts.state, DH_SLOT_WRITING);
    ck_assert_int_eq(dh_slot_rw_commit(writer, 16), DH_OK);
    send_pair(writer, 1);
    ck_assert_int_eq(dh_slot_rw_inspect(reader, 0, &facts), DH_OK);
    ck_assert_int_eq(facts.state, DH_SLOT_COMMITTED);
    ck_assert_uint_eq(facts.n_readers, 1);
    block->control->room_wait = DHI_ROOM_WAIT; /* as if the producer slept for room */
    ck_assert_int_eq(dh_slot_rw_inspect(reader, 0, &facts), DH_OK);
    ck_assert_int_eq(facts.state, DH_SLOT_DRAINING);
    ck_assert_str_eq(dh_slot_state_name(facts.state), "DRAINING");
    block->control->room_wait = 0;
    dhi_slot_rw_close(reader);
    dhi_slot_rw_close(writer);
    dhi_block_free(theirs);
    dhi_block_free(block);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("ring");
    TCase *tests = tcase_create("ring");
    SRunner *runner = srunner_create(suite);
    int failed;

    tcase_set_timeout(tests, 30);
    tcase_add_test(tests, a_wait_ring_delivers_every_message_once_and_in_order);
    tcase_add_test(tests, a_full_ring_says_so_and_goes_on_when_a_slot_is_released);
    tcase_add_test(tests, a_consumer_joins_at_the_head_and_an_empty_ring_says_so);
    tcase_add_test(tests, an_aborted_loan_is_seen_by_nobody);
    tcase_add_test(tests, calls_out_of_order_are_refused);
    tcase_add_test(tests, a_full_table_refuses_one_more_consumer_until_somebody_leaves);
    tcase_add_test(tests, a_dead_consumer_is_reaped_when_it_is_in_the_way);
    tcase_add_test(tests, an_overwrite_ring_never_waits_and_tells_what_was_lost);
    tcase_add_test(tests, a_held_buffer_is_not_written_however_far_the_producer_goes);
    tcase_add_test(tests, a_late_consumer_of_a_latest_value_gets_it_at_once);
    tcase_add_test(tests, enforced_and_fast_checksums_find_a_damaged_payload);
    tcase_add_test(tests, with_a_secret_only_who_knows_it_makes_a_checksum_that_passes);
    tcase_add_test(tests, manual_checksums_are_the_programs_own_calls);
    tcase_add_test(tests, positions_wrap_at_31_bits_without_notice);
    tcase_add_test(tests, a_claim_above_the_head_holds_nobody_up_and_is_counted);
    tcase_add_test(tests, inspection_tells_state_and_readers_and_a_draining_slot);
    suite_add_tcase(suite, tests);
    srunner_run_all(runner, CK_NORMAL);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
