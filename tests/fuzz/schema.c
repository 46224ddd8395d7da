/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any bytes as a schema, through the front door: a model or a diagnostic, the same twice; what is
 * right has channels that the strict reader of canonical text takes, a layout that can be drawn, C,
 * and one style that changes nothing; what is wrong has fixes that come to an end and lose no
 * comment.
 */
#include "property.h"

#include <string.h>

#include "describe.h"
#include "dump.h"
#include "emit.h"
#include "fix.h"
#include "format.h"
#include "idl.h"
#include "idl/canon_read.h"
#include "layout_report.h"
#include "parse.h"

/* What an input may import; it need not. */
static const char LIBRARY[] = "package lib;\nconst N: u32 = 3;\nenum E : u8 { none = 0, one = 1 }\n"
                              "struct P { x: f32; y: f32; }\nalias A = u64 @unit(\"ns\");\n"
                              "struct Box<M> { data: u8[M]; }\n";

struct result {
    struct dhs_arena *arena;
    struct dhs_diag *diag;
    const struct dhs_program *program;
    char *said; /* all diagnostics, as JSON */
    size_t said_bytes;
};

static struct result compile(const uint8_t *data, size_t size)
{
    struct dhs_overlay overlays[] = {
        { "main.dhs", { (const char *)data, size } },
        { "lib.dhs", { LIBRARY, sizeof LIBRARY - 1 } },
    };
    struct dhs_options options = { .overlays = overlays, .n_overlays = 2 };
    struct result r = { .arena = dhs_arena_new() };

    r.diag = dhs_diag_new(r.arena);
    r.program = dhs_compile(r.arena, "main.dhs", &options, r.diag);
    FILE *said = open_memstream(&r.said, &r.said_bytes);
    if (!said) abort();
    dhs_render(r.diag, said, DHS_FORMAT_JSON, false);
    dhs_render(r.diag, said, DHS_FORMAT_RICH, true);
    fclose(said);
    MUST((r.program == NULL) == (dhs_diag_errors(r.diag) > 0));
    return r;
}

static void drop(struct result *r)
{
    free(r->said);
    dhs_arena_free(r->arena);
}

static void check_channels(const struct dhs_file *file)
{
    for (size_t i = 0; i < file->n_channels; i++) {
        struct dhs_text text = file->channels[i]->canonical;
        struct dhc_text *read = dhc_read(text.data, text.length, NULL);
        MUST(read != NULL);
        dhc_free(read);
    }
}

static void check_same(const struct result *a, const struct result *b)
{
    MUST(a->said_bytes == b->said_bytes && memcmp(a->said, b->said, a->said_bytes) == 0);
    MUST((a->program == NULL) == (b->program == NULL));
    if (!a->program) return;
    const struct dhs_file *x = a->program->files[0], *y = b->program->files[0];
    MUST(x->n_channels == y->n_channels);
    for (size_t i = 0; i < x->n_channels; i++)
        MUST(memcmp(x->channels[i]->hash, y->channels[i]->hash, DHS_HASH_BYTES) == 0);
}

/* Everything that dhgen makes of a right schema, but no file. */
static void use(struct result *r)
{
    const struct dhs_file *file = r->program->files[0];
    struct outputs outputs = outputs_new(r->arena);
    struct dependencies dependencies = { .arena = r->arena };
    struct emission_cache templates = { NULL };
    struct emission emission = { .arena = r->arena,
                                 .diag = r->diag,
                                 .out_dir = ".",
                                 .language = "c",
                                 .outputs = &outputs,
                                 .dependencies = &dependencies,
                                 .cache = &templates };
    struct text drawn = text_new(r->arena);

    layout_report(file, (struct layout_style){ true, true, 80 }, &drawn);
    layout_json(file, &drawn);
    struct value *tree = describe_file(r->arena, r->program, file, NULL, r->diag);
    if (dhs_diag_errors(r->diag) > 0) return; /* names that meet in C */
    emit(&emission, "main", tree);
    MUST(dhs_diag_errors(r->diag) == 0);
    value_print_json(tree, &drawn);
}

static const struct dhs_span NOWHERE = { NULL, 0, 0 };

/* Formatting changes layout only, and once only. */
static void check_format(const uint8_t *data, size_t size)
{
    struct dhs_arena *arena = dhs_arena_new();
    struct dhs_diag *diag = dhs_diag_new(arena);
    const struct dhs_source *source =
        dhs_source_from_text(arena, diag, "main.dhs", (struct dhs_text){ (const char *)data, size },
                             NOWHERE);
    uint32_t line;

    if (source && dhs_diag_errors(diag) == 0) {
        struct text once = format_source(arena, source);
        const struct dhs_source *again =
            dhs_source_from_text(arena, diag, "main.dhs",
                                 (struct dhs_text){ text_string(&once), once.length }, NOWHERE);
        MUST(again != NULL && dhs_diag_errors(diag) == 0);
        MUST(format_is_same(arena, source, again, &line));
        struct text twice = format_source(arena, again);
        MUST(once.length == twice.length &&
             memcmp(text_string(&once), text_string(&twice), once.length) == 0);
    }
    dhs_arena_free(arena);
}

static size_t count_comments(struct dhs_text text)
{
    size_t n = 0;

    for (size_t i = 0; i + 1 < text.length; i++)
        n += text.data[i] == '/' && (text.data[i + 1] == '/' || text.data[i + 1] == '*');
    return n;
}

/* Fixes come to an end, and what begins a comment stays. */
static void check_fixes(const uint8_t *data, size_t size)
{
    enum { MAX_ROUNDS = 100 };
    struct dhs_arena *arena = dhs_arena_new();
    struct dhs_text text = { (const char *)data, size };
    size_t n = 1, n_comments = count_comments(text);

    for (int round = 0; n > 0; round++) {
        struct result r = compile((const uint8_t *)text.data, text.length);
        text = dhs_apply_fixes(arena, r.diag, "main.dhs", text, &n);
        drop(&r);
        MUST(n == 0 || round < MAX_ROUNDS);
        MUST(count_comments(text) >= n_comments);
    }
    dhs_arena_free(arena);
}

/* The windows into the first stages show any bytes. */
static void check_dumps(const uint8_t *data, size_t size)
{
    struct dhs_arena *arena = dhs_arena_new();
    struct dhs_diag *diag = dhs_diag_new(arena);
    struct text shown = text_new(arena);
    const struct dhs_source *source =
        dhs_source_from_text(arena, diag, "main.dhs", (struct dhs_text){ (const char *)data, size },
                             NOWHERE);

    if (source) dump_tokens(source, diag, &shown);
    if (source) dump_tree(arena, dhs_parse(arena, source, diag), &shown);
    MUST(!memchr(text_string(&shown), '\x1b', shown.length));
    dhs_arena_free(arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct result a = compile(data, size), b = compile(data, size);

    check_same(&a, &b);
    if (a.program) {
        check_channels(a.program->files[0]);
        use(&a);
        check_format(data, size);
    } else {
        check_fixes(data, size);
    }
    check_dumps(data, size);
    drop(&a);
    drop(&b);
    return 0;
}
