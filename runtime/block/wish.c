/* SPDX-License-Identifier: Apache-2.0 */
#include "block/wish.h"

#include "os/socket.h"

#include <errno.h>
#include <poll.h>
#include <sys/socket.h>

#define MAGIC UINT64_C(0x4853495744424844) /* "DHBDWISH" as little-endian bytes */

/* Descriptors that a stranger sends along are closed. */
static enum dhi_wished receive(int fd, struct dhi_wish_packet *packet)
{
    struct dhi_cargo cargo;
    ssize_t got = dhi_socket_receive(fd, packet, sizeof *packet, &cargo);

    if (got < 0 && errno == EAGAIN) return DHI_WISHED_NOTHING;
    if (got < 0) return DHI_WISHED_NONSENSE;
    dhi_cargo_close(&cargo);
    return got == sizeof *packet && packet->magic == MAGIC ? DHI_WISHED : DHI_WISHED_NONSENSE;
}

bool dhi_wish(int talk, enum dhi_wish wish, uint32_t *serial, int64_t until_ns)
{
    struct dhi_wish_packet packet = { .magic = MAGIC, .wish = wish, .serial = ++*serial }, answer;

    if (!dhi_socket_send(talk, &packet, sizeof packet, NULL)) return false;
    for (;;) {
        enum dhi_wished heard;

        if (!dhi_socket_wait(talk, POLLIN, until_ns)) return false;
        heard = receive(talk, &answer);
        if (heard == DHI_WISHED_NONSENSE) return false;
        if (heard == DHI_WISHED && answer.serial == packet.serial) return true;
    }
}

bool dhi_wish_is_next(int fd)
{
    char first;

    return recv(fd, &first, sizeof first, MSG_PEEK | MSG_TRUNC | MSG_DONTWAIT) ==
           sizeof(struct dhi_wish_packet);
}

enum dhi_wished dhi_wish_take(int fd, struct dhi_wish_packet *packet)
{
    enum dhi_wished taken = receive(fd, packet);

    if (taken == DHI_WISHED && packet->wish != DHI_WISH_WAKE && packet->wish != DHI_WISH_COPY)
        return DHI_WISHED_NONSENSE;
    return taken;
}

void dhi_wish_answer(int fd, const struct dhi_wish_packet *packet)
{
    if (!dhi_socket_send(fd, packet, sizeof *packet, NULL)) return;
}
