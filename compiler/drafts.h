/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Schemas in work by `dhgen fmt`: as they were read, and as they are to be. Files of one run may
 * import each other: each is compiled with the others as they are by then.
 */
#ifndef DHGEN_DRAFTS_H
#define DHGEN_DRAFTS_H

#include "job.h"
#include "source.h"

struct draft {
    const char *path;                /* as the command line has it */
    const struct dhs_source *source; /* as it was read; NULL: it could not be, and that was said */
    struct dhs_text text;            /* as it is by now */
    size_t n_mended;                 /* diagnostics whose fixes were applied */
    bool is_broken;                  /* has mistakes in its syntax */
};

struct drafts {
    struct draft *items;
    size_t n;
};

/* Reads the operands. */
struct drafts drafts_read(struct job *job);

/* Whether it is to be another text than was read. */
bool drafts_has_changed(const struct draft *draft);

/* Compiles one of them, everything in `arena`. */
const struct dhs_program *drafts_compile(struct job *job, const struct drafts *drafts,
                                         const struct draft *draft, struct dhs_arena *arena,
                                         struct dhs_diag *diag);

/* Applies what fixes are certain, again and again until there are none. */
void drafts_mend(struct job *job, struct drafts *drafts);

/* Adds to job->diag what is wrong with them as they are by now: places are those of the files that
 * will be written. */
void drafts_report(struct job *job, const struct drafts *drafts);

/* How many diagnostics job->diag has in this file. */
size_t drafts_count_left(const struct job *job, const struct draft *draft);

#endif
