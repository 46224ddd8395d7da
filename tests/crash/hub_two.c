/* SPDX-License-Identifier: Apache-2.0
 *
 * hub_two.c - where the victim is not alone in standing still: a producer that hangs, an heir that
 * dies as well, a victim that nobody kills but a successor's force.
 */
#include "base/atomic.h"
#include "block/ring.h"
#include "world.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

/* ---- the producer ---- */

/* The attendant and all others of its process run on. */
static bool hang_in_commit(struct world *world)
{
    struct tracee *held = &world->hub.held;
    const uint64_t commit = (uint64_t)(uintptr_t)dh_producer_commit;

    *held = (struct tracee){ .pid = world->hub.producer.pid, .has_threads = true };
    if (!tracee_seize(held)) return complain(world, "the producer is not to be had");
    hand_tell(&world->hub.producer, SEND, 1);
    world->board->committing = 1;
    if (tracee_run_to_function(held, commit) != REACHED_POINT)
        return complain(world, "the producer does not come to its commit");
    for (world_changed(world); !world_changed(world);)
        if (!tracee_step(held)) return complain(world, "the producer ended in its commit");
    return true;
}

bool hub_freeze(struct world *world)
{
    const pid_t pid = world->hub.producer.pid;
    int status;

    switch (world->campaign->motion) {
    case GOES_ON: return true;
    case HANGS_IN_COMMIT: return hang_in_commit(world);
    case STANDS_STILL: break;
    }
    kill(pid, SIGSTOP);
    return (waitpid(pid, &status, WUNTRACED) == pid && WIFSTOPPED(status)) ||
           complain(world, "the producer does not stop");
}

/* Only force ends one that goes on, and says so first. */
static bool was_forced(struct world *world)
{
    const struct dhi_block *block = hub_block(world);

    hand_end(world, &world->hub.producer, false);
    if (world->campaign->motion == GOES_ON)
        return complain(world, "a producer that answers was ended");
    return dhi_load_relaxed(&block->shared->ended_by_pid) != 0 ||
           complain(world, "the producer was ended, and nobody has said so");
}

bool hub_thaw(struct world *world)
{
    struct board *board = world->board;
    struct hand *producer = &world->hub.producer;
    struct told told;
    bool hangs = board->committing != 0 && world->campaign->motion == HANGS_IN_COMMIT;

    tracee_let_go(&world->hub.held);
    kill(producer->pid, SIGCONT);
    for (int turn = hangs ? 0 : 1; turn < 2; turn++) { /* what it was at, and one more */
        if (turn == 1) hand_tell(producer, SEND, 1);
        if (!hand_listen(producer, &told)) return was_forced(world);
        if (told.err == DH_OK)
            board->committed++;
        else if (told.err != DH_ESUPERSEDED)
            return complain(world, "the predecessor got %s", dh_error_name(told.err));
        if (turn == 0) board->committing = 0;
    }
    return true;
}

/* ---- the heir ---- */

bool hub_hold_heir(struct world *world, void (*at)(void))
{
    struct tracee *held = &world->hub.held;

    *held = (struct tracee){ .pid = world->hub.heir.pid, .has_threads = true };
    if (tracee_adopt(held) &&
        tracee_run_to_function(held, (uint64_t)(uintptr_t)at) == REACHED_POINT)
        return true;
    return complain(world, "a successor does not come to where it is held");
}

void hub_kill_heir(struct world *world)
{
    hand_end(world, &world->hub.heir, false);
    world->hub.held.pid = 0;
}

/* ---- nobody is killed ---- */

/* What it was at goes on, and it is told; what it is told is so. */
static bool goes_on(struct world *world, uint64_t start)
{
    const struct board *board = world->board;

    if (!tracee_run_to_marker(&world->tracee))
        return complain(world, "a producer that was not ended did not come to the end of its call");
    tracee_kill(&world->tracee);
    if (board->answer != DH_OK && board->answer != DH_ESUPERSEDED)
        return complain(world, "who was put out got %s", dh_error_name((dh_err)board->answer));
    return start == board->committed ||
           complain(world, "%llu commits returned OK, and the successor begins at %llu",
                    (unsigned long long)board->committed, (unsigned long long)start);
}

/* What the old block says of its end: a process that was ended need not be gone yet. */
static bool ended_by_force(const dh_observer *old)
{
    struct dh_block_facts facts;

    dh_observer_block(old, &facts);
    return facts.ended_by_pid != 0;
}

bool hub_make_way(struct world *world)
{
    struct board *board = world->board;
    dh_observer *old;
    uint64_t start;
    bool good, ended;

    if (dh_observer_open(&old, world->hub.channel, true, NULL, NULL, NULL) != DH_OK)
        return complain(world, "nobody can look at the block that is to end");
    good = hand_start(world, &world->hub.heir, FORCE, false) &&
           hand_opens(world, &world->hub.heir, &start);
    ended = good && ended_by_force(old);
    dh_observer_close(old);
    if (!good) return false;
    if (!ended) return goes_on(world, start);
    tracee_kill(&world->tracee);
    if (start < board->committed || start > board->committed + board->committing)
        return complain(world, "%llu commits returned, and the successor begins at %llu",
                        (unsigned long long)board->committed, (unsigned long long)start);
    board->committed = start;
    return true;
}
