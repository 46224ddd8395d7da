/* SPDX-License-Identifier: Apache-2.0 */
#include "wake.h"

#include "base/atomic.h"
#include "hub.h"
#include "os/futex.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <sched.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <unistd.h>

/* From the moment that the consumer has a message until the next one: ten times what it takes to go
 * to sleep again. */
#define GAP_NS (100 * DH_US)
enum { LEAST = 32 }; /* messages, however slow they are */

struct message {
    uint64_t n; /* PAYLOAD_LAST: the end */
    int64_t sent_ns;
};

/* Beside a futex or an event descriptor, which carry no data. */
struct board {
    _Alignas(64) uint32_t epoch;
    struct message message;
    _Alignas(64) uint64_t taken; /* by the consumer: messages so far */
};

/* One process's side. */
struct side {
    struct board *board;
    int fds[2];
    dh_producer *producer;
    dh_consumer *consumer;
    bool waited; /* in an event loop: it had to */
};

/* ---- the ways ---- */

static void send_by_hub(struct side *side, const struct message *message)
{
    void *payload;

    hub_expect(dh_producer_loan(side->producer, DH_FOREVER, &payload), "loan");
    memcpy(payload, message, sizeof *message);
    hub_expect(dh_producer_commit(side->producer), "commit");
}

static uint64_t sleeps(const struct side *side)
{
    struct dh_consumer_metrics metrics;

    dh_consumer_metrics_get(side->consumer, &metrics);
    return metrics.sleeps;
}

static void receive_by_hub(struct side *side, struct message *message)
{
    const void *payload;

    hub_expect(dh_consumer_acquire(side->consumer, DH_FOREVER, &payload), "acquire");
    memcpy(message, payload, sizeof *message);
    hub_expect(dh_consumer_release(side->consumer), "release");
}

static void send_by_futex(struct side *side, const struct message *message)
{
    side->board->message = *message;
    dhi_store_release(&side->board->epoch, side->board->epoch + 1);
    dhi_futex_wake(&side->board->epoch);
}

static void receive_by_futex(struct side *side, struct message *message)
{
    static uint32_t seen;

    while (dhi_load_acquire(&side->board->epoch) == seen)
        dhi_futex_wait(&side->board->epoch, seen, DH_FOREVER);
    seen++;
    *message = side->board->message;
}

static void whole(ssize_t moved, size_t wanted, const char *call)
{
    if (moved < 0) stage_fail("%s: %s", call, strerror(errno));
    if ((size_t)moved != wanted) stage_fail("%s: only %zd bytes", call, moved);
}

static void send_by_eventfd(struct side *side, const struct message *message)
{
    uint64_t one = 1;

    side->board->message = *message;
    whole(write(side->fds[1], &one, sizeof one), sizeof one, "write to eventfd");
}

static void receive_by_eventfd(struct side *side, struct message *message)
{
    uint64_t events;

    whole(read(side->fds[0], &events, sizeof events), sizeof events, "read of eventfd");
    *message = side->board->message;
}

static void send_by_pipe(struct side *side, const struct message *message)
{
    whole(write(side->fds[1], message, sizeof *message), sizeof *message, "write to pipe");
}

static void receive_by_pipe(struct side *side, struct message *message)
{
    whole(read(side->fds[0], message, sizeof *message), sizeof *message, "read of pipe");
}

static void wait_for(int fd)
{
    struct pollfd event = { .fd = fd, .events = POLLIN };

    while (poll(&event, 1, -1) < 1)
        if (errno != EINTR) stage_fail("poll: %s", strerror(errno));
}

static void receive_by_poll(struct side *side, struct message *message)
{
    wait_for(side->fds[0]);
    receive_by_eventfd(side, message);
}

/* As an event loop does: it has been told, looks, and is told again. */
static void receive_by_loop(struct side *side, struct message *message)
{
    const void *payload;
    dh_err err;

    side->waited = false;
    while ((err = dh_consumer_acquire(side->consumer, DH_NOW, &payload)) == DH_EEMPTY) {
        wait_for(dh_consumer_fd(side->consumer));
        side->waited = true;
    }
    hub_expect(err, "acquire");
    memcpy(message, payload, sizeof *message);
    hub_expect(dh_consumer_release(side->consumer), "release");
}

static const struct way {
    void (*send)(struct side *side, const struct message *message);
    void (*receive)(struct side *side, struct message *message);
} ways[] = {
    [WAKE_HUB] = { send_by_hub, receive_by_hub },
    [WAKE_FUTEX] = { send_by_futex, receive_by_futex },
    [WAKE_EVENTFD] = { send_by_eventfd, receive_by_eventfd },
    [WAKE_PIPE] = { send_by_pipe, receive_by_pipe },
    [WAKE_HUB_FD] = { send_by_hub, receive_by_loop },
    [WAKE_POLL] = { send_by_eventfd, receive_by_poll },
};

/* ---- the two roles ---- */

/* Until the consumer has taken n messages, and has had time to go to sleep after that. */
static void give_time(const struct board *board, uint64_t n)
{
    int64_t end;

    while (dhi_load_acquire(&board->taken) < n)
        sched_yield();
    end = dh_in(GAP_NS);
    while (dh_now() < end)
        ;
}

static void produce(const struct stage *stage, const struct way *way, struct side *side)
{
    int64_t end = dh_in(stage->warm_ns + stage->run_ns);
    struct message message = { .n = 0 };

    do {
        give_time(side->board, message.n);
        message.sent_ns = dh_now();
        way->send(side, &message);
        message.n++;
    } while (message.sent_ns < end || message.n < LEAST);
    give_time(side->board, message.n);
    message.n = PAYLOAD_LAST;
    way->send(side, &message);
}

static uint64_t consume(struct stage *stage, const struct way *way, struct side *side)
{
    int64_t warm = dh_in(stage->warm_ns), now;
    struct message message;
    uint64_t n, slept = 0;

    for (n = 0;; n++) {
        bool sleeper = true;

        way->receive(side, &message);
        now = dh_now();
        if (message.n == PAYLOAD_LAST) return n;
        if (message.n != n)
            stage_fail("message %" PRIu64 " was expected, %" PRIu64 " came", n, message.n);
        if (now < message.sent_ns) stage_fail("the clocks of the two cores differ");
        if (side->consumer != NULL && dh_consumer_fd(side->consumer) >= 0) {
            sleeper = side->waited;
        } else if (side->consumer != NULL) { /* the hub tells whether it slept */
            sleeper = sleeps(side) > slept;
            slept = sleeps(side);
        }
        if (now >= warm && sleeper)
            histogram_add(&stage->histogram, (uint64_t)(now - message.sent_ns));
        dhi_store_release(&side->board->taken, n + 1);
    }
}

static const struct hub_plan *plan(void)
{
    static const struct hub_plan plan = {
        .channel = "dh-bench.wake",
        .size = sizeof(struct message),
        .policy = { .n_slots = 64, .n_consumers = 4, .full = DH_FULL_WAIT },
        .spin_ns = -1,
    };
    return &plan;
}

void wake_play(struct scene *scene, unsigned role)
{
    const struct way *way = &ways[scene->row->variant];
    struct side side = { .board = scene->shared, .fds = { scene->fds[0], scene->fds[1] } };
    bool loop = scene->row->variant == WAKE_HUB_FD, hub = loop || scene->row->variant == WAKE_HUB;
    struct hub_plan its_plan = *plan();

    its_plan.event_fd = loop;
    if (hub && role == 0) side.producer = hub_producer(&its_plan);
    stage_meet();
    if (hub && role == 1) side.consumer = hub_consumer(&its_plan);
    stage_meet();
    if (role == 0) {
        produce(scene->stage, way, &side);
    } else {
        scene->stage->ns_per_unit = 1;
        stage_checked(consume(scene->stage, way, &side));
    }
    stage_meet();
    dh_producer_close(side.producer);
    dh_consumer_close(side.consumer);
}

/* ---- before and after ---- */

bool wake_prepare(struct scene *scene)
{
    scene->shared = mmap(NULL, sizeof(struct board), PROT_READ | PROT_WRITE,
                         MAP_SHARED | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
    if (scene->shared == MAP_FAILED) return false;
    if (scene->row->variant == WAKE_PIPE && pipe2(scene->fds, O_CLOEXEC) != 0) {
        munmap(scene->shared, sizeof(struct board));
        return false;
    }
    if (scene->row->variant == WAKE_EVENTFD || scene->row->variant == WAKE_POLL) {
        scene->fds[0] = eventfd(0, EFD_CLOEXEC);
        scene->fds[1] = fcntl(scene->fds[0], F_DUPFD_CLOEXEC, 0);
    }
    return true;
}

void wake_dismiss(struct scene *scene)
{
    munmap(scene->shared, sizeof(struct board));
    for (int i = 0; i < 2; i++)
        if (scene->fds[i] >= 0) close(scene->fds[i]);
}
