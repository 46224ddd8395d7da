/* SPDX-License-Identifier: Apache-2.0
 *
 * checksum.h - the checksum of a payload, as four words that can be stored one by one: BLAKE2b-256,
 * or with `checksum: fast` XXH3 of 128 bits in the first two, and zero in the others.
 */
#ifndef DHI_BLOCK_CHECKSUM_H
#define DHI_BLOCK_CHECKSUM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <dh/schema.h>

/* `kind` is one that has checksums. */
void dhi_checksum(enum dh_checksum kind, const void *payload, size_t bytes, uint64_t digest[4]);

/* Whether commit computes it and acquire verifies it, without the program's doing. */
static inline bool dhi_checksum_is_enforced(enum dh_checksum kind)
{
    return kind >= DH_CHECKSUM_ENFORCED;
}

#endif
