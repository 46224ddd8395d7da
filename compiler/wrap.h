/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Templates say a C signature in one line, since they do not know how long its names will be. Here
 * lines of code over 100 columns are broken behind commas and aligned with their parenthesis.
 */
#ifndef DHGEN_WRAP_H
#define DHGEN_WRAP_H

#include <stdbool.h>

#include "text.h"

enum { WRAP_COLUMNS = 100 };

/* Whether files of this name hold C or C++. */
bool wrap_applies_to(const char *file_name);

/* Breaks the lines of `text` from text->whole to `end`, of which the last may lack its line feed:
 * these are whole then. */
void wrap_lines(struct text *text, size_t end);

#endif
