/* SPDX-License-Identifier: Apache-2.0
 *
 * ring.pml - full: wait, while everybody is there: no message is overwritten while it is read, none is missed, nobody gets stuck.
 * The code: dhi_wait_acquire_write, dh_slot_rw_commit, find_room, dhi_smallest_claim; dhi_wait_acquire_read, dhi_wait_release_read.
 * Sizes: -DK slots, -DNC consumers, -DM messages. Payload: plain data. A consumer reads twice: when it gets a slot and before it gives it back.
 */
#ifndef K
#define K 2
#endif
#ifndef NC
#define NC 1
#endif
#ifndef M
#define M 4
#endif
#define NP (1 + NC)
#define STATE 0
#define PAY   K
#define CLAIM (2 * K)
#define NA    (2 * K + NC + NP)
#define H     (2 * M + 2)
#ifdef MUT_COMMIT
#define O_COMMIT RLX
#else
#define O_COMMIT REL
#endif
#ifdef MUT_COMMITTED
#define O_COMMITTED RLX
#else
#define O_COMMITTED ACQ
#endif
#ifdef MUT_CLAIM
#define O_CLAIM RLX
#else
#define O_CLAIM REL
#endif
#ifdef MUT_SCAN
#define O_SCAN RLX
#else
#define O_SCAN ACQ
#endif
#ifdef MUT_LIMIT
#define ROOM (K + 1)
#else
#define ROOM K
#endif
#include "mem.pml"

active proctype producer()
{
    byte me = 0, n, room = K, claim, smallest, gate, i;

    do
    :: n == M -> break
    :: n < M && n >= room -> /* find_room */
        FENCE(FULL);
        smallest = n;
        i = 0;
        do
        :: i < NC -> LD(claim, CLAIM + i, O_SCAN);
            if :: claim < smallest -> smallest = claim; gate = i :: else fi;
            i++
        :: i == NC -> break
        od;
        room = smallest + ROOM;
        if :: n >= room -> (LATEST(CLAIM + gate) != smallest) :: else fi; /* else it would look again for ever */
        claim = 0; smallest = 0; gate = 0; i = 0
    :: n < M && n < room ->
        ST(STATE + n % K, WRITING(n), RLX);
        FENCE(REL);
        NAWR(PAY + n % K, 100 + n);
        ST(STATE + n % K, COMMITTED(n), O_COMMIT);
        n++
    od;
    BURY
}

proctype consumer(byte me)
{
    byte c, got;

    do
    :: c == M -> break
    :: c < M ->
        AWAIT(STATE + c % K, COMMITTED(c), O_COMMITTED);
        NARD(got, PAY + c % K);
        assert(got == 100 + c);
        got = 0;
#ifndef RC
        NARD(got, PAY + c % K);
        assert(got == 100 + c);
        got = 0;
#endif
        c++;
        ST(CLAIM + me - 1, c, O_CLAIM)
    od;
    BURY
}

init { atomic { run consumer(1);
#if NC > 1
    run consumer(2);
#endif
} }
