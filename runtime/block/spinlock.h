/* SPDX-License-Identifier: Apache-2.0
 *
 * spinlock.h - the locks of shared zones: several writers by nature, and so the one place with
 * compare-and-swap.
 *
 *      31         30       29…16    15…0
 *      DIED   │ WAITERS │    0    │ owner: 0 nobody, 1 the producer, 2 + i the consumer of record i
 *
 * The owner is a participant, not a thread: its lease tells whether it lives. Who finds it dead
 * takes the lease byte (so that no newcomer can be mistaken for it), then the lock, with DIED set;
 * DIED stays until dh_zone_consistent(). A hostile peer can scribble here and make others time out;
 * it cannot make them wait longer than their deadline.
 */
#ifndef DHI_BLOCK_SPINLOCK_H
#define DHI_BLOCK_SPINLOCK_H

#include "block/segment.h"

#define DHI_LOCK_OWNER    UINT32_C(0xffff)
#define DHI_LOCK_WAITERS  UINT32_C(0x40000000)
#define DHI_LOCK_DIED     UINT32_C(0x80000000)
#define DHI_LOCK_PRODUCER UINT32_C(1)

static inline uint32_t dhi_lock_owner_of_record(uint32_t record)
{
    return 2 + record;
}

/* Outcomes as in zone.h: OK, EBUSY, EOWNERDEAD; EORDER. */
dh_err dhi_lock_take(const struct dhi_block *block, struct dhi_lock *lock, uint32_t owner,
                     int64_t deadline_ns);
dh_err dhi_lock_give(struct dhi_lock *lock, uint32_t owner);
dh_err dhi_lock_consistent(struct dhi_lock *lock, uint32_t owner);

/* Whatever `owner` holds in the block's zones belongs to nobody and is marked DIED. The caller
 * holds the owner's lease byte. */
void dhi_locks_settle(struct dhi_block *block, uint32_t owner);

#endif
