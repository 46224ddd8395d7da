/* SPDX-License-Identifier: Apache-2.0 */
/* Outputs that are kept: golden/NAME.txt. UPDATE=1 rewrites them; then look at them. */
#ifndef GOLDEN_H
#define GOLDEN_H

#include <stdio.h>

/* A stream whose text is compared when golden_end() is called. One at a time. */
FILE *golden_begin(void);
/* Fails the test unless all that was written is what golden/NAME.txt holds. */
void golden_end(const char *name);

#endif
