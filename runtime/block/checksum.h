/* SPDX-License-Identifier: Apache-2.0
 *
 * checksum.h - the checksum of a payload, as four words that can be stored one by one: BLAKE2b-256,
 * or with `checksum: fast` XXH3 of 128 bits in the first two, and zero in the others. On a channel
 * with a secret BLAKE2b is keyed: who does not know the secret cannot make a checksum that passes.
 * XXH3 finds accidents alone, with or without.
 *
 *      checksum key = BLAKE2b-256, keyed with the secret, of "dh checksum 1" and the block's
 * instance
 */
#ifndef DHI_BLOCK_CHECKSUM_H
#define DHI_BLOCK_CHECKSUM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <dh/schema.h>

/* `kind` is one that has checksums; `key` has DHI_CHECKSUM_KEY_BYTES, NULL: none. */
void dhi_checksum(enum dh_checksum kind, const unsigned char *key, const void *payload,
                  size_t bytes, uint64_t digest[4]);

/* Whether that is the payload's. */
bool dhi_checksum_fits(enum dh_checksum kind, const unsigned char *key, const void *payload,
                       size_t bytes, const uint64_t digest[4]);

/* The same checksum made piece by piece, in order, while a payload is written. In guarded memory,
 * since the key is in it; NULL: there is none left. */
struct dhi_running_sum *dhi_running_sum_new(void);
void dhi_running_sum_free(struct dhi_running_sum *sum); /* NULL is fine */
void dhi_running_sum_begin(struct dhi_running_sum *sum, enum dh_checksum kind,
                           const unsigned char *key);
void dhi_running_sum_add(struct dhi_running_sum *sum, const void *piece, size_t bytes);
void dhi_running_sum_end(struct dhi_running_sum *sum, uint64_t digest[4]);

enum { DHI_CHECKSUM_KEY_BYTES = 32 };

/* In guarded memory that is wiped by dhi_checksum_key_free(); NULL: there is none left. */
unsigned char *dhi_checksum_key_new(const void *secret, const unsigned char instance[16]);
void dhi_checksum_key_free(unsigned char *key); /* NULL is fine */

/* Whether commit computes it and acquire verifies it, without the program's doing. */
static inline bool dhi_checksum_is_enforced(enum dh_checksum kind)
{
    return kind >= DH_CHECKSUM_ENFORCED;
}

/* Whether it is enforced, and takes so long for a slot of that size that another thread is worth
 * being woken for it: some 50 µs. */
static inline bool dhi_checksum_is_slow(enum dh_checksum kind, size_t bytes)
{
    return (kind == DH_CHECKSUM_ENFORCED && bytes >= 64 << 10) ||
           (kind == DH_CHECKSUM_FAST && bytes >= 1 << 20);
}

#endif
