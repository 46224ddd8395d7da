/* SPDX-License-Identifier: Apache-2.0 */
/* What the collector (diag.c) hands to those who render (render*.c) and apply (fix.c). */
#ifndef DHS_DIAG_LIST_H
#define DHS_DIAG_LIST_H

#include "diag.h"

struct dhs_note {
    struct dhs_note *next;
    struct dhs_span span;
    const char *text;
};

struct dhs_fix {
    struct dhs_fix *next;
    struct dhs_span span;
    const char *text;
};

struct dhs_diagnostic {
    const struct dhs_diag_info *info;
    struct dhs_span span;
    const char *message;
    const char *label; /* right of the carets; NULL: none */
    const char *help;  /* NULL: none */
    struct dhs_note *notes;
    struct dhs_fix *fixes;
    bool in_instance;   /* only its place tells it from others */
    bool keeps_comment; /* an edit would have lost one: there is no fix */
    size_t sequence;    /* keeps the order of those at one place */
};

/* Sorted by file, position and the order of reporting; the array lives in the arena. */
const struct dhs_diagnostic *const *dhs_diag_sorted(const struct dhs_diag *diag, size_t *count);

/* Whether it counts as an error: by its table row, or by --werror. */
bool dhs_is_error(const struct dhs_diag *diag, const struct dhs_diagnostic *diagnostic);

/* The forms behind dhs_render(). */
void dhs_render_rich(const struct dhs_diagnostic *diagnostic, bool is_error, FILE *out,
                     bool colour);
void dhs_render_json(const struct dhs_diag *diag, FILE *out);
void dhs_render_sarif(const struct dhs_diag *diag, FILE *out);

#endif
