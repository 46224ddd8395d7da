/* SPDX-License-Identifier: Apache-2.0
 *
 * dh-dying - what a death's first millisecond consists of: a producer is killed, and each thing
 * that the kernel then tells is waited for, one a trial and in turn, so that the same machine and
 * load are behind all of them.
 *
 *      SIGKILL ─▶ its threads end ─▶ alarm (robust futex) ─▶ they let go of its memory ─▶ that is
 *              put away ─▶ files, the highest first: lease, listener, …, inotify ─▶ pidfd ─▶ its
 * parent
 *
 * The last row is an empty process's: what any death takes here.
 *
 * No broker runs, so the producer watches the folder for one, and to close that watch takes the
 * kernel ten milliseconds and more. Timings decide nothing: they are printed. What fails is not
 * being told at all, and a lease that would be closed behind the watch.
 */
#include "block/ring.h"
#include "client/call.h"
#include "os/futex.h"
#include "os/identity.h"
#include "os/lease.h"

#include "lives.h" /* behind what has parameters of its names */

#include <dirent.h>
#include <fcntl.h>
#include <getopt.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { EXIT_USAGE = 64, N_TRIALS_MAX = 10000 };

static unsigned trials = 100;
static size_t touched_mb; /* memory of its own that the victim has used */

/* Of one trial: who looks, and what for. */
struct watch {
    pid_t victim;
    dh_consumer *consumer;
    const struct dhi_block *block;
    int lease, line, process; /* descriptors of our own: the lease, a connection, a pidfd */
};

/* ---- what can be waited for; true: it was told ---- */

static bool alarm_rings(const struct watch *watch)
{
    const uint32_t *word =
        &watch->block->alarms[dh_consumer_slot_rw(watch->consumer)->record_index].word;
    uint32_t alive = dhi_load_relaxed(word);
    int64_t until = dh_in(GENEROUS);

    while (dhi_load_relaxed(word) == alive && dh_now() < until)
        dhi_futex_wait(word, alive, until);
    return dhi_load_relaxed(word) != alive;
}

static bool memory_is_let_go(const struct watch *watch)
{
    int64_t until = dh_in(GENEROUS);

    if (!alarm_rings(watch)) return false;
    while (!dhi_identity_let_go((uint32_t)watch->victim, 0) && dh_now() < until)
        sched_yield();
    return dhi_identity_let_go((uint32_t)watch->victim, 0);
}

/* Blocks in the kernel, which wakes when the lock is free: as soon as a look could find it so. */
static bool lease_is_free(const struct watch *watch)
{
    struct flock range = {
        .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = DHI_LEASE_PRODUCER, .l_len = 1
    };

    return fcntl(watch->lease, F_OFD_SETLKW, &range) == 0;
}

static bool becomes_readable(int fd)
{
    struct pollfd polled = { .fd = fd, .events = POLLIN };

    return poll(&polled, 1, GENEROUS / DH_MS) == 1;
}

static bool line_hangs_up(const struct watch *watch)
{
    return becomes_readable(watch->line);
}

static bool pidfd_tells(const struct watch *watch)
{
    return becomes_readable(watch->process);
}

static bool parent_is_told(const struct watch *watch)
{
    siginfo_t ended;

    return waitid(P_PID, (id_t)watch->victim, &ended, WEXITED | WNOWAIT) == 0;
}

static bool acquire_tells(const struct watch *watch)
{
    const void *payload;

    return dh_consumer_acquire(watch->consumer, dh_in(GENEROUS), &payload) == DH_EDEAD;
}

static const struct row {
    const char *name, *text;
    bool (*wait)(const struct watch *watch);
    bool empty; /* the victim has nothing to do with us */
} rows[] = {
    { "alarm", "its attendant has begun to end: a robust futex", alarm_rings, false },
    { "let go", "none of its threads has memory any more", memory_is_let_go, false },
    { "lease", "its files go: the lock of its lease is free", lease_is_free, false },
    { "line", "a connection to it hangs up", line_hangs_up, false },
    { "acquire", "the hub says DH_EDEAD", acquire_tells, false },
    { "pidfd", "it has ended", pidfd_tells, false },
    { "parent", "the same, to its parent", parent_is_told, false },
    { "empty", "an empty process has ended: what the kernel and this machine take", pidfd_tells,
      true },
};
enum { N_ROWS = sizeof rows / sizeof rows[0] };

/* ---- one trial ---- */

static void be_victim(void)
{
    if (touched_mb > 0) {
        void *memory = mmap(NULL, touched_mb << 20, PROT_READ | PROT_WRITE,
                            MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);

        if (memory == MAP_FAILED) return;
    }
    be_silent_producer();
}

/* The highest number of a descriptor of `process` whose file is called so, or -1. */
static int highest(pid_t process, const char *name)
{
    char path[64], file[256];
    const struct dirent *entry;
    int found = -1;
    DIR *folder;

    snprintf(path, sizeof path, "/proc/%d/fd", (int)process);
    folder = opendir(path);
    while (folder != NULL && (entry = readdir(folder)) != NULL) {
        ssize_t bytes = readlinkat(dirfd(folder), entry->d_name, file, sizeof file - 1);

        if (bytes < 0) continue;
        file[bytes] = '\0';
        if (strstr(file, name) != NULL && atoi(entry->d_name) > found) found = atoi(entry->d_name);
    }
    if (folder != NULL) closedir(folder);
    return found;
}

/* What the kernel closes first has the highest number. */
static bool lease_goes_first(pid_t producer)
{
    int watch = highest(producer, "inotify"), lease = highest(producer, ":lease");

    if (watch >= 0 && lease > watch) return true;
    fprintf(stderr, "dh-dying: the lease has number %d, the watch of the broker's folder %d\n",
            lease, watch);
    return false;
}

static void be_empty(void)
{
    dhi_store_release(&board->ready, 1);
    for (;;)
        pause();
}

static bool begin_empty(struct watch *watch)
{
    clear_board();
    *watch = (struct watch){ .victim = start(be_empty), .lease = -1, .line = -1, .process = -1 };
    watch->process = (int)syscall(SYS_pidfd_open, watch->victim, 0);
    return becomes(&board->ready) && watch->process >= 0;
}

static bool begin(struct watch *watch)
{
    struct dhi_address address;

    clear_board();
    *watch = (struct watch){ .victim = start(be_victim), .lease = -1, .line = -1, .process = -1 };
    for (size_t mb = 0; mb < touched_mb && !becomes(&board->ready); mb += 500) {
        /* to use so much takes it a while */
    }
    watch->consumer = becomes(&board->ready) ? consume_on(false) : NULL;
    if (watch->consumer == NULL || !lease_goes_first(watch->victim)) return false;
    watch->block = dh_consumer_slot_rw(watch->consumer)->block;
    watch->lease = dhi_lease_open(watch->block->fds.lease);
    watch->process = (int)syscall(SYS_pidfd_open, watch->victim, 0);
    dhi_direct_address(&address, geteuid(), channel);
    return watch->lease >= 0 && watch->process >= 0 &&
           dhi_call(&watch->line, &address, channel, DH_ENOTFOUND, NULL, dh_in(GENEROUS), NULL) ==
               DH_OK;
}

static void end(struct watch *watch)
{
    kill_and_reap(watch->victim);
    if (watch->lease >= 0) dhi_lease_close(watch->lease);
    if (watch->line >= 0) close(watch->line);
    if (watch->process >= 0) close(watch->process);
    dh_consumer_close(watch->consumer);
}

/* The time from the kill to the news, or why there is none. */
enum { NOT_TOLD = -1, NOT_BEGUN = -2 };

static int64_t try_once(const struct row *row)
{
    struct watch watch;
    int64_t took = NOT_BEGUN;
    pid_t killer;

    if (row->empty ? begin_empty(&watch) : begin(&watch)) {
        took = NOT_TOLD;
        killer = fork_killer(watch.victim, IN_A_MOMENT);
        if (row->wait(&watch)) took = dh_now() - board->killed_ns;
        kill_and_reap(killer);
    }
    end(&watch);
    return took;
}

/* ---- all of them ---- */

static int compare(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

    return (x > y) - (x < y);
}

static void print_row(const struct row *row, int64_t *times)
{
    unsigned over = 0;

    qsort(times, trials, sizeof *times, compare);
    for (unsigned i = 0; i < trials; i++)
        over += times[i] > DH_MS;
    printf("%-8s %8lld %8lld %8lld %6u of %u  %s\n", row->name,
           (long long)times[trials / 2] / DH_US, (long long)times[(trials - 1) * 9 / 10] / DH_US,
           (long long)times[(trials - 1) * 99 / 100] / DH_US, over, trials, row->text);
}

static bool measure_all(void)
{
    static int64_t times[N_ROWS][N_TRIALS_MAX];

    for (unsigned i = 0; i < trials; i++) {
        for (unsigned r = 0; r < N_ROWS; r++) {
            times[r][i] = try_once(&rows[r]);
            if (times[r][i] >= 0) continue;
            fprintf(stderr, "dh-dying: %s: trial %u: %s\n", rows[r].name, i,
                    times[r][i] == NOT_BEGUN ? "no victim, or nobody who watches it"
                                             : "nothing was told of a death");
            return false;
        }
    }
    printf("µs from SIGKILL: median, 90 %%, 99 %%; over 1 ms\n");
    for (unsigned r = 0; r < N_ROWS; r++)
        print_row(&rows[r], times[r]);
    return true;
}

static bool parse(int n, char **arguments)
{
    static const struct option known[] = { { "trials", required_argument, NULL, 't' },
                                           { "touched", required_argument, NULL, 'm' },
                                           { NULL, 0, NULL, 0 } };
    bool good = true;
    int option;

    while (good && (option = getopt_long(n, arguments, "", known, NULL)) >= 0) {
        switch (option) {
        case 't': trials = (unsigned)atoi(optarg); break;
        case 'm': touched_mb = (size_t)atoi(optarg); break;
        default: good = false;
        }
    }
    return good && trials >= 1 && trials <= N_TRIALS_MAX && touched_mb <= 4096;
}

int main(int n, char **arguments)
{
    static char folder[] = "/tmp/dh-dying.XXXXXX", broker[sizeof folder + 16];
    bool good;

    if (!parse(n, arguments)) {
        fprintf(stderr, "usage: dh-dying [--trials N (100)] [--touched MB (0)]\n");
        return EXIT_USAGE;
    }
    if (mkdtemp(folder) == NULL) {
        perror("dh-dying: a folder without a broker");
        return 1;
    }
    snprintf(broker, sizeof broker, "%s/broker.sock", folder);
    setenv("DH_BROKER", broker, 1);
    board = mmap(NULL, sizeof *board, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (board == MAP_FAILED) return 1;
    snprintf(channel, sizeof channel, "test.dying.%d", (int)getpid());
    good = measure_all();
    rmdir(folder);
    return good ? 0 : 1;
}
