/* SPDX-License-Identifier: Apache-2.0 */
#include "client/attend.h"

#include "block/ring.h"
#include "block/strict.h"
#include "block/wish.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    VISITORS_MAX = 128, /* of one offer; the oldest makes room */
    GUESTS_MAX = 32,    /* users whom the broker has put through */
    STRANGERS_MAX = 4,  /* users who will be refused anyway */
    VISIT_MS = 2000,    /* how long one may take, however slowly it speaks */
    DEAF_MS = 100,      /* while descriptors are out: a full door must not spin us */
};

static void end_visit(struct dhi_offer *offer, struct dhi_visitor *visitor)
{
    dhi_heir_gone(offer, visitor);
    if (visitor->rung && offer->bells != NULL) dhi_bells_remove(offer->bells, visitor->fd);
    visitor->rung = false;
    if (visitor->fd >= 0) close(visitor->fd);
    visitor->fd = -1;
}

enum standing { OWN, GUEST, STRANGER };

static enum standing standing_of(const struct dhi_offer *offer, const struct dhi_visitor *visitor)
{
    if (dhi_peer_may(&visitor->peer, offer->channel.owner_uid)) return OWN;
    return visitor->granted != DHI_WIRE_ROLE_NONE ? GUEST : STRANGER;
}

/* Each kind has places of its own, so that strangers take none from guests, and nobody from those
 * whose channel it is. */
static void make_room(struct dhi_offer *offer, enum standing standing)
{
    static const unsigned limits[] = { VISITORS_MAX, GUESTS_MAX, STRANGERS_MAX };
    struct dhi_visitor *oldest = NULL;
    unsigned n = 0;

    for (struct dhi_visitor *v = offer->visitors; v != NULL; v = v->next) {
        if (v->fd < 0 || v->rung || v->placed || standing_of(offer, v) != standing) continue;
        oldest = v;
        n++;
    }
    if (n >= limits[standing]) end_visit(offer, oldest);
}

/* Takes the connection; NULL: it is of no use. */
static struct dhi_visitor *add_visitor(struct dhi_offer *offer, int fd, uint8_t granted)
{
    struct dhi_visitor *visitor = calloc(1, sizeof *visitor);

    if (visitor == NULL || !dhi_socket_peer(fd, &visitor->peer)) {
        free(visitor);
        close(fd);
        return NULL;
    }
    visitor->granted = granted;
    make_room(offer, standing_of(offer, visitor));
    visitor->fd = fd;
    visitor->due_ns = dh_in(VISIT_MS * DH_MS);
    visitor->next = offer->visitors;
    offer->visitors = visitor;
    return visitor;
}

static bool let_in(struct dhi_offer *offer)
{
    int fd = dhi_socket_accept(offer->listener);

    if (fd < 0 && errno != EAGAIN) offer->deaf_until_ns = dh_in(DEAF_MS * DH_MS);
    if (fd < 0) return false;
    (void)add_visitor(offer, fd, DHI_WIRE_ROLE_NONE);
    return true;
}

void dhi_visit_accept(struct dhi_offer *offer)
{
    for (int n = 0; n < VISITORS_MAX && let_in(offer); n++) {
    }
}

/* "Wake me here": of somebody who may attach, on the block that is offered now. */
static bool wants_bell(struct dhi_offer *offer, const struct dhi_visitor *visitor,
                       const struct dhi_wire_request *request, struct dhi_answer *out)
{
    const struct dhi_wire_entry *entry = &offer->channel.entry;

    if (request->kind != DHI_WIRE_KIND_REGISTER || request->role != DHI_WIRE_ROLE_CONSUMER)
        return false;
    if (!visitor->may || visitor->rung || request->parts != 0)
        dhi_answer_say(out, DHI_WIRE_STATUS_REFUSED,
                       "first DISCOVER as a consumer, then REGISTER once");
    else if (strcmp(request->channel, entry->channel) != 0 ||
             memcmp(request->instance, entry->instance, sizeof entry->instance) != 0)
        dhi_answer_say(out, DHI_WIRE_STATUS_NOT_FOUND, "that block is no longer offered");
    else
        return true;
    return false;
}

/* Whoever had the place before has lost it, and its connection with it: a process that forked, or
 * one that wants connections and not places. */
static void end_predecessor(struct dhi_offer *offer, const struct dhi_visitor *visitor)
{
    for (struct dhi_visitor *v = offer->visitors; v != NULL; v = v->next)
        if (v != visitor && v->placed && v->place == visitor->place) end_visit(offer, v);
}

static void add_part(struct dhi_answer *out, int fd, uint8_t part)
{
    if (fd < 0) return;
    out->cargo.fds[out->cargo.n++] = fd;
    out->reply.parts |= part;
}

/* A consumer of a strict block gets a record of its own beside the data. */
static void give_place(struct dhi_offer *offer, struct dhi_visitor *visitor, int brought,
                       struct dhi_answer *out, struct dhi_lent *lent)
{
    struct dhi_tenant tenant = { .pid = visitor->peer.pid, .uid = visitor->peer.uid };
    struct dh_why why;
    dh_err err = dhi_strict_give(offer->block, &tenant, brought, lent, &why);

    if (err == DH_OK) {
        add_part(out, lent->record, DHI_WIRE_PARTS_PLACE);
        add_part(out, lent->roll, DHI_WIRE_PARTS_ROLL);
        visitor->placed = true;
        visitor->place = lent->place;
        end_predecessor(offer, visitor);
        return;
    }
    out->cargo.n = 0;
    out->reply.parts = 0;
    dhi_answer_say(out, err == DH_ETABLE ? DHI_WIRE_STATUS_FULL : DHI_WIRE_STATUS_FAILED, "%.200s",
                   why.text);
}

/* What comes with descriptors of a strict block. */
static void add_of_strict(struct dhi_offer *offer, struct dhi_visitor *visitor,
                          const struct dhi_wire_request *request, int brought,
                          struct dhi_answer *out, struct dhi_lent *lent)
{
    if (request->role == DHI_WIRE_ROLE_OBSERVER) return;
    if (request->role == DHI_WIRE_ROLE_CONSUMER)
        give_place(offer, visitor, brought, out, lent);
    else
        dhi_strict_copy(offer->block);
    visitor->wishes = visitor->placed || request->role != DHI_WIRE_ROLE_CONSUMER;
    if (visitor->wishes) visitor->due_ns = DH_FOREVER;
}

/* Of a strict block, whose readers ask to be woken on another connection than their place's. */
static bool has_place(const struct dhi_offer *offer, const struct dhi_peer *peer)
{
    const struct dhi_visitor *v = offer->visitors;

    while (v != NULL && !(v->placed && v->peer.pid == peer->pid && v->peer.uid == peer->uid))
        v = v->next;
    return v != NULL;
}

/* What it may ask for besides, having been given that. Only this user's own take channels over. */
static void note_role(const struct dhi_offer *offer, struct dhi_visitor *visitor, uint8_t role)
{
    bool own = standing_of(offer, visitor) == OWN;

    if (!offer->channel.strict)
        visitor->may |= role == DHI_WIRE_ROLE_CONSUMER;
    else
        visitor->may |= role == DHI_WIRE_ROLE_OBSERVER && (own || has_place(offer, &visitor->peer));
    visitor->may_succeed |= role == DHI_WIRE_ROLE_REAPER && own;
}

/* The broker's word is good for one role. */
static void look_up(const struct dhi_offer *offer, struct dhi_visitor *visitor,
                    const struct dhi_wire_request *request, struct dhi_answer *out)
{
    const struct dhi_channel *channel = &offer->channel;

    if (standing_of(offer, visitor) != GUEST)
        dhi_answer_channel(out, request, &visitor->peer, &visitor->challenge, channel);
    else if (visitor->granted == request->role)
        dhi_answer_granted(out, request, &visitor->peer, &visitor->challenge, channel);
    else
        dhi_answer_say(out, DHI_WIRE_STATUS_REFUSED,
                       "user %u was put through to '%s' as %s, and may be no %s here",
                       visitor->peer.uid, channel->entry.channel,
                       dhi_wire_role_name(visitor->granted), dhi_wire_role_name(request->role));
}

static bool names_one(const struct dhi_wire_request *request)
{
    return request->lookup == DHI_WIRE_LOOKUP_CHANNEL ||
           request->lookup == DHI_WIRE_LOOKUP_PRODUCER;
}

/* `brought`: a descriptor that came with the request, -1: none. *lent goes with the answer. */
static void answer(struct dhi_offer *offer, struct dhi_visitor *visitor,
                   const struct dhi_wire_request *request, int brought, struct dhi_answer *out,
                   struct dhi_lent *lent)
{
    const struct dhi_channel *channel = &offer->channel;

    if (request->kind == DHI_WIRE_KIND_REGISTER && request->role == DHI_WIRE_ROLE_CONSUMER) {
        return; /* answered already */
    } else if (request->kind != DHI_WIRE_KIND_DISCOVER) {
        dhi_answer_say(out, DHI_WIRE_STATUS_BAD_MESSAGE, "this is a producer, not a broker");
    } else if (request->lookup == DHI_WIRE_LOOKUP_PATTERN) {
        if (standing_of(offer, visitor) == OWN && dhi_answer_lists(request, channel))
            dhi_answer_add(out, &channel->entry);
    } else if (names_one(request) && strcmp(request->channel, channel->entry.channel) == 0) {
        look_up(offer, visitor, request, out);
        if (out->reply.status != DHI_WIRE_STATUS_OK) return;
        note_role(offer, visitor, request->role);
        if (channel->strict) add_of_strict(offer, visitor, request, brought, out, lent);
    } else {
        dhi_answer_say(out, DHI_WIRE_STATUS_NOT_FOUND, "this producer offers '%s' alone",
                       channel->entry.channel);
    }
}

/* Told and added in one step, see bells.h. */
static void hang_bell(struct dhi_offer *offer, struct dhi_visitor *visitor, struct dhi_answer *out)
{
    bool room, sent;

    dhi_bells_lock(offer->bells);
    room = dhi_bells_have_room(offer->bells);
    if (!room)
        dhi_answer_say(out, DHI_WIRE_STATUS_LIMIT,
                       "as many consumers wait here as the channel has room for");
    sent = dhi_answer_send(visitor->fd, out);
    if (room && sent) {
        dhi_bells_add(offer->bells, visitor->fd);
        dhi_socket_ring(
            visitor->fd); /* once at the start: what came since it joined is not missed */
    }
    dhi_bells_unlock(offer->bells);
    visitor->rung = room && sent;
    if (visitor->rung) visitor->due_ns = DH_FOREVER;
    if (!sent) end_visit(offer, visitor);
}

/* Of who was given something of a strict block. */
static void grant(struct dhi_offer *offer, struct dhi_visitor *visitor)
{
    struct dhi_wish_packet packet;

    switch (dhi_wish_take(visitor->fd, &packet)) {
    case DHI_WISHED_NOTHING: return;
    case DHI_WISHED_NONSENSE: end_visit(offer, visitor); return;
    case DHI_WISHED: break;
    }
    if (packet.wish == DHI_WISH_COPY && !visitor->placed)
        dhi_strict_copy(offer->block);
    else
        dhi_hint_raise(offer->block); /* sleep↔commit: raised before the sleeper hears of it */
    dhi_wish_answer(visitor->fd, &packet);
}

/* Who may succeed wishes for copies, or asks for the channel. */
static bool may_be_heir(const struct dhi_visitor *visitor)
{
    return visitor->may_succeed && !visitor->placed && !dhi_wish_is_next(visitor->fd);
}

static void respond(struct dhi_offer *offer, struct dhi_visitor *visitor,
                    const struct dhi_wire_request *request, int brought, struct dhi_answer *out)
{
    struct dhi_lent lent = DHI_NOT_LENT;
    bool sent;

    if (request->role == DHI_WIRE_ROLE_SUCCESSOR && request->kind == DHI_WIRE_KIND_REGISTER)
        dhi_heir_asks(offer, visitor, request, out);
    else if (request->role == DHI_WIRE_ROLE_SUCCESSOR && request->kind == DHI_WIRE_KIND_DEREGISTER)
        dhi_heir_confirms(offer, visitor, out);
    else
        answer(offer, visitor, request, brought, out, &lent);
    if (offer->heir.visitor == visitor && !offer->heir.told) return; /* answered when it is quiet */
    sent = dhi_answer_send(visitor->fd, out);
    dhi_strict_lent(&lent);
    if (!sent) end_visit(offer, visitor);
}

void dhi_visit_hear(struct dhi_offer *offer, struct dhi_visitor *visitor)
{
    struct dhi_wire_request request;
    struct dhi_answer out;
    struct dhi_cargo cargo;

    if (visitor->fd < 0) return;
    if (visitor->wishes && !may_be_heir(visitor)) {
        grant(offer, visitor);
        return;
    }
    switch (dhi_answer_listen(visitor->fd, &request, &cargo, &out)) {
    case DHI_HEARD_NOTHING: return;
    case DHI_HEARD_HANGUP: end_visit(offer, visitor); return;
    case DHI_HEARD_NONSENSE:
        dhi_answer_send(visitor->fd, &out);
        end_visit(offer, visitor);
        return;
    case DHI_HEARD_REQUEST: break;
    }
    if (wants_bell(offer, visitor, &request, &out))
        hang_bell(offer, visitor, &out);
    else
        respond(offer, visitor, &request, cargo.n > 0 ? cargo.fds[0] : -1, &out);
    dhi_cargo_close(&cargo);
}

void dhi_visit_put_through(struct dhi_offer *offer, int caller,
                           const struct dhi_wire_request *request, struct dhi_cargo *cargo)
{
    struct dhi_visitor *visitor = add_visitor(offer, caller, request->role);
    struct dhi_answer out;

    if (visitor != NULL) {
        dhi_answer_start(&out, request);
        respond(offer, visitor, request, cargo->n > 0 ? cargo->fds[0] : -1, &out);
    }
    dhi_cargo_close(cargo);
}

void dhi_visit_sweep(struct dhi_offer *offer, int64_t now_ns)
{
    struct dhi_visitor **at = &offer->visitors;

    while (*at != NULL) {
        struct dhi_visitor *visitor = *at;

        if (visitor->due_ns <= now_ns) end_visit(offer, visitor);
        if (visitor->fd >= 0) {
            at = &visitor->next;
            continue;
        }
        *at = visitor->next;
        free(visitor);
    }
}

void dhi_visit_end_all(struct dhi_offer *offer)
{
    for (struct dhi_visitor *v = offer->visitors; v != NULL; v = v->next)
        end_visit(offer, v);
    dhi_visit_sweep(offer, 0);
}
