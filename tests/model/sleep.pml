/* SPDX-License-Identifier: Apache-2.0
 *
 * sleep.pml - consumers that sleep until a commit or the end: nobody sleeps for ever, and who is told that nothing more comes has
 * had every message. A lost wake-up is an invalid end state.
 * The code: dh_slot_rw_commit, dhi_wake_consumers, dhi_slot_rw_close; dhi_sleep_until_commit, sleep_once, producer_gone.
 * Sizes: -DNC sleepers that each take -DM messages (each in a slot of its own: the ring is ring.pml), then, with -DCLOSE, the end.
 * -DBELL: the sleepers wait in event loops: a packet on a socket each in place of the futex (dhi_bells_ring, arm_bell).
 * -DASK (decisions 73, 74: strict blocks, dhi_wish): sleepers write nothing that others read; who is about to sleep asks a thread of the producer's, which raises
 * the hint and answers, and sleeps when it has heard that.
 * -DALARM: the kernel rings each sleeper's alarm when the producer dies, before its lease is free (decision 47, 80). -DMUT_ONE_ALARM: one for
 * all; the kernel wakes one of them, who wakes the others.
 * -DSTRAY: something lowers the hint at any moments. -DROUSE: while the producer's process lives, all are woken when nothing else happens.
 * -DMEMB: the block uses membarrier. -DSLICE: a sleep ends by itself when nothing else happens. Mortal: 1 the producer, 2 a sleeper; the
 * producer's lease is byte 0.
 */
#ifndef NC
#define NC 2
#endif
#ifndef M
#define M 2
#endif
#ifdef ASK
#define NP         (2 + NC)
#define ATTENDANT  (1 + NC)
#elif defined STRAY
#define NP         (2 + NC)
#define STRAYER    (1 + NC)
#else
#define NP    (1 + NC)
#endif
#define STATE 0
#define HINT  M
#define EPOCH (M + 1)
#define ENDED (M + 2)
#define NA    (M + 3 + NP)
#define H     15
#ifdef MUT_EPOCH
#define O_EPOCH RLX
#else
#define O_EPOCH REL
#endif
#ifdef MUT_EPOCH_LOAD
#define O_EPOCH_LOAD RLX
#else
#define O_EPOCH_LOAD ACQ
#endif
#ifdef MUT_ENDED
#define O_ENDED RLX
#else
#define O_ENDED REL
#endif
#ifdef MUT_ENDED_LOAD
#define O_ENDED_LOAD RLX
#else
#define O_ENDED_LOAD ACQ
#endif
#if defined MEMB || defined MUT_NO_COMMIT_FENCE
#define STORELOAD_HOT skip
#else
#define STORELOAD_HOT FENCE(FULL)
#endif
#ifdef MUT_NO_HINT_FENCE
#define STORELOAD_RARE skip
#elif defined MEMB && !defined MUT_NO_MEMBARRIER
#define STORELOAD_RARE MEMBARRIER
#else
#define STORELOAD_RARE FENCE(FULL)
#endif
#ifdef ALARM
byte rung; /* a bit for each sleeper; not a word of the model's memory: only the kernel writes it, and who is woken by it looks at the lease */
#define RUNG (rung >> me & 1)
#else
#define RUNG false
#endif
#if defined ROUSE && (defined CLOSE || defined DEATHS)
#define WOKEN (RUNG || timeout && holder[0] != 0)
#elif defined ROUSE
#define WOKEN (RUNG || timeout) /* its process lives on */
#elif defined ALARM
#define WOKEN RUNG
#endif
#include "mem.pml"

#ifdef BELL
#ifdef RC /* a packet passes views on, as everything in the kernel does */
#define KERNEL(step) OP(d_step { THROUGH_(EPOCH); step })
#else
#define KERNEL(step) OP(atomic { DRAINED_(me) -> step })
#endif
byte bell[NP];
#if NC > 1
#define RING KERNEL(bell[1] = 1; bell[2] = 1)
#else
#define RING KERNEL(bell[1] = 1)
#endif
#define WAKE STMW(HINT, 0, RLX); RING
#elif defined MUT_CLEAR_LATE
#define WAKE LD(epoch, EPOCH, RLX); ST(EPOCH, epoch + 1, O_EPOCH); FUTEX_WAKE(EPOCH); STMW(HINT, 0, RLX); epoch = 0
#else
#define WAKE LD(epoch, EPOCH, RLX); STMW(HINT, 0, RLX); ST(EPOCH, epoch + 1, O_EPOCH); FUTEX_WAKE(EPOCH); epoch = 0
#endif

#ifdef ASK
byte asked, heard; /* a bit for each sleeper: packets on its connection, whose lock in the kernel is its own */
#ifdef RC
#define PACKET(who, step) OP(d_step { THROUGH_(((who) == 1 -> HINT : ENDED)); step })
#else
#define PACKET(who, step) OP(atomic { DRAINED_(me) -> step })
#endif
#if defined CLOSE || DEATHS > 0
#define HUNG_UP (holder[0] == 0)
#else
#define HUNG_UP false
#endif
#ifdef MUT_NOT_HEARD
#define ASK_AND_HEAR PACKET(me, asked = asked | (1 << me))
#else
#define ASK_AND_HEAR PACKET(me, asked = asked | (1 << me)); \
        OP(((heard >> me & 1) || HUNG_UP)); \
        PACKET(me, heard = heard & ~(1 << me))
#endif
#endif

#ifdef RC /* raising what the raiser itself sees raised adds nothing; without this a sleeper that looks again and again never repeats a state */
#define RAISE_HINT if :: KNOWS_LATEST(HINT) && LATEST(HINT) == 1 :: else -> STMW(HINT, 1, RLX) fi
#else
#define RAISE_HINT STMW(HINT, 1, RLX)
#endif

proctype producer()
{
    byte me = 0, n, hint, epoch;

    do
    :: n == M -> break
    :: n < M ->
        ST(STATE + n, COMMITTED(n), REL);
        n++;
        STORELOAD_HOT;
        LD(hint, HINT, RLX);
        if :: hint != 0 -> hint = 0; WAKE :: else fi
    od;
    n = 0;
#ifdef CLOSE
    ST(ENDED, 1, O_ENDED);
    WAKE;
#endif
killed:
#ifdef MUT_ONE_ALARM
    if
    :: asleep[1] != 0 -> rung = 2
    :: asleep[2] != 0 -> rung = 4
    :: asleep[1] == 0 && asleep[2] == 0 -> rung = 6 /* who comes later finds the word changed */
    fi;
#elif defined ALARM
    rung = 6;
#endif
    BURY
}

proctype sleeper(byte me)
{
    byte c, epoch, word, gone, lives;

    do
#ifndef CLOSE
    :: c == M -> break
    :: c < M ->
#else
    ::
#endif
#ifdef MUT_READY_FIRST
        LD(word, STATE + (c < M -> c : 0), ACQ);
#endif
#ifndef MUT_EPOCH_AFTER_END /* the epoch from before the look at the end: a wake since then changes it */
        LD(epoch, EPOCH, O_EPOCH_LOAD);
#endif
        gone = 0;
#if defined CLOSE || DEATHS > 0 /* producer_gone */
        LD(gone, ENDED, O_ENDED_LOAD);
        LOCKTRY(lives, 0);
        if :: lives -> UNLOCK(0); gone = (gone -> gone : 2) :: else fi;
        lives = 0;
#endif
#ifndef MUT_READY_FIRST
        LD(word, STATE + (c < M -> c : 0), ACQ);
#endif
        if
        :: c < M && word == COMMITTED(c) -> word = 0; epoch = 0; c++; goto next
        :: else
        fi;
        word = 0;
        if
        :: gone == 1 -> assert(c == M); goto out
        :: gone == 2 -> goto out
        :: else -> gone = 0
        fi;
        /* sleep_once */
#if !defined MUT_EPOCH_LATE && defined MUT_EPOCH_AFTER_END
        LD(epoch, EPOCH, O_EPOCH_LOAD);
#endif
#if defined BELL && !defined MUT_SILENCE_LATE
        KERNEL(bell[me] = 0);
#endif
#ifdef ASK
        ASK_AND_HEAR;
#else
        RAISE_HINT;
        STORELOAD_RARE;
#endif
#ifndef MUT_NO_SECOND_LOOK
        LD(word, STATE + (c < M -> c : 0), ACQ);
#endif
        if
        :: c < M && word == COMMITTED(c) -> word = 0; epoch = 0; c++; goto next
        :: else -> word = 0
        fi;
#ifdef MUT_SILENCE_LATE
        KERNEL(bell[me] = 0);
#endif
#ifdef MUT_EPOCH_LATE
        LD(epoch, EPOCH, O_EPOCH_LOAD);
#endif
#ifdef BELL
#if defined CLOSE || DEATHS > 0
        OP((bell[me] != 0 || holder[0] == 0)); /* poll: rung, or hung up */
#else
        OP((bell[me] != 0));
#endif
#else
        FUTEX_WAIT(EPOCH, epoch);
#endif
#ifdef MUT_ONE_ALARM
        if :: RUNG -> OP(rung = 6) :: else fi; /* hear_alarm */
#endif
        epoch = 0;
next:   skip
    od;
out:
killed:
    BURY
}

#ifdef ASK
/* grant, in visit.c: one at a time, in any order. It ends with its process. */
proctype attendant()
{
    byte me = ATTENDANT, who;

end:
    do
    :: atomic { asked & 2 -> who = 1 }
       goto answer
#if NC > 1
    :: atomic { asked & 4 -> who = 2 }
       goto answer
#endif
    :: HUNG_UP -> break
    od;
    goto killed;
answer:
    skip;
    PACKET(who, asked = asked & ~(1 << who));
#ifdef MUT_HEARD_FIRST
    PACKET(who, heard = heard | (1 << who));
#endif
    RAISE_HINT;
    STORELOAD_RARE;
#ifndef MUT_HEARD_FIRST
    PACKET(who, heard = heard | (1 << who));
#endif
    who = 0;
    goto end;
killed:
    BURY
}
#endif

#ifdef STRAY
proctype strayer()
{
    byte me = STRAYER;

    STMW(HINT, 0, RLX);
    STMW(HINT, 0, RLX);
killed:
    BURY
}
#endif

init {
    atomic {
        holder[0] = 1;
#ifdef STRAY
        run strayer();
#endif
        run producer();
#ifdef ASK
        run attendant();
#endif
        run sleeper(1);
#if NC > 1
        run sleeper(2);
#endif
    }
}
