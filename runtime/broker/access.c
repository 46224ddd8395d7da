/* SPDX-License-Identifier: Apache-2.0 */
#include "broker/access.h"

#include <string.h>

static struct dhi_asker asker_of(const struct dhi_session *session)
{
    return (struct dhi_asker){ .uid = session->peer.uid,
                               .gids = session->gids,
                               .n_gids = session->n_gids };
}

bool dhi_access_granted(const struct dhi_desk *desk, const struct dhi_session *session,
                        const struct dhi_channel *channel, enum dhi_grant grant)
{
    struct dhi_asker asker = asker_of(session);

    return dhi_peer_may(&session->peer, channel->owner_uid) ||
           dhi_policy_grants(desk->policy, channel->entry.channel, &asker, grant);
}

bool dhi_access_visible(const struct dhi_desk *desk, const struct dhi_session *session,
                        const struct dhi_channel *channel)
{
    return dhi_access_granted(desk, session, channel, DHI_GRANT_OBSERVER) ||
           dhi_access_granted(desk, session, channel, DHI_GRANT_PRODUCER);
}

enum dhi_grant dhi_access_of_role(uint8_t role)
{
    switch (role) {
    case DHI_WIRE_ROLE_CONSUMER: return DHI_GRANT_CONSUMER;
    case DHI_WIRE_ROLE_ADMIN:
    case DHI_WIRE_ROLE_REAPER: return DHI_GRANT_ADMIN;
    default: return DHI_GRANT_OBSERVER;
    }
}

/* ---- schemas ----------------------------------------------------------------------------- */

struct carrier {
    const struct dhi_desk *desk;
    struct dhi_asker asker;
    bool found;
};

static bool was_theirs(void *context, const struct dhi_registry_history *row)
{
    struct carrier *carrier = context;

    carrier->found =
        row->uid == carrier->asker.uid ||
        dhi_policy_grants(carrier->desk->policy, row->channel, &carrier->asker, DHI_GRANT_OBSERVER);
    return !carrier->found;
}

bool dhi_access_schema(struct dhi_desk *desk, const struct dhi_session *session,
                       const unsigned char hash[32])
{
    struct carrier carrier = { .desk = desk, .asker = asker_of(session) };

    if (desk->uid != 0 || session->peer.uid == 0) return true;
    for (size_t i = 0; i < desk->directory.n; i++) {
        const struct dhi_channel *channel = &desk->directory.listings[i]->channel;

        if (memcmp(channel->entry.schema_hash, hash, 32) == 0 &&
            dhi_access_visible(desk, session, channel))
            return true;
    }
    dhi_registry_carriers(desk->registry, hash, was_theirs, &carrier);
    return carrier.found;
}
