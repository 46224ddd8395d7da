/* SPDX-License-Identifier: Apache-2.0 */
#include <dh/producer.h>

#include "base/why.h"
#include "block/behind.h"
#include "block/observe.h"
#include "block/quick.h"
#include "block/spinlock.h"
#include "block/zone.h"
#include "client/hub.h"
#include "client/succeed.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct dh_producer {
    dh_slot_rw *rw; /* first: what each message needs */
    struct dhi_block *block;
    dhi_offer *offer;
    struct dhi_bells *bells;
    struct dh_zone zones[DH_ROOTS_MAX];
};

static void find_zones(dh_producer *producer, const struct dh_schema *schema)
{
    for (uint32_t i = 1; i < schema->n_roots; i++)
        dhi_zone_find(&producer->zones[i], producer->block, schema->roots[i].name,
                      schema->roots[i].size_bytes, DHI_LOCK_PRODUCER);
}

static dh_err make_block(dh_producer *producer, const struct dh_schema *schema, const char *channel,
                         const struct dh_producer_options *options,
                         const struct dhi_heritage *heritage, struct dh_why *why)
{
    struct dh_producer_options with = *options;

    if (with.n_consumers == 0) with.n_consumers = schema->policy.n_consumers;
    with.n_consumers = dhi_heritage_n_consumers(heritage, with.n_consumers);
    return dhi_block_create(&producer->block, schema, channel, &with, why);
}

/* The ring's side, and who answers for it. */
static dh_err offer_block(dh_producer *producer, const struct dh_schema *schema,
                          const struct dh_producer_options *options,
                          const struct dhi_heritage *heritage, struct dh_why *why)
{
    struct dhi_block *block = producer->block;
    dh_err err = dhi_slot_rw_open(&producer->rw, block, options->spin_ns, why);

    if (err == DH_OK) err = dhi_slot_rw_key(producer->rw, options->secret, why);
    if (err != DH_OK) return err;
    find_zones(producer, schema);
    producer->bells = producer->rw->bells = dhi_bells_new(block->head.n_consumers);
    if (producer->bells == NULL) return dhi_why_errno(why, "malloc");
    err = dhi_behind_open(producer->rw, options->sum_threads, why);
    if (err != DH_OK) return err;
    err = dhi_offer_open(&producer->offer, block, producer->bells, options->broker, options->secret,
                         heritage->door, why);
    if (err == DH_OK) producer->rw->vigil = dhi_offer_vigil(producer->offer);
    return err;
}

/* Nobody sees the block yet: it begins where the old one ended. */
static dh_err take_over(dh_producer *producer, struct dhi_heritage *heritage,
                        struct dhi_places *places, const struct dh_producer_options *options,
                        struct dh_why *why)
{
    dh_err err = DH_OK;
    int n_kept;

    if (heritage->old == NULL) return DH_OK;
    err = dhi_heritage_end(heritage, options, true, why);
    if (err != DH_OK) return err;
    n_kept = dhi_block_inherit(producer->block, heritage->old);
    if (n_kept < 0) return dhi_why_errno(why, "the roll of the block before");
    if (n_kept == 0) return DH_OK;
    return dhi_places_open(places, producer->block, heritage->old, why);
}

dh_err dh_producer_open(dh_producer **producer, const struct dh_schema *schema, const char *channel,
                        const struct dh_producer_options *options, struct dh_why *why)
{
    static const struct dh_producer_options defaults;
    dh_producer *made = calloc(1, sizeof *made);
    struct dhi_places places = DHI_NO_PLACES;
    struct dhi_heritage heritage;
    struct dh_why unread = { 0 };
    dh_err err;

    if (why == NULL) why = &unread;
    if (made == NULL) return dhi_why_errno(why, "malloc");
    if (options == NULL) options = &defaults;
    if (channel == NULL) channel = schema->channel;
    heritage = DHI_NO_HERITAGE;
    err = dhi_heritage_find(&heritage, geteuid(), channel, options, why);
    if (err == DH_OK) err = dhi_heritage_fits(&heritage, schema, options->strict, why);
    if (err == DH_OK) err = make_block(made, schema, channel, options, &heritage, why);
    if (err == DH_OK) err = take_over(made, &heritage, &places, options, why);
    if (err == DH_OK) err = offer_block(made, schema, options, &heritage, why);
    if (err == DH_OK) err = dhi_heritage_confirm(&heritage, options, true, why);
    if (err == DH_OK && places.block != NULL)
        dhi_offer_look_after(made->offer, &places);
    else
        dhi_places_close(&places);
    dhi_heritage_free(&heritage);
    if (err == DH_OK)
        *producer = made;
    else
        dh_producer_close(made);
    return err;
}

void dh_producer_close(dh_producer *producer)
{
    if (producer == NULL) return;
    dhi_offer_close(producer->offer);
    dhi_slot_rw_close(producer->rw);
    dhi_bells_free(producer->bells);
    dhi_block_free(producer->block);
    free(producer);
}

static __attribute__((noinline)) dh_err loan(dh_slot_rw *rw, int64_t deadline_ns, void **payload)
{
    struct dh_slot slot;
    dh_err err = dh_slot_rw_acquire_write(rw, deadline_ns, &slot);

    if (err == DH_OK) *payload = slot.data;
    return err;
}

dh_err dh_producer_loan(dh_producer *producer, int64_t deadline_ns, void **payload)
{
    if (!dhi_quick_loan(producer->rw)) return loan(producer->rw, deadline_ns, payload);
    *payload = dhi_payload_here(producer->rw);
    return DH_OK;
}

dh_err dh_producer_commit(dh_producer *producer)
{
    if (dhi_quick_commit(producer->rw, producer->rw->payload_bytes)) return DH_OK;
    return dh_slot_rw_commit(producer->rw, producer->rw->payload_bytes);
}

dh_err dh_producer_flush(dh_producer *producer, int64_t deadline_ns)
{
    return dh_slot_rw_flush(producer->rw, deadline_ns);
}

dh_err dh_producer_filled(dh_producer *producer, size_t bytes)
{
    return dh_slot_rw_filled(producer->rw, bytes < UINT32_MAX ? (uint32_t)bytes : UINT32_MAX);
}

void dh_producer_abort(dh_producer *producer)
{
    (void)dh_slot_rw_release_write(producer->rw);
}

dh_err dh_producer_loan_many(dh_producer *producer, int64_t deadline_ns, struct dh_slot *slots,
                             uint32_t n_max, uint32_t *n_slots)
{
    return dh_slot_rw_acquire_write_many(producer->rw, deadline_ns, slots, n_max, n_slots);
}

dh_err dh_producer_commit_many(dh_producer *producer, uint32_t n)
{
    return dh_slot_rw_commit_many(producer->rw, n, producer->rw->payload_bytes);
}

dh_err dh_producer_send(dh_producer *producer, int64_t deadline_ns, const void *payload,
                        size_t size_bytes)
{
    uint32_t whole = producer->rw->payload_bytes;
    unsigned char *slot;
    void *loan;
    dh_err err;

    if (size_bytes > whole) return DH_EINVAL;
    err = dh_producer_loan(producer, deadline_ns, &loan);
    if (err != DH_OK) return err;
    slot = loan;
    memcpy(slot, payload, size_bytes);
    memset(slot + size_bytes, 0, whole - size_bytes);
    return dh_producer_commit(producer);
}

dh_err dh_producer_write(dh_producer *producer, int64_t deadline_ns, dh_fill fill, void *context,
                         int *answer)
{
    void *payload;
    dh_err err = dh_producer_loan(producer, deadline_ns, &payload);
    int result;

    if (err != DH_OK) return err;
    result = fill(payload, context);
    if (answer != NULL) *answer = result;
    if (result == 0) return dh_producer_commit(producer);
    dh_producer_abort(producer);
    return DH_OK;
}

dh_zone *dh_producer_zone(dh_producer *producer, unsigned zone)
{
    return zone >= 1 && zone < producer->block->head.n_roots ? &producer->zones[zone] : NULL;
}

dh_slot_rw *dh_producer_slot_rw(dh_producer *producer)
{
    return producer->rw;
}

void dh_producer_metrics_get(const dh_producer *producer, struct dh_producer_metrics *metrics)
{
    dhi_metrics_copy(producer->block, metrics);
}

void dh_producer_memory_get(const dh_producer *producer, struct dh_memory *memory)
{
    dhi_memory_copy(producer->block, memory);
}

const char *dh_producer_channel(const dh_producer *producer)
{
    return producer->block->head.channel;
}
