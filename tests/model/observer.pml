/* SPDX-License-Identifier: Apache-2.0
 *
 * observer.pml - who claims nothing and looks at a ring that runs: what it takes is never torn and never of another turn.
 * The code: dhi_wait_acquire_write and dh_slot_rw_commit without consumers, dhi_observe; with -DZONE dh_zone_write and
 * dhi_observe_guarded, whose writer may die inside.
 * Sizes: -DM messages (or zone values) through one slot of two words, which are relaxed atomics here as in dhi_copy_relaxed.
 */
#ifndef M
#define M 3
#endif
#define NP    2
#define STATE 0 /* or the zone's guard */
#define LOW   1
#define HIGH  2
#define NA    (3 + NP)
#define H     (2 * M + 2)
#ifdef ZONE
#define BEGIN(n) (2 * (n) + 1)
#define DONE(n)  (2 * (n) + 2)
#else
#define BEGIN(n) WRITING(n)
#define DONE(n)  COMMITTED(n)
#endif
#ifdef MUT_MARK_STORE /* a release store instead of the fence behind it */
#define O_MARK REL
#else
#define O_MARK RLX
#endif
#ifdef MUT_COMMIT
#define O_COMMIT RLX
#else
#define O_COMMIT REL
#endif
#ifdef MUT_FIRST_LOOK
#define O_FIRST RLX
#else
#define O_FIRST ACQ
#endif
#ifdef MUT_LOOK_LOAD /* an acquire load instead of the fence before it */
#define O_AGAIN ACQ
#else
#define O_AGAIN RLX
#endif
#include "mem.pml"

proctype producer()
{
    byte me = 0, n;

    do
    :: n == M -> break
    :: n < M ->
#ifndef MUT_NO_MARK
        ST(STATE, BEGIN(n), O_MARK);
#endif
#if !defined MUT_NO_MARK_FENCE && !defined MUT_MARK_STORE
        FENCE(REL);
#endif
        ST(LOW, 100 + n, RLX);
        ST(HIGH, 100 + n, RLX);
        ST(STATE, DONE(n), O_COMMIT);
        n++
    od;
killed:
    BURY
}

proctype observer()
{
    byte me = 1, n, word, low, high, again;

    if :: n = 0 :: n = 1 :: n = M - 1 fi; /* the message to look for */
end: /* a message that went by unseen, or never came, is none that was taken */
    AWAIT(STATE, DONE(n), O_FIRST);
    word = DONE(n);
    LD(low, LOW, RLX);
    LD(high, HIGH, RLX);
#if !defined MUT_NO_LOOK_FENCE && !defined MUT_LOOK_LOAD
    FENCE(ACQ);
#endif
    LD(again, STATE, O_AGAIN);
#ifdef MUT_NO_SECOND_LOOK
    again = word;
#endif
    assert(again != word || (low == 100 + n && high == 100 + n));
killed:
    BURY
}

init { atomic { holder[0] = 1; run producer(); run observer() } }
