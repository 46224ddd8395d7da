/* SPDX-License-Identifier: Apache-2.0 */
#include "crew.h"

#include <pthread.h>
#include <sched.h>
#include <stdbool.h>

struct crew {
    pthread_mutex_t lock; /* for `next` */
    size_t next;
    size_t n_items;
    crew_work work;
    void *context;
};

struct hand {
    struct crew *crew;
    size_t number;
    pthread_t thread;
    bool is_there;
};

size_t crew_size(size_t n_items, size_t items_each)
{
    cpu_set_t processors;
    size_t n = n_items / items_each;

    if (n > CREW_MAX) n = CREW_MAX;
    if (n < 2 || sched_getaffinity(0, sizeof processors, &processors) != 0) return 1;
    size_t most = (size_t)CPU_COUNT(&processors);
    return n < most ? n : most;
}

static size_t take(struct crew *crew)
{
    pthread_mutex_lock(&crew->lock);
    size_t item = crew->next++;
    pthread_mutex_unlock(&crew->lock);
    return item;
}

static void *work_along(void *argument)
{
    const struct hand *hand = argument;
    struct crew *crew = hand->crew;

    for (size_t item; (item = take(crew)) < crew->n_items;)
        crew->work(crew->context, hand->number, item);
    return NULL;
}

/* A new thread is queued where its maker runs if the others looked busy at that moment, and may
 * then wait for milliseconds, as long as a small job takes, until it is moved. So it is, at once;
 * it may come back. */
static void send_off(pthread_t thread)
{
    cpu_set_t all, others;
    int here = sched_getcpu();

    if (here < 0 || here >= CPU_SETSIZE) return;
    if (sched_getaffinity(0, sizeof all, &all) != 0) return;
    others = all;
    CPU_CLR((size_t)here, &others);
    if (CPU_COUNT(&others) == 0) return;
    pthread_setaffinity_np(thread, sizeof others, &others);
    pthread_setaffinity_np(thread, sizeof all, &all);
}

void crew_run(size_t size, size_t n_items, crew_work work, void *context)
{
    struct crew crew = { PTHREAD_MUTEX_INITIALIZER, 0, n_items, work, context };
    struct hand hands[CREW_MAX];

    for (size_t i = 0; i < CREW_MAX; i++)
        hands[i] = (struct hand){ .crew = &crew, .number = i };
    for (size_t i = 1; i < size && i < CREW_MAX; i++) {
        hands[i].is_there = pthread_create(&hands[i].thread, NULL, work_along, &hands[i]) == 0;
        if (hands[i].is_there) send_off(hands[i].thread);
    }
    work_along(&hands[0]);
    for (size_t i = 1; i < size && i < CREW_MAX; i++)
        if (hands[i].is_there) pthread_join(hands[i].thread, NULL);
    pthread_mutex_destroy(&crew.lock);
}
