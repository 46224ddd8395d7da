/* SPDX-License-Identifier: Apache-2.0 */
/* The command line: what it takes, what it refuses and what it says then. */
#include "command.h"
#include "golden.h"

#include <check.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct dhi_request request;
static char *out_text, *err_text;
static size_t out_length, err_length;

static void set_up(void)
{
    request = (struct dhi_request){ .look = { "", "", "", "", "", 80 } };
    request.out = open_memstream(&out_text, &out_length);
    request.err = open_memstream(&err_text, &err_length);
    ck_assert(request.out != NULL && request.err != NULL);
}

static void tear_down(void)
{
    fclose(request.out);
    fclose(request.err);
    free(out_text);
    free(err_text);
}

/* Words between spaces as a command line. */
static int parse(const char *line)
{
    static char words[512];
    const char *argv[32] = { "dhadmin" };
    int argc = 1, code;

    snprintf(words, sizeof words, "%s", line);
    for (char *word = strtok(words, " "); word != NULL; word = strtok(NULL, " "))
        argv[argc++] = word;
    code = dhi_parse(argc, argv, &request);
    fflush(request.out);
    fflush(request.err);
    return code;
}

START_TEST(options_stand_before_and_behind_the_argument)
{
    ck_assert_int_eq(parse("echo --count 3 imu --json --field=a.b --broker /run/x"), DHI_RUN);
    ck_assert_str_eq(request.command->verb, "echo");
    ck_assert_str_eq(request.argument, "imu");
    ck_assert_uint_eq(request.count, 3);
    ck_assert(request.json && !request.csv && !request.zones && !request.once);
    ck_assert_str_eq(request.field, "a.b");
    ck_assert_str_eq(request.broker, "/run/x");
    ck_assert_str_eq(err_text, "");
}
END_TEST

START_TEST(an_argument_may_be_left_out_where_the_usage_says_so)
{
    ck_assert_int_eq(parse("diagnose"), DHI_RUN);
    ck_assert_ptr_null(request.argument);
}
END_TEST

START_TEST(after_two_dashes_all_are_arguments)
{
    ck_assert_int_eq(parse("list -- --json"), DHI_RUN);
    ck_assert_str_eq(request.argument, "--json");
    ck_assert(!request.json);
}
END_TEST

START_TEST(old_names_are_read_as_todays)
{
    ck_assert_int_eq(parse("force-reset --shm-name imu --slot-index 3"), DHI_RUN);
    ck_assert_str_eq(request.command->verb, "reset");
    ck_assert_str_eq(request.argument, "imu");
    ck_assert_int_eq(request.slot, 3);
    ck_assert(!request.force);
}
END_TEST

static const struct {
    const char *line, *said;
} wrong[] = {
    { "ehco imu", "there is no verb 'ehco'\n  did you mean 'echo'?" },
    { "frobnicate", "there is no verb 'frobnicate'\n  dhadmin --help" },
    { "echo", "echo takes a CHANNEL" },
    { "echo a b", "echo takes one CHANNEL, not 'a' and 'b'" },
    { "echo a --filed x", "echo has no option '--filed'\n  did you mean '--field'?" },
    { "list --count 3", "list has no option '--count'" },
    { "echo a --field", "--field takes a.b" },
    { "echo a --json=yes", "--json takes no value" },
    { "echo a --count 0", "--count takes a number from 1, not '0'" },
    { "echo a --count -1", "--count takes a number from 1, not '-1'" },
    { "echo a --count 3x", "--count takes a number from 1, not '3x'" },
    { "echo a --count 99999999999999999999", "--count takes a number from 1" },
    { "echo a --json --csv", "--json and --csv exclude each other" },
    { "echo a --zones --csv", "leave --csv out" },
    { "echo a --once --follow", "--once and --follow exclude each other" },
    { "metrics --json --prometheus", "--json and --prometheus exclude each other" },
    { "metrics --reset --prometheus", "--reset is done once" },
    { "diagnose --slot 3", "--slot is one of a CHANNEL" },
    { "reset a --slot x", "--slot takes a number from 0, not 'x'" },
    { "list --interval 0", "--interval takes seconds, 0.001 to 86400, not '0'" },
    { "recover --force", "recover has no option '--force'" },
    { "echo a --once --count 2", "--once and --count exclude each other" },
    { "echo a --secret-file /nonexistent/secret", "/nonexistent/secret: No such file" },
    { "echo a --secret-file /dev/null", "/dev/null has fewer than the 32 bytes" },
    { "echo a --secret-file /dev/zero", "/dev/zero has more than the 32 bytes" },
};

START_TEST(what_makes_no_sense_is_usage_and_says_what_would)
{
    ck_assert_int_eq(parse(wrong[_i].line), DHI_EXIT_USAGE);
    ck_assert_msg(strstr(err_text, wrong[_i].said) != NULL, "%s: %s", wrong[_i].line, err_text);
    ck_assert_str_eq(out_text, "");
}
END_TEST

START_TEST(a_secret_of_32_bytes_is_taken)
{
    char path[] = "/tmp/dhadmin-secret-XXXXXX", line[128];
    int fd = mkstemp(path);

    ck_assert_int_eq(write(fd, "0123456789abcdef0123456789ABCDEF", 32), 32);
    close(fd);
    snprintf(line, sizeof line, "info a --secret-file %s", path);
    ck_assert_int_eq(parse(line), DHI_RUN);
    unlink(path);
    ck_assert_mem_eq(dhi_secret(&request), "0123456789abcdef0123456789ABCDEF", 32);
}
END_TEST

static const char *const pages[] = {
    "--help",          "list --help",    "info --help", "diagnose --help", "echo -h",
    "schema x --help", "recover --help", "reset -h",    "validate -h",     "cleanup -h",
    "help -h",         "top -h",         "stat -h",     "hz -h",           "bw -h",
    "lag -h",          "metrics -h",     "errors -h",   "gaps -h",         "pub -h",
    "schemas -h",      "doctor -h"
};

START_TEST(help_is_as_it_was_and_fits_80_columns)
{
    char name[32];

    ck_assert_int_eq(parse(pages[_i]), DHI_EXIT_FINE);
    for (char *line = out_text, *end; (end = strchr(line, '\n')) != NULL; line = end + 1)
        ck_assert_msg(end - line <= 80, "%.*s", (int)(end - line), line);
    snprintf(name, sizeof name, "help-%.*s", (int)strcspn(pages[_i], " "), pages[_i]);
    fputs(out_text, golden_begin());
    golden_end(name);
}
END_TEST

START_TEST(without_words_the_help_comes_and_it_is_usage)
{
    ck_assert_int_eq(parse(""), DHI_EXIT_USAGE);
    ck_assert_ptr_nonnull(strstr(out_text, "usage: dhadmin VERB"));
}
END_TEST

static const struct {
    dh_err err;
    enum dhi_exit code;
} codes[] = {
    { DH_EINVAL, 64 },    { DH_ECORRUPT, 65 },  { DH_EFORMAT, 65 },   { DH_ESEAL, 65 },
    { DH_EPROTOCOL, 65 }, { DH_ENOTFOUND, 66 }, { DH_ENOBROKER, 69 }, { DH_ENOMEM, 75 },
    { DH_ESYS, 75 },      { DH_EREFUSED, 77 },  { DH_ESECRET, 77 },   { DH_EALIVE, 1 },
    { DH_ESILENT, 75 },
};

START_TEST(each_error_has_its_exit_status_and_says_what_to_do)
{
    struct dh_why why = { .text = "the particulars" };

    ck_assert_int_eq(dhi_complain(&request, "imu", codes[_i].err, &why), codes[_i].code);
    fflush(request.err);
    ck_assert_ptr_nonnull(strstr(err_text, dh_error_text(codes[_i].err)));
    ck_assert_ptr_nonnull(strstr(err_text, "\n  the particulars\n  "));
}
END_TEST

START_TEST(distance_counts_the_letters_that_differ)
{
    ck_assert_uint_eq(dhi_distance("", ""), 0);
    ck_assert_uint_eq(dhi_distance("echo", "echo"), 0);
    ck_assert_uint_eq(dhi_distance("ehco", "echo"), 1);
    ck_assert_uint_eq(dhi_distance("cehoo", "echo"), 2);
    ck_assert_uint_eq(dhi_distance("lst", "list"), 1);
    ck_assert_uint_eq(dhi_distance("", "list"), 4);
    ck_assert_uint_eq(dhi_distance("list", ""), 4);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("command");
    TCase *lines = tcase_create("lines");
    SRunner *runner;
    int failed;

    tcase_add_checked_fixture(lines, set_up, tear_down);
    tcase_add_test(lines, options_stand_before_and_behind_the_argument);
    tcase_add_test(lines, an_argument_may_be_left_out_where_the_usage_says_so);
    tcase_add_test(lines, old_names_are_read_as_todays);
    tcase_add_test(lines, after_two_dashes_all_are_arguments);
    tcase_add_loop_test(lines, what_makes_no_sense_is_usage_and_says_what_would, 0,
                        (int)(sizeof wrong / sizeof wrong[0]));
    tcase_add_test(lines, a_secret_of_32_bytes_is_taken);
    tcase_add_loop_test(lines, help_is_as_it_was_and_fits_80_columns, 0,
                        (int)(sizeof pages / sizeof pages[0]));
    tcase_add_test(lines, without_words_the_help_comes_and_it_is_usage);
    tcase_add_loop_test(lines, each_error_has_its_exit_status_and_says_what_to_do, 0,
                        (int)(sizeof codes / sizeof codes[0]));
    tcase_add_test(lines, distance_counts_the_letters_that_differ);
    suite_add_tcase(suite, lines);
    runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
