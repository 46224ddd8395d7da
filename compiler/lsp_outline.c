/* SPDX-License-Identifier: Apache-2.0 */
#include "lsp_outline.h"

#include <string.h>

#include "grammar.h"
#include "lsp_server.h"
#include "source.h"

/* ---- statements --------------------------------------------------------------------------- */

struct scan {
    struct lsp_statement *items;
    size_t n;
    int current; /* -1: none has begun */
    int around;  /* -1: outside of all braces */
    unsigned parentheses;
    uint32_t behind; /* the last token */
};

static void close_current(struct scan *s, uint32_t end, size_t n_tokens)
{
    if (s->current < 0) return;
    struct lsp_statement *statement = &s->items[s->current];
    statement->end = end;
    statement->n_tokens = n_tokens - statement->first;
    s->current = -1;
}

static void begin(struct scan *s, const struct dhs_token *token, size_t index, uint32_t docs)
{
    s->current = (int)s->n++;
    s->parentheses = 0;
    s->items[s->current] = (struct lsp_statement){ .docs = docs,
                                                   .begin = token->offset,
                                                   .kind = token->kind,
                                                   .parent = s->around,
                                                   .first = index };
}

static bool separates(const struct scan *s, int kind)
{
    if (kind == TOKEN_SEMI) return true;
    if (kind != TOKEN_COMMA || s->parentheses || s->around < 0) return false;
    int block = s->items[s->around].kind;
    return block == TOKEN_ENUM || block == TOKEN_FLAGS;
}

static void leave_block(struct scan *s, uint32_t end, size_t n_tokens)
{
    close_current(s, s->behind, n_tokens - 1);
    if (s->around < 0) return;
    s->current = s->around;
    s->around = s->items[s->around].parent;
    close_current(s, end, n_tokens);
}

/* `index`: of the token. */
static void take(struct scan *s, const struct dhs_token *token, size_t index, uint32_t docs)
{
    uint32_t end = token->offset + token->length;
    if (token->kind == TOKEN_RBRACE) {
        leave_block(s, end, index + 1);
    } else if (separates(s, token->kind)) {
        bool with = token->kind == TOKEN_SEMI;
        close_current(s, with ? end : s->behind, with ? index + 1 : index);
    } else {
        if (s->current < 0) begin(s, token, index, docs);
        s->parentheses += token->kind == TOKEN_LPAREN;
        s->parentheses -= token->kind == TOKEN_RPAREN && s->parentheses > 0;
        if (token->kind == TOKEN_LBRACE) {
            s->items[s->current].open = token->offset;
            s->around = s->current;
            s->current = -1;
        }
    }
    s->behind = end;
}

/* A token has at least one byte. */
static size_t count_tokens(struct dhs_arena *arena, const struct dhs_source *source)
{
    struct dhs_lexer lexer;
    size_t n = 0;
    dhs_lexer_start(&lexer, source, dhs_diag_new(arena));
    while (dhs_lex_piece(&lexer).kind != 0)
        n++;
    return n;
}

struct lsp_statements lsp_statements(struct dhs_arena *arena, const struct dhs_source *source)
{
    size_t n = count_tokens(arena, source), n_tokens = 0, n_comments = 0;
    struct dhs_token *tokens = dhs_alloc_array(arena, n + 1, sizeof *tokens);
    struct dhs_token *comments = dhs_alloc_array(arena, n + 1, sizeof *comments);
    struct scan s = { .current = -1, .around = -1 };
    struct dhs_lexer lexer;
    bool has_docs = false;
    uint32_t docs = 0;
    s.items = dhs_alloc_array(arena, n + 1, sizeof *s.items);
    dhs_lexer_start(&lexer, source, dhs_diag_new(arena));
    for (;;) {
        struct dhs_token token = dhs_lex_piece(&lexer);
        if (token.kind == 0) break;
        if (token.kind == TOKEN_COMMENT || token.kind == TOKEN_DOCS) {
            if (token.kind == TOKEN_DOCS && !has_docs) docs = token.offset;
            has_docs = has_docs || token.kind == TOKEN_DOCS;
            comments[n_comments++] = token;
            continue;
        }
        tokens[n_tokens] = token;
        take(&s, &token, n_tokens++, has_docs ? docs : token.offset);
        has_docs = false;
    }
    while (s.current >= 0 || s.around >= 0)
        leave_block(&s, s.behind, n_tokens + (s.current >= 0));
    return (struct lsp_statements){ tokens, n_tokens, s.items, s.n, comments, n_comments };
}

struct lsp_cursor lsp_cursor(struct dhs_arena *arena, const struct dhs_token *tokens,
                             size_t n_tokens)
{
    struct scan s = { .current = -1, .around = -1 };
    s.items = dhs_alloc_array(arena, n_tokens + 1, sizeof *s.items);
    for (size_t i = 0; i < n_tokens; i++)
        take(&s, &tokens[i], i, tokens[i].offset);
    return (struct lsp_cursor){ s.items, s.n, s.current, s.around };
}

const struct lsp_statement *lsp_statement_at(const struct lsp_statements *statements,
                                             uint32_t offset)
{
    size_t low = 0, high = statements->n;
    while (high > low) {
        size_t middle = low + (high - low) / 2;
        if (statements->items[middle].begin <= offset)
            low = middle + 1;
        else
            high = middle;
    }
    int i = (int)low - 1;
    while (i >= 0 && statements->items[i].end < offset)
        i = statements->items[i].parent;
    return i >= 0 ? &statements->items[i] : NULL;
}

/* ---- the outline -------------------------------------------------------------------------- */

/* The protocol's kinds of symbols. */
enum {
    KIND_NAMESPACE = 3,
    KIND_PACKAGE = 4,
    KIND_FIELD = 8,
    KIND_ENUM = 10,
    KIND_CONSTANT = 14,
    KIND_OBJECT = 19,
    KIND_KEY = 20,
    KIND_ENUM_MEMBER = 22,
    KIND_STRUCT = 23,
    KIND_EVENT = 24,
    KIND_TYPE_PARAMETER = 26
};

static int kind_of(enum ast_kind kind)
{
    switch (kind) {
    case AST_PACKAGE: return KIND_PACKAGE;
    case AST_IMPORT: return KIND_NAMESPACE;
    case AST_CONSTANT: return KIND_CONSTANT;
    case AST_ALIAS: return KIND_TYPE_PARAMETER;
    case AST_ENUM:
    case AST_FLAGS: return KIND_ENUM;
    case AST_STRUCT:
    case AST_UNION: return KIND_STRUCT;
    case AST_CHANNEL: return KIND_EVENT;
    case AST_ENUMERATOR: return KIND_ENUM_MEMBER;
    case AST_SLOT:
    case AST_ZONE: return KIND_OBJECT;
    case AST_SETTING: return KIND_KEY;
    default: return KIND_FIELD;
    }
}

struct outline {
    struct lsp_call *call;
    const struct lsp_analysis *analysis;
    const char *uri;
    json_t *flat; /* NULL: as a tree */
};

static struct dhs_span name_of(const struct lsp_analysis *analysis,
                               const struct ast_declaration *ast)
{
    const struct dhs_source *source = analysis->unit->source;
    if (ast->kind == AST_PACKAGE) return ast_path_span(source, ast->path);
    if (ast->kind == AST_SLOT) return ast_token_span(source, ast->name);
    return ast_token_span(source, ast->kind == AST_IMPORT ? ast->text : ast->name);
}

/* An import without its quotes. */
static json_t *text_of(const struct lsp_analysis *analysis, struct dhs_span name)
{
    const char *text = analysis->unit->source->text + name.offset;
    bool quoted = name.length > 2 && text[0] == '"' && text[name.length - 1] == '"';
    return quoted ? lsp_string(text + 1, name.length - 2) : lsp_string(text, name.length);
}

static const char *detail_of(const struct outline *o, const struct ast_declaration *ast)
{
    const char *text = o->analysis->unit->source->text;
    const struct ast_type *type = ast->type;
    bool has_type = type && type->kind != AST_TYPE_BROKEN;
    if (has_type) return dhs_copy_text(o->call->arena, text + type->span.offset, type->span.length);
    if (ast->value && ast->kind != AST_CHANNEL)
        return dhs_copy_text(o->call->arena, text + ast->value->span.offset,
                             ast->value->span.length);
    switch (ast->kind) {
    case AST_STRUCT: return "struct";
    case AST_CHANNEL: return "channel";
    case AST_PACKAGE: return "package";
    case AST_IMPORT: return "import";
    default: return "";
    }
}

static void tag(json_t *symbol, const struct lsp_analysis *analysis,
                const struct ast_declaration *ast)
{
    enum { DEPRECATED = 1 };
    if (lsp_is_deprecated(analysis->unit->source, ast))
        json_object_set_new(symbol, "tags", json_pack("[i]", DEPRECATED));
}

static json_t *tree_of(struct outline *o, const struct ast_declaration *list);

static json_t *symbol_of(struct outline *o, const struct ast_declaration *ast, struct dhs_span name)
{
    const struct lsp_analysis *analysis = o->analysis;
    const struct lsp_statement *statement = lsp_statement_at(&analysis->statements, name.offset);
    uint32_t begin = statement ? statement->docs : name.offset, end = name.offset + name.length;
    if (statement && statement->end > end) end = statement->end;
    const char *detail = detail_of(o, ast);
    json_t *json = json_pack("{s:o, s:o, s:i, s:o, s:o}", "name", text_of(analysis, name), "detail",
                             lsp_string(detail, strlen(detail)), "kind", kind_of(ast->kind),
                             "range", lsp_range(&analysis->lines, begin, end), "selectionRange",
                             lsp_range(&analysis->lines, name.offset, name.offset + name.length));
    if (ast->members) json_object_set_new(json, "children", tree_of(o, ast->members));
    tag(json, analysis, ast);
    return json;
}

static json_t *flat_symbol_of(const struct outline *o, const struct ast_declaration *ast,
                              struct dhs_span name)
{
    const struct lsp_analysis *analysis = o->analysis;
    json_t *json = json_pack("{s:o, s:i, s:{s:s, s:o}}", "name", text_of(analysis, name), "kind",
                             kind_of(ast->kind), "location", "uri", o->uri, "range",
                             lsp_range(&analysis->lines, name.offset, name.offset + name.length));
    tag(json, analysis, ast);
    return json;
}

/* Recursion is bounded: enums in structs have members, nothing deeper. */
static json_t *tree_of(struct outline *o, const struct ast_declaration *list)
{
    json_t *tree = json_array();
    for (const struct ast_declaration *d = list; d; d = d->next) {
        struct dhs_span name = name_of(o->analysis, d);
        if (name.length == 0) continue;
        if (!o->flat) {
            json_array_append_new(tree, symbol_of(o, d, name));
            continue;
        }
        json_array_append_new(o->flat, flat_symbol_of(o, d, name));
        json_decref(tree_of(o, d->members));
    }
    return tree;
}

json_t *lsp_document_symbols(struct lsp_call *call)
{
    struct lsp_document *document = lsp_document_of(call);
    if (!document) return NULL;
    struct outline o = { .call = call, .analysis = document->analysis, .uri = document->uri };
    if (!o.analysis->unit) return json_array();
    if (!call->server->client.hierarchical) o.flat = json_array();
    json_t *tree = tree_of(&o, o.analysis->unit->tree->declarations);
    if (!o.flat) return tree;
    json_decref(tree);
    return o.flat;
}

/* ---- of the workspace --------------------------------------------------------------------- */

struct query {
    struct lsp_call *call;
    const char *text;
    json_t *list;
};

static char folded(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
}

/* Its letters in their order, whatever stands between: editors rank what is found themselves. */
static bool fits(const char *query, const char *name)
{
    for (; *query && *name; name++)
        if (folded(*query) == folded(*name)) query++;
    return !*query;
}

static void add_fitting(struct query *q, struct outline *o, const struct ast_declaration *list,
                        const char *container)
{
    const struct dhs_source *source = o->analysis->unit->source;
    for (const struct ast_declaration *d = list; d; d = d->next) {
        struct dhs_span name = name_of(o->analysis, d);
        bool is_named = d->kind != AST_PACKAGE && d->kind != AST_IMPORT && d->kind != AST_SLOT &&
                        d->kind != AST_SETTING && name.length > 0;
        if (!is_named) continue;
        const char *text = ast_token_text(q->call->arena, source, d->name);
        if (fits(q->text, text)) {
            json_t *json = flat_symbol_of(o, d, name);
            json_object_set_new(json, "containerName", lsp_string(container, strlen(container)));
            json_array_append_new(q->list, json);
        }
        if (d->members)
            add_fitting(q, o, d->members, dhs_printf(q->call->arena, "%s.%s", container, text));
    }
}

static void ask_file(void *context, const struct lsp_analysis *analysis)
{
    struct query *q = context;
    const struct dhs_source *source = analysis->unit->source;
    struct outline o = { .call = q->call,
                         .analysis = analysis,
                         .uri =
                             lsp_uri_of_source(q->call->server, q->call->arena, analysis, source) };
    add_fitting(q, &o, analysis->unit->tree->declarations, analysis->unit->file->package);
}

json_t *lsp_workspace_symbols(struct lsp_call *call)
{
    const char *text = json_string_value(json_object_get(call->params, "query"));
    struct query q = { call, text ? text : "", json_array() };
    lsp_each_file(call, ask_file, &q);
    return q.list;
}

/* ---- folds -------------------------------------------------------------------------------- */

static void add_fold(json_t *folds, const struct lsp_lines *lines, uint32_t begin, uint32_t end,
                     const char *kind)
{
    uint32_t first = lsp_position_of(lines, begin).line, last = lsp_position_of(lines, end).line;
    if (last <= first) return;
    json_t *fold =
        json_pack("{s:I, s:I}", "startLine", (json_int_t)first, "endLine", (json_int_t)last);
    if (kind) json_object_set_new(fold, "kind", json_string(kind));
    json_array_append_new(folds, fold);
}

/* Comments on lines of their own that follow each other fold together. */
static void fold_comments(json_t *folds, const struct lsp_analysis *analysis)
{
    const struct lsp_statements *s = &analysis->statements;
    const struct lsp_lines *lines = &analysis->lines;
    for (size_t i = 0; i < s->n_comments;) {
        uint32_t begin = s->comments[i].offset, end = begin + s->comments[i].length;
        uint32_t line = lsp_position_of(lines, end).line;
        for (i++; i < s->n_comments; i++) {
            uint32_t next = s->comments[i].offset;
            if (lsp_position_of(lines, next).line != line + 1) break;
            end = next + s->comments[i].length;
            line = lsp_position_of(lines, end).line;
        }
        add_fold(folds, lines, begin, end, "comment");
    }
}

static void fold_imports(json_t *folds, const struct lsp_analysis *analysis)
{
    const struct lsp_statements *s = &analysis->statements;
    for (size_t i = 0; i < s->n; i++) {
        size_t first = i;
        while (i < s->n && s->items[i].kind == TOKEN_IMPORT && s->items[i].parent < 0)
            i++;
        if (i > first)
            add_fold(folds, &analysis->lines, s->items[first].begin, s->items[i - 1].end,
                     "imports");
    }
}

json_t *lsp_folding_ranges(struct lsp_call *call)
{
    struct lsp_document *document = lsp_document_of(call);
    if (!document) return NULL;
    const struct lsp_analysis *analysis = document->analysis;
    json_t *folds = json_array();
    for (size_t i = 0; i < analysis->statements.n; i++) {
        const struct lsp_statement *s = &analysis->statements.items[i];
        if (s->open) add_fold(folds, &analysis->lines, s->begin, s->end, NULL);
    }
    if (!analysis->unit) return folds;
    fold_comments(folds, analysis);
    fold_imports(folds, analysis);
    return folds;
}
