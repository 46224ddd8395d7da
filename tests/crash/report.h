/* SPDX-License-Identifier: Apache-2.0
 *
 * report.h - what was done and found, for people and as JSON.
 */
#ifndef TESTS_CRASH_REPORT_H
#define TESTS_CRASH_REPORT_H

#include "run.h"

/* Instructions of libdh: killed at, executed, and those that the functions entered have. */
struct coverage {
    size_t killed, executed, reachable; /* reachable 0: objdump is not there */
};

struct coverage coverage_of(const struct result *results, size_t n);

void report_campaign(const struct result *result, bool good);
void report_violation(const struct result *result, const struct violation *violation);
void report_coverage(const struct coverage *coverage);
/* False with errno. */
bool report_json(const char *path, const struct options *options, const struct result *results,
                 size_t n, const struct result *pairs, unsigned passed, unsigned failed);

#endif
