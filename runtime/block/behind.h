/* SPDX-License-Identifier: Apache-2.0
 *
 * behind.h - enforced checksums of large slots, made by helper threads of a producer behind its
 * commits: commit hands the slot over, and consumers see it when its sum is there, in order.
 *
 *      ring      … shown │ summed, being summed, handed over │ loaned │ free …
 *                        └─ shown.next (the head)            └─ rw->next
 *      a slot    loan ─▶ commit: HANDED ──helper──▶ BUSY ──▶ SUMMED ──the helper that shows──▶
 * shown
 *
 * Nobody outside the process can tell: to them all of it are open loans until they are shown. Of a
 * process that dies they are lost like those.
 */
#ifndef DHI_BLOCK_BEHIND_H
#define DHI_BLOCK_BEHIND_H

#include "block/ring.h"

/* n_threads helpers, for a writer that has everything else and has written nothing.
 * *rw->behind stays NULL where there is nothing to gain: no enforced checksum, or a small slot.
 * EINVAL (too many, `overwrite`), ENOMEM, ESYS. */
dh_err dhi_behind_open(dh_slot_rw *rw, uint32_t n_threads, struct dh_why *why);
/* When all that was handed over is shown, unless a successor has the channel; an open loan is
 * nobody's. NULL is fine. */
void dhi_behind_close(struct dhi_behind *behind);

/* What slot_rw.h says of these, for a writer with helpers. */
dh_err dhi_behind_acquire_write(dh_slot_rw *rw, int64_t deadline_ns, uint32_t *n);
dh_err dhi_behind_commit(dh_slot_rw *rw, uint32_t n, uint32_t length);
dh_err dhi_behind_release_write(dh_slot_rw *rw);
dh_err dhi_behind_flush(dh_slot_rw *rw, int64_t deadline_ns);
uint32_t dhi_behind_in_hand(const struct dhi_behind *behind);

#endif
