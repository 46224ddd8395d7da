/* SPDX-License-Identifier: Apache-2.0
 *
 * observe.c - who claims nothing and copies. A copy that is called good is the message that was
 * asked for. Payload is written by relaxed stores here: an observer reads under the writer by
 * design, and C has no name for plain stores that are not torn.
 *
 *      -DN_SLOTS=1 -DN_MESSAGES=2 -DOVERWRITE: of the other policy
 */
#include "world.h"

#ifndef N_MESSAGES
#define N_MESSAGES 2
#endif
#ifndef WANTED
#define WANTED 0
#endif

#ifdef OVERWRITE
static uint32_t showing[N_STATES];
static uint32_t pile[N_BUFFERS];
static unsigned char marks[N_BUFFERS];
#endif

static void *produce(void *none)
{
    dh_slot_rw *rw = &sides[PRODUCER];
    struct dh_slot slot;

    for (uint64_t n = 0; n < N_MESSAGES; n++) {
        dh_err err = dh_slot_rw_acquire_write(rw, DH_NOW, &slot);

        assert(err == DH_OK); /* nobody is there who claims */
        dhi_store_relaxed((uint64_t *)slot.data, 100 + n);
        dh_slot_rw_commit(rw, sizeof(uint64_t));
    }
    return none;
}

static void *look(void *none)
{
    struct dh_slot_facts facts;
    uint64_t copy;

    if (dhi_observe(&blocks[0], WANTED, &copy, &facts) == DH_OK) {
        assert(copy == 100 + WANTED);
        assert(facts.sequence == WANTED && facts.buffer < N_BUFFERS);
    }
    return none;
}

int main(void)
{
    pthread_t producer, observer;
    dh_slot_rw *rw = side(PRODUCER);

#ifdef OVERWRITE
    rw->published = showing;
    rw->free_buffers = pile;
    rw->taken = marks;
    for (int i = 0; i < N_STATES; i++)
        showing[i] = UINT32_MAX;
#endif
    (void)rw;
    side(0);
    for (int i = 0; i < N_CONSUMERS; i++)
        records[i].claim = DHI_CLAIM_FREE;
    pthread_create(&producer, NULL, produce, NULL);
    pthread_create(&observer, NULL, look, NULL);
    return 0;
}
