/* SPDX-License-Identifier: Apache-2.0 */
#include "metrics/sample.h"

#include <dh/time.h>

#include <string.h>
#include <time.h>

static void add_consumer(struct dhi_consumers_sum *sum, const struct dh_consumer_facts *facts)
{
    const struct dh_consumer_metrics *metrics = &facts->metrics;

    if (facts->life == DH_LIFE_NONE) return;
    sum->acquired += metrics->acquired;
    sum->acquired_bytes += metrics->acquired_bytes;
    sum->lost += metrics->lost;
    sum->sleeps += metrics->sleeps;
    sum->timeouts += metrics->timeouts;
    sum->checksum_failures += metrics->checksum_failures;
    sum->n_alive += facts->life == DH_LIFE_ALIVE;
    sum->n_dead += facts->life == DH_LIFE_DEAD;
    if (facts->life == DH_LIFE_ALIVE && facts->lag > sum->max_lag) sum->max_lag = facts->lag;
}

/* A moment of the monotonic clock on the wall's. */
static uint64_t on_the_wall(uint64_t monotonic_ns)
{
    struct timespec now;

    if (monotonic_ns == 0) return 0;
    clock_gettime(CLOCK_REALTIME, &now);
    return (uint64_t)now.tv_sec * (uint64_t)DH_S + (uint64_t)now.tv_nsec - (uint64_t)dh_now() +
           monotonic_ns;
}

void dhi_channel_sample_take(struct dhi_channel_sample *sample, const dh_observer *observer,
                             bool admin)
{
    struct dh_consumer_facts consumer;
    struct dh_block_facts block;

    memset(sample, 0, sizeof *sample);
    dh_observer_block(observer, &block);
    memcpy(sample->channel, block.channel, sizeof sample->channel);
    sample->producer_up = block.producer_life == DH_LIFE_ALIVE;
    sample->n_slots = block.policy.n_slots;
    sample->n_consumers_max = block.policy.n_consumers;
    sample->data_bytes = block.data_bytes;
    sample->claims_bytes = block.claims_bytes;
    sample->zones_bytes = block.zones_bytes;
    sample->created_ns = block.created_ns;
    dh_observer_metrics_get(observer, &sample->producer);
    sample->last_commit_ns = on_the_wall(sample->producer.last_commit_ns);
    sample->sees_consumers = admin;
    for (uint32_t i = 0; admin && i < block.policy.n_consumers &&
                         dh_observer_consumer(observer, i, &consumer) == DH_OK;
         i++)
        add_consumer(&sample->consumers, &consumer);
}
