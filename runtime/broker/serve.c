/* SPDX-License-Identifier: Apache-2.0 */
#include "broker/serve.h"

#include "broker/log.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>
#include <uv.h>

enum {
    GUEST_MS = 2000,     /* how long a connection that registers nothing may last */
    GUESTS_MAX = 256,    /* of one user; the oldest makes room */
    STRANGERS_MAX = 8,   /* of one user who is refused anyway */
    LET_IN_AT_ONCE = 64, /* then those inside are heard again */
    DEAF_MS = 100,       /* while descriptors are out */
};

struct server;

/* A connection: a guest with a date, or, once it registered, a producer without. */
struct connection {
    uv_poll_t poll;
    struct server *server;
    struct connection *next; /* newest first */
    struct dhi_session session;
    int fd;
    int64_t due_ns;
    bool ending;
};

struct server {
    uv_loop_t loop;
    uv_poll_t door;
    uv_timer_t timer;
    uv_signal_t terminate, interrupt;
    struct dhi_desk *desk;
    struct connection *connections;
    size_t n_connections, connections_max;
    int listener;
    int64_t deaf_until_ns; /* 0: the door is open */
};

static void on_door(uv_poll_t *door, int status, int events);
static void on_timer(uv_timer_t *timer);

static bool is_guest(const struct connection *connection)
{
    return connection->session.listing == NULL && !connection->ending;
}

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

/* Whatever happened, the timer is set for what comes next: nothing ticks while nothing is due. */
static void schedule(struct server *server)
{
    int64_t now = dh_now(), due = dhi_desk_tick(server->desk, now);
    int64_t left;

    if (server->deaf_until_ns != 0 && server->deaf_until_ns < due) due = server->deaf_until_ns;
    for (struct connection *c = server->connections; c != NULL; c = c->next)
        if (is_guest(c) && c->due_ns < due) due = c->due_ns;
    if (due == DH_FOREVER) {
        uv_timer_stop(&server->timer);
        return;
    }
    left = due <= now ? 0 : (due - now) / DH_MS + 1;
    uv_timer_start(&server->timer, on_timer, (uint64_t)left, 0);
}

/* ---- connections ------------------------------------------------------------------------- */

static void on_closed(uv_handle_t *handle)
{
    struct connection *connection = handle->data;
    struct connection **at = &connection->server->connections;

    while (*at != connection)
        at = &(*at)->next;
    *at = connection->next;
    connection->server->n_connections--;
    close(connection->fd);
    free(connection);
}

static void end_connection(struct connection *connection)
{
    if (connection->ending) return;
    connection->ending = true;
    dhi_desk_hangup(connection->server->desk, &connection->session);
    uv_close((uv_handle_t *)&connection->poll, on_closed);
}

static void hear(struct connection *connection)
{
    struct dhi_desk *desk = connection->server->desk;
    struct dhi_wire_request request;
    struct dhi_answer answer;
    struct dhi_cargo cargo;

    switch (dhi_answer_listen(connection->fd, &request, &cargo, &answer)) {
    case DHI_HEARD_NOTHING: return;
    case DHI_HEARD_HANGUP: end_connection(connection); return;
    case DHI_HEARD_NONSENSE:
        dhi_log_refusal("process %u of user %u: %s", connection->session.peer.pid,
                        connection->session.peer.uid, answer.reply.text);
        dhi_answer_send(connection->fd, &answer);
        end_connection(connection);
        return;
    case DHI_HEARD_REQUEST: break;
    }
    dhi_desk_handle(desk, &connection->session, &request, &cargo, &answer);
    explicit_bzero(request.key, sizeof request.key);
    if (!dhi_answer_send(connection->fd, &answer)) end_connection(connection);
}

static void on_connection(uv_poll_t *poll, int status, int events)
{
    struct connection *connection = poll->data;

    if (status < 0)
        end_connection(connection);
    else if (events & UV_READABLE)
        hear(connection);
    schedule(connection->server);
}

/* ---- letting in -------------------------------------------------------------------------- */

/* The oldest guest of that user makes room, so that a slow one never keeps a new one out. */
static void make_room(struct server *server, uint32_t uid)
{
    bool stranger = server->desk->uid != 0 && uid != 0 && uid != server->desk->uid;
    size_t n = 0, limit = stranger ? STRANGERS_MAX : GUESTS_MAX;
    struct connection *oldest = NULL;

    for (struct connection *c = server->connections; c != NULL; c = c->next) {
        if (!is_guest(c) || c->session.peer.uid != uid) continue;
        oldest = c;
        n++;
    }
    if (n < limit) return;
    dhi_log_refusal("user %u has %zu connections open: the oldest is closed", uid, n);
    end_connection(oldest);
}

static void let_in(struct server *server, int fd)
{
    struct connection *connection = calloc(1, sizeof *connection);
    struct dhi_peer peer;

    if (connection == NULL || !dhi_socket_peer(fd, &peer) ||
        uv_poll_init(&server->loop, &connection->poll, fd) != 0) {
        free(connection);
        close(fd);
        return;
    }
    make_room(server, peer.uid);
    connection->server = server;
    connection->fd = fd;
    connection->session.peer = peer;
    connection->due_ns = dh_in(GUEST_MS * DH_MS);
    connection->next = server->connections;
    server->connections = connection;
    server->n_connections++;
    connection->poll.data = connection;
    uv_poll_start(&connection->poll, UV_READABLE, on_connection);
}

static void on_door(uv_poll_t *door, int status, int events)
{
    struct server *server = door->data;

    if (status < 0 || (events & UV_READABLE) == 0) return;
    for (int i = 0; i < LET_IN_AT_ONCE; i++) {
        int fd;

        if (server->n_connections >= server->connections_max) {
            errno = EMFILE;
            shut_door(server);
            break;
        }
        fd = dhi_socket_accept(server->listener);
        if (fd < 0) {
            if (errno == EMFILE || errno == ENFILE || errno == ENOMEM || errno == ENOBUFS)
                shut_door(server);
            break;
        }
        let_in(server, fd);
    }
    schedule(server);
}

static void on_timer(uv_timer_t *timer)
{
    struct server *server = timer->data;
    int64_t now = dh_now();

    for (struct connection *c = server->connections; c != NULL; c = c->next)
        if (is_guest(c) && c->due_ns <= now) end_connection(c);
    if (server->deaf_until_ns != 0 && server->deaf_until_ns <= now) open_door(server);
    schedule(server);
}

/* ---- beginning and end ------------------------------------------------------------------- */

static void on_signal(uv_signal_t *handle, int number)
{
    struct server *server = handle->data;

    dhi_log(DHI_LOG_INFO, "%s: ending", strsignal(number));
    uv_stop(&server->loop);
}

static bool start(struct server *server)
{
    sigset_t none;

    if (uv_poll_init(&server->loop, &server->door, server->listener) != 0 ||
        uv_timer_init(&server->loop, &server->timer) != 0 ||
        uv_signal_init(&server->loop, &server->terminate) != 0 ||
        uv_signal_init(&server->loop, &server->interrupt) != 0)
        return false;
    server->door.data = server->timer.data = server;
    server->terminate.data = server->interrupt.data = server;
    open_door(server);
    if (uv_signal_start(&server->terminate, on_signal, SIGTERM) != 0 ||
        uv_signal_start(&server->interrupt, on_signal, SIGINT) != 0)
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

/* The desk is not told of these hang-ups: the producers live on, only we end. */
static void stop(struct server *server)
{
    for (struct connection *c = server->connections; c != NULL; c = c->next) {
        if (c->ending) continue;
        c->ending = true;
        uv_close((uv_handle_t *)&c->poll, on_closed);
    }
    uv_walk(&server->loop, close_handle, server);
    uv_run(&server->loop, UV_RUN_DEFAULT);
    uv_loop_close(&server->loop);
}

int dhi_serve(struct dhi_desk *desk, int listener, size_t connections_max)
{
    struct server server = { .desk = desk,
                             .listener = listener,
                             .connections_max = connections_max };
    int status = EX_OSERR;

    signal(SIGPIPE, SIG_IGN);
    if (uv_loop_init(&server.loop) != 0) return EX_OSERR;
    if (start(&server)) {
        uv_run(&server.loop, UV_RUN_DEFAULT);
        status = 0;
    }
    stop(&server);
    return status;
}
