/* SPDX-License-Identifier: Apache-2.0
 *
 * holds.c - full: overwrite, where a buffer comes to be filled again: what a consumer has in hand
 * is not. Everything is in use when the threads begin, and two slots are filled at once and never
 * committed, so that few messages do.
 *
 *      -DN_SLOTS=2: slot words show 3, 4, 5 ─▶ 6 takes 3's ─▶ the next two loans take what is free
 */
#define OVERWRITE
#include "world.h"

enum { N_BEFORE = 6 };

static uint32_t showing[N_STATES];
static uint32_t pile[N_BUFFERS];
static unsigned char marks[N_BUFFERS];

static void send_one(dh_slot_rw *rw, uint64_t n)
{
    struct dh_slot slot;
    dh_err err = dh_slot_rw_acquire_write(rw, DH_NOW, &slot);

    assert(err == DH_OK); /* always */
    *(uint64_t *)slot.data = 100 + n;
    dh_slot_rw_commit(rw, sizeof(uint64_t));
}

static void *produce(void *none)
{
    dh_slot_rw *rw = &sides[PRODUCER];
    struct dh_slot slots[2];
    uint32_t n = 0;
    dh_err err;

    send_one(rw, N_BEFORE);
    err = dh_slot_rw_acquire_write_many(rw, DH_NOW, slots, 2, &n);
    assert(err == DH_OK);
    for (uint32_t i = 0; i < n; i++)
        *(uint64_t *)slots[i].data = 0;
    return none;
}

static void *consume(void *none)
{
    dh_slot_rw *rw = &sides[0];
    struct dh_slot slot;
    uint64_t got; /* looked at afterwards: a branch on it would order what follows */
    dh_err err = dh_slot_rw_acquire_read(rw, DH_NOW, &slot);

    AWAIT(err == DH_OK);
    got = *(uint64_t *)slot.data - slot.sequence;
    err = dh_slot_rw_release_read(rw);
    assert(err == DH_OK);
    assert(got == 100);
    return none;
}

int main(void)
{
    pthread_t producer, consumer;
    dh_slot_rw *rw = side(PRODUCER);

    rw->published = showing;
    rw->free_buffers = pile;
    rw->taken = marks;
    rw->membarrier = true; /* nobody sleeps: no fence for that stands in for another */
    for (int i = 0; i < N_STATES; i++)
        showing[i] = UINT32_MAX;
    for (uint64_t n = 0; n < N_BEFORE; n++)
        send_one(rw, n);
    seat(0, N_BEFORE - N_STATES);
    pthread_create(&producer, NULL, produce, NULL);
    pthread_create(&consumer, NULL, consume, NULL);
    return 0;
}
