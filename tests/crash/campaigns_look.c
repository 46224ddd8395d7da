/* SPDX-License-Identifier: Apache-2.0
 *
 * campaigns_look.c - who dies beside the ring: who looks on, who asks what is there, and who waits
 * in event loops or rings for those.
 */
#include "world.h"

#include <dh/hub.h>
#include <dh/recovery.h>

#include <stdlib.h>
#include <unistd.h>

/* ---- who asks what is there ---- */

static void list(struct victim *victim)
{
    struct dh_channel_entry *entries;
    size_t n;
    bool answers;

    victim->board->answer =
        dh_hub_list(NULL, "crash.*", dh_in(5 * DH_S), &entries, &n, &answers, NULL);
    if (victim->board->answer != DH_OK) return;
    victim->board->fault = n == 0 || !answers;
    free(entries);
}

static void ask_schema(struct victim *victim)
{
    const struct dh_schema *schema = campaign_schema(victim->campaign);
    char path[256], *text;
    size_t bytes;

    victim->board->answer = dh_hub_schema(NULL, schema->hash, dh_in(5 * DH_S), &text, &bytes, NULL);
    if (victim->board->answer != DH_OK) return;
    free(text);
    victim->board->answer = dh_hub_socket_path(NULL, path, sizeof path);
}

/* ---- who looks on ---- */

static void begin_to_look(struct victim *victim)
{
    victim->board->answer =
        dh_observer_open(&victim->observer, victim->channel, true, NULL, NULL, NULL);
}

static dh_err look_at_consumers(const dh_observer *observer, uint32_t n)
{
    struct dh_consumer_facts facts;
    dh_err err = DH_OK;

    for (uint32_t i = 0; i < n && err == DH_OK; i++)
        err = dh_observer_consumer(observer, i, &facts);
    return err;
}

static dh_err look_at_slots(const dh_observer *observer, uint32_t n)
{
    struct dh_slot_facts facts;
    struct dh_slot_report report;
    struct dh_holder holders[4];
    dh_err err = dh_observer_newest(observer, &facts);

    for (uint32_t i = 0; i < n && err == DH_OK; i++) {
        err = dh_observer_slot(observer, i, &facts);
        if (err == DH_OK) err = dh_recovery_slot(observer, i, &report, holders, 4);
    }
    return err;
}

static void look(struct victim *victim)
{
    const dh_observer *observer = victim->observer;
    struct dh_producer_metrics metrics;
    struct dh_block_facts facts;
    struct dh_lock_report lock;
    bool torn;
    dh_err err;

    dh_observer_block(observer, &facts);
    dh_observer_metrics_get(observer, &metrics);
    err = look_at_consumers(observer, facts.policy.n_consumers);
    if (err == DH_OK) err = look_at_slots(observer, facts.n_states);
    if (err == DH_OK) err = dh_recovery_zone_torn(observer, 0, &torn);
    if (err == DH_OK) err = dh_recovery_lock(observer, 1, 0, &lock);
    victim->board->answer = err;
}

/* All that is there, and then some that is not. */
static void echo(struct victim *victim)
{
    uint64_t words[16], sequence = 0, value[ZONE_WORDS];
    struct dh_slot_facts facts;
    dh_err err;

    while ((err = dh_observer_copy(victim->observer, &sequence, dh_in(2 * DH_MS), words, &facts)) ==
           DH_OK) {
        if (!words_are(words, facts.length / 8, sequence)) victim->board->fault = 1;
        sequence++;
    }
    victim->board->answer = err;
    if (dh_observer_zone_copy(victim->observer, 0, dh_in(DH_S), value) != DH_OK ||
        !words_are(value, ZONE_WORDS, 1))
        victim->board->fault = 1;
}

static void end_look(struct victim *victim)
{
    dh_observer_close(victim->observer);
}

/* ---- event loops ---- */

static void attach_to_loop(struct victim *victim)
{
    const struct dh_consumer_options options = { .spin_ns = -1, .event_fd = true };

    victim->board->answer = dh_consumer_open(&victim->consumer, campaign_schema(victim->campaign),
                                             victim->channel, &options, NULL);
}

static void detach(struct victim *victim)
{
    dh_consumer_close(victim->consumer);
}

/* Up to where it would wait: the bell is armed. */
static void read_and_arm(struct victim *victim)
{
    const void *payload;
    dh_err err;

    while ((err = dh_consumer_acquire(victim->consumer, DH_NOW, &payload)) == DH_OK)
        dh_consumer_release(victim->consumer);
    victim->board->answer = err;
}

static void commit(struct victim *victim)
{
    struct board *board = victim->board;

    board->committing = 1;
    board->answer = dh_producer_commit(victim->producer);
    if (board->answer == DH_OK) board->committed++;
    board->committing = 0;
}

static void close_producer(struct victim *victim)
{
    dh_producer_close(victim->producer);
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
#define LOOKS     .role = VICTIM_REAPER, .before = 3, .looks = true
#define LOOPS     .in_loops = true

const struct campaign look_campaigns[] = {
    { .name = "hub/list",
      .text = "who is there, from broker and producers",
      WAIT,
      .act = list,
      .role = VICTIM_REAPER,
      .before = 3 },
    { .name = "hub/schema",
      .text = "the broker is asked for a schema",
      WAIT,
      .act = ask_schema,
      .role = VICTIM_REAPER,
      .before = 3 },
    { .name = "observer/open",
      .text = "somebody begins to look on",
      WAIT,
      .act = begin_to_look,
      .role = VICTIM_REAPER,
      .before = 3 },
    { .name = "observer/look", .text = "all facts of a block", OVERWRITE, LOOKS, .act = look },
    { .name = "observer/echo",
      .text = "messages and a zone are copied, and one is waited for",
      WAIT,
      LOOKS,
      .act = echo,
      .answer = DH_EEMPTY },
    { .name = "observer/echo-overwrite",
      .text = "the same, `full: overwrite`",
      OVERWRITE,
      LOOKS,
      .act = echo,
      .answer = DH_EEMPTY },
    { .name = "observer/close", .text = "who looked on goes", WAIT, LOOKS, .act = end_look },
    { .name = "bell/attach",
      .text = "consumer in an event loop joins",
      WAIT,
      LOOPS,
      .act = attach_to_loop,
      .role = VICTIM_CONSUMER,
      .before = 2,
      .opens_in_act = true },
    { .name = "bell/hang",
      .text = "producer's attendant hangs a bell for a newcomer",
      WAIT,
      LOOPS,
      .act = wait_for_the_end,
      .before = 3,
      .attendant = true,
      .heir = GUEST_COMES },
    { .name = "bell/arm",
      .text = "consumer reads all and asks to be rung",
      WAIT,
      LOOPS,
      .act = read_and_arm,
      .role = VICTIM_CONSUMER,
      .before = 2,
      .answer = DH_EEMPTY },
    { .name = "bell/ring",
      .text = "producer commits, and rings for who waits",
      WAIT,
      LOOPS,
      .act = commit,
      .before = 3,
      .read = 3,
      .in_hand = true },
    { .name = "bell/ring-overwrite",
      .text = "the same, `full: overwrite`",
      OVERWRITE,
      LOOPS,
      .act = commit,
      .before = 3,
      .in_hand = true },
    { .name = "bell/ring-closing",
      .text = "the same, while a successor asks",
      WAIT,
      LOOPS,
      .act = commit,
      .before = 3,
      .in_hand = true,
      .heir = HEIR_COMES },
    { .name = "bell/move",
      .text = "consumer in an event loop goes on in the successor's block",
      WAIT,
      LOOPS,
      .act = read_and_arm,
      .role = VICTIM_CONSUMER,
      .before = 3,
      .victim_read = 3,
      .heir = HEIR_STANDS,
      .answer = DH_EEMPTY },
    { .name = "bell/detach",
      .text = "consumer in an event loop leaves",
      WAIT,
      LOOPS,
      .act = detach,
      .role = VICTIM_CONSUMER,
      .before = 3 },
    { .name = "bell/close",
      .text = "producer takes its leave of who waits in event loops",
      WAIT,
      LOOPS,
      .act = close_producer,
      .before = 3,
      .in_hand = true,
      .ends = true },
    { .name = NULL },
};
