/* SPDX-License-Identifier: Apache-2.0
 *
 * registry.h - what the broker remembers: schemas by hash, who carried them when, and what
 * happened.
 *
 * The thread that serves never waits for a write; it reads the file only for a schema that it did
 * not see itself, or that no channel of now lets the asker see. It tells rows, and gets a ticket
 * for each; a worker writes all that was told in one transaction, with one fsync, while the next
 * batch gathers:
 *
 *      tell ──▶ waiting ──take──▶ batch ──dhi_batch_write (worker)──▶ done: tickets are settled
 *                  ▲                          │ disk full, read-only, gone
 *                  └──────────────────────────┘ DEGRADED: kept, and tried again
 *
 * A ticket is settled when its row is on the disk, or when it is known and said that the registry
 * cannot write now. Rows that wait are kept in memory, so many; what is over that is counted.
 *
 * All calls but dhi_batch_write belong to the thread that serves.
 */
#ifndef DHI_BROKER_REGISTRY_H
#define DHI_BROKER_REGISTRY_H

#include "broker/database.h"
#include "broker/registry_read.h"
#include "broker/texts.h"

typedef struct dhi_registry dhi_registry;
struct dhi_batch;

enum dhi_registry_state {
    DHI_REGISTRY_MEMORY,   /* no folder was given: nothing outlives the broker */
    DHI_REGISTRY_OPENING,  /* the file is being checked */
    DHI_REGISTRY_WRITES,   /* what is acknowledged is on the disk */
    DHI_REGISTRY_DEGRADED, /* what is acknowledged is in memory, and the answers say so */
};

/* For metrics. */
struct dhi_registry_facts {
    enum dhi_registry_state state;
    uint64_t told, written, dropped; /* rows */
    uint64_t batches, failures;
    uint64_t waiting; /* rows */
    int64_t write_ns; /* in all batches together */
};

/* `folder` NULL: in memory alone. NULL: no memory. */
dhi_registry *dhi_registry_open(const char *folder, const struct dhi_keeping *keeping);
void dhi_registry_close(dhi_registry *registry); /* writes what waits */

/* A row with event and time; the caller fills in the rest and tells it. NULL: no memory. */
struct dhi_row *dhi_row_new(enum dhi_event event);
/* Takes the row. Returns its ticket; 0: settled already. */
uint64_t dhi_registry_tell(dhi_registry *registry, struct dhi_row *row);

/* Keep a text whose hash was checked, and tell the disk with `row` if it may be new there. */
enum dhi_recorded dhi_registry_record(dhi_registry *registry, const unsigned char hash[32],
                                      const char *text, size_t bytes, uint32_t uid,
                                      struct dhi_row *row);
/* The same row and text as before, to a disk that forgot them. */
uint64_t dhi_registry_tell_again(dhi_registry *registry, struct dhi_row *row);
/* A copy to free(); NULL: unknown. */
char *dhi_registry_text(dhi_registry *registry, const unsigned char hash[32], size_t *bytes);

/* Who carried it, as far as the disk tells. */
void dhi_registry_carriers(dhi_registry *registry, const unsigned char hash[32],
                           dhi_visit_history *visit, void *context);

bool dhi_registry_settled(const dhi_registry *registry, uint64_t ticket);
/* The disk does not answer: settle what waits for it, and say so. */
void dhi_registry_give_up_waiting(dhi_registry *registry);
/* Once after the file had to be begun anew under a running broker: tell it all that is known. */
bool dhi_registry_forgot(dhi_registry *registry);
/* Why the registry cannot write now; NULL: it can. */
const char *dhi_registry_trouble(const dhi_registry *registry);
void dhi_registry_facts(const dhi_registry *registry, struct dhi_registry_facts *facts);

/* What a worker is to do now; NULL: nothing, or one is at it. After a failure not before its time,
 * which *due_ns tells. */
struct dhi_batch *dhi_registry_take(dhi_registry *registry, int64_t now_ns, int64_t *due_ns);
void dhi_batch_write(struct dhi_batch *batch); /* blocks; any thread */
void dhi_registry_done(dhi_registry *registry, struct dhi_batch *batch);

#endif
