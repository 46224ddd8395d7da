/* SPDX-License-Identifier: Apache-2.0 */
#include "broker/manager.h"

#include <dh/time.h>

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { FIRST_FD = 3 };

/* A number of the environment that is ours: PID says for whom it was set. */
static bool number_for_us(const char *name, const char *pid_name, uint64_t *number)
{
    const char *text = getenv(name), *pid = getenv(pid_name);
    char *end;

    if (text == NULL || *text == 0) return false;
    if (pid != NULL && strtol(pid, NULL, 10) != getpid()) return false;
    errno = 0;
    *number = strtoull(text, &end, 10);
    return errno == 0 && *end == 0;
}

static bool is_listener(int fd)
{
    int type = 0, family = 0, listens = 0;
    socklen_t size = sizeof type;

    return getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &size) == 0 &&
           getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &family, &size) == 0 &&
           getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listens, &size) == 0 &&
           type == SOCK_SEQPACKET && family == AF_UNIX && listens;
}

int dhi_manager_listener(void)
{
    uint64_t n = 0;
    int flags;

    if (getenv("LISTEN_PID") == NULL || !number_for_us("LISTEN_FDS", "LISTEN_PID", &n) || n == 0)
        return -1;
    flags = fcntl(FIRST_FD, F_GETFL);
    if (n != 1 || !is_listener(FIRST_FD) || flags < 0 ||
        fcntl(FIRST_FD, F_SETFL, flags | O_NONBLOCK) != 0 ||
        fcntl(FIRST_FD, F_SETFD, FD_CLOEXEC) != 0)
        return -2;
    return FIRST_FD;
}

void dhi_manager_tell(const char *state)
{
    const char *path = getenv("NOTIFY_SOCKET");
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    size_t length = path != NULL ? strlen(path) : 0;
    int fd;

    if (length < 2 || length >= sizeof address.sun_path || (*path != '/' && *path != '@')) return;
    memcpy(address.sun_path, path, length);
    if (*path == '@') address.sun_path[0] = 0;
    fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0) return;
    /* Who does not listen is no reason to wait. */
    if (sendto(fd, state, strlen(state), MSG_NOSIGNAL | MSG_DONTWAIT,
               (const struct sockaddr *)&address,
               (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length)) < 0)
        errno = 0;
    close(fd);
}

void dhi_manager_tell_reloading(void)
{
    char state[64];

    snprintf(state, sizeof state, "RELOADING=1\nMONOTONIC_USEC=%" PRId64, dh_now() / 1000);
    dhi_manager_tell(state);
}

uint64_t dhi_manager_watchdog_ms(void)
{
    uint64_t us;

    return number_for_us("WATCHDOG_USEC", "WATCHDOG_PID", &us) ? us / 2000 : 0;
}
