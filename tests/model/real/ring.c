/* SPDX-License-Identifier: Apache-2.0
 *
 * ring.c - full: wait. Everything is delivered, in order and whole, and nothing is written under a
 * reader. Payload is plain memory: an order that is missing is a data race, which GenMC reports.
 *
 *      -DN_SLOTS=1 -DN_CONSUMERS=1 -DN_MESSAGES=2
 */
#include "world.h"

#ifndef N_MESSAGES
#define N_MESSAGES 2
#endif

static void *produce(void *none)
{
    dh_slot_rw *rw = &sides[PRODUCER];
    struct dh_slot slot;

    for (uint64_t n = 0; n < N_MESSAGES; n++) {
        dh_err err = dh_slot_rw_acquire_write(rw, DH_NOW, &slot);

        AWAIT(err == DH_OK);
        assert(slot.sequence == n);
        *(uint64_t *)slot.data = 100 + n;
        dh_slot_rw_commit(rw, sizeof(uint64_t));
    }
    return none;
}

static void *consume(void *index)
{
    dh_slot_rw *rw = &sides[(long)index];
    struct dh_slot slot;
    uint64_t got[N_MESSAGES]; /* looked at afterwards: a branch on it would order what follows */

    for (uint64_t n = 0; n < N_MESSAGES; n++) {
        dh_err err = dh_slot_rw_acquire_read(rw, DH_NOW, &slot);

        AWAIT(err == DH_OK);
        assert(slot.sequence == n);
        got[n] = *(uint64_t *)slot.data;
        err = dh_slot_rw_release_read(rw);
        assert(err == DH_OK);
    }
    for (uint64_t n = 0; n < N_MESSAGES; n++)
        assert(got[n] == 100 + n);
    return NULL;
}

int main(void)
{
    pthread_t producer, consumers[N_CONSUMERS];

    side(PRODUCER);
    for (int i = 0; i < N_CONSUMERS; i++)
        seat(i, 0);
    pthread_create(&producer, NULL, produce, NULL);
    for (long i = 0; i < N_CONSUMERS; i++)
        pthread_create(&consumers[i], NULL, consume, (void *)i);
    return 0;
}
