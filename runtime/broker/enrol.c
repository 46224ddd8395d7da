/* SPDX-License-Identifier: Apache-2.0 */
#include "broker/enrol.h"

#include "broker/access.h"
#include "broker/audit.h"
#include "broker/log.h"
#include "os/memfd.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

/* Each check answers for itself: false means that it said what is wrong. */

/* The descriptors leave the cargo. */
static bool unpack(const struct dhi_wire_request *request, struct dhi_cargo *cargo,
                   struct dhi_fds *fds, struct dhi_answer *answer)
{
    uint8_t needed = DHI_WIRE_PARTS_DATA | DHI_WIRE_PARTS_CLAIMS | DHI_WIRE_PARTS_LEASE;
    uint8_t optional = DHI_WIRE_PARTS_ZONES | DHI_WIRE_PARTS_ROLL;
    size_t next = 0;

    if ((request->parts & ~optional) != needed) {
        dhi_answer_say(answer, DHI_WIRE_STATUS_BAD_BLOCK,
                       "a block is registered with its data, claims, lease, zones if any, and the "
                       "roll of a strict one");
        return false;
    }
    fds->data = cargo->fds[next++];
    fds->claims = cargo->fds[next++];
    if ((request->parts & DHI_WIRE_PARTS_ZONES) != 0) fds->zones = cargo->fds[next++];
    fds->lease = cargo->fds[next++];
    if ((request->parts & DHI_WIRE_PARTS_ROLL) != 0) fds->roll = cargo->fds[next++];
    cargo->n = 0;
    return true;
}

/* Look at it as an observer does, which checks seals, header, geometry and the text's hash. That
 * reads the header first; to read what is not memory could hang, so it is asked before. */
static struct dhi_block *open_block(const struct dhi_fds *fds, struct dhi_answer *answer)
{
    struct dhi_block *block;
    struct dh_why why;

    if (!dhi_memfd_is(fds->data)) {
        dhi_answer_say(answer, DHI_WIRE_STATUS_BAD_BLOCK,
                       "the data segment is not memory (memfd) but something else");
        return NULL;
    }
    if (dhi_block_inspect(&block, fds, &why) == DH_OK) return block;
    dhi_answer_say(answer, DHI_WIRE_STATUS_BAD_BLOCK, "no block of ours: %.200s", why.text);
    return NULL;
}

static bool fits_block(const struct dhi_wire_request *request, const struct dhi_fds *fds,
                       const struct dhi_header *head, struct dhi_answer *answer)
{
    bool secret = (head->flags & DHI_FLAG_SECRET) != 0;
    const char *flaw = NULL;

    if (memcmp(head->schema_hash, request->schema_hash, sizeof request->schema_hash) != 0) {
        dhi_answer_say(answer, DHI_WIRE_STATUS_BAD_SCHEMA,
                       "the claimed schema hash is not that of the block's text");
        return false;
    }
    if (strcmp(head->channel, request->channel) != 0)
        flaw = "the block is of another channel";
    else if (memcmp(head->producer.instance, request->instance, sizeof request->instance) != 0)
        flaw = "the block is of another instance";
    else if (secret == (bool)sodium_is_zero(request->key, sizeof request->key))
        flaw = "the block has a secret and no key came, or the other way round";
    else if (!dhi_memfd_is_sealed(fds->claims, false, head->claims_bytes))
        flaw = "the claims segment is not sealed memory of the size in the header";
    else if ((head->zones_bytes > 0) != (fds->zones >= 0))
        flaw = "the zones segment is missing, or too much";
    else if (fds->zones >= 0 && !dhi_memfd_is_sealed(fds->zones, false, head->zones_bytes))
        flaw = "the zones segment is not sealed memory of the size in the header";
    else if (((head->flags & DHI_FLAG_STRICT) != 0) != (fds->roll >= 0))
        flaw = "the roll of a strict block is missing, or too much";
    else if (fds->roll >= 0 && !dhi_memfd_is_sealed(fds->roll, false, DHI_PAGE))
        flaw = "the roll is not a sealed page of memory";
    if (flaw == NULL) return true;
    dhi_answer_say(answer, DHI_WIRE_STATUS_BAD_BLOCK, "%s", flaw);
    return false;
}

/* Names that the policy reserves are for those whom it names, and root. */
static bool name_is_theirs(const struct dhi_desk *desk, const struct dhi_session *session,
                           const char *name, struct dhi_answer *answer)
{
    struct dhi_asker asker = { session->peer.uid, session->gids, session->n_gids };

    if (session->peer.uid == 0 || !dhi_policy_reserves(desk->policy, name) ||
        dhi_policy_grants(desk->policy, name, &asker, DHI_GRANT_PRODUCER))
        return true;
    dhi_answer_say(answer, DHI_WIRE_STATUS_REFUSED,
                   "the broker's policy (dh.conf) does not let user %u produce '%s'", asker.uid,
                   name);
    return false;
}

/* Who holds the name is told to those who may see it. */
static void say_conflict(const struct dhi_desk *desk, const struct dhi_session *session,
                         const struct dhi_channel *holder, struct dhi_answer *answer)
{
    const struct dhi_wire_entry *entry = &holder->entry;

    if (dhi_access_visible(desk, session, holder))
        dhi_answer_say(answer, DHI_WIRE_STATUS_CONFLICT,
                       "'%s' is produced by %s[%u] of user %u, which is alive", entry->channel,
                       entry->program, entry->pid, holder->owner_uid);
    else
        dhi_answer_say(answer, DHI_WIRE_STATUS_CONFLICT, "'%s' is produced by another user",
                       entry->channel);
}

/* Whether the name may be this producer's; a dead predecessor, or its own listing of before, goes.
 */
static bool free_name(struct dhi_desk *desk, const struct dhi_session *session,
                      const struct dhi_channel *newcomer, const struct dhi_header *head,
                      struct dhi_answer *answer)
{
    struct dhi_listing *listing = dhi_directory_find(&desk->directory, newcomer->entry.channel);
    const struct dhi_wire_entry *entry;
    bool returns, lives, follows;

    if (listing == NULL) return true;
    entry = &listing->channel.entry;
    returns = listing->channel.owner_uid == session->peer.uid &&
              memcmp(entry->instance, newcomer->entry.instance, sizeof entry->instance) == 0;
    lives = dhi_channel_lives(&listing->channel);
    /* Only a living producer ends its own block, and for one that may attach to it. */
    follows = listing->channel.owner_uid == session->peer.uid &&
              memcmp(entry->instance, head->predecessor, sizeof entry->instance) == 0 &&
              dhi_channel_closes(&listing->channel);
    if (lives && !returns && !follows) {
        say_conflict(desk, session, &listing->channel, answer);
        return false;
    }
    if (!lives && !dhi_access_granted(desk, session, &listing->channel, DHI_GRANT_PRODUCER)) {
        dhi_answer_say(answer, DHI_WIRE_STATUS_REFUSED,
                       "'%s' is kept for another user, whose producer died", entry->channel);
        return false;
    }
    if (!lives && listing->standing != DHI_STANDING_DEAD) dhi_desk_bury(desk, listing, dh_now());
    listing = dhi_directory_find(&desk->directory, newcomer->entry.channel);
    if (listing != NULL) dhi_desk_unlist(desk, listing); /* it may have been too large to keep */
    return true;
}

static bool within_limit(struct dhi_desk *desk, const struct dhi_session *session,
                         struct dhi_answer *answer)
{
    uint32_t uid = session->peer.uid, most = dhi_desk_limits(desk, uid)->channels;
    const struct dhi_user *user = dhi_users_get(&desk->users, uid);

    if (user != NULL && user->channels < most) return true;
    dhi_answer_say(
        answer, DHI_WIRE_STATUS_LIMIT,
        "user %u has %u channels already, the most here: raise 'channels' in dh.conf, and"
        " the broker's limit of descriptors, of which a channel takes five",
        uid, most);
    return false;
}

/* The facts as the kernel knows them replace those of the header. */
static bool make_channel(struct dhi_channel *channel, const struct dhi_session *session,
                         const struct dhi_wire_request *request, struct dhi_fds *fds,
                         const struct dhi_header *head, struct dhi_answer *answer)
{
    bool secret = (head->flags & DHI_FLAG_SECRET) != 0;
    struct dh_why why;

    if (dhi_channel_take(channel, head, fds, secret ? request->key : NULL, &why) != DH_OK) {
        dhi_answer_say(answer, DHI_WIRE_STATUS_FAILED, "the broker: %.200s", why.text);
        return false;
    }
    channel->owner_uid = session->peer.uid;
    channel->entry.uid = session->peer.uid;
    if (session->peer.pid != 0) channel->entry.pid = session->peer.pid;
    if (dhi_channel_lives(channel)) return true;
    dhi_channel_free(channel);
    dhi_answer_say(answer, DHI_WIRE_STATUS_BAD_BLOCK, "nobody holds the producer's lease");
    return false;
}

/* Tell the registry; the text goes along if it is new. The answer waits for the ticket. */
static void record(struct dhi_desk *desk, struct dhi_session *session,
                   const struct dhi_listing *listing, const struct dhi_block *block)
{
    const struct dhi_header *head = &block->head;
    const struct dhi_wire_entry *entry = &listing->channel.entry;
    struct dhi_row *row = dhi_enrol_row(listing);

    if (row != NULL) dhi_audit_log(row);
    switch (dhi_registry_record(desk->registry, head->schema_hash, block->text, head->text_bytes,
                                session->peer.uid, row)) {
    case DHI_RECORDED_NEW: dhi_log(DHI_LOG_INFO, "new schema of '%s'", entry->family); break;
    case DHI_RECORDED_KNOWN: break;
    case DHI_RECORDED_LIMIT:
        dhi_desk_refuse(desk, &session->peer, head->channel,
                        "the schema of '%s' is not kept: user %u has brought too many",
                        head->channel, session->peer.uid);
        break;
    case DHI_RECORDED_NO_MEMORY:
        dhi_log(DHI_LOG_ERROR, "no memory for the schema of '%s'", head->channel);
        break;
    }
    session->ticket = dhi_registry_tell(desk->registry, row);
}

struct dhi_row *dhi_enrol_row(const struct dhi_listing *listing)
{
    const struct dhi_wire_entry *entry = &listing->channel.entry;
    struct dhi_row *row = dhi_audit_row(DHI_EVENT_REGISTERED, &listing->channel);

    if (row == NULL) return NULL;
    row->minor = listing->minor;
    snprintf(row->text, sizeof row->text, "'%s' is registered by %s[%u] of user %u", entry->channel,
             entry->program, entry->pid, entry->uid);
    return row;
}

static void list(struct dhi_desk *desk, struct dhi_session *session, struct dhi_channel *channel,
                 const struct dhi_block *block, struct dhi_answer *answer)
{
    struct dhi_listing *listing = dhi_directory_add(&desk->directory, channel);

    if (listing == NULL) {
        dhi_channel_free(channel);
        dhi_answer_say(answer, DHI_WIRE_STATUS_FAILED, "the broker has no memory left");
        return;
    }
    listing->session = session;
    listing->minor = block->head.minor;
    session->listing = listing;
    dhi_users_get(&desk->users, channel->owner_uid)->channels++; /* there since within_limit */
    record(desk, session, listing, block);
}

static void enrol(struct dhi_desk *desk, struct dhi_session *session,
                  const struct dhi_wire_request *request, struct dhi_fds *fds,
                  struct dhi_answer *answer)
{
    struct dhi_block *block = open_block(fds, answer);
    struct dhi_channel channel;

    if (block == NULL) return;
    if (fits_block(request, fds, &block->head, answer) &&
        make_channel(&channel, session, request, fds, &block->head, answer)) {
        if (name_is_theirs(desk, session, channel.entry.channel, answer) &&
            free_name(desk, session, &channel, &block->head, answer) &&
            within_limit(desk, session, answer))
            list(desk, session, &channel, block, answer);
        else
            dhi_channel_free(&channel);
    }
    dhi_block_free(block);
}

void dhi_enrol(struct dhi_desk *desk, struct dhi_session *session,
               const struct dhi_wire_request *request, struct dhi_cargo *cargo,
               struct dhi_answer *answer)
{
    struct dhi_fds fds = DHI_NO_FDS;

    if (session->listing != NULL) {
        dhi_answer_say(answer, DHI_WIRE_STATUS_BAD_MESSAGE,
                       "this connection has registered a channel already");
        return;
    }
    if (!unpack(request, cargo, &fds, answer)) return;
    enrol(desk, session, request, &fds, answer);
    dhi_fds_close(&fds); /* what the channel did not take */
}
