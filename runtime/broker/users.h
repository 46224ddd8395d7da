/* SPDX-License-Identifier: Apache-2.0
 *
 * users.h - what each user has of the broker at the moment, so that none can have all of it.
 */
#ifndef DHI_BROKER_USERS_H
#define DHI_BROKER_USERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The most that one user may have. */
struct dhi_limits {
    uint32_t connections;    /* that registered nothing; the oldest makes room */
    uint32_t channels;       /* with their descriptors */
    uint64_t kept_bytes;     /* of dead producers' blocks; the oldest makes room */
    uint32_t refusals_per_s; /* that are logged and audited, and as many admissions; the rest is
                                counted */
};

/* How much of one kind was written down in this second. */
struct dhi_ration {
    int64_t second_ns;
    uint32_t aloud, silent;
};

struct dhi_user {
    uint32_t uid;
    uint32_t guests, channels;
    uint64_t kept_bytes;
    struct dhi_ration refusals, admissions, acts; /* apart: none hides another */
};

struct dhi_users {
    struct dhi_user **users; /* by uid, ascending */
    size_t n, room;
};

/* That user's account, made if it is not there; NULL: no memory. It stays where it is until
 * dhi_users_close. */
struct dhi_user *dhi_users_get(struct dhi_users *users, uint32_t uid);
void dhi_users_close(struct dhi_users *users);

/* Whether one more may be written down now. *silent is how many were not in the second that is
 * over.
 */
bool dhi_ration_take(struct dhi_ration *ration, uint32_t per_second, int64_t now_ns,
                     uint32_t *silent);

#endif
