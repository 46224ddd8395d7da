/* SPDX-License-Identifier: Apache-2.0
 *
 * join.pml - a consumer joins a ring that runs, reads, and leaves: it is never lapped, never stuck, and holds nobody up afterwards.
 * The code: claim_head, dhi_block_head, dhi_wait_acquire_read, dhi_wait_release_read, clear_record; find_room, dhi_smallest_claim.
 * Sizes: -DK slots, -DM messages, -DREADS messages until the joiner leaves; -DOLD: another consumer is there from the start
 * (-DSTEADY: it alone).
 * Positions have -DBITS bits instead of 31 (7: no wrap within M); a lag above half of them is a claim above the head, as in the code.
 * -DBATCH: the producer loans up to so many slots at once, and may abort the last ones; marks carry the head, not their own sequence, so that
 * no joiner takes a message that nobody has committed for one that it need not wait for (-DMUT_MARK_OWN: their own).
 * -DHELPER: commits are made by a helper, behind the producer (behind.c), which loans up to a ring beyond what was seen; what they tell each other
 * under their lock is a word of each. With nobody there, and for who joins meanwhile, claims begin at what was seen (-DMUT_ROOM_BY_NEXT: at
 * what is loaned next); marks carry that, too (-DMUT_MARK_OWN: their own).
 * claim_head repeats its first claim while the head has moved by more than HONOURED meanwhile; -DMUT_FIRST_CLAIM_ONCE: it does not.
 */
#ifndef K
#define K 2
#endif
#ifndef M
#define M 4
#endif
#ifndef READS
#define READS M
#endif
#ifndef BITS
#define BITS 7
#endif
#if defined OLD || defined STEADY
#define NC 2
#else
#define NC 1
#endif
#ifdef HELPER
#define EXTRA 2
#define NP    (2 + NC)
#else
#define EXTRA 0
#define NP    (1 + NC)
#endif
#define STATE    0
#define PAY      K
#define CLAIM    (2 * K)
#define SHOWN    (CLAIM + NC)     /* the helper's: the head */
#define HANDED   (CLAIM + NC + 1) /* the producer's */
#define NA       (2 * K + NC + EXTRA + NP)
#ifdef BATCH
#define H        15
#else
#define H        (2 * M + 2)
#endif
#define POSITION ((1 << BITS) - 1)
#define NOBODY   128 /* the FREE bit */
#define HONOURED (POSITION / 2 - 2 * K)
#ifdef MUT_COMMIT
#define O_COMMIT RLX
#else
#define O_COMMIT REL
#endif
#ifdef MUT_HEAD
#define O_HEAD RLX
#else
#define O_HEAD ACQ
#endif
#ifdef MUT_CLAIM
#define O_CLAIM RLX
#else
#define O_CLAIM REL
#endif
#ifdef MUT_SCAN
#define O_SCAN RLX
#else
#define O_SCAN ACQ
#endif
#ifdef MUT_LEAVE
#define O_LEAVE RLX
#else
#define O_LEAVE REL
#endif
#ifdef MUT_MARK_OWN
#define MARKED(i) (i)
#else
#define MARKED(i) 0
#endif
#include "mem.pml"

#define FREE(n) ((n) << 2)
byte begun; /* commits that began: never below the head */

proctype producer()
{
    byte me = 0, n, room, claim, worst, gate, seen, i;
#ifdef BATCH
    byte many, aborted; /* once in a run */
#endif
#ifdef HELPER
    byte shown;
#endif

    do
    :: n == M -> break
    :: n < M && n >= room -> /* find_room */
#ifdef HELPER
        LD(shown, SHOWN, ACQ);
        do
        :: n - shown >= K -> (LATEST(SHOWN) != shown); LD(shown, SHOWN, ACQ)
        :: else -> break
        od;
        skip;
#endif
#ifndef MUT_NO_SCAN_FENCE
        FENCE(FULL);
#endif
        i = 0;
        do
        :: i < NC -> LD(claim, CLAIM + i, O_SCAN);
            if
            :: claim >= NOBODY
            :: claim < NOBODY && ((n - claim) & POSITION) > POSITION / 2 -> /* above the head: ignored, and counted as a bad one */
                assert(BITS < 7)
            :: claim < NOBODY && ((n - claim) & POSITION) <= POSITION / 2 && ((n - claim) & POSITION) > worst ->
                worst = (n - claim) & POSITION; gate = i; seen = claim
            :: else
            fi;
            i++
        :: i == NC -> break
        od;
#ifdef MUT_NOBODY_IS_INFINITE
        room = (worst == 0 -> M : (worst <= n -> n - worst : 0) + K);
#else
        room = (worst <= n -> n - worst : 0) + K;
#endif
#if defined HELPER && !defined MUT_ROOM_BY_NEXT
        room = (shown + K < room -> shown + K : room);
#endif
        if :: n >= room -> (LATEST(CLAIM + gate) != seen) :: else fi;
        claim = 0; worst = 0; gate = 0; seen = 0; i = 0
    :: n < M && n < room ->
#ifdef BATCH
        many = (M - n < room - n -> M - n : room - n);
        many = (many < BATCH -> many : BATCH);
        i = 0;
        do
        :: i < many -> ST(STATE + (n + i) % K, WRITING(n + MARKED(i)), RLX); i++
        :: i == many -> break
        od;
        skip; /* a break may not lead into a d_step */
        FENCE(REL);
        i = 0;
        do
        :: i < many -> NAWR(PAY + (n + i) % K, 100 + n + i); i++
        :: i == many -> break
        od;
        i = n + many; many = 0;
        do
        :: n < i -> begun++; ST(STATE + n % K, COMMITTED(n), O_COMMIT); n++
        :: n < i && !aborted -> aborted = 1; break
        :: n == i -> break
        od;
        many = i - n; i = 0;
        do
        :: i < many -> ST(STATE + (n + i) % K, FREE(n + MARKED(i)), RLX); i++
        :: i == many -> break
        od;
        i = 0; many = 0
#elif defined HELPER
        LD(shown, SHOWN, ACQ);
#ifdef MUT_MARK_OWN
        shown = n;
#endif
        ST(STATE + n % K, WRITING(shown), RLX);
        shown = 0;
        FENCE(REL);
        NAWR(PAY + n % K, 100 + n);
        n++;
        ST(HANDED, n, REL)
#else
        ST(STATE + n % K, WRITING(n), RLX);
        FENCE(REL);
        NAWR(PAY + n % K, 100 + n);
        begun++;
        ST(STATE + n % K, COMMITTED(n), O_COMMIT);
        n++
#endif
    od;
    BURY
}

#ifdef HELPER
proctype helper()
{
    byte me = NP - 1, h, seen;

    do
    :: h == M -> break
    :: h < M && seen <= h -> LD(seen, HANDED, ACQ);
        if :: seen <= h -> (LATEST(HANDED) != seen) :: else fi
    :: h < M && seen > h ->
        begun++;
        ST(STATE + h % K, COMMITTED(h), O_COMMIT);
        h++;
        ST(SHOWN, h, REL)
    od;
    h = 0; seen = 0;
    BURY
}
#endif

#define HEAD(h)                                                                      \
    h = 0; i = 0;                                                                    \
    do                                                                               \
    :: i < K -> LD(word, STATE + i, O_HEAD);                                         \
        next = (word >> 2) + ((word & 3) == 2);                                      \
        if :: next > h -> h = next :: else fi;                                       \
        i++                                                                          \
    :: i == K -> break                                                               \
    od;                                                                              \
    i = 0; word = 0; next = 0

#define READ_ON(c, claim, until)                                                     \
    do                                                                               \
    :: c == M || c == until -> break                                                 \
    :: c < M && c != until ->                                                        \
        AWAIT(STATE + c % K, COMMITTED(c), ACQ);                                     \
        NARD(got, PAY + c % K);                                                      \
        assert(got == 100 + c);                                                      \
        got = 0;                                                                     \
        AGAIN(c)                                                                     \
        c++;                                                                         \
        ST(claim, c & POSITION, O_CLAIM)                                             \
    od
#ifdef RC
#define AGAIN(c)
#else
#define AGAIN(c) NARD(got, PAY + c % K); assert(got == 100 + c); got = 0;
#endif

proctype joiner()
{
    byte me = 1, i, word, next, head, c, got;

    HEAD(head);
#ifndef MUT_NO_FIRST_CLAIM
    ST(CLAIM, head & POSITION, REL);
#endif
#ifndef MUT_NO_JOIN_FENCE
    FENCE(FULL);
#endif
#ifdef MUT_NO_SECOND_HEAD
    c = head;
#else
    HEAD(c);
#endif
#ifndef MUT_FIRST_CLAIM_ONCE
    do
    :: c - head > HONOURED -> head = c; ST(CLAIM, head & POSITION, REL); FENCE(FULL); HEAD(c)
    :: else -> break
    od;
    skip; /* a break may not lead into a d_step */
#endif
    ST(CLAIM, c & POSITION, RLX);
    assert(c <= begun); /* nothing that is committed from now on is missed */
    head = c; /* from here: where it began */
    READ_ON(c, CLAIM, head + READS);
    c = 0; head = 0;
    ST(CLAIM, LATEST(CLAIM) | NOBODY, O_LEAVE);
    BURY
}

#if defined OLD || defined STEADY
proctype consumer()
{
    byte me = 2, c, got;

    READ_ON(c, CLAIM + 1, M);
    BURY
}
#endif

init {
    atomic {
        INIT(CLAIM, NOBODY);
        run producer();
#ifdef HELPER
        run helper();
#endif
#ifndef STEADY
        run joiner();
#endif
#if defined OLD || defined STEADY
        run consumer();
#endif
    }
}
