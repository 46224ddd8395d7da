/* SPDX-License-Identifier: Apache-2.0
 *
 * histogram.h - all values of a row, to within 0.8 %, in a few kilobytes.
 *
 *      bin      0 … 127    128 … 255   256 … 383   …
 *      values   0 … 127    128 … 255   256 … 511   …      128 bins for each power of two
 *
 * Lies in shared memory while a row is measured; one writer.
 */
#ifndef TESTS_BENCH_HISTOGRAM_H
#define TESTS_BENCH_HISTOGRAM_H

#include <stdint.h>

enum {
    HISTOGRAM_BITS = 7, /* 128 bins for each power of two */
    HISTOGRAM_TOP = 44, /* values of that many bits and more fall into the last bin */
    HISTOGRAM_BINS = (HISTOGRAM_TOP - HISTOGRAM_BITS + 1) << HISTOGRAM_BITS,
};

struct histogram {
    uint64_t count;
    uint64_t largest; /* exact */
    uint32_t bins[HISTOGRAM_BINS];
};

static inline unsigned histogram_bin(uint64_t value)
{
    unsigned power;

    if (value < 1u << HISTOGRAM_BITS) return (unsigned)value;
    power = 63 - (unsigned)__builtin_clzll(value);
    if (power >= HISTOGRAM_TOP) return HISTOGRAM_BINS - 1;
    return ((power - HISTOGRAM_BITS) << HISTOGRAM_BITS) +
           (unsigned)(value >> (power - HISTOGRAM_BITS));
}

static inline void histogram_add(struct histogram *histogram, uint64_t value)
{
    histogram->count++;
    if (value > histogram->largest) histogram->largest = value;
    histogram->bins[histogram_bin(value)]++;
}

/* The middle of a bin's values. */
double histogram_middle(unsigned bin);

/* The value below which `share` (0 … 1) of all values lie; 0 where there are none. */
double histogram_quantile(const struct histogram *histogram, double share);

/* Add all of `from`. */
void histogram_merge(struct histogram *into, const struct histogram *from);

#endif
