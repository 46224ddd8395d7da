/* SPDX-License-Identifier: Apache-2.0
 *
 * connection.h - who is connected, and in what stage: heard, answered, made to wait for the disk,
 * shown out.
 */
#ifndef DHI_BROKER_CONNECTION_H
#define DHI_BROKER_CONNECTION_H

#include "broker/serve.h"

#include <sys/queue.h>
#include <uv.h>

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
    bool deaf;       /* HELD: it said more, which waits */
    int64_t due_ns;  /* GUEST, HELD */
    uint32_t serial; /* HELD: of the request */
    uint8_t kind;
};
TAILQ_HEAD(connections, connection);

struct server {
    uv_loop_t loop;
    uv_poll_t door;
    uv_timer_t timer, watchdog;
    uv_signal_t terminate, interrupt, hangup;
    uv_work_t work; /* the registry's batch */
    struct dhi_exporter *exporter;
    struct dhi_desk *desk;
    dhi_registry *registry;
    struct connections stages[ENDING + 1];
    size_t n_connections;
    struct dhi_serving *serving;
    int64_t deaf_until_ns; /* 0: the door is open */
    int64_t write_from_ns; /* to the registry */
    bool draining;
};

/* Take a new connection; closes it if it cannot be had. */
void dhi_connection_let_in(struct server *server, int fd);
void dhi_connection_end(struct connection *connection);
/* As desk.h says of put_through. One that waits for its own answer takes no call. */
bool dhi_connection_put_through(struct dhi_session *caller, struct dhi_session *producer,
                                const struct dhi_wire_request *request,
                                const struct dhi_cargo *cargo);
/* Answer all whose rows are on the disk, or known not to be. */
void dhi_connection_send_settled(struct server *server);
/* Let go of all, without a word to the desk: the producers live on, only we end. */
void dhi_connection_close_all(struct server *server);

/* serve.c: set the timer for what comes next. After whatever changed something. */
void dhi_serve_schedule(struct server *server);

#endif
