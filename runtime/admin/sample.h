/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Counters of one channel at one moment, and what two of them tell.
 *
 * A rate is messages over the time between their commits, both taken from the block: exact, however
 * late the look was. Channels that stamp no commits are measured by the time of the looks.
 */
#ifndef DHI_ADMIN_SAMPLE_H
#define DHI_ADMIN_SAMPLE_H

#include "command.h"

#include <dh/observer.h>

struct dhi_sample {
    uint64_t at_ns;     /* CLOCK_MONOTONIC: of the look */
    uint64_t committed; /* messages up to and with the newest */
    uint64_t commit_ns; /* CLOCK_MONOTONIC: of the newest; 0: none, or unstamped */
    uint64_t bytes;     /* of all of them */
    struct dh_producer_metrics metrics;
    enum dh_life life;
    bool waits; /* the producer waits for room now */
    /* consumers; 0 where they may not be seen */
    uint32_t n_alive, n_dead;
    uint64_t lag;  /* of the slowest that is alive or dead, in messages */
    uint64_t lost; /* by all since they joined */
};

void dhi_sample_take(struct dhi_sample *sample, const dh_observer *observer, bool admin);

struct dhi_rate {
    uint64_t messages; /* committed in between */
    double seconds; /* from the newest before to the newest now; without messages: of the looks */
    double hz, bytes_per_s;
};
struct dhi_rate dhi_rate_between(const struct dhi_sample *before, const struct dhi_sample *now);

/* Times between the commits that the ring still shows. False: fewer than two. */
struct dhi_intervals {
    uint64_t n, least_ns, most_ns;
    double mean_ns, deviation_ns;
};
bool dhi_intervals_of(struct dhi_intervals *intervals, const dh_observer *observer);

#endif
