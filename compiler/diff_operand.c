/* SPDX-License-Identifier: Apache-2.0 */
#include "diff_operand.h"

#include <string.h>

#include "lock.h"
#include "source.h"

static const struct dhs_span NOWHERE = { NULL, 0, 0 };

static bool ends_in(const char *path, const char *end)
{
    size_t length = strlen(path), n = strlen(end);

    return length >= n && strcmp(path + length - n, end) == 0;
}

static void keep_side(struct job *job, struct diff_operand *operand, struct diff_side *side)
{
    const char *wanted = job->options->channel;

    if (wanted && strcmp(wanted, side->tree->channel) != 0)
        diff_release(side);
    else
        operand->sides[operand->n++] = (struct diff_named_side){ side->tree->channel, side };
}

static void add_side(struct job *job, struct diff_operand *operand, struct dhs_text text,
                     const struct dhs_channel *model)
{
    struct dhc_trouble trouble = { 0 };
    struct diff_side *side = diff_read(job->arena, text, model, &trouble);

    if (!side) {
        dhs_report(job->diag, DHS_NOT_CANONICAL, NOWHERE, "'%s' is no canonical text: line %u: %s",
                   operand->path, trouble.line, trouble.what);
        return;
    }
    keep_side(job, operand, side);
}

static void read_text(struct job *job, struct diff_operand *operand)
{
    const struct dhs_source *source =
        dhs_source_read(job->arena, job->diag, operand->path, NOWHERE);

    operand->is_text = true;
    dependencies_add(&job->dependencies, operand->path);
    operand->sides = dhs_alloc_array(job->arena, 1, sizeof *operand->sides);
    if (source) add_side(job, operand, (struct dhs_text){ source->text, source->length }, NULL);
}

static void read_lock(struct job *job, struct diff_operand *operand)
{
    const struct lock *lock = lock_read(job->arena, job->diag, operand->path);

    operand->is_text = true;
    dependencies_add(&job->dependencies, operand->path);
    if (!lock) return;
    operand->sides = dhs_alloc_array(job->arena, lock->n_channels + 1, sizeof *operand->sides);
    for (size_t i = 0; i < lock->n_channels; i++)
        keep_side(job, operand, lock->channels[i]);
}

static void read_schema(struct job *job, struct diff_operand *operand)
{
    const struct dhs_program *program = job_compile(job, operand->path);
    const struct dhs_file *file = program ? program->files[0] : NULL;

    if (!file) return;
    for (size_t i = 0; i < program->n_files; i++)
        if (strcmp(program->files[i]->path, "-") != 0)
            dependencies_add(&job->dependencies, program->files[i]->path);
    operand->sides = dhs_alloc_array(job->arena, file->n_channels + 1, sizeof *operand->sides);
    for (size_t i = 0; i < file->n_channels; i++)
        add_side(job, operand, file->channels[i]->canonical, file->channels[i]);
}

struct diff_operand diff_operand_read(struct job *job, const char *path)
{
    struct diff_operand operand = { .path = path };

    if (ends_in(path, ".canon"))
        read_text(job, &operand);
    else if (ends_in(path, ".lock"))
        read_lock(job, &operand);
    else
        read_schema(job, &operand);
    if (operand.n == 0 && dhs_diag_errors(job->diag) == 0)
        dhs_report(job->diag, DHS_NO_CHANNEL, NOWHERE, "'%s' has no channel%s%s to compare", path,
                   job->options->channel ? " " : "",
                   job->options->channel ? job->options->channel : "");
    return operand;
}

void diff_operand_release(struct diff_operand *operand)
{
    for (size_t i = 0; i < operand->n; i++)
        diff_release(operand->sides[i].side);
}
