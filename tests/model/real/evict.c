/* SPDX-License-Identifier: Apache-2.0
 *
 * evict.c - a consumer is put out while it reads. What it read counts only if release says so, and
 * then it is whole; what it reads afterwards begins at the head. Payload by relaxed accesses, as in
 * observe.c: it is read under the writer.
 *
 *      -DN_SLOTS=1 -DN_MESSAGES=2
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

        if (err == DH_EFULL) { /* the clock stands still: that this claim has stood for the limit is
                                  said here */
            uint32_t half = (uint32_t)dhi_load_relaxed(&records[0].claim);

            evict_gate(rw, half, 1);
            evict_gate(rw, half, 2);
            err = dh_slot_rw_acquire_write(rw, DH_NOW, &slot);
        }
        AWAIT(err == DH_OK);
        dhi_store_relaxed((uint64_t *)slot.data, 100 + n);
        dh_slot_rw_commit(rw, sizeof(uint64_t));
    }
    return none;
}

static void *consume(void *none)
{
    dh_slot_rw *rw = &sides[0];
    struct dh_slot slot;
    uint64_t value;

    for (int n = 0; n < 2; n++) {
        if (dh_slot_rw_acquire_read(rw, DH_NOW, &slot) != DH_OK) continue;
        value = dhi_load_relaxed((uint64_t *)slot.data);
        if (dh_slot_rw_release_read(rw) == DH_OK) assert(value == 100 + slot.sequence);
    }
    return none;
}

int main(void)
{
    pthread_t producer, consumer;
    dh_slot_rw *rw = side(PRODUCER);

    rw->stall_limit_ns = 1;
    seat(0, 0);
    sides[0].evicted = &evicted[0];
    pthread_create(&producer, NULL, produce, NULL);
    pthread_create(&consumer, NULL, consume, NULL);
    return 0;
}
