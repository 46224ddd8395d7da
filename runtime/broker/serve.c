/* SPDX-License-Identifier: Apache-2.0 */
#include "broker/connection.h"

#include "broker/audit.h"
#include "broker/exporter.h"
#include "broker/log.h"
#include "broker/manager.h"
#include "broker/measure.h"

#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

enum {
    LET_IN_AT_ONCE = 64,  /* then those inside are heard again */
    DEAF_MS = 100,        /* while descriptors are out */
    ANSWER_FIRST_MS = 20, /* a broker that starts opens its registry only then */
};

static void on_door(uv_poll_t *door, int status, int events);
static void on_timer(uv_timer_t *timer);
static int64_t write_registry(struct server *server, int64_t now_ns);

/* ---- dates ------------------------------------------------------------------------------- */

static void open_door(struct server *server)
{
    server->deaf_until_ns = 0;
    uv_poll_start(&server->door, UV_READABLE, on_door);
}

static void shut_door(struct server *server)
{
    server->deaf_until_ns = dh_in(DEAF_MS * DH_MS);
    uv_poll_stop(&server->door);
    dhi_log_refusal("no room for more connections: %s", strerror(errno));
}

static int64_t earlier(int64_t one, int64_t other)
{
    return one < other ? one : other;
}

/* All of a stage wait equally long: the first is due first. */
static int64_t first_due(const struct server *server, enum stage stage)
{
    const struct connection *first = TAILQ_FIRST(&server->stages[stage]);

    return first == NULL ? DH_FOREVER : first->due_ns;
}

/* Whatever happened, the timer is set for what comes next: nothing ticks while nothing is due. */
void dhi_serve_schedule(struct server *server)
{
    int64_t now = dh_now(), due = dhi_desk_tick(server->desk, now);
    int64_t left, retry = write_registry(server, now);

    due = earlier(due, retry);
    if (server->deaf_until_ns != 0) due = earlier(due, server->deaf_until_ns);
    due = earlier(due, first_due(server, GUEST));
    due = earlier(due, first_due(server, HELD));
    if (due == DH_FOREVER) {
        uv_timer_stop(&server->timer);
        return;
    }
    left = due <= now ? 0 : (due - now) / DH_MS + 1;
    uv_timer_start(&server->timer, on_timer, (uint64_t)left, 0);
}

/* ---- the registry ------------------------------------------------------------------------ */

static void write_batch(uv_work_t *work)
{
    dhi_batch_write(work->data);
}

static void on_batch(uv_work_t *work, int status)
{
    struct server *server = (struct server *)(void *)((char *)work - offsetof(struct server, work));

    (void)status;
    dhi_registry_done(server->registry, work->data);
    if (dhi_registry_forgot(server->registry)) dhi_desk_tell_all(server->desk);
    dhi_connection_send_settled(server);
    dhi_serve_schedule(server);
}

/* Let a worker write what was told. Returns when to try again after a failure; and at the start,
 * where libuv waits until its first worker runs, and the registry is opened, which is most of the
 * work: who asks a broker that was killed a moment ago would wait for both. */
static int64_t write_registry(struct server *server, int64_t now_ns)
{
    int64_t due_ns;
    struct dhi_batch *batch;

    if (now_ns < server->write_from_ns) return server->write_from_ns;
    batch = dhi_registry_take(server->registry, now_ns, &due_ns);
    if (batch == NULL) return due_ns;
    server->work.data = batch;
    if (uv_queue_work(&server->loop, &server->work, write_batch, on_batch) == 0) return DH_FOREVER;
    dhi_batch_write(batch);
    dhi_registry_done(server->registry, batch);
    return now_ns;
}

static void on_door(uv_poll_t *door, int status, int events)
{
    struct server *server = door->data;

    if (status < 0 || (events & UV_READABLE) == 0) return;
    for (int i = 0; i < LET_IN_AT_ONCE; i++) {
        int fd;

        if (server->n_connections >= server->serving->connections_max) {
            errno = EMFILE;
            shut_door(server);
            break;
        }
        fd = dhi_socket_accept(server->serving->listener);
        if (fd < 0) {
            if (errno == EMFILE || errno == ENFILE || errno == ENOMEM || errno == ENOBUFS)
                shut_door(server);
            break;
        }
        dhi_connection_let_in(server, fd);
    }
    dhi_serve_schedule(server);
}

static void on_timer(uv_timer_t *timer)
{
    struct server *server = timer->data;
    int64_t now = dh_now();

    while (first_due(server, GUEST) <= now)
        dhi_connection_end(TAILQ_FIRST(&server->stages[GUEST]));
    if (first_due(server, HELD) <= now) {
        dhi_registry_give_up_waiting(server->registry);
        dhi_connection_send_settled(server);
    }
    if (server->deaf_until_ns != 0 && server->deaf_until_ns <= now) open_door(server);
    dhi_serve_schedule(server);
}

/* ---- beginning and end ------------------------------------------------------------------- */

static void on_signal(uv_signal_t *handle, int number)
{
    struct server *server = handle->data;

    dhi_log(DHI_LOG_INFO, "%s: ending", strsignal(number));
    dhi_manager_tell("STOPPING=1");
    server->draining = true;
    uv_poll_stop(&server->door);
    dhi_connection_send_settled(server);
}

/* A policy that cannot be read changes nothing. Who is attached stays so: the kernel knows no way
 * to take a descriptor back. */
static void on_hangup(uv_signal_t *handle, int number)
{
    struct server *server = handle->data;
    struct dhi_serving *serving = server->serving;
    char text[DHI_POLICY_TEXT_BYTES];
    const char *path = serving->policy_path[0] != 0 ? serving->policy_path : NULL;
    dhi_policy *policy;

    (void)number;
    dhi_manager_tell_reloading();
    policy = dhi_policy_read(path, serving->policy_must, text);
    if (policy == NULL) {
        dhi_log(DHI_LOG_ERROR, "the policy stays as it was: %s", text);
        dhi_audit_broker(server->registry, DHI_EVENT_POLICY, "not read again: %.220s", text);
    } else {
        dhi_policy_set_channels(policy, serving->channels_default);
        dhi_policy_free(serving->policy);
        server->desk->policy = serving->policy = policy;
        dhi_audit_broker(server->registry, DHI_EVENT_POLICY, "read again: %zu files",
                         dhi_policy_files(policy));
    }
    dhi_manager_tell(policy == NULL
                         ? "READY=1\nSTATUS=serving; the policy stays as it was, see the log"
                         : "READY=1\nSTATUS=serving");
    dhi_serve_schedule(server);
}

static uint64_t count_of(const struct server *server, enum stage stage)
{
    const struct connection *connection;
    uint64_t n = 0;

    TAILQ_FOREACH(connection, &server->stages[stage], place) n++;
    return n;
}

static void write_metrics(void *context, FILE *out)
{
    const struct server *server = context;
    struct dhi_measure_connections connections = { .guests = count_of(server, GUEST),
                                                   .held = count_of(server, HELD),
                                                   .members = count_of(server, MEMBER) };

    dhi_measure_write(out, server->desk, &connections);
}

/* Metrics that cannot be offered are no reason not to serve. */
static void offer_metrics(struct server *server)
{
    const char *address = server->serving->metrics;
    char text[DHI_EXPORTER_TEXT_BYTES];

    if (address == NULL) return;
    server->exporter = dhi_exporter_open(&server->loop, address, write_metrics, server, text);
    if (server->exporter == NULL)
        dhi_log(DHI_LOG_ERROR, "%s", text);
    else
        dhi_log(DHI_LOG_INFO, "metrics are on %s", address);
}

/* Told by the loop itself: one that hangs is silent. */
static void on_watchdog(uv_timer_t *timer)
{
    (void)timer;
    dhi_manager_tell("WATCHDOG=1");
}

static void start_watchdog(struct server *server)
{
    uint64_t every_ms = dhi_manager_watchdog_ms();

    if (every_ms > 0) uv_timer_start(&server->watchdog, on_watchdog, 0, every_ms);
}

/* The registry's batches follow one another: one worker. libuv starts four, and waits until each
 * has run, in which time nobody is answered: on a busy machine that was most of a restart. */
static void want_one_worker(void)
{
    setenv("UV_THREADPOOL_SIZE", "1", 1);
}

static bool start(struct server *server)
{
    sigset_t none;

    if (uv_poll_init(&server->loop, &server->door, server->serving->listener) != 0 ||
        uv_timer_init(&server->loop, &server->timer) != 0 ||
        uv_timer_init(&server->loop, &server->watchdog) != 0 ||
        uv_signal_init(&server->loop, &server->terminate) != 0 ||
        uv_signal_init(&server->loop, &server->interrupt) != 0 ||
        uv_signal_init(&server->loop, &server->hangup) != 0)
        return false;
    server->door.data = server->timer.data = server;
    server->terminate.data = server->interrupt.data = server->hangup.data = server;
    open_door(server);
    if (uv_signal_start(&server->terminate, on_signal, SIGTERM) != 0 ||
        uv_signal_start(&server->interrupt, on_signal, SIGINT) != 0 ||
        uv_signal_start(&server->hangup, on_hangup, SIGHUP) != 0)
        return false;
    sigemptyset(&none); /* main held them until somebody listens */
    sigprocmask(SIG_SETMASK, &none, NULL);
    return true;
}

static void close_handle(uv_handle_t *handle, void *server)
{
    (void)server;
    if (!uv_is_closing(handle)) uv_close(handle, NULL);
}

static void stop(struct server *server)
{
    server->draining = false; /* from here on nothing ends the loop before its work is done */
    dhi_connection_close_all(server);
    dhi_exporter_stop(server->exporter);
    uv_walk(&server->loop, close_handle, server);
    while (uv_run(&server->loop, UV_RUN_DEFAULT) != 0) {
    }
    uv_loop_close(&server->loop);
    dhi_exporter_free(server->exporter);
}

int dhi_serve(struct dhi_desk *desk, struct dhi_serving *serving)
{
    struct server server = { .desk = desk, .registry = desk->registry, .serving = serving };
    int status = EX_OSERR;

    desk->put_through = dhi_connection_put_through;
    signal(SIGPIPE, SIG_IGN);
    want_one_worker();
    for (int stage = GUEST; stage <= ENDING; stage++)
        TAILQ_INIT(&server.stages[stage]);
    if (uv_loop_init(&server.loop) != 0) {
        dhi_log(DHI_LOG_ERROR, "no event loop: %s", strerror(errno));
        return EX_OSERR;
    }
    if (start(&server)) {
        start_watchdog(&server);
        offer_metrics(&server);
        server.write_from_ns = dh_in(ANSWER_FIRST_MS * DH_MS);
        dhi_serve_schedule(&server); /* the registry is opened while we serve */
        uv_run(&server.loop, UV_RUN_DEFAULT);
        status = 0;
    } else {
        dhi_log(DHI_LOG_ERROR, "the event loop does not start: %s", strerror(errno));
    }
    stop(&server);
    return status;
}
