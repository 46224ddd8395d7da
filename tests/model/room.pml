/* SPDX-License-Identifier: Apache-2.0
 *
 * room.pml - a producer that sleeps until the ring has room: it is woken by whoever moves, or gives up, the claim in its way.
 * A lost wake-up is an invalid end state.
 * The code: wait_for_room, find_room, dhi_smallest_claim; dhi_wait_release_read, clear_record, dhi_wake_producer.
 * Sizes: -DNC consumers, -DM messages, one slot; with -DLEAVER the last consumer leaves after one message. -DMEMB, -DSLICE as in sleep.pml.
 * Mortal: 2 the first consumer. Its lease is byte 0; the producer reaps it as reap_gate does.
 */
#ifndef NC
#define NC 2
#endif
#ifndef M
#define M 2
#endif
#define NP    (1 + NC)
#define STATE 0
#define WAITS 1 /* room_wait */
#define CLAIM 2
#define GONE  (2 + NC) /* the FREE bit as a word of its own, -DMUT_FREE_ELSEWHERE: outside what a producer sleeps on */
#define NA    (2 + 2 * NC + NP)
#define H     12
#define NOBODY 128
#if defined MEMB || defined MUT_NO_CLAIM_FENCE
#define STORELOAD_HOT skip
#else
#define STORELOAD_HOT FENCE(FULL)
#endif
#ifdef MEMB
#define STORELOAD_LEAVE MEMBARRIER
#elif defined MUT_NO_CLAIM_FENCE
#define STORELOAD_LEAVE skip
#else
#define STORELOAD_LEAVE FENCE(FULL)
#endif
#ifdef MUT_NO_ROOM_FENCE /* neither that of wait_for_room nor that of find_room behind it */
#define STORELOAD_RARE skip
#define SCAN_FENCE skip
#elif defined MEMB && !defined MUT_NO_MEMBARRIER
#define STORELOAD_RARE MEMBARRIER
#define SCAN_FENCE FENCE(FULL)
#else
#define STORELOAD_RARE FENCE(FULL)
#define SCAN_FENCE FENCE(FULL)
#endif
#include "mem.pml"

#define FIND_ROOM                                                                    \
    worst = 0; i = 0;                                                                \
    SCAN_FENCE;                                                                      \
    do                                                                               \
    :: i < NC -> LD(claim, CLAIM + i, ACQ);                                          \
        LOAD_GONE;                                                                   \
        if                                                                           \
        :: claim < NOBODY && n - claim > worst -> worst = n - claim; gate = i; half = claim \
        :: else                                                                      \
        fi;                                                                          \
        i++                                                                          \
    :: i == NC -> break                                                              \
    od;                                                                              \
    i = 0; claim = 0;                                                                \
    room = n - worst + 1;                                                            \
    worst = 0
#ifdef MUT_FREE_ELSEWHERE
#define LOAD_GONE LD(worst2, GONE + i, ACQ); claim = claim | worst2; worst2 = 0
#else
#define LOAD_GONE
#endif

proctype producer()
{
    byte me = 0, n, room, i, claim, worst, gate, half, dead;
#ifdef MUT_FREE_ELSEWHERE
    byte worst2;
#endif

    do
    :: n == M -> break
    :: n < M && n < room ->
        ST(STATE, COMMITTED(n), REL);
        n++
    :: n < M && n >= room ->
        FIND_ROOM;
        if
        :: n < room
        :: else -> /* wait_for_room */
            do
            ::  dead = 0;
                ST(WAITS, 1, RLX);
                STORELOAD_RARE;
                FIND_ROOM;
                if :: n < room -> break :: else fi;
#if DEATHS > 0
                if
                :: gate == 0 -> /* reap_gate */
                    LOCKTRY(dead, 0);
                    if
                    :: dead -> LD(claim, CLAIM, ACQ); ST(CLAIM, claim | NOBODY, REL); claim = 0; dead = 0; UNLOCK(0); goto next
                    :: else
                    fi
                :: else
                fi;
#endif
#ifdef MUT_WRONG_GATE
                gate = NC - 1; half = LATEST(CLAIM + gate);
#endif
#ifdef MUT_NO_COMPARE
                half = LATEST(CLAIM + gate);
#endif
                FUTEX_WAIT(CLAIM + gate, half);
next:           skip
            od;
            dead = 0;
            ST(WAITS, 0, RLX)
        fi;
        gate = 0; half = 0
    od;
killed:
    BURY
}

#define WAKE_PRODUCER LD(waits, WAITS, RLX); if :: waits -> waits = 0; FUTEX_WAKE(CLAIM + me - 1) :: else fi

proctype consumer(byte me; byte until)
{
    byte c, waits;

    do
    :: c == until -> break
    :: c < until ->
        AWAIT(STATE, COMMITTED(c), ACQ);
        c++;
        ST(CLAIM + me - 1, c, REL);
        STORELOAD_HOT;
        WAKE_PRODUCER
    od;
    if
    :: until < M -> /* clear_record */
#ifdef MUT_FREE_ELSEWHERE
        ST(GONE + me - 1, NOBODY, REL);
#else
        ST(CLAIM + me - 1, c | NOBODY, REL);
#endif
        STORELOAD_LEAVE;
#ifndef MUT_LEAVE_SILENTLY
        WAKE_PRODUCER
#endif
    :: else
    fi;
killed:
    BURY
}

init {
    atomic {
        holder[0] = 2;
        run producer();
#ifdef LEAVER
#define UNTIL 1
#else
#define UNTIL M
#endif
#if NC > 1
        run consumer(1, M);
        run consumer(2, UNTIL);
#else
        run consumer(1, UNTIL);
#endif
    }
}
