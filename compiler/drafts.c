/* SPDX-License-Identifier: Apache-2.0 */
#include "drafts.h"

#include <string.h>
#include <sysexits.h>

#include "describe.h"
#include "diag_list.h"
#include "fix.h"

/* A round mends all that does not touch: a few are enough for any file. */
enum { MAX_ROUNDS = 100 };

static const struct dhs_span NOWHERE = { NULL, 0, 0 };

bool drafts_has_changed(const struct draft *draft)
{
    const struct dhs_source *source = draft->source;

    return source && (draft->text.length != source->length ||
                      memcmp(draft->text.data, source->text, source->length) != 0);
}

struct drafts drafts_read(struct job *job)
{
    const struct strings *operands = &job->options->operands;
    struct drafts drafts = { dhs_alloc_array(job->arena, operands->n, sizeof *drafts.items),
                             operands->n };

    for (size_t i = 0; i < drafts.n; i++) {
        struct draft *draft = &drafts.items[i];
        draft->path = operands->items[i];
        draft->source = dhs_source_read(job->arena, job->diag, draft->path, NOWHERE);
        if (draft->source)
            draft->text = (struct dhs_text){ draft->source->text, draft->source->length };
        else
            job->status = EX_NOINPUT;
    }
    return drafts;
}

const struct dhs_program *drafts_compile(struct job *job, const struct drafts *drafts,
                                         const struct draft *draft, struct dhs_arena *arena,
                                         struct dhs_diag *diag)
{
    /* one more: `draft` may be a copy of what is among them */
    struct dhs_overlay *overlays = dhs_alloc_array(arena, drafts->n + 1, sizeof *overlays);
    struct dhs_options options = job_options(job);
    size_t n = 0;

    overlays[n++] = (struct dhs_overlay){ draft->path, draft->text };
    for (size_t i = 0; i < drafts->n; i++) { /* the others are as they lie there */
        const struct draft *other = &drafts->items[i];
        if (other != draft && drafts_has_changed(other))
            overlays[n++] = (struct dhs_overlay){ other->path, other->text };
    }
    options.overlays = overlays;
    options.n_overlays = n;
    return dhs_compile(arena, draft->path, &options, diag);
}

static bool mend_once(struct job *job, const struct drafts *drafts, struct draft *draft,
                      struct dhs_arena *scratch)
{
    struct dhs_diag *diag = dhs_diag_new(scratch);
    size_t n = 0;

    drafts_compile(job, drafts, draft, scratch, diag);
    draft->text = dhs_apply_fixes(job->arena, diag, draft->source->path, draft->text, &n);
    draft->n_mended += n;
    dhs_arena_reset(scratch);
    return n > 0;
}

/* Never seen: a fix that makes room for itself. */
static void give_up(struct job *job, struct drafts *drafts)
{
    for (size_t i = 0; i < drafts->n; i++) {
        struct draft *draft = &drafts->items[i];
        if (draft->source)
            draft->text = (struct dhs_text){ draft->source->text, draft->source->length };
        draft->n_mended = 0;
    }
    fprintf(stderr, "dhgen: nothing was mended: it would go on for ever.\nThis is a mistake in "
                    "dhgen: please report it, with these files.\n");
    job->status = EX_SOFTWARE;
}

void drafts_mend(struct job *job, struct drafts *drafts)
{
    struct dhs_arena *scratch = dhs_arena_new();
    bool any = true;

    for (int round = 0; any && round < MAX_ROUNDS; round++) {
        any = false;
        for (size_t i = 0; i < drafts->n; i++)
            if (drafts->items[i].source) any |= mend_once(job, drafts, &drafts->items[i], scratch);
    }
    dhs_arena_free(scratch);
    if (any) give_up(job, drafts);
}

void drafts_report(struct job *job, const struct drafts *drafts)
{
    for (size_t i = 0; i < drafts->n; i++) {
        const struct dhs_program *program =
            drafts->items[i].source
                ? drafts_compile(job, drafts, &drafts->items[i], job->arena, job->diag)
                : NULL;
        if (program) /* for generated names that collide */
            describe_file(job->arena, program, program->files[0], NULL, job->diag);
    }
}

size_t drafts_count_left(const struct job *job, const struct draft *draft)
{
    size_t n_listed = 0, n = 0;
    const struct dhs_diagnostic *const *listed = dhs_diag_sorted(job->diag, &n_listed);

    for (size_t i = 0; i < n_listed; i++) {
        const char *path = dhs_span_path(listed[i]->span);
        n += path && strcmp(path, draft->source->path) == 0;
    }
    return n;
}
