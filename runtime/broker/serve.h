/* SPDX-License-Identifier: Apache-2.0
 *
 * serve.h - the broker's event loop: lets connections in, hands their requests to the desk, ends
 * those that are slow or too many.
 */
#ifndef DHI_BROKER_SERVE_H
#define DHI_BROKER_SERVE_H

#include "broker/desk.h"

/* Serve on `listener` until SIGTERM or SIGINT. `connections_max`: of all users together. Returns an
 * exit status. */
int dhi_serve(struct dhi_desk *desk, int listener, size_t connections_max);

#endif
