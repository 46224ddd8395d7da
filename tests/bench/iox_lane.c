/* SPDX-License-Identifier: Apache-2.0
 *
 * iox_lane.c - iceoryx by its C binding: chunks of shared memory, loaned, written in place and
 * published; the subscriber takes them without sleeping. Lossless: a full queue holds the publisher
 * up, as it does with us. Its daemon runs with its own settings, unwatched.
 */
#include "loops.h"
#include "roudi.h"

#include <iceoryx_binding_c/publisher.h>
#include <iceoryx_binding_c/runtime.h>
#include <iceoryx_binding_c/subscriber.h>

#include <sched.h>
#include <stdio.h>
#include <unistd.h>

struct iox_lane {
    struct lane lane;
    iox_pub_storage_t publisher_room;
    iox_sub_storage_t subscriber_room;
    iox_pub_t publisher;
    iox_sub_t subscriber;
};

static struct iox_lane *iox_of(struct lane *lane)
{
    return (struct iox_lane *)(void *)lane;
}

static inline void iox_send(struct lane *lane, uint64_t n)
{
    iox_pub_t publisher = iox_of(lane)->publisher;
    void *payload;

    while (iox_pub_loan_chunk(publisher, &payload, (uint32_t)lane->size) !=
           AllocationResult_SUCCESS)
        sched_yield(); /* all chunks are under way */
    payload_write(payload, lane->words, n);
    iox_pub_publish_chunk(publisher, payload);
}

static inline uint64_t iox_receive(struct lane *lane)
{
    iox_sub_t subscriber = iox_of(lane)->subscriber;
    const void *payload;
    uint64_t n;

    for (unsigned looks = 1; iox_sub_take_chunk(subscriber, &payload) != ChunkReceiveResult_SUCCESS;
         looks++)
        if (looks % 65536 == 0) sched_yield();
    n = payload_read(payload, lane->words);
    iox_sub_release_chunk(subscriber, payload);
    return n;
}

/* A process has one runtime. */
static void begin_runtime(void)
{
    static bool begun;
    char name[32];

    if (begun) return;
    roudi_hush();
    snprintf(name, sizeof name, "dh-bench-%d", (int)getpid());
    iox_runtime_init(name);
    begun = true;
}

static void iox_open_sender(struct lane *lane)
{
    struct iox_lane *iox = iox_of(lane);
    iox_pub_options_t options;

    begin_runtime();
    iox_pub_options_init(&options);
    options.subscriberTooSlowPolicy = ConsumerTooSlowPolicy_WAIT_FOR_CONSUMER;
    iox->publisher = iox_pub_init(&iox->publisher_room, "dh-bench", lane->name, "lane", &options);
}

static void iox_open_receiver(struct lane *lane)
{
    struct iox_lane *iox = iox_of(lane);
    iox_sub_options_t options;
    int64_t end = dh_in(10 * DH_S);

    begin_runtime();
    iox_sub_options_init(&options);
    options.queueCapacity = lane->n_slots;
    options.queueFullPolicy = QueueFullPolicy_BLOCK_PRODUCER;
    iox->subscriber = iox_sub_init(&iox->subscriber_room, "dh-bench", lane->name, "lane", &options);
    while (iox_sub_get_subscription_state(iox->subscriber) != SubscribeState_SUBSCRIBED) {
        if (dh_now() > end) stage_fail("iceoryx did not connect publisher and subscriber");
        usleep(1000);
    }
}

static void iox_close(struct lane *lane)
{
    struct iox_lane *iox = iox_of(lane);

    if (iox->publisher != NULL) iox_pub_deinit(iox->publisher);
    if (iox->subscriber != NULL) iox_sub_deinit(iox->subscriber);
}

static bool iox_prepare(struct lane *lane)
{
    (void)lane;
    return roudi_start();
}

static void iox_ping(struct stage *stage, struct lane *there, struct lane *back)
{
    loops_ping(stage, there, back, iox_send, iox_receive);
}

static void iox_pong(struct lane *there, struct lane *back)
{
    loops_pong(there, back, iox_send, iox_receive);
}

static void iox_produce(struct stage *stage, struct lane *lane)
{
    loops_produce(stage, lane, iox_send);
}

static void iox_consume(struct stage *stage, struct lane *lane)
{
    loops_consume(stage, lane, iox_receive);
}

const struct transport iox_transport = { .subject = "iceoryx",
                                         .title = "iceoryx 2.0",
                                         .lane_bytes = sizeof(struct iox_lane),
                                         .prepare = iox_prepare,
                                         .open_sender = iox_open_sender,
                                         .open_receiver = iox_open_receiver,
                                         .close = iox_close,
                                         .ping = iox_ping,
                                         .pong = iox_pong,
                                         .produce = iox_produce,
                                         .consume = iox_consume };
