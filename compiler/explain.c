/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `dhgen explain`: the page of a diagnostic. The example's message is what the compiler says of it
 * at this moment, so that no page can be out of date.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sysexits.h>

#include "examples.h"
#include "idl.h"
#include "std_dir.h"
#include "text.h"
#include "verb.h"

enum { COLUMNS = 80 };

static void add_indented(struct text *text, const char *lines, size_t length)
{
    const char *end = lines + length;

    while (lines < end) {
        const char *stop = memchr(lines, '\n', (size_t)(end - lines));
        size_t n = stop ? (size_t)(stop - lines) : (size_t)(end - lines);
        if (n > 0) text_add_string(text, "    ");
        text_add(text, lines, n);
        text_add_char(text, '\n');
        lines += n + 1;
    }
}

/* What dhgen says of an example. */
static void add_report(struct dhs_arena *arena, struct text *text, struct dhs_text schema)
{
    struct dhs_overlay overlay = { "example.dhs", schema };
    struct dhs_options options = { .std_dir = std_dir(arena),
                                   .overlays = &overlay,
                                   .n_overlays = 1 };
    struct dhs_diag *diag = dhs_diag_new(arena);
    char *report = NULL;
    size_t length = 0;
    FILE *memory = open_memstream(&report, &length);

    dhs_compile(arena, "example.dhs", &options, diag);
    if (!memory) return;
    dhs_render(diag, memory, DHS_FORMAT_RICH, false);
    if (fclose(memory) == 0) add_indented(text, report, length);
    free(report);
}

static void add_page(struct dhs_arena *arena, struct text *text, const struct dhs_diag_info *info)
{
    struct example example;

    text_printf(text, "%s (%s): %s\n\n", info->id,
                info->severity == DHS_ERROR ? "error" : "warning", info->title);
    text_add_wrapped(text, info->explanation, 0, COLUMNS);
    if (!example_find(info->id, &example)) return;
    text_add_string(text, "\nWrong:\n\n");
    add_indented(text, example.wrong.data, example.wrong.length);
    text_add_string(text, "\nWhat dhgen says of it:\n\n");
    add_report(arena, text, example.wrong);
    text_add_string(text, "\nMended:\n\n");
    add_indented(text, example.mended.data, example.mended.length);
}

/* "DH0412", as people type it: "dh412", "412". */
static const struct dhs_diag_info *find(struct dhs_arena *arena, const char *word)
{
    const char *digits = strncasecmp(word, "DH", 2) == 0 ? word + 2 : word;
    size_t n = strlen(digits);

    if (n == 0 || n > 4 || strspn(digits, "0123456789") != n) return NULL;
    return dhs_diag_info_find(dhs_printf(arena, "DH%04d", atoi(digits)));
}

int verb_explain(struct dhs_arena *arena, const struct options *options)
{
    struct text text = text_new(arena);
    const struct dhs_diag_info *info;

    for (size_t i = 0; i < options->operands.n; i++) {
        info = find(arena, options->operands.items[i]);
        if (!info) {
            fprintf(stderr, "dhgen: there is no diagnostic '%s'; 'dhgen explain' lists them\n",
                    options->operands.items[i]);
            return EX_USAGE;
        }
        if (i > 0) text_add_char(&text, '\n');
        add_page(arena, &text, info);
    }
    for (size_t i = 0; options->operands.n == 0 && (info = dhs_diag_info_at(i)); i++)
        text_printf(&text, "%s  %s\n", info->id, info->title);
    fwrite(text_string(&text), 1, text.length, stdout);
    return EX_OK;
}
