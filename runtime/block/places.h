/* SPDX-License-Identifier: Apache-2.0
 *
 * places.h - what a new block takes over from the one before it: where that ended, places for its
 * readers, its zones.
 *
 *      old block   claims of who reads it ──▶  new block   claims (KEPT, start) at the same records
 *
 * A kept place is honoured like any claim: the new ring waits for who is still on the way, however
 * late. Who moves locks the byte of its new record, claims it, and only then lets the old byte go;
 * so a place is given back by who holds both bytes, for nobody can be coming then.
 */
#ifndef DHI_BLOCK_PLACES_H
#define DHI_BLOCK_PLACES_H

#include "block/segment.h"

/* Whether a record is kept for somebody who has not come yet. */
bool dhi_place_is_kept(const struct dhi_block *block, uint32_t index);
uint32_t dhi_places_count(const struct dhi_block *block);

/* What a block that is not offered yet takes from `old` (role REAPER), which has ended: closed, or
 * its producer dead. Both are strict, or neither is. Begins where that one ends. Returns how many
 * places were kept; -1 with errno: the roll of a strict one cannot be had. */
int dhi_block_inherit(struct dhi_block *block, struct dhi_block *old);

/* Looks after kept places; leases of its own, so that no other thread shares their locks. */
struct dhi_places {
    struct dhi_block *block; /* borrowed; NULL: no place is kept any more */
    int old_lease, lease;    /* -1 of a strict block, which has them on its roll */
};
#define DHI_NO_PLACES ((struct dhi_places){ NULL, -1, -1 })

/* ENOMEM, ESYS. */
dh_err dhi_places_open(struct dhi_places *places, struct dhi_block *block,
                       const struct dhi_block *old, struct dh_why *why);
/* Give back the places of the dead. False: none is left, and nothing need be looked after. */
bool dhi_places_look(struct dhi_places *places);
void dhi_places_close(struct dhi_places *places);

#endif
