/* SPDX-License-Identifier: Apache-2.0 */
#include "scene.h"

#include "base/atomic.h"
#include "scribble.h"

#include <dh/consumer.h>
#include <dh/observer.h>
#include <dh/producer.h>

#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define ZONES                                                             \
    "root zone cal align 64\nminor 0 size 40\n0 u64[5] word\n"            \
    "root zone stat align 64 shared\nminor 0 size 16\n0 u64 a\n8 u64 b\n" \
    "meaning\nspinlocks zone stat . 2\n"

static const char small_text[] = "dhs 1\nfamily test/hostile.small\norder little\n"
                                 "root slot align 64\nminor 0 size 24\n0 u64[3] word\n" ZONES;
static const char large_text[] = "dhs 1\nfamily test/hostile.large\norder little\n"
                                 "root slot align 64\nminor 0 size 256\n0 u64[32] word\n" ZONES;

enum { CAL = 1, STAT = 2 };

void fill_words(uint64_t *words, uint64_t n_words, uint64_t n)
{
    for (uint64_t i = 0; i < n_words; i++)
        words[i] = n * UINT64_C(1000003) + i;
}

bool words_are(const uint64_t *words, uint64_t n_words, uint64_t n)
{
    for (uint64_t i = 0; i < n_words; i++)
        if (dhi_load_relaxed(&words[i]) != n * UINT64_C(1000003) + i) return false;
    return true;
}

uint32_t scene_words(const struct plan *plan)
{
    return plan->small ? SMALL_WORDS : SLOT_WORDS;
}

const struct dh_schema *scene_schema(const struct plan *plan)
{
    return schema_from_text(0, plan->small ? small_text : large_text,
                            (struct dh_policy){ .n_slots = plan->n_slots,
                                                .n_consumers = PLACES,
                                                .full = plan->full,
                                                .checksum = plan->checksum });
}

void complain(struct seat *seat, const char *format, ...)
{
    va_list arguments;

    if (seat->complaint[0] != '\0') return;
    va_start(arguments, format);
    vsnprintf(seat->complaint, sizeof seat->complaint, format, arguments);
    va_end(arguments);
}

void note_return(struct seat *seat, const char *call, int64_t deadline_ns)
{
    int64_t late = dh_now() - deadline_ns;

    if (late > (int64_t)seat->latest_ns) seat->latest_ns = (uint64_t)late;
    if (late > LATE_NS)
        complain(seat, "%s came back %lld ms after its deadline", call, (long long)late / DH_MS);
    dhi_store_relaxed(&seat->calls, seat->calls + 1);
}

static bool told_to_stop(const struct scene *scene)
{
    return dhi_load_relaxed(&scene->board->stop) != 0;
}

static void rest_ns(long ns)
{
    nanosleep(&(struct timespec){ .tv_nsec = ns }, NULL);
}

/* ---- the producer ---- */

static void send_one(const struct scene *scene, struct seat *seat, dh_producer *producer)
{
    bool waits = scene->plan->full == DH_FULL_WAIT;
    int64_t deadline = dh_in(waits ? 50 * DH_MS : 0);
    struct dh_slot slot;
    uint32_t n;
    /* an `overwrite` producer never waits: what it is allowed to is for ever */
    dh_err err = dh_producer_loan_many(producer, waits ? deadline : DH_FOREVER, &slot, 1, &n);

    note_return(seat, "loan", deadline);
    if (err == DH_EFULL && waits) {
        dhi_store_relaxed(&seat->full, seat->full + 1);
        return;
    }
    if (err != DH_OK) {
        complain(seat, "loan: %s", dh_error_text(err));
        return;
    }
    fill_words(slot.data, scene_words(scene->plan), slot.sequence);
    err = dh_producer_commit_many(producer, 1);
    if (err != DH_OK) complain(seat, "commit: %s", dh_error_text(err));
    dhi_store_relaxed(&seat->done, seat->done + 1);
}

static void use_zones(struct seat *seat, dh_producer *producer, uint64_t n)
{
    dh_zone *stat = dh_producer_zone(producer, STAT);
    uint64_t value[ZONE_WORDS];
    int64_t deadline;
    dh_err err;

    fill_words(value, ZONE_WORDS, n);
    if (dh_zone_write(dh_producer_zone(producer, CAL), value) != DH_OK)
        complain(seat, "the producer's zone cannot be written");
    if (n % 8 != 0) return;
    deadline = dh_in(DH_MS);
    err = dh_zone_lock(stat, n % 2, deadline);
    note_return(seat, "lock", deadline);
    if (err == DH_OK || err == DH_EOWNERDEAD) dh_zone_unlock(stat, n % 2);
}

static void be_producer(const struct scene *scene, struct seat *seat)
{
    const struct dh_producer_options options = {
        .stall_limit_ns = scene->plan->stall_limit_ns,
        .storeload = scene->plan->fences ? DH_STORELOAD_FENCE : DH_STORELOAD_AUTO,
    };
    dh_producer *producer;
    struct dh_why why;

    if (dh_producer_open(&producer, scene_schema(scene->plan), scene->channel, &options, &why) !=
        DH_OK) {
        complain(seat, "open: %s", why.text);
        return;
    }
    for (uint64_t n = 0; !told_to_stop(scene); n++) {
        send_one(scene, seat, producer);
        if (n % 16 == 0) use_zones(seat, producer, n / 16);
        if (n % 32 == 0) rest_ns(200 * DH_US); /* others are to sleep now and then, too */
    }
    dh_producer_close(producer);
}

/* ---- consumers ---- */

static dh_consumer *join(const struct scene *scene, struct seat *seat)
{
    int64_t patience = dh_in(10 * DH_S);
    dh_consumer *consumer;
    struct dh_why why;
    dh_err err;

    do {
        err = dh_consumer_open(&consumer, scene_schema(scene->plan), scene->channel, NULL, &why);
        if (err == DH_OK) return consumer;
        rest_ns(DH_MS);
    } while ((err == DH_ENOTFOUND || err == DH_ETABLE) && dh_now() < patience);
    complain(seat, "open: %s", why.text);
    return NULL;
}

/* Where a reader is: whatever was lost on the way, it must have been told. */
struct progress {
    dh_consumer *consumer;
    uint64_t first, delivered;
    bool begun;
    uint64_t state; /* of random numbers */
};

static void check_number(struct progress *at, struct seat *seat, uint64_t sequence)
{
    uint64_t expected = at->first + at->delivered + dh_consumer_lost(at->consumer);

    if (!at->begun) at->first = sequence - dh_consumer_lost(at->consumer);
    if (at->begun && sequence != expected)
        complain(seat, "message %llu came where %llu was next (%llu read, %llu told lost)",
                 (unsigned long long)sequence, (unsigned long long)expected,
                 (unsigned long long)at->delivered,
                 (unsigned long long)dh_consumer_lost(at->consumer));
    at->begun = true;
}

/* What is read counts only if release says so: then it must have been whole from the first look to
 * the last. */
static void read_slot(const struct scene *scene, struct progress *at, struct seat *seat,
                      const struct dh_slot *slot)
{
    uint32_t n_words = scene_words(scene->plan);
    bool whole = words_are(slot->data, n_words, slot->sequence);
    dh_err err;

    for (uint64_t i = any(&at->state, 3) == 0 ? any(&at->state, 20000) : 0; i > 0; i--)
        dhi_pause();
    whole = words_are(slot->data, n_words, slot->sequence) && whole;
    err = dh_consumer_release(at->consumer);
    if (err == DH_EEVICTED) {
        dhi_store_relaxed(&seat->put_out, seat->put_out + 1);
        return;
    }
    if (err != DH_OK) complain(seat, "release: %s", dh_error_text(err));
    if (!whole)
        complain(seat, "message %llu changed while it was read, and release said good",
                 (unsigned long long)slot->sequence);
    check_number(at, seat, slot->sequence);
    at->delivered++;
    dhi_store_relaxed(&seat->done, seat->done + 1);
}

static void read_one(const struct scene *scene, struct progress *at, struct seat *seat)
{
    int64_t deadline = dh_in((int64_t)any(&at->state, 50) * DH_MS);
    struct dh_slot slot;
    uint32_t n;
    dh_err err = dh_consumer_acquire_many(at->consumer, deadline, &slot, 1, &n);

    note_return(seat, "acquire", deadline);
    dhi_store_relaxed(&seat->lost, dh_consumer_lost(at->consumer));
    if (err == DH_OK)
        read_slot(scene, at, seat, &slot);
    else if (err == DH_EEVICTED)
        dhi_store_relaxed(&seat->put_out, seat->put_out + 1);
    else if (err != DH_EEMPTY && !told_to_stop(scene))
        complain(seat, "acquire: %s", dh_error_text(err));
}

static void be_reader(const struct scene *scene, struct seat *seat)
{
    struct progress at = { .consumer = join(scene, seat),
                           .state = scene->seed + (uint64_t)(seat - scene->board->seats) };

    if (at.consumer == NULL) return;
    dhi_store_relaxed(&seat->calls, 1);
    while (!told_to_stop(scene))
        read_one(scene, &at, seat);
    dh_consumer_close(at.consumer);
}

/* Zones: the producer's is always whole; the shared one's locks may be anybody's, but no call
 * outstays its deadline. */
static void be_locker(const struct scene *scene, struct seat *seat)
{
    dh_consumer *consumer = join(scene, seat);
    dh_zone *stat, *cal;

    if (consumer == NULL) return;
    stat = dh_consumer_zone(consumer, STAT);
    cal = dh_consumer_zone(consumer, CAL);
    for (uint64_t n = 0; !told_to_stop(scene); n++) {
        int64_t deadline = dh_in(20 * DH_MS);
        const void *payload;
        uint64_t value[ZONE_WORDS];
        dh_err err = dh_zone_lock(stat, n % 2, deadline);

        note_return(seat, "lock", deadline);
        if (err == DH_EOWNERDEAD) dh_zone_consistent(stat, n % 2);
        if (err == DH_OK || err == DH_EOWNERDEAD) dh_zone_unlock(stat, n % 2);
        deadline = dh_in(20 * DH_MS);
        err = dh_zone_read(cal, deadline, value);
        note_return(seat, "zone read", deadline);
        if (err == DH_OK && value[0] > 0 && !words_are(value, ZONE_WORDS, value[0] / 1000003))
            complain(seat, "the producer's zone was read torn");
        while (dh_consumer_acquire(consumer, DH_NOW, &payload) == DH_OK) /* holds nobody up */
            dh_consumer_release(consumer);
        dhi_store_relaxed(&seat->done, seat->done + 1);
        rest_ns(300 * DH_US);
    }
    dh_consumer_close(consumer);
}

/* ---- who only looks on ---- */

/* Everything that dhadmin reads, of records that may say anything. */
static void look_at_all(struct seat *seat, const dh_observer *observer)
{
    struct dh_block_facts block;
    struct dh_producer_metrics metrics;

    dh_observer_block(observer, &block);
    dh_observer_metrics_get(observer, &metrics);
    for (uint32_t i = 0; i < PLACES; i++) {
        struct dh_consumer_facts facts;

        if (dh_observer_consumer(observer, i, &facts) != DH_OK)
            complain(seat, "record %u cannot be looked at", i);
        if (memchr(facts.identity.program, '\0', sizeof facts.identity.program) == NULL)
            complain(seat, "the program's name of record %u does not end", i);
        if (facts.held_buffer >= (int64_t)block.n_buffers)
            complain(seat, "record %u is shown with buffer %lld", i, (long long)facts.held_buffer);
    }
    for (uint32_t i = 0; i < block.n_states; i++) {
        struct dh_slot_facts facts;

        if (dh_observer_slot(observer, i, &facts) != DH_OK || facts.n_readers > PLACES)
            complain(seat, "slot %u is shown wrong", i);
    }
}

static void be_observer(const struct scene *scene, struct seat *seat)
{
    uint64_t payload[SLOT_WORDS], at = 0;
    dh_observer *observer = NULL;
    struct dh_why why;

    if (dh_observer_open(&observer, scene->channel, true, NULL, NULL, &why) != DH_OK) {
        complain(seat, "open: %s", why.text);
        return;
    }
    while (!told_to_stop(scene)) {
        int64_t deadline = dh_in(20 * DH_MS);
        struct dh_slot_facts facts;
        dh_err err = dh_observer_copy(observer, &at, deadline, payload, &facts);

        note_return(seat, "copy", deadline);
        if (err == DH_OK && !words_are(payload, scene_words(scene->plan), at))
            complain(seat, "the copy of message %llu is torn", (unsigned long long)at);
        else if (err == DH_OK)
            dhi_store_relaxed(&seat->done, seat->done + 1);
        else if (err != DH_EEMPTY && !told_to_stop(scene))
            complain(seat, "copy: %s", dh_error_text(err));
        at++;
        look_at_all(seat, observer);
        rest_ns(300 * DH_US);
    }
    dh_observer_close(observer);
}

/* ---- the vandal ---- */

/* Joins as anybody does, scribbles, now and then leaves with its record as it is by then and comes
 * again. Until it is killed. */
void be_vandal(const struct scene *scene, struct seat *seat)
{
    struct scribbler scribbler = { .state = scene->seed * 2 + 1 };
    dh_consumer *consumer = join(scene, seat);

    while (consumer != NULL) {
        scribbler.block = dh_consumer_slot_rw(consumer)->block;
        for (uint64_t n = 200 + any(&scribbler.state, 2000); n > 0; n--) {
            scribble(&scribbler);
            dhi_store_relaxed(&seat->calls, seat->calls + 1);
            if (any(&scribbler.state, 64) == 0)
                rest_ns((long)any(&scribbler.state, 300 * DH_US)); /* let them run into it */
        }
        dh_consumer_close(consumer);
        consumer = join(scene, seat);
    }
}

/* ---- processes ---- */

bool scene_start(struct scene *scene, enum seat_of who)
{
    static void (*const roles[])(const struct scene *, struct seat *) = {
        be_producer, be_reader, be_reader, be_observer, be_locker, be_vandal,
    };
    struct seat *seat = &scene->board->seats[who];
    int64_t patience = dh_in(20 * DH_S);
    pid_t child = fork();

    if (child == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        roles[who](scene, seat);
        _exit(0);
    }
    scene->pids[who] = child;
    while (child > 0 && dhi_load_relaxed(&seat->calls) == 0 && dh_now() < patience &&
           seat->complaint[0] == '\0')
        rest_ns(DH_MS / 2);
    return child > 0 && dhi_load_relaxed(&seat->calls) > 0;
}
