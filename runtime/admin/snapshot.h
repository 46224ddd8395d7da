/* SPDX-License-Identifier: Apache-2.0 */
/* All that is known of one channel at one moment: what info and diagnose are written from. */
#ifndef DHI_ADMIN_SNAPSHOT_H
#define DHI_ADMIN_SNAPSHOT_H

#include "command.h"

#include <dh/recovery.h>
#include <jansson.h>

struct dhi_zone_facts {
    char name[DH_NAME_MAX + 1];
    uint32_t n_bytes;
    bool shared;
    uint32_t n_spinlocks;
    bool torn; /* in the middle of an update at the moment of the look */
};

struct dhi_lock_facts {
    uint32_t zone, lock;
    struct dh_lock_report report;
};

struct dhi_snapshot {
    struct dh_block_facts block;
    struct dh_producer_metrics metrics;
    bool admin;                  /* consumers could be looked at */
    char reach[DHI_REACH_BYTES]; /* options that a command to help needs */
    enum dh_motion producer_motion;
    enum dh_motion *motions; /* of each consumer; NULL: not looked at */
    uint32_t n_locks;        /* those that are held, or whose last owner died */
    struct dhi_lock_facts *locks;
    uint32_t n_consumers;
    struct dh_consumer_facts *consumers; /* index is that of the record */
    uint32_t n_slots;
    struct dh_slot_facts *slots;
    uint32_t n_zones;
    struct dhi_zone_facts zones[DH_ROOTS_MAX];
    uint64_t now_ns;         /* CLOCK_MONOTONIC */
    int64_t realtime_offset; /* what makes CLOCK_REALTIME of it */
};

/* Look. False: memory ran out. */
bool dhi_snapshot_take(struct dhi_snapshot *snapshot, const struct dhi_request *request,
                       const dh_observer *observer, bool admin);
void dhi_snapshot_free(struct dhi_snapshot *snapshot);

/* Look at the channel that is called `said`, and have it shown. Complains if it cannot be. */
typedef enum dhi_exit (*dhi_snapshot_show)(const struct dhi_request *request,
                                           const struct dhi_snapshot *snapshot);
enum dhi_exit dhi_snapshot_of(const struct dhi_request *request, const char *said,
                              dhi_snapshot_show show);

/* The same as JSON, a new reference, without "v". */
json_t *dhi_snapshot_json(const struct dhi_snapshot *snapshot);

/* "pulse[4711] by root". */
enum { DHI_WHO_BYTES = 160 };
const char *dhi_who(const struct dh_identity *identity, char who[DHI_WHO_BYTES]);

const char *dhi_checksum_name(enum dh_checksum checksum);

#endif
