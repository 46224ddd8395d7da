/* SPDX-License-Identifier: Apache-2.0 */
#include "ast.h"

#include <string.h>

#include "ast_build.h"
#include "grammar.h"
#include "source.h"

/* ---- places and texts --------------------------------------------------------------------- */

struct dhs_span ast_token_span(const struct dhs_source *source, struct dhs_token token)
{
    struct dhs_span span = { source, token.offset, token.length };
    return span;
}

static struct dhs_span between(const struct dhs_source *source, uint32_t from, struct dhs_token to)
{
    struct dhs_span span = { source, from, to.offset + to.length - from };
    return span;
}

struct dhs_span ast_path_span(const struct dhs_source *source, const struct ast_path *path)
{
    const struct ast_path *last = path;
    while (last->next)
        last = last->next;
    return between(source, path->word.offset, last->word);
}

const char *ast_token_text(struct dhs_arena *arena, const struct dhs_source *source,
                           struct dhs_token token)
{
    return dhs_copy_text(arena, source->text + token.offset, token.length);
}

const char *ast_path_text(struct dhs_arena *arena, const struct dhs_source *source,
                          const struct ast_path *path)
{
    size_t length = 0;
    for (const struct ast_path *p = path; p; p = p->next)
        length += p->word.length + 1;
    char *text = dhs_alloc(arena, length + 1), *end = text;
    for (const struct ast_path *p = path; p; p = p->next) {
        if (p != path) *end++ = '.';
        memcpy(end, source->text + p->word.offset, p->word.length);
        end += p->word.length;
    }
    return text;
}

/* Between two doc lines lie only blanks and plain comments, which are left out. */
const char *ast_docs(struct dhs_arena *arena, const struct dhs_source *source,
                     struct dhs_token token)
{
    if (!token.docs_length) return "";
    const char *at = source->text + token.docs_offset, *limit = at + token.docs_length;
    char *text = dhs_alloc(arena, token.docs_length + 1), *end = text;
    while (at < limit) {
        const char *line_end = memchr(at, '\n', (size_t)(limit - at));
        if (!line_end) line_end = limit;
        while (at < line_end && strchr(" \t\f\v", *at))
            at++;
        if (line_end - at >= 3 && memcmp(at, "///", 3) == 0) {
            at += 3;
            if (at < line_end && *at == ' ') at++;
            size_t length = (size_t)(line_end - at);
            while (length && strchr(" \t\r", at[length - 1]))
                length--;
            if (end != text) *end++ = '\n';
            memcpy(end, at, length);
            end += length;
        }
        at = line_end < limit ? line_end + 1 : limit;
    }
    return text;
}

/* ---- declarations ------------------------------------------------------------------------- */

void ast_add_declaration(struct ast_builder *b, struct ast_declaration *declaration)
{
    if (b->last)
        b->last->next = declaration;
    else
        b->file->declarations = declaration;
    b->last = declaration;
}

void ast_lost_declaration(struct ast_builder *b)
{
    b->file->damaged = true;
}

struct ast_declaration *ast_declare(struct ast_builder *b, enum ast_kind kind,
                                    struct dhs_token first, struct dhs_token name,
                                    struct ast_type *type, struct ast_attribute *attributes)
{
    struct ast_declaration *declaration = dhs_alloc(b->arena, sizeof *declaration);
    declaration->kind = kind;
    declaration->name = name;
    declaration->name.docs_offset = first.docs_offset;
    declaration->name.docs_length = first.docs_length;
    declaration->type = type;
    declaration->attributes = attributes;
    return declaration;
}

struct ast_declaration *ast_package(struct ast_builder *b, struct dhs_token keyword,
                                    struct ast_chain path, const struct dhs_token *prefix)
{
    struct dhs_token none = { 0, keyword.offset, 0, 0, 0 };
    struct ast_declaration *d =
        ast_declare(b, AST_PACKAGE, keyword, prefix ? *prefix : none, NULL, NULL);
    d->path = path.first;
    return d;
}

struct ast_declaration *ast_import(struct ast_builder *b, struct dhs_token keyword,
                                   struct dhs_token text, const struct dhs_token *local)
{
    struct dhs_token none = { 0, keyword.offset, 0, 0, 0 };
    struct ast_declaration *d =
        ast_declare(b, AST_IMPORT, keyword, local ? *local : none, NULL, NULL);
    d->text = text;
    return d;
}

struct ast_declaration *ast_with_members(struct ast_declaration *declaration, struct ast_list list)
{
    declaration->members = list.first;
    declaration->damaged = list.damaged;
    return declaration;
}

struct ast_declaration *ast_with_parameters(struct ast_declaration *declaration,
                                            struct ast_list parameters)
{
    declaration->parameters = parameters.first;
    return declaration;
}

struct ast_declaration *ast_with_value(struct ast_declaration *declaration,
                                       struct ast_expression *value)
{
    declaration->value = value;
    return declaration;
}

struct ast_declaration *ast_with_attribute(struct ast_declaration *zone,
                                           struct ast_attribute *attribute)
{
    struct ast_attribute **end = &zone->attributes;
    while (*end)
        end = &(*end)->next;
    *end = attribute;
    return zone;
}

struct ast_declaration *ast_with_shared(struct ast_declaration *zone, struct dhs_token word)
{
    if (zone->shared) zone->again = word;
    zone->shared = true;
    return zone;
}

struct ast_declaration *ast_with_spinlocks(struct ast_declaration *zone, struct dhs_token word,
                                           struct ast_expression *count)
{
    if (zone->spinlocks) zone->again = word;
    zone->spinlocks = count;
    return zone;
}

struct ast_list ast_no_members(void)
{
    struct ast_list list = { NULL, NULL, false };
    return list;
}

struct ast_list ast_append(struct ast_list list, struct ast_declaration *declaration)
{
    if (list.last)
        list.last->next = declaration;
    else
        list.first = declaration;
    list.last = declaration;
    return list;
}

struct ast_list ast_lost(struct ast_list list)
{
    list.damaged = true;
    return list;
}

/* ---- types -------------------------------------------------------------------------------- */

static struct ast_type *new_type(struct ast_builder *b, enum ast_type_kind kind,
                                 struct dhs_span span, struct ast_type *element,
                                 struct ast_expression *bound)
{
    struct ast_type *type = dhs_alloc(b->arena, sizeof *type);
    type->kind = kind;
    type->span = span;
    type->element = element;
    type->bound = bound;
    type->depth = element ? element->depth + 1 : 1;
    if (type->depth <= AST_MAX_TYPE_DEPTH) return type;
    if (type->depth == AST_MAX_TYPE_DEPTH + 1)
        dhs_report(b->diag, DHS_NESTING, span, "this type nests more than %d deep",
                   AST_MAX_TYPE_DEPTH);
    type->kind = AST_TYPE_BROKEN;
    type->element = NULL;
    return type;
}

struct ast_type *ast_named(struct ast_builder *b, struct ast_chain path)
{
    struct dhs_span span = ast_path_span(b->source, path.first);
    struct ast_type *type = new_type(b, AST_TYPE_NAMED, span, NULL, NULL);
    type->path = path.first;
    return type;
}

struct ast_type *ast_parametric(struct ast_builder *b, struct ast_chain path,
                                struct ast_argument *arguments, struct dhs_token close)
{
    struct dhs_span span = between(b->source, path.first->word.offset, close);
    struct ast_type *type = new_type(b, AST_TYPE_NAMED, span, NULL, NULL);
    type->path = path.first;
    type->arguments = arguments;
    return type;
}

struct ast_type *ast_sized(struct ast_builder *b, enum ast_type_kind kind, struct dhs_token keyword,
                           struct ast_expression *bound, struct dhs_token close)
{
    return new_type(b, kind, between(b->source, keyword.offset, close), NULL, bound);
}

struct ast_type *ast_containing(struct ast_builder *b, enum ast_type_kind kind,
                                struct dhs_token keyword, struct ast_type *element,
                                struct ast_expression *bound, struct dhs_token close)
{
    return new_type(b, kind, between(b->source, keyword.offset, close), element, bound);
}

struct ast_type *ast_guessed_type(struct ast_builder *b, struct dhs_token word)
{
    return new_type(b, AST_TYPE_BROKEN, ast_token_span(b->source, word), NULL, NULL);
}

struct ast_type *ast_no_base(struct ast_builder *b, struct dhs_token name)
{
    struct dhs_span behind = { b->source, name.offset + name.length, 1 };
    dhs_report(b->diag, DHS_BASE_MISSING, behind, "'%s' needs the type that it is stored in",
               ast_token_text(b->arena, b->source, name));
    dhs_help(b->diag, "write for example: %s : u8", ast_token_text(b->arena, b->source, name));
    return ast_guessed_type(b, name);
}

struct ast_type *ast_no_capacity(struct ast_builder *b, struct dhs_token keyword,
                                 struct dhs_token last)
{
    struct dhs_span span = between(b->source, keyword.offset, last);
    bool is_list = keyword.kind == TOKEN_LIST, is_text = keyword.kind == TOKEN_STRING;
    dhs_report(b->diag, DHS_CAPACITY_MISSING, span, "'%s' needs its capacity",
               ast_token_text(b->arena, b->source, keyword));
    dhs_help(b->diag, "everything has a fixed size: write for example %s",
             is_list   ? "list<f32, 16>"
             : is_text ? "string<31>"
                       : "bytes<64>");
    return new_type(b, AST_TYPE_BROKEN, span, NULL, NULL);
}

/* list<16>: that 16 is no type was reported. */
struct ast_type *ast_list_no_capacity(struct ast_builder *b, struct dhs_token keyword,
                                      const struct ast_type *element, struct dhs_token last)
{
    if (element->kind == AST_TYPE_BROKEN) return ast_guessed_type(b, keyword);
    return ast_no_capacity(b, keyword, last);
}

struct ast_type *ast_no_length(struct ast_builder *b, struct ast_type *element,
                               struct dhs_token open, struct dhs_token close)
{
    bool written = b->source->text[close.offset] == ']'; /* else it was reported as missing */
    if (written) {
        dhs_report(b->diag, DHS_CAPACITY_MISSING, between(b->source, open.offset, close),
                   "an array needs its length");
        dhs_help(b->diag, "T[16] always has 16; list<T, 16> has up to 16");
    }
    struct dhs_span span = between(b->source, element->span.offset, close);
    return new_type(b, AST_TYPE_BROKEN, span, NULL, NULL);
}

struct ast_type *ast_postfix(struct ast_builder *b, enum ast_type_kind kind,
                             struct ast_type *element, struct ast_expression *bound,
                             struct dhs_token close)
{
    struct dhs_span span = between(b->source, element->span.offset, close);
    return new_type(b, kind, span, element, bound);
}

/* ---- attributes --------------------------------------------------------------------------- */

struct ast_attributes ast_no_attributes(void)
{
    struct ast_attributes list = { NULL, NULL };
    return list;
}

struct ast_attributes ast_add_attribute(struct ast_attributes list, struct ast_attribute *one)
{
    if (list.last)
        list.last->next = one;
    else
        list.first = one;
    list.last = one;
    return list;
}

struct ast_attributes ast_join(struct ast_attributes left, struct ast_attributes right)
{
    if (!left.first) return right;
    if (!right.first) return left;
    left.last->next = right.first;
    left.last = right.last;
    return left;
}

struct ast_attribute *ast_attribute(struct ast_builder *b, struct dhs_token at,
                                    struct ast_chain name, struct ast_argument *arguments,
                                    const struct dhs_token *close)
{
    struct ast_attribute *attribute = dhs_alloc(b->arena, sizeof *attribute);
    attribute->span = between(b->source, at.offset, close ? *close : name.last->word);
    attribute->name = name.first;
    attribute->arguments = arguments;
    return attribute;
}

struct ast_arguments ast_one_argument(struct ast_argument *argument)
{
    struct ast_arguments list = { argument, argument };
    return list;
}

struct ast_arguments ast_add_argument(struct ast_arguments list, struct ast_argument *argument)
{
    list.last->next = argument;
    list.last = argument;
    return list;
}

struct ast_argument *ast_argument(struct ast_builder *b, bool first, struct ast_expression *value)
{
    struct ast_argument *argument = dhs_alloc(b->arena, sizeof *argument);
    argument->first = first;
    argument->value = value;
    return argument;
}

/* ---- expressions -------------------------------------------------------------------------- */

static struct ast_expression *new_expression(struct ast_builder *b, enum ast_expression_kind kind,
                                             struct dhs_span span)
{
    struct ast_expression *expression = dhs_alloc(b->arena, sizeof *expression);
    expression->kind = kind;
    expression->span = span;
    expression->depth = 1;
    return expression;
}

/* Later stages recurse over expressions: what is too deep is cut off here, once. */
static struct ast_expression *bound_depth(struct ast_builder *b, struct ast_expression *expression)
{
    unsigned left = expression->left ? expression->left->depth : 0;
    unsigned right = expression->right ? expression->right->depth : 0;
    expression->depth = (left > right ? left : right) + 1;
    if (expression->depth <= AST_MAX_EXPRESSION_DEPTH) return expression;
    if (expression->depth == AST_MAX_EXPRESSION_DEPTH + 1)
        dhs_report(b->diag, DHS_NESTING, expression->span,
                   "this expression has more than %d operators in a row", AST_MAX_EXPRESSION_DEPTH);
    expression->kind = AST_BROKEN;
    expression->left = expression->right = NULL;
    return expression;
}

struct ast_expression *ast_literal(struct ast_builder *b, enum ast_expression_kind kind,
                                   struct dhs_token token)
{
    struct ast_expression *e = new_expression(b, kind, ast_token_span(b->source, token));
    e->token = token;
    return e;
}

struct ast_expression *ast_guessed_value(struct ast_builder *b, struct dhs_token word)
{
    return new_expression(b, AST_BROKEN, ast_token_span(b->source, word));
}

struct ast_expression *ast_reference(struct ast_builder *b, struct ast_chain path)
{
    struct ast_expression *e = new_expression(b, AST_PATH, ast_path_span(b->source, path.first));
    e->path = path.first;
    return e;
}

struct ast_expression *ast_call(struct ast_builder *b, struct ast_chain path,
                                struct ast_argument *arguments, struct dhs_token close)
{
    struct dhs_span span = between(b->source, path.first->word.offset, close);
    struct ast_expression *e = new_expression(b, AST_CALL, span);
    e->path = path.first;
    e->arguments = arguments;
    return e;
}

struct ast_expression *ast_parentheses(struct ast_expression *inner, struct dhs_token open,
                                       struct dhs_token close)
{
    inner->span.length = close.offset + close.length - open.offset;
    inner->span.offset = open.offset;
    return inner;
}

struct ast_expression *ast_unary(struct ast_builder *b, struct dhs_token operation,
                                 struct ast_expression *operand)
{
    struct dhs_span span = { b->source, operation.offset,
                             operand->span.offset + operand->span.length - operation.offset };
    struct ast_expression *e = new_expression(b, AST_UNARY, span);
    e->token = operation;
    e->left = operand;
    return bound_depth(b, e);
}

struct ast_expression *ast_binary(struct ast_builder *b, struct ast_expression *left,
                                  struct dhs_token operation, struct ast_expression *right)
{
    struct dhs_span span = { b->source, left->span.offset,
                             right->span.offset + right->span.length - left->span.offset };
    struct ast_expression *e = new_expression(b, AST_BINARY, span);
    e->token = operation;
    e->left = left;
    e->right = right;
    return bound_depth(b, e);
}

/* ---- paths -------------------------------------------------------------------------------- */

struct ast_chain ast_path_start(struct ast_builder *b, struct dhs_token word)
{
    struct ast_path *path = dhs_alloc(b->arena, sizeof *path);
    path->word = word;
    struct ast_chain chain = { path, path };
    return chain;
}

struct ast_chain ast_path_add(struct ast_builder *b, struct ast_chain chain, struct dhs_token word)
{
    struct ast_path *path = dhs_alloc(b->arena, sizeof *path);
    path->word = word;
    chain.last->next = path;
    chain.last = path;
    return chain;
}
