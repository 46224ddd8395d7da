/* SPDX-License-Identifier: Apache-2.0
 *
 * close.pml - a block ends because a successor asks its producer's process, or because that process is dead: everybody agrees where.
 *   - a commit that was called good lies below the end, and one that was not is never seen;
 *   - who reads on reads everything below the end, and nothing more is ever there;
 *   - a successor that dies before it has confirmed leaves a producer and readers that go on as if nothing had been;
 *   - the end is the same for the successor and for every reader, whoever of them looks when, and wherever the process dies.
 * Follows dhi_gate_close(), dhi_gate_open() and dhi_gate_end() (the attendant's), dhi_gate_enter() and dhi_gate_leave() (the producer's),
 * producer_gone() (the reader's), take_over() (the successor's).
 * close: 0 open, 1 closing, 2 final; busy: the producer's thread is in the middle of a commit. Both are the process's own words: no reader
 * and no successor writes one. The two threads of the process die together: at any two points, and byte 0 is free after both.
 * -DMEMBARRIER_: a membarrier of the process's own threads takes the place of the fence in commit.
 * Sizes: M messages, as many slots. Mortal: 1 the producer's thread, 2 the attendant, 4 the successor.
 */
#ifndef M
#define M 2
#endif
#define NP    4
#define STATE 0
#define CLOSE M
#define BUSY  (M + 1)
#define NA    (M + 2 + NP)
#define H     12
#define CLOSING 1
#define FINAL   2
#define LEASE   0
#define SOCKET_ 1
#define PRODUCER 0

#ifdef MEMBARRIER_ /* of this process alone: the reader and the successor are not interrupted */
#define SLOW FENCE(FULL); FENCE_FOR(PRODUCER); FENCE(FULL)
#define FAST skip
#else
#define SLOW FENCE(FULL)
#define FAST FENCE(FULL)
#endif
#ifdef MUT_FINAL /* the end is stored relaxed */
#define O_FINAL RLX
#else
#define O_FINAL REL
#endif
#ifdef MUT_LEAVE /* busy is taken back relaxed */
#define O_LEAVE RLX
#else
#define O_LEAVE REL
#endif
#ifdef MUT_QUIET /* and looked at relaxed */
#define O_QUIET RLX
#else
#define O_QUIET ACQ
#endif
#include "mem.pml"

byte good;          /* ghost: commits below it were called good */
byte end_ = 255;    /* ghost: where the successor begins */
byte read_to = 255; /* ghost: where the reader ended */
bool asked, replied, confirmed, gone_s, dead_p, dead_a, done_p, done_a;

/* A message: the kernel orders what was done before it with what is done after it. */
#define THROUGH_SOCKET LOCKTRY(ok, SOCKET_); UNLOCK(SOCKET_); ok = false

proctype producer()
{
    byte me = PRODUCER, n, close;

    do
    :: n == M -> break
    :: n < M ->
        ST(STATE + n, WRITING(n), RLX);
#ifdef MUT_LOOK_FIRST
        LD(close, CLOSE, RLX);
        ST(BUSY, 1, RLX);
        FAST;
#else
        ST(BUSY, 1, RLX);
#ifndef MUT_NO_COMMIT_FENCE
        FAST;
#endif
        LD(close, CLOSE, RLX);
#endif
        if
        :: close == 0 ->
            ST(STATE + n, COMMITTED(n), REL);
            ST(BUSY, 0, O_LEAVE);
            n++;
            good = n;
            assert(end_ == 255 || n <= end_)
        :: else ->
            ST(BUSY, 0, O_LEAVE);
            do
            :: close == CLOSING ->
                (LATEST(CLOSE) != CLOSING || dead_a);
                if :: dead_a -> goto killed :: else fi;
                LD(close, CLOSE, RLX)
            :: else -> break
            od;
            if :: close == FINAL -> break /* DH_ESUPERSEDED */ :: else fi
        fi
    od;
    done_p = true;
    if :: DEATHS > 0 -> (dead_a || (gone_s && done_a)); if :: dead_a -> goto killed :: else fi :: else fi;
    goto out;
killed:
    dead_p = true;
    dead_a;
    BURY;
out:
    skip
}

proctype attendant()
{
    byte me = 1, busy;
    bool ok;

    if
    :: asked -> skip
    :: gone_s -> goto done
    :: dead_p -> goto killed
    fi;
    THROUGH_SOCKET;
    ST(CLOSE, CLOSING, RLX);
#ifndef MUT_NO_CLOSE_FENCE
    SLOW;
#endif
    do
    :: LD(busy, BUSY, O_QUIET);
        if
#ifndef MUT_NO_WAIT
        :: busy != 0 ->
            (LATEST(BUSY) == 0 || dead_p);
            if :: dead_p -> goto killed :: else fi
#endif
        :: else -> break
        fi
    od;
    busy = 0;
    THROUGH_SOCKET;
    replied = true;
    if
    :: confirmed -> THROUGH_SOCKET; ST(CLOSE, FINAL, O_FINAL)
    :: gone_s && !confirmed -> ST(CLOSE, 0, REL)
    :: dead_p -> goto killed
    fi;
done:
    done_a = true;
    if :: DEATHS > 0 -> (dead_p || done_p); if :: dead_p -> goto killed :: else fi :: else fi;
    goto out;
killed:
    dead_a = true;
out:
    skip
}

#define HEAD(h)                                                                      \
    h = 0; i = 0;                                                                    \
    do                                                                               \
    :: i < M -> LD(word, STATE + i, RLX);                                            \
        next = (word >> 2) + ((word & 3) == 2);                                      \
        if :: next > h -> h = next :: else fi;                                       \
        i++                                                                          \
    :: i == M -> break                                                               \
    od;                                                                              \
    i = 0; word = 0; next = 0

proctype successor()
{
    byte me = 2, h, i, word, next;
    bool ok;

    THROUGH_SOCKET;
    asked = true;
    if
    :: replied -> THROUGH_SOCKET
    :: holder[LEASE] == 0 -> LOCKTRY(ok, LEASE); UNLOCK(LEASE); ok = false
    fi;
    skip;
    HEAD(h);
    skip;
    atomic {
        assert(good <= h);
        assert(read_to == 255 || read_to == h);
        end_ = h;
        confirmed = true /* from here on it stands; the message is on its way, or nobody is there to read it */
    };
killed:
    BURY;
    gone_s = true
}

proctype consumer()
{
    byte me = 3, c, word, close;
    bool ok, dead;

    do
    :: c == M -> break
    :: c < M ->
        LD(word, STATE + c, ACQ);
        if
        :: word != COMMITTED(c) ->
            LD(close, CLOSE, ACQ);
            LOCKTRY(dead, LEASE);
            if :: dead -> UNLOCK(LEASE) :: else fi;
#ifndef MUT_NO_RELOOK
            LD(word, STATE + c, ACQ)
#endif
        :: else
        fi;
        if
        :: word == COMMITTED(c) ->
            assert(end_ == 255 || c < end_);
            c++
        :: word != COMMITTED(c) && (close == FINAL || dead) -> break
        :: else ->
            if
            :: LATEST(STATE + c) != word || LATEST(CLOSE) != close || holder[LEASE] == 0
            :: gone_s && done_a && done_p && LATEST(CLOSE) == close && LATEST(STATE + c) == word && holder[LEASE] != 0 -> goto killed /* EEMPTY */
            fi
        fi;
        word = 0; close = 0; dead = false
    od;
    atomic {
        assert(end_ == 255 || c == end_ || c == M && end_ == M);
        if :: close == FINAL || dead -> read_to = c :: else fi
    };
killed:
    BURY
}

init {
    atomic {
        holder[LEASE] = 1 + PRODUCER;
        run producer();
        run attendant();
        run successor();
        run consumer();
    }
}
