/* SPDX-License-Identifier: Apache-2.0
 *
 * campaigns_zone.c - who dies at flexible zones and their locks, and who dies while it cleans up
 * after another.
 */
#include "world.h"

static void write_zone(struct victim *victim)
{
    victim->board->answer = victim_write_zone(victim);
}

static void lock(struct victim *victim)
{
    victim->board->answer = victim_lock(victim, DH_NOW);
}

static void lock_waiting(struct victim *victim)
{
    victim->board->answer = victim_lock(victim, dh_in(5 * DH_S));
}

/* The update that set-up began is ended. */
static void unlock(struct victim *victim)
{
    end_update(&victim->me.shared);
    victim->board->in_section = 0;
    victim->board->answer = dh_zone_unlock(&victim->me.shared, 0);
}

static void section(struct victim *victim)
{
    lock(victim);
    begin_update(&victim->me.shared);
    unlock(victim);
}

static void recursive_section(struct victim *victim)
{
    lock(victim);
    lock(victim);
    begin_update(&victim->me.shared);
    dh_zone_unlock(&victim->me.shared, 0);
    unlock(victim);
}

static void mend(struct victim *victim)
{
    end_update(&victim->me.shared);
    victim->board->answer = dh_zone_consistent(&victim->me.shared, 0);
    unlock(victim);
}

/* Who leaves with a lock leaves an update undone, and the others are told. */
static void leave_locked(struct victim *victim)
{
    dhi_slot_rw_close(victim->me.rw);
}

static void reap_all(struct victim *victim)
{
    dhi_block_reap(victim->me.block);
    victim->board->answer = DH_OK;
}

static void reap_one(struct victim *victim)
{
    victim->board->answer = dhi_reap(victim->me.block, N_SURVIVORS) ? DH_OK : DH_EORDER;
}

static void survivor_unlocks(struct world *world)
{
    world->survivor_unlocked = true;
    if (dh_zone_unlock(&world->consumers[0].shared, 0) != DH_OK)
        complain(world, "a survivor cannot give its lock back");
}

#define RING .full = DH_FULL_WAIT, .n_slots = 8
#define SOME .before = 2, .read = 1

const struct campaign zone_campaigns[] = {
    { .name = "zone/write", .text = "producer replaces its zone", RING, SOME, .act = write_zone },
    { .name = "zone/producer-section",
      .text = "producer locks, updates, unlocks",
      RING,
      SOME,
      .act = section },
    { .name = "zone/producer-steal",
      .text = "producer takes a dead consumer's lock",
      RING,
      SOME,
      .act = lock,
      .corpse = true,
      .answer = DH_EOWNERDEAD },
    { .name = "zone/producer-mend",
      .text = "producer mends what a dead consumer left",
      RING,
      SOME,
      .act = mend,
      .holds_lock = true,
      .corpse = true },
    { .name = "zone/lock",
      .text = "consumer takes a free lock",
      RING,
      SOME,
      .act = lock,
      .role = VICTIM_CONSUMER },
    { .name = "zone/section",
      .text = "consumer locks, updates, unlocks",
      RING,
      SOME,
      .act = section,
      .role = VICTIM_CONSUMER },
    { .name = "zone/recursive",
      .text = "consumer locks twice, updates, unlocks twice",
      RING,
      SOME,
      .act = recursive_section,
      .role = VICTIM_CONSUMER },
    { .name = "zone/lock-busy",
      .text = "consumer finds the lock taken",
      RING,
      SOME,
      .act = lock,
      .role = VICTIM_CONSUMER,
      .survivor_locks = true,
      .answer = DH_EBUSY },
    { .name = "zone/lock-sleep",
      .text = "consumer sleeps until the lock is free",
      RING,
      SOME,
      .act = lock_waiting,
      .role = VICTIM_CONSUMER,
      .survivor_locks = true,
      .stimulate = survivor_unlocks },
    { .name = "zone/steal",
      .text = "consumer takes a dead one's lock",
      RING,
      SOME,
      .act = lock,
      .role = VICTIM_CONSUMER,
      .corpse = true,
      .answer = DH_EOWNERDEAD,
      .recovers = true },
    { .name = "zone/unlock",
      .text = "consumer gives the lock back",
      RING,
      SOME,
      .act = unlock,
      .role = VICTIM_CONSUMER,
      .holds_lock = true },
    { .name = "zone/unlock-wake",
      .text = "consumer gives back what a survivor sleeps for",
      RING,
      SOME,
      .act = unlock,
      .role = VICTIM_CONSUMER,
      .holds_lock = true,
      .sleeper = LOCKER_SLEEPS },
    { .name = "zone/mend",
      .text = "consumer mends what a dead one left, and says so",
      RING,
      SOME,
      .act = mend,
      .role = VICTIM_CONSUMER,
      .holds_lock = true,
      .corpse = true },
    { .name = "zone/leave",
      .text = "consumer closes while it has the lock",
      RING,
      SOME,
      .act = leave_locked,
      .role = VICTIM_CONSUMER,
      .holds_lock = true },
    { .name = "reap/all",
      .text = "reaper returns what a dead consumer held",
      RING,
      SOME,
      .act = reap_all,
      .role = VICTIM_REAPER,
      .corpse = true,
      .recovers = true },
    { .name = "reap/one",
      .text = "reaper returns one record",
      RING,
      SOME,
      .act = reap_one,
      .role = VICTIM_REAPER,
      .corpse = true },
    { .name = "reap/hold",
      .text = "reaper returns a dead consumer's hold",
      .full = DH_FULL_OVERWRITE,
      .n_slots = 2,
      .before = 3,
      .act = reap_all,
      .role = VICTIM_REAPER,
      .corpse = true },
    { .name = NULL },
};
