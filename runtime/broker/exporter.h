/* SPDX-License-Identifier: Apache-2.0
 *
 * exporter.h - GET /metrics, for Prometheus: libmicrohttpd on the broker's own event loop.
 */
#ifndef DHI_BROKER_EXPORTER_H
#define DHI_BROKER_EXPORTER_H

#include <stdbool.h>
#include <stdio.h>
#include <uv.h>

struct dhi_exporter;
/* Write all metrics to `out`. */
typedef void dhi_exporter_write(void *context, FILE *out);

enum { DHI_EXPORTER_TEXT_BYTES = 256, DHI_EXPORTER_CONNECTIONS_MAX = 16 };

/* Listen on `address`: PORT, ADDRESS:PORT, [ADDRESS]:PORT; without an address on loopback. NULL,
 * and `text` tells why. */
struct dhi_exporter *dhi_exporter_open(uv_loop_t *loop, const char *address,
                                       dhi_exporter_write *write, void *context,
                                       char text[DHI_EXPORTER_TEXT_BYTES]);
/* Whether that is such an address. */
bool dhi_exporter_understands(const char *address);
/* Before the loop is run to its end. */
void dhi_exporter_stop(struct dhi_exporter *exporter);
/* After it. */
void dhi_exporter_free(struct dhi_exporter *exporter);

#endif
