/* SPDX-License-Identifier: Apache-2.0
 *
 * Consumers that sleep for as long as they may: nothing wakes them in vain, and whatever concerns
 * them does, also where others died with the producer or wrote over what they share.
 */
#include "block/ring.h"
#include "support/block.h"

#include <dh/consumer.h>
#include <dh/producer.h>

#include <check.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { SLOTS = 4, SLEEPERS = 3, TRIALS = 5, STRAYS = 3 };

static char channel[48];
static const struct dh_schema *schema;

/* The library's own side of a public handle, whose first member it is. */
static dh_slot_rw *inside(dh_consumer *consumer)
{
    return *(dh_slot_rw **)(void *)consumer;
}

static uint64_t sleeps(dh_consumer *consumer)
{
    return dhi_load_relaxed(&inside(consumer)->record->metrics.sleeps);
}

/* The first sleep is a slice, in which it is learnt whether the kernel tells of deaths; after that
 * it sleeps soundly. */
static void until_sound_asleep(dh_consumer *consumer, uint64_t before)
{
    while (sleeps(consumer) < before + 1 || sleeps(consumer) < 2)
        usleep(1000);
    usleep(20 * 1000);
}

static dh_producer *open_producer(void)
{
    dh_producer *producer;
    struct dh_why why;

    ck_assert_msg(dh_producer_open(&producer, schema, channel, NULL, &why) == DH_OK, "%s",
                  why.text);
    return producer;
}

static dh_consumer *open_consumer(bool event_fd)
{
    struct dh_consumer_options options = { .event_fd = event_fd };
    int64_t until = dh_in(5 * DH_S);
    dh_consumer *consumer;
    struct dh_why why;
    dh_err err;

    while ((err = dh_consumer_open(&consumer, schema, channel, &options, &why)) == DH_ENOTFOUND &&
           dh_now() < until)
        usleep(200);
    ck_assert_msg(err == DH_OK, "%s: %s", dh_error_name(err), why.text);
    return consumer;
}

static void commit(dh_producer *producer)
{
    void *payload;

    ck_assert_int_eq(dh_producer_loan(producer, dh_in(5 * DH_S), &payload), DH_OK);
    ck_assert_int_eq(dh_producer_commit(producer), DH_OK);
}

static pid_t spawn(void (*run)(int), int to)
{
    pid_t child = fork();

    if (child != 0) return child;
    prctl(PR_SET_PDEATHSIG, SIGKILL); /* a failed test leaves nobody behind */
    run(to);
    _exit(0);
}

static void produce(int to)
{
    (void)open_producer();
    (void)!write(to, "p", 1);
    for (;;)
        pause();
}

/* Exit status: how the wait ended. */
static void sleep_for_ever(int to)
{
    dh_consumer *consumer = open_consumer(false);
    const void *payload;

    (void)!write(to, "c", 1);
    _exit((int)-dh_consumer_acquire(consumer, DH_FOREVER, &payload));
}

static void begin(const char *name)
{
    snprintf(channel, sizeof channel, "test.sleep.%s.%d", name, (int)getpid());
    schema = schema_from_text(0, text_pair, policy_wait(SLOTS, SLEEPERS + 1));
}

static void expect(int from, size_t n)
{
    char byte;

    while (n-- > 0)
        ck_assert_int_eq(read(from, &byte, 1), 1);
}

/* Whether all places' alarms rang; true where the kernel has none, which an emulated one has not.
 */
static bool all_rang(dh_consumer *looks_on, bool hung)
{
    const struct dhi_block *block = inside(looks_on)->block;
    bool rang = true;

    for (uint32_t i = 0; hung && i < block->head.n_consumers; i++)
        rang = rang && dhi_alarm_rang(dhi_load_relaxed(&block->alarms[i].word));
    return rang;
}

/* The first of the sleepers is killed with the producer, so that it can pass nothing on. */
START_TEST(each_sleeper_hears_of_the_death_though_another_dies_with_the_producer)
{
    int pipes[2], status;

    begin("death");
    ck_assert_int_eq(pipe(pipes), 0);
    for (int trial = 0; trial < TRIALS; trial++) {
        pid_t producer = spawn(produce, pipes[1]), sleeper[SLEEPERS];
        dh_consumer *looks_on;
        bool hung;

        expect(pipes[0], 1);
        for (int i = 0; i < SLEEPERS; i++)
            sleeper[i] = spawn(sleep_for_ever, pipes[1]);
        expect(pipes[0], SLEEPERS);
        looks_on = open_consumer(false);
        usleep(250 * 1000); /* so that most of them are past their first slice; right in any case */
        hung = dhi_load_relaxed(&inside(looks_on)->block->alarms[0].word) != 0;
        kill(producer, SIGKILL);
        kill(sleeper[0], SIGKILL);
        waitpid(producer, NULL, 0);
        waitpid(sleeper[0], NULL, 0);
        for (int i = 1; i < SLEEPERS; i++) {
            ck_assert_int_eq(waitpid(sleeper[i], &status, 0), sleeper[i]);
            ck_assert_int_eq(WEXITSTATUS(status), -DH_EDEAD);
        }
        ck_assert(all_rang(looks_on, hung));
        dh_consumer_close(looks_on);
    }
}
END_TEST

static void *take(void *consumer)
{
    const void *payload;
    dh_err err = dh_consumer_acquire(consumer, DH_FOREVER, &payload);

    if (err == DH_OK) dh_consumer_release(consumer);
    return (void *)(intptr_t)err;
}

/* Whoever can write the hint has lowered it; nothing tells the producer that somebody sleeps. */
START_TEST(a_stray_store_to_the_hint_delays_a_message_and_loses_none)
{
    dh_producer *producer;
    dh_consumer *consumer;

    begin("hint");
    producer = open_producer();
    consumer = open_consumer(false);
    for (int i = 0; i < STRAYS; i++) {
        uint64_t before = sleeps(consumer);
        pthread_t thread;
        void *err;

        ck_assert_int_eq(pthread_create(&thread, NULL, take, consumer), 0);
        until_sound_asleep(consumer, before);
        dhi_store_relaxed(&inside(consumer)->block->shared->hint, 0);
        commit(producer);
        ck_assert_int_eq(pthread_join(thread, &err), 0);
        ck_assert_int_eq((int)(intptr_t)err, DH_OK);
    }
    dh_consumer_close(consumer);
    dh_producer_close(producer);
}
END_TEST

START_TEST(an_event_loop_is_woken_too_after_a_stray_store)
{
    dh_producer *producer;
    dh_consumer *consumer;
    struct pollfd event = { .events = POLLIN };
    const void *payload;

    begin("bell");
    producer = open_producer();
    consumer = open_consumer(true);
    event.fd = dh_consumer_fd(consumer);
    ck_assert_int_ge(event.fd, 0);
    while (poll(&event, 1, 300) == 1) /* readable once, as a rule */
        ck_assert_int_eq(dh_consumer_acquire(consumer, DH_NOW, &payload), DH_EEMPTY);
    dhi_store_relaxed(&inside(consumer)->block->shared->hint, 0);
    commit(producer);
    ck_assert_int_eq(poll(&event, 1, 30 * 1000), 1);
    ck_assert_int_eq(dh_consumer_acquire(consumer, DH_NOW, &payload), DH_OK);
    dh_consumer_release(consumer);
    dh_consumer_close(consumer);
    dh_producer_close(producer);
}
END_TEST

/* The producer finds no room, and who could put that right has nothing to read. */
START_TEST(a_sleeper_whose_claim_was_written_over_puts_it_right)
{
    dh_producer *producer;
    dh_consumer *consumer;
    const void *payload;
    pthread_t thread;
    uint64_t claim, before;
    void *err;

    begin("claim");
    producer = open_producer();
    consumer = open_consumer(false);
    claim = dhi_load_relaxed(&inside(consumer)->record->claim);
    for (int i = 0; i < SLOTS; i++)
        commit(producer);
    for (int i = 0; i < SLOTS; i++) {
        ck_assert_int_eq(dh_consumer_acquire(consumer, DH_NOW, &payload), DH_OK);
        dh_consumer_release(consumer);
    }
    before = sleeps(consumer);
    ck_assert_int_eq(pthread_create(&thread, NULL, take, consumer), 0);
    until_sound_asleep(consumer, before);
    dhi_store_relaxed(&inside(consumer)->record->claim, claim);
    commit(producer);
    ck_assert_int_eq(pthread_join(thread, &err), 0);
    ck_assert_int_eq((int)(intptr_t)err, DH_OK);
    dh_consumer_close(consumer);
    dh_producer_close(producer);
}
END_TEST

START_TEST(who_sleeps_and_gets_nothing_is_not_woken)
{
    dh_producer *producer;
    dh_consumer *consumer;
    pthread_t thread;
    uint64_t asleep, still;

    begin("idle");
    producer = open_producer();
    consumer = open_consumer(false);
    ck_assert_int_eq(pthread_create(&thread, NULL, take, consumer), 0);
    until_sound_asleep(consumer, 0);
    asleep = sleeps(consumer);
    sleep(1);
    still = sleeps(consumer);
    commit(producer);
    ck_assert_int_eq(pthread_join(thread, NULL), 0);
    if (inside(consumer)->hears_death) ck_assert_uint_eq(still, asleep);
    dh_consumer_close(consumer);
    dh_producer_close(producer);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("process/channel/sleep");
    TCase *sleeping = tcase_create("sleeping");
    SRunner *runner;
    int failed;

    tcase_add_test(sleeping, each_sleeper_hears_of_the_death_though_another_dies_with_the_producer);
    tcase_add_test(sleeping, a_stray_store_to_the_hint_delays_a_message_and_loses_none);
    tcase_add_test(sleeping, an_event_loop_is_woken_too_after_a_stray_store);
    tcase_add_test(sleeping, a_sleeper_whose_claim_was_written_over_puts_it_right);
    tcase_add_test(sleeping, who_sleeps_and_gets_nothing_is_not_woken);
    tcase_set_timeout(sleeping, 100);
    suite_add_tcase(suite, sleeping);
    runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
