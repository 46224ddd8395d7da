/* SPDX-License-Identifier: Apache-2.0 */
/* What is said of a token that does not fit: what could stand there instead. */
#include <string.h>

#include "grammar.h"
#include "parse_inside.h"
#include "source.h"

enum { MAX_LISTED = 4 };

/* Operators could follow almost every expression; to list them would hide what is missing. */
static bool is_worth_listing(int kind)
{
    static const int hidden[] = { TOKEN_OR,      TOKEN_AND,     TOKEN_SHIFT_LEFT, TOKEN_SHIFT_RIGHT,
                                  TOKEN_PLUS,    TOKEN_MINUS,   TOKEN_STAR,       TOKEN_SLASH,
                                  TOKEN_DOT,     TOKEN_PERCENT, TOKEN_TILDE,      TOKEN_CHARACTER,
                                  TOKEN_REAL,    TOKEN_OPEN,    TOKEN_FIRST,      TOKEN_DOCS,
                                  TOKEN_COMMENT, TOKEN_BROKEN,  TOKEN_GUESSED };
    for (size_t i = 0; i < sizeof hidden / sizeof hidden[0]; i++)
        if (hidden[i] == kind) return false;
    return true;
}

/* A keyword's title is the word itself: in a sentence it wants quotes. */
static bool is_bare(const char *title)
{
    return title[0] != '\'' && !strchr(title, ' ');
}

/* "';', '@' or '='"; the empty text if the list would say nothing. */
static const char *expected(struct parse *p)
{
    const char *found[MAX_LISTED + 1];
    size_t n = 0;
    bool any_word = dhs_grammar_accepts(p->parser, TOKEN_WORD, -1);
    for (int kind = TOKEN_WORD; kind <= TOKEN_TILDE && n <= MAX_LISTED; kind++) {
        if (!is_worth_listing(kind) || (any_word && kind != TOKEN_WORD && dhs_is_word(kind)))
            continue;
        if (dhs_grammar_accepts(p->parser, kind, -1)) found[n++] = dhs_token_title(kind);
    }
    if (dhs_grammar_accepts(p->parser, TOKEN_GUESSED, -1))
        return dhs_grammar_accepts(p->parser, TOKEN_INTEGER, -1) ? "a value" : "a type";
    if (n == 0) return "the end of the file";
    if (n > MAX_LISTED && dhs_grammar_accepts(p->parser, TOKEN_SEMI, -1)) return "';'";
    if (n > MAX_LISTED) return p->n_braces == 0 ? "a declaration" : "";
    for (size_t i = 0; i < n; i++)
        found[i] = is_bare(found[i]) ? dhs_printf(p->builder.arena, "'%s'", found[i]) : found[i];
    const char *text = found[0];
    for (size_t i = 1; i < n; i++)
        text = dhs_printf(p->builder.arena, "%s%s%s", text, i + 1 == n ? " or " : ", ", found[i]);
    return text;
}

/* A misspelt keyword: the only words that fit here are keywords, and one is near. */
struct dhs_near parse_nearest_keyword(struct parse *p)
{
    const char *candidates[TOKEN_ATOMIC + 1];
    size_t n = 0;
    if (!dhs_is_word(p->token.kind)) return (struct dhs_near){ NULL, false };
    for (int kind = TOKEN_PACKAGE; kind <= TOKEN_ATOMIC; kind++)
        if (dhs_grammar_accepts(p->parser, kind, -1)) candidates[n++] = dhs_token_title(kind);
    const char *word = ast_token_text(p->builder.arena, p->builder.source, p->token);
    return dhs_find_near(word, candidates, n);
}

void parse_report_unexpected(struct parse *p)
{
    struct dhs_diag *diag = p->builder.diag;
    const char *wanted = expected(p), *verb = *wanted ? "expected " : "unexpected ";
    struct dhs_span span = ast_token_span(p->builder.source, p->token);
    int shown = (int)(p->token.length < 40 ? p->token.length : 40);
    if (p->token.kind == TOKEN_SEMI && p->before.kind == TOKEN_RBRACE) {
        dhs_report(diag, DHS_SYNTAX, span, "no ';' stands after '}'");
        dhs_help(diag, "remove it");
        dhs_fix(diag, span, "%s", "");
        return;
    }
    if (parse_declares_inside(p)) {
        dhs_report(diag, DHS_SYNTAX, ast_token_span(p->builder.source, p->before),
                   "no '%s' is declared inside of another declaration",
                   dhs_token_title(p->recent[0]));
        dhs_help(diag, "declare it in front; inside of a struct stand fields, constants, enums and "
                       "flags");
        return;
    }
    if (p->token.kind == TOKEN_RBRACE && p->n_braces == 0) {
        dhs_report(diag, DHS_SYNTAX, span, "this '}' closes nothing");
        return;
    }
    if (p->token.kind == 0) {
        dhs_report(diag, DHS_SYNTAX, parse_end_of_before(p), "%s%s, not the end of the file", verb,
                   wanted);
    } else if (*wanted) {
        dhs_report(diag, DHS_SYNTAX, span, "expected %s, not '%.*s'", wanted, shown,
                   parse_text_of(p, p->token));
    } else {
        dhs_report(diag, DHS_SYNTAX, span, "'%.*s' does not fit here", shown,
                   parse_text_of(p, p->token));
    }
    struct dhs_near near = parse_nearest_keyword(p);
    dhs_suggest(diag, span, near);
    if (!near.name) parse_advise(p);
}
