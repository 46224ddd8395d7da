/* SPDX-License-Identifier: Apache-2.0 */
#include "block/checksum.h"

#include <dh/producer.h>

#include <sodium.h>
#include <string.h>

/* All of libxxhash is in its header: nothing to link, and short payloads need no call. */
#define XXH_INLINE_ALL
#include <xxhash.h>

static void fast(const void *payload, size_t bytes, uint64_t digest[4])
{
    XXH128_hash_t hash = XXH3_128bits(payload, bytes);

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
        fast(payload, bytes, digest);
        return;
    }
    crypto_generichash(hash, sizeof hash, payload, bytes, key,
                       key != NULL ? DHI_CHECKSUM_KEY_BYTES : 0);
    memcpy(digest, hash, sizeof hash);
}
