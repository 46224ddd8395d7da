/* SPDX-License-Identifier: Apache-2.0
 *
 * sleep.c - who sleeps on what, and who wakes them. Look for a while, then sleep; both end at the
 * caller's deadline.
 *
 *      consumers sleep on the producer's wake_epoch, which changes at each wake, not at each commit
 *
 *          e = epoch ─▶ hint = 1 ─▶ StoreLoad ─▶ look again ─▶ FUTEX_WAIT(epoch, e)
 *          commit ─▶ StoreLoad ─▶ hint? ─▶ hint = 0 ─▶ epoch = e + 1 ─▶ FUTEX_WAKE
 *
 *      of a strict block a consumer asks the producer's attendant to raise the hint (wish.h)
 *
 *      the producer sleeps on the claim that is in its way, and says how far that is to come
 *
 *          room_wait = position ─▶ StoreLoad ─▶ room_index = whose ─▶ look again ─▶
 *                                                                FUTEX_WAIT(claim, value seen)
 *          claim ─▶ StoreLoad ─▶ led over room_wait? ─▶ room_index is us? ─▶ FUTEX_WAKE(claim)
 *
 *      so one consumer wakes it, once, however long it then waits for a core
 *
 * A peer killed between its store and its wake-up call takes the wake-up along. The producer sleeps
 * no longer than a slice. Of a producer's death each consumer is told by the kernel, on an alarm of
 * its own, so it sleeps for as long as it may; without one it sleeps for a slice, too.
 */
#include "base/clock.h"
#include "block/look.h"
#include "block/wish.h"
#include "os/futex.h"
#include "os/identity.h"
#include "os/lease.h"
#include "os/membarrier.h"
#include "os/socket.h"

#include <sched.h>
#include <unistd.h>

enum {
    DYING_WATCH_NS = 500 * 1000, /* after an alarm, without sleeping */
    DYING_LOOK_NS = 50 * 1000,   /* and then between looks */
    HEAR_NS = 2 * 1000 * 1000, /* a strict block's attendant answers sooner, or is busy, or gone */
    UNHEARD_NS = 10 * 1000 * 1000,    /* so nobody may wake us: no sleep is longer then */
    LET_GO_LOOK_NS = 2 * 1000 * 1000, /* asking /proc costs 10 µs */
    /* Whoever can read a futex can move those who sleep on it to another one (FUTEX_REQUEUE). Of a
     * strict block nobody is to take away another's wake-up for longer than that. */
    MOVED_NS = 1000 * 1000 * 1000,
};

void dhi_storeload_rare(bool membarrier)
{
    dhi_fence_full();
    if (membarrier) dhi_membarrier();
}

/* ---- consumers ---- */

void dhi_wake_consumers(dh_slot_rw *rw)
{
    struct dhi_block *block = rw->block;
    uint32_t epoch = dhi_load_relaxed(&block->control->wake_epoch);

    dhi_store_relaxed(&block->shared->hint,
                      0); /* before the wake: a sleeper that comes later raises it again */
    /* sleep↔commit: release; a sleeper that loads the new epoch sees the commit. Pairs with
     * sleep_once(). */
    dhi_store_release(&block->control->wake_epoch, epoch + 1);
    dhi_futex_wake(&block->control->wake_epoch);
    if (rw->bells != NULL) dhi_bells_ring(rw->bells);
    dhi_store_relaxed(&block->metrics->wakes, dhi_load_relaxed(&block->metrics->wakes) + 1);
}

/* The producer's own thread may be waking at this moment: another step, so that no value comes
 * twice and each of both wakes changes the word. */
void dhi_block_tell_end(struct dhi_block *block)
{
    struct dhi_control *control = block->control;
    uint32_t gate = dhi_load_relaxed(&control->room_index);

    /* sleep↔commit: as in dhi_wake_consumers(); what is told is the end. */
    dhi_store_release(&control->wake_epoch, dhi_load_relaxed(&control->wake_epoch) + 0x10000);
    dhi_futex_wake(&control->wake_epoch);
    if (dhi_load_relaxed(&control->room_wait) != 0 && gate < block->head.n_consumers)
        dhi_futex_wake(dhi_claim_half(dhi_record_of(block, gate)));
}

/* The hint is raised before each sleep and lowered by the producer alone, as long as nobody's stray
 * store hits it. Lowered, with commits behind it, it says nothing of who sleeps: all are woken. */
void dhi_block_rouse(struct dhi_block *block, struct dhi_bells *bells, uint64_t *seen)
{
    uint64_t committed = dhi_load_relaxed(&block->metrics->committed);

    if (committed == *seen || dhi_load_relaxed(&block->shared->hint) != 0) return;
    *seen = committed;
    dhi_futex_wake(&block->control->wake_epoch);
    if (bells != NULL) dhi_bells_ring(bells);
}

/* Why nothing may ever come: the producer said so, or the kernel did. */
static dh_err producer_gone(const dh_slot_rw *rw)
{
    /* final→drain: acquire; who sees that a successor has the channel also sees every commit before
     * that. Pairs with dhi_gate_end(). */
    if (dhi_load_acquire(&rw->block->control->close) == DHI_CLOSE_FINAL) return DH_ESUPERSEDED;
    /* end→drain: acquire; who sees the end also sees every commit before it. Pairs with
     * dhi_slot_rw_close(). */
    if (dhi_load_acquire(&rw->block->control->ended) != 0) return DH_ECLOSED;
    if (dhi_block_producer_writes(rw->block)) return DH_OK;
    /* end→drain: once more, since it may have ended in order between both looks. Pairs with
     * dhi_slot_rw_close(). */
    return dhi_load_acquire(&rw->block->control->ended) != 0 ? DH_ECLOSED : DH_EDEAD;
}

void dhi_hint_raise(struct dhi_block *block)
{
    dhi_store_relaxed(&block->shared->hint, 1);
    dhi_storeload_rare(
        (block->head.flags & DHI_FLAG_MEMBARRIER) !=
        0); /* sleep↔commit: the hint, then the sleeper's second look. Pairs with dhi_announce(). */
}

/* Have the hint raised before our second look. Of a strict block the word is the producer's own,
 * and its attendant raises it for us before it answers. False: nobody answered, so nobody may wake
 * us. */
static bool ask_to_be_woken(dh_slot_rw *rw)
{
    struct dhi_block *block = rw->block;

    if (!dhi_block_is_strict(block)) {
        dhi_hint_raise(block);
        return true;
    }
    return block->fds.talk >= 0 &&
           dhi_wish(block->fds.talk, DHI_WISH_WAKE, &block->wishes, dh_in(HEAR_NS));
}

/* The caller is about to wait in an event loop: the bell is silenced, then the next wake is asked
 * for; the look that follows sees what was committed before. */
static void arm_bell(dh_slot_rw *rw)
{
    (void)dhi_socket_silence(rw->bell); /* a hang-up stays readable */
    rw->unheard = !ask_to_be_woken(rw); /* sleep↔commit: as in sleep_once() */
}

/* Nothing is there and the caller does not wait. Asking the kernel for the producer's life costs a
 * system call: once a slice. */
static dh_err look_once(dh_slot_rw *rw, dhi_ready ready)
{
    int64_t now = dhi_now_coarse();
    dh_err gone;

    if (rw->bell >= 0)
        arm_bell(rw);
    else if (now < rw->next_look_ns)
        return DH_EEMPTY;
    rw->next_look_ns = now + DHI_SLICE_NS;
    dhi_keep_claim(rw);
    gone = producer_gone(rw);
    if (ready(rw)) return DH_OK;
    return gone != DH_OK ? gone : DH_EEMPTY;
}

static bool spin(dh_slot_rw *rw, dhi_ready ready, int64_t deadline_ns)
{
    int64_t until_ns = 0;

    do {
        for (int i = 0; i < 32; i++) {
            if (ready(rw)) return dhi_look_paid(rw, until_ns);
            dhi_pause();
        }
    } while (dhi_look_on(rw, &until_ns, deadline_ns));
    return false;
}

/* Of several that sleep on one alarm the kernel wakes one, who wakes the others. The producer's
 * threads are about to let go of its memory, and then of its lease, within half a millisecond as a
 * rule: so long stay awake, and look often after that. */
static void hear_alarm(dh_slot_rw *rw, const uint32_t *alarm, int64_t until_ns)
{
    int64_t now = dh_now();

    if (!dhi_alarm_rang(dhi_load_relaxed(alarm))) return;
    rw->dying_until_ns = now + DHI_SLICE_NS;
    if (alarm == &rw->block->control->alarm.word) dhi_futex_wake(alarm);
    until_ns = dhi_earlier(until_ns, now + DYING_WATCH_NS);
    while (dhi_block_producer_writes(rw->block) && dh_now() < until_ns)
        sched_yield();
}

/* `epoch` was loaded before the last look at whether anything may still come: a wake since then has
 * changed it. */
static void sleep_once(dh_slot_rw *rw, dhi_ready ready, uint32_t epoch, int64_t until_ns)
{
    struct dhi_block *block = rw->block;
    const uint32_t *alarm = &block->alarms[rw->record_index].word;
    uint32_t word = dhi_load_relaxed(alarm);
    int64_t now = dh_now();

    if (word == 0) {
        alarm = &block->control->alarm.word;
        word = dhi_load_relaxed(alarm);
    }
    /* sleep↔commit: the hint, then a second look. Pairs with dhi_announce(). */
    if (!ask_to_be_woken(rw)) until_ns = dhi_earlier(until_ns, now + UNHEARD_NS);
    if (dhi_block_is_strict(block)) until_ns = dhi_earlier(until_ns, now + MOVED_NS);
    if (ready(rw)) return;
    dhi_store_relaxed(&rw->record->metrics.sleeps,
                      dhi_load_relaxed(&rw->record->metrics.sleeps) + 1);
    if (!rw->hears_death || dhi_alarm_rang(word) || alarm == &block->control->alarm.word)
        until_ns = dhi_earlier(until_ns, now + DHI_SLICE_NS);
    if (word == 0) {
        dhi_futex_wait(&block->control->wake_epoch, epoch, until_ns);
        return;
    }
    if (now < rw->dying_until_ns) until_ns = dhi_earlier(until_ns, now + DYING_LOOK_NS);
    rw->hears_death =
        dhi_futex_wait_either(&block->control->wake_epoch, epoch, alarm, word, until_ns);
    if (!dhi_alarm_rang(word)) hear_alarm(rw, alarm, until_ns);
}

dh_err dhi_sleep_until_commit(dh_slot_rw *rw, dhi_ready ready, int64_t deadline_ns)
{
    bool looked = rw->looked;

    rw->looked = false;
    if (deadline_ns == DH_NOW) return look_once(rw, ready);
    if (rw->spin_ns > 0 && !looked && spin(rw, ready, deadline_ns)) return DH_OK;
    for (;;) {
        /* sleep↔commit: acquire; who loads the epoch of a wake sees the commit. Pairs with
         * dhi_wake_consumers(). Before the look at the producer's end, or the wake-up of the end
         * could fall between that look and the sleep. */
        uint32_t epoch = dhi_load_acquire(&rw->block->control->wake_epoch);
        dh_err gone = producer_gone(rw);
        int64_t now;

        if (ready(rw))
            return DH_OK; /* looked at after the producer's life: what it committed before its end
                             is drained */
        if (gone != DH_OK) return gone;
        now = dh_now();
        dhi_store_relaxed(&rw->record->heartbeat_ns, (uint64_t)now);
        dhi_keep_claim(rw);
        if (now >= deadline_ns) break;
        sleep_once(rw, ready, epoch, deadline_ns);
        if (ready(rw)) return DH_OK;
    }
    dhi_store_relaxed(&rw->record->metrics.timeouts,
                      dhi_load_relaxed(&rw->record->metrics.timeouts) + 1);
    return DH_EEMPTY;
}

/* ---- the producer ---- */

uint64_t dhi_smallest_claim(const dh_slot_rw *rw, uint32_t *gate, uint32_t *gate_half)
{
    struct dhi_block *block = rw->block;
    uint32_t worst = 0;

    for (uint32_t i = 0; i < block->head.n_consumers; i++) {
        /* read→claim→overwrite: acquire; all reads below the claim are done. Pairs with
         * dhi_wait_release_read(). lease→words: acquire; a newcomer's record is reset. Pairs with
         * claim_head(). */
        uint64_t claim = dhi_load_acquire(&dhi_record_of(block, i)->claim);
        uint32_t half = (uint32_t)claim, lag;

        if ((half & DHI_CLAIM_FREE) != 0 || claim >> 32 == block->evicted[i]) continue;
        lag = ((uint32_t)rw->next - half) & DHI_CLAIM_POSITION;
        if (lag >
            DHI_CLAIM_POSITION /
                2) { /* above the head: no consumer of ours writes that, and it holds nobody up */
            dhi_store_relaxed(&block->metrics->bad_claims,
                              dhi_load_relaxed(&block->metrics->bad_claims) + 1);
        } else if (lag > worst) {
            worst = lag;
            *gate = i;
            *gate_half = half;
        }
    }
    return worst <= rw->next ? rw->next - worst
                             : 0; /* a joiner's first claim may be old: it means "full" */
}

/* A successor has the channel: waiting for room is over. */
static bool is_over(const dh_slot_rw *rw)
{
    return dhi_load_relaxed(rw->gate->close) == DHI_CLOSE_FINAL;
}

/* Look at all claims; true if next may be written. */
static bool find_room(dh_slot_rw *rw, uint32_t *gate, uint32_t *gate_half)
{
    dhi_fence_full(); /* join↔rescan: our commits, then the looks at the claims. Pairs with
                         dhi_join(). room↔claim: room_index, then those looks. Pairs with
                         dhi_tell_room(). */
    rw->room_until = dhi_smallest_claim(rw, gate, gate_half) + rw->n_states;
    return rw->next < rw->room_until;
}

/* Reap whoever is dead among those in the way; true if somebody was. */
static bool reap_gate(dh_slot_rw *rw, uint32_t gate)
{
    struct dh_producer_metrics *metrics = rw->block->metrics;

    if (!dhi_reap(rw->block, gate)) return false;
    dhi_store_relaxed(&metrics->reaped, dhi_load_relaxed(&metrics->reaped) + 1);
    dhi_store_relaxed(&metrics->last_reap_ns, (uint64_t)dh_now());
    return true;
}

/* Whoever is in the record as that one is not waited for any more. evict→mark: relaxed, before the
 * mark of the next turn; who sees a byte of that turn also sees the mark, which is what counts.
 * Pairs with dhi_wait_holds(). */
static void stop_waiting_for(struct dhi_block *block, uint32_t index, uint64_t claim)
{
    dhi_store_relaxed(&block->evicted[index], (uint32_t)(claim >> 32));
}

/* Its process is ending, and reads nothing any more. Its record is reaped when its lease is free,
 * which may take the kernel a while. */
static bool leave_behind(dh_slot_rw *rw, uint32_t gate)
{
    struct dhi_block *block = rw->block;
    struct dh_producer_metrics *metrics = block->metrics;
    const struct dhi_record *record = dhi_record_of(block, gate);
    uint64_t claim = dhi_load_relaxed(&record->claim); /* before the look at whose it is */

    if (!dhi_identity_let_go(dhi_load_relaxed(&record->identity.pid),
                             dhi_load_relaxed(&record->identity.pid_namespace)))
        return false;
    stop_waiting_for(block, gate, claim);
    rw->left_behind = true;
    dhi_store_relaxed(&metrics->reaped, dhi_load_relaxed(&metrics->reaped) + 1);
    dhi_store_relaxed(&metrics->last_reap_ns, (uint64_t)dh_now());
    return true;
}

/* Records of those that were left behind, as far as their leases are free by now. */
static void reap_left_behind(dh_slot_rw *rw)
{
    struct dhi_block *block = rw->block;

    rw->left_behind = false;
    for (uint32_t i = 0; i < block->head.n_consumers; i++) {
        uint64_t claim = dhi_load_relaxed(&dhi_record_of(block, i)->claim);

        if ((claim & DHI_CLAIM_FREE) != 0 || claim >> 32 != block->evicted[i]) continue;
        if (!dhi_reap(block, i)) rw->left_behind = true;
    }
}

/* Put out every living consumer that still stands where the ring has been full for the stall limit;
 * reap those that are dead. True if there was one. */
static bool evict_gate(dh_slot_rw *rw, uint32_t half, int64_t now)
{
    struct dhi_block *block = rw->block;
    struct dh_producer_metrics *metrics = block->metrics;
    bool done = false;

    if (rw->stall_limit_ns == 0) return false;
    if (rw->stall_since_ns == 0 || rw->stall_half != half) {
        rw->stall_half = half;
        rw->stall_since_ns = now;
        return false;
    }
    if (now - rw->stall_since_ns < rw->stall_limit_ns) return false;
    rw->stall_since_ns = 0;
    for (uint32_t i = 0; i < block->head.n_consumers; i++) {
        uint64_t claim = dhi_load_relaxed(&dhi_record_of(block, i)->claim);

        if ((uint32_t)claim != half || claim >> 32 == block->evicted[i]) continue;
        done = true;
        if (reap_gate(rw, i)) continue;
        stop_waiting_for(block, i, claim);
        dhi_store_relaxed(&metrics->evicted, dhi_load_relaxed(&metrics->evicted) + 1);
        dhi_store_relaxed(&metrics->last_evict_ns, (uint64_t)now);
    }
    return done;
}

static bool spin_for_room(dh_slot_rw *rw, int64_t deadline_ns, uint32_t *gate, uint32_t *gate_half)
{
    int64_t until_ns = 0;

    do {
        for (int i = 0; i < 8; i++) {
            dhi_pause();
            if (find_room(rw, gate, gate_half)) return dhi_look_paid(rw, until_ns);
        }
    } while (dhi_look_on(rw, &until_ns, deadline_ns));
    return false;
}

/* Who is in the way may have read everything, and sleep: then another consumer wrote over its
 * claim, which it puts right when it is awake. */
static void knock(dh_slot_rw *rw)
{
    dhi_futex_wake(&rw->block->control->wake_epoch);
    if (rw->bells != NULL) dhi_bells_ring(rw->bells);
}

/* Say which claim makes room for the next message. */
static void ask_for_room(dh_slot_rw *rw)
{
    dhi_store_relaxed(&rw->block->control->room_wait,
                      DHI_ROOM_WAIT |
                          ((uint32_t)(rw->next + 1 - rw->n_states) & DHI_CLAIM_POSITION));
    dhi_storeload_rare(rw->membarrier); /* room↔claim: what we wait for, then a second look. Pairs
                                           with dhi_pass(). */
}

/* It has waited for longer than it looks often for. */
static void have_it_watched(dh_slot_rw *rw, uint32_t gate)
{
    struct dhi_vigil *vigil = rw->vigil;
    uint64_t one = 1;

    if (vigil == NULL || dhi_load_relaxed(&vigil->whom) == gate + 1) return;
    dhi_store_relaxed(&vigil->whom, gate + 1);
    (void)!write(vigil->bell, &one, sizeof one); /* fails only when it was rung 2^64 times */
}

static bool wait_for_room(dh_slot_rw *rw, int64_t deadline_ns, uint32_t gate, uint32_t half)
{
    struct dhi_control *control = rw->block->control;
    int64_t began = dh_now(), knock_ns = began + DHI_SLICE_NS;
    int64_t let_go_ns = began + DHI_FIRST_SLICE_NS;
    bool room = false;

    ask_for_room(rw);
    for (;;) {
        int64_t now = dh_now(), slice_ns = dhi_slice(now - began);
        uint32_t told = gate;

        if (slice_ns > DHI_FIRST_SLICE_NS) have_it_watched(rw, gate);
        if (rw->stall_limit_ns > 0) slice_ns = dhi_earlier(slice_ns, rw->stall_limit_ns);
        dhi_store_relaxed(&control->heartbeat_ns, (uint64_t)now);
        /* room↔claim: whom we wait for, then a second look at its claim, behind find_room()'s
         * fence. Pairs with dhi_tell_room(). */
        dhi_store_relaxed(&control->room_index, gate);
        room = find_room(rw, &gate, &half);
        if (room || now >= deadline_ns || is_over(rw)) break;
        if (gate != told || reap_gate(rw, gate) || evict_gate(rw, half, now)) continue;
        if (now >= let_go_ns) {
            let_go_ns = now + LET_GO_LOOK_NS;
            if (leave_behind(rw, gate)) continue;
        }
        if (now >= knock_ns) {
            knock(rw);
            knock_ns = now + DHI_SLICE_NS;
        }
        dhi_futex_wait(dhi_claim_half(dhi_record_of(rw->block, gate)), half,
                       dhi_earlier(deadline_ns, now + slice_ns));
    }
    dhi_store_relaxed(&control->room_wait, 0);
    if (rw->vigil != NULL) dhi_store_relaxed(&rw->vigil->whom, 0);
    return room;
}

dh_err dhi_sleep_until_room(dh_slot_rw *rw, int64_t deadline_ns)
{
    struct dh_producer_metrics *metrics = rw->block->metrics;
    uint32_t gate = 0, half = 0;
    int64_t start;
    bool room;

    if (rw->left_behind) reap_left_behind(rw);
    if (find_room(rw, &gate, &half)) return DH_OK;
    if (deadline_ns == DH_NOW) {
        bool moved = reap_gate(rw, gate) || evict_gate(rw, half, dh_now());

        if (moved && find_room(rw, &gate, &half)) return DH_OK;
        return is_over(rw) ? DH_ESUPERSEDED : DH_EFULL;
    }
    start = dh_now();
    dhi_store_relaxed(&metrics->full_waits, dhi_load_relaxed(&metrics->full_waits) + 1);
    room = (rw->spin_ns > 0 && spin_for_room(rw, deadline_ns, &gate, &half)) ||
           wait_for_room(rw, deadline_ns, gate, half);
    dhi_store_relaxed(&metrics->full_wait_ns,
                      dhi_load_relaxed(&metrics->full_wait_ns) + (uint64_t)(dh_now() - start));
    if (room) return DH_OK;
    if (is_over(rw)) return DH_ESUPERSEDED;
    dhi_store_relaxed(&metrics->full_timeouts, dhi_load_relaxed(&metrics->full_timeouts) + 1);
    return DH_EFULL;
}

void dhi_wake_producer(const struct dhi_block *block, const struct dhi_record *record)
{
    if (dhi_load_relaxed(&block->control->room_wait) != 0) dhi_futex_wake(dhi_claim_half(record));
}

void dhi_tell_room(const dh_slot_rw *rw, uint32_t n)
{
    const struct dhi_control *control = rw->block->control;
    uint32_t wait = dhi_load_relaxed(&control->room_wait);

    if (wait == 0 || (((uint32_t)rw->next - wait) & DHI_CLAIM_POSITION) >= n) return;
    dhi_fence_full(); /* room↔claim: the claim, then a look whether it is ours that is waited for.
                         Pairs with wait_for_room(). */
    if (dhi_load_relaxed(&control->room_index) == rw->record_index)
        dhi_futex_wake(dhi_claim_half(rw->record));
}
