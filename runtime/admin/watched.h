/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The channels that stat and top watch: found again and again, so that those that come later are
 * seen, and a producer that was started anew is.
 */
#ifndef DHI_ADMIN_WATCHED_H
#define DHI_ADMIN_WATCHED_H

#include "sample.h"

#include <dh/hub.h>

enum { DHI_HISTORY = 128 };

struct dhi_watched {
    struct dh_channel_entry entry;
    dh_observer *observer; /* NULL: it cannot be looked at */
    dh_err err;            /* why not */
    bool admin, listed;
    struct dh_block_facts facts;
    struct dhi_sample before, now;
    struct dhi_rate rate;
    bool has_rate;
    double history[DHI_HISTORY]; /* hz, the newest last */
};

struct dhi_watching {
    const struct dhi_request *request;
    struct dhi_watched **all; /* by name */
    size_t n;
    bool broker;
};

/* Look which channels there are (the request's argument is a pattern, or a name's end). EREFUSED
 * channels stand there without figures. */
dh_err dhi_watching_list(struct dhi_watching *watching, struct dh_why *why);
/* Take a sample of each; rates are since the last one. */
void dhi_watching_sample(struct dhi_watching *watching);
void dhi_watching_end(struct dhi_watching *watching);

#endif
