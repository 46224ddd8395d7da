/* SPDX-License-Identifier: Apache-2.0 */
#include "client/attend.h"

#include "base/why.h"

#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

enum {
    RETRY_MS = 1000,  /* in case that a folder cannot be watched, or an event got lost */
    AGAIN_MS = 10,    /* after a hang-up; not at once, or a broker that always does it spins us */
    CONNECT_MS = 10,  /* a broker whose backlog is full may hold up direct visitors that long */
    GOODBYE_MS = 250, /* a broker that hangs does not hold up who closes */
};

void dhi_link_open(struct dhi_link *link, const char *path)
{
    link->state = DHI_LINK_ABSENT;
    link->fd = -1;
    link->due_ns = 0;
    snprintf(link->path, sizeof link->path, "%s", path);
}

static const char *file_name(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash == NULL ? path : slash + 1;
}

/* Instances are few; without one, brokers are tried once a second. And to close one that watches
 * takes the kernel ten milliseconds and more, which a process that dies waits for: so there is none
 * where a broker answers. */
static void watch_folder(const char *path, int *inotify)
{
    size_t length = (size_t)(file_name(path) - path);
    char folder[DHI_SOCKET_PATH_BYTES + 2];

    /* IN_ATTRIB: a broker opens its socket's mode when it listens. */
    snprintf(folder, sizeof folder, "%.*s.", (int)length, path);
    if (*inotify < 0) *inotify = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
    inotify_add_watch(*inotify, folder, IN_CREATE | IN_MOVED_TO | IN_ATTRIB);
}

void dhi_link_notice(struct dhi_offer *offer, const char *name)
{
    if (offer->link.state == DHI_LINK_ABSENT && strcmp(file_name(offer->link.path), name) == 0)
        offer->link.due_ns = 0;
}

/* The first time around, who opened the offer waits for this. */
static void decide(struct dhi_offer *offer, dh_err verdict, const struct dh_why *why)
{
    if (offer->answered) return;
    offer->answered = true;
    offer->verdict = verdict;
    if (verdict) offer->why = *why;
}

static void hang_up(struct dhi_link *link)
{
    if (link->fd >= 0) close(link->fd);
    link->fd = -1;
    link->state = DHI_LINK_ABSENT;
    link->due_ns = dh_in(RETRY_MS * DH_MS);
}

void dhi_link_again(struct dhi_offer *offer)
{
    struct dhi_link *link = &offer->link;

    if (link->state != DHI_LINK_ASKED && link->state != DHI_LINK_REGISTERED) return;
    hang_up(link);
    link->due_ns = dh_in(AGAIN_MS * DH_MS);
    link->again = true;
}

static bool send_registration(struct dhi_offer *offer)
{
    struct dhi_wire_request *request = &offer->link.request;
    const struct dhi_channel *channel = &offer->channel;
    struct dhi_cargo cargo;
    bool sent;

    dhi_request_start(request, DHI_WIRE_KIND_REGISTER, request->serial + 1);
    memcpy(request->channel, channel->entry.channel, sizeof request->channel);
    memcpy(request->instance, channel->entry.instance, sizeof request->instance);
    memcpy(request->schema_hash, channel->entry.schema_hash, sizeof request->schema_hash);
    if (channel->key != NULL) memcpy(request->key, channel->key, sizeof request->key);
    request->parts = dhi_channel_all(channel, &cargo);
    sent = dhi_request_send(offer->link.fd, request, &cargo, NULL) == DH_OK;
    sodium_memzero(request->key, sizeof request->key);
    return sent;
}

static bool send_goodbye(struct dhi_offer *offer)
{
    struct dhi_wire_request *request = &offer->link.request;

    dhi_request_start(request, DHI_WIRE_KIND_DEREGISTER, request->serial + 1);
    memcpy(request->channel, offer->channel.entry.channel, sizeof request->channel);
    memcpy(request->instance, offer->channel.entry.instance, sizeof request->instance);
    return dhi_request_send(offer->link.fd, request, NULL, NULL) == DH_OK;
}

static bool call_broker(struct dhi_offer *offer)
{
    struct dhi_link *link = &offer->link;

    if (dhi_call_broker(&link->fd, link->path, dh_in(CONNECT_MS * DH_MS), NULL) == DH_OK &&
        send_registration(offer)) {
        link->state = DHI_LINK_ASKED;
        return true;
    }
    hang_up(link);
    return false;
}

/* Once more behind the watch: a broker that starts right after that is noticed. */
static void try_broker(struct dhi_offer *offer, int *inotify)
{
    if (call_broker(offer)) return;
    watch_folder(offer->link.path, inotify);
    if (call_broker(offer)) return;
    offer->link.again = false;
    decide(offer, DH_OK, NULL); /* without a broker, then */
}

/* False: not a word came, the readiness was a false alarm. */
static bool hear_broker(struct dhi_offer *offer, dh_err *err, struct dh_why *why)
{
    struct dhi_wire_reply reply;
    struct dhi_cargo cargo = { .n = 0 };

    *err = dhi_reply_take(offer->link.fd, &offer->link.request, &reply, &cargo, why);
    if (*err == DH_ESYS && why->sys_errno == EAGAIN) return false;
    if (*err) return true;
    dhi_cargo_close(&cargo);
    *err = dhi_why(why, dhi_status_err(reply.status), "%s", reply.text);
    return true;
}

/* To a registered producer the broker says no more than who calls for it: all else is a hang-up, or
 * nonsense. */
static void hear_call(struct dhi_offer *offer)
{
    struct dhi_link *link = &offer->link;
    struct dhi_wire_request request;
    struct dhi_cargo cargo;
    struct dh_why why;
    int caller;
    dh_err err = dhi_call_take(link->fd, &caller, &request, &cargo, &why);

    if (err == DH_OK) {
        dhi_visit_put_through(offer, caller, &request, &cargo);
    } else if (err != DH_ESYS || why.sys_errno != EAGAIN) {
        hang_up(link);
        link->due_ns = dh_in(AGAIN_MS * DH_MS);
    }
}

static void hear_registration(struct dhi_offer *offer)
{
    struct dh_why why = { 0 };
    dh_err err;

    if (!hear_broker(offer, &err, &why)) return;
    if (!err) {
        offer->link.state = DHI_LINK_REGISTERED;
        offer->link.again = false;
        decide(offer, DH_OK, NULL);
        return;
    }
    hang_up(&offer->link);
    if (err == DH_EPROTOCOL) offer->link.again = false;
    /* It died with our question: the news of the next one may have come while we waited. Or the
     * name is still another's who is dying. */
    if (err == DH_ESYS || offer->link.again) offer->link.due_ns = dh_in(AGAIN_MS * DH_MS);
    /* Of another release, or gone again: the channel is then found directly. */
    if (err == DH_EPROTOCOL || err == DH_ESYS)
        decide(offer, DH_OK, NULL);
    else
        decide(offer, err, &why);
}

static void end(struct dhi_link *link)
{
    hang_up(link);
    link->again = false;
    link->state = DHI_LINK_GONE;
}

void dhi_link_step(struct dhi_offer *offer, enum dhi_link_event event, int *inotify)
{
    struct dhi_link *link = &offer->link;
    struct dh_why why;
    dh_err err;

    switch (link->state) {
    case DHI_LINK_ABSENT:
        if (event == DHI_LINK_DUE && !offer->superseded) try_broker(offer, inotify);
        if (offer->superseded) link->due_ns = DH_FOREVER; /* the name is the successor's */
        if (event == DHI_LINK_CLOSE) end(link);
        break;
    case DHI_LINK_ASKED:
        if (event == DHI_LINK_READABLE) hear_registration(offer);
        if (event == DHI_LINK_CLOSE) end(link);
        break;
    case DHI_LINK_REGISTERED:
        if (event == DHI_LINK_READABLE) hear_call(offer);
        if (event == DHI_LINK_CLOSE) {
            link->state = DHI_LINK_LEAVING;
            link->due_ns = dh_in(GOODBYE_MS * DH_MS);
            if (!send_goodbye(offer)) end(link);
        }
        break;
    case DHI_LINK_LEAVING:
        if (event == DHI_LINK_DUE || (event == DHI_LINK_READABLE && hear_broker(offer, &err, &why)))
            end(link);
        break;
    case DHI_LINK_GONE: break;
    }
}
