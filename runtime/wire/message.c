/* SPDX-License-Identifier: Apache-2.0 */
#include "wire/message.h"

#include "base/why.h"

#include <dh/schema.h>

#include <assert.h>
#include <errno.h>
#include <poll.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static_assert(DHI_WIRE_CHANNEL_BYTES == DH_CHANNEL_MAX + 1, "names of block and wire are as long");
static_assert(DHI_WIRE_PARTS_LEASE == 8, "descriptors travel in the order of these flags");

enum { HEAD_BYTES = 12 }; /* magic and protocol: the same in every release */

static bool is_name_byte(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '.' || c == '-';
}

bool dhi_channel_name_fits(const char *name, size_t room)
{
    size_t n = 0;

    while (n < room && n <= DH_CHANNEL_MAX && is_name_byte(name[n]))
        n++;
    return n > 0 && n < room && n <= DH_CHANNEL_MAX && name[n] == 0;
}

static bool is_terminated(const char *text, size_t room)
{
    return memchr(text, 0, room) != NULL;
}

bool dhi_text_tame(char *text, size_t room)
{
    if (!is_terminated(text, room)) return false;
    for (; *text != 0; text++)
        if ((unsigned char)*text < ' ' || *text == 0x7f) *text = '?';
    return true;
}

void dhi_request_start(struct dhi_wire_request *request, enum dhi_wire_kind kind, uint32_t serial)
{
    memset(request, 0, sizeof *request);
    request->magic = DHI_WIRE_MAGIC;
    request->protocol = DHI_WIRE_PROTOCOL;
    request->kind = (uint8_t)kind;
    request->serial = serial;
}

void dhi_reply_start(struct dhi_wire_reply *reply, const struct dhi_wire_request *request)
{
    memset(reply, 0, sizeof *reply);
    reply->magic = DHI_WIRE_MAGIC;
    reply->protocol = DHI_WIRE_PROTOCOL;
    reply->kind = request->kind;
    reply->serial = request->serial;
}

/* What both directions begin with. */
static dh_err check_head(uint64_t magic, uint32_t protocol, size_t bytes, size_t wanted,
                         struct dh_why *why)
{
    if (bytes < HEAD_BYTES)
        return dhi_why(why, DH_EPROTOCOL, "a packet of %zu bytes, shorter than any message", bytes);
    if (magic != DHI_WIRE_MAGIC)
        return dhi_why(why, DH_EPROTOCOL, "a packet that does not begin with our magic");
    if (protocol != DHI_WIRE_PROTOCOL)
        return dhi_why(why, DH_EPROTOCOL, "the other side speaks protocol %u, this one %d",
                       protocol, (int)DHI_WIRE_PROTOCOL);
    if (bytes != wanted)
        return dhi_why(why, DH_EPROTOCOL, "a packet of %zu bytes where a message has %zu", bytes,
                       wanted);
    return DH_OK;
}

static dh_err check_cargo(uint8_t parts, const struct dhi_cargo *cargo, struct dh_why *why)
{
    size_t announced = (size_t)__builtin_popcount(parts);

    if (announced == cargo->n) return DH_OK;
    return dhi_why(why, DH_EPROTOCOL, "%zu descriptors came where the message announces %zu",
                   cargo->n, announced);
}

static bool request_strings_fit(struct dhi_wire_request *request)
{
    bool names_one = request->kind != DHI_WIRE_KIND_DISCOVER ||
                     request->lookup == DHI_WIRE_LOOKUP_CHANNEL ||
                     request->lookup == DHI_WIRE_LOOKUP_PRODUCER;

    if (!dhi_text_tame(request->after, sizeof request->after)) return false;
    if (names_one) return dhi_channel_name_fits(request->channel, sizeof request->channel);
    return dhi_text_tame(request->channel, sizeof request->channel);
}

dh_err dhi_request_check(struct dhi_wire_request *request, size_t bytes,
                         const struct dhi_cargo *cargo, struct dh_why *why)
{
    dh_err err = check_head(request->magic, request->protocol, bytes, sizeof *request, why);

    if (err) return err;
    if (request->kind < DHI_WIRE_KIND_REGISTER || request->kind > DHI_WIRE_KIND_DEREGISTER)
        return dhi_why(why, DH_EPROTOCOL, "a request of the unknown kind %u", request->kind);
    if (request->lookup > DHI_WIRE_LOOKUP_PRODUCER)
        return dhi_why(why, DH_EPROTOCOL, "a look-up of the unknown kind %u", request->lookup);
    if (request->role > DHI_WIRE_ROLE_SUCCESSOR)
        return dhi_why(why, DH_EPROTOCOL, "the unknown role %u", request->role);
    if (!request_strings_fit(request))
        return dhi_why(why, DH_EPROTOCOL,
                       "a channel's name that is not 1 to %d of [A-Za-z0-9_.-], zero terminated",
                       (int)DH_CHANNEL_MAX);
    if (request->kind != DHI_WIRE_KIND_REGISTER && request->parts != 0 &&
        !(request->role == DHI_WIRE_ROLE_CONSUMER && request->parts == DHI_WIRE_PARTS_ROLL))
        return dhi_why(why, DH_EPROTOCOL, "descriptors with a %s",
                       dhi_wire_kind_name(request->kind));
    return check_cargo(request->parts, cargo, why);
}

static bool entry_fits(struct dhi_wire_entry *entry)
{
    return dhi_channel_name_fits(entry->channel, sizeof entry->channel) &&
           dhi_text_tame(entry->family, sizeof entry->family) &&
           dhi_text_tame(entry->program, sizeof entry->program);
}

dh_err dhi_reply_check(struct dhi_wire_reply *reply, size_t bytes,
                       const struct dhi_wire_request *request, const struct dhi_cargo *cargo,
                       struct dh_why *why)
{
    dh_err err = check_head(reply->magic, reply->protocol, bytes, sizeof *reply, why);

    if (err) return err;
    /* Where the other side could not read our request, it does not know its kind and serial. */
    if (reply->status != DHI_WIRE_STATUS_BAD_MESSAGE &&
        (reply->kind != request->kind || reply->serial != request->serial))
        return dhi_why(why, DH_EPROTOCOL, "a reply to something that was not asked");
    if (reply->status > DHI_WIRE_STATUS_FULL)
        return dhi_why(why, DH_EPROTOCOL, "a reply of the unknown status %u", reply->status);
    if (reply->n_entries > DHI_WIRE_PAGE_ENTRIES || !dhi_text_tame(reply->text, sizeof reply->text))
        return dhi_why(why, DH_EPROTOCOL, "a reply with a count or a text out of bounds");
    for (uint32_t i = 0; i < reply->n_entries; i++)
        if (!entry_fits(&reply->entries[i]))
            return dhi_why(why, DH_EPROTOCOL, "a listing whose names are out of bounds");
    if (reply->status != DHI_WIRE_STATUS_OK && reply->text[0] == '\0')
        snprintf(reply->text, sizeof reply->text, "refused, without a word why");
    return check_cargo(reply->parts, cargo, why);
}

static dh_err hung_up(struct dh_why *why)
{
    errno = ECONNRESET;
    return dhi_why_errno(why, "hung up without an answer");
}

dh_err dhi_request_send(int fd, const struct dhi_wire_request *request, const struct dhi_cargo *out,
                        struct dh_why *why)
{
    if (dhi_socket_send(fd, request, sizeof *request, out)) return DH_OK;
    if (errno == EPIPE || errno == ECONNRESET) return hung_up(why);
    return dhi_why_errno(why, "sendmsg");
}

/* One packet, not yet looked at: *bytes of it; with a cargo only if that is DH_OK. */
static dh_err take(int fd, void *packet, size_t room, size_t *bytes, struct dhi_cargo *cargo,
                   struct dh_why *why)
{
    ssize_t got = dhi_socket_receive(fd, packet, room, cargo);

    if (got == 0 || (got < 0 && errno == ECONNRESET)) {
        if (got == 0) dhi_cargo_close(cargo);
        return hung_up(why);
    }
    if (got < 0 && errno == EPROTO)
        return dhi_why(why, DH_EPROTOCOL,
                       "descriptors got lost on the way: too many open files here? (ulimit -n)");
    if (got < 0) return dhi_why_errno(why, "recvmsg");
    *bytes = (size_t)got;
    return DH_OK;
}

dh_err dhi_reply_take(int fd, const struct dhi_wire_request *request, struct dhi_wire_reply *reply,
                      struct dhi_cargo *in, struct dh_why *why)
{
    struct dhi_cargo cargo;
    size_t bytes = 0;
    dh_err err = take(fd, reply, sizeof *reply, &bytes, &cargo, why);

    if (err) return err;
    err = dhi_reply_check(reply, bytes, request, &cargo, why);
    if (err)
        dhi_cargo_close(&cargo);
    else
        *in = cargo;
    return err;
}

dh_err dhi_exchange(int fd, const struct dhi_wire_request *request, const struct dhi_cargo *out,
                    struct dhi_wire_reply *reply, struct dhi_cargo *in, int64_t deadline_ns,
                    struct dh_why *why)
{
    dh_err err = dhi_request_send(fd, request, out, why);

    if (err) return err;
    if (!dhi_socket_wait(fd, POLLIN, deadline_ns)) return dhi_why_errno(why, "no answer");
    return dhi_reply_take(fd, request, reply, in, why);
}

/* ---- put through ---- */

bool dhi_call_send(int fd, int caller, const struct dhi_wire_request *request,
                   const struct dhi_cargo *cargo)
{
    struct dhi_wire_request call = *request;
    struct dhi_cargo out = { .fds = { caller }, .n = 1 };

    call.parts |= DHI_WIRE_PARTS_DOOR; /* the first of those that may be there */
    for (size_t i = 0; i < cargo->n && out.n < DHI_SOCKET_FDS; i++)
        out.fds[out.n++] = cargo->fds[i];
    return dhi_socket_send(fd, &call, sizeof call, &out);
}

/* Whether it is a caller's connection and a request as any, in *cargo what that came with. */
static dh_err check_call(struct dhi_wire_request *request, size_t bytes, int *caller,
                         struct dhi_cargo *cargo, struct dh_why *why)
{
    dh_err err;

    if ((request->parts & DHI_WIRE_PARTS_DOOR) == 0 || cargo->n == 0)
        return dhi_why(why, DH_EPROTOCOL, "a call without the caller's connection");
    *caller = cargo->fds[0];
    cargo->n--;
    memmove(cargo->fds, cargo->fds + 1, cargo->n * sizeof cargo->fds[0]);
    request->parts &= (uint8_t)~DHI_WIRE_PARTS_DOOR;
    err = dhi_request_check(request, bytes, cargo, why);
    if (err == DH_OK &&
        (request->kind != DHI_WIRE_KIND_DISCOVER || request->lookup != DHI_WIRE_LOOKUP_PRODUCER))
        err = dhi_why(why, DH_EPROTOCOL, "a call that asks for no producer");
    if (err) close(*caller);
    return err;
}

dh_err dhi_call_take(int fd, int *caller, struct dhi_wire_request *request, struct dhi_cargo *in,
                     struct dh_why *why)
{
    struct dhi_cargo cargo;
    size_t bytes = 0;
    dh_err err;

    memset(request, 0, sizeof *request); /* a short packet leaves the rest as it was */
    err = take(fd, request, sizeof *request, &bytes, &cargo, why);
    if (err) return err;
    err = check_call(request, bytes, caller, &cargo, why);
    if (err)
        dhi_cargo_close(&cargo);
    else
        *in = cargo;
    return err;
}

dh_err dhi_status_err(uint8_t status)
{
    switch (status) {
    case DHI_WIRE_STATUS_OK: return DH_OK;
    case DHI_WIRE_STATUS_AT_PRODUCER:
    case DHI_WIRE_STATUS_NOT_FOUND: return DH_ENOTFOUND;
    case DHI_WIRE_STATUS_FULL: return DH_ETABLE;
    case DHI_WIRE_STATUS_REFUSED:
    case DHI_WIRE_STATUS_NOT_OWNER:
    case DHI_WIRE_STATUS_LIMIT: return DH_EREFUSED;
    case DHI_WIRE_STATUS_HANGS:
    case DHI_WIRE_STATUS_CONFLICT: return DH_ECONFLICT;
    case DHI_WIRE_STATUS_BAD_SCHEMA:
    case DHI_WIRE_STATUS_BAD_BLOCK: return DH_ECORRUPT;
    case DHI_WIRE_STATUS_CHALLENGE:
    case DHI_WIRE_STATUS_BAD_PROOF: return DH_ESECRET;
    case DHI_WIRE_STATUS_FAILED: return DH_ENOMEM;
    default: return DH_EPROTOCOL;
    }
}
