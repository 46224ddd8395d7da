/* SPDX-License-Identifier: Apache-2.0 */
#include "histogram.h"

double histogram_middle(unsigned bin)
{
    unsigned above = bin >> HISTOGRAM_BITS;
    uint64_t low, width;

    if (above <= 1) return (double)bin; /* up to 255 each value has a bin of its own */
    width = UINT64_C(1) << (above - 1);
    low = (uint64_t)(bin - ((above - 1) << HISTOGRAM_BITS)) * width;
    return (double)low + (double)(width - 1) / 2;
}

double histogram_quantile(const struct histogram *histogram, double share)
{
    double rank = share * (double)histogram->count, largest = (double)histogram->largest;
    uint64_t below = 0;

    for (unsigned bin = 0; bin < HISTOGRAM_BINS; bin++) {
        below += histogram->bins[bin];
        if (below > 0 && (double)below >= rank) {
            double middle = histogram_middle(bin);
            return middle < largest ? middle : largest;
        }
    }
    return 0;
}

void histogram_merge(struct histogram *into, const struct histogram *from)
{
    into->count += from->count;
    if (from->largest > into->largest) into->largest = from->largest;
    for (unsigned bin = 0; bin < HISTOGRAM_BINS; bin++)
        into->bins[bin] += from->bins[bin];
}
