/* SPDX-License-Identifier: Apache-2.0 */
#include "os/socket.h"

#include <dh/time.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

enum { GROUPS_FEW = 32 };

static bool fill_address(struct dhi_address *address, const char *name, size_t lead)
{
    size_t length = strlen(name);

    if (lead + length >= sizeof address->un.sun_path) {
        errno = ENAMETOOLONG;
        return false;
    }
    memset(address, 0, sizeof *address);
    address->un.sun_family = AF_UNIX;
    memcpy(address->un.sun_path + lead, name, length);
    /* A file's name ends with its zero; an abstract one with its length. */
    address->bytes =
        (socklen_t)(offsetof(struct sockaddr_un, sun_path) + lead + length + (lead == 0));
    return true;
}

bool dhi_address_file(struct dhi_address *address, const char *path)
{
    return fill_address(address, path, 0);
}

bool dhi_address_abstract(struct dhi_address *address, const char *name)
{
    return fill_address(address, name, 1);
}

static int close_keeping_errno(int fd)
{
    int saved = errno;

    close(fd);
    errno = saved;
    return -1;
}

int dhi_socket_bind(const struct dhi_address *address)
{
    int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

    if (fd < 0) return -1;
    if (bind(fd, (const struct sockaddr *)&address->un, address->bytes) == 0) return fd;
    return close_keeping_errno(fd);
}

/* A full backlog cannot be polled for; the kernel's own send timeout bounds the wait for it. */
static bool bound_connect(int fd, int64_t deadline_ns)
{
    int64_t left = deadline_ns == DH_FOREVER ? 0 : deadline_ns - dh_now();
    struct timeval limit;

    if (deadline_ns != DH_FOREVER && left < 1000) left = 1000; /* 0 would be for ever */
    limit = (struct timeval){ .tv_sec = left / DH_S, .tv_usec = left % DH_S / 1000 };
    return setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit) == 0;
}

static bool set_nonblocking(int fd)
{
    int flags = fcntl(fd, F_GETFL);

    return flags >= 0 && fcntl(fd, F_SETFL, flags | O_NONBLOCK) == 0;
}

int dhi_socket_connect(const struct dhi_address *address, int64_t deadline_ns)
{
    int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0), answer;

    if (fd < 0) return -1;
    do {
        if (!bound_connect(fd, deadline_ns)) return close_keeping_errno(fd);
        answer = connect(fd, (const struct sockaddr *)&address->un, address->bytes);
    } while (answer != 0 && errno == EINTR);
    if (answer == 0 && set_nonblocking(fd)) return fd;
    if (errno == EAGAIN) errno = ETIMEDOUT;
    return close_keeping_errno(fd);
}

int dhi_socket_accept(int listener)
{
    return accept4(listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
}

bool dhi_socket_peer(int fd, struct dhi_peer *peer)
{
    struct ucred credentials;
    socklen_t bytes = sizeof credentials;

    if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &credentials, &bytes) != 0) return false;
    *peer = (struct dhi_peer){ .pid = (uint32_t)credentials.pid, .uid = credentials.uid };
    return true;
}

/* Supplementary ones; most users have a few, and then one call is enough. The caller frees what
 * comes with room for one before them. */
static uint32_t *read_groups(int fd, socklen_t *bytes)
{
    uint32_t few[GROUPS_FEW], *all;

    *bytes = sizeof few;
    if (getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS, few, bytes) == 0) {
        all = malloc(sizeof *all + *bytes);
        if (all != NULL) memcpy(all + 1, few, *bytes);
        return all;
    }
    if (errno != ERANGE) *bytes = 0; /* else it says now how many they are */
    all = malloc(sizeof *all + *bytes);
    if (all != NULL && *bytes > 0 && getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS, all + 1, bytes) != 0)
        *bytes = 0;
    return all;
}

size_t dhi_socket_peer_groups(int fd, uint32_t **gids)
{
    struct ucred credentials;
    socklen_t bytes = sizeof credentials, more;

    *gids = NULL;
    if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &credentials, &bytes) != 0) return 0;
    *gids = read_groups(fd, &more);
    if (*gids == NULL) return 0;
    (*gids)[0] = credentials.gid;
    return 1 + more / sizeof **gids;
}

/* Room for the control data of one cargo, aligned as the kernel wants it. */
union control {
    struct cmsghdr align;
    char bytes[CMSG_SPACE(DHI_SOCKET_FDS * sizeof(int))];
};

bool dhi_socket_send(int fd, const void *packet, size_t bytes, const struct dhi_cargo *cargo)
{
    struct iovec part = { .iov_len = bytes };
    struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1 };
    union control control = { 0 };
    ssize_t sent;

    memcpy(&part.iov_base, &packet, sizeof packet); /* iovec knows no const */
    if (cargo != NULL && cargo->n > 0) {
        message.msg_control = control.bytes;
        message.msg_controllen = CMSG_SPACE(cargo->n * sizeof(int));
        struct cmsghdr *header = CMSG_FIRSTHDR(&message);
        header->cmsg_level = SOL_SOCKET;
        header->cmsg_type = SCM_RIGHTS;
        header->cmsg_len = CMSG_LEN(cargo->n * sizeof(int));
        memcpy(CMSG_DATA(header), cargo->fds, cargo->n * sizeof(int));
    }
    do
        sent = sendmsg(fd, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
    while (sent < 0 && errno == EINTR);
    return sent == (ssize_t)bytes;
}

void dhi_cargo_close(struct dhi_cargo *cargo)
{
    for (size_t i = 0; i < cargo->n; i++)
        if (cargo->fds[i] >= 0) close(cargo->fds[i]);
    cargo->n = 0;
}

/* Every descriptor that the kernel put into our table, also those we have no room for. */
static bool unload(struct msghdr *message, struct dhi_cargo *cargo)
{
    bool fits = (message->msg_flags & MSG_CTRUNC) == 0;

    cargo->n = 0;
    for (struct cmsghdr *h = CMSG_FIRSTHDR(message); h != NULL; h = CMSG_NXTHDR(message, h)) {
        size_t n = (h->cmsg_len - CMSG_LEN(0)) / sizeof(int);

        if (h->cmsg_level != SOL_SOCKET || h->cmsg_type != SCM_RIGHTS) continue;
        for (size_t i = 0; i < n; i++) {
            int fd;

            memcpy(&fd, CMSG_DATA(h) + i * sizeof fd, sizeof fd);
            if (cargo->n < DHI_SOCKET_FDS) {
                cargo->fds[cargo->n++] = fd;
            } else {
                close(fd);
                fits = false;
            }
        }
    }
    if (fits) return true;
    dhi_cargo_close(cargo);
    errno = EPROTO;
    return false;
}

ssize_t dhi_socket_receive(int fd, void *packet, size_t room, struct dhi_cargo *cargo)
{
    struct iovec part = { .iov_base = packet, .iov_len = room };
    union control control;
    struct msghdr message = { .msg_iov = &part,
                              .msg_iovlen = 1,
                              .msg_control = control.bytes,
                              .msg_controllen = sizeof control.bytes };
    ssize_t got;

    cargo->n = 0;
    do /* MSG_TRUNC: the packet's own size, so that one too long is seen */
        got = recvmsg(fd, &message, MSG_CMSG_CLOEXEC | MSG_DONTWAIT | MSG_TRUNC);
    while (got < 0 && errno == EINTR);
    if (got < 0) return -1;
    return unload(&message, cargo) ? got : -1;
}

bool dhi_socket_wait(int fd, short events, int64_t deadline_ns)
{
    struct pollfd entry = { .fd = fd, .events = events };

    for (;;) {
        int64_t left = deadline_ns == DH_FOREVER ? INT64_MAX : deadline_ns - dh_now();
        struct timespec limit = { .tv_sec = left / DH_S, .tv_nsec = left % DH_S };
        int ready;

        if (left < 0) limit = (struct timespec){ 0 };
        ready = ppoll(&entry, 1, deadline_ns == DH_FOREVER ? NULL : &limit, NULL);
        if (ready > 0) return true;
        if (ready < 0 && errno != EINTR) return false;
        if (ready == 0) {
            errno = ETIMEDOUT;
            return false;
        }
    }
}

void dhi_socket_ring(int fd)
{
    /* A full buffer is a bell that rings already; a hang-up is seen by who reads. */
    if (send(fd, "", 1, MSG_DONTWAIT | MSG_NOSIGNAL) < 0) return;
}

bool dhi_socket_silence(int fd)
{
    char nothing[8];
    ssize_t got;

    do
        got = recv(fd, nothing, sizeof nothing, MSG_DONTWAIT);
    while (got > 0 || (got < 0 && errno == EINTR));
    return got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
}
