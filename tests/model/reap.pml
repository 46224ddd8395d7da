/* SPDX-License-Identifier: Apache-2.0
 *
 * reap.pml - the record of a consumer that dies at any step: it is given back by whoever proves the death by its lease byte, the
 * producer goes on, a newcomer that takes the record over is neither lapped nor burdened with what the dead held.
 * The code: dhi_reap, clear_record, dhi_leave; dhi_join, reset_record, claim_head; find_room with reap_gate.
 * One slot, -DM messages. 0 producer (reaps who is in its way), 1 victim (in the record from the start; leaves after one message),
 * 2 reaper (as the broker), 3 newcomer (joins that record as soon as its byte is free, reads, leaves). The record's other words are
 * stood for by `hold`, which the victim sets as an overwrite reader would. Who is left over when all have ended is reaped once more:
 * then nothing may be held or claimed. Mortal: 2 the victim, 4 the reaper, 8 the newcomer.
 */
#ifndef M
#define M 3
#endif
#define NP     4
#define STATE  0
#define PAY    1
#define CLAIM  2
#define HOLD   3
#define ENDED  4
#define NA     (5 + NP)
#define H      15
#define NOBODY 8 /* claim: incarnation << 4 | FREE | position */
#define AT(c)  ((c) & 7)
#define INC(c) ((c) >> 4)
#define NOT    0
#define GONE   1
#ifndef DEATHS
#define DEATHS 1
#endif
#ifndef MORTAL
#define MORTAL 2
#endif
#ifdef MUT_CLEAR
#define O_CLEAR RLX
#else
#define O_CLEAR REL
#endif
#ifdef MUT_FIRST_CLAIM
#define O_FIRST RLX
#else
#define O_FIRST REL
#endif
#include "mem.pml"
#ifdef TSO
#define MACHINES 1
#else
#define MACHINES 0
#endif

/* The words that say that the owner is gone; the claim last. */
#if defined MUT_HOLD_LAST
#define CLEAR_RECORD                                                                 \
    LD(claim, CLAIM, ACQ); ST(ENDED, GONE, RLX); ST(CLAIM, claim | NOBODY, O_CLEAR); ST(HOLD, 0, REL); claim = 0
#else
#define CLEAR_RECORD                                                                 \
    LD(claim, CLAIM, ACQ); ST(HOLD, 0, REL); ST(ENDED, GONE, RLX); ST(CLAIM, claim | NOBODY, O_CLEAR); claim = 0
#endif
#ifdef MUT_NO_LEASE
#define PROVE_DEATH locked = 1
#define LET_GO      skip
#else
#define PROVE_DEATH LOCKTRY(locked, 0)
#define LET_GO      UNLOCK(0)
#endif
/* A record that nobody owns is left alone: its byte is not even tried. */
#define REAP                                                                         \
    LD(ended, ENDED, RLX);                                                           \
    LD(claim, CLAIM, RLX);                                                           \
    if                                                                               \
    :: ended == NOT || !(claim & NOBODY) -> claim = 0; PROVE_DEATH                   \
    :: else -> claim = 0                                                             \
    fi;                                                                              \
    if                                                                               \
    :: locked ->                                                                     \
        LD(ended, ENDED, RLX);                                                       \
        LD(claim, CLAIM, RLX);                                                       \
        if                                                                           \
        :: ended == NOT || !(claim & NOBODY) -> claim = 0; CLEAR_RECORD              \
        :: else -> claim = 0                                                         \
        fi;                                                                          \
        LET_GO                                                                       \
    :: else                                                                          \
    fi;                                                                              \
    locked = 0; ended = 0

bool victim_gone;

proctype producer()
{
    byte me = 0, n, room = 1, claim, locked, ended;

    do
    :: n == M -> break
    :: n < M && n >= room ->
        FENCE(FULL);
        LD(claim, CLAIM, ACQ);
        room = ((claim & NOBODY) -> n : AT(claim)) + 1;
        if
        :: n >= room && LATEST(CLAIM) == claim -> /* nobody moves it: the owner may be dead */
            room = claim; claim = 0;
            REAP;
            (LATEST(CLAIM) != room || holder[0] == 0); /* a slice, if the byte was held by who only asked */
            room = 0
        :: else -> claim = 0
        fi
    :: n < M && n < room ->
        ST(STATE, WRITING(n), RLX);
        FENCE(REL);
        NAWR(PAY, 100 + n);
        ST(STATE, COMMITTED(n), REL);
        n++
    od;
killed:
    BURY
}

proctype victim()
{
    byte me = 1, got, claim;

    ST(HOLD, 1, REL);
    AWAIT(STATE, COMMITTED(0), ACQ);
    NARD(got, PAY);
    assert(got == 100);
    got = 0;
    ST(CLAIM, 1, REL); /* incarnation 0 */
    CLEAR_RECORD;
killed:
    BURY;
    victim_gone = true
}

proctype reaper()
{
    byte me = 2, claim, locked, ended;

    REAP;
killed:
    BURY
}

#define HEAD(h)                                                                      \
    LD(word, STATE, ACQ);                                                            \
    h = (word >> 2) + ((word & 3) == 2);                                             \
    word = 0

proctype newcomer()
{
    byte me = 3, claim, locked, inc, word, c, got;

#ifdef MUT_JOIN_ONCE /* each byte is tried once; the victim is known to be gone */
    victim_gone;
    LOCKTRY(locked, 0);
    assert(locked);
#else
    do
    :: LOCKTRY(locked, 0);
        if :: locked -> break :: else -> holder[0] == 0 fi
    od;
#endif
    locked = 0;
    LD(claim, CLAIM, ACQ);
    inc = INC(claim) + 1;
    claim = 0;
    ST(ENDED, NOT, RLX);
#ifndef MUT_NO_RESET
    ST(HOLD, 0, REL);
#endif
    HEAD(c);
    ST(CLAIM, inc << 4 | c, O_FIRST);
    FENCE(FULL);
    HEAD(c);
    ST(CLAIM, inc << 4 | c, RLX);
#ifdef MUT_NO_RESET
    assert(LATEST(HOLD) == 0);
#endif
    do
    :: c == M -> break
    :: c < M ->
        AWAIT(STATE, COMMITTED(c), ACQ);
        NARD(got, PAY);
        assert(got == 100 + c);
        got = 0;
#ifndef RC
        NARD(got, PAY);
        assert(got == 100 + c);
        got = 0;
#endif
        assert(LATEST(HOLD) == 0); /* what the dead held is not taken for ours */
        assert(INC(LATEST(CLAIM)) == inc && !(LATEST(CLAIM) & NOBODY)); /* nobody else writes our record */
        c++;
        ST(CLAIM, inc << 4 | c, REL)
    od;
    CLEAR_RECORD;
killed:
    BURY
}

init {
    atomic {
        INIT(HOLD, 0);
        INIT(ENDED, NOT);
        holder[0] = 2;
        run producer();
        run victim();
        run reaper();
#ifndef NO_NEWCOMER
        run newcomer();
#endif
    }
    _nr_pr == 1 + MACHINES;
    assert(holder[0] == 0);
    assert(LATEST(ENDED) == NOT || !(LATEST(CLAIM) & NOBODY) || LATEST(HOLD) == 0); /* else nobody would ever give it back */
}
