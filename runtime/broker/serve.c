/* SPDX-License-Identifier: Apache-2.0 */
#include "broker/serve.h"

#include "broker/log.h"

#include <errno.h>
#include <signal.h>
#include <sodium.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>
#include <sysexits.h>
#include <unistd.h>
#include <uv.h>

enum {
    GUEST_MS = 2000,     /* how long a connection that registers nothing may last */
    STRANGERS_MAX = 8,   /* of one user who is refused anyway */
    LET_IN_AT_ONCE = 64, /* then those inside are heard again */
    DEAF_MS = 100,       /* while descriptors are out */
    STALL_MS = 500, /* an answer waits for the disk no longer: producers wait a second for us */
};

struct server;

/*      GUEST ──REGISTER──▶ HELD ──its row is on the disk──▶ MEMBER ──its channel is another's──▶
 * GUEST └──────────────────┴──────── hang-up, or its time is over ────┴───▶ ENDING
 */
enum stage {
    GUEST,  /* registered nothing; with a date */
    HELD,   /* its answer waits, and nothing more is heard from it until then */
    MEMBER, /* the connection is its producer's sign of life */
    ENDING,
};

struct connection {
    uv_poll_t poll;
    TAILQ_ENTRY(connection) place; /* among those of its stage, oldest first */
    struct server *server;
    struct dhi_session session;
    enum stage stage;
    int fd;
    int64_t due_ns;  /* GUEST, HELD */
    uint32_t serial; /* HELD: of the request */
    uint8_t kind;
};
TAILQ_HEAD(connections, connection);

struct server {
    uv_loop_t loop;
    uv_poll_t door;
    uv_timer_t timer;
    uv_signal_t terminate, interrupt;
    uv_work_t work; /* the registry's batch */
    struct dhi_desk *desk;
    dhi_registry *registry;
    struct connections stages[ENDING + 1];
    size_t n_connections, connections_max;
    int listener;
    int64_t deaf_until_ns; /* 0: the door is open */
    bool draining;
};

static void on_door(uv_poll_t *door, int status, int events);
static void on_timer(uv_timer_t *timer);
static int64_t write_registry(struct server *server, int64_t now_ns);

static void on_connection(uv_poll_t *poll, int status, int events);

static struct connection *connection_of(struct dhi_session *session)
{
    return (struct connection *)(void *)((char *)session - offsetof(struct connection, session));
}

static struct dhi_user *account_of(const struct connection *connection)
{
    return dhi_users_get(&connection->server->desk->users, connection->session.peer.uid);
}

/* The one place where a connection's stage changes. */
static void move_to(struct connection *connection, enum stage stage)
{
    struct server *server = connection->server;
    struct dhi_user *user = account_of(connection);

    TAILQ_REMOVE(&server->stages[connection->stage], connection, place);
    if (user != NULL && stage == GUEST) user->guests++;
    if (user != NULL && connection->stage == GUEST) user->guests--;
    connection->stage = stage;
    TAILQ_INSERT_TAIL(&server->stages[stage], connection, place);
    if (stage == GUEST) connection->due_ns = dh_in(GUEST_MS * DH_MS);
    if (stage == HELD) connection->due_ns = dh_in(STALL_MS * DH_MS);
    if (stage == HELD) uv_poll_stop(&connection->poll);
    if (stage == MEMBER) uv_poll_start(&connection->poll, UV_READABLE, on_connection);
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
static void schedule(struct server *server)
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

/* ---- connections ------------------------------------------------------------------------- */

static void on_closed(uv_handle_t *handle)
{
    struct connection *connection = handle->data;
    struct server *server = connection->server;

    TAILQ_REMOVE(&server->stages[connection->stage], connection, place);
    server->n_connections--;
    close(connection->fd);
    sodium_memzero(&connection->session.challenge, sizeof connection->session.challenge);
    free(connection);
}

static void end_connection(struct connection *connection)
{
    if (connection->stage == ENDING) return;
    move_to(connection, ENDING);
    dhi_desk_hangup(connection->server->desk, &connection->session);
    uv_close((uv_handle_t *)&connection->poll, on_closed);
}

/* Whose channel is another's now is a guest again, and leaves in time. */
static void dismiss_robbed(struct server *server)
{
    struct dhi_session *session;

    while ((session = dhi_desk_next_robbed(server->desk)) != NULL)
        if (connection_of(session)->stage == MEMBER) move_to(connection_of(session), GUEST);
}

/* A registration is answered when it is on the disk; anything else at once. */
static void answer_or_hold(struct connection *connection, struct dhi_answer *answer)
{
    struct dhi_session *session = &connection->session;

    if (session->listing != NULL && connection->stage == GUEST) {
        move_to(connection, HELD);
        connection->kind = answer->reply.kind;
        connection->serial = answer->reply.serial;
        if (!dhi_registry_settled(connection->server->registry, session->ticket)) return;
        move_to(connection, MEMBER);
    }
    if (!dhi_answer_send(connection->fd, answer)) end_connection(connection);
}

static void hear(struct connection *connection)
{
    struct dhi_desk *desk = connection->server->desk;
    struct dhi_session *session = &connection->session;
    struct dhi_wire_request request;
    struct dhi_answer answer;
    struct dhi_cargo cargo;

    switch (dhi_answer_listen(connection->fd, &request, &cargo, &answer)) {
    case DHI_HEARD_NOTHING: return;
    case DHI_HEARD_HANGUP: end_connection(connection); return;
    case DHI_HEARD_NONSENSE:
        dhi_desk_refuse(desk, &session->peer, "", "process %u of user %u: %s", session->peer.pid,
                        session->peer.uid, answer.reply.text);
        dhi_answer_send(connection->fd, &answer);
        end_connection(connection);
        return;
    case DHI_HEARD_REQUEST: break;
    }
    dhi_desk_handle(desk, session, &request, &cargo, &answer);
    explicit_bzero(request.key, sizeof request.key);
    dismiss_robbed(connection->server);
    answer_or_hold(connection, &answer);
}

static void on_connection(uv_poll_t *poll, int status, int events)
{
    struct connection *connection = poll->data;

    if (connection->stage == ENDING) return;
    if (status < 0)
        end_connection(connection);
    else if (events & UV_READABLE)
        hear(connection);
    schedule(connection->server);
}

/* ---- the registry ------------------------------------------------------------------------ */

static void send_held(struct connection *connection)
{
    const char *trouble = dhi_registry_trouble(connection->server->registry);
    struct dhi_wire_request asked = { .kind = connection->kind, .serial = connection->serial };
    struct dhi_answer answer;

    dhi_answer_start(&answer, &asked);
    if (trouble != NULL)
        dhi_answer_say(&answer, DHI_WIRE_STATUS_OK,
                       "registered, in memory alone: the registry cannot be written: %.150s",
                       trouble);
    move_to(connection, MEMBER);
    if (!dhi_answer_send(connection->fd, &answer)) end_connection(connection);
}

static void send_settled(struct server *server)
{
    struct connections *held = &server->stages[HELD];
    struct connection *first;

    while ((first = TAILQ_FIRST(held)) != NULL &&
           dhi_registry_settled(server->registry, first->session.ticket))
        send_held(first);
    if (server->draining && TAILQ_EMPTY(held)) uv_stop(&server->loop);
}

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
    send_settled(server);
    schedule(server);
}

/* Let a worker write what was told. Returns when to try again after a failure. */
static int64_t write_registry(struct server *server, int64_t now_ns)
{
    int64_t due_ns;
    struct dhi_batch *batch = dhi_registry_take(server->registry, now_ns, &due_ns);

    if (batch == NULL) return due_ns;
    server->work.data = batch;
    if (uv_queue_work(&server->loop, &server->work, write_batch, on_batch) == 0) return DH_FOREVER;
    dhi_batch_write(batch);
    dhi_registry_done(server->registry, batch);
    return now_ns;
}

/* ---- letting in -------------------------------------------------------------------------- */

/* The oldest guest of that user makes room, so that a slow one never keeps a new one out. */
static void make_room(struct server *server, const struct dhi_peer *peer)
{
    struct dhi_desk *desk = server->desk;
    bool stranger = desk->uid != 0 && peer->uid != 0 && peer->uid != desk->uid;
    uint32_t limit = stranger ? STRANGERS_MAX : dhi_desk_limits(desk, peer->uid)->connections;
    const struct dhi_user *user = dhi_users_get(&desk->users, peer->uid);
    struct connection *oldest = TAILQ_FIRST(&server->stages[GUEST]);

    if (user == NULL || user->guests < limit) return;
    while (oldest != NULL && oldest->session.peer.uid != peer->uid)
        oldest = TAILQ_NEXT(oldest, place);
    if (oldest == NULL) return;
    dhi_desk_refuse(desk, peer, "", "user %u has %u connections open: the oldest is closed",
                    peer->uid, user->guests);
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
    make_room(server, &peer);
    connection->server = server;
    connection->fd = fd;
    connection->session.peer = peer;
    server->n_connections++;
    connection->poll.data = connection;
    TAILQ_INSERT_TAIL(&server->stages[GUEST], connection, place);
    connection->stage = GUEST;
    connection->due_ns = dh_in(GUEST_MS * DH_MS);
    if (account_of(connection) != NULL) account_of(connection)->guests++;
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

    while (first_due(server, GUEST) <= now)
        end_connection(TAILQ_FIRST(&server->stages[GUEST]));
    if (first_due(server, HELD) <= now) {
        dhi_registry_give_up_waiting(server->registry);
        send_settled(server);
    }
    if (server->deaf_until_ns != 0 && server->deaf_until_ns <= now) open_door(server);
    schedule(server);
}

/* ---- beginning and end ------------------------------------------------------------------- */

static void on_signal(uv_signal_t *handle, int number)
{
    struct server *server = handle->data;

    dhi_log(DHI_LOG_INFO, "%s: ending", strsignal(number));
    server->draining = true;
    uv_poll_stop(&server->door);
    send_settled(server);
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
    for (int stage = GUEST; stage < ENDING; stage++) {
        struct connection *connection;

        while ((connection = TAILQ_FIRST(&server->stages[stage])) != NULL) {
            move_to(connection, ENDING);
            uv_close((uv_handle_t *)&connection->poll, on_closed);
        }
    }
    uv_walk(&server->loop, close_handle, server);
    uv_run(&server->loop, UV_RUN_DEFAULT);
    uv_loop_close(&server->loop);
}

int dhi_serve(struct dhi_desk *desk, int listener, size_t connections_max)
{
    struct server server = { .desk = desk,
                             .registry = desk->registry,
                             .listener = listener,
                             .connections_max = connections_max };
    int status = EX_OSERR;

    signal(SIGPIPE, SIG_IGN);
    for (int stage = GUEST; stage <= ENDING; stage++)
        TAILQ_INIT(&server.stages[stage]);
    if (uv_loop_init(&server.loop) != 0) return EX_OSERR;
    if (start(&server)) {
        schedule(&server); /* the registry is opened while we serve */
        uv_run(&server.loop, UV_RUN_DEFAULT);
        status = 0;
    }
    stop(&server);
    return status;
}
