/* SPDX-License-Identifier: Apache-2.0
 *
 * zmq_lane.c - ZeroMQ over ipc://, used as its guide says: one context and one I/O thread a
 * process, blocking calls, default high-water marks. PAIR for round trips, PUSH and PULL for
 * streams. The socket's name is an abstract one, so that no file stays behind.
 *
 * It is not polled: its I/O thread shares the core of the program's thread, which must give way.
 */
#include "loops.h"

#include <zmq.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum variant { PAIR, PUSH };

struct zmq_lane {
    struct lane lane;
    void *context, *socket;
    unsigned char *buffer;
};

static struct zmq_lane *zmq_of(struct lane *lane)
{
    return (struct zmq_lane *)(void *)lane;
}

static noreturn void zmq_failed(const char *call)
{
    stage_fail("%s: %s", call, zmq_strerror(zmq_errno()));
}

static inline void zmq_lane_send(struct lane *lane, uint64_t n)
{
    struct zmq_lane *zmq = zmq_of(lane);

    payload_write(zmq->buffer, lane->words, n);
    while (zmq_send(zmq->socket, zmq->buffer, lane->size, 0) < 0)
        if (zmq_errno() != EINTR) zmq_failed("zmq_send");
}

static inline uint64_t zmq_lane_receive(struct lane *lane)
{
    struct zmq_lane *zmq = zmq_of(lane);
    int got;

    while ((got = zmq_recv(zmq->socket, zmq->buffer, lane->size, 0)) < 0)
        if (zmq_errno() != EINTR) zmq_failed("zmq_recv");
    return (size_t)got == lane->size ? payload_read(zmq->buffer, lane->words) : PAYLOAD_TORN;
}

static void zmq_open(struct lane *lane, int type, bool binds)
{
    struct zmq_lane *zmq = zmq_of(lane);
    char address[LANE_NAME_BYTES + 16];

    snprintf(address, sizeof address, "ipc://@dh-bench/%s", lane->name);
    zmq->buffer = aligned_alloc(64, (lane->size + 63) / 64 * 64);
    zmq->context = zmq_ctx_new();
    if (zmq->buffer == NULL || zmq->context == NULL) stage_fail("no memory for a ZeroMQ context");
    zmq->socket = zmq_socket(zmq->context, type);
    if (zmq->socket == NULL) zmq_failed("zmq_socket");
    if ((binds ? zmq_bind : zmq_connect)(zmq->socket, address) != 0) zmq_failed(address);
}

static void zmq_open_sender(struct lane *lane)
{
    zmq_open(lane, lane->transport->variant == PAIR ? ZMQ_PAIR : ZMQ_PUSH, true);
}

static void zmq_open_receiver(struct lane *lane)
{
    zmq_open(lane, lane->transport->variant == PAIR ? ZMQ_PAIR : ZMQ_PULL, false);
}

static void zmq_lane_close(struct lane *lane)
{
    struct zmq_lane *zmq = zmq_of(lane);

    zmq_close(zmq->socket);
    zmq_ctx_term(zmq->context);
    free(zmq->buffer);
}

static bool zmq_prepare(struct lane *lane)
{
    (void)lane;
    return true;
}

static void zmq_ping(struct stage *stage, struct lane *there, struct lane *back)
{
    loops_ping(stage, there, back, zmq_lane_send, zmq_lane_receive);
}

static void zmq_pong(struct lane *there, struct lane *back)
{
    loops_pong(there, back, zmq_lane_send, zmq_lane_receive);
}

static void zmq_produce(struct stage *stage, struct lane *lane)
{
    loops_produce(stage, lane, zmq_lane_send);
}

static void zmq_consume(struct stage *stage, struct lane *lane)
{
    loops_consume(stage, lane, zmq_lane_receive);
}

#define ZMQ_TRANSPORT(name, its_variant, its_title)                        \
    const struct transport name = { .subject = "zmq",                      \
                                    .title = its_title,                    \
                                    .lane_bytes = sizeof(struct zmq_lane), \
                                    .variant = its_variant,                \
                                    .prepare = zmq_prepare,                \
                                    .open_sender = zmq_open_sender,        \
                                    .open_receiver = zmq_open_receiver,    \
                                    .close = zmq_lane_close,               \
                                    .ping = zmq_ping,                      \
                                    .pong = zmq_pong,                      \
                                    .produce = zmq_produce,                \
                                    .consume = zmq_consume }

ZMQ_TRANSPORT(zmq_pair_transport, PAIR, "ZeroMQ PAIR, blocking");
ZMQ_TRANSPORT(zmq_push_transport, PUSH, "ZeroMQ PUSH/PULL");
