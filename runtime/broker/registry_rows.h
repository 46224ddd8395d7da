/* SPDX-License-Identifier: Apache-2.0
 *
 * registry_rows.h - what the registry keeps, a line of it at a time, and the tables it lies in.
 *
 *      schemas   hash ─▶ canonical text             immutable: a hash is proof of content
 *      history   channel, instance ─▶ hash, minor   who carried which schema from when to when
 *      audit     registrations, refusals, deaths, recoveries, admissions, the broker's own life
 */
#ifndef DHI_BROKER_REGISTRY_ROWS_H
#define DHI_BROKER_REGISTRY_ROWS_H

#include <stddef.h>
#include <stdint.h>

#define DHI_REGISTRY_FILE "registry.db"

enum {
    DHI_REGISTRY_APPLICATION = 0x64685267, /* "dhRg": whose file it is */
    DHI_REGISTRY_VERSION = 1,              /* user_version: what migrations lead to */
};

/* What happened. The names are the `event` column and the labels of metrics. */
enum dhi_event {
    DHI_EVENT_REGISTERED,
    DHI_EVENT_DEREGISTERED,
    DHI_EVENT_DIED,      /* the producer, as the kernel says */
    DHI_EVENT_FORGOTTEN, /* the dead producer's data, after its time */
    DHI_EVENT_RECOVERED, /* what dead consumers held was given back */
    DHI_EVENT_REFUSED,
    DHI_EVENT_ADMITTED, /* somebody was given a channel to mend it: admin or reaper */
    DHI_EVENT_MENDED,   /* and says what was done to it */
    DHI_EVENT_STARTED,  /* the broker */
    DHI_EVENT_ENDED,
    DHI_EVENT_POLICY,    /* read again */
    DHI_EVENT_SET_ASIDE, /* a registry that could not be read */
    DHI_EVENTS
};
const char *dhi_event_name(enum dhi_event event);

/* One of them, on its way to the disk. */
struct dhi_row {
    struct dhi_row *next;
    uint64_t ticket; /* grows by one from row to row */
    int64_t at_us;   /* CLOCK_REALTIME */
    enum dhi_event event;
    char channel[80]; /* "": of none */
    char program[48]; /* as it calls itself */
    char family[160];
    char text[256]; /* for people */
    unsigned char instance[16], hash[32];
    uint32_t uid, pid, minor;
    char *schema; /* canonical text that is new; owned */
    size_t schema_bytes;
};

#endif
