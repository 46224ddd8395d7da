/* SPDX-License-Identifier: Apache-2.0 */
#include "rest.h"

#include "hub.h"

#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* ---- idle ---- */

static struct hub_plan idle_plan(const struct row *row)
{
    return (struct hub_plan){ .channel = "dh-bench.idle",
                              .size = 64,
                              .policy = { .n_slots = 64, .n_consumers = row->size },
                              .event_fd = row->variant == REST_POLLED };
}

static void *block(void *consumer)
{
    const void *payload;

    if (dh_consumer_acquire(consumer, DH_FOREVER, &payload) == DH_OK)
        stage_fail("something came to an idle consumer");
    return NULL; /* not before the end */
}

/* Nothing is there, and the descriptor waits for what comes next. */
static void look(dh_consumer *consumer)
{
    const void *payload;

    if (dh_consumer_acquire(consumer, DH_NOW, &payload) != DH_EEMPTY)
        stage_fail("something came to an idle consumer");
}

/* How often any thread of this process went to sleep again. */
static long switches(void)
{
    struct rusage usage;

    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_nvcsw;
}

/* Blocked threads: how often they went to sleep again within a second. */
static long count_blocked(void)
{
    long before = switches();

    nanosleep(&(struct timespec){ .tv_sec = 1 }, NULL);
    return switches() - before - 1; /* that sleep */
}

/* An event loop: how often descriptors became readable within a second. */
static long count_polled(dh_consumer **consumers, struct pollfd *events, uint32_t n, int64_t for_ns)
{
    int64_t end = dh_in(for_ns), now;
    long wakes = 0;

    while ((now = dh_now()) < end) {
        if (poll(events, n, (int)((end - now) / DH_MS) + 1) < 1) continue;
        for (uint32_t i = 0; i < n; i++)
            if (events[i].revents != 0) look(consumers[i]), wakes++;
    }
    return wakes;
}

static void rest(const struct hub_plan *plan, uint32_t n)
{
    dh_consumer **consumers = calloc(n, sizeof *consumers);
    struct pollfd *events = calloc(n, sizeof *events);
    pthread_attr_t small;
    pthread_t thread;

    if (consumers == NULL || events == NULL) stage_fail("no memory for %u consumers", n);
    pthread_attr_init(&small);
    pthread_attr_setstacksize(&small, 64 << 10);
    for (uint32_t i = 0; i < n; i++) {
        consumers[i] = hub_consumer(plan);
        if (plan->event_fd)
            events[i] = (struct pollfd){ .fd = dh_consumer_fd(consumers[i]), .events = POLLIN };
        else if (pthread_create(&thread, &small, block, consumers[i]) != 0)
            stage_fail("only %u threads can be made", i);
    }
    /* before that, all have gone to sleep: an opened descriptor is readable once */
    if (plan->event_fd)
        (void)count_polled(consumers, events, n, 300 * DH_MS);
    else
        nanosleep(&(struct timespec){ .tv_nsec = 300 * DH_MS }, NULL);
    stage_value(
        (double)(plan->event_fd ? count_polled(consumers, events, n, DH_S) : count_blocked()) +
        1e-9);        /* 0 would mean that nothing was measured */
    stage_checked(n); /* the process ends with all of them; its leases go with it */
}

void rest_play_idle(struct scene *scene, unsigned role)
{
    struct hub_plan plan = idle_plan(scene->row);
    struct rlimit files = { 16384, 16384 };
    dh_producer *producer;

    (void)setrlimit(RLIMIT_NOFILE, &files); /* without it fewer can be opened, which is said */
    producer = role == 0 ? hub_producer(&plan) : NULL;
    stage_meet();
    if (role == 1) rest(&plan, scene->row->size);
    stage_meet();
    if (role == 1) _exit(0);
    dh_producer_close(producer);
}

/* ---- killed ---- */

enum { KILLS = 8, RING = 4 };

static const struct hub_plan *killed_plan(void)
{
    static const struct hub_plan plan = { .channel = "dh-bench.killed",
                                          .size = 64,
                                          .policy = { .n_slots = RING, .n_consumers = 4 } };
    return &plan;
}

/* A child that has done `its_part` and waits to be killed. */
static pid_t victim(void (*its_part)(void))
{
    pid_t parent = getpid(), pid;
    int fds[2];
    char byte;

    if (pipe(fds) != 0 || (pid = fork()) < 0) stage_fail("no child to kill");
    if (pid > 0) {
        close(fds[1]);
        if (read(fds[0], &byte, 1) != 1) stage_fail("the child that was to be killed ended");
        close(fds[0]);
        return pid;
    }
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    (void)sched_setscheduler(0, SCHED_OTHER, &(struct sched_param){ 0 }); /* it must not spin */
    if (getppid() != parent) _exit(1);
    its_part();
    (void)!write(fds[1], "", 1);
    for (;;)
        pause();
}

static void hold_a_slot(void)
{
    dh_consumer *consumer = hub_consumer(killed_plan());
    const void *payload;

    (void)consumer;
    (void)payload; /* its claim alone holds the ring up */
}

static void produce_nothing(void)
{
    (void)hub_producer(killed_plan());
}

static void record(struct stage *stage, int64_t begin)
{
    histogram_add(&stage->histogram, (uint64_t)(dh_now() - begin));
    stage->ns_per_unit = 1;
    stage_checked(1);
}

static void kill_consumer(struct stage *stage)
{
    dh_producer *producer = hub_producer(killed_plan());
    pid_t pid = victim(hold_a_slot);
    void *payload;
    int64_t begin;

    while (dh_producer_loan(producer, DH_NOW, &payload) == DH_OK)
        hub_expect(dh_producer_commit(producer), "commit");
    begin = dh_now();
    kill(pid, SIGKILL);
    hub_expect(dh_producer_loan(producer, DH_FOREVER, &payload), "loan after a death");
    record(stage, begin);
    waitpid(pid, NULL, 0);
    dh_producer_close(producer);
}

static void kill_producer(struct stage *stage)
{
    pid_t pid = victim(produce_nothing);
    dh_consumer *consumer = hub_consumer(killed_plan());
    const void *payload;
    int64_t begin = dh_now();
    dh_err err;

    kill(pid, SIGKILL);
    err = dh_consumer_acquire(consumer, DH_FOREVER, &payload);
    if (err != DH_EDEAD) stage_fail("after its producer's death: %s", dh_error_name(err));
    record(stage, begin);
    waitpid(pid, NULL, 0);
    dh_consumer_close(consumer);
}

void rest_play_killed(struct scene *scene, unsigned role)
{
    (void)role;
    for (int i = 0; i < KILLS; i++)
        if (scene->row->variant == REST_CONSUMER)
            kill_consumer(scene->stage);
        else
            kill_producer(scene->stage);
}

/* ---- large ---- */

static long faults(void)
{
    struct rusage usage;

    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_minflt;
}

void rest_play_large(struct scene *scene, unsigned role)
{
    enum { FAULTS_MOST = 1000 }; /* of 262144 small pages; huge ones are 512 */
    struct hub_plan plan = { .channel = "dh-bench.large",
                             .size = 64 << 20,
                             .policy = { .n_slots = 16, .n_consumers = 4 },
                             .pages = (enum dh_pages)scene->row->variant };
    dh_producer *producer = role == 0 ? hub_producer(&plan) : NULL;

    stage_meet();
    for (int i = 0; role == 1 && i < KILLS; i++) {
        long before = faults(), more;
        int64_t begin = dh_now();
        dh_consumer *consumer = hub_consumer(&plan);

        record(scene->stage, begin);
        more = faults() - before;
        if (more > FAULTS_MOST) stage_fail("attaching touched %ld pages", more);
        dh_consumer_close(consumer);
    }
    stage_meet();
    dh_producer_close(producer);
}

/* ---- pages ---- */

enum { PAGE = 4096, TURN = 16384, TURNS = 8 };

static struct hub_plan turn_plan(const struct row *row)
{
    return (struct hub_plan){ .channel = "dh-bench.turn",
                              .size = PAGE,
                              .policy = { .n_slots = TURN, .n_consumers = 1 },
                              .pages = (enum dh_pages)row->variant };
}

static void fill(uint64_t *words, uint64_t n)
{
    for (size_t i = 0; i < PAGE / sizeof *words; i++)
        words[i] = n;
}

static bool is_full_of(const uint64_t *words, uint64_t n)
{
    uint64_t wrong = 0;

    for (size_t i = 0; i < PAGE / sizeof *words; i++)
        wrong |= words[i] ^ n;
    return wrong == 0;
}

static void fill_ring(dh_producer *producer, uint64_t n)
{
    void *loan;

    for (uint64_t i = 0; i < TURN; i++) {
        hub_expect(dh_producer_loan(producer, DH_NOW, &loan), "loan");
        fill(loan, n + i);
        hub_expect(dh_producer_commit(producer), "commit");
    }
}

static void read_ring(dh_consumer *consumer, uint64_t n)
{
    const void *payload;

    for (uint64_t i = 0; i < TURN; i++) {
        hub_expect(dh_consumer_acquire(consumer, DH_NOW, &payload), "acquire");
        if (!is_full_of(payload, n + i)) stage_fail("message %lu is wrong", n + i);
        hub_expect(dh_consumer_release(consumer), "release");
    }
}

void rest_play_touches(struct scene *scene, unsigned role)
{
    struct hub_plan plan = turn_plan(scene->row);
    dh_producer *producer = role == 0 ? hub_producer(&plan) : NULL;
    dh_consumer *consumer;
    long before;

    stage_meet();
    before = faults();
    consumer = role == 1 ? hub_consumer(&plan) : NULL;
    stage_meet();
    if (role == 0) fill_ring(producer, 0);
    stage_meet();
    if (role == 1) {
        read_ring(consumer, 0);
        stage_value((double)(faults() - before));
        stage_checked(TURN);
    }
    stage_meet();
    dh_consumer_close(consumer);
    dh_producer_close(producer);
}

void rest_play_turns(struct scene *scene, unsigned role)
{
    struct hub_plan plan = turn_plan(scene->row);
    dh_producer *producer = hub_producer(&plan);
    dh_consumer *consumer = hub_consumer(&plan);

    (void)role;
    fill_ring(producer, 0);
    read_ring(consumer, 0);
    for (uint64_t turn = 1; turn <= TURNS; turn++) {
        int64_t begin = dh_now();

        fill_ring(producer, turn * TURN);
        read_ring(consumer, turn * TURN);
        histogram_add(&scene->stage->histogram, (uint64_t)(dh_now() - begin));
    }
    scene->stage->ns_per_unit = 1.0 / TURN;
    stage_checked(TURN * TURNS);
    dh_consumer_close(consumer);
    dh_producer_close(producer);
}
