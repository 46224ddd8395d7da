/* SPDX-License-Identifier: Apache-2.0
 *
 * campaigns_strict.c - who dies where each consumer has a record of its own (block/strict.h): who
 * is given one, asks to be woken, sleeps, leaves, or gives one away; and where such a channel is
 * taken over: who takes it, who gives it up, who moves along.
 */
#include "world.h"

#include <unistd.h>

static void attach(struct victim *victim)
{
    victim->board->answer = dh_consumer_open(&victim->consumer, campaign_schema(victim->campaign),
                                             victim->channel, NULL, NULL);
}

static void detach(struct victim *victim)
{
    dh_consumer_close(victim->consumer);
}

/* All that is there, and then it asks, and sleeps. */
static void read_and_sleep(struct victim *victim)
{
    const void *payload;
    dh_err err;

    while ((err = dh_consumer_acquire(victim->consumer, dh_in(5 * DH_MS), &payload)) == DH_OK)
        (void)dh_consumer_release(victim->consumer);
    victim->board->answer = err;
}

/* The other thread is in hand. */
static void wait_for_the_end(struct victim *victim)
{
    (void)victim;
    for (;;)
        pause();
}

static void look(struct victim *victim)
{
    struct dh_consumer_facts facts;

    victim->board->answer =
        dh_observer_open(&victim->observer, victim->channel, true, NULL, NULL, NULL);
    if (victim->board->answer == DH_OK)
        victim->board->answer = dh_observer_consumer(victim->observer, 0, &facts);
}

static void take_over(struct victim *victim)
{
    const struct dh_producer_options options = { .spin_ns = -1,
                                                 .takeover = DH_TAKEOVER_HANDOVER,
                                                 .strict = true };

    victim->board->answer = dh_producer_open(&victim->producer, campaign_schema(victim->campaign),
                                             victim->channel, &options, NULL);
}

static void commit(struct victim *victim)
{
    struct board *board = victim->board;

    board->committing = 1;
    board->answer = dh_producer_commit(victim->producer);
    if (board->answer == DH_OK) board->committed++;
    board->committing = 0;
}

static void read_on(struct victim *victim)
{
    const dh_slot_rw *rw;
    const void *payload;

    victim->board->answer = dh_consumer_acquire(victim->consumer, dh_in(5 * DH_S), &payload);
    if (victim->board->answer != DH_OK) return;
    rw = dh_consumer_slot_rw(victim->consumer);
    if (!words_are(payload, rw->payload_bytes / 8, rw->next)) victim->board->fault = 1;
    victim->board->answer = dh_consumer_release(victim->consumer);
}

#define WAIT .hub = true, .strict = true, .full = DH_FULL_WAIT, .n_slots = 4
#define OVERWRITE \
    .hub = true, .strict = true, .full = DH_FULL_OVERWRITE, .n_slots = 2, .large = true

const struct campaign strict_campaigns[] = {
    { .name = "strict/attach",
      .text = "consumer is given a record and joins",
      WAIT,
      .act = attach,
      .role = VICTIM_CONSUMER,
      .before = 2,
      .opens_in_act = true },
    { .name = "strict/attach-overwrite",
      .text = "the same, on an overwrite channel",
      OVERWRITE,
      .act = attach,
      .role = VICTIM_CONSUMER,
      .before = 2,
      .opens_in_act = true },
    { .name = "strict/sleep",
      .text = "consumer reads all, asks to be woken, and sleeps",
      WAIT,
      .act = read_and_sleep,
      .role = VICTIM_CONSUMER,
      .before = 2,
      .answer = DH_EEMPTY },
    { .name = "strict/detach",
      .text = "consumer leaves with a message in hand",
      WAIT,
      .act = detach,
      .role = VICTIM_CONSUMER,
      .before = 3,
      .in_hand = true },
    { .name = "strict/look",
      .text = "somebody looks at the consumers' records",
      WAIT,
      .act = look,
      .role = VICTIM_REAPER,
      .before = 2,
      .opens_in_act = true },
    { .name = "strict/give",
      .text = "producer's attendant gives a newcomer a record",
      WAIT,
      .act = wait_for_the_end,
      .before = 3,
      .attendant = true,
      .ends = true,
      .heir = GUEST_COMES },
    { .name = "strict/successor-dead",
      .text = "successor takes over from a dead one",
      WAIT,
      .act = take_over,
      .role = VICTIM_SUCCESSOR,
      .before = 3,
      .read = 1,
      .opens_in_act = true,
      .corpse = true,
      .dead = true,
      .recovers = true },
    { .name = "strict/successor-dead-overwrite",
      .text = "the same, where a dead consumer held a buffer",
      OVERWRITE,
      .act = take_over,
      .role = VICTIM_SUCCESSOR,
      .before = 3,
      .opens_in_act = true,
      .corpse = true,
      .dead = true },
    { .name = "strict/successor-living",
      .text = "successor takes over from a living one",
      WAIT,
      .act = take_over,
      .role = VICTIM_SUCCESSOR,
      .before = 3,
      .read = 2,
      .opens_in_act = true,
      .recovers = true },
    { .name = "strict/predecessor",
      .text = "its attendant closes the block for a successor",
      WAIT,
      .act = wait_for_the_end,
      .before = 3,
      .attendant = true,
      .heir = HEIR_COMES },
    { .name = "strict/commit-closing",
      .text = "producer's commit waits until a successor stands",
      WAIT,
      .act = commit,
      .before = 3,
      .in_hand = true,
      .heir = HEIR_HELD,
      .answer = DH_ESUPERSEDED },
    { .name = "strict/move",
      .text = "consumer goes on in the successor's block",
      WAIT,
      .act = read_on,
      .role = VICTIM_CONSUMER,
      .before = 3,
      .victim_read = 3,
      .heir = HEIR_STANDS },
    { .name = "strict/move-dead",
      .text = "the same, where the old producer died",
      WAIT,
      .act = read_on,
      .role = VICTIM_CONSUMER,
      .before = 3,
      .victim_read = 3,
      .dead = true,
      .heir = HEIR_STANDS },
    { .name = "strict/move-overwrite",
      .text = "the same, `full: overwrite`",
      OVERWRITE,
      .act = read_on,
      .role = VICTIM_CONSUMER,
      .before = 2,
      .victim_read = 2,
      .dead = true,
      .heir = HEIR_STANDS },
    { .name = NULL },
};
