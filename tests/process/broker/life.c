/* SPDX-License-Identifier: Apache-2.0
 *
 * Brokers that are killed, restarted, doubled, stopped; producers that die; processes that fork.
 */
#include "world.h"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static bool socket_is_there(void)
{
    struct stat status;

    return lstat(world_socket(), &status) == 0;
}

START_TEST(a_broker_that_is_asked_to_end_removes_its_socket)
{
    pid_t broker = broker_start(0, NULL, NULL);

    kill(broker, _i ? SIGINT : SIGTERM);
    ck_assert_int_eq(process_wait(broker), 0);
    ck_assert(!socket_is_there());
}
END_TEST

START_TEST(the_socket_of_a_killed_broker_is_taken_over)
{
    pid_t broker = broker_start(0, NULL, NULL);

    process_kill(broker, SIGKILL);
    ck_assert(socket_is_there());
    ck_assert(!broker_answers());
    broker = broker_start(0, NULL, NULL);
    process_kill(broker, SIGTERM);
}
END_TEST

START_TEST(a_second_broker_ends_with_75_and_names_the_first)
{
    pid_t broker = broker_start(0, NULL, NULL);
    char *arguments[] = { "dhbroker", "--foreground", NULL };
    char text[512], pid[32];

    ck_assert_int_eq(broker_run(arguments, text, sizeof text), 75);
    snprintf(pid, sizeof pid, "(pid %d)", broker);
    ck_assert_msg(strstr(text, pid) != NULL, "%s", text);
    ck_assert(broker_answers());
    process_kill(broker, SIGTERM);
}
END_TEST

/* All but one of them end, with 75; that one. */
static pid_t the_one_that_stays(pid_t *brokers, int n)
{
    int left = n;

    while (left > 1) {
        int status;
        pid_t ended = waitpid(-1, &status, 0);

        ck_assert_int_gt(ended, 0);
        ck_assert_int_eq(WEXITSTATUS(status), 75);
        for (int i = 0; i < left; i++)
            if (brokers[i] == ended) brokers[i] = brokers[--left];
    }
    return brokers[0];
}

/* Many that stand at the start and are let go together. */
static void start_at_once(pid_t *racers, int n)
{
    int gate[2];

    ck_assert_int_eq(pipe2(gate, O_CLOEXEC), 0);
    for (int i = 0; i < n; i++) {
        racers[i] = fork();
        if (racers[i] != 0) continue;
        int null = open("/dev/null", O_WRONLY | O_CLOEXEC);
        char byte;

        dup2(null, STDERR_FILENO);
        close(gate[1]);
        if (read(gate[0], &byte, 1) == 0) execl(DHBROKER, "dhbroker", "-f", (char *)NULL);
        _exit(127);
    }
    close(gate[0]);
    close(gate[1]);
}

START_TEST(of_brokers_that_start_at_once_over_a_stale_socket_one_serves)
{
    enum { RACERS = 8, ROUNDS = 12 };
    pid_t racers[RACERS], winner = broker_start(0, NULL, NULL);

    for (int round = 0; round < ROUNDS; round++) {
        process_kill(winner, SIGKILL);
        ck_assert(socket_is_there());
        start_at_once(racers, RACERS);
        winner = the_one_that_stays(racers, RACERS);
        ck_assert(BECOMES(10000, broker_answers()));
    }
    process_kill(winner, SIGTERM);
    ck_assert(!socket_is_there());
}
END_TEST

START_TEST(a_broker_does_not_remove_what_is_no_socket)
{
    char *arguments[] = { "dhbroker", "--foreground", NULL };
    int fd = open(world_socket(), O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
    char text[512];

    close(fd);
    ck_assert_int_eq(broker_run(arguments, text, sizeof text), 73);
    ck_assert_ptr_nonnull(strstr(text, "no socket"));
    ck_assert(socket_is_there());
}
END_TEST

START_TEST(in_the_background_it_returns_once_it_serves)
{
    char *arguments[] = { "dhbroker", NULL };
    struct dhi_peer peer;
    char text[512];
    int fd;

    ck_assert_int_eq(broker_run(arguments, text, sizeof text), 0);
    fd = raw_call(world_socket());
    ck_assert(dhi_socket_peer(fd, &peer));
    close(fd);
    ck_assert_int_eq(kill((pid_t)peer.pid, SIGTERM), 0);
    ck_assert(BECOMES(10000, !socket_is_there()));
}
END_TEST

struct command_line {
    const char *word, *value; /* after the program's name */
    int status;
    const char *says;
};

static const struct command_line lines[] = {
    { "--help", NULL, 0, "--keep SECONDS" },
    { "--version", NULL, 0, "dhbroker 0." },
    { "--keep", "soon", 64, "wants seconds" },
    { "--keep", "-1", 64, "wants seconds" },
    { "--metrics", "abc", 64, "wants PORT" },
    { "--metrics", "localhost:9464", 64, "wants PORT" },
    { "--metrics", "127.0.0.1:65536", 64, "wants PORT" },
    { "--keep", "99999999999999999999", 64, "wants seconds" },
    { "--nonsense", NULL, 64, "--help" },
    { "word", NULL, 64, "'word' is no option" },
    { "--socket",
      "/tmp/0123456789012345678901234567890123456789012345678901234567890123456789012345678901"
      "234567890123456789012345",
      64, "longer than 107 bytes" },
    { "--socket", "/nonexistent/folder/broker.sock", 73, "cannot be made" },
};

START_TEST(the_command_line_says_what_is_wrong)
{
    const struct command_line *line = &lines[_i];
    char *arguments[4] = { "dhbroker", strdup(line->word), NULL, NULL };
    char text[2048];

    if (line->value != NULL) arguments[2] = strdup(line->value);
    ck_assert_int_eq(broker_run(arguments, text, sizeof text), line->status);
    ck_assert_msg(strstr(text, line->says) != NULL, "%s", text);
    free(arguments[1]);
    free(arguments[2]);
}
END_TEST

/* ---- producers and a broker that comes and goes ------------------------------------------- */

START_TEST(a_restarted_broker_knows_the_channel_again_and_the_producer_noticed_nothing)
{
    pid_t broker = broker_start(0, NULL, NULL);
    const char *channel = world_channel("again");
    struct maker maker = maker_start(channel, 0, NULL);
    int64_t begin;
    int quick = 0;

    for (int i = 0; i < 10; i++) {
        process_kill(broker, SIGKILL);
        ck_assert_int_eq(listed(channel).via, DH_VIA_DIRECT);
        broker = broker_start(0, NULL, NULL);
        begin = dh_now();
        ck_assert(BECOMES(10000, listed(channel).via == DH_VIA_BOTH));
        quick += dh_now() - begin < 400 * DH_MS;
    }
    ck_assert_int_ge(quick, 5); /* a busy machine aside: not by the tick of a second, as all were */
    maker_close(&maker);
    process_kill(broker, SIGTERM);
}
END_TEST

START_TEST(a_broker_that_starts_late_learns_of_who_was_there_before)
{
    const char *channel = world_channel("early");
    struct maker maker = maker_start(channel, 0, NULL);
    pid_t broker;

    ck_assert_int_eq(listed(channel).via, DH_VIA_DIRECT);
    broker = broker_start(0, NULL, NULL);
    ck_assert(BECOMES(10000, listed(channel).via == DH_VIA_BOTH));
    process_kill(broker, SIGTERM);
    ck_assert(BECOMES(10000, listed(channel).via == DH_VIA_DIRECT));
    maker_close(&maker);
}
END_TEST

START_TEST(a_broker_that_hangs_holds_up_an_open_for_a_second_and_a_look_up_for_its_share)
{
    pid_t broker = broker_start(0, NULL, NULL);
    const char *channel = world_channel("hung");
    int64_t begin = dh_now();
    dh_producer *producer;
    struct dh_why why;

    kill(broker, SIGSTOP);
    ck_assert_int_eq(dh_producer_open(&producer, world_schema(), channel, NULL, &why), DH_OK);
    ck_assert_int_lt(dh_now() - begin, 5 * DH_S);
    begin = dh_now();
    ck_assert_int_eq(look_up(channel, NULL, &why), DH_OK);
    ck_assert_int_lt(dh_now() - begin, 10 * DH_S);
    kill(broker, SIGCONT);
    ck_assert(BECOMES(10000, listed(channel).via == DH_VIA_BOTH));
    kill(broker, SIGSTOP);
    begin = dh_now();
    dh_producer_close(producer);
    ck_assert_int_lt(dh_now() - begin, 3 * DH_S);
    kill(broker, SIGCONT);
    process_kill(broker, SIGTERM);
}
END_TEST

START_TEST(the_last_data_of_a_killed_producer_can_be_looked_at)
{
    pid_t broker = broker_start(0, NULL, NULL);
    const char *channel = world_channel("mortem");
    struct maker maker = maker_start(channel, 0, NULL);
    struct dh_block_facts facts;
    dh_observer *observer;
    dh_consumer *consumer;
    struct dh_why why;

    maker_kill(&maker);
    ck_assert(!listed(channel).alive);
    ck_assert_int_eq(listed(channel).via, DH_VIA_BROKER);
    ck_assert_int_eq(dh_observer_open(&observer, channel, true, NULL, NULL, &why), DH_OK);
    dh_observer_block(observer, &facts);
    ck_assert_int_eq(facts.producer_life, DH_LIFE_DEAD);
    dh_observer_close(observer);
    ck_assert_int_eq(dh_consumer_open(&consumer, world_schema(), channel, NULL, &why), DH_EDEAD);
    ck_assert(BECOMES(10000, strstr(world_log(), "lost its producer") != NULL));
    process_kill(broker, SIGTERM);
}
END_TEST

START_TEST(the_dead_are_forgotten_when_their_time_is_over)
{
    pid_t broker = broker_start(0, "--keep", "0");
    const char *channel = world_channel("brief");
    struct maker maker = maker_start(channel, 0, NULL);
    int before = open_descriptors(broker);

    ck_assert_int_eq(listed(channel).via, DH_VIA_BOTH);
    maker_kill(&maker);
    ck_assert(BECOMES(10000, listed(channel).via == 0));
    ck_assert(BECOMES(10000, open_descriptors(broker) < before));
    process_kill(broker, SIGTERM);
}
END_TEST

/* A producer with a consumer that it sees die, and then dies itself. */
static void die_after_consumer(const char *channel, int ready)
{
    dh_producer *producer;
    dh_consumer *consumer;
    pid_t reader;
    int ends[2];
    char byte;

    if (pipe2(ends, O_CLOEXEC) != 0) _exit(1);
    if (dh_producer_open(&producer, world_schema(), channel, NULL, NULL) != DH_OK) _exit(2);
    reader = fork();
    if (reader == 0) {
        if (dh_consumer_open(&consumer, world_schema(), channel, NULL, NULL) != DH_OK) _exit(3);
        if (write(ends[1], "!", 1) != 1) _exit(4);
        pause();
    }
    if (read(ends[0], &byte, 1) != 1) _exit(5);
    kill(reader, SIGKILL);
    waitpid(reader, NULL, 0);
    if (write(ready, "!", 1) != 1) _exit(6);
    pause();
}

START_TEST(what_the_dead_consumers_of_a_dead_producer_held_is_given_back)
{
    pid_t broker = broker_start(0, NULL, NULL), producer;
    const char *channel = world_channel("both");
    struct dh_consumer_facts facts;
    dh_observer *observer;
    int ends[2];
    char byte;

    ck_assert_int_eq(pipe2(ends, O_CLOEXEC), 0);
    producer = fork();
    if (producer == 0) die_after_consumer(channel, ends[1]);
    ck_assert_int_eq(read(ends[0], &byte, 1), 1);
    process_kill(producer, SIGKILL);
    ck_assert(BECOMES(10000, strstr(world_log(), "reaped 1 dead") != NULL));
    ck_assert_int_eq(dh_observer_open(&observer, channel, true, NULL, NULL, NULL), DH_OK);
    ck_assert_int_eq(dh_observer_consumer(observer, 0, &facts), DH_OK);
    ck_assert_int_eq(facts.life, DH_LIFE_REAPED);
    ck_assert_uint_eq(facts.ended_by_pid, (uint32_t)broker);
    dh_observer_close(observer);
    process_kill(broker, SIGTERM);
    close(ends[0]);
    close(ends[1]);
}
END_TEST

/* ---- forks and threads --------------------------------------------------------------------- */

static int sit(const void *argument)
{
    (void)argument;
    return 0;
}

START_TEST(a_forked_child_that_ends_takes_nothing_from_its_parent)
{
    pid_t broker = _i ? broker_start(0, NULL, NULL) : 0;
    const char *channel = world_channel("fork");
    dh_producer *producer;

    ck_assert_int_eq(dh_producer_open(&producer, world_schema(), channel, NULL, NULL), DH_OK);
    ck_assert_int_eq(as_user(0, sit, NULL), 0);
    ck_assert_int_eq(look_up(channel, NULL, NULL), DH_OK);
    ck_assert(listed(channel).alive);
    ck_assert_int_eq(listed(channel).via, _i ? DH_VIA_BOTH : DH_VIA_DIRECT);
    dh_producer_close(producer);
    if (broker != 0) process_kill(broker, SIGTERM);
}
END_TEST

/* Opens a channel, forks a child that stays, and dies. */
static void leave_child_behind(const char *channel, int ready)
{
    dh_producer *producer;
    pid_t child;

    if (dh_producer_open(&producer, world_schema(), channel, NULL, NULL) != DH_OK) _exit(1);
    child = fork();
    if (child == 0) {
        if (write(ready, &(pid_t){ getpid() }, sizeof(pid_t)) < 0) _exit(1);
        pause();
    }
    pause();
}

START_TEST(a_child_that_outlives_its_parent_does_not_keep_the_channel_alive)
{
    pid_t broker = _i ? broker_start(0, NULL, NULL) : 0, parent, child;
    const char *channel = world_channel("orphan");
    int ends[2];

    ck_assert_int_eq(pipe2(ends, O_CLOEXEC), 0);
    parent = fork();
    if (parent == 0) leave_child_behind(channel, ends[1]);
    ck_assert_int_eq(read(ends[0], &child, sizeof child), sizeof child);
    process_kill(parent, SIGKILL);
    struct maker heir = maker_start(channel, 0, NULL);
    ck_assert_uint_eq(listed(channel).pid, (uint32_t)heir.pid);
    maker_close(&heir);
    kill(child, SIGKILL);
    if (broker != 0) process_kill(broker, SIGTERM);
    close(ends[0]);
    close(ends[1]);
}
END_TEST

#ifndef __SANITIZE_THREAD__
static int produce_in_child(const void *channel)
{
    dh_producer *producer;

    if (dh_producer_open(&producer, world_schema(), channel, NULL, NULL) != DH_OK) return 1;
    if (look_up(channel, NULL, NULL) != DH_OK) return 2;
    dh_producer_close(producer);
    return 0;
}

START_TEST(a_forked_child_can_offer_channels_of_its_own)
{
    const char *channel = world_channel("parent");
    dh_producer *producer;

    ck_assert_int_eq(dh_producer_open(&producer, world_schema(), channel, NULL, NULL), DH_OK);
    ck_assert_int_eq(as_user(0, produce_in_child, world_channel("child")), 0);
    ck_assert_int_eq(look_up(channel, NULL, NULL), DH_OK);
    dh_producer_close(producer);
}
END_TEST
#endif

static unsigned count_threads(void)
{
    FILE *status = fopen("/proc/self/status", "re");
    unsigned n = 0;
    char line[128];

    while (fgets(line, sizeof line, status) != NULL)
        if (sscanf(line, "Threads: %u", &n) == 1) break;
    fclose(status);
    return n;
}

/* A joined thread fades a moment later. More than `alone` stay only with a sanitizer. */
static unsigned count_settled(unsigned alone)
{
    unsigned n;

    (void)BECOMES(1000, (n = count_threads()) == alone);
    return n;
}

START_TEST(the_last_close_ends_the_thread_and_leaves_no_descriptor)
{
    pid_t broker = _i ? broker_start(0, NULL, NULL) : 0;
    dh_producer *first, *second;
    int descriptors;
    unsigned alone = count_threads(), threads;

    /* Once before: a sanitizer starts threads of its own with our first. */
    ck_assert_int_eq(dh_producer_open(&first, world_schema(), world_channel("one"), NULL, NULL),
                     DH_OK);
    dh_producer_close(first);
    threads = count_settled(alone);
    for (int round = 0; round < 3; round++) {
        descriptors = open_descriptors(getpid());
        ck_assert_int_eq(dh_producer_open(&first, world_schema(), world_channel("one"), NULL, NULL),
                         DH_OK);
        ck_assert_int_eq(dh_producer_open(&second, world_schema(), world_channel("two"), NULL,
                                          NULL),
                         DH_OK);
        ck_assert_uint_eq(count_threads(), threads + 1);
        dh_producer_close(first);
        ck_assert_uint_eq(count_threads(), threads + 1);
        dh_producer_close(second);
        ck_assert(BECOMES(10000, count_threads() == threads));
        ck_assert_int_eq(open_descriptors(getpid()), descriptors);
    }
    if (broker != 0) process_kill(broker, SIGTERM);
}
END_TEST

static void *open_and_close(void *argument)
{
    const char *channel = argument;
    char mine[96];

    for (int i = 0; i < 40; i++) {
        dh_producer *producer;

        snprintf(mine, sizeof mine, "%s.%d", channel, i);
        if (dh_producer_open(&producer, world_schema(), mine, NULL, NULL) != DH_OK) return argument;
        if (look_up(mine, NULL, NULL) != DH_OK) return argument;
        dh_producer_close(producer);
    }
    return NULL;
}

START_TEST(threads_may_open_and_close_channels_at_the_same_time)
{
    enum { THREADS = 6 };
    pid_t broker = _i ? broker_start(0, NULL, NULL) : 0;
    char names[THREADS][64];
    pthread_t threads[THREADS];
    dh_producer *warm_up;
    unsigned alone = count_threads(), before;
    void *wrong;

    ck_assert_int_eq(dh_producer_open(&warm_up, world_schema(), world_channel("warm"), NULL, NULL),
                     DH_OK);
    dh_producer_close(warm_up);
    before = count_settled(alone);
    for (int i = 0; i < THREADS; i++) {
        snprintf(names[i], sizeof names[i], "%s.%d", world_channel("threads"), i);
        ck_assert_int_eq(pthread_create(&threads[i], NULL, open_and_close, names[i]), 0);
    }
    for (int i = 0; i < THREADS; i++) {
        ck_assert_int_eq(pthread_join(threads[i], &wrong), 0);
        ck_assert_ptr_null(wrong);
    }
    ck_assert(BECOMES(10000, count_threads() == before)); /* joined ones fade a moment later */
    if (broker != 0) process_kill(broker, SIGTERM);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("life");
    TCase *brokers = tcase_create("brokers");
    TCase *producers = tcase_create("producers");
    SRunner *runner = srunner_create(suite);
    int failed;

    tcase_add_checked_fixture(brokers, world_open, world_close);
    tcase_set_timeout(brokers, 120);
    tcase_add_loop_test(brokers, a_broker_that_is_asked_to_end_removes_its_socket, 0, 2);
    tcase_add_test(brokers, the_socket_of_a_killed_broker_is_taken_over);
    tcase_add_test(brokers, a_second_broker_ends_with_75_and_names_the_first);
    tcase_add_test(brokers, of_brokers_that_start_at_once_over_a_stale_socket_one_serves);
    tcase_add_test(brokers, a_broker_does_not_remove_what_is_no_socket);
    tcase_add_test(brokers, in_the_background_it_returns_once_it_serves);
    tcase_add_loop_test(brokers, the_command_line_says_what_is_wrong, 0,
                        (int)(sizeof lines / sizeof lines[0]));
    suite_add_tcase(suite, brokers);

    tcase_add_checked_fixture(producers, world_open, world_close);
    tcase_set_timeout(producers, 120);
    tcase_add_test(producers,
                   a_restarted_broker_knows_the_channel_again_and_the_producer_noticed_nothing);
    tcase_add_test(producers, a_broker_that_starts_late_learns_of_who_was_there_before);
    tcase_add_test(producers,
                   a_broker_that_hangs_holds_up_an_open_for_a_second_and_a_look_up_for_its_share);
    tcase_add_test(producers, the_last_data_of_a_killed_producer_can_be_looked_at);
    tcase_add_test(producers, the_dead_are_forgotten_when_their_time_is_over);
    tcase_add_test(producers, what_the_dead_consumers_of_a_dead_producer_held_is_given_back);
    tcase_add_loop_test(producers, a_forked_child_that_ends_takes_nothing_from_its_parent, 0, 2);
    tcase_add_loop_test(producers, a_child_that_outlives_its_parent_does_not_keep_the_channel_alive,
                        0, 2);
#ifdef __SANITIZE_THREAD__
    fprintf(stderr, "SKIPPED: the thread sanitizer knows no threads in children of threads\n");
#else
    tcase_add_test(producers, a_forked_child_can_offer_channels_of_its_own);
#endif
    tcase_add_loop_test(producers, the_last_close_ends_the_thread_and_leaves_no_descriptor, 0, 2);
    tcase_add_loop_test(producers, threads_may_open_and_close_channels_at_the_same_time, 0, 2);
    suite_add_tcase(suite, producers);

    srunner_run_all(runner, CK_NORMAL);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
