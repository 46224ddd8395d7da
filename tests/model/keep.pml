/* SPDX-License-Identifier: Apache-2.0
 *
 * keep.pml - places are kept: who reads the old block when it is closed finds its place in the new one where the old one ended, however
 * late it comes; the dead do not come, and their places are given back; who was joining the old block is a reader of it, or has not begun.
 *   - the successor counts the old readers after `close = closing`, a joiner looks at close after its claim (join↔rescan's fences);
 *     -DDEAD: after the proof that the producer is dead; a joiner asks the kernel for the producer's life after its claim;
 *   - a kept place is a claim of an incarnation that no reader has (here 0), at the end of the old block; whoever moves locks its new
 *     lease byte, claims as its own incarnation (1), and only then lets the old lease byte go;
 *   - a kept place is given back by who holds both bytes: nobody can be on the way. Newcomers leave it alone.
 * Follows keep_places() and dhi_reap() (the successor's), dhi_join() and dhi_move() (the reader's), take_record() (the newcomer's). The old
 * producer's process, which stores close as it is asked to (close.pml), is one with the successor here.
 * The new ring has one slot and starts at 0 (the end of the old one). -DM messages. Mortal: 1 the reader.
 */
#ifndef M
#define M 2
#endif
#define NP    3
#define CLOSE 0
#define OLD   1 /* the claim in the old block: 0 nobody, 1 somebody */
#define NEW   2 /* the claim in the new block: incarnation * 8 + position; 7: nobody */
#define READY 3 /* the new block is offered */
#define STATE 4
#define PAY   5
#define NA    (6 + NP)
#define H     12
#define NOBODY 7
#define AT(c)  ((c) & 7)
#define INC(c) ((c) >> 3)
#define OLD_BYTE 0
#define NEW_BYTE 1
#define PRODUCER_BYTE 2
#include "mem.pml"

bool member; /* ghost: the reader was told that it reads the old block */
bool owed;   /* ghost: a place was kept for it */

#define TRY_BOTH(ok)                                                                 \
    LOCKTRY(ok, OLD_BYTE);                                                           \
    if                                                                               \
    :: ok -> LOCKTRY(ok, NEW_BYTE); if :: !ok -> UNLOCK(OLD_BYTE) :: else fi         \
    :: else                                                                          \
    fi

proctype successor()
{
    byte me = 0, n, room, claim, old;
    bool ok;

#ifdef DEAD
#ifndef MUT_NO_PROOF
    holder[PRODUCER_BYTE] == 0;
    LOCKTRY(ok, PRODUCER_BYTE);
    UNLOCK(PRODUCER_BYTE);
    ok = false;
#endif
#else
    ST(CLOSE, 1, RLX);
#ifndef MUT_NO_CLOSE_FENCE
    FENCE(FULL);
#endif
#endif
    LD(old, OLD, ACQ);
    ST(NEW, (old != 0 -> 0 : NOBODY), RLX);
    owed = old != 0;
    room = (old != 0 -> 1 : M);
    ST(CLOSE, 2, REL);
    ST(READY, 1, REL);
    do
    :: n == M -> break
    :: n < M && n >= room ->
        FENCE(FULL);
        LD(claim, NEW, ACQ);
        room = (AT(claim) == NOBODY -> M : AT(claim) + 1);
        if
        :: n >= room && INC(claim) == 0 -> /* kept, and not taken yet */
#ifdef MUT_ONE_BYTE
            LOCKTRY(ok, NEW_BYTE);
            if :: ok -> ST(NEW, claim | NOBODY, REL); UNLOCK(NEW_BYTE); ok = false :: else fi
#else
            TRY_BOTH(ok);
            if
            :: ok ->
                LD(claim, NEW, ACQ); /* taken, and dead since: returned all the same */
                ST(NEW, claim | NOBODY, REL);
                UNLOCK(NEW_BYTE); UNLOCK(OLD_BYTE); ok = false
            :: else -> (LATEST(NEW) != claim || holder[OLD_BYTE] == 0 && holder[NEW_BYTE] == 0)
            fi
#endif
        :: n >= room && INC(claim) != 0 ->
            LOCKTRY(ok, NEW_BYTE);
            if
            :: ok -> LD(claim, NEW, ACQ); ST(NEW, claim | NOBODY, REL); UNLOCK(NEW_BYTE); ok = false
            :: else -> (LATEST(NEW) != claim || holder[NEW_BYTE] == 0)
            fi
        :: else
        fi;
        claim = 0
    :: n < M && n < room ->
        ST(STATE, WRITING(n), RLX);
        NAWR(PAY, 100 + n);
        ST(STATE, COMMITTED(n), REL);
        n++
    od;
killed:
    BURY
}

proctype reader()
{
    byte me = 1, c, close, word, value;
    bool ok;

    /* joins the old block */
    LOCKTRY(ok, OLD_BYTE);
    ok = false;
    ST(OLD, 1, REL);
#ifndef MUT_NO_JOIN_FENCE
    FENCE(FULL);
#endif
#ifdef DEAD
    LOCKTRY(close, PRODUCER_BYTE);
    if :: close -> UNLOCK(PRODUCER_BYTE) :: else fi;
#else
    LD(close, CLOSE, RLX);
#endif
    if
#ifndef MUT_NO_LOOK
    :: close != 0 -> ST(OLD, 0, REL); UNLOCK(OLD_BYTE) /* it has not begun: it looks the name up again, as a newcomer */
#endif
    :: else ->
        member = true;
        AWAIT(CLOSE, 2, ACQ); /* read to the end; close.pml */
        AWAIT(READY, 1, ACQ);
        assert(owed);
#ifdef MUT_OLD_BYTE_FIRST
        UNLOCK(OLD_BYTE);
#endif
        do
        :: ok -> break
        :: !ok -> holder[NEW_BYTE] == 0; LOCKTRY(ok, NEW_BYTE)
        od;
        skip;
        LD(word, NEW, ACQ);
        assert(word == 0); /* it was kept */
        word = 0;
        ST(NEW, 8, REL); /* incarnation 1 at the end of the old block */
#ifndef MUT_OLD_BYTE_FIRST
        UNLOCK(OLD_BYTE);
#endif
        do
        :: c == M -> break
        :: c < M ->
            AWAIT(STATE, COMMITTED(c), ACQ); /* a later number would be a loss: an invalid end */
            NARD(value, PAY);
            assert(value == 100 + c);
            c++;
            ST(NEW, 8 + c, REL)
        od;
        skip;
        ST(NEW, 8 + NOBODY, REL)
    fi;
killed:
    BURY
}

/* Looks for a record in the new block, and returns those of the dead, as dhi_join and dhi_reap do. */
proctype newcomer()
{
    byte me = 2, claim;
    bool ok;

    AWAIT(READY, 1, ACQ);
    LOCKTRY(ok, NEW_BYTE);
    if
    :: ok ->
        LD(claim, NEW, ACQ);
        if
#ifndef MUT_REAP_KEPT
        :: INC(claim) == 0 && AT(claim) != NOBODY
#endif
        :: else -> ST(NEW, claim | NOBODY, REL)
        fi;
        UNLOCK(NEW_BYTE)
    :: else
    fi;
killed:
    BURY
}

#ifdef DEAD
/* The old producer: it dies at some time. */
proctype mortal()
{
    holder[PRODUCER_BYTE] = 0
}
#endif

init {
    atomic {
        INIT(NEW, NOBODY);
#ifdef DEAD
        holder[PRODUCER_BYTE] = 1 + NP;
        run mortal();
#endif
        run successor();
        run reader();
        run newcomer();
    }
}
