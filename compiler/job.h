/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One run of dhgen: what most verbs share. A verb reads as
 *
 *   struct job job;
 *
 *   job_begin(&job, arena, options);
 *   for (each operand) {
 *       const struct dhs_program *program = job_compile(&job, operand);
 *       if (program) ...what the verb does: add to job.outputs or to job.printed...
 *   }
 *   return job_end(&job);
 *
 * No file takes its place and nothing is printed before job_end(), and then only if all went well.
 */
#ifndef DHGEN_JOB_H
#define DHGEN_JOB_H

#include "depfile.h"
#include "emit.h"
#include "idl.h"
#include "options.h"
#include "output.h"
#include "text.h"

struct job {
    struct dhs_arena *arena;
    struct dhs_arena *scratch; /* for what ends with one compilation; NULL: it stays in `arena` */
    const struct options *options;
    const char *std_dir;         /* where the shipped schemas are */
    const struct listing *locks; /* what lies beside most schemas; or NULL */
    struct dhs_diag *diag;
    struct outputs outputs;
    struct dependencies dependencies;
    struct text printed;   /* for standard output, once all went well */
    bool hands_out_anyway; /* also where something is wrong: fmt --fix, --dump tokens */
    int status;
};

void job_begin(struct job *job, struct dhs_arena *arena, const struct options *options);

/* A part of a job that can be done beside others: what it reports and writes is its own until
 * job_join() adds it to the whole, outputs and dependencies in `kept`, the rest in `arena`, which
 * may go before where nothing was reported: then `diag` becomes NULL. */
struct job job_part(const struct job *job, struct dhs_arena *arena, struct dhs_arena *kept);
void job_join(struct job *job, const struct job *part);

/* The checked model of a file, with the import folders of the command line; NULL: it is wrong or
 * missing, and job->diag says why. */
const struct dhs_program *job_compile(struct job *job, const char *path);

/* How the command line has schemas compiled. */
struct dhs_options job_options(const struct job *job);

/* The channel that --channel names, or the only one; NULL: there is none, and that was said. */
const struct dhs_channel *job_channel(struct job *job, const struct dhs_file *file);

/* Writes the outputs, shows the diagnostics, prints. Returns the exit status. */
int job_end(struct job *job);

#endif
