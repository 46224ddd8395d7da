/* SPDX-License-Identifier: Apache-2.0
 *
 * hub_lane.c - what is measured: a channel of the hub, by its public calls, payload written and
 * read in place.
 */
#include "hub.h"
#include "loops.h"

enum variant { STAMPED, UNSTAMPED, FENCE, LATEST };

enum { LEAST_PLACES = 4 }; /* a channel has some to spare */

struct hub_lane {
    struct lane lane;
    dh_producer *producer;
    dh_consumer *consumer;
};

static struct hub_lane *hub_of(struct lane *lane)
{
    return (struct hub_lane *)(void *)lane;
}

static inline void hub_send(struct lane *lane, uint64_t n)
{
    dh_producer *producer = hub_of(lane)->producer;
    void *payload;

    hub_expect(dh_producer_loan(producer, DH_FOREVER, &payload), "loan");
    payload_write(payload, lane->words, n);
    hub_expect(dh_producer_commit(producer), "commit");
}

static inline uint64_t hub_receive(struct lane *lane)
{
    dh_consumer *consumer = hub_of(lane)->consumer;
    const void *payload;
    uint64_t n;

    hub_expect(dh_consumer_acquire(consumer, DH_FOREVER, &payload), "acquire");
    n = payload_read(payload, lane->words);
    hub_expect(dh_consumer_release(consumer), "release");
    return n;
}

static inline uint32_t hub_send_many(struct lane *lane, uint64_t n, uint32_t count)
{
    dh_producer *producer = hub_of(lane)->producer;
    struct dh_slot slots[LOOPS_BULK];
    uint32_t n_slots;

    hub_expect(dh_producer_loan_many(producer, DH_FOREVER, slots, count, &n_slots), "loan_many");
    for (uint32_t i = 0; i < n_slots; i++)
        payload_write(slots[i].data, lane->words, n + i);
    hub_expect(dh_producer_commit_many(producer, n_slots), "commit_many");
    return n_slots;
}

static inline uint32_t hub_receive_many(struct lane *lane, uint64_t n)
{
    dh_consumer *consumer = hub_of(lane)->consumer;
    struct dh_slot slots[LOOPS_BULK];
    uint32_t n_slots, i;

    hub_expect(dh_consumer_acquire_many(consumer, DH_FOREVER, slots, LOOPS_BULK, &n_slots),
               "acquire_many");
    for (i = 0; i < n_slots; i++) {
        uint64_t got = payload_read(slots[i].data, lane->words);

        if ((lane->ended = got == PAYLOAD_LAST)) break;
        if (__builtin_expect(got != n + i, 0)) loops_wrong(lane, n + i, got);
    }
    hub_expect(dh_consumer_release_many(consumer, n_slots), "release_many");
    return i;
}

static struct hub_plan plan_of(const struct lane *lane)
{
    enum variant variant = (enum variant)lane->transport->variant;
    bool latest = variant == LATEST;

    return (struct hub_plan){
        .channel = lane->name,
        .number = lane->name[0] == 'b', /* of a row's two lanes the one that leads back */
        .size = lane->size,
        .policy = { .n_slots = latest ? 1 : lane->n_slots,
                    .n_consumers = lane->n_readers < LEAST_PLACES ? LEAST_PLACES : lane->n_readers,
                    .full = latest ? DH_FULL_OVERWRITE : DH_FULL_WAIT },
        .storeload = variant == FENCE ? DH_STORELOAD_FENCE : DH_STORELOAD_AUTO,
        .unstamped = variant == UNSTAMPED,
        .spin_ns = lane->polling ? DH_S : 0,
    };
}

static void hub_open_sender(struct lane *lane)
{
    struct hub_plan plan = plan_of(lane);

    hub_of(lane)->producer = hub_producer(&plan);
}

static void hub_open_receiver(struct lane *lane)
{
    struct hub_plan plan = plan_of(lane);

    hub_of(lane)->consumer = hub_consumer(&plan);
}

static void hub_close(struct lane *lane)
{
    dh_producer_close(hub_of(lane)->producer);
    dh_consumer_close(hub_of(lane)->consumer);
}

static bool hub_prepare(struct lane *lane)
{
    (void)lane; /* all of it is made by the one who produces */
    return true;
}

static void hub_ping(struct stage *stage, struct lane *there, struct lane *back)
{
    loops_ping(stage, there, back, hub_send, hub_receive);
}

static void hub_pong(struct lane *there, struct lane *back)
{
    loops_pong(there, back, hub_send, hub_receive);
}

static void hub_produce(struct stage *stage, struct lane *lane)
{
    loops_produce(stage, lane, hub_send);
}

static void hub_consume(struct stage *stage, struct lane *lane)
{
    loops_consume(stage, lane, hub_receive);
}

static void hub_produce_many(struct stage *stage, struct lane *lane)
{
    loops_produce_many(stage, lane, hub_send_many);
}

static void hub_consume_many(struct stage *stage, struct lane *lane)
{
    loops_consume_many(stage, lane, hub_receive_many);
}

const struct transport hub_bulk_transport = { .subject = "hub",
                                              .title = "hub",
                                              .lane_bytes = sizeof(struct hub_lane),
                                              .variant = STAMPED,
                                              .prepare = hub_prepare,
                                              .open_sender = hub_open_sender,
                                              .open_receiver = hub_open_receiver,
                                              .close = hub_close,
                                              .produce = hub_produce_many,
                                              .consume = hub_consume_many };

#define HUB_TRANSPORT(name, its_variant, its_subject, its_title)           \
    const struct transport name = { .subject = its_subject,                \
                                    .title = its_title,                    \
                                    .lane_bytes = sizeof(struct hub_lane), \
                                    .variant = its_variant,                \
                                    .prepare = hub_prepare,                \
                                    .open_sender = hub_open_sender,        \
                                    .open_receiver = hub_open_receiver,    \
                                    .close = hub_close,                    \
                                    .ping = hub_ping,                      \
                                    .pong = hub_pong,                      \
                                    .produce = hub_produce,                \
                                    .consume = hub_consume }

HUB_TRANSPORT(hub_transport, STAMPED, "hub", "hub");
HUB_TRANSPORT(hub_unstamped_transport, UNSTAMPED, "hub-unstamped", "hub, unstamped");
HUB_TRANSPORT(hub_fence_transport, FENCE, "hub-fence", "hub, with fences");
HUB_TRANSPORT(hub_latest_transport, LATEST, "hub-latest", "hub, latest value");
