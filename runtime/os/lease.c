/* SPDX-License-Identifier: Apache-2.0 */
#include "os/lease.h"

#include "os/process.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* Descriptions that a forked child must not keep: it would look alive in its parent's place. */
struct open_lease {
    struct open_lease *next;
    int fd;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static struct open_lease *leases;

static void before_fork(void)
{
    pthread_mutex_lock(&lock);
}

static void after_fork_in_parent(void)
{
    pthread_mutex_unlock(&lock);
}

static void after_fork_in_child(void)
{
    for (struct open_lease *lease = leases; lease != NULL; lease = lease->next)
        close(lease->fd);
    leases = NULL; /* not freed: the allocator is not ours after fork */
    pthread_mutex_unlock(&lock);
}

static void watch_forks(void)
{
    pthread_atfork(before_fork, after_fork_in_parent, after_fork_in_child);
}

int dhi_lease_open(int fd)
{
    struct open_lease *lease = malloc(sizeof *lease);
    char path[32];

    if (lease == NULL) return -1;
    pthread_once(&once, watch_forks);
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);

    pthread_mutex_lock(&lock);
    lease->fd = dhi_fd_goes_first(open(path, O_RDWR | O_CLOEXEC));
    if (lease->fd >= 0) {
        lease->next = leases;
        leases = lease;
    }
    pthread_mutex_unlock(&lock);

    int opened = lease->fd;
    if (opened < 0) {
        int saved = errno;
        free(lease);
        errno = saved;
    }
    return opened;
}

bool dhi_lease_adopt(int fd)
{
    struct open_lease *lease = malloc(sizeof *lease);

    if (lease == NULL) return false;
    pthread_once(&once, watch_forks);
    pthread_mutex_lock(&lock);
    *lease = (struct open_lease){ .next = leases, .fd = fd };
    leases = lease;
    pthread_mutex_unlock(&lock);
    return true;
}

void dhi_lease_close(int fd)
{
    pthread_mutex_lock(&lock);
    for (struct open_lease **at = &leases; *at != NULL; at = &(*at)->next) {
        struct open_lease *lease = *at;

        if (lease->fd != fd) continue;
        *at = lease->next;
        free(lease);
        break;
    }
    close(fd);
    pthread_mutex_unlock(&lock);
}

static struct flock one_byte(short type, unsigned byte)
{
    return (struct flock){ .l_type = type, .l_whence = SEEK_SET, .l_start = byte, .l_len = 1 };
}

bool dhi_lease_lock(int fd, unsigned byte)
{
    struct flock range = one_byte(F_WRLCK, byte);

    return fcntl(fd, F_OFD_SETLK, &range) == 0;
}

void dhi_lease_unlock(int fd, unsigned byte)
{
    struct flock range = one_byte(F_UNLCK, byte);

    fcntl(fd, F_OFD_SETLK, &range);
}

bool dhi_lease_held(int fd, unsigned byte)
{
    struct flock range = one_byte(F_WRLCK, byte);

    return fcntl(fd, F_OFD_GETLK, &range) == 0 && range.l_type != F_UNLCK;
}
