/* SPDX-License-Identifier: Apache-2.0 */
/* What waits while another is killed, and how long until it is back. */
#include "lives.h"

#include "os/futex.h"

#include <linux/futex.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

unsigned n_trials = 20;

/* Each is called with the victim alive; returns when it has noticed, DH_OK if rightly. */
static dh_err wait_asleep(dh_consumer *consumer)
{
    const void *payload;

    return dh_consumer_acquire(consumer, dh_in(2 * GENEROUS), &payload) == DH_EDEAD ? DH_OK
                                                                                    : DH_EEMPTY;
}

static dh_err wait_in_loop(dh_consumer *consumer)
{
    struct pollfd polled = { .fd = dh_consumer_fd(consumer), .events = POLLIN };
    int64_t until = dh_in(2 * GENEROUS);
    const void *payload;
    dh_err err;

    while ((err = dh_consumer_acquire(consumer, DH_NOW, &payload)) == DH_EEMPTY && dh_now() < until)
        poll(&polled, 1, 2 * GENEROUS / DH_MS);
    return err == DH_EDEAD ? DH_OK : DH_EEMPTY;
}

static int64_t times[TRIALS_MAX];

static int compare(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

    return (x > y) - (x < y);
}

int64_t percentile(unsigned p)
{
    return times[(n_trials - 1) * p / 100];
}

/* One trial; the time from the kill to the call's return, or -1. */
typedef int64_t (*trial)(void);

static enum verdict measure(trial once)
{
    for (unsigned i = 0; i < n_trials; i++) {
        clear_board();
        times[i] = once();
        if (times[i] < 0) return fails("trial %u: the death was not noticed, or not as one", i);
        if (times[i] > GENEROUS)
            return fails("trial %u: noticed after %lld ms", i, (long long)times[i] / DH_MS);
    }
    qsort(times, n_trials, sizeof times[0], compare);
    return PASSED;
}

static int64_t consumer_trial(bool event_fd, dh_err (*wait)(dh_consumer *))
{
    pid_t victim = start(be_silent_producer), killer;
    int64_t took = -1;
    dh_consumer *consumer = becomes(&board->ready) ? consume_on(event_fd) : NULL;

    if (consumer != NULL) {
        killer = fork_killer(victim, IN_A_MOMENT);
        if (wait(consumer) == DH_OK) took = dh_now() - board->killed_ns;
        kill_and_reap(killer);
    }
    dh_consumer_close(consumer);
    kill_and_reap(victim);
    return took;
}

static int64_t sleeper_trial(void)
{
    return consumer_trial(false, wait_asleep);
}

static int64_t loop_trial(void)
{
    return consumer_trial(true, wait_in_loop);
}

/* ---- beside it, what the kernel itself needs to tell of the same death ---- */

/* As the hub's victim, and who waits knows its process. */
static int64_t pidfd_trial(void)
{
    pid_t victim = start(be_silent_producer), killer;
    struct pollfd polled = { .fd = (int)syscall(SYS_pidfd_open, victim, 0), .events = POLLIN };
    int64_t took = -1;

    if (polled.fd >= 0 && becomes(&board->ready)) {
        killer = fork_killer(victim, IN_A_MOMENT);
        if (poll(&polled, 1, 2 * GENEROUS / DH_MS) == 1) took = dh_now() - board->killed_ns;
        kill_and_reap(killer);
    }
    close(polled.fd);
    kill_and_reap(victim);
    return took;
}

/* Nothing but a robust futex, whose owner dies. */
static void be_owner_of_futex(void)
{
    static struct {
        struct robust_list link;
        uint32_t *word;
    } hung;
    static struct robust_list_head head;

    hung.word = &board->futex;
    head.list.next = &hung.link;
    hung.link.next = &head.list;
    head.futex_offset = (long)((char *)&board->futex - (char *)&hung.link);
    if (syscall(SYS_set_robust_list, &head, sizeof head) != 0) return;
    dhi_store_relaxed(&board->futex, (uint32_t)getpid() | FUTEX_WAITERS);
    dhi_store_release(&board->ready, 1);
    for (;;)
        pause();
}

static int64_t futex_trial(void)
{
    pid_t victim = start(be_owner_of_futex), killer;
    int64_t took = -1, until;

    if (becomes(&board->ready)) {
        uint32_t alive = dhi_load_relaxed(&board->futex);

        killer = fork_killer(victim, IN_A_MOMENT);
        until = dh_in(2 * GENEROUS);
        while (dhi_load_relaxed(&board->futex) == alive && dh_now() < until)
            dhi_futex_wait(&board->futex, alive, until);
        if (dhi_load_relaxed(&board->futex) != alive) took = dh_now() - board->killed_ns;
        kill_and_reap(killer);
    }
    kill_and_reap(victim);
    return took;
}

/* Trial by trial in turn, so that the same machine and load are behind all three. */
static enum verdict measure_beside(unsigned wanted)
{
    static const trial all[3] = { sleeper_trial, pidfd_trial, futex_trial };
    static int64_t taken[3][TRIALS_MAX];
    static bool done;

    for (unsigned i = 0; i < 3 * n_trials && !done; i++) {
        clear_board();
        taken[i % 3][i / 3] = all[i % 3]();
        if (taken[i % 3][i / 3] < 0) return fails("trial %u: the death was not noticed", i / 3);
        if (taken[i % 3][i / 3] > GENEROUS)
            return fails("trial %u: noticed after %lld ms", i / 3,
                         (long long)taken[i % 3][i / 3] / DH_MS);
    }
    done = true;
    memcpy(times, taken[wanted], sizeof times);
    qsort(times, n_trials, sizeof times[0], compare);
    return PASSED;
}

enum verdict noticed_by_a_sleeping_consumer(void)
{
    return measure_beside(0);
}

enum verdict noticed_through_a_pidfd(void)
{
    return measure_beside(1);
}

enum verdict noticed_through_a_robust_futex(void)
{
    return measure_beside(2);
}

/* The kernel wakes one who sleeps, and that one the others: the time of the last counts. */
static void be_sleeper(void)
{
    dh_consumer *consumer = consume_on(false);
    const void *payload;

    if (consumer == NULL) return;
    __atomic_fetch_add(&board->asleep, 1, __ATOMIC_RELAXED);
    if (dh_consumer_acquire(consumer, dh_in(2 * GENEROUS), &payload) != DH_EDEAD) return;
    dhi_store_relaxed(&board->noticed_ns, dh_now());
    __atomic_fetch_add(&board->noticed, 1, __ATOMIC_RELEASE);
}

static int64_t three_sleepers_trial(void)
{
    pid_t victim = start(be_silent_producer), sleepers[3] = { 0 };
    int64_t until, took = -1;

    for (int i = 0; i < 3 && becomes(&board->ready); i++)
        sleepers[i] = start(be_sleeper);
    until = dh_in(GENEROUS);
    while (dhi_load_relaxed(&board->asleep) < 3 && dh_now() < until)
        rest(DH_MS);
    rest(10 * DH_MS);
    board->killed_ns = dh_now();
    kill_and_reap(victim);
    for (int i = 0; i < 3; i++)
        if (sleepers[i] > 0) waitpid(sleepers[i], NULL, 0);
    if (dhi_load_acquire(&board->noticed) == 3) took = board->noticed_ns - board->killed_ns;
    return took;
}

enum verdict noticed_by_three_sleeping_consumers(void)
{
    return measure(three_sleepers_trial);
}

enum verdict noticed_in_an_event_loop(void)
{
    return measure(loop_trial);
}

/* The ring is full, its only consumer holds a message and is killed while the producer waits. */
static int64_t producer_trial(void)
{
    dh_producer *producer = produce_on();
    pid_t victim = start(be_holder), killer;
    int64_t took = -1;
    dh_err err = DH_EINVAL;

    if (producer != NULL && becomes(&board->ready)) {
        err = send_number(producer, DH_NOW, 0);
        if (err == DH_OK && becomes(&board->sent))
            while ((err = send_number(producer, DH_NOW, 0)) == DH_OK) {
            }
    }
    if (err == DH_EFULL) {
        killer = fork_killer(victim, AFTER_A_WHILE);
        if (send_number(producer, dh_in(2 * GENEROUS), 0) == DH_OK)
            took = dh_now() - board->killed_ns;
        kill_and_reap(killer);
    }
    kill_and_reap(victim);
    dh_producer_close(producer);
    return took;
}

enum verdict noticed_by_a_producer_that_waits_for_room(void)
{
    return measure(producer_trial);
}

static int64_t lock_trial(void)
{
    dh_producer *producer = produce_on();
    pid_t victim = start(be_owner_of_lock), killer;
    int64_t took = -1;

    if (producer != NULL && becomes(&board->ready)) {
        killer = fork_killer(victim, AFTER_A_WHILE);
        if (dh_zone_lock(dh_producer_zone(producer, 2), 0, dh_in(2 * GENEROUS)) == DH_EOWNERDEAD)
            took = dh_now() - board->killed_ns;
        kill_and_reap(killer);
    }
    kill_and_reap(victim);
    dh_producer_close(producer);
    return took;
}

enum verdict noticed_by_who_waits_for_a_lock(void)
{
    return measure(lock_trial);
}
