/* SPDX-License-Identifier: Apache-2.0 */
/* What the actions of grammar.y call, and what parse.c asks of the generated parser. */
#ifndef DHS_AST_BUILD_H
#define DHS_AST_BUILD_H

#include <stddef.h>

#include "ast.h"

enum { AST_MAX_PARSER_DEPTH = 500 };

struct ast_builder {
    struct dhs_arena *arena;
    struct dhs_diag *diag;
    const struct dhs_source *source;
    struct ast_file *file;
    struct ast_declaration *last;
    bool misfit; /* a token came that the grammar has no place for */
};

/* Lists while they grow. */
struct ast_list {
    struct ast_declaration *first;
    struct ast_declaration *last;
    bool damaged;
};
struct ast_chain {
    struct ast_path *first;
    struct ast_path *last;
};
struct ast_attributes {
    struct ast_attribute *first;
    struct ast_attribute *last;
};
struct ast_arguments {
    struct ast_argument *first;
    struct ast_argument *last;
};

void ast_add_declaration(struct ast_builder *b, struct ast_declaration *declaration);
void ast_lost_declaration(struct ast_builder *b);

struct ast_declaration *ast_package(struct ast_builder *b, struct dhs_token keyword,
                                    struct ast_chain path, const struct dhs_token *prefix);
struct ast_declaration *ast_import(struct ast_builder *b, struct dhs_token keyword,
                                   struct dhs_token text, const struct dhs_token *local);
struct ast_declaration *ast_declare(struct ast_builder *b, enum ast_kind kind,
                                    struct dhs_token first, struct dhs_token name,
                                    struct ast_type *type, struct ast_attribute *attributes);
struct ast_declaration *ast_with_members(struct ast_declaration *declaration, struct ast_list list);
struct ast_declaration *ast_with_parameters(struct ast_declaration *declaration,
                                            struct ast_list parameters);
struct ast_declaration *ast_with_value(struct ast_declaration *declaration,
                                       struct ast_expression *value);
struct ast_declaration *ast_with_attribute(struct ast_declaration *zone,
                                           struct ast_attribute *attribute);
struct ast_declaration *ast_with_shared(struct ast_declaration *zone, struct dhs_token word);
struct ast_declaration *ast_with_spinlocks(struct ast_declaration *zone, struct dhs_token word,
                                           struct ast_expression *count);

struct ast_list ast_no_members(void);
struct ast_list ast_append(struct ast_list list, struct ast_declaration *declaration);
struct ast_list ast_lost(struct ast_list list);

struct ast_type *ast_named(struct ast_builder *b, struct ast_chain path);
struct ast_type *ast_parametric(struct ast_builder *b, struct ast_chain path,
                                struct ast_argument *arguments, struct dhs_token close);
struct ast_type *ast_sized(struct ast_builder *b, enum ast_type_kind kind, struct dhs_token keyword,
                           struct ast_expression *bound, struct dhs_token close);
struct ast_type *ast_containing(struct ast_builder *b, enum ast_type_kind kind,
                                struct dhs_token keyword, struct ast_type *element,
                                struct ast_expression *bound, struct dhs_token close);
/* What was reported already: a type of another language, a value that is missing. */
struct ast_type *ast_guessed_type(struct ast_builder *b, struct dhs_token word);
struct ast_expression *ast_guessed_value(struct ast_builder *b, struct dhs_token word);
struct ast_type *ast_no_base(struct ast_builder *b, struct dhs_token name);
struct ast_type *ast_no_capacity(struct ast_builder *b, struct dhs_token keyword,
                                 struct dhs_token last);
struct ast_type *ast_list_no_capacity(struct ast_builder *b, struct dhs_token keyword,
                                      const struct ast_type *element, struct dhs_token last);
struct ast_type *ast_no_length(struct ast_builder *b, struct ast_type *element,
                               struct dhs_token open, struct dhs_token close);
struct ast_type *ast_postfix(struct ast_builder *b, enum ast_type_kind kind,
                             struct ast_type *element, struct ast_expression *bound,
                             struct dhs_token close);

struct ast_attributes ast_no_attributes(void);
struct ast_attributes ast_add_attribute(struct ast_attributes list, struct ast_attribute *one);
struct ast_attributes ast_join(struct ast_attributes left, struct ast_attributes right);
struct ast_attribute *ast_attribute(struct ast_builder *b, struct dhs_token at,
                                    struct ast_chain name, struct ast_argument *arguments,
                                    const struct dhs_token *close);
struct ast_arguments ast_one_argument(struct ast_argument *argument);
struct ast_arguments ast_add_argument(struct ast_arguments list, struct ast_argument *argument);
struct ast_argument *ast_argument(struct ast_builder *b, bool first, struct ast_expression *value);

struct ast_expression *ast_literal(struct ast_builder *b, enum ast_expression_kind kind,
                                   struct dhs_token token);
struct ast_expression *ast_reference(struct ast_builder *b, struct ast_chain path);
struct ast_expression *ast_call(struct ast_builder *b, struct ast_chain path,
                                struct ast_argument *arguments, struct dhs_token close);
struct ast_expression *ast_parentheses(struct ast_expression *inner, struct dhs_token open,
                                       struct dhs_token close);
struct ast_expression *ast_unary(struct ast_builder *b, struct dhs_token operation,
                                 struct ast_expression *operand);
struct ast_expression *ast_binary(struct ast_builder *b, struct ast_expression *left,
                                  struct dhs_token operation, struct ast_expression *right);

struct ast_chain ast_path_start(struct ast_builder *b, struct dhs_token word);
struct ast_chain ast_path_add(struct ast_builder *b, struct ast_chain chain, struct dhs_token word);

/* ---- the generated parser ----------------------------------------------------------------- */

void *dhs_grammarAlloc(void *(*allocate)(size_t));
void dhs_grammarFree(void *parser, void (*release)(void *));
void dhs_grammar(void *parser, int kind, struct dhs_token token, struct ast_builder *builder);

/* How many states are stacked: what nests deep stacks many. */
size_t dhs_grammar_depth(void *parser);

/* How many `{` are open. */
size_t dhs_grammar_braces(void *parser);

/* Whether `kind` could come next, and `then` (if not negative) after it. Changes nothing. */
bool dhs_grammar_accepts(void *parser, int kind, int then);

/* The same for up to eight kinds in a row. */
bool dhs_grammar_fits(void *parser, const int *kinds, size_t n);

#endif
