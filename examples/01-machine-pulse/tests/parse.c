/* SPDX-License-Identifier: Apache-2.0
 *
 * What /proc says, and what it says on machines that nobody here has.
 */
#include "../parse.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct pulse_sample sample;

static struct text of(const char *string)
{
    return (struct text){ string, string + strlen(string) };
}

static void clear(void)
{
    pulse_sample_init(&sample);
}

START_TEST(processors_are_listed_with_their_own_numbers)
{
    parse_stat(of("cpu  30 0 12 500 4 1 2 0 0 0\n"
                  "cpu0 10 1 6 300 3 1 1 7 0 0\n"
                  "cpu3 20 2 7 200 1 0 1 8 0 0\n"
                  "intr 99 1 2 3\nctxt 2990237\nbtime 1700000000\nprocesses 4711\n"
                  "procs_running 3\nprocs_blocked 1\n"),
               &sample);
    ck_assert_uint_eq(sample.cpus.count, 2);
    ck_assert_uint_eq(sample.cpus.items[1].number, 3);
    ck_assert_uint_eq(sample.cpus.items[1].user, 20);
    ck_assert_uint_eq(sample.cpus.items[0].irq, 2);
    ck_assert_uint_eq(sample.cpus.items[0].steal, 7);
    ck_assert_uint_eq(sample.switches, 2990237);
    ck_assert_uint_eq(sample.forks, 4711);
    ck_assert_uint_eq(sample.running, 3);
    ck_assert_uint_eq(sample.blocked, 1);
    ck_assert_uint_eq(sample.trouble, 0);
}
END_TEST

START_TEST(an_old_kernel_tells_four_times_a_processor_and_no_more)
{
    parse_stat(of("cpu0 1 2 3 4\n"), &sample);
    ck_assert_uint_eq(sample.cpus.count, 1);
    ck_assert_uint_eq(sample.cpus.items[0].idle, 4);
    ck_assert_uint_eq(sample.cpus.items[0].iowait, 0);
    ck_assert_uint_eq(sample.trouble, 0);
}
END_TEST

/* Each text, and what is noted about it. */
static const struct {
    const char *text;
    unsigned n_cpus;
    unsigned trouble;
    const char *reason;
} ODD_STATS[] = {
    { "", 0, PULSE_TROUBLE_NO_STAT, "an empty file" },
    { "\n\n", 0, PULSE_TROUBLE_NO_STAT, "empty lines" },
    { "cpu0 1 2 3\n", 0, PULSE_TROUBLE_NO_STAT | PULSE_TROUBLE_ODD, "a time is missing" },
    { "cpuX 1 2 3 4\n", 0, PULSE_TROUBLE_NO_STAT | PULSE_TROUBLE_ODD, "no number of a processor" },
    { "cpu0 1 2 3 99999999999999999999\n", 0, PULSE_TROUBLE_NO_STAT | PULSE_TROUBLE_ODD,
      "more than 64 bits" },
    { "cpu0 1 2 3 -4\n", 0, PULSE_TROUBLE_NO_STAT | PULSE_TROUBLE_ODD, "a negative time" },
    { "cpu99999999999 1 2 3 4\n", 0, PULSE_TROUBLE_NO_STAT | PULSE_TROUBLE_ODD,
      "a processor's number of more than 32 bits" },
    { "cpu0 1 2 3 4\ncpu1 1 2 3 4", 1, 0, "the last line was cut off: it is not believed" },
    { "cpu0 1 2 3 4\nctxt many\n", 1, PULSE_TROUBLE_ODD, "no number of switches" },
    { "cpu0 1 2 3 4\nprocs_running 4294967296\n", 1, PULSE_TROUBLE_ODD, "does not fit its field" },
};

START_TEST(odd_lines_of_stat_are_passed_over_and_noted)
{
    parse_stat(of(ODD_STATS[_i].text), &sample);
    ck_assert_msg(sample.cpus.count == ODD_STATS[_i].n_cpus, "%s: %u processors",
                  ODD_STATS[_i].reason, sample.cpus.count);
    ck_assert_msg(sample.trouble == ODD_STATS[_i].trouble, "%s: trouble %#x", ODD_STATS[_i].reason,
                  sample.trouble);
}
END_TEST

START_TEST(more_processors_than_fit_are_cut_and_noted)
{
    static char text[200 * 24];
    char *at = text;

    for (int i = 0; i < 200; i++)
        at += sprintf(at, "cpu%d 1 2 3 4\n", i);
    parse_stat(of(text), &sample);
    ck_assert_uint_eq(sample.cpus.count, PULSE_MAX_CPUS);
    ck_assert_uint_eq(sample.cpus.items[PULSE_MAX_CPUS - 1].number, PULSE_MAX_CPUS - 1);
    ck_assert_uint_eq(sample.trouble, PULSE_TROUBLE_CUT);
}
END_TEST

START_TEST(memory_is_read_by_name_in_any_order)
{
    parse_memory(of("Cached:     300 kB\nSwapCached: 1 kB\nMemAvailable: 250 kB\n"
                    "MemTotal:  1000 kB\nMemFree:    200 kB\n"),
                 &sample);
    ck_assert_uint_eq(sample.memory.total, 1000);
    ck_assert_uint_eq(sample.memory.cached, 300);
    ck_assert_float_eq(sample.memory.used, 75.0F);
    ck_assert_uint_eq(sample.trouble, 0);
}
END_TEST

START_TEST(memory_without_an_estimate_counts_what_is_free)
{
    parse_memory(of("MemTotal: 1000 kB\nMemFree: 200 kB\n"), &sample);
    ck_assert_uint_eq(sample.memory.available, 200);
    ck_assert_float_eq(sample.memory.used, 80.0F);
}
END_TEST

START_TEST(memory_that_makes_no_sense_is_noted_and_divides_by_nothing)
{
    parse_memory(of("MemFree: 200 kB\n"), &sample);
    ck_assert_uint_eq(sample.trouble, PULSE_TROUBLE_NO_MEMORY);
    ck_assert_float_eq(sample.memory.used, 0);
    clear();
    parse_memory(of("MemTotal: 10 kB\nMemAvailable: 11 kB\n"), &sample);
    ck_assert_uint_eq(sample.trouble, PULSE_TROUBLE_ODD);
    ck_assert_float_eq(sample.memory.used, 0);
}
END_TEST

#define NET_HEADING "Inter-|   Receive\n face |bytes    packets errs drop\n"

START_TEST(interfaces_are_read_with_and_without_a_blank_behind_the_colon)
{
    parse_links(of(NET_HEADING "    lo: 10 1 0 0 0 0 0 0 20 2 0 0 0 0 0 0\n"
                               "  eth0:9876543210 5 0 3 0 0 0 0 77 6 0 4 0 0 0 0\n"
                               " wlp2s0: 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1\n"
                               "veth1: 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0\n"
                               "strange: 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0\n"),
                &sample);
    ck_assert_uint_eq(sample.links.count, 5);
    ck_assert_str_eq(sample.links.items[1].name.text, "eth0");
    ck_assert_uint_eq(sample.links.items[1].rx_bytes, 9876543210);
    ck_assert_uint_eq(sample.links.items[1].rx_dropped, 3);
    ck_assert_uint_eq(sample.links.items[1].tx_bytes, 77);
    ck_assert_uint_eq(sample.links.items[1].tx_dropped, 4);
    ck_assert_int_eq(sample.links.items[0].medium, PULSE_MEDIUM_LOOPBACK);
    ck_assert_int_eq(sample.links.items[1].medium, PULSE_MEDIUM_WIRED);
    ck_assert_int_eq(sample.links.items[2].medium, PULSE_MEDIUM_WIRELESS);
    ck_assert_int_eq(sample.links.items[3].medium, PULSE_MEDIUM_SOFTWARE);
    ck_assert_int_eq(sample.links.items[4].medium, PULSE_MEDIUM_UNKNOWN);
    ck_assert_uint_eq(sample.trouble, 0);
}
END_TEST

START_TEST(a_name_longer_than_its_field_is_cut_and_stays_terminated)
{
    parse_links(of(NET_HEADING "averyveryverylongname0: 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16\n"),
                &sample);
    ck_assert_str_eq(sample.links.items[0].name.text, "averyveryverylo");
    ck_assert_uint_eq(sample.links.items[0].name.length, 15);
}
END_TEST

START_TEST(odd_interfaces_are_passed_over_and_noted)
{
    parse_links(of(NET_HEADING "eth0 1 2 3\n: 1 2 3 4 5 6 7 8 9 10 11 12\neth1: 1 2 3\n"), &sample);
    ck_assert_uint_eq(sample.links.count, 0);
    ck_assert_uint_eq(sample.trouble, PULSE_TROUBLE_ODD);
    clear();
    parse_links(of("one line\n"), &sample);
    ck_assert_uint_eq(sample.trouble, PULSE_TROUBLE_NO_LINKS);
}
END_TEST

#define USED " 7 0 80 1 2 0 30 4 0 55 6\n"

START_TEST(partitions_and_disks_never_used_are_left_out)
{
    parse_disks(of("   8 0 sda" USED "   8 1 sda1" USED "   8 2 sda12" USED "   65 0 sdaa" USED
                   " 259 0 nvme0n1" USED " 259 1 nvme0n1p1" USED
                   "   7 0 loop0 0 0 0 0 0 0 0 0 0 0 0\n   7 1 loop1" USED "   7 10 loop10" USED),
                &sample);
    ck_assert_uint_eq(sample.disks.count, 5);
    ck_assert_str_eq(sample.disks.items[0].name.text, "sda");
    ck_assert_str_eq(sample.disks.items[1].name.text, "sdaa");
    ck_assert_str_eq(sample.disks.items[2].name.text, "nvme0n1");
    ck_assert_str_eq(sample.disks.items[3].name.text, "loop1");
    ck_assert_str_eq(sample.disks.items[4].name.text, "loop10");
    ck_assert_uint_eq(sample.disks.items[0].read, 80);
    ck_assert_uint_eq(sample.disks.items[0].written, 30);
    ck_assert_uint_eq(sample.disks.items[0].busy, 55);
    ck_assert_uint_eq(sample.trouble, 0);
}
END_TEST

START_TEST(any_bytes_at_all_end_in_a_sample_that_is_in_its_bounds)
{
    static const char letters[] = "cpu0123456789 \t\n:-nethsdap\xff";
    static char text[2000];

    srand(1);
    for (int round = 0; round < 20000; round++) {
        size_t n = (size_t)rand() % sizeof text;

        for (size_t i = 0; i < n; i++)
            text[i] = letters[(size_t)rand() % (sizeof letters)];
        clear();
        parse_stat((struct text){ text, text + n }, &sample);
        parse_memory((struct text){ text, text + n }, &sample);
        parse_links((struct text){ text, text + n }, &sample);
        parse_disks((struct text){ text, text + n }, &sample);
        ck_assert_uint_le(sample.cpus.count, PULSE_MAX_CPUS);
        ck_assert_uint_le(sample.links.count, PULSE_MAX_LINKS);
        ck_assert_uint_le(sample.disks.count, PULSE_MAX_DISKS);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("parse");
    TCase *tests = tcase_create("parse");
    SRunner *runner = srunner_create(suite);
    int failed;

    tcase_set_timeout(tests, 60);
    tcase_add_checked_fixture(tests, clear, NULL);
    tcase_add_test(tests, processors_are_listed_with_their_own_numbers);
    tcase_add_test(tests, an_old_kernel_tells_four_times_a_processor_and_no_more);
    tcase_add_loop_test(tests, odd_lines_of_stat_are_passed_over_and_noted, 0,
                        sizeof ODD_STATS / sizeof ODD_STATS[0]);
    tcase_add_test(tests, more_processors_than_fit_are_cut_and_noted);
    tcase_add_test(tests, memory_is_read_by_name_in_any_order);
    tcase_add_test(tests, memory_without_an_estimate_counts_what_is_free);
    tcase_add_test(tests, memory_that_makes_no_sense_is_noted_and_divides_by_nothing);
    tcase_add_test(tests, interfaces_are_read_with_and_without_a_blank_behind_the_colon);
    tcase_add_test(tests, a_name_longer_than_its_field_is_cut_and_stays_terminated);
    tcase_add_test(tests, odd_interfaces_are_passed_over_and_noted);
    tcase_add_test(tests, partitions_and_disks_never_used_are_left_out);
    tcase_add_test(tests, any_bytes_at_all_end_in_a_sample_that_is_in_its_bounds);
    suite_add_tcase(suite, tests);
    srunner_run_all(runner, CK_NORMAL);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
