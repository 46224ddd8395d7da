/* SPDX-License-Identifier: Apache-2.0 */
#include "broker/audit.h"

#include "broker/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

struct dhi_row *dhi_audit_row(enum dhi_event event, const struct dhi_channel *channel)
{
    struct dhi_row *row = dhi_row_new(event);
    const struct dhi_wire_entry *entry = &channel->entry;

    if (row == NULL) return NULL;
    memcpy(row->channel, entry->channel, sizeof row->channel);
    memcpy(row->program, entry->program, sizeof row->program);
    memcpy(row->family, entry->family, sizeof row->family);
    memcpy(row->instance, entry->instance, sizeof row->instance);
    memcpy(row->hash, entry->schema_hash, sizeof row->hash);
    row->uid = entry->uid;
    row->pid = entry->pid;
    return row;
}

/* Warnings are what somebody should look at. */
static enum dhi_level level_of(enum dhi_event event)
{
    return event == DHI_EVENT_REFUSED ? DHI_LOG_WARNING : DHI_LOG_INFO;
}

void dhi_audit_log(const struct dhi_row *row)
{
    struct dhi_log_fields fields = { .event = dhi_event_name(row->event),
                                     .channel = row->channel,
                                     .uid = row->uid,
                                     .pid = row->pid };

    dhi_log_event(level_of(row->event), &fields, row->text);
}

void dhi_audit_channel(dhi_registry *registry, enum dhi_event event,
                       const struct dhi_channel *channel, const char *format, ...)
{
    struct dhi_row *row = dhi_audit_row(event, channel);
    va_list arguments;

    if (row == NULL) return;
    va_start(arguments, format);
    vsnprintf(row->text, sizeof row->text, format, arguments);
    va_end(arguments);
    dhi_audit_log(row);
    dhi_registry_tell(registry, row);
}

void dhi_audit_peer(dhi_registry *registry, enum dhi_event event, const struct dhi_peer *peer,
                    const char *channel, const char *format, ...)
{
    struct dhi_row *row = dhi_row_new(event);
    va_list arguments;

    if (row == NULL) return;
    row->uid = peer->uid;
    row->pid = peer->pid;
    snprintf(row->channel, sizeof row->channel, "%s", channel);
    va_start(arguments, format);
    vsnprintf(row->text, sizeof row->text, format, arguments);
    va_end(arguments);
    dhi_audit_log(row);
    dhi_registry_tell(registry, row);
}

void dhi_audit_broker(dhi_registry *registry, enum dhi_event event, const char *format, ...)
{
    struct dhi_peer self = { .pid = (uint32_t)getpid(), .uid = geteuid() };
    char text[256];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    dhi_audit_peer(registry, event, &self, "", "%s", text);
}
