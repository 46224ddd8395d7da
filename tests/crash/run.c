/* SPDX-License-Identifier: Apache-2.0 */
#include "run.h"

#include "symbols.h"

#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum { STEPS_MAX = 1 << 18, KILL_SECONDS = 60, JOBS_MAX = 64 };

static void *shared(size_t bytes)
{
    void *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
                        MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

    return memory == MAP_FAILED ? NULL : memory;
}

static void note(struct tally *tally, const struct violation *violation)
{
    if (tally->n_violations < VIOLATIONS_MAX) tally->violations[tally->n_violations] = *violation;
    tally->n_violations++;
}

static unsigned mix(unsigned a, unsigned b)
{
    uint32_t x = a * 0x9e3779b9u ^ b * 0x85ebca6bu;

    x ^= x >> 16;
    x *= 0x7feb352du;
    return x ^ x >> 15;
}

/* ---- one kill ---- */

static struct world the_world;

/* To the place, and dead. False: the victim did not live so long. */
static bool kill_at(struct world *world, const struct trace *trace, struct point point,
                    enum reached *reached, uint64_t *pc)
{
    *reached = tracee_run_to(&world->tracee, trace, point, pc);
    if (*reached == REACHED_EXIT) return complain(world, "the victim ended before it was killed");
    if (world->campaign->gives_way) return hub_make_way(world);
    tracee_kill(&world->tracee);
    return true;
}

/* What the call answered, where it came to its end. */
static bool check_answer(struct world *world, const struct campaign *campaign)
{
    if (campaign->broken || world->board->answer == (int32_t)campaign->answer) return true;
    if ((campaign->heir == HEIR_COMES || campaign->heir == HEIR_ENDS) &&
        world->board->answer == DH_ESUPERSEDED)
        return true;
    return complain(world, "the call answered %s", dh_error_name((dh_err)world->board->answer));
}

static bool play(struct world *world, const struct result *first, const struct result *second,
                 const struct options *options, struct violation *violation, enum reached *reached)
{
    struct point point = violation->first;

    if (!world_build(world, first->campaign)) return false;
    if (!kill_at(world, &first->trace, point, reached, &violation->pc)) return false;
    if ((*reached == REACHED_LEAVE || point.k == first->trace.n) && second == NULL &&
        !check_answer(world, first->campaign))
        return false;
    if (second != NULL) {
        if (!world_second_victim(world, second->campaign)) return false;
        if (!kill_at(world, &second->trace, violation->second, reached, &violation->pc))
            return false;
    }
    return world_check(world, &options->limits, point.other);
}

static bool run_in_world(const struct result *first, const struct result *second,
                         const struct options *options, struct violation *violation,
                         enum reached *reached)
{
    struct world *world = &the_world;

    violation->pc = 0;
    *reached = REACHED_EXIT;
    if (!play(world, first, second, options, violation, reached))
        complain(world, "the harness gave up without a word");
    world_end(world);
    memcpy(violation->text, world->complaint, sizeof violation->text);
    return world->complaint[0] == '\0';
}

bool run_once(const struct result *first, struct point point, const struct result *second,
              struct point second_point, const struct options *options, struct violation *violation)
{
    enum reached reached;

    *violation = (struct violation){ .first = point,
                                     .second = second_point,
                                     .recoverer = second != NULL ? second->campaign : NULL };
    return run_in_world(first, second, options, violation, &reached);
}

/* ---- recording ---- */

/* On a core of its own with its victims: a step is then no message between cores. */
static void stay_on_core(unsigned worker)
{
    unsigned chosen = worker % (unsigned)sysconf(_SC_NPROCESSORS_ONLN), seen = 0;
    cpu_set_t allowed, one;

    if (sched_getaffinity(0, sizeof allowed, &allowed) != 0) return;
    CPU_ZERO(&one);
    for (unsigned core = 0; core < CPU_SETSIZE; core++)
        if (CPU_ISSET(core, &allowed) && seen++ == chosen) CPU_SET(core, &one);
    if (CPU_COUNT(&one) == 1) sched_setaffinity(0, sizeof one, &one);
}

static _Noreturn void record(struct result *result, struct trace *trace, struct tally *tally,
                             const struct options *options)
{
    struct world *world = &the_world;
    struct violation violation = { .first = { 0 } };

    alarm(KILL_SECONDS);
    if (world_build(world, result->campaign) &&
        tracee_record(&world->tracee, trace) != REACHED_LEAVE)
        complain(world, "the call does not end within %d instructions", STEPS_MAX);
    if (world->complaint[0] == '\0' && check_answer(world, result->campaign)) {
        tracee_kill(&world->tracee);
        world_check(world, &options->limits, false);
    }
    world_end(world);
    memcpy(violation.text, world->complaint, sizeof violation.text);
    if (world->complaint[0] != '\0') note(tally, &violation);
    _exit(0);
}

bool run_record(struct result *result, const struct options *options)
{
    struct trace *trace = shared(sizeof *trace);
    struct tally *tally = shared(sizeof *tally);
    int status;
    pid_t child;

    if (trace == NULL || tally == NULL || !trace_open(trace, STEPS_MAX)) return false;
    child = fork();
    if (child == 0) {
        stay_on_core(0);
        record(result, trace, tally, options);
    }
    waitpid(child, &status, 0);
    result->trace = *trace;
    result->total = *tally;
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
        struct violation violation = { .text = "the survivors ended while the call was recorded" };

        note(&result->total, &violation);
    }
    munmap(trace, sizeof *trace);
    munmap(tally, sizeof *tally);
    result->killed_at = shared(result->trace.n + 1);
    /* broken victims may fail already where nobody kills them */
    return result->killed_at != NULL &&
           (result->campaign->broken ? result->trace.n > 0 : result->total.n_violations == 0);
}

/* ---- many kills ---- */

struct plan {
    const struct result *result;
    const struct result *results; /* of pairs */
    const struct options *options;
    struct point *points;
    size_t n_points;
    bool hub; /* pairs of those */
    void (*one)(const struct plan *plan, size_t i, struct tally *tally);
};

static void one_kill(const struct plan *plan, size_t i, struct tally *tally)
{
    const struct result *result = plan->result;
    struct violation violation = { .first = plan->points[i] };
    enum reached reached;

    if (!run_in_world(result, NULL, plan->options, &violation, &reached)) note(tally, &violation);
    tally->n_kills += reached != REACHED_EXIT;
    tally->n_other += reached == REACHED_OTHER || reached == REACHED_LEAVE;
    if (reached == REACHED_POINT) result->killed_at[violation.first.k] = 1;
}

static _Noreturn void work(const struct plan *plan, unsigned worker, unsigned n_workers,
                           struct tally *tally)
{
    stay_on_core(worker);
    for (; tally->next < plan->n_points; tally->next += n_workers) {
        alarm(KILL_SECONDS); /* whoever hangs here ends, and that is a violation */
        plan->one(plan, tally->next, tally);
    }
    _exit(0);
}

static void add(struct tally *total, const struct tally *part)
{
    unsigned stored = part->n_violations < VIOLATIONS_MAX ? part->n_violations : VIOLATIONS_MAX;

    total->n_kills += part->n_kills;
    total->n_other += part->n_other;
    for (unsigned i = 0; i < stored; i++)
        note(total, &part->violations[i]);
    total->n_violations += part->n_violations - stored;
}

static pid_t start(const struct plan *plan, unsigned worker, unsigned n, struct tally *tally)
{
    pid_t child = fork();

    if (child == 0) work(plan, worker, n, tally);
    return child;
}

/* A worker that ended before its work was done: its survivors crashed or hung at that place. */
static void survivors_ended(const struct plan *plan, struct tally *tally, int status)
{
    struct violation violation = { .first = { 0 } };

    if (plan->points != NULL) violation.first = plan->points[tally->next];
    if (WIFSIGNALED(status) && WTERMSIG(status) == SIGALRM)
        snprintf(violation.text, sizeof violation.text, "the survivors hung for %d s",
                 KILL_SECONDS);
    else
        snprintf(violation.text, sizeof violation.text, "the survivors ended with status %x",
                 (unsigned)status);
    note(tally, &violation);
}

static void run_all(const struct plan *plan, unsigned n_workers, struct tally *total)
{
    struct tally *tallies = shared(n_workers * sizeof *tallies);
    pid_t children[JOBS_MAX];
    int status;

    if (tallies == NULL) return;
    for (unsigned i = 0; i < n_workers; i++) {
        tallies[i].next = i;
        children[i] = start(plan, i, n_workers, &tallies[i]);
    }
    for (unsigned i = 0; i < n_workers; i++) {
        while (waitpid(children[i], &status, 0) == children[i] &&
               tallies[i].next < plan->n_points) {
            survivors_ended(plan, &tallies[i], status);
            tallies[i].next += n_workers;
            children[i] = start(plan, i, n_workers, &tallies[i]);
        }
        add(total, &tallies[i]);
    }
    munmap(tallies, n_workers * sizeof *tallies);
}

/* ---- which places ---- */

/* Where a kill is another one than one instruction before. Both orders of survivors are tried. */
static bool is_news(const struct trace *trace, size_t k)
{
    return k == trace->n || trace->news[k];
}

static void add_point(struct plan *plan, struct point point)
{
    plan->points[plan->n_points++] = point;
}

/* Those with news, each `stride`-th; and where it sleeps, which is seldom, unless it waits in many
 * short sleeps. */
static void choose_news(struct plan *plan, const struct trace *trace, size_t stride, size_t n_most)
{
    size_t seen = 0, sleeps = 0, n_sleeps = 0, each;

    for (size_t k = 0; k < trace->n; k++)
        n_sleeps += trace->sleeps[k];
    each = n_sleeps <= n_most ? 1 : (n_sleeps + n_most - 1) / n_most;

    for (size_t k = 0; k <= trace->n; k++) {
        if (is_news(trace, k) && (seen++ % stride == 0 || k == trace->n)) {
            add_point(plan, (struct point){ .k = k });
            add_point(plan, (struct point){ .k = k, .other = true });
        }
        if (k == trace->n || !trace->sleeps[k] || sleeps++ % each != 0) continue;
        add_point(plan, (struct point){ .k = k, .asleep = true });
        add_point(plan, (struct point){ .k = k, .asleep = true, .other = true });
    }
}

/* Neither news nor, where a kill costs processes of its own, an instruction that was executed
 * before. */
static bool is_other(const struct trace *trace, size_t k, bool once)
{
    return !is_news(trace, k) && !(once && trace->turns[k] > 0);
}

/* The others: all, or a sample of `n`. */
static void choose_others(struct plan *plan, const struct trace *trace, size_t n, bool all,
                          bool once)
{
    size_t n_others = 0, seen = 0, stride;

    for (size_t k = 0; k < trace->n; k++)
        n_others += is_other(trace, k, once);
    stride = all || n_others <= n ? 1 : (n_others + n - 1) / n;
    for (size_t k = 0; k < trace->n; k++)
        if (is_other(trace, k, once) && seen++ % stride == 0)
            add_point(plan, (struct point){ .k = k, .other = mix((unsigned)k, 0) & 1 });
}

static void choose_points(const struct trace *trace, const struct campaign *campaign,
                          const struct options *options, struct plan *plan)
{
    bool full = options->full && !campaign->broken;
    size_t n_news = 0, n_most = options->n_points;

    for (size_t k = 0; k <= trace->n; k++)
        n_news += is_news(trace, k);
    if (campaign->sleeper != NOBODY_SLEEPS)
        n_most /= 4;                /* each takes a slice of a tenth of a second */
    if (campaign->hub) n_most /= 8; /* several processes come and go */
    if (campaign->slow) n_most = n_most / 4 + 1;
    if (campaign->keeps_lease) n_most = 1; /* each takes the producer's patience */
    choose_news(plan, trace, full || n_news <= n_most ? 1 : (n_news + n_most - 1) / n_most,
                full ? trace->n : n_most);
    choose_others(plan, trace, n_most / 4 + 1, full, campaign->hub);
}

static unsigned jobs(const struct options *options, const struct campaign *campaign)
{
    unsigned n = options->n_jobs;

    /* who waits for a slice to end needs no core meanwhile */
    if (campaign != NULL && campaign->sleeper != NOBODY_SLEEPS) n *= 4;
    if (campaign != NULL && campaign->slow) n *= 8;
    return n < JOBS_MAX ? n : JOBS_MAX;
}

bool run_campaign(struct result *result, const struct options *options)
{
    struct plan plan = { .result = result, .options = options, .one = one_kill };
    int64_t begin = dh_now();

    plan.points = calloc(4 * (result->trace.n + 1), sizeof *plan.points);
    if (plan.points == NULL) return false;
    choose_points(&result->trace, result->campaign, options, &plan);
    result->n_points = plan.n_points;
    run_all(&plan, jobs(options, result->campaign), &result->total);
    free(plan.points);
    result->seconds = (double)(dh_now() - begin) / (double)DH_S;
    return result->campaign->broken ? result->total.n_violations > 0
                                    : result->total.n_violations == 0;
}

/* ---- pairs ---- */

/* Whether it can be the first of a pair. With a hub: the second one may be the successor, so nobody
 * else is. */
static bool begins_pair(const struct campaign *campaign, bool hub)
{
    if (campaign->broken || campaign->hub != hub || campaign->sleeper != NOBODY_SLEEPS)
        return false;
    return !hub || (campaign->heir == NO_HEIR && campaign->motion == GOES_ON && !campaign->ends &&
                    !campaign->gives_way);
}

/* Nobody joins a block whose producer is dead. With a hub the second one finds what it expects: a
 * dead producer, or a living one; behind a successor, who knows. */
static bool recovers_from(const struct campaign *second, const struct campaign *first)
{
    bool dead = first->role == VICTIM_PRODUCER || first->dead;

    if (!second->recovers || second->hub != first->hub) return false;
    if (!second->hub) return !(dead && second->role == VICTIM_CONSUMER);
    if (second->full != first->full || second->large != first->large ||
        second->strict != first->strict)
        return false;
    if (first->role == VICTIM_SUCCESSOR) return second->role == VICTIM_SUCCESSOR;
    return second->dead == dead;
}

static bool pairs_with(const struct plan *plan, const struct result *result,
                       const struct result *first)
{
    if (result->trace.n == 0) return false;
    return first == NULL ? begins_pair(result->campaign, plan->hub)
                         : recovers_from(result->campaign, first->campaign);
}

static const struct result *pick(const struct plan *plan, unsigned random,
                                 const struct result *first)
{
    size_t n = 0, chosen;
    const struct result *of = NULL;

    for (const struct result *r = plan->results; r->campaign != NULL; r++)
        n += pairs_with(plan, r, first);
    if (n == 0) return NULL;
    chosen = random % n;
    for (const struct result *r = plan->results; r->campaign != NULL && of == NULL; r++)
        if (pairs_with(plan, r, first) && chosen-- == 0) of = r;
    return of;
}

/* Half of the places in libdh itself, where the words are written. */
static struct point pick_point(const struct trace *trace, unsigned random)
{
    size_t k = (random >> 1) % (trace->n + 1);

    for (size_t tries = 0; (random & 1) != 0 && tries < trace->n; tries++) {
        if (k < trace->n && symbols_in_dh(trace->pcs[k])) break;
        k = (k + 1) % trace->n;
    }
    return (struct point){ .k = k };
}

static void one_pair(const struct plan *plan, size_t i, struct tally *tally)
{
    unsigned seed = mix(plan->options->seed, (unsigned)i);
    const struct result *first = pick(plan, mix(seed, 1), NULL);
    const struct result *second = first != NULL ? pick(plan, mix(seed, 2), first) : NULL;
    struct violation violation;
    enum reached reached;

    if (first == NULL || second == NULL) return;
    violation = (struct violation){ .first = pick_point(&first->trace, mix(seed, 3)),
                                    .second = pick_point(&second->trace, mix(seed, 4)),
                                    .victim = first->campaign,
                                    .recoverer = second->campaign };
    if (!run_in_world(first, second, plan->options, &violation, &reached)) note(tally, &violation);
    tally->n_kills += reached != REACHED_EXIT ? 2 : 1;
    tally->n_other += reached == REACHED_OTHER || reached == REACHED_LEAVE;
}

bool run_pairs(const struct result *results, const struct options *options, bool hub,
               struct result *total)
{
    struct plan plan = { .results = results,
                         .options = options,
                         .one = one_pair,
                         .n_points = hub ? options->n_pairs / 4 : options->n_pairs,
                         .hub = hub };
    int64_t begin = dh_now();

    run_all(&plan, jobs(options, NULL), &total->total);
    total->n_points = plan.n_points;
    total->seconds = (double)(dh_now() - begin) / (double)DH_S;
    return total->total.n_violations == 0;
}
