/* SPDX-License-Identifier: Apache-2.0
 *
 * directory.h - the channels that are registered, by name.
 */
#ifndef DHI_BROKER_DIRECTORY_H
#define DHI_BROKER_DIRECTORY_H

#include "wire/channel.h"

struct dhi_session;

/*      CONNECTED ──hang-up──▶ ORPHANED ──lease free──▶ DEAD ──retention over──▶ (removed)
 *          ▲                     │                       │
 *          └──registers again────┘        successor, DEREGISTER ──▶ (removed)
 */
enum dhi_standing {
    DHI_STANDING_CONNECTED,
    DHI_STANDING_ORPHANED, /* its connection is gone, and the kernel still holds its lease */
    DHI_STANDING_DEAD,     /* kept, so that its last data can be looked at */
};

struct dhi_listing {
    struct dhi_channel channel;
    enum dhi_standing standing;
    struct dhi_session *session;  /* CONNECTED: whose hang-up is watched */
    uint32_t minor;               /* of its schema */
    int64_t due_ns;               /* ORPHANED: look again; DEAD: remove */
    struct dh_observer *observer; /* NULL: nobody measured it yet */
    uint64_t kept_bytes;          /* DEAD: of memory that lives through us alone */
};

struct dhi_directory {
    struct dhi_listing **listings; /* by name, ascending */
    size_t n, room;
};

/* NULL: not there. */
struct dhi_listing *dhi_directory_find(const struct dhi_directory *directory, const char *channel);
/* The index of the first whose name comes after `channel` ("": of the first). */
size_t dhi_directory_after(const struct dhi_directory *directory, const char *channel);

/* Take over `channel`, whose name is not there yet. NULL: no memory, and the channel is still the
 * caller's. */
struct dhi_listing *dhi_directory_add(struct dhi_directory *directory,
                                      const struct dhi_channel *channel);
void dhi_directory_remove(struct dhi_directory *directory, struct dhi_listing *listing);
void dhi_directory_clear(struct dhi_directory *directory);

#endif
