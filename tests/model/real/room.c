/* SPDX-License-Identifier: Apache-2.0
 *
 * room.c - the ring is full, and the producer sleeps until there is room: nobody who gives some
 * lets it sleep on. Run with --check-liveness. The consumer does not sleep; sleep.c has those.
 *
 *      -DN_SLOTS=1 -DN_MESSAGES=1    at most as many as there are slots
 */
#include "world.h"

#ifndef N_MESSAGES
#define N_MESSAGES 1
#endif

static void send_one(dh_slot_rw *rw, uint64_t n)
{
    struct dh_slot slot;
    dh_err err = dh_slot_rw_acquire_write(rw, DH_FOREVER, &slot);

    assert(err == DH_OK);
    *(uint64_t *)slot.data = 100 + n;
    dh_slot_rw_commit(rw, sizeof(uint64_t));
}

static void *produce(void *none)
{
    for (uint64_t n = 0; n < N_MESSAGES; n++)
        send_one(&sides[PRODUCER], N_SLOTS + n);
    return none;
}

static void *consume(void *none)
{
    dh_slot_rw *rw = &sides[0];
    struct dh_slot slot;

    for (uint64_t n = 0; n < N_MESSAGES; n++) {
        dh_err err = dh_slot_rw_acquire_read(rw, DH_NOW, &slot);

        AWAIT(err == DH_OK);
        assert(*(uint64_t *)slot.data == 100 + n);
        dh_slot_rw_release_read(rw);
    }
    return none;
}

int main(void)
{
    pthread_t producer, consumer;

    side(PRODUCER)->spin_ns = -1; /* go to sleep at once */
    seat(0, 0);
    sides[PRODUCER].room_until = N_SLOTS;
    for (uint64_t n = 0; n < N_SLOTS; n++)
        send_one(&sides[PRODUCER], n);
    pthread_create(&producer, NULL, produce, NULL);
    pthread_create(&consumer, NULL, consume, NULL);
    return 0;
}
