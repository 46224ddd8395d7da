/* SPDX-License-Identifier: Apache-2.0
 *
 * run.h - measure rows, round by round, each in processes of its own.
 */
#ifndef TESTS_BENCH_RUN_H
#define TESTS_BENCH_RUN_H

#include "row.h"

enum { ROUNDS_MAX = 50 };

/* What is known of a row after all rounds. */
struct result {
    const struct row *row;
    unsigned n_rounds;
    double rounds[ROUNDS_MAX];  /* one figure each, in the row's unit; medians where there are many
                                   values */
    double lines[ROUNDS_MAX];   /* how far the cores were apart then, ns one way; 0: not known */
    double median, spread;      /* of the rounds; (largest - smallest) / median */
    uint64_t checked;           /* messages verified by all readers in all rounds */
    double ns_per_unit;         /* of the histogram's values */
    struct histogram histogram; /* of all rounds; empty where single values are not timed */
    char failure[STAGE_TEXT_BYTES]; /* "": none */
};

struct run {
    struct machine machine;
    unsigned n_rounds;
    int64_t row_ns; /* time for a row in a round; a tenth of it more to warm up */
    unsigned n_results;
    struct result *results;
};

/* Measure all rows of run->results, round robin. False if a signal asked to stop: all processes are
 * reaped then too. Rows that fail say so in their result. */
bool run_rounds(struct run *run);

/* Sorts them. n is at least 1. */
double run_median(double *values, unsigned n);

/* The signal that stopped it, or 0. */
int run_signal(void);

#endif
