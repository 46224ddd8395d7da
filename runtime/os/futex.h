/* SPDX-License-Identifier: Apache-2.0
 *
 * futex.h - sleep on a word of shared memory, also one that is mapped read-only here.
 */
#ifndef DHI_OS_FUTEX_H
#define DHI_OS_FUTEX_H

#include <stdbool.h>
#include <stdint.h>

/* Sleep while *word == value, until woken or until deadline_ns of CLOCK_MONOTONIC. Returns for any
 * reason or none: look again. */
void dhi_futex_wait(const uint32_t *word, uint32_t value, int64_t deadline_ns);

/* Sleep while both words have these values. False: an older kernel, which looks at the first alone.
 */
bool dhi_futex_wait_either(const uint32_t *word, uint32_t value, const uint32_t *other,
                           uint32_t other_value, int64_t deadline_ns);

/* Wake everyone who sleeps on it. */
void dhi_futex_wake(const uint32_t *word);

#endif
