/* SPDX-License-Identifier: Apache-2.0
 *
 * ring.c - the limit to compare with: the barest ring that works, a sequence in each slot.
 *
 *      slot       sequence │ payload …            stored by the producer: n + 1, last
 *      position   of each reader, on its own line  stored by that reader: how far it is
 *
 * It knows nothing of death, schemas, sleep, observers or metrics: what the hub costs on top of it
 * is the price of those. It spins, and yields now and then where more processes than cores spin.
 * The stamped one puts the processor's time into each slot, as the hub does: nothing else.
 */
#include "base/atomic.h"
#include "loops.h"

#include <sched.h>
#include <sys/mman.h>
#include <unistd.h>

struct position {
    _Alignas(64) uint64_t next;
};

struct ring_lane {
    struct lane lane;
    struct position *positions; /* [LANE_READERS_MAX] shared */
    unsigned char *slots;       /* shared */
    size_t stride, bytes;
    unsigned patience;   /* looks before giving way: few where more processes than cores look */
    uint64_t next;       /* private: number to write or to read */
    uint64_t room_until; /* private, of the producer */
};

static struct ring_lane *ring_of(struct lane *lane)
{
    return (struct ring_lane *)(void *)lane;
}

static inline uint64_t *slot_of(const struct ring_lane *ring, uint64_t n)
{
    return (uint64_t *)(void *)(ring->slots + (n & (ring->lane.n_slots - 1)) * ring->stride);
}

static uint64_t slowest(const struct ring_lane *ring)
{
    uint64_t least = UINT64_MAX;

    for (uint32_t i = 0; i < ring->lane.n_readers; i++) {
        uint64_t next = dhi_load_acquire(&ring->positions[i].next);
        if (next < least) least = next;
    }
    return least;
}

static void wait_for_room(struct ring_lane *ring)
{
    for (unsigned looks = 1; ring->next >= ring->room_until; looks++) {
        ring->room_until = slowest(ring) + ring->lane.n_slots;
        if (looks % ring->patience == 0) sched_yield();
    }
}

static inline void ring_send(struct lane *lane, uint64_t n)
{
    struct ring_lane *ring = ring_of(lane);
    uint64_t *slot = slot_of(ring, ring->next);

    if (ring->next >= ring->room_until) wait_for_room(ring);
    payload_write(slot + 1, lane->words, n);
    dhi_store_release(slot, ++ring->next);
}

static inline void ring_send_stamped(struct lane *lane, uint64_t n)
{
    struct ring_lane *ring = ring_of(lane);
    uint64_t *slot = slot_of(ring, ring->next);

    if (ring->next >= ring->room_until) wait_for_room(ring);
    payload_write(slot + 1, lane->words, n);
    slot[1 + lane->words] = ticks_now();
    dhi_store_release(slot, ++ring->next);
}

static inline uint64_t ring_receive_one(struct ring_lane *ring)
{
    uint64_t *slot = slot_of(ring, ring->next++);

    for (unsigned looks = 1; dhi_load_acquire(slot) != ring->next; looks++) {
        dhi_pause(); /* looking without pause takes the line away from its writer: slower */
        if (looks % ring->patience == 0) sched_yield();
    }
    return payload_read(slot + 1, ring->lane.words);
}

static inline uint64_t ring_receive(struct lane *lane)
{
    struct ring_lane *ring = ring_of(lane);
    uint64_t n = ring_receive_one(ring);

    dhi_store_release(&ring->positions[lane->reader].next, ring->next);
    return n;
}

/* In bulk: room is looked for, and the position is stored, once for all; each slot keeps its own
 * sequence. */
static inline uint32_t ring_send_many(struct lane *lane, uint64_t n, uint32_t count)
{
    struct ring_lane *ring = ring_of(lane);
    uint64_t room;

    if (ring->next >= ring->room_until) wait_for_room(ring);
    room = ring->room_until - ring->next;
    if (room < count) count = (uint32_t)room;
    for (uint32_t i = 0; i < count; i++) {
        uint64_t *slot = slot_of(ring, ring->next);

        payload_write(slot + 1, lane->words, n + i);
        dhi_store_release(slot, ++ring->next);
    }
    return count;
}

static inline uint32_t ring_receive_many(struct lane *lane, uint64_t n)
{
    struct ring_lane *ring = ring_of(lane);
    uint64_t first = ring_receive_one(ring);
    uint32_t count = 0;

    while (first == n + count) {
        uint64_t *slot = slot_of(ring, ring->next);

        if (++count == LOOPS_BULK || dhi_load_acquire(slot) != ring->next + 1) break;
        ring->next++;
        first = payload_read(slot + 1, lane->words);
    }
    lane->ended = first == PAYLOAD_LAST;
    if (!lane->ended && first + 1 != n + count) loops_wrong(lane, n + count, first);
    dhi_store_release(&ring->positions[lane->reader].next, ring->next);
    return count;
}

/* Touched here, so that no page of it is new to the loops. */
static bool ring_prepare(struct lane *lane)
{
    struct ring_lane *ring = ring_of(lane);
    void *memory;

    /* of the stamped one a word more */
    ring->stride =
        ((1 + (size_t)lane->transport->variant) * sizeof(uint64_t) + lane->size + 63) / 64 * 64;
    ring->bytes = LANE_READERS_MAX * sizeof(struct position) + lane->n_slots * ring->stride;
    memory = mmap(NULL, ring->bytes, PROT_READ | PROT_WRITE,
                  MAP_SHARED | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
    if (memory == MAP_FAILED) return false;
    ring->positions = memory;
    ring->slots = (unsigned char *)(ring->positions + LANE_READERS_MAX);
    ring->room_until = lane->n_slots;
    ring->patience = (long)lane->n_readers < sysconf(_SC_NPROCESSORS_ONLN) ? 65536 : 512;
    return true;
}

static void ring_dismiss(struct lane *lane)
{
    struct ring_lane *ring = ring_of(lane);

    munmap(ring->positions, ring->bytes);
}

static void ring_nothing(struct lane *lane)
{
    (void)lane; /* the mapping came along */
}

static void ring_ping(struct stage *stage, struct lane *there, struct lane *back)
{
    loops_ping(stage, there, back, ring_send, ring_receive);
}

static void ring_pong(struct lane *there, struct lane *back)
{
    loops_pong(there, back, ring_send, ring_receive);
}

static void ring_ping_stamped(struct stage *stage, struct lane *there, struct lane *back)
{
    loops_ping(stage, there, back, ring_send_stamped, ring_receive);
}

static void ring_pong_stamped(struct lane *there, struct lane *back)
{
    loops_pong(there, back, ring_send_stamped, ring_receive);
}

static void ring_produce_stamped(struct stage *stage, struct lane *lane)
{
    loops_produce(stage, lane, ring_send_stamped);
}

static void ring_produce(struct stage *stage, struct lane *lane)
{
    loops_produce(stage, lane, ring_send);
}

static void ring_consume(struct stage *stage, struct lane *lane)
{
    loops_consume(stage, lane, ring_receive);
}

static void ring_produce_many(struct stage *stage, struct lane *lane)
{
    loops_produce_many(stage, lane, ring_send_many);
}

static void ring_consume_many(struct stage *stage, struct lane *lane)
{
    loops_consume_many(stage, lane, ring_receive_many);
}

const struct transport ring_bulk_transport = {
    .subject = "ring",
    .title = "bare ring",
    .lane_bytes = sizeof(struct ring_lane),
    .prepare = ring_prepare,
    .dismiss = ring_dismiss,
    .open_sender = ring_nothing,
    .open_receiver = ring_nothing,
    .close = ring_nothing,
    .produce = ring_produce_many,
    .consume = ring_consume_many,
};

const struct transport ring_transport = {
    .subject = "ring",
    .title = "bare ring",
    .lane_bytes = sizeof(struct ring_lane),
    .prepare = ring_prepare,
    .dismiss = ring_dismiss,
    .open_sender = ring_nothing,
    .open_receiver = ring_nothing,
    .close = ring_nothing,
    .ping = ring_ping,
    .pong = ring_pong,
    .produce = ring_produce,
    .consume = ring_consume,
};

const struct transport ring_stamped_transport = {
    .subject = "ring-stamped",
    .title = "bare ring, stamped",
    .lane_bytes = sizeof(struct ring_lane),
    .variant = 1,
    .prepare = ring_prepare,
    .dismiss = ring_dismiss,
    .open_sender = ring_nothing,
    .open_receiver = ring_nothing,
    .close = ring_nothing,
    .ping = ring_ping_stamped,
    .pong = ring_pong_stamped,
    .produce = ring_produce_stamped,
    .consume = ring_consume,
};
