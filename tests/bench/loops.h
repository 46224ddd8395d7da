/* SPDX-License-Identifier: Apache-2.0
 *
 * loops.h - the loops that are timed, once for all kinds of lanes. Each kind includes this and
 * hands in its own send and receive, which become part of the loop.
 */
#ifndef TESTS_BENCH_LOOPS_H
#define TESTS_BENCH_LOOPS_H

#include "lane.h"

#include <stdint.h>

#define LOOPS_INLINE static inline __attribute__((always_inline))

enum {
    LOOPS_LEAST = 32,  /* round trips that a row is measured by, however slow they are */
    LOOPS_SENDS = 64,  /* between two looks at the clock: it costs as much as a send */
    LOOPS_WARMS = 8,   /* likewise, while a consumer warms up */
    LOOPS_LARGE = 4096 /* messages of so many bytes take longer than a look at the clock */
};

/* Write message n whole and send it. */
typedef void (*lane_send)(struct lane *lane, uint64_t n);
/* Wait for the next message, read it whole; its number, or PAYLOAD_TORN. */
typedef uint64_t (*lane_receive)(struct lane *lane);

noreturn void loops_wrong(const struct lane *lane, uint64_t expected, uint64_t got);

/* One round trip, timed by who begins it. */
LOOPS_INLINE uint64_t loops_round_trip(struct lane *there, struct lane *back, uint64_t n,
                                       lane_send send, lane_receive receive)
{
    uint64_t start = ticks_now(), got;

    send(there, n);
    got = receive(back);
    if (__builtin_expect(got != n, 0)) loops_wrong(back, n, got);
    return ticks_now() - start;
}

LOOPS_INLINE void loops_ping(struct stage *stage, struct lane *there, struct lane *back,
                             lane_send send, lane_receive receive)
{
    struct histogram *histogram = &stage->histogram;
    uint64_t n = 0, end = ticks_now() + stage_ticks(stage->warm_ns);

    while (ticks_now() < end || n < there->n_slots)
        (void)loops_round_trip(there, back, n++, send, receive);
    end = ticks_now() + stage_ticks(stage->run_ns);
    do
        histogram_add(histogram, loops_round_trip(there, back, n++, send, receive));
    while (ticks_now() < end || histogram->count < LOOPS_LEAST);
    (void)loops_round_trip(there, back, PAYLOAD_LAST, send, receive);
    stage->ns_per_unit = stage->machine.ns_per_tick / 2; /* one way is half of it */
    stage_checked(n);
}

LOOPS_INLINE void loops_pong(struct lane *there, struct lane *back, lane_send send,
                             lane_receive receive)
{
    uint64_t n = 0, got;

    while ((got = receive(there)) == n)
        send(back, n++);
    if (got != PAYLOAD_LAST) loops_wrong(there, n, got);
    send(back, PAYLOAD_LAST);
    stage_checked(n);
}

LOOPS_INLINE void loops_produce(struct stage *stage, struct lane *lane, lane_send send)
{
    unsigned batch = lane->size < LOOPS_LARGE ? LOOPS_SENDS : 1;
    uint64_t n = 0, end = 0;

    do {
        for (unsigned i = 0; i < batch; i++)
            send(lane, n++);
        if (end == 0 && stage_all_warm()) end = ticks_now() + stage_ticks(stage->run_ns);
    } while (end == 0 || ticks_now() < end);
    send(lane, PAYLOAD_LAST);
}

/* ---- in bulk ---- */

enum { LOOPS_BULK = 64 }; /* messages with one synchronisation */

/* Write messages n, n + 1 … and send them: `count` of them, or fewer; how many. */
typedef uint32_t (*lane_send_many)(struct lane *lane, uint64_t n, uint32_t count);
/* Wait for one, take what is there, and read all of it: how many, each as it must be; lane->ended
 * if the last one was among them. */
typedef uint32_t (*lane_receive_many)(struct lane *lane, uint64_t n);

LOOPS_INLINE void loops_produce_many(struct stage *stage, struct lane *lane, lane_send_many send)
{
    uint64_t n = 0, end = 0;

    do {
        n += send(lane, n, LOOPS_BULK);
        if (end == 0 && stage_all_warm()) end = ticks_now() + stage_ticks(stage->run_ns);
    } while (end == 0 || ticks_now() < end);
    while (send(lane, PAYLOAD_LAST, 1) == 0)
        ;
}

/* As loops_consume(). */
LOOPS_INLINE void loops_consume_many(struct stage *stage, struct lane *lane,
                                     lane_receive_many receive)
{
    uint64_t n = 0, first, start, warm = ticks_now() + stage_ticks(stage->warm_ns);

    while (!lane->ended && ticks_now() < warm)
        n += receive(lane, n);
    stage_warm();
    first = n;
    start = ticks_now();
    while (!lane->ended)
        n += receive(lane, n);
    if (n == first) loops_wrong(lane, n, PAYLOAD_LAST);
    stage_value((double)(n - first) * 1e9 /
                ((double)(ticks_now() - start) * stage->machine.ns_per_tick));
    stage_checked(n);
}

/* ---- one by one ---- */

/* Messages per second as they arrive: from the end of the warm-up until the last one. */
LOOPS_INLINE void loops_consume(struct stage *stage, struct lane *lane, lane_receive receive)
{
    uint64_t n = 0, got, first, start, warm = ticks_now() + stage_ticks(stage->warm_ns);

    while ((got = receive(lane)) == n)
        if (++n % LOOPS_WARMS == 0 && ticks_now() >= warm) break;
    stage_warm();
    first = n;
    start = ticks_now();
    if (got + 1 == n)
        while ((got = receive(lane)) == n)
            n++;
    if (got != PAYLOAD_LAST || n == first) loops_wrong(lane, n, got);
    stage_value((double)(n - first) * 1e9 /
                ((double)(ticks_now() - start) * stage->machine.ns_per_tick));
    stage_checked(n);
}

#endif
