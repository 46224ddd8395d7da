/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `dhgen fmt`: schemas in the one style, in place; with --fix their certain mistakes are mended
 * first.
 *
 * Before a layout is written it is proven that nothing else changes: the same tokens, comments and
 * docs, and where the schema compiles, the same canonical texts.
 */
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "drafts.h"
#include "format.h"
#include "line_diff.h"
#include "parse.h"
#include "verb.h"

static const struct dhs_span NOWHERE = { NULL, 0, 0 };

static struct dhs_source *source_of(struct job *job, const struct draft *draft)
{
    return dhs_source_from_text(job->arena, job->diag, draft->path, draft->text, NOWHERE);
}

/* The canonical texts of a file, if it were this draft; NULL: it does not compile. */
static const char *canonical_texts(struct job *job, const struct drafts *drafts,
                                   const struct draft *draft)
{
    struct text all = text_new(job->arena);
    const struct dhs_program *program =
        drafts_compile(job, drafts, draft, job->arena, dhs_diag_new(job->arena));

    for (size_t i = 0; program && i < program->files[0]->n_channels; i++) {
        struct dhs_text canonical = program->files[0]->channels[i]->canonical;
        text_add(&all, canonical.data, canonical.length);
    }
    return program ? text_string(&all) : NULL;
}

static bool has_same_meaning(struct job *job, const struct drafts *drafts,
                             const struct draft *before, const struct draft *after)
{
    const char *a = canonical_texts(job, drafts, before);
    const char *b = canonical_texts(job, drafts, after);

    return a && b ? strcmp(a, b) == 0 : a == b;
}

/* Never seen; what it would mean is a lost comment or another schema under the old name. */
static bool is_proven(struct job *job, const struct drafts *drafts, const struct draft *before,
                      const struct draft *after)
{
    const struct dhs_source *was = source_of(job, before), *is = source_of(job, after);
    uint32_t line = 0;

    if (is && format_is_same(job->arena, was, is, &line) &&
        has_same_meaning(job, drafts, before, after))
        return true;
    fprintf(stderr,
            "dhgen: the layout of '%s' was not changed: its schema or a comment near line %u would "
            "have been.\nThis is a mistake in dhgen: please report it, with that file.\n",
            was->path, line);
    job->status = EX_SOFTWARE;
    return false;
}

/* Lays a draft out; with mistakes in its syntax it stays as it is, and that is said. False: it must
 * not be written. */
static bool lay_out(struct job *job, const struct drafts *drafts, struct draft *draft)
{
    bool is_said = job->options->fix; /* later, with all else that is left */
    struct dhs_diag *diag = is_said ? dhs_diag_new(job->arena) : job->diag;
    const struct dhs_source *source = source_of(job, draft);
    struct draft after = *draft;
    size_t said = dhs_diag_said(diag);

    dhs_parse(job->arena, source, diag);
    if (dhs_diag_said(diag) > said) {
        draft->is_broken = true;
        return is_said;
    }
    struct text text = format_source(job->arena, source);
    after.text = (struct dhs_text){ text_string(&text), text.length };
    if (!is_proven(job, drafts, draft, &after)) return false;
    draft->text = after.text;
    return true;
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

static void hand_out(struct job *job, const struct draft *draft)
{
    const struct options *options = job->options;
    bool changed = drafts_has_changed(draft);
    struct text text = text_new(job->arena);

    text_add(&text, draft->text.data, draft->text.length);
    if (options->diff)
        line_diff(&job->printed, draft->source->path, draft->source->text, text_string(&text));
    else if (options->check && changed)
        text_printf(&job->printed, "%s\n", draft->source->path);
    if (options->check || options->diff) return;
    if (strcmp(draft->path, "-") == 0)
        text_add(&job->printed, text_string(&text), text.length);
    else if (changed)
        outputs_add(&job->outputs, place_of(job, draft->path), text);
}

/* "imu.dhs: 3 mended, 1 left", for people: a program counts what it is told. */
static void tell(const struct job *job, const struct draft *draft)
{
    const struct options *options = job->options;
    bool is_read =
        options->diagnostics != DIAGNOSTICS_JSON && options->diagnostics != DIAGNOSTICS_SARIF;
    size_t n_left = draft->source ? drafts_count_left(job, draft) : 0;

    if (!draft->source || !is_read || draft->n_mended + n_left == 0) return;
    fprintf(stderr, "%s: %zu %s, %zu left%s\n", draft->source->path, draft->n_mended,
            options->check || options->diff ? "can be mended" : "mended", n_left,
            draft->is_broken ? ", not laid out" : "");
}

int verb_fmt(struct dhs_arena *arena, const struct options *options)
{
    bool any_changed = false;
    struct job job;

    job_begin(&job, arena, options);
    job.hands_out_anyway = options->fix;
    struct drafts drafts = drafts_read(&job);
    if (options->fix) drafts_mend(&job, &drafts);
    for (size_t i = 0; i < drafts.n; i++) {
        struct draft *draft = &drafts.items[i];
        if (!draft->source || !lay_out(&job, &drafts, draft)) continue;
        hand_out(&job, draft);
        any_changed = any_changed || drafts_has_changed(draft);
    }
    if (options->fix) drafts_report(&job, &drafts);
    int status = job_end(&job);
    for (size_t i = 0; i < drafts.n && options->fix && status <= EXIT_FAILURE; i++)
        tell(&job, &drafts.items[i]);
    return status == 0 && options->check && any_changed ? EXIT_FAILURE : status;
}
