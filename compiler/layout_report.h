/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `dhgen layout`: where each field of each struct lies, where cache lines begin, what is lost in
 * holes, which fields straddle a line, which neighbours in a zone are written by different
 * programs, and the order of fields that would waste least.
 */
#ifndef DHGEN_LAYOUT_REPORT_H
#define DHGEN_LAYOUT_REPORT_H

#include <stdbool.h>

#include "model.h"
#include "text.h"

struct layout_style {
    bool unicode; /* box drawing characters */
    bool colour;
};

/* As standard output, the locale and NO_COLOR ask for. */
struct layout_style layout_style_of_terminal(void);

void layout_report(const struct dhs_file *file, struct layout_style style, struct text *out);

#endif
