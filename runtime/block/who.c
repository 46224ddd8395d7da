/* SPDX-License-Identifier: Apache-2.0 */
#include "block/who.h"

#include "base/atomic.h"
#include "block/observe.h"
#include "block/strict.h"
#include "os/identity.h"
#include "os/lease.h"

#include <string.h>

struct dh_identity dhi_who_copy(const struct dhi_identity *shared)
{
    struct dhi_identity copy;
    struct dh_identity identity;

    dhi_copy_relaxed(&copy, shared, sizeof copy);
    copy.program[sizeof copy.program - 1] = '\0';
    identity.pid = copy.pid;
    identity.uid = copy.uid;
    identity.pid_namespace = copy.pid_namespace;
    identity.process_start = copy.process_start;
    memcpy(identity.program, copy.program, sizeof identity.program);
    memcpy(identity.instance, copy.instance, sizeof identity.instance);
    return identity;
}

enum dh_life dhi_who_producer(const struct dhi_block *block)
{
    /* final→drain: acquire; pairs with dhi_gate_end(). Its process may live on. */
    if (dhi_load_acquire(&block->control->close) == DHI_CLOSE_FINAL) return DH_LIFE_LEFT;
    if (dhi_block_producer_lives(block)) return DH_LIFE_ALIVE;
    /* end→drain: acquire; pairs with dhi_slot_rw_close(). */
    return dhi_load_acquire(&block->control->ended) != 0 ? DH_LIFE_LEFT : DH_LIFE_DEAD;
}

static enum dh_life life_after(uint32_t ended)
{
    switch (ended) {
    case DHI_ENDED_NOT: return DH_LIFE_DEAD;
    case DHI_ENDED_LEFT: return DH_LIFE_LEFT;
    case DHI_ENDED_REAPED: return DH_LIFE_REAPED;
    default: return DH_LIFE_NONE;
    }
}

/* The producer alone can ask the kernel; in the copy that it makes for others it says what it was
 * told. */
static enum dh_life life_in_strict(const struct dhi_block *block, uint32_t index, uint32_t ended)
{
    bool lives =
        block->role == DHI_PRODUCER ? dhi_strict_lives(block, index) : ended == DHI_ENDED_NOT;

    if (!dhi_block_producer_lives(block)) return DH_LIFE_NONE; /* nobody is there to say it */
    return lives ? DH_LIFE_ALIVE : life_after(ended);
}

enum dh_life dhi_who_consumer(const struct dhi_block *block, uint32_t index)
{
    /* The words first: who leaves writes them, and then drops its lease. */
    uint32_t ended = dhi_load_relaxed(&dhi_record_of(block, index)->ended);

    if (dhi_block_is_strict(block)) return life_in_strict(block, index, ended);
    if (dhi_lease_held(block->fds.lease, DHI_LEASE_CONSUMER + index)) return DH_LIFE_ALIVE;
    if (ended == DHI_ENDED_NOT) ended = dhi_load_relaxed(&dhi_record_of(block, index)->ended);
    return life_after(ended);
}

static enum dh_evidence evidence_of(enum dh_life life)
{
    switch (life) {
    case DH_LIFE_NONE: return DH_EVIDENCE_NONE;
    case DH_LIFE_ALIVE: return DH_EVIDENCE_LEASE_HELD;
    case DH_LIFE_DEAD: return DH_EVIDENCE_LEASE_FREE;
    case DH_LIFE_LEFT: return DH_EVIDENCE_GOODBYE;
    case DH_LIFE_REAPED: return DH_EVIDENCE_REAPED;
    }
    return DH_EVIDENCE_NONE;
}

struct dh_holder dhi_who_holds(const struct dhi_block *block, int32_t record, uint64_t since_ns)
{
    struct dh_holder holder = { .record = record, .since_ns = since_ns };

    if (record < 0) {
        holder.life = dhi_who_producer(block);
        holder.identity = dhi_who_copy(&block->head.producer);
        holder.seen_ns = dhi_load_relaxed(&block->control->heartbeat_ns);
    } else {
        const struct dhi_record *words = dhi_record_of(block, (uint32_t)record);
        holder.life = dhi_who_consumer(block, (uint32_t)record);
        holder.identity = dhi_who_copy(&words->identity);
        holder.seen_ns = dhi_load_relaxed(&words->heartbeat_ns);
    }
    holder.evidence = evidence_of(holder.life);
    if (holder.life == DH_LIFE_ALIVE) holder.motion = dh_recovery_motion(&holder.identity);
    return holder;
}

const char *dh_life_name(enum dh_life life)
{
    static const char *const names[] = { "none", "alive", "left", "dead", "reaped" };

    return (unsigned)life < 5 ? names[life] : "?";
}

const char *dh_evidence_text(enum dh_evidence evidence)
{
    static const char *const texts[] = {
        "nothing is known",
        "the kernel holds its lease",
        "its lease is free, and it never said goodbye",
        "it closed in order",
        "its lease was free; what it held was given back",
    };

    return (unsigned)evidence < 5 ? texts[evidence] : "?";
}

const char *dh_motion_name(enum dh_motion motion)
{
    static const char *const names[] = {
        "may be doing anything", "runs",      "sleeps", "is blocked in the kernel", "is stopped",
        "is held by a debugger", "is ending",
    };

    return (unsigned)motion < 7 ? names[motion] : "?";
}

enum dh_motion dh_recovery_motion(const struct dh_identity *identity)
{
    char state =
        dhi_identity_state(identity->pid, identity->process_start, identity->pid_namespace);

    if (state != 0 && dhi_identity_let_go(identity->pid, identity->pid_namespace))
        return DH_MOTION_ENDS;
    switch (state) {
    case 'R': return DH_MOTION_RUNS;
    case 'S':
    case 'I': return DH_MOTION_SLEEPS;
    case 'D': return DH_MOTION_BLOCKED;
    case 'T': return DH_MOTION_STOPPED;
    case 't': return DH_MOTION_TRACED;
    default: return DH_MOTION_UNKNOWN;
    }
}
