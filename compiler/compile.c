/* SPDX-License-Identifier: Apache-2.0 */
/* The pipeline: text -> model (all of idl/) -> tree -> templates -> files. */
#include "compile.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "c_code.h"
#include "describe.h"
#include "emit.h"
#include "idl.h"
#include "layout_report.h"
#include "std_dir.h"

static const struct dhs_span NOWHERE = { NULL, 0, 0 };

struct job {
    struct dhs_arena *arena;
    const struct options *options;
    struct dhs_diag *diag;
    struct outputs outputs;
    struct dependencies dependencies;
    struct text printed; /* for standard output, once all went well */
    int status;
};

/* ---- what verbs print --------------------------------------------------------------------- */

/* The channel that --channel names, or the only one. */
static const struct dhs_channel *find_channel(struct job *job, const struct dhs_file *file)
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

static void print_canon(struct job *job, const struct dhs_file *file)
{
    const struct dhs_channel *channel = find_channel(job, file);

    if (channel) text_add(&job->printed, channel->canonical.data, channel->canonical.length);
}

static void print_hash(struct job *job, const struct dhs_file *file)
{
    const struct dhs_channel *channel = find_channel(job, file);

    if (!channel) return;
    for (size_t i = 0; i < DHS_HASH_BYTES; i++)
        text_printf(&job->printed, "%02x", channel->hash[i]);
    text_add_char(&job->printed, '\n');
}

static void print_layout(struct job *job, const struct dhs_file *file)
{
    layout_report(file, layout_style_of_terminal(), &job->printed);
}

/* ---- files -------------------------------------------------------------------------------- */

/* "imu" for the main file, "dh/geometry" for a shipped one: what its outputs are called. */
static const char *output_base(struct job *job, const struct dhs_file *file)
{
    const char *shipped = std_dir(job->arena);
    size_t n = strlen(shipped);

    if (!file->is_main && strncmp(file->path, shipped, n) == 0 && file->path[n] == '/')
        return c_file_name(job->arena, file->path + n + 1, "");
    return c_file_name(job->arena, describe_schema_name(file), "");
}

/* The main file, and the shipped schemas that it imports: nobody else would make their headers. */
static void build(struct job *job, const struct dhs_program *program)
{
    const struct options *options = job->options;
    struct emission emission = { job->arena,
                                 job->diag,
                                 options->out_dir,
                                 options->language,
                                 options->template_path,
                                 &job->outputs,
                                 &job->dependencies };

    for (size_t i = 0; i < program->n_files; i++) {
        const struct dhs_file *file = program->files[i];
        if (strcmp(file->path, "-") != 0) dependencies_add(&job->dependencies, file->path);
        if (!file->is_main && !file->is_std) continue;
        const struct value *tree = describe_file(job->arena, program, file, job->diag);
        if (dhs_diag_errors(job->diag) > 0) return;
        emit(&emission, output_base(job, file), tree);
    }
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
    job->status = error.failure == OUTPUT_CANNOT_CREATE ? EX_CANTCREAT : EX_IOERR;
    dhs_report(job->diag, DHS_OUTPUT_WRITE, NOWHERE, "cannot %s '%s': %s",
               error.failure == OUTPUT_CANNOT_CREATE ? "create" : "write", error.path,
               strerror(error.system_error));
    if (error.system_error == ENOENT) dhs_help(job->diag, "make the folder first, or give --out");
    if (error.system_error == ENOSPC || error.system_error == EDQUOT)
        dhs_help(job->diag, "make room and run again; no file was changed");
}

/* ---- the pipeline ------------------------------------------------------------------------- */

static void run_stage(struct job *job, const struct dhs_program *program)
{
    const struct dhs_file *file = program->files[0];
    enum verb verb = job->options->verb;
    int dump = job->options->dump;

    if (dump == DUMP_MODEL)
        value_print_json(describe_file(job->arena, program, file, job->diag), &job->printed);
    else if (dump == DUMP_LAYOUT || verb == VERB_LAYOUT)
        print_layout(job, file);
    else if (dump == DUMP_CANON || verb == VERB_CANON)
        print_canon(job, file);
    else if (verb == VERB_HASH)
        print_hash(job, file);
    else
        build(job, program);
}

static void compile_file(struct job *job, const char *path)
{
    const struct options *o = job->options;
    struct dhs_options idl = { o->import_dirs.items, o->import_dirs.n, std_dir(job->arena) };
    const struct dhs_program *program = dhs_compile(job->arena, path, &idl, job->diag);

    if (program) {
        run_stage(job, program);
    } else if (strcmp(path, "-") != 0 && access(path, R_OK) != 0) {
        job->status = EX_NOINPUT;
    }
}

static void show_diagnostics(const struct job *job)
{
    bool on_terminal = isatty(STDERR_FILENO) != 0;
    const char *no_colour = getenv("NO_COLOR");
    bool rich = job->options->diagnostics == DIAGNOSTICS_RICH ||
                (job->options->diagnostics == DIAGNOSTICS_AUTO && on_terminal);

    dhs_render(job->diag, stderr, rich ? DHS_FORMAT_RICH : DHS_FORMAT_SHORT,
               on_terminal && !(no_colour && *no_colour));
}

static bool print(const struct text *text)
{
    bool ok = fwrite(text_string(text), 1, text->length, stdout) == text->length;

    return fflush(stdout) == 0 && ok;
}

static int explain(struct dhs_arena *arena, const struct options *options)
{
    struct text text = text_new(arena);
    const struct dhs_diag_info *info;

    for (size_t i = 0; i < options->operands.n; i++) {
        info = dhs_diag_info_find(options->operands.items[i]);
        if (!info) {
            fprintf(stderr, "dhgen: there is no diagnostic '%s'; 'dhgen explain' lists them\n",
                    options->operands.items[i]);
            return EX_USAGE;
        }
        text_printf(&text, "%s%s (%s): %s\n\n%s\n", i > 0 ? "\n" : "", info->id,
                    info->severity == DHS_ERROR ? "error" : "warning", info->title,
                    info->explanation);
    }
    for (size_t i = 0; options->operands.n == 0 && (info = dhs_diag_info_at(i)); i++)
        text_printf(&text, "%s  %s\n", info->id, info->title);
    return print(&text) ? EX_OK : EX_IOERR;
}

int compile(struct dhs_arena *arena, const struct options *options)
{
    struct job job = { .arena = arena,
                       .options = options,
                       .diag = dhs_diag_new(arena),
                       .outputs = outputs_new(arena),
                       .dependencies = { .arena = arena },
                       .printed = text_new(arena) };

    if (options->verb == VERB_EXPLAIN) return explain(arena, options);
    dhs_diag_set_werror(job.diag, options->werror);
    for (size_t i = 0; i < options->operands.n; i++)
        compile_file(&job, options->operands.items[i]);
    if (dhs_diag_errors(job.diag) == 0 && job.status == 0) write_outputs(&job);
    show_diagnostics(&job);
    if (dhs_diag_errors(job.diag) > 0 && job.status == 0) job.status = EXIT_FAILURE;
    if (job.status == 0 && !print(&job.printed)) {
        fprintf(stderr, "dhgen: cannot write to standard output: %s\n", strerror(errno));
        job.status = EX_IOERR;
    }
    return job.status;
}
