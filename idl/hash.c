/* SPDX-License-Identifier: Apache-2.0 */
#include "hash.h"

#include <sodium.h>

void dhs_hash(const struct dhs_text *parts, size_t n, uint8_t hash[DHS_HASH_BYTES])
{
    crypto_generichash_state state;
    crypto_generichash_init(&state, NULL, 0, DHS_HASH_BYTES);
    for (size_t i = 0; i < n; i++)
        crypto_generichash_update(&state, (const unsigned char *)parts[i].data, parts[i].length);
    crypto_generichash_final(&state, hash, DHS_HASH_BYTES);
}
