/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The verbs of dhgen. One row in verbs.def and one function, which returns the exit status:
 *
 *   int verb_build(struct dhs_arena *arena, const struct options *options);
 */
#ifndef DHGEN_VERB_H
#define DHGEN_VERB_H

#include "options.h"

enum operands { ANYTHING, SCHEMAS }; /* SCHEMAS: at least one */

struct verb {
    const char *name;
    const char *shown; /* its operands, for --help */
    enum operands operands;
    const char *help;
    int (*run)(struct dhs_arena *arena, const struct options *options);
};

#define VERB(name, shown, operands, help) \
    int verb_##name(struct dhs_arena *arena, const struct options *options);
#include "verbs.def"
#undef VERB

#endif
