/* SPDX-License-Identifier: Apache-2.0 */
#include "os/futex.h"

#include <dh/time.h>

#include <limits.h>
#include <linux/futex.h>
#include <stddef.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

void dhi_futex_wait(const uint32_t *word, uint32_t value, int64_t deadline_ns)
{
    struct timespec until = { .tv_sec = (time_t)(deadline_ns / DH_S),
                              .tv_nsec = (long)(deadline_ns % DH_S) };

    /* WAIT_BITSET takes an absolute time, so that a late start does not lengthen the sleep. */
    syscall(SYS_futex, word, FUTEX_WAIT_BITSET, value, deadline_ns == DH_FOREVER ? NULL : &until,
            NULL, FUTEX_BITSET_MATCH_ANY);
}

void dhi_futex_wake(const uint32_t *word)
{
    syscall(SYS_futex, word, FUTEX_WAKE, INT_MAX, NULL, NULL, 0);
}
