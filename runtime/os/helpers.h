/* SPDX-License-Identifier: Apache-2.0
 *
 * helpers.h - threads of the library's own that work for one side of a ring, and the lock that they
 * share with the program's thread. They take no signals.
 */
#ifndef DHI_OS_HELPERS_H
#define DHI_OS_HELPERS_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

enum { DHI_HELPERS_MAX = 16 };

struct dhi_helpers {
    pthread_mutex_t lock;
    pthread_cond_t work; /* there is something to do, or no more will come */
    pthread_cond_t done; /* something was done */
    bool stop;           /* under the lock: no more will come */
    uint32_t n;
    uint32_t forks; /* dhi_forks() where they are */
    pthread_t threads[DHI_HELPERS_MAX];
};

/* n threads (1 … DHI_HELPERS_MAX) that run `run`. False with errno: nothing was started. */
bool dhi_helpers_start(struct dhi_helpers *helpers, uint32_t n, void *(*run)(void *),
                       void *argument);
/* False in a child of the process that started them: they are not there, and one may have had the
 * lock. */
bool dhi_helpers_are_here(const struct dhi_helpers *helpers);
/* Say that no more will come, and wait for their end. Nothing, where they are not. */
void dhi_helpers_stop(struct dhi_helpers *helpers);

/* Under the lock, which is let go meanwhile. */
static inline void dhi_helpers_await(struct dhi_helpers *helpers, pthread_cond_t *what)
{
    pthread_cond_wait(what, &helpers->lock);
}
/* Likewise, until deadline_ns; false: it is over. */
bool dhi_helpers_await_done(struct dhi_helpers *helpers, int64_t deadline_ns);

#endif
