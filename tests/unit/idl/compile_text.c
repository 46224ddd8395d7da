/* SPDX-License-Identifier: Apache-2.0 */
#include "compile_text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A test's own folder under the system's temporary one, so that the file's name is always the same
 * and tests can run side by side. */
struct compiled compile_bytes(const char *text, size_t length)
{
    char folder[] = "/tmp/dhs-test-XXXXXX", path[64];
    struct compiled c = { dhs_arena_new(), NULL, NULL, NULL };
    struct dhs_options options = { 0 };
    c.diag = dhs_diag_new(c.arena);
    if (!mkdtemp(folder)) abort();
    snprintf(path, sizeof path, "%s/test.dhs", folder);
    FILE *file = fopen(path, "wb");
    if (!file || fwrite(text, 1, length, file) != length || fclose(file) != 0) abort();
    c.program = dhs_compile(c.arena, path, &options, c.diag);
    c.file = c.program ? c.program->files[0] : NULL;
    unlink(path);
    rmdir(folder);
    return c;
}

struct compiled compile_text(const char *text)
{
    return compile_bytes(text, strlen(text));
}

void compiled_free(struct compiled *compiled)
{
    dhs_arena_free(compiled->arena);
}

/* Cuts "/tmp/dhs-test-XXXXXX/" wherever it stands. */
static void cut_folders(char *text)
{
    for (char *at; (at = strstr(text, "/tmp/dhs-test-"));) {
        char *name = strstr(at, "test.dhs");
        if (!name) return;
        memmove(at, name, strlen(name) + 1);
    }
}

char *compiled_report(const struct compiled *compiled, enum dhs_format format, bool colour)
{
    char *text = NULL;
    size_t length = 0;
    FILE *stream = open_memstream(&text, &length);
    if (!stream) abort();
    dhs_render(compiled->diag, stream, format, colour);
    fclose(stream);
    cut_folders(text);
    return text;
}

const char *compiled_first_code(const struct compiled *compiled)
{
    static char code[8];
    char *report = compiled_report(compiled, DHS_FORMAT_SHORT, false);
    char *at = strstr(report, " [DH");
    code[0] = 0;
    if (at) snprintf(code, sizeof code, "%.6s", at + 2);
    free(report);
    return code;
}
