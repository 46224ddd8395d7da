/* SPDX-License-Identifier: Apache-2.0
 *
 * room.pml - a producer that sleeps until the ring has room: it says which claim is in its way (INDEX) and where that is to come (WAITS), and is
 * woken by whoever brings that claim there, or gives it up. A lost wake-up is an invalid end state; that nobody is woken twice for one
 * request is an assertion (-DONCE).
 * The code: wait_for_room, find_room, dhi_smallest_claim; dhi_pass, dhi_tell_room, clear_record, dhi_wake_producer.
 * Sizes: -DNC consumers, -DM messages, -DK slots; with -DLEAVER the last consumer leaves after one message; with -DBULK the first one takes
 * two at a time. -DMEMB, -DSLICE as in sleep.pml.
 * Mortal: 2 the first consumer, 4 the second. Its lease is byte 0, 1; the producer reaps it as reap_gate does.
 */
#ifndef NC
#define NC 2
#endif
#ifndef M
#define M 2
#endif
#ifndef K
#define K 1
#endif
#define NP    (1 + NC)
#define STATE 0 /* of each slot */
#define WAITS K       /* room_wait: 0, or 1 + the position that is waited for */
#define INDEX (K + 1) /* room_index */
#define CLAIM (K + 2)
#define GONE  (CLAIM + NC) /* the FREE bit as a word of its own, -DMUT_FREE_ELSEWHERE: outside what a producer sleeps on */
#define NA    (CLAIM + 2 * NC + NP)
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
#else
#if defined MEMB && !defined MUT_NO_MEMBARRIER
#define STORELOAD_RARE MEMBARRIER
#else
#define STORELOAD_RARE FENCE(FULL)
#endif
#ifdef MUT_NO_SCAN_FENCE
#define SCAN_FENCE skip
#else
#define SCAN_FENCE FENCE(FULL)
#endif
#endif
#ifdef MUT_NO_INDEX_FENCE /* that of dhi_tell_room */
#define INDEX_FENCE skip
#else
#define INDEX_FENCE FENCE(FULL)
#endif
#ifdef MUT_TOO_FAR
#define WANTED (n + 2 - K)
#else
#define WANTED (n + 1 - K) /* a claim there makes slot n free */
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
    room = n - worst + K;                                                            \
    worst = 0
#ifdef MUT_FREE_ELSEWHERE
#define LOAD_GONE LD(worst2, GONE + i, ACQ); claim = claim | worst2; worst2 = 0
#else
#define LOAD_GONE
#endif

proctype producer()
{
    byte me = 0, n, room, i, claim, worst, gate, told, half, dead;
#ifdef MUT_FREE_ELSEWHERE
    byte worst2;
#endif

    room = K;
    do
    :: n == M -> break
    :: n < M && n < room ->
        ST(STATE + n % K, COMMITTED(n), REL);
        n++
    :: n < M && n >= room ->
        FIND_ROOM;
        if
        :: n < room
        :: else -> /* wait_for_room */
            ST(WAITS, 1 + WANTED, RLX);
            STORELOAD_RARE;
            do
            ::  dead = 0;
                told = gate;
                ST(INDEX, gate, RLX);
                FIND_ROOM;
                if :: n < room -> break :: else fi;
#ifndef MUT_INDEX_LATE
                if :: gate != told -> goto next :: else fi;
#endif
#if DEATHS > 0
                LOCKTRY(dead, gate); /* reap_gate */
                if
                :: dead -> LD(claim, CLAIM + gate, ACQ); ST(CLAIM + gate, claim | NOBODY, REL); claim = 0; dead = 0; UNLOCK(gate); goto next
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
        gate = 0; half = 0; told = 0
    od;
killed:
    BURY
}

#define WAKE_PRODUCER LD(waits, WAITS, RLX); if :: waits -> waits = 0; FUTEX_WAKE(CLAIM + me - 1) :: else fi

/* Whether the last `by` messages led over the position that is waited for. */
#ifdef MUT_EACH
#define LEADS_OVER waits
#elif defined MUT_EXACT
#define LEADS_OVER waits && c == waits - 1
#else
#define LEADS_OVER waits && c >= waits - 1 && c - (waits - 1) < by
#endif
#ifdef ONCE
byte woken[NC]; /* the request that each consumer answered last */
#define ANSWERED assert(woken[me - 1] != waits); woken[me - 1] = waits
#else
#define ANSWERED skip
#endif
#define TELL_ROOM                                                                    \
    LD(waits, WAITS, RLX);                                                           \
    if                                                                               \
    :: LEADS_OVER ->                                                                 \
        INDEX_FENCE;                                                                 \
        LD(index, INDEX, RLX);                                                       \
        if                                                                           \
        :: index == me - 1 -> ANSWERED; index = 0; waits = 0; FUTEX_WAKE(CLAIM + me - 1) \
        :: else -> index = 0; waits = 0                                              \
        fi                                                                           \
    :: else -> waits = 0                                                             \
    fi

proctype consumer(byte me; byte until; byte most)
{
    byte c, by, waits, index;

    do
    :: c == until -> break
    :: c < until ->
        by = (c + most <= until -> most : 1);
        if :: by == 2 -> AWAIT(STATE + (c + 1) % K, COMMITTED(c + 1), ACQ) :: else fi;
        AWAIT(STATE + c % K, COMMITTED(c), ACQ);
        c = c + by;
        ST(CLAIM + me - 1, c, REL);
        STORELOAD_HOT;
        TELL_ROOM;
        by = 0
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
#if NC > 1
        holder[1] = 3;
#endif
#ifdef BULK
#define MOST 2
#else
#define MOST 1
#endif
        run producer();
#ifdef LEAVER
#define UNTIL 1
#else
#define UNTIL M
#endif
#if NC > 1
        run consumer(1, M, MOST);
        run consumer(2, UNTIL, 1);
#else
        run consumer(1, UNTIL, MOST);
#endif
    }
}
