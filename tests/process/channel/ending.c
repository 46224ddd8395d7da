/* SPDX-License-Identifier: Apache-2.0
 *
 * What a killed process holds until the kernel has put it away is waited for by nobody but who
 * needs it. Here its lease stays for as long as a test wants: a child that was forked behind the
 * library's back has it.
 */
#include "block/ring.h"
#include "os/lease.h"
#include "support/block.h"

#include <dh/consumer.h>
#include <dh/observer.h>
#include <dh/producer.h>

#include <check.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { SLOTS = 4, READERS = 3, SENT = 2, LARGE_MB = 256 };

static char channel[48];
static const struct dh_schema *schema;
static int told[2], asked[2]; /* from the children, and to them */
static int life[2];           /* who keeps a lease lives as long as that can be written to */

static void begin(const char *name)
{
    snprintf(channel, sizeof channel, "test.ending.%s.%d", name, (int)getpid());
    schema = schema_from_text(0, text_pair, policy_wait(SLOTS, READERS));
    ck_assert_int_eq(pipe(told), 0);
    ck_assert_int_eq(pipe(asked), 0);
    ck_assert_int_eq(pipe(life), 0);
}

static dh_producer *open_producer(void)
{
    dh_producer *producer;
    struct dh_why why;

    ck_assert_msg(dh_producer_open(&producer, schema, channel, NULL, &why) == DH_OK, "%s",
                  why.text);
    return producer;
}

static dh_consumer *open_consumer(void)
{
    dh_consumer *consumer;
    struct dh_why why;

    ck_assert_msg(dh_consumer_open(&consumer, schema, channel, NULL, &why) == DH_OK, "%s",
                  why.text);
    return consumer;
}

static dh_err send_one(dh_producer *producer)
{
    void *payload;
    dh_err err = dh_producer_loan(producer, dh_in(20 * DH_S), &payload);

    return err == DH_OK ? dh_producer_commit(producer) : err;
}

static void say(void)
{
    (void)!write(told[1], "r", 1);
}

static void heard(void)
{
    char byte;

    ck_assert_int_eq(read(told[0], &byte, 1), 1);
}

static pid_t spawn(void (*run)(void))
{
    pid_t child = fork();

    if (child == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL); /* a failed test leaves nobody behind */
        close(life[1]);
        run();
        say();
        for (;;)
            pause();
    }
    heard();
    return child;
}

/* No handler of pthread_atfork() runs: the descriptors are still there. Ends with the test. */
static void leave_a_keeper(void)
{
    char nothing;

    if (syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0) != 0) return;
    (void)!read(life[0], &nothing, 1);
    _exit(0);
}

static void produce_and_leave_a_keeper(void)
{
    (void)open_producer();
    leave_a_keeper();
}

static void produce_when_asked(void)
{
    dh_producer *producer = open_producer();
    char byte;

    leave_a_keeper();
    say();
    if (read(asked[0], &byte, 1) != 1) _exit(1);
    for (int i = 0; i < SENT; i++)
        if (send_one(producer) != DH_OK) _exit(1);
}

static void consume_and_leave_a_keeper(void)
{
    (void)open_consumer();
    leave_a_keeper();
}

static void produce_with_much_memory(void)
{
    size_t bytes = (size_t)LARGE_MB << 20;
    char *much = malloc(bytes);

    if (much == NULL) _exit(1);
    memset(much, 1, bytes);
    (void)open_producer();
}

static struct dhi_block *inside(dh_consumer *consumer)
{
    return (*(dh_slot_rw **)(void *)consumer)->block;
}

static void settle(pid_t child)
{
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
    close(life[1]);
    close(life[0]);
    close(told[0]);
    close(told[1]);
    close(asked[0]);
    close(asked[1]);
}

START_TEST(a_consumer_is_told_of_the_death_though_the_lease_is_not_free)
{
    dh_consumer *consumer;
    const void *payload;
    pid_t producer;

    begin("told");
    producer = spawn(produce_and_leave_a_keeper);
    consumer = open_consumer();
    if (dhi_load_relaxed(&inside(consumer)->control->alarm.word) !=
        0) { /* emulators ring nothing */
        kill(producer, SIGKILL);
        ck_assert_int_eq(dh_consumer_acquire(consumer, dh_in(20 * DH_S), &payload), DH_EDEAD);
        ck_assert(dhi_lease_held(inside(consumer)->fds.lease, DHI_LEASE_PRODUCER));
        waitpid(producer, NULL, 0); /* nothing in /proc says it any more */
        ck_assert_int_eq(dh_consumer_acquire(consumer, dh_in(20 * DH_S), &payload), DH_EDEAD);
    }
    settle(producer);
    dh_consumer_close(consumer);
}
END_TEST

/* Asked for its last messages only when it is dead. */
START_TEST(what_was_committed_comes_before_the_death)
{
    dh_consumer *consumer;
    const void *payload;
    pid_t producer;

    begin("last");
    producer = spawn(produce_when_asked);
    consumer = open_consumer();
    if (dhi_load_relaxed(&inside(consumer)->control->alarm.word) != 0) {
        ck_assert_int_eq(write(asked[1], "a", 1), 1);
        heard();
        kill(producer, SIGKILL);
        for (int i = 0; i < SENT; i++) {
            ck_assert_int_eq(dh_consumer_acquire(consumer, dh_in(20 * DH_S), &payload), DH_OK);
            ck_assert_int_eq(dh_consumer_release(consumer), DH_OK);
        }
        ck_assert_int_eq(dh_consumer_acquire(consumer, dh_in(20 * DH_S), &payload), DH_EDEAD);
    }
    settle(producer);
    dh_consumer_close(consumer);
}
END_TEST

/* What an observer is told of the only consumer there was. */
static struct dh_consumer_facts facts_of_consumer(void)
{
    struct dh_consumer_facts facts;
    dh_observer *observer;
    struct dh_why why;

    ck_assert_msg(dh_observer_open(&observer, channel, true, NULL, NULL, &why) == DH_OK, "%s",
                  why.text);
    ck_assert_int_eq(dh_observer_consumer(observer, 0, &facts), DH_OK);
    dh_observer_close(observer);
    return facts;
}

static bool is_passed_over(void)
{
    return facts_of_consumer().passed_over;
}

static void expect_record(bool passed_over)
{
    struct dh_consumer_facts facts = facts_of_consumer();

    ck_assert_int_eq(facts.passed_over, passed_over);
    ck_assert_int_eq(facts.life, passed_over ? DH_LIFE_ALIVE : DH_LIFE_REAPED);
}

START_TEST(a_producer_has_room_though_the_lease_of_the_dead_is_not_free)
{
    struct dh_producer_metrics metrics;
    dh_producer *producer;
    pid_t consumer;

    begin("room");
    producer = open_producer();
    consumer = spawn(consume_and_leave_a_keeper);
    kill(consumer, SIGKILL);
    for (int i = 0; i < 3 * SLOTS; i++)
        ck_assert_int_eq(send_one(producer), DH_OK);
    dh_producer_metrics_get(producer, &metrics);
    ck_assert_uint_eq(metrics.reaped, 1);
    ck_assert_uint_eq(metrics.evicted, 0);
    expect_record(true);
    settle(consumer); /* its lease is free soon; who fills the ring then reaps it */
    for (int64_t until = dh_in(20 * DH_S); is_passed_over() && dh_now() < until; usleep(1000))
        for (int i = 0; i < SLOTS; i++)
            ck_assert_int_eq(send_one(producer), DH_OK);
    expect_record(false);
    dh_producer_metrics_get(producer, &metrics);
    ck_assert_uint_eq(metrics.reaped, 1);
    dh_producer_close(producer);
}
END_TEST

START_TEST(who_lives_is_waited_for)
{
    struct dh_producer_metrics metrics;
    dh_producer *producer;
    pid_t consumer;
    void *payload;

    begin("lives");
    producer = open_producer();
    consumer = spawn(consume_and_leave_a_keeper);
    kill(consumer, SIGSTOP);
    for (int i = 0; i < SLOTS; i++)
        ck_assert_int_eq(send_one(producer), DH_OK);
    ck_assert_int_eq(dh_producer_loan(producer, dh_in(100 * DH_MS), &payload), DH_EFULL);
    dh_producer_metrics_get(producer, &metrics);
    ck_assert_uint_eq(metrics.reaped, 0);
    settle(consumer);
    dh_producer_close(producer);
}
END_TEST

/* The kernel puts the dead one's memory away meanwhile, and has its name for so long. */
START_TEST(who_is_told_of_the_death_can_open_the_channel_anew)
{
    dh_consumer *consumer;
    const void *payload;
    pid_t producer;

    begin("anew");
    producer = spawn(produce_with_much_memory);
    consumer = open_consumer();
    kill(producer, SIGKILL);
    ck_assert_int_eq(dh_consumer_acquire(consumer, dh_in(20 * DH_S), &payload), DH_EDEAD);
    dh_producer_close(open_producer());
    settle(producer);
    dh_consumer_close(consumer);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("process/channel/ending");
    TCase *ending = tcase_create("ending");
    SRunner *runner;
    int failed;

    tcase_add_test(ending, a_consumer_is_told_of_the_death_though_the_lease_is_not_free);
    tcase_add_test(ending, what_was_committed_comes_before_the_death);
    tcase_add_test(ending, a_producer_has_room_though_the_lease_of_the_dead_is_not_free);
    tcase_add_test(ending, who_lives_is_waited_for);
    tcase_add_test(ending, who_is_told_of_the_death_can_open_the_channel_anew);
    tcase_set_timeout(ending, 100);
    suite_add_tcase(suite, ending);
    runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
