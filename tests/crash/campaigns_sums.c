/* SPDX-License-Identifier: Apache-2.0
 *
 * campaigns_sums.c - who dies where a producer's helper makes the checksums and shows the messages:
 * the helper itself, at each instruction of libdh, and the thread that hands them over. What was
 * handed over may come or not, whole and in order, unless a flush has returned.
 */
#include "world.h"

#include <unistd.h>

/* The helper shows it, now or later. */
static void hand_over(struct victim *victim)
{
    victim->board->committing = 1;
    victim->board->answer = dh_producer_commit(victim->producer);
}

/* The helper is in hand. */
static void hand_over_and_wait(struct victim *victim)
{
    hand_over(victim);
    for (;;)
        pause();
}

static void flush(struct victim *victim)
{
    struct board *board = victim->board;

    hand_over(victim);
    if (board->answer != DH_OK) return;
    board->answer = dh_producer_flush(victim->producer, dh_in(5 * DH_S));
    if (board->answer != DH_OK) return;
    board->committed++;
    board->committing = 0;
}

static void close_producer(struct victim *victim)
{
    hand_over(victim);
    dh_producer_close(victim->producer);
}

#define SUMS \
    .hub = true, .full = DH_FULL_WAIT, .n_slots = 4, .checksum = DH_CHECKSUM_ENFORCED, .sums = true

const struct campaign sums_campaigns[] = {
    { .name = "sums/helper",
      .text = "producer's helper makes a sum and shows the message",
      SUMS,
      .act = hand_over_and_wait,
      .before = 3,
      .read = 1,
      .in_hand = true,
      .helper = true },
    { .name = "sums/helper-wake",
      .text = "the same, and wakes readers in event loops",
      SUMS,
      .act = hand_over_and_wait,
      .before = 3,
      .read = 3,
      .in_hand = true,
      .in_loops = true,
      .helper = true },
    { .name = "sums/commit",
      .text = "producer hands a message over",
      SUMS,
      .act = hand_over,
      .before = 3,
      .in_hand = true },
    { .name = "sums/flush",
      .text = "producer hands a message over and waits until it is shown",
      SUMS,
      .act = flush,
      .before = 3,
      .in_hand = true },
    { .name = "sums/close",
      .text = "producer closes, and what was handed over comes first",
      SUMS,
      .act = close_producer,
      .before = 3,
      .in_hand = true,
      .ends = true },
    { .name = NULL },
};
