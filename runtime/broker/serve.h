/* SPDX-License-Identifier: Apache-2.0
 *
 * serve.h - the broker's event loop: lets connections in, hands their requests to the desk, ends
 * those that are slow or too many.
 */
#ifndef DHI_BROKER_SERVE_H
#define DHI_BROKER_SERVE_H

#include "broker/desk.h"

struct dhi_serving {
    int listener;
    size_t connections_max; /* of all users together */
    uint32_t channels_default;
    dhi_policy *policy; /* owned; exchanged when it is read again */
    const char *policy_path;
    const char *metrics; /* where they are offered; NULL: nowhere */
    bool policy_must;    /* the file was named: that it is gone is an error */
};

/* Serve until SIGTERM or SIGINT; SIGHUP reads the policy again. Returns an exit status. */
int dhi_serve(struct dhi_desk *desk, struct dhi_serving *serving);

#endif
