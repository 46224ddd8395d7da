/* SPDX-License-Identifier: Apache-2.0
 *
 * check.h - the number in a sample that proves that all of it was seen, and nothing of another.
 *
 * It covers the bytes of version 1.0 behind the number itself, so that programs of every later
 * minor version compute the same. It finds accidents, not forgeries.
 */
#ifndef PULSE_CHECK_H
#define PULSE_CHECK_H

#include "pulse.dh.h"

static inline uint64_t pulse_check(const struct pulse_sample *sample)
{
    size_t end = pulse_schema.roots[0].minors[0].size_bytes;
    const unsigned char *bytes = (const unsigned char *)sample;
    uint64_t sum = 0x9e3779b97f4a7c15, word;

    for (size_t at = sizeof sample->check; at + sizeof word <= end; at += sizeof word) {
        memcpy(&word, bytes + at, sizeof word);
        sum = (sum ^ word) * 0xff51afd7ed558ccd;
        sum ^= sum >> 32;
    }
    return sum;
}

#endif
