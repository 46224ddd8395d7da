/* SPDX-License-Identifier: Apache-2.0 */
#include "os/process.h"

#include "os/socket.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef SO_PEERPIDFD
#define SO_PEERPIDFD 77
#endif

int dhi_process_open(uint32_t pid)
{
    return (int)syscall(SYS_pidfd_open, pid, 0);
}

int dhi_process_of_peer(int connection)
{
    int process = -1;
    socklen_t bytes = sizeof process;

    return getsockopt(connection, SOL_SOCKET, SO_PEERPIDFD, &process, &bytes) == 0 ? process : -1;
}

bool dhi_process_user(uint32_t pid, uint32_t *uid)
{
    char path[32], line[128];
    bool found = false;
    FILE *file;

    snprintf(path, sizeof path, "/proc/%" PRIu32 "/status", pid);
    file = fopen(path, "re");
    if (file == NULL) return false;
    while (!found && fgets(line, sizeof line, file) != NULL)
        found = sscanf(line, "Uid: %" SCNu32, uid) == 1;
    fclose(file);
    return found;
}

bool dhi_process_kill(int process)
{
    return syscall(SYS_pidfd_send_signal, process, SIGKILL, NULL, 0) == 0 || errno == ESRCH;
}

bool dhi_process_await_end(int process, int64_t deadline_ns)
{
    return dhi_socket_wait(process, POLLIN, deadline_ns);
}

/* Among the first 64, for which no process needs a larger table, and above what most programs have
 * open. */
enum { HIGH = 48 };

int dhi_fd_goes_first(int fd)
{
    int moved = fd >= 0 && fd < HIGH ? fcntl(fd, F_DUPFD_CLOEXEC, HIGH) : -1;

    if (moved < 0) return fd;
    close(fd);
    return moved;
}

/* ---- forks ---- */

static uint32_t forks;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void count_fork(void)
{
    forks++;
}

static void watch_forks(void)
{
    pthread_atfork(NULL, NULL, count_fork);
}

uint32_t dhi_forks(void)
{
    pthread_once(&once, watch_forks);
    return forks;
}
