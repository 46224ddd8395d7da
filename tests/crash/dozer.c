/* SPDX-License-Identifier: Apache-2.0
 *
 * dozer.c - a survivor that sleeps while the victim acts and dies. It must not sleep on.
 */
#include "block/ring.h"
#include "block/spinlock.h"
#include "os/futex.h"
#include "world.h"

#include <sched.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>

/* A sleeper looks who lives ten times a second; who has not noticed after one and a half does not.
 * A busy machine may take its time. */
#define PATIENCE   (1500 * DH_MS)
#define DEADLINE   (5 * DH_S)
#define LONG_SLICE (20 * DH_MS)

static void doze_for_commit(struct world *world)
{
    struct dozer *dozer = &world->dozer;
    struct member *consumer = &world->consumers[1];
    struct dh_slot slot;

    dozer->answer = dh_slot_rw_acquire_read(consumer->rw, dh_in(DEADLINE), &slot);
    if (dozer->answer != DH_OK) return;
    dozer->sequence = slot.sequence;
    dozer->whole = words_are(slot.data, slot.length / 8, slot.sequence);
    dh_slot_rw_release_read(consumer->rw);
}

/* What wait_for_room() does when it has waited for some time already, so that its sleep outlasts
 * the recording of the call, which is a thousand times slower than the call; then the producer
 * itself.
 */
static void doze_for_room(struct world *world)
{
    struct dhi_block *block = world->producer.block;
    const dh_slot_rw *rw = world->producer.rw;
    uint32_t gate = 0, half = 0;

    (void)dhi_smallest_claim(rw, &gate, &half);
    dhi_store_relaxed(&block->control->room_index, gate);
    dhi_store_relaxed(&block->control->room_wait,
                      DHI_ROOM_WAIT | (uint32_t)(rw->next + 1 - rw->n_states));
    dhi_futex_wait(dhi_claim_half(dhi_record_of(block, gate)), half, dh_in(LONG_SLICE));
    dhi_store_relaxed(&block->control->room_wait, 0);
    world->dozer.answer = member_send(&world->producer, dh_in(DEADLINE));
}

static void *doze(void *context)
{
    struct world *world = context;
    struct dozer *dozer = &world->dozer;
    int64_t start = dh_now();

    dhi_store_release(&dozer->tid, (int)syscall(SYS_gettid));
    switch (world->campaign->sleeper) {
    case CONSUMER_SLEEPS: doze_for_commit(world); break;
    case PRODUCER_SLEEPS: doze_for_room(world); break;
    case LOCKER_SLEEPS:
        dozer->answer = dh_zone_lock(&world->consumers[0].shared, 0, dh_in(DEADLINE));
        break;
    case NOBODY_SLEEPS: break;
    }
    dozer->slept_ns = dh_now() - start;
    return NULL;
}

/* Whether it has told the others that it sleeps. */
static bool announced(const struct world *world)
{
    const struct dhi_block *block = world->consumers[0].block;

    switch (world->campaign->sleeper) {
    case CONSUMER_SLEEPS: return dhi_load_relaxed(&block->shared->hint) != 0;
    case PRODUCER_SLEEPS: return dhi_load_relaxed(&block->control->room_wait) != 0;
    case LOCKER_SLEEPS:
        return (dhi_load_relaxed(&world->consumers[0].shared.locks[0].word) & DHI_LOCK_WAITERS) !=
               0;
    default: return true;
    }
}

bool dozer_start(struct world *world)
{
    struct dozer *dozer = &world->dozer;
    int64_t until = dh_in(DEADLINE);
    char path[48];
    int tid;

    if (pthread_create(&dozer->thread, NULL, doze, world) != 0)
        return complain(world, "no thread can be made for the sleeper");
    dozer->running = true;
    while ((tid = dhi_load_acquire(&dozer->tid)) == 0)
        sched_yield();
    snprintf(path, sizeof path, "/proc/self/task/%d/stat", tid);
    while (!announced(world) || !task_sleeps(path)) {
        if (dh_now() > until) return complain(world, "the one who should sleep does not");
        sched_yield();
    }
    return true;
}

/* Its answer, judged. */
static bool judge(struct world *world)
{
    const struct dozer *dozer = &world->dozer;
    const char *name = dozer->answer < 0 ? dh_error_name((dh_err)dozer->answer) : "OK";
    bool producer_died = world->campaign->role == VICTIM_PRODUCER;

    if (dozer->slept_ns > PATIENCE)
        return complain(world, "a survivor slept on for %lld ms",
                        (long long)(dozer->slept_ns / DH_MS));
    switch (world->campaign->sleeper) {
    case CONSUMER_SLEEPS:
        if (dozer->answer == DH_OK) {
            if (!dozer->whole || dozer->sequence != world->consumers[1].expected++)
                return complain(world, "the sleeper got message %llu%s",
                                (unsigned long long)dozer->sequence, dozer->whole ? "" : ", torn");
        } else if (!producer_died || (dozer->answer != DH_EDEAD && dozer->answer != DH_ECLOSED)) {
            return complain(world, "the sleeping consumer got %s", name);
        }
        return true;
    case LOCKER_SLEEPS: return settle_lock(world, &world->consumers[0], (dh_err)dozer->answer);
    default: return dozer->answer == DH_OK || complain(world, "the sleeping producer got %s", name);
    }
}

bool dozer_end(struct world *world)
{
    world->dozer.running = false;
    pthread_join(world->dozer.thread, NULL);
    return judge(world);
}
