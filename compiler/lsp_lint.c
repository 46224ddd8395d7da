/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is no mistake, and yet worth drawing otherwise: imports of which nothing is used, in grey;
 * names that are on their way out, struck through.
 */
#include <string.h>

#include "lsp_server.h"
#include "source.h"

enum { HINT = 4 };
enum { UNNECESSARY = 1, DEPRECATED = 2 };

/* ---- deprecated --------------------------------------------------------------------------- */

static const struct ast_attribute *deprecation_of(const struct dhs_source *source,
                                                  const struct ast_declaration *ast)
{
    static const char WORD[] = "deprecated";
    for (const struct ast_attribute *a = ast->attributes; a; a = a->next)
        if (!a->name->next && a->name->word.length == strlen(WORD) &&
            memcmp(source->text + a->name->word.offset, WORD, strlen(WORD)) == 0)
            return a;
    return NULL;
}

bool lsp_is_deprecated(const struct dhs_source *source, const struct ast_declaration *ast)
{
    return deprecation_of(source, ast) != NULL;
}

/* "'Old' is deprecated: use New", as the author gave the reason. */
static json_t *deprecation_text(struct dhs_arena *arena, const struct dhs_mention *m)
{
    const struct dhs_source *source = m->unit->source;
    const struct ast_argument *why = deprecation_of(source, m->ast)->arguments;
    const char *name = ast_token_text(arena, source, m->ast->name);
    if (!why || why->value->kind != AST_TEXT) return lsp_printf(arena, "'%s' is deprecated", name);
    struct dhs_text reason =
        dhs_unescape(arena, source->text + why->value->token.offset, why->value->token.length);
    return lsp_printf(arena, "'%s' is deprecated: %s", name, reason.data);
}

static bool uses_deprecated(const struct dhs_mention *m)
{
    bool names = m->meant == DHS_MEANT_SYMBOL || m->meant == DHS_MEANT_MEMBER;
    return names && !m->declares && m->ast && m->unit &&
           deprecation_of(m->unit->source, m->ast) != NULL;
}

/* ---- imports ------------------------------------------------------------------------------ */

static bool holds(struct dhs_span span, const struct dhs_mention *m)
{
    return m->span.offset >= span.offset && m->span.offset < span.offset + span.length;
}

/* The file that the import brings, as its mention has it. */
static const struct dhs_unit *imported_by(const struct lsp_analysis *analysis,
                                          const struct ast_declaration *import)
{
    struct dhs_span text = ast_token_span(analysis->unit->source, import->text);
    for (size_t i = 0; i < analysis->mentions.n; i++) {
        const struct dhs_mention *m = &analysis->mentions.items[i];
        if (m->meant == DHS_MEANT_FILE && holds(text, m)) return m->unit;
    }
    return NULL;
}

static bool is_used(const struct lsp_analysis *analysis, const struct dhs_unit *unit)
{
    for (size_t i = 0; i < analysis->mentions.n; i++) {
        const struct dhs_mention *m = &analysis->mentions.items[i];
        if (m->meant != DHS_MEANT_FILE && m->meant != DHS_MEANT_QUALIFIER && m->unit == unit)
            return true;
    }
    return false;
}

/* Where something is wrong, what it would have used is not known. */
static bool can_tell(const struct lsp_analysis *analysis)
{
    return analysis->unit && dhs_diag_errors(analysis->diag) == 0;
}

const struct ast_declaration *lsp_next_unused(const struct lsp_analysis *analysis,
                                              const struct ast_declaration *after)
{
    if (!can_tell(analysis)) return NULL;
    const struct ast_declaration *d = after ? after->next : analysis->unit->tree->declarations;
    for (; d; d = d->next) {
        const struct dhs_unit *unit = d->kind == AST_IMPORT ? imported_by(analysis, d) : NULL;
        if (unit && !is_used(analysis, unit)) return d;
    }
    return NULL;
}

struct dhs_span lsp_import_span(const struct lsp_analysis *analysis,
                                const struct ast_declaration *import)
{
    struct dhs_span span = ast_token_span(analysis->unit->source, import->text);
    const struct lsp_statement *statement = lsp_statement_at(&analysis->statements, span.offset);
    if (!statement) return span;
    return (struct dhs_span){ span.source, statement->begin, statement->end - statement->begin };
}

/* ---- both --------------------------------------------------------------------------------- */

static void add(json_t *list, const struct lsp_analysis *analysis, struct dhs_span span, int tag,
                json_t *message)
{
    json_t *range = lsp_range(&analysis->lines, span.offset, span.offset + span.length);
    json_array_append_new(list,
                          json_pack("{s:o, s:i, s:s, s:o, s:[i]}", "range", range, "severity", HINT,
                                    "source", "dhgen", "message", message, "tags", tag));
}

void lsp_add_hints(struct dhs_arena *arena, const struct lsp_analysis *analysis, json_t *list)
{
    const struct ast_declaration *import = NULL;
    while ((import = lsp_next_unused(analysis, import)))
        add(list, analysis, lsp_import_span(analysis, import), UNNECESSARY,
            json_string("nothing of this import is used"));
    for (size_t i = 0; i < analysis->mentions.n; i++) {
        const struct dhs_mention *m = &analysis->mentions.items[i];
        if (uses_deprecated(m))
            add(list, analysis, m->span, DEPRECATED, deprecation_text(arena, m));
    }
}
