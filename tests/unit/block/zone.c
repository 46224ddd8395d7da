/* SPDX-License-Identifier: Apache-2.0 */
#include "block/zone.h"

#include "block/spinlock.h"
#include "support/block.h"

#include <check.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

struct cal {
    uint32_t gain[25];
};

struct stat_zone {
    uint64_t frames;
    uint32_t a, b;
};

struct sides {
    struct dhi_block *block, *theirs;
    dh_slot_rw *writer, *reader;
    struct dh_zone our_cal, our_stat, their_cal, their_stat;
};

static struct sides open_sides(void)
{
    struct sides s = { .block =
                           block_make(schema_from_text(0, text_zones, policy_wait(4, 4)), NULL) };
    struct dh_why why;

    s.theirs = block_join(s.block, DHI_CONSUMER);
    ck_assert_int_eq(dhi_slot_rw_open(&s.writer, s.block, -1, &why), DH_OK);
    ck_assert_int_eq(dhi_slot_rw_open(&s.reader, s.theirs, -1, &why), DH_OK);
    ck_assert(dhi_zone_find(&s.our_cal, s.block, "cal", sizeof(struct cal), DHI_LOCK_PRODUCER));
    ck_assert(
        dhi_zone_find(&s.our_stat, s.block, "stat", sizeof(struct stat_zone), DHI_LOCK_PRODUCER));
    ck_assert(dhi_zone_find(&s.their_cal, s.theirs, "cal", sizeof(struct cal),
                            dhi_lock_owner_of_record(0)));
    ck_assert(dhi_zone_find(&s.their_stat, s.theirs, "stat", sizeof(struct stat_zone),
                            dhi_lock_owner_of_record(0)));
    return s;
}

static void close_sides(struct sides *s)
{
    dhi_slot_rw_close(s->reader);
    dhi_slot_rw_close(s->writer);
    dhi_block_free(s->theirs);
    dhi_block_free(s->block);
}

START_TEST(a_zone_that_is_not_in_the_schema_is_not_found)
{
    struct sides s = open_sides();
    struct dh_zone zone;

    ck_assert(!dhi_zone_find(&zone, s.block, "cax", 4, DHI_LOCK_PRODUCER));
    close_sides(&s);
}
END_TEST

START_TEST(what_the_producer_writes_is_read_whole)
{
    struct sides s = open_sides();
    struct cal value, copy;

    for (uint32_t i = 0; i < 25; i++)
        value.gain[i] = 1000 + i;
    ck_assert_int_eq(dh_zone_write(&s.our_cal, &value), DH_OK);
    ck_assert_int_eq(dh_zone_read(&s.their_cal, DH_NOW, &copy), DH_OK);
    ck_assert_mem_eq(&value, &copy, sizeof value);
    ck_assert_ptr_null(dh_zone_mutable(&s.their_cal));
    ck_assert_int_eq(dh_zone_write(&s.their_cal, &value), DH_EREFUSED);
    ck_assert_int_eq(dh_zone_write(&s.our_stat, &value), DH_EREFUSED);
    ck_assert_int_eq(dh_zone_read(&s.their_stat, DH_NOW, &copy), DH_EREFUSED);
    ck_assert_int_eq(dh_zone_lock(&s.their_cal, 0, DH_NOW), DH_EINVAL);
    close_sides(&s);
}
END_TEST

START_TEST(a_reader_with_an_older_or_newer_struct_gets_its_own_size)
{
    struct sides s = open_sides();
    struct {
        uint32_t gain[30];
    } large;
    struct {
        uint32_t gain[10];
    } small;
    struct dh_zone zone;
    struct cal value;

    memset(&value, 0x11, sizeof value);
    ck_assert_int_eq(dh_zone_write(&s.our_cal, &value), DH_OK);
    ck_assert(dhi_zone_find(&zone, s.theirs, "cal", sizeof large, 2));
    memset(&large, 0xee, sizeof large);
    ck_assert_int_eq(dh_zone_read(&zone, DH_NOW, &large), DH_OK);
    ck_assert_uint_eq(large.gain[24], 0x11111111);
    ck_assert_uint_eq(large.gain[25], 0);
    ck_assert_uint_eq(large.gain[29], 0);
    ck_assert(dhi_zone_find(&zone, s.theirs, "cal", sizeof small, 2));
    ck_assert_int_eq(dh_zone_read(&zone, DH_NOW, &small), DH_OK);
    ck_assert_uint_eq(small.gain[9], 0x11111111);
    close_sides(&s);
}
END_TEST

static void *update_for_ever(void *argument)
{
    struct sides *s = argument;
    struct cal value;

    for (uint32_t n = 0; n < 200000; n++) {
        for (uint32_t i = 0; i < 25; i++)
            value.gain[i] = n;
        ck_assert_int_eq(dh_zone_write(&s->our_cal, &value), DH_OK);
    }
    return NULL;
}

START_TEST(a_zone_under_update_is_never_read_torn)
{
    struct sides s = open_sides();
    struct cal copy = { { 0 } };
    pthread_t thread;
    uint32_t newest = 0;

    pthread_create(&thread, NULL, update_for_ever, &s);
    while (newest < 199999) {
        ck_assert_int_eq(dh_zone_read(&s.their_cal, dh_in(10 * DH_S), &copy), DH_OK);
        for (int i = 1; i < 25; i++)
            ck_assert_uint_eq(copy.gain[i], copy.gain[0]);
        ck_assert_uint_ge(copy.gain[0], newest);
        newest = copy.gain[0];
    }
    pthread_join(thread, NULL);
    close_sides(&s);
}
END_TEST

/* A page that the copy comes to in its middle: then the other side writes. */
static struct {
    struct sides *sides;
    char *page;
    size_t bytes;
} middle;

static void write_in_the_middle(int signal)
{
    struct cal value;

    (void)signal;
    for (uint32_t i = 0; i < 25; i++)
        value.gain[i] = 2;
    if (dh_zone_write(&middle.sides->our_cal, &value) != DH_OK ||
        mprotect(middle.page, middle.bytes, PROT_READ | PROT_WRITE) != 0)
        abort();
}

START_TEST(a_zone_that_is_written_while_it_is_copied_is_copied_again)
{
    const struct sigaction action = { .sa_handler = write_in_the_middle };
    struct sides s = open_sides();
    size_t bytes = (size_t)sysconf(_SC_PAGESIZE);
    char *pages = mmap(NULL, 2 * bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    struct cal value, *copy = (struct cal *)(void *)(pages + bytes - 48);

    ck_assert_ptr_ne(pages, MAP_FAILED);
    for (uint32_t i = 0; i < 25; i++)
        value.gain[i] = 1;
    ck_assert_int_eq(dh_zone_write(&s.our_cal, &value), DH_OK);
    middle.sides = &s;
    middle.page = pages + bytes;
    middle.bytes = bytes;
    ck_assert_int_eq(mprotect(middle.page, bytes, PROT_NONE), 0);
    ck_assert_int_eq(sigaction(SIGSEGV, &action, NULL), 0);
    ck_assert_int_eq(dh_zone_read(&s.their_cal, DH_NOW, copy), DH_OK);
    signal(SIGSEGV, SIG_DFL);
    for (int i = 0; i < 25; i++)
        ck_assert_uint_eq(copy->gain[i], 2);
    munmap(pages, 2 * bytes);
    close_sides(&s);
}
END_TEST

START_TEST(an_update_that_does_not_end_is_busy_and_a_dead_writers_is_said_to_be_dead)
{
    struct sides s = open_sides();
    struct cal copy;

    dhi_store_relaxed(s.our_cal.guard, 7);
    ck_assert_int_eq(dh_zone_read(&s.their_cal, DH_NOW, &copy), DH_EBUSY);
    ck_assert_int_eq(dh_zone_read(&s.their_cal, dh_in(2 * DH_MS), &copy), DH_EBUSY);
    dhi_slot_rw_close(s.writer);
    dhi_block_free(s.block); /* the lease is gone */
    ck_assert_int_eq(dh_zone_read(&s.their_cal, DH_FOREVER, &copy), DH_EDEAD);
    dhi_slot_rw_close(s.reader);
    dhi_block_free(s.theirs);
}
END_TEST

START_TEST(a_lock_excludes_the_other_side_and_is_recursive)
{
    struct sides s = open_sides();

    ck_assert_int_eq(dh_zone_unlock(&s.our_stat, 0), DH_EORDER);
    ck_assert_int_eq(dh_zone_lock(&s.our_stat, 2, DH_NOW), DH_EINVAL);
    ck_assert_int_eq(dh_zone_lock(&s.our_stat, 0, DH_NOW), DH_OK);
    ck_assert_int_eq(dh_zone_lock(&s.our_stat, 0, DH_NOW), DH_OK);
    ck_assert_int_eq(dh_zone_lock(&s.their_stat, 0, DH_NOW), DH_EBUSY);
    ck_assert_int_eq(dh_zone_lock(&s.their_stat, 0, dh_in(2 * DH_MS)), DH_EBUSY);
    ck_assert_int_eq(dh_zone_lock(&s.their_stat, 1, DH_NOW), DH_OK); /* another lock */
    ck_assert_int_eq(dh_zone_unlock(&s.our_stat, 0), DH_OK);
    ck_assert_int_eq(dh_zone_lock(&s.their_stat, 0, DH_NOW), DH_EBUSY);
    ck_assert_int_eq(dh_zone_unlock(&s.our_stat, 0), DH_OK);
    ck_assert_int_eq(dh_zone_lock(&s.their_stat, 0, DH_NOW), DH_OK);
    ck_assert_int_eq(dh_zone_consistent(&s.our_stat, 0), DH_EORDER);
    close_sides(&s);
}
END_TEST

static void *count_under_lock(void *argument)
{
    struct dh_zone *zone = argument;

    for (int n = 0; n < 50000; n++) {
        struct stat_zone *value = dh_zone_mutable(zone);

        ck_assert_int_eq(dh_zone_lock(zone, 0, dh_in(20 * DH_S)), DH_OK);
        value->a++;
        value->b++;
        ck_assert_int_eq(dh_zone_unlock(zone, 0), DH_OK);
    }
    return NULL;
}

START_TEST(two_sides_that_count_under_a_lock_lose_nothing)
{
    struct sides s = open_sides();
    const struct stat_zone *value = dh_zone_data(&s.our_stat);
    pthread_t a, b;

    pthread_create(&a, NULL, count_under_lock, &s.our_stat);
    pthread_create(&b, NULL, count_under_lock, &s.their_stat);
    pthread_join(a, NULL);
    pthread_join(b, NULL);
    ck_assert_uint_eq(value->a, 100000);
    ck_assert_uint_eq(value->b, 100000);
    close_sides(&s);
}
END_TEST

static void lock_and_die(struct dhi_fds fds)
{
    struct dhi_block *block;
    struct dh_zone zone;
    struct dh_why why;
    dh_slot_rw *rw;

    if (dhi_block_map(&block, fds, DHI_CONSUMER, &why) != DH_OK ||
        dhi_slot_rw_open(&rw, block, -1, &why) != DH_OK)
        _exit(1);
    dhi_zone_find(&zone, block, "stat", sizeof(struct stat_zone),
                  dhi_lock_owner_of_record(rw->record_index));
    if (dh_zone_lock(&zone, 0, DH_NOW) != DH_OK) _exit(2);
    kill(getpid(), SIGKILL);
}

static void die_with_lock(struct sides *s)
{
    struct dhi_fds fds = fds_of(s->block);
    pid_t child = fork();
    int status;

    if (child == 0) lock_and_die(fds);
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert(WIFSIGNALED(status));
    dhi_fds_close(&fds);
}

START_TEST(the_lock_of_a_dead_owner_is_given_on_with_a_warning_until_it_is_settled)
{
    struct sides s = open_sides();

    die_with_lock(&s);
    ck_assert_int_eq(dh_zone_lock(&s.our_stat, 0, DH_NOW), DH_EOWNERDEAD);
    ck_assert_int_eq(dh_zone_unlock(&s.our_stat, 0),
                     DH_OK); /* not settled: the next one is told too */
    ck_assert_int_eq(dh_zone_lock(&s.their_stat, 0, DH_NOW), DH_EOWNERDEAD);
    ck_assert_int_eq(dh_zone_consistent(&s.their_stat, 0), DH_OK);
    ck_assert_int_eq(dh_zone_unlock(&s.their_stat, 0), DH_OK);
    ck_assert_int_eq(dh_zone_lock(&s.our_stat, 0, DH_NOW), DH_OK);
    close_sides(&s);
}
END_TEST

START_TEST(a_newcomer_in_a_dead_owners_place_does_not_own_its_locks)
{
    struct sides s = open_sides();
    struct dhi_block *third;
    struct dh_zone zone;
    struct dh_why why;
    dh_slot_rw *rw;

    die_with_lock(&s); /* as the consumer of record 1 */
    third = block_join(s.block, DHI_CONSUMER);
    ck_assert_int_eq(dhi_slot_rw_open(&rw, third, -1, &why), DH_OK);
    ck_assert_uint_eq(rw->record_index, 1);
    ck_assert(
        dhi_zone_find(&zone, third, "stat", sizeof(struct stat_zone), dhi_lock_owner_of_record(1)));
    ck_assert_int_eq(dh_zone_unlock(&zone, 0), DH_EORDER);
    ck_assert_int_eq(dh_zone_lock(&zone, 0, DH_NOW), DH_EOWNERDEAD);
    dhi_slot_rw_close(rw);
    dhi_block_free(third);
    close_sides(&s);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("zone");
    TCase *tests = tcase_create("zone");
    SRunner *runner = srunner_create(suite);
    int failed;

    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, a_zone_that_is_not_in_the_schema_is_not_found);
    tcase_add_test(tests, what_the_producer_writes_is_read_whole);
    tcase_add_test(tests, a_reader_with_an_older_or_newer_struct_gets_its_own_size);
    tcase_add_test(tests, a_zone_under_update_is_never_read_torn);
    tcase_add_test(tests, a_zone_that_is_written_while_it_is_copied_is_copied_again);
    tcase_add_test(tests,
                   an_update_that_does_not_end_is_busy_and_a_dead_writers_is_said_to_be_dead);
    tcase_add_test(tests, a_lock_excludes_the_other_side_and_is_recursive);
    tcase_add_test(tests, two_sides_that_count_under_a_lock_lose_nothing);
    tcase_add_test(tests, the_lock_of_a_dead_owner_is_given_on_with_a_warning_until_it_is_settled);
    tcase_add_test(tests, a_newcomer_in_a_dead_owners_place_does_not_own_its_locks);
    suite_add_tcase(suite, tests);
    srunner_run_all(runner, CK_NORMAL);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
