/* SPDX-License-Identifier: Apache-2.0
 *
 * Users who are not the owner: without a grant they see nothing and get nothing, with one exactly
 * that. Needs root, to be other users.
 */
#include "world.h"

#include "os/memfd.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { OWNER = STRANGER, OTHER = OTHER_STRANGER };

/* ---- what another user can do -----------------------------------------------------------------
 */

enum {
    SEES = 1,
    OBSERVES = 2,
    CONSUMES = 4,
    MENDS = 8,
    REAPS = 16,
    READS_SCHEMA = 32,
    BURIES = 64,  /* deregisters a living one's channel */
    WRITES = 128, /* into the trail, that it has mended the channel */
};

static bool raw_discover(const char *channel, enum dhi_wire_role role)
{
    struct dhi_wire_request request;
    struct dhi_wire_reply reply;
    int fd = raw_call(world_socket()), status;

    dhi_request_start(&request, DHI_WIRE_KIND_DISCOVER, 1);
    request.role = (uint8_t)role;
    strcpy(request.channel, channel);
    status = raw_ask(fd, &request, NULL, &reply);
    close(fd);
    return status == DHI_WIRE_STATUS_OK;
}

static bool raw_deregister(const char *channel)
{
    struct dhi_wire_request request;
    struct dhi_wire_reply reply;
    int fd = raw_call(world_socket()), status;

    dhi_request_start(&request, DHI_WIRE_KIND_DEREGISTER, 1);
    strcpy(request.channel, channel);
    status = raw_ask(fd, &request, NULL, &reply);
    close(fd);
    return status == DHI_WIRE_STATUS_OK;
}

static bool raw_account(const char *channel)
{
    struct dhi_wire_request request;
    struct dhi_wire_reply reply;
    int fd = raw_call(world_socket()), status;

    dhi_request_start(&request, DHI_WIRE_KIND_DEREGISTER, 1);
    request.role = DHI_WIRE_ROLE_REAPER;
    strcpy(request.channel, channel);
    strcpy(request.after, "did as it says\n");
    status = raw_ask(fd, &request, NULL, &reply);
    close(fd);
    return status == DHI_WIRE_STATUS_OK;
}

static int try_everything(const void *argument)
{
    const char *channel = argument;
    const struct dh_schema *schema = world_schema();
    dh_observer *observer;
    dh_consumer *consumer;
    struct dh_why why;
    char *text;
    size_t bytes;
    int can = 0;

    if (listed(channel).via != 0) can |= SEES;
    if (dh_observer_open(&observer, channel, false, NULL, NULL, &why) == DH_OK) {
        can |= OBSERVES;
        dh_observer_close(observer);
    }
    if (dh_consumer_open(&consumer, schema, channel, NULL, &why) == DH_OK) {
        can |= CONSUMES;
        dh_consumer_close(consumer);
    }
    if (dh_observer_open(&observer, channel, true, NULL, NULL, &why) == DH_OK) {
        can |= MENDS;
        dh_observer_close(observer);
    }
    if (raw_discover(channel, DHI_WIRE_ROLE_REAPER)) can |= REAPS;
    if (dh_hub_schema(NULL, schema->hash, dh_in(DH_S), &text, &bytes, &why) == DH_OK) {
        can |= READS_SCHEMA;
        free(text);
    }
    if (raw_account(channel)) can |= WRITES;
    if (raw_deregister(channel)) can |= BURIES;
    return can;
}

struct grant {
    const char *lines; /* of the section that matches the channel */
    int can;
};

static const struct grant grants[] = {
    { "", 0 },
    { "observers = 65533\n", SEES | READS_SCHEMA | OBSERVES },
    { "observers = *\n", SEES | READS_SCHEMA | OBSERVES },
    { "observers = @65533\n", SEES | READS_SCHEMA | OBSERVES },
    { "observers = 65532, @65532\n", 0 },
    { "consumers = 65533\n", SEES | READS_SCHEMA | OBSERVES | CONSUMES },
    { "admins = 65533\n", SEES | READS_SCHEMA | OBSERVES | CONSUMES | MENDS | REAPS | WRITES },
    { "producers = 65533, 65534\n", SEES | READS_SCHEMA },
    { "[channel elsewhere]\nadmins = 65533\n", 0 },
};

START_TEST(a_user_can_do_what_is_granted_and_nothing_else)
{
    const char *channel = world_channel("granted");
    struct maker maker;
    pid_t broker;

    world_write_policy(grants[_i].lines, channel, "");
    broker = broker_start(0, "--config", world_policy());
    maker = maker_start(channel, OWNER, NULL);
    ck_assert_msg(as_user(OTHER, try_everything, channel) == grants[_i].can, "%s: %#x, not %#x",
                  grants[_i].lines, as_user(OTHER, try_everything, channel), grants[_i].can);
    ck_assert_int_eq(as_user(OWNER, try_everything, channel),
                     SEES | OBSERVES | CONSUMES | MENDS | REAPS | READS_SCHEMA | WRITES);
    ck_assert_int_eq(as_user(0, try_everything, channel),
                     SEES | OBSERVES | CONSUMES | MENDS | REAPS | READS_SCHEMA | WRITES);
    ck_assert_ptr_nonnull(strstr(world_log(), "of user 65534: did as it says?"));
    ck_assert((strstr(world_log(), "of user 65533: did as it says?") != NULL) ==
              ((grants[_i].can & WRITES) != 0));
    maker_close(&maker);
    process_kill(broker, SIGTERM);
}
END_TEST

/* Which sentence another user gets for a name. */
static int refusal_is_the_same(const void *argument)
{
    const char *const *channels = argument;
    char texts[2][DHI_WIRE_TEXT_BYTES];

    for (int i = 0; i < 2; i++) {
        struct dhi_wire_request request;
        struct dhi_wire_reply reply;
        int fd = raw_call(world_socket());
        char *name;

        dhi_request_start(&request, DHI_WIRE_KIND_DISCOVER, 1);
        request.role = DHI_WIRE_ROLE_OBSERVER;
        strcpy(request.channel, channels[i]);
        if (raw_ask(fd, &request, NULL, &reply) != DHI_WIRE_STATUS_NOT_FOUND) return 1;
        strcpy(texts[i], reply.text);
        name = strstr(texts[i], channels[i]);
        if (name == NULL) return 2;
        memset(name, '_', strlen(channels[i]));
        close(fd);
    }
    return strcmp(texts[0], texts[1]) == 0 ? 0 : 3;
}

START_TEST(what_one_may_not_see_answers_like_what_is_not_there)
{
    const char *channels[2] = { world_channel("hidden"), world_channel("absent") };
    pid_t broker = broker_start(0, NULL, NULL);
    struct maker maker = maker_start(channels[0], OWNER, NULL);

    ck_assert_int_eq(as_user(OTHER, refusal_is_the_same, channels), 0);
    maker_close(&maker);
    process_kill(broker, SIGTERM);
}
END_TEST

/* ---- a consumer of another user ---------------------------------------------------------------
 */

/* Reads one message, and ends without a word. */
static int read_and_die(const void *argument)
{
    dh_consumer *consumer;
    struct dh_why why;
    uint64_t pair[2];

    if (dh_consumer_open(&consumer, world_schema(), argument, NULL, &why) != DH_OK) return 1;
    if (dh_consumer_receive(consumer, dh_in(10 * DH_S), pair, sizeof pair) != DH_OK) return 2;
    return pair[0] == 7 && pair[1] == 8 ? 0 : 3;
}

static int send_to_stranger(const void *argument)
{
    uint64_t pair[2] = { 7, 8 };
    dh_producer *producer;
    dh_observer *observer;
    struct dh_consumer_facts facts = { .life = DH_LIFE_NONE };

    if (dh_producer_open(&producer, world_schema(), argument, NULL, NULL) != DH_OK) return 1;
    if (dh_observer_open(&observer, argument, true, NULL, NULL, NULL) != DH_OK) return 2;
    /* With its claim, and not with its lease, which it has a moment before: it begins there. */
    if (!BECOMES(20000, dh_observer_consumer(observer, 0, &facts) == DH_OK &&
                            facts.life == DH_LIFE_ALIVE && facts.incarnation != 0))
        return 3;
    if (dh_producer_send(producer, dh_in(DH_S), pair, sizeof pair) != DH_OK) return 4;
    /* It ends without a word, and the kernel says so to another user too. */
    if (!BECOMES(20000,
                 dh_observer_consumer(observer, 0, &facts) == DH_OK && facts.life == DH_LIFE_DEAD))
        return 5;
    dh_observer_close(observer);
    dh_producer_close(producer);
    return 0;
}

START_TEST(a_consumer_of_another_user_reads_lives_and_dies_like_any)
{
    const char *channel = world_channel("abroad");
    pid_t broker, reader;

    world_write_policy("consumers = 65533\n", channel, "");
    broker = broker_start(0, "--config", world_policy());
    reader = fork();
    if (reader == 0) {
        int status = 1;

        for (int i = 0; i < 5000 && status == 1; i++) {
            status = as_user(OTHER, read_and_die, channel);
            if (status == 1) nanosleep(&(struct timespec){ .tv_nsec = 2 * DH_MS }, NULL);
        }
        _exit(status);
    }
    ck_assert_int_eq(as_user(OWNER, send_to_stranger, channel), 0);
    ck_assert_int_eq(process_wait(reader), 0);
    process_kill(broker, SIGTERM);
}
END_TEST

/* ---- names and numbers ------------------------------------------------------------------------
 */

static int produce(const void *argument)
{
    dh_producer *producer;
    struct dh_why why;
    dh_err err = dh_producer_open(&producer, world_schema(), argument, NULL, &why);

    if (err == DH_OK) dh_producer_close(producer);
    return -(int)err;
}

START_TEST(a_reserved_name_is_produced_by_those_who_are_named_alone)
{
    const char *channel = world_channel("reserved");
    pid_t broker;

    world_write_policy("producers = 65534\n", channel, "");
    broker = broker_start(0, "--config", world_policy());
    ck_assert_int_eq(as_user(OTHER, produce, channel), -DH_EREFUSED);
    ck_assert_int_eq(as_user(OWNER, produce, channel), 0);
    ck_assert_int_eq(as_user(OTHER, produce, world_channel("free")), 0);
    process_kill(broker, SIGTERM);
}
END_TEST

START_TEST(a_user_has_as_many_channels_as_the_policy_says)
{
    struct maker makers[2];
    pid_t broker;

    world_write_policy("[limits]\nchannels = 2\n[limits 65533]\nchannels = 0\n", NULL, "");
    broker = broker_start(0, "--config", world_policy());
    makers[0] = maker_start(world_channel("one"), OWNER, NULL);
    makers[1] = maker_start(world_channel("two"), OWNER, NULL);
    ck_assert_int_eq(as_user(OWNER, produce, world_channel("three")), -DH_EREFUSED);
    ck_assert_int_eq(as_user(OTHER, produce, world_channel("none")), -DH_EREFUSED);
    maker_close(&makers[0]);
    ck_assert_int_eq(as_user(OWNER, produce, world_channel("three")), 0);
    maker_close(&makers[1]);
    process_kill(broker, SIGTERM);
}
END_TEST

START_TEST(the_dead_take_as_much_memory_as_the_policy_says)
{
    const char *channel = world_channel("heavy");
    struct maker maker;
    pid_t broker;

    world_write_policy("[limits]\nkept_mib = 0\n", NULL, "");
    broker = broker_start(0, "--config", world_policy());
    maker = maker_start(channel, OWNER, NULL);
    maker_kill(&maker);
    ck_assert(BECOMES(10000, listed(channel).via == 0));
    ck_assert_ptr_nonnull(strstr(world_log(), "more memory than they may"));
    process_kill(broker, SIGTERM);
}
END_TEST

/* ---- reading it again -------------------------------------------------------------------------
 */

static int count_of(const char *sentence)
{
    int n = 0;

    for (const char *at = world_log(); (at = strstr(at, sentence)) != NULL; at++)
        n++;
    return n;
}

START_TEST(who_mends_without_end_does_not_fill_the_log)
{
    enum { ROUNDS = 300 };
    const char *channel = world_channel("mended");
    struct maker maker;
    int64_t begin;
    pid_t broker;

    world_write_policy("[limits]\nrefusals_per_s = 1\n", NULL, "");
    broker = broker_start(0, "--config", world_policy());
    maker = maker_start(channel, OWNER, NULL);
    begin = dh_now();
    for (int i = 0; i < ROUNDS; i++)
        ck_assert(raw_discover(channel, DHI_WIRE_ROLE_ADMIN));
    ck_assert_int_le(count_of("was given to process"), (dh_now() - begin) / DH_S + 2);
    ck_assert(BECOMES(10000, raw_discover(channel, DHI_WIRE_ROLE_REAPER) &&
                                 count_of("more admissions of user 0") > 0));
    maker_close(&maker);
    process_kill(broker, SIGTERM);
}
END_TEST

START_TEST(a_policy_is_read_again_on_sighup_and_a_bad_one_changes_nothing)
{
    const char *channel = world_channel("again");
    struct maker maker;
    pid_t broker;

    world_write_policy("", channel, "");
    broker = broker_start(0, "--config", world_policy());
    maker = maker_start(channel, OWNER, NULL);
    ck_assert_int_eq(as_user(OTHER, try_everything, channel), 0);

    world_write_policy("observers = 65533\n", channel, "");
    kill(broker, SIGHUP);
    ck_assert(BECOMES(10000, count_of("read again: 1 files") == 1));
    ck_assert_int_eq(as_user(OTHER, try_everything, channel), SEES | OBSERVES | READS_SCHEMA);

    world_write_policy("admins = 65533\nnonsense = 5\n", channel, "");
    kill(broker, SIGHUP);
    ck_assert(BECOMES(10000, count_of("the policy stays as it was") == 1));
    ck_assert_ptr_nonnull(strstr(world_log(), ":3: a channel has no 'nonsense'"));
    ck_assert_int_eq(as_user(OTHER, try_everything, channel), SEES | OBSERVES | READS_SCHEMA);

    world_write_policy("", channel, "");
    kill(broker, SIGHUP);
    ck_assert(BECOMES(10000, count_of("read again: 1 files") == 2));
    ck_assert_int_eq(as_user(OTHER, try_everything, channel), 0);
    maker_close(&maker);
    process_kill(broker, SIGTERM);
}
END_TEST

START_TEST(a_broker_does_not_start_with_a_policy_that_it_cannot_read)
{
    char *serve[] = { "dhbroker", "-f", "--config", world_policy(), NULL };
    char *check[] = { "dhbroker", "--check", "--config", world_policy(), NULL };
    char text[4096];

    world_write_policy("consumer = 5\n", "a", "");
    ck_assert_int_eq(broker_run(serve, text, sizeof text), 65);
    ck_assert_ptr_nonnull(strstr(text, ":2: a channel has no 'consumer'"));
    ck_assert_int_eq(broker_run(check, text, sizeof text), 65);
    world_write_policy("consumers = 5\n", "a", "");
    ck_assert_int_eq(broker_run(check, text, sizeof text), 0);
    ck_assert_msg(strstr(text, "[channel a*]\nconsumers = 5\n") != NULL, "%s", text);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("others");
    TCase *all = tcase_create("all");
    SRunner *runner;
    int failed;

    if (geteuid() != 0) {
        fputs("SKIPPED: only root can be other users: nobody tries what they may\n", stderr);
        return 77;
    }
    tcase_add_checked_fixture(all, world_open_with_policy, world_close_with_policy);
    tcase_set_timeout(all, 120);
    tcase_add_loop_test(all, a_user_can_do_what_is_granted_and_nothing_else, 0,
                        sizeof grants / sizeof grants[0]);
    tcase_add_test(all, what_one_may_not_see_answers_like_what_is_not_there);
    tcase_add_test(all, a_consumer_of_another_user_reads_lives_and_dies_like_any);
    tcase_add_test(all, a_reserved_name_is_produced_by_those_who_are_named_alone);
    tcase_add_test(all, a_user_has_as_many_channels_as_the_policy_says);
    tcase_add_test(all, the_dead_take_as_much_memory_as_the_policy_says);
    tcase_add_test(all, who_mends_without_end_does_not_fill_the_log);
    tcase_add_test(all, a_policy_is_read_again_on_sighup_and_a_bad_one_changes_nothing);
    tcase_add_test(all, a_broker_does_not_start_with_a_policy_that_it_cannot_read);
    suite_add_tcase(suite, all);
    runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
