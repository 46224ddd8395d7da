/* SPDX-License-Identifier: Apache-2.0
 *
 * audit.h - one sentence about what happened, to the log and to the registry.
 */
#ifndef DHI_BROKER_AUDIT_H
#define DHI_BROKER_AUDIT_H

#include "broker/registry.h"
#include "wire/channel.h"

/* About a channel and its producer. */
void dhi_audit_channel(dhi_registry *registry, enum dhi_event event,
                       const struct dhi_channel *channel, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* What somebody asked for. */
void dhi_audit_peer(dhi_registry *registry, enum dhi_event event, const struct dhi_peer *peer,
                    const char *channel, const char *format, ...)
    __attribute__((format(printf, 5, 6)));

/* About the broker itself. */
void dhi_audit_broker(dhi_registry *registry, enum dhi_event event, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* A row about a channel, its text still empty; NULL: no memory. */
struct dhi_row *dhi_audit_row(enum dhi_event event, const struct dhi_channel *channel);
/* Its text, to the log alone: the registry is told by whoever made the row. */
void dhi_audit_log(const struct dhi_row *row);

#endif
