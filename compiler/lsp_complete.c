/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What could come next. The tree does not hold what is being typed, so the tokens before the cursor
 * tell where it is: in which braces, in which statement, behind which sign.
 *
 *   name: |type      = |value      @|attribute(|argument      q.|inside      import "|file
 */
#include <string.h>

#include "grammar.h"
#include "lsp_offer.h"
#include "source.h"

struct cursor {
    struct lsp_offer offer;
    const struct dhs_token *tokens; /* of the file */
    struct lsp_cursor open;
    const struct dhs_token *first; /* of the statement, up to the cursor and without a path there */
    size_t n;
    const struct ast_path *path; /* that ends in a dot before the cursor; NULL: none */
    int block;                   /* the kind of the statement whose braces are open; 0: none */
};

static int kind_at(const struct cursor *c, size_t i)
{
    return i < c->n ? c->first[i].kind : 0;
}

static int last_kind(const struct cursor *c)
{
    return c->n ? c->first[c->n - 1].kind : 0;
}

static const char *text_at(const struct cursor *c, size_t i)
{
    return ast_token_text(c->offer.call->arena, c->offer.place.unit->source, c->first[i]);
}

/* ---- where the cursor is ------------------------------------------------------------------ */

/* A line comment reaches to the end of its line, a block comment to its star and slash. */
static bool is_in_comment(const struct cursor *c)
{
    const struct lsp_statements *s = &c->offer.analysis->statements;
    const char *text = c->offer.place.unit->source->text;
    for (size_t i = 0; i < s->n_comments; i++) {
        uint32_t begin = s->comments[i].offset, end = begin + s->comments[i].length;
        bool is_line = text[begin + 1] == '/';
        if (c->offer.offset > begin + 1 &&
            (is_line ? c->offer.offset <= end : c->offer.offset < end))
            return true;
    }
    return false;
}

/* The token that the cursor is in or right behind; NULL: it is behind a blank. */
static const struct dhs_token *token_at(const struct cursor *c)
{
    const struct lsp_statements *s = &c->offer.analysis->statements;
    for (size_t i = 0; i < s->n_tokens; i++) {
        uint32_t begin = s->tokens[i].offset, end = begin + s->tokens[i].length;
        if (begin < c->offer.offset && c->offer.offset <= end) return &s->tokens[i];
    }
    return NULL;
}

/* Of a closed string the place behind its quote is outside. */
static bool is_inside_text(const struct cursor *c, const struct dhs_token *token)
{
    const char *text = c->offer.place.unit->source->text + token->offset;
    bool closed = token->length > 1 && text[token->length - 1] == '"';
    return token->kind == TOKEN_TEXT &&
           (!closed || c->offer.offset < token->offset + token->length);
}

/* Fields have one colon: behind the last one is where the author is, however many semicolons are
 * missing above. */
static void skip_unfinished(struct cursor *c)
{
    size_t colon = c->n;
    bool in_block =
        c->block == TOKEN_STRUCT || c->block == TOKEN_UNION || c->block == TOKEN_CHANNEL;
    if (!in_block) return;
    while (colon > 0 && c->first[colon - 1].kind != TOKEN_COLON)
        colon--;
    size_t begin = colon < 2 ? 0 : colon - 2;
    int before = begin > 0 ? c->first[begin - 1].kind : 0;
    if (before == TOKEN_CONST || before == TOKEN_ZONE || before == TOKEN_ENUM ||
        before == TOKEN_FLAGS)
        begin--;
    c->first += begin;
    c->n -= begin;
}

/* `a.b.` before the cursor. */
static void take_path(struct cursor *c)
{
    struct dhs_arena *arena = c->offer.call->arena;
    while (c->n >= 2 && c->first[c->n - 1].kind == TOKEN_DOT && dhs_is_word(kind_at(c, c->n - 2))) {
        struct ast_path *word = dhs_alloc(arena, sizeof *word);
        *word = (struct ast_path){ c->first[c->n - 2], (struct ast_path *)(uintptr_t)c->path };
        c->path = word;
        c->n -= 2;
    }
}

/* The struct whose braces are open, so that what is declared in it is seen. */
static void find_place(struct cursor *c)
{
    struct dhs_unit *unit = c->offer.place.unit;
    if (c->open.around < 0) return;
    const struct lsp_statement *around = &c->open.items[c->open.around];
    c->block = around->kind;
    for (const struct ast_declaration *d = unit->tree->declarations; d; d = d->next)
        if (d->kind == AST_STRUCT && d->name.offset > around->begin &&
            d->name.offset < around->open)
            c->offer.place.outer = dhs_symbol_of(c->offer.analysis->check, unit, NULL, d);
}

static void find_cursor(struct cursor *c)
{
    const struct lsp_statements *s = &c->offer.analysis->statements;
    size_t n = 0;
    while (n < s->n_tokens && s->tokens[n].offset < c->offer.begin)
        n++;
    c->tokens = s->tokens;
    c->open = lsp_cursor(c->offer.call->arena, s->tokens, n);
    find_place(c);
    size_t first = c->open.current < 0 ? n : c->open.items[c->open.current].first;
    c->first = s->tokens + first;
    c->n = n - first;
    skip_unfinished(c);
    take_path(c);
}

/* ---- what the statement is ---------------------------------------------------------------- */

static enum ast_kind declaration_kind(const struct cursor *c)
{
    switch (kind_at(c, 0)) {
    case TOKEN_CONST: return AST_CONSTANT;
    case TOKEN_ALIAS: return AST_ALIAS;
    case TOKEN_ENUM: return AST_ENUM;
    case TOKEN_FLAGS: return AST_FLAGS;
    case TOKEN_STRUCT: return AST_STRUCT;
    case TOKEN_UNION: return AST_UNION;
    default: return AST_CHANNEL;
    }
}

static enum ast_kind statement_kind(const struct cursor *c)
{
    int first = kind_at(c, 0);
    bool is_named = first == TOKEN_CONST || first == TOKEN_ENUM || first == TOKEN_FLAGS;
    switch (c->block) {
    case TOKEN_STRUCT:
        return is_named && kind_at(c, 1) != TOKEN_COLON ? declaration_kind(c) : AST_FIELD;
    case TOKEN_UNION: return AST_ARM;
    case TOKEN_ENUM:
    case TOKEN_FLAGS: return AST_ENUMERATOR;
    case TOKEN_CHANNEL:
        return first == TOKEN_SLOT ? AST_SLOT : first == TOKEN_ZONE ? AST_ZONE : AST_SETTING;
    default: return declaration_kind(c);
    }
}

/* Where the type begins: behind the colon, of an alias behind the `=`. 0: there is none. */
static size_t type_begin(const struct cursor *c, enum ast_kind kind)
{
    int sign = kind == AST_ALIAS ? TOKEN_EQ : TOKEN_COLON;
    for (size_t i = 0; i < c->n; i++)
        if (c->first[i].kind == sign) return i + 1;
    return 0;
}

static size_t value_begin(const struct cursor *c, enum ast_kind kind)
{
    for (size_t i = 0; kind != AST_ALIAS && i < c->n; i++)
        if (c->first[i].kind == TOKEN_EQ) return i + 1;
    return 0;
}

/* The enum that a value would be of, by the type that the statement names. */
static struct dhs_symbol *wanted_enum(const struct cursor *c, enum ast_kind kind)
{
    struct dhs_arena *arena = c->offer.call->arena;
    struct ast_path *path = NULL, **end = &path;
    size_t at = type_begin(c, kind);
    if (at == 0) return NULL;
    while (kind_at(c, at) == TOKEN_LIST || kind_at(c, at) == TOKEN_ATOMIC ||
           kind_at(c, at) == TOKEN_LT)
        at++;
    for (; dhs_is_word(kind_at(c, at)); at += 2) {
        *end = dhs_alloc(arena, sizeof **end);
        (*end)->word = c->first[at];
        end = &(*end)->next;
        if (kind_at(c, at + 1) != TOKEN_DOT) break;
    }
    struct ast_type type = { .kind = AST_TYPE_NAMED, .path = path };
    return path ? dhs_enum_under(c->offer.analysis->check, c->offer.place, &type) : NULL;
}

static enum lsp_types types_for(enum ast_kind kind)
{
    switch (kind) {
    case AST_SLOT:
    case AST_ZONE: return LSP_ROOT_TYPES;
    case AST_CONSTANT: return LSP_CONSTANT_TYPES;
    case AST_ENUM: return LSP_BASES;
    case AST_FLAGS:
    case AST_UNION: return LSP_UNSIGNED_BASES;
    default: return LSP_ANY_TYPE;
    }
}

/* ---- offers ------------------------------------------------------------------------------- */

static void offer_types(struct cursor *c, enum ast_kind kind)
{
    if (c->path) {
        lsp_offer_inside(&c->offer, c->path, true, types_for(kind));
        return;
    }
    if (kind == AST_SLOT)
        lsp_offer_item(&c->offer, (struct lsp_item){ .label = "none",
                                                     .kind = LSP_ITEM_KEYWORD,
                                                     .docs = lsp_word("slot", "none") });
    lsp_offer_types(&c->offer, types_for(kind));
}

static void offer_values(struct cursor *c, struct dhs_symbol *wanted)
{
    if (c->path) {
        lsp_offer_inside(&c->offer, c->path, false, LSP_ANY_TYPE);
        return;
    }
    if (wanted) lsp_offer_enumerators(&c->offer, wanted);
    lsp_offer_constants(&c->offer);
    if (!wanted) lsp_offer_words(&c->offer, "value", LSP_ITEM_VALUE);
}

static void offer_counts(struct cursor *c)
{
    if (c->path)
        lsp_offer_inside(&c->offer, c->path, false, LSP_ANY_TYPE);
    else
        lsp_offer_constants(&c->offer);
}

static bool is_taken(void *context, const char *name)
{
    const struct cursor *c = context;
    for (size_t i = 0; i + 1 < c->n; i++)
        if (c->first[i].kind == TOKEN_AT && strcmp(text_at(c, i + 1), name) == 0) return true;
    return false;
}

static void offer_arguments(struct cursor *c, const char *attribute, enum ast_kind kind)
{
    static const char *const OF_TEXT[] = { "unit",       "frame", "label", "doc",
                                           "deprecated", "was",   "since", "writer" };
    for (size_t i = 0; i < sizeof OF_TEXT / sizeof OF_TEXT[0]; i++)
        if (strcmp(OF_TEXT[i], attribute) == 0) return;
    if (strcmp(attribute, "clock") == 0)
        lsp_offer_words(&c->offer, "clock", LSP_ITEM_VALUE);
    else
        offer_values(c, wanted_enum(c, kind));
}

/* The attribute whose parentheses are open; NULL: none. */
static const char *open_attribute(const struct cursor *c)
{
    size_t depth = 0;
    for (size_t i = c->n; i > 0; i--) {
        int kind = c->first[i - 1].kind;
        depth += kind == TOKEN_RPAREN;
        if (kind != TOKEN_LPAREN) continue;
        if (depth-- > 0) continue;
        size_t name = i - 1;
        while (name > 0 && c->first[name].kind != TOKEN_AT)
            name--;
        return c->first[name].kind == TOKEN_AT && name + 1 < c->n ? text_at(c, name + 1) : NULL;
    }
    return NULL;
}

/* Inside of `<` or `[` of a type: true, and what stands there was offered. */
static bool offer_in_brackets(struct cursor *c, enum ast_kind kind, size_t begin)
{
    size_t depth = 0;
    for (size_t i = c->n; i > begin; i--) {
        int sign = c->first[i - 1].kind;
        depth += sign == TOKEN_GT || sign == TOKEN_RBRACKET;
        if (sign != TOKEN_LT && sign != TOKEN_LBRACKET) continue;
        if (depth > 0) {
            depth--;
            continue;
        }
        int of = kind_at(c, i - 2);
        bool of_type = sign == TOKEN_LT && (of == TOKEN_LIST || of == TOKEN_ATOMIC) && i == c->n;
        if (of_type)
            offer_types(c, kind);
        else
            offer_counts(c);
        return true;
    }
    return false;
}

static bool ends_type(int kind)
{
    return dhs_is_word(kind) || kind == TOKEN_GT || kind == TOKEN_RBRACKET ||
           kind == TOKEN_QUESTION || kind == TOKEN_RPAREN;
}

/* Behind a type, or in the head of a block: only attributes may follow, and of a zone two words. */
static void offer_behind(struct cursor *c, enum ast_kind kind)
{
    if (c->path || !ends_type(last_kind(c))) return;
    if (kind == AST_ZONE) {
        static const char *const WORDS[] = { "shared", "spinlocks" };
        for (size_t i = 0; i < 2; i++)
            lsp_offer_item(&c->offer, (struct lsp_item){ .label = WORDS[i],
                                                         .kind = LSP_ITEM_KEYWORD,
                                                         .docs = lsp_word("", WORDS[i]) });
    }
    lsp_offer_attributes(&c->offer, kind, true, is_taken, c);
}

static void offer_head_word(struct cursor *c, const char *word)
{
    lsp_offer_item(&c->offer, (struct lsp_item){ .label = word,
                                                 .kind = LSP_ITEM_KEYWORD,
                                                 .docs = lsp_word("", word) });
}

/* ---- in a channel ------------------------------------------------------------------------- */

static bool is_set(const struct cursor *c, const char *word)
{
    const struct dhs_source *source = c->offer.place.unit->source;
    const struct lsp_statements *all = &c->offer.analysis->statements;
    for (size_t i = 0; i < all->n; i++) {
        const struct lsp_statement *s = &all->items[i];
        bool beside = s->parent >= 0 && c->open.around >= 0 &&
                      all->items[s->parent].begin == c->open.items[c->open.around].begin;
        if (!beside || s->begin == c->offer.begin) continue;
        if (strcmp(ast_token_text(c->offer.call->arena, source, all->tokens[s->first]), word) == 0)
            return true;
    }
    return false;
}

static void offer_settings(struct cursor *c)
{
    static const char *const WORDS[] = { "slot", "zone", "slots", "full", "checksum", "consumers" };
    for (size_t i = 0; i < sizeof WORDS / sizeof WORDS[0]; i++)
        if (strcmp(WORDS[i], "zone") == 0 || !is_set(c, WORDS[i]))
            lsp_offer_setting(&c->offer, WORDS[i]);
}

static void offer_setting_value(struct cursor *c)
{
    const char *word = text_at(c, 0);
    if (lsp_word_at(word, 0))
        lsp_offer_words(&c->offer, word, LSP_ITEM_ENUM_MEMBER);
    else
        offer_counts(c);
}

/* ---- which of all ------------------------------------------------------------------------- */

static bool has_package(const struct cursor *c)
{
    for (const struct ast_declaration *d = c->offer.place.unit->tree->declarations; d; d = d->next)
        if (d->kind == AST_PACKAGE) return true;
    return false;
}

static void offer_beginnings(struct cursor *c)
{
    if (c->path) return;
    switch (c->block) {
    case 0: lsp_offer_statements(&c->offer, has_package(c)); break;
    case TOKEN_STRUCT: lsp_offer_members(&c->offer, true); break;
    case TOKEN_CHANNEL: offer_settings(c); break;
    default: break;
    }
}

/* In the type of a statement, or behind it. */
static void offer_in_type(struct cursor *c, enum ast_kind kind, size_t begin)
{
    if (begin == c->n)
        offer_types(c, kind);
    else if (last_kind(c) == TOKEN_SPINLOCKS)
        offer_counts(c);
    else if (!offer_in_brackets(c, kind, begin))
        offer_behind(c, kind);
}

static void offer_in_head(struct cursor *c, enum ast_kind kind)
{
    int first = kind_at(c, 0), last = last_kind(c);
    bool behind_name = c->n == 2 && dhs_is_word(last) && !c->path;
    if (first == TOKEN_CHANNEL && behind_name)
        offer_head_word(c, "version");
    else if (first == TOKEN_PACKAGE || first == TOKEN_IMPORT) {
        if (c->n >= 2 && last != TOKEN_AS && !c->path) offer_head_word(c, "as");
    } else if (c->n >= 2 && kind != AST_ENUMERATOR)
        offer_behind(c, kind);
}

static void offer_all(struct cursor *c)
{
    enum ast_kind kind = statement_kind(c);
    size_t type = type_begin(c, kind), value = value_begin(c, kind);
    bool of_own =
        c->path &&
        strcmp(ast_path_text(c->offer.call->arena, c->offer.place.unit->source, c->path), "x") == 0;
    const char *attribute = open_attribute(c);
    if (last_kind(c) == TOKEN_AT) {
        if (!of_own) lsp_offer_attributes(&c->offer, kind, false, is_taken, c);
    } else if (attribute) {
        offer_arguments(c, attribute, kind);
    } else if (c->n == 0) {
        offer_beginnings(c);
    } else if (value && last_kind(c) != TOKEN_RPAREN) {
        offer_values(c, wanted_enum(c, kind));
    } else if (type && kind == AST_SETTING) {
        offer_setting_value(c);
    } else if (type) {
        offer_in_type(c, kind, type);
    } else {
        offer_in_head(c, kind);
    }
}

/* Between the quotes of an import: files. In other strings: nothing. */
static void offer_in_text(struct cursor *c, const struct dhs_token *token)
{
    const char *text = c->offer.place.unit->source->text;
    uint32_t begin = token->offset + 1;
    bool is_import = token > c->offer.analysis->statements.tokens && token[-1].kind == TOKEN_IMPORT;
    if (!is_import || c->offer.offset < begin) return;
    const char *typed = dhs_copy_text(c->offer.call->arena, text + begin, c->offer.offset - begin);
    const char *slash = strrchr(typed, '/');
    c->offer.begin = begin + (slash ? (uint32_t)(slash + 1 - typed) : 0);
    lsp_offer_files(&c->offer, typed);
}

json_t *lsp_completion(struct lsp_call *call)
{
    uint32_t offset = 0;
    struct lsp_document *document = lsp_place_of(call, &offset);
    if (!document || !document->analysis->unit) return NULL;
    const struct lsp_analysis *analysis = document->analysis;
    struct cursor c = { .offer = { call,
                                   document,
                                   analysis,
                                   { analysis->unit, NULL },
                                   offset,
                                   offset,
                                   json_array() } };
    const struct dhs_token *token = token_at(&c);
    bool in_word = token && dhs_is_word(token->kind);
    bool in_other = token && (token->kind == TOKEN_INTEGER || token->kind == TOKEN_REAL ||
                              token->kind == TOKEN_CHARACTER);
    if (in_word) c.offer.begin = token->offset;
    if (token && is_inside_text(&c, token)) {
        offer_in_text(&c, token);
    } else if (!in_other && !is_in_comment(&c)) {
        find_cursor(&c);
        offer_all(&c);
    }
    return json_pack("{s:b, s:o}", "isIncomplete", 0, "items", c.offer.items);
}
