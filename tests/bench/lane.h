/* SPDX-License-Identifier: Apache-2.0
 *
 * lane.h - one way from a producer to one or more consumers, whatever it is made of.
 *
 *      prepare (dh-bench) ─fork─▶ open_sender │ open_receiver (a role) ─▶ ping, pong, produce,
 * consume
 *
 * The four loops are made from loops.h for each kind of lane, with its send and receive inlined: a
 * call through a pointer would be a tenth of what is measured.
 */
#ifndef TESTS_BENCH_LANE_H
#define TESTS_BENCH_LANE_H

#include "payload.h"
#include "stage.h"

enum { LANE_READERS_MAX = STAGE_ROLES_MAX - 1, LANE_NAME_BYTES = 48 };

struct transport;

/* The first member of each kind's own struct. */
struct lane {
    const struct transport *transport;
    char name[LANE_NAME_BYTES]; /* of a channel or socket; no two are open at once */
    size_t size;                /* of a message, bytes; whole words */
    size_t words;
    uint32_t n_slots;
    uint32_t n_readers;
    uint32_t reader; /* which one this process is */
    bool polling;    /* look without sleeping */
    bool ended;      /* in bulk: the last message came, behind others */
};

struct transport {
    const char *subject;                /* "hub-latest" */
    const char *title;                  /* "hub, latest value" */
    size_t lane_bytes;                  /* of its own struct */
    int variant;                        /* for the transport's own use */
    bool (*prepare)(struct lane *lane); /* what must be there before the fork; false: errno */
    void (*dismiss)(struct lane *lane); /* in dh-bench, afterwards; NULL: nothing to do */
    void (*open_sender)(struct lane *lane);
    void (*open_receiver)(struct lane *lane);
    void (*close)(struct lane *lane); /* whatever this process opened */
    void (*ping)(struct stage *stage, struct lane *there, struct lane *back);
    void (*pong)(struct lane *there, struct lane *back);
    void (*produce)(struct stage *stage, struct lane *lane);
    void (*consume)(struct stage *stage, struct lane *lane);
};

extern const struct transport ring_transport, ring_stamped_transport, ring_bulk_transport;
extern const struct transport hub_transport, hub_unstamped_transport, hub_fence_transport,
    hub_latest_transport, hub_bulk_transport;
extern const struct transport pipe_transport, unix_transport;
/* Peers; rows.c knows which of them were built. */
extern const struct transport zmq_pair_transport, zmq_push_transport;
extern const struct transport nng_pair_transport, nng_push_transport;
extern const struct transport iox_transport;
extern const struct transport dds_transport, dds_shm_transport;
extern const struct transport lcm_transport;

/* A ring that stays in the processor's last cache: 4 MiB, at least 4 slots and at most 256. */
uint32_t lane_slots(size_t size);

#endif
