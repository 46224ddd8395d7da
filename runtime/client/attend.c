/* SPDX-License-Identifier: Apache-2.0 */
#include "client/attend.h"

#include "base/why.h"
#include "block/ring.h"
#include "os/process.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <time.h>
#include <unistd.h>

enum {
    FIRST_ANSWER_MS = 1000,   /* a broker that hangs holds up an open no longer */
    ROUSE_MS = 1000,          /* between looks whether somebody sleeps unheard */
    PLACES_MS = 10,           /* between looks whether the dead left a place in the new block */
    STACK_BYTES = 512 * 1024, /* small: programs that lock their memory lock this too */
    DOOR_BELL = 0,
    NEWS_BELL = 1, /* the first two that are polled */
};

/* What a polled descriptor belongs to. */
struct watch {
    struct dhi_offer *offer;
    struct dhi_visitor *visitor; /* NULL: the offer's link or listener */
};

struct attendant {
    pthread_t thread;
    pthread_cond_t changed; /* an offer was decided, or is gone */
    struct dhi_offer *offers;
    int bell;    /* eventfd: there is something to do */
    int inotify; /* folders of brokers' sockets, once one was missed; else -1 */
    bool stop;
    struct pollfd *polled; /* `room` of each; the attendant's own */
    struct watch *watches;
    size_t room;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static struct attendant *current; /* NULL: this process offers nothing */

static void ring(struct attendant *attendant)
{
    uint64_t one = 1;

    /* Fails only when it was rung 2^64 times. */
    if (write(attendant->bell, &one, sizeof one) < 0) return;
}

/* ---- the loop ---------------------------------------------------------------------------- */

static size_t count_watches(const struct attendant *attendant)
{
    size_t n = 2;

    for (struct dhi_offer *offer = attendant->offers; offer != NULL; offer = offer->next) {
        n += 3;
        for (struct dhi_visitor *v = offer->visitors; v != NULL; v = v->next)
            n++;
    }
    return n;
}

static bool make_room(struct attendant *attendant, size_t n)
{
    if (n <= attendant->room) return true;
    struct pollfd *polled = realloc(attendant->polled, n * sizeof *polled);
    if (polled != NULL) attendant->polled = polled;
    struct watch *watches = realloc(attendant->watches, n * sizeof *watches);
    if (watches != NULL) attendant->watches = watches;
    if (polled == NULL || watches == NULL) return false;
    attendant->room = n;
    return true;
}

static bool deaf(const struct dhi_offer *offer)
{
    return offer->deaf_until_ns > dh_now();
}

/* poll passes over negative descriptors, so a link without connection needs no special case.
 * Returns how many; only the bells if memory ran out. */
static size_t gather(struct attendant *attendant)
{
    size_t n = 2;

    attendant->polled[DOOR_BELL] = (struct pollfd){ .fd = attendant->bell, .events = POLLIN };
    attendant->polled[NEWS_BELL] = (struct pollfd){ .fd = attendant->inotify, .events = POLLIN };
    if (!make_room(attendant, count_watches(attendant))) return n;
    for (struct dhi_offer *offer = attendant->offers; offer != NULL; offer = offer->next) {
        attendant->watches[n] = (struct watch){ offer, NULL };
        attendant->polled[n++] =
            (struct pollfd){ .fd = deaf(offer) ? -1 : offer->listener, .events = POLLIN };
        attendant->watches[n] = (struct watch){ offer, NULL };
        attendant->polled[n++] = (struct pollfd){ .fd = offer->link.fd, .events = POLLIN };
        attendant->watches[n] = (struct watch){ offer, NULL };
        attendant->polled[n++] = (struct pollfd){ .fd = offer->await.process, .events = POLLIN };
        for (struct dhi_visitor *v = offer->visitors; v != NULL; v = v->next) {
            attendant->watches[n] = (struct watch){ offer, v };
            attendant->polled[n++] = (struct pollfd){ .fd = v->fd, .events = POLLIN };
        }
    }
    return n;
}

static bool link_has_date(const struct dhi_link *link)
{
    return link->state == DHI_LINK_ABSENT || link->state == DHI_LINK_LEAVING;
}

static int64_t next_date(const struct attendant *attendant)
{
    int64_t due = DH_FOREVER;

    for (struct dhi_offer *offer = attendant->offers; offer != NULL; offer = offer->next) {
        if (offer->rouse_ns < due) due = offer->rouse_ns;
        if (dhi_heir_due(offer) < due) due = dhi_heir_due(offer);
        if (offer->places.block != NULL && offer->places_ns < due) due = offer->places_ns;
        if (deaf(offer) && offer->listener >= 0 && offer->deaf_until_ns < due)
            due = offer->deaf_until_ns;
        if (link_has_date(&offer->link) && offer->link.due_ns < due) due = offer->link.due_ns;
        for (struct dhi_visitor *v = offer->visitors; v != NULL; v = v->next)
            if (v->due_ns < due) due = v->due_ns;
    }
    return due;
}

static void sleep_until(struct attendant *attendant, size_t n, int64_t due_ns)
{
    int64_t left = due_ns == DH_FOREVER ? 0 : due_ns - dh_now();
    struct timespec limit = { 0 };

    if (left > 0) limit = (struct timespec){ .tv_sec = left / DH_S, .tv_nsec = left % DH_S };
    if (ppoll(attendant->polled, n, due_ns == DH_FOREVER ? NULL : &limit, NULL) < 0)
        for (size_t i = 0; i < n; i++) /* interrupted: nothing is known */
            attendant->polled[i].revents = 0;
}

/* Every file that appears in a broker's folder is told here; most are not the socket. */
static void read_news(struct attendant *attendant)
{
    _Alignas(struct inotify_event) char news[4096];
    ssize_t bytes = read(attendant->inotify, news, sizeof news);

    for (ssize_t at = 0; at < bytes;) {
        struct inotify_event event;

        memcpy(&event, news + at, sizeof event);
        for (struct dhi_offer *offer = attendant->offers; offer != NULL && event.len > 0;
             offer = offer->next)
            dhi_link_notice(offer, news + at + sizeof event);
        at += (ssize_t)(sizeof event + event.len);
    }
}

static void read_bells(struct attendant *attendant)
{
    uint64_t rung;

    if (attendant->polled[DOOR_BELL].revents != 0 && read(attendant->bell, &rung, sizeof rung) < 0)
        return;
    if (attendant->polled[NEWS_BELL].revents != 0) read_news(attendant);
}

static void attend_to_one(struct attendant *attendant, const struct watch *watch, int fd)
{
    if (watch->visitor != NULL)
        dhi_visit_hear(watch->offer, watch->visitor);
    else if (fd == watch->offer->listener)
        dhi_visit_accept(watch->offer);
    else if (fd == watch->offer->link.fd)
        dhi_link_step(watch->offer, DHI_LINK_READABLE, &attendant->inotify);
    else if (fd == watch->offer->await.process)
        dhi_await_over(watch->offer);
}

static void look_after_places(struct dhi_offer *offer, int64_t now_ns)
{
    if (offer->places.block == NULL || now_ns < offer->places_ns) return;
    dhi_places_look(&offer->places);
    offer->places_ns = now_ns + PLACES_MS * DH_MS;
}

static void hang_alarms(struct dhi_offer *offer)
{
    struct dhi_block *block = offer->block;

    if (offer->alarmed) return;
    offer->alarmed = true;
    dhi_alarm_hang(&block->control->alarm, 1);
    dhi_alarm_hang(block->alarms, block->head.n_consumers);
}

static void take_alarms_down(struct dhi_block *block)
{
    dhi_alarm_take_down(block->alarms, block->head.n_consumers);
    dhi_alarm_take_down(&block->control->alarm, 1);
}

static void rouse(struct dhi_offer *offer, int64_t now_ns)
{
    if (now_ns < offer->rouse_ns) return;
    offer->rouse_ns = now_ns + ROUSE_MS * DH_MS;
    dhi_block_rouse(offer->block, offer->bells, &offer->roused);
}

/* Whether the offer is gone. */
static bool attend_to_dates(struct attendant *attendant, struct dhi_offer *offer, int64_t now_ns)
{
    struct dhi_link *link = &offer->link;

    if (offer->closing && link->state != DHI_LINK_LEAVING)
        dhi_link_step(offer, DHI_LINK_CLOSE, &attendant->inotify);
    if (link_has_date(link) && link->due_ns <= now_ns)
        dhi_link_step(offer, DHI_LINK_DUE, &attendant->inotify);
    dhi_visit_sweep(offer, now_ns);
    look_after_places(offer, now_ns);
    dhi_heir_step(offer, now_ns);
    dhi_await_step(offer);
    hang_alarms(offer);
    rouse(offer, now_ns);
    if (link->state != DHI_LINK_GONE) return false;
    take_alarms_down(offer->block);
    dhi_await_end(offer);
    dhi_places_close(&offer->places);
    dhi_visit_end_all(offer);
    if (offer->listener >= 0) close(offer->listener);
    offer->listener = -1;
    offer->gone = true;
    return true;
}

static void attend_once(struct attendant *attendant, size_t n)
{
    struct dhi_offer **at = &attendant->offers;

    read_bells(attendant);
    for (size_t i = 2; i < n; i++)
        if (attendant->polled[i].revents != 0)
            attend_to_one(attendant, &attendant->watches[i], attendant->polled[i].fd);
    while (*at != NULL) {
        struct dhi_offer *offer = *at;

        if (attend_to_dates(attendant, offer, dh_now()))
            *at = offer->next; /* from here on it is its closer's */
        else
            at = &offer->next;
    }
    pthread_cond_broadcast(&attendant->changed);
}

static void *attend_all(void *argument)
{
    struct attendant *attendant = argument;

    pthread_mutex_lock(&lock);
    dhi_alarm_lend();
    while (!attendant->stop) {
        size_t n = gather(attendant);
        int64_t due = next_date(attendant);

        pthread_mutex_unlock(&lock);
        sleep_until(attendant, n, due);
        pthread_mutex_lock(&lock);
        attend_once(attendant, n);
    }
    pthread_mutex_unlock(&lock);
    return NULL;
}

/* ---- beginning and end ------------------------------------------------------------------- */

static void free_attendant(struct attendant *attendant)
{
    if (attendant->bell >= 0) close(attendant->bell);
    if (attendant->inotify >= 0) close(attendant->inotify);
    free(attendant->polled);
    free(attendant->watches);
    free(attendant);
}

static void before_fork(void)
{
    pthread_mutex_lock(&lock);
}

static void after_fork_in_parent(void)
{
    pthread_mutex_unlock(&lock);
}

static void close_inherited(struct dhi_offer *offer)
{
    offer->block = NULL; /* it is not mapped here */
    offer->heir.visitor = NULL;
    offer->places = DHI_NO_PLACES;
    offer->bells = NULL; /* their lock may be held by a thread that is not here */
    dhi_visit_end_all(offer);
    dhi_await_end(offer);
    if (offer->link.fd >= 0) close(offer->link.fd);
    if (offer->listener >= 0) close(offer->listener);
    offer->link.fd = offer->listener = -1;
    dhi_channel_free(&offer->channel);
}

/* The thread is not in the child, and what it kept open would keep its parent's channels alive
 * after the parent's death. */
static void after_fork_in_child(void)
{
    if (current != NULL) {
        for (struct dhi_offer *offer = current->offers; offer != NULL; offer = offer->next)
            close_inherited(offer);
        free_attendant(current);
        current = NULL;
    }
    dhi_alarm_forget();
    pthread_mutex_unlock(&lock);
}

static void watch_forks(void)
{
    pthread_atfork(before_fork, after_fork_in_parent, after_fork_in_child);
}

static bool start_thread(struct attendant *attendant)
{
    pthread_attr_t attributes;
    sigset_t all, before;
    int failed;

    if (pthread_attr_init(&attributes) != 0) return false;
    pthread_attr_setstacksize(&attributes, STACK_BYTES);
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    failed = pthread_create(&attendant->thread, &attributes, attend_all, attendant);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    pthread_attr_destroy(&attributes);
    if (failed == 0) pthread_setname_np(attendant->thread, "dh-attendant");
    errno = failed;
    return failed == 0;
}

static bool init_changed(struct attendant *attendant)
{
    pthread_condattr_t attributes;
    bool good = pthread_condattr_init(&attributes) == 0 &&
                pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC) == 0 &&
                pthread_cond_init(&attendant->changed, &attributes) == 0;

    pthread_condattr_destroy(&attributes);
    return good;
}

/* NULL with errno. */
static struct attendant *start_attendant(void)
{
    struct attendant *attendant = calloc(1, sizeof *attendant);

    if (attendant == NULL) return NULL;
    attendant->bell = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    attendant->inotify = -1;
    if (attendant->bell >= 0 && make_room(attendant, 16) && init_changed(attendant) &&
        start_thread(attendant))
        return attendant;
    int saved = errno;
    free_attendant(attendant);
    errno = saved;
    return NULL;
}

static void wait_until(struct attendant *attendant, int64_t deadline_ns)
{
    struct timespec at = { .tv_sec = deadline_ns / DH_S, .tv_nsec = deadline_ns % DH_S };

    pthread_cond_timedwait(&attendant->changed, &lock, &at);
}

dh_err dhi_attend(struct dhi_offer *offer, struct dh_why *why)
{
    int64_t deadline = dh_in(FIRST_ANSWER_MS * DH_MS);
    dh_err err = DH_OK;

    pthread_once(&once, watch_forks);
    pthread_mutex_lock(&lock);
    if (current == NULL) current = start_attendant();
    if (current == NULL) {
        err = dhi_why_errno(why, "the thread that answers for this process's channels");
        pthread_mutex_unlock(&lock);
        return err;
    }
    offer->forks = dhi_forks();
    offer->vigil.bell = current->bell;
    offer->next = current->offers;
    current->offers = offer;
    ring(current);
    while (!offer->answered && dh_now() < deadline)
        wait_until(current, deadline);
    offer->answered = true; /* later refusals are for the retries to settle */
    err = offer->verdict;
    if (err && why != NULL) *why = offer->why;
    pthread_mutex_unlock(&lock);
    if (err) dhi_attend_end(offer);
    return err;
}

void dhi_offer_look_after(struct dhi_offer *offer, const struct dhi_places *places)
{
    pthread_mutex_lock(&lock);
    offer->places = *places;
    ring(current);
    pthread_mutex_unlock(&lock);
}

void dhi_attend_end(struct dhi_offer *offer)
{
    struct attendant *finished = NULL, *mine;

    if (offer->forks != dhi_forks()) return;
    pthread_mutex_lock(&lock);
    mine = current; /* lives as long as one of its offers does */
    offer->closing = true;
    ring(mine);
    while (!offer->gone)
        pthread_cond_wait(&mine->changed, &lock);
    if (mine == current && mine->offers == NULL) {
        finished = mine;
        current = NULL;
        finished->stop = true;
        ring(finished);
    }
    pthread_mutex_unlock(&lock);
    if (finished == NULL) return;
    pthread_join(finished->thread, NULL);
    pthread_cond_destroy(&finished->changed);
    free_attendant(finished);
}
