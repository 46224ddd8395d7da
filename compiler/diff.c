/* SPDX-License-Identifier: Apache-2.0 */
/* `dhgen diff OLD NEW`: what changed, who notices, and which version that needs. */
#include <string.h>

#include "diff_operand.h"
#include "diff_report.h"
#include "verb.h"

enum { COMPATIBLE = 0, BREAKING = 1, NOT_COMPARED = 2 };

static const struct dhs_span NOWHERE = { NULL, 0, 0 };

static struct diff_side *side_named(const struct diff_operand *operand, const char *name)
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

static void compare(struct job *job, struct diff_files *files, const struct diff_operand *old,
                    const struct diff_operand *new)
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

int verb_diff(struct dhs_arena *arena, const struct options *options)
{
    struct job job;
    struct diff_files files = { .old = options->operands.items[0] };
    struct diff_operand old, new = { 0 };

    job_begin(&job, arena, options);
    old = diff_operand_read(&job, files.old);
    if (options->operands.n != 2) {
        dhs_report(job.diag, DHS_NO_CHANNEL, NOWHERE, "diff compares two files; %zu %s given",
                   options->operands.n, options->operands.n == 1 ? "is" : "are");
    } else {
        files.new = options->operands.items[1];
        new = diff_operand_read(&job, files.new);
    }
    if (dhs_diag_errors(job.diag) == 0) compare(&job, &files, &old, &new);
    if (options->json)
        diff_report_json(&files, &job.printed);
    else if (options->diagnostics == DIAGNOSTICS_SHORT)
        diff_report_short(&files, &job.printed);
    else
        diff_report_full(&files, &job.printed);
    int status = job_end(&job);
    diff_operand_release(&old);
    diff_operand_release(&new);
    if (status != 0) return NOT_COMPARED;
    return files.breaking ? BREAKING : COMPATIBLE;
}
