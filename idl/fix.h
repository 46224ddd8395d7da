/* SPDX-License-Identifier: Apache-2.0 */
/* Carries out the edits that diagnostics propose (dhs_fix() in diag.h): `dhgen fmt --fix`. */
#ifndef DHS_FIX_H
#define DHS_FIX_H

#include "diag.h"

/* The text of the file that the diagnostics call `path`, with their fixes applied, in `arena`.
 * Those of one diagnostic are applied together or not at all; where two diagnostics want to change
 * the same bytes, the one that stands first in the file wins and the other waits for the next run.
 * `n_applied` counts diagnostics. The result depends on nothing but the arguments. */
struct dhs_text dhs_apply_fixes(struct dhs_arena *arena, const struct dhs_diag *diag,
                                const char *path, struct dhs_text text, size_t *n_applied);

#endif
