/* SPDX-License-Identifier: Apache-2.0
 *
 * A policy says what it was written to say, or which line is wrong and why.
 */
#include "broker/policy.h"

#include <check.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[64], file[96];

static void open_folder(void)
{
    strcpy(folder, "/tmp/dh-policy-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
    snprintf(file, sizeof file, "%s/dh.conf", folder);
}

static void close_folder(void)
{
    char command[96];

    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    ck_assert_int_eq(system(command), 0);
}

static void write_to(const char *name, const char *text)
{
    char path[192];
    FILE *out;

    snprintf(path, sizeof path, "%s/%s", folder, name);
    out = fopen(path, "we");
    ck_assert_ptr_nonnull(out);
    ck_assert_int_ge(fputs(text, out), 0);
    ck_assert_int_eq(fclose(out), 0);
    chmod(path, 0644);
}

static dhi_policy *read_good(void)
{
    char text[DHI_POLICY_TEXT_BYTES] = "";
    dhi_policy *policy = dhi_policy_read(file, true, text);

    ck_assert_msg(policy != NULL, "%s", text);
    return policy;
}

static bool grants(const dhi_policy *policy, const char *channel, uint32_t uid,
                   enum dhi_grant grant)
{
    static const uint32_t gids[] = { 4000, 4001 };
    struct dhi_asker asker = { .uid = uid, .gids = gids, .n_gids = uid == 3000 ? 2 : 0 };

    return dhi_policy_grants(policy, channel, &asker, grant);
}

static const char whole[] = "# who may\n"
                            "[channel camera.*]\n"
                            "producers = 1000\n"
                            "consumers = 2000, @4001\n"
                            "[channel camera.left]\n"
                            "observers = 2001\n"
                            "            2002   ; and one more\n"
                            "admins = 2003\n"
                            "[channel weather]\n"
                            "observers = *\n"
                            "[limits]\n"
                            "connections = 7\n"
                            "kept_mib = 3\n"
                            "[limits 1000]\n"
                            "channels = 5\n"
                            "[registry]\n"
                            "days = 10\n";

struct question {
    const char *channel;
    uint32_t uid;
    bool granted[DHI_GRANTS]; /* producer, observer, consumer, admin */
};

static const struct question questions[] = {
    { "camera.left", 1000, { true, false, false, false } }, /* a producer need not be let read */
    { "camera.left", 2000, { false, true, true, false } },
    { "camera.left", 3000, { false, true, true, false } }, /* by a supplementary group */
    { "camera.left", 2001, { false, true, false, false } },
    { "camera.left", 2002, { false, true, false, false } },
    { "camera.left", 2003, { false, true, true, true } },
    { "camera.left", 2004, { false, false, false, false } },
    { "camera.right", 2000, { false, true, true, false } },
    { "camera.right", 2001, { false, false, false, false } },
    { "weather", 9999, { false, true, false, false } },
    { "weather.2", 9999, { false, false, false, false } },
    { "camera", 1000, { false, false, false, false } },
};

START_TEST(a_policy_grants_what_it_says_and_nothing_else)
{
    const struct question *question = &questions[_i];
    dhi_policy *policy;

    write_to("dh.conf", whole);
    policy = read_good();
    for (enum dhi_grant grant = 0; grant < DHI_GRANTS; grant++)
        ck_assert_msg(grants(policy, question->channel, question->uid, grant) ==
                          question->granted[grant],
                      "%s of %s for %u", dhi_grant_name(grant), question->channel, question->uid);
    dhi_policy_free(policy);
}
END_TEST

START_TEST(numbers_are_those_of_the_user_s_own_section_and_else_of_all)
{
    dhi_policy *policy;

    write_to("dh.conf", whole);
    policy = read_good();
    dhi_policy_set_channels(policy, 99);
    ck_assert_uint_eq(dhi_policy_limits(policy, 1000)->channels, 5);
    ck_assert_uint_eq(dhi_policy_limits(policy, 1000)->connections, 7);
    ck_assert_uint_eq(dhi_policy_limits(policy, 1001)->channels, 99);
    ck_assert_uint_eq(dhi_policy_limits(policy, 1001)->kept_bytes, 3 << 20);
    ck_assert_int_eq(dhi_policy_keeping(policy)->days, 10);
    ck_assert_uint_eq(dhi_policy_keeping(policy)->schemas, 4096);
    ck_assert(dhi_policy_reserves(policy, "camera.x"));
    ck_assert(!dhi_policy_reserves(policy, "weather"));
    dhi_policy_free(policy);
}
END_TEST

START_TEST(drop_ins_are_read_in_the_order_of_their_names_and_others_are_not)
{
    char path[160];
    dhi_policy *policy;

    write_to("dh.conf", "[limits]\nconnections = 1\n");
    snprintf(path, sizeof path, "%s.d", file);
    mkdir(path, 0755);
    write_to("dh.conf.d/20-b.conf", "[limits]\nconnections = 3\n[channel a]\nobservers = 5\n");
    write_to("dh.conf.d/10-a.conf", "[limits]\nconnections = 2\n");
    write_to("dh.conf.d/30-c.conf~", "nonsense");
    write_to("dh.conf.d/.40.conf", "nonsense");
    policy = read_good();
    ck_assert_uint_eq(dhi_policy_limits(policy, 0)->connections, 3);
    ck_assert_uint_eq(dhi_policy_files(policy), 3);
    ck_assert(grants(policy, "a", 5, DHI_GRANT_OBSERVER));
    dhi_policy_free(policy);
}
END_TEST

START_TEST(no_file_is_a_policy_in_which_owners_alone_may)
{
    char text[DHI_POLICY_TEXT_BYTES];
    dhi_policy *policy = dhi_policy_read(file, false, text);

    ck_assert_ptr_nonnull(policy);
    ck_assert(!grants(policy, "a", 5, DHI_GRANT_OBSERVER));
    dhi_policy_free(policy);
    ck_assert_ptr_null(dhi_policy_read(file, true, text));
    ck_assert_ptr_nonnull(strstr(text, "No such file"));
}
END_TEST

START_TEST(what_is_printed_reads_as_the_same_policy)
{
    char first[4096] = "", second[4096] = "";
    dhi_policy *policy;
    FILE *out;

    write_to("dh.conf", whole);
    policy = read_good();
    out = fmemopen(first, sizeof first, "w");
    dhi_policy_print(policy, out);
    fclose(out);
    dhi_policy_free(policy);
    write_to("dh.conf", first);
    policy = read_good();
    out = fmemopen(second, sizeof second, "w");
    dhi_policy_print(policy, out);
    fclose(out);
    dhi_policy_free(policy);
    ck_assert_str_eq(first, second);
}
END_TEST

#define SIXTY "aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffff"

struct mistake {
    const char *text;
    int line;
    const char *says;
};

static const struct mistake mistakes[] = {
    { "[channel a]\nconsumer = 1\n", 2, "it has producers, observers, consumers, admins" },
    { "[channel a]\nconsumers = nobody-of-that-name\n", 2, "(a group is written @nobody" },
    { "[channel a]\nconsumers = 1, @nogroup-of-that-name\n", 2, "no group" },
    { "[channel a/b]\nconsumers = 1\n", 2, "no pattern of channel names" },
    { "[channel]\nconsumers = 1\n", 2, "no pattern" },
    { "[channels a]\nconsumers = 1\n", 2, "no section is called" },
    { "\n\nconsumers = 1\n", 3, "before any [section]" },
    { "[limits]\nchannels = many\n", 2, "wants a number, 0 to" },
    { "[limits]\nconnections = 0\n", 2, "wants a number, 1 to" },
    { "[limits]\nchannels = 99999999999999999999\n", 2, "wants a number" },
    { "[limits]\nchannels = -1\n", 2, "wants a number" },
    { "[limits]\nmemory = 1\n", 2, "there is connections, channels, kept_mib, refusals_per_s" },
    { "[limits nobody-of-that-name]\nchannels = 1\n", 2, "no user" },
    { "[registry]\nyears = 1\n", 2, "there is days" },
    { "[limits\nchannels = 1\n", 1, "neither" },
    { "[limits]\nchannels\n", 2, "neither 'key = value' nor a [section]" },
    { "[channel a]\nconsumers = " SIXTY "," SIXTY "," SIXTY "," SIXTY "\n", 2, "a line of more" },
    { "[channel " SIXTY "]\nconsumers = 1\n", 1, "shorten the pattern" },
};

START_TEST(a_mistake_is_named_with_file_line_and_reason)
{
    const struct mistake *mistake = &mistakes[_i];
    char text[DHI_POLICY_TEXT_BYTES] = "", place[128];

    write_to("dh.conf", mistake->text);
    ck_assert_msg(dhi_policy_read(file, true, text) == NULL, "%s", mistake->text);
    snprintf(place, sizeof place, "%s:%d: ", file, mistake->line);
    ck_assert_msg(strncmp(text, place, strlen(place)) == 0, "%s", text);
    ck_assert_msg(strstr(text, mistake->says) != NULL, "%s", text);
}
END_TEST

START_TEST(a_number_that_no_file_says_is_not_made_up)
{
    char text[4096] = "";
    dhi_policy *policy;
    FILE *out;

    write_to("dh.conf", "[limits 5]\nkept_mib = 7\n");
    policy = read_good();
    out = fmemopen(text, sizeof text, "w");
    dhi_policy_print(policy, out);
    fclose(out);
    dhi_policy_free(policy);
    ck_assert_msg(strstr(text, "kept_mib = 7\n") != NULL, "%s", text);
    ck_assert_msg(strstr(text, "channels = ") == NULL, "%s", text);
}
END_TEST

START_TEST(a_folder_that_cannot_be_read_is_no_policy)
{
    char text[DHI_POLICY_TEXT_BYTES];

    write_to("dh.conf", whole);
    write_to("dh.conf.d", "");
    ck_assert_ptr_null(dhi_policy_read(file, true, text));
    ck_assert_msg(strstr(text, "dh.conf.d: Not a directory") != NULL, "%s", text);
}
END_TEST

START_TEST(a_file_that_everybody_may_write_is_no_policy)
{
    char text[DHI_POLICY_TEXT_BYTES];

    write_to("dh.conf", whole);
    chmod(file, 0666);
    ck_assert_ptr_null(dhi_policy_read(file, true, text));
    ck_assert_ptr_nonnull(strstr(text, "chmod o-w"));
    ck_assert_ptr_null(dhi_policy_read(folder, true, text));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("policy");
    TCase *all = tcase_create("all");
    SRunner *runner;
    int failed;

    tcase_add_checked_fixture(all, open_folder, close_folder);
    tcase_add_loop_test(all, a_policy_grants_what_it_says_and_nothing_else, 0,
                        sizeof questions / sizeof questions[0]);
    tcase_add_test(all, numbers_are_those_of_the_user_s_own_section_and_else_of_all);
    tcase_add_test(all, drop_ins_are_read_in_the_order_of_their_names_and_others_are_not);
    tcase_add_test(all, no_file_is_a_policy_in_which_owners_alone_may);
    tcase_add_test(all, what_is_printed_reads_as_the_same_policy);
    tcase_add_loop_test(all, a_mistake_is_named_with_file_line_and_reason, 0,
                        sizeof mistakes / sizeof mistakes[0]);
    tcase_add_test(all, a_number_that_no_file_says_is_not_made_up);
    tcase_add_test(all, a_folder_that_cannot_be_read_is_no_policy);
    tcase_add_test(all, a_file_that_everybody_may_write_is_no_policy);
    suite_add_tcase(suite, all);
    runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
