/* SPDX-License-Identifier: Apache-2.0 */
#include "broker/connection.h"

#include <sodium.h>
#include <stddef.h>
#include <stdlib.h>
#include <unistd.h>

enum {
    GUEST_MS = 2000,   /* how long a connection that registers nothing may last */
    STRANGERS_MAX = 8, /* of one user who is refused anyway */
    STALL_MS = 500,    /* an answer waits for the disk no longer: producers wait a second for us */
};

static void on_connection(uv_poll_t *poll, int status, int events);

static struct connection *connection_of(struct dhi_session *session)
{
    return (struct connection *)(void *)((char *)session - offsetof(struct connection, session));
}

static struct dhi_user *account_of(const struct connection *connection)
{
    return dhi_users_get(&connection->server->desk->users, connection->session.peer.uid);
}

bool dhi_connection_put_through(struct dhi_session *caller, struct dhi_session *producer,
                                const struct dhi_wire_request *request,
                                const struct dhi_cargo *cargo)
{
    const struct connection *to = connection_of(producer);

    return to->stage == MEMBER && dhi_call_send(to->fd, connection_of(caller)->fd, request, cargo);
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
    if (stage == MEMBER && connection->deaf) {
        connection->deaf = false;
        uv_poll_start(&connection->poll, UV_READABLE, on_connection);
    }
}

/* ---- hearing ----------------------------------------------------------------------------- */

static void on_closed(uv_handle_t *handle)
{
    struct connection *connection = handle->data;
    struct server *server = connection->server;

    TAILQ_REMOVE(&server->stages[connection->stage], connection, place);
    server->n_connections--;
    close(connection->fd);
    free(connection->session.gids);
    sodium_memzero(&connection->session.challenge, sizeof connection->session.challenge);
    free(connection);
}

void dhi_connection_end(struct connection *connection)
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

/* OK, and a sentence where that is all there is: the registry cannot be written. */
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
    if (connection->session.listing == NULL) move_to(connection, GUEST); /* robbed meanwhile */
    if (!dhi_answer_send(connection->fd, &answer)) dhi_connection_end(connection);
}

/* A registration is answered when it is on the disk; anything else at once. */
static void answer_or_hold(struct connection *connection, struct dhi_answer *answer)
{
    struct dhi_session *session = &connection->session;

    if (session->listing != NULL && connection->stage == GUEST) {
        move_to(connection, HELD);
        connection->kind = answer->reply.kind;
        connection->serial = answer->reply.serial;
        if (dhi_registry_settled(connection->server->registry, session->ticket))
            send_held(connection);
    } else if (!dhi_answer_send(connection->fd, answer)) {
        dhi_connection_end(connection);
    }
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
    case DHI_HEARD_HANGUP: dhi_connection_end(connection); return;
    case DHI_HEARD_NONSENSE:
        desk->counts.answers[DHI_WIRE_KIND_NONE][answer.reply.status & 15]++;
        dhi_desk_refuse(desk, &session->peer, "", "process %u of user %u: %s", session->peer.pid,
                        session->peer.uid, answer.reply.text);
        dhi_answer_send(connection->fd, &answer);
        dhi_connection_end(connection);
        return;
    case DHI_HEARD_REQUEST: break;
    }
    dhi_desk_handle(desk, session, &request, &cargo, &answer);
    explicit_bzero(request.key, sizeof request.key);
    dismiss_robbed(connection->server);
    if (session->is_through)
        dhi_connection_end(connection); /* the producer has it */
    else
        answer_or_hold(connection, &answer);
}

/* Who waits for the disk seldom says more meanwhile: to stop listening costs a call, so it is done
 * for those alone who do. */
static void hear_later(struct connection *connection)
{
    uv_poll_stop(&connection->poll);
    connection->deaf = true;
}

static void on_connection(uv_poll_t *poll, int status, int events)
{
    struct connection *connection = poll->data;

    if (connection->stage == ENDING) return;
    if (status < 0)
        dhi_connection_end(connection);
    else if (connection->stage == HELD)
        hear_later(connection);
    else if (events & UV_READABLE)
        hear(connection);
    dhi_serve_schedule(connection->server);
}

void dhi_connection_send_settled(struct server *server)
{
    struct connections *held = &server->stages[HELD];
    struct connection *first;

    while ((first = TAILQ_FIRST(held)) != NULL &&
           dhi_registry_settled(server->registry, first->session.ticket))
        send_held(first);
    if (server->draining && TAILQ_EMPTY(held)) uv_stop(&server->loop);
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
    dhi_connection_end(oldest);
}

void dhi_connection_let_in(struct server *server, int fd)
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
    connection->session.n_gids = dhi_socket_peer_groups(fd, &connection->session.gids);
    server->n_connections++;
    connection->poll.data = connection;
    TAILQ_INSERT_TAIL(&server->stages[GUEST], connection, place);
    connection->stage = GUEST;
    connection->due_ns = dh_in(GUEST_MS * DH_MS);
    if (account_of(connection) != NULL) account_of(connection)->guests++;
    uv_poll_start(&connection->poll, UV_READABLE, on_connection);
}

void dhi_connection_close_all(struct server *server)
{
    for (int stage = GUEST; stage < ENDING; stage++) {
        struct connection *connection;

        while ((connection = TAILQ_FIRST(&server->stages[stage])) != NULL) {
            move_to(connection, ENDING);
            uv_close((uv_handle_t *)&connection->poll, on_closed);
        }
    }
}
