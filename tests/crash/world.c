/* SPDX-License-Identifier: Apache-2.0
 *
 * world.c - the world is built before the victim enters its call, and taken down after it was
 * judged.
 */
#include "world.h"

#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { EXIT_SET_UP = 42 };

bool complain(struct world *world, const char *format, ...)
{
    va_list arguments;

    if (world->complaint[0] != '\0') return false;
    va_start(arguments, format);
    vsnprintf(world->complaint, sizeof world->complaint, format, arguments);
    va_end(arguments);
    return false;
}

/* ---- in the victim ---- */

static bool enter_block(struct victim *victim, struct dhi_fds fds, char *complaint)
{
    const struct campaign *campaign = victim->campaign;
    struct member *me = &victim->me;

    if (campaign->maps_in_act) {
        victim->fds = fds;
        return true;
    }
    if (campaign->role == VICTIM_PRODUCER) {
        if (!member_make(me, campaign, complaint)) return false;
    } else if (!member_map(me, fds, campaign->role == VICTIM_REAPER ? DHI_REAPER : DHI_CONSUMER,
                           complaint)) {
        return false;
    }
    victim->board->fds = me->block->fds;
    if (campaign->role == VICTIM_REAPER || campaign->joins_in_act) return true;
    return member_open(me, complaint);
}

static dh_err victim_read(struct victim *victim, bool keep)
{
    dh_err err = dh_slot_rw_acquire_read(victim->me.rw, DH_NOW, &victim->slot);

    if (err != DH_OK) return err;
    if (!words_are(victim->slot.data, victim->slot.length / 8, victim->slot.sequence))
        victim->board->fault = 1;
    return keep ? DH_OK : dh_slot_rw_release_read(victim->me.rw);
}

/* What the victim has done before the call; its error if that fails. */
static dh_err set_up(struct victim *victim)
{
    const struct campaign *campaign = victim->campaign;
    bool producer = campaign->role == VICTIM_PRODUCER;
    dh_err err = DH_OK;

    if (producer) err = victim_write_zone(victim);
    for (unsigned i = 0; producer && err == DH_OK && i < campaign->before; i++) {
        err = member_send(&victim->me, DH_NOW);
        victim->board->committed++;
    }
    for (unsigned i = 0; !producer && err == DH_OK && i < campaign->victim_read; i++)
        err = victim_read(victim, false);
    if (err == DH_OK && campaign->in_hand)
        err = producer ? dh_slot_rw_acquire_write(victim->me.rw, DH_NOW, &victim->slot)
                       : victim_read(victim, true);
    if (err == DH_OK && campaign->in_hand && producer)
        fill_words(victim->slot.data, victim->slot.length / 8, victim->slot.sequence);
    if (err != DH_OK || !campaign->holds_lock) return err;
    err = victim_lock(victim, DH_NOW);
    begin_update(&victim->me.shared);
    return err == DH_EOWNERDEAD && campaign->corpse ? DH_OK : err;
}

static void act(void *context)
{
    struct victim *victim = context;

    victim->campaign->act(victim);
}

static _Noreturn void be_victim(struct world *world, const struct campaign *campaign,
                                struct dhi_fds fds)
{
    static struct victim victim;
    char complaint[COMPLAINT_BYTES] = "";
    dh_err err;

    prctl(PR_SET_PDEATHSIG, SIGKILL); /* a tracer that ends leaves nobody behind */
    ptrace(PTRACE_TRACEME, 0, NULL, NULL);
    victim = (struct victim){ .campaign = campaign, .board = world->board };
    if (campaign->hub ? !hub_enter(&victim, world) : !enter_block(&victim, fds, complaint)) {
        fprintf(stderr, "%s: %s\n", campaign->name, complaint);
        _exit(EXIT_SET_UP);
    }
    crash_stop();
    err = campaign->hub ? hub_set_up(&victim) : set_up(&victim);
    if (err != DH_OK) {
        fprintf(stderr, "%s: the victim's set-up: %s\n", campaign->name, dh_error_text(err));
        _exit(EXIT_SET_UP);
    }
    crash_call(act, &victim);
    _exit(0);
}

/* ---- who is there besides ---- */

struct dhi_fds world_fds(const struct world *world)
{
    return fds_of(world->producer.block != NULL ? world->producer.block
                                                : world->consumers[0].block);
}

bool world_fork_victim(struct world *world, const struct campaign *campaign)
{
    struct dhi_fds fds = DHI_NO_FDS;
    int status;

    if (campaign->role != VICTIM_PRODUCER && !campaign->hub) fds = world_fds(world);
    world->tracee = (struct tracee){
        .pid = fork(), .has_threads = campaign->hub, .changed = world_changed, .context = world
    };
    if (world->tracee.pid == 0) be_victim(world, campaign, fds);
    dhi_fds_close(&fds);
    if (waitpid(world->tracee.pid, &status, 0) != world->tracee.pid || !WIFSTOPPED(status)) {
        world->tracee.pid = -1;
        return complain(world, "the victim did not come to its block");
    }
    ptrace(PTRACE_SETOPTIONS, world->tracee.pid, NULL, (void *)(uintptr_t)PTRACE_O_EXITKILL);
    return true;
}

static int fetch_fd(int pidfd, int fd)
{
    return fd < 0 ? -1 : (int)syscall(SYS_pidfd_getfd, pidfd, fd, 0);
}

/* The victim's descriptors, as a socket would hand them over. */
static struct dhi_fds fetch_fds(const struct world *world)
{
    int pidfd = (int)syscall(SYS_pidfd_open, world->tracee.pid, 0);
    const struct dhi_fds *theirs = &world->board->fds;
    struct dhi_fds fds = { fetch_fd(pidfd, theirs->data),
                           fetch_fd(pidfd, theirs->claims),
                           fetch_fd(pidfd, theirs->zones),
                           fetch_fd(pidfd, theirs->lease),
                           -1,
                           -1 };

    close(pidfd);
    return fds;
}

static bool join_survivors(struct world *world)
{
    for (int i = 0; i < N_SURVIVORS; i++) {
        struct member *consumer = &world->consumers[i];
        struct dhi_fds fds = world->producer.block != NULL ? world_fds(world) : fetch_fds(world);

        if (!member_map(consumer, fds, DHI_CONSUMER, world->complaint) ||
            !member_open(consumer, world->complaint))
            return false;
    }
    return true;
}

/* Somebody who died with all that one can have: a claim, a slot in hand, and lock 0 in the middle
 * of an update. */
static bool make_corpse(struct world *world)
{
    struct dhi_fds fds;
    int status;
    pid_t child;

    if (world->producer.block != NULL && member_send(&world->producer, DH_NOW) != DH_OK)
        return complain(world, "nothing can be sent to the one who is to die first");
    fds = world_fds(world);
    child = fork();
    if (child == 0) {
        struct member me = { 0 };
        struct dh_slot slot = { 0 };

        prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (!member_map(&me, fds, DHI_CONSUMER, world->complaint) ||
            !member_open(&me, world->complaint))
            _exit(EXIT_SET_UP);
        if (dh_slot_rw_acquire_read(me.rw, DH_NOW, &slot) != DH_OK &&
            world->campaign->full == DH_FULL_OVERWRITE)
            _exit(EXIT_SET_UP); /* a lossless one joins behind the last message: it has its claim */
        if (dh_zone_lock(&me.shared, 0, DH_NOW) != DH_OK) _exit(EXIT_SET_UP);
        begin_update(&me.shared);
        raise(SIGKILL);
    }
    dhi_fds_close(&fds);
    if (waitpid(child, &status, 0) == child && WIFSIGNALED(status)) return true;
    return complain(world, "the one who was to die first ended with %x", status);
}

/* ---- building ---- */

static bool clear(struct world *world, const struct campaign *campaign)
{
    struct board *board = world->board;

    if (board == NULL)
        board =
            mmap(NULL, sizeof *board, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (board == MAP_FAILED) return false;
    memset(board, 0, sizeof *board);
    memset(world, 0, sizeof *world);
    world->board = board;
    world->campaign = campaign;
    world->tracee.pid = -1;
    world->kept_lease = -1;
    world->n_fds = open_fds();
    return true;
}

static bool open_producer(struct world *world)
{
    uint64_t value[ZONE_WORDS];

    if (!member_make(&world->producer, world->campaign, world->complaint) ||
        !member_open(&world->producer, world->complaint))
        return false;
    fill_words(value, ZONE_WORDS, ++world->board->zone);
    return dh_zone_write(&world->producer.own, value) == DH_OK;
}

static bool send_before(struct world *world)
{
    for (unsigned i = 0; i < world->campaign->before; i++)
        if (member_send(&world->producer, DH_NOW) != DH_OK)
            return complain(world, "message %u before the call could not be sent", i);
    return true;
}

/* The survivors' part between the victim's set-up and its call. */
static bool arrange(struct world *world)
{
    const struct campaign *campaign = world->campaign;

    for (unsigned i = 0; i < N_SURVIVORS * campaign->read; i++)
        if (!read_one(world, &world->consumers[i % N_SURVIVORS], DH_NOW)) return false;
    if (campaign->put_out && member_send(&world->producer, dh_in(10 * DH_S)) != DH_OK)
        return complain(world, "the victim that stands still is not put out");
    if (campaign->survivor_locks && dh_zone_lock(&world->consumers[0].shared, 0, DH_NOW) != DH_OK)
        return complain(world, "a survivor does not get the free lock");
    if (campaign->keeps_lease) {
        struct dhi_fds fds = fetch_fds(world);

        world->kept_lease = fds.lease;
        fds.lease = -1;
        dhi_fds_close(&fds);
    }
    return campaign->sleeper == NOBODY_SLEEPS || dozer_start(world);
}

static void stimulate(void *context)
{
    struct world *world = context;

    world->campaign->stimulate(world);
}

bool world_build(struct world *world, const struct campaign *campaign)
{
    bool producer = campaign->role == VICTIM_PRODUCER;

    if (!clear(world, campaign)) return false;
    if (campaign->hub) return hub_build(world);
    if (producer ? !world_fork_victim(world, campaign) : !open_producer(world)) return false;
    if (!join_survivors(world)) return false;
    if (!producer && !world_fork_victim(world, campaign)) return false;
    /* after the victim has its record, or it would be given the dead one's */
    if (campaign->corpse && !make_corpse(world)) return false;
    if (!producer && !send_before(world)) return false;
    if (!tracee_run_to_marker(&world->tracee))
        return complain(world, "the victim did not come to its call");
    if (!arrange(world)) return false;
    if (campaign->stimulate != NULL) world->tracee.stimulate = stimulate;
    return true;
}

/* Copy what differs; true if something did. */
static bool refresh(unsigned char *copy, const unsigned char *from, size_t bytes)
{
    if (from == NULL || memcmp(copy, from, bytes) == 0) return false;
    memcpy(copy, from, bytes);
    return true;
}

bool world_changed(void *context)
{
    static unsigned char seen[1 << 19];
    const struct world *world = context;
    const struct dhi_block *block =
        world->campaign->hub ? hub_block(world) : world->consumers[0].block;
    size_t data, claims;
    bool changed;

    if (block == NULL) return false;
    data = block->head.data_bytes;
    claims =
        world->campaign->strict ? 0 : block->head.claims_bytes; /* records that it cannot see */
    if (data + claims + block->head.zones_bytes > sizeof seen) return true;
    changed = refresh(seen, block->data, data);
    changed |= refresh(seen + data, block->claims, claims);
    return refresh(seen + data + claims, block->zones, block->head.zones_bytes) || changed;
}

bool world_second_victim(struct world *world, const struct campaign *campaign)
{
    world->second = campaign;
    if (campaign->hub) (void)campaign_schema(campaign); /* made here, and not in its call */
    if (!world_fork_victim(world, campaign)) return false;
    if (tracee_run_to_marker(&world->tracee)) return true;
    return complain(world, "the second victim did not come to its call");
}

/* ---- the end ---- */

/* Mappings of blocks that are still there. */
static unsigned count_mappings(void)
{
    FILE *file = fopen("/proc/self/maps", "re");
    char line[512];
    unsigned n = 0;

    while (file != NULL && fgets(line, sizeof line, file) != NULL)
        n += strstr(line, "memfd:dh:") != NULL;
    if (file != NULL) fclose(file);
    return n;
}

void world_end(struct world *world)
{
    unsigned n;

    tracee_kill(&world->tracee);
    if (world->dozer.running) dozer_end(world);
    if (world->campaign->hub) hub_end(world);
    for (int i = 0; i < N_SURVIVORS; i++)
        member_close(&world->consumers[i]);
    member_close(&world->producer);
    if (world->kept_lease >= 0) close(world->kept_lease);
    if (world->campaign->leaks) (void)dup(STDERR_FILENO);

    if (waitpid(-1, NULL, WNOHANG) >= 0 || errno != ECHILD)
        complain(world, "a process is left behind");
    n = open_fds();
    if (n != world->n_fds)
        complain(world, "%u descriptors are open where %u were before", n - 3, world->n_fds - 3);
    n = count_mappings();
    if (n != 0) complain(world, "%u mappings of the block are left behind", n);
}
