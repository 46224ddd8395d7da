/* SPDX-License-Identifier: Apache-2.0
 *
 * Large messages whose checksums are made and verified by helper threads, between processes that
 * are killed, end without a goodbye, or are superseded while sums are being made.
 */
#include "support/block.h"

#include <dh/consumer.h>
#include <dh/producer.h>

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { KILLS = 25, WORDS = 16384, SLOTS = 8 }; /* 128 KiB: 0.2 ms a sum */

/* What processes tell each other outside the hub. */
struct board {
    uint64_t flushed; /* messages that consumers see: by the producer, after flush returned */
    uint64_t stop;
};

static struct board *board;
static char channel[48];

static const struct dh_schema *schema(void)
{
    struct dh_policy policy = {
        .n_slots = SLOTS, .n_consumers = 4, .full = DH_FULL_WAIT, .checksum = DH_CHECKSUM_ENFORCED
    };

    return schema_from_text(0,
                            "dhs 1\nfamily test/sums 1\norder little\nroot slot align 64\n"
                            "minor 0 size 131072\n0 u64[16384] words\nmeaning\n",
                            policy);
}

static void begin(const char *name)
{
    board = mmap(NULL, sizeof *board, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    ck_assert_ptr_ne(board, MAP_FAILED);
    snprintf(channel, sizeof channel, "test.sums.%s.%d", name, (int)getpid());
    srand(4711);
}

static pid_t spawn(void (*run)(void))
{
    pid_t child = fork();

    if (child != 0) return child;
    prctl(PR_SET_PDEATHSIG, SIGKILL); /* a failed test leaves nobody behind */
    run();
    _exit(0);
}

static dh_producer *open_producer_with(struct dh_producer_options options)
{
    dh_producer *producer;
    struct dh_why why;

    if (dh_producer_open(&producer, schema(), channel, &options, &why) == DH_OK) return producer;
    fprintf(stderr, "producer: %s\n", why.text);
    _exit(3);
}

static dh_producer *open_producer(enum dh_takeover takeover)
{
    return open_producer_with(
        (struct dh_producer_options){ .sum_threads = 2, .takeover = takeover });
}

/* DH_OK, or why not. */
static dh_err send_one(dh_producer *producer, uint64_t n)
{
    void *payload;
    uint64_t *words;
    dh_err err = dh_producer_loan(producer, dh_in(20 * DH_S), &payload);

    if (err != DH_OK) return err;
    words = payload;
    for (uint64_t i = 0; i < WORDS; i++)
        words[i] = n * 1000003 + i;
    return dh_producer_commit(producer);
}

/* Send until told to stop, and now and then look whether all is seen. */
static void produce(void)
{
    dh_producer *producer = open_producer(DH_TAKEOVER_NEVER);

    for (uint64_t n = 0; dhi_load_acquire(&board->stop) == 0;) {
        if (send_one(producer, n++) != DH_OK) _exit(1);
        if (n % 7 != 0) continue;
        if (dh_producer_flush(producer, DH_FOREVER) != DH_OK) _exit(2);
        dhi_store_release(&board->flushed, n);
    }
    dh_producer_close(producer);
}

static dh_consumer *open_consumer_with(struct dh_consumer_options options)
{
    int64_t until = dh_in(5 * DH_S);
    dh_consumer *consumer;
    struct dh_why why;
    dh_err err;

    while ((err = dh_consumer_open(&consumer, schema(), channel, &options, &why)) == DH_ENOTFOUND &&
           dh_now() < until)
        usleep(200);
    if (err == DH_OK) return consumer;
    fprintf(stderr, "consumer: %s: %s\n", dh_error_name(err), why.text);
    _exit(4);
}

static dh_consumer *open_consumer(void)
{
    return open_consumer_with((struct dh_consumer_options){ .sum_threads = 2 });
}

/* The number of the next message, which is whole; UINT64_MAX: none, and *err says why. */
static uint64_t receive(dh_consumer *consumer, int64_t deadline_ns, dh_err *err)
{
    const void *payload;
    const uint64_t *words;
    uint64_t n;

    *err = dh_consumer_acquire(consumer, deadline_ns, &payload);
    if (*err != DH_OK) return UINT64_MAX;
    words = payload;
    n = words[0] / 1000003;
    for (uint64_t i = 0; i < WORDS; i++)
        if (words[i] != n * 1000003 + i) _exit(5);
    *err = dh_consumer_release(consumer);
    return n;
}

static void expect(dh_consumer *consumer, uint64_t n)
{
    dh_err err;
    uint64_t came = receive(consumer, dh_in(20 * DH_S), &err);

    ck_assert_msg(err == DH_OK, "message %lu: %s", n, dh_error_name(err));
    ck_assert_uint_eq(came, n);
}

/* Read all that was seen before the end; what flush said is there, in order, and nothing else. */
static void expect_end(dh_consumer *consumer, uint64_t expected, uint64_t flushed, dh_err end)
{
    dh_err err;
    uint64_t n;

    while ((n = receive(consumer, dh_in(20 * DH_S), &err)) != UINT64_MAX)
        ck_assert_uint_eq(n, expected++);
    ck_assert_msg(err == end, "ended with %s", dh_error_name(err));
    ck_assert_uint_ge(expected, flushed);
}

START_TEST(a_producer_killed_with_sums_under_way_loses_what_nobody_saw_and_no_more)
{
    begin("producer");
    for (int i = 0; i < KILLS; i++) {
        pid_t producer = spawn(produce);
        dh_consumer *consumer = open_consumer();
        int64_t until = dh_now() + rand() % 8000 * DH_US;
        dh_err err;
        uint64_t expected = receive(consumer, dh_in(20 * DH_S), &err) + 1;
        int status;

        ck_assert_int_eq(err, DH_OK);
        while (dh_now() < until)
            expect(consumer, expected++);
        kill(producer, SIGKILL);
        ck_assert_int_eq(waitpid(producer, &status, 0), producer);
        ck_assert_msg(WIFSIGNALED(status), "the victim ended by itself with %x", status);
        expect_end(consumer, expected, dhi_load_acquire(&board->flushed), DH_EDEAD);
        dh_consumer_close(consumer);
        dhi_store_release(&board->flushed, 0);
    }
}
END_TEST

static void consume(void)
{
    dh_consumer *consumer = open_consumer();
    dh_err err;

    while (receive(consumer, dh_in(20 * DH_S), &err) != UINT64_MAX)
        usleep(300);
}

START_TEST(consumers_killed_while_helpers_verify_hold_nobody_up)
{
    pid_t producer, victim;
    dh_consumer *auditor;
    uint64_t expected;
    dh_err err;
    int status;

    begin("consumers");
    producer = spawn(produce);
    /* Without helpers: qemu's emulation does not fork a process of several threads. */
    auditor = open_consumer_with((struct dh_consumer_options){ 0 });
    expected = receive(auditor, dh_in(20 * DH_S), &err) + 1;
    ck_assert_int_eq(err, DH_OK);
    for (int i = 0; i < KILLS; i++) {
        int64_t until = dh_now() + rand() % 8000 * DH_US;

        victim = spawn(consume);
        while (dh_now() < until)
            expect(auditor, expected++);
        kill(victim, SIGKILL);
        ck_assert_int_eq(waitpid(victim, &status, 0), victim);
        ck_assert_msg(WIFSIGNALED(status), "the victim ended by itself with %x", status);
    }
    dhi_store_release(&board->stop, 1);
    expect_end(auditor, expected, expected, DH_ECLOSED);
    ck_assert_int_eq(waitpid(producer, &status, 0), producer);
    ck_assert_int_eq(status, 0);
    dh_consumer_close(auditor);
}
END_TEST

/* It hands a ring over, and is gone. */
static void leave_without_goodbye(void)
{
    dh_producer *producer = open_producer(DH_TAKEOVER_NEVER);

    while (dhi_load_acquire(&board->stop) == 0)
        usleep(200);
    for (uint64_t n = 0; n < SLOTS; n++)
        if (send_one(producer, n) != DH_OK) _exit(1);
    exit(0); /* runs what atexit() knows, while helpers are at work */
}

START_TEST(a_process_that_exits_with_sums_under_way_is_dead_like_any_other)
{
    pid_t producer;
    dh_consumer *consumer;
    int status;

    begin("exit");
    producer = spawn(leave_without_goodbye);
    consumer = open_consumer();
    dhi_store_release(&board->stop, 1);
    ck_assert_int_eq(waitpid(producer, &status, 0), producer);
    ck_assert_int_eq(status, 0);
    expect_end(consumer, 0, 0, DH_EDEAD);
    dh_consumer_close(consumer);
}
END_TEST

/* Where nobody wakes an idle helper: it verifies what is there when acquire is called. */
START_TEST(messages_of_a_strict_block_are_verified_by_helpers_too)
{
    dh_producer *producer;
    dh_consumer *consumer;

    begin("strict");
    producer = open_producer_with((struct dh_producer_options){ .sum_threads = 2, .strict = true });
    consumer = open_consumer();
    for (uint64_t n = 0; n < 5 * SLOTS;) {
        for (uint64_t k = 0; k < SLOTS; k++)
            ck_assert_int_eq(send_one(producer, n + k), DH_OK);
        for (uint64_t k = 0; k < SLOTS; k++)
            expect(consumer, n++);
    }
    dh_consumer_close(consumer);
    dh_producer_close(producer);
}
END_TEST

/* The old producer's counter says how many were seen; those behind are the program's to send
 * again. */
START_TEST(a_successor_goes_on_where_the_last_message_was_seen)
{
    begin("handover");
    for (int i = 0; i < 10; i++) {
        dh_producer *old = open_producer(DH_TAKEOVER_NEVER), *young;
        dh_consumer *consumer = open_consumer();
        struct dh_producer_metrics made;
        uint64_t seen;
        dh_err err;

        for (uint64_t n = 0; n < SLOTS; n++)
            ck_assert_int_eq(send_one(old, n), DH_OK);
        usleep((useconds_t)(rand() % 1000));
        young = open_producer(DH_TAKEOVER_HANDOVER);
        err = dh_producer_flush(old, DH_FOREVER);
        dh_producer_metrics_get(old, &made);
        seen = made.committed;
        ck_assert_int_eq(err, seen == SLOTS ? DH_OK : DH_ESUPERSEDED);
        ck_assert_uint_le(seen, SLOTS);
        for (uint64_t n = 0; n < seen; n++)
            expect(consumer, n);
        for (uint64_t n = seen; n < 3 * SLOTS; n++) {
            ck_assert_int_eq(send_one(young, n), DH_OK);
            expect(consumer, n);
        }
        dh_producer_close(old);
        dh_consumer_close(consumer);
        dh_producer_close(young);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("sums");
    TCase *tests = tcase_create("sums");
    SRunner *runner = srunner_create(suite);
    int failed;

    suite_add_tcase(suite, tests);
    tcase_set_timeout(tests, 120);
    tcase_add_test(tests, a_producer_killed_with_sums_under_way_loses_what_nobody_saw_and_no_more);
    tcase_add_test(tests, consumers_killed_while_helpers_verify_hold_nobody_up);
    tcase_add_test(tests, a_process_that_exits_with_sums_under_way_is_dead_like_any_other);
    tcase_add_test(tests, messages_of_a_strict_block_are_verified_by_helpers_too);
    tcase_add_test(tests, a_successor_goes_on_where_the_last_message_was_seen);
    srunner_run_all(runner, CK_NORMAL);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
