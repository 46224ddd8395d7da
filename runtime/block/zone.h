/* SPDX-License-Identifier: Apache-2.0
 *
 * zone.h - one participant's side of a flexible zone.
 */
#ifndef DHI_BLOCK_ZONE_H
#define DHI_BLOCK_ZONE_H

#include "block/segment.h"

#include <dh/zone.h>

struct dh_zone {
    struct dhi_block *block;
    struct dhi_gate *gate; /* the producer's */
    unsigned char *value;
    uint64_t *guard;        /* own zone: its sequence word */
    struct dhi_lock *locks; /* shared zone */
    uint32_t n_locks;
    uint32_t owner;     /* as whom locks are taken */
    uint32_t our_bytes; /* of the struct in this program's schema */
    uint32_t bytes;     /* of the struct in both schemas */
    bool writable;
};

/* The zone `name` of the block; false if there is none. `our_bytes` is its size in this program's
 * schema. */
bool dhi_zone_find(struct dh_zone *zone, struct dhi_block *block, const char *name,
                   uint32_t our_bytes, uint32_t owner);

#endif
