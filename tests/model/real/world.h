/* SPDX-License-Identifier: Apache-2.0
 *
 * world.h - the real C of runtime/block/ in a world that GenMC can search: threads for processes,
 * plain memory for segments, and what the kernel does for us in a few lines.
 *
 * A program of this folder includes this header, which includes the sources themselves; nothing of
 * them is repeated here. GenMC then tries all executions that RC11 (or IMM) allows. What is
 * simplified:
 *
 *      lease     a lock for each byte that is taken without waiting; death is told by not being
 * one's own futex     compares and sleeps under a lock, as the kernel does; a sleeper that nobody
 * wakes is a blocked execution, which --check-liveness reports clock     stands still: no deadline
 * is ever reached, nothing is stalled attempts  who finds nothing gives up and that execution is
 * cut (AWAIT), since trying again shows nothing new
 */
#ifndef DH_MODEL_WORLD_H
#define DH_MODEL_WORLD_H

#include <genmc.h>

#include <assert.h>
#ifndef static_assert
#define static_assert _Static_assert /* the checker brings its own assert.h */
#endif
#include <pthread.h>
#include <stdlib.h>

#include <sys/types.h>
#ifndef __uid_t_defined /* nor do its system headers know owners */
typedef unsigned uid_t, gid_t;
#define __uid_t_defined
#define __gid_t_defined
#endif

#ifndef N_CONSUMERS
#define N_CONSUMERS 1
#endif
#ifndef N_SLOTS
#define N_SLOTS 1
#endif
#ifdef OVERWRITE
#define N_STATES  (N_SLOTS + 1)
#define N_BUFFERS (N_STATES + N_CONSUMERS + 1)
#else
#define N_STATES  N_SLOTS
#define N_BUFFERS N_SLOTS
#endif

/* What GenMC does not know: instructions that mean nothing here, and copies whose size or types it
 * cannot see; real.py spells assignments of whole structs with the last two. */
#define __builtin_ia32_pause() ((void)0)
#define __builtin_ia32_rdtsc() UINT64_C(0)
static inline void set_bytes(unsigned char *at, int value, size_t bytes)
{
    for (size_t i = 0; i < bytes; i++)
        at[i] = (unsigned char)value;
}
static inline void copy_words(uint64_t *to, const uint64_t *from, size_t bytes)
{
    for (size_t i = 0; i < bytes / sizeof *to; i++)
        to[i] = from[i];
}
#include <string.h>
#define memset(at, value, bytes) set_bytes((unsigned char *)(at), value, bytes)
#define memcpy(to, from, bytes)  copy_words((uint64_t *)(to), (const uint64_t *)(from), bytes)
#define SET_SLOT(to, from)                                       \
    ((to)->data = (from).data, (to)->sequence = (from).sequence, \
     (to)->commit_ns = (from).commit_ns, (to)->length = (from).length, (to)->index = (from).index)
#define SET_FACTS(to, from)                                            \
    ((to)->state = (from).state, (to)->sequence = (from).sequence,     \
     (to)->commit_ns = (from).commit_ns, (to)->buffer = (from).buffer, \
     (to)->length = (from).length, (to)->n_readers = (from).n_readers)
#include "base/atomic.h"
#undef dhi_fence_compiler /* GenMC takes it for a fence of the processor */
#define dhi_fence_compiler() ((void)0)
#include "block/claims.c"
#include "block/gate.c"
#include "block/observe.c"
#include "block/overwrite.c"
#include "block/places.c"
#include "block/quick.h"
#include "block/ring.h"
#include "block/sleep.c"
#include "block/slot_rw.c"
#include "block/wait.c"

/* No block here is strict: the records of one are another matter (sleep.pml, -DASK). */
bool dhi_wish(int talk, enum dhi_wish wish, uint32_t *serial, int64_t until_ns)
{
    (void)talk, (void)wish, (void)serial, (void)until_ns;
    return false;
}

bool dhi_strict_reap(struct dhi_block *block, uint32_t index)
{
    (void)block, (void)index;
    return false;
}

#include "block_head.c" /* of segment.c, of which the rest is the kernel's; real.py takes it out */

#define AWAIT(condition) __VERIFIER_assume(condition)

/* ---- the block ---- */

static struct dhi_control control;
static uint32_t evicted[N_CONSUMERS];
static struct dhi_alarm alarms[N_CONSUMERS]; /* 0: none hangs, nobody dies unheard here */
static uint32_t refills[N_BUFFERS];
static struct dh_producer_metrics metrics;
static SlotRWState states[N_STATES];
static uint64_t payload[N_BUFFERS];
static struct dhi_claims shared;
static struct dhi_record records[N_CONSUMERS];

/* What each participant has of its own: one more for the producer. */
static struct dhi_block blocks[N_CONSUMERS + 1];
static dh_slot_rw sides[N_CONSUMERS + 1];
enum { PRODUCER = N_CONSUMERS };

/* As dhi_block_map() and dhi_slot_rw_open() do it, for a producer that has begun at `first`. */
static dh_slot_rw *side(int who)
{
    struct dhi_block *block = &blocks[who];
    dh_slot_rw *rw = &sides[who];

    block->role = who == PRODUCER ? DHI_PRODUCER : DHI_CONSUMER;
    block->head.n_slots = N_SLOTS;
    block->head.n_states = N_STATES;
    block->head.n_buffers = N_BUFFERS;
    block->head.n_consumers = N_CONSUMERS;
    block->head.payload_stride = sizeof payload[0];
    block->roots[0].size_bytes = sizeof payload[0];
    block->control = &control;
    block->evicted = evicted;
    block->alarms = alarms;
    block->refills = refills;
    block->metrics = &metrics;
    block->states = states;
    block->payload = (unsigned char *)payload;
    block->shared = &shared;
    block->records = records;
    block->record_stride = sizeof records[0];
    block->gate.close = &control.close;
#ifndef CLOSES /* nobody closes: the fence of the gate is the other side's then, and stands in for \
                  no other */
    block->gate.membarrier = true;
#endif
    rw->block = block;
    rw->gate = &block->gate;
    rw->hint = &shared.hint;
    rw->room_wait = &control.room_wait;
    rw->metrics = &metrics;
    rw->states = states;
    rw->payload = block->payload;
    rw->stride = sizeof payload[0];
    rw->n_states = N_STATES;
    rw->payload_bytes = sizeof payload[0];
    rw->next_look_ns = 1; /* the clock stands at 0: not yet */
    rw->bell = -1;
#ifdef OVERWRITE
    rw->overwrite = rw->special = true;
#else
    rw->quick = true;
#endif
    return rw;
}

static int lease[N_CONSUMERS]; /* 1: taken */

/* Record i is this consumer's, from `position` on; before the threads begin. */
static void seat(int i, uint64_t position)
{
    dh_slot_rw *rw = side(i);

    lease[i] = 1;
    records[i].ended = DHI_ENDED_NOT;
    records[i].claim = UINT64_C(1) << 32 | position;
    rw->record = &records[i];
    rw->record_index = (uint32_t)i;
    rw->incarnation = 1;
    rw->next = position;
    rw->index = (uint32_t)(position % N_STATES);
}

/* ---- the kernel ---- */

static pthread_mutex_t queue;
static uint64_t wakes;

/* Half of a claim is read as the whole word that was stored: GenMC knows no parts. */
static uint32_t value_of(const uint32_t *word)
{
    if (word == &control.wake_epoch || word == &control.close) return dhi_load_relaxed(word);
    return (uint32_t)dhi_load_relaxed((const uint64_t *)(const void *)word);
}

void dhi_futex_wait(const uint32_t *word, uint32_t value, int64_t deadline_ns)
{
    uint64_t seen;

    (void)deadline_ns;
    pthread_mutex_lock(&queue);
    seen = wakes;
    if (value_of(word) != value) {
        pthread_mutex_unlock(&queue);
        return;
    }
    pthread_mutex_unlock(&queue);
    while (dhi_load_relaxed(&wakes) == seen)
        ;
}

bool dhi_futex_wait_either(const uint32_t *word, uint32_t value, const uint32_t *other,
                           uint32_t other_value, int64_t deadline_ns)
{
    (void)other, (void)other_value;
    dhi_futex_wait(word, value, deadline_ns);
    return true;
}

void dhi_futex_wake(const uint32_t *word)
{
    (void)word;
    pthread_mutex_lock(&queue);
    dhi_store_relaxed(&wakes, wakes + 1);
    pthread_mutex_unlock(&queue);
}

int64_t dh_now(void)
{
    return 0;
}
int clock_gettime(clockid_t clock, struct timespec *now)
{
    (void)clock;
    now->tv_sec = now->tv_nsec = 0;
    return 0;
}
/* Between two attempts; the first one stands for all. */
int nanosleep(const struct timespec *wanted, struct timespec *left)
{
    (void)wanted, (void)left;
    pthread_exit(NULL);
    return 0;
}
void dhi_membarrier(void)
{
    assert(!"these programs run without membarrier: its other side has no instruction to search");
}
void dhi_membarrier_own(void)
{
    dhi_membarrier();
}
bool dhi_membarrier_register_own(void)
{
    return false;
}
bool dhi_block_producer_lives(const struct dhi_block *block)
{
    (void)block;
    return true;
}
bool dhi_block_producer_writes(struct dhi_block *block)
{
    (void)block;
    return true;
}
bool dhi_identity_let_go(uint32_t pid, uint64_t pid_namespace)
{
    (void)pid, (void)pid_namespace;
    return false;
}
bool dhi_lease_lock(int fd, unsigned byte)
{
    int free = 0;

    (void)fd;
    return dhi_cas(&lease[byte - DHI_LEASE_CONSUMER], &free, 1);
}
void dhi_lease_unlock(int fd, unsigned byte)
{
    (void)fd;
    dhi_store_release(&lease[byte - DHI_LEASE_CONSUMER], 0);
}
/* For people; in words, as the record takes it. */
void dhi_identity_self(struct dhi_identity *identity)
{
    uint64_t *word = (uint64_t *)(void *)identity;

    for (size_t i = 0; i < sizeof *identity / sizeof *word; i++)
        word[i] = i;
}
void dhi_locks_settle(struct dhi_block *block, uint32_t owner)
{
    (void)block, (void)owner;
}
void dhi_bells_ring(struct dhi_bells *bells)
{
    (void)bells;
}

#endif
