/* SPDX-License-Identifier: Apache-2.0 */
/* The one style, as edits of those lines alone that change. */
#include <string.h>

#include "format.h"
#include "lsp_server.h"
#include "parse.h"
#include "source.h"

static const struct dhs_span NOWHERE = { NULL, 0, 0 };

/* The text in the one style; NULL: it has syntax errors, or (never seen) formatting would change
 * more than its layout. */
static const struct dhs_source *in_style(struct dhs_arena *arena, const struct dhs_source *before)
{
    struct dhs_diag *diag = dhs_diag_new(arena);
    uint32_t line = 0;
    dhs_parse(arena, before, diag);
    if (dhs_diag_errors(diag) > 0) return NULL;
    struct text text = format_source(arena, before);
    struct dhs_text formatted = { text_string(&text), text.length };
    const struct dhs_source *after =
        dhs_source_from_text(arena, diag, before->path, formatted, NOWHERE);
    return after && format_is_same(arena, before, after, &line) ? after : NULL;
}

static uint32_t line_start(const struct dhs_source *source, uint32_t line)
{
    return line > source->n_lines ? source->length : dhs_source_line_start(source, line);
}

static bool same_line(const struct dhs_source *a, uint32_t in_a, const struct dhs_source *b,
                      uint32_t in_b)
{
    uint32_t from_a = line_start(a, in_a), to_a = line_start(a, in_a + 1);
    uint32_t from_b = line_start(b, in_b), to_b = line_start(b, in_b + 1);
    return to_a - from_a == to_b - from_b &&
           memcmp(a->text + from_a, b->text + from_b, to_a - from_a) == 0;
}

/* Some lines of a text: from the first, up to one. */
struct stretch {
    const struct dhs_source *source;
    uint32_t from;
    uint32_t to;
};

static void add_edit(json_t *edits, const struct lsp_lines *lines, struct dhs_arena *arena,
                     struct stretch old, struct stretch new)
{
    uint32_t begin = line_start(new.source, new.from), end = line_start(new.source, new.to);
    const char *text = dhs_copy_text(arena, new.source->text + begin, end - begin);
    json_array_append_new(edits, lsp_edit(lines, line_start(old.source, old.from),
                                          line_start(old.source, old.to), text));
}

json_t *lsp_edits_between(const struct lsp_lines *lines, struct dhs_arena *arena,
                          const struct dhs_source *a, const struct dhs_source *b)
{
    json_t *edits = json_array();
    uint32_t n = a->n_lines, m = b->n_lines, top = 1, bottom = 0;
    while (top <= n && top <= m && same_line(a, top, b, top))
        top++;
    while (n - bottom >= top && m - bottom >= top && same_line(a, n - bottom, b, m - bottom))
        bottom++;
    if (n != m) {
        add_edit(edits, lines, arena, (struct stretch){ a, top, n - bottom + 1 },
                 (struct stretch){ b, top, m - bottom + 1 });
        return edits;
    }
    while (top <= n - bottom) {
        uint32_t end = top;
        while (end <= n - bottom && !same_line(a, end, b, end))
            end++;
        struct stretch old = { a, top, end }, new = { b, top, end };
        if (end > top) add_edit(edits, lines, arena, old, new);
        top = end + 1;
    }
    return edits;
}

json_t *lsp_formatting(struct lsp_call *call)
{
    struct lsp_document *document = lsp_document_of(call);
    if (!document || !document->analysis->unit) return NULL;
    const struct dhs_source *before = document->analysis->unit->source;
    const struct dhs_source *after = in_style(call->arena, before);
    if (!after) return NULL;
    return lsp_edits_between(&document->analysis->lines, call->arena, before, after);
}
