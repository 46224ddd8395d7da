/* SPDX-License-Identifier: Apache-2.0 */
/* Inlay hints: where each field lies, and what is lost before it, behind its line. */
#include <string.h>

#include "lsp_server.h"
#include "source.h"

typedef unsigned long long big;

static const struct dhs_field *field_before(const struct dhs_struct *s,
                                            const struct dhs_field *field)
{
    return field > s->fields ? field - 1 : NULL;
}

static const char *label_of_field(struct dhs_arena *arena, const struct dhs_struct *s,
                                  const struct dhs_field *field)
{
    const struct dhs_field *before = field_before(s, field);
    uint64_t end = before ? before->offset + before->size : 0;
    const char *label = dhs_printf(arena, "at %llu, %llu byte%s", (big)field->offset,
                                   (big)field->size, field->size == 1 ? "" : "s");
    if (field->offset > end)
        label = dhs_printf(arena, "%s, behind %llu of padding", label, (big)(field->offset - end));
    return label;
}

static const char *label_of(struct dhs_arena *arena, const struct dhs_mention *m)
{
    const struct dhs_symbol *symbol = m->symbol;
    if (!m->declares || !symbol || symbol->ast->parameters) return NULL;
    if (m->meant == DHS_MEANT_MEMBER && m->ast->kind == AST_FIELD) {
        const struct dhs_field *field = lsp_field_of(symbol, m->ast);
        return field ? label_of_field(arena, symbol->structure, field) : NULL;
    }
    bool is_struct = m->meant == DHS_MEANT_SYMBOL && m->ast->kind == AST_STRUCT;
    if (!is_struct || symbol->poisoned || !symbol->structure) return NULL;
    return dhs_printf(arena, "%llu bytes, aligned to %u", (big)symbol->structure->size,
                      symbol->structure->align);
}

/* Of a struct behind its name, of a field behind its line. */
static uint32_t place_of(const struct lsp_analysis *analysis, const struct dhs_mention *m)
{
    uint32_t end = m->span.offset + m->span.length;
    const struct lsp_statement *statement = lsp_statement_at(&analysis->statements, m->span.offset);
    return m->ast->kind == AST_FIELD && statement && statement->end > end ? statement->end : end;
}

json_t *lsp_inlay_hints(struct lsp_call *call)
{
    struct lsp_document *document = lsp_document_of(call);
    uint32_t begin = 0, end = 0;
    if (!document) return NULL;
    const struct lsp_analysis *analysis = document->analysis;
    if (!lsp_read_range(json_object_get(call->params, "range"), &analysis->lines, &begin, &end))
        return lsp_fail(call, LSP_INVALID_PARAMS, "the parameters hold no 'range'");
    json_t *hints = json_array();
    for (size_t i = 0; i < analysis->mentions.n; i++) {
        const struct dhs_mention *m = &analysis->mentions.items[i];
        if (m->span.offset < begin || m->span.offset > end) continue;
        const char *label = label_of(call->arena, m);
        if (!label) continue;
        struct lsp_position at = lsp_position_of(&analysis->lines, place_of(analysis, m));
        json_array_append_new(hints, json_pack("{s:o, s:s, s:b}", "position", lsp_position(at),
                                               "label", label, "paddingLeft", 1));
    }
    return hints;
}
