/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A fix must help: applied to each schema that has one, fewer diagnostics are left than before, and
 * what is left can be fixed again until nothing certain remains.
 *
 *   dhs_fixes STD-FOLDER FILE...
 */
#include <fix.h>
#include <idl.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_ROUNDS = 12 };

static struct dhs_text read_file(struct dhs_arena *arena, const char *path)
{
    FILE *file = fopen(path, "rb");
    struct dhs_text text = { NULL, 0 };
    if (!file || fseek(file, 0, SEEK_END) != 0) return text;
    long size = ftell(file);
    rewind(file);
    char *bytes = dhs_alloc(arena, (size_t)size + 1);
    text.length = fread(bytes, 1, (size_t)size, file);
    text.data = bytes;
    fclose(file);
    return text;
}

static size_t count(const struct dhs_diag *diag)
{
    return dhs_diag_errors(diag) + dhs_diag_warnings(diag);
}

static struct dhs_diag *compile(struct dhs_arena *arena, const char *std_dir, const char *path,
                                struct dhs_text text)
{
    struct dhs_overlay overlay = { path, text };
    struct dhs_options options = { .std_dir = std_dir, .overlays = &overlay, .n_overlays = 1 };
    struct dhs_diag *diag = dhs_diag_new(arena);
    dhs_compile(arena, path, &options, diag);
    return diag;
}

/* False: a fix made it worse. `n_fixed` counts what was mended. */
static bool mend(struct dhs_arena *arena, const char *std_dir, const char *path, size_t *n_fixed)
{
    struct dhs_text text = read_file(arena, path);
    struct dhs_diag *diag = compile(arena, std_dir, path, text);
    for (int round = 0; round < MAX_ROUNDS; round++) {
        size_t n = 0, before = count(diag);
        struct dhs_text mended = dhs_apply_fixes(arena, diag, path, text, &n);
        if (n == 0) return true;
        struct dhs_diag *after = compile(arena, std_dir, path, mended);
        *n_fixed += n;
        if (count(after) >= before) {
            printf("%s: %zu fixes, and %zu diagnostics became %zu:\n", path, n, before,
                   count(after));
            dhs_render(diag, stdout, DHS_FORMAT_RICH, false);
            puts("--- after:");
            dhs_render(after, stdout, DHS_FORMAT_RICH, false);
            return false;
        }
        text = mended;
        diag = after;
    }
    printf("%s: fixes go on for ever\n", path);
    return false;
}

int main(int argc, char **argv)
{
    size_t n_fixed = 0, n_bad = 0;
    for (int i = 2; i < argc; i++) {
        struct dhs_arena *arena = dhs_arena_new();
        n_bad += !mend(arena, argv[1], argv[i], &n_fixed);
        dhs_arena_free(arena);
    }
    printf("%d files, %zu fixes, %zu files made worse\n", argc - 2, n_fixed, n_bad);
    return n_bad > 0 || n_fixed < 20 ? EXIT_FAILURE : EXIT_SUCCESS;
}
