/* SPDX-License-Identifier: Apache-2.0
 *
 * campaigns_broken.c - victims that do what no process of ours does, and a harness that cheats.
 * Where these find no violation, the others prove nothing.
 */
#include "block/spinlock.h"
#include "world.h"

/* The commit stands before its payload: whoever reads then reads a torn message. */
static void commit_early(struct victim *victim)
{
    SlotRWState *state = &victim->me.rw->states[victim->slot.index];

    victim->board->committing = 1;
    dhi_store_release(&state->seq_state, dhi_word(victim->slot.sequence, DH_SLOT_COMMITTED));
    fill_words(victim->slot.data, victim->slot.length / 8, victim->slot.sequence + 1);
    fill_words(victim->slot.data, victim->slot.length / 8, victim->slot.sequence);
    victim->board->committed++;
}

/* The record is free before the hold is dropped: killed in between, nobody knows of the hold. */
static void leave_in_wrong_order(struct victim *victim)
{
    struct dhi_record *record = victim->me.rw->record;

    dhi_store_relaxed(&record->ended, (uint32_t)DHI_ENDED_LEFT);
    dhi_store_release(&record->claim, record->claim | DHI_CLAIM_FREE);
    for (int i = 0; i < 8; i++)
        dhi_pause(); /* some places to be killed at */
    dhi_store_release(&record->hold, 0);
}

/* The lock is free in the middle of an update. */
static void unlock_early(struct victim *victim)
{
    victim->board->in_section = 0;
    dhi_store_release(&victim->me.shared.locks[0].word, 0);
    end_update(&victim->me.shared);
}

/* Values change without the odd number that tells readers so. */
static void write_unguarded(struct victim *victim)
{
    victim->board->writing_zone = 1;
    fill_words((uint64_t *)dh_zone_mutable(&victim->me.own), ZONE_WORDS, victim->board->zone + 1);
    victim->board->zone++;
    victim->board->writing_zone = 0;
}

static void release(struct victim *victim)
{
    victim->board->answer = dh_slot_rw_release_read(victim->me.rw);
}

/* A successor that does not take over, but begins anew. */
static void begin_anew(struct victim *victim)
{
    victim->board->answer = dh_producer_open(&victim->producer, campaign_schema(victim->campaign),
                                             victim->channel, NULL, NULL);
}

/* A message is called good before it is committed. */
static void boast(struct victim *victim)
{
    victim->board->committed++;
    victim->board->answer = dh_producer_commit(victim->producer);
}

#define WAIT      .full = DH_FULL_WAIT, .n_slots = 4
#define OVERWRITE .full = DH_FULL_OVERWRITE, .n_slots = 2

const struct campaign broken_campaigns[] = {
    { .name = "broken/commit-early",
      .text = "commits, then writes the payload",
      WAIT,
      .act = commit_early,
      .before = 2,
      .in_hand = true,
      .broken = true },
    { .name = "broken/leave-order",
      .text = "frees its record, then drops its hold",
      OVERWRITE,
      .act = leave_in_wrong_order,
      .role = VICTIM_CONSUMER,
      .before = 2,
      .in_hand = true,
      .broken = true },
    { .name = "broken/unlock-early",
      .text = "gives the lock back, then ends its update",
      WAIT,
      .act = unlock_early,
      .role = VICTIM_CONSUMER,
      .holds_lock = true,
      .broken = true },
    { .name = "broken/unguarded",
      .text = "writes its zone without its guard",
      WAIT,
      .act = write_unguarded,
      .broken = true },
    { .name = "broken/undying",
      .text = "keeps its lease when it is dead",
      WAIT,
      .act = release,
      .role = VICTIM_CONSUMER,
      .before = 3,
      .in_hand = true,
      .keeps_lease = true,
      .broken = true },
    { .name = "broken/descriptor",
      .text = "leaves a descriptor open",
      WAIT,
      .act = release,
      .role = VICTIM_CONSUMER,
      .before = 3,
      .in_hand = true,
      .leaks = true,
      .broken = true },
    { .name = "broken/begins-anew",
      .text = "a successor begins at 0",
      WAIT,
      .hub = true,
      .act = begin_anew,
      .role = VICTIM_SUCCESSOR,
      .before = 3,
      .opens_in_act = true,
      .dead = true,
      .broken = true },
    { .name = "broken/boast",
      .text = "counts a message, then commits it",
      WAIT,
      .hub = true,
      .act = boast,
      .before = 3,
      .in_hand = true,
      .broken = true },
    { .name = NULL },
};
