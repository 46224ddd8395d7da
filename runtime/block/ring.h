/* SPDX-License-Identifier: Apache-2.0
 *
 * ring.h - the coordinator's inside: one participant's side of a ring of slots.
 *
 *      slot_rw.c     the public calls: order of calls, checksums, which policy
 *      wait.c        full: wait - lossless; the producer waits for the slowest claim
 *      overwrite.c   full: overwrite - nobody waits; a hold keeps a buffer from being filled again
 *      claims.c      join, leave, reap: the records that consumers own
 *      sleep.c       who sleeps on what, and who wakes them
 *      sums.c        checksums of what is in hand; by helper threads: behind.c (the writer's),
 *                    ahead.c (the reader's)
 *
 * Every shared word has exactly one writer. What orders two of them carries a label at both ends
 * (docs/explain/memory-model.md).
 */
#ifndef DHI_BLOCK_RING_H
#define DHI_BLOCK_RING_H

#include "base/atomic.h"
#include "block/bells.h"
#include "block/segment.h"
#include "os/stamp.h"

#include <dh/slot_rw.h>

/* What a producer that has waited long for one consumer asks of a thread of its process: to be
 * woken when that one's process has ended (client/await.c). Only a hint: it looks by itself, too,
 * but the more seldom the longer it has waited. */
struct dhi_vigil {
    uint32_t whom; /* 1 + the consumer's record; 0: nobody */
    int bell;      /* of that thread, an eventfd */
};

struct dh_slot_rw {
    /* what both sides read at each message, private */
    SlotRWState *states;
    unsigned char *payload;
    uint64_t stride;
    uint64_t next;  /* sequence to write or to read */
    uint32_t index; /* next % n_states */
    uint32_t n_states;
    uint32_t in_hand; /* slots loaned or acquired: next, next + 1 … */
    bool overwrite;
    bool membarrier;
    bool stamped;
    bool quick; /* a channel that quick.h is for */
    enum dh_checksum checksum;
    unsigned char *key;     /* of checksums; NULL: they are not keyed */
    uint32_t buffer;        /* of the first slot in hand; (wait) the slot's own */
    uint32_t payload_bytes; /* of the producer's schema */
    int64_t spin_ns;        /* how long to look before sleeping; negative: not at all (look.h) */
    struct dhi_block *block;
    struct dhi_gate *gate;               /* producer: whether the block is still the channel's */
    uint32_t incarnation;                /* the block's, or this consumer's */
    bool look_adapts;                    /* the program did not say how long to look */
    uint8_t look_pays;                   /* 0: it does not */
    uint8_t looks_left_out;              /* since then, modulo DHI_LOOK_AGAIN */
    const uint32_t *hint;                /* producer: whether somebody sleeps */
    const uint32_t *room_wait;           /* consumer: whether the producer does */
    struct dh_producer_metrics *metrics; /* producer: its own */
    struct dhi_stamper stamper;          /* producer */

    /* producer, wait */
    uint64_t room_until; /* sequences below may be written without looking at the claims */
    int64_t stall_limit_ns;
    int64_t stall_since_ns; /* when the claim that gates the ring was seen first; 0: not yet */
    uint32_t stall_half;    /* that claim */

    /* producer, overwrite */
    uint32_t *published;    /* [n_states] buffer that each slot shows, or UINT32_MAX */
    uint32_t *free_buffers; /* [n_free] neither published nor held when last looked at; behind them
                               the loaned ones */
    uint32_t n_free;
    unsigned char *taken; /* [n_buffers] room to collect in */

    struct dhi_bells *bells; /* producer: consumers in event loops; borrowed, NULL: none can be */
    bool left_behind;        /* producer: somebody is, whose record was not reaped yet */
    struct dhi_vigil *vigil; /* producer: borrowed; NULL: nobody can be asked */

    /* consumer */
    struct dhi_record *record;
    uint32_t record_index;
    const uint32_t *evicted; /* the producer's word about us; NULL: this channel puts nobody out */
    uint32_t refill;         /* overwrite: of the buffer in hand, when it was taken */
    uint32_t awaited;        /* how many messages dh_slot_rw_await_read() waits for */
    uint64_t lost;
    uint64_t acquired;
    uint32_t moved;       /* from block to block */
    uint64_t commit_ns;   /* of the slot in hand */
    uint64_t digest[4];   /* its checksum */
    int64_t next_look_ns; /* when to ask again whether the producer lives */
    bool looked;          /* dhi_quick_await() has looked for as long as one does before sleeping */
    int64_t dying_until_ns; /* after an alarm: so long the end is looked for often */
    bool hears_death;       /* this kernel lets us sleep on an alarm besides the epoch */
    int bell;               /* what an event loop of ours waits on; -1: none */
    bool unheard;           /* a strict block's producer was asked to ring, and did not answer */

    /* producer, enforced checksums */
    struct dhi_running_sum *running; /* of the loan's first `filled` bytes; NULL: no sum is made */
    uint32_t filled;                 /* 0: it has not begun */
    bool special; /* slots to write do not come from wait.c: `overwrite`, or behind.h */
    struct dhi_behind *behind; /* helpers that make sums, and count what is in hand; or NULL */

    struct dhi_ahead *ahead; /* consumer: helpers that verify sums; NULL: acquire does */
    uint32_t sum_threads;    /* so many were asked for, for this block and its successors */
};

/* ---- the coordinator's life ---- */

/* A side of the block's ring. Role PRODUCER: the writer. Role CONSUMER: joins; ETABLE. ENOMEM. */
dh_err dhi_slot_rw_open(dh_slot_rw **rw, struct dhi_block *block, int64_t spin_ns,
                        struct dh_why *why);
/* A consumer whose block has ended, and who has nothing in hand, goes on in `block`, which follows:
 * rw is its side there, *old its side of the old one, to be closed. Returns what dhi_move does,
 * ENOMEM, ESYS. */
dh_err dhi_slot_rw_move(dh_slot_rw *rw, dh_slot_rw **old, struct dhi_block *block,
                        const void *secret, struct dh_why *why);
/* Checksums are keyed from now on, if there is a secret. ENOMEM, ESYS. */
dh_err dhi_slot_rw_key(dh_slot_rw *rw, const void *secret, struct dh_why *why);
/* behind.c: the first slot in hand was summed; show it, from this side. False: a successor has the
 * channel. */
bool dhi_publish_summed(dh_slot_rw *rw, const uint64_t digest[4], uint32_t length,
                        uint64_t commit_ns);
/* Give back what is in hand; a consumer leaves, a producer says that nothing more will come. NULL
 * is fine. */
void dhi_slot_rw_close(dh_slot_rw *rw);

/* ---- the two policies; outcomes as in slot_rw.h ---- */

/* *n: how many slots are wanted, and how many there were, at least one. */
dh_err dhi_wait_acquire_write(dh_slot_rw *rw, int64_t deadline_ns, uint32_t *n);
void dhi_wait_release_write(dh_slot_rw *rw, uint32_t n); /* the last n in hand */
dh_err dhi_wait_acquire_read(dh_slot_rw *rw, int64_t deadline_ns);
/* Wait until n are there from the first in hand on; takes none. */
dh_err dhi_wait_await_read(dh_slot_rw *rw, uint32_t n, int64_t deadline_ns);
/* The first n in hand. Returns EEVICTED. */
dh_err dhi_wait_release_read(dh_slot_rw *rw, uint32_t n);

void dhi_overwrite_acquire_write(dh_slot_rw *rw, uint32_t *n);
void dhi_overwrite_commit_write(dh_slot_rw *rw);
void dhi_overwrite_release_write(dh_slot_rw *rw, uint32_t n);
dh_err dhi_overwrite_acquire_read(dh_slot_rw *rw, int64_t deadline_ns);
/* As for `wait`. */
dh_err dhi_overwrite_release_read(dh_slot_rw *rw, uint32_t n);
bool dhi_overwrite_holds(const dh_slot_rw *rw);
bool dhi_overwrite_open(dh_slot_rw *rw); /* producer's arrays; false: no memory */
void dhi_overwrite_close(dh_slot_rw *rw);

/* ---- enforced checksums ---- */

/* The checksum of the first slot in hand to rw->digest, of all of it, whatever its length: readers
 * are given all of it. What dh_slot_rw_filled() was told of is in it already. */
void dhi_sum_make(dh_slot_rw *rw);
/* `wait`: whether the slot k behind the first one in hand, or to be, has its checksum. */
bool dhi_sum_fits(const dh_slot_rw *rw, uint32_t k);
/* Whether the first slot in hand has; counts. Returns ECHECKSUM. On an `overwrite` channel its
 * checksum was copied with the hold. */
dh_err dhi_sum_verify(dh_slot_rw *rw);

/* ---- records ---- */

/* Returns ETABLE; ESUPERSEDED, EDEAD (the block has ended: nothing was begun). */
dh_err dhi_join(dh_slot_rw *rw, struct dh_why *why);
/* Who has read all of the block before this one goes on at the place that was kept; if that is
 * gone, as a newcomer, and `lost` tells what was missed. The old record is still to be left.
 * Returns what dhi_join does. */
dh_err dhi_move(dh_slot_rw *rw, const dh_slot_rw *from, struct dh_why *why);
void dhi_leave(dh_slot_rw *rw);
/* Put right what nobody but us may write, should somebody have. */
void dhi_keep_claim(dh_slot_rw *rw);
/* Who was put out begins again at the head, as another incarnation. Always EEVICTED. */
dh_err dhi_rejoin(dh_slot_rw *rw);
/* Free a record whose byte is ours. */
void dhi_clear_record(struct dhi_block *block, uint32_t index);
/* If the owner of that record is dead, return what it held. True if it did. */
bool dhi_reap(struct dhi_block *block, uint32_t index);

/* ---- sleeping and waking ---- */

enum {
    DHI_SLICE_NS = 100 * 1000 * 1000, /* no sleep is longer without a look at who is still alive,
                                         where the kernel does not tell */
    DHI_FIRST_SLICE_NS = 500 * 1000
};

/* How long to sleep until the next look at who lives, having waited for `waited_ns`: a death is
 * noticed within half a millisecond, or a thirty-second part of the time that was waited for,
 * unless somebody is told of it sooner: dhi_vigil. */
static inline int64_t dhi_slice(int64_t waited_ns)
{
    int64_t slice = waited_ns / 32;

    if (slice < DHI_FIRST_SLICE_NS) return DHI_FIRST_SLICE_NS;
    return slice < DHI_SLICE_NS ? slice : DHI_SLICE_NS;
}

static inline int64_t dhi_earlier(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* Whether what a consumer waits for is there. */
typedef bool (*dhi_ready)(const dh_slot_rw *rw);
/* Wait until it is. Returns EEMPTY, ECLOSED, EDEAD, ESUPERSEDED. */
dh_err dhi_sleep_until_commit(dh_slot_rw *rw, dhi_ready ready, int64_t deadline_ns);
/* The smallest claim of all consumers, or next where there is none; *gate is the record that has
 * it. */
uint64_t dhi_smallest_claim(const dh_slot_rw *rw, uint32_t *gate, uint32_t *gate_half);
/* Wait until the ring has room. Returns EFULL, ESUPERSEDED. */
dh_err dhi_sleep_until_room(dh_slot_rw *rw, int64_t deadline_ns);
void dhi_wake_consumers(dh_slot_rw *rw);
/* Somebody is about to sleep, and looks once more after this. Of a strict block for others, by
 * another thread of the producer's process. */
void dhi_hint_raise(struct dhi_block *block);
/* Wake all who sleep on anything of a block that is over: its consumers, and its producer. By
 * another thread of the producer's process. */
void dhi_block_tell_end(struct dhi_block *block);
/* For now and then: wake everyone if messages came since `*seen` and nothing says that somebody
 * sleeps, as a stray store to the hint would have it. Any thread of the producer's process. */
void dhi_block_rouse(struct dhi_block *block, struct dhi_bells *bells, uint64_t *seen);
/* The producer waits for room: wake it if it is our claim that is in its way, and the n messages
 * just read led over the position that it waits for. So each request is answered by one release,
 * whenever the woken producer gets a core. After the claim's store and a StoreLoad. */
void dhi_tell_room(const dh_slot_rw *rw, uint32_t n);
/* Wake the producer, if it waits at all and sleeps on that record's claim, which has changed by
 * something else than reading. After the claim's store and a StoreLoad. */
void dhi_wake_producer(const struct dhi_block *block, const struct dhi_record *record);

/* The half of a claim word that a producer sleeps on. */
static inline const uint32_t *dhi_claim_half(const struct dhi_record *record)
{
    return (const uint32_t *)(const void *)&record->claim; /* little-endian: position and FREE */
}

/* Store then load, in that order, as the two sides of a handshake need it. With membarrier the side
 * that goes to sleep pays for both, and the other only keeps the compiler from reordering. */
static inline void dhi_storeload_hot(bool membarrier)
{
    if (membarrier)
        dhi_fence_compiler();
    else
        dhi_fence_full();
}
void dhi_storeload_rare(bool membarrier);

static inline uint64_t dhi_word(uint64_t sequence, enum dh_slot_state state)
{
    return sequence << 2 | (uint64_t)state;
}

/* The slot word k behind ours; k is at most n_states. */
static inline uint32_t dhi_index_ahead(const dh_slot_rw *rw, uint32_t k)
{
    uint32_t index = rw->index + k;

    return index < rw->n_states ? index : index - rw->n_states;
}

/* The ring moves on by n. */
static inline void dhi_advance(dh_slot_rw *rw, uint32_t n)
{
    rw->next += n;
    rw->index = dhi_index_ahead(rw, n);
}

#endif
