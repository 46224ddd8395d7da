/* SPDX-License-Identifier: Apache-2.0
 *
 * machine.h - what figures depend on: the processor, its clock, the cores that are used.
 */
#ifndef TESTS_BENCH_MACHINE_H
#define TESTS_BENCH_MACHINE_H

#include <dh/time.h>

#include <stdbool.h>
#include <stdint.h>

enum { MACHINE_CORES_MAX = 16 };

struct machine {
    char cpu[96];
    char kernel[224];
    char commit[80]; /* "" where git does not tell */
    char compiler[64];
    unsigned n_online;
    unsigned n_cores; /* that this process may use, the first few of them: */
    unsigned cores[MACHINE_CORES_MAX];
    double ns_per_tick;
    double ns_per_reading; /* what it costs to read the clock */
};

/* Look at the machine; takes 20 ms of it to find out the length of a tick. */
void machine_look(struct machine *machine);

/* Bind this process to the core for `role`: 0 the first one, others the next ones, not the first
 * again while there are two. With a single core nothing is bound. */
void machine_pin(const struct machine *machine, unsigned role);

/* The cheapest clock that all cores share: the processor's counter where it has one. Two readings
 * are apart by at least the code between them, to within a few cycles. */
static inline uint64_t ticks_now(void)
{
#if defined __x86_64__ || defined __i386__
    return __builtin_ia32_rdtsc();
#else
    return (uint64_t)dh_now();
#endif
}

#endif
