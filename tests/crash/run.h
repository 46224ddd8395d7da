/* SPDX-License-Identifier: Apache-2.0
 *
 * run.h - a campaign: recorded once, then one world and one kill for each place, by several
 * processes.
 */
#ifndef TESTS_CRASH_RUN_H
#define TESTS_CRASH_RUN_H

#include "world.h"

struct options {
    bool full;         /* every instruction */
    unsigned n_points; /* else about so many a campaign */
    unsigned n_sleepy; /* and so many where a survivor sleeps through the victim's death */
    unsigned n_pairs;
    unsigned n_jobs;
    unsigned seed;
    struct limits limits;
};

enum { VIOLATIONS_MAX = 8 };

struct violation {
    struct point first, second;
    const struct campaign *victim, *recoverer; /* of a pair */
    uint64_t pc; /* where the last victim stood; 0: it did not come so far */
    char text[COMPLAINT_BYTES];
};

/* Of one worker, in memory that outlives it. */
struct tally {
    unsigned next; /* the place it is at */
    unsigned n_kills;
    unsigned n_other; /* killed, but elsewhere in the call: the path was another */
    unsigned n_violations;
    struct violation violations[VIOLATIONS_MAX];
};

struct result {
    const struct campaign *campaign;
    struct trace trace;
    uint8_t *killed_at; /* [n + 1] shared with the workers */
    size_t n_points;
    struct tally total;
    double seconds;
};

/* Record the call, in a process of its own; false: why is in result->total.violations[0]. */
bool run_record(struct result *result, const struct options *options);
/* Kill at all places that the options ask for. */
bool run_campaign(struct result *result, const struct options *options);
/* One kill, or a pair of them, in this process; true if nothing was wrong. */
bool run_once(const struct result *first, struct point point, const struct result *second,
              struct point second_point, const struct options *options,
              struct violation *violation);
/* Pairs of kills: anybody in `results`, which ends with a result without campaign; then one of
 * those that recover, or takes over. `hub`: of those, a fourth as many. Into *total. */
bool run_pairs(const struct result *results, const struct options *options, bool hub,
               struct result *total);

#endif
