/* SPDX-License-Identifier: Apache-2.0
 *
 * A living producer hands its channel over: with a broker (1) and without (0).
 */
#include "relay.h"

#include "base/atomic.h"

#include <signal.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

static const unsigned char right[DH_SECRET_BYTES] = { 7, 1 }, wrong[DH_SECRET_BYTES] = { 7, 2 };

static const struct dh_producer_options heir = { .takeover = DH_TAKEOVER_HANDOVER };

static pid_t perhaps_broker(int with)
{
    return with ? broker_start(0, NULL, NULL) : 0;
}

static void end(pid_t producer, pid_t broker)
{
    dhi_store_release(&board->stop, 1);
    ck_assert_int_eq(process_wait(producer), 0);
    if (broker != 0) process_kill(broker, SIGTERM);
}

/* The first message tells where it joined. */
static uint64_t first_of(dh_consumer *consumer)
{
    const void *payload;
    uint64_t n;

    ck_assert_int_eq(dh_consumer_acquire(consumer, dh_in(10 * DH_S), &payload), DH_OK);
    n = ((const struct pair *)payload)->n;
    dh_consumer_release(consumer);
    return n;
}

enum { READERS = 3, HANDOVERS = 20, ROUND = 8 }; /* the ring waits for the slowest */

static uint64_t round_of(dh_consumer *const consumers[READERS], uint64_t next)
{
    for (int k = 0; k < READERS; k++)
        relay_read(consumers[k], next, next + ROUND);
    return next + ROUND;
}

START_TEST(nothing_is_lost_while_one_producer_follows_the_other)
{
    pid_t broker = perhaps_broker(_i), producer, old;
    dh_consumer *consumers[READERS];
    uint64_t next = 0;

    dhi_store_release(&board->pause, 1);
    producer = relay_start_and_wait(world_schema(), NULL);
    for (int k = 0; k < READERS; k++)
        consumers[k] = relay_join(world_schema(), NULL);
    dhi_store_release(&board->pause, 0);
    for (uint64_t i = 0; i < HANDOVERS; i++) {
        old = producer;
        producer = relay_start(world_schema(), &heir);
        while (dhi_load_acquire(&board->opened) < i + 2)
            next = round_of(consumers, next);
        for (uint64_t until = next + 200; next < until;)
            next = round_of(consumers, next);
        ck_assert_int_eq(process_wait(old), -DH_ESUPERSEDED);
    }
    for (int k = 0; k < READERS; k++) {
        struct dh_consumer_metrics metrics;

        dh_consumer_metrics_get(consumers[k], &metrics);
        ck_assert_uint_eq(metrics.moved, HANDOVERS);
        ck_assert_uint_eq(metrics.acquired, next);
        ck_assert_uint_eq(dh_consumer_lost(consumers[k]), 0);
        dh_consumer_close(consumers[k]);
    }
    ck_assert_uint_eq(dhi_load_acquire(&board->superseded), HANDOVERS);
    end(producer, broker);
}
END_TEST

START_TEST(an_idle_producer_hands_over_as_well)
{
    pid_t broker = perhaps_broker(_i), first, second;
    dh_consumer *consumer;
    const void *payload;

    dhi_store_release(&board->pause, 1);
    first = relay_start_and_wait(world_schema(), NULL);
    consumer = relay_join(world_schema(), NULL);
    second = relay_start_and_wait(world_schema(), &heir);
    ck_assert_int_eq(dh_consumer_acquire(consumer, dh_in(20 * DH_MS), &payload), DH_EEMPTY);
    dhi_store_release(&board->pause, 0);
    ck_assert_uint_eq(relay_read(consumer, 0, 100), 100);
    ck_assert_int_eq(process_wait(first), -DH_ESUPERSEDED);
    dh_consumer_close(consumer);
    end(second, broker);
}
END_TEST

START_TEST(a_producer_that_waits_for_room_is_told)
{
    pid_t broker = perhaps_broker(_i), first = relay_start_and_wait(world_schema(), NULL), second;
    dh_consumer *consumer = relay_join(world_schema(), NULL);
    struct dh_channel_entry entry;
    uint64_t begun = first_of(consumer);

    ck_assert(BECOMES(5000, dhi_load_acquire(&board->committed) == begun + 1 + 8));
    second = relay_start_and_wait(world_schema(), &heir);
    ck_assert_int_eq(process_wait(first), -DH_ESUPERSEDED);
    entry = listed(channel);
    ck_assert_int_eq(entry.alive, 1);
    ck_assert_uint_eq(entry.pid, (uint32_t)second);
    relay_read(consumer, begun + 1, begun + 100);
    dh_consumer_close(consumer);
    end(second, broker);
}
END_TEST

START_TEST(the_ring_is_resized_on_the_way)
{
    struct dh_producer_options larger = { .takeover = DH_TAKEOVER_HANDOVER, .n_slots = 64 };
    struct dh_producer_options smaller = { .takeover = DH_TAKEOVER_HANDOVER,
                                           .n_slots = 3,
                                           .n_consumers = 1 };
    pid_t broker = perhaps_broker(_i), producer;
    dh_consumer *consumer;
    uint64_t next;

    dhi_store_release(&board->pause, 1);
    (void)relay_start_and_wait(world_schema(), NULL);
    consumer = relay_join(world_schema(), NULL);
    dhi_store_release(&board->pause, 0);
    next = relay_read(consumer, 0, 100);
    (void)relay_start_and_wait(world_schema(), &larger);
    next = relay_read(consumer, next, next + 200);
    ck_assert_uint_eq(dh_slot_rw_count(dh_consumer_slot_rw(consumer)), 64);
    producer = relay_start_and_wait(world_schema(), &smaller);
    relay_read(consumer, next, next + 200);
    ck_assert_uint_eq(dh_slot_rw_count(dh_consumer_slot_rw(consumer)), 3);
    dh_consumer_close(consumer);
    end(producer, broker);
}
END_TEST

START_TEST(only_who_knows_the_secret_takes_over)
{
    struct dh_producer_options first = { .secret = right }, good = heir, bad = heir, none = heir;
    struct dh_consumer_options reader = { .secret = right };
    pid_t broker = perhaps_broker(_i), producer;
    dh_consumer *consumer;

    good.secret = right;
    bad.secret = wrong;
    dhi_store_release(&board->pause, 1);
    (void)relay_start_and_wait(world_schema(), &first);
    consumer = relay_join(world_schema(), &reader);
    dhi_store_release(&board->pause, 0);
    relay_read(consumer, 0, 100);
    ck_assert_int_eq(process_wait(relay_start(world_schema(), &none)), -DH_ESECRET);
    ck_assert_int_eq(process_wait(relay_start(world_schema(), &bad)), -DH_ESECRET);
    producer = relay_start_and_wait(world_schema(), &good);
    relay_read(consumer, 100, 300);
    ck_assert_uint_eq(dhi_load_acquire(&board->superseded) <= 1, 1);
    dh_consumer_close(consumer);
    end(producer, broker);
}
END_TEST

/* One descriptor for the event loop, however many producers come and go. */
START_TEST(an_event_loop_keeps_its_descriptor)
{
    const struct dh_consumer_options in_a_loop = { .event_fd = true, .successor_ns = 10 * DH_S };
    pid_t broker = perhaps_broker(_i), producer;
    struct epoll_event event = { .events = EPOLLIN };
    int loop = epoll_create1(EPOLL_CLOEXEC), fd;
    dh_consumer *consumer;
    const void *payload;
    uint64_t next = 0;

    dhi_store_release(&board->pause, 1);
    producer = relay_start_and_wait(world_schema(), NULL);
    consumer = relay_join(world_schema(), &in_a_loop);
    fd = dh_consumer_fd(consumer);
    ck_assert_int_eq(epoll_ctl(loop, EPOLL_CTL_ADD, fd, &event), 0);
    dhi_store_release(&board->pause, 0);
    for (uint64_t i = 0; i < 5; i++) {
        if (i > 0) producer = relay_start(world_schema(), &heir);
        for (uint64_t until = next + 300;
             next < until || dhi_load_acquire(&board->opened) < i + 1;) {
            dh_err err;

            ck_assert_int_eq(epoll_wait(loop, &event, 1, 10000), 1);
            while ((err = dh_consumer_acquire(consumer, DH_NOW, &payload)) == DH_OK) {
                ck_assert_uint_eq(((const struct pair *)payload)->n, next++);
                dh_consumer_release(consumer);
            }
            ck_assert_int_eq(err, DH_EEMPTY);
        }
    }
    ck_assert_int_eq(dh_consumer_fd(consumer), fd);
    dh_consumer_close(consumer);
    close(loop);
    end(producer, broker);
}
END_TEST

START_TEST(an_observer_is_told_and_goes_on_with_the_same_number)
{
    pid_t broker = perhaps_broker(_i), producer;
    dh_observer *observer;
    struct dh_slot_facts facts;
    struct pair seen;
    uint64_t sequence = 0;
    dh_err err;

    dhi_store_release(&board->pause, 1);
    (void)relay_start_and_wait(world_schema(), NULL);
    ck_assert_int_eq(dh_observer_open(&observer, channel, false, NULL, NULL, NULL), DH_OK);
    dhi_store_release(&board->pause, 0);
    ck_assert(BECOMES(5000, dhi_load_acquire(&board->committed) > 100));
    producer = relay_start_and_wait(world_schema(), &heir);
    while ((err = dh_observer_copy(observer, &sequence, dh_in(5 * DH_S), &seen, &facts)) == DH_OK)
        ck_assert_uint_eq(seen.n, sequence++);
    ck_assert_int_eq(err, DH_ESUPERSEDED);
    dh_observer_close(observer);
    ck_assert_int_eq(dh_observer_open(&observer, channel, false, NULL, NULL, NULL), DH_OK);
    ck_assert_int_eq(dh_observer_copy(observer, &sequence, dh_in(5 * DH_S), &seen, &facts), DH_OK);
    ck_assert_uint_eq(seen.n, sequence);
    dh_observer_close(observer);
    end(producer, broker);
}
END_TEST

/* What a consumer held when the block ended stays whole until it lets it go. */
START_TEST(what_is_in_hand_stays_until_it_is_released)
{
    pid_t broker = perhaps_broker(_i), producer;
    dh_consumer *consumer;
    const void *payload;

    dhi_store_release(&board->pause, 1);
    (void)relay_start_and_wait(world_schema(), NULL);
    consumer = relay_join(world_schema(), NULL);
    dhi_store_release(&board->pause, 0);
    ck_assert_int_eq(dh_consumer_acquire(consumer, dh_in(5 * DH_S), &payload), DH_OK);
    producer = relay_start_and_wait(world_schema(), &heir);
    ck_assert(BECOMES(5000, dhi_load_acquire(&board->superseded) == 1));
    ck_assert_uint_eq(((const struct pair *)payload)->check, ~UINT64_C(0));
    ck_assert_int_eq(dh_consumer_release(consumer), DH_OK);
    relay_read(consumer, 1, 100);
    dh_consumer_close(consumer);
    end(producer, broker);
}
END_TEST

/* The block that it reads is. */
static bool is_over(dh_consumer *consumer)
{
    const struct dhi_control *control = dh_consumer_slot_rw(consumer)->block->control;

    return dhi_load_acquire(&control->close) == DHI_CLOSE_FINAL;
}

/* Whoever asks and then dies has changed nothing. */
START_TEST(a_successor_that_dies_is_as_if_it_had_never_been)
{
    pid_t broker = perhaps_broker(_i), producer, heirs[30];
    dh_consumer *consumer;
    uint64_t next;

    dhi_store_release(&board->pause, 1);
    producer = relay_start_and_wait(world_schema(), NULL);
    consumer = relay_join(world_schema(), &(struct dh_consumer_options){ .successor_ns = DH_S });
    dhi_store_release(&board->pause, 0);
    next = relay_read(consumer, 0, 100);
    for (useconds_t i = 0; i < 30; i++) {
        heirs[i] = relay_start(world_schema(), &heir);
        usleep(i * 150);
        kill(heirs[i], SIGKILL);
        /* Too late to be nobody, too early to be somebody: then it was the producer, and is dead.
         */
        if (process_wait(heirs[i]) == -SIGKILL && is_over(consumer)) {
            ck_assert(BECOMES(10000, dhi_load_acquire(&board->superseded) > 0));
            break;
        }
        next = relay_read(consumer, next, next + 100);
    }
    if (dhi_load_acquire(&board->superseded) == 0) {
        relay_read(consumer, next, next + 1000);
        end(producer, broker);
    } else if (broker != 0) {
        process_kill(broker, SIGTERM);
    }
    dh_consumer_close(consumer);
}
END_TEST

int main(int argc, char **argv)
{
    Suite *suite = suite_create("handover");
    TCase *tests = tcase_create("a handover");
    SRunner *runner = srunner_create(suite);
    int failed;

    relay_kind(argc, argv);
    suite_add_tcase(suite, tests);
    tcase_set_timeout(tests, 60);
    tcase_add_checked_fixture(tests, relay_begin, relay_end);
    tcase_add_loop_test(tests, nothing_is_lost_while_one_producer_follows_the_other, 0, 2);
    tcase_add_loop_test(tests, an_idle_producer_hands_over_as_well, 0, 2);
    tcase_add_loop_test(tests, a_producer_that_waits_for_room_is_told, 0, 2);
    tcase_add_loop_test(tests, the_ring_is_resized_on_the_way, 0, 2);
    tcase_add_loop_test(tests, only_who_knows_the_secret_takes_over, 0, 2);
    tcase_add_loop_test(tests, an_event_loop_keeps_its_descriptor, 0, 2);
    tcase_add_loop_test(tests, an_observer_is_told_and_goes_on_with_the_same_number, 0, 2);
    tcase_add_loop_test(tests, what_is_in_hand_stays_until_it_is_released, 0, 2);
    tcase_add_loop_test(tests, a_successor_that_dies_is_as_if_it_had_never_been, 0, 2);
    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
