/* SPDX-License-Identifier: Apache-2.0
 *
 * alarm.h - a word of shared memory that the kernel changes, and whose sleeper it wakes, when its
 * process dies.
 *
 * Linux walks the list of robust futexes of every thread that ends, however it ended. The list of a
 * thread that the C library made belongs to that library's mutexes; the attendant is a thread of
 * our own, uses none of those, and lends its list to the blocks that its process offers. An alarm
 * is no proof of death, the lease is that; it tells when to look.
 */
#ifndef DHI_OS_ALARM_H
#define DHI_OS_ALARM_H

#include <assert.h>
#include <stdbool.h>
#include <stdint.h>

struct dhi_alarm {
    uint64_t next; /* an address in the process that hung it up: for the kernel alone */
    uint32_t word; /* 0: none; the thread, and that somebody waits; the kernel: that it died */
    uint32_t reserved;
};
static_assert(sizeof(struct dhi_alarm) == 16, "an alarm");

#define DHI_ALARM_DIED UINT32_C(0x40000000) /* FUTEX_OWNER_DIED */

static inline bool dhi_alarm_rang(uint32_t word)
{
    return (word & DHI_ALARM_DIED) != 0;
}

/* The calling thread lends its list from now on. All calls are that thread's; where the kernel has
 * no such lists nothing rings. */
void dhi_alarm_lend(void);
/* n of them behind one another; more than one are hung up while the kernel, which ends its walk
 * after 2048, still comes by all that hang. Those that do not hang hold 0. */
void dhi_alarm_hang(struct dhi_alarm *alarms, uint32_t n);
void dhi_alarm_take_down(struct dhi_alarm *alarms, uint32_t n);
/* In a forked child: what hangs there is its parent's. */
void dhi_alarm_forget(void);

#endif
