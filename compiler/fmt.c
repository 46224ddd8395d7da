/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `dhgen fmt`: schemas in the one style, in place.
 *
 * Before anything is written it is proven that nothing but the layout changes: the same tokens,
 * comments and docs, and where the schema compiles, the same canonical texts.
 */
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "format.h"
#include "job.h"
#include "line_diff.h"
#include "parse.h"
#include "verb.h"

static const struct dhs_span NOWHERE = { NULL, 0, 0 };

static struct dhs_source *source_of(struct job *job, const char *path, struct dhs_text text)
{
    return dhs_source_from_text(job->arena, job->diag, path, text, NOWHERE);
}

/* The canonical texts of a file, if it were this text; NULL: it does not compile. */
static const char *canonical_texts(struct job *job, const char *path, struct dhs_text text)
{
    struct dhs_overlay overlay = { path, text };
    struct dhs_options options = job_options(job);
    struct text all = text_new(job->arena);

    options.overlays = &overlay;
    options.n_overlays = 1;
    const struct dhs_program *program =
        dhs_compile(job->arena, path, &options, dhs_diag_new(job->arena));
    for (size_t i = 0; program && i < program->files[0]->n_channels; i++) {
        struct dhs_text canonical = program->files[0]->channels[i]->canonical;
        text_add(&all, canonical.data, canonical.length);
    }
    return program ? text_string(&all) : NULL;
}

static bool has_same_meaning(struct job *job, const char *path, struct dhs_text before,
                             struct dhs_text after)
{
    const char *a = canonical_texts(job, path, before);
    const char *b = canonical_texts(job, path, after);

    return a && b ? strcmp(a, b) == 0 : a == b;
}

/* Never seen; what it would mean is a lost comment or another schema under the old name. */
static bool is_proven(struct job *job, const struct dhs_source *before, const char *path,
                      struct dhs_text text)
{
    const struct dhs_source *after = source_of(job, path, text);
    struct dhs_text old = { before->text, before->length };
    uint32_t line = 0;

    if (after && format_is_same(job->arena, before, after, &line) &&
        has_same_meaning(job, path, old, text))
        return true;
    fprintf(stderr,
            "dhgen: the layout of '%s' was not changed: its schema or a comment near line %u would "
            "have been.\nThis is a mistake in dhgen: please report it, with that file.\n",
            before->path, line);
    job->status = EX_SOFTWARE;
    return false;
}

/* ---- what becomes of it ------------------------------------------------------------------- */

/* Links stay links: what they lead to is written. */
static const char *place_of(struct job *job, const char *path)
{
    char *real = realpath(path, NULL);
    const char *place = real ? dhs_copy_text(job->arena, real, strlen(real)) : path;

    free(real);
    return place;
}

static void hand_out(struct job *job, const char *path, const struct dhs_source *before,
                     struct text after, bool *any_changed)
{
    const struct options *options = job->options;
    bool changed = after.length != before->length ||
                   memcmp(text_string(&after), before->text, after.length) != 0;
    bool is_stdin = strcmp(path, "-") == 0;

    *any_changed = *any_changed || changed;
    if (options->diff) line_diff(&job->printed, before->path, before->text, text_string(&after));
    if (options->check && !options->diff && changed)
        text_printf(&job->printed, "%s\n", before->path);
    if (options->check || options->diff) return;
    if (is_stdin)
        text_add(&job->printed, text_string(&after), after.length);
    else if (changed)
        outputs_add(&job->outputs, place_of(job, path), after);
}

static void format_file(struct job *job, const char *path, bool *any_changed)
{
    size_t errors = dhs_diag_errors(job->diag);
    struct dhs_source *source = dhs_source_read(job->arena, job->diag, path, NOWHERE);

    if (!source) {
        job->status = EX_NOINPUT;
        return;
    }
    dhs_parse(job->arena, source, job->diag);
    if (dhs_diag_errors(job->diag) > errors) return;
    struct text after = format_source(job->arena, source);
    struct dhs_text text = { text_string(&after), after.length };
    if (is_proven(job, source, path, text)) hand_out(job, path, source, after, any_changed);
}

int verb_fmt(struct dhs_arena *arena, const struct options *options)
{
    struct job job;
    bool any_changed = false;

    job_begin(&job, arena, options);
    for (size_t i = 0; i < options->operands.n; i++)
        format_file(&job, options->operands.items[i], &any_changed);
    int status = job_end(&job);
    return status == 0 && options->check && any_changed ? EXIT_FAILURE : status;
}
