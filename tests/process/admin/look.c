/* SPDX-License-Identifier: Apache-2.0 */
/* dhadmin looks at real channels: what it says, how it ends, and that nobody notices. */
#include "stage.h"

#include <check.h>
#include <jansson.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define RUN(...) run_admin(&run, (const char *const[]){ __VA_ARGS__, NULL })

static struct run run;
static char folder[64], broker[128], secret_file[128], channel[80], other[80];

static void write_file(const char *path, size_t n)
{
    FILE *file = fopen(path, "wb");

    ck_assert_ptr_nonnull(file);
    for (size_t i = 0; i < n; i++)
        fputc((int)i, file);
    ck_assert_int_eq(fclose(file), 0);
}

static void set_up(void)
{
    snprintf(folder, sizeof folder, "/tmp/dhadmin-test-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
    snprintf(broker, sizeof broker, "%s/broker.sock", folder);
    snprintf(secret_file, sizeof secret_file, "%s/secret", folder);
    snprintf(channel, sizeof channel, "t%d.lab.kinds", getpid());
    snprintf(other, sizeof other, "t%d.desk.kinds", getpid());
    setenv("DH_BROKER", broker, 1);
    setenv("NO_COLOR", "1", 1);
}

static void tear_down(void)
{
    unlink(secret_file);
    unlink(broker);
    rmdir(folder);
}

static void start_producer(struct peer *peer, const char *name, const char *text, const char *full,
                           const char *slots)
{
    peer_start(peer, (const char *const[]){ "produce", name, text, full, slots, NULL });
}

static void has(const char *text, const char *words)
{
    ck_assert_msg(strstr(text, words) != NULL, "'%s' stands in:\n%s%s", words, text, run.err);
}

static void ended_with(int status)
{
    ck_assert_msg(run.status == status, "status %d, not %d:\n%s%s", run.status, status, run.out,
                  run.err);
}

static json_t *json_of(const char *text)
{
    json_error_t error;
    json_t *json = json_loads(text, 0, &error);

    ck_assert_msg(json != NULL, "%s: %s", error.text, text);
    ck_assert_int_eq(json_integer_value(json_object_get(json, "v")), 1);
    return json;
}

static json_t *at(json_t *json, const char *key)
{
    json_t *value = json_object_get(json, key);

    ck_assert_msg(value != NULL, "there is a '%s'", key);
    return value;
}

/* ---- list --------------------------------------------------------------------------------- */

START_TEST(list_names_channels_and_their_producers)
{
    struct peer producer;
    char who[80];

    start_producer(&producer, channel, "kinds", "wait", "8");
    RUN("list", channel);
    ended_with(0);
    has(run.out, channel);
    has(run.out, "wait 8");
    has(run.out, "direct");
    has(run.out, "alive");
    snprintf(who, sizeof who, "[%d]", producer.pid);
    has(run.out, who);
    RUN("list", channel, "--json");
    ended_with(0);
    {
        json_t *json = json_of(run.out);
        json_t *entry = json_array_get(at(json, "channels"), 0);
        ck_assert_str_eq(json_string_value(at(entry, "channel")), channel);
        ck_assert_int_eq(json_integer_value(at(at(entry, "producer"), "pid")), producer.pid);
        ck_assert_uint_eq(strlen(json_string_value(at(entry, "schema_hash"))), 64);
        ck_assert(json_is_false(at(json, "broker_answers")));
        json_decref(json);
    }
    peer_end(&producer);
    RUN("list", channel);
    ended_with(66);
    ck_assert_str_eq(run.out, "");
    has(run.err, "no channel matches");
    RUN("list", channel, "--json");
    ended_with(66);
    has(run.out, "\"channels\":[]");
}
END_TEST

/* ---- echo --------------------------------------------------------------------------------- */

START_TEST(echo_decodes_the_newest_message)
{
    struct peer producer;

    start_producer(&producer, channel, "kinds", "wait", "8");
    for (int i = 0; i < 3; i++)
        peer_say(&producer, "send", "sent");
    RUN("echo", channel, "--once");
    ended_with(0);
    has(run.out, " #2  ");
    has(run.out, "mid:    2\n");
    has(run.out, "lat:    47.1234567 deg\n");
    has(run.out, "faults: gyro | bit 4 | mag\n");
    has(run.out, "best:   {x: 640, y: 480} px\n");
    RUN("echo", channel, "--once", "--field", "pairs[0].a");
    has(run.out, "\npairs[0].a: 7\n");
    RUN("echo", channel, "--once", "--field", "pairs[9]");
    ended_with(64);
    has(run.err, "has no field 'pairs[9]'");
    peer_end(&producer);
}
END_TEST

START_TEST(echo_follows_and_says_when_the_producer_closes)
{
    struct peer producer;
    struct live echo;

    start_producer(&producer, channel, "kinds", "wait", "8");
    peer_say(&producer, "send", "sent");
    live_start(&echo, (const char *const[]){ "echo", channel, "--field", "mid", NULL });
    live_expect(&echo, "mid: 0\n");
    peer_say(&producer, "send", "sent");
    live_expect(&echo, "mid: 1\n");
    peer_end(&producer);
    live_end(&echo, 0, &run);
    ended_with(0);
    has(run.err, "the producer closed the channel");
}
END_TEST

START_TEST(echo_says_when_the_producer_dies)
{
    struct peer producer;
    struct live echo;

    start_producer(&producer, channel, "kinds", "overwrite", "1");
    peer_say(&producer, "send", "sent");
    live_start(&echo, (const char *const[]){ "echo", channel, "--field", "mid", NULL });
    live_expect(&echo, "mid: 0\n");
    peer_kill(&producer);
    live_end(&echo, 0, &run);
    ended_with(0);
    has(run.err, "the producer is dead");
}
END_TEST

START_TEST(echo_ends_in_order_when_it_is_interrupted)
{
    struct peer producer;
    struct live echo;

    start_producer(&producer, channel, "kinds", "wait", "8");
    peer_say(&producer, "send", "sent");
    live_start(&echo, (const char *const[]){ "echo", channel, "--field", "mid", NULL });
    live_expect(&echo, "mid: 0\n");
    live_end(&echo, SIGINT, &run);
    ended_with(0);
    peer_end(&producer);
}
END_TEST

START_TEST(echo_holds_nobody_up_and_takes_no_record)
{
    struct peer producer;
    struct live echo;
    json_t *json;

    start_producer(&producer, channel, "kinds", "wait", "8");
    peer_say(&producer, "send", "sent");
    live_start(&echo, (const char *const[]){ "echo", channel, "--field", "mid", NULL });
    live_expect(&echo, "mid: 0\n");
    kill(echo.pid, SIGSTOP);
    for (int i = 0; i < 30; i++) /* nearly four times around the ring */
        peer_say(&producer, "send", "sent");
    RUN("info", channel, "--json");
    ended_with(0);
    json = json_of(run.out);
    ck_assert_uint_eq(json_array_size(at(json, "consumers")), 0);
    ck_assert_int_eq(json_integer_value(at(at(at(json, "producer"), "metrics"), "full_waits")), 0);
    json_decref(json);
    kill(echo.pid, SIGCONT);
    live_expect(&echo, "messages left out\n");
    live_end(&echo, SIGTERM, &run);
    ended_with(0);
    peer_end(&producer);
}
END_TEST

START_TEST(echo_writes_json_lines_and_csv_rows)
{
    struct peer producer;
    json_t *json;

    start_producer(&producer, channel, "kinds", "wait", "8");
    peer_say(&producer, "send", "sent");
    RUN("echo", channel, "--once", "--json", "--field", "lat");
    ended_with(0);
    json = json_of(run.out);
    ck_assert_str_eq(json_string_value(at(json, "channel")), channel);
    ck_assert_int_eq(json_integer_value(at(json, "sequence")), 0);
    ck_assert_int_eq(json_integer_value(at(at(json, "slot"), "raw")), 471234567);
    json_decref(json);
    RUN("echo", channel, "--once", "--csv", "--field", "val");
    ended_with(0);
    has(run.out, "sequence,commit_ns,val,val.num,val.pt.x,val.pt.y\r\n0,");
    has(run.out, ",pt,,3,4\r\n");
    peer_end(&producer);
}
END_TEST

START_TEST(echo_shows_zones)
{
    struct peer producer;

    start_producer(&producer, channel, "zones", "wait", "8");
    peer_say(&producer, "send", "sent");
    RUN("echo", channel, "--once", "--zones");
    ended_with(0);
    has(run.out, " zone cal\ngain: 25 items\n");
    has(run.out, " zone stat\nframes: 0\na:      0\nb:      0\n");
    has(run.out, " #0  ");
    peer_end(&producer);
}
END_TEST

/* ---- names of channels -------------------------------------------------------------------- */

START_TEST(a_channel_may_be_named_by_its_end_unless_several_end_so)
{
    struct peer one, two;
    char end[80];

    start_producer(&one, channel, "kinds", "wait", "8");
    start_producer(&two, other, "kinds", "wait", "8");
    peer_say(&one, "send", "sent");
    snprintf(end, sizeof end, "%s", strchr(channel, '.') + 1);
    RUN("echo", channel + 1, "--once"); /* an end, but not behind a dot */
    ended_with(66);
    RUN("diagnose", "kinds");
    ended_with(64);
    has(run.err, channel);
    has(run.err, other);
    peer_end(&two);
    RUN("echo", channel, "--once");
    ended_with(0);
    peer_end(&one);
}
END_TEST

/* ---- a stopped neighbour -------------------------------------------------------------------- */

START_TEST(one_that_stands_still_is_told_and_holds_nobody_up)
{
    struct peer stopped, sound;
    struct broker hub;
    char who[80];
    json_t *json;

    start_producer(&stopped, channel, "kinds", "wait", "8");
    start_producer(&sound, other, "kinds", "wait", "8");
    kill(stopped.pid, SIGSTOP);
    RUN("list", channel);
    ended_with(0);
    has(run.out, "stopped");
    ck_assert_ptr_null(strstr(run.out, "00000000"));
    RUN("list", "--json", channel);
    json = json_of(run.out);
    ck_assert_str_eq(json_string_value(
                         at(at(json_array_get(at(json, "channels"), 0), "producer"), "state")),
                     "stopped");
    json_decref(json);
    RUN("schema", "0000000000000000000000000000000000000000000000000000000000000000");
    ended_with(69); /* no schema is unknown to a producer that did not say its own */
    RUN("schemas");
    ended_with(0);
    has(run.out, other);
    ck_assert_ptr_null(strstr(run.out, channel));
    RUN("info", channel);
    ended_with(75);
    snprintf(who, sizeof who, "its producer, process %d, is stopped", stopped.pid);
    has(run.err, who);
    RUN("diagnose", channel);
    ended_with(1);
    snprintf(who, sizeof who, "$ kill -CONT %d\n", stopped.pid);
    has(run.err, who);
    RUN("cleanup");
    ended_with(0);
    has(run.err, "does not answer: left alone");
    RUN("diagnose", other);
    ended_with(0);
    peer_kill(&stopped);
    peer_end(&sound);

    broker_start(&hub, broker); /* which knows what a stopped one would say */
    start_producer(&stopped, channel, "kinds", "wait", "8");
    kill(stopped.pid, SIGSTOP);
    RUN("list", channel);
    has(run.out, "wait 8");
    has(run.out, "both");
    has(run.out, "stopped");
    RUN("info", channel);
    ended_with(0);
    kill(stopped.pid, SIGCONT);
    peer_end(&stopped);
    broker_end(&hub);
}
END_TEST

START_TEST(a_mistyped_name_is_met_with_the_nearest_one)
{
    struct peer producer;
    char wrong[80];

    start_producer(&producer, channel, "kinds", "wait", "8");
    snprintf(wrong, sizeof wrong, "%s", channel);
    wrong[strlen(wrong) - 1] = 'z';
    RUN("info", wrong);
    ended_with(66);
    has(run.err, "did you mean");
    has(run.err, channel);
    peer_end(&producer);
}
END_TEST

/* ---- diagnose ----------------------------------------------------------------------------- */

START_TEST(diagnose_finds_nothing_wrong_with_a_healthy_channel)
{
    struct peer producer, consumer;

    start_producer(&producer, channel, "kinds", "wait", "8");
    peer_start(&consumer, (const char *const[]){ "consume", channel, "kinds", NULL });
    peer_say(&producer, "send", "sent");
    RUN("diagnose", channel);
    ended_with(0);
    has(run.out, "is alive: the kernel holds its lease");
    has(run.out, "holds message 0");
    has(run.out, "verdict   fine");
    peer_end(&consumer);
    RUN("diagnose", channel);
    ended_with(0);
    has(run.out, " left ");
    peer_end(&producer);
}
END_TEST

START_TEST(diagnose_names_a_dead_consumer_and_what_it_holds)
{
    struct peer producer, consumer;
    char who[80];
    json_t *json, *one;

    start_producer(&producer, channel, "kinds", "wait", "8");
    peer_start(&consumer, (const char *const[]){ "consume", channel, "kinds", NULL });
    for (int i = 0; i < 3; i++)
        peer_say(&producer, "send", "sent");
    peer_say(&consumer, "take", "taken");
    peer_kill(&consumer);
    RUN("diagnose", channel);
    ended_with(1);
    snprintf(who, sizeof who, "[%d] by root is dead and holds messages", consumer.pid);
    has(run.out, who);
    has(run.out, "verdict   1 problem");
    RUN("diagnose", channel, "--json");
    ended_with(1);
    json = json_of(run.out);
    one = json_array_get(at(json, "channels"), 0);
    ck_assert_uint_eq(json_array_size(at(one, "problems")), 1);
    ck_assert_str_eq(json_string_value(at(json_array_get(at(one, "consumers"), 0), "state")),
                     "dead");
    json_decref(json);
    for (int i = 0; i < 9; i++) /* full: the producer looks who holds it up, and reaps */
        peer_say(&producer, "send", "sent");
    RUN("diagnose", channel);
    ended_with(0);
    has(run.out, "died and was removed");
    peer_end(&producer);
}
END_TEST

/* ---- schema ------------------------------------------------------------------------------- */

START_TEST(schema_prints_the_text_by_channel_and_by_hash)
{
    struct peer producer;
    char text[sizeof run.out], hash[80] = { 0 };
    json_t *json;

    start_producer(&producer, channel, "kinds", "wait", "8");
    RUN("schema", channel);
    ended_with(0);
    has(run.out, "dhs 1\nfamily test/kinds 1\n");
    snprintf(text, sizeof text, "%s", run.out);
    RUN("schema", channel, "--json");
    json = json_of(run.out);
    ck_assert_str_eq(json_string_value(at(json, "text")), text);
    snprintf(hash, sizeof hash, "%s", json_string_value(at(json, "schema_hash")));
    json_decref(json);
    RUN("schema", hash);
    ended_with(0);
    ck_assert_str_eq(run.out, text);
    hash[12] = 0;
    RUN("schema", hash);
    ended_with(0);
    ck_assert_str_eq(run.out, text);
    peer_end(&producer);
    RUN("schema", "0000000000000000000000000000000000000000000000000000000000000000");
    ended_with(69);
}
END_TEST

/* ---- who may ------------------------------------------------------------------------------ */

START_TEST(a_secret_channel_wants_its_secret)
{
    struct peer producer;

    write_file(secret_file, 32);
    peer_start(&producer, (const char *const[]){ "produce", channel, "kinds", "wait", "8",
                                                 secret_file, NULL });
    peer_say(&producer, "send", "sent");
    RUN("echo", channel, "--once");
    ended_with(77);
    has(run.err, "--secret-file");
    RUN("echo", channel, "--once", "--secret-file", secret_file, "--field", "mid");
    ended_with(0);
    has(run.out, "mid: 0\n");
    write_file(secret_file, 31);
    RUN("info", channel, "--secret-file", secret_file);
    ended_with(64);
    has(run.err, "fewer than the 32 bytes");
    peer_end(&producer);
}
END_TEST

START_TEST(another_user_does_not_get_in)
{
    struct peer producer;

    start_producer(&producer, channel, "kinds", "wait", "8");
    peer_say(&producer, "send", "sent");
    run_admin_as(&run, 65534, (const char *const[]){ "echo", channel, "--once", NULL });
    ck_assert_msg(run.status == 66 || run.status == 77, "status %d: %s%s", run.status, run.out,
                  run.err);
    ck_assert_str_eq(run.out, "");
    peer_end(&producer);
}
END_TEST

/* ---- with a broker ------------------------------------------------------------------------ */

START_TEST(what_a_dead_producer_left_is_read_from_the_broker)
{
    struct peer producer;
    struct broker hub;

    broker_start(&hub, broker);
    start_producer(&producer, channel, "kinds", "wait", "8");
    for (int i = 0; i < 3; i++)
        peer_say(&producer, "send", "sent");
    RUN("list", channel);
    has(run.out, "both");
    peer_kill(&producer);
    RUN("list", channel);
    has(run.out, "broker");
    has(run.out, "dead");
    RUN("echo", channel, "--field", "mid");
    ended_with(0);
    has(run.out, "mid: 0\n");
    has(run.out, "mid: 2\n");
    has(run.err, "the producer is dead");
    RUN("echo", channel, "--field", "mid", "--count", "1");
    ck_assert_ptr_null(strstr(run.out, "mid: 1\n"));
    has(run.out, "mid: 2\n");
    RUN("diagnose", channel);
    ended_with(1);
    has(run.out, "is dead: its lease is free");
    broker_end(&hub);
}
END_TEST

START_TEST(a_killed_broker_s_socket_is_told_and_cleaned_up)
{
    struct broker hub;

    broker_start(&hub, broker);
    RUN("list");
    ck_assert_ptr_null(strstr(run.err, "left behind"));
    kill(hub.pid, SIGKILL);
    broker_end(&hub);
    RUN("list");
    has(run.err, "one left behind: start it again");
    RUN("doctor");
    ended_with(1);
    has(run.out, "$ dhadmin cleanup\n");
    RUN("cleanup");
    ended_with(0);
    RUN("list");
    ck_assert_ptr_null(strstr(run.err, "left behind"));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("dhadmin");
    TCase *looks = tcase_create("looks");
    SRunner *runner;
    int failed;

    /* Channels are found in the network namespace: in one of its own, a test meets nobody else's.
     */
    if (geteuid() == 0 && unshare(CLONE_NEWNET) != 0) perror("unshare: among others' channels");
    tcase_add_checked_fixture(looks, set_up, tear_down);
    tcase_set_timeout(looks, 60);
    tcase_add_test(looks, list_names_channels_and_their_producers);
    tcase_add_test(looks, echo_decodes_the_newest_message);
    tcase_add_test(looks, echo_follows_and_says_when_the_producer_closes);
    tcase_add_test(looks, echo_says_when_the_producer_dies);
    tcase_add_test(looks, echo_ends_in_order_when_it_is_interrupted);
    tcase_add_test(looks, echo_holds_nobody_up_and_takes_no_record);
    tcase_add_test(looks, echo_writes_json_lines_and_csv_rows);
    tcase_add_test(looks, echo_shows_zones);
    tcase_add_test(looks, a_channel_may_be_named_by_its_end_unless_several_end_so);
    tcase_add_test(looks, one_that_stands_still_is_told_and_holds_nobody_up);
    tcase_add_test(looks, a_mistyped_name_is_met_with_the_nearest_one);
    tcase_add_test(looks, diagnose_finds_nothing_wrong_with_a_healthy_channel);
    tcase_add_test(looks, diagnose_names_a_dead_consumer_and_what_it_holds);
    tcase_add_test(looks, schema_prints_the_text_by_channel_and_by_hash);
    tcase_add_test(looks, a_secret_channel_wants_its_secret);
    tcase_add_test(looks, another_user_does_not_get_in);
    tcase_add_test(looks, what_a_dead_producer_left_is_read_from_the_broker);
    tcase_add_test(looks, a_killed_broker_s_socket_is_told_and_cleaned_up);
    suite_add_tcase(suite, looks);
    runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
