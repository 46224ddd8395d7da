/* SPDX-License-Identifier: Apache-2.0 */
/* The worked examples of canonical text that stand in tests/golden/vectors. */
#ifndef VECTORS_H
#define VECTORS_H

#include <stddef.h>

extern const char *const vector_names[];
extern const size_t n_vectors;

/* The text of "e3", zero terminated, its length in *length; free() it. Ends the program without it.
 */
char *vector_text(const char *name, size_t *length);

#endif
