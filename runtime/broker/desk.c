/* SPDX-License-Identifier: Apache-2.0 */
#include "broker/desk.h"

#include "broker/access.h"
#include "broker/audit.h"
#include "broker/enrol.h"
#include "broker/log.h"
#include "os/memfd.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    ORPHAN_FIRST_MS = 10, /* a dying process closes its socket a moment before its lease */
    ORPHAN_MS = 200,
};

static bool nobody_is_connected(struct dhi_session *caller, struct dhi_session *producer,
                                const struct dhi_wire_request *request,
                                const struct dhi_cargo *cargo)
{
    (void)caller, (void)producer, (void)request, (void)cargo;
    return false;
}

void dhi_desk_open(struct dhi_desk *desk, dhi_registry *registry, uint32_t uid, int64_t keep_ns,
                   const dhi_policy *policy)
{
    *desk = (struct dhi_desk){
        .registry = registry,
        .uid = uid,
        .keep_ns = keep_ns,
        .policy = policy,
        .next_ns = DH_FOREVER,
        .put_through = nobody_is_connected,
    };
}

void dhi_desk_close(struct dhi_desk *desk)
{
    dhi_directory_clear(&desk->directory);
    dhi_users_close(&desk->users);
}

const struct dhi_limits *dhi_desk_limits(const struct dhi_desk *desk, uint32_t uid)
{
    return dhi_policy_limits(desk->policy, uid);
}

/* Whether one more line of this kind may be written about that user; the first of a second says how
 * many were not in the one before. */
static bool may_say(struct dhi_desk *desk, const struct dhi_peer *peer, struct dhi_ration *ration,
                    enum dhi_event event)
{
    uint32_t silent, most = dhi_desk_limits(desk, peer->uid)->refusals_per_s;
    bool aloud = dhi_ration_take(ration, most, dh_now(), &silent);

    if (silent > 0)
        dhi_audit_peer(desk->registry, event, peer, "", "and %u more %s of user %u", silent,
                       event == DHI_EVENT_REFUSED    ? "refusals"
                       : event == DHI_EVENT_ADMITTED ? "admissions"
                                                     : "acts",
                       peer->uid);
    return aloud;
}

void dhi_desk_refuse(struct dhi_desk *desk, const struct dhi_peer *peer, const char *channel,
                     const char *format, ...)
{
    struct dhi_user *user = dhi_users_get(&desk->users, peer->uid);
    va_list arguments;
    char text[256];

    if (user == NULL || !may_say(desk, peer, &user->refusals, DHI_EVENT_REFUSED)) {
        desk->counts.silent_refusals++;
        return;
    }
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    dhi_audit_peer(desk->registry, DHI_EVENT_REFUSED, peer, channel, "%s", text);
}

static void admit(struct dhi_desk *desk, const struct dhi_peer *peer, const char *channel,
                  const char *role)
{
    struct dhi_user *user = dhi_users_get(&desk->users, peer->uid);

    if (user == NULL || !may_say(desk, peer, &user->admissions, DHI_EVENT_ADMITTED)) return;
    dhi_audit_peer(desk->registry, DHI_EVENT_ADMITTED, peer, channel,
                   "'%s' was given to process %u of user %u as %s", channel, peer->pid, peer->uid,
                   role);
}

void dhi_desk_tell_all(struct dhi_desk *desk)
{
    for (size_t i = 0; i < desk->directory.n; i++)
        dhi_registry_tell_again(desk->registry, dhi_enrol_row(desk->directory.listings[i]));
}

/* ---- DISCOVER ---------------------------------------------------------------------------- */

/* A consumer's place in a strict block, and a look at the others', are its producer's to give; of a
 * dead one's there is what it wrote. */
static bool is_at_producer(const struct dhi_wire_request *request, struct dhi_answer *answer,
                           const struct dhi_channel *channel)
{
    const struct dhi_wire_entry *entry = &channel->entry;
    bool lives;

    if (!channel->strict || request->role == DHI_WIRE_ROLE_NONE) return false;
    lives = dhi_channel_lives(channel);
    if (!lives && request->role != DHI_WIRE_ROLE_CONSUMER) return false;
    if (lives)
        dhi_answer_say(answer, DHI_WIRE_STATUS_AT_PRODUCER,
                       "'%s' is strict: its producer, %s[%u] of user %u, answers for it alone",
                       entry->channel, entry->program, entry->pid, channel->owner_uid);
    else
        dhi_answer_say(answer, DHI_WIRE_STATUS_AT_PRODUCER,
                       "'%s' is strict, and its producer is gone: nobody gives places",
                       entry->channel);
    return true;
}

/* Who is granted that role is the producer's to answer from now on. */
static void put_through(struct dhi_desk *desk, struct dhi_session *session,
                        const struct dhi_wire_request *request, const struct dhi_cargo *cargo,
                        struct dhi_answer *answer, const struct dhi_listing *listing)
{
    const struct dhi_wire_entry *entry = &listing->channel.entry;

    if (session->listing != NULL)
        dhi_answer_say(answer, DHI_WIRE_STATUS_BAD_MESSAGE,
                       "a connection that registered a channel is put through to nobody");
    else if (listing->session == NULL)
        dhi_answer_say(answer, DHI_WIRE_STATUS_NOT_FOUND,
                       "no producer of '%s' is connected to the broker", entry->channel);
    else if (desk->put_through(session, listing->session, request, cargo))
        session->is_through = true;
    else
        dhi_answer_say(
            answer, DHI_WIRE_STATUS_FAILED,
            "the producer of '%s', %s[%u], takes no calls from the broker now: try again",
            entry->channel, entry->program, entry->pid);
}

static void give_channel(struct dhi_desk *desk, struct dhi_session *session,
                         const struct dhi_wire_request *request, const struct dhi_cargo *cargo,
                         struct dhi_answer *answer, const struct dhi_listing *listing)
{
    const struct dhi_channel *channel = &listing->channel;
    uint32_t uid = session->peer.uid;

    if (!dhi_access_granted(desk, session, channel, dhi_access_of_role(request->role))) {
        dhi_answer_say(answer, DHI_WIRE_STATUS_REFUSED,
                       "the broker's policy (dh.conf) does not let user %u attach to '%s' as %s",
                       uid, channel->entry.channel, dhi_wire_role_name(request->role));
        return;
    }
    if (request->lookup == DHI_WIRE_LOOKUP_PRODUCER)
        put_through(desk, session, request, cargo, answer, listing);
    else if (!is_at_producer(request, answer, channel))
        dhi_answer_granted(answer, request, &session->peer, &session->challenge, channel);
}

static void find_channel(struct dhi_desk *desk, struct dhi_session *session,
                         const struct dhi_wire_request *request, const struct dhi_cargo *cargo,
                         struct dhi_answer *answer)
{
    const struct dhi_listing *listing = dhi_directory_find(&desk->directory, request->channel);
    uint32_t uid = session->peer.uid;

    /* Whether it is not there or not theirs to know: the same answer. */
    if (listing != NULL && !dhi_access_visible(desk, session, &listing->channel))
        dhi_desk_refuse(desk, &session->peer, request->channel,
                        "process %u of user %u looked for '%s', which is not theirs to see",
                        session->peer.pid, uid, request->channel);
    if (listing != NULL && dhi_access_visible(desk, session, &listing->channel))
        give_channel(desk, session, request, cargo, answer, listing);
    else if (desk->uid != 0 || uid == 0)
        dhi_answer_say(answer, DHI_WIRE_STATUS_NOT_FOUND, "no channel '%s' is registered",
                       request->channel);
    else
        dhi_answer_say(answer, DHI_WIRE_STATUS_NOT_FOUND,
                       "no channel '%s' is registered, or none that user %u may see",
                       request->channel, uid);
}

static void list_channels(struct dhi_desk *desk, const struct dhi_session *session,
                          const struct dhi_wire_request *request, struct dhi_answer *answer)
{
    const struct dhi_directory *directory = &desk->directory;

    for (size_t i = dhi_directory_after(directory, request->after); i < directory->n; i++) {
        struct dhi_listing *listing = directory->listings[i];

        if (!dhi_answer_lists(request, &listing->channel) ||
            !dhi_access_visible(desk, session, &listing->channel))
            continue;
        listing->channel.entry.alive = dhi_channel_lives(&listing->channel);
        if (!dhi_answer_add(answer, &listing->channel.entry)) return;
    }
}

static void find_schema(struct dhi_desk *desk, const struct dhi_session *session,
                        const struct dhi_wire_request *request, struct dhi_answer *answer)
{
    size_t bytes;
    char *text = dhi_access_schema(desk, session, request->schema_hash)
                     ? dhi_registry_text(desk->registry, request->schema_hash, &bytes)
                     : NULL;
    bool failed;
    int fd;

    if (text == NULL) {
        dhi_answer_say(answer, DHI_WIRE_STATUS_NOT_FOUND, "no schema of that hash was registered");
        return;
    }
    fd = dhi_memfd_create("dh-schema", bytes);
    failed = fd < 0 || pwrite(fd, text, bytes, 0) != (ssize_t)bytes || !dhi_memfd_seal(fd, true);
    free(text);
    if (failed) {
        if (fd >= 0) close(fd);
        dhi_answer_say(answer, DHI_WIRE_STATUS_FAILED, "the broker has no memory: %s",
                       strerror(errno));
        return;
    }
    answer->owned = fd;
    answer->cargo = (struct dhi_cargo){ .fds = { fd }, .n = 1 };
    answer->reply.parts = DHI_WIRE_PARTS_TEXT;
}

static void discover(struct dhi_desk *desk, struct dhi_session *session,
                     const struct dhi_wire_request *request, const struct dhi_cargo *cargo,
                     struct dhi_answer *answer)
{
    switch ((enum dhi_wire_lookup)request->lookup) {
    case DHI_WIRE_LOOKUP_CHANNEL:
    case DHI_WIRE_LOOKUP_PRODUCER: find_channel(desk, session, request, cargo, answer); break;
    case DHI_WIRE_LOOKUP_PATTERN: list_channels(desk, session, request, answer); break;
    case DHI_WIRE_LOOKUP_SCHEMA: find_schema(desk, session, request, answer); break;
    }
}

/* ---- death ------------------------------------------------------------------------------- */

/* Whatever consumers that died before their producer still held is given back. */
static void reap(struct dhi_desk *desk, const struct dhi_channel *channel)
{
    struct dhi_fds fds = { .data = fcntl(channel->fds.data, F_DUPFD_CLOEXEC, 0),
                           .claims = fcntl(channel->fds.claims, F_DUPFD_CLOEXEC, 0),
                           .zones = -1,
                           .lease = fcntl(channel->fds.lease, F_DUPFD_CLOEXEC, 0),
                           .talk = -1,
                           .roll = -1 };
    struct dhi_block *block;
    struct dh_why why;
    unsigned n;

    if (channel->strict) { /* its records were the producer's to give back, and went with it */
        dhi_fds_close(&fds);
        return;
    }
    if (channel->fds.zones >= 0) fds.zones = fcntl(channel->fds.zones, F_DUPFD_CLOEXEC, 0);
    if (dhi_block_map(&block, fds, DHI_REAPER, &why) != DH_OK) {
        dhi_log(DHI_LOG_WARNING, "cannot reap '%s': %s", channel->entry.channel, why.text);
        return;
    }
    n = dhi_block_reap(block);
    dhi_block_free(block);
    if (n == 0) return;
    desk->counts.recoveries += n;
    dhi_audit_channel(desk->registry, DHI_EVENT_RECOVERED, channel,
                      "reaped %u dead consumers of '%s'", n, channel->entry.channel);
}

static uint64_t bytes_of(int fd)
{
    struct stat status;

    return fd >= 0 && fstat(fd, &status) == 0 ? (uint64_t)status.st_size : 0;
}

static void forget(struct dhi_desk *desk, struct dhi_listing *listing, const char *why)
{
    desk->counts.forgotten++;
    dhi_audit_channel(desk->registry, DHI_EVENT_FORGOTTEN, &listing->channel, "'%s' is forgotten%s",
                      listing->channel.entry.channel, why);
    dhi_desk_unlist(desk, listing);
}

static struct dhi_listing *oldest_dead_of(struct dhi_desk *desk, uint32_t uid)
{
    struct dhi_listing *oldest = NULL;

    for (size_t i = 0; i < desk->directory.n; i++) {
        struct dhi_listing *listing = desk->directory.listings[i];

        if (listing->standing == DHI_STANDING_DEAD && listing->channel.owner_uid == uid &&
            (oldest == NULL || listing->due_ns < oldest->due_ns))
            oldest = listing;
    }
    return oldest;
}

/* The data of the dead are memory that lives through us alone. */
static void keep_within_limit(struct dhi_desk *desk, uint32_t uid)
{
    const struct dhi_user *user = dhi_users_get(&desk->users, uid);
    struct dhi_listing *oldest;

    while (user != NULL && user->kept_bytes > dhi_desk_limits(desk, uid)->kept_bytes &&
           (oldest = oldest_dead_of(desk, uid)) != NULL) {
        forget(desk, oldest, ": its user's dead take more memory than they may");
        desk->next_ns = 0; /* who ticks has lost its place among the listings */
    }
}

static void tell_loss(struct dhi_desk *desk, const struct dhi_channel *channel)
{
    const struct dhi_wire_entry *entry = &channel->entry;
    uint32_t ended_by = dhi_channel_ended_by(channel);
    char how[48] = "";

    if (ended_by != 0) snprintf(how, sizeof how, ", ended by force by process %u", ended_by);
    dhi_audit_channel(desk->registry, DHI_EVENT_DIED, channel,
                      "'%s' lost its producer, %s[%u]%s: kept for %lld s", entry->channel,
                      entry->program, entry->pid, how, (long long)(desk->keep_ns / DH_S));
}

void dhi_desk_bury(struct dhi_desk *desk, struct dhi_listing *listing, int64_t now_ns)
{
    const struct dhi_fds *fds = &listing->channel.fds;
    uint32_t uid = listing->channel.owner_uid;
    struct dhi_user *user = dhi_users_get(&desk->users, uid);

    desk->counts.deaths++;
    tell_loss(desk, &listing->channel);
    listing->standing = DHI_STANDING_DEAD;
    listing->due_ns = now_ns + desk->keep_ns;
    listing->kept_bytes = bytes_of(fds->data) + bytes_of(fds->claims) + bytes_of(fds->zones);
    if (user != NULL) user->kept_bytes += listing->kept_bytes;
    reap(desk, &listing->channel);
    if (listing->due_ns < desk->next_ns) desk->next_ns = listing->due_ns;
    keep_within_limit(desk, uid);
}

void dhi_desk_unlist(struct dhi_desk *desk, struct dhi_listing *listing)
{
    struct dhi_user *user = dhi_users_get(&desk->users, listing->channel.owner_uid);
    struct dhi_session *session = listing->session;

    if (session != NULL) {
        session->listing = NULL;
        session->next_robbed = desk->robbed;
        desk->robbed = session;
    }
    if (user != NULL) {
        user->channels--;
        user->kept_bytes -= listing->kept_bytes;
    }
    dhi_directory_remove(&desk->directory, listing);
}

struct dhi_session *dhi_desk_next_robbed(struct dhi_desk *desk)
{
    struct dhi_session *session = desk->robbed;

    if (session != NULL) desk->robbed = session->next_robbed;
    return session;
}

/* The one place where a listing whose connection is gone changes. */
static void look_after(struct dhi_desk *desk, struct dhi_listing *listing, int64_t now_ns)
{
    bool first = listing->standing == DHI_STANDING_CONNECTED;

    if (!dhi_channel_lives(&listing->channel)) {
        dhi_desk_bury(desk, listing, now_ns);
        return;
    }
    listing->standing = DHI_STANDING_ORPHANED;
    listing->due_ns = now_ns + (first ? ORPHAN_FIRST_MS : ORPHAN_MS) * DH_MS;
    if (listing->due_ns < desk->next_ns) desk->next_ns = listing->due_ns;
}

void dhi_desk_hangup(struct dhi_desk *desk, struct dhi_session *session)
{
    struct dhi_listing *listing = session->listing;

    if (listing == NULL) return;
    session->listing = NULL;
    listing->session = NULL;
    look_after(desk, listing, dh_now());
}

int64_t dhi_desk_tick(struct dhi_desk *desk, int64_t now_ns)
{
    struct dhi_directory *directory = &desk->directory;

    if (now_ns < desk->next_ns) return desk->next_ns;
    desk->next_ns = DH_FOREVER;
    /* From the end: who is forgotten moves only those that were looked at. */
    for (size_t i = directory->n; i-- > 0;) {
        struct dhi_listing *listing = i < directory->n ? directory->listings[i] : NULL;

        if (listing == NULL || listing->standing == DHI_STANDING_CONNECTED) continue;
        if (listing->due_ns > now_ns) {
            if (listing->due_ns < desk->next_ns) desk->next_ns = listing->due_ns;
        } else if (listing->standing == DHI_STANDING_DEAD) {
            forget(desk, listing, "");
        } else {
            look_after(desk, listing, now_ns);
        }
    }
    return desk->next_ns;
}

/* ---- DEREGISTER -------------------------------------------------------------------------- */

/* A living producer speaks for itself; the dead are their owner's and the admins'. */
static bool may_deregister(const struct dhi_desk *desk, const struct dhi_session *session,
                           const struct dhi_listing *listing)
{
    return listing == session->listing ||
           (!dhi_channel_lives(&listing->channel) &&
            dhi_access_granted(desk, session, &listing->channel, DHI_GRANT_ADMIN));
}

static void deregister(struct dhi_desk *desk, struct dhi_session *session,
                       const struct dhi_wire_request *request, struct dhi_answer *answer)
{
    struct dhi_listing *listing = dhi_directory_find(&desk->directory, request->channel);
    const struct dhi_wire_entry *entry;

    if (listing == NULL || !dhi_access_visible(desk, session, &listing->channel) ||
        memcmp(listing->channel.entry.instance, request->instance, sizeof request->instance) != 0) {
        dhi_answer_say(answer, DHI_WIRE_STATUS_NOT_FOUND, "no such producer of '%s' is registered",
                       request->channel);
        return;
    }
    entry = &listing->channel.entry;
    if (!may_deregister(desk, session, listing)) {
        dhi_answer_say(answer, DHI_WIRE_STATUS_NOT_OWNER,
                       "'%s' belongs to %s[%u] of user %u, not to process %u", entry->channel,
                       entry->program, entry->pid, listing->channel.owner_uid, session->peer.pid);
        return;
    }
    dhi_audit_channel(desk->registry, DHI_EVENT_DEREGISTERED, &listing->channel,
                      "'%s' is deregistered by process %u", entry->channel, session->peer.pid);
    dhi_desk_unlist(desk, listing);
}

/* Who was let in to mend a channel says what came of it. */
static void write_act(struct dhi_desk *desk, struct dhi_session *session,
                      const struct dhi_wire_request *request, struct dhi_answer *answer)
{
    const struct dhi_listing *listing = dhi_directory_find(&desk->directory, request->channel);
    const struct dhi_peer *peer = &session->peer;
    struct dhi_user *user = dhi_users_get(&desk->users, peer->uid);

    if (listing == NULL || !dhi_access_visible(desk, session, &listing->channel))
        dhi_answer_say(answer, DHI_WIRE_STATUS_NOT_FOUND, "no channel '%s' is registered",
                       request->channel);
    else if (!dhi_access_granted(desk, session, &listing->channel, DHI_GRANT_ADMIN))
        dhi_answer_say(answer, DHI_WIRE_STATUS_REFUSED,
                       "the broker's policy (dh.conf) does not let user %u mend '%s'", peer->uid,
                       request->channel);
    else if (user != NULL && may_say(desk, peer, &user->acts, DHI_EVENT_MENDED))
        dhi_audit_peer(desk->registry, DHI_EVENT_MENDED, peer, request->channel,
                       "'%s' was mended by process %u of user %u: %s", request->channel, peer->pid,
                       peer->uid, request->after);
}

/* ---- all three --------------------------------------------------------------------------- */

static bool is_refusal(enum dhi_wire_status status)
{
    return status != DHI_WIRE_STATUS_OK && status != DHI_WIRE_STATUS_NOT_FOUND &&
           status != DHI_WIRE_STATUS_CHALLENGE && status != DHI_WIRE_STATUS_AT_PRODUCER;
}

/* Who was given what it takes to mend a channel. */
static bool is_admission(const struct dhi_wire_request *request, const struct dhi_wire_reply *reply)
{
    return request->kind == DHI_WIRE_KIND_DISCOVER && reply->status == DHI_WIRE_STATUS_OK &&
           (request->lookup == DHI_WIRE_LOOKUP_CHANNEL ||
            request->lookup == DHI_WIRE_LOOKUP_PRODUCER) &&
           (request->role == DHI_WIRE_ROLE_ADMIN || request->role == DHI_WIRE_ROLE_REAPER);
}

static void write_down(struct dhi_desk *desk, const struct dhi_session *session,
                       const struct dhi_wire_request *request, const struct dhi_wire_reply *reply)
{
    const char *kind = dhi_wire_kind_name(request->kind);
    const char *status = dhi_wire_status_name(reply->status);
    const struct dhi_peer *peer = &session->peer;

    desk->counts.answers[request->kind & 3][reply->status & 15]++;
    if (is_refusal((enum dhi_wire_status)reply->status))
        dhi_desk_refuse(desk, peer, request->channel,
                        "%s '%s' from process %u of user %u: %s: %.140s", kind, request->channel,
                        peer->pid, peer->uid, status, reply->text);
    else if (is_admission(request, reply))
        admit(desk, peer, request->channel, dhi_wire_role_name(request->role));
    else
        dhi_log(DHI_LOG_DEBUG, "%s '%s' from process %u of user %u: %s", kind, request->channel,
                peer->pid, peer->uid, status);
}

void dhi_desk_handle(struct dhi_desk *desk, struct dhi_session *session,
                     const struct dhi_wire_request *request, struct dhi_cargo *cargo,
                     struct dhi_answer *answer)
{
    session->ticket = 0;
    if (desk->uid != 0 && !dhi_peer_may(&session->peer, desk->uid)) {
        dhi_answer_say(answer, DHI_WIRE_STATUS_REFUSED,
                       "this broker serves user %u, and not user %u", desk->uid, session->peer.uid);
    } else if (request->kind == DHI_WIRE_KIND_REGISTER) {
        dhi_enrol(desk, session, request, cargo, answer);
    } else if (request->kind == DHI_WIRE_KIND_DISCOVER) {
        discover(desk, session, request, cargo, answer);
    } else if (request->role == DHI_WIRE_ROLE_REAPER) {
        write_act(desk, session, request, answer);
    } else {
        deregister(desk, session, request, answer);
    }
    dhi_cargo_close(cargo);
    write_down(desk, session, request, &answer->reply);
}
