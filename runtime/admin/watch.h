/* SPDX-License-Identifier: Apache-2.0 */
/* A verb again and again, and what all that go on have in common: an end by Ctrl-C. */
#ifndef DHI_ADMIN_WATCH_H
#define DHI_ADMIN_WATCH_H

#include "command.h"

/* From here on SIGINT and SIGTERM only make dhi_interrupted() true. */
void dhi_watch_signals(void);
bool dhi_interrupted(void);

/* Sleep until that point of CLOCK_MONOTONIC, or until interrupted: then false. */
bool dhi_rest_until(int64_t at_ns);

/* Run the request's verb every interval until interrupted; on a terminal each page takes the place
 * of the last one. The exit code is that of the last run. */
enum dhi_exit dhi_watch(const struct dhi_request *request);

#endif
