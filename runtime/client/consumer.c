/* SPDX-License-Identifier: Apache-2.0 */
#include <dh/consumer.h>

#include "base/why.h"
#include "block/ahead.h"
#include "block/attach.h"
#include "block/observe.h"
#include "block/quick.h"
#include "block/spinlock.h"
#include "block/zone.h"
#include "client/bell.h"
#include "client/follow.h"
#include "client/hub.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

struct dh_consumer {
    dh_slot_rw *rw; /* first: what each message needs */
    struct dhi_block *block;
    uint32_t minor;
    uint32_t n_zones; /* of this program's schema, the slot counted */
    void *older;      /* the slot in hand as this program knows it, if the producer's is shorter */
    struct dhi_follow follow;
    struct dhi_loop loop; /* what dh_consumer_fd() gives */
    struct dh_zone zones[DH_ROOTS_MAX];
};

enum { CHANGE_NS = 2 * 1000 * 1000 * 1000 }; /* how long a change of producers may take */

static dh_err join(dh_consumer *consumer, const struct dh_schema *schema, const char *channel,
                   const struct dh_consumer_options *options, struct dh_why *why)
{
    struct dhi_fds fds;
    dh_err err =
        dhi_discover(&fds, channel, DHI_CONSUMER, options->broker, options->secret, DH_NOW, why);

    if (err == DH_OK) err = dhi_block_map(&consumer->block, fds, DHI_CONSUMER, why);
    if (err == DH_OK)
        err = dhi_attach_verdict(schema, consumer->block->text, consumer->block->head.text_bytes,
                                 options->strict, &consumer->minor, why);
    if (err == DH_OK && !dhi_block_producer_writes(consumer->block))
        err = dhi_why(why, DH_EDEAD, "%s: its producer is gone", channel);
    if (err == DH_OK) err = dhi_slot_rw_open(&consumer->rw, consumer->block, options->spin_ns, why);
    return err;
}

static dh_err hang_bell(dh_consumer *consumer, const char *broker, const void *secret,
                        struct dh_why *why)
{
    int *bell = &consumer->rw->bell;
    dh_err err = dhi_bell_open(bell, consumer->block, broker, secret, why);

    return err == DH_OK ? dhi_loop_open(&consumer->loop, *bell, why) : err;
}

/* Where a successor is just taking over, the name leads to the old block until it stands. */
static dh_err attach(dh_consumer *consumer, const struct dh_schema *schema, const char *channel,
                     const struct dh_consumer_options *options, struct dh_why *why)
{
    int64_t patience = dh_in(CHANGE_NS);
    dh_err err;

    if (schema->abi != DH_SCHEMA_ABI || schema->n_roots > DH_ROOTS_MAX)
        return dhi_why(why, DH_EINVAL,
                       "the schema was made for another release of libdh; run dhgen again");
    while ((err = join(consumer, schema, channel, options, why)) == DH_ESUPERSEDED &&
           dh_now() < patience) {
        dhi_block_free(consumer->block);
        consumer->block = NULL;
        nanosleep(&(struct timespec){ .tv_nsec = DH_MS }, NULL);
    }
    if (err == DH_ESUPERSEDED)
        return dhi_why(why, DH_EDEAD, "%s: its new producer is gone", channel);
    if (err == DH_OK) err = dhi_slot_rw_key(consumer->rw, options->secret, why);
    if (err == DH_OK) err = dhi_ahead_open(consumer->rw, options->sum_threads, why);
    if (err == DH_OK && options->event_fd)
        err = hang_bell(consumer, options->broker, options->secret, why);
    return err;
}

/* A program that knows a later minor than the producer has a struct that reaches beyond the slot:
 * it is given a copy in which all that the producer lacks is zero, so that nobody reads a
 * neighbour's bytes by naming a field. Decided once; nobody else pays. */
static dh_err make_room_for_older(dh_consumer *consumer, const struct dh_schema *schema,
                                  struct dh_why *why)
{
    size_t known = schema->roots[0].size_bytes;

    free(consumer->older);
    consumer->older = NULL;
    if (known <= consumer->rw->payload_bytes) return DH_OK;
    known = (known + DH_ROOT_ALIGN - 1) / DH_ROOT_ALIGN * DH_ROOT_ALIGN;
    consumer->older = aligned_alloc(DH_ROOT_ALIGN, known);
    if (consumer->older == NULL) return dhi_why_errno(why, "malloc");
    memset(consumer->older, 0, known);
    return DH_OK;
}

static void find_zones(dh_consumer *consumer, const struct dh_schema *schema)
{
    uint32_t owner = dhi_lock_owner_of_record(consumer->rw->record_index);

    consumer->n_zones = schema->n_roots;
    memset(consumer->zones, 0, sizeof consumer->zones);
    for (uint32_t i = 1; i < schema->n_roots; i++)
        dhi_zone_find(&consumer->zones[i], consumer->block, schema->roots[i].name,
                      schema->roots[i].size_bytes, owner);
}

dh_err dh_consumer_open(dh_consumer **consumer, const struct dh_schema *schema, const char *channel,
                        const struct dh_consumer_options *options, struct dh_why *why)
{
    static const struct dh_consumer_options defaults;
    dh_consumer *made = calloc(1, sizeof *made);
    dh_err err;

    if (made == NULL) return dhi_why_errno(why, "malloc");
    made->loop = DHI_NO_LOOP;
    if (options == NULL) options = &defaults;
    if (channel == NULL) channel = schema->channel;
    err = attach(made, schema, channel, options, why);
    assert(err != DH_OK || made->rw != NULL);
    if (err == DH_OK) err = make_room_for_older(made, schema, why);
    if (err == DH_OK) err = dhi_follow_open(&made->follow, schema, channel, options, why);
    if (err != DH_OK) {
        dh_consumer_close(made);
        return err;
    }
    find_zones(made, schema);
    *consumer = made;
    return DH_OK;
}

void dh_consumer_close(dh_consumer *consumer)
{
    if (consumer == NULL) return;
    if (consumer->rw != NULL && consumer->rw->bell >= 0) close(consumer->rw->bell);
    dhi_slot_rw_close(consumer->rw);
    dhi_block_free(consumer->block);
    dhi_follow_close(&consumer->follow);
    dhi_loop_close(&consumer->loop);
    free(consumer->older);
    free(consumer);
}

/* ---- from one block to the next ---- */

/* Whether a reason for not reading on is one that a successor can cure. */
static bool is_end(dh_err err)
{
    return err == DH_ESUPERSEDED || err == DH_ECLOSED || err == DH_EDEAD;
}

/* The event loop's descriptor stays; behind it another producer rings. Where that one does not
 * answer (it may be dead already), the loop is woken now and then. */
static dh_err rehang_bell(dh_consumer *consumer, int old)
{
    struct dhi_follow *follow = &consumer->follow;
    int *bell = &consumer->rw->bell;

    if (old >= 0) close(old); /* and so it is out of the loop */
    if (consumer->loop.epoll < 0) return DH_OK;
    dhi_loop_quiet(&consumer->loop);
    if (dhi_bell_open(bell, consumer->block, follow->broker, follow->secret, &follow->why) != DH_OK)
        return DH_OK;
    return dhi_loop_add(&consumer->loop, *bell, &follow->why);
}

/* A strict block's producer that did not answer may not ring, either. */
static void ring_unless_heard(const dh_consumer *consumer)
{
    if (consumer->rw->unheard)
        dhi_loop_ring_at(&consumer->loop, -1, dh_in(DHI_SLICE_NS));
    else
        dhi_loop_quiet(&consumer->loop);
}

/* Nothing is there, and nobody rings when something is. */
static void ring_later(const dh_consumer *consumer)
{
    const struct dhi_follow *follow = &consumer->follow;
    int bell = consumer->rw->bell;

    if (follow->since_ns != 0)
        dhi_loop_ring_at(&consumer->loop, bell, follow->look_ns);
    else if (dhi_block_is_strict(consumer->block) && bell >= 0)
        ring_unless_heard(consumer);
    else if (bell < 0)
        dhi_loop_ring_at(&consumer->loop, bell, dh_in(DHI_SLICE_NS));
}

/* The new side first: the old record is left when the new one is owned. */
static dh_err move(dh_consumer *consumer, struct dhi_block *next, uint32_t minor)
{
    struct dhi_follow *follow = &consumer->follow;
    struct dhi_block *left = consumer->block;
    uint64_t lost = consumer->rw->lost;
    int bell = consumer->rw->bell;
    dh_slot_rw *old;
    dh_err err = dhi_slot_rw_move(consumer->rw, &old, next, follow->secret, &follow->why);

    if (err != DH_OK) {
        dhi_block_free(next);
        /* That one has ended already: what the old block says is looked at again. */
        return err == DH_EDEAD || err == DH_ESUPERSEDED ? DH_OK : err;
    }
    consumer->block = next;
    consumer->minor = minor;
    follow->since_ns = follow->look_ns = 0;
    dhi_slot_rw_close(old);
    dhi_block_take_roll(next, left);
    dhi_block_free(left);
    find_zones(consumer, follow->schema);
    err = make_room_for_older(consumer, follow->schema, &follow->why);
    if (err == DH_OK) err = rehang_bell(consumer, bell);
    if (err == DH_OK && consumer->rw->lost > lost) err = DH_EEVICTED;
    return err;
}

/* DH_OK: there is a block to go on in. */
static dh_err follow(dh_consumer *consumer, dh_err end, int64_t deadline_ns)
{
    struct dhi_block *next;
    uint32_t minor;
    dh_err err =
        dhi_follow_find(&consumer->follow, consumer->block, end, deadline_ns, &next, &minor);

    return err == DH_OK ? move(consumer, next, minor) : err;
}

/* Nothing is in hand, and nothing is left to take. */
static bool is_drained(const dh_consumer *consumer)
{
    return consumer->rw->in_hand == 0 && dh_slot_rw_await_read(consumer->rw, 1, DH_NOW) != DH_OK;
}

/* A consumer's acquire of any kind. */
static dh_err acquire(dh_consumer *consumer, int64_t deadline_ns, struct dh_slot *slots,
                      uint32_t n_max, uint32_t *n_slots)
{
    dh_err err;

    do
        err = n_slots == NULL
                  ? dh_slot_rw_acquire_read(consumer->rw, deadline_ns, slots)
                  : dh_slot_rw_acquire_read_many(consumer->rw, deadline_ns, slots, n_max, n_slots);
    while (is_end(err) && (err = follow(consumer, err, deadline_ns)) == DH_OK);
    if (err == DH_EEMPTY && consumer->loop.epoll >= 0) ring_later(consumer);
    return err;
}

/* The long way; and for who knows a later minor than the producer, a copy. */
static __attribute__((noinline)) dh_err acquire_one(dh_consumer *consumer, int64_t deadline_ns,
                                                    const void **payload)
{
    dh_slot_rw *rw = consumer->rw;
    struct dh_slot slot;
    dh_err err = acquire(consumer, deadline_ns, &slot, 1, NULL);

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
        return acquire_one(consumer, deadline_ns, payload);
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
    return acquire(consumer, deadline_ns, slots, n_max, n_slots);
}

dh_err dh_consumer_release_many(dh_consumer *consumer, uint32_t n)
{
    return dh_slot_rw_release_read_many(consumer->rw, n);
}

dh_err dh_consumer_await(dh_consumer *consumer, uint32_t n, int64_t deadline_ns)
{
    dh_err err;

    do
        err = dh_slot_rw_await_read(consumer->rw, n, deadline_ns);
    while (is_end(err) && is_drained(consumer) &&
           (err = follow(consumer, err, deadline_ns)) == DH_OK);
    return err;
}

dh_err dh_consumer_receive(dh_consumer *consumer, int64_t deadline_ns, void *payload,
                           size_t size_bytes)
{
    const void *slot;
    dh_err err = dh_consumer_acquire(consumer, deadline_ns, &slot);

    if (err == DH_OK) {
        size_t there = consumer->rw->payload_bytes; /* of the block that it came from */
        size_t common = size_bytes < there ? size_bytes : there;

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
    return consumer->loop.epoll;
}

uint64_t dh_consumer_lost(const dh_consumer *consumer)
{
    return consumer->rw->lost;
}

const struct dh_why *dh_consumer_why(const dh_consumer *consumer)
{
    return &consumer->follow.why;
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
