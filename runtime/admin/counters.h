/* SPDX-License-Identifier: Apache-2.0 */
/* The counters of metrics.h as a table: name, unit, place. */
#ifndef DHI_ADMIN_COUNTERS_H
#define DHI_ADMIN_COUNTERS_H

#include "snapshot.h"

enum dhi_unit { DHI_UNIT_COUNT, DHI_UNIT_BYTES, DHI_UNIT_NS, DHI_UNIT_MESSAGES };

struct dhi_counter {
    const char *name;
    const char *words; /* for people */
    enum dhi_unit unit;
    size_t offset; /* of a uint64_t in the struct */
};

const struct dhi_counter *dhi_producer_counters(size_t *n);
const struct dhi_counter *dhi_consumer_counters(size_t *n);
uint64_t dhi_counter_value(const void *metrics, const struct dhi_counter *counter);

/* What the counters were when `dhadmin metrics --reset` was said: a file of this user, since nobody
 * but the producer may write what it counts. */
struct dhi_baseline {
    bool exists;    /* and is of this very block */
    uint64_t at_ns; /* CLOCK_REALTIME */
    struct dh_producer_metrics producer;
};
void dhi_baseline_read(struct dhi_baseline *baseline, const struct dhi_snapshot *snapshot);
/* Complains. */
enum dhi_exit dhi_baseline_write(const struct dhi_request *request,
                                 const struct dhi_snapshot *snapshot);

#endif
