/* SPDX-License-Identifier: Apache-2.0
 *
 * follow.h - how a consumer finds the block that comes after its own.
 */
#ifndef DHI_CLIENT_FOLLOW_H
#define DHI_CLIENT_FOLLOW_H

#include "block/segment.h"

#include <dh/consumer.h>

/* What a consumer was opened with, kept for the day when its block ends. */
struct dhi_follow {
    char *text; /* canonical; the caller's schema may be gone by then */
    uint32_t text_bytes;
    struct dh_policy policy;
    struct dh_schema *schema; /* made of it when it is needed first */
    char *channel, *broker;   /* broker NULL: as always */
    unsigned char *secret;    /* guarded memory; NULL: none */
    bool strict;
    int64_t patience_ns; /* for a successor that nobody has announced */
    int64_t since_ns;    /* when the end was met; 0: the block goes on */
    int64_t look_ns;     /* when to look again */
    dh_err refused;      /* the successor is none for us: said once, and from then on */
    struct dh_why why;   /* of the last failure */
};

/* ENOMEM. */
dh_err dhi_follow_open(struct dhi_follow *follow, const struct dh_schema *schema,
                       const char *channel, const struct dh_consumer_options *options,
                       struct dh_why *why);
void dhi_follow_close(struct dhi_follow *follow);

/* `block` has ended as `end` tells (ESUPERSEDED, ECLOSED, EDEAD), and all of it was read. Wait for
 * the one that comes after it: *next is mapped, its schema is proven, *minor is what both know.
 * Returns EEMPTY (not yet), ECLOSED, EDEAD (nobody comes), ESCHEMA and what else attaching returns.
 */
dh_err dhi_follow_find(struct dhi_follow *follow, const struct dhi_block *block, dh_err end,
                       int64_t deadline_ns, struct dhi_block **next, uint32_t *minor);

#endif
