/* SPDX-License-Identifier: Apache-2.0 */
/* What make and ninja need to know: which files the outputs were made from. */
#ifndef DHGEN_DEPFILE_H
#define DHGEN_DEPFILE_H

#include "output.h"

struct dependency {
    const char *path;
    struct dependency *next;
};

/* A set of paths in the order of addition. */
struct dependencies {
    struct dhs_arena *arena;
    struct dependency *first;
    struct dependency *last;
};

/* Copies the path. */
void dependencies_add(struct dependencies *dependencies, const char *path);

/* One make rule, "outputs: dependencies", with what make would misread escaped. */
struct text depfile_text(const struct outputs *outputs, const struct dependencies *dependencies);

#endif
