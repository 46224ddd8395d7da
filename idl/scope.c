/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Names: what each file declares, and what a path in it means.
 *
 *   X        in the struct around, in this file, in the imported files of the same package
 *   q.X      q is `import ... as q`, or the full package of this file or of an import
 *   S.X      a constant or enum inside of struct S (S may be qualified, and has no parameters)
 *
 * Imports are not passed on: what an imported file imports is not visible.
 */
#include <string.h>

#include "checker.h"
#include "source.h"

/* ---- names that can be used --------------------------------------------------------------- */

static const char *fault_of_name(const char *name, size_t length)
{
    if (name[0] == '_') return "begins with '_'";
    if (length > 63) return "is longer than 63 bytes";
    if (name[length - 1] == '_') return "ends with '_'";
    return strstr(name, "__") ? "holds '__'" : NULL;
}

bool dhs_check_name(struct dhs_check *check, const struct dhs_source *source,
                    struct dhs_token token, const char *name)
{
    const char *fault = fault_of_name(name, token.length);
    if (!fault) return true;
    dhs_report(check->diag, DHS_NAME_BAD, ast_token_span(source, token), "'%.70s' %s", name, fault);
    dhs_help(check->diag, "generated names join names with '_' and must stay unique");
    return false;
}

static bool is_value_word(const char *name)
{
    return strcmp(name, "true") == 0 || strcmp(name, "false") == 0 || strcmp(name, "nan") == 0 ||
           strcmp(name, "inf") == 0;
}

static bool check_builtin(struct dhs_check *check, const struct dhs_unit *unit,
                          const struct ast_declaration *ast, const char *name)
{
    bool is_value = ast->kind == AST_CONSTANT || ast->kind == AST_PARAMETER;
    bool is_type = !is_value && ast->kind != AST_CHANNEL;
    bool taken = (is_type && dhs_is_builtin(name)) || (is_value && is_value_word(name));
    if (!taken) return true;
    dhs_report(check->diag, DHS_NAME_BUILTIN, ast_token_span(unit->source, ast->name),
               "'%s' is built in and cannot be declared", name);
    return false;
}

/* ---- declaring ---------------------------------------------------------------------------- */

static bool is_declared_by_name(enum ast_kind kind)
{
    switch (kind) {
    case AST_CONSTANT:
    case AST_ALIAS:
    case AST_ENUM:
    case AST_FLAGS:
    case AST_STRUCT:
    case AST_UNION: return true;
    default: return false;
    }
}

void dhs_help_case(struct dhs_check *check, const char *name, struct dhs_span other)
{
    if (strlen(name) == other.length &&
        memcmp(name, other.source->text + other.offset, other.length) == 0)
        return;
    dhs_help(check->diag, "names are compared without case, as some output languages do");
}

static struct dhs_symbol *declare(struct dhs_check *check, struct dhs_unit *unit,
                                  struct dhs_symbol *outer, const struct ast_declaration *ast,
                                  struct dhs_names *names)
{
    struct dhs_symbol *symbol = dhs_alloc(check->scratch, sizeof *symbol);
    symbol->name = ast_token_text(check->arena, unit->source, ast->name);
    symbol->ast = ast;
    symbol->unit = unit;
    symbol->outer = outer;
    dhs_check_name(check, unit->source, ast->name, symbol->name);
    check_builtin(check, unit, ast, symbol->name);
    struct dhs_span span = ast_token_span(unit->source, ast->name);
    struct dhs_name *first = dhs_names_find(names, symbol->name);
    if (first) {
        dhs_report(check->diag, DHS_NAME_DUPLICATE, span, "'%s' is declared already", symbol->name);
        dhs_note(check->diag, first->span, "first declared here");
        dhs_help_case(check, symbol->name, first->span);
    }
    if (!dhs_names_exact(names, symbol->name))
        dhs_names_add(check->scratch, names, symbol->name, span, symbol);
    return symbol;
}

static void append(struct dhs_unit *unit, struct dhs_symbol *symbol)
{
    *unit->symbols_end = symbol;
    unit->symbols_end = &symbol->next;
}

void dhs_declare_inside(struct dhs_check *check, struct dhs_symbol *symbol)
{
    struct dhs_unit *unit = symbol->unit;
    bool is_plain = !symbol->ast->parameters; /* else the file shows what is inside an instance */
    for (const struct ast_declaration *p = symbol->ast->parameters; p; p = p->next)
        declare(check, unit, symbol, p, &symbol->nested);
    for (const struct ast_declaration *m = symbol->ast->members; m; m = m->next) {
        if (!is_declared_by_name(m->kind)) continue;
        struct dhs_symbol *inside = declare(check, unit, symbol, m, &symbol->nested);
        if (is_plain) append(unit, inside);
        if (!symbol->generic) continue;
        struct dhs_use *use = dhs_alloc(check->arena, sizeof *use);
        *use = (struct dhs_use){ inside, symbol->inside };
        symbol->inside = use;
    }
}

void dhs_declare_names(struct dhs_check *check, struct dhs_unit *unit)
{
    for (const struct ast_declaration *d = unit->tree->declarations; d; d = d->next) {
        if (!is_declared_by_name(d->kind)) continue;
        struct dhs_symbol *symbol = declare(check, unit, NULL, d, &unit->names);
        if (d->kind == AST_STRUCT) dhs_declare_inside(check, symbol);
        append(unit, symbol);
    }
}

void dhs_check_package(struct dhs_check *check, struct dhs_unit *unit)
{
    for (struct dhs_unit_import *i = unit->imports; i; i = i->next) {
        if (strcmp(i->unit->file->package, unit->file->package) != 0) continue;
        for (struct dhs_symbol *symbol = unit->symbols; symbol; symbol = symbol->next) {
            if (symbol->outer) continue;
            struct dhs_name *other = dhs_names_find(&i->unit->names, symbol->name);
            if (!other) continue;
            dhs_report(check->diag, DHS_NAME_DUPLICATE,
                       ast_token_span(unit->source, symbol->ast->name),
                       "'%s' is declared already in this package", symbol->name);
            dhs_note(check->diag, other->span, "first declared here");
            dhs_help_case(check, symbol->name, other->span);
        }
    }
}

/* ---- looking up --------------------------------------------------------------------------- */

static struct dhs_symbol *find_in(const struct dhs_names *names, const char *name)
{
    struct dhs_name *entry = dhs_names_exact(names, name);
    return entry ? entry->item : NULL;
}

/* In every unit that `qualifier` means here. */
static struct dhs_symbol *find_qualified(const struct dhs_unit *unit, const char *qualifier,
                                         const char *name)
{
    struct dhs_symbol *found = NULL;
    if (strcmp(unit->file->package, qualifier) == 0) found = find_in(&unit->names, name);
    for (struct dhs_unit_import *i = unit->imports; !found && i; i = i->next) {
        bool meant = (i->local_name && strcmp(i->local_name, qualifier) == 0) ||
                     strcmp(i->unit->file->package, qualifier) == 0;
        if (meant) found = find_in(&i->unit->names, name);
    }
    return found;
}

static struct dhs_symbol *find_unqualified(struct dhs_place place, const char *name)
{
    struct dhs_symbol *found = place.outer ? find_in(&place.outer->nested, name) : NULL;
    return found ? found : find_qualified(place.unit, place.unit->file->package, name);
}

/* A package, of as many words as it has room for, then a struct, a member of it and a value. */
enum { MAX_WORDS = (DHS_MAX_PACKAGE_BYTES + 1) / 2 + 3 };

struct words {
    const struct ast_path *parts[MAX_WORDS];
    const char *text[MAX_WORDS];
    size_t n;
};

static bool split(struct dhs_check *check, const struct dhs_source *source,
                  const struct ast_path *path, struct words *words)
{
    words->n = 0;
    for (; path; path = path->next) {
        if (words->n == MAX_WORDS) return false;
        words->parts[words->n] = path;
        words->text[words->n++] = ast_token_text(check->arena, source, path->word);
    }
    return true;
}

/* The first `n` words as the path of a symbol. Recursion is bounded by MAX_WORDS. */
static struct dhs_symbol *find_words(struct dhs_check *check, struct dhs_place place,
                                     const struct words *words, size_t n)
{
    if (n == 0) return NULL;
    if (n == 1) return find_unqualified(place, words->text[0]);
    const char *qualifier = words->text[0];
    for (size_t i = 1; i + 1 < n; i++)
        qualifier = dhs_printf(check->arena, "%s.%s", qualifier, words->text[i]);
    struct dhs_symbol *found = find_qualified(place.unit, qualifier, words->text[n - 1]);
    if (found) return found;
    struct dhs_symbol *outer = find_words(check, place, words, n - 1);
    if (!outer || outer->ast->parameters) return NULL; /* those differ from instance to instance */
    return find_in(&outer->nested, words->text[n - 1]);
}

struct dhs_symbol *dhs_lookup(struct dhs_check *check, struct dhs_place place,
                              const struct ast_path *path, const struct ast_path **rest)
{
    struct words words;
    if (rest) *rest = NULL;
    if (!split(check, place.unit->source, path, &words)) return NULL;
    struct dhs_symbol *found = find_words(check, place, &words, words.n);
    if (found || !rest || words.n < 2) return found;
    found = find_words(check, place, &words, words.n - 1);
    if (!found || (found->ast->kind != AST_ENUM && found->ast->kind != AST_FLAGS)) return NULL;
    *rest = words.parts[words.n - 1];
    return found;
}

/* ---- unknown names ------------------------------------------------------------------------ */

static bool is_qualifier(const struct dhs_unit *unit, const char *word)
{
    if (strcmp(unit->file->package, word) == 0) return true;
    for (const struct dhs_unit_import *i = unit->imports; i; i = i->next)
        if ((i->local_name && strcmp(i->local_name, word) == 0) ||
            strcmp(i->unit->file->package, word) == 0)
            return true;
    return false;
}

struct dhs_span dhs_unknown_span(struct dhs_check *check, struct dhs_place place,
                                 const struct ast_path *path)
{
    const struct dhs_source *source = place.unit->source;
    const struct ast_path *last = path;
    const char *qualifier = "";
    for (; last->next && strlen(qualifier) <= DHS_MAX_PACKAGE_BYTES; last = last->next)
        qualifier = dhs_printf(check->arena, "%s%s%s", qualifier, *qualifier ? "." : "",
                               ast_token_text(check->arena, source, last->word));
    bool known = *qualifier && is_qualifier(place.unit, qualifier);
    return known ? ast_token_span(source, last->word) : ast_path_span(source, path);
}

static bool is_letter(char c)
{
    return c == '_' || (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
}

/* Whether the word stands in a part of the file that was lost. */
static bool stands_in_lost(const struct dhs_unit *unit, const struct ast_path *word)
{
    const char *text = unit->source->text, *wanted = text + word->word.offset;
    size_t length = word->word.length;
    for (const struct ast_lost *lost = unit->tree->lost; lost; lost = lost->next) {
        for (uint32_t at = lost->offset; at + length <= lost->offset + lost->length; at++) {
            bool alone = (at == 0 || !is_letter(text[at - 1])) && !is_letter(text[at + length]);
            if (alone && memcmp(text + at, wanted, length) == 0) return true;
        }
    }
    return false;
}

bool dhs_may_be_lost(struct dhs_place place, const struct ast_path *path, struct dhs_near near)
{
    const struct dhs_unit *unit = place.unit;
    if (stands_in_lost(unit, path)) return true;
    return !near.name && (unit->imports_lost || (path->next && unit->others_lost));
}

/* ---- did you mean ------------------------------------------------------------------------- */

enum { MAX_CANDIDATES = 256 };

struct candidates {
    const char *names[MAX_CANDIDATES];
    size_t n;
};

static void add_candidate(struct candidates *candidates, const char *name)
{
    if (candidates->n < MAX_CANDIDATES) candidates->names[candidates->n++] = name;
}

static void add_visible(struct dhs_check *check, const struct dhs_unit *unit, const char *qualifier,
                        bool types, struct candidates *candidates)
{
    for (const struct dhs_symbol *s = unit->symbols; s; s = s->next) {
        if (s->outer || (s->ast->kind == AST_CONSTANT) == types) continue;
        add_candidate(candidates,
                      qualifier ? dhs_printf(check->arena, "%s.%s", qualifier, s->name) : s->name);
    }
}

struct dhs_near dhs_lookup_nearest(struct dhs_check *check, struct dhs_place place,
                                   const struct ast_path *path, bool types)
{
    struct candidates found = { { NULL }, 0 };
    const struct dhs_unit *unit = place.unit;
    for (int s = DHS_BOOL; types && s <= DHS_F64; s++)
        add_candidate(&found, dhs_scalar_name((enum dhs_scalar)s));
    add_visible(check, unit, NULL, types, &found);
    for (const struct dhs_unit_import *i = unit->imports; i; i = i->next) {
        bool same = strcmp(i->unit->file->package, unit->file->package) == 0;
        const char *qualifier = i->local_name ? i->local_name : i->unit->file->package;
        add_visible(check, i->unit, same ? NULL : qualifier, types, &found);
    }
    const char *wrong = ast_path_text(check->arena, unit->source, path);
    struct dhs_near near = dhs_find_near(wrong, found.names, found.n);
    for (size_t i = 0; !near.name && !path->next && i < found.n; i++) { /* forgotten qualifiers */
        const char *dot = strrchr(found.names[i], '.');
        if (dot && strcmp(dot + 1, wrong) == 0) near.name = found.names[i];
    }
    return near;
}
