/* SPDX-License-Identifier: Apache-2.0
 *
 * join.c - a consumer joins a ring that runs, leaves it, and another takes its record: what each
 * reads from where it began is whole and without a gap.
 *
 *      -DN_SLOTS=1 -DN_MESSAGES=2 -DN_JOINS=1
 */
#include "world.h"

#ifndef N_MESSAGES
#define N_MESSAGES 2
#endif
#ifndef N_JOINS
#define N_JOINS 1
#endif

static void *produce(void *none)
{
    dh_slot_rw *rw = &sides[PRODUCER];
    struct dh_slot slot;

    for (uint64_t n = 0; n < N_MESSAGES; n++) {
        dh_err err = dh_slot_rw_acquire_write(rw, DH_NOW, &slot);

        AWAIT(err == DH_OK);
        *(uint64_t *)slot.data = 100 + n;
        dh_slot_rw_commit(rw, sizeof(uint64_t));
    }
    return none;
}

static void *visit(void *none)
{
    dh_slot_rw *rw = &sides[0];
    struct dh_slot slot;

    for (int join = 0; join < N_JOINS; join++) {
        uint64_t next;
        dh_err err = dhi_join(rw, NULL);

        AWAIT(err == DH_OK);
        next = rw->next;
        if (dh_slot_rw_acquire_read(rw, DH_NOW, &slot) == DH_OK) {
            assert(slot.sequence == next);
            assert(*(uint64_t *)slot.data == 100 + next);
            err = dh_slot_rw_release_read(rw);
            assert(err == DH_OK);
        }
        dhi_leave(rw);
    }
    return none;
}

int main(void)
{
    pthread_t producer, visitor;

    side(PRODUCER);
    side(0);
    records[0].claim = DHI_CLAIM_FREE;
    sides[PRODUCER].membarrier = sides[0].membarrier =
        true; /* nobody sleeps: no fence for that stands in for another */
    pthread_create(&producer, NULL, produce, NULL);
    pthread_create(&visitor, NULL, visit, NULL);
    return 0;
}
