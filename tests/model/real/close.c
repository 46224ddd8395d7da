/* SPDX-License-Identifier: Apache-2.0
 *
 * close.c - the attendant closes a block for a successor while the producer commits. What commit
 * called good is below the end, what it called superseded is not, and a consumer that sees the end
 * has seen all that is below it.
 *
 *      -DN_SLOTS=2 -DN_MESSAGES=2
 */
#define CLOSES
#include "world.h"

#ifndef N_MESSAGES
#define N_MESSAGES 2
#endif

static uint64_t n_good, end;

static void *produce(void *none)
{
    dh_slot_rw *rw = &sides[PRODUCER];
    struct dh_slot slot;

    for (uint64_t n = 0; n < N_MESSAGES; n++) {
        dh_err err = dh_slot_rw_acquire_write(rw, DH_NOW, &slot);

        AWAIT(err == DH_OK);
        *(uint64_t *)slot.data = 100 + n;
        if (dh_slot_rw_commit(rw, sizeof(uint64_t)) != DH_OK) break;
        n_good++;
    }
    return none;
}

static void *attend(void *none)
{
    struct dhi_gate *gate = &blocks[PRODUCER].gate;

    dhi_gate_close(gate);
    AWAIT(dhi_gate_is_quiet(gate));
    end = dhi_block_head(&blocks[PRODUCER]);
    dhi_gate_end(gate);
    return none;
}

static void *consume(void *none)
{
    dh_slot_rw *rw = &sides[0];
    struct dh_slot slot;
    dh_err err;

    /* final→drain, as in producer_gone(): the end first, then what is below it. */
    AWAIT(dhi_load_acquire(&control.close) == DHI_CLOSE_FINAL);
    for (uint64_t n = 0; n < end; n++) {
        err = dh_slot_rw_acquire_read(rw, DH_NOW, &slot);
        assert(err == DH_OK);
        assert(slot.sequence == n && *(uint64_t *)slot.data == 100 + n);
        dh_slot_rw_release_read(rw);
    }
    return none;
}

int main(void)
{
    pthread_t producer, attendant, consumer;

    side(PRODUCER);
    seat(0, 0);
    pthread_create(&producer, NULL, produce, NULL);
    pthread_create(&attendant, NULL, attend, NULL);
    pthread_create(&consumer, NULL, consume, NULL);
    pthread_join(producer, NULL);
    pthread_join(attendant, NULL);
    assert(n_good == end);
    return 0;
}
