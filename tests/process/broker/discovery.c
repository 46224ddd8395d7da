/* SPDX-License-Identifier: Apache-2.0
 *
 * Who finds whom: with a broker and without, by name, by pattern, by schema; and who is turned
 * away.
 */
#include "world.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const unsigned char right[32] = { 1, 2, 3 }, wrong[32] = { 1, 2, 4 };

/* Every test of this table runs without a broker (0) and with one (1). */
static pid_t perhaps_broker(int with)
{
    return with ? broker_start(0, NULL, NULL) : 0;
}

static void end_broker(pid_t broker)
{
    if (broker != 0) process_kill(broker, SIGTERM);
}

START_TEST(a_consumer_finds_its_producer_and_reads)
{
    struct pair {
        uint64_t n, check;
    } sent = { 7, 8 }, got;
    pid_t broker = perhaps_broker(_i);
    const char *channel = world_channel("read");
    dh_producer *producer;
    dh_consumer *consumer;
    struct dh_why why;

    ck_assert_int_eq(dh_producer_open(&producer, world_schema(), channel, NULL, &why), DH_OK);
    ck_assert_msg(dh_consumer_open(&consumer, world_schema(), channel, NULL, &why) == DH_OK, "%s",
                  why.text);
    ck_assert_int_eq(dh_producer_send(producer, DH_NOW, &sent, sizeof sent), DH_OK);
    ck_assert_int_eq(dh_consumer_receive(consumer, dh_in(DH_S), &got, sizeof got), DH_OK);
    ck_assert_uint_eq(got.check, 8);
    dh_consumer_close(consumer);
    dh_producer_close(producer);
    end_broker(broker);
}
END_TEST

START_TEST(an_unknown_channel_is_not_found_and_the_sentence_says_where_was_looked)
{
    pid_t broker = perhaps_broker(_i);
    struct dh_why why;

    ck_assert_int_eq(look_up(world_channel("nobody"), NULL, &why), DH_ENOTFOUND);
    ck_assert_ptr_nonnull(strstr(why.text, _i ? "broker: no channel" : "no broker: "));
    if (!_i) ck_assert_ptr_nonnull(strstr(why.text, world_socket()));
    end_broker(broker);
}
END_TEST

START_TEST(names_that_no_channel_can_have_are_refused_before_anybody_is_asked)
{
    char longer[DH_CHANNEL_MAX + 2];
    struct dh_why why;

    memset(longer, 'a', sizeof longer - 1);
    longer[sizeof longer - 1] = 0;
    ck_assert_int_eq(look_up("", NULL, &why), DH_EINVAL);
    ck_assert_int_eq(look_up("a/b", NULL, &why), DH_EINVAL);
    ck_assert_int_eq(look_up(longer, NULL, &why), DH_EINVAL);
    longer[DH_CHANNEL_MAX] = 0;
    ck_assert_int_eq(look_up(longer, NULL, &why), DH_ENOTFOUND);
}
END_TEST

START_TEST(the_secret_opens_and_nothing_else_does)
{
    pid_t broker = perhaps_broker(_i);
    const char *channel = world_channel("secret");
    struct maker maker = maker_start(channel, 0, right);
    struct dh_why why;

    ck_assert_int_eq(look_up(channel, NULL, &why), DH_ESECRET);
    ck_assert_ptr_nonnull(strstr(why.text, "none was given"));
    ck_assert_int_eq(look_up(channel, wrong, &why), DH_ESECRET);
    ck_assert_ptr_nonnull(strstr(why.text, "is not its secret"));
    ck_assert_int_eq(look_up(channel, right, &why), DH_OK);
    maker_close(&maker);
    end_broker(broker);
}
END_TEST

START_TEST(a_proof_is_good_for_one_try_and_one_role)
{
    pid_t broker = perhaps_broker(_i);
    const char *channel = world_channel("oneproof");
    struct maker maker = maker_start(channel, 0, right);
    int fd = _i ? raw_call(world_socket()) : raw_call_direct(0, channel);
    struct dhi_wire_request request;
    struct dhi_wire_reply reply;

    dhi_request_start(&request, DHI_WIRE_KIND_DISCOVER, 1);
    request.role = DHI_WIRE_ROLE_OBSERVER;
    strcpy(request.channel, channel);
    ck_assert_int_eq(raw_ask(fd, &request, NULL, &reply), DHI_WIRE_STATUS_CHALLENGE);
    ck_assert_int_eq(raw_ask(fd, &request, NULL, &reply), DHI_WIRE_STATUS_BAD_PROOF);
    /* the question is gone: another try gets another one, with another nonce */
    unsigned char nonce[32];
    ck_assert_int_eq(raw_ask(fd, &request, NULL, &reply), DHI_WIRE_STATUS_CHALLENGE);
    memcpy(nonce, reply.nonce, sizeof nonce);
    request.role = DHI_WIRE_ROLE_CONSUMER;
    ck_assert_int_eq(raw_ask(fd, &request, NULL, &reply), DHI_WIRE_STATUS_CHALLENGE);
    ck_assert_mem_ne(nonce, reply.nonce, sizeof nonce);
    close(fd);
    maker_close(&maker);
    end_broker(broker);
}
END_TEST

START_TEST(a_second_producer_is_refused_and_told_of_the_first)
{
    pid_t broker = perhaps_broker(_i);
    const char *channel = world_channel("twice");
    struct maker maker = maker_start(channel, 0, NULL);
    dh_producer *producer;
    struct dh_why why;
    char pid[24];

    ck_assert_int_eq(dh_producer_open(&producer, world_schema(), channel, NULL, &why),
                     DH_ECONFLICT);
    snprintf(pid, sizeof pid, "[%d]", maker.pid);
    ck_assert_msg(strstr(why.text, pid) != NULL, "%s", why.text);
    maker_close(&maker);
    ck_assert_int_eq(dh_producer_open(&producer, world_schema(), channel, NULL, &why), DH_OK);
    dh_producer_close(producer);
    end_broker(broker);
}
END_TEST

START_TEST(a_killed_producer_is_followed_at_once)
{
    pid_t broker = perhaps_broker(_i);
    const char *channel = world_channel("heir");

    for (int i = 0; i < 20; i++) {
        struct maker maker = maker_start(channel, 0, NULL);

        maker_kill(&maker);
    }
    struct maker heir = maker_start(channel, 0, NULL);
    ck_assert_uint_eq(listed(channel).pid, (uint32_t)heir.pid);
    ck_assert(listed(channel).alive);
    maker_close(&heir);
    ck_assert_int_eq(listed(channel).via, 0);
    end_broker(broker);
}
END_TEST

START_TEST(a_listing_tells_who_and_by_which_way)
{
    pid_t broker = perhaps_broker(_i);
    const char *channel = world_channel("listed");
    struct maker maker = maker_start(channel, 0, NULL);
    struct dh_channel_entry entry = listed(channel);

    ck_assert_int_eq(entry.via, _i ? DH_VIA_BOTH : DH_VIA_DIRECT);
    ck_assert_str_eq(entry.channel, channel);
    ck_assert_str_eq(entry.family, "test/pair 1");
    ck_assert_uint_eq(entry.pid, (uint32_t)maker.pid);
    ck_assert_uint_eq(entry.uid, 0);
    ck_assert_uint_eq(entry.n_slots, 8);
    ck_assert(entry.alive);
    ck_assert_mem_eq(entry.schema_hash, world_schema()->hash, 32);
    maker_close(&maker);
    end_broker(broker);
}
END_TEST

START_TEST(many_channels_come_in_pages_each_once_and_sorted)
{
    enum { MANY = 83 };
    pid_t broker = perhaps_broker(_i);
    dh_producer *producers[MANY];
    struct dh_channel_entry *entries;
    char name[64], pattern[64];
    struct dh_why why;
    bool answers;
    size_t n;

    for (int i = 0; i < MANY; i++) {
        snprintf(name, sizeof name, "%s.%d", world_channel("many"), i);
        ck_assert_msg(dh_producer_open(&producers[i], world_schema(), name, NULL, &why) == DH_OK,
                      "%s", why.text);
    }
    snprintf(pattern, sizeof pattern, "%s.*", world_channel("many"));
    ck_assert_int_eq(dh_hub_list(NULL, pattern, DH_NOW, &entries, &n, &answers, &why), DH_OK);
    ck_assert_uint_eq(n, MANY);
    ck_assert_int_eq(answers, _i != 0);
    for (size_t i = 1; i < n; i++)
        ck_assert_int_lt(strcmp(entries[i - 1].channel, entries[i].channel), 0);
    free(entries);
    for (int i = 0; i < MANY; i++)
        dh_producer_close(producers[i]);
    end_broker(broker);
}
END_TEST

START_TEST(a_producer_that_stands_still_is_listed_and_holds_nobody_up)
{
    pid_t broker = perhaps_broker(_i);
    const char *channel = world_channel("still"), *other = world_channel("moving");
    struct maker maker = maker_start(channel, 0, NULL), second = maker_start(other, 0, NULL);
    int64_t begin = dh_now();

    kill(maker.pid, SIGSTOP);
    ck_assert_uint_eq(listed(channel).pid, (uint32_t)maker.pid);
    ck_assert_uint_eq(listed(other).pid, (uint32_t)second.pid);
    ck_assert_int_lt(dh_now() - begin, 10 * DH_S);
    kill(maker.pid, SIGCONT);
    maker_close(&maker);
    maker_close(&second);
    end_broker(broker);
}
END_TEST

START_TEST(a_schema_is_found_by_its_hash_and_only_by_its_own)
{
    pid_t broker = broker_start(0, NULL, NULL);
    const struct dh_schema *schema = world_schema();
    struct maker maker = maker_start(world_channel("schema"), 0, NULL);
    unsigned char other[32];
    struct dh_why why;
    size_t bytes;
    char *text;

    ck_assert_int_eq(dh_hub_schema(NULL, schema->hash, DH_NOW, &text, &bytes, &why), DH_OK);
    ck_assert_uint_eq(bytes, schema->text_bytes);
    ck_assert_str_eq(text, schema->text);
    free(text);
    memcpy(other, schema->hash, sizeof other);
    other[31] ^= 1;
    ck_assert_int_eq(dh_hub_schema(NULL, other, DH_NOW, &text, &bytes, &why), DH_ENOTFOUND);
    maker_close(&maker);
    process_kill(broker, SIGTERM);
    ck_assert_int_eq(dh_hub_schema(NULL, schema->hash, DH_NOW, &text, &bytes, &why), DH_ENOBROKER);
    ck_assert_ptr_nonnull(strstr(why.text, world_socket()));
}
END_TEST

static bool only_reads(int fd)
{
    return fd >= 0 && (fcntl(fd, F_GETFL) & O_ACCMODE) == O_RDONLY;
}

START_TEST(each_role_gets_its_descriptors_and_no_more)
{
    pid_t broker = perhaps_broker(_i);
    const char *channel = world_channel("roles");
    struct maker maker = maker_start(channel, 0, NULL);
    struct dhi_fds fds;

    ck_assert_int_eq(dhi_discover(&fds, channel, DHI_OBSERVER, NULL, NULL, 0, NULL), DH_OK);
    ck_assert(only_reads(fds.data) && only_reads(fds.lease));
    ck_assert_int_eq(fds.claims, -1);
    ck_assert_int_eq(fds.zones, -1);
    dhi_fds_close(&fds);
    ck_assert_int_eq(dhi_discover(&fds, channel, DHI_CONSUMER, NULL, NULL, 0, NULL), DH_OK);
    ck_assert(only_reads(fds.data) && !only_reads(fds.lease) && !only_reads(fds.claims));
    ck_assert_int_ge(fds.claims, 0);
    ck_assert_int_eq(fds.zones, -1); /* the schema has none */
    dhi_fds_close(&fds);
    ck_assert_int_eq(dhi_discover(&fds, channel, DHI_PRODUCER, NULL, NULL, 0, NULL), DH_EINVAL);
    maker_close(&maker);
    end_broker(broker);
}
END_TEST

START_TEST(a_consumer_s_descriptors_do_not_keep_a_dead_producer_alive)
{
    pid_t broker = perhaps_broker(_i);
    const char *channel = world_channel("lease");
    struct maker maker = maker_start(channel, 0, NULL);
    struct dhi_fds fds;
    struct dhi_block *block;

    ck_assert_int_eq(dhi_discover(&fds, channel, DHI_ADMIN, NULL, NULL, 0, NULL), DH_OK);
    ck_assert_int_eq(dhi_block_map(&block, fds, DHI_ADMIN, NULL), DH_OK);
    ck_assert(dhi_block_producer_lives(block));
    maker_kill(&maker);
    ck_assert(!dhi_block_producer_lives(block));
    dhi_block_free(block);
    end_broker(broker);
}
END_TEST

/* ---- other users ------------------------------------------------------------------------- */

static int look_up_as_stranger(const void *channel)
{
    struct dh_why why;

    return -look_up(channel, NULL, &why);
}

START_TEST(another_user_learns_nothing_from_the_broker_and_leaves_a_trace)
{
    pid_t broker = broker_start(0, NULL, NULL);
    const char *channel = world_channel("mine");
    struct maker maker = maker_start(channel, 0, NULL);

    ck_assert_int_eq(as_user(STRANGER, look_up_as_stranger, channel), -DH_ENOTFOUND);
    ck_assert_ptr_nonnull(strstr(world_log(), "not theirs to see"));
    maker_close(&maker);
    process_kill(broker, SIGTERM);
}
END_TEST

static int ask_owner_directly(const void *channel)
{
    struct dhi_wire_request request;
    struct dhi_wire_reply reply;

    dhi_request_start(&request, DHI_WIRE_KIND_DISCOVER, 1);
    request.role = DHI_WIRE_ROLE_OBSERVER;
    snprintf(request.channel, sizeof request.channel, "%s", (const char *)channel);
    return raw_ask(raw_call_direct(0, channel), &request, NULL, &reply);
}

START_TEST(another_user_is_refused_directly_too)
{
    const char *channel = world_channel("mine");
    struct maker maker = maker_start(channel, 0, NULL);

    ck_assert_int_eq(as_user(STRANGER, ask_owner_directly, channel), DHI_WIRE_STATUS_REFUSED);
    ck_assert_int_eq(as_user(STRANGER, look_up_as_stranger, channel), -DH_ENOTFOUND);
    maker_close(&maker);
}
END_TEST

START_TEST(users_find_their_own_channels_and_root_finds_everybody_s)
{
    pid_t broker = perhaps_broker(_i);
    const char *channel = world_channel("theirs");
    struct maker maker = maker_start(channel, STRANGER, NULL);
    struct dh_why why;

    ck_assert_int_eq(as_user(STRANGER, look_up_as_stranger, channel), 0);
    ck_assert_int_eq(as_user(OTHER_STRANGER, look_up_as_stranger, channel), -DH_ENOTFOUND);
    ck_assert_int_eq(look_up(channel, NULL, &why), DH_OK);
    ck_assert_uint_eq(listed(channel).uid, STRANGER);
    maker_close(&maker);
    end_broker(broker);
}
END_TEST

START_TEST(a_user_s_broker_serves_that_user_and_root)
{
    pid_t broker = broker_start(STRANGER, NULL, NULL);
    const char *channel = world_channel("theirs");
    struct maker maker = maker_start(channel, STRANGER, NULL);
    struct dhi_wire_request request;

    ck_assert_int_eq(listed(channel).via, DH_VIA_BOTH);
    ck_assert_int_eq(as_user(STRANGER, look_up_as_stranger, channel), 0);
    /* another user does not trust that broker, and is not served by it */
    ck_assert_int_eq(as_user(OTHER_STRANGER, look_up_as_stranger, channel), -DH_ENOTFOUND);
    dhi_request_start(&request, DHI_WIRE_KIND_DISCOVER, 1);
    maker_close(&maker);
    process_kill(broker, SIGTERM);
}
END_TEST

struct squat {
    uint32_t of;
    const char *channel;
    int ready;
};

static int sit_on_name(const void *argument)
{
    const struct squat *squat = argument;
    struct dhi_address address;
    char name[128];
    int fd;

    snprintf(name, sizeof name, "dh/%u/%s", squat->of, squat->channel);
    dhi_address_abstract(&address, name);
    fd = dhi_socket_bind(&address);
    if (fd < 0 || listen(fd, 8) != 0 || write(squat->ready, "!", 1) != 1) return 1;
    pause();
    return 0;
}

static int produce_as_victim(const void *channel)
{
    dh_producer *producer;
    struct dh_why why;

    return -dh_producer_open(&producer, world_schema(), channel, NULL, &why);
}

START_TEST(a_stranger_on_our_name_is_not_believed)
{
    struct squat squat = { .of = STRANGER, .channel = world_channel("squat") };
    int ends[2];
    char byte;
    pid_t squatter;

    ck_assert_int_eq(pipe2(ends, O_CLOEXEC), 0);
    squat.ready = ends[1];
    squatter = fork();
    if (squatter == 0) _exit(as_user(OTHER_STRANGER, sit_on_name, &squat));
    ck_assert_int_eq(read(ends[0], &byte, 1), 1);
    ck_assert_int_eq(as_user(STRANGER, look_up_as_stranger, squat.channel), -DH_EREFUSED);
    ck_assert_int_eq(as_user(STRANGER, produce_as_victim, squat.channel), -DH_ECONFLICT);
    process_kill(squatter, SIGKILL);
    close(ends[0]);
    close(ends[1]);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("discovery");
    TCase *both = tcase_create("with and without a broker");
    TCase *users = tcase_create("users");
    SRunner *runner = srunner_create(suite);
    int failed;

    tcase_add_checked_fixture(both, world_open, world_close);
    tcase_set_timeout(both, 120);
    tcase_add_loop_test(both, a_consumer_finds_its_producer_and_reads, 0, 2);
    tcase_add_loop_test(both,
                        an_unknown_channel_is_not_found_and_the_sentence_says_where_was_looked, 0,
                        2);
    tcase_add_test(both, names_that_no_channel_can_have_are_refused_before_anybody_is_asked);
    tcase_add_loop_test(both, the_secret_opens_and_nothing_else_does, 0, 2);
    tcase_add_loop_test(both, a_proof_is_good_for_one_try_and_one_role, 0, 2);
    tcase_add_loop_test(both, a_second_producer_is_refused_and_told_of_the_first, 0, 2);
    tcase_add_loop_test(both, a_killed_producer_is_followed_at_once, 0, 2);
    tcase_add_loop_test(both, a_listing_tells_who_and_by_which_way, 0, 2);
    tcase_add_loop_test(both, many_channels_come_in_pages_each_once_and_sorted, 0, 2);
    tcase_add_loop_test(both, a_producer_that_stands_still_is_listed_and_holds_nobody_up, 0, 2);
    tcase_add_test(both, a_schema_is_found_by_its_hash_and_only_by_its_own);
    tcase_add_loop_test(both, each_role_gets_its_descriptors_and_no_more, 0, 2);
    tcase_add_loop_test(both, a_consumer_s_descriptors_do_not_keep_a_dead_producer_alive, 0, 2);
    suite_add_tcase(suite, both);

    tcase_add_checked_fixture(users, world_open, world_close);
    tcase_set_timeout(users, 120);
    if (geteuid() == 0) {
        tcase_add_test(users, another_user_learns_nothing_from_the_broker_and_leaves_a_trace);
        tcase_add_test(users, another_user_is_refused_directly_too);
        tcase_add_loop_test(users, users_find_their_own_channels_and_root_finds_everybody_s, 0, 2);
        tcase_add_test(users, a_user_s_broker_serves_that_user_and_root);
        tcase_add_test(users, a_stranger_on_our_name_is_not_believed);
    } else {
        fprintf(stderr, "SKIPPED: tests with other users need root\n");
    }
    suite_add_tcase(suite, users);

    srunner_run_all(runner, CK_NORMAL);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
