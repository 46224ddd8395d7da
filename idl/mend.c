/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Repairs: a mistake of one token is reported and mended on the spot, so that what follows is read
 * as it was meant. A repair must let the next tokens fit; else nothing is guessed, and parse.c
 * looks for a place to go on.
 */
#include <string.h>

#include "checker.h"
#include "grammar.h"
#include "parse_inside.h"
#include "source.h"

/* ---- habits ------------------------------------------------------------------------------- */

/* Reads ahead as far as habits look, lets them rewrite that, and takes it back. */
static void rewrite(struct parse *p, void (*how)(const struct ast_builder *, struct dhs_window *))
{
    struct dhs_window *w = &p->window, all = { { p->token, p->ahead }, 2 };
    for (size_t i = 0; i < w->n; i++)
        all.tokens[all.n++] = w->tokens[i];
    while (all.n < DHS_WINDOW - 2 && all.tokens[all.n - 1].kind != 0 &&
           (all.tokens[all.n - 1].kind != TOKEN_SEMI || all.tokens[0].kind == TOKEN_LBRACKET))
        all.tokens[all.n++] = dhs_lex(&p->lexer);
    how(&p->builder, &all);
    while (all.n < 2) {
        struct dhs_token next =
            all.n && all.tokens[all.n - 1].kind == 0 ? all.tokens[all.n - 1] : dhs_lex(&p->lexer);
        all.tokens[all.n++] = next;
    }
    p->token = all.tokens[0];
    p->ahead = all.tokens[1];
    w->n = all.n - 2;
    memcpy(w->tokens, all.tokens + 2, w->n * sizeof *w->tokens);
}

/* Where a field, arm or setting could begin, and does not as it should. */
static bool at_member(struct parse *p)
{
    int last = p->recent[0];
    bool between = last == TOKEN_SEMI || last == TOKEN_LBRACE || last == TOKEN_RBRACE;
    return between && dhs_is_word(p->token.kind) && p->ahead.kind != TOKEN_COLON &&
           p->ahead.kind != TOKEN_EQ && p->ahead.kind != TOKEN_SEMI &&
           dhs_grammar_accepts(p->parser, TOKEN_WORD, TOKEN_COLON) &&
           !dhs_grammar_accepts(p->parser, p->token.kind, p->ahead.kind);
}

static bool at_declaration(struct parse *p)
{
    int last = p->recent[0];
    bool between = last == 0 || last == TOKEN_SEMI || last == TOKEN_RBRACE;
    return between && dhs_is_word(p->token.kind) && dhs_is_word(p->ahead.kind) &&
           dhs_grammar_accepts(p->parser, TOKEN_STRUCT, -1);
}

/* The keyword that was meant where a member begins: `zoen status: Status`, `cosnt N: u32`. */
static void mend_member_keyword(struct parse *p)
{
    const char *candidates[TOKEN_ATOMIC + 1];
    size_t n = 0;
    for (int kind = TOKEN_PACKAGE; kind <= TOKEN_ATOMIC; kind++) {
        int kinds[] = { kind, p->ahead.kind };
        if (dhs_grammar_fits(p->parser, kinds, 2)) candidates[n++] = dhs_token_title(kind);
    }
    const char *word = ast_token_text(p->builder.arena, p->builder.source, p->token);
    struct dhs_near near = dhs_find_near(word, candidates, n);
    struct dhs_span span = ast_token_span(p->builder.source, p->token);
    if (!near.certain) return;
    dhs_report(p->builder.diag, DHS_SYNTAX, span, "'%s' does not stand before a name", word);
    dhs_suggest(p->builder.diag, span, near);
    p->token.kind = dhs_word_kind(near.name);
}

/* `f32;`, `f32 @unit("m");`: there is nothing about such a type to mend. */
static bool is_one_word(const struct parse *p)
{
    int next = p->ahead.kind;
    return p->token.kind == TOKEN_WORD &&
           (next == TOKEN_SEMI || next == TOKEN_AT || next == TOKEN_EQ);
}

void parse_mend_habits(struct parse *p)
{
    if (p->token.kind == TOKEN_AT && !dhs_is_word(p->ahead.kind) &&
        dhs_grammar_accepts(p->parser, TOKEN_AT, -1)) {
        dhs_report(p->builder.diag, DHS_SYNTAX, ast_token_span(p->builder.source, p->token),
                   "an attribute needs its name");
        parse_advance(p);
    }
    bool at_type = p->recent[0] == TOKEN_COLON && !is_one_word(p);
    if (p->n_braces > 0 && at_member(p)) rewrite(p, dhs_mend_member);
    if (p->n_braces > 0 && at_member(p) && p->token.kind == TOKEN_WORD) mend_member_keyword(p);
    if (p->n_braces == 0 && at_declaration(p)) rewrite(p, dhs_mend_declaration);
    if (at_type) rewrite(p, dhs_mend_type);
}

/* In `list<string<8>>` and its like no number follows, which a shift would want. */
void parse_split_shift(struct parse *p)
{
    int kinds[] = { TOKEN_GT, TOKEN_GT, p->ahead.kind };
    struct dhs_window *w = &p->window;
    if (p->token.kind != TOKEN_SHIFT_RIGHT || w->n == DHS_WINDOW) return;
    if (!dhs_grammar_fits(p->parser, kinds, 3)) return;
    memmove(w->tokens + 1, w->tokens, w->n++ * sizeof *w->tokens);
    w->tokens[0] = p->ahead;
    p->token.kind = TOKEN_GT;
    p->token.length = 1;
    p->ahead = p->token;
    p->ahead.offset++;
}

/* ---- one token ---------------------------------------------------------------------------- */

/* Whether what is missing would be followed by this token and the next. */
static bool fits(struct parse *p, const int *missing, size_t n)
{
    int kinds[6];
    memcpy(kinds, missing, n * sizeof *missing);
    kinds[n++] = p->token.kind;
    if (p->token.kind != 0) kinds[n++] = p->ahead.kind;
    return dhs_grammar_fits(p->parser, kinds, n);
}

static bool fits_one(struct parse *p, int missing)
{
    return fits(p, &missing, 1);
}

/* A NULL text: that it is missing is certain, what stands around it is not right either. */
static void insert(struct parse *p, int kind, const char *text, const char *message)
{
    struct dhs_span span = parse_end_of_before(p);
    dhs_report(p->builder.diag, DHS_SYNTAX, span, "%s", message);
    span.length = 0;
    if (text && !parse_is_behind_open_quote(p)) dhs_fix(p->builder.diag, span, "%s", text);
    parse_feed(p, kind, p->token);
}

static void replace(struct parse *p, int kind, const char *text, enum dhs_code code,
                    const char *message)
{
    struct dhs_span span = ast_token_span(p->builder.source, p->token);
    dhs_report(p->builder.diag, code, span, "%s", message);
    if (text) dhs_fix(p->builder.diag, span, "%s", text);
    parse_feed(p, kind, p->token);
    parse_advance(p);
}

static bool is_literal(int kind)
{
    return kind == TOKEN_INTEGER || kind == TOKEN_REAL || kind == TOKEN_TEXT ||
           kind == TOKEN_CHARACTER;
}

static bool is_type(const struct parse *p, struct dhs_token token)
{
    return dhs_is_builtin(ast_token_text(p->builder.arena, p->builder.source, token));
}

/* `list<u8; 4>`, `@range(0; 1)` */
static bool mend_argument_comma(struct parse *p)
{
    int kinds[] = { TOKEN_COMMA, p->ahead.kind };
    if (p->token.kind != TOKEN_SEMI || !is_literal(p->ahead.kind)) return false;
    if (!dhs_grammar_fits(p->parser, kinds, 2)) return false;
    replace(p, TOKEN_COMMA, ",", DHS_SEPARATOR, "arguments are separated by ','");
    return true;
}

/* A declaration whose '{' is missing. */
static bool mend_opening(struct parse *p)
{
    if (!fits_one(p, TOKEN_LBRACE)) return false;
    insert(p, TOKEN_LBRACE, " {", "expected '{'");
    return true;
}

/* A bracket that is open where the member ends. */
static bool mend_bracket(struct parse *p)
{
    static const int closers[] = { TOKEN_RPAREN, TOKEN_RBRACKET, TOKEN_GT };
    int kind = p->token.kind;
    bool ends = kind == TOKEN_SEMI || kind == TOKEN_AT || kind == TOKEN_EQ || kind == TOKEN_RBRACE;
    for (size_t i = 0; ends && i < sizeof closers / sizeof closers[0]; i++) {
        const char *title = dhs_token_title(closers[i]);
        if (!dhs_grammar_accepts(p->parser, closers[i], kind)) continue;
        bool empty = p->recent[0] == TOKEN_LPAREN || p->recent[0] == TOKEN_LBRACKET ||
                     p->recent[0] == TOKEN_LT; /* `char[;`: a length is missing, too */
        insert(p, closers[i], empty ? NULL : dhs_printf(p->builder.arena, "%c", title[1]),
               dhs_printf(p->builder.arena, "expected %s", title));
        return true;
    }
    return false;
}

/* `a = 0; b = 1` in an enum, `x: f32, y: f32` in a struct, `full = wait`, `alias A : f32`. */
static bool mend_separator(struct parse *p)
{
    static const struct {
        int written, meant;
        enum dhs_code code;
        const char *text, *message;
    } rows[] = {
        { TOKEN_COMMA, TOKEN_SEMI, DHS_SEPARATOR, ";", "a ';' belongs here" },
        { TOKEN_SEMI, TOKEN_COMMA, DHS_SEPARATOR, ",", "values are separated by ','" },
        { TOKEN_EQ, TOKEN_COLON, DHS_SYNTAX, ":", "expected ':', not '='" },
        { TOKEN_COLON, TOKEN_EQ, DHS_SYNTAX, "=", "expected '=', not ':'" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        int after[] = { rows[i].meant, p->ahead.kind };
        if (p->token.kind != rows[i].written) continue;
        if (rows[i].written == TOKEN_SEMI && p->n_braces == 0) continue;
        if (!dhs_grammar_fits(p->parser, after, 2)) continue;
        bool two_types = rows[i].meant == TOKEN_EQ && p->n_braces > 0 && is_type(p, p->ahead);
        replace(p, rows[i].meant, two_types ? NULL : rows[i].text, rows[i].code, rows[i].message);
        if (two_types) {
            parse_feed(p, TOKEN_GUESSED, p->token); /* x: u8: u8 */
            parse_advance(p);
        }
        return true;
    }
    return false;
}

static bool is_same_text(const struct parse *p, struct dhs_token a, struct dhs_token b)
{
    return a.length == b.length && memcmp(parse_text_of(p, a), parse_text_of(p, b), a.length) == 0;
}

/* Between two values of an enum, or two arguments; the same one twice may be one too many. */
static bool mend_comma(struct parse *p)
{
    bool value = is_literal(p->token.kind) || (dhs_is_word(p->token.kind) && p->n_braces > 0);
    if (!value || !dhs_grammar_accepts(p->parser, TOKEN_COMMA, p->token.kind)) return false;
    insert(p, TOKEN_COMMA, is_same_text(p, p->before, p->token) ? NULL : ",", "expected ','");
    return true;
}

/* `@unit "m"` */
static bool mend_parentheses(struct parse *p)
{
    int kinds[] = { TOKEN_LPAREN, p->token.kind, TOKEN_RPAREN, p->ahead.kind };
    if (!is_literal(p->token.kind) || !dhs_grammar_fits(p->parser, kinds, 4)) return false;
    struct dhs_span span = ast_token_span(p->builder.source, p->token);
    dhs_report(p->builder.diag, DHS_SYNTAX, span, "an argument stands in parentheses");
    dhs_fix(p->builder.diag, span, "(%.*s)", (int)p->token.length, parse_text_of(p, p->token));
    parse_feed(p, TOKEN_LPAREN, p->token);
    parse_feed(p, p->token.kind, p->token);
    parse_feed(p, TOKEN_RPAREN, p->token);
    parse_advance(p);
    return true;
}

/* `x: f32 unit("m");` */
static bool mend_at(struct parse *p)
{
    if (p->token.kind != TOKEN_WORD || p->ahead.kind != TOKEN_LPAREN || !fits_one(p, TOKEN_AT))
        return false;
    const char *name = ast_token_text(p->builder.arena, p->builder.source, p->token);
    if (!dhs_is_attribute(name)) return false;
    struct dhs_span span = ast_token_span(p->builder.source, p->token);
    dhs_report(p->builder.diag, DHS_SYNTAX, span, "expected '@' before '%s'", name);
    span.length = 0;
    dhs_fix(p->builder.diag, span, "@");
    parse_feed(p, TOKEN_AT, p->token);
    return true;
}

/* `struct Pose : Base {` */
static bool mend_inheritance(struct parse *p)
{
    bool head = p->token.kind == TOKEN_COLON && dhs_is_word(p->ahead.kind) && p->n_braces == 0;
    if (!head || !dhs_grammar_accepts(p->parser, TOKEN_LBRACE, -1)) return false;
    dhs_report(p->builder.diag, DHS_SYNTAX, ast_token_span(p->builder.source, p->token),
               "nothing is inherited");
    dhs_help(p->builder.diag, "make a field of that type");
    while (p->token.kind == TOKEN_COLON || p->token.kind == TOKEN_COMMA ||
           p->token.kind == TOKEN_DOT || dhs_is_word(p->token.kind))
        parse_advance(p);
    return true;
}

/* `;;`, `struct S { ... };` */
static bool mend_extra_semicolon(struct parse *p)
{
    int last = p->recent[0];
    bool between = last == TOKEN_SEMI || last == TOKEN_LBRACE || last == TOKEN_RBRACE || last == 0;
    if (p->token.kind != TOKEN_SEMI || !between) return false;
    struct dhs_span span = ast_token_span(p->builder.source, p->token);
    dhs_report(p->builder.diag, DHS_SYNTAX, span,
               last == TOKEN_RBRACE ? "no ';' stands after '}'" : "this ';' ends nothing");
    dhs_help(p->builder.diag, "remove it");
    dhs_fix(p->builder.diag, span, "%s", "");
    parse_advance(p);
    return true;
}

/* What has no value that could be guessed, but whose absence hides nothing else. */
static bool mend_absent(struct parse *p)
{
    static const struct {
        int missing[2];
        size_t n;
        const char *message;
        const char *help;
    } rows[] = {
        { { TOKEN_GUESSED }, 1, NULL, NULL },
        { { TOKEN_COLON, TOKEN_GUESSED }, 2, "the type is missing", "write it as in name: f32" },
        { { TOKEN_VERSION, TOKEN_GUESSED },
          2,
          "the version is missing",
          "write it as in: channel imu version 1" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (!fits(p, rows[i].missing, rows[i].n)) continue;
        if (rows[i].message) {
            dhs_report(p->builder.diag, DHS_SYNTAX, parse_end_of_before(p), "%s", rows[i].message);
            dhs_help(p->builder.diag, "%s", rows[i].help);
        } else {
            parse_report_unexpected(p);
        }
        for (size_t k = 0; k < rows[i].n; k++)
            parse_feed(p, rows[i].missing[k], p->token);
        return true;
    }
    return false;
}

/* A number where a type belongs, a bracket where a value does. */
static bool mend_wrong_kind(struct parse *p)
{
    int kinds[] = { TOKEN_GUESSED, p->ahead.kind };
    if (!is_literal(p->token.kind) || !dhs_grammar_fits(p->parser, kinds, 2)) return false;
    parse_report_unexpected(p);
    parse_feed(p, TOKEN_GUESSED, p->token);
    parse_advance(p);
    return true;
}

/* `x: f32 (deprecated);` */
static bool is_attribute_in_parentheses(const struct parse *p)
{
    return p->token.kind == TOKEN_LPAREN && dhs_is_word(p->ahead.kind) &&
           dhs_is_attribute(ast_token_text(p->builder.arena, p->builder.source, p->ahead));
}

/* `const X: u32 3;`, `alias A f32;`, `slot Sample;` */
static bool mend_punctuation(struct parse *p)
{
    static const int kinds[] = { TOKEN_EQ, TOKEN_COLON };
    if (parse_on_new_line(p)) return false;
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        const char *title = dhs_token_title(kinds[i]);
        if (!fits_one(p, kinds[i]) || is_attribute_in_parentheses(p)) continue;
        bool certain = kinds[i] != TOKEN_EQ || p->token.kind != TOKEN_LPAREN; /* `char(8)` */
        const char *text =
            dhs_printf(p->builder.arena, "%s%c", kinds[i] == TOKEN_EQ ? " " : "", title[1]);
        insert(p, kinds[i], certain ? text : NULL,
               dhs_printf(p->builder.arena, "expected %s", title));
        return true;
    }
    return false;
}

/* A misspelt keyword that can only be one is read as that one. */
static bool mend_keyword(struct parse *p)
{
    struct dhs_near near = parse_nearest_keyword(p);
    if (!near.certain) return false;
    int kinds[] = { dhs_word_kind(near.name), p->ahead.kind };
    if (!dhs_grammar_fits(p->parser, kinds, 2)) return false;
    parse_report_unexpected(p);
    p->token.kind = kinds[0];
    return true;
}

bool parse_is_cut_off(const struct parse *p)
{
    const struct dhs_token *t = &p->before;
    return t->kind == TOKEN_TEXT && (t->length < 2 || parse_text_of(p, *t)[t->length - 1] != '"');
}

/* What a string without its end has swallowed is the rest of its line; that was reported. */
static bool mend_cut_off(struct parse *p)
{
    static const struct {
        int kinds[3];
        size_t n;
    } rows[] = { { { TOKEN_SEMI }, 1 },
                 { { TOKEN_RPAREN, TOKEN_SEMI }, 2 },
                 { { TOKEN_SEMI, TOKEN_RBRACE }, 2 },
                 { { TOKEN_RPAREN, TOKEN_SEMI, TOKEN_RBRACE }, 3 } };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (!fits(p, rows[i].kinds, rows[i].n)) continue;
        for (size_t k = 0; k < rows[i].n; k++)
            parse_feed(p, rows[i].kinds[k], p->token);
        return true;
    }
    return false;
}

bool parse_mend(struct parse *p)
{
    if (parse_is_cut_off(p)) return mend_cut_off(p);
    if (parse_mend_strange(p)) return true;
    if (parse_is_bracketed_attribute(p) || parse_declares_inside(p)) return false;
    return mend_extra_semicolon(p) || mend_keyword(p) || mend_argument_comma(p) ||
           mend_bracket(p) || mend_separator(p) || mend_parentheses(p) || mend_at(p) ||
           mend_inheritance(p) || mend_comma(p) || mend_wrong_kind(p) || mend_opening(p) ||
           mend_punctuation(p) || mend_absent(p);
}
