/* SPDX-License-Identifier: Apache-2.0 */
#include <dh/consumer.h>

#include "base/why.h"
#include "block/attach.h"
#include "block/observe.h"
#include "block/quick.h"
#include "block/spinlock.h"
#include "block/zone.h"
#include "client/bell.h"
#include "client/hub.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct dh_consumer {
    dh_slot_rw *rw; /* first: what each message needs */
    struct dhi_block *block;
    uint32_t minor;
    uint32_t n_zones; /* of this program's schema, the slot counted */
    void *older;      /* the slot in hand as this program knows it, if the producer's is shorter */
    struct dh_zone zones[DH_ROOTS_MAX];
};

static dh_err attach(dh_consumer *consumer, const struct dh_schema *schema, const char *channel,
                     const struct dh_consumer_options *options, struct dh_why *why)
{
    struct dhi_fds fds;
    dh_err err;

    if (schema->abi != DH_SCHEMA_ABI || schema->n_roots > DH_ROOTS_MAX)
        return dhi_why(why, DH_EINVAL,
                       "the schema was made for another release of libdh; run dhgen again");
    err = dhi_discover(&fds, channel, DHI_CONSUMER, options->broker, options->secret, DH_NOW, why);
    if (err == DH_OK) err = dhi_block_map(&consumer->block, fds, DHI_CONSUMER, why);
    if (err == DH_OK)
        err = dhi_attach_verdict(schema, consumer->block->text, consumer->block->head.text_bytes,
                                 options->strict, &consumer->minor, why);
    if (err == DH_OK && !dhi_block_producer_lives(consumer->block))
        err = dhi_why(why, DH_EDEAD, "%s: its producer is gone", channel);
    if (err == DH_OK) err = dhi_slot_rw_open(&consumer->rw, consumer->block, options->spin_ns, why);
    if (err == DH_OK) err = dhi_slot_rw_key(consumer->rw, options->secret, why);
    if (err == DH_OK && options->event_fd)
        err = dhi_bell_open(&consumer->rw->bell, consumer->block, options->secret, why);
    return err;
}

/* A program that knows a later minor than the producer has a struct that reaches beyond the slot:
 * it is given a copy in which all that the producer lacks is zero, so that nobody reads a
 * neighbour's bytes by naming a field. Decided once; nobody else pays. */
static dh_err make_room_for_older(dh_consumer *consumer, const struct dh_schema *schema,
                                  struct dh_why *why)
{
    size_t known = schema->roots[0].size_bytes;

    if (known <= consumer->rw->payload_bytes) return DH_OK;
    known = (known + DH_ROOT_ALIGN - 1) / DH_ROOT_ALIGN * DH_ROOT_ALIGN;
    consumer->older = aligned_alloc(DH_ROOT_ALIGN, known);
    if (consumer->older == NULL) return dhi_why_errno(why, "malloc");
    memset(consumer->older, 0, known);
    return DH_OK;
}

dh_err dh_consumer_open(dh_consumer **consumer, const struct dh_schema *schema, const char *channel,
                        const struct dh_consumer_options *options, struct dh_why *why)
{
    static const struct dh_consumer_options defaults;
    dh_consumer *made = calloc(1, sizeof *made);
    dh_err err;

    if (made == NULL) return dhi_why_errno(why, "malloc");
    err = attach(made, schema, channel != NULL ? channel : schema->channel,
                 options != NULL ? options : &defaults, why);
    assert(err != DH_OK || made->rw != NULL);
    if (err == DH_OK) err = make_room_for_older(made, schema, why);
    if (err != DH_OK) {
        dh_consumer_close(made);
        return err;
    }
    made->n_zones = schema->n_roots;
    for (uint32_t i = 1; i < schema->n_roots; i++)
        dhi_zone_find(&made->zones[i], made->block, schema->roots[i].name,
                      schema->roots[i].size_bytes,
                      dhi_lock_owner_of_record(made->rw->record_index));
    *consumer = made;
    return DH_OK;
}

void dh_consumer_close(dh_consumer *consumer)
{
    if (consumer == NULL) return;
    if (consumer->rw != NULL && consumer->rw->bell >= 0) close(consumer->rw->bell);
    dhi_slot_rw_close(consumer->rw);
    dhi_block_free(consumer->block);
    free(consumer->older);
    free(consumer);
}

/* The long way; and for who knows a later minor than the producer, a copy. */
static __attribute__((noinline)) dh_err acquire(dh_consumer *consumer, int64_t deadline_ns,
                                                const void **payload)
{
    dh_slot_rw *rw = consumer->rw;
    struct dh_slot slot;
    dh_err err = dh_slot_rw_acquire_read(rw, deadline_ns, &slot);

    if (err != DH_OK) return err;
    *payload = slot.data;
    if (consumer->older == NULL) return DH_OK;
    memcpy(consumer->older, slot.data, rw->payload_bytes);
    *payload = consumer->older;
    return DH_OK;
}

dh_err dh_consumer_acquire(dh_consumer *consumer, int64_t deadline_ns, const void **payload)
{
    if (consumer->older != NULL || !dhi_quick_acquire(consumer->rw))
        return acquire(consumer, deadline_ns, payload);
    *payload = dhi_payload_here(consumer->rw);
    return DH_OK;
}

dh_err dh_consumer_release(dh_consumer *consumer)
{
    if (dhi_quick_release(consumer->rw)) return DH_OK;
    return dh_slot_rw_release_read(consumer->rw);
}

dh_err dh_consumer_acquire_many(dh_consumer *consumer, int64_t deadline_ns, struct dh_slot *slots,
                                uint32_t n_max, uint32_t *n_slots)
{
    return dh_slot_rw_acquire_read_many(consumer->rw, deadline_ns, slots, n_max, n_slots);
}

dh_err dh_consumer_release_many(dh_consumer *consumer, uint32_t n)
{
    return dh_slot_rw_release_read_many(consumer->rw, n);
}

dh_err dh_consumer_await(dh_consumer *consumer, uint32_t n, int64_t deadline_ns)
{
    return dh_slot_rw_await_read(consumer->rw, n, deadline_ns);
}

dh_err dh_consumer_receive(dh_consumer *consumer, int64_t deadline_ns, void *payload,
                           size_t size_bytes)
{
    size_t there = consumer->rw->payload_bytes, common = size_bytes < there ? size_bytes : there;
    const void *slot;
    dh_err err = dh_consumer_acquire(consumer, deadline_ns, &slot);

    if (err == DH_OK) {
        memcpy(payload, slot, common);
        memset((unsigned char *)payload + common, 0, size_bytes - common);
        err = dh_consumer_release(consumer); /* the copy counts only if it says so */
    }
    return err;
}

dh_err dh_consumer_read(dh_consumer *consumer, int64_t deadline_ns, dh_use use, void *context,
                        int *answer)
{
    const void *slot;
    dh_err err = dh_consumer_acquire(consumer, deadline_ns, &slot);
    int result;

    if (err == DH_OK) {
        result = use(slot, context);
        if (answer != NULL) *answer = result;
        err = dh_consumer_release(consumer);
    }
    return err;
}

int dh_consumer_fd(const dh_consumer *consumer)
{
    return consumer->rw->bell;
}

uint64_t dh_consumer_lost(const dh_consumer *consumer)
{
    return consumer->rw->lost;
}

uint32_t dh_consumer_minor(const dh_consumer *consumer)
{
    return consumer->minor;
}

dh_zone *dh_consumer_zone(dh_consumer *consumer, unsigned zone)
{
    bool there = zone >= 1 && zone < consumer->n_zones && consumer->zones[zone].block != NULL;

    return there ? &consumer->zones[zone] : NULL;
}

dh_slot_rw *dh_consumer_slot_rw(dh_consumer *consumer)
{
    return consumer->rw;
}

void dh_consumer_metrics_get(const dh_consumer *consumer, struct dh_consumer_metrics *metrics)
{
    dhi_consumer_metrics_copy(consumer->block, consumer->rw->record_index, metrics);
}
