/* SPDX-License-Identifier: Apache-2.0
 *
 * observer.h - look at any channel, live or dead, without its schema file and without disturbing
 * it.
 *
 * An observer claims nothing: it copies a slot and checks afterwards that the copy is whole. With
 * the admin role it also sees the consumers. Everything is mapped read-only.
 *
 * Any thread may open and ask; several at once may use one observer, except to close it. A call
 * that says nothing of waiting never blocks.
 */
#ifndef DH_OBSERVER_H
#define DH_OBSERVER_H

#include <dh/memory.h>
#include <dh/metrics.h>
#include <dh/slot_rw.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct dh_observer dh_observer;

enum dh_life {
    DH_LIFE_NONE = 0,   /* the record was never used */
    DH_LIFE_ALIVE = 1,  /* the kernel holds its lease */
    DH_LIFE_LEFT = 2,   /* it said goodbye */
    DH_LIFE_DEAD = 3,   /* its lease is gone and its claims are still there */
    DH_LIFE_REAPED = 4, /* it died, and its claims were returned */
};

struct dh_identity {
    uint32_t pid; /* in its own pid namespace */
    uint32_t uid;
    uint64_t pid_namespace;     /* inode of /proc/self/ns/pid */
    uint64_t process_start;     /* clock ticks after boot, as in /proc/pid/stat */
    char program[48];           /* zero terminated */
    unsigned char instance[16]; /* random */
};

struct dh_block_facts {
    char channel[DH_CHANNEL_MAX + 1];
    char family[160];
    unsigned char schema_hash[DH_HASH_BYTES];
    struct dh_policy policy;
    uint32_t format;   /* version of the block's format */
    uint32_t n_states; /* slot words: policy.n_slots, and one more on overwrite channels */
    uint32_t n_buffers;
    uint32_t payload_bytes; /* of the slot's root */
    uint64_t stride_bytes;
    uint64_t data_bytes, claims_bytes, zones_bytes; /* 0: not given to observers */
    uint32_t minor;                                 /* newest that the producer knows */
    uint32_t incarnation;
    struct dh_memory memory; /* of the data segment: pages and nodes */
    bool membarrier;         /* the way of its StoreLoad order */
    bool secret;
    bool inlined; /* payloads lie in the slot words */
    uint64_t created_ns;
    uint64_t head; /* the next sequence: messages committed so far */
    enum dh_life producer_life;
    struct dh_identity producer;
    bool waits_for_room;
    uint32_t ended_by_pid; /* of a dead one: who ended it by force (admin); 0: nobody */
    bool strict;           /* no consumer can write what is another's */
};

struct dh_consumer_facts {
    enum dh_life life;
    struct dh_identity identity;
    uint32_t incarnation;
    uint64_t position;     /* next sequence it will read (wait) */
    uint64_t lag;          /* messages behind the head (wait) */
    int64_t held_buffer;   /* overwrite: buffer it holds, -1: none */
    uint64_t heartbeat_ns; /* last time it called us */
    uint64_t joined_ns, ended_ns;
    uint32_t ended_by_pid; /* who reaped it */
    bool passed_over;      /* put out, or left behind: the producer does not wait for it */
    struct dh_consumer_metrics metrics;
};

/* Look at the channel of that name. `admin` asks for the consumers' records too (its owner may);
 * `broker` as in the options of producers; `secret`: DH_SECRET_BYTES if the channel has one, else
 * NULL. Blocks for one round trip to the broker or the producer. Returns what dh_consumer_open()
 * does, ESCHEMA and ETABLE aside. */
DH_API DH_MUST_USE dh_err dh_observer_open(dh_observer **observer, const char *channel, bool admin,
                                           const char *broker, const void *secret,
                                           struct dh_why *why);

/* Stop looking: unmap and close all that belongs to it. NULL is fine. */
DH_API void dh_observer_close(dh_observer *observer);

/* What is known of the block, now, in *facts; the producer's counters so far, in *metrics. */
DH_API void dh_observer_block(const dh_observer *observer, struct dh_block_facts *facts);
DH_API void dh_observer_metrics_get(const dh_observer *observer,
                                    struct dh_producer_metrics *metrics);

/* One consumer's record, in *facts: index 0 … policy.n_consumers - 1 of the block's facts. Returns
 * EINVAL (no such record), EREFUSED (not opened as admin). */
DH_API DH_MUST_USE dh_err dh_observer_consumer(const dh_observer *observer, uint32_t index,
                                               struct dh_consumer_facts *facts);

/* What one slot word is doing, in *facts: index 0 … n_states - 1. Returns EINVAL (no such slot). */
DH_API DH_MUST_USE dh_err dh_observer_slot(const dh_observer *observer, uint32_t index,
                                           struct dh_slot_facts *facts);

/* The newest message's facts, all of one moment, without its payload: two cache lines are read. Two
 * of them tell a rate exactly: their sequences and commit times belong together. Returns EEMPTY
 * (nothing was committed yet), EBUSY (the ring moved on at each of many looks). Never blocks. */
DH_API DH_MUST_USE dh_err dh_observer_newest(const dh_observer *observer,
                                             struct dh_slot_facts *facts);

/* The canonical text that describes every byte; its hash was checked. Borrowed until close. Its
 * length goes to *bytes (may be NULL). */
DH_API const char *dh_observer_text(const dh_observer *observer, size_t *bytes);

/* Copy message *sequence, or the oldest later one that is whole, of which *sequence then tells the
 * number, to payload; that holds payload_bytes of the block's facts. Waits for it until
 * deadline_ns. Returns EEMPTY, EDEAD, ECLOSED (nothing will come any more), ESUPERSEDED (a
 * successor has the channel: open it again and go on with the same *sequence; look at its facts,
 * the payload may be larger there). */
DH_API DH_MUST_USE dh_err dh_observer_copy(dh_observer *observer, uint64_t *sequence,
                                           int64_t deadline_ns, void *payload,
                                           struct dh_slot_facts *facts);

/* How many zones there are; name and size of number `zone` (0 …), NULL and 0 beyond the last; and a
 * copy of one to *value, which holds zone_bytes: producer-written ones whole, or again until
 * deadline_ns, shared ones as they are at the moment. Returns EINVAL (no such zone), EBUSY (an
 * update did not end), EDEAD (its writer died in one), EREFUSED (not opened as admin, and shared).
 */
DH_API uint32_t dh_observer_n_zones(const dh_observer *observer);
DH_API const char *dh_observer_zone_name(const dh_observer *observer, uint32_t zone);
DH_API uint32_t dh_observer_zone_bytes(const dh_observer *observer, uint32_t zone);
DH_API DH_MUST_USE dh_err dh_observer_zone_copy(dh_observer *observer, uint32_t zone,
                                                int64_t deadline_ns, void *value);

/* The name of a state of life: "none", "alive", "left", "dead", "reaped". Static text. */
DH_API const char *dh_life_name(enum dh_life life);

#ifdef __cplusplus
}
#endif
#endif
