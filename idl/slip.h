/* SPDX-License-Identifier: Apache-2.0 */
/* Numbers as other languages write them, and what they are here. Knows nothing of the lexer. */
#ifndef DHS_SLIP_H
#define DHS_SLIP_H

#include <stdbool.h>
#include <stddef.h>

#include "arena.h"

struct dhs_slip {
    const char *message;
    const char *help;   /* or NULL: `mended` says it */
    const char *mended; /* or NULL: it is not certain */
};

/* What is wrong with a malformed number. `at_word`: what stands in front of it would become one
 * word with a digit that is put there. */
struct dhs_slip dhs_number_slip(struct dhs_arena *arena, const char *text, size_t length,
                                bool at_word);

#endif
