/* SPDX-License-Identifier: Apache-2.0
 *
 * dds_lane.c - Cyclone DDS on the loopback interface, reliable, keeping all; and with shared memory
 * by iceoryx, where samples are loaned and taken in place. Readers wait in a wait set: who
 * polls keeps Cyclone's own threads from the core. With shared memory a reader keeps the last 16
 * samples, as Cyclone asks for, so that streams are lossless only without it: there are no rows of
 * streams with it.
 */
#include "dds_types.h"
#include "loops.h"
#include "roudi.h"

#include <dds/dds.h>
#include <dds/ddsc/dds_loan_api.h>

#include <stdio.h>
#include <stdlib.h>

enum variant { PLAIN, SHM };

struct dds_lane {
    struct lane lane;
    dds_entity_t writer, reader, waitset;
    void *buffer; /* without shared memory: one message of the writer's */
};

static struct dds_lane *dds_of(struct lane *lane)
{
    return (struct dds_lane *)(void *)lane;
}

static dds_entity_t made(dds_entity_t entity, const char *call)
{
    if (entity < 0) stage_fail("%s: %s", call, dds_strretcode(-entity));
    return entity;
}

static inline void dds_send(struct lane *lane, uint64_t n)
{
    struct dds_lane *dds = dds_of(lane);
    void *sample = dds->buffer;

    if (lane->transport->variant == SHM) made(dds_loan_sample(dds->writer, &sample), "dds_loan");
    payload_write(sample, lane->words, n);
    made(dds_write(dds->writer, sample), "dds_write");
}

static inline uint64_t dds_receive(struct lane *lane)
{
    struct dds_lane *dds = dds_of(lane);
    dds_sample_info_t info;
    void *sample = NULL;
    dds_return_t got;
    uint64_t n;

    while ((got = dds_take(dds->reader, &sample, &info, 1, 1)) == 0)
        made(dds_waitset_wait(dds->waitset, NULL, 0, DDS_INFINITY), "dds_waitset_wait");
    made(got, "dds_take");
    n = info.valid_data ? payload_read(sample, lane->words) : PAYLOAD_TORN;
    made(dds_return_loan(dds->reader, &sample, got), "dds_return_loan");
    return n;
}

static const dds_topic_descriptor_t *type_of(size_t words)
{
    switch (words) {
    case 1: return &bench_Words1_desc;
    case 8: return &bench_Words8_desc;
    case 128: return &bench_Words128_desc;
    case 512: return &bench_Words512_desc;
    case 8192: return &bench_Words8192_desc;
    case 131072: return &bench_Words131072_desc;
    default: stage_fail("no type of %zu words", words);
    }
}

/* A process has one participant; the settings are read when it is made. */
static dds_entity_t participant(bool shm)
{
    static const char plain[] =
        "<General><Interfaces><NetworkInterface name=\"lo\" multicast=\"false\"/></Interfaces>"
        "<MaxMessageSize>65500B</MaxMessageSize></General>"
        "<Discovery><ParticipantIndex>auto</ParticipantIndex>"
        "<Peers><Peer address=\"localhost\"/></Peers></Discovery>";
    static const char with_shm[] = "<SharedMemory><Enable>true</Enable></SharedMemory>";
    static dds_entity_t only;
    char settings[sizeof plain + sizeof with_shm];

    if (only > 0) return only;
    roudi_hush();
    snprintf(settings, sizeof settings, "%s%s", plain, shm ? with_shm : "");
    setenv("CYCLONEDDS_URI", settings, 1);
    only = made(dds_create_participant(DDS_DOMAIN_DEFAULT, NULL, NULL), "dds_create_participant");
    return only;
}

/* Their names have letters, digits and lines alone. */
static dds_entity_t open_topic(struct lane *lane, dds_entity_t at)
{
    char name[LANE_NAME_BYTES];

    for (size_t i = 0; i < sizeof name; i++)
        name[i] = lane->name[i] == '.' || lane->name[i] == '-' ? '_' : lane->name[i];
    return made(dds_create_topic(at, type_of(lane->words), name, NULL, NULL), "dds_create_topic");
}

static dds_qos_t *quality(const struct lane *lane)
{
    dds_qos_t *qos = dds_create_qos();

    dds_qset_reliability(qos, DDS_RELIABILITY_RELIABLE, DDS_SECS(10));
    if (lane->transport->variant == SHM)
        dds_qset_history(qos, DDS_HISTORY_KEEP_LAST, 16);
    else
        dds_qset_history(qos, DDS_HISTORY_KEEP_ALL, 0);
    dds_qset_resource_limits(qos, (int32_t)lane->n_slots, DDS_LENGTH_UNLIMITED,
                             DDS_LENGTH_UNLIMITED);
    return qos;
}

static void dds_open_sender(struct lane *lane)
{
    dds_entity_t at = participant(lane->transport->variant == SHM);
    struct dds_lane *dds = dds_of(lane);
    dds_qos_t *qos = quality(lane);

    if ((dds->buffer = calloc(1, lane->size)) == NULL) stage_fail("no memory for a message");
    dds->writer = made(dds_create_writer(at, open_topic(lane, at), qos, NULL), "dds_create_writer");
    dds_delete_qos(qos);
}

/* Each side waits until it has found the other. */
static void dds_open_receiver(struct lane *lane)
{
    dds_entity_t at = participant(lane->transport->variant == SHM);
    struct dds_lane *dds = dds_of(lane);
    dds_subscription_matched_status_t status = { .current_count = 0 };
    dds_qos_t *qos = quality(lane);
    int64_t end = dh_in(10 * DH_S);

    dds->reader = made(dds_create_reader(at, open_topic(lane, at), qos, NULL), "dds_create_reader");
    dds_delete_qos(qos);
    dds->waitset = made(dds_create_waitset(at), "dds_create_waitset");
    made(dds_waitset_attach(dds->waitset, dds_create_readcondition(dds->reader, DDS_ANY_STATE), 0),
         "dds_waitset_attach");
    while (status.current_count == 0) {
        if (dh_now() > end) stage_fail("Cyclone DDS did not connect writer and reader");
        dds_sleepfor(DDS_MSECS(1));
        made(dds_get_subscription_matched_status(dds->reader, &status), "matched");
    }
    dds_sleepfor(DDS_MSECS(200)); /* for the writer to find the reader: it is told later */
}

static void dds_lane_close(struct lane *lane)
{
    free(dds_of(lane)->buffer); /* the participant goes with the process */
}

static bool dds_prepare(struct lane *lane)
{
    return lane->transport->variant != SHM || roudi_start();
}

static void dds_ping(struct stage *stage, struct lane *there, struct lane *back)
{
    loops_ping(stage, there, back, dds_send, dds_receive);
}

static void dds_pong(struct lane *there, struct lane *back)
{
    loops_pong(there, back, dds_send, dds_receive);
}

static void dds_produce(struct stage *stage, struct lane *lane)
{
    loops_produce(stage, lane, dds_send);
}

static void dds_consume(struct stage *stage, struct lane *lane)
{
    loops_consume(stage, lane, dds_receive);
}

#define DDS_TRANSPORT(name, its_variant, its_subject, its_title)           \
    const struct transport name = { .subject = its_subject,                \
                                    .title = its_title,                    \
                                    .lane_bytes = sizeof(struct dds_lane), \
                                    .variant = its_variant,                \
                                    .prepare = dds_prepare,                \
                                    .open_sender = dds_open_sender,        \
                                    .open_receiver = dds_open_receiver,    \
                                    .close = dds_lane_close,               \
                                    .ping = dds_ping,                      \
                                    .pong = dds_pong,                      \
                                    .produce = dds_produce,                \
                                    .consume = dds_consume }

DDS_TRANSPORT(dds_transport, PLAIN, "cyclone", "Cyclone DDS, blocking");
DDS_TRANSPORT(dds_shm_transport, SHM, "cyclone-shm", "Cyclone DDS, shm, blocking");
