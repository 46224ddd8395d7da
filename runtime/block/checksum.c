/* SPDX-License-Identifier: Apache-2.0 */
#include "block/checksum.h"

#include <sodium.h>
#include <string.h>

void dhi_checksum(const void *payload, size_t bytes, uint64_t digest[4])
{
    unsigned char hash[32];

    crypto_generichash(hash, sizeof hash, payload, bytes, NULL, 0);
    memcpy(digest, hash, sizeof hash);
}
