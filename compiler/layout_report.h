/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What `dhgen layout` prints: per struct the table of its fields, a map of its cache lines, what is
 * wrong and a better order; per union its arms; per channel what it takes in memory. For programs
 * the same as JSON.
 */
#ifndef DHGEN_LAYOUT_REPORT_H
#define DHGEN_LAYOUT_REPORT_H

#include "layout_facts.h"
#include "model.h"
#include "text.h"

struct layout_style {
    bool unicode;   /* else ASCII */
    bool colour;    /* ANSI */
    unsigned width; /* columns that lines should fit in; 0: as long as they are */
};

/* As standard output can show it: plain, and as wide as need be, if it is no terminal. */
struct layout_style layout_style_of_terminal(void);

void layout_report(const struct dhs_file *file, struct layout_style style, struct text *out);
void layout_json(const struct dhs_file *file, struct text *out);

/* ---- between layout_report.c and layout_map.c ---- */

struct layout_page {
    struct dhs_arena *arena;
    struct layout_style style;
    struct text *out;
};

enum layout_colour {
    LAYOUT_PLAIN,
    LAYOUT_BOLD,
    LAYOUT_DIM,
    LAYOUT_WARN,
    LAYOUT_GOOD,
    LAYOUT_FIELD
};

/* The escape sequence, or nothing. Fields take turns: LAYOUT_FIELD + their number. */
const char *layout_colour(const struct layout_page *page, unsigned colour);

/* The map of a struct: a cell a byte, a row a cache line. */
void layout_map(const struct layout_page *page, const struct layout_facts *facts);

#endif
