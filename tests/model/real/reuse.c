/* SPDX-License-Identifier: Apache-2.0
 *
 * reuse.c - a consumer dies with a message in hand, and somebody else reaps its record while the
 * producer wants that slot: nothing is written before all that the dead one read.
 *
 *      -DN_SLOTS=1
 */
#define N_CONSUMERS 2
#include "world.h"

/* One more than there is room for. */
static void *produce(void *none)
{
    dh_slot_rw *rw = &sides[PRODUCER];
    struct dh_slot slot;
    dh_err err = dh_slot_rw_acquire_write(rw, DH_NOW, &slot);

    AWAIT(err == DH_OK);
    assert(slot.sequence == N_SLOTS);
    *(uint64_t *)slot.data = 100 + N_SLOTS;
    dh_slot_rw_commit(rw, sizeof(uint64_t));
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

static void *reap(void *none)
{
    AWAIT(dhi_reap(&blocks[1], 0));
    return none;
}

int main(void)
{
    pthread_t producer, victim, reaper;
    struct dh_slot slot;

    side(PRODUCER);
    seat(0, 0);
    side(1); /* who reaps: it reads nothing */
    records[1].claim = DHI_CLAIM_FREE;
    sides[PRODUCER].membarrier = sides[0].membarrier =
        true; /* nobody sleeps: no fence for that stands in for another */
    sides[PRODUCER].room_until = N_SLOTS;
    for (uint64_t n = 0; n < N_SLOTS; n++) {
        dh_err err = dh_slot_rw_acquire_write(&sides[PRODUCER], DH_NOW, &slot);

        assert(err == DH_OK);
        *(uint64_t *)slot.data = 100 + n;
        dh_slot_rw_commit(&sides[PRODUCER], sizeof(uint64_t));
    }
    pthread_create(&producer, NULL, produce, NULL);
    pthread_create(&victim, NULL, die, NULL);
    pthread_create(&reaper, NULL, reap, NULL);
    return 0;
}
