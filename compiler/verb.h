/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The verbs of dhgen. One row in verbs.def and one function, which returns the exit status:
 *
 *   int verb_build(struct dhs_arena *arena, const struct options *options);
 *
 * Its options have it in their rows of options.def, and usage.def says more about it.
 */
#ifndef DHGEN_VERB_H
#define DHGEN_VERB_H

#include "options.h"

enum operands { ANYTHING, SCHEMAS }; /* SCHEMAS: at least one */

enum verb_index {
#define VERB(name, shown, operands, help) VERB_##name,
#include "verbs.def"
#undef VERB
    N_VERBS
};

/* Sets of verbs, a bit for each. */
#define ON(name)   (1u << VERB_##name)
#define EVERY_VERB ((1u << N_VERBS) - 1)
#define MODEL_VERBS \
    (ON(build) | ON(check) | ON(layout) | ON(canon) | ON(hash) | ON(diff) | ON(lock) | ON(fmt))

struct verb {
    const char *name;
    const char *shown; /* its operands, for --help */
    enum operands operands;
    const char *help;
    int (*run)(struct dhs_arena *arena, const struct options *options);
};

/* The table; NULL behind the last. */
const struct verb *verb_at(size_t index);

/* "fmt" -> its row; NULL: there is none, and *nearest is what may have been meant, or NULL. */
const struct verb *verb_find(const char *name, const char **nearest);

/* The verb's bit in a set. */
unsigned verb_bit(const struct verb *verb);

#define VERB(name, shown, operands, help) \
    int verb_##name(struct dhs_arena *arena, const struct options *options);
#include "verbs.def"
#undef VERB

#endif
