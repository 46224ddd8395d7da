/* SPDX-License-Identifier: Apache-2.0 */
/* The pages of help, made from verbs.def, options.def and usage.def. */
#ifndef DHGEN_HELP_H
#define DHGEN_HELP_H

#include "text.h"
#include "verb.h"

/* Prints the page of a verb, or of all if it is NULL. Returns the exit status. */
int help(struct dhs_arena *arena, const struct verb *verb);

/* The pages as texts, for tests. */
struct text help_of_all(struct dhs_arena *arena);
struct text help_of_verb(struct dhs_arena *arena, const struct verb *verb);

#endif
