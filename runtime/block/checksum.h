/* SPDX-License-Identifier: Apache-2.0
 *
 * checksum.h - BLAKE2b-256 of a payload, as four words that can be stored one by one.
 */
#ifndef DHI_BLOCK_CHECKSUM_H
#define DHI_BLOCK_CHECKSUM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

void dhi_checksum(const void *payload, size_t bytes, uint64_t digest[4]);

#endif
