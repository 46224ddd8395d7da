/* SPDX-License-Identifier: Apache-2.0
 *
 * dh-soak - kill everything, again and again: after any number of rounds nothing is there that was
 * not there before.
 *
 * A round: a producer, two consumers, an observer, and at times a broker, all killed at a moment
 * that nobody chose. Between rounds and at the end is looked at: memory of blocks in any process,
 * names of sockets, locks, /dev/shm, the runtime folder, our descriptors, the machine's shared
 * memory.
 */
#include "base/atomic.h"
#include "scribble.h"
#include "support/block.h"

#include <dh/consumer.h>
#include <dh/observer.h>
#include <dh/producer.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
    N_PEERS = 4,
    EXIT_USAGE = 64,
    BROKER_EACH = 4,
    MAY_GROW_KIB = 16 * 1024, /* a sanitizer's allocator keeps what was freed for a while */
};

static char channel[48], folder[64];
static uint64_t *progress; /* messages that were read, of all rounds */
static uint64_t state;

/* ---- what may stay behind ---- */

struct traces {
    unsigned shm;      /* entries of /dev/shm that are called dh… */
    unsigned files;    /* in the runtime folder */
    unsigned fds;      /* ours */
    unsigned names;    /* of sockets with our channel's */
    unsigned blocks;   /* descriptors and mappings of our channel's memory, in any process */
    unsigned children; /* that nobody has waited for */
    uint64_t shmem_kib, our_kib;
};

static unsigned count_entries(const char *path, const char *begins)
{
    DIR *open_folder = opendir(path);
    const struct dirent *entry;
    unsigned n = 0;

    while (open_folder != NULL && (entry = readdir(open_folder)) != NULL)
        n += entry->d_name[0] != '.' && strncmp(entry->d_name, begins, strlen(begins)) == 0;
    if (open_folder != NULL) closedir(open_folder);
    return n;
}

static unsigned count_lines(const char *path, const char *with)
{
    FILE *file = fopen(path, "re");
    char line[512];
    unsigned n = 0;

    while (file != NULL && fgets(line, sizeof line, file) != NULL)
        n += strstr(line, with) != NULL;
    if (file != NULL) fclose(file);
    return n;
}

static uint64_t number_in(const char *path, const char *format)
{
    FILE *file = fopen(path, "re");
    uint64_t number = 0;
    char line[256];

    while (file != NULL && number == 0 && fgets(line, sizeof line, file) != NULL)
        if (sscanf(line, format, &number) != 1) number = 0;
    if (file != NULL) fclose(file);
    return number;
}

/* Descriptors of one process that lead to our channel's memory. */
static unsigned count_links(const char *path, const char *to)
{
    DIR *open_folder = opendir(path);
    const struct dirent *entry;
    char target[256];
    unsigned n = 0;

    while (open_folder != NULL && (entry = readdir(open_folder)) != NULL) {
        ssize_t length = readlinkat(dirfd(open_folder), entry->d_name, target, sizeof target - 1);

        if (length < 0) continue;
        target[length] = '\0';
        n += strstr(target, to) != NULL;
    }
    if (open_folder != NULL) closedir(open_folder);
    return n;
}

static unsigned count_blocks(void)
{
    DIR *all = opendir("/proc");
    const struct dirent *entry;
    char path[300], memory[64];
    unsigned n = 0;

    snprintf(memory, sizeof memory, "memfd:dh:%s:", channel);
    while (all != NULL && (entry = readdir(all)) != NULL) {
        if (entry->d_name[0] < '1' || entry->d_name[0] > '9') continue;
        snprintf(path, sizeof path, "/proc/%s/fd", entry->d_name);
        n += count_links(path, memory);
        snprintf(path, sizeof path, "/proc/%s/maps", entry->d_name);
        n += count_lines(path, memory);
    }
    if (all != NULL) closedir(all);
    return n;
}

static struct traces look(void)
{
    return (struct traces){
        .shm = count_entries("/dev/shm", "dh"),
        .files = count_entries(folder, ""),
        .fds = count_entries("/proc/self/fd", ""),
        .names = count_lines("/proc/net/unix", channel),
        .blocks = count_blocks(),
        .children = waitpid(-1, NULL, WNOHANG) >= 0 || errno != ECHILD,
        .shmem_kib = number_in("/proc/meminfo", "Shmem: %" SCNu64),
        .our_kib = number_in("/proc/self/status", "VmRSS: %" SCNu64),
    };
}

/* Whether `after` has nothing that `before` had not. Shared memory of the whole machine is reported
 * and does not decide: others use it too. */
static bool clean(const struct traces *before, const struct traces *after)
{
    bool good = after->shm <= before->shm && after->files <= before->files &&
                after->fds == before->fds && after->names == 0 && after->blocks == 0 &&
                after->children == 0 && after->our_kib < before->our_kib + MAY_GROW_KIB;

    if (!good)
        printf(
            "left behind: /dev/shm %u (before: %u), files %u (%u), descriptors %u (%u), names of "
            "sockets %u, descriptors and mappings of blocks %u, children %u, our memory %" PRIu64
            " KiB (%" PRIu64 ")\n",
            after->shm, before->shm, after->files, before->files, after->fds, before->fds,
            after->names, after->blocks, after->children, after->our_kib, before->our_kib);
    return good;
}

/* ---- who is killed ---- */

static const struct dh_schema *schema(void)
{
    return schema_from_text(0, text_zones, policy_wait(8, 4));
}

static void be_producer(void)
{
    dh_producer *producer;

    if (dh_producer_open(&producer, schema(), channel, NULL, NULL) != DH_OK) _exit(1);
    for (uint64_t n = 0;; n++)
        if (dh_producer_send(producer, dh_in(DH_S), &n, sizeof n) == DH_EINVAL) _exit(1);
}

static void be_consumer(void)
{
    const struct dh_consumer_options options = { .event_fd = getpid() % 2 == 0 };
    dh_consumer *consumer;

    for (;;) {
        const void *payload;

        if (dh_consumer_open(&consumer, schema(), channel, &options, NULL) != DH_OK) continue;
        while (dh_consumer_acquire(consumer, dh_in(DH_S), &payload) == DH_OK) {
            dhi_store_relaxed(progress, dhi_load_relaxed(progress) + 1);
            dh_consumer_release(consumer);
        }
        dh_consumer_close(consumer);
    }
}

static void be_observer(void)
{
    for (;;) {
        dh_observer *observer = NULL;
        uint64_t value, sequence = 0;
        struct dh_slot_facts facts;

        if (dh_observer_open(&observer, channel, true, NULL, NULL, NULL) != DH_OK) continue;
        while (dh_observer_copy(observer, &sequence, dh_in(DH_MS), &value, &facts) == DH_OK)
            sequence++;
        dh_observer_close(observer);
    }
}

static pid_t start(void (*run)(void))
{
    pid_t child = fork();

    if (child != 0) return child;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    run();
    _exit(0);
}

static void be_broker(void)
{
    int nothing = open("/dev/null", O_WRONLY | O_CLOEXEC);

    dup2(nothing, STDERR_FILENO);
    execl(DHBROKER, "dhbroker", "--foreground", (char *)NULL);
}

/* ---- rounds ---- */

static void one_round(unsigned round)
{
    static void (*const roles[N_PEERS])(void) = { be_producer, be_consumer, be_consumer,
                                                  be_observer };
    pid_t pids[N_PEERS + 1] = { 0 };
    unsigned first = (unsigned)any(&state, N_PEERS + 1);

    if (round % BROKER_EACH == 0) pids[N_PEERS] = start(be_broker);
    for (unsigned i = 0; i < N_PEERS; i++)
        pids[i] = start(roles[i]);
    nanosleep(&(struct timespec){ .tv_nsec = (long)any(&state, 12 * DH_MS) }, NULL);
    for (unsigned i = 0; i <= N_PEERS; i++) {
        pid_t pid = pids[(first + i) % (N_PEERS + 1)];

        if (pid > 0) kill(pid, SIGKILL);
    }
    for (unsigned i = 0; i <= N_PEERS; i++)
        if (pids[i] > 0) waitpid(pids[i], NULL, 0);
}

/* A broker that was killed leaves its socket: the next one takes it away, also when it ends. */
static void end_in_order(void)
{
    pid_t broker = start(be_broker);
    char path[96];
    int64_t until = dh_in(10 * DH_S);
    struct stat status;

    snprintf(path, sizeof path, "%s/broker.sock", folder);
    while (dh_now() < until && (stat(path, &status) != 0 || access(path, W_OK) != 0))
        nanosleep(&(struct timespec){ .tv_nsec = DH_MS }, NULL);
    nanosleep(&(struct timespec){ .tv_nsec = 100 * DH_MS }, NULL);
    kill(broker, SIGTERM);
    waitpid(broker, NULL, 0);
}

static bool soak(unsigned n_rounds)
{
    struct traces before, after;
    bool good = true;

    one_round(0); /* what is made once, and stays, is not counted */
    end_in_order();
    before = look();
    for (unsigned round = 0; round < n_rounds && good; round++) {
        one_round(round);
        if (round % 50 != 49) continue;
        after = look();
        after.files = 0; /* a killed broker's socket lies there until the next one */
        good = clean(&before, &after);
        if (!good) printf("after round %u\n", round);
        if (n_rounds >= 1000 && round % 1000 == 999) {
            printf("%u rounds, %" PRIu64 " messages read\n", round + 1, *progress);
            fflush(stdout);
        }
    }
    end_in_order();
    after = look();
    good = clean(&before, &after) && good;
    printf("%u rounds, %" PRIu64 " messages read; shared memory of the machine %" PRIu64
           " KiB before, %" PRIu64 " after; ours %" PRIu64 " KiB before, %" PRIu64 " after\n",
           n_rounds, *progress, before.shmem_kib, after.shmem_kib, before.our_kib, after.our_kib);
    return good;
}

static void usage(FILE *file)
{
    fputs("usage: dh-soak [--full | --rounds N] [--seed N]\n"
          "\n"
          "Rounds of killing everything (100; --full: 10000): nothing may stay behind.\n",
          file);
}

int main(int n, char **arguments)
{
    static const struct option known[] = {
        { "full", no_argument, NULL, 'f' },
        { "rounds", required_argument, NULL, 'r' },
        { "seed", required_argument, NULL, 's' },
        { "help", no_argument, NULL, 'h' },
        { NULL, 0, NULL, 0 },
    };
    unsigned n_rounds = 100;
    char broker[96];
    int option;
    bool good;

    state = 1;
    while ((option = getopt_long(n, arguments, "h", known, NULL)) >= 0) {
        switch (option) {
        case 'f': n_rounds = 10000; break;
        case 'r': n_rounds = (unsigned)strtoul(optarg, NULL, 10); break;
        case 's': state = strtoull(optarg, NULL, 10) * 2 + 1; break;
        case 'h': usage(stdout); return 0;
        default: usage(stderr); return EXIT_USAGE;
        }
    }
    snprintf(folder, sizeof folder, "/tmp/dh-soak-XXXXXX");
    progress =
        mmap(NULL, sizeof *progress, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (mkdtemp(folder) == NULL || progress == MAP_FAILED) {
        perror(folder);
        return 1;
    }
    snprintf(broker, sizeof broker, "%s/broker.sock", folder);
    setenv("DH_BROKER", broker, 1);
    setenv("XDG_RUNTIME_DIR", folder, 1);
    snprintf(channel, sizeof channel, "test.soak.%d", (int)getpid());
    good = soak(n_rounds) && *progress > 0;
    if (rmdir(folder) != 0) {
        printf("%s: %s\n", folder, strerror(errno));
        good = false;
    }
    printf("%d passed, %d failed\n", good, !good);
    return good ? 0 : 1;
}
