/* SPDX-License-Identifier: Apache-2.0
 *
 * A producer that lives and stands still is made to give way: with a broker (1) and without (0).
 */
#include "relay.h"

#include "base/atomic.h"
#include "block/ring.h"

#include <dh/recovery.h>

#include <elf.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

static const struct dh_producer_options by_force = { .takeover = DH_TAKEOVER_FORCE,
                                                     .takeover_ns = 300 * DH_MS };
static const struct dh_producer_options asking = { .takeover = DH_TAKEOVER_HANDOVER,
                                                   .takeover_ns = 200 * DH_MS };

static pid_t perhaps_broker(int with)
{
    return with ? broker_start(0, NULL, NULL) : 0;
}

static void end(pid_t producer, pid_t broker)
{
    dhi_store_release(&board->stop, 1);
    ck_assert_int_eq(process_wait(producer), 0);
    if (broker != 0) process_kill(broker, SIGTERM);
}

/* ---- readers that wait in acquire while it happens ---- */

enum { READERS = 3 };

struct reader {
    pthread_t thread;
    dh_consumer *consumer;
    uint64_t until;
};

static void *read_all(void *argument)
{
    struct reader *reader = argument;

    relay_read(reader->consumer, 0, reader->until);
    return NULL;
}

static void start_readers(struct reader readers[READERS], uint64_t until)
{
    for (int k = 0; k < READERS; k++) {
        readers[k].until = until;
        readers[k].consumer = relay_join(world_schema(), NULL);
        ck_assert_int_eq(pthread_create(&readers[k].thread, NULL, read_all, &readers[k]), 0);
    }
}

static void end_readers(struct reader readers[READERS], uint64_t moves)
{
    for (int k = 0; k < READERS; k++) {
        struct dh_consumer_metrics metrics;

        ck_assert_int_eq(pthread_join(readers[k].thread, NULL), 0);
        dh_consumer_metrics_get(readers[k].consumer, &metrics);
        ck_assert_uint_eq(metrics.moved, moves);
        ck_assert_uint_eq(dh_consumer_lost(readers[k].consumer), 0);
        dh_consumer_close(readers[k].consumer);
    }
}

static bool all_read(uint64_t n)
{
    struct dh_observer *observer;
    bool all = true;

    if (dh_observer_open(&observer, channel, true, NULL, NULL, NULL) != DH_OK) return false;
    for (uint32_t i = 0; i < READERS; i++) {
        struct dh_consumer_facts facts;

        all = all && dh_observer_consumer(observer, i, &facts) == DH_OK && facts.position >= n;
    }
    dh_observer_close(observer);
    return all;
}

/* ---- it stands still as a whole ---- */

/* The signal is one thread's first, which may have to wait for a core; then all stop. */
static void stop(pid_t pid)
{
    int status;

    ck_assert_int_eq(kill(pid, SIGSTOP), 0);
    ck_assert_int_eq(waitpid(pid, &status, WUNTRACED), pid);
    ck_assert(WIFSTOPPED(status));
}

START_TEST(a_stopped_producer_is_ended_and_nothing_is_lost)
{
    pid_t broker = perhaps_broker(_i), old, heir;
    struct reader readers[READERS];

    dhi_store_release(&board->stunt_at, 5);
    dhi_store_release(&board->stunt, STUNT_SPIN);
    dhi_store_release(&board->pause, 1);
    old = relay_start_and_wait(world_schema(), NULL);
    heir = relay_prepare(world_schema(), &by_force);
    start_readers(readers, 500);
    dhi_store_release(&board->pause, 0);
    ck_assert(BECOMES(5000, dhi_load_acquire(&board->playing) == 1));
    ck_assert(BECOMES(5000, all_read(5))); /* and sleep: message 5 is in hand */
    stop(old);
    dhi_store_release(&board->stunt, STUNT_NONE);
    relay_call_and_wait();
    ck_assert_int_eq(process_wait(old), -SIGKILL);
    end_readers(readers, 1);
    end(heir, broker);
}
END_TEST

START_TEST(who_only_asks_leaves_a_stopped_producer_alone)
{
    pid_t broker = perhaps_broker(_i), old;
    dh_consumer *consumer;
    uint64_t next;

    dhi_store_release(&board->pause, 1);
    old = relay_start_and_wait(world_schema(), NULL);
    consumer = relay_join(world_schema(), NULL);
    dhi_store_release(&board->pause, 0);
    next = relay_read(consumer, 0, 100);
    stop(old);
    ck_assert_int_eq(process_wait(relay_start(world_schema(), &asking)),
                     _i && !relay_strict ? -DH_ECONFLICT : -DH_ESILENT);
    ck_assert_int_eq(kill(old, SIGCONT), 0);
    relay_read(consumer, next, next + 100);
    dh_consumer_close(consumer);
    end(old, broker);
}
END_TEST

START_TEST(force_only_asks_who_answers)
{
    pid_t broker = perhaps_broker(_i), old, heir;
    dh_consumer *consumer;
    uint64_t next;

    dhi_store_release(&board->pause, 1);
    old = relay_start_and_wait(world_schema(), NULL);
    consumer = relay_join(world_schema(), NULL);
    dhi_store_release(&board->pause, 0);
    next = relay_read(consumer, 0, 100);
    heir = relay_start_and_wait(world_schema(), &by_force);
    next = relay_read(consumer, next, next + 100);
    ck_assert_int_eq(process_wait(old), -DH_ESUPERSEDED);
    relay_read(consumer, next, next + 100);
    dh_consumer_close(consumer);
    end(heir, broker);
}
END_TEST

/* ---- who may ---- */

static const unsigned char right[DH_SECRET_BYTES] = { 7, 1 }, wrong[DH_SECRET_BYTES] = { 7, 2 };

/* Without a broker nobody can prove a secret to a producer that does not answer: then it is left
 * alone. Of a strict block the broker answers for the dead alone. */
START_TEST(without_the_secret_nobody_is_ended)
{
    struct dh_producer_options first = { .secret = right }, good = by_force, bad = by_force;
    const struct dh_consumer_options reader = { .secret = right };
    pid_t broker = perhaps_broker(_i), old, heir;
    dh_consumer *consumer;

    good.secret = right;
    bad.secret = wrong;
    dhi_store_release(&board->pause, 1);
    old = heir = relay_start_and_wait(world_schema(), &first);
    consumer = relay_join(world_schema(), &reader);
    dhi_store_release(&board->pause, 0);
    ck_assert_uint_eq(relay_read(consumer, 0, 100), 100);
    stop(old);
    ck_assert_int_eq(process_wait(relay_start(world_schema(), &by_force)), -DH_ESECRET);
    ck_assert_int_eq(process_wait(relay_start(world_schema(), &bad)), -DH_ESECRET);
    if (broker == 0 || relay_strict) {
        ck_assert_int_eq(process_wait(relay_start(world_schema(), &good)), -DH_ESECRET);
        ck_assert_int_eq(kill(old, SIGCONT), 0);
    } else {
        heir = relay_start_and_wait(world_schema(), &good);
        ck_assert_int_eq(process_wait(old), -SIGKILL);
    }
    ck_assert_uint_eq(relay_read(consumer, 100, 300), 300);
    dh_consumer_close(consumer);
    end(heir, broker);
}
END_TEST

/* In a process of its own, as another user; what went wrong in words is left in its exit status. */
static int end_as_stranger(const void *name)
{
    const struct dh_recovery_options forced = { .force = true };
    struct dh_why why = { 0 };
    dh_err err = dh_recovery_end(name, &forced, NULL, NULL, &why);

    if (err != DH_EREFUSED || strstr(why.text, "user 0 may, and root") == NULL)
        fprintf(stderr, "%s: %s\n", dh_error_name(err), why.text);
    return err == DH_EREFUSED && strstr(why.text, "user 0 may, and root") != NULL ? 0 : 1;
}

/* The broker's policy lets another user mend the channel; the kernel does not let it end the
 * process. */
START_TEST(another_user_is_told_who_may)
{
    char path[] = "/tmp/dh-force-XXXXXX";
    int fd = mkstemp(path);
    pid_t broker, old;

    if (geteuid() != 0) return; /* nobody else to be */
    if (relay_strict) return;   /* whose block is its own user's alone */
    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(fchmod(fd, 0644), 0);
    ck_assert_int_gt(dprintf(fd, "[channel %s]\nadmins = %d\n", channel, (int)STRANGER), 0);
    broker = broker_start(0, "--config", path);
    unlink(path);
    close(fd);
    dhi_store_release(&board->pause, 1);
    old = relay_start_and_wait(world_schema(), NULL);
    stop(old);
    ck_assert_int_eq(as_user(STRANGER, end_as_stranger, channel), 0);
    ck_assert_int_eq(kill(old, SIGCONT), 0);
    end(old, broker);
}
END_TEST

/* A living one that is not stopped is told apart: without `force` nothing is done to anybody. */
START_TEST(an_end_without_force_only_looks)
{
    const struct dh_recovery_options careful = { .force = false };
    pid_t broker = perhaps_broker(_i), old;
    struct dh_why why;

    old = relay_start_and_wait(world_schema(), NULL);
    ck_assert_int_eq(dh_recovery_end(channel, &careful, NULL, NULL, &why), DH_EALIVE);
    ck_assert_ptr_nonnull(strstr(why.text, "is alive"));
    end(old, broker);
}
END_TEST

/* Nobody comes: readers have all of it, and then the end; a later producer goes on behind it. */
START_TEST(after_an_end_readers_have_all_and_a_later_producer_goes_on)
{
    const struct dh_recovery_options forced = { .force = true };
    const struct dh_producer_options heir = { .takeover = DH_TAKEOVER_DEAD };
    pid_t broker = broker_start(0, NULL, NULL), old, second;
    dh_consumer *consumer;
    const void *payload;

    dhi_store_release(&board->pause, 1);
    old = relay_start_and_wait(world_schema(), NULL);
    consumer = relay_join(world_schema(), NULL);
    dhi_store_release(&board->pause, 0);
    ck_assert(BECOMES(5000, dhi_load_acquire(&board->committed) == 8)); /* the ring is full */
    if (_i == 0) stop(old);
    ck_assert_int_eq(dh_recovery_end(channel, &forced, NULL, NULL, NULL), DH_OK);
    ck_assert_int_eq(process_wait(old), _i == 0 ? -SIGKILL : -DH_ESUPERSEDED);
    ck_assert_uint_eq(relay_read(consumer, 0, 8), 8);
    ck_assert_int_eq(dh_consumer_acquire(consumer, dh_in(10 * DH_S), &payload), DH_EDEAD);
    if (_i == 0) { /* who closes in order is forgotten by the broker */
        second = relay_start_and_wait(world_schema(), &heir);
        ck_assert_uint_eq(relay_read(consumer, 8, 100), 100);
        dh_consumer_close(consumer);
        end(second, broker);
        return;
    }
    dh_consumer_close(consumer);
    process_kill(broker, SIGTERM);
}
END_TEST

/* ---- its own thread stands still ---- */

START_TEST(who_spins_with_a_slot_in_hand_is_told_when_it_commits)
{
    pid_t broker = perhaps_broker(_i), old, heir;
    struct reader readers[READERS];

    dhi_store_release(&board->stunt_at, 5);
    dhi_store_release(&board->stunt, STUNT_SPIN);
    dhi_store_release(&board->pause, 1);
    old = relay_start_and_wait(world_schema(), NULL);
    heir = relay_prepare(world_schema(), &by_force);
    start_readers(readers, 500);
    dhi_store_release(&board->pause, 0);
    ck_assert(BECOMES(5000, dhi_load_acquire(&board->playing) == 1));
    dhi_store_release(&board->stunt, STUNT_NONE);
    relay_call_and_wait();
    ck_assert_int_eq(waitpid(old, NULL, WNOHANG), 0); /* it lives, and spins */
    dhi_store_release(&board->go, 1);
    ck_assert_int_eq(process_wait(old), -DH_ESUPERSEDED);
    end_readers(readers, 1);
    end(heir, broker);
}
END_TEST

/* ---- its own thread is held by a debugger, at one instruction of commit ---- */

#ifdef __x86_64__ /* as tests/crash */
static void await_stop(pid_t pid)
{
    int status;

    ck_assert_int_eq(waitpid(pid, &status, __WALL), pid);
    ck_assert_msg(WIFSTOPPED(status), "status %#x", (unsigned)status);
}

static uintptr_t place_of(pid_t pid)
{
    struct user_regs_struct registers;
    struct iovec all = { &registers, sizeof registers };

    ck_assert_int_eq(ptrace(PTRACE_GETREGSET, pid, NT_PRSTATUS, &all), 0);
    return registers.rip;
}

static void step(pid_t pid)
{
    ck_assert_int_eq(ptrace(PTRACE_SINGLESTEP, pid, NULL, NULL), 0);
    await_stop(pid);
}

/* The thread that commits stops `steps` instructions behind the beginning of commit; all others of
 * its process run on. */
static void hold(pid_t pid, int steps)
{
    ck_assert_int_eq(ptrace(PTRACE_SEIZE, pid, NULL, NULL), 0);
    dhi_store_release(&board->go, 1);
    await_stop(pid);
    while (place_of(pid) != (uintptr_t)dh_producer_commit) /* where it is here, it is there */
        step(pid);
    for (int i = 0; i < steps; i++)
        step(pid);
}

enum outcome { TOLD, ENDED, COMMITTED, OUTCOMES };

/* Who waits for so long is told by the attendant that the commit hangs; else its silence tells. */
static const int64_t patience[] = { 600 * DH_MS, 100 * DH_MS, 100 * DH_MS };

/* Held before the change it is told; in the middle of it the process is ended; behind it the
 * message counts. In each case for everybody. */
static enum outcome take_over_from_held(int steps, int64_t takeover_ns)
{
    const struct dh_producer_options patient = { .takeover = DH_TAKEOVER_FORCE,
                                                 .takeover_ns = takeover_ns };
    dh_consumer *consumer;
    uint64_t start;
    pid_t old, heir;
    int verdict;

    memset(board, 0, sizeof *board);
    board->stunt_at = 5;
    board->stunt = STUNT_TRAP;
    board->pause = 1;
    old = relay_start_and_wait(world_schema(), NULL);
    consumer = relay_join(world_schema(), NULL);
    dhi_store_release(&board->pause, 0);
    ck_assert_uint_eq(relay_read(consumer, 0, 5), 5);
    ck_assert(BECOMES(5000, dhi_load_acquire(&board->playing) == 1));
    hold(old, steps);
    dhi_store_release(&board->stunt, STUNT_NONE);
    heir = relay_start_and_wait(world_schema(), &patient);
    ck_assert_uint_eq(relay_read(consumer, 5, 100), 100);
    start = dh_consumer_slot_rw(consumer)->block->head.start;
    (void)ptrace(PTRACE_DETACH, old, NULL, NULL); /* ESRCH: it was ended */
    verdict = process_wait(old);
    dh_consumer_close(consumer);
    end(heir, 0);
    ck_assert_msg(start == 5 || start == 6, "it begins at %ju", (uintmax_t)start);
    if (verdict == -SIGKILL) return ENDED;
    ck_assert_int_eq(verdict, -DH_ESUPERSEDED);
    ck_assert_uint_eq(dhi_load_acquire(&board->refused), start);
    return start == 5 ? TOLD : COMMITTED;
}

/* Every seventh instruction; DH_EVERY=1 for each. */
START_TEST(a_commit_held_at_any_instruction_counts_for_everybody_or_for_nobody)
{
    const char *every = getenv("DH_EVERY");
    int stride = every != NULL ? atoi(every) : 7;
    unsigned seen[OUTCOMES] = { 0 };

    for (int steps = 0; seen[COMMITTED] == 0; steps += stride)
        seen[take_over_from_held(steps, patience[steps / stride % 3])]++;
    ck_assert_uint_gt(seen[TOLD], 0);
    ck_assert_uint_gt(seen[ENDED], 0);
    if (every != NULL) printf("told %u, ended %u\n", seen[TOLD], seen[ENDED]);
}
END_TEST
#endif

int main(int argc, char **argv)
{
    Suite *suite = suite_create("takeover by force");
    TCase *tests = tcase_create("a takeover by force");
    SRunner *runner = srunner_create(suite);
    int failed;

    relay_kind(argc, argv);
    suite_add_tcase(suite, tests);
    tcase_set_timeout(tests, 120);
    tcase_add_checked_fixture(tests, relay_begin, relay_end);
    tcase_add_loop_test(tests, a_stopped_producer_is_ended_and_nothing_is_lost, 0, 2);
    tcase_add_loop_test(tests, who_only_asks_leaves_a_stopped_producer_alone, 0, 2);
    tcase_add_loop_test(tests, force_only_asks_who_answers, 0, 2);
    tcase_add_loop_test(tests, who_spins_with_a_slot_in_hand_is_told_when_it_commits, 0, 2);
    tcase_add_loop_test(tests, without_the_secret_nobody_is_ended, 0, 2);
    tcase_add_test(tests, another_user_is_told_who_may);
    tcase_add_loop_test(tests, an_end_without_force_only_looks, 0, 2);
    tcase_add_loop_test(tests, after_an_end_readers_have_all_and_a_later_producer_goes_on, 0, 2);
#ifdef __x86_64__
    tcase_add_test(tests, a_commit_held_at_any_instruction_counts_for_everybody_or_for_nobody);
#endif
    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
