/* SPDX-License-Identifier: Apache-2.0
 *
 * Producers and consumers killed at a few hundred random moments: nothing is lost, torn or stuck,
 * and nothing stays behind.
 */
#include "support/block.h"

#include <dh/consumer.h>
#include <dh/observer.h>
#include <dh/producer.h>

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { KILLS = 250, FRAME_WORDS = 127 };

struct frame {
    uint64_t n, body[FRAME_WORDS];
};

/* What processes tell each other outside the hub. */
struct board {
    uint64_t committed; /* by the producer, after each commit returned */
    uint64_t stop;
};

static struct board *board;
static char channel[48];

static void fill(struct frame *frame, uint64_t n)
{
    frame->n = n;
    for (uint64_t i = 0; i < FRAME_WORDS; i++)
        frame->body[i] = n * 1000003 + i;
}

static bool whole(const struct frame *frame)
{
    for (uint64_t i = 0; i < FRAME_WORDS; i++)
        if (frame->body[i] != frame->n * 1000003 + i) return false;
    return true;
}

static pid_t spawn(void (*run)(const struct dh_schema *), const struct dh_schema *schema)
{
    pid_t child = fork();

    if (child != 0) return child;
    prctl(PR_SET_PDEATHSIG, SIGKILL); /* a failed test leaves nobody behind */
    run(schema);
    _exit(0);
}

/* Commit until told to stop; exit status 1 if ever blocked for more than five seconds. */
static void produce(const struct dh_schema *schema)
{
    dh_producer *producer;
    struct dh_why why;

    if (dh_producer_open(&producer, schema, channel, NULL, &why) != DH_OK) {
        fprintf(stderr, "producer: %s\n", why.text);
        _exit(3);
    }
    for (uint64_t n = 0; dhi_load_acquire(&board->stop) == 0; n++) {
        void *payload;

        if (dh_producer_loan(producer, dh_in(5 * DH_S), &payload) != DH_OK) _exit(1);
        fill(payload, n);
        if (dh_producer_commit(producer) != DH_OK) _exit(2);
        dhi_store_release(&board->committed, n + 1);
    }
    dh_producer_close(producer);
}

static dh_consumer *open_consumer(const struct dh_schema *schema)
{
    int64_t until = dh_now() + 5 * DH_S;
    dh_consumer *consumer;
    struct dh_why why;
    dh_err err;

    while ((err = dh_consumer_open(&consumer, schema, channel, NULL, &why)) == DH_ENOTFOUND &&
           dh_now() < until)
        usleep(200);
    ck_assert_msg(err == DH_OK, "%s: %s", dh_error_name(err), why.text);
    return consumer;
}

/* A consumer that is going to be killed. */
static void consume(const struct dh_schema *schema)
{
    dh_consumer *consumer = open_consumer(schema);
    const void *payload;

    while (dh_consumer_acquire(consumer, dh_in(DH_S), &payload) == DH_OK) {
        if (!whole(payload)) _exit(7);
        dh_consumer_release(consumer);
    }
    _exit(8);
}

static void kill_it(pid_t child)
{
    int status;

    kill(child, SIGKILL);
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert_msg(WIFSIGNALED(status), "the victim ended by itself with %d", WEXITSTATUS(status));
}

static void begin(const char *name)
{
    board = mmap(NULL, sizeof *board, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    ck_assert_ptr_ne(board, MAP_FAILED);
    snprintf(channel, sizeof channel, "test.kill.%s.%d", name, (int)getpid());
    srand(4711);
}

/* Read with the caller's consumer for a moment; each message whole, on `wait` each exactly once. */
static uint64_t read_for(dh_consumer *consumer, uint64_t expected, bool lossless, int64_t until)
{
    const void *payload;

    while (dh_now() < until && dh_consumer_acquire(consumer, until, &payload) == DH_OK) {
        const struct frame *frame = payload;

        ck_assert(whole(frame));
        if (lossless) ck_assert_uint_eq(frame->n, expected);
        ck_assert_uint_ge(frame->n, expected);
        expected = frame->n + 1;
        dh_consumer_release(consumer);
    }
    return expected;
}

static uint64_t first_number(dh_consumer *consumer)
{
    const void *payload;
    uint64_t n;

    ck_assert_int_eq(dh_consumer_acquire(consumer, dh_in(5 * DH_S), &payload), DH_OK);
    n = ((const struct frame *)payload)->n;
    dh_consumer_release(consumer);
    return n;
}

/* Consumers come and are killed, two at a time, while one reads everything. */
static void kill_consumers(const char *name, struct dh_policy policy)
{
    const struct dh_schema *schema = schema_from_text(0, text_frame, policy);
    bool lossless = policy.full == DH_FULL_WAIT;
    pid_t producer, victims[2] = { 0, 0 };
    dh_consumer *auditor;
    uint64_t expected;
    int status;

    begin(name);
    producer = spawn(produce, schema);
    auditor = open_consumer(schema);
    expected = first_number(auditor) + 1;
    for (int i = 0; i < KILLS; i++) {
        pid_t *victim = &victims[i % 2];

        if (*victim != 0) kill_it(*victim);
        *victim = spawn(consume, schema);
        expected = read_for(auditor, expected, lossless, dh_now() + rand() % 4000 * DH_US);
    }
    kill_it(victims[0]);
    kill_it(victims[1]);
    dhi_store_release(&board->stop, 1);
    expected = read_for(auditor, expected, lossless, dh_in(20 * DH_S));
    ck_assert_int_eq(waitpid(producer, &status, 0), producer);
    ck_assert_msg(WIFEXITED(status) && WEXITSTATUS(status) == 0, "the producer ended with %x",
                  status);
    ck_assert_uint_eq(expected, dhi_load_acquire(&board->committed));
    dh_consumer_close(auditor);
}

START_TEST(consumers_killed_at_random_moments_cost_a_lossless_channel_nothing)
{
    kill_consumers("consumers", policy_wait(16, 6));
}
END_TEST

START_TEST(consumers_killed_at_random_moments_cost_an_overwrite_channel_nothing)
{
    kill_consumers("overwrite", policy_overwrite(4, 6));
}
END_TEST

START_TEST(a_producer_killed_at_random_moments_loses_nothing_that_it_committed)
{
    const struct dh_schema *schema = schema_from_text(0, text_frame, policy_wait(16, 4));

    begin("producer");
    for (int i = 0; i < KILLS; i++) {
        pid_t producer = spawn(produce, schema);
        dh_consumer *consumer = open_consumer(schema);
        uint64_t expected = first_number(consumer) + 1, committed;
        const void *payload;
        dh_err err;

        expected = read_for(consumer, expected, true, dh_now() + rand() % 3000 * DH_US);
        kill_it(producer);
        committed = dhi_load_acquire(&board->committed);
        while ((err = dh_consumer_acquire(consumer, dh_in(5 * DH_S), &payload)) == DH_OK) {
            ck_assert(whole(payload));
            ck_assert_uint_eq(((const struct frame *)payload)->n, expected++);
            dh_consumer_release(consumer);
        }
        ck_assert_int_eq(err, DH_EDEAD);
        /* it may have been killed between its last commit and telling us */
        ck_assert_msg(expected == committed || expected == committed + 1, "%lu of %lu", expected,
                      committed);
        dh_consumer_close(consumer);
        dhi_store_release(&board->committed, 0);
    }
}
END_TEST

START_TEST(the_latest_value_outlives_a_producer_killed_at_random_moments)
{
    const struct dh_schema *schema = schema_from_text(0, text_frame, policy_overwrite(1, 4));

    begin("latest");
    for (int i = 0; i < KILLS; i++) {
        pid_t producer = spawn(produce, schema);
        dh_consumer *consumer = open_consumer(schema);
        uint64_t newest = first_number(consumer), committed;
        const void *payload;
        dh_err err;

        usleep((useconds_t)(rand() % 3000));
        kill_it(producer);
        committed = dhi_load_acquire(&board->committed);
        while ((err = dh_consumer_acquire(consumer, DH_NOW, &payload)) == DH_OK) {
            ck_assert(whole(payload));
            newest = ((const struct frame *)payload)->n;
            dh_consumer_release(consumer);
        }
        ck_assert_msg(newest + 1 >= committed, "newest %lu of %lu committed", newest, committed);
        dh_consumer_close(consumer);
        dhi_store_release(&board->committed, 0);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("kill");
    TCase *tests = tcase_create("kill");
    SRunner *runner = srunner_create(suite);
    int failed;

    tcase_set_timeout(tests, 120);
    tcase_add_test(tests, consumers_killed_at_random_moments_cost_a_lossless_channel_nothing);
    tcase_add_test(tests, consumers_killed_at_random_moments_cost_an_overwrite_channel_nothing);
    tcase_add_test(tests, a_producer_killed_at_random_moments_loses_nothing_that_it_committed);
    tcase_add_test(tests, the_latest_value_outlives_a_producer_killed_at_random_moments);
    suite_add_tcase(suite, tests);
    srunner_run_all(runner, CK_NORMAL);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
