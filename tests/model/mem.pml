/* SPDX-License-Identifier: Apache-2.0
 *
 * mem.pml - shared memory as three machines see it; the models are written once, in the words of runtime/base/atomic.h.
 *
 *      -DSC     one step after the other
 *      -DTSO    x86: each process has a FIFO of BUF stores that drains at any time; loads look there first; full fences and locked
 *               instructions wait until it is empty
 *      -DRC     the machine of views: C11's release/acquire/relaxed/seq_cst fences (RC11), operationally. Each word keeps its
 *               writes in modification order; a process may read any that is not older than the newest it knows of (its view).
 *               Release stores carry the writer's view along, acquire loads take it over; fences as C11 has them.
 *               Plain data (NAWR, NARD) is watched by clocks: two accesses that no order separates are a data race, an error.
 *               Not there: a load that sees a store which depends on it ("out of thin air", load buffering). RC11 forbids that
 *               for atomics too; for plain data the clocks find it.
 *
 * A model defines before the include: NP (processes, 0…NP-1 = `me`, a local of each), NA (words, its own first, then NP clocks: the
 * words of the model are 0…NA-NP-1; under -DRC at most 16 in all), H (writes that a word remembers under -DRC, at most 15).
 * Death: with -DDEATHS=n at most n of the processes in the mask MORTAL stop before any of their accesses: `goto killed`.
 * What a process did before it was killed becomes visible, and only then are its leases released: an interrupt is precise, and the kernel's
 * locks order. A store that never becomes visible is a death one step earlier.
 */
#if !defined SC && !defined TSO && !defined RC
#define RC
#endif
#ifndef DEATHS
#define DEATHS 0
#endif
#ifndef MORTAL
#define MORTAL 0
#endif
#define RLX  0
#define ACQ  1
#define REL  2
#define FULL 3
#define NB   4 /* lease bytes, and futex queues */

#if DEATHS > 0
byte deaths = DEATHS;
#define OP(step)                                                                     \
    if                                                                               \
    :: atomic { deaths > 0 && ((MORTAL >> me) & 1) -> deaths--; goto killed }        \
    :: step                                                                          \
    fi
#else
#define OP(step) step
#endif

byte holder[NB]; /* of each lease byte: 0, or 1 + who */
byte asleep[NP]; /* 0, or 1 + the word slept on */

/* ------------------------------------------------------------------ SC and TSO */
#if defined SC || defined TSO
byte mem[NA];
#define INIT(a, v)   mem[a] = v
#define LATEST(a)    mem[a]
#ifdef TSO
#define BUF 3
byte bn[NP], ba[NP * BUF], bv[NP * BUF];
#define AT_(i, a)    (bn[me] > i && ba[me * BUF + i] == (a))
#define SEEN_(a)     (AT_(2, a) -> bv[me * BUF + 2] : (AT_(1, a) -> bv[me * BUF + 1] : (AT_(0, a) -> bv[me * BUF] : mem[a])))
#define DRAINED_(p)  (bn[p] == 0)
#define ST(a, v, o)  OP(atomic { bn[me] < BUF -> ba[me * BUF + bn[me]] = a; bv[me * BUF + bn[me]] = v; bn[me]++ })
#define FENCE(o)     OP((o != FULL || DRAINED_(me)))
#define DRAIN_(p)                                                                    \
    atomic { bn[p] > 0 -> mem[ba[p * BUF]] = bv[p * BUF];                            \
             ba[p * BUF] = ba[p * BUF + 1]; bv[p * BUF] = bv[p * BUF + 1];           \
             ba[p * BUF + 1] = ba[p * BUF + 2]; bv[p * BUF + 1] = bv[p * BUF + 2];   \
             ba[p * BUF + 2] = 0; bv[p * BUF + 2] = 0; bn[p]-- }
active proctype machine()
{
end:
    do
    :: DRAIN_(0)
#if NP > 1
    :: DRAIN_(1)
#endif
#if NP > 2
    :: DRAIN_(2)
#endif
#if NP > 3
    :: DRAIN_(3)
#endif
    od
}
#else
#define SEEN_(a)     mem[a]
#define DRAINED_(p)  true
#define ST(a, v, o)  OP(mem[a] = v)
#define FENCE(o)     OP(skip)
#endif
#define STMW(a, v, o)     ST(a, v, o)
#define LD(dst, a, o)     OP(dst = SEEN_(a))
#define AWAIT(a, v, o)    OP((SEEN_(a) == (v)))
#define NAWR(a, v)        ST(a, v, RLX)
#define NARD(dst, a)      LD(dst, a, RLX)
/* ok: whether old became new; otherwise old is what was there */
#define CAS(ok, a, old, new, o)                                                      \
    OP(atomic { DRAINED_(me) -> if :: mem[a] == old -> mem[a] = new; ok = 1 :: else -> old = mem[a]; ok = 0 fi })
#define FENCE_FOR(p)      DRAINED_(p)
#define FUTEX_WAIT(a, v)                                                             \
    OP(atomic { DRAINED_(me) -> if :: mem[a] == (v) -> asleep[me] = 1 + (a) :: else fi }); AWAKE
#define FUTEX_WAKE(a)     OP(d_step { DRAINED_(me) -> WAKE_ALL_(a) })
#define LOCKTRY(ok, b)                                                               \
    OP(atomic { DRAINED_(me) -> if :: holder[b] == 0 || holder[b] == 1 + me -> holder[b] = 1 + me; ok = 1 :: else -> ok = 0 fi })
#define UNLOCK(b)         OP(atomic { DRAINED_(me) -> holder[b] = 0 })
#define GIVE_UP_          DRAINED_(me)
#define RETIRE_           skip
#define FREE_BYTE_(b)     if :: holder[b] == 1 + me -> holder[b] = 0 :: else fi
#endif

/* ------------------------------------------------------------------ views */
#ifdef RC
byte hv[NA * H];  /* what each write of a word wrote, in modification order */
byte last[NA];    /* the newest of them */
byte cv[NP * NA]; /* each process: the newest write of each word that it knows of */
byte rt[NA * NP]; /* plain data: each process's clock at its last read */
byte gone_;       /* one bit a process that does nothing any more */
byte a_, v_, m_, k_, r_, x_; /* arguments of the machine; 0 between steps */
c_decl {
    typedef unsigned long view; /* four bits a word */
    typedef struct {
        view mv[NA * H]; /* what comes with each write for who acquires it */
        view av[NP];     /* what an acquire fence would add */
        view rv[NP];     /* what a relaxed store carries: the view at the last release fence */
        view sc;         /* of the seq_cst fences so far */
        view lk[NB], kb[NA]; /* with a lease byte; with the kernel's queue of a futex */
    } machine;
}
c_state "machine vm" "Global"
c_code {
    extern void (*uerror)(char *);
    static view join(view a, view b)
    {
        view r = 0;
        for (int x = 0; x < NA; x++) {
            view m = (view)15 << 4 * x, p = a & m, q = b & m;
            r |= p > q ? p : q;
        }
        return r;
    }
    static view mine(int p)
    {
        view r = 0;
        for (int x = 0; x < NA; x++) r |= (view)now.cv[p * NA + x] << 4 * x;
        return r;
    }
    static void learn(int p, view v)
    {
        for (int x = 0; x < NA; x++) {
            int t = v >> 4 * x & 15;
            if (t > now.cv[p * NA + x]) now.cv[p * NA + x] = t;
        }
    }
    static view lowered(view v, int a, int by)
    {
        int t = v >> 4 * a & 15;
        return v - ((view)(t < by ? t : by) << 4 * a);
    }
    static void renumber(int a, int by) /* nobody can read the oldest writes any more: the next one becomes number 0 */
    {
        int i;
        for (i = 0; i < H; i++) {
            now.hv[a * H + i] = i + by < H ? now.hv[a * H + i + by] : 0;
            now.vm.mv[a * H + i] = i + by < H ? now.vm.mv[a * H + i + by] : 0;
        }
        for (i = 0; i < NA * H; i++) now.vm.mv[i] = lowered(now.vm.mv[i], a, by);
        for (i = 0; i < NP; i++) {
            now.vm.av[i] = lowered(now.vm.av[i], a, by);
            now.vm.rv[i] = lowered(now.vm.rv[i], a, by);
            now.cv[i * NA + a] -= now.cv[i * NA + a] < by ? now.cv[i * NA + a] : by;
        }
        for (i = 0; i < NB; i++) now.vm.lk[i] = lowered(now.vm.lk[i], a, by);
        for (i = 0; i < NA; i++) now.vm.kb[i] = lowered(now.vm.kb[i], a, by);
        now.vm.sc = lowered(now.vm.sc, a, by);
        now.last[a] -= by;
    }
    static void forget(void)
    {
        for (int a = 0; a < NA - NP; a++) {
            int oldest = now.last[a];
            for (int p = 0; p < NP; p++)
                if (!(now.gone_ >> p & 1) && now.cv[p * NA + a] < oldest) oldest = now.cv[p * NA + a];
            if (oldest > 0) renumber(a, oldest);
        }
    }
    static void fence(int p, int o)
    {
        if (o & 1) learn(p, now.vm.av[p]), now.vm.av[p] = 0;
        if (o == 3) learn(p, now.vm.sc), now.vm.sc = mine(p);
        if (o & 2) now.vm.rv[p] = mine(p);
        forget();
    }
    static int load(int p, int a, int k, int o)
    {
        int t = now.cv[p * NA + a] + k, v = now.hv[a * H + t];
        now.cv[p * NA + a] = t;
        if (o & 1) learn(p, now.vm.mv[a * H + t]);
        else now.vm.av[p] = join(now.vm.av[p], now.vm.mv[a * H + t]);
        forget();
        return v;
    }
    static view shifted(view v, int a, int t)
    {
        return (int)(v >> 4 * a & 15) >= t ? v + ((view)1 << 4 * a) : v;
    }
    static void make_place(int a, int t) /* a write becomes the t-th: what came later moves up */
    {
        int i;
        for (i = now.last[a]; i >= t; i--) now.hv[a * H + i + 1] = now.hv[a * H + i], now.vm.mv[a * H + i + 1] = now.vm.mv[a * H + i];
        for (i = 0; i < NA * H; i++) now.vm.mv[i] = shifted(now.vm.mv[i], a, t);
        for (i = 0; i < NP; i++) {
            now.vm.av[i] = shifted(now.vm.av[i], a, t);
            now.vm.rv[i] = shifted(now.vm.rv[i], a, t);
            if (now.cv[i * NA + a] >= t) now.cv[i * NA + a]++;
        }
        for (i = 0; i < NB; i++) now.vm.lk[i] = shifted(now.vm.lk[i], a, t);
        for (i = 0; i < NA; i++) now.vm.kb[i] = shifted(now.vm.kb[i], a, t);
        now.vm.sc = shifted(now.vm.sc, a, t);
    }
    static void put(int p, int a, int v, int t, int o, view with)
    {
        if (now.last[a] + 1 >= H) uerror("the model: H is too small");
        if (t <= now.last[a]) make_place(a, t);
        now.last[a]++;
        now.cv[p * NA + a] = t;
        now.hv[a * H + t] = v;
        now.vm.mv[a * H + t] = join(join(o & 2 ? mine(p) : now.vm.rv[p], (view)t << 4 * a), with);
        forget();
    }
    static void store(int p, int a, int v, int t, int o)
    {
        put(p, a, v, t, o, 0);
    }
    static void swap(int p, int a, int v, int o) /* read-modify-write of the newest, which has a place of its own behind it */
    {
        load(p, a, now.last[a] - now.cv[p * NA + a], o);
        put(p, a, v, now.last[a] + 1, o, now.vm.mv[a * H + now.last[a]]); /* what it replaced was released with, still is */
    }
    static int plain_read(int p, int a)
    {
        int g = NA - NP + p;
        if (now.cv[p * NA + a] != now.last[a]) uerror("data race: a read, and a write that it is not ordered with");
        if (now.last[g] == 15) uerror("the model: too many reads");
        now.rt[a * NP + p] = now.cv[p * NA + g] = ++now.last[g];
        return now.hv[a * H + now.last[a]];
    }
    static void plain_write(int p, int a, int v)
    {
        if (now.cv[p * NA + a] != now.last[a]) uerror("data race: two writes");
        for (int q = 0; q < NP; q++)
            if (q != p && now.cv[p * NA + NA - NP + q] < now.rt[a * NP + q]) uerror("data race: a write, and a read that it is not ordered with");
        store(p, a, v, now.last[a] + 1, 0);
    }
    static void through(int p, view *kernel) /* a lock of the kernel was taken and given back */
    {
        learn(p, *kernel);
        *kernel = mine(p);
        forget();
    }
}
#define ARGS_(a, v)   a_ = a; v_ = v; m_ = me
#define CLEAR_        a_ = 0; v_ = 0; m_ = 0; k_ = 0; r_ = 0; x_ = 0
#define CAN_(a, k)    (cv[me * NA + (a)] + k <= last[a])
#define VAL_(a, k)    hv[(a) * H + cv[me * NA + (a)] + k]
#define INIT(a, v)    hv[(a) * H] = v
#define LATEST(a)     hv[(a) * H + last[a]]
#define LDK_(a, o)    c_code { now.r_ = load(now.m_, now.a_, now.k_, now.x_); }
/* Which of the writes that it may see: all of them, since a word remembers at most 15 (H). */
#define PICK_(a)                                                                     \
    if :: k_ = 0 :: CAN_(a, 1) -> k_ = 1 :: CAN_(a, 2) -> k_ = 2 :: CAN_(a, 3) -> k_ = 3 :: CAN_(a, 4) -> k_ = 4 \
       :: CAN_(a, 5) -> k_ = 5 :: CAN_(a, 6) -> k_ = 6 :: CAN_(a, 7) -> k_ = 7 :: CAN_(a, 8) -> k_ = 8 \
       :: CAN_(a, 9) -> k_ = 9 :: CAN_(a, 10) -> k_ = 10 :: CAN_(a, 11) -> k_ = 11 :: CAN_(a, 12) -> k_ = 12 \
       :: CAN_(a, 13) -> k_ = 13 :: CAN_(a, 14) -> k_ = 14 fi
#define LD(dst, a, o)                                                                \
    OP(atomic { PICK_(a);                                                            \
                d_step { ARGS_(a, 0); x_ = o; LDK_(a, o); dst = r_; CLEAR_ } })
#define IS_(a, v, k)  CAN_(a, k) && VAL_(a, k) == (v)
#define AWAIT(a, v, o)                                                               \
    OP(atomic { if :: IS_(a, v, 0) -> k_ = 0 :: IS_(a, v, 1) -> k_ = 1 :: IS_(a, v, 2) -> k_ = 2 \
                   :: IS_(a, v, 3) -> k_ = 3 :: IS_(a, v, 4) -> k_ = 4 :: IS_(a, v, 5) -> k_ = 5 \
                   :: IS_(a, v, 6) -> k_ = 6 :: IS_(a, v, 7) -> k_ = 7 :: IS_(a, v, 8) -> k_ = 8 \
                   :: IS_(a, v, 9) -> k_ = 9 :: IS_(a, v, 10) -> k_ = 10 :: IS_(a, v, 11) -> k_ = 11 \
                   :: IS_(a, v, 12) -> k_ = 12 :: IS_(a, v, 13) -> k_ = 13 :: IS_(a, v, 14) -> k_ = 14 \
                   fi; \
                d_step { ARGS_(a, 0); x_ = o; LDK_(a, o); CLEAR_ } })
#define ST(a, v, o)                                                                  \
    OP(d_step { ARGS_(a, v); x_ = o; c_code { store(now.m_, now.a_, now.v_, now.last[now.a_] + 1, now.x_); }; CLEAR_ })
/* A word with several writers: a store that knows of no later one may come before those in modification order. */
#define STMW(a, v, o)                                                                \
    OP(atomic { PICK_(a);                                                            \
                d_step { ARGS_(a, v); x_ = o; \
                         c_code { store(now.m_, now.a_, now.v_, now.cv[now.m_ * NA + now.a_] + now.k_ + 1, now.x_); }; CLEAR_ } })
#define FENCE(o)      OP(d_step { m_ = me; x_ = o; c_code { fence(now.m_, now.x_); }; CLEAR_ })
#define FENCE_FOR(p)  d_step { m_ = p; c_code { fence(now.m_, 3); }; CLEAR_ }
#define NAWR(a, v)    OP(d_step { ARGS_(a, v); c_code { plain_write(now.m_, now.a_, now.v_); }; CLEAR_ })
#define NARD(dst, a)  OP(d_step { ARGS_(a, 0); c_code { now.r_ = plain_read(now.m_, now.a_); }; dst = r_; CLEAR_ })
/* A failed one may see any old value that is not `old`: here the newest, since all writers of such words swap. */
#define CAS(ok, a, old, new, o)                                                      \
    OP(d_step { if :: LATEST(a) == old -> ARGS_(a, new); x_ = o; c_code { swap(now.m_, now.a_, now.v_, now.x_); }; ok = 1 \
                   :: else -> old = LATEST(a); ARGS_(a, 0); x_ = ACQ; \
                      c_code { load(now.m_, now.a_, now.last[now.a_] - now.cv[now.m_ * NA + now.a_], now.x_); }; ok = 0 fi; CLEAR_ })
#define THROUGH_(a)   ARGS_(a, 0); c_code { through(now.m_, &now.vm.kb[now.a_]); }; CLEAR_
#define FUTEX_WAIT(a, v)                                                             \
    OP(atomic { d_step { THROUGH_(a) };                                              \
                PICK_(a);                                                            \
                d_step { ARGS_(a, 0); LDK_(a, RLX); if :: r_ == (v) -> asleep[me] = 1 + (a) :: else fi; CLEAR_; \
                         THROUGH_(a) } }); AWAKE; d_step { THROUGH_(a) }
#define FUTEX_WAKE(a) OP(d_step { THROUGH_(a); WAKE_ALL_(a) })
#define LOCKTRY(ok, b)                                                               \
    OP(d_step { if :: holder[b] == 0 || holder[b] == 1 + me -> holder[b] = 1 + me; ok = 1 :: else -> ok = 0 fi; \
                ARGS_(b, 0); c_code { through(now.m_, &now.vm.lk[now.a_]); }; CLEAR_ })
#define UNLOCK(b)     OP(d_step { holder[b] = 0; ARGS_(b, 0); c_code { through(now.m_, &now.vm.lk[now.a_]); }; CLEAR_ })
#define GIVE_UP_      true
#define RETIRE_       d_step { gone_ = gone_ | (1 << me); c_code { forget(); } }
#define KNOWS_LATEST(a) (cv[me * NA + (a)] == last[a])
#define FREE_BYTE_(b) if :: holder[b] == 1 + me -> holder[b] = 0; ARGS_(b, 0); c_code { through(now.m_, &now.vm.lk[now.a_]); }; CLEAR_ :: else fi
#endif

/* ------------------------------------------------------------------ for all three */
#define WAKE_OF_(p, a) if :: asleep[p] == 1 + (a) -> asleep[p] = 0 :: else fi
#if NP > 3
#define WAKE_ALL_(a) WAKE_OF_(0, a); WAKE_OF_(1, a); WAKE_OF_(2, a); WAKE_OF_(3, a)
#elif NP > 2
#define WAKE_ALL_(a) WAKE_OF_(0, a); WAKE_OF_(1, a); WAKE_OF_(2, a)
#else
#define WAKE_ALL_(a) WAKE_OF_(0, a); WAKE_OF_(1, a)
#endif
/* With SLICE a sleep ends by itself where nothing else happens: DHI_SLICE_NS. Without it a lost wake-up is an invalid end state. */
#ifdef WOKEN /* a model's own reason besides */
#define AWAKE if :: asleep[me] == 0 :: atomic { asleep[me] != 0 && WOKEN -> asleep[me] = 0 } fi
#elif defined SLICE
#define AWAKE if :: asleep[me] == 0 :: timeout -> asleep[me] = 0 fi
#else
#define AWAKE asleep[me] == 0
#endif
/* membarrier: a full fence in every other process, at a moment of its own between call and return. */
#if NP > 3
#define MEMBARRIER FENCE(FULL); FENCE_FOR(0); FENCE_FOR(1); FENCE_FOR(2); FENCE_FOR(3); FENCE(FULL)
#elif NP > 2
#define MEMBARRIER FENCE(FULL); FENCE_FOR(0); FENCE_FOR(1); FENCE_FOR(2); FENCE(FULL)
#else
#define MEMBARRIER FENCE(FULL); FENCE_FOR(0); FENCE_FOR(1); FENCE(FULL)
#endif
/* The end of a process, by its own will or killed: its accesses are done, then its leases are free. */
#define BURY atomic { GIVE_UP_; asleep[me] = 0; FREE_BYTE_(0); FREE_BYTE_(1); FREE_BYTE_(2); FREE_BYTE_(3); RETIRE_ }

/* Slot words, as dhi_word(): sequence << 2 | state. Zero is FREE of message 0. */
#define WRITING(n)   ((n) << 2 | 1)
#define COMMITTED(n) ((n) << 2 | 2)
