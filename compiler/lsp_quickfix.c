/* SPDX-License-Identifier: Apache-2.0 */
/* What mends a diagnostic (dhs_fix() in idl/diag.h), one by one and all of a file at once. */
#include <string.h>

#include "fix.h"
#include "lsp_server.h"
#include "source.h"

static const struct dhs_span NOWHERE = { NULL, 0, 0 };

/* Kinds form a tree: who asks for "source" wants "source.fixAll" too. */
static bool is_wanted(const json_t *params, const char *kind, bool unless_said)
{
    const json_t *only = lsp_member(params, "context.only");
    if (!json_is_array(only)) return unless_said;
    for (size_t i = 0; i < json_array_size(only); i++) {
        const char *asked = json_string_value(json_array_get(only, i));
        size_t n = asked ? strlen(asked) : 0;
        if (asked && (n == 0 || (strncmp(kind, asked, n) == 0 && (!kind[n] || kind[n] == '.'))))
            return true;
    }
    return false;
}

/* ---- one ---------------------------------------------------------------------------------- */

static const char *title_of(struct dhs_arena *arena, const struct dhs_diagnostic *d)
{
    const struct dhs_fix *fix = d->fixes;
    const char *old =
        dhs_copy_text(arena, fix->span.source->text + fix->span.offset, fix->span.length);
    if (fix->next) return dhs_printf(arena, "Mend: %s", d->message);
    if (fix->span.length == 0) return dhs_printf(arena, "Insert '%s'", fix->text);
    if (!*fix->text) return dhs_printf(arena, "Remove '%s'", old);
    return dhs_printf(arena, "Replace '%s' by '%s'", old, fix->text);
}

static json_t *edit_of(struct lsp_call *call, const struct lsp_analysis *analysis,
                       const struct dhs_diagnostic *d)
{
    json_t *by_uri = json_object();
    for (const struct dhs_fix *fix = d->fixes; fix; fix = fix->next) {
        const struct lsp_lines *lines = lsp_lines_of(analysis, fix->span.source);
        const char *uri = lsp_uri_of_source(call->server, call->arena, analysis, fix->span.source);
        json_t *list = json_object_get(by_uri, uri);
        if (!list) json_object_set_new(by_uri, uri, list = json_array());
        json_array_append_new(list, lsp_edit(lines, fix->span.offset,
                                             fix->span.offset + fix->span.length, fix->text));
    }
    return lsp_workspace_edit(call->server, by_uri);
}

static bool is_at(const struct lsp_analysis *analysis, const struct dhs_diagnostic *d,
                  uint32_t begin, uint32_t end)
{
    if (!d->fixes || !analysis->unit || d->span.source != analysis->unit->source) return false;
    return d->span.offset <= end && begin <= d->span.offset + d->span.length;
}

static json_t *action(const char *title, const char *kind, json_t *edit)
{
    return json_pack("{s:o, s:s, s:o}", "title", lsp_string(title, strlen(title)), "kind", kind,
                     "edit", edit);
}

static void add_quick(struct lsp_call *call, const struct lsp_analysis *analysis,
                      const struct dhs_diagnostic *d, json_t *list)
{
    json_t *one = action(title_of(call->arena, d), "quickfix", edit_of(call, analysis, d));
    json_t *diagnostic = lsp_diagnostic(call->server, call->arena, analysis, d);
    json_object_set_new(one, "diagnostics", json_pack("[o]", diagnostic));
    json_object_set_new(one, "isPreferred", json_true());
    json_array_append_new(list, one);
}

/* ---- imports for nothing ------------------------------------------------------------------ */

/* The whole line, where nothing else stands on it. */
static struct dhs_span with_line(struct dhs_span span)
{
    const char *text = span.source->text;
    uint32_t begin = span.offset, end = span.offset + span.length;
    while (begin > 0 && (text[begin - 1] == ' ' || text[begin - 1] == '\t'))
        begin--;
    while (text[end] == ' ' || text[end] == '\t' || text[end] == '\r')
        end++;
    bool alone = (begin == 0 || text[begin - 1] == '\n') && text[end] == '\n';
    return alone ? (struct dhs_span){ span.source, begin, end + 1 - begin } : span;
}

static void add_removals(struct lsp_call *call, const struct lsp_document *document, uint32_t begin,
                         uint32_t end, json_t *list)
{
    const struct lsp_analysis *analysis = document->analysis;
    const struct ast_declaration *import = NULL;
    while ((import = lsp_next_unused(analysis, import))) {
        struct dhs_span span = lsp_import_span(analysis, import);
        if (span.offset > end || begin > span.offset + span.length) continue;
        struct dhs_span line = with_line(span);
        json_t *edit = lsp_edit(&analysis->lines, line.offset, line.offset + line.length, "");
        json_t *by_uri = json_pack("{s:[o]}", document->uri, edit);
        const char *title =
            dhs_printf(call->arena, "Remove the unused import of %s",
                       ast_token_text(call->arena, analysis->unit->source, import->text));
        json_array_append_new(list,
                              action(title, "quickfix", lsp_workspace_edit(call->server, by_uri)));
    }
}

/* ---- all ---------------------------------------------------------------------------------- */

static void add_all(struct lsp_call *call, const struct lsp_document *document, json_t *list)
{
    const struct lsp_analysis *analysis = document->analysis;
    const struct dhs_source *before = analysis->unit ? analysis->unit->source : NULL;
    size_t n = 0;
    if (!before) return;
    struct dhs_text text = { before->text, before->length };
    struct dhs_text mended = dhs_apply_fixes(call->arena, analysis->diag, before->path, text, &n);
    const struct dhs_source *after =
        dhs_source_from_text(call->arena, dhs_diag_new(call->arena), before->path, mended, NOWHERE);
    if (n == 0 || !after) return;
    json_t *edits = lsp_edits_between(&analysis->lines, call->arena, before, after);
    json_t *by_uri = json_pack("{s:o}", document->uri, edits);
    json_array_append_new(list, action(dhs_printf(call->arena, "Mend what dhgen can mend (%zu)", n),
                                       "source.fixAll", lsp_workspace_edit(call->server, by_uri)));
}

json_t *lsp_code_actions(struct lsp_call *call)
{
    struct lsp_document *document = lsp_document_of(call);
    uint32_t begin = 0, end = 0;
    size_t n = 0;
    if (!document) return NULL;
    const struct lsp_analysis *analysis = document->analysis;
    if (!lsp_read_range(json_object_get(call->params, "range"), &analysis->lines, &begin, &end))
        return lsp_fail(call, LSP_INVALID_PARAMS, "the parameters hold no 'range'");
    json_t *list = json_array();
    if (!call->server->client.literal_actions) return list;
    const struct dhs_diagnostic *const *sorted = dhs_diag_sorted(analysis->diag, &n);
    for (size_t i = 0; i < n && is_wanted(call->params, "quickfix", true); i++)
        if (is_at(analysis, sorted[i], begin, end)) add_quick(call, analysis, sorted[i], list);
    if (is_wanted(call->params, "quickfix", true)) add_removals(call, document, begin, end, list);
    if (is_wanted(call->params, "source.fixAll", false)) add_all(call, document, list);
    return list;
}
