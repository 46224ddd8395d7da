/* SPDX-License-Identifier: Apache-2.0 */
/* `dhgen layout`: where each field lies, drawn. */
#include "job.h"
#include "layout_report.h"
#include "verb.h"

int verb_layout(struct dhs_arena *arena, const struct options *options)
{
    struct layout_style style = layout_style_of_terminal();
    struct job job;

    job_begin(&job, arena, options);
    for (size_t i = 0; i < options->operands.n; i++) {
        const struct dhs_program *program = job_compile(&job, options->operands.items[i]);
        if (!program) continue;
        if (options->json)
            layout_json(program->files[0], &job.printed);
        else
            layout_report(program->files[0], style, &job.printed);
    }
    return job_end(&job);
}
