/* SPDX-License-Identifier: Apache-2.0
 *
 * recover.h - who holds a slot or a lock, what of a block does not hold, and what the dead held
 * given back: the inside of dh/recovery.h, on a mapped block.
 */
#ifndef DHI_BLOCK_RECOVER_H
#define DHI_BLOCK_RECOVER_H

#include "block/segment.h"

#include <dh/recovery.h>

/* As dh_recovery_slot and dh_recovery_lock; role OBSERVER sees no consumers. */
dh_err dhi_report_slot(const struct dhi_block *block, uint32_t index, struct dh_slot_report *report,
                       struct dh_holder *holders, uint32_t n_room);
dh_err dhi_report_lock(const struct dhi_block *block, uint32_t root, uint32_t lock,
                       struct dh_lock_report *report);

/* Whether a producer-written zone is in the middle of an update. */
bool dhi_zone_is_torn(const struct dhi_block *block, const struct dhi_root *root);

/* What the dead owner of record `index` holds; false: nobody is dead there. */
bool dhi_report_dead(const struct dhi_block *block, uint32_t index, struct dh_release *release);

/* Every check that words in shared memory allow. Role ADMIN (all) or OBSERVER (the data segment).
 * `secret` keys the checksums of a block that has one; NULL: none. Returns ENOMEM. */
dh_err dhi_validate(const struct dhi_block *block, const void *secret, dh_flaw_found found,
                    void *context, struct dh_validation *result);

#endif
