/* SPDX-License-Identifier: Apache-2.0
 *
 * socket.h - packets between processes of one machine, with descriptors beside them.
 *
 * Unix SOCK_SEQPACKET: a message arrives whole or not at all, and a hang-up is seen at once. All
 * descriptors are non-blocking and closed on exec. What can fail returns -1 or false and leaves
 * errno.
 */
#ifndef DHI_OS_SOCKET_H
#define DHI_OS_SOCKET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <sys/un.h>

struct dhi_address {
    struct sockaddr_un un;
    socklen_t bytes;
};

/* Who is at the other end, as the kernel knows it: the process that called connect() or listen().
 */
struct dhi_peer {
    uint32_t pid; /* 0: in a pid namespace that we do not see */
    uint32_t uid;
};

enum { DHI_SOCKET_FDS = 4 }; /* descriptors that one packet can carry */

/* Descriptors that came with, or go with, a packet. */
struct dhi_cargo {
    int fds[DHI_SOCKET_FDS];
    size_t n;
};

/* False with ENAMETOOLONG. An abstract name has no file: it is gone with its last descriptor. */
bool dhi_address_file(struct dhi_address *address, const char *path);
bool dhi_address_abstract(struct dhi_address *address, const char *name);

/* Bound, not listening yet: EADDRINUSE where somebody has the name. */
int dhi_socket_bind(const struct dhi_address *address);
/* ETIMEDOUT where nobody accepts until the deadline. */
int dhi_socket_connect(const struct dhi_address *address, int64_t deadline_ns);
/* The next who called; EAGAIN: nobody. */
int dhi_socket_accept(int listener);
bool dhi_socket_peer(int fd, struct dhi_peer *peer);
/* All groups of the process at the other end, in *gids (free() it); 0 and NULL: not known. */
size_t dhi_socket_peer_groups(int fd, uint32_t **gids);

/* One packet, without waiting; EAGAIN: the other side does not read. `cargo` NULL: none. */
bool dhi_socket_send(int fd, const void *packet, size_t bytes, const struct dhi_cargo *cargo);

/* One packet, without waiting, cut at `room`. Returns its full size, 0 after a hang-up, or -1:
 * EAGAIN (nothing there), EPROTO (descriptors that do not fit: all were closed). */
ssize_t dhi_socket_receive(int fd, void *packet, size_t room, struct dhi_cargo *cargo);
void dhi_cargo_close(struct dhi_cargo *cargo);

/* A packet that says nothing, to wake who polls: never waits, raises no signal. */
void dhi_socket_ring(int fd);
/* Take all such packets; false: the other side hung up. */
bool dhi_socket_silence(int fd);

/* Wait until one of poll's `events` is there, or a hang-up; false with ETIMEDOUT. */
bool dhi_socket_wait(int fd, short events, int64_t deadline_ns);

#endif
