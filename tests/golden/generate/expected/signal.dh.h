/* SPDX-License-Identifier: 0BSD */
/* signal.dh.h - written by dhgen 0.1.0 from signal.dhs; edit the schema, not this file.
 *
 *   package lab.tick
 *   channel tick version 0.0: signal without payload
 *     ca091c3f29779a1805a996f3a72af37e28f4fecadb2f4f3fc5ebf0436d4f041d
 *
 * First what is declared, then the functions; a unit that defines DH_DECLARATIONS_ONLY has no functions.
 */
#ifndef LAB_TICK_SIGNAL_DH_H
#define LAB_TICK_SIGNAL_DH_H

#include <dh/consumer.h>
#include <dh/producer.h>
#include <dh/schema.h>

#include <stdalign.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#if !defined(__BYTE_ORDER__) || __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "signal.dhs: data of the hub is little-endian; this target is not"
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* What a block's schema is compared with when a program attaches to a channel. Defined in the .c file. */
DH_API extern const struct dh_schema lab_tick_schema;

#ifdef __cplusplus
}
#endif
#endif /* LAB_TICK_SIGNAL_DH_H */

/* ---- functions ------------------------------------------------------------------------------- */

#if !defined(DH_DECLARATIONS_ONLY) && !defined(LAB_TICK_SIGNAL_DH_H_FUNCTIONS)
#define LAB_TICK_SIGNAL_DH_H_FUNCTIONS

#ifdef __cplusplus
extern "C" {
#endif

/* Calls of channels wait and return as those of <dh/producer.h> and <dh/consumer.h> do that they are named after,
 * where more is said of them. Types of their own keep channels apart. */

/* ---- channel tick 0.0: 4 slot(s), full: wait, checksum: enforced ----
 * Nothing but the fact.
 *
 * Its name where NULL is given: "lab.tick.tick".
 */

typedef struct lab_tick_producer {
    dh_producer *base;
} lab_tick_producer;

typedef struct lab_tick_consumer {
    dh_consumer *base;
} lab_tick_consumer;

/* Make the channel and offer it. */
static inline DH_MUST_USE dh_err lab_tick_producer_open(lab_tick_producer *producer,
                                                        const char *channel,
                                                        const struct dh_producer_options *options,
                                                        struct dh_why *why)
{
    return dh_producer_open(&producer->base, &lab_tick_schema, channel, options, why);
}

/* Consumers drain what was committed. An open loan is aborted. */
static inline void lab_tick_producer_close(lab_tick_producer *producer)
{
    dh_producer_close(producer->base);
    producer->base = NULL;
}

/* Find the channel, prove that its schema fits, join. */
static inline DH_MUST_USE dh_err lab_tick_consumer_open(lab_tick_consumer *consumer,
                                                        const char *channel,
                                                        const struct dh_consumer_options *options,
                                                        struct dh_why *why)
{
    return dh_consumer_open(&consumer->base, &lab_tick_schema, channel, options, why);
}

static inline void lab_tick_consumer_close(lab_tick_consumer *consumer)
{
    dh_consumer_close(consumer->base);
    consumer->base = NULL;
}

/* The newest minor that both sides know; fields and zones of later ones are absent. */
static inline uint32_t lab_tick_consumer_minor(const lab_tick_consumer *consumer)
{
    return dh_consumer_minor(consumer->base);
}

/* Messages that were overwritten before this consumer came to them. */
static inline uint64_t lab_tick_lost(const lab_tick_consumer *consumer)
{
    return dh_consumer_lost(consumer->base);
}

/* Signal every consumer; there is no payload. Returns as dh_producer_loan() does. */
static inline DH_MUST_USE dh_err lab_tick_signal(lab_tick_producer *producer, int64_t deadline_ns)
{
    void *payload;
    dh_err err = dh_producer_loan(producer->base, deadline_ns, &payload);

    return err == DH_OK ? dh_producer_commit(producer->base) : err;
}

/* Wait for the next signal. Returns as dh_consumer_acquire() does. */
static inline DH_MUST_USE dh_err lab_tick_wait(lab_tick_consumer *consumer, int64_t deadline_ns)
{
    const void *payload;
    dh_err err = dh_consumer_acquire(consumer->base, deadline_ns, &payload);

    return err == DH_OK ? dh_consumer_release(consumer->base) : err;
}

#ifdef __cplusplus
}
#endif
#endif /* LAB_TICK_SIGNAL_DH_H_FUNCTIONS */
