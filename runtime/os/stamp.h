/* SPDX-License-Identifier: Apache-2.0
 *
 * stamp.h - the time of a commit, for less than half of what reading the clock costs.
 *
 *      CLOCK_MONOTONIC   ──┬──────────────┬──────────────┬──   read once in 100 µs
 *      processor's counter ┴─ + n ticks ──┴─ + n ticks ──┴──   in between the counter tells
 *
 * Only where the kernel itself keeps its clock by that counter, which says that it is the same on
 * all cores and never stops; elsewhere each stamp reads the clock. A stamp is at most some tens of
 * nanoseconds off, and stamps never go back.
 */
#ifndef DHI_OS_STAMP_H
#define DHI_OS_STAMP_H

#include <stdbool.h>
#include <stdint.h>

/* Private to one thread at a time. */
struct dhi_stamper {
    uint64_t ticks; /* the counter when the clock was read last */
    int64_t ns;     /* what the clock said */
    uint64_t reach; /* so many ticks from there the counter may tell; 0: none */
    uint64_t scale; /* ns per tick, times 2^32 */

    bool counts;         /* the kernel's clock is the counter */
    uint64_t base_ticks; /* a reading long ago, for the scale; 0: none yet */
    int64_t base_ns;
};

void dhi_stamper_open(struct dhi_stamper *stamper);

/* Read the clock, and take its measure. CLOCK_MONOTONIC, ns. */
int64_t dhi_stamp_read(struct dhi_stamper *stamper);

static inline uint64_t dhi_ticks(void)
{
#if defined __x86_64__
    return __builtin_ia32_rdtsc();
#else
    return 0;
#endif
}

/* CLOCK_MONOTONIC, ns. */
static inline int64_t dhi_stamp(struct dhi_stamper *stamper)
{
    uint64_t since = dhi_ticks() - stamper->ticks;

    if (__builtin_expect(since >= stamper->reach, 0)) return dhi_stamp_read(stamper);
    return stamper->ns + (int64_t)(since * stamper->scale >> 32);
}

#endif
