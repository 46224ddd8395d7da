/* SPDX-License-Identifier: Apache-2.0
 *
 * clock.h - a clock that costs next to nothing and is a few milliseconds old.
 */
#ifndef DHI_BASE_CLOCK_H
#define DHI_BASE_CLOCK_H

#include <dh/time.h>

#include <time.h>

static inline int64_t dhi_now_coarse(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC_COARSE, &t);
    return (int64_t)t.tv_sec * DH_S + t.tv_nsec;
}

#endif
