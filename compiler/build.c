/* SPDX-License-Identifier: Apache-2.0 */
/* `dhgen build`: text -> model (all of idl/) -> tree -> templates -> files; --dump looks in
 * between. */
#include <string.h>
#include <sysexits.h>

#include "c_code.h"
#include "describe.h"
#include "dump.h"
#include "emit.h"
#include "job.h"
#include "layout_report.h"
#include "lock.h"
#include "parse.h"
#include "verb.h"

/* "imu" for the main file, "dh/geometry" for a shipped one: what its outputs are called. */
static const char *output_base(struct job *job, const struct dhs_file *file)
{
    const char *shipped = job->std_dir;
    size_t n = strlen(shipped);

    if (!file->is_main && strncmp(file->path, shipped, n) == 0 && file->path[n] == '/')
        return c_file_name(job->arena, file->path + n + 1, "");
    return c_file_name(job->arena, describe_schema_name(file), "");
}

static struct emission emission_of(struct job *job)
{
    const struct options *options = job->options;

    return (struct emission){ job->arena,
                              job->diag,
                              options->out_dir,
                              options->language,
                              options->templates.items,
                              options->templates.n,
                              &job->outputs,
                              &job->dependencies,
                              &job->templates };
}

/* The main file, and the shipped schemas that it imports: nobody else would make their headers. */
static void build(struct job *job, const struct dhs_program *program, struct dhs_arena *scratch)
{
    struct emission emission = emission_of(job);
    const struct words *words = emit_words(&emission);

    for (size_t i = 0; i < program->n_files; i++) {
        const struct dhs_file *file = program->files[i];
        if (strcmp(file->path, "-") != 0) dependencies_add(&job->dependencies, file->path);
        if (!file->is_main && !file->is_std) continue;
        const struct value *tree = describe_file(scratch, program, file, words, job->diag);
        if (dhs_diag_errors(job->diag) == 0) emit(&emission, output_base(job, file), tree);
        dhs_arena_reset(scratch);
    }
}

static const struct dhs_span NOWHERE = { NULL, 0, 0 };

/* The stages that one file goes through alone, be it right or wrong. */
static void dump_file(struct job *job, const char *path, int stage)
{
    const struct dhs_source *source = dhs_source_read(job->arena, job->diag, path, NOWHERE);

    if (!source)
        job->status = EX_NOINPUT;
    else if (stage == DUMP_TOKENS)
        dump_tokens(source, job->diag, &job->printed);
    else
        dump_tree(job->arena, dhs_parse(job->arena, source, job->diag), &job->printed);
}

/* A window into the pipeline: what it has at that stage, and no files. */
static void dump(struct job *job, const struct dhs_program *program, int stage)
{
    const struct dhs_file *file = program->files[0];
    const struct emission emission = emission_of(job);
    const struct dhs_channel *channel;

    switch (stage) {
    case DUMP_MODEL:
        value_print_json(describe_file(job->arena, program, file, emit_words(&emission), job->diag),
                         &job->printed);
        break;
    case DUMP_LAYOUT: layout_report(file, layout_style_of_terminal(), &job->printed); break;
    default:
        channel = job_channel(job, file);
        if (channel) text_add(&job->printed, channel->canonical.data, channel->canonical.length);
    }
}

int verb_build(struct dhs_arena *arena, const struct options *options)
{
    struct dhs_arena *scratch = dhs_arena_new(); /* for what ends with one file */
    struct job job;

    job_begin(&job, arena, options);
    job.hands_out_anyway = options->dump == DUMP_TOKENS || options->dump == DUMP_AST;
    for (size_t i = 0; i < options->operands.n; i++) {
        if (job.hands_out_anyway) {
            dump_file(&job, options->operands.items[i], options->dump);
            continue;
        }
        const struct dhs_program *program = job_compile(&job, options->operands.items[i]);
        if (!program) continue;
        if (options->dump)
            dump(&job, program, options->dump);
        else {
            lock_verify(&job, program);
            build(&job, program, scratch);
        }
    }
    dhs_arena_free(scratch);
    return job_end(&job);
}

int verb_check(struct dhs_arena *arena, const struct options *options)
{
    struct job job;

    job_begin(&job, arena, options);
    for (size_t i = 0; i < options->operands.n; i++) {
        const struct dhs_program *program = job_compile(&job, options->operands.items[i]);
        if (!program) continue;
        describe_file(arena, program, program->files[0], NULL, job.diag);
        lock_verify(&job, program);
    }
    return job_end(&job);
}
