/* SPDX-License-Identifier: Apache-2.0
 *
 * dh-liveness - is the dead one noticed, and soon; and is nobody taken for dead who lives.
 *
 *      noticed   SIGKILL while somebody waits for the victim: how long until that call is back
 *      not dead  stopped, clocks that jump or differ, a loaded machine, another pid namespace
 *      dead      although kill(pid, 0) says otherwise: zombies, a pid that somebody else has now
 *
 * No timing decides: what is measured is reported (--json), what fails is not being noticed at all.
 */
#include "lives.h"

#include <errno.h>
#include <getopt.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { EXIT_USAGE = 64 };

/* ---- not dead ---- */

/* For `ns`: nobody takes the producer for dead. */
static enum verdict is_seen_alive(dh_consumer *consumer, int64_t ns)
{
    int64_t until = dh_in(ns);
    const void *payload;

    while (dh_now() < until) {
        dh_err err = dh_consumer_acquire(consumer, dh_in(30 * DH_MS), &payload);

        if (err == DH_OK)
            dh_consumer_release(consumer);
        else if (err != DH_EEMPTY)
            return fails("it lives, and acquire says: %s", dh_error_text(err));
    }
    return PASSED;
}

static enum verdict still_sends(dh_consumer *consumer)
{
    uint64_t before = dhi_load_acquire(&board->sent);
    enum verdict verdict = is_seen_alive(consumer, 100 * DH_MS);

    if (verdict == PASSED && dhi_load_acquire(&board->sent) == before)
        return fails("nothing is sent any more");
    return verdict;
}

/* With a producer that runs `role`, alive all the time; `during` is what happens to it. */
static enum verdict with_producer(void (*role)(void), enum verdict (*during)(pid_t, dh_consumer *))
{
    enum verdict verdict;
    dh_consumer *consumer;
    pid_t producer;

    clear_board();
    producer = start(role);
    consumer = becomes(&board->ready) ? consume_on(false) : NULL;
    verdict = consumer != NULL ? during(producer, consumer) : fails("no producer, or no consumer");
    if (verdict == PASSED) verdict = still_sends(consumer);
    dhi_store_release(&board->stop, 1);
    dh_consumer_close(consumer);
    kill_and_reap(producer);
    return verdict;
}

static int64_t stop_ns(void)
{
    return full ? 60 * DH_S : DH_S;
}

static enum verdict stop_it(pid_t producer, dh_consumer *consumer)
{
    enum verdict verdict;

    kill(producer, SIGSTOP);
    waitpid(producer, NULL, WUNTRACED);
    verdict = is_seen_alive(consumer, stop_ns());
    kill(producer, SIGCONT);
    return verdict;
}

static enum verdict a_stopped_producer_is_not_dead(void)
{
    return with_producer(be_producer, stop_it);
}

static enum verdict a_stopped_consumer_is_not_dead(void)
{
    dh_producer *producer;
    struct dh_producer_metrics metrics = { .reaped = 0 };
    int64_t until;
    pid_t consumer;
    dh_err err = DH_EINVAL;

    clear_board();
    producer = produce_on();
    consumer = start(be_holder);
    if (producer != NULL && becomes(&board->ready)) {
        kill(consumer, SIGSTOP);
        waitpid(consumer, NULL, WUNTRACED);
        until = dh_in(stop_ns());
        do
            err = send_number(producer, dh_in(30 * DH_MS), 0);
        while (dh_now() < until && (err == DH_OK || err == DH_EFULL));
        dh_producer_metrics_get(producer, &metrics);
        kill(consumer, SIGCONT);
        if (!becomes(&board->sent)) err = DH_EEMPTY; /* it goes on with the first message */
    }
    kill_and_reap(consumer);
    dh_producer_close(producer);
    if (err != DH_EFULL) return fails("the producer was told: %s", dh_error_text(err));
    return metrics.reaped == 0 ? PASSED : fails("it was reaped while it was stopped");
}

static enum verdict jump(pid_t producer, dh_consumer *consumer)
{
    static const int64_t steps[] = { 365 * 86400LL, -365 * 86400LL, 3600, -1, 0 };
    /* a block says when it was made; nothing else asks the clock that can be set */
    const uint64_t asked = dhi_load_relaxed(&board->realtime_asked);

    (void)producer;
    if (asked == 0) return fails("the clock that jumps stands in nobody's way");
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        enum verdict verdict;

        dhi_store_relaxed(&board->realtime_step_ns, steps[i] * DH_S);
        verdict = still_sends(consumer);
        if (verdict != PASSED) return verdict;
    }
    if (dhi_load_relaxed(&board->realtime_asked) != asked)
        return fails("somebody asks the clock that can be set while messages pass");
    return PASSED;
}

/* Leases ask no clock: both sides' CLOCK_REALTIME goes forth and back by a year. */
static enum verdict a_stepped_clock_kills_nobody(void)
{
    return with_producer(be_producer, jump);
}

static enum verdict nothing_happens(pid_t producer, dh_consumer *consumer)
{
    (void)producer;
    (void)consumer;
    return PASSED;
}

/* Whether this process may have namespaces of its own of that kind. */
static bool may_unshare(int kind, const char *name)
{
    pid_t child = fork();
    int status = 0;

    if (child == 0) _exit(unshare(kind) == 0 ? 0 : 1);
    waitpid(child, &status, 0);
    if (status == 0) return true;
    snprintf(why_not, sizeof why_not, "no %s namespace may be made here", name);
    return false;
}

#ifndef CLONE_NEWTIME
#define CLONE_NEWTIME 0x00000080
#endif

/* The producer's CLOCK_MONOTONIC is ten days ahead of ours. */
static void be_producer_of_another_time(void)
{
    static const char offset[] = "monotonic 864000 0\n";
    FILE *file;
    pid_t child;
    bool set = false;

    if (unshare(CLONE_NEWTIME) != 0) return;
    file = fopen("/proc/self/timens_offsets", "we");
    if (file != NULL) set = fputs(offset, file) >= 0;
    if (file == NULL || fclose(file) != 0 || !set) return;
    child = start(be_producer); /* the first child is the first one inside */
    waitpid(child, NULL, 0);
}

static enum verdict another_clock_kills_nobody(void)
{
    if (!may_unshare(CLONE_NEWTIME, "time")) return SKIPPED;
    return with_producer(be_producer_of_another_time, nothing_happens);
}

static void burn(void)
{
    for (;;) {
    }
}

static enum verdict burn_everything(pid_t producer, dh_consumer *consumer)
{
    long n = sysconf(_SC_NPROCESSORS_ONLN) * 10;
    pid_t burners[512];
    enum verdict verdict;

    (void)producer;
    if (n > 512) n = 512;
    for (long i = 0; i < n; i++)
        burners[i] = start(burn);
    verdict = is_seen_alive(consumer, full ? 30 * DH_S : DH_S);
    for (long i = 0; i < n; i++)
        kill_and_reap(burners[i]);
    return verdict;
}

static enum verdict a_loaded_machine_kills_nobody(void)
{
    return with_producer(be_producer, burn_everything);
}

/* ---- pid namespaces and used pids ---- */

static void be_producer_in_a_pid_namespace(void)
{
    pid_t child;

    if (unshare(CLONE_NEWPID) != 0) return;
    child = fork(); /* pid 1 of a namespace of its own */
    if (child == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        be_producer();
        _exit(0);
    }
    waitpid(child, NULL, 0);
}

/* Inside and outside see each other alive, whatever numbers they have; and the end of the
 * namespace is a death. */
static enum verdict kill_the_namespace(pid_t parent, dh_consumer *consumer)
{
    enum verdict verdict = still_sends(consumer);
    const void *payload;
    dh_err err;

    if (verdict != PASSED) return verdict;
    kill_and_reap(parent); /* its child, pid 1, dies with it */
    while ((err = dh_consumer_acquire(consumer, dh_in(GENEROUS), &payload)) == DH_OK)
        dh_consumer_release(consumer);
    return err == DH_EDEAD
               ? PASSED
               : fails("the namespace is gone, and acquire says: %s", dh_error_text(err));
}

static enum verdict peers_in_other_pid_namespaces(void)
{
    enum verdict verdict;
    dh_consumer *consumer;
    pid_t producer;

    if (!may_unshare(CLONE_NEWPID, "pid")) return SKIPPED;
    clear_board();
    producer = start(be_producer_in_a_pid_namespace);
    consumer = becomes(&board->ready) ? consume_on(false) : NULL;
    verdict = consumer != NULL ? kill_the_namespace(producer, consumer)
                               : fails("no producer, or no consumer");
    dh_consumer_close(consumer);
    if (verdict != PASSED) kill_and_reap(producer);
    return verdict;
}

/* Nobody waits for the victim: it stays a zombie, whom kill(pid, 0) still finds. */
static enum verdict a_zombie_is_dead(void)
{
    const void *payload;
    dh_consumer *consumer;
    dh_err err = DH_EINVAL;
    bool found = false;
    pid_t victim;

    clear_board();
    victim = start(be_silent_producer);
    consumer = becomes(&board->ready) ? consume_on(false) : NULL;
    if (consumer != NULL) {
        kill(victim, SIGKILL);
        err = dh_consumer_acquire(consumer, dh_in(GENEROUS), &payload);
        found = kill(victim, 0) == 0;
    }
    dh_consumer_close(consumer);
    waitpid(victim, NULL, 0);
    if (!found) return fails("the zombie was not there");
    return err == DH_EDEAD ? PASSED : fails("a zombie, and acquire says: %s", dh_error_text(err));
}

static bool next_pid_is(pid_t pid)
{
    FILE *file = fopen("/proc/sys/kernel/ns_last_pid", "we");
    bool written = file != NULL && fprintf(file, "%d", (int)pid - 1) > 0;

    return file != NULL && fclose(file) == 0 && written;
}

/* In a pid namespace of its own, where no pid is taken by somebody we do not know. The exit status
 * is the verdict; the reason, if any, goes to `why_not` by the pipe. */
static enum verdict reuse(void)
{
    pid_t victim = start(be_silent_producer), heir;
    dh_consumer *consumer = becomes(&board->ready) ? consume_on(false) : NULL;
    const void *payload;
    dh_err err;

    if (consumer == NULL) return fails("no producer, or no consumer");
    kill_and_reap(victim);
    if (!next_pid_is(victim)) {
        snprintf(why_not, sizeof why_not, "ns_last_pid cannot be set: %s", strerror(errno));
        return SKIPPED;
    }
    heir = start(burn);
    if (heir != victim) {
        kill_and_reap(heir);
        return fails("the pid %d was not used again, but %d", (int)victim, (int)heir);
    }
    err = dh_consumer_acquire(consumer, dh_in(GENEROUS), &payload);
    kill_and_reap(heir);
    dh_consumer_close(consumer);
    return err == DH_EDEAD
               ? PASSED
               : fails("somebody else has its pid, and acquire says: %s", dh_error_text(err));
}

static enum verdict who_gets_a_dead_ones_pid_is_not_it(void)
{
    int ends[2], status = 0;
    enum verdict verdict = FAILED;
    pid_t child;

    if (!may_unshare(CLONE_NEWPID, "pid")) return SKIPPED;
    clear_board();
    if (pipe(ends) != 0) return fails("no pipe");
    child = fork();
    if (child == 0) {
        pid_t first;

        prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (unshare(CLONE_NEWPID) != 0 || (first = fork()) < 0) _exit(FAILED);
        if (first == 0) {
            verdict = reuse();
            if (write(ends[1], why_not, sizeof why_not) < 0) _exit(FAILED);
            _exit((int)verdict);
        }
        waitpid(first, &status, 0);
        _exit(WIFEXITED(status) ? WEXITSTATUS(status) : FAILED);
    }
    close(ends[1]);
    if (read(ends[0], why_not, sizeof why_not) < 0) why_not[0] = '\0';
    close(ends[0]);
    waitpid(child, &status, 0);
    return WIFEXITED(status) ? (enum verdict)WEXITSTATUS(status) : fails("it was killed");
}

/* ---- the table ---- */

struct row {
    const char *name;
    enum verdict (*run)(void);
    bool measured;
};

static const struct row rows[] = {
    { "noticed/sleeping-consumer", noticed_by_a_sleeping_consumer, true },
    { "noticed/without-hub-pidfd", noticed_through_a_pidfd, true },
    { "noticed/without-hub-robust-futex", noticed_through_a_robust_futex, true },
    { "noticed/three-sleeping-consumers", noticed_by_three_sleeping_consumers, true },
    { "noticed/event-loop", noticed_in_an_event_loop, true },
    { "noticed/producer-without-room", noticed_by_a_producer_that_waits_for_room, true },
    { "noticed/lock", noticed_by_who_waits_for_a_lock, true },
    { "dead/zombie", a_zombie_is_dead, false },
    { "dead/pid-reused", who_gets_a_dead_ones_pid_is_not_it, false },
    { "alive/stopped-producer", a_stopped_producer_is_not_dead, false },
    { "alive/stopped-consumer", a_stopped_consumer_is_not_dead, false },
    { "alive/clock-stepped", a_stepped_clock_kills_nobody, false },
    { "alive/another-clock", another_clock_kills_nobody, false },
    { "alive/loaded-machine", a_loaded_machine_kills_nobody, false },
    { "alive/other-pid-namespace", peers_in_other_pid_namespaces, false },
};

static void report(const struct row *row, enum verdict verdict, FILE *json, bool first)
{
    static const char *const names[] = { "passed", "FAILED", "skipped" };

    printf("%-7s %-32s", names[verdict], row->name);
    if (verdict == PASSED && row->measured)
        printf(" after %6.3f ms (median), %6.3f ms (p99), %6.3f ms (most) of %u",
               (double)percentile(50) / 1e6, (double)percentile(99) / 1e6,
               (double)percentile(100) / 1e6, n_trials);
    printf("%s%s\n", verdict != PASSED ? " " : "", verdict != PASSED ? why_not : "");
    fflush(stdout);
    if (json == NULL) return;
    fprintf(json, "%s\n    {\"row\": \"%s\", \"verdict\": \"%s\"", first ? "" : ",", row->name,
            names[verdict]);
    if (verdict == PASSED && row->measured)
        fprintf(json, ", \"trials\": %u, \"median_ns\": %lld, \"p99_ns\": %lld, \"most_ns\": %lld",
                n_trials, (long long)percentile(50), (long long)percentile(99),
                (long long)percentile(100));
    fputc('}', json);
}

static void usage(FILE *file)
{
    fputs("usage: dh-liveness [options] [ROW...]\n"
          "\n"
          "Is a dead peer noticed, and how soon; and is nobody taken for dead who is not.\n"
          "ROW is a name or how it begins (noticed/, alive/stopped); all without one.\n"
          "\n"
          "  --full       200 trials, stops of 60 s, 30 s of load\n"
          "  --trials N   of each measured row (20)\n"
          "  --json FILE  the figures, for programs\n",
          file);
}

static bool chosen(const struct row *row, char *const *names)
{
    if (*names == NULL) return true;
    for (; *names != NULL; names++)
        if (strncmp(row->name, *names, strlen(*names)) == 0) return true;
    return false;
}

static bool parse(int n, char **arguments, const char **json)
{
    static const struct option known[] = {
        { "full", no_argument, NULL, 'f' },
        { "trials", required_argument, NULL, 't' },
        { "json", required_argument, NULL, 'o' },
        { "help", no_argument, NULL, 'h' },
        { NULL, 0, NULL, 0 },
    };
    int option;

    while ((option = getopt_long(n, arguments, "h", known, NULL)) >= 0) {
        switch (option) {
        case 'f':
            full = true;
            n_trials = 200;
            break;
        case 't': n_trials = (unsigned)strtoul(optarg, NULL, 10); break;
        case 'o': *json = optarg; break;
        case 'h': usage(stdout); exit(0);
        default: return false;
        }
    }
    return n_trials > 0 && n_trials <= TRIALS_MAX;
}

int main(int n, char **arguments)
{
    unsigned counts[3] = { 0 };
    const char *path = NULL;
    FILE *json = NULL;
    bool first = true;

    if (!parse(n, arguments, &path)) {
        usage(stderr);
        return EXIT_USAGE;
    }
    setenv("DH_BROKER", "/nonexistent/dh.sock", 0);
    snprintf(channel, sizeof channel, "test.liveness.%d", (int)getpid());
    board = mmap(NULL, sizeof *board, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (board == MAP_FAILED) return 1;
    if (path != NULL && (json = fopen(path, "we")) == NULL) perror(path);
    if (json != NULL) fputs("{\"v\": 1, \"rows\": [", json);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        enum verdict verdict;

        if (!chosen(&rows[i], arguments + optind)) continue;
        why_not[0] = '\0';
        verdict = rows[i].run();
        counts[verdict]++;
        report(&rows[i], verdict, json, first);
        first = false;
    }
    if (json != NULL) {
        fputs("\n]}\n", json);
        fclose(json);
    }
    if (counts[SKIPPED] > 0) printf("%u skipped: see above\n", counts[SKIPPED]);
    printf("%u passed, %u failed\n", counts[PASSED], counts[FAILED]);
    return counts[FAILED] == 0 && counts[PASSED] > 0 ? 0 : 1;
}
