/* SPDX-License-Identifier: Apache-2.0
 *
 * reuse.c - a consumer dies with a message in hand while the producer wants that slot: whoever
 * gives its record back, or takes it over, nothing is written before all that the dead one read,
 * and a newcomer in that record reads on without a gap, with nobody else writing there.
 *
 *      -DN_SLOTS=1                                    somebody reaps it
 *      -DN_SLOTS=1 -DJOINS=1                          or joins in it, before that or after it
 *      -DN_SLOTS=1 -DJOINS=2 -DNO_REAPER              or two do
 *      -DN_SLOTS=1 -DJOINS=1 -DNO_REAPER -DWAITS      the producer sleeps on the dead one's claim,
 *                                                     and the newcomer stays: --check-liveness
 */
#ifndef JOINS
#define JOINS 0
#endif
#define N_CONSUMERS (2 + JOINS) /* participants: all have the same place, which is the only one */
#include "world.h"

#ifndef N_MESSAGES
#define N_MESSAGES (N_SLOTS + 1)
#endif

#ifdef WAITS
#define PATIENCE DH_FOREVER
#else
#define PATIENCE DH_NOW
#endif

/* More than there is room for. */
static void *produce(void *none)
{
    dh_slot_rw *rw = &sides[PRODUCER];
    struct dh_slot slot;

    for (uint64_t n = N_SLOTS; n < N_MESSAGES; n++) {
        dh_err err = dh_slot_rw_acquire_write(rw, PATIENCE, &slot);

        AWAIT(err == DH_OK);
        assert(slot.sequence == n);
        *(uint64_t *)slot.data = 100 + n;
        dh_slot_rw_commit(rw, sizeof(uint64_t));
    }
    return none;
}

/* What it did, and then the kernel lets its lease go. */
static void *die(void *none)
{
    dh_slot_rw *rw = &sides[0];
    struct dh_slot slot;
    dh_err err = dh_slot_rw_acquire_read(rw, DH_NOW, &slot);

    AWAIT(err == DH_OK);
    assert(*(uint64_t *)slot.data == 100);
    dhi_lease_unlock(0, DHI_LEASE_CONSUMER);
    return none;
}

#ifndef NO_REAPER
static void *reap(void *none)
{
#if JOINS
    (void)dhi_reap(&blocks[1], 0); /* or a newcomer was here first */
#else
    AWAIT(dhi_reap(&blocks[1], 0));
#endif
    return none;
}
#endif

#if JOINS
static void *join(void *who)
{
    dh_slot_rw *rw = who;
    struct dh_slot slot;
    uint64_t claim, next;

    AWAIT(dhi_load_relaxed(&lease[0]) == 0); /* else it would try again */
    AWAIT(dhi_join(rw, NULL) == DH_OK);
    assert(rw->record == &records[0] && rw->incarnation > 1);
    next = rw->next;
    if (dh_slot_rw_acquire_read(rw, DH_NOW, &slot) == DH_OK) {
        dh_err err;

        assert(slot.sequence == next);
        assert(*(uint64_t *)slot.data == 100 + next);
        err = dh_slot_rw_release_read(rw);
        assert(err == DH_OK);
        next++;
    }
    claim = dhi_load_relaxed(&records[0].claim); /* nobody else has written in it */
    assert(claim == dhi_claim(rw->incarnation, next));
    assert(dhi_load_relaxed(&records[0].ended) == DHI_ENDED_NOT);
#ifndef WAITS
    dhi_leave(rw);
#endif
    return NULL;
}
#endif

int main(void)
{
    pthread_t thread;
    struct dh_slot slot;

    seat(0, 0);
    for (int who = 1; who <= PRODUCER; who++)
        side(who);
    for (int who = 0; who <= PRODUCER; who++) {
        blocks[who].head.n_consumers = 1;
#ifdef WAITS
        sides[who].spin_ns = -1;
#else
        sides[who].membarrier = true; /* nobody sleeps: no fence for that stands in for another */
#endif
    }
    sides[PRODUCER].room_until = N_SLOTS;
    for (uint64_t n = 0; n < N_SLOTS; n++) {
        dh_err err = dh_slot_rw_acquire_write(&sides[PRODUCER], DH_NOW, &slot);

        assert(err == DH_OK);
        *(uint64_t *)slot.data = 100 + n;
        dh_slot_rw_commit(&sides[PRODUCER], sizeof(uint64_t));
    }
    pthread_create(&thread, NULL, produce, NULL);
    pthread_create(&thread, NULL, die, NULL);
#ifndef NO_REAPER
    pthread_create(&thread, NULL, reap, NULL);
#endif
#if JOINS
    for (int who = 2; who < 2 + JOINS; who++)
        pthread_create(&thread, NULL, join, &sides[who]);
#endif
    return 0;
}
