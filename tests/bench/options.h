/* SPDX-License-Identifier: Apache-2.0
 *
 * options.h - dh-bench's command line.
 */
#ifndef TESTS_BENCH_OPTIONS_H
#define TESTS_BENCH_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

struct options {
    unsigned n_rounds;
    int64_t row_ns;
    const char *filter; /* rows whose names hold it; NULL: all */
    const char *json;   /* where figures go; NULL: nowhere */
    bool list;
    const char *loop; /* run one loop and nothing else; NULL: no */
    uint64_t n_loop;
};

/* Returns -1 to go on, else the exit status; what is to be said was said. */
int options_read(struct options *options, int n, char *const arguments[]);

#endif
