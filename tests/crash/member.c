/* SPDX-License-Identifier: Apache-2.0 */
#include "block/spinlock.h"
#include "campaign.h"

#include <stdio.h>
#include <string.h>

#define OWN_ZONE "root zone own align 64\nminor 0 size 40\n0 u64[5] word\n"
#define ZONES                                                             \
    OWN_ZONE                                                              \
    "root zone stat align 64 shared\nminor 0 size 16\n0 u64 a\n8 u64 b\n" \
    "meaning\nspinlocks zone stat . 2\n"

static const char small_text[] =
    "dhs 1\nfamily test/crash.small\norder little\nroot slot align 64\n"
    "minor 0 size 24\n0 u64[3] word\n" ZONES;
static const char large_text[] =
    "dhs 1\nfamily test/crash.large\norder little\nroot slot align 64\n"
    "minor 0 size 128\n0 u64[16] word\n" ZONES;

static const char strict_small_text[] =
    "dhs 1\nfamily test/crash.strict_small\norder little\nroot slot align 64\n"
    "minor 0 size 24\n0 u64[3] word\n" OWN_ZONE "meaning\n";
static const char strict_large_text[] =
    "dhs 1\nfamily test/crash.strict_large\norder little\nroot slot align 64\n"
    "minor 0 size 128\n0 u64[16] word\n" OWN_ZONE "meaning\n";

static const char sums_text[] = "dhs 1\nfamily test/crash.sums\norder little\nroot slot align 64\n"
                                "minor 0 size 65536\n0 u64[8192] word\n" ZONES;

static const char *text_of(const struct campaign *campaign)
{
    if (campaign->sums) return sums_text;
    if (campaign->strict) return campaign->large ? strict_large_text : strict_small_text;
    return campaign->large ? large_text : small_text;
}

struct shared_zone {
    uint64_t a, b; /* equal, except in the middle of an update */
};

void fill_words(uint64_t *words, size_t n, uint64_t number)
{
    for (size_t i = 0; i < n; i++)
        words[i] = number * UINT64_C(1000003) + i;
}

bool words_are(const uint64_t *words, size_t n, uint64_t number)
{
    for (size_t i = 0; i < n; i++)
        if (words[i] != number * UINT64_C(1000003) + i) return false;
    return true;
}

uint32_t campaign_records(const struct campaign *campaign)
{
    bool beside = campaign->corpse && campaign->role == VICTIM_CONSUMER &&
                  !campaign->joins_in_act && !campaign->opens_in_act;

    return N_SURVIVORS + 1 + beside;
}

static const struct dh_schema *make_schema(unsigned number, const struct campaign *campaign,
                                           uint32_t n_slots)
{
    return schema_from_text(number, text_of(campaign),
                            (struct dh_policy){ .n_slots = n_slots,
                                                .n_consumers = campaign_records(campaign),
                                                .full = campaign->full,
                                                .checksum = campaign->checksum });
}

const struct dh_schema *campaign_schema(const struct campaign *campaign)
{
    static const struct dh_schema *made;
    static const struct campaign *made_for;

    if (made_for == campaign) return made;
    made = make_schema(0, campaign, campaign->n_slots);
    made_for = campaign;
    return made;
}

const struct dh_schema *campaign_larger_schema(const struct campaign *campaign)
{
    return make_schema(1, campaign, 256);
}

bool member_make(struct member *member, const struct campaign *campaign, char *complaint)
{
    struct dh_producer_options options = { .spin_ns = -1 };
    const struct dh_schema *schema = campaign_schema(campaign);
    struct dh_why why = { .text = "" };

    if (campaign->fences) options.storeload = DH_STORELOAD_FENCE;
    if (campaign->put_out) options.stall_limit_ns = 20 * DH_MS;
    if (dhi_block_create(&member->block, schema, "test.crash", &options, &why) == DH_OK)
        return true;
    snprintf(complaint, COMPLAINT_BYTES, "no block can be made: %.180s", why.text);
    return false;
}

bool member_map(struct member *member, struct dhi_fds fds, enum dhi_role role, char *complaint)
{
    struct dh_why why = { .text = "" };

    if (dhi_block_map(&member->block, fds, role, &why) == DH_OK) return true;
    snprintf(complaint, COMPLAINT_BYTES, "the block cannot be mapped: %.180s", why.text);
    return false;
}

bool member_open(struct member *member, char *complaint)
{
    struct dh_why why = { .text = "" };
    uint32_t owner = DHI_LOCK_PRODUCER;

    if (dhi_slot_rw_open(&member->rw, member->block, -1, &why) != DH_OK) {
        snprintf(complaint, COMPLAINT_BYTES, "no side of the ring can be opened: %.180s", why.text);
        return false;
    }
    if (member->block->role == DHI_CONSUMER) {
        owner = dhi_lock_owner_of_record(member->rw->record_index);
        member->expected = member->rw->next;
    }
    return dhi_zone_find(&member->own, member->block, "own", ZONE_WORDS * 8, owner) &&
           dhi_zone_find(&member->shared, member->block, "stat", sizeof(struct shared_zone), owner);
}

void member_close(struct member *member)
{
    dhi_slot_rw_close(member->rw);
    dhi_block_free(member->block);
    memset(member, 0, sizeof *member);
}

dh_err member_send(struct member *member, int64_t deadline_ns)
{
    struct dh_slot slot;
    dh_err err = dh_slot_rw_acquire_write(member->rw, deadline_ns, &slot);

    if (err != DH_OK) return err;
    fill_words(slot.data, slot.length / sizeof(uint64_t), slot.sequence);
    return dh_slot_rw_commit(member->rw, slot.length);
}

void begin_update(dh_zone *zone)
{
    struct shared_zone *value = dh_zone_mutable(zone);

    dhi_store_relaxed(&value->a, value->b + 1);
}

void end_update(dh_zone *zone)
{
    struct shared_zone *value = dh_zone_mutable(zone);

    dhi_store_relaxed(&value->b, value->a);
}

bool update_ended(const dh_zone *zone)
{
    const struct shared_zone *value = dh_zone_data(zone);

    return dhi_load_relaxed(&value->a) == dhi_load_relaxed(&value->b);
}

/* ---- the victim ---- */

/* An owner's death that it is told of is as good as the lock. */
dh_err victim_lock(struct victim *victim, int64_t deadline_ns)
{
    dh_err err = dh_zone_lock(&victim->me.shared, 0, deadline_ns);

    if (err == DH_OK || err == DH_EOWNERDEAD) victim->board->in_section = 1;
    return err;
}

dh_err victim_write_zone(struct victim *victim)
{
    struct board *board = victim->board;
    uint64_t value[ZONE_WORDS];
    dh_err err;

    fill_words(value, ZONE_WORDS, board->zone + 1);
    board->writing_zone = 1;
    err = dh_zone_write(&victim->me.own, value);
    board->zone++;
    board->writing_zone = 0;
    return err;
}

dh_err victim_commit(struct victim *victim)
{
    struct board *board = victim->board;
    dh_err err;

    board->committing = 1;
    err = dh_slot_rw_commit(victim->me.rw, victim->slot.length);
    board->committed++;
    board->committing = 0;
    return err;
}
