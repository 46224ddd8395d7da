/* SPDX-License-Identifier: Apache-2.0
 *
 * ahead.h - enforced checksums of large slots, verified by helper threads of a consumer before it
 * comes to them. On a `wait` channel what is committed and not released stays as it is, so the
 * verdict that is found ahead is the one that acquire would find.
 *
 *      ring        … released │ in hand │ next │ committed … │ head
 *                             └─ from ─────────────────────── what may be looked at
 *      a look      UNSEEN ──helper──▶ BUSY ──▶ GOOD | BAD ──acquire──▶ the program, or ECHECKSUM
 *                     └──acquire──▶ OURS ──────▶┘
 *
 * All of it is private to one process; the ring is read as acquire reads it.
 */
#ifndef DHI_BLOCK_AHEAD_H
#define DHI_BLOCK_AHEAD_H

#include "block/ring.h"

/* n_threads helpers, which begin at once, or, for a side that is still to join, with its first
 * dhi_ahead_reserve(). *rw->ahead stays NULL where there is nothing to gain: no enforced checksum,
 * a small slot, `overwrite` (a consumer holds one buffer there, and can look at no other). EINVAL
 * (too many), ENOMEM, ESYS. */
dh_err dhi_ahead_open(dh_slot_rw *rw, uint32_t n_threads, struct dh_why *why);
void dhi_ahead_close(struct dhi_ahead *ahead); /* before the claim is given up; NULL is fine */

/* ---- the consumer's thread ---- */

/* It waits for message `next`, and will verify that itself unless a helper has begun. */
void dhi_ahead_reserve(struct dhi_ahead *ahead, uint64_t next);
/* It has stopped waiting for it: that one is the helpers', too. */
void dhi_ahead_yield(struct dhi_ahead *ahead, uint64_t next);
/* Whether that message, which is committed and not released, is whole. */
bool dhi_ahead_verdict(struct dhi_ahead *ahead, uint64_t sequence);

#endif
