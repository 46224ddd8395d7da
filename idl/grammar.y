/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The grammar of .dhs. Actions are one call each into ast.c.
 *
 * Lemon pushes: parse.c feeds tokens. A file that is right is read straight through, which a misfit
 * ends. Of another, parse.c asks dhs_grammar_accepts() before each token, reports what does not fit,
 * and lets the parser recover at the next sync rule (`error SEMI`): then the one misfit is the token
 * BROKEN, which fits nowhere.
 */
%name dhs_grammar
%token_prefix TOKEN_
%token_type { struct dhs_token }
%extra_argument { struct ast_builder *b }
%stack_size 0
%start_symbol file

%include {
#include <assert.h>
#include <stdlib.h>
#include "ast_build.h"
#include "grammar.h"
}
%syntax_error { b->misfit = true; }

%token WORD PACKAGE AS IMPORT CONST ALIAS ENUM FLAGS STRUCT UNION CHANNEL SERVICE VERSION SLOT ZONE.
%token SHARED SPINLOCKS LIST STRING BYTES ATOMIC FIRST.
%token INTEGER REAL TEXT CHARACTER LBRACE RBRACE LBRACKET RBRACKET LPAREN RPAREN LT GT.
%token SEMI COLON COMMA DOT AT EQ QUESTION OPEN DOCS COMMENT GUESSED BROKEN.

%left OR.
%left AND.
%left SHIFT_LEFT SHIFT_RIGHT.
%left PLUS MINUS.
%left STAR SLASH PERCENT.
%right TILDE.

/* ---- a file ------------------------------------------------------------------------------- */

%type declaration  { struct ast_declaration * }
%type constant     { struct ast_declaration * }
%type enumeration  { struct ast_declaration * }

file ::= declarations.
declarations ::= .
declarations ::= declarations declaration(D).  { ast_add_declaration(b, D); }
declarations ::= declarations error SEMI.      { ast_lost_declaration(b); }

declaration(D) ::= PACKAGE(K) path(P) SEMI.                { D = ast_package(b, K, P, NULL); }
declaration(D) ::= PACKAGE(K) path(P) AS word(N) SEMI.     { D = ast_package(b, K, P, &N); }
declaration(D) ::= IMPORT(K) TEXT(T) SEMI.                 { D = ast_import(b, K, T, NULL); }
declaration(D) ::= IMPORT(K) TEXT(T) AS word(N) SEMI.      { D = ast_import(b, K, T, &N); }
declaration(D) ::= constant(C).                            { D = C; }
declaration(D) ::= enumeration(E).                         { D = E; }
declaration(D) ::= ALIAS(K) word(N) EQ type(T) attributes(A) SEMI.
    { D = ast_declare(b, AST_ALIAS, K, N, T, A.first); }
declaration(D) ::= STRUCT(K) word(N) parameters(P) attributes(A) LBRACE members(M) RBRACE.
    { D = ast_with_parameters(
          ast_with_members(ast_declare(b, AST_STRUCT, K, N, NULL, A.first), M), P); }
declaration(D) ::= UNION(K) word(N) COLON type(T) attributes(A) LBRACE arms(M) RBRACE.
    { D = ast_with_members(ast_declare(b, AST_UNION, K, N, T, A.first), M); }
declaration(D) ::= UNION(K) word(N) attributes(A) LBRACE arms(M) RBRACE.
    { D = ast_with_members(ast_declare(b, AST_UNION, K, N, ast_no_base(b, N), A.first), M); }
declaration(D) ::= CHANNEL(K) word(N) VERSION expression(V) attributes(A) LBRACE settings(M) RBRACE.
    { D = ast_with_value(ast_with_members(ast_declare(b, AST_CHANNEL, K, N, NULL, A.first), M), V); }

constant(D) ::= CONST(K) word(N) COLON type(T) attributes(A) EQ expression(V) attributes(Z) SEMI.
    { D = ast_with_value(ast_declare(b, AST_CONSTANT, K, N, T, ast_join(A, Z).first), V); }
enumeration(D) ::= ENUM(K) word(N) COLON type(T) attributes(A) LBRACE enumerators(M) RBRACE.
    { D = ast_with_members(ast_declare(b, AST_ENUM, K, N, T, A.first), M); }
enumeration(D) ::= FLAGS(K) word(N) COLON type(T) attributes(A) LBRACE enumerators(M) RBRACE.
    { D = ast_with_members(ast_declare(b, AST_FLAGS, K, N, T, A.first), M); }
enumeration(D) ::= ENUM(K) word(N) attributes(A) LBRACE enumerators(M) RBRACE.
    { D = ast_with_members(ast_declare(b, AST_ENUM, K, N, ast_no_base(b, N), A.first), M); }
enumeration(D) ::= FLAGS(K) word(N) attributes(A) LBRACE enumerators(M) RBRACE.
    { D = ast_with_members(ast_declare(b, AST_FLAGS, K, N, ast_no_base(b, N), A.first), M); }

%type parameters       { struct ast_list }
%type parameter_names  { struct ast_list }
%type parameter        { struct ast_declaration * }

parameters(L) ::= .                                        { L = ast_no_members(); }
parameters(L) ::= LT parameter_names(M) GT.                { L = M; }
parameter_names(L) ::= parameter(D).                       { L = ast_append(ast_no_members(), D); }
parameter_names(L) ::= parameter_names(M) COMMA parameter(D).  { L = ast_append(M, D); }
parameter(D) ::= word(N).  { D = ast_declare(b, AST_PARAMETER, N, N, NULL, NULL); }

/* ---- members ------------------------------------------------------------------------------ */

%type members      { struct ast_list }
%type enumerators  { struct ast_list }
%type listed       { struct ast_list }
%type arms         { struct ast_list }
%type settings     { struct ast_list }
%type member       { struct ast_declaration * }
%type enumerator   { struct ast_declaration * }
%type arm          { struct ast_declaration * }
%type setting      { struct ast_declaration * }
%type zone_head    { struct ast_declaration * }

members(L) ::= .                          { L = ast_no_members(); }
members(L) ::= members(M) member(D).      { L = ast_append(M, D); }
members(L) ::= members(M) error SEMI.     { L = ast_lost(M); }

member(D) ::= constant(C).                { D = C; }
member(D) ::= enumeration(E).             { D = E; }
member(D) ::= word(N) COLON type(T) attributes(A) SEMI.
    { D = ast_declare(b, AST_FIELD, N, N, T, A.first); }
member(D) ::= word(N) COLON type(T) attributes(A) EQ expression(V) attributes(Z) SEMI.
    { D = ast_with_value(ast_declare(b, AST_FIELD, N, N, T, ast_join(A, Z).first), V); }

/* The comma behind the last one is optional. Errors stand behind `enumerators`, since an error makes
 * the parser reduce whatever is complete, and so it ends up there. */
enumerators(L) ::= listed(M).                    { L = M; }
enumerators(L) ::= listed(M) enumerator(D).      { L = ast_append(M, D); }
listed(L) ::= .                                  { L = ast_no_members(); }
listed(L) ::= listed(M) enumerator(D) COMMA.     { L = ast_append(M, D); }
listed(L) ::= enumerators(M) error COMMA.        { L = ast_lost(M); }
listed(L) ::= enumerators(M) error SEMI.         { L = ast_lost(M); }

enumerator(D) ::= word(N) attributes(A).
    { D = ast_declare(b, AST_ENUMERATOR, N, N, NULL, A.first); }
enumerator(D) ::= word(N) EQ expression(V) attributes(A).
    { D = ast_with_value(ast_declare(b, AST_ENUMERATOR, N, N, NULL, A.first), V); }

arms(L) ::= .                             { L = ast_no_members(); }
arms(L) ::= arms(M) arm(D).               { L = ast_append(M, D); }
arms(L) ::= arms(M) error SEMI.           { L = ast_lost(M); }

arm(D) ::= word(N) attributes(A) SEMI.    { D = ast_declare(b, AST_ARM, N, N, NULL, A.first); }
arm(D) ::= word(N) EQ expression(V) attributes(A) SEMI.
    { D = ast_with_value(ast_declare(b, AST_ARM, N, N, NULL, A.first), V); }
arm(D) ::= word(N) COLON type(T) attributes(A) SEMI.
    { D = ast_declare(b, AST_ARM, N, N, T, A.first); }
arm(D) ::= word(N) COLON type(T) attributes(A) EQ expression(V) attributes(Z) SEMI.
    { D = ast_with_value(ast_declare(b, AST_ARM, N, N, T, ast_join(A, Z).first), V); }

settings(L) ::= .                         { L = ast_no_members(); }
settings(L) ::= settings(M) setting(D).   { L = ast_append(M, D); }
settings(L) ::= settings(M) error SEMI.   { L = ast_lost(M); }

setting(D) ::= SLOT(N) COLON type(T) attributes(A) SEMI.
    { D = ast_declare(b, AST_SLOT, N, N, T, A.first); }
setting(D) ::= zone_head(Z) SEMI.         { D = Z; }
setting(D) ::= plain(N) COLON expression(V) attributes(A) SEMI.
    { D = ast_with_value(ast_declare(b, AST_SETTING, N, N, NULL, A.first), V); }

zone_head(D) ::= ZONE(K) word(N) COLON type(T).
    { D = ast_declare(b, AST_ZONE, K, N, T, NULL); }
zone_head(D) ::= zone_head(Z) attribute(A).             { D = ast_with_attribute(Z, A); }
zone_head(D) ::= zone_head(Z) SHARED(K).                   { D = ast_with_shared(Z, K); }
zone_head(D) ::= zone_head(Z) SPINLOCKS(K) expression(V).  { D = ast_with_spinlocks(Z, K, V); }

/* ---- types -------------------------------------------------------------------------------- */

%type type   { struct ast_type * }
%type named  { struct ast_chain }

type(T) ::= named(P).                                { T = ast_named(b, P); }
type(T) ::= GUESSED(K).                              { T = ast_guessed_type(b, K); }
type(T) ::= STRING(K).                               { T = ast_no_capacity(b, K, K); }
type(T) ::= BYTES(K).                                { T = ast_no_capacity(b, K, K); }
type(T) ::= LIST(K).                                 { T = ast_no_capacity(b, K, K); }
type(T) ::= LIST(K) LT type(E) GT(R).                   { T = ast_list_no_capacity(b, K, E, R); }
type(T) ::= type(E) LBRACKET(L) RBRACKET(R).         { T = ast_no_length(b, E, L, R); }
type(T) ::= named(P) LT arguments(A) GT(R).          { T = ast_parametric(b, P, A.first, R); }
type(T) ::= STRING(K) LT expression(V) GT(R).        { T = ast_sized(b, AST_TYPE_STRING, K, V, R); }
type(T) ::= BYTES(K) LT expression(V) GT(R).         { T = ast_sized(b, AST_TYPE_BYTES, K, V, R); }
type(T) ::= LIST(K) LT type(E) COMMA expression(V) GT(R).
    { T = ast_containing(b, AST_TYPE_LIST, K, E, V, R); }
type(T) ::= ATOMIC(K) LT type(E) GT(R).
    { T = ast_containing(b, AST_TYPE_ATOMIC, K, E, NULL, R); }
type(T) ::= type(E) LBRACKET expression(V) RBRACKET(R).
    { T = ast_postfix(b, AST_TYPE_ARRAY, E, V, R); }
type(T) ::= type(E) QUESTION(R).
    { T = ast_postfix(b, AST_TYPE_OPTIONAL, E, NULL, R); }

named(P) ::= type_word(N).                 { P = ast_path_start(b, N); }
named(P) ::= named(H) DOT word(N).         { P = ast_path_add(b, H, N); }

/* ---- attributes --------------------------------------------------------------------------- */

%type attributes  { struct ast_attributes }
%type attribute   { struct ast_attribute * }
%type arguments   { struct ast_arguments }
%type argument    { struct ast_argument * }

attributes(L) ::= .                              { L = ast_no_attributes(); }
attributes(L) ::= attributes(A) attribute(D).    { L = ast_add_attribute(A, D); }

attribute(D) ::= AT(K) path(P).                            { D = ast_attribute(b, K, P, NULL, NULL); }
attribute(D) ::= AT(K) path(P) LPAREN RPAREN(R).           { D = ast_attribute(b, K, P, NULL, &R); }
attribute(D) ::= AT(K) path(P) LPAREN arguments(A) RPAREN(R).
    { D = ast_attribute(b, K, P, A.first, &R); }

arguments(L) ::= argument(A).                       { L = ast_one_argument(A); }
arguments(L) ::= arguments(M) COMMA argument(A).    { L = ast_add_argument(M, A); }
argument(A) ::= expression(V).                      { A = ast_argument(b, false, V); }
argument(A) ::= FIRST expression(V).                { A = ast_argument(b, true, V); }

/* ---- expressions -------------------------------------------------------------------------- */

%type expression  { struct ast_expression * }
%type path        { struct ast_chain }

expression(E) ::= INTEGER(T).                     { E = ast_literal(b, AST_INTEGER, T); }
expression(E) ::= REAL(T).                        { E = ast_literal(b, AST_REAL, T); }
expression(E) ::= TEXT(T).                        { E = ast_literal(b, AST_TEXT, T); }
expression(E) ::= CHARACTER(T).                   { E = ast_literal(b, AST_CHARACTER, T); }
expression(E) ::= OPEN(T).                        { E = ast_literal(b, AST_OPEN, T); }
expression(E) ::= GUESSED(T).                     { E = ast_guessed_value(b, T); }
expression(E) ::= path(P).                        { E = ast_reference(b, P); }
expression(E) ::= path(P) LPAREN arguments(A) RPAREN(R).   { E = ast_call(b, P, A.first, R); }
expression(E) ::= LPAREN(L) expression(X) RPAREN(R).       { E = ast_parentheses(X, L, R); }
expression(E) ::= MINUS(O) expression(X). [TILDE]          { E = ast_unary(b, O, X); }
expression(E) ::= TILDE(O) expression(X).                  { E = ast_unary(b, O, X); }
expression(E) ::= expression(X) OR(O) expression(Y).           { E = ast_binary(b, X, O, Y); }
expression(E) ::= expression(X) AND(O) expression(Y).          { E = ast_binary(b, X, O, Y); }
expression(E) ::= expression(X) SHIFT_LEFT(O) expression(Y).   { E = ast_binary(b, X, O, Y); }
expression(E) ::= expression(X) SHIFT_RIGHT(O) expression(Y).  { E = ast_binary(b, X, O, Y); }
expression(E) ::= expression(X) PLUS(O) expression(Y).         { E = ast_binary(b, X, O, Y); }
expression(E) ::= expression(X) MINUS(O) expression(Y).        { E = ast_binary(b, X, O, Y); }
expression(E) ::= expression(X) STAR(O) expression(Y).         { E = ast_binary(b, X, O, Y); }
expression(E) ::= expression(X) SLASH(O) expression(Y).        { E = ast_binary(b, X, O, Y); }
expression(E) ::= expression(X) PERCENT(O) expression(Y).      { E = ast_binary(b, X, O, Y); }

path(P) ::= word(N).                { P = ast_path_start(b, N); }
path(P) ::= path(H) DOT word(N).    { P = ast_path_add(b, H, N); }

/* ---- words: every keyword is also a name -------------------------------------------------- */

%type word       { struct dhs_token }
%type plain      { struct dhs_token }
%type type_word  { struct dhs_token }

plain(N) ::= WORD|PACKAGE|AS|IMPORT|ALIAS|STRUCT|UNION(T).             { N = T; }
plain(N) ::= CHANNEL|SERVICE|VERSION|SHARED|SPINLOCKS(T).              { N = T; }
plain(N) ::= CONST(T).                                                 { N = T; }
plain(N) ::= ENUM(T).                                                  { N = T; }
plain(N) ::= FLAGS(T).                                                 { N = T; }
type_word(N) ::= plain(T).                                                     { N = T; }
type_word(N) ::= SLOT|ZONE(T).                                                 { N = T; }
word(N) ::= plain(T).                                                          { N = T; }
word(N) ::= SLOT|ZONE|LIST|STRING|BYTES|ATOMIC(T).                             { N = T; }

/* ---- what parse.c asks -------------------------------------------------------------------- */

%code {
/* The parser's states as they would become: those below `own` are still its own. */
struct ahead {
    const yyParser *parser;
    size_t own;
    size_t top; /* the index of the last state */
    YYACTIONTYPE states[AST_MAX_PARSER_DEPTH + 16];
};

static void look_ahead(struct ahead *ahead, const yyParser *parser)
{
    ahead->parser = parser;
    ahead->top = (size_t)(parser->yytos - parser->yystack);
    ahead->own = ahead->top + 1;
}

static YYACTIONTYPE top_state(const struct ahead *ahead)
{
    return ahead->top < ahead->own ? ahead->parser->yystack[ahead->top].stateno
                                   : ahead->states[ahead->top];
}

static void push_state(struct ahead *ahead, YYACTIONTYPE state)
{
    ahead->states[++ahead->top] = state;
    if (ahead->top < ahead->own) ahead->own = ahead->top;
}

/* Walks the automaton over `kind`. */
static bool walk(struct ahead *ahead, YYCODETYPE kind)
{
    for (;;) {
        YYACTIONTYPE action = yy_find_shift_action(kind, top_state(ahead));
        if (action == YY_ACCEPT_ACTION) return true;
        if (action <= YY_MAX_SHIFTREDUCE) {
            if (action > YY_MAX_SHIFT) action += YY_MIN_REDUCE - YY_MIN_SHIFTREDUCE;
            push_state(ahead, action);
            return true;
        }
        if (action < YY_MIN_REDUCE) return false;
        unsigned rule = action - YY_MIN_REDUCE;
        ahead->top -= (size_t)-yyRuleInfoNRhs[rule];
        YYACTIONTYPE next = yy_find_reduce_action(top_state(ahead), yyRuleInfoLhs[rule]);
        if (next == YY_ACCEPT_ACTION) return true;
        push_state(ahead, next);
    }
}

size_t dhs_grammar_depth(void *parser)
{
    yyParser *p = parser;
    return (size_t)(p->yytos - p->yystack);
}

size_t dhs_grammar_braces(void *parser)
{
    yyParser *p = parser;
    size_t open = 0, closed = 0;
    for (yyStackEntry *entry = p->yystack; entry <= p->yytos; entry++) {
        open += entry->major == TOKEN_LBRACE;
        closed += entry->major == TOKEN_RBRACE; /* of what is complete but not reduced yet */
    }
    return open - closed;
}

bool dhs_grammar_accepts(void *parser, int kind, int then)
{
    yyParser *p = parser;
    struct ahead ahead;
    if (dhs_grammar_depth(parser) > AST_MAX_PARSER_DEPTH) return false;
    /* most tokens end nothing, and are simply put on the stack */
    if (then < 0 &&
        yy_find_shift_action((YYCODETYPE)kind, p->yytos->stateno) <= YY_MAX_SHIFTREDUCE)
        return true;
    look_ahead(&ahead, p);
    return walk(&ahead, (YYCODETYPE)kind) && (then < 0 || walk(&ahead, (YYCODETYPE)then));
}

bool dhs_grammar_fits(void *parser, const int *kinds, size_t n)
{
    struct ahead ahead;
    if (dhs_grammar_depth(parser) > AST_MAX_PARSER_DEPTH) return false;
    look_ahead(&ahead, parser);
    for (size_t i = 0; i < n; i++)
        if (!walk(&ahead, (YYCODETYPE)kinds[i])) return false;
    return true;
}
}
