/* SPDX-License-Identifier: Apache-2.0 */
#include "client/bell.h"

#include "base/why.h"
#include "client/ask.h"
#include "client/call.h"

#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <unistd.h>

/* On a connection that has shown that it may attach. */
static dh_err ask_to_be_rung(int fd, const struct dhi_header *head, int64_t deadline_ns,
                             struct dh_why *why)
{
    struct dhi_wire_request request;
    struct dhi_wire_reply reply;
    struct dhi_cargo cargo;
    dh_err err;

    dhi_request_start(&request, DHI_WIRE_KIND_REGISTER, 9);
    request.role = DHI_WIRE_ROLE_CONSUMER;
    snprintf(request.channel, sizeof request.channel, "%s", head->channel);
    memcpy(request.instance, head->producer.instance, sizeof request.instance);
    err = dhi_exchange(fd, &request, NULL, &reply, &cargo, deadline_ns, why);
    if (err) return err;
    dhi_cargo_close(&cargo);
    err = dhi_status_err(reply.status);
    return err ? dhi_why(why, err, "%s", reply.text) : DH_OK;
}

/* Who is not this user, nor root, is called by the broker. */
static dh_err call_producer(int *fd, const struct dhi_header *head, bool through,
                            const char *broker, int64_t deadline_ns, struct dh_why *why)
{
    struct dhi_address address;

    if (through) return dhi_call_broker(fd, broker, deadline_ns, why);
    dhi_direct_address(&address, head->producer.uid, head->channel);
    return dhi_call(fd, &address, head->channel, DH_ENOTFOUND, NULL, deadline_ns, why);
}

dh_err dhi_bell_open(int *bell, const struct dhi_block *block, const char *broker,
                     const void *secret, struct dh_why *why)
{
    const struct dhi_header *head = &block->head;
    int64_t deadline = dhi_call_deadline(DH_NOW);
    struct dhi_search search = { .channel = head->channel, .secret = secret, .roll = -1 };
    struct dhi_fds fds;
    dh_err err;
    int fd;

    /* Who asks as a consumer of a strict block is given another place. */
    search.role = dhi_block_is_strict(block) ? DHI_OBSERVER : DHI_CONSUMER;
    search.through = geteuid() != 0 && head->producer.uid != geteuid();
    err = call_producer(&fd, head, search.through, broker, deadline, why);
    if (err) return err;
    err = dhi_ask(&fds, fd, &search, deadline, why);
    if (!err) {
        dhi_fds_close(&fds); /* we have them; this proved the secret */
        err = ask_to_be_rung(fd, head, deadline, why);
    }
    if (err)
        close(fd);
    else
        *bell = fd;
    return err;
}

/* ---- from block to block ---- */

static bool watch(const struct dhi_loop *loop, int fd)
{
    struct epoll_event event = { .events = EPOLLIN };

    return epoll_ctl(loop->epoll, EPOLL_CTL_ADD, fd, &event) == 0;
}

dh_err dhi_loop_add(const struct dhi_loop *loop, int bell, struct dh_why *why)
{
    return watch(loop, bell) ? DH_OK : dhi_why_errno(why, "a descriptor for an event loop");
}

dh_err dhi_loop_open(struct dhi_loop *loop, int bell, struct dh_why *why)
{
    struct dhi_loop made = { .epoll = epoll_create1(EPOLL_CLOEXEC),
                             .timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK) };
    dh_err err = DH_OK;

    if (made.epoll < 0 || made.timer < 0 || !watch(&made, made.timer) || !watch(&made, bell))
        err = dhi_why_errno(why, "a descriptor for an event loop");
    if (err == DH_OK)
        *loop = made;
    else
        dhi_loop_close(&made);
    return err;
}

void dhi_loop_close(struct dhi_loop *loop)
{
    if (loop->epoll >= 0) close(loop->epoll);
    if (loop->timer >= 0) close(loop->timer);
    *loop = DHI_NO_LOOP;
}

/* Setting a timer also takes back what it rang before; 0 turns it off. */
static void set_timer(const struct dhi_loop *loop, int64_t at_ns)
{
    struct itimerspec when = { .it_value = { .tv_sec = (time_t)(at_ns / DH_S),
                                             .tv_nsec = (long)(at_ns % DH_S) } };

    timerfd_settime(loop->timer, TFD_TIMER_ABSTIME, &when, NULL);
}

void dhi_loop_ring_at(const struct dhi_loop *loop, int bell, int64_t at_ns)
{
    epoll_ctl(loop->epoll, EPOLL_CTL_DEL, bell, NULL); /* again and again does no harm */
    set_timer(loop, at_ns);
}

void dhi_loop_quiet(const struct dhi_loop *loop)
{
    set_timer(loop, 0);
}
