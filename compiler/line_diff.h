/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DHGEN_LINE_DIFF_H
#define DHGEN_LINE_DIFF_H

#include "text.h"

/* Adds the difference of two texts as a unified diff with three lines of context, which patch(1)
 * takes; nothing if they are equal. */
void line_diff(struct text *out, const char *path, const char *before, const char *after);

#endif
