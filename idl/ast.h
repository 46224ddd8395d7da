/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The syntax tree: what the author wrote, unresolved, with the place of everything.
 *
 * Lists are linked in written order. A part that could not be parsed is missing, and its parent
 * says so in `damaged`, so that later stages do not complain about what they cannot see.
 */
#ifndef DHS_AST_H
#define DHS_AST_H

#include "token.h"

/* Bounds of recursion, here and in all later stages. */
enum { AST_MAX_EXPRESSION_DEPTH = 200, AST_MAX_TYPE_DEPTH = 40 };

/* a.b.c */
struct ast_path {
    struct dhs_token word;
    struct ast_path *next;
};

enum ast_expression_kind {
    AST_INTEGER,
    AST_REAL,
    AST_TEXT,
    AST_CHARACTER,
    AST_PATH,   /* a constant, an enumerator, true, false, nan, inf, or a word of an attribute */
    AST_CALL,   /* path(arguments): only user("name") in @clock */
    AST_OPEN,   /* _ */
    AST_UNARY,  /* operator_kind, left */
    AST_BINARY, /* left, operator_kind, right */
    AST_BROKEN  /* was reported */
};

struct ast_expression {
    enum ast_expression_kind kind;
    struct dhs_span span;
    struct dhs_token token; /* of a literal itself, of an operator */
    struct ast_path *path;
    struct ast_expression *left;
    struct ast_expression *right;
    struct ast_argument *arguments;
    unsigned depth;
};

struct ast_argument {
    bool first; /* `first` before it, in @invalid */
    struct ast_expression *value;
    struct ast_argument *next;
};

/* @name(arguments) or @x.name(arguments) */
struct ast_attribute {
    struct dhs_span span; /* from the @ to the closing parenthesis */
    struct ast_path *name;
    struct ast_argument *arguments;
    bool repeated; /* was reported; ignored from then on */
    struct ast_attribute *next;
};

enum ast_type_kind {
    AST_TYPE_NAMED,
    AST_TYPE_STRING,
    AST_TYPE_BYTES,
    AST_TYPE_LIST,
    AST_TYPE_ATOMIC,
    AST_TYPE_ARRAY,    /* element[bound] */
    AST_TYPE_OPTIONAL, /* element? */
    AST_TYPE_BROKEN
};

struct ast_type {
    enum ast_type_kind kind;
    struct dhs_span span;
    struct ast_path *path;
    struct ast_argument *arguments; /* of a struct with parameters: Image<1024> */
    struct ast_type *element;
    struct ast_expression *bound; /* dimension or capacity */
    unsigned depth;
};

enum ast_kind {
    AST_PACKAGE, /* path; name is the prefix after `as`, if length > 0 */
    AST_IMPORT,  /* text; name is the local name after `as`, if length > 0 */
    AST_CONSTANT,
    AST_ALIAS,
    AST_ENUM,
    AST_FLAGS,
    AST_STRUCT,
    AST_UNION,
    AST_CHANNEL,
    AST_PARAMETER, /* of a struct */
    AST_ENUMERATOR,
    AST_FIELD,
    AST_ARM,
    AST_SLOT,
    AST_ZONE,
    AST_SETTING
};

struct ast_declaration {
    enum ast_kind kind;
    struct dhs_token name;        /* carries the docs */
    struct dhs_token text;        /* of an import */
    struct ast_path *path;        /* of a package */
    struct ast_type *type;        /* also the base of an enum, flags, union */
    struct ast_expression *value; /* of a constant, enumerator, field, setting; a major version */
    struct ast_attribute *attributes;
    struct ast_declaration *members;
    struct ast_declaration *parameters; /* of a struct, each an AST_PARAMETER */
    bool damaged;                       /* some member or attribute was lost to a syntax error */
    bool shared;                        /* zone */
    struct ast_expression *spinlocks;
    struct dhs_token again; /* that of both words which was said twice; of length 0: none */
    struct ast_declaration *next;
};

/* Source text that no declaration was made of. */
struct ast_lost {
    uint32_t offset;
    uint32_t length;
    struct ast_lost *next;
};

struct ast_file {
    const struct dhs_source *source;
    struct ast_lost *lost;
    struct ast_declaration *declarations;
    bool damaged; /* a whole declaration was lost */
};

/* The bytes of a token or path ("a.b.c"), in the arena. */
const char *ast_token_text(struct dhs_arena *arena, const struct dhs_source *source,
                           struct dhs_token token);
const char *ast_path_text(struct dhs_arena *arena, const struct dhs_source *source,
                          const struct ast_path *path);
struct dhs_span ast_token_span(const struct dhs_source *source, struct dhs_token token);
struct dhs_span ast_path_span(const struct dhs_source *source, const struct ast_path *path);

/* The docs above a token: without slashes and the one blank behind them. */
const char *ast_docs(struct dhs_arena *arena, const struct dhs_source *source,
                     struct dhs_token token);

#endif
