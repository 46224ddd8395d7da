/* SPDX-License-Identifier: Apache-2.0 */
/* A file that is compared: a schema, a canonical text (.canon), or a lock (.lock), by the end of
 * its name. */
#ifndef DHGEN_DIFF_OPERAND_H
#define DHGEN_DIFF_OPERAND_H

#include "diff.h"
#include "job.h"

/* All channels of one file; of one channel, where --channel is given. */
struct diff_operand {
    const char *path;
    bool is_text; /* a .canon or .lock: what else its schema had is not known */
    struct diff_named_side {
        const char *name;
        struct diff_side *side;
    } * sides;
    size_t n;
};

/* What is wrong with the file is reported to the job, and then it has no channels. */
struct diff_operand diff_operand_read(struct job *job, const char *path);
void diff_operand_release(struct diff_operand *operand);

#endif
