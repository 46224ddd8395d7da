/* SPDX-License-Identifier: Apache-2.0 */
#include "sample.h"

#include <dh/time.h>

#include <math.h>
#include <stdlib.h>

static void take_consumers(struct dhi_sample *sample, const dh_observer *observer, uint32_t n)
{
    struct dh_consumer_facts facts;

    for (uint32_t i = 0; i < n; i++) {
        if (dh_observer_consumer(observer, i, &facts) != DH_OK || facts.life == DH_LIFE_NONE)
            continue;
        sample->lost += facts.metrics.lost;
        if (facts.life != DH_LIFE_ALIVE && facts.life != DH_LIFE_DEAD) continue;
        sample->n_alive += facts.life == DH_LIFE_ALIVE;
        sample->n_dead += facts.life == DH_LIFE_DEAD;
        if (facts.lag > sample->lag) sample->lag = facts.lag;
    }
}

void dhi_sample_take(struct dhi_sample *sample, const dh_observer *observer, bool admin)
{
    struct dh_slot_facts newest;
    struct dh_block_facts facts;

    dh_observer_metrics_get(observer, &sample->metrics);
    *sample =
        (struct dhi_sample){ .metrics = sample->metrics, .committed = sample->metrics.committed };
    if (dh_observer_newest(observer, &newest) == DH_OK) {
        sample->committed = newest.sequence + 1;
        sample->commit_ns = newest.commit_ns;
    }
    sample->at_ns = (uint64_t)dh_now();
    dh_observer_block(observer, &facts);
    sample->bytes = sample->committed * facts.payload_bytes;
    sample->life = facts.producer_life;
    sample->waits = facts.waits_for_room;
    if (admin) take_consumers(sample, observer, facts.policy.n_consumers);
}

struct dhi_rate dhi_rate_between(const struct dhi_sample *before, const struct dhi_sample *now)
{
    struct dhi_rate rate = { .messages = now->committed - before->committed };
    bool stamped =
        rate.messages > 0 && before->commit_ns != 0 && now->commit_ns > before->commit_ns;
    uint64_t ns = stamped ? now->commit_ns - before->commit_ns : now->at_ns - before->at_ns;

    rate.seconds = (double)ns / 1e9;
    if (ns == 0) return rate;
    rate.hz = (double)rate.messages / rate.seconds;
    rate.bytes_per_s = (double)(now->bytes - before->bytes) / rate.seconds;
    return rate;
}

static int compare(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

    return (x > y) - (x < y);
}

/* Commit times of the ring, ascending. */
static uint64_t collect(const dh_observer *observer, uint64_t *stamps, uint32_t n_states)
{
    uint64_t n = 0;

    for (uint32_t i = 0; i < n_states; i++) {
        struct dh_slot_facts facts;
        if (dh_observer_slot(observer, i, &facts) == DH_OK &&
            (facts.state == DH_SLOT_COMMITTED || facts.state == DH_SLOT_DRAINING) &&
            facts.commit_ns != 0)
            stamps[n++] = facts.commit_ns;
    }
    qsort(stamps, n, sizeof *stamps, compare);
    return n;
}

bool dhi_intervals_of(struct dhi_intervals *intervals, const dh_observer *observer)
{
    struct dh_block_facts facts;
    double sum = 0, squares = 0;
    uint64_t *stamps, n;

    dh_observer_block(observer, &facts);
    stamps = calloc(facts.n_states, sizeof *stamps);
    n = stamps == NULL ? 0 : collect(observer, stamps, facts.n_states);
    *intervals = (struct dhi_intervals){ .n = n < 2 ? 0 : n - 1, .least_ns = UINT64_MAX };
    for (uint64_t i = 1; i < n; i++) {
        uint64_t ns = stamps[i] - stamps[i - 1];
        if (ns < intervals->least_ns) intervals->least_ns = ns;
        if (ns > intervals->most_ns) intervals->most_ns = ns;
        sum += (double)ns;
        squares += (double)ns * (double)ns;
    }
    free(stamps);
    if (n < 2) return false;
    intervals->mean_ns = sum / (double)(n - 1);
    squares = squares / (double)(n - 1) - intervals->mean_ns * intervals->mean_ns;
    intervals->deviation_ns = squares > 0 ? sqrt(squares) : 0;
    return true;
}
