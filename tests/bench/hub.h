/* SPDX-License-Identifier: Apache-2.0
 *
 * hub.h - the hub's channels as the rows need them: any payload size, found directly, no broker.
 */
#ifndef TESTS_BENCH_HUB_H
#define TESTS_BENCH_HUB_H

#include <dh/consumer.h>
#include <dh/producer.h>

#include <stddef.h>
#include <stdnoreturn.h>

struct hub_plan {
    const char *channel;
    const char *broker; /* its socket; NULL: nobody is asked, a channel is found at its producer */
    unsigned number;    /* 0 or 1: a process has at most two schemas */
    size_t size;        /* of a message, bytes */
    struct dh_policy policy;
    enum dh_storeload storeload;
    enum dh_pages pages;
    bool unstamped;
    bool secret;     /* there is one, of zeroes */
    uint32_t behind; /* the producer's sum_threads */
    uint32_t ahead;  /* the consumer's */
    bool event_fd;   /* the consumer waits in an event loop */
    int64_t spin_ns; /* as in the options of consumers; the producer's is the default */
};

/* Words of 8 bytes in the slot, and two zones of the producer's: number 1 of 64 bytes, number 2 of
 * 256. */
enum { HUB_ZONE_64 = 1, HUB_ZONE_256 = 2 };
const struct dh_schema *hub_schema(const struct hub_plan *plan);

/* A failure ends the role (stage.h). */
dh_producer *hub_producer(const struct hub_plan *plan);
dh_consumer *hub_consumer(const struct hub_plan *plan);

/* For calls that cannot fail as rows use them; a failure ends the role. */
noreturn void hub_failed(dh_err err, const char *call);
static inline void hub_expect(dh_err err, const char *call)
{
    if (__builtin_expect(err != DH_OK, 0)) hub_failed(err, call);
}

#endif
