/* SPDX-License-Identifier: Apache-2.0 */
/* Strict blocks: each consumer has a record of its own, given by the producer's process; otherwise
 * all is as it ever was. Those who do not keep to it: tests/hostile/strict.c. */
#include "support/block.h"

#include <dh/consumer.h>
#include <dh/observer.h>
#include <dh/producer.h>
#include <dh/recovery.h>

#include <check.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MESSAGES = 2000, SLEPT_FOR = 400, PLACES = 3, PATIENCE_MS = 20000 };

static char channel[48];
static const unsigned char secret[DH_SECRET_BYTES] = { 7 };

static const struct dh_schema *schema(enum dh_full full)
{
    return schema_from_text(1, text_pair,
                            full == DH_FULL_WAIT ? policy_wait(8, PLACES)
                                                 : policy_overwrite(8, PLACES));
}

static dh_producer *open_producer(enum dh_full full, struct dh_producer_options options)
{
    dh_producer *producer;
    struct dh_why why;

    options.strict = true;
    ck_assert_msg(dh_producer_open(&producer, schema(full), channel, &options, &why) == DH_OK, "%s",
                  why.text);
    return producer;
}

static dh_consumer *open_consumer(enum dh_full full, struct dh_consumer_options options)
{
    dh_consumer *consumer;
    struct dh_why why;

    ck_assert_msg(dh_consumer_open(&consumer, schema(full), channel, &options, &why) == DH_OK, "%s",
                  why.text);
    return consumer;
}

static void send(dh_producer *producer, uint64_t n)
{
    const uint64_t pair[2] = { n, ~n };

    ck_assert_int_eq(dh_producer_send(producer, dh_in(20 * DH_S), pair, sizeof pair), DH_OK);
}

static void expect(dh_consumer *consumer, uint64_t n)
{
    const void *payload;
    dh_err err = dh_consumer_acquire(consumer, dh_in(20 * DH_S), &payload);

    ck_assert_msg(err == DH_OK, "message %lu: %s", (unsigned long)n, dh_error_name(err));
    ck_assert_uint_eq(*(const uint64_t *)payload, n);
    ck_assert_int_eq(dh_consumer_release(consumer), DH_OK);
}

static void expect_end(dh_consumer *consumer, dh_err end)
{
    const void *payload;

    ck_assert_int_eq(dh_consumer_acquire(consumer, dh_in(20 * DH_S), &payload), end);
}

/* A producer of its own process: a byte on *orders is a message, the pipe's end is its own. */
static pid_t fork_producer(enum dh_full full, struct dh_producer_options options, int *orders)
{
    int from_us[2], ready[2];
    char byte;
    pid_t child;

    ck_assert_int_eq(pipe(from_us), 0);
    ck_assert_int_eq(pipe(ready), 0);
    child = fork();
    if (child == 0) {
        dh_producer *producer;

        prctl(PR_SET_PDEATHSIG, SIGKILL);
        close(from_us[1]);
        producer = open_producer(full, options);
        if (write(ready[1], "x", 1) != 1) _exit(1);
        for (uint64_t n = 0; read(from_us[0], &byte, 1) == 1; n++)
            send(producer, n);
        dh_producer_close(producer);
        _exit(0);
    }
    close(from_us[0]);
    close(ready[1]);
    ck_assert_int_eq(read(ready[0], &byte, 1), 1);
    close(ready[0]);
    *orders = from_us[1];
    return child;
}

static void order(int orders)
{
    ck_assert_int_eq(write(orders, "x", 1), 1);
}

static void end(pid_t child, int orders)
{
    int status;

    close(orders);
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert_int_eq(status, 0);
}

/* Somebody who orders messages, each when the one before has long been read and waited for again.
 */
static pid_t fork_orders(int orders)
{
    pid_t child = fork();

    if (child == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        for (int i = 0; i < SLEPT_FOR; i++) {
            usleep(1000);
            order(orders);
        }
        _exit(0);
    }
    return child;
}

static void kill_it(pid_t child)
{
    kill(child, SIGKILL);
    ck_assert_int_eq(waitpid(child, NULL, 0), child);
}

/* A consumer that has one message in hand, and no plan to give it back. */
static pid_t fork_holder(enum dh_full full)
{
    int ready[2];
    char byte;
    pid_t child;

    ck_assert_int_eq(pipe(ready), 0);
    child = fork();
    if (child == 0) {
        dh_consumer *consumer;
        const void *payload;

        prctl(PR_SET_PDEATHSIG, SIGKILL);
        consumer = open_consumer(full, (struct dh_consumer_options){ 0 });
        if (write(ready[1], "x", 1) != 1) _exit(1);
        if (dh_consumer_acquire(consumer, DH_FOREVER, &payload) != DH_OK) _exit(2);
        for (;;)
            pause();
    }
    close(ready[1]);
    ck_assert_int_eq(read(ready[0], &byte, 1), 1);
    close(ready[0]);
    return child;
}

static void name_channel(void)
{
    snprintf(channel, sizeof channel, "test.strict.%d", (int)getpid());
}

/* ---- messages, sleep, ends ---- */

START_TEST(messages_arrive_and_the_end_is_told)
{
    enum dh_full full = _i == 0 ? DH_FULL_WAIT : DH_FULL_OVERWRITE;
    dh_producer *producer = open_producer(full, (struct dh_producer_options){ 0 });
    dh_consumer *a = open_consumer(full, (struct dh_consumer_options){ 0 });
    dh_consumer *b = open_consumer(full, (struct dh_consumer_options){ 0 });

    for (uint64_t n = 0; n < MESSAGES; n++) {
        send(producer, n);
        expect(a, n);
        expect(b, n);
    }
    send(producer, MESSAGES);
    dh_producer_close(producer);
    expect(a, MESSAGES);
    expect_end(a, DH_ECLOSED);
    expect(b, MESSAGES);
    expect_end(b, DH_ECLOSED);
    dh_consumer_close(a);
    dh_consumer_close(b);
}
END_TEST

/* How often the producer woke somebody, since a hint was raised. */
static uint64_t wakes(const void *with)
{
    struct dh_producer_metrics metrics;
    dh_observer *observer;
    struct dh_why why;

    ck_assert_msg(dh_observer_open(&observer, channel, false, NULL, with, &why) == DH_OK, "%s",
                  why.text);
    dh_observer_metrics_get(observer, &metrics);
    dh_observer_close(observer);
    return metrics.wakes;
}

/* By the producer, that is, and not by its attendant, which comes by once a second. */
START_TEST(who_sleeps_is_woken)
{
    struct dh_producer_options with = { .storeload =
                                            _i == 0 ? DH_STORELOAD_AUTO : DH_STORELOAD_FENCE };
    struct dh_consumer_metrics metrics;
    int orders;
    pid_t orderer, child = fork_producer(DH_FULL_WAIT, with, &orders);
    dh_consumer *consumer =
        open_consumer(DH_FULL_WAIT, (struct dh_consumer_options){ .spin_ns = -1 });

    orderer = fork_orders(orders);
    for (uint64_t n = 0; n < SLEPT_FOR; n++)
        expect(consumer, n);
    dh_consumer_metrics_get(consumer, &metrics);
    ck_assert_uint_gt(metrics.sleeps, 0);
    ck_assert_uint_gt(wakes(NULL), 0);
    ck_assert_int_eq(waitpid(orderer, NULL, 0), orderer);
    end(child, orders);
    expect_end(consumer, DH_ECLOSED);
    dh_consumer_close(consumer);
}
END_TEST

START_TEST(an_event_loop_is_rung)
{
    int orders;
    pid_t child =
        fork_producer(DH_FULL_WAIT, (struct dh_producer_options){ .secret = secret }, &orders);
    dh_consumer *consumer =
        open_consumer(DH_FULL_WAIT,
                      (struct dh_consumer_options){ .event_fd = true, .secret = secret });
    struct pollfd polled = { .fd = dh_consumer_fd(consumer), .events = POLLIN };
    pid_t orderer = fork_orders(orders);
    const void *payload;

    for (uint64_t n = 0; n < SLEPT_FOR; n++) {
        dh_err err;

        while ((err = dh_consumer_acquire(consumer, DH_NOW, &payload)) == DH_EEMPTY)
            ck_assert_msg(poll(&polled, 1, PATIENCE_MS) == 1, "message %lu did not ring",
                          (unsigned long)n);
        ck_assert_int_eq(err, DH_OK);
        ck_assert_uint_eq(*(const uint64_t *)payload, n);
        ck_assert_int_eq(dh_consumer_release(consumer), DH_OK);
    }
    ck_assert_int_eq(dh_consumer_acquire(consumer, DH_NOW, &payload), DH_EEMPTY);
    ck_assert_int_eq(waitpid(orderer, NULL, 0), orderer);
    ck_assert_uint_gt(wakes(secret), 0);
    kill_it(child);
    close(orders);
    ck_assert_int_eq(poll(&polled, 1, PATIENCE_MS), 1);
    expect_end(consumer, DH_EDEAD);
    dh_consumer_close(consumer);
}
END_TEST

START_TEST(a_killed_producer_is_noticed_and_what_it_committed_is_read)
{
    int orders;
    pid_t child = fork_producer(DH_FULL_WAIT, (struct dh_producer_options){ 0 }, &orders);
    dh_consumer *consumer = open_consumer(DH_FULL_WAIT, (struct dh_consumer_options){ 0 });

    for (int i = 0; i < 3; i++)
        order(orders);
    expect(consumer, 0);
    ck_assert_int_eq(dh_consumer_await(consumer, 2, dh_in(20 * DH_S)), DH_OK);
    kill_it(child);
    expect(consumer, 1);
    expect(consumer, 2);
    expect_end(consumer, DH_EDEAD);
    dh_consumer_close(consumer);
    close(orders);
}
END_TEST

/* It neither answers nor commits: nobody takes that for death, and all goes on afterwards. */
START_TEST(a_stopped_producer_is_waited_for)
{
    int orders;
    pid_t child = fork_producer(DH_FULL_WAIT, (struct dh_producer_options){ 0 }, &orders);
    dh_consumer *consumer =
        open_consumer(DH_FULL_WAIT, (struct dh_consumer_options){ .spin_ns = -1 });
    const void *payload;

    kill(child, SIGSTOP);
    order(orders);
    ck_assert_int_eq(dh_consumer_acquire(consumer, dh_in(300 * DH_MS), &payload), DH_EEMPTY);
    kill(child, SIGCONT);
    expect(consumer, 0);
    end(child, orders);
    dh_consumer_close(consumer);
}
END_TEST

/* ---- places ---- */

START_TEST(places_are_given_back_by_who_leaves_and_by_the_dead)
{
    enum dh_full full = _i == 0 ? DH_FULL_WAIT : DH_FULL_OVERWRITE;
    dh_producer *producer = open_producer(full, (struct dh_producer_options){ 0 });
    struct dh_producer_metrics metrics;
    dh_consumer *consumers[PLACES], *late;
    struct dh_why why;
    pid_t victim;

    for (int round = 0; round < 3; round++) {
        for (int i = 1; i < PLACES; i++)
            consumers[i] = open_consumer(full, (struct dh_consumer_options){ 0 });
        victim = fork_holder(full);
        ck_assert_int_eq(dh_consumer_open(&late, schema(full), channel, NULL, &why), DH_ETABLE);
        ck_assert_ptr_nonnull(strstr(why.text, "places"));
        kill_it(victim);
        ck_assert_int_eq(dh_consumer_open(&late, schema(full), channel, NULL, &why), DH_OK);
        dh_consumer_close(late);
        for (int i = 1; i < PLACES; i++)
            dh_consumer_close(consumers[i]);
    }
    dh_producer_metrics_get(producer, &metrics);
    dh_producer_close(producer);
}
END_TEST

START_TEST(a_dead_consumer_does_not_keep_the_ring_full)
{
    dh_producer *producer = open_producer(DH_FULL_WAIT, (struct dh_producer_options){ 0 });
    dh_consumer *consumer = open_consumer(DH_FULL_WAIT, (struct dh_consumer_options){ 0 });
    pid_t victim = fork_holder(DH_FULL_WAIT);
    struct dh_producer_metrics metrics;

    for (uint64_t n = 0; n < 8; n++)
        send(producer, n);
    for (uint64_t n = 0; n < 8; n++)
        expect(consumer, n);
    ck_assert_int_eq(dh_producer_send(producer, dh_in(20 * DH_MS), NULL, 0), DH_EFULL);
    kill_it(victim);
    for (uint64_t n = 8; n < MESSAGES; n++) {
        send(producer, n);
        expect(consumer, n);
    }
    dh_producer_metrics_get(producer, &metrics);
    ck_assert_uint_eq(metrics.reaped, 1);
    dh_consumer_close(consumer);
    dh_producer_close(producer);
}
END_TEST

/* Other schema, other secret: nothing is given, and no place is taken for good. */
START_TEST(who_is_refused_takes_no_place)
{
    dh_producer *producer =
        open_producer(DH_FULL_WAIT, (struct dh_producer_options){ .secret = secret });
    const struct dh_schema *other = schema_from_text(2, text_frame, policy_wait(8, PLACES));
    dh_consumer *consumers[PLACES];
    struct dh_consumer_options with = { .secret = secret };
    struct dh_why why;

    for (int i = 0; i < 2 * PLACES; i++) {
        ck_assert_int_eq(dh_consumer_open(&consumers[0], other, channel, &with, &why), DH_ESCHEMA);
        ck_assert_int_eq(dh_consumer_open(&consumers[0], schema(DH_FULL_WAIT), channel, NULL, &why),
                         DH_ESECRET);
    }
    for (int i = 0; i < PLACES; i++)
        consumers[i] = open_consumer(DH_FULL_WAIT, with);
    for (int i = 0; i < PLACES; i++)
        dh_consumer_close(consumers[i]);
    dh_producer_close(producer);
}
END_TEST

/* Killed at any moment of it: attaching, asking, sleeping, reading, leaving. */
START_TEST(consumers_killed_at_random_moments_leave_nothing)
{
    enum dh_full full = _i == 0 ? DH_FULL_WAIT : DH_FULL_OVERWRITE;
    dh_producer *producer = open_producer(full, (struct dh_producer_options){ 0 });
    dh_consumer *witness = open_consumer(full, (struct dh_consumer_options){ 0 });
    dh_consumer *last[PLACES];
    uint64_t n = 0;

    srand(4711);
    for (int kills = 0; kills < 150; kills++) {
        int64_t until;
        pid_t victim = fork();

        if (victim == 0) {
            prctl(PR_SET_PDEATHSIG, SIGKILL);
            for (;;) {
                dh_consumer *consumer =
                    open_consumer(full, (struct dh_consumer_options){ .spin_ns = -1 });
                const void *payload;

                for (int i = 0; i < 3; i++)
                    if (dh_consumer_acquire(consumer, dh_in(DH_MS), &payload) == DH_OK)
                        (void)dh_consumer_release(consumer);
                dh_consumer_close(consumer);
            }
        }
        for (until = dh_in(rand() % 4000 * DH_US); dh_now() < until; n++) {
            send(producer, n);
            expect(witness, n);
        }
        kill_it(victim);
    }
    for (int i = 1; i < PLACES; i++)
        last[i] = open_consumer(full, (struct dh_consumer_options){ 0 });
    for (int i = 1; i < PLACES; i++)
        dh_consumer_close(last[i]);
    dh_consumer_close(witness);
    dh_producer_close(producer);
}
END_TEST

/* ---- who looks on ---- */

START_TEST(an_admin_sees_the_consumers_as_they_are_now)
{
    dh_producer *producer = open_producer(DH_FULL_WAIT, (struct dh_producer_options){ 0 });
    dh_consumer *consumer = open_consumer(DH_FULL_WAIT, (struct dh_consumer_options){ 0 });
    struct dh_consumer_facts facts;
    struct dh_block_facts block;
    dh_observer *observer;
    struct dh_why why;
    int64_t until = dh_in(20 * DH_S);

    ck_assert_msg(dh_observer_open(&observer, channel, true, NULL, NULL, &why) == DH_OK, "%s",
                  why.text);
    dh_observer_block(observer, &block);
    ck_assert(block.strict);
    for (uint64_t n = 0; n < 5; n++)
        send(producer, n);
    do
        ck_assert_int_eq(dh_observer_consumer(observer, 0, &facts), DH_OK);
    while (facts.lag != 5 && dh_now() < until);
    ck_assert_uint_eq(facts.lag, 5);
    ck_assert_int_eq(facts.life, DH_LIFE_ALIVE);
    ck_assert_uint_eq(facts.identity.pid, (unsigned)getpid());
    ck_assert_int_eq(dh_observer_consumer(observer, 1, &facts), DH_OK);
    ck_assert_int_eq(facts.life, DH_LIFE_NONE);
    dh_consumer_close(consumer);
    do
        ck_assert_int_eq(dh_observer_consumer(observer, 0, &facts), DH_OK);
    while (facts.life == DH_LIFE_ALIVE && dh_now() < until);
    ck_assert_int_eq(facts.life, DH_LIFE_LEFT);
    dh_producer_close(producer);
    ck_assert_int_eq(dh_observer_consumer(observer, 0, &facts), DH_OK);
    ck_assert_int_eq(facts.life, DH_LIFE_NONE);
    dh_observer_close(observer);
}
END_TEST

START_TEST(an_observer_reads_along)
{
    dh_producer *producer = open_producer(DH_FULL_WAIT, (struct dh_producer_options){ 0 });
    struct dh_slot_facts facts;
    dh_observer *observer;
    uint64_t sequence = 0, pair[2];
    struct dh_why why;

    ck_assert_msg(dh_observer_open(&observer, channel, false, NULL, NULL, &why) == DH_OK, "%s",
                  why.text);
    send(producer, 3);
    ck_assert_int_eq(dh_observer_copy(observer, &sequence, dh_in(DH_S), pair, &facts), DH_OK);
    ck_assert_uint_eq(pair[0], 3);
    dh_producer_close(producer);
    sequence++;
    ck_assert_int_eq(dh_observer_copy(observer, &sequence, dh_in(DH_S), pair, &facts), DH_ECLOSED);
    dh_observer_close(observer);
}
END_TEST

/* ---- what does not go together ---- */

START_TEST(what_a_strict_block_cannot_be_is_refused_by_name)
{
    struct dh_producer_options with = { .strict = true };
    const struct dh_schema *zones = schema_from_text(3, text_zones, policy_wait(8, PLACES));
    dh_producer *producer, *other;
    struct dh_why why;

    ck_assert_int_eq(dh_producer_open(&producer, zones, channel, &with, &why), DH_EINVAL);
    ck_assert_ptr_nonnull(strstr(why.text, "zone stat"));

    producer = open_producer(DH_FULL_WAIT, (struct dh_producer_options){ 0 });
    with = (struct dh_producer_options){ .takeover = DH_TAKEOVER_HANDOVER };
    ck_assert_int_eq(dh_producer_open(&other, schema(DH_FULL_WAIT), channel, &with, &why),
                     DH_EREFUSED);
    ck_assert_ptr_nonnull(strstr(why.text, "open the successor with `strict`"));
    send(producer, 0); /* and it goes on */
    dh_producer_close(producer);

    with = (struct dh_producer_options){ 0 };
    ck_assert_int_eq(dh_producer_open(&producer, schema(DH_FULL_WAIT), channel, &with, &why),
                     DH_OK);
    with = (struct dh_producer_options){ .strict = true, .takeover = DH_TAKEOVER_HANDOVER };
    ck_assert_int_eq(dh_producer_open(&other, schema(DH_FULL_WAIT), channel, &with, &why),
                     DH_EREFUSED);
    ck_assert_ptr_nonnull(strstr(why.text, "open the successor without `strict`"));
    send(producer, 0);
    dh_producer_close(producer);
}
END_TEST

static Suite *suite(void)
{
    Suite *all = suite_create("strict");
    TCase *cases = tcase_create("strict");

    tcase_add_checked_fixture(cases, name_channel, NULL);
    tcase_set_timeout(cases, 120);
    tcase_add_loop_test(cases, messages_arrive_and_the_end_is_told, 0, 2);
    tcase_add_loop_test(cases, who_sleeps_is_woken, 0, 2);
    tcase_add_test(cases, an_event_loop_is_rung);
    tcase_add_test(cases, a_killed_producer_is_noticed_and_what_it_committed_is_read);
    tcase_add_test(cases, a_stopped_producer_is_waited_for);
    tcase_add_loop_test(cases, places_are_given_back_by_who_leaves_and_by_the_dead, 0, 2);
    tcase_add_test(cases, a_dead_consumer_does_not_keep_the_ring_full);
    tcase_add_test(cases, who_is_refused_takes_no_place);
    tcase_add_loop_test(cases, consumers_killed_at_random_moments_leave_nothing, 0, 2);
    tcase_add_test(cases, an_admin_sees_the_consumers_as_they_are_now);
    tcase_add_test(cases, an_observer_reads_along);
    tcase_add_test(cases, what_a_strict_block_cannot_be_is_refused_by_name);
    suite_add_tcase(all, cases);
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
