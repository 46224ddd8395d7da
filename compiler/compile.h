/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DHGEN_COMPILE_H
#define DHGEN_COMPILE_H

#include "options.h"

/* Does what the command line asks for; what it prints goes to standard output, diagnostics to
 * standard error. Returns the exit status. */
int compile(struct dhs_arena *arena, const struct options *options);

#endif
