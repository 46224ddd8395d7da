/* SPDX-License-Identifier: Apache-2.0
 *
 * evict.pml - full: wait with a stall limit: a living consumer that stands still is put out, and is told so: what release calls good was
 * whole; who was not evicted is never overwritten; who was evicted joins again at the head and is honoured there.
 * The code: evict_gate, dhi_smallest_claim, dhi_wait_acquire_write; dhi_wait_acquire_read, dhi_wait_release_read, rejoin (claim_head).
 * Sizes: -DK slots, -DM messages, at most -DEVICTIONS of them. Payload: two relaxed words, since an evicted reader may see both being
 * written. Claims: incarnation * 32 + position; 31: nobody. -DREAPER: a third process returns the dead consumer's record.
 * Mortal: 2 the consumer; its lease is byte 0.
 */
#ifndef K
#define K 1
#endif
#ifndef M
#define M 3
#endif
#ifndef EVICTIONS
#define EVICTIONS 1
#endif
#ifdef REAPER
#define NP 3
#else
#define NP 2
#endif
#define STATE   0
#define LOW     K
#define HIGH    (2 * K)
#define CLAIM   (3 * K)
#define EVICTED (3 * K + 1)
#define NA      (3 * K + 2 + NP)
#define H       15
#define NOBODY  31
#define AT(c)   ((c) & 31)
#define INC(c)  ((c) >> 5)
#if defined MUT_EVICT_LATE
#define OUT(inc) ((inc) == late)
#elif defined MUT_ANY_INCARNATION /* whoever has the record now is meant, too */
#define OUT(inc) (LATEST(EVICTED) != 0)
#else
#define OUT(inc) ((inc) == LATEST(EVICTED))
#endif
#ifdef MUT_AGAIN_LOAD /* an acquire load instead of the fence before it */
#define O_AGAIN ACQ
#else
#define O_AGAIN RLX
#endif
#include "mem.pml"

byte put_out; /* ghost: the newest incarnation that is evicted, or is about to be */

proctype producer()
{
    byte me = 0, n, room = K, claim, evictions;
#ifdef MUT_EVICT_LATE
    byte late;
#endif
    bool lives;

    do
    :: n == M -> break
    :: n < M && n >= room -> /* find_room */
        FENCE(FULL);
        LD(claim, CLAIM, ACQ);
        room = (AT(claim) == NOBODY || OUT(INC(claim)) -> n : AT(claim)) + K;
        if
        :: n >= room && evictions < EVICTIONS -> /* evict_gate, after its reap found the owner alive */
            evictions++;
#ifdef MUT_EVICT_LATE
            late = INC(claim) /* told when it is overwritten already */
#else
            put_out = INC(claim);
            ST(EVICTED, INC(claim), RLX)
#endif
        :: n >= room ->
            if
            :: LATEST(CLAIM) != claim
            :: holder[0] == 0 -> /* dead: reaped */
                LOCKTRY(lives, 0);
                if :: lives -> lives = 0; ST(CLAIM, claim | NOBODY, REL); UNLOCK(0) :: else fi
            fi
        :: else
        fi;
        claim = 0
    :: n < M && n < room ->
        ST(STATE + n % K, WRITING(n), RLX);
#ifndef MUT_NO_MARK_FENCE
        FENCE(REL);
#endif
        ST(LOW + n % K, 100 + n, RLX);
        ST(HIGH + n % K, 100 + n, RLX);
        ST(STATE + n % K, COMMITTED(n), REL);
#ifdef MUT_EVICT_LATE
        if :: late > put_out -> put_out = late; ST(EVICTED, late, RLX) :: else fi;
#endif
        n++
    od;
killed:
    BURY
}

#define HEAD(h)                                                                      \
    h = 0; i = 0;                                                                    \
    do                                                                               \
    :: i < K -> LD(word, STATE + i, ACQ);                                            \
        next = (word >> 2) + ((word & 3) == 2);                                      \
        if :: next > h -> h = next :: else fi;                                       \
        i++                                                                          \
    :: i == K -> break                                                               \
    od;                                                                              \
    i = 0; word = 0; next = 0

proctype consumer()
{
    byte me = 1, inc = 1, c, word, low, high, i, next;
    bool out;

    do
    :: c == M -> break
    :: c < M ->
        LD(word, EVICTED, RLX);
        if :: word == inc -> out = true; goto again :: else fi; /* told before it is overwritten */
#ifndef MUT_WAIT_FOR_PASSED /* a sequence above the expected one is no reason to wait */
        if
        :: (LATEST(STATE + c % K) >> 2) > c -> LD(word, STATE + c % K, ACQ); /* it may still show the older one: then again */
        :: AWAIT(STATE + c % K, COMMITTED(c), ACQ); word = COMMITTED(c)
        fi;
#else
        AWAIT(STATE + c % K, COMMITTED(c), ACQ); word = COMMITTED(c);
#endif
        if
        :: word == COMMITTED(c) ->
            LD(low, LOW + c % K, RLX);
            LD(high, HIGH + c % K, RLX);
#if !defined MUT_NO_AGAIN_FENCE && !defined MUT_AGAIN_LOAD
            FENCE(ACQ);
#endif
#ifndef MUT_NO_AGAIN
            LD(word, STATE + c % K, O_AGAIN);
#endif
            if
            :: word == COMMITTED(c) ->
                assert(low == 100 + c && high == 100 + c);
                c++;
                ST(CLAIM, inc * 32 + c, REL)
            :: else -> out = true
            fi;
            low = 0; high = 0
        :: word >> 2 > c -> out = true
        :: else
        fi;
again:
        word = 0;
        if
        :: out ->
            assert(put_out >= inc); /* nobody else is ever overwritten */
            out = false;
            inc++;
            HEAD(c);
            skip; /* a break may not lead into a d_step */
            ST(CLAIM, inc * 32 + c, REL);
            FENCE(FULL);
            HEAD(c);
            skip;
            ST(CLAIM, inc * 32 + c, RLX)
        :: else
        fi
    od;
    skip;
    ST(CLAIM, inc * 32 + NOBODY, REL);
killed:
    BURY
}

#ifdef REAPER
proctype reaper()
{
    byte me = 2, claim;
    bool locked;

    LOCKTRY(locked, 0);
    if
    :: locked -> LD(claim, CLAIM, RLX); ST(CLAIM, claim | NOBODY, REL); UNLOCK(0)
    :: else
    fi;
killed:
    BURY
}
#endif

init {
    atomic {
        INIT(CLAIM, 32); /* incarnation 1 at 0 */
        holder[0] = 2;
        run producer();
        run consumer();
#ifdef REAPER
        run reaper();
#endif
    }
}
