/* SPDX-License-Identifier: Apache-2.0 */
#include <dh/time.h>

#include <time.h>

int64_t dh_now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * DH_S + t.tv_nsec;
}
