/* SPDX-License-Identifier: Apache-2.0
 *
 * policy.h - dh.conf: who may do what on which channel, and how much each user may have.
 *
 *      [channel camera.*]              a pattern (fnmatch); all sections that match count
 *      producers = robot               only these may register such names
 *      consumers = @vision             may read, and look on
 *      observers = *                   may look on
 *      admins = carol                  may read, look on, and mend
 *
 *      [limits]                        what each user may have; [limits alice]: what she may
 *      channels = 100
 *
 *      [registry]
 *      days = 400
 *
 * Names are users, numbers, @groups, or * for everybody. Without a word about it a channel is its
 * owner's and root's alone, and a name that no section reserves is whoever's registers it first.
 * Files of dh.conf.d/ are read after dh.conf, in the order of their names.
 */
#ifndef DHI_BROKER_POLICY_H
#define DHI_BROKER_POLICY_H

#include "broker/database.h"
#include "broker/users.h"
#include "wire/channel.h"

#include <stdio.h>

typedef struct dhi_policy dhi_policy;

/* Each includes those before it but the first: with the descriptors come the abilities. */
enum dhi_grant {
    DHI_GRANT_PRODUCER,
    DHI_GRANT_OBSERVER,
    DHI_GRANT_CONSUMER,
    DHI_GRANT_ADMIN,
    DHI_GRANTS
};

/* Who asks, as the kernel knows it. */
struct dhi_asker {
    uint32_t uid;
    const uint32_t *gids;
    size_t n_gids;
};

enum { DHI_POLICY_TEXT_BYTES = 512 };

/* Read `path` and the *.conf of the folder `path`.d; that none is there is a policy, too, unless
 * `must` says otherwise. NULL: `text` says file, line and reason. */
dhi_policy *dhi_policy_read(const char *path, bool must, char text[DHI_POLICY_TEXT_BYTES]);
void dhi_policy_free(dhi_policy *policy);

/* Whether a section grants it; owners and root need none. */
bool dhi_policy_grants(const dhi_policy *policy, const char *channel, const struct dhi_asker *asker,
                       enum dhi_grant grant);
/* Whether a section says who may register that name. */
bool dhi_policy_reserves(const dhi_policy *policy, const char *channel);

/* Limits that no file names are the broker's: channels_default depends on its descriptors. */
void dhi_policy_set_channels(dhi_policy *policy, uint32_t channels_default);
const struct dhi_limits *dhi_policy_limits(const dhi_policy *policy, uint32_t uid);
const struct dhi_keeping *dhi_policy_keeping(const dhi_policy *policy);

/* All of it, as it would stand in one file. */
void dhi_policy_print(const dhi_policy *policy, FILE *out);

/* How many files were read. */
size_t dhi_policy_files(const dhi_policy *policy);

const char *dhi_grant_name(enum dhi_grant grant);

#endif
