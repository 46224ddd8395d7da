/* SPDX-License-Identifier: Apache-2.0
 *
 * prometheus.h - Prometheus' text format, version 0.0.4: families with help and type, each with all
 * its values behind it.
 *
 * Names by convention: dh_…_total counts, …_seconds and …_bytes are in those units,
 * …_timestamp_seconds is on the wall's clock. Labels: channel, role (producer, consumer), and few
 * more with few values.
 */
#ifndef DHI_METRICS_PROMETHEUS_H
#define DHI_METRICS_PROMETHEUS_H

#include "metrics/sample.h"

#include <stdio.h>

#define DHI_PROMETHEUS_TYPE "text/plain; version=0.0.4; charset=utf-8"

/* `type`: counter, gauge. */
void dhi_prometheus_family(FILE *out, const char *name, const char *type, const char *help);
/* A value of the family that was begun last; pairs of label and value follow, then NULL. */
void dhi_prometheus_count(FILE *out, const char *name, uint64_t value, ...)
    __attribute__((sentinel));
void dhi_prometheus_seconds(FILE *out, const char *name, uint64_t ns, ...)
    __attribute__((sentinel));

/* Every family of channels that has a value. */
void dhi_prometheus_channels(FILE *out, const struct dhi_channel_sample *samples, size_t n);
/* dh_build_info. */
void dhi_prometheus_build(FILE *out, const char *version);

#endif
