/* SPDX-License-Identifier: Apache-2.0
 *
 * A producer dies, and another one takes over where it ended. The broker keeps the block meanwhile.
 */
#include "relay.h"

#include "base/atomic.h"

#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

static const struct dh_producer_options heir = { .takeover = DH_TAKEOVER_DEAD };
static const struct dh_consumer_options patient = { .successor_ns = 10 * DH_S };

static void kill_and_bury(pid_t pid)
{
    process_kill(pid, SIGKILL);
}

static void end_in_order(pid_t producer)
{
    dhi_store_release(&board->stop, 1);
    ck_assert_int_eq(process_wait(producer), 0);
}

START_TEST(a_consumer_reads_on_where_the_dead_one_ended)
{
    pid_t broker = broker_start(0, NULL, NULL), producer;
    dh_consumer *consumer;
    struct dh_consumer_metrics metrics;
    uint64_t next, deaths = 5;

    producer = relay_start_and_wait(world_schema(), NULL);
    consumer = relay_join(world_schema(), &patient);
    /* Where it joined is known after its first message. */
    {
        const void *payload;

        ck_assert_int_eq(dh_consumer_acquire(consumer, dh_in(DH_S), &payload), DH_OK);
        next = ((const struct pair *)payload)->n + 1;
        dh_consumer_release(consumer);
    }
    for (uint64_t i = 0; i < deaths; i++) {
        next = relay_read(consumer, next, next + 1000);
        kill_and_bury(producer);
        producer = relay_start_and_wait(world_schema(), &heir);
    }
    relay_read(consumer, next, next + 1000);
    dh_consumer_metrics_get(consumer, &metrics);
    ck_assert_uint_eq(metrics.moved, deaths);
    ck_assert_uint_eq(dh_consumer_lost(consumer), 0);
    dh_consumer_close(consumer);
    end_in_order(producer);
    process_kill(broker, SIGTERM);
}
END_TEST

/* What was committed before the death is read after the successor has begun, too. */
START_TEST(who_is_late_finds_its_place_and_the_successor_waits_for_it)
{
    pid_t broker = broker_start(0, NULL, NULL), producer;
    dh_consumer *late, *quick;
    uint64_t read;

    dhi_store_release(&board->pause, 1);
    producer = relay_start_and_wait(world_schema(), NULL);
    late = relay_join(world_schema(), &patient);
    quick = relay_join(world_schema(), &patient);
    dhi_store_release(&board->pause, 0);
    read = relay_read(quick, 0, 8); /* the ring has eight slots */
    ck_assert(BECOMES(5000, dhi_load_acquire(&board->committed) == 8));
    kill_and_bury(producer);
    producer = relay_start_and_wait(world_schema(), &heir);
    read = relay_read(quick, read, 16); /* the new ring is full: the late one's place is at 8 */
    {
        const void *payload;

        ck_assert_int_eq(dh_consumer_acquire(quick, dh_in(20 * DH_MS), &payload), DH_EEMPTY);
    }
    ck_assert_uint_eq(relay_read(late, 0, 16), 16);
    relay_read(quick, read, 24);
    ck_assert_uint_eq(relay_read(late, 16, 24), 24);
    dh_consumer_close(late);
    dh_consumer_close(quick);
    end_in_order(producer);
    process_kill(broker, SIGTERM);
}
END_TEST

START_TEST(the_place_of_who_does_not_come_is_given_back)
{
    pid_t broker = broker_start(0, NULL, NULL), producer, sleeper;
    dh_consumer *consumer;
    int gate[2];

    dhi_store_release(&board->pause, 1);
    producer = relay_start_and_wait(world_schema(), NULL);
    ck_assert_int_eq(pipe(gate), 0);
    sleeper = fork();
    if (sleeper == 0) {
        (void)relay_join(world_schema(), &patient);
        if (write(gate[1], "", 1) == 1) pause();
        _exit(1);
    }
    ck_assert_int_eq(read(gate[0], &(char){ 0 }, 1), 1);
    consumer = relay_join(world_schema(), &patient);
    dhi_store_release(&board->pause, 0);
    ck_assert(BECOMES(5000, dhi_load_acquire(&board->committed) == 8));
    kill_and_bury(producer);
    producer = relay_start_and_wait(world_schema(), &heir);
    ck_assert_uint_eq(relay_read(consumer, 0, 16), 16);
    kill_and_bury(sleeper); /* its place is at 8, and it holds the byte of the old block no more */
    ck_assert_uint_eq(relay_read(consumer, 16, 1000), 1000);
    dh_consumer_close(consumer);
    end_in_order(producer);
    process_kill(broker, SIGTERM);
}
END_TEST

START_TEST(who_does_not_want_to_wait_is_told_at_once_and_may_still_move)
{
    pid_t broker = broker_start(0, NULL, NULL), producer;
    dh_consumer *consumer;
    const void *payload;

    dhi_store_release(&board->pause, 1);
    producer = relay_start_and_wait(world_schema(), NULL);
    consumer = relay_join(world_schema(), NULL);
    dhi_store_release(&board->pause, 0);
    ck_assert(BECOMES(5000, dhi_load_acquire(&board->committed) == 8));
    kill_and_bury(producer);
    ck_assert_uint_eq(relay_read(consumer, 0, 8), 8);
    ck_assert_int_eq(dh_consumer_acquire(consumer, dh_in(DH_S), &payload), DH_EDEAD);
    producer = relay_start_and_wait(world_schema(), &heir);
    ck_assert(BECOMES(5000, dh_consumer_acquire(consumer, DH_NOW, &payload) == DH_OK));
    ck_assert_uint_eq(((const struct pair *)payload)->n, 8);
    dh_consumer_release(consumer);
    ck_assert_uint_eq(relay_read(consumer, 9, 100), 100);
    dh_consumer_close(consumer);
    end_in_order(producer);
    process_kill(broker, SIGTERM);
}
END_TEST

START_TEST(a_producer_that_does_not_take_over_begins_anew_and_nobody_follows_it)
{
    pid_t broker = broker_start(0, NULL, NULL), producer;
    dh_consumer *consumer;
    const void *payload;

    dhi_store_release(&board->pause, 1);
    producer = relay_start_and_wait(world_schema(), NULL);
    consumer = relay_join(world_schema(), &patient);
    kill_and_bury(producer);
    producer = relay_start_and_wait(world_schema(), NULL);
    ck_assert_int_eq(dh_consumer_acquire(consumer, dh_in(DH_S), &payload), DH_EDEAD);
    dh_consumer_close(consumer);
    end_in_order(producer);
    process_kill(broker, SIGTERM);
}
END_TEST

START_TEST(a_living_producer_is_left_alone)
{
    pid_t broker = broker_start(0, NULL, NULL), producer, second;

    producer = relay_start_and_wait(world_schema(), NULL);
    second = relay_start(world_schema(), &heir);
    ck_assert_int_eq(process_wait(second), -DH_ECONFLICT);
    end_in_order(producer);
    process_kill(broker, SIGTERM);
}
END_TEST

int main(int argc, char **argv)
{
    Suite *suite = suite_create("takeover after a death");
    TCase *tests = tcase_create("a takeover after a death");
    SRunner *runner = srunner_create(suite);
    int failed;

    relay_kind(argc, argv);
    suite_add_tcase(suite, tests);
    tcase_set_timeout(tests, 60);
    tcase_add_checked_fixture(tests, relay_begin, relay_end);
    tcase_add_test(tests, a_consumer_reads_on_where_the_dead_one_ended);
    tcase_add_test(tests, who_is_late_finds_its_place_and_the_successor_waits_for_it);
    tcase_add_test(tests, the_place_of_who_does_not_come_is_given_back);
    tcase_add_test(tests, who_does_not_want_to_wait_is_told_at_once_and_may_still_move);
    tcase_add_test(tests, a_producer_that_does_not_take_over_begins_anew_and_nobody_follows_it);
    tcase_add_test(tests, a_living_producer_is_left_alone);
    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
