/* SPDX-License-Identifier: Apache-2.0 */
#include "wire/answer.h"

#include "os/memfd.h"

#include <errno.h>
#include <fnmatch.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

void dhi_answer_start(struct dhi_answer *answer, const struct dhi_wire_request *request)
{
    dhi_reply_start(&answer->reply, request);
    answer->cargo.n = 0;
    answer->owned = -1;
}

void dhi_answer_say(struct dhi_answer *answer, enum dhi_wire_status status, const char *format, ...)
{
    va_list arguments;

    answer->reply.status = (uint8_t)status;
    va_start(arguments, format);
    vsnprintf(answer->reply.text, sizeof answer->reply.text, format, arguments);
    va_end(arguments);
}

bool dhi_peer_may(const struct dhi_peer *peer, uint32_t owner_uid)
{
    return peer->uid == owner_uid || peer->uid == 0;
}

/* Whether the secret is proven, or there is none; else the answer says what is missing. */
static bool secret_proven(struct dhi_answer *answer, const struct dhi_wire_request *request,
                          struct dhi_challenge *challenge, const struct dhi_channel *channel)
{
    const char *name = channel->entry.channel;

    if (channel->key == NULL) return true;
    if (!dhi_challenge_awaits(challenge, request, channel->entry.instance)) {
        dhi_challenge_open(challenge, request, channel->entry.instance);
        memcpy(answer->reply.nonce, challenge->nonce, sizeof answer->reply.nonce);
        memcpy(answer->reply.instance, challenge->instance, sizeof answer->reply.instance);
        dhi_answer_say(answer, DHI_WIRE_STATUS_CHALLENGE, "'%s' has a secret: prove it", name);
        return false;
    }
    if (dhi_challenge_settle(challenge, request, channel->key)) return true;
    dhi_answer_say(answer, DHI_WIRE_STATUS_BAD_PROOF, "the secret given for '%s' is not its secret",
                   name);
    return false;
}

void dhi_answer_channel(struct dhi_answer *answer, const struct dhi_wire_request *request,
                        const struct dhi_peer *peer, struct dhi_challenge *challenge,
                        const struct dhi_channel *channel)
{
    if (!dhi_peer_may(peer, channel->owner_uid)) {
        dhi_answer_say(answer, DHI_WIRE_STATUS_REFUSED,
                       "'%s' belongs to user %u; user %u may not attach to it",
                       channel->entry.channel, channel->owner_uid, peer->uid);
        return;
    }
    dhi_answer_granted(answer, request, peer, challenge, channel);
}

/* Another user cannot open the lease anew, as participants do: it gets a description that nobody
 * else has. */
static bool own_lease(struct dhi_answer *answer, const struct dhi_channel *channel)
{
    int *last = &answer->cargo.fds[answer->cargo.n - 1]; /* the parts' order puts it there */

    if (*last != channel->fds.lease) return true; /* an observer's, who locks nothing */
    answer->owned = dhi_memfd_reopen(channel->fds.lease);
    if (answer->owned >= 0) *last = answer->owned;
    return answer->owned >= 0;
}

void dhi_answer_granted(struct dhi_answer *answer, const struct dhi_wire_request *request,
                        const struct dhi_peer *peer, struct dhi_challenge *challenge,
                        const struct dhi_channel *channel)
{
    if (request->role == DHI_WIRE_ROLE_NONE) {
        dhi_answer_say(answer, DHI_WIRE_STATUS_BAD_MESSAGE, "a DISCOVER without a role");
        return;
    }
    if (!secret_proven(answer, request, challenge, channel)) return;
    answer->reply.parts = dhi_channel_parts(channel, request->role, &answer->cargo, &answer->owned);
    if (answer->reply.parts != 0 &&
        (dhi_peer_may(peer, channel->owner_uid) || own_lease(answer, channel)))
        return;
    dhi_answer_say(answer, DHI_WIRE_STATUS_FAILED, "no descriptors left for '%s': %s",
                   channel->entry.channel, strerror(errno));
    answer->cargo.n = 0;
    answer->reply.parts = 0;
}

bool dhi_answer_lists(const struct dhi_wire_request *request, const struct dhi_channel *channel)
{
    const char *name = channel->entry.channel;

    return strcmp(name, request->after) > 0 &&
           (request->channel[0] == 0 || fnmatch(request->channel, name, 0) == 0);
}

bool dhi_answer_add(struct dhi_answer *answer, const struct dhi_wire_entry *entry)
{
    struct dhi_wire_reply *reply = &answer->reply;

    if (reply->n_entries == DHI_WIRE_PAGE_ENTRIES) {
        reply->more = 1;
        return false;
    }
    reply->entries[reply->n_entries++] = *entry;
    return true;
}

enum dhi_heard dhi_answer_listen(int fd, struct dhi_wire_request *request, struct dhi_cargo *cargo,
                                 struct dhi_answer *answer)
{
    struct dh_why why;
    ssize_t got;

    memset(request, 0, sizeof *request); /* a short packet leaves the rest as it was */
    got = dhi_socket_receive(fd, request, sizeof *request, cargo);
    if (got < 0 && errno == EAGAIN) return DHI_HEARD_NOTHING;
    if (got < 0 && errno == EPROTO) {
        dhi_answer_start(answer, request);
        dhi_answer_say(answer, DHI_WIRE_STATUS_BAD_MESSAGE, "descriptors that cannot be received");
        return DHI_HEARD_NONSENSE;
    }
    if (got <= 0) {
        dhi_cargo_close(cargo);
        return DHI_HEARD_HANGUP;
    }
    dhi_answer_start(answer, request);
    if (dhi_request_check(request, (size_t)got, cargo, &why) == DH_OK) return DHI_HEARD_REQUEST;
    dhi_cargo_close(cargo);
    dhi_answer_say(answer, DHI_WIRE_STATUS_BAD_MESSAGE, "%.200s", why.text);
    return DHI_HEARD_NONSENSE;
}

bool dhi_answer_send(int fd, struct dhi_answer *answer)
{
    bool sent = dhi_socket_send(fd, &answer->reply, sizeof answer->reply, &answer->cargo);
    int saved = errno;

    if (answer->owned >= 0) close(answer->owned);
    answer->owned = -1;
    errno = saved;
    return sent;
}
