/* SPDX-License-Identifier: Apache-2.0
 *
 * sample.h - what is told of one channel, at one moment.
 */
#ifndef DHI_METRICS_SAMPLE_H
#define DHI_METRICS_SAMPLE_H

#include <dh/observer.h>

/* What all consumers of a channel counted together, those too that have left since, until another
 * takes their place in the table: then the sum falls, which Prometheus reads as a restart. */
struct dhi_consumers_sum {
    uint64_t acquired, acquired_bytes, lost, sleeps, timeouts, checksum_failures;
    uint64_t n_alive, n_dead; /* dead: not reaped yet */
    uint64_t max_lag;         /* messages, of the living */
};

struct dhi_channel_sample {
    char channel[DH_CHANNEL_MAX + 1];
    bool sees_consumers; /* else the observer was not opened as admin */
    uint64_t producer_up, n_slots, n_consumers_max;
    uint64_t data_bytes, claims_bytes, zones_bytes;
    uint64_t created_ns, last_commit_ns; /* CLOCK_REALTIME; 0: never */
    struct dh_producer_metrics producer;
    struct dhi_consumers_sum consumers;
};

/* `admin` as the observer was opened. */
void dhi_channel_sample_take(struct dhi_channel_sample *sample, const dh_observer *observer,
                             bool admin);

#endif
