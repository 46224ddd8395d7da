/* SPDX-License-Identifier: Apache-2.0
 *
 * behind.c - sums are made by as many helpers at once as there are; what is shown is shown by one
 * of them at a time, through a side of its own (`shown`), which passes the gate and wakes sleepers
 * as the producer's thread would. The writer's side runs ahead of it, by a ring at most.
 *
 * Marks of the slots that are loaned carry the head, as those of a batch do (wait.c): here the head
 * is that of `shown`. A mark may lag behind it, but not so far that anybody took an older message
 * for the newest: what the slot held before was shown when the mark's head was read.
 */
#include "block/behind.h"

#include "base/why.h"
#include "block/checksum.h"
#include "os/helpers.h"

#include <stdlib.h>

enum state { IDLE, HANDED, BUSY, SUMMED };

struct job {
    enum state state;
    uint32_t length;
    uint64_t commit_ns; /* 0: unstamped */
    uint64_t digest[4];
};

struct dhi_behind {
    struct dhi_helpers helpers; /* its lock guards what follows */
    uint64_t head;              /* the first message that is not shown */
    uint64_t begun;             /* the first that no helper has taken */
    uint64_t handed;            /* behind the last that commit handed over */
    bool showing;               /* a helper has `shown` */
    bool over;                  /* a successor has the channel: nothing more is shown */
    dh_slot_rw shown;           /* of who is showing */

    /* the producer's thread */
    uint32_t in_hand;
    uint64_t room_until; /* as in ring.h, where it is 0: no short way may take a slot */
    struct job jobs[];
};

static struct job *job_of(struct dhi_behind *behind, uint64_t sequence)
{
    return &behind->jobs[sequence % behind->shown.n_states];
}

/* ---- helpers, with the lock ---- */

/* All that is summed, from the head on; whoever is showing already comes by here once more. */
static void show_summed(struct dhi_behind *behind)
{
    struct job *job;

    if (behind->showing) return;
    behind->showing = true;
    while (!behind->over && (job = job_of(behind, behind->head))->state == SUMMED) {
        bool shown;

        pthread_mutex_unlock(&behind->helpers.lock);
        shown = dhi_publish_summed(&behind->shown, job->digest, job->length, job->commit_ns);
        pthread_mutex_lock(&behind->helpers.lock);
        behind->over = !shown;
        if (!shown) break;
        job->state = IDLE;
        behind->head++;
        pthread_cond_broadcast(&behind->helpers.done);
    }
    behind->showing = false;
    if (behind->over) pthread_cond_broadcast(&behind->helpers.done);
}

static void sum_next(struct dhi_behind *behind)
{
    const dh_slot_rw *ring = &behind->shown;
    uint64_t sequence = behind->begun++;
    struct job *job = job_of(behind, sequence);

    job->state = BUSY;
    pthread_mutex_unlock(&behind->helpers.lock);
    dhi_checksum(ring->checksum, ring->key,
                 ring->payload + sequence % ring->n_states * ring->stride, ring->payload_bytes,
                 job->digest);
    pthread_mutex_lock(&behind->helpers.lock);
    job->state = SUMMED;
    show_summed(behind);
}

static void *help(void *argument)
{
    struct dhi_behind *behind = argument;

    pthread_mutex_lock(&behind->helpers.lock);
    for (;;) {
        if (behind->begun < behind->handed && !behind->over)
            sum_next(behind);
        else if (behind->helpers.stop)
            break;
        else
            dhi_helpers_await(&behind->helpers, &behind->helpers.work);
    }
    pthread_mutex_unlock(&behind->helpers.lock);
    return NULL;
}

/* ---- the producer's thread ---- */

/* With the lock. No helper may have come to the gate yet. */
static bool is_over(const dh_slot_rw *rw)
{
    return rw->behind->over || dhi_load_relaxed(rw->gate->close) == DHI_CLOSE_FINAL;
}

static uint64_t smaller(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

static void mark(const dh_slot_rw *rw, uint64_t head, uint32_t n, enum dh_slot_state state)
{
    for (uint32_t k = 0; k < n; k++)
        dhi_store_relaxed(&rw->states[dhi_index_ahead(rw, k)].seq_state, dhi_word(head, state));
}

/* Who waits without a limit makes a sum that nobody has begun, instead. False: it is over. */
static bool await_or_help(struct dhi_behind *behind, int64_t deadline_ns)
{
    if (deadline_ns == DH_NOW) return false;
    if (deadline_ns != DH_FOREVER || behind->begun == behind->handed)
        return dhi_helpers_await_done(&behind->helpers, deadline_ns);
    sum_next(behind);
    return true;
}

/* Wait until fewer slots than there are have been handed over and not shown. */
static dh_err await_sums(dh_slot_rw *rw, int64_t deadline_ns, uint64_t *head)
{
    struct dhi_behind *behind = rw->behind;
    dh_err err = DH_OK;

    pthread_mutex_lock(&behind->helpers.lock);
    while (!is_over(rw) && rw->next - behind->head >= rw->n_states && err == DH_OK)
        if (!await_or_help(behind, deadline_ns)) err = DH_EFULL;
    if (is_over(rw)) err = DH_ESUPERSEDED;
    *head = behind->head;
    pthread_mutex_unlock(&behind->helpers.lock);
    return err;
}

/* As far as the claims allow; where there are none, and for who joins meanwhile, they begin at the
 * head, which was read before the look at them (join↔rescan: find_room() has a fence between the
 * two). The ring's own mark of it is 0 but for this moment. */
static dh_err await_readers(dh_slot_rw *rw, uint64_t head, int64_t deadline_ns)
{
    struct dhi_behind *behind = rw->behind;
    dh_err err = DH_OK;

    if (rw->next < behind->room_until) return DH_OK;
    err = dhi_sleep_until_room(rw, deadline_ns);
    if (err == DH_OK) behind->room_until = smaller(rw->room_until, head + rw->n_states);
    rw->room_until = 0;
    return err;
}

dh_err dhi_behind_acquire_write(dh_slot_rw *rw, int64_t deadline_ns, uint32_t *n)
{
    struct dhi_behind *behind = rw->behind;
    uint64_t head, room;
    dh_err err;

    if (behind->in_hand != 0) return DH_EORDER;
    err = await_sums(rw, deadline_ns, &head);
    if (err == DH_OK) err = await_readers(rw, head, deadline_ns);
    if (err != DH_OK) return err;
    room = smaller(head + rw->n_states, behind->room_until) - rw->next;
    *n = (uint32_t)smaller(*n, room);
    mark(rw, head, *n, DH_SLOT_WRITING);
    /* mark→payload, read→recheck: release fence, as in dhi_wait_acquire_write(). Pairs with
     * dhi_observe() and dhi_wait_holds(). */
    dhi_fence_release();
    rw->buffer = rw->index;
    behind->in_hand = *n;
    return DH_OK;
}

/* The marks carry a head that was read after the loan, so they say no less than they did. */
static void put_back(dh_slot_rw *rw, uint64_t head, dh_err last_error)
{
    struct dh_producer_metrics *metrics = rw->block->metrics;
    uint32_t n = rw->behind->in_hand;

    if (n == 0) return;
    mark(rw, head, n, DH_SLOT_FREE);
    rw->behind->in_hand = 0;
    dhi_store_relaxed(&metrics->aborted, dhi_load_relaxed(&metrics->aborted) + n);
    if (last_error != DH_OK) dhi_store_relaxed(&metrics->last_error, (int32_t)last_error);
}

dh_err dhi_behind_commit(dh_slot_rw *rw, uint32_t n, uint32_t length)
{
    struct dhi_behind *behind = rw->behind;
    uint64_t commit_ns = rw->stamped ? (uint64_t)dhi_stamp(&rw->stamper) : 0, head;
    dh_err err;

    if (behind->in_hand == 0) return DH_EORDER;
    if (n > behind->in_hand || length > rw->payload_bytes) return DH_EINVAL;
    pthread_mutex_lock(&behind->helpers.lock);
    err = is_over(rw) ? DH_ESUPERSEDED : DH_OK;
    for (uint32_t k = 0; k < n && err == DH_OK; k++) {
        *job_of(behind, behind->handed++) =
            (struct job){ .state = HANDED, .length = length, .commit_ns = commit_ns };
        pthread_cond_signal(&behind->helpers.work);
    }
    head = behind->head;
    pthread_mutex_unlock(&behind->helpers.lock);
    if (err == DH_OK) {
        dhi_advance(rw, n);
        behind->in_hand -= n;
    }
    put_back(rw, head, err);
    return err;
}

static uint64_t head_now(struct dhi_behind *behind)
{
    uint64_t head;

    pthread_mutex_lock(&behind->helpers.lock);
    head = behind->head;
    pthread_mutex_unlock(&behind->helpers.lock);
    return head;
}

dh_err dhi_behind_release_write(dh_slot_rw *rw)
{
    if (rw->behind->in_hand == 0) return DH_EORDER;
    put_back(rw, head_now(rw->behind), DH_OK);
    return DH_OK;
}

dh_err dhi_behind_flush(dh_slot_rw *rw, int64_t deadline_ns)
{
    struct dhi_behind *behind = rw->behind;
    dh_err err = DH_OK;

    pthread_mutex_lock(&behind->helpers.lock);
    while (!behind->over && behind->head < behind->handed && err == DH_OK)
        if (!await_or_help(behind, deadline_ns)) err = DH_EBUSY;
    if (behind->over) err = DH_ESUPERSEDED;
    pthread_mutex_unlock(&behind->helpers.lock);
    return err;
}

uint32_t dhi_behind_in_hand(const struct dhi_behind *behind)
{
    return behind->in_hand;
}

/* ---- life ---- */

dh_err dhi_behind_open(dh_slot_rw *rw, uint32_t n_threads, struct dh_why *why)
{
    struct dhi_behind *made;

    if (n_threads > DHI_HELPERS_MAX)
        return dhi_why(why, DH_EINVAL, "sum_threads is %u: at most %u", n_threads,
                       (unsigned)DHI_HELPERS_MAX);
    if (n_threads > 0 && rw->overwrite)
        return dhi_why(why, DH_EINVAL,
                       "%s: sum_threads are for `full: wait`: on an `overwrite` channel commit "
                       "itself makes the sum of what is the newest then; leave sum_threads 0",
                       rw->block->head.channel);
    if (n_threads == 0 || !dhi_checksum_is_slow(rw->checksum, rw->payload_bytes)) return DH_OK;
    made = calloc(1, sizeof *made + rw->n_states * sizeof *made->jobs);
    if (made == NULL) return dhi_why_errno(why, "malloc");
    made->shown = *rw;
    made->head = made->begun = made->handed = rw->next;
    if (!dhi_helpers_start(&made->helpers, n_threads, help, made)) {
        dh_err err = dhi_why_errno(why, "a thread that makes checksums");

        free(made);
        return err;
    }
    rw->behind = made;
    rw->special = true;
    return DH_OK;
}

void dhi_behind_close(struct dhi_behind *behind)
{
    if (behind == NULL) return;
    dhi_helpers_stop(&behind->helpers);
    free(behind);
}
