/* SPDX-License-Identifier: Apache-2.0
 *
 * nng_lane.c - NNG over its Unix transport, as its manual says is fastest: messages of its own that
 * are handed over, not copied (nng_sendmsg, nng_recvmsg). PAIR for round trips, PUSH and PULL for
 * streams. It is not polled: its threads share the cores of the program's.
 */
#include "loops.h"

#include <nng/nng.h>
#include <nng/protocol/pair0/pair.h>
#include <nng/protocol/pipeline0/pull.h>
#include <nng/protocol/pipeline0/push.h>

#include <stdio.h>
#include <unistd.h>

enum variant { PAIR, PUSH };

struct nng_lane {
    struct lane lane;
    nng_socket socket;
    bool opened;
};

static struct nng_lane *nng_of(struct lane *lane)
{
    return (struct nng_lane *)(void *)lane;
}

static void nng_expect(int result, const char *call)
{
    if (result != 0) stage_fail("%s: %s", call, nng_strerror(result));
}

static inline void nng_lane_send(struct lane *lane, uint64_t n)
{
    nng_msg *message;

    nng_expect(nng_msg_alloc(&message, lane->size), "nng_msg_alloc");
    payload_write(nng_msg_body(message), lane->words, n);
    nng_expect(nng_sendmsg(nng_of(lane)->socket, message, 0), "nng_sendmsg");
}

static inline uint64_t nng_lane_receive(struct lane *lane)
{
    nng_msg *message;
    uint64_t n = PAYLOAD_TORN;

    nng_expect(nng_recvmsg(nng_of(lane)->socket, &message, 0), "nng_recvmsg");
    if (nng_msg_len(message) == lane->size) n = payload_read(nng_msg_body(message), lane->words);
    nng_msg_free(message);
    return n;
}

static void path_of(const struct lane *lane, char *path, size_t bytes)
{
    snprintf(path, bytes, "/tmp/%s.sock", lane->name);
}

static void nng_open(struct lane *lane, int (*open_socket)(nng_socket *), bool listens)
{
    struct nng_lane *nng = nng_of(lane);
    char path[LANE_NAME_BYTES + 16], address[sizeof path + 8];

    path_of(lane, path, sizeof path);
    snprintf(address, sizeof address, "ipc://%s", path);
    nng_expect(open_socket(&nng->socket), "nng open");
    nng->opened = true;
    nng_expect(nng_socket_set_size(nng->socket, NNG_OPT_RECVMAXSZ, 0), "NNG_OPT_RECVMAXSZ");
    nng_expect(listens ? nng_listen(nng->socket, address, NULL, 0)
                       : nng_dial(nng->socket, address, NULL, 0),
               address);
}

static void nng_open_sender(struct lane *lane)
{
    nng_open(lane, lane->transport->variant == PAIR ? nng_pair0_open : nng_push0_open, true);
}

static void nng_open_receiver(struct lane *lane)
{
    nng_open(lane, lane->transport->variant == PAIR ? nng_pair0_open : nng_pull0_open, false);
}

static void nng_lane_close(struct lane *lane)
{
    if (nng_of(lane)->opened) nng_close(nng_of(lane)->socket);
}

static bool nng_prepare(struct lane *lane)
{
    (void)lane;
    return true;
}

static void nng_dismiss(struct lane *lane)
{
    char path[LANE_NAME_BYTES + 16];

    path_of(lane, path, sizeof path);
    unlink(path);
}

static void nng_ping(struct stage *stage, struct lane *there, struct lane *back)
{
    loops_ping(stage, there, back, nng_lane_send, nng_lane_receive);
}

static void nng_pong(struct lane *there, struct lane *back)
{
    loops_pong(there, back, nng_lane_send, nng_lane_receive);
}

static void nng_produce(struct stage *stage, struct lane *lane)
{
    loops_produce(stage, lane, nng_lane_send);
}

static void nng_consume(struct stage *stage, struct lane *lane)
{
    loops_consume(stage, lane, nng_lane_receive);
}

#define NNG_TRANSPORT(name, its_variant, its_title)                        \
    const struct transport name = { .subject = "nng",                      \
                                    .title = its_title,                    \
                                    .lane_bytes = sizeof(struct nng_lane), \
                                    .variant = its_variant,                \
                                    .prepare = nng_prepare,                \
                                    .dismiss = nng_dismiss,                \
                                    .open_sender = nng_open_sender,        \
                                    .open_receiver = nng_open_receiver,    \
                                    .close = nng_lane_close,               \
                                    .ping = nng_ping,                      \
                                    .pong = nng_pong,                      \
                                    .produce = nng_produce,                \
                                    .consume = nng_consume }

NNG_TRANSPORT(nng_pair_transport, PAIR, "NNG PAIR, blocking");
NNG_TRANSPORT(nng_push_transport, PUSH, "NNG PUSH/PULL");
