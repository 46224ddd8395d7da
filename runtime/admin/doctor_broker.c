/* SPDX-License-Identifier: Apache-2.0 */
/* doctor: how many descriptors the running broker has, and may have. */
#include "doctor.h"

#include <dh/hub.h>

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum {
    PER_CHANNEL = 5, /* as dhbroker reckons without --metrics */
    TIGHT = 10,      /* less than a tenth left */
};

/* Who listens at the socket; 0: nobody, or it is not told. */
static uint32_t listener_of(const char *path)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    struct ucred who = { 0 };
    socklen_t bytes = sizeof who;
    bool known;

    if (fd < 0) return 0;
    memcpy(address.sun_path, path, strlen(path) + 1);
    known = connect(fd, (const struct sockaddr *)&address, sizeof address) == 0 &&
            getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &who, &bytes) == 0;
    close(fd);
    return known ? (uint32_t)who.pid : 0;
}

/* The systemd unit's socket is the manager's: then another process answers there. */
static bool is_broker(uint32_t pid)
{
    char path[40], name[32] = "";
    FILE *file;

    snprintf(path, sizeof path, "/proc/%u/comm", pid);
    file = fopen(path, "re");
    if (file == NULL) return false;
    if (fgets(name, sizeof name, file) == NULL) name[0] = 0;
    fclose(file);
    return strcmp(name, "dhbroker\n") == 0;
}

static bool read_limit(uint32_t pid, uint64_t *limit)
{
    char path[40], line[160];
    bool found = false;
    FILE *file;

    snprintf(path, sizeof path, "/proc/%u/limits", pid);
    file = fopen(path, "re");
    if (file == NULL) return false;
    while (!found && fgets(line, sizeof line, file) != NULL)
        found = sscanf(line, "Max open files %" SCNu64, limit) == 1;
    fclose(file);
    return found;
}

static bool count_used(uint32_t pid, uint64_t *used)
{
    const struct dirent *entry;
    char path[40];
    DIR *folder;

    snprintf(path, sizeof path, "/proc/%u/fd", pid);
    folder = opendir(path);
    if (folder == NULL) return false;
    *used = 0;
    while ((entry = readdir(folder)) != NULL)
        *used += entry->d_name[0] != '.';
    closedir(folder);
    return true;
}

static void descriptors(struct dhi_doctor *doctor)
{
    char path[sizeof((struct sockaddr_un *)0)->sun_path];
    uint64_t limit, used, left;
    uint32_t pid;
    bool tight;

    if (dh_hub_socket_path(doctor->request->broker, path, sizeof path) != DH_OK) return;
    pid = listener_of(path);
    if (pid == 0 || !is_broker(pid)) return; /* what there is to say of that is said already */
    if (!read_limit(pid, &limit) || !count_used(pid, &used)) {
        dhi_doctor_say(doctor, DHI_GRADE_FINE, NULL,
                       "dhbroker[%u] is another user's: its descriptors are not shown", pid);
        return;
    }
    left = limit > used ? limit - used : 0;
    tight = left < limit / TIGHT;
    dhi_doctor_say(doctor, tight ? DHI_GRADE_PROBLEM : DHI_GRADE_FINE, NULL,
                   "dhbroker[%u] has %" PRIu64 " of %" PRIu64 " descriptors: room for %" PRIu64
                   " channels more%s",
                   pid, used, limit, left / PER_CHANNEL,
                   tight ? "; start it with a higher hard limit (LimitNOFILE=, ulimit -Hn)" : "");
}

const struct dhi_check dhi_checks_broker[] = {
    { "room", descriptors },
    { NULL, NULL },
};
