/* SPDX-License-Identifier: Apache-2.0
 *
 * segment.h - a block's four segments: made by a producer, or received as descriptors, checked and
 * mapped.
 *
 *      producer   dhi_block_create ──▶ fds ──(socket)──▶ dhi_block_map   consumer, observer, admin,
 * broker
 *
 * What is received is untrusted: seals, sizes, every offset and count, the text's hash and the
 * lineage table are checked before anything is believed, and what was checked is a private copy.
 */
#ifndef DHI_BLOCK_SEGMENT_H
#define DHI_BLOCK_SEGMENT_H

#include "block/format.h"
#include "block/gate.h"

#include <dh/error.h>
#include <dh/producer.h>

#include <stdbool.h>

/* Descriptors of a block; -1 where it is not given or the block has none. */
struct dhi_fds {
    int data;
    int claims;
    int zones;
    int lease; /* of a consumer of a strict block: its record, and the lease on it */
    int talk;  /* the connection to the producer that gave them, if it stays open (strict.h) */
    int roll;  /* of a strict block: who reads it (strict.h); a consumer's holds its own lock */
};
#define DHI_NO_FDS ((struct dhi_fds){ -1, -1, -1, -1, -1, -1 })

/* What is mapped, and how:       data   claims       zones        lease */
enum dhi_role {
    DHI_PRODUCER, /*              rw     rw           rw           reopened, byte 0 locked */
    DHI_CONSUMER, /*              r      rw           rw           reopened */
    DHI_OBSERVER, /*              r      -            -            as given */
    DHI_ADMIN,    /*              r      r            r            as given */
    DHI_REAPER,   /*              r      rw           rw           reopened: returns what the dead
                     held */
};
/* Of a strict block a consumer has the data, and rw its own record; ADMIN and REAPER read a copy of
 * the records, which its producer makes for who has a connection to it (strict.h). */

struct dhi_block {
    enum dhi_role role;
    uint32_t forks; /* dhi_forks() where it was opened */
    struct dhi_fds fds;
    struct dhi_header head; /* private, checked copy */
    struct dhi_root roots[DH_ROOTS_MAX];
    struct dhi_lineage *lineage; /* private copy, head.n_lineage entries */
    char *text;                  /* private copy, zero terminated; its hash is head.schema_hash */

    unsigned char *data; /* the mappings; NULL where the role has none */
    unsigned char *claims;
    unsigned char *zones;

    struct dhi_control *control;
    uint32_t *evicted;        /* [n_consumers] */
    struct dhi_alarm *alarms; /* [n_consumers] */
    uint32_t *refills;        /* [n_buffers] on `overwrite` channels, else none */
    struct dh_producer_metrics *metrics;
    SlotRWState *states;
    unsigned char *payload;
    struct dhi_claims *shared;
    struct dhi_record *records; /* the first; dhi_record_of() finds the others */
    uint32_t record_stride;     /* bytes from one to the next */
    uint32_t place;             /* CONSUMER of a strict block: the number of its record */
    uint32_t wishes;            /* how many went over fds.talk */
    int64_t copied_ns;          /* ADMIN, REAPER of a strict block: when its records were copied */
    struct dhi_strict *strict;  /* PRODUCER of a strict block */
    struct dhi_gate gate;       /* PRODUCER */
    uint32_t producer_let_go; /* 1: seen, by whatever thread; who is reaped leaves nothing to see */
};

/* Of a strict block a consumer may touch its own alone. */
static inline struct dhi_record *dhi_record_of(const struct dhi_block *block, uint32_t index)
{
    unsigned char *first = (unsigned char *)block->records;

    return (struct dhi_record *)(void *)(first + (size_t)index * block->record_stride);
}

static inline bool dhi_block_is_strict(const struct dhi_block *block)
{
    return (block->head.flags & DHI_FLAG_STRICT) != 0;
}

/* Make a block for `schema` and lock its producer's lease. On success *block owns everything.
 * The caller offers its descriptors (client/hub.h). */
dh_err dhi_block_create(struct dhi_block **block, const struct dh_schema *schema,
                        const char *channel, const struct dh_producer_options *options,
                        struct dh_why *why);

/* Check and map what was received. Takes the descriptors, also on failure (then they are closed).
 */
dh_err dhi_block_map(struct dhi_block **block, struct dhi_fds fds, enum dhi_role role,
                     struct dh_why *why);

/* Check as an observer does, of borrowed descriptors, and map nothing: *block has head, roots,
 * lineage and text, and no descriptors. */
dh_err dhi_block_inspect(struct dhi_block **block, const struct dhi_fds *fds, struct dh_why *why);

/* A private copy of what `data` says of itself, before any of it is mapped or believed: to see
 * which block it is. False: it is no block. */
bool dhi_block_peek(struct dhi_header *head, int data);

/* Whether a parent has opened it. Its mappings are not here (MADV_DONTFORK); what the parent was to
 * others, it is. */
bool dhi_block_is_inherited(const struct dhi_block *block);

/* Unmap and close; releases the lease, unless it is a parent's. NULL is fine. */
void dhi_block_free(struct dhi_block *block);

void dhi_fds_close(struct dhi_fds *fds);

/* A consumer that moved keeps its place on the roll, unless it was given another one. Of strict
 * blocks; others are fine. */
void dhi_block_take_roll(struct dhi_block *block, struct dhi_block *left);

/* The number of messages committed so far, by looking at the slot words. */
uint64_t dhi_block_head(const struct dhi_block *block);

/* Whether the kernel holds the producer's lease: it lives, or is being put away. */
bool dhi_block_producer_lives(const struct dhi_block *block);

/* Whether something may still come from it: it lives, and its process has not let go of its memory.
 * Who is told false sees all that it wrote. The lease, and with it the name, may be its own for
 * some time yet. */
bool dhi_block_producer_writes(struct dhi_block *block);

/* Return what dead consumers held (block.md section 7). Role: PRODUCER or REAPER.
 * Returns how many records were returned. Any process, at any time, idempotent. */
unsigned dhi_block_reap(struct dhi_block *block);

#endif
