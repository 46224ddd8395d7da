/* SPDX-License-Identifier: Apache-2.0
 *
 * consumer.h - the side that reads. Generated stubs (imu_acquire, imu_release …) are typed names
 * for these calls; programs use those.
 *
 *      open ──▶ acquire ──▶ read in place ──▶ release ──▶ acquire …  ──▶ close
 *
 * One thread at a time for one consumer, unless a call says any thread. A call that says nothing of
 * waiting never blocks. What acquire gives is mapped read-only: a consumer cannot damage what
 * others read. Nothing here allocates after open.
 */
#ifndef DH_CONSUMER_H
#define DH_CONSUMER_H

#include <dh/metrics.h>
#include <dh/schema.h>
#include <dh/slot_rw.h>
#include <dh/time.h>
#include <dh/zone.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct dh_consumer dh_consumer;

/* All zero: no secret, found by broker or directly. */
struct dh_consumer_options {
    const void *secret; /* DH_SECRET_BYTES if the producer has one; copied */
    const char *broker; /* as in struct dh_producer_options */
    bool strict;        /* refuse a producer whose @range is wider than ours */
    int64_t spin_ns; /* how long to look before sleeping; 0: 20 µs, as long as that pays; negative:
                        do not spin */
    bool event_fd;   /* make what dh_consumer_fd() gives */
    int64_t successor_ns; /* when the producer is gone, how long to wait for one that takes the
                             channel over, before acquire says ECLOSED or EDEAD; 0: not at all */
    uint32_t sum_threads; /* `wait` channels with `checksum: enforced` and slots of 64 KiB and more
                             (`fast`: 1 MiB): so many threads, 1 … 16, verify messages that are
                             there while the program works on an earlier one; acquire gives a
                             message out with its verdict, as ever. 0: acquire verifies; on other
                             channels it always does */
};

/* Find the channel, prove that its schema fits, and join its ring: at the next message of a `wait`
 * channel, at the newest one of an `overwrite` channel.
 *
 * schema: of generated code, static. channel: its name; NULL: the schema's own. options: NULL: all
 * defaults. why: NULL, or where the particulars of a failure go.
 *
 * Returns EINVAL, ENOTFOUND, ESCHEMA (why->text names the first field that differs), EFORMAT,
 * ECORRUPT, ESEAL, ESECRET, EREFUSED, ETABLE, EDEAD (its producer is gone), ESILENT (it lives, and
 * does not answer: stopped, say; no broker knows the channel), ENOMEM, ESYS. Blocks for one round
 * trip to the broker or the producer, at most two seconds. Any thread. */
DH_API DH_MUST_USE dh_err dh_consumer_open(dh_consumer **consumer, const struct dh_schema *schema,
                                           const char *channel,
                                           const struct dh_consumer_options *options,
                                           struct dh_why *why);

/* Give back what is held and leave. NULL is fine. */
DH_API void dh_consumer_close(dh_consumer *consumer);

/* The next message, read-only and in place, in *payload, yours until release. Waits for it until
 * deadline_ns. `wait` channels deliver every message once, in order. `overwrite` channels deliver
 * the next one that is still there (slots: 1 - the newest); dh_consumer_lost() counts those that
 * were overwritten before. From a producer of an earlier minor comes a copy, in which the fields
 * that it does not have are 0. Returns EEMPTY, ECLOSED, EDEAD, ECHECKSUM (checked and wrong: that
 * message is skipped), ECORRUPT, EORDER (one is held), EEVICTED (this consumer was put out, since
 * it stood still for longer than the channel's stall limit, or since another one has gone wrong and
 * wrote over its claim: dh_consumer_lost() counts what it missed, and the next call goes on at the
 * head).
 * Where a successor takes the channel over, this call reads the old block to its end and goes on in
 * the new one by itself, within the deadline; that takes a round trip to the broker or the
 * producer, also with DH_NOW. If the successor's schema does not fit, it returns ESCHEMA, and from
 * then on (dh_consumer_why() names the field); what else opening a consumer returns it may return
 * then, too.
 */
DH_API DH_MUST_USE dh_err dh_consumer_acquire(dh_consumer *consumer, int64_t deadline_ns,
                                              const void **payload);

/* Give it back. Returns EORDER (none is held) and EEVICTED: the message may have been overwritten
 * while it was read, so what was made of it does not count, and the next acquire goes on. So it is
 * on channels with a stall limit for who stands still; on others only if another consumer has gone
 * wrong and wrote over our claim. */
DH_API dh_err dh_consumer_release(dh_consumer *consumer);

/* Several messages at once: up to n_max that are there, in slots[], *n_slots at least one
 * (`overwrite`: just one). Acquired as by dh_consumer_acquire(), which waits for the first, but as
 * they lie: what is behind a slot's `length` is not the producer's. release_many gives back the
 * first n, with one synchronisation; the rest is acquired again by the next call. Return what
 * acquire and release return, and EINVAL (n_max is 0, n is more than is held). */
DH_API DH_MUST_USE dh_err dh_consumer_acquire_many(dh_consumer *consumer, int64_t deadline_ns,
                                                   struct dh_slot *slots, uint32_t n_max,
                                                   uint32_t *n_slots);
DH_API dh_err dh_consumer_release_many(dh_consumer *consumer, uint32_t n);

/* Wait until n messages are there, those in hand counted, and acquire none: as
 * dh_slot_rw_await_read(). Waits until deadline_ns. Returns what that does, and ESUPERSEDED (the
 * rest comes from a successor, with which acquire goes on when all that is here was released). */
DH_API DH_MUST_USE dh_err dh_consumer_await(dh_consumer *consumer, uint32_t n, int64_t deadline_ns);

/* Copy the next message to payload: at most size_bytes of it; bytes that the producer's minor does
 * not have are 0. Waits as dh_consumer_acquire() does. Returns what acquire and release return. */
DH_API DH_MUST_USE dh_err dh_consumer_receive(dh_consumer *consumer, int64_t deadline_ns,
                                              void *payload, size_t size_bytes);

/* Hand the next message to `use`, with `context` as it is, and release it, however `use` ends; its
 * answer comes back in *answer (may be NULL). Waits as dh_consumer_acquire() does. Returns what
 * acquire and release return. */
typedef int (*dh_use)(const void *payload, void *context);
DH_API DH_MUST_USE dh_err dh_consumer_read(dh_consumer *consumer, int64_t deadline_ns, dh_use use,
                                           void *context, int *answer);

/* A descriptor for an event loop (poll, epoll, libuv, asyncio …), of a consumer that was opened
 * with `event_fd`; else -1. It becomes readable when there may be something, once after the
 * opening, and when the producer is gone, killed or not. Do not read it: call acquire with DH_NOW
 * until it returns EEMPTY, which makes the descriptor wait for what comes next, or an end (ECLOSED,
 * EDEAD). Closed by dh_consumer_close(). Any thread. */
DH_API int dh_consumer_fd(const dh_consumer *consumer);

/* How many messages were overwritten before this consumer came to them; on `wait` channels those
 * missed by EEVICTED, else 0. */
DH_API uint64_t dh_consumer_lost(const dh_consumer *consumer);

/* The particulars of the last failure to move to a successor. Borrowed until the next acquire. */
DH_API const struct dh_why *dh_consumer_why(const dh_consumer *consumer);

/* The newest minor that both sides know: fields of later ones are absent. Changes only where
 * acquire goes on with a successor. */
DH_API uint32_t dh_consumer_minor(const dh_consumer *consumer);

/* The zone at `zone` in the schema's roots (1 …); NULL if the producer's minor has no such zone. */
DH_API dh_zone *dh_consumer_zone(dh_consumer *consumer, unsigned zone);

/* The coordinator of this consumer's ring: slots with sequence, time and state. */
DH_API dh_slot_rw *dh_consumer_slot_rw(dh_consumer *consumer);

/* Counters so far, copied to *metrics. Any thread. */
DH_API void dh_consumer_metrics_get(const dh_consumer *consumer,
                                    struct dh_consumer_metrics *metrics);

/* What the stubs of the channel `name`, whose slot is a `struct type`, have to read with a
 * function: name_read(), which does with a use() of that type what dh_consumer_read() does. */
#define DH_READ(name, type)                                                                      \
    static inline DH_MUST_USE dh_err name##_read(name##_consumer *consumer, int64_t deadline_ns, \
                                                 int (*use)(const struct type *slot,             \
                                                            void *context),                      \
                                                 void *context, int *answer)                     \
    {                                                                                            \
        const struct type *slot;                                                                 \
        dh_err err = name##_acquire(consumer, deadline_ns, &slot);                               \
        int said;                                                                                \
                                                                                                 \
        if (err != DH_OK) return err;                                                            \
        said = use(slot, context);                                                               \
        if (answer) *answer = said;                                                              \
        return name##_release(consumer);                                                         \
    }                                                                                            \
    struct name##_consumer

/* What the stubs of the channel `name`, whose slot is a `struct type`, have for a message that is
 * given back with its scope: the type name_acquire_scope; name_acquire_begin(), which acquires as
 * name_acquire() does, with the slot, or NULL and why not in `err`; and name_acquire_end() for the
 * cleanup attribute, see producer.h. */
#define DH_ACQUIRE_SCOPE(name, type)                                                   \
    typedef struct name##_acquire_scope {                                              \
        name##_consumer *consumer;                                                     \
        const struct type *slot;                                                       \
        dh_err err;                                                                    \
        uint32_t pad_;                                                                 \
    } name##_acquire_scope;                                                            \
                                                                                       \
    static inline name##_acquire_scope name##_acquire_begin(name##_consumer *consumer, \
                                                            int64_t deadline_ns)       \
    {                                                                                  \
        name##_acquire_scope scope = { consumer, NULL, DH_OK, 0 };                     \
                                                                                       \
        scope.err = name##_acquire(consumer, deadline_ns, &scope.slot);                \
        return scope;                                                                  \
    }                                                                                  \
                                                                                       \
    static inline void name##_acquire_end(name##_acquire_scope *scope)                 \
    {                                                                                  \
        if (scope->slot) (void)name##_release(scope->consumer);                        \
        scope->slot = NULL;                                                            \
    }                                                                                  \
    struct name##_acquire_scope

#ifdef __cplusplus
}
#endif
#endif
