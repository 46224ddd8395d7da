/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Words that an output language keeps for itself. They are data beside its templates
 * (templates/cpp/reserved.txt), so that a new language needs no C:
 *
 *   # a comment
 *   class                  nothing may be called so
 *   struct Producer        no struct may; the kinds are those of describe_declaration()
 *
 * A name that is reserved gets '_' behind it: no schema name ends in '_', so this meets no other.
 */
#ifndef DHGEN_WORDS_H
#define DHGEN_WORDS_H

#include <stdbool.h>

#include "arena.h"

struct words;

/* The words of a list of `length` bytes, which is copied. */
struct words *words_read(struct dhs_arena *arena, const char *bytes, size_t length);

/* Whether nothing, or nothing of that kind, may be called `name`. `words` NULL: none is reserved.
 */
bool words_has(const struct words *words, const char *kind, const char *name);

/* `name`, or what it is called instead. */
const char *words_spell(struct dhs_arena *arena, const struct words *words, const char *kind,
                        const char *name);

#endif
