/* SPDX-License-Identifier: Apache-2.0 */
#include "job.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "describe.h"
#include "std_dir.h"

static const struct dhs_span NOWHERE = { NULL, 0, 0 };

void job_begin(struct job *job, struct dhs_arena *arena, const struct options *options)
{
    *job = (struct job){ .arena = arena,
                         .options = options,
                         .std_dir = std_dir(arena),
                         .diag = dhs_diag_new(arena),
                         .outputs = outputs_new(arena),
                         .dependencies = { .arena = arena },
                         .printed = text_new(arena) };
    dhs_diag_set_werror(job->diag, options->werror);
    if (strcmp(options->out_dir, "-") != 0)
        job->outputs.stage = stage_new(arena, options->out_dir, job->outputs.process);
}

struct job job_part(const struct job *job, struct dhs_arena *arena, struct dhs_arena *kept)
{
    struct job part = { .arena = arena,
                        .options = job->options,
                        .std_dir = job->std_dir,
                        .diag = dhs_diag_new(arena),
                        .outputs = outputs_new(kept),
                        .dependencies = { .arena = kept },
                        .printed = text_new(arena) };

    part.outputs.stage = job->outputs.stage;
    dhs_diag_set_werror(part.diag, job->options->werror);
    return part;
}

/* What two schemas or templates would both write, and not the same, is an error; the same is not:
 * two schemas of one run may import the same shipped one. */
static void take_output(struct job *job, struct output *output)
{
    const struct output *other = outputs_find(&job->outputs, output->path);

    if (!other) {
        outputs_take(&job->outputs, output);
        return;
    }
    if (!output_is_same(other, output)) {
        dhs_report(job->diag, DHS_OUTPUT_WRITE, NOWHERE,
                   "two of the %s given would both be written to '%s'",
                   job->options->templates.n > 1 ? "schemas or templates" : "schemas",
                   output->path);
        dhs_help(job->diag, "give them different --out folders, in two runs");
    }
    output_discard(output);
}

void job_join(struct job *job, const struct job *part)
{
    if (part->diag) dhs_diag_append(job->diag, part->diag);
    for (struct output *output = part->outputs.first, *next; output; output = next) {
        next = output->next;
        take_output(job, output);
    }
    const struct dependency *first = job->options->depfile ? part->dependencies.first : NULL;
    for (const struct dependency *d = first; d; d = d->next)
        dependencies_add(&job->dependencies, d->path);
    if (part->status) job->status = part->status;
}

struct dhs_options job_options(const struct job *job)
{
    const struct strings *dirs = &job->options->import_dirs;

    return (struct dhs_options){ .import_dirs = dirs->items,
                                 .n_import_dirs = dirs->n,
                                 .std_dir = job->std_dir,
                                 .scratch = job->scratch };
}

const struct dhs_program *job_compile(struct job *job, const char *path)
{
    struct dhs_options idl = job_options(job);
    const struct dhs_program *program = dhs_compile(job->arena, path, &idl, job->diag);

    if (!program && strcmp(path, "-") != 0 && access(path, R_OK) != 0) job->status = EX_NOINPUT;
    return program;
}

const struct dhs_channel *job_channel(struct job *job, const struct dhs_file *file)
{
    const char *wanted = job->options->channel;
    const char **names = dhs_alloc_array(job->arena, file->n_channels + 1, sizeof *names);
    struct text list = text_new(job->arena);

    for (size_t i = 0; i < file->n_channels; i++) {
        names[i] = file->channels[i]->declaration.name;
        text_printf(&list, "%s'%s'", i > 0 ? ", " : "", names[i]);
        if (wanted && strcmp(wanted, names[i]) == 0) return file->channels[i];
    }
    if (!wanted && file->n_channels == 1) return file->channels[0];

    const char *nearest = wanted ? dhs_nearest(wanted, names, file->n_channels) : NULL;
    job->status = EX_USAGE;
    if (file->n_channels == 0)
        fprintf(stderr, "dhgen: '%s' has no channel: nothing of it is hashed\n", file->path);
    else if (wanted)
        fprintf(stderr, "dhgen: '%s' has no channel '%s'; %s%s%s\n", file->path, wanted,
                nearest ? "did you mean '" : "it has ", nearest ? nearest : text_string(&list),
                nearest ? "'?" : "");
    else
        fprintf(stderr, "dhgen: '%s' has several channels (%s): choose one with --channel\n",
                file->path, text_string(&list));
    return NULL;
}

/* A folder that is missing is told with what to do, also where a report is one line. */
static void report_output(struct job *job, const struct output_error *error)
{
    bool creates = error->failure == OUTPUT_CANNOT_CREATE;
    const char *name = describe_base_name(error->path);

    if (creates && error->system_error == ENOENT && name > error->path)
        dhs_report(
            job->diag, DHS_OUTPUT_WRITE, NOWHERE,
            "cannot create '%s': its folder is not there; make it first (mkdir -p '%.*s'), or "
            "give another one with --out",
            error->path, (int)(name - error->path), error->path);
    else
        dhs_report(job->diag, DHS_OUTPUT_WRITE, NOWHERE, "cannot %s '%s': %s",
                   creates ? "create" : "write", error->path, strerror(error->system_error));
}

/* Outputs go where they belong, or with `--out -` to standard output. */
static void write_outputs(struct job *job)
{
    if (strcmp(job->options->out_dir, "-") == 0) {
        for (const struct output *o = job->outputs.first; o; o = o->next)
            text_add(&job->printed, text_string(&o->content), o->content.length);
        return;
    }
    if (job->options->depfile)
        outputs_add(&job->outputs, job->options->depfile,
                    depfile_text(&job->outputs, &job->dependencies));
    struct output_error error = outputs_commit(&job->outputs);
    if (error.failure == OUTPUT_OK) return;
    if (error.failure == OUTPUT_INTERRUPTED) raise(error.system_error);
    job->status = error.failure == OUTPUT_CANNOT_CREATE ? EX_CANTCREAT : EX_IOERR;
    report_output(job, &error);
    if (error.system_error == ENOSPC || error.system_error == EDQUOT)
        dhs_help(job->diag, "make room and run again; no file was changed");
}

static enum dhs_format format_of(enum diagnostics wanted, bool on_terminal)
{
    switch (wanted) {
    case DIAGNOSTICS_SHORT: return DHS_FORMAT_SHORT;
    case DIAGNOSTICS_RICH: return DHS_FORMAT_RICH;
    case DIAGNOSTICS_JSON: return DHS_FORMAT_JSON;
    case DIAGNOSTICS_SARIF: return DHS_FORMAT_SARIF;
    case DIAGNOSTICS_AUTO: break;
    }
    return on_terminal ? DHS_FORMAT_RICH : DHS_FORMAT_SHORT;
}

static void show_diagnostics(const struct job *job)
{
    bool on_terminal = isatty(STDERR_FILENO) != 0;
    const char *no_colour = getenv("NO_COLOR");

    dhs_render(job->diag, stderr,
               format_of((enum diagnostics)job->options->diagnostics, on_terminal),
               on_terminal && !(no_colour && *no_colour));
}

static bool print(const struct text *text)
{
    bool ok = fwrite(text_string(text), 1, text->length, stdout) == text->length;

    return fflush(stdout) == 0 && ok;
}

int job_end(struct job *job)
{
    bool is_well = dhs_diag_errors(job->diag) == 0 || job->hands_out_anyway;

    if (is_well && job->status == 0)
        write_outputs(job);
    else
        outputs_discard(&job->outputs);
    show_diagnostics(job);
    if (is_well && job->status == 0 && !print(&job->printed)) {
        fprintf(stderr, "dhgen: cannot write to standard output: %s\n", strerror(errno));
        job->status = EX_IOERR;
    }
    if (dhs_diag_errors(job->diag) > 0 && job->status == 0) job->status = EXIT_FAILURE;
    return job->status;
}
