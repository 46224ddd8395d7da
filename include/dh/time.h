/* SPDX-License-Identifier: Apache-2.0
 *
 * time.h - deadlines. Whatever can wait takes one: a point of CLOCK_MONOTONIC in nanoseconds.
 *
 *      imu_loan(&imu, DH_NOW, &s)                  do not wait
 *      imu_loan(&imu, dh_in(5 * DH_MS), &s)        wait at most 5 ms
 *      imu_loan(&imu, DH_FOREVER, &s)              wait until it comes
 */
#ifndef DH_TIME_H
#define DH_TIME_H

#include <dh/error.h>

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define DH_NOW     INT64_C(0)
#define DH_FOREVER INT64_MAX
#define DH_US      INT64_C(1000)
#define DH_MS      INT64_C(1000000)
#define DH_S       INT64_C(1000000000)

/* CLOCK_MONOTONIC, nanoseconds. Never blocks. Any thread; signal-safe; about 25 ns. */
DH_API int64_t dh_now(void);

/* The deadline that lies duration_ns from now; a huge duration is DH_FOREVER. Never blocks. Any
 * thread; signal-safe. */
static inline int64_t dh_in(int64_t duration_ns)
{
    int64_t now = dh_now();

    return duration_ns > DH_FOREVER - now ? DH_FOREVER : now + duration_ns;
}

#ifdef __cplusplus
}
#endif
#endif
