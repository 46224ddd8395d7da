/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Walks the tree of one file and notes what each name means. Nothing is resolved here and nothing
 * reported: names are looked up as the checker looked them up.
 */
#include "mention.h"

#include <stdlib.h>
#include <string.h>

#include "source.h"

struct walk {
    struct dhs_check *check;
    struct dhs_place place;
    const struct ast_declaration *around; /* the channel */
    const char *context;
    const struct ast_declaration **imports;
    size_t n_imports;
    struct dhs_mention *items;
    size_t n;
    size_t room;
};

static void add(struct walk *w, struct dhs_mention mention)
{
    if (mention.span.length == 0) return;
    if (w->n == w->room) {
        size_t room = w->room ? w->room * 2 : 64;
        struct dhs_mention *larger = dhs_alloc_array(w->check->arena, room, sizeof *larger);
        if (w->n) memcpy(larger, w->items, w->n * sizeof *larger);
        w->items = larger;
        w->room = room;
    }
    if (!mention.context) mention.context = w->context;
    w->items[w->n++] = mention;
}

static const char *text_of(const struct walk *w, struct dhs_token token)
{
    return ast_token_text(w->check->arena, w->place.unit->source, token);
}

static struct dhs_span span_of(const struct walk *w, struct dhs_token token)
{
    return ast_token_span(w->place.unit->source, token);
}

static void add_word(struct walk *w, struct dhs_span span)
{
    add(w, (struct dhs_mention){ .span = span, .meant = DHS_MEANT_WORD, .unit = w->place.unit });
}

/* ---- finding ------------------------------------------------------------------------------ */

struct dhs_symbol *dhs_symbol_of(struct dhs_check *check, const struct dhs_unit *unit,
                                 const struct dhs_symbol *outer, const struct ast_declaration *ast)
{
    const struct dhs_names *names = outer ? &outer->nested : &unit->names;
    const char *text = ast_token_text(check->arena, unit->source, ast->name);
    struct dhs_name *name = dhs_names_find(names, text);
    struct dhs_symbol *symbol = name ? name->item : NULL;
    if (!symbol || symbol->ast == ast) return symbol;
    for (struct dhs_symbol *s = unit->symbols; s; s = s->next) /* a second one of its name */
        if (s->ast == ast) return s;
    return NULL;
}

const struct ast_declaration *dhs_member_named(const struct dhs_symbol *symbol, const char *name)
{
    const char *text = symbol->unit->source->text;
    size_t length = strlen(name);
    for (const struct ast_declaration *m = symbol->ast->members; m; m = m->next)
        if (m->name.length == length && memcmp(text + m->name.offset, name, length) == 0) return m;
    return NULL;
}

struct dhs_symbol *dhs_enum_under(struct dhs_check *check, struct dhs_place place,
                                  const struct ast_type *type)
{
    for (int depth = 0; type && depth < DHS_MAX_CHAIN; depth++) {
        while (type && type->kind != AST_TYPE_NAMED)
            type = type->element;
        struct dhs_symbol *symbol = type ? dhs_lookup(check, place, type->path, NULL) : NULL;
        if (!symbol) return NULL;
        if (symbol->ast->kind == AST_ENUM || symbol->ast->kind == AST_FLAGS) return symbol;
        if (symbol->ast->kind != AST_ALIAS) return NULL;
        place = (struct dhs_place){ symbol->unit, symbol->outer };
        type = symbol->ast->type;
    }
    return NULL;
}

/* ---- names -------------------------------------------------------------------------------- */

static void add_symbol(struct walk *w, struct dhs_span span, struct dhs_symbol *symbol,
                       bool declares)
{
    add(w, (struct dhs_mention){ .span = span,
                                 .meant = DHS_MEANT_SYMBOL,
                                 .declares = declares,
                                 .unit = symbol->unit,
                                 .ast = symbol->ast,
                                 .symbol = symbol });
}

static void add_member(struct walk *w, struct dhs_span span, struct dhs_symbol *symbol,
                       const struct ast_declaration *ast, bool declares)
{
    add(w, (struct dhs_mention){ .span = span,
                                 .meant = DHS_MEANT_MEMBER,
                                 .declares = declares,
                                 .unit = symbol->unit,
                                 .ast = ast,
                                 .symbol = symbol });
}

/* The statement that `text` is a local name by, or else a package. */
static const struct ast_declaration *find_qualifier(const struct walk *w, const char *text,
                                                    struct dhs_unit **unit)
{
    struct dhs_unit *here = w->place.unit;
    *unit = here;
    for (size_t i = 0; i < w->n_imports; i++) {
        const struct ast_declaration *import = w->imports[i];
        if (import->name.length && strcmp(text_of(w, import->name), text) == 0) return import;
    }
    *unit = strcmp(here->file->package, text) == 0 ? here : NULL;
    for (const struct dhs_unit_import *i = here->imports; i && !*unit; i = i->next)
        if (strcmp(i->unit->file->package, text) == 0) *unit = i->unit;
    if (!*unit) return NULL;
    for (const struct ast_declaration *d = (*unit)->tree->declarations; d; d = d->next)
        if (d->kind == AST_PACKAGE) return d;
    return NULL;
}

/* The words of a path before `end`, as one mention: a package's name is one name. */
static void add_qualifier(struct walk *w, const struct ast_path *path, const struct ast_path *end)
{
    struct dhs_span span = span_of(w, path->word);
    const char *text = text_of(w, path->word);
    for (const struct ast_path *p = path->next; p != end; p = p->next) {
        span.length = p->word.offset + p->word.length - span.offset;
        text = dhs_printf(w->check->arena, "%s.%s", text, text_of(w, p->word));
    }
    struct dhs_unit *unit = NULL;
    const struct ast_declaration *ast = find_qualifier(w, text, &unit);
    if (ast)
        add(w, (struct dhs_mention){
                   .span = span, .meant = DHS_MEANT_QUALIFIER, .unit = unit, .ast = ast });
}

/* NULL: there is none. */
static const struct ast_path *word_before(const struct ast_path *path, const struct ast_path *last)
{
    while (path && path->next != last)
        path = path->next;
    return path;
}

/* A path that means `symbol` up to and with the word `last`. */
static void add_path(struct walk *w, const struct ast_path *path, const struct ast_path *last,
                     struct dhs_symbol *symbol)
{
    const struct ast_path *before = path == last ? NULL : word_before(path, last);
    if (before) {
        const char *word = text_of(w, before->word);
        if (symbol->outer && strcmp(symbol->outer->name, word) == 0)
            add_path(w, path, before, symbol->outer);
        else
            add_qualifier(w, path, last);
    }
    add_symbol(w, span_of(w, last->word), symbol, false);
}

static const struct ast_path *last_word(const struct ast_path *path)
{
    while (path->next)
        path = path->next;
    return path;
}

/* ---- expressions and types ---------------------------------------------------------------- */

static void walk_path(struct walk *w, const struct ast_path *path, struct dhs_symbol *wanted)
{
    const struct ast_path *rest = NULL, *last = last_word(path);
    const char *word = text_of(w, last->word);
    const struct ast_declaration *member =
        wanted && !path->next ? dhs_member_named(wanted, word) : NULL;
    if (member) {
        add_member(w, span_of(w, last->word), wanted, member, false);
        return;
    }
    struct dhs_symbol *symbol = dhs_lookup(w->check, w->place, path, &rest);
    if (!symbol) {
        if (!path->next) add_word(w, span_of(w, last->word));
        return;
    }
    if (!rest) {
        add_path(w, path, last, symbol);
        return;
    }
    const struct ast_path *before = word_before(path, rest);
    if (before) add_path(w, path, before, symbol);
    member = dhs_member_named(symbol, word);
    if (member) add_member(w, span_of(w, last->word), symbol, member, false);
}

/* Recursion is bounded by AST_MAX_EXPRESSION_DEPTH. */
static void walk_expression(struct walk *w, const struct ast_expression *e,
                            struct dhs_symbol *wanted)
{
    if (!e) return;
    if (e->kind == AST_PATH) walk_path(w, e->path, wanted);
    if (e->kind == AST_CALL) add_word(w, span_of(w, e->path->word));
    walk_expression(w, e->left, wanted);
    walk_expression(w, e->right, wanted);
    for (const struct ast_argument *a = e->arguments; a; a = a->next)
        walk_expression(w, a->value, wanted);
}

/* Recursion is bounded by AST_MAX_TYPE_DEPTH. */
static void walk_type(struct walk *w, const struct ast_type *type)
{
    if (!type) return;
    walk_type(w, type->element);
    if (type->kind == AST_TYPE_NAMED && type->path) {
        struct dhs_symbol *symbol = dhs_lookup(w->check, w->place, type->path, NULL);
        if (symbol)
            add_path(w, type->path, last_word(type->path), symbol);
        else if (!type->path->next)
            add_word(w, span_of(w, type->path->word));
    }
    for (const struct ast_argument *a = type->arguments; a; a = a->next)
        walk_expression(w, a->value, NULL);
    walk_expression(w, type->bound, NULL);
}

static void walk_attributes(struct walk *w, const struct ast_declaration *ast,
                            struct dhs_symbol *wanted)
{
    const char *before = w->context;
    for (const struct ast_attribute *a = ast->attributes; a; a = a->next) {
        add(w, (struct dhs_mention){ .span = ast_path_span(w->place.unit->source, a->name),
                                     .meant = DHS_MEANT_ATTRIBUTE,
                                     .unit = w->place.unit });
        w->context = ast_path_text(w->check->arena, w->place.unit->source, a->name);
        for (const struct ast_argument *value = a->arguments; value; value = value->next)
            walk_expression(w, value->value, wanted);
        w->context = before;
    }
}

/* ---- declarations ------------------------------------------------------------------------- */

static void walk_members(struct walk *w, const struct ast_declaration *ast,
                         struct dhs_symbol *symbol);

/* What a declaration has beside its name. */
static void walk_rest(struct walk *w, const struct ast_declaration *ast, struct dhs_symbol *of)
{
    struct dhs_symbol *wanted = ast->type ? dhs_enum_under(w->check, w->place, ast->type) : NULL;
    if (ast->kind == AST_ENUMERATOR) wanted = of;
    walk_type(w, ast->type);
    walk_expression(w, ast->value, wanted);
    walk_attributes(w, ast, wanted);
    walk_expression(w, ast->spinlocks, NULL);
}

static void walk_symbol(struct walk *w, const struct ast_declaration *ast)
{
    struct dhs_place before = w->place;
    struct dhs_symbol *symbol = dhs_symbol_of(w->check, w->place.unit, w->place.outer, ast);
    if (!symbol) return;
    add_symbol(w, span_of(w, ast->name), symbol, true);
    walk_rest(w, ast, symbol);
    if (ast->kind == AST_STRUCT) w->place.outer = symbol;
    walk_members(w, ast, symbol);
    w->place = before;
}

static void walk_setting(struct walk *w, const struct ast_declaration *ast)
{
    bool is_root = ast->kind == AST_SLOT || ast->kind == AST_ZONE;
    add(w, (struct dhs_mention){ .span = span_of(w, ast->name),
                                 .meant = is_root ? DHS_MEANT_ROOT : DHS_MEANT_SETTING,
                                 .declares = true,
                                 .unit = w->place.unit,
                                 .ast = ast,
                                 .around = w->around });
    w->context = is_root ? "slot" : text_of(w, ast->name);
    walk_rest(w, ast, NULL);
    w->context = "";
}

static void walk_channel(struct walk *w, const struct ast_declaration *ast)
{
    add(w, (struct dhs_mention){ .span = span_of(w, ast->name),
                                 .meant = DHS_MEANT_CHANNEL,
                                 .declares = true,
                                 .unit = w->place.unit,
                                 .ast = ast,
                                 .around = ast });
    walk_rest(w, ast, NULL);
    w->around = ast;
    for (const struct ast_declaration *m = ast->members; m; m = m->next)
        walk_setting(w, m);
    w->around = NULL;
}

static void walk_members(struct walk *w, const struct ast_declaration *ast,
                         struct dhs_symbol *symbol)
{
    for (const struct ast_declaration *p = ast->parameters; p; p = p->next) {
        struct dhs_symbol *parameter = dhs_symbol_of(w->check, w->place.unit, symbol, p);
        if (parameter) add_symbol(w, span_of(w, p->name), parameter, true);
    }
    for (const struct ast_declaration *m = ast->members; m; m = m->next) {
        if (m->kind != AST_ENUMERATOR && m->kind != AST_FIELD && m->kind != AST_ARM) {
            walk_symbol(w, m);
            continue;
        }
        add_member(w, span_of(w, m->name), symbol, m, true);
        walk_rest(w, m, symbol);
    }
}

/* The n-th import that was found belongs to the n-th statement whose file the model has. */
static struct dhs_unit *unit_of_import(const struct walk *w, const struct ast_declaration *ast)
{
    const struct dhs_file *file = w->place.unit->file;
    size_t i = 0;
    for (const struct ast_declaration *d = w->place.unit->tree->declarations; d != ast; d = d->next)
        i += d->kind == AST_IMPORT;
    if (i >= file->n_imports || !file->imports[i].file) return NULL;
    for (struct dhs_unit *unit = w->check->units; unit; unit = unit->next)
        if (unit->file == file->imports[i].file) return unit;
    return NULL;
}

static void walk_import(struct walk *w, const struct ast_declaration *ast)
{
    struct dhs_unit *to = unit_of_import(w, ast);
    add(w, (struct dhs_mention){
               .span = span_of(w, ast->text), .meant = DHS_MEANT_FILE, .unit = to, .ast = ast });
    add(w, (struct dhs_mention){ .span = span_of(w, ast->name),
                                 .meant = DHS_MEANT_QUALIFIER,
                                 .declares = true,
                                 .unit = w->place.unit,
                                 .ast = ast });
}

/* They are few, and asked for at each qualifier. */
static void find_imports(struct walk *w)
{
    size_t n = w->place.unit->file->n_imports;
    w->imports = dhs_alloc_array(w->check->arena, n + 1, sizeof *w->imports);
    for (const struct ast_declaration *d = w->place.unit->tree->declarations; d; d = d->next)
        if (d->kind == AST_IMPORT && w->n_imports < n) w->imports[w->n_imports++] = d;
}

static void walk_file(struct walk *w)
{
    find_imports(w);
    for (const struct ast_declaration *d = w->place.unit->tree->declarations; d; d = d->next) {
        switch (d->kind) {
        case AST_PACKAGE:
            add(w, (struct dhs_mention){ .span = ast_path_span(w->place.unit->source, d->path),
                                         .meant = DHS_MEANT_QUALIFIER,
                                         .declares = true,
                                         .unit = w->place.unit,
                                         .ast = d });
            break;
        case AST_IMPORT: walk_import(w, d); break;
        case AST_CHANNEL: walk_channel(w, d); break;
        default: walk_symbol(w, d); break;
        }
    }
}

static int by_place(const void *left, const void *right)
{
    const struct dhs_mention *a = left, *b = right;
    if (a->span.offset != b->span.offset) return a->span.offset < b->span.offset ? -1 : 1;
    return 0;
}

struct dhs_mentions dhs_mentions_of(struct dhs_check *check, struct dhs_unit *unit)
{
    struct walk w = { .check = check, .place = { unit, NULL }, .context = "" };
    if (unit->tree) walk_file(&w);
    if (w.n) qsort(w.items, w.n, sizeof *w.items, by_place);
    return (struct dhs_mentions){ w.items, w.n };
}

const struct dhs_mention *dhs_mention_at(const struct dhs_mentions *mentions, uint32_t offset)
{
    const struct dhs_mention *before = NULL;
    for (size_t i = 0; i < mentions->n && mentions->items[i].span.offset <= offset; i++) {
        const struct dhs_mention *m = &mentions->items[i];
        if (offset <= m->span.offset + m->span.length) before = m;
    }
    return before;
}

bool dhs_mention_same(const struct dhs_mention *a, const struct dhs_mention *b)
{
    return a->ast && a->ast == b->ast && a->meant == b->meant;
}
