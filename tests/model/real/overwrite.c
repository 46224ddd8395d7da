/* SPDX-License-Identifier: Apache-2.0
 *
 * overwrite.c - full: overwrite. Nobody waits; what a consumer holds is not filled again, and is
 * the message that its sequence says.
 *
 *      -DN_SLOTS=1 -DN_CONSUMERS=1 -DN_MESSAGES=3 -DN_READS=1
 *      -DN_BEFORE=4: so many messages came before anybody was there, so that no buffer is left
 * untouched
 */
#define OVERWRITE
#include "world.h"

#ifndef N_MESSAGES
#define N_MESSAGES 3
#endif
#ifndef N_BEFORE
#define N_BEFORE 0
#endif
#ifndef N_READS
#define N_READS 1
#endif

static uint32_t showing[N_STATES];
static uint32_t pile[N_BUFFERS];
static unsigned char marks[N_BUFFERS];

static void send_messages(uint64_t from, uint64_t to)
{
    dh_slot_rw *rw = &sides[PRODUCER];
    struct dh_slot slot;

    for (uint64_t n = from; n < to; n++) {
        dh_err err = dh_slot_rw_acquire_write(rw, DH_NOW, &slot);

        assert(err == DH_OK); /* always */
        *(uint64_t *)slot.data = 100 + n;
        dh_slot_rw_commit(rw, sizeof(uint64_t));
    }
}

static void *produce(void *none)
{
    send_messages(N_BEFORE, N_BEFORE + N_MESSAGES);
    return none;
}

static void *consume(void *index)
{
    dh_slot_rw *rw = &sides[(long)index];
    struct dh_slot slot;
    uint64_t got[N_READS]; /* looked at afterwards: a branch on it would order what follows */

    for (int n = 0; n < N_READS; n++) {
        dh_err err = dh_slot_rw_acquire_read(rw, DH_NOW, &slot);

        AWAIT(err == DH_OK);
        got[n] = *(uint64_t *)slot.data - slot.sequence;
        err = dh_slot_rw_release_read(rw);
        assert(err == DH_OK);
    }
    for (int n = 0; n < N_READS; n++)
        assert(got[n] == 100);
    return NULL;
}

int main(void)
{
    pthread_t producer, consumers[N_CONSUMERS];
    dh_slot_rw *rw = side(PRODUCER);

    rw->published = showing;
    rw->free_buffers = pile;
    rw->taken = marks;
    rw->membarrier = true; /* nobody sleeps: no fence for that stands in for another */
    for (int i = 0; i < N_STATES; i++)
        showing[i] = UINT32_MAX;
    send_messages(0, N_BEFORE);
    for (int i = 0; i < N_CONSUMERS; i++)
        seat(i, N_BEFORE > 0 ? N_BEFORE - 1 : 0);
    pthread_create(&producer, NULL, produce, NULL);
    for (long i = 0; i < N_CONSUMERS; i++)
        pthread_create(&consumers[i], NULL, consume, (void *)i);
    return 0;
}
