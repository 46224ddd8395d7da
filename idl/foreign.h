/* SPDX-License-Identifier: Apache-2.0 */
/* Words that people bring from other languages, and what they are called here. */
#ifndef DHS_FOREIGN_H
#define DHS_FOREIGN_H

#include <stdbool.h>

struct dhs_foreign {
    const char *word;
    const char *ours; /* or NULL: nothing is the same */
    const char *help; /* or NULL: "here it is called ..." says enough */
};

/* A type of C, C++, Rust, Go, ROS, Protocol Buffers, FlatBuffers, Cap'n Proto, IDL or Zig; NULL if
 * it is none that we know. `ours` is set only where it means exactly that everywhere. */
const struct dhs_foreign *dhs_foreign_type(const char *word);

/* What a misspelt one is called here: f32 for "flaot", list for "lsit"; or NULL. It is a guess. */
const char *dhs_foreign_slip(const char *word);

/* What begins a declaration elsewhere: "message" is our "struct". */
const struct dhs_foreign *dhs_foreign_keyword(const char *word);

/* What to say instead of an attribute that others have; or NULL. */
const char *dhs_foreign_attribute(const char *word);

#endif
