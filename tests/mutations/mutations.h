/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MUTATIONS_H
#define MUTATIONS_H

#include "sketch.h"

/* Prints a sketch as some author would have: another order where order means nothing, other
 * spellings of the same numbers and texts, aliases, constants, documentation, defaults, settings,
 * white space. one.dhs and two.dhs stand beside it. */
void spell(const struct sketch *sketch, FILE *out);

/* The two schemas that each spelling imports, in either order. */
extern const char spell_one[], spell_two[];

/* Changes one thing that reaches the canonical text; its name, or NULL: not possible there. */
const char *change_one(struct sketch *sketch);

#endif
