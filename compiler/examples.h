/* SPDX-License-Identifier: Apache-2.0 */
/* The wrong and the mended schema of each code: compiler/examples.txt, carried inside dhgen. */
#ifndef DHGEN_EXAMPLES_H
#define DHGEN_EXAMPLES_H

#include <stdbool.h>

#include "model.h"

struct example {
    struct dhs_text wrong;
    struct dhs_text mended;
};

/* False: the code has none, since it needs several files, a huge one, or one that is no text. */
bool example_find(const char *code, struct example *example);

extern const char EMBEDDED_EXAMPLES[];

#endif
