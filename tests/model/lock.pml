/* SPDX-License-Identifier: Apache-2.0
 *
 * lock.pml - a lock of a shared zone whose owner dies at any step: one owner at a time, each sees what the last one wrote, who comes
 * after a death is told so until the zone was declared consistent, nobody sleeps for ever.
 * The code: dhi_lock_take, take_from_dead, wait_a_slice, keep_bits, dhi_lock_give, dhi_lock_consistent, dhi_locks_settle; the
 * parts of dhi_join, dhi_leave and dhi_reap that settle locks.
 * 0 the first owner of record 0; 1 another consumer, in record 1; 2 a newcomer who takes record 0 over as soon as its byte is
 * free; 3, with -DREAPER, who reaps record 0. Each locks, adds one to a plain value, gives back, leaves. Who finds an owner dead
 * sets the value right and says so. Mortal: 1, 2, 4, 8 as above.
 */
#ifdef REAPER
#define NP 4
#else
#define NP 3
#endif
#ifndef DEATHS
#define DEATHS 1
#endif
#ifndef MORTAL
#define MORTAL 1
#endif
#define WORD    0
#define VALUE   1
#define NA      (2 + NP)
#define H       15
#define OWNER   7
#define WAITERS 8
#define DIED    16
#ifdef MUT_SWAP_ACQUIRE
#define O_SWAP REL
#elif defined MUT_SWAP_RELEASE
#define O_SWAP ACQ
#else
#define O_SWAP FULL /* acquire and release */
#endif
#include "mem.pml"

byte inside;  /* how many own the lock */
byte count;   /* what the value should be */
bool dirty;   /* an owner is, or died, between */

#ifdef MUT_NO_DIED
#define DIED_MARK 0
#else
#define DIED_MARK DIED
#endif
/* dhi_locks_settle(record 0 or 1): the caller holds its byte */
#ifdef MUT_SETTLE_STORES
#define SETTLE(id) LD(word, WORD, RLX); if :: (word & OWNER) == id -> ST(WORD, DIED_MARK, REL); FUTEX_WAKE(WORD) :: else fi; word = 0
#else
#define SETTLE(id)                                                                   \
    LD(word, WORD, RLX);                                                             \
    ok = 0;                                                                          \
    do                                                                               \
    :: (word & OWNER) == id && !ok -> CAS(ok, WORD, word, DIED_MARK, O_SWAP)         \
    :: else -> break                                                                 \
    od;                                                                              \
    if :: ok -> WAKE_UP :: else fi;                                                  \
    ok = 0; word = 0
#endif
#ifdef MUT_GIVE_SILENTLY
#define WAKE_UP skip
#else
#define WAKE_UP FUTEX_WAKE(WORD)
#endif

/* Take the lock, use it, give it back. `id` is the owner's number, 2 + record. */
#define WORK(id)                                                                     \
    do                                                                               \
    ::  LD(word, WORD, RLX);                                                         \
        if                                                                           \
        :: (word & OWNER) == id -> died = (word & DIED); break /* recursion, it thinks */ \
        :: (word & OWNER) == 0 ->                                                    \
            seen = word;                                                             \
            CAS(ok, WORD, word, seen | id, O_SWAP);                                  \
            if :: ok -> died = (seen & DIED); break :: else -> goto again fi    \
        :: else                                                                      \
        fi;                                                                          \
        /* take_from_dead */                                                         \
        lease = (word & OWNER) - 2;                                                  \
        PROVE_DEATH(id);                                                             \
        if                                                                           \
        :: locked ->                                                                 \
            seen = word;                                                             \
            CAS(ok, WORD, seen, (word & WAITERS) | DIED_MARK | id, O_SWAP);          \
            LET_GO(id);                                                              \
            if :: ok -> died = DIED; break :: else fi                                \
        :: else                                                                      \
        fi;                                                                          \
        locked = 0;                                                                  \
        /* wait_a_slice */                                                           \
        if                                                                           \
        :: !(word & WAITERS) ->                                                      \
            seen = word;                                                             \
            CAS(ok, WORD, seen, word | WAITERS, O_SWAP);                             \
            if :: !ok -> goto again :: else -> word = word | WAITERS fi         \
        :: else                                                                      \
        fi;                                                                          \
        FUTEX_WAIT(WORD, word);                                                      \
again:                                                                               \
        seen = 0; ok = 0; lease = 0                                                  \
    od;                                                                              \
    seen = 0; ok = 0; lease = 0; locked = 0; word = 0;                               \
    atomic { inside++; in = 1; assert(inside == 1); assert(died || !dirty); dirty = 1 }; \
    NARD(got, VALUE);                                                                \
    assert(got == count || died);                                                    \
    NAWR(VALUE, count + 1);                                                          \
    atomic { count++; dirty = 0; got = 0 };                                          \
    if                                                                               \
    :: died -> /* dhi_lock_consistent */                                             \
        KEEP(OWNER | WAITERS)                                                        \
    :: else                                                                          \
    fi;                                                                              \
    died = 0;                                                                        \
    atomic { inside--; in = 0 };                                                     \
    KEEP(DIED);                                                                      \
    if :: seen & WAITERS -> WAKE_UP :: else fi;                                      \
    seen = 0; ok = 0; word = 0

#ifdef MUT_KEEP_STORES
#define KEEP(bits) LD(word, WORD, RLX); seen = word; ST(WORD, seen & (bits), REL)
#else
#define KEEP(bits)                                                                   \
    LD(word, WORD, RLX);                                                             \
    ok = 0;                                                                          \
    do                                                                               \
    :: !ok -> seen = word; CAS(ok, WORD, word, seen & (bits), O_SWAP)                \
    :: else -> break                                                                 \
    od;                                                                              \
    ok = 0
#endif
#ifdef MUT_NO_LEASE /* asks whether the byte is free instead of taking it */
#define PROVE_DEATH(id) locked = (holder[lease] == 0)
#define LET_GO(id)      skip
#else
#define PROVE_DEATH(id) LOCKTRY(locked, lease)
#define LET_GO(id)      UNLOCK(lease)
#endif

/* `joins`: waits until the record's byte is free, as dhi_join tries them; else it has it from the start. */
proctype owner(byte me; byte record; bool joins)
{
    byte word, seen, ok, died, lease, locked, got, in;

    if
    :: joins ->
        do
        :: LOCKTRY(locked, record);
            if :: locked -> break :: else -> holder[record] == 0 fi
        od;
        locked = 0;
#ifndef MUT_NO_SETTLE
        SETTLE(2 + record)
#endif
    :: else
    fi;
    WORK(2 + record);
    SETTLE(2 + record);
killed:
    atomic { inside = inside - in; in = 0 };
    BURY
}

#ifdef REAPER
proctype reaper(byte me; byte record)
{
    byte word, ok, locked;

    LOCKTRY(locked, record);
    if
    :: locked -> SETTLE(2 + record); UNLOCK(record)
    :: else
    fi;
killed:
    BURY
}
#endif

init {
    atomic {
        holder[0] = 1;
        holder[1] = 2;
        run owner(0, 0, false);
        run owner(1, 1, false);
        run owner(2, 0, true);
#ifdef REAPER
        run reaper(3, 0);
#endif
    }
}
