/* SPDX-License-Identifier: Apache-2.0
 *
 * format.h - every shared byte of a data block, drawn and proven.
 *
 *   data segment     producer read-write, everyone else read-only (sealed so by the kernel)
 *   ┌────────┬───────┬─────────┬──────┬─────────┬─────────┬────────┬─────────┬─────────┬─
 *   │ header │ roots │ lineage │ text │ control │ evicted │ alarms │ refills │ metrics │
 *   │        │  [n]  │   [n]   │      │         │   [n]   │  [n]   │   [n]   │  256 B  │
 *   └────────┴───────┴─────────┴──────┴─────────┴─────────┴────────┴─────────┴─────────┴─
 *   ─┬───────────┬─────────────────┬────────────┬─
 *    │  states   │ payload buffers │ own zones  │ …
 *    │ 64 B each │   stride each   │ seq│struct │
 *   ─┴───────────┴─────────────────┴────────────┴─
 *   claims segment   every consumer writes its own record, and nothing else but the hint
 *   ┌──────┬──────────┬──────────┬───
 *   │ hint │ record 0 │ record 1 │ …
 *   └──────┴──────────┴──────────┴───
 *                    of a strict block: each record on a page, which is a segment of its own that
 *                    its consumer alone is given, and the lease on it (byte 0: the producer, byte
 *                    1+i: the consumer); the claims segment is a copy that the producer makes for
 *                    people, read-only to all others; the hint is private to the producer
 *   zones segment    shared zones: everyone writes
 *   ┌───────────────┬────────┬───────────────┬───
 *   │ locks, 64 B   │ struct │ locks         │ …
 *   └───────────────┴────────┴───────────────┴───
 *   lease            one page without data. While they live, byte 0 is locked by the producer and
 *                    byte 1+i by the owner of record i
 *   roll             of a strict block: another such page, which goes from a producer to its
 *                    successor; byte 1+i is locked by who reads in place i
 *
 * Every part begins on a cache line. Offsets are from the start of the segment. A reader copies
 * header and roots to private memory, checks every number there, and never looks at them here
 * again.
 */
#ifndef DHI_BLOCK_FORMAT_H
#define DHI_BLOCK_FORMAT_H

#include "os/alarm.h"
#include "os/identity.h"

#include <dh/memory.h>
#include <dh/metrics.h>
#include <dh/slot_rw.h>

#include <assert.h>
#include <stddef.h>
#include <stdint.h>

enum {
    DHI_FORMAT = 8,
    DHI_LINE = 64,
    DHI_PAGE = 4096,
    DHI_SLOTS_MAX = 1 << 20,
    DHI_CONSUMERS_MAX = 1024,
    DHI_SPINLOCKS_MAX = 1024,
    DHI_TEXT_MAX = 1 << 20,
    DHI_FAMILY_BYTES = 160,
    DHI_INLINE_BYTES = 32,  /* payloads up to this lie in the slot word's line */
    DHI_LEASE_PRODUCER = 0, /* lease bytes */
    DHI_LEASE_CONSUMER = 1, /* + record; on the roll of a strict block, too */
    DHI_ROLL_HEIR = 0,      /* on the roll: who ended the producer is about to follow it */
};

#define DHI_MAGIC      UINT64_C(0x314b434f4c424844) /* "DHBLOCK1" as little-endian bytes */
#define DHI_BYTE_ORDER UINT32_C(0x01020304)
#define DHI_START_MAX  (UINT64_C(1) << 60) /* a slot word has 62 bits for the sequence */
#define DHI_SEGMENT_MAX \
    (UINT64_C(1) << 36) /* 64 GiB: no fallocate beyond, whatever the numbers say */

enum dhi_flags {
    DHI_FLAG_MEMBARRIER =
        1, /* StoreLoad order by membarrier on the rare side, else by a fence on both */
    DHI_FLAG_SECRET = 2,
    DHI_FLAG_INLINE = 4,
    DHI_FLAG_UNSTAMPED = 8,
    DHI_FLAG_STRICT = 16, /* no consumer can write what is another's */
};

struct dhi_header {
    uint64_t magic; /* stored last, when all else stands */
    uint32_t format;
    uint32_t byte_order;
    uint64_t data_bytes, claims_bytes, zones_bytes; /* sizes of the segments; zones 0: none */
    uint32_t flags;                                 /* enum dhi_flags */
    uint32_t incarnation;
    uint32_t full;     /* enum dh_full */
    uint32_t checksum; /* enum dh_checksum */
    uint32_t n_slots;  /* as promised by the schema */
    uint32_t n_states; /* slot words: n_slots; on overwrite channels one more, so that a half-done
                          commit hides none of the n_slots newest */
    uint32_t n_buffers;
    uint32_t n_consumers;
    uint32_t minor; /* newest that the producer knows */
    uint32_t n_roots;
    uint32_t n_lineage;
    uint32_t text_bytes;
    uint64_t payload_stride; /* from buffer to buffer */
    uint64_t roots_offset, lineage_offset, text_offset;
    uint64_t control_offset, evicted_offset, alarms_offset, refills_offset, metrics_offset;
    uint64_t states_offset, payload_offset;
    int64_t stall_limit_ns; /* 0: nobody is put out */
    uint64_t created_ns;    /* CLOCK_REALTIME */
    unsigned char schema_hash[DH_HASH_BYTES];
    struct dhi_identity producer;
    uint64_t start; /* the first message's sequence: as many as the blocks before this one had */
    unsigned char predecessor[16]; /* the instance of the block before this one; zero: none */
    uint32_t huge_page_bytes;      /* the data segment is whole ones of them; 0: small pages */
    uint32_t pages, asked_pages;   /* enum dh_pages: got, and asked for */
    uint32_t numa, asked_numa;     /* enum dh_numa: likewise */
    uint32_t node, asked_node;     /* of DH_NUMA_NODE, else 0 */
    uint32_t reserved;
    uint64_t huge_bytes; /* of the data segment, in huge pages when it was made */
    char channel[DH_CHANNEL_MAX + 1];
    char family[DHI_FAMILY_BYTES];
};
static_assert(sizeof(struct dhi_header) == 656, "the header");

struct dhi_root {
    char name[DH_NAME_MAX + 1]; /* "" for the slot */
    uint32_t size_bytes;
    uint32_t shared;
    uint32_t n_spinlocks;
    uint32_t first_lineage; /* index in the lineage table */
    uint32_t n_minors;
    uint32_t reserved;
    uint64_t guard_offset; /* own zone: its sequence word; shared zone: its first lock */
    uint64_t value_offset; /* of the struct; 0 for the slot */
};
static_assert(sizeof(struct dhi_root) == 104, "a root");

struct dhi_lineage {
    uint32_t minor;
    uint32_t size_bytes;
    unsigned char hash[DH_HASH_BYTES];
};
static_assert(sizeof(struct dhi_lineage) == 40, "a minor of a root");

/* Whether a block is its channel's. The producer's own word: a successor asks its process to change
 * it, and of a dead producer nobody needs it (docs/explain/handover.md).
 *
 *      OPEN ──a successor asks──▶ CLOSING ──it confirms──▶ FINAL
 *        ▲                           │
 *        └──it died before that──────┘
 */
enum dhi_close {
    DHI_CLOSE_OPEN = 0,
    DHI_CLOSE_CLOSING = 1, /* nothing is committed for the moment */
    DHI_CLOSE_FINAL = 2,   /* nothing more will ever be: a successor has the channel */
};

/* The producer's own words, each on the line of those who read it. */
struct dhi_control {
    _Alignas(64) uint32_t wake_epoch; /* changes at each wake: what consumers sleep on */
    _Alignas(64) uint32_t room_wait;  /* 0, or DHI_ROOM_WAIT | position: the producer sleeps until
                                         the claim in its way is there */
    uint32_t room_index;              /* the record whose claim that is */
    _Alignas(64) uint32_t ended;      /* 1: closed in order, after the last commit */
    uint32_t close;                   /* enum dhi_close */
    uint32_t places; /* 1: some are kept for readers of the block before this one */
    uint32_t reserved;
    uint64_t heartbeat_ns;  /* CLOCK_MONOTONIC, last call that had time to look; reports hangs,
                               decides nothing */
    struct dhi_alarm alarm; /* for those who have none of their own, see alarms[i] */
};
static_assert(sizeof(struct dhi_control) == 192, "three lines");

/* evicted[i], u32, behind the control words: the incarnation of record i that was put out last; 0:
 * none. An incarnation, not a flag: a newcomer in that record is not meant. Written by the
 * producer.
 *
 * alarms[i], behind them: what the consumer with record i sleeps on besides wake_epoch; each is
 * rung by the kernel, whoever else sleeps. A word that is 0 hangs nowhere: its consumer sleeps on
 * the control words' one alarm, whose sleepers wake one another.
 *
 * refills[b], u32, behind those on `overwrite` channels: how often buffer b was taken to be filled.
 * A consumer whose hold was wiped out by another that went wrong sees here that it cannot rely on
 * what it has read. Written by the producer. */

struct dhi_claims {
    _Alignas(64)
        uint32_t hint; /* 1: somebody sleeps, or is about to: the one word with several writers */
    uint32_t ended_by_pid;  /* who ended a producer that stood still, for people; 0: nobody */
    uint64_t heir_until_ns; /* CLOCK_MONOTONIC: so long a successor of it may be expected */
};
static_assert(sizeof(struct dhi_claims) == 64, "a line");

/* A claim word: incarnation << 32 | FREE << 31 | position modulo 2^31. FREE is a bit of its own, so
 * that no position can be taken for it, and lies in the half that a waiting producer sleeps on, so
 * that leaving changes that half. */
#define DHI_CLAIM_FREE     UINT32_C(0x80000000)
#define DHI_CLAIM_POSITION UINT32_C(0x7fffffff)
#define DHI_CLAIM_TURN     (UINT64_C(1) << 32) /* one incarnation */

static inline uint64_t dhi_claim(uint32_t incarnation, uint64_t position)
{
    return incarnation * DHI_CLAIM_TURN | (position & DHI_CLAIM_POSITION);
}

/* Set in room_wait while the producer waits, besides the position (modulo 2^31). */
#define DHI_ROOM_WAIT UINT32_C(0x80000000)

/* The incarnation of a place that is kept for a consumer of the block before this one. Only in a
 * block that has a predecessor; consumers begin above it. */
#define DHI_CLAIM_KEPT UINT32_C(1)

enum dhi_ended {
    DHI_ENDED_NEVER = 0, /* the record was never used */
    DHI_ENDED_NOT = 1,   /* in use */
    DHI_ENDED_LEFT = 2,
    DHI_ENDED_REAPED = 3,
};

/* What one consumer owns. Only the holder of its lease byte writes here. */
struct dhi_record {
    _Alignas(64) uint64_t claim; /* the line that the producer scans */
    uint64_t hold;               /* overwrite: buffer + 1, 0: none */
    _Alignas(64) uint64_t heartbeat_ns;
    uint64_t position; /* for people: the next sequence, all 64 bits */
    uint64_t joined_ns;
    uint64_t ended_ns;
    uint32_t ended;        /* enum dhi_ended */
    uint32_t ended_by_pid; /* who reaped it */
    uint32_t place;        /* of a strict block: the number of the record, as it was given */
    uint32_t reserved;
    _Alignas(64) struct dh_consumer_metrics metrics;
    _Alignas(64) struct dhi_identity identity;
};
static_assert(sizeof(struct dhi_record) == 320, "five lines");

/* A lock of a shared zone. */
struct dhi_lock {
    _Alignas(64) uint32_t word; /* see spinlock.h */
    uint32_t depth;             /* of the owner's recursion; written by the owner */
};
static_assert(sizeof(struct dhi_lock) == 64, "a line each: locks do not disturb one another");

#endif
