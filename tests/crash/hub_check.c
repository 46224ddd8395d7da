/* SPDX-License-Identifier: Apache-2.0
 *
 * hub_check.c - what is promised after a kill among processes that find each other: whoever reads
 * gets every committed message once, in order, whole, from whichever producer; the channel goes on;
 * nothing of the dead stays.
 */
#include "world.h"

#include <poll.h>
#include <string.h>
#include <time.h>

#define PATIENCE (10 * DH_S)

static void rest(void)
{
    nanosleep(&(struct timespec){ .tv_nsec = DH_MS / 5 }, NULL);
}

/* ---- reading ---- */

static bool join(struct world *world, unsigned k)
{
    const struct dh_consumer_options options = { .spin_ns = -1,
                                                 .successor_ns =
                                                     world->campaign->ends ? 0 : PATIENCE,
                                                 .event_fd = world->campaign->in_loops };
    struct dh_why why = { .text = "" };
    dh_err err = dh_consumer_open(&world->hub.consumers[k], campaign_schema(world->campaign),
                                  world->hub.channel, &options, &why);

    world->hub.expected[k] = err == DH_OK ? dh_consumer_slot_rw(world->hub.consumers[k])->next : 0;
    return err == DH_OK ||
           complain(world, "a survivor cannot join: %s: %.150s", dh_error_name(err), why.text);
}

bool hub_join(struct world *world)
{
    return join(world, 0) && join(world, 1);
}

/* In an event loop: nothing is there, so wait to be rung. Whom nobody rings waits in vain. */
static dh_err acquire(const struct world *world, dh_consumer *consumer, int64_t deadline_ns,
                      const void **payload)
{
    struct pollfd polled = { .fd = dh_consumer_fd(consumer), .events = POLLIN };
    dh_err err;

    if (!world->campaign->in_loops) return dh_consumer_acquire(consumer, deadline_ns, payload);
    while ((err = dh_consumer_acquire(consumer, DH_NOW, payload)) == DH_EEMPTY &&
           dh_now() < deadline_ns)
        if (poll(&polled, 1, PATIENCE / DH_MS) == 0) break;
    return err;
}

static bool read_until(struct world *world, unsigned k, int64_t deadline_ns)
{
    dh_consumer *consumer = world->hub.consumers[k];
    uint64_t *expected = &world->hub.expected[k], number;
    const void *payload;
    dh_err err = acquire(world, consumer, deadline_ns, &payload);

    if (err == DH_EEMPTY && deadline_ns == DH_NOW) return true;
    if (err != DH_OK)
        return complain(world, "survivor %u got %s where message %llu is to be read: %.100s", k,
                        dh_error_name(err), (unsigned long long)*expected,
                        dh_consumer_why(consumer)->text);
    memcpy(&number, payload, sizeof number);
    number /= UINT64_C(1000003);
    if (!words_are(payload, dh_consumer_slot_rw(consumer)->payload_bytes / 8, number))
        return complain(world, "message %llu is torn", (unsigned long long)number);
    if (number < *expected || (number > *expected && world->campaign->full == DH_FULL_WAIT))
        return complain(world, "survivor %u got message %llu instead of %llu", k,
                        (unsigned long long)number, (unsigned long long)*expected);
    *expected = number + 1;
    dh_consumer_release(consumer);
    return true;
}

bool hub_read(struct world *world, unsigned k)
{
    return read_until(world, k, dh_in(PATIENCE));
}

/* Both take what is there, and go where it goes on. */
bool hub_look_around(struct world *world)
{
    for (unsigned k = 0; k < N_SURVIVORS; k++)
        if (world->hub.consumers[k] != NULL && !read_until(world, k, DH_NOW)) return false;
    return true;
}

bool hub_drain(struct world *world, unsigned k, uint64_t until)
{
    while (world->hub.expected[k] < until)
        if (!hub_read(world, k)) return false;
    return true;
}

/* All of it, and then the news that nothing comes; it leaves. */
static bool drain_and_leave(struct world *world, unsigned k)
{
    const struct board *board = world->board;
    dh_consumer **consumer = &world->hub.consumers[k];
    const void *payload;
    dh_err err;

    if (!hub_drain(world, k, board->committed)) return false;
    while ((err = acquire(world, *consumer, dh_in(PATIENCE), &payload)) == DH_OK) {
        if (++world->hub.expected[k] > board->committed + board->committing)
            return complain(world, "survivor %u got one message more than was sent", k);
        dh_consumer_release(*consumer);
    }
    if (err != DH_ECLOSED && err != DH_EDEAD)
        return complain(world, "behind the last message survivor %u got %s", k, dh_error_name(err));
    dh_consumer_close(*consumer);
    *consumer = NULL;
    return true;
}

/* ---- after the kill ---- */

static bool predecessor_is_over(struct world *world)
{
    dh_err err;

    if (world->hub.producer.pid == 0) return true;
    if (!hand_sends(world, &world->hub.producer, &err)) return false;
    return err == DH_ESUPERSEDED ||
           complain(world, "the predecessor got %s where another has its channel",
                    err == DH_OK ? "OK" : dh_error_name(err));
}

/* Somebody was about to take it over, or to end it: whatever became of it, another one comes. */
static bool successor_was_here(const struct world *world)
{
    return world->campaign->role == VICTIM_SUCCESSOR ||
           (world->second != NULL && world->second->role == VICTIM_SUCCESSOR);
}

/* Whoever has the channel from now on, and begins where it must. */
static bool find_current(struct world *world, struct hand **current)
{
    const struct campaign *campaign = world->campaign;
    const struct board *board = world->board;
    struct hub *hub = &world->hub;
    uint64_t start;

    *current = &hub->heir;
    if (hub->heir.opened) return true;
    if (hub->heir.pid == 0) {
        bool lives = campaign->role != VICTIM_PRODUCER && !campaign->dead;

        if (lives && successor_was_here(world) && !hub_thaw(world)) return false;
        *current = &hub->producer;
        if (lives && !successor_was_here(world)) return true;
        *current = &hub->heir;
        if (!hand_start(world, &hub->heir, campaign->ends && campaign->strict ? BEGIN : TAKE_OVER,
                        false))
            return false;
    }
    if (!hand_opens(world, &hub->heir, &start)) return false;
    if (start >= board->committed && start <= board->committed + board->committing) {
        world->board->committed = start;
    } else if (campaign->ends && start == 0) {
        world->board->committed = 0;
    } else {
        return complain(world, "%llu commits returned, and the successor begins at %llu",
                        (unsigned long long)board->committed, (unsigned long long)start);
    }
    return predecessor_is_over(world);
}

static bool run_on(struct world *world, const struct hand *current, unsigned n, bool other)
{
    bool wait = world->campaign->full == DH_FULL_WAIT, good = true;
    uint64_t until = world->board->committed + n;
    struct told told;

    hand_tell(current, SEND, n);
    for (uint64_t i = world->hub.expected[0]; wait && good && i < until; i++)
        good = hub_drain(world, other, i + 1) && hub_drain(world, !other, i + 1);
    if (!good || !hand_hear(world, current, &told)) return false;
    if (told.err != DH_OK || told.next != until)
        return complain(world, "a producer got %s at %llu of %llu",
                        told.err == DH_OK ? "OK" : dh_error_name(told.err),
                        (unsigned long long)told.next, (unsigned long long)until);
    world->board->committed = until;
    return hub_drain(world, other, until) && hub_drain(world, !other, until);
}

/* In a ring of four slots who reads sleeps at each message; what is left of many goes through a
 * larger one, of one more successor. */
enum { SLOTS_HERE = 1000 };

static bool run_long(struct world *world, struct hand *current, unsigned n, bool other)
{
    struct hand *last = &world->hub.last;
    unsigned here = world->campaign->full == DH_FULL_WAIT && n > SLOTS_HERE ? SLOTS_HERE : n;
    uint64_t start;
    dh_err err;

    if (!run_on(world, current, here, other)) return false;
    if (here == n) return true;
    if (!hand_start(world, last, ENLARGE, false) || !hand_opens(world, last, &start)) return false;
    if (start != world->board->committed)
        return complain(world, "the last successor begins at %llu, not at %llu",
                        (unsigned long long)start, (unsigned long long)world->board->committed);
    if (!hand_sends(world, current, &err)) return false;
    if (err != DH_ESUPERSEDED)
        return complain(world, "who has handed over got %s", dh_error_name(err));
    return run_on(world, last, n - here, other);
}

/* Of the dead a place may be kept, until the new producer has looked. */
static bool places_are_back(struct world *world)
{
    const struct dhi_block *block = hub_block(world);
    int64_t until = dh_in(PATIENCE);

    while (dhi_load_relaxed(&block->control->places) != 0) {
        if (dh_now() > until)
            return complain(world, "a dead consumer's place is kept, and nobody comes");
        rest();
    }
    return true;
}

/* As many as ever find a place, and no more. */
static bool table_is_whole(struct world *world)
{
    const struct dh_schema *schema = campaign_schema(world->campaign);
    dh_consumer *third = NULL, *fourth = NULL;
    dh_err err = dh_consumer_open(&third, schema, world->hub.channel, NULL, NULL);
    bool good =
        err == DH_OK || complain(world, "no place for a third consumer: %s", dh_error_name(err));

    if (good &&
        (err = dh_consumer_open(&fourth, schema, world->hub.channel, NULL, NULL)) != DH_ETABLE)
        good = complain(world, "a fourth consumer got %s",
                        err == DH_OK ? "a place" : dh_error_name(err));
    dh_consumer_close(fourth);
    dh_consumer_close(third);
    if (world->campaign->strict) return good; /* a consumer sees its own record alone */
    return good && records_are_free(world, hub_block(world), N_SURVIVORS);
}

/* A channel that begins anew has nothing in its zones; so has one whose producer died while it
 * wrote. */
static bool own_zone_came_along(struct world *world)
{
    static const uint64_t nothing[ZONE_WORDS];
    const struct board *board = world->board;
    uint64_t value[ZONE_WORDS];
    dh_err err = dh_zone_read(dh_consumer_zone(world->hub.consumers[1], 1), dh_in(DH_S), value);

    if (err != DH_OK)
        return complain(world, "the producer's zone cannot be read: %s", dh_error_name(err));
    if (words_are(value, ZONE_WORDS, board->zone)) return true;
    if (board->writing_zone && words_are(value, ZONE_WORDS, board->zone + 1)) return true;
    if ((board->writing_zone || world->campaign->ends) && memcmp(value, nothing, sizeof value) == 0)
        return true;
    return complain(world, "the producer's zone did not come along");
}

/* What a lock guards is whole, or whoever gets the lock is told that it may not be. */
static bool shared_zone_came_along(struct world *world)
{
    bool corpse = world->campaign->corpse && !world->campaign->ends;
    dh_zone *zone = dh_consumer_zone(world->hub.consumers[1], 2);
    dh_err err = dh_zone_lock(zone, 0, dh_in(PATIENCE));

    if (err != DH_OK && err != DH_EOWNERDEAD)
        return complain(world, "a lock gave %s", dh_error_name(err));
    if (err == DH_OK && (corpse || world->board->in_section || !update_ended(zone)))
        return complain(world, "a lock was given as sound after its owner died in an update");
    if (err == DH_EOWNERDEAD && !corpse && !world->campaign->updates)
        return complain(world, "a lock that nobody had was given as a dead one's");
    dh_zone_unlock(zone, 0);
    return true;
}

/* Whatever it was told: the channel has a place less while it is there. */
static void end_guest(struct world *world)
{
    struct told told;

    (void)hand_listen(&world->hub.heir, &told);
    hand_tell(&world->hub.heir, CLOSE, 0);
    (void)hand_listen(&world->hub.heir, &told); /* until it is gone */
    hand_end(world, &world->hub.heir, false);
}

/* Large messages with checksums take a hundred times as long. */
static unsigned slots_after(const struct campaign *campaign, const struct limits *limits)
{
    return campaign->sums ? limits->n_slots / 50 + 1 : limits->n_slots;
}

bool hub_check(struct world *world, const struct limits *limits, bool other)
{
    const struct campaign *campaign = world->campaign;
    struct hand *current;
    bool joined = world->hub.consumers[0] != NULL;

    if (world->board->fault) return complain(world, "the victim saw what it must not see");
    if (campaign->heir == GUEST_COMES) end_guest(world);
    if (campaign->heir == HEIR_DIES) hub_kill_heir(world);
    if (campaign->ends && joined &&
        (!drain_and_leave(world, other) || !drain_and_leave(world, !other)))
        return false;
    if (!find_current(world, &current)) return false;
    if (world->hub.consumers[0] == NULL && !hub_join(world)) return false;
    if (!run_long(world, current, slots_after(world->campaign, limits), other)) return false;
    if (!places_are_back(world) || !table_is_whole(world)) return false;
    if (!own_zone_came_along(world)) return false;
    if (!campaign->strict && !shared_zone_came_along(world)) return false;
    for (unsigned k = 0; k < N_SURVIVORS; k++)
        if (campaign->full == DH_FULL_WAIT && dh_consumer_lost(world->hub.consumers[k]) != 0)
            return complain(world, "survivor %u was told of losses", k);
    return true;
}
