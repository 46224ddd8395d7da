/* SPDX-License-Identifier: Apache-2.0
 *
 * stream.c - what Unix has for this: pipes, and sockets that keep messages apart. Where polling is
 * asked for they are looked at without sleeping, else they block, each as it is fastest. Bytes are
 * copied into the kernel and out of it, one call a message.
 */
#include "loops.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum variant { PIPE, UNIX };
enum {
    PIPE_BYTES = 1 << 20,      /* what a user without privileges may ask for */
    SOCKET_BYTES = 208 * 1024, /* likewise, net.core.wmem_max as kernels come */
    SOCKET_PIECE = 64 * 1024,  /* larger messages go in pieces, so that two fit into the buffer */
};

struct stream_lane {
    struct lane lane;
    int fds[LANE_READERS_MAX][2]; /* [0] to read, [1] to write */
    size_t piece;                 /* bytes of one call at most */
    unsigned char *buffer;        /* private: one message */
};

static struct stream_lane *stream_of(struct lane *lane)
{
    return (struct stream_lane *)(void *)lane;
}

/* After a call that moved nothing: go on if that means "not now". */
static void stream_again(const char *call, ssize_t moved)
{
    if (moved == 0) stage_fail("%s: the other side has closed", call);
    if (errno != EAGAIN && errno != EINTR) stage_fail("%s: %s", call, strerror(errno));
}

static inline void write_all(const struct stream_lane *stream, int fd)
{
    for (size_t done = 0; done < stream->lane.size;) {
        size_t rest = stream->lane.size - done, part = rest < stream->piece ? rest : stream->piece;
        ssize_t moved = write(fd, stream->buffer + done, part);

        if (moved > 0)
            done += (size_t)moved;
        else
            stream_again("write", moved);
    }
}

static inline void stream_send(struct lane *lane, uint64_t n)
{
    struct stream_lane *stream = stream_of(lane);

    payload_write(stream->buffer, lane->words, n);
    for (uint32_t i = 0; i < lane->n_readers; i++)
        write_all(stream, stream->fds[i][1]);
}

static inline uint64_t stream_receive(struct lane *lane)
{
    struct stream_lane *stream = stream_of(lane);

    for (size_t done = 0; done < lane->size;) {
        size_t rest = lane->size - done, part = rest < stream->piece ? rest : stream->piece;
        ssize_t moved = read(stream->fds[lane->reader][0], stream->buffer + done, part);

        if (moved > 0)
            done += (size_t)moved;
        else
            stream_again("read", moved);
    }
    return payload_read(stream->buffer, lane->words);
}

static bool make_pair(const struct stream_lane *stream, int fds[2])
{
    int bytes = SOCKET_BYTES, both[2];

    if (stream->lane.transport->variant == PIPE) {
        if (pipe2(fds, O_CLOEXEC | (stream->lane.polling ? O_NONBLOCK : 0)) != 0) return false;
        (void)fcntl(fds[1], F_SETPIPE_SZ, PIPE_BYTES); /* a smaller one works too */
        return true;
    }
    if (socketpair(AF_UNIX,
                   SOCK_SEQPACKET | SOCK_CLOEXEC | (stream->lane.polling ? SOCK_NONBLOCK : 0), 0,
                   both) != 0)
        return false;
    (void)setsockopt(both[1], SOL_SOCKET, SO_SNDBUF, &bytes, sizeof bytes);
    memcpy(fds, both, sizeof both);
    return true;
}

static void stream_dismiss(struct lane *lane)
{
    struct stream_lane *stream = stream_of(lane);

    for (uint32_t i = 0; i < lane->n_readers; i++)
        for (int k = 0; k < 2; k++)
            if (stream->fds[i][k] >= 0) close(stream->fds[i][k]);
    free(stream->buffer);
}

static bool stream_prepare(struct lane *lane)
{
    struct stream_lane *stream = stream_of(lane);

    memset(stream->fds, 0xff, sizeof stream->fds); /* -1: none */
    stream->piece = lane->transport->variant == PIPE ? lane->size : SOCKET_PIECE;
    stream->buffer = aligned_alloc(64, (lane->size + 63) / 64 * 64);
    if (stream->buffer == NULL) return false;
    for (uint32_t i = 0; i < lane->n_readers; i++)
        if (!make_pair(stream, stream->fds[i])) {
            stream_dismiss(lane);
            return false;
        }
    return true;
}

static void stream_nothing(struct lane *lane)
{
    (void)lane; /* the descriptors came along, and go with the process */
}

static void stream_ping(struct stage *stage, struct lane *there, struct lane *back)
{
    loops_ping(stage, there, back, stream_send, stream_receive);
}

static void stream_pong(struct lane *there, struct lane *back)
{
    loops_pong(there, back, stream_send, stream_receive);
}

static void stream_produce(struct stage *stage, struct lane *lane)
{
    loops_produce(stage, lane, stream_send);
}

static void stream_consume(struct stage *stage, struct lane *lane)
{
    loops_consume(stage, lane, stream_receive);
}

#define STREAM_TRANSPORT(name, its_variant, its_subject, its_title)           \
    const struct transport name = { .subject = its_subject,                   \
                                    .title = its_title,                       \
                                    .lane_bytes = sizeof(struct stream_lane), \
                                    .variant = its_variant,                   \
                                    .prepare = stream_prepare,                \
                                    .dismiss = stream_dismiss,                \
                                    .open_sender = stream_nothing,            \
                                    .open_receiver = stream_nothing,          \
                                    .close = stream_nothing,                  \
                                    .ping = stream_ping,                      \
                                    .pong = stream_pong,                      \
                                    .produce = stream_produce,                \
                                    .consume = stream_consume }

STREAM_TRANSPORT(pipe_transport, PIPE, "pipe", "pipe");
STREAM_TRANSPORT(unix_transport, UNIX, "unix", "Unix socket");
