/* SPDX-License-Identifier: Apache-2.0
 *
 * sleep.c - consumers sleep until a commit, a producer sleeps until there is room; nobody sleeps
 * for ever. Run with --check-liveness.
 *
 *      -DN_SLOTS=2 -DN_CONSUMERS=1 -DN_MESSAGES=1    consumers sleep
 *      -DN_SLOTS=1 -DN_MESSAGES=2                    the producer, too: minutes were not enough
 */
#include "world.h"

#ifndef N_MESSAGES
#define N_MESSAGES 1
#endif
static void *produce(void *none)
{
    dh_slot_rw *rw = &sides[PRODUCER];
    struct dh_slot slot;

    for (uint64_t n = 0; n < N_MESSAGES; n++) {
        dh_err err = dh_slot_rw_acquire_write(rw, DH_FOREVER, &slot);

        assert(err == DH_OK);
        *(uint64_t *)slot.data = 100 + n;
        dh_slot_rw_commit(rw, sizeof(uint64_t));
    }
    return none;
}

static void *consume(void *index)
{
    dh_slot_rw *rw = &sides[(long)index];
    struct dh_slot slot;

    for (uint64_t n = 0; n < N_MESSAGES; n++) {
        dh_err err = dh_slot_rw_acquire_read(rw, DH_FOREVER, &slot);

        assert(err == DH_OK);
        assert(*(uint64_t *)slot.data == 100 + n);
        dh_slot_rw_release_read(rw);
    }
    return NULL;
}

int main(void)
{
    pthread_t producer, consumers[N_CONSUMERS];

    side(PRODUCER)->spin_ns = -1; /* go to sleep at once */
    for (int i = 0; i < N_CONSUMERS; i++) {
        seat(i, 0);
        sides[i].spin_ns = -1;
    }
    pthread_create(&producer, NULL, produce, NULL);
    for (long i = 0; i < N_CONSUMERS; i++)
        pthread_create(&consumers[i], NULL, consume, (void *)i);
    return 0;
}
