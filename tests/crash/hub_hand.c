/* SPDX-License-Identifier: Apache-2.0
 *
 * hub_hand.c - producers in processes of their own, which do as they are told.
 */
#include "world.h"

#include <dh/recovery.h>

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define PATIENCE (10 * DH_S)

dh_err hub_send(dh_producer *producer)
{
    dh_slot_rw *rw = dh_producer_slot_rw(producer);
    uint64_t number = rw->next;
    void *payload;
    dh_err err = dh_producer_loan(producer, dh_in(PATIENCE), &payload);

    if (err != DH_OK) return err;
    fill_words(payload, rw->payload_bytes / 8, number);
    return dh_producer_commit(producer);
}

static dh_err write_zone(dh_producer *producer, uint64_t number)
{
    uint64_t value[ZONE_WORDS];

    fill_words(value, ZONE_WORDS, number);
    return dh_zone_write(dh_producer_zone(producer, 1), value);
}

static dh_err open_with(dh_producer **producer, const struct world *world,
                        const struct dh_schema *schema, enum dh_takeover takeover)
{
    const struct dh_producer_options options = { .spin_ns = -1,
                                                 .takeover = takeover,
                                                 .strict = world->campaign->strict,
                                                 .sum_threads = world->campaign->sums };
    struct dh_why why = { .text = "" };
    dh_err err = dh_producer_open(producer, schema, world->hub.channel, &options, &why);

    if (err == DH_OK && takeover == DH_TAKEOVER_NEVER) err = write_zone(*producer, 1);
    if (err != DH_OK) fprintf(stderr, "a producer: %s: %s\n", dh_error_name(err), why.text);
    return err;
}

dh_err hub_open_producer(dh_producer **producer, const struct world *world,
                         enum dh_takeover takeover)
{
    return open_with(producer, world, campaign_schema(world->campaign), takeover);
}

/* Ends the channel as one who mends it, whatever its producer does. */
static dh_err end_channel(const struct world *world)
{
    const struct dh_recovery_options forced = { .force = true };

    return dh_recovery_end(world->hub.channel, &forced, NULL, NULL, NULL);
}

static dh_err begin(dh_producer **producer, const struct world *world, enum task task)
{
    if (task == END_FIRST) {
        dh_err err = end_channel(world);

        if (err != DH_OK && err != DH_ENOTFOUND) return err;
    }
    if (task == ENLARGE)
        return open_with(producer, world, campaign_larger_schema(world->campaign),
                         DH_TAKEOVER_HANDOVER);
    return hub_open_producer(producer, world,
                             task == BEGIN   ? DH_TAKEOVER_NEVER
                             : task == FORCE ? DH_TAKEOVER_FORCE
                                             : DH_TAKEOVER_HANDOVER);
}

static _Noreturn void be_producer(const struct world *world, int orders, enum task task)
{
    struct order order = { .what = SEND };
    struct told told = { .next = 0 };
    dh_producer *producer = NULL;

    told.err = begin(&producer, world, task);
    while (producer != NULL && order.what != CLOSE) {
        told.next = dh_producer_slot_rw(producer)->next;
        if (send(orders, &told, sizeof told, MSG_NOSIGNAL) < 0) _exit(1);
        if (recv(orders, &order, sizeof order, 0) != sizeof order) _exit(1);
        told.err = DH_OK;
        for (uint32_t i = 0; order.what == SEND && i < order.n && told.err == DH_OK; i++)
            told.err = hub_send(producer);
    }
    dh_producer_close(producer);
    (void)send(orders, &told, sizeof told, MSG_NOSIGNAL);
    _exit(0);
}

/* Where it comes to nothing, somebody has just been killed. */
static _Noreturn void be_guest(const struct world *world, int orders)
{
    const struct dh_consumer_options options = { .spin_ns = -1, .event_fd = true };
    dh_consumer *consumer = NULL;
    struct order order;
    struct told told = { .err = dh_consumer_open(&consumer, campaign_schema(world->campaign),
                                                 world->hub.channel, &options, NULL) };

    if (send(orders, &told, sizeof told, MSG_NOSIGNAL) < 0) _exit(1);
    (void)recv(orders, &order, sizeof order, 0);
    dh_consumer_close(consumer);
    _exit(0);
}

bool hand_start(struct world *world, struct hand *hand, enum task task, bool traced)
{
    int ends[2];

    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0)
        return complain(world, "no socket for a producer's orders");
    *hand = (struct hand){ .pid = fork(), .orders = ends[0] };
    if (hand->pid == 0) {
        close(ends[0]);
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (traced) tracee_begin();
        if (task == VISIT) be_guest(world, ends[1]);
        be_producer(world, ends[1], task);
    }
    close(ends[1]);
    return true;
}

bool hand_listen(const struct hand *hand, struct told *told)
{
    struct pollfd polled = { .fd = hand->orders, .events = POLLIN };

    return poll(&polled, 1, 2 * PATIENCE / DH_MS) == 1 &&
           recv(hand->orders, told, sizeof *told, 0) == sizeof *told;
}

bool hand_hear(struct world *world, const struct hand *hand, struct told *told)
{
    return hand_listen(hand, told) ||
           complain(world, "a producer that should live does not answer");
}

/* It was started; *start: the number that it begins with. Readers do not stand still meanwhile: one
 * who does not come to a block before the next producer takes that over is told of losses. */
bool hand_opens(struct world *world, struct hand *hand, uint64_t *start)
{
    struct pollfd polled = { .fd = hand->orders, .events = POLLIN };
    int64_t until = dh_in(2 * PATIENCE);
    struct told told;

    tracee_let_go(&world->hub.held);
    while (poll(&polled, 1, 1) == 0 && dh_now() < until)
        if (!hub_look_around(world)) return false;
    if (!hand_hear(world, hand, &told)) return false;
    *start = told.next;
    hand->opened = told.err == DH_OK;
    return hand->opened || complain(world, "a successor got %s", dh_error_name(told.err));
}

void hand_tell(const struct hand *hand, enum what what, uint32_t n)
{
    struct order order = { .what = what, .n = n };

    (void)send(hand->orders, &order, sizeof order, MSG_NOSIGNAL);
}

/* One message more; its answer in *err. */
bool hand_sends(struct world *world, const struct hand *hand, dh_err *err)
{
    struct told told;

    hand_tell(hand, SEND, 1);
    if (!hand_hear(world, hand, &told)) return false;
    *err = told.err;
    if (*err == DH_OK) world->board->committed++;
    return true;
}

void hand_end(struct world *world, struct hand *hand, bool in_order)
{
    struct told told;
    int status = 0;

    if (hand->pid == 0) return;
    if (in_order && hand->opened) {
        hand_tell(hand, CLOSE, 0);
        hand_hear(world, hand, &told);
    } else {
        kill(hand->pid, SIGKILL);
    }
    waitpid(hand->pid, &status, 0);
    if (in_order && hand->opened && status != 0)
        complain(world, "a surviving producer ended with status %x", (unsigned)status);
    close(hand->orders);
    *hand = (struct hand){ .pid = 0 };
}
