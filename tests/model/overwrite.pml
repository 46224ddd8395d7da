/* SPDX-License-Identifier: Apache-2.0
 *
 * overwrite.pml - full: overwrite. What a reader holds is not filled again; the producer never runs out of buffers, whoever stops
 * or dies; and the promised newest messages are readable at every step of the producer, its death included.
 * The code: collect, dhi_overwrite_acquire_write, mark_writing, dh_slot_rw_commit; reached, choose, skip_to, hold_slot, drop_hold,
 * dhi_overwrite_release_read; claim_head (of who comes late); with -DOBSERVER dhi_observe instead of the first reader.
 * With -DTRESPASS somebody who has gone wrong wipes out the first reader's hold, once or twice at any time, and may put it back:
 * dhi_overwrite_holds then tells the reader whether what it has read counts.
 * Sizes: -DS promised slots (S + 1 words), -DNC readers (the second stands still, with
 * any buffer held) of -DREADS messages each, -DM messages, -DBUFFERS. A reader whose slot has
 * no message yet ends: it has seen what there was. Mortal: 1 the producer, 2 the first reader.
 */
#ifndef S
#define S 1
#endif
#ifndef NC
#define NC 1
#endif
#ifndef M
#define M 6
#endif
#ifndef READS
#define READS 2
#endif
#ifdef MUT_NO_EXTRA_WORD
#define NS S
#else
#define NS (S + 1)
#endif
#ifndef BUFFERS
#define BUFFERS (NS + NC + 1)
#endif
#ifdef TRESPASS
#define NP    (2 + NC)
#else
#define NP    (1 + NC)
#endif
#define STATE 0
#define FIELD NS
#define HOLD  (2 * NS)
#define PAY   (2 * NS + NC)
#ifdef TRESPASS
#define REFILL (PAY + BUFFERS)
#define NA     (REFILL + BUFFERS + NP)
#else
#define NA    (PAY + BUFFERS + NP)
#endif
#define H     15
#ifdef MUT_COMMIT
#define O_COMMIT RLX
#else
#define O_COMMIT REL
#endif
#ifdef MUT_CHOOSE
#define O_CHOOSE RLX
#else
#define O_CHOOSE ACQ
#endif
#ifdef MUT_HOLD
#define O_HOLD RLX
#else
#define O_HOLD REL
#endif
#ifdef MUT_DROP
#define O_DROP RLX
#else
#define O_DROP REL
#endif
#ifdef MUT_COLLECT
#define O_COLLECT RLX
#else
#define O_COLLECT ACQ
#endif
#include "mem.pml"
#ifdef MUT_NO_REFILL_FENCE
#define REFILL_FENCE
#else
#define REFILL_FENCE FENCE(REL)
#endif
#if defined OBSERVER || defined TRESPASS /* copies what nobody holds: payload as relaxed atomics on both sides */
#define FILL(a, v) ST(a, v, RLX)
#define LOOK(v, a) LD(v, a, RLX)
#else
#define FILL(a, v) NAWR(a, v)
#define LOOK(v, a) NARD(v, a)
#endif
#ifdef TRESPASS /* the hold has two writers */
#define SETHOLD(a, v, o) STMW(a, v, o)
#else
#define SETHOLD(a, v, o) ST(a, v, o)
#endif

byte committed; /* how many the producer has committed */

proctype producer()
{
    byte me = 0, n, i, hold, n_free, free_buffers[BUFFERS], published[NS], buffer;
    byte taken; /* one bit a buffer */

    for (i : 0 .. NS - 1) { published[i] = BUFFERS }
    i = 0;
    do
    :: n == M -> break
    :: n < M ->
        if
        :: n_free == 0 -> /* collect */
            taken = 0;
            for (i : 0 .. NS - 1) { if :: published[i] < BUFFERS -> taken = taken | (1 << published[i]) :: else fi }
            i = 0;
#ifndef MUT_NO_COLLECT_FENCE
            FENCE(FULL);
#endif
            do
            :: i < NC -> LD(hold, HOLD + i, O_COLLECT);
                if :: hold > 0 -> taken = taken | (1 << (hold - 1)) :: else fi;
                i++
            :: i == NC -> break
            od;
            for (i : 0 .. BUFFERS - 1) {
                if :: !((taken >> i) & 1) -> free_buffers[n_free] = i; n_free++ :: else fi
            }
            assert(n_free > 0); /* never out of buffers */
            i = 0; hold = 0; taken = 0
        :: else
        fi;
        n_free--; buffer = free_buffers[n_free]; free_buffers[n_free] = 0;
#ifdef TRESPASS
#ifndef MUT_NO_REFILL
        ST(REFILL + buffer, n + 1, RLX); /* a number of its own for each time */
#endif
        REFILL_FENCE;
#endif
        FILL(PAY + buffer, 100 + n);
#ifndef MUT_NO_MARK
        ST(STATE + n % NS, WRITING(n), RLX);
#endif
#ifndef MUT_NO_MARK_FENCE
        FENCE(REL);
#endif
        published[n % NS] = buffer;
        ST(FIELD + n % NS, buffer, RLX);
        buffer = 0;
        ST(STATE + n % NS, COMMITTED(n), O_COMMIT);
        n++;
        committed = n
    od;
killed:
    BURY;
    assert(n == 0 || LATEST(STATE + (n - 1) % NS) == COMMITTED(n - 1)); /* the newest is there */
    assert(n < 2 || S < 2 || LATEST(STATE + (n - 2) % NS) == COMMITTED(n - 2))
}

#define HEAD(h)                                                                      \
    h = 0; i = 0;                                                                    \
    do                                                                               \
    :: i < NS -> LD(again, STATE + i, ACQ);                                          \
        again = (again >> 2) + ((again & 3) == 2);                                   \
        if :: again > h -> h = again :: else fi;                                     \
        i++                                                                          \
    :: i == NS -> break                                                              \
    od;                                                                              \
    i = 0; again = 0

/* From position `next` until READS were taken, or there is nothing yet. */
proctype reader(byte me; bool late)
{
    byte next, reads, word, sequence, buffer, again, got, i, head, attempt;
#ifdef TRESPASS
    byte refill;
#endif

    if
    :: late -> holder[0] == 0; LOCKTRY(got, 0); got = 0; HEAD(head); next = (head > 0 -> head - 1 : 0)
    :: else
    fi;
    head = 0;
    do
    :: reads == READS -> break
    :: reads < READS ->
        LD(word, STATE + next % NS, O_CHOOSE);
        sequence = word >> 2;
        if
        :: sequence > next -> /* gone: the newest S below are promised */
            head = sequence + ((word & 3) == 2);
            if
            :: attempt > 2 -> HEAD(head); head = head - 1
            :: else -> head = head - S
            fi;
            assert(head > next);
            next = head; head = 0; attempt = (attempt > 2 -> 3 : attempt + 1)
        :: sequence < next || (sequence == next && (word & 3) != 2) -> break
        :: sequence == next && (word & 3) == 2 ->
            head = 0;
#if S == 1
            HEAD(head);
#endif
            if
            :: head > next + 1 -> next = head - 1; head = 0
            :: else ->
                head = 0;
                LD(buffer, FIELD + next % NS, RLX);
                SETHOLD(HOLD + me - 1, buffer + 1, O_HOLD);
#ifdef TRESPASS
                LD(refill, REFILL + buffer, RLX);
#endif
#ifndef MUT_NO_HOLD_FENCE
                FENCE(FULL);
#endif
#ifdef MUT_NO_SECOND_LOOK
                again = word;
#else
                LD(again, STATE + next % NS, ACQ);
#endif
                if
                :: again == word ->
                    again = 0;
                    LOOK(got, PAY + buffer);
#ifdef TRESPASS
#ifndef MUT_NO_RECHECK_FENCE
                    FENCE(ACQ);
#endif
                    LD(again, STATE + next % NS, RLX);
                    if
                    :: again == word -> assert(got == 100 + next)
                    :: else ->
                        LD(again, REFILL + buffer, RLX);
                        assert(again != refill || got == 100 + next) /* else it is told, and does not count */
                    fi;
                    again = 0; refill = 0;
#else
                    assert(got == 100 + next);
#endif
                    got = 0;
#if !defined RC && !defined TRESPASS
                    NARD(got, PAY + buffer);
                    assert(got == 100 + next);
                    got = 0;
#endif
                    SETHOLD(HOLD + me - 1, 0, O_DROP);
                    next++; reads++; attempt = 0
                :: else ->
                    again = 0;
                    SETHOLD(HOLD + me - 1, 0, O_DROP);
                    attempt = (attempt > 2 -> 3 : attempt + 1)
                fi;
                buffer = 0
            fi
        fi;
        word = 0; sequence = 0
    od;
    assert(!late || next == committed); /* who comes late gets the newest, and nothing else */
    assert(!late || reads == (committed > 0));
killed:
    BURY
}

#ifdef TRESPASS
proctype trespasser(byte me)
{
    byte held;

    LD(held, HOLD, RLX);
    STMW(HOLD, 0, RLX);
    if :: STMW(HOLD, held, RLX) :: skip fi;
killed:
    BURY
}
#endif

#ifdef OBSERVER
proctype observer(byte me)
{
    byte n, word, buffer, got, again;

    if :: n = 0 :: n = 1 fi;
    LD(word, STATE + n % NS, ACQ);
    if
    :: word == COMMITTED(n) ->
        LD(buffer, FIELD + n % NS, RLX);
        LD(got, PAY + buffer, RLX);
#ifndef MUT_NO_LOOK_FENCE
        FENCE(ACQ);
#endif
        LD(again, STATE + n % NS, RLX);
        assert(again != word || got == 100 + n)
    :: else
    fi;
killed:
    BURY
}
#endif

init {
    atomic {
#if NC > 1 /* a second consumer that stands still for ever, with any hold: stopped, dead, or hostile */
        do
        :: LATEST(HOLD + 1) < BUFFERS -> INIT(HOLD + 1, LATEST(HOLD + 1) + 1)
        :: break
        od;
#endif
        holder[0] = 1; /* the producer's lease */
        run producer();
#ifdef TRESPASS
        run trespasser(NC + 1);
#endif
#ifdef OBSERVER
        run observer(1);
#elif defined LATE
        run reader(1, true);
#else
        run reader(1, false);
#endif
    }
}
