/* SPDX-License-Identifier: Apache-2.0
 *
 * A producer that has waited long for room has its attendant look out for the consumer in its way:
 * the attendant holds that one's process by a pidfd, and wakes the producer when it has ended.
 */
#include "block/ring.h"
#include "support/block.h"

#include <dh/consumer.h>
#include <dh/producer.h>

#include <check.h>
#include <dirent.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { SLOTS = 4, READERS = 2, PATIENCE_MS = 10000, NOBODY = 0 };

static char channel[48];
static const struct dh_schema *schema;
static dh_producer *producer;

/* ---- who wakes whom: linked in front of os/futex.c ---- */

void __real_dhi_futex_wake(const uint32_t *word);
void __wrap_dhi_futex_wake(const uint32_t *word);

static const uint32_t *awaited_claim;
static uint32_t n_wakes; /* of that claim's sleeper, by the attendant */

void __wrap_dhi_futex_wake(const uint32_t *word)
{
    char name[16] = "";

    pthread_getname_np(pthread_self(), name, sizeof name);
    if (word == awaited_claim && strcmp(name, "dh-attendant") == 0)
        __atomic_fetch_add(&n_wakes, 1, __ATOMIC_RELAXED);
    __real_dhi_futex_wake(word);
}

/* ---- the scene ---- */

static dh_slot_rw *ring_of_producer(void)
{
    return *(dh_slot_rw **)(void *)producer;
}

static struct dhi_record *record(uint32_t index)
{
    return dhi_record_of(ring_of_producer()->block, index);
}

static void begin(const char *name)
{
    struct dh_why why;

    snprintf(channel, sizeof channel, "test.vigil.%s.%d", name, (int)getpid());
    schema = schema_from_text(0, text_pair, policy_wait(SLOTS, READERS));
    ck_assert_msg(dh_producer_open(&producer, schema, channel, NULL, &why) == DH_OK, "%s",
                  why.text);
    n_wakes = 0;
    awaited_claim = dhi_claim_half(record(0));
}

/* A child that has joined, and reads one for each byte that it is sent. */
struct reader {
    pid_t pid;
    int ask, answer;
};

static void read_when_asked(int asked, int told)
{
    dh_consumer *consumer;
    const void *payload;
    char byte = 'j';

    if (dh_consumer_open(&consumer, schema, channel, NULL, NULL) != DH_OK) _exit(1);
    while (write(told, &byte, 1) == 1 && read(asked, &byte, 1) == 1) {
        if (dh_consumer_acquire(consumer, dh_in(PATIENCE_MS * DH_MS), &payload) != DH_OK) _exit(2);
        dh_consumer_release(consumer);
    }
    _exit(0);
}

static void ask(const struct reader *reader)
{
    ck_assert_int_eq(write(reader->ask, "r", 1), 1);
}

static void heard(const struct reader *reader)
{
    char byte;

    ck_assert_int_eq(read(reader->answer, &byte, 1), 1);
}

static struct reader start_reader(void)
{
    int asked[2], told[2];
    struct reader reader;

    ck_assert_int_eq(pipe(asked), 0);
    ck_assert_int_eq(pipe(told), 0);
    reader = (struct reader){ fork(), asked[1], told[0] };
    if (reader.pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        close(asked[1]);
        close(told[0]);
        read_when_asked(asked[0], told[1]);
    }
    close(asked[0]);
    close(told[1]);
    heard(&reader);
    return reader;
}

static void end_reader(const struct reader *reader)
{
    kill(reader->pid, SIGKILL);
    waitpid(reader->pid, NULL, 0);
    close(reader->ask);
    close(reader->answer);
}

static dh_err send_one(int64_t deadline_ns)
{
    void *payload;
    dh_err err = dh_producer_loan(producer, deadline_ns, &payload);

    return err == DH_OK ? dh_producer_commit(producer) : err;
}

static void fill(void)
{
    while (send_one(DH_NOW) == DH_OK) {
    }
}

static void *wait_for_room(void *argument)
{
    *(dh_err *)argument = send_one(dh_in(3 * PATIENCE_MS * DH_MS));
    return NULL;
}

struct waiter {
    pthread_t thread;
    dh_err err;
};

static void begin_to_wait(struct waiter *waiter)
{
    ck_assert_int_eq(pthread_create(&waiter->thread, NULL, wait_for_room, &waiter->err), 0);
}

static void has_room(struct waiter *waiter)
{
    pthread_join(waiter->thread, NULL);
    ck_assert_int_eq(waiter->err, DH_OK);
}

/* The process that a pidfd of ours is of, as /proc says; -1: that has ended; NOBODY: there is none.
 */
static int looked_out_for(void)
{
    DIR *folder = opendir("/proc/self/fdinfo");
    const struct dirent *entry;
    int pid = NOBODY;

    while (folder != NULL && (entry = readdir(folder)) != NULL) {
        char path[300], line[128];
        FILE *file;

        snprintf(path, sizeof path, "/proc/self/fdinfo/%s", entry->d_name);
        file = fopen(path, "re");
        while (file != NULL && fgets(line, sizeof line, file) != NULL)
            sscanf(line, "Pid: %d", &pid);
        if (file != NULL) fclose(file);
    }
    if (folder != NULL) closedir(folder);
    return pid;
}

static void looks_out_for(pid_t pid)
{
    for (int i = 0; i < PATIENCE_MS && looked_out_for() != pid; i++)
        usleep(1000);
    ck_assert_int_eq(looked_out_for(), pid);
}

static bool was_woken(void)
{
    for (int i = 0; i < PATIENCE_MS && __atomic_load_n(&n_wakes, __ATOMIC_RELAXED) == 0; i++)
        usleep(1000);
    return __atomic_load_n(&n_wakes, __ATOMIC_RELAXED) > 0;
}

/* ---- what is promised ---- */

/* The producer looks by itself, too, and may see it first: then nobody needs to wake it. */
START_TEST(the_end_of_whom_it_waits_for_wakes_the_producer)
{
    struct reader reader;
    struct waiter waiter;
    bool woken = false;

    begin("end");
    for (int i = 0; i < 3 && !woken; i++) {
        reader = start_reader();
        fill();
        begin_to_wait(&waiter);
        looks_out_for(reader.pid);
        kill(reader.pid, SIGKILL);
        woken = was_woken();
        has_room(&waiter);
        looks_out_for(NOBODY);
        end_reader(&reader);
    }
    ck_assert(woken);
    dh_producer_close(producer);
}
END_TEST

START_TEST(who_makes_room_is_not_looked_out_for_any_more)
{
    struct reader reader;
    struct waiter waiter;

    begin("room");
    reader = start_reader();
    fill();
    begin_to_wait(&waiter);
    looks_out_for(reader.pid);
    ask(&reader);
    has_room(&waiter);
    looks_out_for(NOBODY);
    ck_assert_int_eq(n_wakes, 0);
    end_reader(&reader);
    dh_producer_close(producer);
}
END_TEST

/* It is told of by the one that stands in its way now, be that the same record again. */
START_TEST(it_looks_out_for_the_one_in_its_way)
{
    struct reader first, second, newcomer;
    struct waiter waiter;

    begin("way");
    first = start_reader();
    second = start_reader();
    fill();
    begin_to_wait(&waiter);
    looks_out_for(first.pid);
    for (int i = 0; i < SLOTS; i++) { /* all that there is: now the second is in the way */
        ask(&first);
        heard(&first);
    }
    looks_out_for(second.pid);
    kill(second.pid, SIGKILL);
    has_room(&waiter);
    end_reader(&first);
    end_reader(&second);
    newcomer = start_reader();
    fill();
    begin_to_wait(&waiter);
    looks_out_for(newcomer.pid);
    kill(newcomer.pid, SIGKILL);
    has_room(&waiter);
    end_reader(&newcomer);
    dh_producer_close(producer);
    looks_out_for(NOBODY);
}
END_TEST

/* As when the one in the way has left, and another came into its place by the broker: nobody rings
 * the attendant for that. */
START_TEST(it_looks_again_whom_a_record_is_of)
{
    struct reader first, second;
    struct waiter waiter;

    begin("again");
    first = start_reader();
    second = start_reader();
    fill();
    begin_to_wait(&waiter);
    looks_out_for(first.pid);
    record(0)->identity = record(1)->identity;
    looks_out_for(second.pid);
    end_reader(&first);
    end_reader(&second);
    has_room(&waiter);
    dh_producer_close(producer);
}
END_TEST

/* What stands in a record is the consumers' to write: a number that nobody has, or another's. */
START_TEST(a_record_that_lies_costs_a_wake)
{
    static const uint32_t lies[] = { 0, UINT32_MAX, 1 };
    struct reader reader;
    struct waiter waiter;

    for (size_t i = 0; i < sizeof lies / sizeof lies[0]; i++) {
        begin("lies");
        reader = start_reader();
        fill();
        dhi_store_relaxed(&record(0)->identity.pid, lies[i]);
        begin_to_wait(&waiter);
        ck_assert(was_woken());
        ask(&reader);
        has_room(&waiter);
        looks_out_for(NOBODY);
        end_reader(&reader);
        dh_producer_close(producer);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("process/channel/vigil");
    TCase *tests = tcase_create("vigil");
    SRunner *runner;
    int failed;

    tcase_set_timeout(tests, 10 * PATIENCE_MS / 1000);
    tcase_add_test(tests, the_end_of_whom_it_waits_for_wakes_the_producer);
    tcase_add_test(tests, who_makes_room_is_not_looked_out_for_any_more);
    tcase_add_test(tests, it_looks_out_for_the_one_in_its_way);
    tcase_add_test(tests, it_looks_again_whom_a_record_is_of);
    tcase_add_test(tests, a_record_that_lies_costs_a_wake);
    suite_add_tcase(suite, tests);
    runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
