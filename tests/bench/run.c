/* SPDX-License-Identifier: Apache-2.0
 *
 * run.c - dh-bench itself sleeps in sigtimedwait() while the processes of a row work: it costs them
 * nothing, and the three things that can happen (a child ends, a signal asks to stop, a row takes
 * too long) come out of the same call.
 */
#include "run.h"

#include "limits.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

/* Opening, closing, and all the time that others may have the cores: more is a hang. */
#define GRACE_NS (60 * DH_S)

static int stop_signal;

int run_signal(void)
{
    return stop_signal;
}

/* ---- the processes of one row ---- */

struct crew {
    pid_t pids[STAGE_ROLES_MAX]; /* 0: reaped */
    unsigned n_left;
};

static noreturn void play(struct scene *scene, unsigned role, pid_t parent)
{
    sigset_t none;

    prctl(PR_SET_PDEATHSIG, SIGKILL); /* whatever becomes of dh-bench, nobody stays behind */
    if (getppid() != parent) _exit(1);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    machine_pin(&scene->stage->machine, role);
    stage_enter(scene->stage, role);
    if (scene->stage->n_roles > 1 && role < 2 && scene->stage->machine.n_cores > 1)
        limits_probe(scene->stage, role);
    scene->row->play(scene, role);
    exit(0); /* iceoryx signs off, and removes its files, behind main() */
}

static bool start(struct crew *crew, struct scene *scene)
{
    pid_t parent = getpid();

    for (unsigned role = 0; role < scene->row->n_roles; role++) {
        pid_t pid = fork();

        if (pid < 0) return false;
        if (pid == 0) play(scene, role, parent);
        crew->pids[role] = pid;
        crew->n_left++;
    }
    return true;
}

static void end(struct crew *crew)
{
    for (unsigned role = 0; role < STAGE_ROLES_MAX; role++) {
        if (crew->pids[role] == 0) continue;
        kill(crew->pids[role], SIGKILL);
        waitpid(crew->pids[role], NULL, 0);
        crew->pids[role] = 0;
    }
    crew->n_left = 0;
}

/* What a role's end says, if it is not a good one. */
static void explain(const struct stage *stage, unsigned role, int status, char *failure)
{
    const char *own = stage->roles[role].failure;

    if (own[0] != '\0')
        snprintf(failure, STAGE_TEXT_BYTES, "%s", own);
    else if (WIFSIGNALED(status))
        snprintf(failure, STAGE_TEXT_BYTES, "role %u was ended by signal %d", role,
                 WTERMSIG(status));
    else
        snprintf(failure, STAGE_TEXT_BYTES, "role %u ended with %d", role, WEXITSTATUS(status));
}

/* Reap who has ended; false if one of them ended badly. */
static bool reap(struct crew *crew, const struct stage *stage, char *failure)
{
    for (unsigned role = 0; role < STAGE_ROLES_MAX; role++) {
        int status;

        if (crew->pids[role] == 0 || waitpid(crew->pids[role], &status, WNOHANG) <= 0) continue;
        crew->pids[role] = 0;
        crew->n_left--;
        if (WIFEXITED(status) && WEXITSTATUS(status) == 0) continue;
        explain(stage, role, status, failure);
        return false;
    }
    return true;
}

/* Wait until all have ended well; else end them and say why not. */
static bool attend(struct crew *crew, const struct stage *stage, char *failure)
{
    int64_t deadline = dh_in(stage->warm_ns + stage->run_ns + GRACE_NS);
    sigset_t set;

    sigemptyset(&set);
    sigaddset(&set, SIGCHLD);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    while (crew->n_left > 0) {
        struct timespec slice = { .tv_sec = 1 };
        int signal = sigtimedwait(&set, NULL, &slice);

        if (signal == SIGINT || signal == SIGTERM) stop_signal = signal;
        if (stop_signal != 0 || !reap(crew, stage, failure)) break;
        if (crew->n_left > 0 && dh_now() > deadline) {
            snprintf(failure, STAGE_TEXT_BYTES, "it did not end in time");
            break;
        }
    }
    if (crew->n_left == 0 && failure[0] == '\0') return true;
    end(crew);
    return false;
}

/* ---- one row, one round ---- */

/* All consumers get all messages: the slowest tells. */
static double figure(const struct stage *stage)
{
    double least = 0;

    if (stage->histogram.count > 0)
        return histogram_quantile(&stage->histogram, 0.5) * stage->ns_per_unit;
    for (unsigned role = 0; role < stage->n_roles; role++) {
        double value = stage->roles[role].value;
        if (value > 0 && (least <= 0 || value < least)) least = value;
    }
    return least;
}

static void take(struct result *result, const struct stage *stage)
{
    double value = figure(stage);
    uint64_t checked = 0;

    for (unsigned role = 0; role < stage->n_roles; role++)
        checked += stage->roles[role].checked;
    if (value <= 0 || checked == 0) {
        snprintf(result->failure, sizeof result->failure, "nothing was measured; see --ms");
        return;
    }
    result->lines[result->n_rounds] = stage->line_ns;
    result->rounds[result->n_rounds++] = value;
    result->checked += checked;
    result->ns_per_unit = stage->ns_per_unit;
    histogram_merge(&result->histogram, &stage->histogram);
}

static void measure(const struct run *run, struct result *result)
{
    const struct row *row = result->row;
    struct scene scene = { .row = row, .fds = { -1, -1 } };
    struct crew crew = { .n_left = 0 };
    struct stage *stage = mmap(NULL, sizeof *stage, PROT_READ | PROT_WRITE,
                               MAP_SHARED | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);

    if (stage == MAP_FAILED) {
        snprintf(result->failure, sizeof result->failure, "mmap: %s", strerror(errno));
        return;
    }
    stage->machine = run->machine;
    stage->n_roles = row->n_roles;
    stage->run_ns = run->row_ns;
    stage->warm_ns = run->row_ns / 10;
    scene.stage = stage;
    if (row->prepare != NULL && !row->prepare(&scene)) {
        snprintf(result->failure, sizeof result->failure, "before the start: %s", strerror(errno));
    } else {
        if (!start(&crew, &scene)) {
            snprintf(result->failure, sizeof result->failure, "fork: %s", strerror(errno));
            end(&crew);
        } else if (attend(&crew, stage, result->failure)) {
            take(result, stage);
        }
        if (row->dismiss != NULL) row->dismiss(&scene);
    }
    munmap(stage, sizeof *stage);
}

/* ---- all rows, all rounds ---- */

static int compare(const void *left, const void *right)
{
    double a = *(const double *)left, b = *(const double *)right;

    return (a > b) - (a < b);
}

double run_median(double *values, unsigned n)
{
    qsort(values, n, sizeof *values, compare);
    return (values[(n - 1) / 2] + values[n / 2]) / 2;
}

static void summarise(struct result *result)
{
    double sorted[ROUNDS_MAX];
    unsigned n = result->n_rounds;

    if (n == 0) return;
    memcpy(sorted, result->rounds, n * sizeof *sorted);
    result->median = run_median(sorted, n);
    result->spread = (sorted[n - 1] - sorted[0]) / result->median;
}

static void progress(const struct run *run, unsigned round, const char *name)
{
    if (isatty(STDERR_FILENO))
        fprintf(stderr, "\r\033[Kround %u of %u  %s", round + 1, run->n_rounds, name);
}

static void hold_signals(void)
{
    sigset_t set;

    sigemptyset(&set);
    sigaddset(&set, SIGCHLD);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    sigprocmask(SIG_BLOCK, &set, NULL);
}

bool run_rounds(struct run *run)
{
    hold_signals();
    for (unsigned round = 0; round < run->n_rounds && stop_signal == 0; round++)
        for (unsigned i = 0; i < run->n_results && stop_signal == 0; i++) {
            struct result *result = &run->results[i];

            if (result->failure[0] != '\0') continue; /* it would fail again, and take its time */
            progress(run, round, result->row->name);
            measure(run, result);
        }
    if (isatty(STDERR_FILENO)) fprintf(stderr, "\r\033[K");
    for (unsigned i = 0; i < run->n_results; i++)
        summarise(&run->results[i]);
    return stop_signal == 0;
}
