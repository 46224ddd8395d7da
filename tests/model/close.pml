/* SPDX-License-Identifier: Apache-2.0
 *
 * close.pml - a successor closes a block, dead or alive its producer: where it ends is decided once, and everybody acts on it.
 *   - a commit that was called good lies below the end;
 *   - who reads on reads everything below the end, and nothing from it on, also where the producer committed it too late;
 *   - the end never changes, whoever of several successors decides it, and wherever they die;
 *   - a successor that dies before it has decided leaves a producer and readers that go on as if nothing had been.
 * close: 0 open, 1 closing, FINAL(h). Only who holds lease byte T writes it; who meets a closing block whose closer is dead opens it again.
 * -DMEMBARRIER_: the successor's membarrier takes the place of fences in commit and acquire.
 * Sizes: K slots, M messages, -DNC=2 readers, -DNS=2 successors. Mortal: 1 the producer, 2 the (first) successor, 4 the reader.
 */
#ifndef K
#define K 1
#endif
#ifndef M
#define M 2
#endif
#ifndef NC
#define NC 1
#endif
#ifndef NS
#define NS 1
#endif
#define NP    (1 + NS + NC)
#define STATE 0
#define CLOSE K
#define CLAIM (K + 1)
#define NA    (K + 1 + NC + NP)
#define H     12
#define CLOSING  1
#define FINAL(h) ((h) << 2 | 2)
#define BYTE_T   1
#define LEFT     31

#ifdef MEMBARRIER_
#define O_LOOK ACQ
#define SLOW MEMBARRIER
#define FAST skip
#else
#define O_LOOK RLX
#define SLOW FENCE(FULL)
#define FAST FENCE(FULL)
#endif
#ifdef MUT_FINAL /* the end is stored relaxed */
#define O_FINAL RLX
#else
#define O_FINAL REL
#endif
#ifdef MUT_SCAN /* commit words are scanned relaxed */
#define O_SCAN RLX
#else
#define O_SCAN ACQ
#endif
#include "mem.pml"

byte good;          /* ghost: commits below it were called good */
byte end_ = 255;    /* ghost: what was decided */
byte n_gone;        /* of producer and successors: who does nothing any more */

#if NC > 1
#define SMALLEST(c) LD(c, CLAIM, ACQ); LD(other, CLAIM + 1, ACQ); c = (other < c -> other : c); other = 0
#define CLAIMS_STAND(c) (LATEST(CLAIM) == c || LATEST(CLAIM + 1) == c)
#else
#define SMALLEST(c) LD(c, CLAIM, ACQ)
#define CLAIMS_STAND(c) (LATEST(CLAIM) == c)
#endif

#ifdef MUT_OPEN_UNLOCKED
#define HEED_LOCK if :: holder[BYTE_T] == 0 -> locked = true :: else fi
#define HEED_UNLOCK skip
#else
#define HEED_LOCK LOCKTRY(locked, BYTE_T)
#define HEED_UNLOCK UNLOCK(BYTE_T)
#endif
/* What who finds the block closing does: waits for the end, or opens it again if nobody is at it any more. */
#define HEED(close)                                                                  \
    do                                                                               \
    :: close == CLOSING ->                                                           \
        HEED_LOCK;                                                                   \
        if                                                                           \
        :: locked ->                                                                 \
            LD(close, CLOSE, ACQ);                                                   \
            if :: close == CLOSING -> ST(CLOSE, 0, REL); close = 0 :: else fi;       \
            HEED_UNLOCK; locked = false                                              \
        :: else ->                                                                   \
            (holder[BYTE_T] == 0 || LATEST(CLOSE) != CLOSING);                       \
            LD(close, CLOSE, ACQ)                                                    \
        fi                                                                           \
    :: else -> break                                                                 \
    od;                                                                              \
    skip

proctype producer()
{
    byte me = 0, n, room = K, claim, close;
    bool locked;
#if NC > 1
    byte other;
#endif

    do
    :: n == M -> break
    :: n < M && n >= room ->
        FENCE(FULL);
        SMALLEST(claim);
        room = claim + K;
        LD(close, CLOSE, ACQ);
        HEED(close);
        if
        :: close != 0 -> break
        :: close == 0 && n >= room -> (!CLAIMS_STAND(claim) || LATEST(CLOSE) != 0)
        :: else
        fi;
        claim = 0
    :: n < M && n < room ->
#ifdef MUT_LOOK_FIRST /* before the commit */
        LD(close, CLOSE, ACQ);
        HEED(close);
        if :: close != 0 -> break :: else fi;
#endif
        ST(STATE + n % K, WRITING(n), RLX);
        ST(STATE + n % K, COMMITTED(n), REL);
#ifndef MUT_LOOK_FIRST
#ifndef MUT_NO_COMMIT_FENCE
        FAST;
#endif
        LD(close, CLOSE, O_LOOK);
        HEED(close);
        if :: close != 0 -> break :: else fi;
#endif
        n++;
        good = n;
        assert(end_ == 255 || n <= end_)
    od;
killed:
    BURY;
    n_gone++
}

#define HEAD(h)                                                                      \
    h = 0; i = 0;                                                                    \
    do                                                                               \
    :: i < K -> LD(word, STATE + i, O_SCAN);                                         \
        next = (word >> 2) + ((word & 3) == 2);                                      \
        if :: next > h -> h = next :: else fi;                                       \
        i++                                                                          \
    :: i == K -> break                                                               \
    od;                                                                              \
    i = 0; word = 0; next = 0

proctype successor(byte me)
{
    byte close, h, i, word, next;
    bool locked;

    do /* one after the other; with one of them, it comes or it does not */
    :: locked -> break
    :: !locked -> holder[BYTE_T] == 0; LOCKTRY(locked, BYTE_T)
    od;
    skip;
    LD(close, CLOSE, ACQ);
    if
#ifndef MUT_DECIDE_AGAIN
    :: (close & 3) == 2 -> assert(close == FINAL(end_))
    :: else ->
#else
    :: true ->
#endif
        ST(CLOSE, CLOSING, RLX);
#ifndef MUT_NO_CLOSE_FENCE
        SLOW;
#endif
        HEAD(h);
        skip;
        assert(good <= h);
        assert(end_ == 255 || end_ == h);
        atomic { ST(CLOSE, FINAL(h), O_FINAL); end_ = h }
    fi;
    UNLOCK(BYTE_T);
killed:
    BURY;
    n_gone++
}

proctype consumer(byte me)
{
    byte c, word, close;
    bool locked;

    do
    :: c == M -> break
    :: c < M ->
        LD(word, STATE + c % K, ACQ);
        if
        :: word == COMMITTED(c) ->
#ifndef MUT_NO_READ_FENCE
            FAST;
#endif
            LD(close, CLOSE, O_LOOK);
            HEED(close);
#ifndef MUT_DELIVER_LATE
            if :: close != 0 && close >> 2 <= c -> break :: else fi;
#endif
            assert(end_ == 255 || c < end_);
            c++;
            ST(CLAIM + me - 1 - NS, c, REL)
        :: else ->
            LD(close, CLOSE, ACQ);
            if
            :: (close & 3) == 2 && close >> 2 <= c -> break
            :: (close & 3) == 2 && close >> 2 > c -> /* it is there: who decided had seen it */
                LD(word, STATE + c % K, ACQ);
                assert(word == COMMITTED(c))
            :: else ->
                if
                :: LATEST(STATE + c % K) != word || LATEST(CLOSE) != close
                :: LATEST(STATE + c % K) == word && LATEST(CLOSE) == close && n_gone == 1 + NS -> goto killed /* DH_EDEAD */
                fi
            fi
        fi;
        word = 0
    od;
    /* It moves, or has read all there ever will be. */
    assert(c == M || (c == end_ && close == FINAL(c)));
    ST(CLAIM + me - 1 - NS, LEFT, REL);
killed:
#if DEATHS > 0
    ST(CLAIM + me - 1 - NS, LEFT, REL); /* by who reaps it */
#endif
    BURY
}

init {
    atomic {
        run producer();
        run successor(1);
#if NS > 1
        run successor(2);
#endif
        run consumer(1 + NS);
#if NC > 1
        run consumer(2 + NS);
#endif
    }
}
