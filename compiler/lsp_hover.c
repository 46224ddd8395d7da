/* SPDX-License-Identifier: Apache-2.0 */
/* What stands at a place: first what names mean, then words of the language. */
#include <string.h>

#include "grammar.h"
#include "lsp_server.h"
#include "source.h"

static const struct dhs_token *token_at(const struct lsp_statements *statements, uint32_t offset)
{
    const struct dhs_token *found = NULL;
    for (size_t i = 0; i < statements->n_tokens; i++) {
        const struct dhs_token *token = &statements->tokens[i];
        if (token->offset > offset) break;
        if (offset <= token->offset + token->length && dhs_is_word(token->kind)) found = token;
    }
    return found;
}

/* Keywords are in no mention: they may be names as well, which are found before. */
static struct dhs_span add_keyword(struct lsp_page *page, const struct lsp_analysis *analysis,
                                   uint32_t offset)
{
    const struct dhs_source *source = analysis->unit->source;
    const struct dhs_token *token = token_at(&analysis->statements, offset);
    struct dhs_span none = { NULL, 0, 0 };
    if (!token) return none;
    const char *word = ast_token_text(page->text.arena, source, *token);
    const char *line = lsp_word("", word);
    if (!line) line = lsp_word("type", word);
    if (!line && strcmp(word, "first") == 0) line = lsp_word("invalid", word);
    if (!line) return none;
    text_printf(&page->text, page->markdown ? "```dhs\n%s\n```\n\n- %s\n" : "%s\n\n- %s\n", word,
                line);
    return ast_token_span(source, *token);
}

json_t *lsp_hover(struct lsp_call *call)
{
    uint32_t offset = 0;
    struct lsp_document *document = lsp_place_of(call, &offset);
    if (!document || !document->analysis->unit) return NULL;
    const struct lsp_analysis *analysis = document->analysis;
    const struct dhs_mention *mention = dhs_mention_at(&analysis->mentions, offset);
    struct lsp_page page = { text_new(call->arena), call->server->client.markdown };
    struct dhs_span span = { NULL, 0, 0 };
    if (mention) {
        span = mention->span;
        lsp_describe(&page, analysis, mention);
    }
    if (page.text.length == 0) span = add_keyword(&page, analysis, offset);
    if (page.text.length == 0) return NULL;
    return json_pack("{s:o, s:o}", "contents", lsp_markup(page.markdown, &page.text), "range",
                     lsp_range(&analysis->lines, span.offset, span.offset + span.length));
}
