/* SPDX-License-Identifier: Apache-2.0 */
#include "client/ask.h"

#include "base/why.h"
#include "wire/proof.h"

#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

static enum dhi_wire_role wire_role(enum dhi_role role)
{
    switch (role) {
    case DHI_CONSUMER: return DHI_WIRE_ROLE_CONSUMER;
    case DHI_OBSERVER: return DHI_WIRE_ROLE_OBSERVER;
    case DHI_ADMIN: return DHI_WIRE_ROLE_ADMIN;
    case DHI_REAPER: return DHI_WIRE_ROLE_REAPER;
    case DHI_PRODUCER: break; /* makes its descriptors itself */
    }
    return DHI_WIRE_ROLE_NONE;
}

static void prove(struct dhi_wire_request *request, const struct dhi_wire_reply *reply,
                  const void *secret)
{
    unsigned char key[DHI_KEY_BYTES];

    dhi_attach_key(key, secret, reply->instance);
    dhi_proof_make(request->proof, key, reply->nonce, request);
    sodium_memzero(key, sizeof key);
}

/* Whether a role can work with these parts. */
static bool parts_suffice(uint8_t parts, enum dhi_role role)
{
    uint8_t needed = DHI_WIRE_PARTS_DATA | DHI_WIRE_PARTS_LEASE;
    uint8_t known = needed | DHI_WIRE_PARTS_CLAIMS | DHI_WIRE_PARTS_ZONES;

    if ((parts & DHI_WIRE_PARTS_PLACE) != 0) /* the roll, unless it was brought */
        return role == DHI_CONSUMER &&
               (parts & ~DHI_WIRE_PARTS_ROLL) == (DHI_WIRE_PARTS_DATA | DHI_WIRE_PARTS_PLACE);
    if (role == DHI_REAPER) known |= DHI_WIRE_PARTS_ROLL;
    if (role != DHI_OBSERVER) needed |= DHI_WIRE_PARTS_CLAIMS;
    /* Of a strict block of the dead there is no lease, which mapping it looks at. */
    if (role != DHI_CONSUMER) needed &= (uint8_t)~DHI_WIRE_PARTS_LEASE;
    return (parts & needed) == needed && (parts & ~known) == 0;
}

static struct dhi_fds unload(uint8_t parts, const struct dhi_cargo *cargo)
{
    struct dhi_fds fds = DHI_NO_FDS;
    size_t next = 0;

    if (parts & DHI_WIRE_PARTS_DATA) fds.data = cargo->fds[next++];
    if (parts & DHI_WIRE_PARTS_CLAIMS) fds.claims = cargo->fds[next++];
    if (parts & DHI_WIRE_PARTS_ZONES) fds.zones = cargo->fds[next++];
    if (parts & (DHI_WIRE_PARTS_LEASE | DHI_WIRE_PARTS_PLACE)) fds.lease = cargo->fds[next++];
    if (parts & DHI_WIRE_PARTS_ROLL) fds.roll = cargo->fds[next++];
    return fds;
}

dh_err dhi_ask(struct dhi_fds *fds, int fd, const struct dhi_search *search, int64_t deadline_ns,
               struct dh_why *why)
{
    const char *channel = search->channel;
    const void *secret = search->secret;
    struct dhi_cargo brought = { .n = 0 };
    struct dhi_wire_request request;
    struct dhi_wire_reply reply;
    struct dhi_cargo cargo;
    dh_err err;

    dhi_request_start(&request, DHI_WIRE_KIND_DISCOVER, 1);
    request.role = (uint8_t)wire_role(search->role);
    if (search->through) request.lookup = DHI_WIRE_LOOKUP_PRODUCER;
    snprintf(request.channel, sizeof request.channel, "%s", channel);

    if (search->roll >= 0) {
        brought = (struct dhi_cargo){ .fds = { search->roll }, .n = 1 };
        request.parts = DHI_WIRE_PARTS_ROLL;
    }
    err = dhi_exchange(fd, &request, &brought, &reply, &cargo, deadline_ns, why);
    /* Asked again after an answer: a successor took the channel over in between. */
    for (int tries = 0; !err && reply.status == DHI_WIRE_STATUS_CHALLENGE && tries < 3; tries++) {
        dhi_cargo_close(&cargo); /* none of ours comes with a question */
        if (secret == NULL)
            return dhi_why(why, DH_ESECRET, "'%s' has a secret, and none was given", channel);
        prove(&request, &reply, secret);
        request.serial++;
        err = dhi_exchange(fd, &request, &brought, &reply, &cargo, deadline_ns, why);
    }
    if (err) return err;
    if (reply.status == DHI_WIRE_STATUS_OK && parts_suffice(reply.parts, search->role)) {
        *fds = unload(reply.parts, &cargo);
        return DH_OK;
    }
    dhi_cargo_close(&cargo);
    if (reply.status == DHI_WIRE_STATUS_OK)
        return dhi_why(why, DH_EPROTOCOL, "other descriptors came than the role needs");
    err = dhi_why(why, dhi_status_err(reply.status), "%s", reply.text);
    if (reply.status == DHI_WIRE_STATUS_AT_PRODUCER && why != NULL) why->sys_errno = EREMOTE;
    return err;
}
