/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The front door of the language: .dhs text in, checked model and diagnostics out.
 *
 *   struct dhs_arena *arena = dhs_arena_new();
 *   struct dhs_diag *diag = dhs_diag_new(arena);
 *   const struct dhs_program *program = dhs_compile(arena, "imu.dhs", &options, diag);
 *   dhs_render(diag, stderr, DHS_FORMAT_RICH, isatty(2));
 *   if (dhs_diag_errors(diag) == 0) { ... program->files[0]->channels[0]->canonical ... }
 *   dhs_arena_free(arena);
 *
 * Any input ends in a model or in at least one error; nothing is printed, nothing is global.
 */
#ifndef DHS_IDL_H
#define DHS_IDL_H

#include "arena.h"
#include "diag.h"
#include "model.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A file as it is in memory: an editor's text that nobody has saved yet. */
struct dhs_overlay {
    const char *path;
    struct dhs_text text;
};

struct dhs_options {
    const char *const *import_dirs; /* -I, in order */
    size_t n_import_dirs;
    const char *std_dir;                /* the shipped schemas, searched last; NULL: none */
    const struct dhs_overlay *overlays; /* are read instead of the files at their paths */
    size_t n_overlays;
    struct dhs_arena *scratch; /* for what nobody needs once a file is compiled; NULL: it stays */
};

/* Compiles the schema at `path` ("-": standard input, imports then relative to the working folder).
 * Returns the program, or NULL when there were errors: then `diag` holds at least one.
 * A second file of one dhgen run is a second call with the same arena and diag. */
const struct dhs_program *dhs_compile(struct dhs_arena *arena, const char *path,
                                      const struct dhs_options *options, struct dhs_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
