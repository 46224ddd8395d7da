/* SPDX-License-Identifier: Apache-2.0
 *
 * slot_rw.h - the coordinator: how one ring of slots is written and read, in C, without types.
 *
 *                 acquire_write              commit
 *        FREE ──────────────────▶ WRITING ──────────▶ COMMITTED ──┐
 *          ▲                         │ release_write      │       │ all slots are claimed and the
 *          └─────────────────────────┘ (unseen)           │       ▼ producer waits for this one
 *                     acquire_write of a later turn ◀─────┴── DRAINING
 *
 * The state of a slot is one word that the producer alone writes. Who reads it and whether it is
 * being written are facts derived from words that each participant owns (dh_slot_rw_inspect), not
 * shared counters and locks: so whatever a dead process held is known exactly, and nobody can be
 * blocked by it.
 *
 * One thread at a time for one side, unless a call says any thread. A call that says nothing of
 * waiting never blocks.
 */
#ifndef DH_SLOT_RW_H
#define DH_SLOT_RW_H

#include <dh/schema.h>
#include <dh/time.h>

#ifdef __cplusplus
extern "C" {
#endif

enum dh_slot_state {
    DH_SLOT_FREE = 0,
    DH_SLOT_WRITING = 1,
    DH_SLOT_COMMITTED = 2,
    DH_SLOT_DRAINING = 3, /* committed, and what the producer now waits for */
};

/* One slot's shared state: 64 bytes, one cache line, in the data segment. */
typedef struct SlotRWState {
    uint64_t seq_state;     /* sequence << 2 | enum dh_slot_state; sequence counts from 0, slot =
                               sequence % n */
    uint32_t buffer;        /* index of the payload's buffer */
    uint32_t length;        /* bytes of payload */
    uint64_t commit_ns;     /* CLOCK_MONOTONIC, to some tens of ns, one for a batch; 0: unstamped */
    uint32_t flags;         /* 0 */
    uint32_t incarnation;   /* of the producer */
    unsigned char tail[32]; /* the checksum, or a payload of at most 32 bytes */
} SlotRWState;
DH_STATIC_ASSERT(sizeof(SlotRWState) == 64, "one cache line");

typedef struct dh_slot_rw dh_slot_rw; /* one participant's side of a ring */

/* A slot that this participant has: for writing (data) or for reading (data is read-only then). */
struct dh_slot {
    void *data;
    uint64_t sequence;
    uint64_t commit_ns;
    uint32_t length; /* bytes */
    uint32_t index;  /* of the slot */
};

/* What is known of a slot from outside. */
struct dh_slot_facts {
    enum dh_slot_state state;
    uint64_t sequence;
    uint64_t commit_ns;
    uint32_t buffer;
    uint32_t length;
    uint32_t n_readers; /* consumers that hold it or have not passed it yet */
};

/* Producer's side: as dh_producer_loan(), which waits until deadline_ns, _commit and _abort, with
 * the slot's particulars in *slot. length: how many bytes of payload mean something, at most the
 * root's size; it is told to who looks on, while consumers are given, and checksums cover, all of
 * it. Returns EFULL, EORDER (acquire: one is in hand; commit, release: none is), EINVAL (length).
 */
DH_API DH_MUST_USE dh_err dh_slot_rw_acquire_write(dh_slot_rw *rw, int64_t deadline_ns,
                                                   struct dh_slot *slot);
DH_API dh_err dh_slot_rw_commit(dh_slot_rw *rw, uint32_t length);
DH_API dh_err dh_slot_rw_release_write(dh_slot_rw *rw);

/* Producer's side: as dh_producer_filled(), of the one slot in hand: its first `bytes` bytes are
 * as they will be committed. Returns EORDER (none is in hand, or several), EINVAL (more than the
 * root's size, less than was told before; a consumer's side). */
DH_API dh_err dh_slot_rw_filled(dh_slot_rw *rw, uint32_t bytes);

/* Producer's side: as dh_producer_flush(), which waits until deadline_ns. Returns EBUSY,
 * ESUPERSEDED, EINVAL (a consumer's side). */
DH_API DH_MUST_USE dh_err dh_slot_rw_flush(dh_slot_rw *rw, int64_t deadline_ns);

/* Consumer's side: as dh_consumer_acquire(), which waits until deadline_ns, and _release, with the
 * slot's particulars in *slot; a message of an older minor comes as it lies. Returns what those
 * return. validate_read tells whether what is held is
 * still what was acquired: always so, except for who stood still too long on a channel with a stall
 * limit, and where another consumer has gone wrong and wrote over our claim. release_read asks the
 * same. */
DH_API DH_MUST_USE dh_err dh_slot_rw_acquire_read(dh_slot_rw *rw, int64_t deadline_ns,
                                                  struct dh_slot *slot);
DH_API bool dh_slot_rw_validate_read(const dh_slot_rw *rw);
DH_API dh_err dh_slot_rw_release_read(dh_slot_rw *rw);

/* Several slots at once, with one synchronisation for all: what streams small messages. slots has
 * room for n_max (1 …) of them; *n_slots tells how many there were, at least one when DH_OK comes
 * back. What is loaned or acquired waits for one slot until deadline_ns, and takes what is there
 * beyond it. `overwrite` channels acquire one at a time, `checksum: manual` channels also loan so.
 * commit_many publishes the first n that were loaned, each of `length` bytes, and aborts the rest;
 * release_read_many gives the first n back, and the rest is acquired again by the next call. Return
 * what the calls for one slot do, and EINVAL (n_max is 0, n is more than is in hand). */
DH_API DH_MUST_USE dh_err dh_slot_rw_acquire_write_many(dh_slot_rw *rw, int64_t deadline_ns,
                                                        struct dh_slot *slots, uint32_t n_max,
                                                        uint32_t *n_slots);
DH_API dh_err dh_slot_rw_commit_many(dh_slot_rw *rw, uint32_t n, uint32_t length);
DH_API DH_MUST_USE dh_err dh_slot_rw_acquire_read_many(dh_slot_rw *rw, int64_t deadline_ns,
                                                       struct dh_slot *slots, uint32_t n_max,
                                                       uint32_t *n_slots);
DH_API dh_err dh_slot_rw_release_read_many(dh_slot_rw *rw, uint32_t n);

/* Wait until n messages (1 … the ring's slots) are there to be acquired, those in hand counted, and
 * acquire none: for who takes them n at a time, or keeps some while it waits for the next one.
 * DH_OK too where this consumer was put out: the next acquire says so. Returns EEMPTY, ECLOSED,
 * EDEAD (fewer will ever come), EINVAL (n; `overwrite` channels, where one is in hand at a time).
 */
DH_API DH_MUST_USE dh_err dh_slot_rw_await_read(dh_slot_rw *rw, uint32_t n, int64_t deadline_ns);

/* Checksums of the slot in hand, on `checksum: manual` channels: the writer updates, the reader
 * verifies. Returns EORDER (none in hand), EINVAL (the channel has none), ECHECKSUM. */
DH_API DH_MUST_USE dh_err dh_slot_rw_checksum_update(dh_slot_rw *rw);
DH_API DH_MUST_USE dh_err dh_slot_rw_checksum_verify(dh_slot_rw *rw);

/* How many slot words the ring has, and what number `index` of them (0 …) is doing, in *facts.
 * Disturbs nobody. Any thread. Returns EINVAL (no such slot). */
DH_API uint32_t dh_slot_rw_count(const dh_slot_rw *rw);
DH_API DH_MUST_USE dh_err dh_slot_rw_inspect(const dh_slot_rw *rw, uint32_t index,
                                             struct dh_slot_facts *facts);

/* The name of a state: "FREE", "WRITING", "COMMITTED", "DRAINING". Static text. Any thread. */
DH_API const char *dh_slot_state_name(enum dh_slot_state state);

#ifdef __cplusplus
}
#endif
#endif
