/* SPDX-License-Identifier: Apache-2.0
 *
 * campaigns_strict.c - who dies where each consumer has a record of its own (block/strict.h): who
 * is given one, asks to be woken, sleeps, leaves, or gives one away.
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
    { .name = NULL },
};
