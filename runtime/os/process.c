/* SPDX-License-Identifier: Apache-2.0 */
#include "os/process.h"

#include "os/socket.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
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
