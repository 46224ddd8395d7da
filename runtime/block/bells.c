/* SPDX-License-Identifier: Apache-2.0 */
#include "block/bells.h"

#include "os/socket.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>

struct dhi_bells {
    pthread_mutex_t lock;
    size_t n, n_max;
    int fds[];
};

struct dhi_bells *dhi_bells_new(size_t n_max)
{
    struct dhi_bells *bells = calloc(1, sizeof *bells + n_max * sizeof bells->fds[0]);
    int failed;

    if (bells == NULL) return NULL;
    failed = pthread_mutex_init(&bells->lock, NULL);
    if (failed != 0) {
        free(bells);
        errno = failed;
        return NULL;
    }
    bells->n_max = n_max;
    return bells;
}

void dhi_bells_free(struct dhi_bells *bells)
{
    if (bells == NULL) return;
    pthread_mutex_destroy(&bells->lock);
    free(bells);
}

void dhi_bells_lock(struct dhi_bells *bells)
{
    pthread_mutex_lock(&bells->lock);
}

void dhi_bells_unlock(struct dhi_bells *bells)
{
    pthread_mutex_unlock(&bells->lock);
}

bool dhi_bells_have_room(const struct dhi_bells *bells)
{
    return bells->n < bells->n_max;
}

void dhi_bells_add(struct dhi_bells *bells, int fd)
{
    bells->fds[bells->n++] = fd;
}

void dhi_bells_remove(struct dhi_bells *bells, int fd)
{
    pthread_mutex_lock(&bells->lock);
    for (size_t i = 0; i < bells->n; i++) {
        if (bells->fds[i] != fd) continue;
        bells->fds[i] = bells->fds[--bells->n];
        break;
    }
    pthread_mutex_unlock(&bells->lock);
}

void dhi_bells_ring(struct dhi_bells *bells)
{
    pthread_mutex_lock(&bells->lock);
    for (size_t i = 0; i < bells->n; i++)
        dhi_socket_ring(bells->fds[i]);
    pthread_mutex_unlock(&bells->lock);
}
