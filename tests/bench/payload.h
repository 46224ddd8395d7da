/* SPDX-License-Identifier: Apache-2.0
 *
 * payload.h - what every message of every row carries, so that all of it is written and all of it
 * is verified: word i of message n is n + i, and so the sum of all words is known.
 */
#ifndef TESTS_BENCH_PAYLOAD_H
#define TESTS_BENCH_PAYLOAD_H

#include <stddef.h>
#include <stdint.h>

#define PAYLOAD_LAST UINT64_MAX       /* the number of the message that ends a row */
#define PAYLOAD_TORN (UINT64_MAX - 1) /* no message: one whose words are not all there */

static inline void payload_write(void *payload, size_t words, uint64_t n)
{
    uint64_t *word = payload;

    for (size_t i = 0; i < words; i++)
        word[i] = n + i;
}

/* Read all of it; its number, or PAYLOAD_TORN. */
static inline uint64_t payload_read(const void *payload, size_t words)
{
    const uint64_t *word = payload;
    uint64_t n = word[0], sum = 0;

    for (size_t i = 0; i < words; i++)
        sum += word[i];
    return sum == n * words + words * (words - 1) / 2 ? n : PAYLOAD_TORN;
}

#endif
