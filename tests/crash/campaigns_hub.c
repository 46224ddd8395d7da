/* SPDX-License-Identifier: Apache-2.0
 *
 * campaigns_hub.c - who dies where processes find each other: producers that come, go and follow
 * one another, consumers that follow them, and callers of dh/recovery.h.
 */
#include "world.h"

#include <dh/recovery.h>

#include <unistd.h>

/* ---- producers ---- */

static void open_with(struct victim *victim, enum dh_takeover takeover)
{
    const struct dh_producer_options options = { .spin_ns = -1, .takeover = takeover };

    victim->board->answer = dh_producer_open(&victim->producer, campaign_schema(victim->campaign),
                                             victim->channel, &options, NULL);
}

static void begin(struct victim *victim)
{
    open_with(victim, DH_TAKEOVER_NEVER);
}

static void take_over(struct victim *victim)
{
    open_with(victim, DH_TAKEOVER_HANDOVER);
}

static void commit(struct victim *victim)
{
    struct board *board = victim->board;

    board->committing = 1;
    board->answer = dh_producer_commit(victim->producer);
    if (board->answer == DH_OK) board->committed++;
    board->committing = 0;
}

/* Room may be there or not: commit says it at the latest. */
static void send_waiting(struct victim *victim)
{
    dh_err err = dh_producer_loan(victim->producer, dh_in(5 * DH_S), &victim->payload);

    victim->board->answer = err;
    if (err == DH_OK) commit(victim);
}

static void close_producer(struct victim *victim)
{
    dh_producer_close(victim->producer);
}

/* The other thread is in hand. */
static void wait_for_the_end(struct victim *victim)
{
    (void)victim;
    for (;;)
        pause();
}

/* ---- consumers ---- */

static void attach(struct victim *victim)
{
    victim->board->answer = dh_consumer_open(&victim->consumer, campaign_schema(victim->campaign),
                                             victim->channel, NULL, NULL);
}

static void detach(struct victim *victim)
{
    dh_consumer_close(victim->consumer);
}

static void read_on(struct victim *victim)
{
    const void *payload;
    uint64_t number;

    victim->board->answer = dh_consumer_acquire(victim->consumer, dh_in(5 * DH_S), &payload);
    if (victim->board->answer != DH_OK) return;
    number = dh_consumer_slot_rw(victim->consumer)->next;
    if (!words_are(payload, dh_consumer_slot_rw(victim->consumer)->payload_bytes / 8, number))
        victim->board->fault = 1;
    victim->board->answer = dh_consumer_release(victim->consumer);
}

/* ---- callers of dh/recovery.h ---- */

static void release_dead(struct victim *victim)
{
    uint32_t n;

    victim->board->answer = dh_recovery_release(victim->channel, NULL, NULL, NULL, &n, NULL);
}

static void reset_all(struct victim *victim)
{
    uint32_t n;

    victim->board->answer = dh_recovery_reset(victim->channel, -1, NULL, NULL, NULL, &n, NULL);
}

static void reset_slot(struct victim *victim)
{
    uint32_t n;

    victim->board->answer = dh_recovery_reset(victim->channel, 0, NULL, NULL, NULL, &n, NULL);
}

static void validate(struct victim *victim)
{
    struct dh_validation found;

    victim->board->answer = dh_recovery_validate(victim->channel, NULL, NULL, NULL, &found, NULL);
    if (victim->board->answer == DH_OK && found.n_flaws != 0) victim->board->fault = 1;
}

static void forget(struct victim *victim)
{
    victim->board->answer = dh_recovery_forget(victim->channel, NULL, NULL);
}

/* ---- the table ---- */

#define WAIT      .hub = true, .full = DH_FULL_WAIT, .n_slots = 4
#define OVERWRITE .hub = true, .full = DH_FULL_OVERWRITE, .n_slots = 2, .large = true

const struct campaign hub_campaigns[] = {
    { .name = "producer/open",
      .text = "producer makes its block and offers it",
      WAIT,
      .act = begin,
      .opens_in_act = true,
      .ends = true },
    { .name = "producer/close",
      .text = "producer takes its leave of readers and broker",
      WAIT,
      .act = close_producer,
      .before = 3,
      .in_hand = true,
      .ends = true },
    { .name = "successor/dead",
      .text = "successor takes over from a dead one",
      WAIT,
      .act = take_over,
      .role = VICTIM_SUCCESSOR,
      .before = 3,
      .read = 1,
      .opens_in_act = true,
      .dead = true,
      .recovers = true },
    { .name = "successor/dead-overwrite",
      .text = "the same, where a dead consumer holds a buffer and a lock",
      OVERWRITE,
      .act = take_over,
      .role = VICTIM_SUCCESSOR,
      .before = 3,
      .opens_in_act = true,
      .corpse = true,
      .dead = true,
      .recovers = true },
    { .name = "successor/living",
      .text = "successor takes over from a living one",
      WAIT,
      .act = take_over,
      .role = VICTIM_SUCCESSOR,
      .before = 3,
      .read = 2,
      .opens_in_act = true,
      .recovers = true },
    { .name = "successor/living-overwrite",
      .text = "the same, `full: overwrite`",
      OVERWRITE,
      .act = take_over,
      .role = VICTIM_SUCCESSOR,
      .before = 3,
      .opens_in_act = true,
      .recovers = true },
    { .name = "predecessor/attendant",
      .text = "its attendant closes the block for a successor",
      WAIT,
      .act = wait_for_the_end,
      .before = 3,
      .attendant = true,
      .heir = HEIR_COMES },
    { .name = "predecessor/attendant-overwrite",
      .text = "the same, `full: overwrite`",
      OVERWRITE,
      .act = wait_for_the_end,
      .before = 3,
      .attendant = true,
      .heir = HEIR_COMES },
    { .name = "predecessor/commit",
      .text = "producer commits while a successor asks",
      WAIT,
      .act = commit,
      .before = 3,
      .in_hand = true,
      .heir = HEIR_COMES },
    { .name = "predecessor/commit-closing",
      .text = "producer's commit waits until a successor stands",
      WAIT,
      .act = commit,
      .before = 3,
      .in_hand = true,
      .heir = HEIR_HELD,
      .answer = DH_ESUPERSEDED },
    { .name = "predecessor/commit-over",
      .text = "producer is told that it is over",
      OVERWRITE,
      .act = commit,
      .before = 3,
      .in_hand = true,
      .heir = HEIR_STANDS,
      .answer = DH_ESUPERSEDED },
    { .name = "predecessor/send-over",
      .text = "producer waits for room in a block that is over",
      WAIT,
      .act = send_waiting,
      .before = 4,
      .heir = HEIR_STANDS,
      .answer = DH_ESUPERSEDED },
    { .name = "predecessor/close",
      .text = "producer that is over closes",
      WAIT,
      .act = close_producer,
      .before = 3,
      .heir = HEIR_STANDS },
    { .name = "consumer/attach",
      .text = "consumer finds the channel and joins",
      WAIT,
      .act = attach,
      .role = VICTIM_CONSUMER,
      .before = 2,
      .opens_in_act = true,
      .recovers = true },
    { .name = "consumer/attach-overwrite",
      .text = "the same, in a dead consumer's place",
      OVERWRITE,
      .act = attach,
      .role = VICTIM_CONSUMER,
      .before = 2,
      .opens_in_act = true,
      .corpse = true,
      .recovers = true },
    { .name = "consumer/detach",
      .text = "consumer leaves with a message in hand",
      WAIT,
      .act = detach,
      .role = VICTIM_CONSUMER,
      .before = 3,
      .in_hand = true },
    { .name = "consumer/move",
      .text = "consumer goes on in the successor's block",
      WAIT,
      .act = read_on,
      .role = VICTIM_CONSUMER,
      .before = 3,
      .victim_read = 3,
      .heir = HEIR_STANDS },
    { .name = "consumer/move-overwrite",
      .text = "the same, `full: overwrite`",
      OVERWRITE,
      .act = read_on,
      .role = VICTIM_CONSUMER,
      .before = 2,
      .victim_read = 2,
      .heir = HEIR_STANDS },
    { .name = "consumer/move-dead",
      .text = "the same, where the old producer died",
      WAIT,
      .act = read_on,
      .role = VICTIM_CONSUMER,
      .before = 3,
      .victim_read = 3,
      .dead = true,
      .heir = HEIR_STANDS },
    { .name = "recovery/release",
      .text = "what a dead consumer held is given back",
      WAIT,
      .act = release_dead,
      .role = VICTIM_REAPER,
      .before = 3,
      .corpse = true,
      .recovers = true },
    { .name = "recovery/release-dead",
      .text = "the same, where the producer is dead, too",
      OVERWRITE,
      .act = release_dead,
      .role = VICTIM_REAPER,
      .before = 3,
      .corpse = true,
      .dead = true,
      .recovers = true },
    { .name = "recovery/reset",
      .text = "all that the dead held is given back",
      OVERWRITE,
      .act = reset_all,
      .role = VICTIM_REAPER,
      .before = 3,
      .corpse = true,
      .recovers = true },
    { .name = "recovery/reset-slot",
      .text = "one slot is freed of the dead",
      WAIT,
      .act = reset_slot,
      .role = VICTIM_REAPER,
      .before = 3,
      .read = 3,
      .corpse = true },
    { .name = "recovery/validate",
      .text = "all of a block is checked",
      WAIT,
      .act = validate,
      .role = VICTIM_REAPER,
      .before = 3 },
    { .name = "recovery/forget",
      .text = "the broker is asked to forget a dead channel",
      WAIT,
      .act = forget,
      .role = VICTIM_REAPER,
      .before = 3,
      .dead = true,
      .ends = true },
    { .name = NULL },
};
