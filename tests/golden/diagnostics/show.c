/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The language alone, for tests: what it says of a schema, and the canonical texts it makes.
 *
 *   show [-I DIR] [--short] [--colour] [--std DIR] check|canon|hash|codes FILE
 */
#include <idl.h>

#include <stdio.h>
#include <string.h>

struct arguments {
    const char *verb;
    const char *file;
    const char *dirs[16];
    struct dhs_options options;
    enum dhs_format format;
    bool colour;
};

static bool parse(struct arguments *a, int argc, char **argv)
{
    a->format = DHS_FORMAT_RICH;
    a->options.import_dirs = a->dirs;
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "-I") == 0 && i + 1 < argc && a->options.n_import_dirs < 16)
            a->dirs[a->options.n_import_dirs++] = argv[++i];
        else if (strcmp(argv[i], "--std") == 0 && i + 1 < argc)
            a->options.std_dir = argv[++i];
        else if (strcmp(argv[i], "--short") == 0)
            a->format = DHS_FORMAT_SHORT;
        else if (strcmp(argv[i], "--colour") == 0)
            a->colour = true;
        else if (!a->verb)
            a->verb = argv[i];
        else
            a->file = argv[i];
    }
    return a->verb && (a->file || strcmp(a->verb, "codes") == 0);
}

static void print_channels(const struct dhs_program *program, const char *verb)
{
    const struct dhs_file *file = program->files[0];
    for (size_t i = 0; i < file->n_channels; i++) {
        const struct dhs_channel *channel = file->channels[i];
        if (strcmp(verb, "canon") == 0)
            fwrite(channel->canonical.data, 1, channel->canonical.length, stdout);
        for (size_t k = 0; strcmp(verb, "hash") == 0 && k < DHS_HASH_BYTES; k++)
            printf("%02x%s", channel->hash[k], k + 1 == DHS_HASH_BYTES ? "\n" : "");
    }
}

int main(int argc, char **argv)
{
    struct arguments a = { .format = DHS_FORMAT_RICH };
    if (!parse(&a, argc, argv)) {
        fputs("usage: show [-I DIR] [--short] [--colour] [--std DIR] check|canon|hash|codes FILE\n",
              stderr);
        return 64;
    }
    const struct dhs_diag_info *info;
    if (strcmp(a.verb, "codes") == 0) {
        for (size_t i = 0; (info = dhs_diag_info_at(i)); i++)
            puts(info->id);
        return 0;
    }
    struct dhs_arena *arena = dhs_arena_new();
    struct dhs_diag *diag = dhs_diag_new(arena);
    const struct dhs_program *program = dhs_compile(arena, a.file, &a.options, diag);
    dhs_render(diag, stdout, a.format, a.colour);
    bool bad = dhs_diag_errors(diag) > 0;
    if (program) print_channels(program, a.verb);
    dhs_arena_free(arena);
    return bad ? 1 : 0;
}
