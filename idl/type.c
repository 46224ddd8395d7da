/* SPDX-License-Identifier: Apache-2.0 */
/* Types: from what was written to size and alignment. Aliases and names are gone afterwards. */
#include <string.h>

#include "checker.h"
#include "foreign.h"
#include "source.h"

static const struct {
    const char *name;
    uint32_t size;
} scalars[] = {
    [DHS_BOOL] = { "bool", 1 }, [DHS_I8] = { "i8", 1 },   [DHS_I16] = { "i16", 2 },
    [DHS_I32] = { "i32", 4 },   [DHS_I64] = { "i64", 8 }, [DHS_U8] = { "u8", 1 },
    [DHS_U16] = { "u16", 2 },   [DHS_U32] = { "u32", 4 }, [DHS_U64] = { "u64", 8 },
    [DHS_F16] = { "f16", 2 },   [DHS_F32] = { "f32", 4 }, [DHS_F64] = { "f64", 8 },
};
enum { N_SCALARS = sizeof scalars / sizeof scalars[0] };

const char *dhs_scalar_name(enum dhs_scalar scalar)
{
    return scalars[scalar].name;
}

uint32_t dhs_scalar_size(enum dhs_scalar scalar)
{
    return scalars[scalar].size;
}

bool dhs_is_signed(enum dhs_scalar scalar)
{
    return scalar >= DHS_I8 && scalar <= DHS_I64;
}

bool dhs_is_integer(enum dhs_scalar scalar)
{
    return scalar >= DHS_I8 && scalar <= DHS_U64;
}

bool dhs_is_real(enum dhs_scalar scalar)
{
    return scalar >= DHS_F16;
}

bool dhs_find_scalar(const char *word, enum dhs_scalar *scalar)
{
    for (int i = 0; i < N_SCALARS; i++) {
        if (scalars[i].name[0] != word[0] || strcmp(scalars[i].name, word) != 0) continue;
        *scalar = (enum dhs_scalar)i;
        return true;
    }
    return false;
}

bool dhs_is_builtin(const char *word)
{
    static const char *const others[] = { "char", "string", "bytes", "list", "atomic" };
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        if (strcmp(others[i], word) == 0) return true;
    enum dhs_scalar scalar;
    return dhs_find_scalar(word, &scalar);
}

static struct dhs_type *new_type(struct dhs_check *check, enum dhs_type_kind kind)
{
    struct dhs_type *type = dhs_alloc(check->arena, sizeof *type);
    type->kind = kind;
    return type;
}

static const struct dhs_type *poison(struct dhs_check *check)
{
    struct dhs_type *type = new_type(check, DHS_TYPE_POISON);
    type->size = type->align = 1;
    return type;
}

#define SCALAR(of, bytes) \
    [of] = { .kind = DHS_TYPE_SCALAR, .scalar = (of), .size = (bytes), .align = (bytes) }

/* One of each is enough: nobody writes to a type that is made. */
const struct dhs_type *dhs_scalar_type(enum dhs_scalar scalar)
{
    static const struct dhs_type types[] = {
        SCALAR(DHS_BOOL, 1), SCALAR(DHS_I8, 1),  SCALAR(DHS_I16, 2), SCALAR(DHS_I32, 4),
        SCALAR(DHS_I64, 8),  SCALAR(DHS_U8, 1),  SCALAR(DHS_U16, 2), SCALAR(DHS_U32, 4),
        SCALAR(DHS_U64, 8),  SCALAR(DHS_F16, 2), SCALAR(DHS_F32, 4), SCALAR(DHS_F64, 8),
    };

    return &types[scalar];
}

const char *dhs_type_title(struct dhs_check *check, const struct dhs_type *type)
{
    unsigned long long length = type->length;
    switch (type->kind) {
    case DHS_TYPE_SCALAR: return dhs_scalar_name(type->scalar);
    case DHS_TYPE_ENUM:
    case DHS_TYPE_FLAGS: return type->enumeration->declaration.name;
    case DHS_TYPE_STRUCT: return type->structure->written;
    case DHS_TYPE_UNION: return type->onion->declaration.name;
    case DHS_TYPE_CHARS: return dhs_printf(check->arena, "char[%llu]", length);
    case DHS_TYPE_STRING: return dhs_printf(check->arena, "string<%llu>", length);
    case DHS_TYPE_BYTES: return dhs_printf(check->arena, "bytes<%llu>", length);
    case DHS_TYPE_LIST: return "a list";
    case DHS_TYPE_OPTIONAL: return "an optional";
    case DHS_TYPE_ARRAY: return "an array";
    case DHS_TYPE_ATOMIC: return "an atomic";
    case DHS_TYPE_POISON: break;
    }
    return "an unknown type";
}

/* ---- names -------------------------------------------------------------------------------- */

static void suggest_ours(struct dhs_check *check, struct dhs_span span,
                         const struct dhs_foreign *foreign)
{
    if (!foreign->ours) {
        dhs_help(check->diag, "%s", foreign->help);
        return;
    }
    dhs_help(check->diag, "it is called '%s' here", foreign->ours);
    dhs_fix(check->diag, span, "%s", foreign->ours);
}

void dhs_report_unknown_type(struct dhs_check *check, struct dhs_place place,
                             const struct ast_type *ast)
{
    const char *name = ast_path_text(check->arena, place.unit->source, ast->path);
    struct dhs_near near = dhs_lookup_nearest(check, place, ast->path, true);
    const struct dhs_foreign *foreign = dhs_foreign_type(name);
    if (!foreign && dhs_may_be_lost(place, ast->path, near)) return;
    dhs_report(check->diag, DHS_TYPE_UNKNOWN, dhs_unknown_span(check, place, ast->path),
               "no type '%.80s' is visible here", name);
    if (foreign && (foreign->ours || !near.name))
        suggest_ours(check, ast->span, foreign);
    else if (near.name)
        dhs_suggest(check->diag, ast->span, near);
    else if (dhs_foreign_slip(name))
        dhs_help(check->diag, "did you mean '%s'?", dhs_foreign_slip(name));
}

static const struct dhs_type *type_of_symbol(struct dhs_check *check, const struct ast_type *ast,
                                             struct dhs_symbol *symbol)
{
    struct dhs_type *type = NULL;
    switch (symbol->ast->kind) {
    case AST_ALIAS:
        type = dhs_alloc(check->arena, sizeof *type);
        *type = *symbol->alias->type;
        type->alias = symbol->alias;
        return type;
    case AST_ENUM:
    case AST_FLAGS:
        type = new_type(check, symbol->ast->kind == AST_ENUM ? DHS_TYPE_ENUM : DHS_TYPE_FLAGS);
        type->enumeration = symbol->enumeration;
        type->scalar = symbol->enumeration->base;
        type->size = type->align = dhs_scalar_size(type->scalar);
        return type;
    case AST_STRUCT:
        type = new_type(check, DHS_TYPE_STRUCT);
        type->structure = symbol->structure;
        type->size = symbol->structure->size;
        type->align = symbol->structure->align;
        return type;
    case AST_UNION:
        type = new_type(check, DHS_TYPE_UNION);
        type->onion = symbol->onion;
        type->scalar = symbol->onion->tag;
        type->size = symbol->onion->size;
        type->align = symbol->onion->align;
        return type;
    default: break;
    }
    dhs_report(check->diag, DHS_NAME_KIND, ast->span, "'%s' is a %s, not a type", symbol->name,
               symbol->ast->kind == AST_PARAMETER ? "parameter" : "constant");
    return poison(check);
}

/* `char<8>` */
static void fix_char_angles(struct dhs_check *check, const struct ast_type *ast)
{
    struct dhs_span open = ast->span, close = ast->span;
    const char *text = open.source->text + open.offset;
    const char *angle = memchr(text, '<', open.length);
    if (!ast->arguments || !angle || text[open.length - 1] != '>') return;
    open.offset += (uint32_t)(angle - text);
    close.offset += close.length - 1;
    open.length = close.length = 1;
    dhs_fix(check->diag, open, "[");
    dhs_fix(check->diag, close, "]");
}

static const struct dhs_type *resolve_named(struct dhs_check *check, struct dhs_place place,
                                            const struct ast_type *ast)
{
    const char *word = ast_token_text(check->arena, place.unit->source, ast->path->word);
    enum dhs_scalar scalar;
    if (!ast->path->next && dhs_find_scalar(word, &scalar)) {
        if (!ast->arguments) return dhs_scalar_type(scalar);
        dhs_report(check->diag, DHS_ARGUMENTS, ast->span, "'%s' takes no arguments", word);
        return poison(check);
    }
    if (!ast->path->next && strcmp(word, "char") == 0) {
        dhs_report(check->diag, DHS_CHAR_ALONE, ast->span, "'char' needs a length");
        dhs_help(check->diag, "write char[n] or string<n>; one byte is u8");
        fix_char_angles(check, ast);
        return poison(check);
    }
    struct dhs_symbol *symbol = dhs_lookup(check, place, ast->path, NULL);
    if (!symbol) {
        dhs_report_unknown_type(check, place, ast);
        return poison(check);
    }
    symbol = dhs_with_arguments(check, place, ast, symbol);
    if (!symbol || !dhs_resolve(check, symbol, ast->span)) return poison(check);
    if (symbol->generic) dhs_show_instance(check, place, symbol);
    return type_of_symbol(check, ast, symbol);
}

/* ---- composed types ----------------------------------------------------------------------- */

static bool resolve_bound(struct dhs_check *check, struct dhs_place place,
                          const struct ast_type *ast, uint64_t *bound)
{
    const char *what = ast->kind == AST_TYPE_ARRAY ? "a dimension" : "a capacity";
    return dhs_evaluate_count(check, place, ast->bound, 1, DHS_MAX_SIZE, DHS_DIMENSION, what,
                              bound);
}

/* `char[a][b]`: the text is the last dimension, so the innermost `[` makes arrays of what the
 * outermost one closes. Written left to right, dimensions come outermost first. */
static bool is_char(struct dhs_check *check, struct dhs_place place, const struct ast_type *ast)
{
    if (ast->kind != AST_TYPE_NAMED || ast->path->next) return false;
    const char *word = ast_token_text(check->arena, place.unit->source, ast->path->word);
    return strcmp(word, "char") == 0;
}

static const struct dhs_type *sized(struct dhs_check *check, const struct ast_type *ast,
                                    struct dhs_type *type)
{
    return dhs_size_type(check, ast->span, type) ? type : poison(check);
}

/* An array of arrays is one array: the dimensions of the inner one follow. What an alias says of
 * the inner array is then said of its element. */
static const struct dhs_type *make_array(struct dhs_check *check, const struct ast_type *ast,
                                         const struct dhs_type *element, const uint64_t *dims,
                                         uint32_t n_dims)
{
    struct dhs_type *type = new_type(check, DHS_TYPE_ARRAY);
    uint32_t inner = element->kind == DHS_TYPE_ARRAY ? element->n_dims : 0;
    uint64_t *all = dhs_alloc_array(check->arena, n_dims + inner, sizeof *all);
    memcpy(all, dims, n_dims * sizeof *all);
    if (inner) memcpy(all + n_dims, element->dims, inner * sizeof *all);
    type->dims = all;
    type->n_dims = n_dims + inner;
    type->element = element;
    if (inner && element->alias) {
        struct dhs_type *copy = dhs_alloc(check->arena, sizeof *copy);
        *copy = *element->element;
        copy->alias = element->alias;
        type->element = copy;
    } else if (inner) {
        type->element = element->element;
    }
    return sized(check, ast, type);
}

/* All `[n]` that stand in a row after one element type. */
static const struct dhs_type *resolve_array(struct dhs_check *check, struct dhs_place place,
                                            const struct ast_type *ast)
{
    uint64_t dims[AST_MAX_TYPE_DEPTH + 1] = { 0 };
    uint32_t n = 0;
    const struct ast_type *inner = ast;
    bool good = true;
    for (; inner->kind == AST_TYPE_ARRAY; inner = inner->element)
        n++;
    uint32_t i = n;
    for (const struct ast_type *t = ast; t != inner; t = t->element)
        good = resolve_bound(check, place, t, &dims[--i]) && good;
    const struct dhs_type *element = NULL;
    if (is_char(check, place, inner)) {
        if (!good) return poison(check);
        struct dhs_type *text = new_type(check, DHS_TYPE_CHARS);
        text->length = dims[--n];
        if (!dhs_size_type(check, ast->span, text)) return poison(check);
        if (n == 0) return text;
        element = text;
    } else {
        element = dhs_resolve_type(check, place, inner);
    }
    if (!good || element->kind == DHS_TYPE_POISON) return poison(check);
    return make_array(check, ast, element, dims, n);
}

static const struct dhs_type *resolve_atomic(struct dhs_check *check, const struct ast_type *ast,
                                             const struct dhs_type *element)
{
    bool has_scalar = element->kind == DHS_TYPE_SCALAR || element->kind == DHS_TYPE_ENUM ||
                      element->kind == DHS_TYPE_FLAGS;
    bool is_bool = element->kind == DHS_TYPE_SCALAR && element->scalar == DHS_BOOL;
    if (!has_scalar || (element->size < 4 && !is_bool)) {
        dhs_report(check->diag, DHS_ATOMIC_TYPE, ast->element->span, "%s cannot be atomic",
                   dhs_type_title(check, element));
        dhs_help(check->diag, "atomic<T> takes bool and what has 32 or 64 bits");
        return poison(check);
    }
    struct dhs_type *type = new_type(check, DHS_TYPE_ATOMIC);
    type->element = element;
    type->scalar = element->scalar;
    type->enumeration = element->enumeration;
    type->alias = element->alias;
    return sized(check, ast, type);
}

static const struct dhs_type *resolve_containing(struct dhs_check *check, struct dhs_place place,
                                                 const struct ast_type *ast)
{
    const struct dhs_type *element = dhs_resolve_type(check, place, ast->element);
    uint64_t bound = 0;
    if (ast->kind == AST_TYPE_LIST && !resolve_bound(check, place, ast, &bound))
        return poison(check);
    if (element->kind == DHS_TYPE_POISON) return element;
    if (ast->kind == AST_TYPE_ATOMIC) return resolve_atomic(check, ast, element);
    if (ast->kind == AST_TYPE_OPTIONAL && element->kind == DHS_TYPE_OPTIONAL) {
        dhs_report(check->diag, DHS_OPTIONAL_TWICE, ast->span, "an optional of an optional");
        dhs_help(check->diag, "one '?' says already that the value may be absent");
        return poison(check);
    }
    struct dhs_type *type =
        new_type(check, ast->kind == AST_TYPE_LIST ? DHS_TYPE_LIST : DHS_TYPE_OPTIONAL);
    type->element = element;
    type->length = bound;
    return sized(check, ast, type);
}

const struct dhs_type *dhs_resolve_type(struct dhs_check *check, struct dhs_place place,
                                        const struct ast_type *ast)
{
    struct dhs_type *type = NULL;
    switch (ast->kind) {
    case AST_TYPE_NAMED: return resolve_named(check, place, ast);
    case AST_TYPE_ARRAY: return resolve_array(check, place, ast);
    case AST_TYPE_LIST:
    case AST_TYPE_ATOMIC:
    case AST_TYPE_OPTIONAL: return resolve_containing(check, place, ast);
    case AST_TYPE_STRING:
    case AST_TYPE_BYTES:
        type = new_type(check, ast->kind == AST_TYPE_STRING ? DHS_TYPE_STRING : DHS_TYPE_BYTES);
        if (!resolve_bound(check, place, ast, &type->length)) return poison(check);
        return sized(check, ast, type);
    case AST_TYPE_BROKEN: break;
    }
    return poison(check);
}
