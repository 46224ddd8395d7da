/* SPDX-License-Identifier: Apache-2.0
 *
 * hub.c - the world of a campaign with a hub: producers as processes, consumers that follow, the
 * victim among them.
 */
#include "client/call.h"
#include "client/succeed.h"
#include "world.h"

#include <dh/recovery.h>

#include <dirent.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define PATIENCE (10 * DH_S)

const struct dhi_block *hub_block(const struct world *world)
{
    dh_consumer *consumer = world->hub.consumers[0];

    return consumer != NULL ? dh_consumer_slot_rw(consumer)->block : NULL;
}

/* ---- the victim ---- */

bool hub_enter(struct victim *victim, const struct world *world)
{
    const struct campaign *campaign = victim->campaign;
    const struct dh_consumer_options follows = { .spin_ns = -1,
                                                 .successor_ns = PATIENCE,
                                                 .event_fd = campaign->in_loops };

    victim->channel = world->hub.channel;
    if (campaign->opens_in_act) return true;
    if (campaign->looks)
        return dh_observer_open(&victim->observer, victim->channel, true, NULL, NULL, NULL) ==
               DH_OK;
    if (campaign->role == VICTIM_PRODUCER)
        return hub_open_producer(&victim->producer, world, DH_TAKEOVER_NEVER) == DH_OK;
    if (campaign->role == VICTIM_CONSUMER)
        return dh_consumer_open(&victim->consumer, campaign_schema(campaign), victim->channel,
                                &follows, NULL) == DH_OK;
    return true;
}

dh_err hub_set_up(struct victim *victim)
{
    const struct campaign *campaign = victim->campaign;
    const void *payload;
    dh_err err = DH_OK;

    for (unsigned i = 0; victim->producer != NULL && err == DH_OK && i < campaign->before; i++) {
        err = hub_send(victim->producer);
        victim->board->committed++;
    }
    if (campaign->sums && err == DH_OK) err = dh_producer_flush(victim->producer, dh_in(PATIENCE));
    for (unsigned i = 0; victim->consumer != NULL && err == DH_OK && i < campaign->victim_read;
         i++) {
        err = dh_consumer_acquire(victim->consumer, DH_NOW, &payload);
        if (err == DH_OK) err = dh_consumer_release(victim->consumer);
    }
    if (err != DH_OK || !campaign->in_hand) return err;
    if (victim->consumer != NULL) return dh_consumer_acquire(victim->consumer, DH_NOW, &payload);
    err = dh_producer_loan(victim->producer, DH_NOW, &victim->payload);
    if (err == DH_OK)
        fill_words(victim->payload, dh_producer_slot_rw(victim->producer)->payload_bytes / 8,
                   dh_producer_slot_rw(victim->producer)->next);
    return err;
}

/* ---- building ---- */

/* A consumer that died with a message in hand and a lock. */
static bool make_corpse(struct world *world)
{
    pid_t child = fork();
    int status;

    if (child == 0) {
        dh_consumer *consumer;
        const void *payload;

        prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (dh_consumer_open(&consumer, campaign_schema(world->campaign), world->hub.channel, NULL,
                             NULL) != DH_OK)
            _exit(1);
        if (!world->campaign->strict) { /* which has no shared zone */
            if (dh_zone_lock(dh_consumer_zone(consumer, 2), 0, DH_NOW) != DH_OK) _exit(1);
            begin_update(dh_consumer_zone(consumer, 2));
        }
        if (dh_consumer_acquire(consumer, DH_NOW, &payload) != DH_OK &&
            world->campaign->full == DH_FULL_OVERWRITE)
            _exit(1); /* a lossless one joins behind the last message: it has its claim */
        raise(SIGKILL);
    }
    if (waitpid(child, &status, 0) == child && WIFSIGNALED(status)) return true;
    return complain(world, "the one who was to die first ended with %x", (unsigned)status);
}

/* A function of libdh's, as a place. */
static void (*const before_confirmation)(void) = (void (*)(void))dhi_heritage_confirm;

static bool bring_heir(struct world *world)
{
    static const enum task tasks[] = {
        [HEIR_COMES] = TAKE_OVER, [HEIR_ENDS] = END_FIRST,   [HEIR_HELD] = TAKE_OVER,
        [HEIR_DIES] = TAKE_OVER,  [HEIR_STANDS] = TAKE_OVER, [GUEST_COMES] = VISIT
    };
    const struct campaign *campaign = world->campaign;
    struct hand *heir = &world->hub.heir;
    bool held = campaign->heir == HEIR_HELD || campaign->heir == HEIR_DIES;
    uint64_t start;
    dh_err err;

    if (campaign->heir == NO_HEIR) return true;
    if (!hand_start(world, heir, tasks[campaign->heir], held)) return false;
    if (held)
        return hub_hold_heir(world,
                             campaign->heir == HEIR_DIES ? campaign->dies_at : before_confirmation);
    if (campaign->heir != HEIR_STANDS) return true;
    if (!hand_opens(world, heir, &start)) return false;
    if (campaign->role == VICTIM_PRODUCER) return true;
    /* something to read in the new block, for who moves to it */
    return hand_sends(world, heir, &err) && hub_drain(world, 0, world->board->committed);
}

static bool send_before(struct world *world)
{
    dh_err err = DH_OK;

    for (unsigned i = 0; i < world->campaign->before && err == DH_OK; i++)
        if (!hand_sends(world, &world->hub.producer, &err)) return false;
    return err == DH_OK || complain(world, "a message before the call: %s", dh_error_name(err));
}

static void let_heir_go_on(void *context)
{
    struct world *world = context;

    tracee_let_go(&world->hub.held);
}

static void let_heir_die(void *context)
{
    hub_kill_heir(context);
}

static bool heir_is_done(void *context)
{
    struct world *world = context;
    struct pollfd polled = { .fd = world->hub.heir.orders, .events = POLLIN };

    return poll(&polled, 1, 0) == 1;
}

/* The process's thread whose name begins so, or -1. */
static pid_t find_thread(pid_t process, const char *name)
{
    char path[64], found[32];
    const struct dirent *entry;
    pid_t thread = -1;
    DIR *folder;

    snprintf(path, sizeof path, "/proc/%d/task", (int)process);
    folder = opendir(path);
    while (folder != NULL && thread < 0 && (entry = readdir(folder)) != NULL) {
        int tid = atoi(entry->d_name);
        FILE *file;

        snprintf(path, sizeof path, "/proc/%d/task/%d/comm", (int)process, tid);
        file = tid > 0 ? fopen(path, "re") : NULL;
        if (file == NULL) continue;
        if (fgets(found, sizeof found, file) != NULL && strncmp(found, name, strlen(name)) == 0)
            thread = tid;
        fclose(file);
    }
    if (folder != NULL) closedir(folder);
    return thread;
}

static bool message_is_shown(void *context)
{
    const struct world *world = context;

    return dhi_block_head(hub_block(world)) > world->campaign->before;
}

/* The victim's thread that is stepped, where that is not the one that calls. */
static bool turn_to_thread(struct world *world)
{
    const struct campaign *campaign = world->campaign;
    const char *name = campaign->attendant ? "dh-attendant" : campaign->helper ? "dh-helper" : NULL;

    return name == NULL ||
           tracee_turn_to_thread(&world->tracee, find_thread(world->tracee.pid, name)) ||
           complain(world, "the victim has no thread %s", name);
}

bool hub_build(struct world *world)
{
    const struct campaign *campaign = world->campaign;
    bool producer = campaign->role == VICTIM_PRODUCER;
    struct hub *hub = &world->hub;
    static unsigned n_worlds;
    uint64_t start;

    world->board->zone = 1;          /* the first value, which whoever begins writes */
    (void)campaign_schema(campaign); /* made once, and not in a call */
    snprintf(hub->channel, sizeof hub->channel, "crash.%d.%u", (int)getpid(), n_worlds++);
    if (!producer && (!hand_start(world, &hub->producer, BEGIN, false) ||
                      !hand_opens(world, &hub->producer, &start)))
        return false;
    if (producer && !world_fork_victim(world, campaign)) return false;
    if (!(producer && campaign->opens_in_act) && !hub_join(world)) return false;
    if (!producer && !world_fork_victim(world, campaign)) return false;
    if (!producer && !send_before(world)) return false;
    if (campaign->corpse && !make_corpse(world)) return false;
    if (!tracee_run_to_marker(&world->tracee))
        return complain(world, "the victim did not come to its call");
    for (unsigned i = 0; i < 2 * campaign->read; i++)
        if (!hub_read(world, i % 2)) return false;
    /* in event loops: whoever has read all waits to be rung */
    if (campaign->in_loops && hub->consumers[0] != NULL && !hub_look_around(world)) return false;
    if (campaign->dead) hand_end(world, &hub->producer, false);
    if (!hub_freeze(world)) return false;
    if (!turn_to_thread(world)) return false;
    if (!bring_heir(world)) return false;
    if (campaign->attendant) world->tracee.served = heir_is_done;
    if (campaign->helper) world->tracee.served = message_is_shown;
    if (campaign->heir == HEIR_HELD) world->tracee.stimulate = let_heir_go_on;
    if (campaign->heir == HEIR_DIES) world->tracee.stimulate = let_heir_die;
    return true;
}

/* ---- the end ---- */

/* Whether somebody still answers for the channel: the names are the kernel's. */
static bool is_offered(const char *channel)
{
    struct dhi_direct_name *names;
    bool found = false;
    size_t n;

    if (dhi_direct_scan(&names, &n, NULL) != DH_OK) return false;
    for (size_t i = 0; i < n; i++)
        found |= strcmp(names[i].channel, channel) == 0;
    free(names);
    return found;
}

void hub_end(struct world *world)
{
    struct hub *hub = &world->hub;
    bool good = world->complaint[0] == '\0';
    unsigned n;

    for (unsigned k = 0; k < N_SURVIVORS; k++)
        dh_consumer_close(hub->consumers[k]);
    hand_end(world, &hub->producer, good);
    hand_end(world, &hub->heir, good);
    hand_end(world, &hub->last, good);
    if (!good) {
        if (dh_recovery_forget(hub->channel, NULL, NULL) != DH_OK) return; /* as far as it goes */
        return;
    }
    if (is_offered(hub->channel)) complain(world, "the name '%s' is still taken", hub->channel);
    n = hub_broker_keeps(hub->channel, 2 * DH_S);
    if (n != 0) complain(world, "the broker keeps %u descriptors of the channel", n);
}
