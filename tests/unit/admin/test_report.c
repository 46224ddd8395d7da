/* SPDX-License-Identifier: Apache-2.0 */
/* Pages of info and diagnose for channels in all sorts of states, from facts written by hand. */
#include "diagnose.h"
#include "golden.h"
#include "info.h"
#include "quantity.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

enum { N_CONSUMERS = 5, N_SLOTS = 8 };
#define SECOND UINT64_C(1000000000)

static struct dhi_snapshot snapshot;
static struct dh_consumer_facts consumers[N_CONSUMERS];
static struct dh_slot_facts slots[N_SLOTS + 1];
static const struct dhi_look plain = { "", "", "", "", "", 80 };

static struct dh_identity process(const char *program, uint32_t pid)
{
    struct dh_identity identity = { .pid = pid };

    snprintf(identity.program, sizeof identity.program, "%s", program);
    return identity;
}

/* A lossless channel that is well: a producer, one consumer one message behind. */
static void set_up(void)
{
    memset(consumers, 0, sizeof consumers);
    memset(slots, 0, sizeof slots);
    snapshot = (struct dhi_snapshot){ .admin = true,
                                      .n_consumers = N_CONSUMERS,
                                      .consumers = consumers,
                                      .n_slots = N_SLOTS,
                                      .slots = slots,
                                      .now_ns = 5000 * SECOND,
                                      .realtime_offset = (int64_t)(1000000 * SECOND) };
    snapshot.block = (struct dh_block_facts){
        .channel = "lab.imu",
        .family = "lab.imu/imu 1",
        .schema_hash = { 0xbf, 0x52, 0xc1, 0x8a },
        .policy = { .n_slots = N_SLOTS, .n_consumers = N_CONSUMERS },
        .format = 1,
        .n_states = N_SLOTS,
        .n_buffers = N_SLOTS,
        .payload_bytes = 376,
        .stride_bytes = 384,
        .data_bytes = 8192,
        .claims_bytes = 4096,
        .minor = 1,
        .incarnation = 1,
        .membarrier = true,
        .created_ns = 1004800 * SECOND,
        .head = 20,
        .producer_life = DH_LIFE_ALIVE,
        .producer = process("imu-driver", 4711),
    };
    snapshot.metrics = (struct dh_producer_metrics){ .committed = 20,
                                                     .committed_bytes = 7520,
                                                     .wakes = 19,
                                                     .last_commit_ns = 5000 * SECOND - 2100000 };
    for (unsigned i = 0; i < N_SLOTS; i++)
        slots[i] = (struct dh_slot_facts){ .state = DH_SLOT_COMMITTED, .sequence = 12 + i };
    consumers[0] = (struct dh_consumer_facts){ .life = DH_LIFE_ALIVE,
                                               .identity = process("filter", 4712),
                                               .position = 19,
                                               .lag = 1,
                                               .held_buffer = -1,
                                               .heartbeat_ns = 5000 * SECOND - 300000,
                                               .metrics = { .acquired = 19, .sleeps = 17 } };
}

static void write_pages(const char *name, size_t n_problems)
{
    FILE *out = golden_begin();
    struct dhi_findings findings;

    dhi_findings_of(&findings, &snapshot);
    dhi_write_info(out, &plain, &snapshot);
    fputs("\n----\n", out);
    dhi_write_diagnosis(out, &plain, &snapshot, &findings);
    ck_assert_uint_eq(findings.n_problems, n_problems);
    dhi_findings_free(&findings);
    golden_end(name);
}

START_TEST(a_healthy_lossless_channel)
{
    write_pages("healthy", 0);
}
END_TEST

START_TEST(a_consumer_that_stands_still_is_named_with_what_would_help)
{
    consumers[0].lag = N_SLOTS;
    consumers[0].position = 12;
    consumers[0].heartbeat_ns = 4993 * SECOND;
    slots[4].state = DH_SLOT_DRAINING;
    snapshot.block.waits_for_room = true;
    snapshot.metrics.full_waits = 3;
    snapshot.metrics.full_wait_ns = 7 * SECOND;
    snapshot.metrics.full_timeouts = 2;
    write_pages("standstill", 1);
}
END_TEST

START_TEST(one_that_is_only_busy_is_no_problem)
{
    struct dhi_findings findings;

    consumers[0].lag = N_SLOTS;
    consumers[0].heartbeat_ns = 5000 * SECOND - 20000000;
    dhi_findings_of(&findings, &snapshot);
    ck_assert_uint_eq(findings.n_problems, 0);
    ck_assert_uint_eq(findings.n, 1);
    dhi_findings_free(&findings);
}
END_TEST

START_TEST(dead_left_and_reaped_consumers)
{
    consumers[1] = (struct dh_consumer_facts){ .life = DH_LIFE_DEAD,
                                               .identity = process("viewer", 4713),
                                               .position = 15,
                                               .lag = 5,
                                               .held_buffer = -1,
                                               .heartbeat_ns = 4990 * SECOND };
    consumers[2] = (struct dh_consumer_facts){ .life = DH_LIFE_LEFT,
                                               .identity = process("logger", 4714),
                                               .held_buffer = -1,
                                               .ended_ns = 4940 * SECOND };
    consumers[3] = (struct dh_consumer_facts){ .life = DH_LIFE_REAPED,
                                               .identity = process("viewer", 4700),
                                               .held_buffer = -1,
                                               .ended_ns = 1400 * SECOND,
                                               .ended_by_pid = 4711 };
    snapshot.metrics.reaped = 1;
    snapshot.metrics.last_reap_ns = 1400 * SECOND;
    write_pages("endings", 1);
}
END_TEST

START_TEST(a_producer_that_died_while_it_wrote)
{
    snapshot.block.producer_life = DH_LIFE_DEAD;
    slots[4] = (struct dh_slot_facts){ .state = DH_SLOT_WRITING, .sequence = 20 };
    write_pages("producer-died", 1);
}
END_TEST

START_TEST(an_overwriting_channel_with_losses_zones_and_a_secret)
{
    snapshot.block.policy.full = DH_FULL_OVERWRITE;
    snapshot.block.policy.checksum = DH_CHECKSUM_ENFORCED;
    snapshot.block.n_states = N_SLOTS + 1;
    snapshot.n_slots = N_SLOTS + 1;
    snapshot.block.secret = true;
    snapshot.block.membarrier = false;
    snapshot.block.zones_bytes = 4096;
    snapshot.block.memory = (struct dh_memory){ .asked_pages = DH_PAGES_HUGE,
                                                .pages = DH_PAGES_POOL,
                                                .huge_page_bytes = 2 << 20,
                                                .huge_bytes = 6 << 20,
                                                .asked_numa = DH_NUMA_NODE,
                                                .numa = DH_NUMA_NODE,
                                                .asked_node = 1,
                                                .node = 1 };
    snapshot.n_zones = 2;
    snapshot.zones[0] = (struct dhi_zone_facts){ .name = "calibration", .n_bytes = 48 };
    snapshot.zones[1] = (struct dhi_zone_facts){
        .name = "status", .n_bytes = 128, .shared = true, .n_spinlocks = 4
    };
    slots[N_SLOTS].state = DH_SLOT_FREE;
    consumers[0].held_buffer = 3;
    consumers[0].metrics.lost = 1234;
    consumers[0].metrics.checksum_failures = 2;
    consumers[1] = (struct dh_consumer_facts){ .life = DH_LIFE_DEAD,
                                               .identity = process("viewer", 4713),
                                               .held_buffer = 5,
                                               .heartbeat_ns = 4990 * SECOND };
    snapshot.metrics.last_error = DH_ELIMIT;
    snapshot.metrics.last_error_ns = 4999 * SECOND;
    snapshot.metrics.last_error_sequence = 17;
    write_pages("overwriting", 1);
}
END_TEST

START_TEST(claims_that_no_consumer_writes_are_a_problem)
{
    snapshot.metrics.bad_claims = 3;
    snapshot.block.memory = (struct dh_memory){ .asked_pages = DH_PAGES_HUGE,
                                                .asked_numa = DH_NUMA_NODE,
                                                .asked_node = 3 };
    snapshot.admin = false;
    snapshot.n_consumers = 0;
    write_pages("bad-claims", 1);
}
END_TEST

START_TEST(a_program_cannot_command_a_terminal_by_its_name)
{
    struct dhi_findings findings;
    char *page = NULL;
    size_t length;
    FILE *out = open_memstream(&page, &length);

    snapshot.block.producer = process("\x1b[2Jevil", 1);
    consumers[0].identity = process("\xff\x07", 2);
    dhi_findings_of(&findings, &snapshot);
    dhi_write_info(out, &plain, &snapshot);
    dhi_write_diagnosis(out, &plain, &snapshot, &findings);
    dhi_findings_free(&findings);
    fclose(out);
    ck_assert_ptr_null(strchr(page, '\x1b'));
    ck_assert_ptr_null(strchr(page, '\x07'));
    ck_assert_ptr_nonnull(strstr(page, "?[2Jevil[1]"));
    free(page);
}
END_TEST

START_TEST(lines_stay_within_80_columns)
{
    static const char *const names[] = { "healthy",       "standstill",  "endings",
                                         "producer-died", "overwriting", "bad-claims" };
    char path[512], line[1024];

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        FILE *file;
        snprintf(path, sizeof path, "%s/%s.txt", DH_GOLDEN, names[i]);
        file = fopen(path, "rb");
        ck_assert_ptr_nonnull(file);
        while (fgets(line, sizeof line, file) != NULL)
            ck_assert_msg(strlen(line) <= 81, "%s: %s", names[i], line);
        fclose(file);
    }
}
END_TEST

START_TEST(ranges_of_many_slots_stay_short)
{
    static struct dh_slot_facts many[1000];
    char ranges[DHI_RANGES_BYTES];

    for (unsigned i = 0; i < 1000; i++)
        many[i].state = i % 2 == 0 ? DH_SLOT_FREE : DH_SLOT_COMMITTED;
    snapshot.slots = many;
    snapshot.n_slots = 1000;
    ck_assert_uint_eq(dhi_slot_ranges(&snapshot, DH_SLOT_FREE, ranges), 500);
    ck_assert_ptr_nonnull(strstr(ranges, "0, 2, 4, 6"));
    ck_assert_ptr_nonnull(strstr(ranges, ", …"));
    ck_assert_uint_eq(dhi_slot_ranges(&snapshot, DH_SLOT_WRITING, ranges), 0);
    ck_assert_str_eq(ranges, "");
}
END_TEST

START_TEST(durations_and_sizes_read_well)
{
    static const struct {
        uint64_t ns;
        const char *text;
    } durations[] = {
        { 0, "0 ns" },
        { 999, "999 ns" },
        { 1000, "1.0 µs" },
        { 9999, "9.9 µs" },
        { 45600, "46 µs" },
        { 2100000, "2.1 ms" },
        { SECOND, "1.0 s" },
        { 59 * SECOND, "59 s" },
        { 200 * SECOND, "3 min 20 s" },
        { 7500 * SECOND, "2 h 5 min" },
        { 532800 * SECOND, "6 d 4 h" },
    };
    static const struct {
        uint64_t bytes;
        const char *text;
    } sizes[] = { { 0, "0 B" },
                  { 1023, "1023 B" },
                  { 1024, "1.0 KiB" },
                  { 1536, "1.5 KiB" },
                  { 20480, "20 KiB" },
                  { 3 << 20, "3.0 MiB" },
                  { UINT64_C(5) << 40, "5120 GiB" } };
    char text[DHI_QUANTITY_BYTES];

    for (size_t i = 0; i < sizeof durations / sizeof durations[0]; i++)
        ck_assert_str_eq(dhi_duration(durations[i].ns, text), durations[i].text);
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++)
        ck_assert_str_eq(dhi_size(sizes[i].bytes, text), sizes[i].text);
    ck_assert_str_eq(dhi_ago(0, SECOND, text), "never");
    ck_assert_str_eq(dhi_rfc3339(1000000000 * SECOND + 5, text), "2001-09-09T01:46:40.000000005Z");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("report");
    TCase *pages = tcase_create("pages");
    SRunner *runner;
    int failed;

    tcase_add_checked_fixture(pages, set_up, NULL);
    tcase_add_test(pages, a_healthy_lossless_channel);
    tcase_add_test(pages, a_consumer_that_stands_still_is_named_with_what_would_help);
    tcase_add_test(pages, one_that_is_only_busy_is_no_problem);
    tcase_add_test(pages, dead_left_and_reaped_consumers);
    tcase_add_test(pages, a_producer_that_died_while_it_wrote);
    tcase_add_test(pages, an_overwriting_channel_with_losses_zones_and_a_secret);
    tcase_add_test(pages, claims_that_no_consumer_writes_are_a_problem);
    tcase_add_test(pages, a_program_cannot_command_a_terminal_by_its_name);
    tcase_add_test(pages, lines_stay_within_80_columns);
    tcase_add_test(pages, ranges_of_many_slots_stay_short);
    tcase_add_test(pages, durations_and_sizes_read_well);
    suite_add_tcase(suite, pages);
    runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
