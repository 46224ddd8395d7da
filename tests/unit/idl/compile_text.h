/* SPDX-License-Identifier: Apache-2.0 */
/* Compiles a schema that a test holds as text, through the front door. */
#ifndef COMPILE_TEXT_H
#define COMPILE_TEXT_H

#include <idl.h>

struct compiled {
    struct dhs_arena *arena;
    struct dhs_diag *diag;
    const struct dhs_program *program; /* NULL: errors */
    const struct dhs_file *file;       /* program->files[0] */
};

struct compiled compile_text(const char *text);
struct compiled compile_bytes(const char *text, size_t length);
void compiled_free(struct compiled *compiled);

/* All diagnostics in the given form; to be freed. Names of temporary files are `test.dhs`. */
char *compiled_report(const struct compiled *compiled, enum dhs_format format, bool colour);

/* The first diagnostic's code as "DH0412", or "" if there is none. */
const char *compiled_first_code(const struct compiled *compiled);

#endif
