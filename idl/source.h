/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A source file in memory: its bytes plus one NUL (which the lexer needs), and where its lines are.
 *
 * Files are read, never mapped: a mapped file has no byte behind its end, and another process that
 * truncates it would kill us.
 */
#ifndef DHS_SOURCE_H
#define DHS_SOURCE_H

#include <stdbool.h>
#include <stdint.h>

#include "diag.h"

enum { DHS_SOURCE_MAX_BYTES = 16 * 1024 * 1024 };

struct dhs_source {
    const char *path; /* as diagnostics show it */
    char *text;       /* `length` bytes and a NUL */
    uint32_t length;
    uint32_t first; /* 3 behind a UTF-8 byte order mark, else 0 */
    uint32_t n_lines;
    const uint32_t *line_starts;
    struct dhs_arena *arena;
};

/* Whether a regular file or a pipe can be found there at all. */
bool dhs_source_exists(const char *path);

/* Reads `path` ("-": standard input). Reports what is wrong at `wanted` (the import that asked for
 * it; a NULL source for the command line) and returns NULL if there is nothing to compile. */
struct dhs_source *dhs_source_read(struct dhs_arena *arena, struct dhs_diag *diag, const char *path,
                                   struct dhs_span wanted);

/* The same of a text in memory, which is copied; `path` is what diagnostics call it. */
struct dhs_source *dhs_source_from_text(struct dhs_arena *arena, struct dhs_diag *diag,
                                        const char *path, struct dhs_text text,
                                        struct dhs_span wanted);

/* The bytes of 1-based line `line`, without its end. */
struct dhs_text dhs_source_line(const struct dhs_source *source, uint32_t line);

/* The offset at which the 1-based line begins. */
uint32_t dhs_source_line_start(const struct dhs_source *source, uint32_t line);

/* The 1-based line in which `offset` lies; in logarithmic time. */
uint32_t dhs_source_line_of(const struct dhs_source *source, uint32_t offset);

#endif
