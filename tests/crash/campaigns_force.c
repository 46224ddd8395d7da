/* SPDX-License-Identifier: Apache-2.0
 *
 * campaigns_force.c - who dies where a producer that stands still is made to give way; what holds
 * of a producer that is held at each instruction and is not killed but put out; and who dies where
 * a successor does, too.
 */
#include "client/succeed.h"
#include "world.h"

#include <dh/recovery.h>

#include <unistd.h>

/* ---- who forces ---- */

/* One who stands still costs the whole patience each time. */
static void force(struct victim *victim)
{
    const struct dh_producer_options options = { .spin_ns = -1,
                                                 .takeover = DH_TAKEOVER_FORCE,
                                                 .takeover_ns = 700 * DH_MS };

    victim->board->answer = dh_producer_open(&victim->producer, campaign_schema(victim->campaign),
                                             victim->channel, &options, NULL);
}

static void end(struct victim *victim)
{
    const struct dh_recovery_options forced = { .force = true };

    victim->board->answer = dh_recovery_end(victim->channel, &forced, NULL, NULL, NULL);
}

/* ---- producers ---- */

static void commit(struct victim *victim)
{
    struct board *board = victim->board;

    board->committing = 1;
    board->answer = dh_producer_commit(victim->producer);
    if (board->answer == DH_OK) board->committed++;
    board->committing = 0;
}

static void send_one(struct victim *victim)
{
    victim->board->answer = dh_producer_loan(victim->producer, dh_in(5 * DH_S), &victim->payload);
    if (victim->board->answer != DH_OK) return;
    fill_words(victim->payload, dh_producer_slot_rw(victim->producer)->payload_bytes / 8,
               dh_producer_slot_rw(victim->producer)->next);
    commit(victim);
}

static void write_zone(struct victim *victim)
{
    struct board *board = victim->board;
    uint64_t value[ZONE_WORDS];

    fill_words(value, ZONE_WORDS, board->zone + 1);
    board->writing_zone = 1;
    board->answer = dh_zone_write(dh_producer_zone(victim->producer, 1), value);
    if (board->answer == DH_OK) board->zone++;
    board->writing_zone = 0;
}

static void update(struct victim *victim)
{
    dh_zone *zone = victim->producer != NULL ? dh_producer_zone(victim->producer, 2)
                                             : dh_consumer_zone(victim->consumer, 2);
    struct board *board = victim->board;

    board->answer = dh_zone_lock(zone, 0, dh_in(5 * DH_S));
    if (board->answer != DH_OK) return;
    board->in_section = 1;
    begin_update(zone);
    end_update(zone);
    board->in_section = 0;
    board->answer = dh_zone_unlock(zone, 0);
}

static void wait_for_the_end(struct victim *victim)
{
    (void)victim;
    for (;;)
        pause();
}

/* ---- the table ---- */

#define WAIT      .hub = true, .full = DH_FULL_WAIT, .n_slots = 4
#define OVERWRITE .hub = true, .full = DH_FULL_OVERWRITE, .n_slots = 2, .large = true
#define FORCES    .role = VICTIM_SUCCESSOR, .before = 3, .opens_in_act = true

const struct campaign force_campaigns[] = {
    { .name = "force/answers",
      .text = "successor by force, of one who answers",
      WAIT,
      FORCES,
      .act = force,
      .read = 1,
      .recovers = true },
    { .name = "force/stopped",
      .text = "the same, of one who is stopped",
      WAIT,
      FORCES,
      .act = force,
      .read = 1,
      .motion = STANDS_STILL,
      .slow = true },
    { .name = "force/stopped-overwrite",
      .text = "the same, `full: overwrite`, where a dead consumer holds a buffer and a lock",
      OVERWRITE,
      FORCES,
      .act = force,
      .corpse = true,
      .motion = STANDS_STILL,
      .slow = true },
    { .name = "force/hangs",
      .text = "the same, of one who stands in the middle of a commit",
      WAIT,
      FORCES,
      .act = force,
      .read = 3,
      .motion = HANGS_IN_COMMIT,
      .slow = true },
    { .name = "end/answers",
      .text = "a producer that answers is ended, and nobody follows",
      WAIT,
      FORCES,
      .act = end,
      .read = 1 },
    { .name = "end/stopped",
      .text = "the same, of one who is stopped",
      WAIT,
      FORCES,
      .act = end,
      .read = 1,
      .motion = STANDS_STILL,
      .slow = true },
    { .name = "end/hangs",
      .text = "the same, of one who stands in the middle of a commit",
      OVERWRITE,
      FORCES,
      .act = end,
      .motion = HANGS_IN_COMMIT,
      .slow = true },
    { .name = "ended/attendant",
      .text = "its attendant closes the block for who ends it",
      WAIT,
      .act = wait_for_the_end,
      .before = 3,
      .attendant = true,
      .heir = HEIR_ENDS },
    { .name = "ended/commit",
      .text = "producer commits while somebody ends it",
      WAIT,
      .act = commit,
      .before = 3,
      .in_hand = true,
      .heir = HEIR_ENDS },
    { .name = "zones/write",
      .text = "producer dies in a zone's write, and another one takes over",
      WAIT,
      .act = write_zone,
      .before = 1 },
    { .name = "zones/update",
      .text = "the same, in an update under a lock",
      WAIT,
      .act = update,
      .before = 1,
      .updates = true },
    { .name = "held/commit",
      .text = "producer held in a commit gives way to force",
      WAIT,
      .act = commit,
      .before = 3,
      .in_hand = true,
      .gives_way = true,
      .slow = true },
    { .name = "held/send-overwrite",
      .text = "the same, in loan and commit, `full: overwrite`",
      OVERWRITE,
      .act = send_one,
      .before = 3,
      .gives_way = true,
      .slow = true },
    { .name = "held/zone",
      .text = "the same, in a zone's write",
      WAIT,
      .act = write_zone,
      .before = 1,
      .gives_way = true,
      .slow = true },
    { .name = "held/update",
      .text = "the same, in an update under a lock",
      WAIT,
      .act = update,
      .before = 1,
      .updates = true,
      .gives_way = true,
      .slow = true },
    { .name = "both/before",
      .text = "producer commits, its successor is about to ask; both die",
      WAIT,
      .act = commit,
      .before = 3,
      .in_hand = true,
      .heir = HEIR_DIES,
      .dies_at = (void (*)(void))dhi_heritage_end },
    { .name = "both/closing",
      .text = "the same, where the block is closed for it",
      WAIT,
      .act = commit,
      .before = 3,
      .in_hand = true,
      .heir = HEIR_DIES,
      .dies_at = (void (*)(void))dhi_heritage_confirm },
    { .name = "both/closing-overwrite",
      .text = "the same, `full: overwrite`, in loan and commit",
      OVERWRITE,
      .act = send_one,
      .before = 3,
      .heir = HEIR_DIES,
      .dies_at = (void (*)(void))dhi_heritage_confirm },
    { .name = "both/over",
      .text = "the same, where it has the channel already",
      WAIT,
      .act = commit,
      .before = 3,
      .in_hand = true,
      .heir = HEIR_DIES,
      .dies_at = (void (*)(void))dhi_heritage_free,
      .answer = DH_ESUPERSEDED },
    { .name = NULL },
};
