/* SPDX-License-Identifier: Apache-2.0
 *
 * recovery.h - who holds what, is it stuck, and give back what the dead held.
 *
 *      look   dh_recovery_slot, dh_recovery_lock, dh_recovery_motion     on an open observer
 *      prove  dh_recovery_validate                    every word of a block that can be checked
 *      mend   dh_recovery_release                     only what the kernel proves dead
 *             dh_recovery_reset                       one slot or all
 *             dh_recovery_end                         by force: a producer that stands still
 *             dh_recovery_forget                      a dead channel that the broker still keeps
 *
 * Programs need none of this to go on: a producer that waits for a dead consumer returns what it
 * held by itself. These calls are for those who look after a machine, and for channels whose
 * producer is dead too. No call ever writes a word of a living process, whatever it is asked; one
 * that must give way is asked to, or ended.
 * Death is what the kernel says (a lease that is free), never a heartbeat or a timeout.
 *
 * Calls that take a channel's name open and close it themselves: they block for a round trip or
 * two, at most two seconds. Any thread; an observer is used by one thread at a time.
 */
#ifndef DH_RECOVERY_H
#define DH_RECOVERY_H

#include <dh/observer.h>

#ifdef __cplusplus
extern "C" {
#endif

/* How it is known that somebody is alive or dead. */
enum dh_evidence {
    DH_EVIDENCE_NONE = 0,
    DH_EVIDENCE_LEASE_HELD = 1, /* the kernel holds its lock: alive, be it stopped */
    DH_EVIDENCE_LEASE_FREE = 2, /* the kernel dropped its lock with the process: dead */
    DH_EVIDENCE_GOODBYE = 3,    /* it said so itself, and then its lock was free */
    DH_EVIDENCE_REAPED = 4, /* somebody held its lock, which proves its death, and wrote it down */
};

/* What a living process is doing, as /proc tells. DH_MOTION_UNKNOWN: it is in another pid
 * namespace, or /proc does not tell. */
enum dh_motion {
    DH_MOTION_UNKNOWN = 0,
    DH_MOTION_RUNS = 1,
    DH_MOTION_SLEEPS = 2,  /* in a call, as who waits does */
    DH_MOTION_BLOCKED = 3, /* in the kernel, and cannot be interrupted */
    DH_MOTION_STOPPED = 4, /* SIGSTOP: SIGCONT lets it go on */
    DH_MOTION_TRACED = 5,  /* a debugger holds it */
    DH_MOTION_ENDS = 6,    /* it was killed, or has returned: the kernel puts it away */
};

struct dh_holder {
    int32_t record; /* of the consumer, 0 …; -1: the producer */
    enum dh_life life;
    enum dh_evidence evidence;
    enum dh_motion motion;
    struct dh_identity identity;
    uint64_t since_ns; /* CLOCK_MONOTONIC: it holds this since then; 0: not known */
    uint64_t seen_ns;  /* CLOCK_MONOTONIC: its heartbeat; decides nothing */
};

struct dh_slot_report {
    uint32_t index;
    struct dh_slot_facts facts;
    uint64_t since_ns;  /* in this state since; CLOCK_MONOTONIC, 0: not known */
    bool stuck;         /* a dead process has it; or the producer waits for a holder of it that has
                           not moved for a second */
    uint32_t n_holders; /* all of them, also those there was no room for */
};

struct dh_lock_report {
    bool held;
    bool owner_died; /* its last owner died with it; the next one is told (EOWNERDEAD) */
    bool stuck;      /* held by a dead process */
    uint32_t depth;  /* of the owner's recursion */
    struct dh_holder holder;
};

/* Slot word `index`: what it is doing and who holds it. holders  room for n_room of them, or NULL.
 * Consumers are seen by an observer that was opened as admin. Returns EINVAL (no such slot). Does
 * not block. */
DH_API DH_MUST_USE dh_err dh_recovery_slot(const dh_observer *observer, uint32_t index,
                                           struct dh_slot_report *report, struct dh_holder *holders,
                                           uint32_t n_room);

/* Lock `lock` of zone `zone` (0 …, as in dh_observer_zone_name). Returns EINVAL (no such lock),
 * EREFUSED (not opened as admin). */
DH_API DH_MUST_USE dh_err dh_recovery_lock(const dh_observer *observer, uint32_t zone,
                                           uint32_t lock, struct dh_lock_report *report);
DH_API uint32_t dh_recovery_n_locks(const dh_observer *observer, uint32_t zone);

/* Whether a producer-written zone is in the middle of an update, in *torn; of a dead producer it
 * stays so, and its last value is lost. Returns EINVAL (no such zone, or a shared one). */
DH_API DH_MUST_USE dh_err dh_recovery_zone_torn(const dh_observer *observer, uint32_t zone,
                                                bool *torn);

/* What the process behind an identity is doing now. Where process_start or pid_namespace is 0, the
 * pid alone is believed. Reads /proc. */
DH_API enum dh_motion dh_recovery_motion(const struct dh_identity *identity);

/* A motion and an evidence in words: "runs", "is stopped"; "the kernel holds its lease". */
DH_API const char *dh_motion_name(enum dh_motion motion);
DH_API const char *dh_evidence_text(enum dh_evidence evidence);

/* ---- validation ---- */

enum dh_part {
    DH_PART_BLOCK = 0,     /* seals, sizes, header, geometry, schema text and hashes */
    DH_PART_SEQUENCES = 1, /* slot words: sequence, state, buffer, length */
    DH_PART_CHECKSUMS = 2, /* of committed slots, on channels that enforce them */
    DH_PART_CLAIMS = 3,    /* records of consumers */
    DH_PART_LOCKS = 4,     /* of shared zones */
    DH_PART_ZONES = 5,     /* producer-written zones: a whole value */
};
enum { DH_PARTS = 6 };

struct dh_flaw {
    enum dh_part part;
    int64_t index; /* of the slot, record or zone; -1: the block */
    char text[240];
};
typedef void (*dh_flaw_found)(void *context, const struct dh_flaw *flaw);

struct dh_validation {
    uint64_t checked[DH_PARTS]; /* words, slots, records … that were looked at */
    uint64_t n_flaws;
};

struct dh_recovery_options {
    const char *broker; /* as in the options of producers */
    const void *secret; /* DH_SECRET_BYTES, or NULL */
    bool dry_run;       /* tell what would be done, and do nothing */
    bool force;         /* end: a living producer, too */
};

/* Check all of a block, live or dead, without disturbing anybody: a word that moves is looked at
 * again. `found` is called for each flaw, with `context` (may be NULL); *result counts what was
 * looked at. A block that cannot be mapped because of
 * what it holds is a flaw, not an error. options may be NULL. Returns what dh_observer_open does,
 * ECORRUPT, EFORMAT and ESEAL aside. Reads every committed payload where checksums are enforced. */
DH_API DH_MUST_USE dh_err dh_recovery_validate(const char *channel,
                                               const struct dh_recovery_options *options,
                                               dh_flaw_found found, void *context,
                                               struct dh_validation *result, struct dh_why *why);

/* A part's name: "sequences". */
DH_API const char *dh_part_name(enum dh_part part);

/* ---- mending ---- */

/* One consumer's record whose owner is dead: what it held, and whether that was given back. */
struct dh_release {
    uint32_t record;
    struct dh_identity identity;
    uint64_t position;   /* next message it would have read (wait) */
    uint64_t n_messages; /* that it kept from being overwritten (wait) */
    int64_t held_buffer; /* overwrite; -1: none */
    uint32_t n_locks;    /* of shared zones */
    bool done;
};
typedef void (*dh_released)(void *context, const struct dh_release *release);

/* Give back what dead consumers held: claims, holds, locks. `seen` is called for each dead one,
 * with `context` (may be NULL); *n_released counts those that were done. With dry_run nothing is
 * written. The living are not touched. Idempotent; anybody may do the same at the same time, and
 * may be killed at it. Returns what dh_observer_open does as admin. */
DH_API DH_MUST_USE dh_err dh_recovery_release(const char *channel,
                                              const struct dh_recovery_options *options,
                                              dh_released seen, void *context, uint32_t *n_released,
                                              struct dh_why *why);

/* Free slot `slot` (-1: all) from whoever holds it. Dead holders: as dh_recovery_release. A living
 * consumer is never robbed: EALIVE, and why names it. Nor is a living producer: dh_recovery_end
 * makes that one give way. `seen`, `context` and *n_released as there, also where EALIVE comes
 * back. Returns EALIVE, EINVAL (no such slot), and what dh_recovery_release does. */
DH_API DH_MUST_USE dh_err dh_recovery_reset(const char *channel, int64_t slot,
                                            const struct dh_recovery_options *options,
                                            dh_released seen, void *context, uint32_t *n_released,
                                            struct dh_why *why);

/* How a producer came to its end. */
enum dh_way {
    DH_WAY_NONE = 0,   /* there is nothing to end: it closed the channel, or is dead */
    DH_WAY_ASKED = 1,  /* it answers, and closes the channel; its process lives on, and is told
                          ESUPERSEDED at its next commit */
    DH_WAY_KILLED = 2, /* it does not answer, or is in the middle of a commit and does not come out:
                          its process is ended by SIGKILL, and the kernel has proven its death */
};

struct dh_ending {
    enum dh_way way;
    bool done; /* else: what is about to be done, or would be */
    struct dh_identity producer;
    enum dh_motion motion; /* of its process, before that */
    uint64_t head;         /* messages that were committed: when done, all that ever will be */
};
typedef void (*dh_ending_told)(void *context, const struct dh_ending *ending);

/* End the channel of a producer that stands still, and nobody follows for now: consumers read all
 * that was committed, then move to a successor that comes within two seconds (DH_TAKEOVER_DEAD …),
 * or are told EDEAD. Who has a successor at hand opens that with DH_TAKEOVER_FORCE instead, which
 * does both. It is asked first, for two seconds, then ended; `told` is called, with `context` (may
 * be NULL), before that and after it. With dry_run nothing is done but asking whether it is there.
 * Returns EALIVE (it lives, and `force` was not given), EREFUSED (its process is another user's),
 * ECONFLICT (it answers and cannot end now, or does not end), and what dh_observer_open does as
 * admin. At most ten seconds. */
DH_API DH_MUST_USE dh_err dh_recovery_end(const char *channel,
                                          const struct dh_recovery_options *options,
                                          dh_ending_told told, void *context, struct dh_why *why);

/* Have the broker forget a channel whose producer is dead, with the data it keeps for post-mortem.
 * Returns EALIVE (the producer lives), ENOTFOUND (the broker does not know it), ENOBROKER, and what
 * dh_observer_open does. */
DH_API DH_MUST_USE dh_err dh_recovery_forget(const char *channel,
                                             const struct dh_recovery_options *options,
                                             struct dh_why *why);

#ifdef __cplusplus
}
#endif
#endif
