/* SPDX-License-Identifier: Apache-2.0
 *
 * world.h - the victim and those who live on: built for one kill, judged after it, and gone without
 * a trace.
 */
#ifndef TESTS_CRASH_WORLD_H
#define TESTS_CRASH_WORLD_H

#include "campaign.h"
#include "hub.h"
#include "trace.h"

#include <pthread.h>

/* A survivor that sleeps while the victim dies: a thread, so that the others can go on. */
struct dozer {
    pthread_t thread;
    bool running;
    int tid; /* 0: it has not begun */
    int32_t answer;
    int64_t slept_ns;
    uint64_t sequence;
    bool whole;
};

struct world {
    const struct campaign *campaign;
    const struct campaign *second; /* of a pair; NULL: one victim */
    struct board *board;
    struct member producer; /* where it is not the victim */
    struct member consumers[N_SURVIVORS];
    struct dozer dozer;
    struct hub hub; /* of campaigns with a hub */
    struct tracee tracee;
    bool survivor_unlocked;
    int kept_lease; /* see campaign.keeps_lease */
    unsigned n_fds; /* open before */
    char complaint[COMPLAINT_BYTES];
};

struct limits {
    unsigned n_slots; /* that survivors run after each kill */
};

/* The first complaint stays. Always false. */
bool complain(struct world *world, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Everything up to the marker before the call. */
bool world_build(struct world *world, const struct campaign *campaign);
/* Another victim, in what the first has left: `campaign` is a reaper's or a consumer's. */
bool world_second_victim(struct world *world, const struct campaign *campaign);
/* Whether the block's bytes are others than when this was last asked; a tracee's `changed`. */
bool world_changed(void *world);
/* After the kill: all that is promised. `other`: the survivors go on in another order. */
bool world_check(struct world *world, const struct limits *limits, bool other);
/* Whatever is left, also after complaints; then nothing may be. */
void world_end(struct world *world);

/* ---- inside ---- */

struct dhi_fds world_fds(const struct world *world);
/* Up to its first marker. */
bool world_fork_victim(struct world *world, const struct campaign *campaign);
/* Of the block's records the first `n_used` belong to somebody. */
bool records_are_free(struct world *world, const struct dhi_block *block, uint32_t n_used);
bool dozer_start(struct world *world);
bool dozer_end(struct world *world);
bool read_one(struct world *world, struct member *member, int64_t deadline_ns);
/* The lock was got with `err`: judge that, mend what it guards, and give it back. */
bool settle_lock(struct world *world, struct member *member, dh_err err);
bool check_locks(struct world *world, struct member *first, struct member *second);
bool check_zone(struct world *world, struct member *reader);

#endif
