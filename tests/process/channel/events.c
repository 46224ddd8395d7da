/* SPDX-License-Identifier: Apache-2.0 */
/* Consumers in event loops: one descriptor that tells of messages, of the end, and of a death;
 * nothing is missed. */
#include "support/block.h"

#include <dh/consumer.h>
#include <dh/producer.h>

#include <check.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MESSAGES = 3000, PATIENCE_MS = 20000 };

static char channel[48];
static const unsigned char secret[DH_SECRET_BYTES] = { 9 };

static const struct dh_schema *schema(void)
{
    return schema_from_text(1, text_pair, policy_wait(8, 3));
}

static dh_consumer *open_consumer(const void *with)
{
    const struct dh_consumer_options options = { .event_fd = true, .secret = with };
    dh_consumer *consumer;
    struct dh_why why;

    ck_assert_msg(dh_consumer_open(&consumer, schema(), channel, &options, &why) == DH_OK, "%s",
                  why.text);
    ck_assert_int_ge(dh_consumer_fd(consumer), 0);
    return consumer;
}

static dh_producer *open_producer(const void *with)
{
    const struct dh_producer_options options = { .secret = with };
    dh_producer *producer;
    struct dh_why why;

    ck_assert_msg(dh_producer_open(&producer, schema(), channel, &options, &why) == DH_OK, "%s",
                  why.text);
    return producer;
}

static void send(dh_producer *producer, uint64_t n)
{
    const uint64_t pair[2] = { n, ~n };

    ck_assert_int_eq(dh_producer_send(producer, dh_in(20 * DH_S), pair, sizeof pair), DH_OK);
}

static bool rings(const dh_consumer *consumer, int timeout_ms)
{
    struct pollfd polled = { .fd = dh_consumer_fd(consumer), .events = POLLIN };

    return poll(&polled, 1, timeout_ms) == 1;
}

/* All that is there, which must begin with *next; returns why it ended. */
static dh_err drain(dh_consumer *consumer, uint64_t *next)
{
    const void *payload;
    dh_err err;

    while ((err = dh_consumer_acquire(consumer, DH_NOW, &payload)) == DH_OK) {
        ck_assert_uint_eq(*(const uint64_t *)payload, (*next)++);
        ck_assert_int_eq(dh_consumer_release(consumer), DH_OK);
    }
    return err;
}

/* Sends when told to: a byte on the pipe is a message. */
static pid_t fork_producer(int *orders)
{
    int from_us[2], ready[2];
    char byte;
    pid_t child;

    ck_assert_int_eq(pipe(from_us), 0);
    ck_assert_int_eq(pipe(ready), 0);
    child = fork();
    if (child == 0) {
        dh_producer *producer;
        ssize_t got = 1;

        prctl(PR_SET_PDEATHSIG, SIGKILL);
        close(from_us[1]);
        producer = open_producer(NULL);
        if (write(ready[1], "x", 1) != 1) _exit(1);
        for (uint64_t n = 0; (got = read(from_us[0], &byte, 1)) == 1; n++)
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

static void name_channel(void)
{
    snprintf(channel, sizeof channel, "test.events.%d", (int)getpid());
}

START_TEST(it_rings_for_each_message_that_is_waited_for)
{
    uint64_t next = 0;
    int orders;
    pid_t child = fork_producer(&orders);
    dh_consumer *consumer = open_consumer(NULL);

    ck_assert(rings(consumer, PATIENCE_MS)); /* once after the opening */
    ck_assert_int_eq(drain(consumer, &next), DH_EEMPTY);
    ck_assert(!rings(consumer, 0));
    for (int i = 0; i < MESSAGES; i++) {
        ck_assert_int_eq(write(orders, "x", 1), 1);
        while (next == (uint64_t)i) {
            ck_assert_msg(rings(consumer, PATIENCE_MS), "message %d did not ring", i);
            ck_assert_int_eq(drain(consumer, &next), DH_EEMPTY);
        }
    }
    close(orders);
    waitpid(child, NULL, 0);
    dh_consumer_close(consumer);
}
END_TEST

START_TEST(a_flood_is_read_whole_by_several_loops_and_ends_with_the_producers_word)
{
    static const char flood[MESSAGES];
    dh_consumer *consumers[3];
    uint64_t next[3] = { 0 };
    bool ended[3] = { false };
    int orders;
    pid_t child = fork_producer(&orders);

    for (int i = 0; i < 3; i++)
        consumers[i] = open_consumer(NULL);
    ck_assert_int_eq(write(orders, flood, sizeof flood), sizeof flood);
    close(orders); /* and then it closes the channel */
    while (!ended[0] || !ended[1] || !ended[2]) {
        struct pollfd polled[3];

        for (int i = 0; i < 3; i++)
            polled[i] = (struct pollfd){ .fd = ended[i] ? -1 : dh_consumer_fd(consumers[i]),
                                         .events = POLLIN };
        ck_assert_int_gt(poll(polled, 3, PATIENCE_MS), 0);
        for (int i = 0; i < 3; i++) {
            dh_err err = polled[i].revents ? drain(consumers[i], &next[i]) : DH_EEMPTY;

            ck_assert(err == DH_EEMPTY || err == DH_ECLOSED);
            ended[i] |= err == DH_ECLOSED;
        }
    }
    for (int i = 0; i < 3; i++) {
        ck_assert_uint_eq(next[i], MESSAGES);
        dh_consumer_close(consumers[i]);
    }
    waitpid(child, NULL, 0);
}
END_TEST

START_TEST(it_rings_when_the_producer_is_killed_and_what_was_committed_is_read)
{
    uint64_t next = 0;
    int orders;
    pid_t child = fork_producer(&orders);
    dh_consumer *consumer = open_consumer(NULL);
    dh_err err = DH_EEMPTY;

    ck_assert_int_eq(write(orders, "xxxxx", 5), 5);
    while (next < 5) {
        ck_assert(rings(consumer, PATIENCE_MS));
        ck_assert_int_eq(drain(consumer, &next), DH_EEMPTY);
    }
    ck_assert_int_eq(drain(consumer, &next), DH_EEMPTY);
    kill(child, SIGKILL);
    while (err == DH_EEMPTY) { /* the socket is closed a moment before the lease is free */
        ck_assert(rings(consumer, PATIENCE_MS));
        err = drain(consumer, &next);
    }
    ck_assert_int_eq(err, DH_EDEAD);
    waitpid(child, NULL, 0);
    close(orders);
    dh_consumer_close(consumer);
}
END_TEST

START_TEST(who_is_not_listened_to_holds_nobody_up)
{
    dh_producer *producer = open_producer(NULL);
    dh_consumer *deaf = open_consumer(NULL), *ear = open_consumer(NULL);
    uint64_t next = 0, unheard = 0;

    for (uint64_t n = 0; n < 5000; n++) { /* many more rings than a socket holds */
        ck_assert_int_eq(drain(ear, &next), DH_EEMPTY);
        send(producer, n);
        ck_assert_int_eq(drain(deaf, &unheard), DH_EEMPTY); /* reads, never polls */
    }
    ck_assert_int_eq(drain(ear, &next), DH_EEMPTY);
    ck_assert_uint_eq(next, 5000);
    dh_consumer_close(deaf);
    send(producer, 5000);
    ck_assert(rings(ear, PATIENCE_MS));
    dh_consumer_close(ear);
    for (uint64_t n = 0; n < 20; n++)
        send(producer, n); /* nobody is there any more */
    dh_producer_close(producer);
}
END_TEST

START_TEST(a_channel_with_a_secret_rings_for_who_knows_it)
{
    const struct dh_consumer_options wrong = { .event_fd = true };
    dh_producer *producer = open_producer(secret);
    dh_consumer *consumer = open_consumer(secret), *other;
    uint64_t next = 0;
    struct dh_why why;

    ck_assert_int_eq(dh_consumer_open(&other, schema(), channel, &wrong, &why), DH_ESECRET);
    ck_assert_int_eq(drain(consumer, &next), DH_EEMPTY);
    send(producer, 0);
    ck_assert(rings(consumer, PATIENCE_MS));
    ck_assert_int_eq(drain(consumer, &next), DH_EEMPTY);
    ck_assert_uint_eq(next, 1);
    dh_consumer_close(consumer);
    dh_producer_close(producer);
}
END_TEST

START_TEST(without_the_option_there_is_no_descriptor)
{
    dh_producer *producer = open_producer(NULL);
    dh_consumer *consumer;

    ck_assert_int_eq(dh_consumer_open(&consumer, schema(), channel, NULL, NULL), DH_OK);
    ck_assert_int_eq(dh_consumer_fd(consumer), -1);
    dh_consumer_close(consumer);
    dh_producer_close(producer);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("events");
    TCase *tests = tcase_create("events");
    SRunner *runner = srunner_create(suite);
    int failed;

    tcase_set_timeout(tests, 120);
    tcase_add_checked_fixture(tests, name_channel, NULL);
    tcase_add_test(tests, it_rings_for_each_message_that_is_waited_for);
    tcase_add_test(tests, a_flood_is_read_whole_by_several_loops_and_ends_with_the_producers_word);
    tcase_add_test(tests, it_rings_when_the_producer_is_killed_and_what_was_committed_is_read);
    tcase_add_test(tests, who_is_not_listened_to_holds_nobody_up);
    tcase_add_test(tests, a_channel_with_a_secret_rings_for_who_knows_it);
    tcase_add_test(tests, without_the_option_there_is_no_descriptor);
    suite_add_tcase(suite, tests);
    srunner_run_all(runner, CK_NORMAL);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
