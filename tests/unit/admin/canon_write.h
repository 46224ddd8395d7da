/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A writer of canonical text that shares nothing with the reader but its tree: whatever the reader
 * takes must come out of here as it went in.
 */
#ifndef CANON_WRITE_H
#define CANON_WRITE_H

#include "idl/canon_read.h"

/* The text of the tree, zero terminated, and its length; free() it. Ends the program without
 * memory. */
char *canon_write(const struct dhc_text *text, size_t *length);

#endif
