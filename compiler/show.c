/* SPDX-License-Identifier: Apache-2.0 */
/* `dhgen canon` and `hash`: what is known of a schema, printed. */
#include "job.h"
#include "verb.h"

static void print_canon(struct job *job, const struct dhs_file *file)
{
    const struct dhs_channel *channel = job_channel(job, file);

    if (channel) text_add(&job->printed, channel->canonical.data, channel->canonical.length);
}

static void print_hash(struct job *job, const struct dhs_file *file)
{
    const struct dhs_channel *channel = job_channel(job, file);

    if (!channel) return;
    for (size_t i = 0; i < DHS_HASH_BYTES; i++)
        text_printf(&job->printed, "%02x", channel->hash[i]);
    text_add_char(&job->printed, '\n');
}

/* The verbs differ in what they print of each file. */
static int show(struct dhs_arena *arena, const struct options *options,
                void (*print)(struct job *job, const struct dhs_file *file))
{
    struct job job;

    job_begin(&job, arena, options);
    for (size_t i = 0; i < options->operands.n; i++) {
        const struct dhs_program *program = job_compile(&job, options->operands.items[i]);
        if (program) print(&job, program->files[0]);
    }
    return job_end(&job);
}

int verb_canon(struct dhs_arena *arena, const struct options *options)
{
    return show(arena, options, print_canon);
}

int verb_hash(struct dhs_arena *arena, const struct options *options)
{
    return show(arena, options, print_hash);
}
