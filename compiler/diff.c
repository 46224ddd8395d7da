/* SPDX-License-Identifier: Apache-2.0 */
/* `dhgen diff OLD NEW`: what changed, who notices, and which version that needs. */
#include "diff.h"

#include <string.h>

#include "diff_report.h"
#include "job.h"
#include "lock.h"
#include "source.h"
#include "verb.h"

enum { COMPATIBLE = 0, BREAKING = 1, NOT_COMPARED = 2 };

static const struct dhs_span NOWHERE = { NULL, 0, 0 };

/* All channels of one operand. */
struct operand {
    const char *path;
    bool is_text; /* a .canon or .lock: what else its schema had is not known */
    struct named_side {
        const char *name;
        struct diff_side *side;
    } * sides;
    size_t n;
};

static bool ends_in(const char *path, const char *end)
{
    size_t length = strlen(path), n = strlen(end);

    return length >= n && strcmp(path + length - n, end) == 0;
}

static void keep_side(struct job *job, struct operand *operand, struct diff_side *side)
{
    const char *wanted = job->options->channel;

    if (wanted && strcmp(wanted, side->tree->channel) != 0)
        diff_release(side);
    else
        operand->sides[operand->n++] = (struct named_side){ side->tree->channel, side };
}

static void add_side(struct job *job, struct operand *operand, struct dhs_text text,
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

static void read_text(struct job *job, struct operand *operand)
{
    const struct dhs_source *source =
        dhs_source_read(job->arena, job->diag, operand->path, NOWHERE);

    operand->is_text = true;
    operand->sides = dhs_alloc_array(job->arena, 1, sizeof *operand->sides);
    if (source) add_side(job, operand, (struct dhs_text){ source->text, source->length }, NULL);
}

static void read_lock(struct job *job, struct operand *operand)
{
    const struct lock *lock = lock_read(job->arena, job->diag, operand->path);

    operand->is_text = true;
    if (!lock) return;
    operand->sides = dhs_alloc_array(job->arena, lock->n_channels + 1, sizeof *operand->sides);
    for (size_t i = 0; i < lock->n_channels; i++)
        keep_side(job, operand, lock->channels[i]);
}

static void read_schema(struct job *job, struct operand *operand)
{
    const struct dhs_program *program = job_compile(job, operand->path);
    const struct dhs_file *file = program ? program->files[0] : NULL;

    if (!file) return;
    operand->sides = dhs_alloc_array(job->arena, file->n_channels + 1, sizeof *operand->sides);
    for (size_t i = 0; i < file->n_channels; i++)
        add_side(job, operand, file->channels[i]->canonical, file->channels[i]);
}

static struct operand read_operand(struct job *job, const char *path)
{
    struct operand operand = { .path = path };

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

static struct diff_side *side_named(const struct operand *operand, const char *name)
{
    for (size_t i = 0; i < operand->n; i++)
        if (strcmp(operand->sides[i].name, name) == 0) return operand->sides[i].side;
    return NULL;
}

static void add_channel(struct job *job, struct diff_files *files, const char *name,
                        const struct diff_side *old, const struct diff_side *new)
{
    struct diff_channel *channel = dhs_alloc(job->arena, sizeof *channel);

    channel->name = name;
    channel->old = old;
    channel->new = new;
    if (old && new) channel->diff = diff_compare(job->arena, old, new);
    if (!new || (channel->diff && diff_is_breaking(channel->diff))) files->breaking = true;
    if (files->last)
        files->last->next = channel;
    else
        files->first = channel;
    files->last = channel;
}

static void compare(struct job *job, struct diff_files *files, const struct operand *old,
                    const struct operand *new)
{
    for (size_t i = 0; i < old->n; i++) {
        const struct diff_side *other = side_named(new, old->sides[i].name);
        if (other || !new->is_text)
            add_channel(job, files, old->sides[i].name, old->sides[i].side, other);
    }
    for (size_t i = 0; i < new->n; i++)
        if (!side_named(old, new->sides[i].name) && !old->is_text)
            add_channel(job, files, new->sides[i].name, NULL, new->sides[i].side);
    if (!files->first)
        dhs_report(job->diag, DHS_NO_CHANNEL, NOWHERE, "'%s' and '%s' have no channel in common",
                   old->path, new->path);
}

static void release(struct operand *operand)
{
    for (size_t i = 0; i < operand->n; i++)
        diff_release(operand->sides[i].side);
}

int verb_diff(struct dhs_arena *arena, const struct options *options)
{
    struct job job;
    struct diff_files files = { .old = options->operands.items[0] };
    struct operand old, new = { 0 };

    job_begin(&job, arena, options);
    old = read_operand(&job, files.old);
    if (options->operands.n != 2) {
        dhs_report(job.diag, DHS_NO_CHANNEL, NOWHERE, "diff compares two files; %zu %s given",
                   options->operands.n, options->operands.n == 1 ? "is" : "are");
    } else {
        files.new = options->operands.items[1];
        new = read_operand(&job, files.new);
    }
    if (dhs_diag_errors(job.diag) == 0) compare(&job, &files, &old, &new);
    if (options->json)
        diff_report_json(&files, &job.printed);
    else if (options->diagnostics == DIAGNOSTICS_SHORT)
        diff_report_short(&files, &job.printed);
    else
        diff_report_full(&files, &job.printed);
    int status = job_end(&job);
    release(&old);
    release(&new);
    if (status != 0) return NOT_COMPARED;
    return files.breaking ? BREAKING : COMPATIBLE;
}
