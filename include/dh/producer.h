/* SPDX-License-Identifier: Apache-2.0
 *
 * producer.h - the side that writes. Generated stubs (imu_loan, imu_commit …) are typed names for
 * these calls; programs use those.
 *
 *      open ──▶ loan ──▶ fill in place ──▶ commit ──▶ loan …  ──▶ close
 *                 └──────▶ abort (nobody sees it)
 *
 * Where the compiler knows the cleanup attribute, a loan ends with its scope: one that was not
 * committed is aborted, whichever way the scope is left. A message that is read likewise, by
 * imu_acquire_begin() and imu_acquire_end().
 *
 *      __attribute__((cleanup(imu_loan_end))) imu_loan_scope loan = imu_loan_begin(&imu, DH_NOW);
 *      if (loan.err != DH_OK) return loan.err;
 *      loan.slot->time = now;
 *      return imu_loan_commit(&loan);
 *
 * One thread at a time for one producer, unless a call says any thread. A call that says nothing of
 * waiting never blocks. Nothing here allocates after open.
 */
#ifndef DH_PRODUCER_H
#define DH_PRODUCER_H

#include <dh/memory.h>
#include <dh/metrics.h>
#include <dh/schema.h>
#include <dh/slot_rw.h>
#include <dh/time.h>
#include <dh/zone.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct dh_producer dh_producer;

enum dh_storeload {
    DH_STORELOAD_AUTO = 0,  /* membarrier where the kernel has it, else fences */
    DH_STORELOAD_FENCE = 1, /* a full fence on both sides of each handshake */
    DH_STORELOAD_MEMBARRIER =
        2, /* none on the hot side; the side that goes to sleep interrupts the others' cores */
};

/* What to do where the channel has a producer, or had one. Whoever takes over goes on where the
 * other one ended: sequences, zones and consumers come along, and nothing is lost or delivered
 * twice. */
enum dh_takeover {
    DH_TAKEOVER_NEVER = 0,    /* begin anew; where a producer lives: ECONFLICT */
    DH_TAKEOVER_DEAD = 1,     /* take over from a dead one, whose block the broker keeps; where a
                                 producer lives: ECONFLICT */
    DH_TAKEOVER_HANDOVER = 2, /* also from a living one of this user, which is asked, steps back
                                 within a millisecond or so and gets ESUPERSEDED from then on: a
                                 new binary, a larger ring, a newer minor of the schema */
    DH_TAKEOVER_FORCE = 3,    /* also from one that lives and stands still: it is asked for
                                 takeover_ns; if it does not answer, or is in the middle of a commit
                                 and does not come out, its process is ended (SIGKILL). Only where
                                 the kernel lets this user do that */
};

enum { DH_SECRET_BYTES = 32 };

/* All zero is the schema's own policy, found by broker and directly, no secret. */
struct dh_producer_options {
    uint32_t n_slots;     /* instead of the schema's; 0: the schema's */
    uint32_t n_consumers; /* likewise */
    enum dh_storeload storeload;
    const void *secret; /* DH_SECRET_BYTES that consumers must have too, or NULL; also keys BLAKE2b
                           checksums; copied */
    const char *broker; /* the broker's socket; NULL: $DH_BROKER, $XDG_RUNTIME_DIR/dh/broker.sock,
                           /run/dh/broker.sock */
    bool unstamped;     /* leave slot commit times 0: saves a reading of the counter, or clock */
    int64_t spin_ns; /* how long to look before sleeping; 0: 20 µs, as long as that pays; negative:
                        do not spin */
    int64_t
        stall_limit_ns; /* `wait` channels: put out a living consumer that has kept the ring full
                           for so long without moving; it is told so (EEVICTED). 0: never */
    enum dh_takeover takeover;
    int64_t takeover_ns;  /* how long a takeover may wait, at each step; 0: two seconds */
    enum dh_pages pages;  /* of the data segment, which is rounded up to whole ones */
    enum dh_numa numa;    /* where the data segment lies */
    uint32_t numa_node;   /* of DH_NUMA_NODE: 0 … DH_NUMA_NODES - 1 */
    bool memory_required; /* what `pages` and `numa` ask for must be got, else ELIMIT; without it
                             as much as can be had is taken */
    bool strict;          /* no consumer can write what is another's: each has a record of its own,
                             given by this process, which all must be able to reach (the same user,
                             or root). Not with shared zones; a successor is strict, too, or
                             EREFUSED. See docs/explain/strict.md */
    uint32_t sum_threads; /* `wait` channels with `checksum: enforced` and slots of 64 KiB and more
                             (`fast`: 1 MiB): so many threads, 1 … 16, make the sums, of as many
                             messages at once, while the program goes on. Commit then only hands
                             the slot over: consumers see it when its sum is there, in order, and
                             dh_producer_flush() waits for that. 0: commit makes the sum */
};

/* Make the channel's data block and offer it: to the broker, if one answers, and directly to
 * programs of the same user.
 *
 * schema: of generated code, static. channel: its name, 1 … DH_CHANNEL_MAX of [A-Za-z0-9_.-]; NULL:
 * the schema's own. options: NULL: all defaults. why: NULL, or where the particulars of a failure
 * go.
 *
 * Returns EINVAL (name, options), ECONFLICT (a living producer has it), EREFUSED (the broker's
 * policy), ELIMIT (block too large; `memory_required`), ESCHEMA (what was to be taken over is of
 * another family or `full`), ESECRET (its secret is another one), ESILENT (who is asked to hand
 * over does not answer), ENOMEM, ESYS. Blocks for one round trip to the broker; with `takeover`,
 * for a few, and at most takeover_ns for readers that are still on their way from an earlier
 * takeover. Any thread. */
DH_API DH_MUST_USE dh_err dh_producer_open(dh_producer **producer, const struct dh_schema *schema,
                                           const char *channel,
                                           const struct dh_producer_options *options,
                                           struct dh_why *why);

/* Say goodbye: consumers drain what was committed and then see ECLOSED. An open loan is aborted.
 * Waits for nobody but its own attendant thread, which ends at once, and for sums to be made.
 * NULL is fine. */
DH_API void dh_producer_close(dh_producer *producer);

/* A slot to fill in place, in *payload: the root's size, aligned to DH_ROOT_ALIGN unless it lies in
 * the slot word (then to 32). Its bytes are those of an earlier message or zero; all of it is yours
 * until commit or abort. On a `wait` channel waits for the slowest consumer until deadline_ns (dead
 * ones are found and removed); on an `overwrite` channel never waits. Returns EFULL, EORDER (a loan
 * is open), ESUPERSEDED (as commit; most often commit says so). */
DH_API DH_MUST_USE dh_err dh_producer_loan(dh_producer *producer, int64_t deadline_ns,
                                           void **payload);

/* End the loan: consumers see the slot from now on; with `sum_threads`, once its sum is made, which
 * flush waits for. Waits for nobody, but for a successor that is
 * just taking over, at most two seconds. Returns EORDER (no loan is open), ESUPERSEDED (a successor
 * has the channel: the loan is over, nobody saw the message and nobody will; close this producer).
 */
DH_API dh_err dh_producer_commit(dh_producer *producer);

/* Wait until consumers see all that was committed. With `sum_threads` that takes as long as the
 * sums do, of a ring of messages at most; without, it is so already. Waits until deadline_ns.
 * Returns EBUSY (sums are still being made), ESUPERSEDED (a successor has the channel: messages
 * from sequence `committed` of the metrics on were seen by nobody and will not be). */
DH_API DH_MUST_USE dh_err dh_producer_flush(dh_producer *producer, int64_t deadline_ns);

/* The first `bytes` bytes of the loan (0 … the root's size) are as they will be committed. With
 * `checksum: enforced` or `fast` they are summed now, and commit sums only the rest: for who fills
 * a large slot piece by piece, as pieces come, and wants the last one to be a message at once. The
 * sum is the same. A byte of them that changes after this call is damage like any other: consumers
 * get ECHECKSUM. Without such a checksum there is nothing to do. Returns EORDER (no loan is open,
 * or several are), EINVAL (more than the root's size, or less than was told before). */
DH_API dh_err dh_producer_filled(dh_producer *producer, size_t bytes);

/* End the loan: nobody ever sees it. No loan open is fine. */
DH_API void dh_producer_abort(dh_producer *producer);

/* Several slots at once: up to n_max of them in slots[], *n_slots at least one. Loaned as by
 * dh_producer_loan(), which waits for the first; committed with one synchronisation for all.
 * commit_many publishes the first n and aborts the rest; dh_producer_abort() aborts all. Return
 * what loan and commit return, and EINVAL (n_max is 0, n is more than was loaned). */
DH_API DH_MUST_USE dh_err dh_producer_loan_many(dh_producer *producer, int64_t deadline_ns,
                                                struct dh_slot *slots, uint32_t n_max,
                                                uint32_t *n_slots);
DH_API dh_err dh_producer_commit_many(dh_producer *producer, uint32_t n);

/* Copy a payload of size_bytes (at most the root's size; the rest is zero) and commit it. Waits as
 * dh_producer_loan() does. Returns what loan returns, and EINVAL (size_bytes is larger than the
 * root).
 */
DH_API DH_MUST_USE dh_err dh_producer_send(dh_producer *producer, int64_t deadline_ns,
                                           const void *payload, size_t size_bytes);

/* Fill a slot in `fill`, which is given `context` as it is; it is committed if that returns 0, else
 * aborted, and its answer comes back in *answer (may be NULL). Waits as dh_producer_loan() does.
 * Returns what loan returns; DH_OK also when `fill` aborted. */
typedef int (*dh_fill)(void *payload, void *context);
DH_API DH_MUST_USE dh_err dh_producer_write(dh_producer *producer, int64_t deadline_ns,
                                            dh_fill fill, void *context, int *answer);

/* The zone at `zone` in the schema's roots (1 …), never NULL in that range. */
DH_API dh_zone *dh_producer_zone(dh_producer *producer, unsigned zone);

/* The coordinator of the producer's ring: slots with sequence, time and state. */
DH_API dh_slot_rw *dh_producer_slot_rw(dh_producer *producer);

/* Counters so far, copied to *metrics. Any thread. */
DH_API void dh_producer_metrics_get(const dh_producer *producer,
                                    struct dh_producer_metrics *metrics);

/* Which pages and nodes the data segment got, to *memory. Any thread. */
DH_API void dh_producer_memory_get(const dh_producer *producer, struct dh_memory *memory);

/* The channel's name, as long as the producer is open. */
DH_API const char *dh_producer_channel(const dh_producer *producer);

/* What the stubs of the channel `name`, whose slot is a `struct type`, have for a transaction:
 * name_write(), which does with a fill() of that type what dh_producer_write() does. */
#define DH_WRITE(name, type)                                                                      \
    static inline DH_MUST_USE dh_err name##_write(name##_producer *producer, int64_t deadline_ns, \
                                                  int (*fill)(struct type * slot, void *context), \
                                                  void *context, int *answer)                     \
    {                                                                                             \
        struct type *slot;                                                                        \
        dh_err err = name##_loan(producer, deadline_ns, &slot);                                   \
        int said;                                                                                 \
                                                                                                  \
        if (err != DH_OK) return err;                                                             \
        said = fill(slot, context);                                                               \
        if (said == 0)                                                                            \
            err = name##_commit(producer);                                                        \
        else                                                                                      \
            name##_abort(producer);                                                               \
        if (answer) *answer = said;                                                               \
        return err;                                                                               \
    }                                                                                             \
    struct name##_producer

/* What the stubs of the channel `name`, whose slot is a `struct type`, have for a loan that ends
 * with its scope: the type name_loan_scope; name_loan_begin(), which loans as name_loan() does,
 * with the slot, or NULL and why not in `err`; name_loan_commit(); and name_loan_end() for the
 * cleanup attribute, which aborts what was not committed. */
#define DH_LOAN_SCOPE(name, type)                                                \
    typedef struct name##_loan_scope {                                           \
        name##_producer *producer;                                               \
        struct type *slot;                                                       \
        dh_err err;                                                              \
        uint32_t pad_;                                                           \
    } name##_loan_scope;                                                         \
                                                                                 \
    static inline name##_loan_scope name##_loan_begin(name##_producer *producer, \
                                                      int64_t deadline_ns)       \
    {                                                                            \
        name##_loan_scope scope = { producer, NULL, DH_OK, 0 };                  \
                                                                                 \
        scope.err = name##_loan(producer, deadline_ns, &scope.slot);             \
        return scope;                                                            \
    }                                                                            \
                                                                                 \
    static inline dh_err name##_loan_commit(name##_loan_scope *scope)            \
    {                                                                            \
        scope->slot = NULL;                                                      \
        return name##_commit(scope->producer);                                   \
    }                                                                            \
                                                                                 \
    static inline void name##_loan_end(name##_loan_scope *scope)                 \
    {                                                                            \
        if (scope->slot) name##_abort(scope->producer);                          \
        scope->slot = NULL;                                                      \
    }                                                                            \
    struct name##_loan_scope

#ifdef __cplusplus
}
#endif
#endif
