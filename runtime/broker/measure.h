/* SPDX-License-Identifier: Apache-2.0
 *
 * measure.h - all that the broker tells Prometheus: of the channels that are registered, and of
 * itself.
 */
#ifndef DHI_BROKER_MEASURE_H
#define DHI_BROKER_MEASURE_H

#include "broker/desk.h"

#include <stdio.h>

/* Of that many channels, in the order of their names: more would be more text than anybody scrapes.
 */
enum { DHI_MEASURE_CHANNELS = 1000 };

/* Where connections stand, for the broker's own metrics. */
struct dhi_measure_connections {
    uint64_t guests, held, members;
};

void dhi_measure_write(FILE *out, struct dhi_desk *desk,
                       const struct dhi_measure_connections *connections);

#endif
