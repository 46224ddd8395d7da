/* SPDX-License-Identifier: Apache-2.0
 *
 * ahead.c - one helper that finds nothing to do is the scout, and sleeps until the producer commits
 * something, as a consumer does; the others wait for it. A strict block's producer would have to be
 * asked to wake the scout, on a socket that is the consumer's thread's own: there the helpers look
 * at what is committed when the consumer acquires.
 */
#include "block/ahead.h"

#include "base/why.h"
#include "block/checksum.h"
#include "os/futex.h"
#include "os/helpers.h"

#include <stdlib.h>

enum { DEAF_NS = 10 * 1000 * 1000 }; /* an older kernel: the scout cannot hear the bell */

enum verdict { UNSEEN, OURS, BUSY, GOOD, BAD };

struct look {
    uint64_t sequence;
    enum verdict verdict;
};

struct dhi_ahead {
    struct dhi_helpers helpers; /* its lock guards all below */
    dh_slot_rw ring;            /* where slots lie and how they are summed: never changes */
    uint64_t from;              /* the consumer's claim, or beyond it */
    bool begun;                 /* that is known */
    bool scouting;
    bool hears;    /* the kernel lets the scout sleep on two words */
    uint32_t bell; /* changes to wake the scout */
    struct look looks[];
};

/* ---- with the lock ---- */

static struct look *look_at(struct dhi_ahead *ahead, uint64_t sequence)
{
    return &ahead->looks[sequence % ahead->ring.n_states];
}

/* The first message that is committed and that nobody has looked at, or NULL. */
static struct look *pick(struct dhi_ahead *ahead, uint64_t *sequence)
{
    const dh_slot_rw *ring = &ahead->ring;

    if (!ahead->begun) return NULL;
    for (uint64_t s = ahead->from; s < ahead->from + ring->n_states; s++) {
        struct look *look = look_at(ahead, s);

        if (look->verdict == BUSY || (look->sequence == s && look->verdict != UNSEEN)) continue;
        /* payload→commit: acquire; what is summed is what was committed. Pairs with publish(). */
        if (dhi_load_acquire(&ring->states[s % ring->n_states].seq_state) !=
            dhi_word(s, DH_SLOT_COMMITTED))
            return NULL;
        *sequence = s;
        return look;
    }
    return NULL;
}

static void ring_bell(struct dhi_ahead *ahead)
{
    dhi_store_relaxed(&ahead->bell, ahead->bell + 1);
    dhi_futex_wake(&ahead->bell);
}

/* Somebody wakes if there is something to do. */
static void call(struct dhi_ahead *ahead)
{
    uint64_t sequence;

    if (pick(ahead, &sequence) == NULL) return;
    if (ahead->scouting)
        ring_bell(ahead);
    else
        pthread_cond_signal(&ahead->helpers.work);
}

/* ---- helpers ---- */

static bool is_whole(const struct dhi_ahead *ahead, uint64_t sequence)
{
    const dh_slot_rw *ring = &ahead->ring;
    uint64_t index = sequence % ring->n_states;

    return dhi_checksum_fits(ring->checksum, ring->key, ring->payload + index * ring->stride,
                             ring->payload_bytes,
                             (const uint64_t *)(const void *)ring->states[index].tail);
}

/* Until something is committed, or the bell rings. */
static void scout(struct dhi_ahead *ahead)
{
    struct dhi_block *block = ahead->ring.block;
    uint32_t bell = ahead->bell, epoch;
    uint64_t sequence;
    bool found;

    ahead->scouting = true;
    pthread_mutex_unlock(&ahead->helpers.lock);
    /* sleep↔commit: acquire, then the hint, then a second look. Pairs with dhi_announce(). */
    epoch = dhi_load_acquire(&block->control->wake_epoch);
    dhi_hint_raise(block);
    pthread_mutex_lock(&ahead->helpers.lock);
    found = ahead->helpers.stop || pick(ahead, &sequence) != NULL;
    pthread_mutex_unlock(&ahead->helpers.lock);
    if (!found)
        ahead->hears = dhi_futex_wait_either(&block->control->wake_epoch, epoch, &ahead->bell, bell,
                                             ahead->hears ? DH_FOREVER : dh_in(DEAF_NS));
    pthread_mutex_lock(&ahead->helpers.lock);
    ahead->scouting = false;
}

static void idle(struct dhi_ahead *ahead)
{
    if (ahead->scouting || !ahead->begun || dhi_block_is_strict(ahead->ring.block))
        dhi_helpers_await(&ahead->helpers, &ahead->helpers.work);
    else
        scout(ahead);
}

static void *help(void *argument)
{
    struct dhi_ahead *ahead = argument;

    pthread_mutex_lock(&ahead->helpers.lock);
    while (!ahead->helpers.stop) {
        uint64_t sequence;
        struct look *look = pick(ahead, &sequence);
        bool whole;

        if (look == NULL) {
            idle(ahead);
            continue;
        }
        *look = (struct look){ sequence, BUSY };
        pthread_cond_signal(&ahead->helpers.work); /* the next one looks on */
        pthread_mutex_unlock(&ahead->helpers.lock);
        whole = is_whole(ahead, sequence);
        pthread_mutex_lock(&ahead->helpers.lock);
        look->verdict = whole ? GOOD : BAD;
        pthread_cond_broadcast(&ahead->helpers.done);
    }
    pthread_mutex_unlock(&ahead->helpers.lock);
    return NULL;
}

/* ---- the consumer's thread ---- */

static void move_to(struct dhi_ahead *ahead, uint64_t next)
{
    if (!ahead->begun) pthread_cond_signal(&ahead->helpers.work);
    ahead->begun = true;
    ahead->from = next;
}

void dhi_ahead_reserve(struct dhi_ahead *ahead, uint64_t next)
{
    struct look *look;

    pthread_mutex_lock(&ahead->helpers.lock);
    move_to(ahead, next);
    look = look_at(ahead, next);
    if (look->verdict != BUSY && (look->sequence != next || look->verdict == UNSEEN))
        *look = (struct look){ next, OURS };
    call(ahead);
    pthread_mutex_unlock(&ahead->helpers.lock);
}

void dhi_ahead_yield(struct dhi_ahead *ahead, uint64_t next)
{
    struct look *look;

    pthread_mutex_lock(&ahead->helpers.lock);
    look = look_at(ahead, next);
    if (look->verdict == OURS) look->verdict = UNSEEN;
    call(ahead);
    pthread_mutex_unlock(&ahead->helpers.lock);
}

bool dhi_ahead_verdict(struct dhi_ahead *ahead, uint64_t sequence)
{
    struct look *look = look_at(ahead, sequence);
    bool whole;

    pthread_mutex_lock(&ahead->helpers.lock);
    while (look->verdict == BUSY)
        dhi_helpers_await(&ahead->helpers, &ahead->helpers.done);
    if (look->sequence != sequence || look->verdict < GOOD) {
        *look = (struct look){ sequence, OURS };
        pthread_mutex_unlock(&ahead->helpers.lock);
        whole = is_whole(ahead, sequence);
        pthread_mutex_lock(&ahead->helpers.lock);
        look->verdict = whole ? GOOD : BAD;
    }
    whole = look->verdict == GOOD;
    pthread_mutex_unlock(&ahead->helpers.lock);
    return whole;
}

/* ---- life ---- */

dh_err dhi_ahead_open(dh_slot_rw *rw, uint32_t n_threads, struct dh_why *why)
{
    struct dhi_ahead *made;

    if (n_threads > DHI_HELPERS_MAX)
        return dhi_why(why, DH_EINVAL, "sum_threads is %u: at most %u", n_threads,
                       (unsigned)DHI_HELPERS_MAX);
    rw->sum_threads = n_threads;
    if (n_threads == 0 || rw->overwrite || !dhi_checksum_is_slow(rw->checksum, rw->payload_bytes))
        return DH_OK;
    made = calloc(1, sizeof *made + rw->n_states * sizeof *made->looks);
    if (made == NULL) return dhi_why_errno(why, "malloc");
    made->ring = *rw;
    made->begun = rw->record != NULL;
    made->from = rw->next;
    if (!dhi_helpers_start(&made->helpers, n_threads, help, made)) {
        dh_err err = dhi_why_errno(why, "a thread that verifies checksums");

        free(made);
        return err;
    }
    rw->ahead = made;
    return DH_OK;
}

void dhi_ahead_close(struct dhi_ahead *ahead)
{
    if (ahead == NULL) return;
    if (dhi_helpers_are_here(&ahead->helpers)) {
        pthread_mutex_lock(&ahead->helpers.lock);
        ahead->helpers.stop = true;
        ring_bell(ahead);
        pthread_mutex_unlock(&ahead->helpers.lock);
    }
    dhi_helpers_stop(&ahead->helpers);
    free(ahead);
}
