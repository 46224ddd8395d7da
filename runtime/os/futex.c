/* SPDX-License-Identifier: Apache-2.0 */
#include "os/futex.h"

#include <dh/time.h>

#include <errno.h>
#include <limits.h>
#include <linux/futex.h>
#include <stddef.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#ifndef SYS_futex_waitv
#define SYS_futex_waitv 449
#endif
enum { WORD_OF_32_BITS = 2 };

void dhi_futex_wait(const uint32_t *word, uint32_t value, int64_t deadline_ns)
{
    struct timespec until = { .tv_sec = (time_t)(deadline_ns / DH_S),
                              .tv_nsec = (long)(deadline_ns % DH_S) };

    /* WAIT_BITSET takes an absolute time, so that a late start does not lengthen the sleep. */
    syscall(SYS_futex, word, FUTEX_WAIT_BITSET, value, deadline_ns == DH_FOREVER ? NULL : &until,
            NULL, FUTEX_BITSET_MATCH_ANY);
}

bool dhi_futex_wait_either(const uint32_t *word, uint32_t value, const uint32_t *other,
                           uint32_t other_value, int64_t deadline_ns)
{
    struct waiter { /* struct futex_waitv of Linux 5.16 */
        uint64_t value, address;
        uint32_t flags, reserved;
    } both[] = { { value, (uintptr_t)word, WORD_OF_32_BITS, 0 },
                 { other_value, (uintptr_t)other, WORD_OF_32_BITS, 0 } };
    struct timespec until = { .tv_sec = (time_t)(deadline_ns / DH_S),
                              .tv_nsec = (long)(deadline_ns % DH_S) };

    if (syscall(SYS_futex_waitv, both, 2, 0, deadline_ns == DH_FOREVER ? NULL : &until,
                CLOCK_MONOTONIC) >= 0 ||
        errno != ENOSYS)
        return true;
    dhi_futex_wait(word, value, deadline_ns);
    return false;
}

void dhi_futex_wake(const uint32_t *word)
{
    syscall(SYS_futex, word, FUTEX_WAKE, INT_MAX, NULL, NULL, 0);
}
