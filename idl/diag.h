/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Diagnostics: collected while compiling, rendered at the end.
 *
 *   dhs_report() adds one (error or warning, as diag.def says of its code), dhs_note(), dhs_help()
 *   add to the last one. Nothing is printed before dhs_render(), which sorts by position.
 */
#ifndef DHS_DIAG_H
#define DHS_DIAG_H

#include <stdbool.h>
#include <stdio.h>

#include "arena.h"
#include "model.h"

#ifdef __cplusplus
extern "C" {
#endif

/* DH0101 ...: the numbers are stable for ever, the names are for reading the source. The table has
 * four digits, which as they stand would be octal: hence the 1 in front. */
enum dhs_code {
#define DHS_DIAG(number, name, severity, title, explanation) DHS_##name = 1##number - 10000,
#include "diag.def"
#undef DHS_DIAG
    DHS_CODE_NONE = -1
};

enum dhs_severity { DHS_ERROR, DHS_WARNING };

/* For a terminal one line each, or the place drawn; for programs JSON of our own (docs/reference/
 * diagnostics-json.md), or SARIF 2.1.0. */
enum dhs_format { DHS_FORMAT_SHORT, DHS_FORMAT_RICH, DHS_FORMAT_JSON, DHS_FORMAT_SARIF };

struct dhs_diag;

struct dhs_diag *dhs_diag_new(struct dhs_arena *arena);

/* Where what is said lives. */
struct dhs_arena *dhs_diag_arena(const struct dhs_diag *diag);

/* From now on a report that repeats code and place of another is dropped: instances of a struct
 * with parameters share their lines. Returns what it was before. */
bool dhs_diag_set_in_instance(struct dhs_diag *diag, bool in_instance);

/* Makes warnings count as errors (--werror). */
void dhs_diag_set_werror(struct dhs_diag *diag, bool werror);

/* Adds a diagnostic at `span` (the smallest wrong thing; a NULL source: about no place in a file).
 * `format` says in one line what is wrong, with names in single quotes, without a full stop. */
void dhs_report(struct dhs_diag *diag, enum dhs_code code, struct dhs_span span, const char *format,
                ...) __attribute__((format(printf, 4, 5)));

/* Add to the last dhs_report(): a text right of the carets, a second place ("first declared here"),
 * what the author should do. */
void dhs_label(struct dhs_diag *diag, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void dhs_note(struct dhs_diag *diag, struct dhs_span span, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void dhs_help(struct dhs_diag *diag, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Adds to the last dhs_report() an edit that certainly mends it: `text` instead of `span` (of
 * length 0: an insertion). Only where no author could have meant anything else: `dhgen fmt --fix`
 * applies it. Several of one report are applied together or not at all; where one would lose a
 * comment, the report gets none. */
void dhs_fix(struct dhs_diag *diag, struct dhs_span span, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Adds what was collected apart, as if it had been reported here and now; `later` is used up, and
 * its arena must live as long as `diag`. */
void dhs_diag_append(struct dhs_diag *diag, const struct dhs_diag *later);

size_t dhs_diag_errors(const struct dhs_diag *diag);
/* Errors and warnings together. */
size_t dhs_diag_count(const struct dhs_diag *diag);

size_t dhs_diag_warnings(const struct dhs_diag *diag);

/* Errors reported so far, those again that were known: if it grew, something went wrong since. */
size_t dhs_diag_said(const struct dhs_diag *diag);

/* Writes all diagnostics, sorted by file and position: for people at most 20 errors and then a
 * count, for programs one document in any case. `colour` only matters to the rich form. */
void dhs_render(const struct dhs_diag *diag, FILE *out, enum dhs_format format, bool colour);

/* 1-based line and column (columns count characters, not bytes; a tab is one). */
void dhs_span_position(struct dhs_span span, uint32_t *line, uint32_t *column);
const char *dhs_span_path(struct dhs_span span);

/* The position behind the span's last character, not counting the end of its line: a span that
 * marks what is missing at the end of a line ends where it begins. Returns that length in bytes. */
uint32_t dhs_span_end(struct dhs_span span, uint32_t *line, uint32_t *column);

/* The table behind `dhgen explain`: NULL if there is no such code. */
struct dhs_diag_info {
    enum dhs_code code;
    const char *id; /* "DH0412" */
    enum dhs_severity severity;
    const char *title;
    const char *explanation;
};
const struct dhs_diag_info *dhs_diag_info_at(size_t index); /* NULL behind the last */
const struct dhs_diag_info *dhs_diag_info_find(const char *id);

/* The candidate nearest to `wrong` by edit distance, or NULL if none is near enough. */
const char *dhs_nearest(const char *wrong, const char *const *candidates, size_t n_candidates);

/* The same, and whether nothing else can have been meant: no other candidate is as near, and the
 * two differ as a slip of the finger does. */
struct dhs_near {
    const char *name; /* or NULL */
    bool certain;
};
struct dhs_near dhs_find_near(const char *wrong, const char *const *candidates,
                              size_t n_candidates);

/* Adds "did you mean" to the last dhs_report(), with the fix where it is certain; nothing if there
 * is no name. `span` is the misspelt word. */
void dhs_suggest(struct dhs_diag *diag, struct dhs_span span, struct dhs_near near);

#ifdef __cplusplus
}
#endif
#endif
