/* SPDX-License-Identifier: Apache-2.0 */
#include "os/helpers.h"

#include "os/process.h"

#include <dh/time.h>

#include <errno.h>
#include <signal.h>
#include <time.h>

enum { STACK_BYTES = 128 * 1024 };

/* errno, or 0. */
static int start_one(struct dhi_helpers *helpers, void *(*run)(void *), void *argument)
{
    pthread_attr_t attributes;
    int failed = pthread_attr_init(&attributes);

    if (failed != 0) return failed;
    pthread_attr_setstacksize(&attributes, STACK_BYTES);
    failed = pthread_create(&helpers->threads[helpers->n], &attributes, run, argument);
    pthread_attr_destroy(&attributes);
    if (failed == 0) pthread_setname_np(helpers->threads[helpers->n++], "dh-helper");
    return failed;
}

static void init_locks(struct dhi_helpers *helpers)
{
    pthread_condattr_t attributes;

    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_mutex_init(&helpers->lock, NULL);
    pthread_cond_init(&helpers->work, NULL);
    pthread_cond_init(&helpers->done, &attributes);
    pthread_condattr_destroy(&attributes);
}

bool dhi_helpers_start(struct dhi_helpers *helpers, uint32_t n, void *(*run)(void *),
                       void *argument)
{
    sigset_t all, before;
    int failed = 0;

    init_locks(helpers);
    helpers->stop = false;
    helpers->n = 0;
    helpers->forks = dhi_forks();
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    while (failed == 0 && helpers->n < n)
        failed = start_one(helpers, run, argument);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (failed == 0) return true;
    dhi_helpers_stop(helpers);
    errno = failed;
    return false;
}

bool dhi_helpers_are_here(const struct dhi_helpers *helpers)
{
    return helpers->forks == dhi_forks();
}

void dhi_helpers_stop(struct dhi_helpers *helpers)
{
    if (!dhi_helpers_are_here(helpers)) return;
    pthread_mutex_lock(&helpers->lock);
    helpers->stop = true;
    pthread_cond_broadcast(&helpers->work);
    pthread_mutex_unlock(&helpers->lock);
    for (uint32_t i = 0; i < helpers->n; i++)
        pthread_join(helpers->threads[i], NULL);
    pthread_cond_destroy(&helpers->done);
    pthread_cond_destroy(&helpers->work);
    pthread_mutex_destroy(&helpers->lock);
}

bool dhi_helpers_await_done(struct dhi_helpers *helpers, int64_t deadline_ns)
{
    struct timespec until = { .tv_sec = (time_t)(deadline_ns / DH_S),
                              .tv_nsec = (long)(deadline_ns % DH_S) };

    if (deadline_ns != DH_FOREVER)
        return pthread_cond_timedwait(&helpers->done, &helpers->lock, &until) == 0;
    pthread_cond_wait(&helpers->done, &helpers->lock);
    return true;
}
