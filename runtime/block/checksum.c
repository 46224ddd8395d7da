/* SPDX-License-Identifier: Apache-2.0 */
#include "block/checksum.h"

#include <dh/producer.h>

#include <sodium.h>
#include <string.h>

/* All of libxxhash is in its header: nothing to link, and short payloads need no call. */
#define XXH_INLINE_ALL
#include <xxhash.h>

struct dhi_running_sum {
    union {
        XXH3_state_t fast;
        crypto_generichash_state blake2b;
    } u;
    bool is_fast;
};

static void put_fast(XXH128_hash_t hash, uint64_t digest[4])
{
    digest[0] = hash.low64;
    digest[1] = hash.high64;
    digest[2] = digest[3] = 0;
}

unsigned char *dhi_checksum_key_new(const void *secret, const unsigned char instance[16])
{
    static const unsigned char purpose[] = "dh checksum 1";
    crypto_generichash_state state;
    unsigned char *key;

    if (sodium_init() < 0) return NULL;
    key = sodium_malloc(DHI_CHECKSUM_KEY_BYTES);
    if (key == NULL) return NULL;
    crypto_generichash_init(&state, secret, DH_SECRET_BYTES, DHI_CHECKSUM_KEY_BYTES);
    crypto_generichash_update(&state, purpose, sizeof purpose - 1);
    crypto_generichash_update(&state, instance, 16);
    crypto_generichash_final(&state, key, DHI_CHECKSUM_KEY_BYTES);
    sodium_memzero(&state, sizeof state);
    return key;
}

void dhi_checksum_key_free(unsigned char *key)
{
    sodium_free(key);
}

void dhi_checksum(enum dh_checksum kind, const unsigned char *key, const void *payload,
                  size_t bytes, uint64_t digest[4])
{
    unsigned char hash[32];

    if (kind == DH_CHECKSUM_FAST) {
        put_fast(XXH3_128bits(payload, bytes), digest);
        return;
    }
    crypto_generichash(hash, sizeof hash, payload, bytes, key,
                       key != NULL ? DHI_CHECKSUM_KEY_BYTES : 0);
    memcpy(digest, hash, sizeof hash);
}

bool dhi_checksum_fits(enum dh_checksum kind, const unsigned char *key, const void *payload,
                       size_t bytes, const uint64_t digest[4])
{
    uint64_t now[4];

    dhi_checksum(kind, key, payload, bytes, now);
    return memcmp(now, digest, sizeof now) == 0;
}

/* ---- piece by piece ---- */

/* Its size is a multiple of its alignment, as sodium_malloc() wants it. */
struct dhi_running_sum *dhi_running_sum_new(void)
{
    return sodium_init() < 0 ? NULL : sodium_malloc(sizeof(struct dhi_running_sum));
}

void dhi_running_sum_free(struct dhi_running_sum *sum)
{
    sodium_free(sum);
}

void dhi_running_sum_begin(struct dhi_running_sum *sum, enum dh_checksum kind,
                           const unsigned char *key)
{
    sum->is_fast = kind == DH_CHECKSUM_FAST;
    if (sum->is_fast)
        (void)XXH3_128bits_reset(&sum->u.fast); /* fails for NULL alone, as the others do */
    else
        crypto_generichash_init(&sum->u.blake2b, key, key != NULL ? DHI_CHECKSUM_KEY_BYTES : 0, 32);
}

void dhi_running_sum_add(struct dhi_running_sum *sum, const void *piece, size_t bytes)
{
    if (sum->is_fast)
        (void)XXH3_128bits_update(&sum->u.fast, piece, bytes);
    else
        crypto_generichash_update(&sum->u.blake2b, piece, bytes);
}

void dhi_running_sum_end(struct dhi_running_sum *sum, uint64_t digest[4])
{
    unsigned char hash[32];

    if (sum->is_fast) {
        put_fast(XXH3_128bits_digest(&sum->u.fast), digest);
        return;
    }
    crypto_generichash_final(&sum->u.blake2b, hash, sizeof hash);
    memcpy(digest, hash, sizeof hash);
}
