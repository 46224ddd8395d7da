/* SPDX-License-Identifier: Apache-2.0
 *
 * report.h - results for people (a table) and for programs (JSON).
 */
#ifndef TESTS_BENCH_REPORT_H
#define TESTS_BENCH_REPORT_H

#include "run.h"

#include <stdio.h>

void report_table(FILE *out, const struct run *run);

/* {"v":1,"machine":{…},"rounds":N,"row_ms":N,"rows":[{…}]}; times in ns, rates per second, sizes in
 * bytes. A histogram is a list of [value, how many], only those that are there. False: errno. */
bool report_json(const char *path, const struct run *run);

/* The measured row of that group, size and number of readers about `subject`; NULL if there is none
 * or it failed. */
const struct result *report_find(const struct run *run, const struct row *like,
                                 const char *subject);

/* How many times `of` the figure is: for times less is better, for rates more. 0: unknown. The
 * median of the rounds in which the cores were equally far apart for both, where there are such. */
double report_ratio(const struct result *result, const struct result *of);

/* How many times as long as a cache line takes, each round beside the line measured just before it;
 * 0: unknown. */
double report_of_line(const struct result *result);
/* That line itself, the median of the rounds, ns; 0: unknown. */
double report_line(const struct result *result);

/* A share of all single values, ns; 0: not known, or too few values to say. */
double report_share(const struct result *result, double share);

#endif
