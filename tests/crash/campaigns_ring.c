/* SPDX-License-Identifier: Apache-2.0
 *
 * campaigns_ring.c - who dies at the ring of slots, in which call.
 */
#include "world.h"

#define LONG_ENOUGH dh_in(5 * DH_S)

/* ---- the producer's calls ---- */

static void loan(struct victim *victim)
{
    victim->board->answer = dh_slot_rw_acquire_write(victim->me.rw, DH_NOW, &victim->slot);
}

static void loan_waiting(struct victim *victim)
{
    victim->board->answer = dh_slot_rw_acquire_write(victim->me.rw, LONG_ENOUGH, &victim->slot);
}

static void commit(struct victim *victim)
{
    victim->board->answer = victim_commit(victim);
}

static void fill(struct victim *victim)
{
    fill_words(victim->slot.data, victim->slot.length / 8, UINT64_MAX);
    fill_words(victim->slot.data, victim->slot.length / 8, victim->slot.sequence);
    commit(victim);
}

static void send(struct victim *victim)
{
    loan(victim);
    if (victim->board->answer == DH_OK) fill(victim);
}

static void loan_many(struct victim *victim)
{
    victim->board->answer =
        dh_slot_rw_acquire_write_many(victim->me.rw, DH_NOW, victim->slots, 3, &victim->n_slots);
    for (uint32_t k = 0; k < victim->n_slots; k++)
        fill_words(victim->slots[k].data, victim->slots[k].length / 8, victim->slots[k].sequence);
}

/* Three are loaned, two are committed, one is aborted. */
static void send_many(struct victim *victim)
{
    struct board *board = victim->board;

    loan_many(victim);
    if (board->answer != DH_OK) return;
    if (victim->n_slots != 3) board->fault = 1;
    board->committing = 2;
    board->answer = dh_slot_rw_commit_many(victim->me.rw, 2, victim->slots[0].length);
    board->committed += 2;
    board->committing = 0;
}

static void stop_writing(struct victim *victim)
{
    victim->board->answer = dh_slot_rw_release_write(victim->me.rw);
}

static void close_side(struct victim *victim)
{
    dhi_slot_rw_close(victim->me.rw);
    dhi_block_free(victim->me.block);
}

/* ---- the consumer's calls ---- */

static void join(struct victim *victim)
{
    char why[COMPLAINT_BYTES];

    victim->board->answer = member_open(&victim->me, why) ? DH_OK : DH_ETABLE;
}

static void attach(struct victim *victim)
{
    char why[COMPLAINT_BYTES];

    victim->board->answer = DH_ECORRUPT;
    if (member_map(&victim->me, victim->fds, DHI_CONSUMER, why)) join(victim);
}

static void acquire_until(struct victim *victim, int64_t deadline_ns)
{
    struct dh_slot *slot = &victim->slot;

    victim->board->answer = dh_slot_rw_acquire_read(victim->me.rw, deadline_ns, slot);
    if (victim->board->answer == DH_OK && !words_are(slot->data, slot->length / 8, slot->sequence))
        victim->board->fault = 1;
}

static void acquire(struct victim *victim)
{
    acquire_until(victim, DH_NOW);
}

static void acquire_waiting(struct victim *victim)
{
    acquire_until(victim, LONG_ENOUGH);
}

/* Three are taken, two are given back. */
static void receive_many(struct victim *victim)
{
    struct board *board = victim->board;

    board->answer =
        dh_slot_rw_acquire_read_many(victim->me.rw, DH_NOW, victim->slots, 3, &victim->n_slots);
    for (uint32_t k = 0; board->answer == DH_OK && k < victim->n_slots; k++) {
        const struct dh_slot *slot = &victim->slots[k];
        if (!words_are(slot->data, slot->length / 8, slot->sequence)) board->fault = 1;
    }
    if (board->answer == DH_OK && victim->n_slots != 3) board->fault = 1;
    if (board->answer == DH_OK) board->answer = dh_slot_rw_release_read_many(victim->me.rw, 2);
}

static void release(struct victim *victim)
{
    victim->board->answer = dh_slot_rw_release_read(victim->me.rw);
}

/* ---- what sleepers are woken by ---- */

static void somebody_commits(struct world *world)
{
    if (member_send(&world->producer, DH_NOW) != DH_OK)
        complain(world, "the message that is to wake the victim cannot be sent");
}

static void everybody_releases(struct world *world)
{
    for (int i = 0; i < N_SURVIVORS; i++)
        read_one(world, &world->consumers[i], DH_NOW);
}

/* ---- tables ---- */

#define WAIT(slots)      .full = DH_FULL_WAIT, .n_slots = (slots)
#define OVERWRITE(slots) .full = DH_FULL_OVERWRITE, .n_slots = (slots)

const struct campaign producer_campaigns[] = {
    { .name = "wait/loan",
      .text = "producer takes a free slot",
      WAIT(4),
      .act = loan,
      .before = 2 },
    { .name = "wait/loan-full",
      .text = "producer finds no slot and does not wait",
      WAIT(4),
      .act = loan,
      .before = 4,
      .answer = DH_EFULL },
    { .name = "wait/loan-rescan",
      .text = "producer looks at the claims again and finds room",
      WAIT(4),
      .act = loan,
      .before = 4,
      .read = 4 },
    { .name = "wait/loan-reap",
      .text = "producer reaps who is in its way",
      WAIT(4),
      .act = loan,
      .before = 4,
      .read = 4,
      .corpse = true },
    { .name = "wait/loan-sleep",
      .text = "producer sleeps until there is room",
      WAIT(4),
      .act = loan_waiting,
      .before = 4,
      .stimulate = everybody_releases },
    { .name = "wait/fill",
      .text = "producer writes a payload and commits it",
      WAIT(4),
      .act = fill,
      .large = true,
      .before = 3,
      .in_hand = true },
    { .name = "wait/commit",
      .text = "producer commits",
      WAIT(4),
      .act = commit,
      .before = 3,
      .in_hand = true },
    { .name = "wait/commit-fences",
      .text = "producer commits, without membarrier",
      WAIT(4),
      .act = commit,
      .before = 3,
      .in_hand = true,
      .fences = true },
    { .name = "wait/commit-checksum",
      .text = "producer commits with a checksum",
      WAIT(4),
      .act = commit,
      .before = 3,
      .in_hand = true,
      .large = true,
      .checksum = DH_CHECKSUM_ENFORCED },
    { .name = "wait/commit-wake",
      .text = "producer commits and wakes a sleeper",
      WAIT(4),
      .act = commit,
      .before = 2,
      .read = 2,
      .in_hand = true,
      .sleeper = CONSUMER_SLEEPS },
    { .name = "wait/send-many",
      .text = "producer loans three, commits two, aborts one",
      WAIT(4),
      .act = send_many,
      .loans = 3,
      .before = 3,
      .read = 2 },
    { .name = "wait/send-many-wake",
      .text = "producer sends two at once and wakes a sleeper",
      WAIT(4),
      .act = send_many,
      .loans = 3,
      .large = true,
      .before = 2,
      .read = 2,
      .sleeper = CONSUMER_SLEEPS },
    { .name = "wait/abort",
      .text = "producer aborts a loan",
      WAIT(4),
      .act = stop_writing,
      .before = 3,
      .in_hand = true },
    { .name = "wait/producer-close",
      .text = "producer closes with a loan open",
      WAIT(4),
      .act = close_side,
      .before = 3,
      .in_hand = true },
    { .name = "wait/producer-close-wake",
      .text = "producer closes, a consumer sleeps",
      WAIT(4),
      .act = close_side,
      .before = 2,
      .read = 2,
      .sleeper = CONSUMER_SLEEPS },
    { .name = "overwrite/loan",
      .text = "producer collects free buffers",
      OVERWRITE(2),
      .act = loan },
    { .name = "overwrite/send",
      .text = "producer loans, writes, commits",
      OVERWRITE(2),
      .act = send,
      .large = true,
      .before = 7,
      .read = 1 },
    { .name = "overwrite/send-many",
      .text = "producer loans three, commits two, aborts one",
      OVERWRITE(3),
      .act = send_many,
      .large = true,
      .before = 1,
      .read = 1 },
    { .name = "overwrite/commit",
      .text = "producer commits",
      OVERWRITE(2),
      .act = commit,
      .before = 7,
      .in_hand = true },
    { .name = "overwrite/commit-latest",
      .text = "producer commits the one value",
      OVERWRITE(1),
      .act = commit,
      .before = 3,
      .in_hand = true },
    { .name = "overwrite/commit-wake",
      .text = "producer commits and wakes a sleeper",
      OVERWRITE(2),
      .act = commit,
      .before = 2,
      .read = 2,
      .in_hand = true,
      .sleeper = CONSUMER_SLEEPS },
    { .name = "overwrite/abort",
      .text = "producer aborts a loan",
      OVERWRITE(2),
      .act = stop_writing,
      .before = 3,
      .in_hand = true },
    { .name = "overwrite/producer-close",
      .text = "producer closes with a loan open",
      OVERWRITE(2),
      .act = close_side,
      .before = 3,
      .in_hand = true },
    { .name = NULL },
};

const struct campaign consumer_campaigns[] = {
    { .name = "wait/join",
      .text = "consumer joins a running ring",
      WAIT(4),
      .act = join,
      .role = VICTIM_CONSUMER,
      .before = 3,
      .joins_in_act = true },
    { .name = "wait/attach",
      .text = "consumer maps the block and joins",
      WAIT(4),
      .act = attach,
      .role = VICTIM_CONSUMER,
      .before = 3,
      .joins_in_act = true,
      .maps_in_act = true },
    { .name = "wait/join-dead",
      .text = "joiner takes over a dead consumer's record",
      WAIT(8),
      .act = join,
      .role = VICTIM_CONSUMER,
      .before = 2,
      .joins_in_act = true,
      .corpse = true,
      .recovers = true },
    { .name = "wait/acquire",
      .text = "consumer takes a message",
      WAIT(4),
      .act = acquire,
      .role = VICTIM_CONSUMER,
      .before = 3,
      .victim_read = 1 },
    { .name = "wait/acquire-checksum",
      .text = "consumer verifies a message",
      WAIT(4),
      .act = acquire,
      .role = VICTIM_CONSUMER,
      .before = 3,
      .large = true,
      .checksum = DH_CHECKSUM_ENFORCED },
    { .name = "wait/acquire-sleep",
      .text = "consumer sleeps until a commit",
      WAIT(4),
      .act = acquire_waiting,
      .role = VICTIM_CONSUMER,
      .before = 1,
      .read = 1,
      .victim_read = 1,
      .stimulate = somebody_commits },
    { .name = "wait/receive-many",
      .text = "consumer takes three, gives two back",
      WAIT(4),
      .act = receive_many,
      .role = VICTIM_CONSUMER,
      .before = 4 },
    { .name = "wait/receive-many-wake",
      .text = "consumer gives back what the producer sleeps for",
      WAIT(4),
      .act = receive_many,
      .role = VICTIM_CONSUMER,
      .before = 4,
      .read = 4,
      .sleeper = PRODUCER_SLEEPS },
    { .name = "wait/release",
      .text = "consumer gives a slot back",
      WAIT(4),
      .act = release,
      .role = VICTIM_CONSUMER,
      .before = 4,
      .in_hand = true },
    { .name = "wait/release-wake",
      .text = "consumer gives back what the producer sleeps for",
      WAIT(4),
      .act = release,
      .role = VICTIM_CONSUMER,
      .before = 4,
      .read = 4,
      .in_hand = true,
      .sleeper = PRODUCER_SLEEPS },
    { .name = "wait/release-other",
      .text = "consumer gives back what another's claim still keeps the producer from",
      WAIT(4),
      .act = release,
      .role = VICTIM_CONSUMER,
      .before = 4,
      .in_hand = true,
      .read_after = 1,
      .sleeper = PRODUCER_SLEEPS },
    { .name = "wait/release-beyond",
      .text = "consumer is further than where the producer waits for another",
      WAIT(4),
      .act = release,
      .role = VICTIM_CONSUMER,
      .before = 4,
      .victim_read = 1,
      .in_hand = true,
      .read_after = 1,
      .sleeper = PRODUCER_SLEEPS },
    { .name = "wait/release-put-out",
      .text = "consumer that was put out is told so and joins again",
      WAIT(4),
      .act = release,
      .role = VICTIM_CONSUMER,
      .before = 4,
      .read = 4,
      .in_hand = true,
      .put_out = true,
      .answer = DH_EEVICTED },
    { .name = "wait/leave-put-out",
      .text = "consumer that was put out closes",
      WAIT(4),
      .act = close_side,
      .role = VICTIM_CONSUMER,
      .before = 4,
      .read = 4,
      .in_hand = true,
      .put_out = true },
    { .name = "wait/leave",
      .text = "consumer closes with a slot in hand",
      WAIT(4),
      .act = close_side,
      .role = VICTIM_CONSUMER,
      .before = 4,
      .in_hand = true },
    { .name = "wait/leave-wake",
      .text = "consumer closes, the producer sleeps for its claim",
      WAIT(4),
      .act = close_side,
      .role = VICTIM_CONSUMER,
      .before = 4,
      .read = 4,
      .sleeper = PRODUCER_SLEEPS },
    { .name = "overwrite/join",
      .text = "consumer joins",
      OVERWRITE(2),
      .act = join,
      .role = VICTIM_CONSUMER,
      .before = 3,
      .joins_in_act = true },
    { .name = "overwrite/join-dead",
      .text = "joiner takes over a dead consumer's record",
      OVERWRITE(2),
      .act = join,
      .role = VICTIM_CONSUMER,
      .before = 3,
      .joins_in_act = true,
      .corpse = true },
    { .name = "overwrite/acquire",
      .text = "consumer holds a buffer",
      OVERWRITE(2),
      .act = acquire,
      .role = VICTIM_CONSUMER,
      .before = 2,
      .large = true },
    { .name = "overwrite/acquire-skip",
      .text = "consumer skips what was overwritten",
      OVERWRITE(2),
      .act = acquire,
      .role = VICTIM_CONSUMER,
      .before = 9 },
    { .name = "overwrite/acquire-latest",
      .text = "consumer holds the one value",
      OVERWRITE(1),
      .act = acquire,
      .role = VICTIM_CONSUMER,
      .before = 4 },
    { .name = "overwrite/acquire-sleep",
      .text = "consumer sleeps until a commit",
      OVERWRITE(2),
      .act = acquire_waiting,
      .role = VICTIM_CONSUMER,
      .before = 1,
      .victim_read = 1,
      .stimulate = somebody_commits },
    { .name = "overwrite/release",
      .text = "consumer drops its hold",
      OVERWRITE(2),
      .act = release,
      .role = VICTIM_CONSUMER,
      .before = 2,
      .in_hand = true },
    { .name = "overwrite/leave",
      .text = "consumer closes with a slot in hand",
      OVERWRITE(2),
      .act = close_side,
      .role = VICTIM_CONSUMER,
      .before = 2,
      .in_hand = true },
    { .name = NULL },
};
