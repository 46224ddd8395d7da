/* SPDX-License-Identifier: Apache-2.0 */
#include "broker/desk.h"

#include "broker/enrol.h"
#include "broker/log.h"
#include "os/memfd.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

enum {
    ORPHAN_FIRST_MS = 10, /* a dying process closes its socket a moment before its lease */
    ORPHAN_MS = 200,
};

bool dhi_desk_open(struct dhi_desk *desk, uint32_t uid, int64_t keep_ns, size_t channels_per_user)
{
    *desk = (struct dhi_desk){ .registry = dhi_registry_open(),
                               .uid = uid,
                               .keep_ns = keep_ns,
                               .channels_per_user = channels_per_user };
    return desk->registry != NULL;
}

void dhi_desk_close(struct dhi_desk *desk)
{
    dhi_directory_clear(&desk->directory);
    dhi_registry_close(desk->registry);
    desk->registry = NULL;
}

/* ---- DISCOVER ---------------------------------------------------------------------------- */

static void find_channel(struct dhi_desk *desk, struct dhi_session *session,
                         const struct dhi_wire_request *request, struct dhi_answer *answer)
{
    struct dhi_listing *listing = dhi_directory_find(&desk->directory, request->channel);

    if (listing == NULL) {
        dhi_answer_say(answer, DHI_WIRE_STATUS_NOT_FOUND, "no channel '%s' is registered",
                       request->channel);
        return;
    }
    dhi_answer_channel(answer, request, &session->peer, &session->challenge, &listing->channel);
}

static void list_channels(struct dhi_desk *desk, const struct dhi_session *session,
                          const struct dhi_wire_request *request, struct dhi_answer *answer)
{
    const struct dhi_directory *directory = &desk->directory;

    for (size_t i = dhi_directory_after(directory, request->after); i < directory->n; i++) {
        struct dhi_listing *listing = directory->listings[i];

        if (!dhi_answer_lists(request, &session->peer, &listing->channel)) continue;
        listing->channel.entry.alive = dhi_channel_lives(&listing->channel);
        if (!dhi_answer_add(answer, &listing->channel.entry)) return;
    }
}

static void find_schema(struct dhi_desk *desk, const struct dhi_wire_request *request,
                        struct dhi_answer *answer)
{
    size_t bytes;
    const char *text = dhi_registry_text(desk->registry, request->schema_hash, &bytes);
    int fd;

    if (text == NULL) {
        dhi_answer_say(answer, DHI_WIRE_STATUS_NOT_FOUND, "no schema of that hash was registered");
        return;
    }
    fd = dhi_memfd_create("dh-schema", bytes);
    if (fd < 0 || pwrite(fd, text, bytes, 0) != (ssize_t)bytes || !dhi_memfd_seal(fd, true)) {
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
                     const struct dhi_wire_request *request, struct dhi_answer *answer)
{
    switch ((enum dhi_wire_lookup)request->lookup) {
    case DHI_WIRE_LOOKUP_CHANNEL: find_channel(desk, session, request, answer); break;
    case DHI_WIRE_LOOKUP_PATTERN: list_channels(desk, session, request, answer); break;
    case DHI_WIRE_LOOKUP_SCHEMA: find_schema(desk, request, answer); break;
    }
}

/* ---- death ------------------------------------------------------------------------------- */

/* Whatever consumers that died before their producer still held is given back. */
static void reap(const struct dhi_channel *channel)
{
    struct dhi_fds fds = { .data = fcntl(channel->fds.data, F_DUPFD_CLOEXEC, 0),
                           .claims = fcntl(channel->fds.claims, F_DUPFD_CLOEXEC, 0),
                           .zones = -1,
                           .lease = fcntl(channel->fds.lease, F_DUPFD_CLOEXEC, 0) };
    struct dhi_block *block;
    struct dh_why why;
    unsigned n;

    if (channel->fds.zones >= 0) fds.zones = fcntl(channel->fds.zones, F_DUPFD_CLOEXEC, 0);
    if (dhi_block_map(&block, fds, DHI_REAPER, &why) != DH_OK) {
        dhi_log(DHI_LOG_WARNING, "cannot reap '%s': %s", channel->entry.channel, why.text);
        return;
    }
    n = dhi_block_reap(block);
    if (n > 0) dhi_log(DHI_LOG_INFO, "reaped %u dead consumers of '%s'", n, channel->entry.channel);
    dhi_block_free(block);
}

/* The one place where a listing whose connection is gone changes. */
static void look_after(struct dhi_desk *desk, struct dhi_listing *listing, int64_t now_ns)
{
    const struct dhi_wire_entry *entry = &listing->channel.entry;

    if (dhi_channel_lives(&listing->channel)) {
        bool first = listing->standing == DHI_STANDING_CONNECTED;

        listing->standing = DHI_STANDING_ORPHANED;
        listing->due_ns = now_ns + (first ? ORPHAN_FIRST_MS : ORPHAN_MS) * DH_MS;
        return;
    }
    dhi_log(DHI_LOG_INFO, "'%s' lost its producer, %s[%u]: kept for %lld s", entry->channel,
            entry->program, entry->pid, (long long)(desk->keep_ns / DH_S));
    listing->standing = DHI_STANDING_DEAD;
    listing->due_ns = now_ns + desk->keep_ns;
    reap(&listing->channel);
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
    int64_t next = DH_FOREVER;

    for (size_t i = 0; i < directory->n;) {
        struct dhi_listing *listing = directory->listings[i];

        if (listing->standing == DHI_STANDING_ORPHANED && listing->due_ns <= now_ns)
            look_after(desk, listing, now_ns);
        if (listing->standing == DHI_STANDING_DEAD && listing->due_ns <= now_ns) {
            dhi_log(DHI_LOG_INFO, "'%s' is forgotten", listing->channel.entry.channel);
            dhi_directory_remove(directory, listing);
            continue;
        }
        if (listing->standing != DHI_STANDING_CONNECTED && listing->due_ns < next)
            next = listing->due_ns;
        i++;
    }
    return next;
}

/* ---- DEREGISTER -------------------------------------------------------------------------- */

static void deregister(struct dhi_desk *desk, struct dhi_session *session,
                       const struct dhi_wire_request *request, struct dhi_answer *answer)
{
    struct dhi_listing *listing = dhi_directory_find(&desk->directory, request->channel);
    const struct dhi_wire_entry *entry;

    if (listing == NULL ||
        memcmp(listing->channel.entry.instance, request->instance, sizeof request->instance) != 0) {
        dhi_answer_say(answer, DHI_WIRE_STATUS_NOT_FOUND, "no such producer of '%s' is registered",
                       request->channel);
        return;
    }
    entry = &listing->channel.entry;
    /* A living producer speaks for itself; the dead are their owner's. */
    if (listing != session->listing && (!dhi_peer_may(&session->peer, listing->channel.owner_uid) ||
                                        dhi_channel_lives(&listing->channel))) {
        dhi_answer_say(answer, DHI_WIRE_STATUS_NOT_OWNER,
                       "'%s' belongs to %s[%u] of user %u, not to process %u", entry->channel,
                       entry->program, entry->pid, listing->channel.owner_uid, session->peer.pid);
        return;
    }
    dhi_log(DHI_LOG_INFO, "'%s' is deregistered by process %u", entry->channel, session->peer.pid);
    if (listing->session != NULL) listing->session->listing = NULL;
    dhi_directory_remove(&desk->directory, listing);
}

/* ---- all three --------------------------------------------------------------------------- */

static void log_answer(const struct dhi_session *session, const struct dhi_wire_request *request,
                       const struct dhi_wire_reply *reply)
{
    const char *kind = dhi_wire_kind_name(request->kind);

    if (reply->status == DHI_WIRE_STATUS_OK || reply->status == DHI_WIRE_STATUS_NOT_FOUND ||
        reply->status == DHI_WIRE_STATUS_CHALLENGE)
        dhi_log(DHI_LOG_DEBUG, "%s '%s' from process %u of user %u: %s", kind, request->channel,
                session->peer.pid, session->peer.uid, dhi_wire_status_name(reply->status));
    else
        dhi_log_refusal("%s '%s' from process %u of user %u: %s: %s", kind, request->channel,
                        session->peer.pid, session->peer.uid, dhi_wire_status_name(reply->status),
                        reply->text);
}

void dhi_desk_handle(struct dhi_desk *desk, struct dhi_session *session,
                     const struct dhi_wire_request *request, struct dhi_cargo *cargo,
                     struct dhi_answer *answer)
{
    if (desk->uid != 0 && !dhi_peer_may(&session->peer, desk->uid)) {
        dhi_answer_say(answer, DHI_WIRE_STATUS_REFUSED,
                       "this broker serves user %u, and not user %u", desk->uid, session->peer.uid);
    } else if (request->kind == DHI_WIRE_KIND_REGISTER) {
        dhi_enrol(desk, session, request, cargo, answer);
    } else if (request->kind == DHI_WIRE_KIND_DISCOVER) {
        discover(desk, session, request, answer);
    } else {
        deregister(desk, session, request, answer);
    }
    dhi_cargo_close(cargo);
    log_answer(session, request, &answer->reply);
}
