/* SPDX-License-Identifier: Apache-2.0 */
/* `dhgen diff` as people and programs read it. */
#ifndef DHGEN_DIFF_REPORT_H
#define DHGEN_DIFF_REPORT_H

#include "diff.h"

/* One channel of two schemas. `diff` is NULL where only one of them has it. */
struct diff_channel {
    const char *name;
    const struct diff_side *old, *new; /* either may be NULL */
    const struct diff *diff;
    struct diff_channel *next;
};

struct diff_files {
    const char *old, *new; /* as given */
    struct diff_channel *first, *last;
    bool breaking;
};

void diff_report_full(const struct diff_files *files, struct text *out);
void diff_report_short(const struct diff_files *files, struct text *out); /* a line a change */
void diff_report_json(const struct diff_files *files, struct text *out);

#endif
