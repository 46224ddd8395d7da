/* SPDX-License-Identifier: Apache-2.0
 *
 * metrics.h - what each side counts, in shared memory, for everyone to see.
 *
 * Each page has one writer and is read by anyone at any time; counters only grow, times are
 * CLOCK_MONOTONIC nanoseconds, and a reader may see one counter a moment older than the next.
 */
#ifndef DH_METRICS_H
#define DH_METRICS_H

#include <dh/schema.h>

#ifdef __cplusplus
extern "C" {
#endif

/* 256 bytes in the data segment, written by the producer. */
struct dh_producer_metrics {
    uint64_t committed;       /* messages */
    uint64_t committed_bytes; /* of payload */
    uint64_t aborted;
    uint64_t full_waits;    /* loans that had to wait for room */
    uint64_t full_wait_ns;  /* time spent in them */
    uint64_t full_timeouts; /* loans that gave up */
    uint64_t wakes;         /* times sleepers were woken */
    uint64_t reaped;        /* dead consumers whose claims were returned */
    uint64_t zone_writes;
    uint64_t started_ns;     /* CLOCK_REALTIME */
    uint64_t last_commit_ns; /* 0: unstamped */
    uint64_t last_reap_ns;
    uint64_t last_error_ns;
    uint64_t last_error_sequence;
    int32_t last_error; /* a dh_err */
    uint32_t reserved_word;
    uint64_t bad_claims; /* claims above the head, which no consumer of ours writes */
    uint64_t evicted;    /* living consumers that stood still and were put out */
    uint64_t last_evict_ns;
    uint64_t kept; /* places kept for readers of the block before this one, when this one began */
    uint64_t reserved[13];
};
DH_STATIC_ASSERT(sizeof(struct dh_producer_metrics) == 256, "the metrics page");

/* 64 bytes in each consumer's claims record, written by that consumer. */
struct dh_consumer_metrics {
    uint64_t acquired; /* messages */
    uint64_t acquired_bytes;
    uint64_t lost;     /* overwritten before they were read */
    uint64_t sleeps;   /* waits that went to the kernel */
    uint64_t timeouts; /* waits that ended with nothing */
    uint64_t checksum_failures;
    uint64_t last_acquire_ns; /* of the last wait that slept; 0: none */
    int32_t last_error;       /* a dh_err */
    uint32_t moved;           /* from a block to its successor's */
};
DH_STATIC_ASSERT(sizeof(struct dh_consumer_metrics) == 64, "the consumer's part");

#ifdef __cplusplus
}
#endif
#endif
