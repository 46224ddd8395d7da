/* SPDX-License-Identifier: Apache-2.0 */
/* BLAKE2b-256, as `b2sum -l 256` computes it. */
#ifndef DHS_HASH_H
#define DHS_HASH_H

#include "model.h"

/* Hashes the concatenation of `n` parts. */
void dhs_hash(const struct dhs_text *parts, size_t n, uint8_t hash[DHS_HASH_BYTES]);

#endif
