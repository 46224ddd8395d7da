/* SPDX-License-Identifier: Apache-2.0
 *
 * strict.h - the records of a strict block: each a segment of its own, which its consumer alone is
 * given.
 *
 *      address      ┌ hint ┬ record 0 ┬ record 1 ┬ record 2 ┬───    one page each, so that record i
 *      range        └──────┴──────────┴──────────┴──────────┴───    is found as in any other block
 *      producer      own    vacant:    given:     vacant:            a vacant one is the producer's
 *                    page   own page   a memfd    own page           private memory
 *      consumer 1    -      -          that memfd -                  no access to the rest
 *
 * The producer's process hands the places out. The lease on one is a lock that the producer takes
 * on a description which it then sends to the consumer and closes: who has it lives, nobody else
 * can have it, and giving it up harms nobody else. Byte 0 of the same segment is the producer's
 * lease towards that consumer. A place whose holder is gone is given back by laying private memory
 * over it: whatever else has its segment then writes where nobody looks.
 *
 * The roll is a page without data: who holds a lock on its byte 1 + i has place i. It goes from a
 * producer to its successor, and each consumer takes its lock along; so a successor, to whom the
 * records of a dead one are lost, knows from the kernel whom to keep a place for, and whose. Each
 * lock is taken by a producer on a description that it then sends away, as that on the record.
 */
#ifndef DHI_BLOCK_STRICT_H
#define DHI_BLOCK_STRICT_H

#include "block/segment.h"

/* ---- PRODUCER ---- */

/* Address range, and all places vacant. ENOMEM, ELIMIT (this kernel's pages are larger), ESYS. */
dh_err dhi_strict_open(struct dhi_block *block, struct dh_why *why);
/* One that was not opened is fine. The address range is the block's to unmap. */
void dhi_strict_free(struct dhi_block *block);

/* Whose place it is, as the kernel knows them: pid 0 where it is not seen. */
struct dhi_tenant {
    uint32_t pid, uid;
};

/* What is lent to a tenant: to be sent, then to be taken back from our own table. */
struct dhi_lent {
    int record, roll; /* -1: none; no roll for who brought its own */
    uint32_t place;
};
#define DHI_NOT_LENT ((struct dhi_lent){ -1, -1, 0 })

/* A place for a consumer. `brought`: the roll of one that comes from the block before, which gets
 * the place that is kept for it if it has that lock; -1: none. Any thread. Returns ETABLE, ENOMEM,
 * ESYS. */
dh_err dhi_strict_give(struct dhi_block *block, const struct dhi_tenant *tenant, int brought,
                       struct dhi_lent *lent, struct dh_why *why);
void dhi_strict_lent(struct dhi_lent *lent);
/* Before the block is offered: it takes over the roll of `old`, and keeps a place at its own start
 * for each who is on it. Returns how many; -1 with errno. */
int dhi_strict_keep(struct dhi_block *block, const struct dhi_block *old);
/* Give back what is kept for who is not on the roll any more. False: nobody is still on the way.
 * Any thread. */
bool dhi_strict_settle(struct dhi_block *block);
/* If the holder of that place is gone, give it back: true if it had not left in order. Any
 * thread. */
bool dhi_strict_reap(struct dhi_block *block, uint32_t index);
/* Whether somebody has it, and lives. */
bool dhi_strict_lives(const struct dhi_block *block, uint32_t index);
/* Copy the records to the claims segment, as they are and as the kernel knows it. Any thread. */
void dhi_strict_copy(struct dhi_block *block);
/* A lease that shows whether the producer lives, and nothing hangs on: for who looks on. Borrowed.
 */
int dhi_strict_look(const struct dhi_block *block);

/* ---- CONSUMER ---- */

/* The address range, with the record that was given. ESEAL, ECORRUPT, ENOMEM, ESYS. */
dh_err dhi_strict_map(struct dhi_block *block, struct dh_why *why);

/* ---- ADMIN, REAPER ---- */

/* Have the copy of the records made anew, unless it is of this moment already; any other block is
 * fine. A producer that does not answer leaves it as it is. At most a quarter of a second. */
void dhi_strict_refresh(struct dhi_block *block);

#endif
