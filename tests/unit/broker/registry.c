/* SPDX-License-Identifier: Apache-2.0
 *
 * What was acknowledged is on the disk; and a disk that is full, read-only, broken on purpose or
 * taken away costs neither the broker nor what was acknowledged.
 */
#include "broker/registry.h"
#include "broker/registry_read.h"

#include <dh/time.h>

#include <check.h>
#include <fcntl.h>
#include <signal.h>
#include <sodium.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { STRANGER = 65534, ROOM = 512 };

static const struct dhi_keeping keeping = {
    .schemas = 1000, .audit_rows = 5000, .history_rows = 5000, .waiting_rows = 65536, .days = 400
};
static char folder[64], file[ROOM];
static dhi_registry *registry;

static void open_folder(void)
{
    int null = open("/dev/null", O_WRONLY | O_CLOEXEC);

    dup2(null, STDERR_FILENO); /* what is said of broken files need not be read */
    close(null);
    ck_assert_int_ge(sodium_init(), 0);
    strcpy(folder, "/tmp/dh-registry-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
    snprintf(file, sizeof file, "%s/" DHI_REGISTRY_FILE, folder);
    registry = NULL;
}

static void close_folder(void)
{
    char command[ROOM];

    dhi_registry_close(registry);
    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    ck_assert_int_eq(system(command), 0);
}

static void start(void)
{
    registry = dhi_registry_open(folder, &keeping);
    ck_assert_ptr_nonnull(registry);
}

/* Write what waits; whether the disk took it. */
static bool work(void)
{
    int64_t due;
    struct dhi_batch *batch = dhi_registry_take(registry, DH_FOREVER, &due);

    if (batch != NULL) {
        dhi_batch_write(batch);
        dhi_registry_done(registry, batch);
    }
    return dhi_registry_trouble(registry) == NULL;
}

static void stop(void)
{
    dhi_registry_close(registry);
    registry = NULL;
}

static const char *text_of(int n)
{
    static char text[64];

    snprintf(text, sizeof text, "schema number %d", n);
    return text;
}

static void hash_of(int n, unsigned char hash[32])
{
    crypto_generichash(hash, 32, (const unsigned char *)text_of(n), strlen(text_of(n)), NULL, 0);
}

/* Producer `n` brings schema `n`. */
static uint64_t tell(int n)
{
    struct dhi_row *row = dhi_row_new(DHI_EVENT_REGISTERED);

    ck_assert_ptr_nonnull(row);
    snprintf(row->channel, sizeof row->channel, "channel.%d", n);
    strcpy(row->program, "test");
    snprintf(row->text, sizeof row->text, "'channel.%d' is registered", n);
    memcpy(row->instance, &n, sizeof n);
    hash_of(n, row->hash);
    row->uid = 7;
    row->pid = 70 + (uint32_t)n;
    row->minor = 2;
    dhi_registry_record(registry, row->hash, text_of(n), strlen(text_of(n)), row->uid, row);
    return dhi_registry_tell(registry, row);
}

static void tell_end(int n, enum dhi_event event)
{
    struct dhi_row *row = dhi_row_new(event);

    snprintf(row->channel, sizeof row->channel, "channel.%d", n);
    memcpy(row->instance, &n, sizeof n);
    row->uid = 7;
    dhi_registry_tell(registry, row);
}

/* ---- looking ------------------------------------------------------------------------------ */

static bool count(void *context, const struct dhi_registry_audit *row)
{
    ck_assert_str_ne(row->event, "");
    ++*(int *)context;
    return true;
}

struct found {
    int n;
    char ended[32];
    uint32_t minor, pid;
};

static bool find(void *context, const struct dhi_registry_history *row)
{
    struct found *found = context;

    found->n++;
    snprintf(found->ended, sizeof found->ended, "%s", row->ended != NULL ? row->ended : "");
    ck_assert_int_eq(row->ended == NULL, row->until_us == 0);
    found->minor = row->minor;
    found->pid = row->pid;
    return true;
}

static struct dhi_registry_reader *look(void)
{
    struct dhi_registry_reader *reader;
    struct dh_why why;

    ck_assert_msg(dhi_registry_read_open(&reader, folder, &why) == DH_OK, "%s", why.text);
    return reader;
}

static struct found history_of(int n)
{
    struct dhi_registry_reader *reader = look();
    struct found found = { 0 };
    char channel[32];

    snprintf(channel, sizeof channel, "channel.%d", n);
    ck_assert_int_eq(dhi_registry_each_history(reader, channel, NULL, find, &found, NULL), DH_OK);
    dhi_registry_read_close(reader);
    return found;
}

static bool has_schema(int n)
{
    struct dhi_registry_reader *reader = look();
    unsigned char hash[32];
    char *text = NULL;
    size_t bytes;
    bool has;

    hash_of(n, hash);
    has = dhi_registry_read_schema(reader, hash, &text, &bytes, NULL) == DH_OK;
    if (has) ck_assert_str_eq(text, text_of(n));
    free(text);
    dhi_registry_read_close(reader);
    return has;
}

static int audit_rows(void)
{
    struct dhi_registry_reader *reader = look();
    int n = 0;

    ck_assert_int_eq(dhi_registry_each_audit(reader, NULL, count, &n, NULL), DH_OK);
    dhi_registry_read_close(reader);
    return n;
}

static bool count_schema(void *context, const struct dhi_registry_schema *row)
{
    ck_assert_uint_gt(row->text_bytes, 0);
    ck_assert_uint_eq(row->uid, 7);
    ++*(int *)context;
    return *(int *)context < 3; /* more need not be shown */
}

static int first_schemas(void)
{
    struct dhi_registry_reader *reader = look();
    int n = 0;

    ck_assert_int_eq(dhi_registry_each_schema(reader, count_schema, &n, NULL), DH_OK);
    dhi_registry_read_close(reader);
    return n;
}

static int files_aside(void)
{
    char name[ROOM + 32];
    int n = 0;

    for (int i = 1; i < 100; i++) {
        snprintf(name, sizeof name, "%s.broken-%d", file, i);
        n += access(name, F_OK) == 0;
    }
    return n;
}

/* ---- all is well -------------------------------------------------------------------------- */

START_TEST(a_ticket_is_settled_when_its_row_is_on_the_disk_and_not_before)
{
    uint64_t ticket;

    start();
    ticket = tell(1);
    ck_assert_uint_gt(ticket, 0);
    ck_assert(!dhi_registry_settled(registry, ticket));
    ck_assert(work());
    ck_assert(dhi_registry_settled(registry, ticket));
    ck_assert(has_schema(1));
    ck_assert_int_eq(history_of(1).n, 1);
    ck_assert_uint_eq(history_of(1).minor, 2);
    ck_assert_uint_eq(history_of(1).pid, 71);
    ck_assert_int_eq(audit_rows(), 1);
}
END_TEST

START_TEST(a_thousand_rows_are_one_transaction)
{
    struct dhi_registry_facts facts;
    uint64_t last = 0;

    start();
    work();
    for (int i = 0; i < 1000; i++)
        last = tell(i);
    ck_assert(work());
    ck_assert(dhi_registry_settled(registry, last));
    dhi_registry_facts(registry, &facts);
    ck_assert_uint_eq(facts.batches, 2);
    ck_assert_uint_eq(facts.written, 1000);
    ck_assert_uint_eq(facts.waiting, 0);
    ck_assert_int_eq(audit_rows(), 1000);
    ck_assert_int_eq(first_schemas(), 3);
}
END_TEST

START_TEST(a_producer_that_outlives_the_broker_goes_on_in_its_own_row)
{
    start();
    tell(1);
    tell(2);
    tell(3);
    work();
    tell_end(2, DHI_EVENT_DIED);
    tell_end(3, DHI_EVENT_DEREGISTERED);
    work();
    ck_assert_str_eq(history_of(2).ended, "died");
    stop();
    start();
    work();
    ck_assert_str_eq(history_of(1).ended, "not seen since");
    ck_assert_str_eq(history_of(2).ended, "died");
    ck_assert_str_eq(history_of(3).ended, "deregistered");
    tell(1);
    work();
    ck_assert_str_eq(history_of(1).ended, "");
    ck_assert_int_eq(history_of(1).n, 1);
    ck_assert_int_eq(audit_rows(), 5); /* a return is no news */
}
END_TEST

START_TEST(a_text_that_this_broker_never_saw_comes_from_the_disk)
{
    unsigned char hash[32];
    size_t bytes = 0;
    char *text;

    start();
    tell(5);
    work();
    stop();
    start();
    hash_of(5, hash);
    work();
    text = dhi_registry_text(registry, hash, &bytes);
    ck_assert_ptr_nonnull(text);
    ck_assert_str_eq(text, text_of(5));
    ck_assert_uint_eq(bytes, strlen(text));
    free(text);
    hash[0] ^= 1;
    ck_assert_ptr_null(dhi_registry_text(registry, hash, &bytes));
}
END_TEST

START_TEST(schemas_cannot_be_changed_in_the_file)
{
    sqlite3 *handle;

    start();
    tell(1);
    work();
    ck_assert_int_eq(sqlite3_open(file, &handle), SQLITE_OK);
    ck_assert_int_ne(sqlite3_exec(handle, "UPDATE schemas SET text = 'x'", NULL, NULL, NULL),
                     SQLITE_OK);
    ck_assert_ptr_nonnull(strstr(sqlite3_errmsg(handle), "never changes"));
    sqlite3_close(handle);
}
END_TEST

START_TEST(the_file_is_its_owner_s_alone)
{
    struct stat status;

    umask(077);
    start();
    work();
    ck_assert_int_eq(stat(file, &status), 0);
    ck_assert_int_eq(status.st_mode & 077, 0);
}
END_TEST

START_TEST(rows_over_a_user_s_number_and_over_their_time_are_forgotten)
{
    static const struct dhi_keeping few = {
        .schemas = 3, .audit_rows = 100, .history_rows = 50, .waiting_rows = 65536, .days = 1
    };
    struct dhi_row *old;
    int n;

    registry = dhi_registry_open(folder, &few);
    old = dhi_row_new(DHI_EVENT_STARTED);
    old->at_us -= INT64_C(3) * 24 * 3600 * 1000000;
    dhi_registry_tell(registry, old);
    for (int i = 0; i < 3000; i++) {
        tell(i);
        if (i != 1500) tell_end(i, DHI_EVENT_DEREGISTERED);
    }
    ck_assert(work());
    n = audit_rows();
    ck_assert_int_eq(n, 100);
    ck_assert_int_eq(history_of(2999).n, 1);
    ck_assert_int_eq(history_of(2900).n, 0);
    ck_assert_int_eq(history_of(1500).n, 1); /* it is registered now */
    ck_assert(has_schema(2));
    ck_assert(!has_schema(3)); /* more than the user may bring */
}
END_TEST

START_TEST(a_second_broker_leaves_the_registry_to_the_first)
{
    dhi_registry *first;

    start();
    work();
    first = registry;
    start();
    ck_assert(!work());
    ck_assert_ptr_nonnull(strstr(dhi_registry_trouble(registry), "another dhbroker"));
    stop();
    registry = first;
}
END_TEST

START_TEST(a_backup_is_whole_while_rows_are_written)
{
    char copy[ROOM], text[DHI_DATABASE_TEXT_BYTES];
    pid_t child;
    int status;

    start();
    for (int i = 0; i < 500; i++)
        tell(i);
    ck_assert(work());
    snprintf(copy, sizeof copy, "%s/copy", folder);
    child = fork();
    if (child == 0) _exit(dhi_database_backup(folder, copy, text) ? 0 : 1);
    while (waitpid(child, &status, WNOHANG) == 0) {
        tell(1000 + rand() % 1000);
        ck_assert(work());
    }
    ck_assert_int_eq(status, 0);
    ck_assert(!dhi_database_backup(folder, copy, text)); /* nothing is written over */
    ck_assert_ptr_nonnull(strstr(text, "exists"));
    stop();
    ck_assert_int_eq(rename(copy, file), 0); /* as a restore does */
    ck_assert(has_schema(499));
    ck_assert_int_ge(audit_rows(), 500);
}
END_TEST

/* ---- all is not well ---------------------------------------------------------------------- */

/* 3 is the first page, without which nothing of the file can be read; 0 to 2 leave little or
 * nothing. */
static void spoil(int way)
{
    int fd = open(file, O_RDWR | O_CLOEXEC);
    struct stat status;
    char noise[4096];

    ck_assert_int_eq(fstat(fd, &status), 0);
    randombytes_buf(noise, sizeof noise);
    switch (way) {
    case 0: ck_assert_int_eq(ftruncate(fd, 3 * 4096 + 100), 0); break;
    case 1: ck_assert_int_eq(pwrite(fd, "not a database", 14, 0), 14); break;
    case 2: ck_assert_int_eq(ftruncate(fd, 100), 0); break;
    default: ck_assert_int_eq(pwrite(fd, noise, 4096, (off_t)(way - 2) * 4096), 4096);
    }
    close(fd);
}

enum { WAYS = 24 };

START_TEST(a_file_broken_anywhere_is_set_aside_and_what_can_be_read_of_it_is_kept)
{
    int kept = 0;

    start();
    for (int i = 0; i < 300; i++)
        tell(i);
    ck_assert(work());
    stop(); /* the log is in the file now */
    spoil(_i);
    start();
    ck_assert_msg(work(), "way %d: %s", _i, dhi_registry_trouble(registry));
    ck_assert_int_eq(files_aside(), 1);
    for (int i = 0; i < 300; i++)
        kept += has_schema(i);
    if (_i > 3) ck_assert_msg(kept > 150, "way %d: %d schemas of 300 kept", _i, kept);
    tell(1000);
    ck_assert(work());
    ck_assert(has_schema(1000));
    ck_assert_int_ge(audit_rows(), 2); /* that it was set aside stands there, too */
}
END_TEST

/* It stays where it is until there is room for all that can be read of it. */
START_TEST(a_broken_file_is_not_given_up_because_the_disk_is_full)
{
    struct rlimit small = { 48 * 1024 << _i, RLIM_INFINITY };
    int kept = 0;

    signal(SIGXFSZ, SIG_IGN);
    start();
    for (int i = 0; i < 300; i++)
        tell(i);
    ck_assert(work());
    stop();
    spoil(9);
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &small), 0);
    start();
    for (int i = 0; i < 2; i++) {
        ck_assert(!work());
        ck_assert_msg(strstr(dhi_registry_trouble(registry), "is broken") != NULL, "%s",
                      dhi_registry_trouble(registry));
        ck_assert_int_eq(files_aside(), 0);
    }
    small.rlim_cur = RLIM_INFINITY;
    setrlimit(RLIMIT_FSIZE, &small);
    ck_assert(work());
    ck_assert_int_eq(files_aside(), 1);
    for (int i = 0; i < 300; i++)
        kept += has_schema(i);
    ck_assert_msg(kept > 150, "%d schemas of 300 kept", kept);
}
END_TEST

START_TEST(a_file_of_a_newer_release_is_left_as_it_is)
{
    sqlite3 *handle;

    start();
    tell(1);
    work();
    stop();
    ck_assert_int_eq(sqlite3_open(file, &handle), SQLITE_OK);
    sqlite3_exec(handle, "PRAGMA user_version = 99", NULL, NULL, NULL);
    sqlite3_close(handle);
    start();
    ck_assert(!work());
    ck_assert_ptr_nonnull(strstr(dhi_registry_trouble(registry), "newer dhbroker"));
    ck_assert_int_eq(files_aside(), 0);
}
END_TEST

START_TEST(a_file_that_is_taken_away_is_begun_anew_with_what_came_since)
{
    uint64_t ticket;

    start();
    tell(1);
    ck_assert(work());
    ck_assert_int_eq(unlink(file), 0);
    ticket = tell(2);
    ck_assert(!work()); /* noticed, and said */
    ck_assert(dhi_registry_settled(registry, ticket));
    ck_assert(work());
    ck_assert_int_eq(history_of(2).n, 1);
}
END_TEST

static void full_disk(void)
{
    struct rlimit small = { 256 * 1024, RLIM_INFINITY };
    struct dhi_registry_facts facts;
    uint64_t last = 0;
    int n;

    signal(SIGXFSZ, SIG_IGN);
    start();
    tell(0);
    ck_assert(work());
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &small), 0);
    for (n = 1; work() && n < 100000; n++)
        last = tell(n);
    ck_assert_int_lt(n, 100000);
    ck_assert(dhi_registry_settled(registry, last)); /* in memory, and said so */
    ck_assert(!work());                              /* it still is */
    ck_assert(has_schema(0));
    tell(n);
    small.rlim_cur = RLIM_INFINITY;
    setrlimit(RLIMIT_FSIZE, &small);
    ck_assert(work());
    for (int i = 0; i <= n; i++)
        ck_assert_msg(history_of(i).n == 1 && has_schema(i), "%d of %d is lost", i, n);
    dhi_registry_facts(registry, &facts);
    ck_assert_uint_eq(facts.dropped, 0);
    ck_assert_int_eq(files_aside(), 0);
}

START_TEST(a_full_disk_is_said_and_nothing_is_lost_when_there_is_room_again)
{
    full_disk();
}
END_TEST

static void read_only_folder(void)
{
    ck_assert_int_eq(chmod(folder, 0500), 0);
    start();
    ck_assert(!work());
    tell(1);
    ck_assert(!work());
    ck_assert_ptr_nonnull(dhi_registry_trouble(registry));
    ck_assert_int_eq(chmod(folder, 0700), 0);
    ck_assert(work());
    ck_assert(has_schema(1));
    stop();
    ck_assert_int_eq(chmod(file, 0400), 0);
    ck_assert_int_eq(chmod(folder, 0500), 0);
    start();
    tell(2);
    ck_assert(!work());
    ck_assert_int_eq(files_aside(), 0);
    ck_assert_int_eq(chmod(folder, 0700), 0);
    ck_assert_int_eq(chmod(file, 0600), 0);
    ck_assert(work());
    ck_assert(has_schema(1) && has_schema(2));
    stop();
}

START_TEST(a_read_only_folder_is_said_and_nothing_is_lost_when_it_is_writable_again)
{
    if (geteuid() == 0) { /* whom modes do not stop */
        ck_assert_int_eq(chown(folder, STRANGER, STRANGER), 0);
        ck_assert_int_eq(setuid(STRANGER), 0);
    }
    read_only_folder();
}
END_TEST

START_TEST(rows_that_do_not_fit_into_memory_either_are_counted)
{
    struct dhi_registry_facts facts;

    start();
    ck_assert_int_eq(rmdir(folder), 0);
    ck_assert_int_eq(mkfifo(folder, 0600), 0); /* no folder can be made there */
    for (int i = 0; i < 70000; i++)
        tell_end(i, DHI_EVENT_DIED);
    ck_assert(!work());
    dhi_registry_facts(registry, &facts);
    ck_assert_uint_eq(facts.waiting + facts.dropped, 70000);
    ck_assert_uint_gt(facts.dropped, 0);
    ck_assert_int_eq(unlink(folder), 0);
    ck_assert(work()); /* and made again */
    dhi_registry_facts(registry, &facts);
    ck_assert_uint_eq(facts.waiting, 0);
}
END_TEST

static bool is_immutable_read(void)
{
    return has_schema(1) && history_of(1).n == 1;
}

START_TEST(a_registry_is_read_where_nothing_may_be_written)
{
    start();
    tell(1);
    ck_assert(work());
    stop();
    if (geteuid() == 0) {
        ck_assert_int_eq(chown(folder, STRANGER, STRANGER), 0);
        ck_assert_int_eq(chown(file, STRANGER, STRANGER), 0);
        ck_assert_int_eq(setuid(STRANGER), 0);
    }
    ck_assert_int_eq(chmod(folder, 0500), 0);
    ck_assert(is_immutable_read());
    ck_assert_int_eq(chmod(folder, 0700), 0);
}
END_TEST

START_TEST(a_reader_says_what_is_not_there)
{
    struct dhi_registry_reader *reader;
    struct dh_why why;
    int fd;

    ck_assert_int_eq(dhi_registry_read_open(&reader, folder, &why), DH_ENOTFOUND);
    fd = open(file, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
    ck_assert_int_eq(write(fd, "nonsense of some length, no database", 36), 36);
    close(fd);
    ck_assert_int_eq(dhi_registry_read_open(&reader, folder, &why), DH_ECORRUPT);
    ck_assert_ptr_nonnull(strstr(why.text, file));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("registry");
    TCase *well = tcase_create("well"), *ill = tcase_create("ill");
    SRunner *runner;
    int failed;

    tcase_add_checked_fixture(well, open_folder, close_folder);
    tcase_add_test(well, a_ticket_is_settled_when_its_row_is_on_the_disk_and_not_before);
    tcase_add_test(well, a_thousand_rows_are_one_transaction);
    tcase_add_test(well, a_producer_that_outlives_the_broker_goes_on_in_its_own_row);
    tcase_add_test(well, a_text_that_this_broker_never_saw_comes_from_the_disk);
    tcase_add_test(well, schemas_cannot_be_changed_in_the_file);
    tcase_add_test(well, the_file_is_its_owner_s_alone);
    tcase_add_test(well, rows_over_a_user_s_number_and_over_their_time_are_forgotten);
    tcase_add_test(well, a_second_broker_leaves_the_registry_to_the_first);
    tcase_add_test(well, a_backup_is_whole_while_rows_are_written);
    suite_add_tcase(suite, well);
    tcase_add_checked_fixture(ill, open_folder, close_folder);
    tcase_add_loop_test(ill, a_file_broken_anywhere_is_set_aside_and_what_can_be_read_of_it_is_kept,
                        0, WAYS);
    tcase_add_test(ill, a_file_of_a_newer_release_is_left_as_it_is);
    tcase_add_loop_test(ill, a_broken_file_is_not_given_up_because_the_disk_is_full, 0, 2);
    tcase_add_test(ill, a_file_that_is_taken_away_is_begun_anew_with_what_came_since);
    tcase_add_test(ill, a_full_disk_is_said_and_nothing_is_lost_when_there_is_room_again);
    tcase_add_test(ill, a_read_only_folder_is_said_and_nothing_is_lost_when_it_is_writable_again);
    tcase_add_test(ill, rows_that_do_not_fit_into_memory_either_are_counted);
    tcase_add_test(ill, a_registry_is_read_where_nothing_may_be_written);
    tcase_add_test(ill, a_reader_says_what_is_not_there);
    suite_add_tcase(suite, ill);
    runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
