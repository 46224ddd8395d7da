/* SPDX-License-Identifier: Apache-2.0 */
#include "block/recover.h"

#include "base/atomic.h"
#include "block/observe.h"
#include "block/spinlock.h"
#include "block/who.h"

#include <dh/time.h>

#include <string.h>

/* A living holder that the producer waits for is stuck when it was not seen for so long. */
#define STANDS_STILL_NS ((uint64_t)DH_S)

/* Whether the claim or hold of a record keeps what the slot shows from being overwritten. */
static bool keeps(const struct dhi_block *block, const struct dhi_record *record,
                  const struct dh_slot_facts *facts)
{
    uint64_t claim = dhi_load_relaxed(&record->claim);

    if ((claim & DHI_CLAIM_FREE) != 0) return false;
    if (block->head.full == DH_FULL_OVERWRITE)
        return dhi_load_relaxed(&record->hold) == (uint64_t)facts->buffer + 1;
    return (((uint32_t)facts->sequence - (uint32_t)claim) & DHI_CLAIM_POSITION) <=
           DHI_CLAIM_POSITION / 2;
}

/* It cannot have held the message before that was there, nor before it joined. */
static uint64_t held_since(const struct dhi_record *record, uint64_t commit_ns)
{
    uint64_t joined = dhi_load_relaxed(&record->joined_ns);

    if (commit_ns == 0) return 0;
    return joined > commit_ns ? joined : commit_ns;
}

static bool stands_still(const struct dhi_block *block, const struct dh_holder *holder)
{
    uint64_t now = (uint64_t)dh_now();

    if (holder->life == DH_LIFE_DEAD) return true;
    return block->head.full == DH_FULL_WAIT && dhi_load_relaxed(&block->control->room_wait) != 0 &&
           now > holder->seen_ns + STANDS_STILL_NS;
}

/* The oldest message of a full ring: the one that the producer needs next. */
static bool gates(const struct dhi_block *block, const struct dh_slot_facts *facts)
{
    return facts->sequence + block->head.n_states <= dhi_block_head(block);
}

static void report_readers(const struct dhi_block *block, struct dh_slot_report *report,
                           struct dh_holder *holders, uint32_t n_room)
{
    for (uint32_t i = 0; i < block->head.n_consumers; i++) {
        const struct dhi_record *record = dhi_record_of(block, i);
        struct dh_holder holder;

        if (!keeps(block, record, &report->facts)) continue;
        holder = dhi_who_holds(block, (int32_t)i, held_since(record, report->facts.commit_ns));
        if (holder.life == DH_LIFE_DEAD ||
            (gates(block, &report->facts) && stands_still(block, &holder)))
            report->stuck = true;
        if (report->n_holders < n_room) holders[report->n_holders] = holder;
        report->n_holders++;
    }
}

/* A loan bears no time of its own: it is younger than the newest commit. */
static void report_writer(const struct dhi_block *block, struct dh_slot_report *report,
                          struct dh_holder *holders, uint32_t n_room)
{
    struct dh_producer_metrics metrics;
    struct dh_holder holder;

    dhi_metrics_copy(block, &metrics);
    report->since_ns = metrics.last_commit_ns;
    holder = dhi_who_holds(block, -1, metrics.last_commit_ns);
    report->stuck = holder.life != DH_LIFE_ALIVE;
    if (n_room > 0) holders[0] = holder;
    report->n_holders = 1;
}

dh_err dhi_report_slot(const struct dhi_block *block, uint32_t index, struct dh_slot_report *report,
                       struct dh_holder *holders, uint32_t n_room)
{
    struct dh_slot_facts facts;
    dh_err err = dhi_slot_facts(block, index, &facts);

    if (err != DH_OK) return err;
    *report = (struct dh_slot_report){ .index = index, .facts = facts };
    if (facts.state == DH_SLOT_WRITING) {
        report_writer(block, report, holders, n_room);
    } else if (facts.state != DH_SLOT_FREE) {
        report->since_ns = facts.commit_ns;
        if (block->records != NULL) report_readers(block, report, holders, n_room);
    }
    return DH_OK;
}

static struct dhi_lock *lock_at(const struct dhi_block *block, const struct dhi_root *root,
                                uint32_t lock)
{
    return (struct dhi_lock *)(void *)(block->zones + root->guard_offset) + lock;
}

dh_err dhi_report_lock(const struct dhi_block *block, uint32_t root, uint32_t lock,
                       struct dh_lock_report *report)
{
    const struct dhi_lock *words;
    uint32_t word, owner;

    if (root >= block->head.n_roots || !block->roots[root].shared ||
        lock >= block->roots[root].n_spinlocks)
        return DH_EINVAL;
    if (block->zones == NULL) return DH_EREFUSED;
    words = lock_at(block, &block->roots[root], lock);
    word = dhi_load_relaxed(&words->word);
    owner = word & DHI_LOCK_OWNER;
    memset(report, 0, sizeof *report);
    report->held = owner != 0;
    report->owner_died = (word & DHI_LOCK_DIED) != 0;
    if (owner == 0) return DH_OK;
    report->depth = dhi_load_relaxed(&words->depth);
    if (owner >= 2 + block->head.n_consumers) { /* no participant has that number */
        report->holder = (struct dh_holder){ .record = INT32_MAX };
        return DH_OK;
    }
    report->holder = dhi_who_holds(block, owner == DHI_LOCK_PRODUCER ? -1 : (int32_t)owner - 2, 0);
    report->stuck = report->holder.life != DH_LIFE_ALIVE;
    return DH_OK;
}

bool dhi_zone_is_torn(const struct dhi_block *block, const struct dhi_root *root)
{
    const uint64_t *guard = (const uint64_t *)(const void *)(block->data + root->guard_offset);

    return (dhi_load_relaxed(guard) & 1) != 0;
}

static uint32_t count_locks(const struct dhi_block *block, uint32_t owner)
{
    uint32_t n = 0;

    for (uint32_t i = 1; i < block->head.n_roots && block->zones != NULL; i++)
        for (uint32_t k = 0; block->roots[i].shared && k < block->roots[i].n_spinlocks; k++)
            n += (dhi_load_relaxed(&lock_at(block, &block->roots[i], k)->word) & DHI_LOCK_OWNER) ==
                 owner;
    return n;
}

bool dhi_report_dead(const struct dhi_block *block, uint32_t index, struct dh_release *release)
{
    const struct dhi_record *record = dhi_record_of(block, index);
    uint64_t claim = dhi_load_relaxed(&record->claim), hold = dhi_load_relaxed(&record->hold);
    uint64_t head = dhi_block_head(block);

    if (dhi_who_consumer(block, index) != DH_LIFE_DEAD) return false;
    *release =
        (struct dh_release){ .record = index,
                             .identity = dhi_who_copy(&record->identity),
                             .held_buffer = -1,
                             .n_locks = count_locks(block, dhi_lock_owner_of_record(index)) };
    if (block->head.full == DH_FULL_OVERWRITE) {
        if (hold >= 1 && hold <= block->head.n_buffers) release->held_buffer = (int64_t)hold - 1;
    } else if ((claim & DHI_CLAIM_FREE) == 0) {
        uint32_t behind = ((uint32_t)head - (uint32_t)claim) & DHI_CLAIM_POSITION;
        release->n_messages = behind > DHI_CLAIM_POSITION / 2 ? 0 : behind;
        release->position = head - release->n_messages;
    }
    return true;
}
