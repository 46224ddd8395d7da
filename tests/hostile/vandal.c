/* SPDX-License-Identifier: Apache-2.0
 *
 * dh-vandal - a consumer that scribbles over all that it has mapped writable, among producers and
 * consumers that work: what they were promised must hold meanwhile, and all must be well soon after
 * it is killed.
 */
#include "scene.h"

#include <errno.h>
#include <getopt.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { EXIT_USAGE = 64, HEALED = 400, LOOK_NS = 2 * 1000 * 1000 };

static const struct plan plans[] = {
    { .name = "overwrite/latest", .full = DH_FULL_OVERWRITE, .n_slots = 1 },
    { .name = "overwrite/double", .full = DH_FULL_OVERWRITE, .n_slots = 2, .fences = true },
    { .name = "overwrite/ring", .full = DH_FULL_OVERWRITE, .n_slots = 8 },
    { .name = "overwrite/checksum",
      .full = DH_FULL_OVERWRITE,
      .n_slots = 4,
      .checksum = DH_CHECKSUM_ENFORCED },
    { .name = "wait/ring", .full = DH_FULL_WAIT, .n_slots = 8 },
    { .name = "wait/inline", .full = DH_FULL_WAIT, .n_slots = 8, .small = true },
    { .name = "wait/fences", .full = DH_FULL_WAIT, .n_slots = 4, .fences = true },
    { .name = "wait/stall",
      .full = DH_FULL_WAIT,
      .n_slots = 8,
      .stall_limit_ns = 20 * 1000 * 1000 },
    { .name = "wait/checksum", .full = DH_FULL_WAIT, .n_slots = 8, .checksum = DH_CHECKSUM_FAST },
};

static const char *const seat_names[] = { "producer", "reader", "second reader",
                                          "observer", "locker", "vandal" };

struct options {
    double seconds; /* of vandalism on each channel */
    uint64_t seed;
    char *const *names;
};

static void rest(void)
{
    nanosleep(&(struct timespec){ .tv_nsec = LOOK_NS }, NULL);
}

/* ---- what the judge looks at ---- */

/* The first who complains, or ended by itself; NULL: none. Static. */
static const char *trouble(struct scene *scene)
{
    static char text[256];

    for (int who = 0; who <= VANDAL; who++) {
        const struct seat *seat = &scene->board->seats[who];
        int status;

        if (seat->complaint[0] != '\0') {
            snprintf(text, sizeof text, "%s: %s", seat_names[who], seat->complaint);
            return text;
        }
        if (scene->pids[who] > 0 && waitpid(scene->pids[who], &status, WNOHANG) > 0) {
            scene->pids[who] = 0;
            snprintf(text, sizeof text, "%s: ended by itself, %s %d", seat_names[who],
                     WIFSIGNALED(status) ? "signal" : "status",
                     WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
            return text;
        }
    }
    return NULL;
}

/* No call of an honest one may take for ever: their numbers of calls move. */
struct watch {
    uint64_t calls[N_SEATS];
    int64_t moved_ns[N_SEATS];
};

static const char *hangs(const struct scene *scene, struct watch *watch)
{
    int64_t now = dh_now();

    for (int who = 0; who < N_SEATS; who++) {
        uint64_t calls = dhi_load_relaxed(&scene->board->seats[who].calls);

        if (watch->moved_ns[who] == 0 || calls != watch->calls[who]) watch->moved_ns[who] = now;
        watch->calls[who] = calls;
        if (now - watch->moved_ns[who] > 2 * LATE_NS) return seat_names[who];
    }
    return NULL;
}

/* Look until `ready` says so (true), somebody has trouble, or the time is over. */
static bool look_until(struct scene *scene, int64_t until_ns,
                       bool (*ready)(const struct scene *, const struct board *),
                       const struct board *before, const char **complaint)
{
    struct watch watch = { 0 };

    while (dh_now() < until_ns) {
        const char *who;

        *complaint = trouble(scene);
        if (*complaint != NULL) return false;
        who = hangs(scene, &watch);
        if (who != NULL) {
            static char text[64];

            snprintf(text, sizeof text, "%s: a call does not come back", who);
            *complaint = text;
            return false;
        }
        if (ready != NULL && ready(scene, before)) return true;
        rest();
    }
    return ready == NULL;
}

static bool all_moved_on(const struct scene *scene, const struct board *before)
{
    for (int who = 0; who < N_SEATS; who++) {
        uint64_t wanted = who <= SECOND_READER ? HEALED : HEALED / 10;

        if (dhi_load_relaxed(&scene->board->seats[who].done) < before->seats[who].done + wanted)
            return false;
    }
    return true;
}

/* ---- one channel ---- */

static bool start_all(struct scene *scene, const char **complaint)
{
    for (int who = 0; who <= VANDAL; who++)
        if (!scene_start(scene, (enum seat_of)who)) {
            *complaint = trouble(scene);
            if (*complaint == NULL) *complaint = "somebody does not come to the channel";
            return false;
        }
    return true;
}

static void end_one(pid_t *pid, int signal)
{
    if (*pid <= 0) return;
    kill(*pid, signal);
    waitpid(*pid, NULL, 0);
    *pid = 0;
}

/* After the vandal's death: some messages for all, by which every claim has been put right again;
 * then others, of which nobody is put out, nothing is lost on `wait`, and the ring is never full
 * for long. */
static bool heals(struct scene *scene, const char **complaint)
{
    static char text[128];
    struct board before = *scene->board;

    if (!look_until(scene, dh_in(20 * DH_S), all_moved_on, &before, complaint)) {
        if (*complaint == NULL) *complaint = "ten times as long after the vandal, not all go on";
        return false;
    }
    before = *scene->board;
    if (!look_until(scene, dh_in(20 * DH_S), all_moved_on, &before, complaint)) {
        if (*complaint == NULL) *complaint = "after the vandal's death, not all go on for long";
        return false;
    }
    for (int who = 0; who < N_SEATS; who++) {
        const struct seat *seat = &scene->board->seats[who], *was = &before.seats[who];
        bool stalls = scene->plan->stall_limit_ns > 0; /* of a slow machine, too */

        if (!stalls && seat->put_out != was->put_out) {
            snprintf(text, sizeof text, "%s: put out after the vandal's death", seat_names[who]);
            *complaint = text;
            return false;
        }
    }
    return true;
}

/* Everybody ends in order when told so. */
static bool end_in_order(struct scene *scene, const char **complaint)
{
    int64_t patience = dh_in(10 * DH_S);

    dhi_store_relaxed(&scene->board->stop, 1);
    for (int who = N_SEATS - 1; who >= 0; who--) {
        int status = 0;
        pid_t ended = 0;

        while (scene->pids[who] > 0 && dh_now() < patience &&
               (ended = waitpid(scene->pids[who], &status, WNOHANG)) == 0)
            rest();
        if (ended <= 0 || status != 0) {
            *complaint = ended == 0 ? "somebody does not end when told to" : "somebody ends badly";
            if (ended > 0) scene->pids[who] = 0;
            return false;
        }
        scene->pids[who] = 0;
    }
    *complaint = trouble(scene);
    return *complaint == NULL;
}

static void print_figures(const struct scene *scene)
{
    const struct seat *seats = scene->board->seats;
    uint64_t latest = 0, latest_ms,
             discarded = seats[READER].put_out + seats[SECOND_READER].put_out;

    for (int who = 0; who < N_SEATS; who++)
        if (seats[who].latest_ns > latest) latest = seats[who].latest_ns;
    latest_ms = latest / (uint64_t)DH_MS;
    printf("%8llu strokes; %8llu sent, ring full %4llu times; read %8llu + %8llu, discarded %5llu; "
           "latest %4llu ms\n",
           (unsigned long long)seats[VANDAL].calls, (unsigned long long)seats[PRODUCER].done,
           (unsigned long long)seats[PRODUCER].full, (unsigned long long)seats[READER].done,
           (unsigned long long)seats[SECOND_READER].done, (unsigned long long)discarded,
           (unsigned long long)latest_ms);
}

static bool play(const struct plan *plan, const struct options *options)
{
    struct scene scene = { .plan = plan, .seed = options->seed };
    const char *complaint = NULL;
    bool good;

    scene.board =
        mmap(NULL, sizeof *scene.board, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (scene.board == MAP_FAILED) return false;
    snprintf(scene.channel, sizeof scene.channel, "test.vandal.%d", (int)getpid());
    dhi_store_relaxed(&scene.board->vandalising, 1);
    good = start_all(&scene, &complaint) &&
           look_until(&scene, dh_in((int64_t)(options->seconds * 1e9)), NULL, NULL, &complaint);
    end_one(&scene.pids[VANDAL], SIGKILL);
    dhi_store_relaxed(&scene.board->vandalising, 0);
    good = good && heals(&scene, &complaint) && end_in_order(&scene, &complaint);
    for (int who = 0; who < N_SEATS; who++)
        end_one(&scene.pids[who], SIGKILL);
    printf("%-19s ", plan->name);
    print_figures(&scene);
    if (!good)
        printf("FAILED %s: %s\n       again: dh-vandal --seed %llu --seconds %g %s\n", plan->name,
               complaint, (unsigned long long)options->seed, options->seconds, plan->name);
    fflush(stdout);
    munmap(scene.board, sizeof *scene.board);
    return good;
}

/* ---- the command ---- */

static void usage(FILE *file)
{
    fputs("usage: dh-vandal [options] [CHANNEL...]\n"
          "\n"
          "A consumer scribbles over claims, zones, locks and leases, at random and knowing the\n"
          "format, while others work on the channel. `overwrite` channels: the producer never\n"
          "waits. All channels: what release calls good was whole, in order, and counted; no call\n"
          "hangs beyond its deadline; nobody crashes; all is well again after the vandal's death.\n"
          "CHANNEL is a name or how it begins (overwrite/, wait/stall); all without one.\n"
          "\n"
          "  --seconds N   of vandalism on each channel (0.5)\n"
          "  --seed N      of the strokes (1)\n"
          "  --list        the channels\n",
          file);
}

static bool chosen(const struct plan *plan, char *const *names)
{
    if (*names == NULL) return true;
    for (; *names != NULL; names++)
        if (strncmp(plan->name, *names, strlen(*names)) == 0) return true;
    return false;
}

static bool parse(struct options *options, int n, char **arguments)
{
    static const struct option known[] = {
        { "seconds", required_argument, NULL, 't' },
        { "seed", required_argument, NULL, 's' },
        { "list", no_argument, NULL, 'l' },
        { "help", no_argument, NULL, 'h' },
        { NULL, 0, NULL, 0 },
    };
    char *end = NULL;
    int option;

    while ((option = getopt_long(n, arguments, "h", known, NULL)) >= 0) {
        switch (option) {
        case 't':
            options->seconds = strtod(optarg, &end);
            if (*end != '\0' || !isfinite(options->seconds) || options->seconds < 0) return false;
            break;
        case 's':
            options->seed = strtoull(optarg, &end, 10);
            if (end == optarg || *end != '\0') return false;
            break;
        case 'l':
            for (size_t i = 0; i < sizeof plans / sizeof plans[0]; i++)
                puts(plans[i].name);
            exit(0);
        case 'h': usage(stdout); exit(0);
        default: return false;
        }
    }
    options->names = arguments + optind;
    return true;
}

int main(int n, char **arguments)
{
    struct options options = { .seconds = 0.5, .seed = 1 };
    unsigned passed = 0, failed = 0;

    if (!parse(&options, n, arguments)) {
        usage(stderr);
        return EXIT_USAGE;
    }
    setenv("DH_BROKER", "/nonexistent/dh.sock", 0);
    printf("seed %llu, %g s of vandalism on each channel\n", (unsigned long long)options.seed,
           options.seconds);
    for (size_t i = 0; i < sizeof plans / sizeof plans[0]; i++) {
        if (!chosen(&plans[i], options.names)) continue;
        if (play(&plans[i], &options))
            passed++;
        else
            failed++;
    }
    printf("%u passed, %u failed\n", passed, failed);
    return failed == 0 && passed > 0 ? 0 : 1;
}
