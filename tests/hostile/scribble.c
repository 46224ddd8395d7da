/* SPDX-License-Identifier: Apache-2.0 */
#include "scribble.h"

#include "base/atomic.h"
#include "block/spinlock.h"
#include "os/futex.h"
#include "os/lease.h"

#include <string.h>

uint64_t any(uint64_t *state, uint64_t below)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return below > 0 ? *state % below : 0;
}

static uint64_t number(struct scribbler *s, uint64_t below)
{
    return any(&s->state, below);
}

static struct dhi_record *some_record(struct scribbler *s)
{
    return &s->block->records[number(s, s->block->head.n_consumers)];
}

/* ---- noise ---- */

static void noise(struct scribbler *s, unsigned char *memory, uint64_t bytes)
{
    uint64_t at = number(s, bytes), n = 1 + number(s, 200);

    for (uint64_t i = at; i < at + n && i < bytes; i++)
        dhi_store_relaxed(&memory[i], (unsigned char)number(s, 256));
}

static void noise_in_claims(struct scribbler *s)
{
    uint64_t used =
        sizeof(struct dhi_claims) + s->block->head.n_consumers * sizeof(struct dhi_record);

    noise(s, s->block->claims, used);
}

static void noise_in_zones(struct scribbler *s)
{
    if (s->block->zones != NULL) noise(s, s->block->zones, s->block->head.zones_bytes);
}

/* All of it at once: what a wild memset() does. */
static void flood(struct scribbler *s)
{
    static const unsigned char values[] = { 0, 0xff, 0x80, 0x01 };

    if (number(s, 50) != 0) return; /* the others' words are left something to be wrong in */
    memset(s->block->claims, values[number(s, 4)], s->block->head.claims_bytes);
}

/* ---- what knows the format ---- */

/* A position that the producer could take for somebody's. */
static uint32_t plausible_position(struct scribbler *s)
{
    uint32_t head = (uint32_t)dhi_block_head(s->block), n = s->block->head.n_states;

    switch (number(s, 8)) {
    case 0: return head - (uint32_t)number(s, 2 * n + 2);
    case 1: return head + (uint32_t)number(s, 2 * n + 2); /* not yet written */
    case 2: return head - n;                              /* "full" */
    case 3: return head - DHI_CLAIM_POSITION / 2 + (uint32_t)number(s, 3);
    case 4: return DHI_CLAIM_POSITION - (uint32_t)number(s, n + 1); /* about to wrap */
    case 5: return (uint32_t)number(s, n + 1);
    case 6: return (uint32_t)number(s, 1) + UINT32_MAX - 1;
    default: return head;
    }
}

static void claim(struct scribbler *s)
{
    struct dhi_record *record = some_record(s);
    uint32_t index = (uint32_t)(record - s->block->records);
    uint64_t incarnation = dhi_load_relaxed(&record->claim) >> 32;
    uint32_t position = plausible_position(s) & DHI_CLAIM_POSITION;

    switch (number(s, 6)) {
    case 0: incarnation = dhi_load_relaxed(&s->block->evicted[index]); break;
    case 1: incarnation = dhi_load_relaxed(&s->block->evicted[index]) - UINT64_C(1); break;
    case 2: incarnation = UINT32_MAX - number(s, 2); break; /* the next one is 0, or nearly */
    case 3: incarnation++; break;
    default: break;
    }
    if (number(s, 4) == 0) position |= DHI_CLAIM_FREE;
    dhi_store_relaxed(&record->claim, incarnation << 32 | position);
}

static void hold(struct scribbler *s)
{
    static const uint64_t odd[] = { 0, UINT32_MAX, UINT64_MAX, UINT64_C(1) << 32, 1 };
    uint64_t n = s->block->head.n_buffers, value = 1 + number(s, n + 2);

    if (number(s, 2) == 0) value = odd[number(s, 5)];
    dhi_store_relaxed(&some_record(s)->hold, value);
}

/* Let go for a moment what somebody holds, and put it back: who looks at the end sees nothing. */
static void hold_and_back(struct scribbler *s)
{
    struct dhi_record *record = some_record(s);
    uint64_t held = dhi_load_relaxed(&record->hold);

    dhi_store_relaxed(&record->hold, 0);
    for (uint64_t i = number(s, 2000); i > 0; i--)
        dhi_pause();
    dhi_store_relaxed(&record->hold, held);
}

static void heads_words(struct scribbler *s)
{
    static const uint32_t words[] = { 0, 1, 2, UINT32_MAX };

    dhi_store_relaxed(&s->block->shared->hint, words[number(s, 4)]);
}

static void rest_of_record(struct scribbler *s)
{
    struct dhi_record *record = some_record(s);

    dhi_store_relaxed(&record->ended, (uint32_t)number(s, 6));
    dhi_store_relaxed(&record->ended_by_pid, (uint32_t)number(s, 40000));
    dhi_store_relaxed(&record->ended_ns, number(s, 0));
    dhi_store_relaxed(&record->heartbeat_ns, number(s, 2) == 0 ? 0 : UINT64_MAX);
    dhi_store_relaxed(&record->position, number(s, UINT64_MAX));
    dhi_store_relaxed(&record->identity.pid, (uint32_t)number(s, 40000));
    /* a name that does not end, and that terminals would obey */
    memset(record->identity.program, number(s, 2) == 0 ? '\x1b' : 'x',
           sizeof record->identity.program);
    noise(s, (unsigned char *)&record->metrics, sizeof record->metrics);
}

static void one_record_over_another(struct scribbler *s)
{
    memcpy(some_record(s), some_record(s), sizeof(struct dhi_record) / 2);
}

static void lock_word(struct scribbler *s)
{
    const struct dhi_root *zone = &s->block->roots[s->block->head.n_roots - 1];
    uint32_t owner = (uint32_t)number(s, s->block->head.n_consumers + 4);
    struct dhi_lock *locks;

    if (s->block->zones == NULL || !zone->shared || zone->n_spinlocks == 0) return;
    locks = (struct dhi_lock *)(void *)(s->block->zones + zone->guard_offset);
    locks += number(s, zone->n_spinlocks);
    if (number(s, 3) == 0) owner |= DHI_LOCK_WAITERS;
    if (number(s, 3) == 0) owner |= DHI_LOCK_DIED;
    dhi_store_relaxed(&locks->word, owner);
    dhi_store_relaxed(&locks->depth, (uint32_t)number(s, 3) - 1);
}

/* The places of those who are not there yet, and the producer's after its death. */
static void leases(struct scribbler *s)
{
    unsigned byte = DHI_LEASE_CONSUMER + (unsigned)number(s, s->block->head.n_consumers);

    if (number(s, 8) == 0) byte = DHI_LEASE_PRODUCER;
    if (dhi_lease_lock(s->block->fds.lease, byte) && number(s, 2) == 0)
        dhi_lease_unlock(s->block->fds.lease, byte);
}

static void false_alarms(struct scribbler *s)
{
    dhi_futex_wake((const uint32_t *)(const void *)&some_record(s)->claim);
    dhi_futex_wake(&s->block->control->wake_epoch);
}

void scribble(struct scribbler *scribbler)
{
    static void (*const kinds[])(struct scribbler *) = {
        noise_in_claims, noise_in_zones, flood,         claim,
        claim,           hold,           hold_and_back, heads_words,
        rest_of_record,  lock_word,      false_alarms,  one_record_over_another,
        leases,
    };

    kinds[number(scribbler, sizeof kinds / sizeof kinds[0])](scribbler);
}
