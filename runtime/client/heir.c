/* SPDX-License-Identifier: Apache-2.0
 *
 * heir.c - the producer's side of a handover: a successor asks on a connection that has shown that
 * it may attach, and the block is closed for it.
 *
 *      REGISTER, role successor     close; when nothing is under way: OK, with the door (the
 * listener) DEREGISTER, role successor   it stands: final; the door is its own now hang-up, or two
 * seconds      before that: go on as if nothing had been
 */
#include "block/ring.h"
#include "client/attend.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum {
    SUCCEED_MS = 2000, /* until it must have confirmed */
    QUIET_MS = 500,    /* a commit that takes longer than that is one that hangs */
    LOOK_NS = 100000,  /* between looks whether it is done */
    RELIST_MS = 500,   /* a broker that hangs holds up commits no longer */
};

static struct dhi_gate *gate_of(const struct dhi_offer *offer)
{
    return &offer->block->gate;
}

/* Goes on as if nothing had been. A broker may have listed the successor already, with a block that
 * begins where ours was closed: if we committed and died, the next one would find that block, and
 * not what was committed. So we are listed once more first. */
static void carry_on(struct dhi_offer *offer)
{
    offer->heir.visitor = NULL;
    offer->deaf_until_ns = 0;
    if (offer->heir.told) dhi_link_again(offer);
    offer->heir.reopen_ns = dh_in(RELIST_MS * DH_MS);
    dhi_heir_step(offer, dh_now());
}

void dhi_heir_gone(struct dhi_offer *offer, const struct dhi_visitor *visitor)
{
    if (offer->heir.visitor != visitor || visitor == NULL) return;
    if (offer->superseded)
        offer->heir.visitor = NULL;
    else
        carry_on(offer);
}

static const char *objection(const struct dhi_offer *offer, const struct dhi_visitor *visitor,
                             const struct dhi_wire_request *request)
{
    const struct dhi_wire_entry *entry = &offer->channel.entry;

    if (!visitor->may_succeed || request->parts != 0)
        return "first DISCOVER as a reaper, then REGISTER as the successor";
    if (strcmp(request->channel, entry->channel) != 0 ||
        memcmp(request->instance, entry->instance, sizeof entry->instance) != 0)
        return "that block is not offered here";
    return NULL;
}

void dhi_heir_asks(struct dhi_offer *offer, struct dhi_visitor *visitor,
                   const struct dhi_wire_request *request, struct dhi_answer *out)
{
    const char *flaw = objection(offer, visitor, request);

    if (flaw != NULL) {
        dhi_answer_say(out, DHI_WIRE_STATUS_BAD_MESSAGE, "%s", flaw);
    } else if (offer->superseded || offer->heir.visitor != NULL || offer->heir.reopen_ns != 0) {
        dhi_answer_say(out, DHI_WIRE_STATUS_CONFLICT, "'%s' is being handed over to process %u",
                       request->channel, offer->heir.pid);
    } else if (dhi_places_look(&offer->places)) {
        dhi_answer_say(out, DHI_WIRE_STATUS_CONFLICT,
                       "%u consumers of '%s' are still on their way from the block before",
                       dhi_places_count(offer->block), request->channel);
    } else {
        offer->heir = (struct dhi_heir){ .visitor = visitor,
                                         .request = *request,
                                         .pid = visitor->peer.pid,
                                         .give_up_ns = dh_in(QUIET_MS * DH_MS) };
        visitor->due_ns = dh_in(SUCCEED_MS * DH_MS); /* from here on, however often it asks */
        offer->deaf_until_ns = DH_FOREVER; /* who knocks from here on is the successor's */
        dhi_gate_close(gate_of(offer));
    }
}

static void give_door(struct dhi_offer *offer)
{
    struct dhi_visitor *visitor = offer->heir.visitor;
    struct dhi_answer out;

    dhi_answer_start(&out, &offer->heir.request);
    out.cargo = (struct dhi_cargo){ .fds = { offer->listener }, .n = 1 };
    out.reply.parts = DHI_WIRE_PARTS_DOOR;
    offer->heir.told = dhi_answer_send(visitor->fd, &out);
    if (!offer->heir.told) visitor->due_ns = 0; /* swept, and then gone */
}

static void give_up(struct dhi_offer *offer)
{
    struct dhi_visitor *visitor = offer->heir.visitor;
    struct dhi_answer out;

    dhi_answer_start(&out, &offer->heir.request);
    dhi_answer_say(&out, DHI_WIRE_STATUS_HANGS,
                   "the producer of '%s' stands still in the middle of a commit",
                   offer->heir.request.channel);
    carry_on(offer);
    if (!dhi_answer_send(visitor->fd, &out)) visitor->due_ns = 0;
}

int64_t dhi_heir_due(const struct dhi_offer *offer)
{
    if (offer->heir.reopen_ns != 0) return offer->heir.reopen_ns;
    return offer->heir.visitor == NULL || offer->heir.told ? DH_FOREVER : dh_in(LOOK_NS);
}

static void reopen(struct dhi_offer *offer, int64_t now_ns)
{
    if (offer->link.again && now_ns < offer->heir.reopen_ns) return;
    offer->heir.reopen_ns = 0;
    dhi_gate_open(gate_of(offer));
}

void dhi_heir_step(struct dhi_offer *offer, int64_t now_ns)
{
    if (offer->heir.reopen_ns != 0) reopen(offer, now_ns);
    if (offer->heir.visitor == NULL || offer->heir.told) return;
    if (dhi_gate_is_quiet(gate_of(offer)))
        give_door(offer);
    else if (now_ns >= offer->heir.give_up_ns)
        give_up(offer);
}

void dhi_heir_confirms(struct dhi_offer *offer, const struct dhi_visitor *visitor,
                       struct dhi_answer *out)
{
    if (offer->heir.visitor != visitor || !offer->heir.told) {
        dhi_answer_say(out, DHI_WIRE_STATUS_NOT_FOUND,
                       "no handover is under way here: it took too long");
        return;
    }
    offer->superseded = true;
    dhi_gate_end(gate_of(offer));
    dhi_block_tell_end(offer->block);
    if (offer->bells != NULL) dhi_bells_ring(offer->bells);
    close(offer->listener);
    offer->listener = -1;
}
