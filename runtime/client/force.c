/* SPDX-License-Identifier: Apache-2.0 */
#include "client/force.h"

#include "base/atomic.h"
#include "base/why.h"
#include "client/hub.h"
#include "os/identity.h"
#include "os/lease.h"
#include "os/memfd.h"
#include "os/process.h"
#include "os/socket.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* ---- its block, by its table of descriptors ---------------------------------------------- */

enum { PARTS = 5, PATH_BYTES = 64, LINK_BYTES = DH_CHANNEL_MAX + 48 };

/* The segments of one channel, as they are called in /proc. */
struct table {
    uint32_t pid;
    const char *channel;
    int fds[PARTS];
    ino_t inodes[PARTS];
    bool several; /* of a part there are two: which block is meant? */
};
static const char *const parts[PARTS] = { "data", "claims", "zones", "lease", "roll" };

/* Which segment of the channel a descriptor is; -1: none. */
static int part_of(const struct table *table, const char *number)
{
    char path[PATH_BYTES], link[LINK_BYTES], name[LINK_BYTES];
    ssize_t bytes;

    snprintf(path, sizeof path, "/proc/%" PRIu32 "/fd/%.12s", table->pid, number);
    bytes = readlink(path, link, sizeof link - 1);
    if (bytes < 0) return -1;
    link[bytes] = '\0';
    for (int part = 0; part < PARTS; part++) {
        snprintf(name, sizeof name, "/memfd:dh:%.79s:%s (deleted)", table->channel, parts[part]);
        if (strcmp(link, name) == 0) return part;
    }
    return -1;
}

/* Whether the description behind that descriptor holds the lock of a producer's lease: then the
 * process is the producer of that block, not one of its readers. */
static bool locks_byte_0(const struct table *table, const char *number)
{
    char path[PATH_BYTES], line[256];
    unsigned long long first, last;
    bool found = false;
    FILE *file;

    snprintf(path, sizeof path, "/proc/%" PRIu32 "/fdinfo/%.12s", table->pid, number);
    file = fopen(path, "re");
    if (file == NULL) return false;
    /* "lock:	1: OFDLCK ADVISORY  WRITE -1 00:01:1037 0 0" */
    while (!found && fgets(line, sizeof line, file) != NULL)
        found = sscanf(line, "lock: %*s OFDLCK %*s WRITE %*s %*s %llu %llu", &first, &last) == 2 &&
                first == DHI_LEASE_PRODUCER && last == DHI_LEASE_PRODUCER;
    fclose(file);
    return found;
}

/* A description of our own. The process keeps its own; one segment may be open there twice. */
static void take(struct table *table, int part, const char *number)
{
    char path[PATH_BYTES];
    struct stat status;
    int fd;

    snprintf(path, sizeof path, "/proc/%" PRIu32 "/fd/%.12s", table->pid, number);
    fd = open(path, O_RDWR | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0 || fstat(fd, &status) != 0 || !dhi_memfd_is(fd) ||
        (table->fds[part] >= 0 && table->inodes[part] == status.st_ino)) {
        if (fd >= 0) close(fd);
        return;
    }
    table->several |= table->fds[part] >= 0;
    if (table->fds[part] >= 0) close(table->fds[part]);
    table->fds[part] = fd;
    table->inodes[part] = status.st_ino;
}

/* False with errno: EACCES, where the kernel does not let us look into that process. */
static bool read_table(struct table *table)
{
    char path[PATH_BYTES];
    struct dirent *entry;
    DIR *folder;

    snprintf(path, sizeof path, "/proc/%" PRIu32 "/fd", table->pid);
    folder = opendir(path);
    if (folder == NULL) return false;
    while ((entry = readdir(folder)) != NULL) {
        int part = part_of(table, entry->d_name);

        if (part >= 0 && (strcmp(parts[part], "lease") != 0 || locks_byte_0(table, entry->d_name)))
            take(table, part, entry->d_name);
    }
    closedir(folder);
    return true;
}

static dh_err check_table(const struct table *table, const struct dhi_fds *fds, struct dh_why *why)
{
    struct dhi_header head;

    if (table->several)
        return dhi_why(why, DH_ECONFLICT,
                       "process %" PRIu32 " has several blocks of '%s': which one is meant is only "
                       "known where a broker runs",
                       table->pid, table->channel);
    if (fds->data < 0 || fds->claims < 0 || fds->lease < 0 || !dhi_block_peek(&head, fds->data))
        return dhi_why(why, DH_ECONFLICT,
                       "process %" PRIu32 " has the name of '%s' and no block of it", table->pid,
                       table->channel);
    if ((head.flags & DHI_FLAG_SECRET) != 0)
        return dhi_why(why, DH_ESECRET,
                       "'%s' has a secret; its producer, process %" PRIu32 ", does not answer, and "
                       "there is no broker to prove it to%s",
                       table->channel, table->pid,
                       (head.flags & DHI_FLAG_STRICT) != 0
                           ? ", which of a strict block answers for a dead one's alone"
                           : "");
    return DH_OK;
}

static dh_err find_in_process(struct dhi_fds *fds, uint32_t pid, const char *channel,
                              struct dh_why *why)
{
    struct table table = { .pid = pid, .channel = channel, .fds = { -1, -1, -1, -1, -1 } };
    struct dhi_fds found;
    dh_err err;

    if (!read_table(&table))
        return dhi_why(why, errno == EACCES ? DH_EREFUSED : DH_ESYS,
                       "the producer of '%s', process %" PRIu32 ", does not answer, no broker has "
                       "its block, and its descriptors cannot be read: %s",
                       channel, pid, strerror(errno));
    found = (struct dhi_fds){ .data = table.fds[0],
                              .claims = table.fds[1],
                              .zones = table.fds[2],
                              .lease = table.fds[3],
                              .roll = table.fds[4],
                              .talk = -1 };
    err = check_table(&table, &found, why);
    if (err == DH_OK)
        *fds = found;
    else
        dhi_fds_close(&found);
    return err;
}

dh_err dhi_force_find(struct dhi_fds *fds, int talk, const char *channel, const char *broker,
                      const void *secret, struct dh_why *why)
{
    dh_err err = dhi_discover_kept(fds, channel, DHI_REAPER, broker, secret, why);
    struct dhi_peer peer;

    if (err != DH_ENOTFOUND && err != DH_ENOBROKER && err != DH_EPROTOCOL && err != DH_ESYS)
        return err;
    if (!dhi_socket_peer(talk, &peer)) return dhi_why_errno(why, "SO_PEERCRED");
    if (peer.pid == 0)
        return dhi_why(why, DH_ECONFLICT,
                       "the producer of '%s' does not answer, and is in another pid namespace",
                       channel);
    return find_in_process(fds, peer.pid, channel, why);
}

/* ---- its end ------------------------------------------------------------------------------ */

enum { LOOK_NS = 1000 * 1000 };
#define ENDING_NS (5 * DH_S) /* on a machine that has much to do, to give up would help nobody */
#define HEIR_NS   (ENDING_NS + 2 * DH_S)

/* The number of the process here, whatever it is in its own namespace. */
static uint32_t pid_here(const struct dhi_block *old, int talk)
{
    const struct dhi_identity *who = &old->head.producer;
    struct dhi_peer peer = { 0 };

    if (talk >= 0 && dhi_socket_peer(talk, &peer) && peer.pid != 0) return peer.pid;
    return dhi_identity_state(who->pid, who->process_start, who->pid_namespace) != 0 ? who->pid : 0;
}

/* Whom no connection leads to is known from the block alone, and a program may write what it likes
 * into a block of its own. Whose the segments are says the kernel: so nobody can have another
 * user's process ended. */
static bool may_be_its_own(const struct dhi_block *old, uint32_t pid)
{
    struct stat segment;
    uint32_t uid;

    return fstat(old->fds.lease, &segment) == 0 && dhi_process_user(pid, &uid) &&
           uid == segment.st_uid;
}

/* A descriptor of the process that made the block, and of no other: opened first, and then compared
 * with what the block says. If it had ended before it was opened, and another one had its number,
 * that one began later. */
static dh_err open_process(int *process, uint32_t *pid, const struct dhi_block *old, int talk,
                           struct dh_why *why)
{
    const struct dhi_identity *who = &old->head.producer;

    *pid = pid_here(old, talk);
    *process = talk >= 0 ? dhi_process_of_peer(talk) : -1;
    if (*process < 0 && *pid != 0) *process = dhi_process_open(*pid);
    if (*process >= 0 && *pid != 0 && who->process_start != 0 &&
        dhi_identity_state(*pid, who->process_start, 0) != 0 &&
        (talk >= 0 || may_be_its_own(old, *pid)))
        return DH_OK;
    if (*process >= 0) close(*process);
    return dhi_why(
        why, DH_ECONFLICT,
        "the producer of '%s', %.40s[%u], lives and does not answer, and no process that "
        "can be seen from here is that one",
        old->head.channel, who->program, who->pid);
}

static dh_err tell_refused(const struct dhi_block *old, uint32_t pid, struct dh_why *why)
{
    const struct dhi_identity *who = &old->head.producer;

    return dhi_why(why, DH_EREFUSED,
                   "the producer of '%s', %.40s[%u], lives and does not answer; this user may not "
                   "end it: user %u may, and root (kill -KILL %u)",
                   old->head.channel, who->program, pid, who->uid, pid);
}

static dh_err tell_inherited(const struct dhi_block *old, uint32_t pid, struct dh_why *why)
{
    return dhi_why(
        why, DH_ECONFLICT,
        "process %u has ended, and another one still holds the lease of '%s' that it was "
        "given",
        pid, old->head.channel);
}

static dh_err tell_undying(const struct dhi_block *old, uint32_t pid, struct dh_why *why)
{
    const struct dhi_identity *who = &old->head.producer;
    bool blocked = dhi_identity_state(pid, who->process_start, 0) == 'D';

    return dhi_why(why, DH_ECONFLICT,
                   "the producer of '%s', %.40s[%u], was sent SIGKILL and has not ended%s: nothing "
                   "more can be done from here",
                   old->head.channel, who->program, pid,
                   blocked ? "; it waits in the kernel for a device, and cannot be interrupted"
                           : "");
}

/* Its lease is the proof that counts, and goes before much else that the kernel puts away of a
 * process: some of that takes it seconds on a machine with much to do. */
static dh_err prove(const struct dhi_block *old, int process, uint32_t pid, int64_t deadline_ns,
                    struct dh_why *why)
{
    while (dhi_block_producer_lives(old)) {
        bool ended = dhi_process_await_end(process, dh_in(LOOK_NS));

        if (dh_now() >= deadline_ns)
            return ended ? tell_inherited(old, pid, why) : tell_undying(old, pid, why);
        if (ended) nanosleep(&(struct timespec){ .tv_nsec = LOOK_NS }, NULL);
    }
    return DH_OK;
}

/* For people, and so that consumers wait a moment: before the end, or they would see that alone. */
static void leave_word(struct dhi_block *old, uint32_t ended_by_pid, uint64_t heir_until_ns)
{
    if (dhi_block_is_strict(old)) { /* its producer alone writes there; the kernel does it for us */
        if (heir_until_ns > 0)
            (void)dhi_lease_lock(old->fds.roll, DHI_ROLL_HEIR);
        else
            dhi_lease_unlock(old->fds.roll, DHI_ROLL_HEIR);
        return;
    }
    dhi_store_relaxed(&old->shared->ended_by_pid, ended_by_pid);
    dhi_store_relaxed(&old->shared->heir_until_ns, heir_until_ns);
}

dh_err dhi_force_end(struct dhi_block *old, int talk, bool heir, struct dh_why *why)
{
    int64_t deadline_ns = dh_in(ENDING_NS);
    dh_err err = DH_OK;
    uint32_t pid;
    int process;

    if (!dhi_block_producer_lives(old)) return DH_OK;
    err = open_process(&process, &pid, old, talk, why);
    if (err != DH_OK) return err;
    leave_word(old, (uint32_t)getpid(), heir ? (uint64_t)dh_in(HEIR_NS) : 0);
    if (!dhi_process_kill(process)) {
        err = errno == EPERM ? tell_refused(old, pid, why) : dhi_why_errno(why, "ending a process");
        leave_word(old, 0, 0);
    } else {
        err = prove(old, process, pid, deadline_ns, why);
    }
    close(process);
    return err;
}
