/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Feeds the parser, reports what does not fit, and finds the place to go on.
 *
 *   READING ── a token that fits ──────────────────────────────> READING
 *      │   ╲── `;` would fit and then the token: feed one ─────> READING
 *      │ a token that does not fit: report, feed BROKEN
 *      v
 *   LOST ──── `;`, in an enum `,`, `}`, the end, a declaration at the start of a line ──> READING
 *      │ ^
 *    { v │ }
 *   SKIPPING  a block of something unknown, with all blocks inside
 */
#include "parse.h"

#include <stdlib.h>
#include <string.h>

#include "ast_build.h"
#include "grammar.h"
#include "source.h"

enum { MAX_BRACES = 16, MAX_LISTED = 4 };

enum mode { READING, LOST, SKIPPING };

struct parse {
    struct ast_builder builder;
    void *parser;
    struct dhs_lexer lexer;
    struct dhs_token before; /* the token last fed or dropped */
    struct dhs_token token;
    struct dhs_token ahead;
    enum mode mode;
    unsigned skipped_braces;
    size_t n_braces;                     /* as the parser counts them */
    struct dhs_token braces[MAX_BRACES]; /* the open ones */
    int recent[2];                       /* the two kinds fed last, the latest first */
    bool quiet; /* nothing has fitted since the last error: this is still the same one */
};

static const char *text_of(const struct parse *p, struct dhs_token token)
{
    return p->builder.source->text + token.offset;
}

static bool is_text(const struct parse *p, struct dhs_token token, const char *text)
{
    return token.length == strlen(text) && memcmp(text_of(p, token), text, token.length) == 0;
}

static void advance(struct parse *p)
{
    p->before = p->token;
    p->token = p->ahead;
    if (p->token.kind != 0) p->ahead = dhs_lex(&p->lexer);
}

static void feed(struct parse *p, int kind, struct dhs_token token)
{
    if (kind == TOKEN_LBRACE && p->n_braces < MAX_BRACES) p->braces[p->n_braces] = token;
    dhs_grammar(p->parser, kind, token, &p->builder);
    p->n_braces = dhs_grammar_braces(p->parser);
    p->recent[1] = p->recent[0];
    p->recent[0] = kind;
}

/* Right behind the token before: where what is missing should stand. */
static struct dhs_span end_of_before(const struct parse *p)
{
    struct dhs_span span = { p->builder.source, p->before.offset + p->before.length, 1 };
    if (p->before.length && p->before.kind == 0) span.length = 0;
    return span;
}

static bool begins_line(const struct parse *p, struct dhs_token token)
{
    return token.offset == p->builder.source->first || text_of(p, token)[-1] == '\n';
}

static bool on_new_line(const struct parse *p)
{
    uint32_t from = p->before.offset + p->before.length;
    if (p->token.offset < from) return false;
    const char *gap = p->builder.source->text + from;
    return memchr(gap, '\n', p->token.offset - from) != NULL;
}

/* What can only stand outside of all braces, at a place where people put it. */
static bool begins_declaration(const struct parse *p)
{
    switch (p->token.kind) {
    case TOKEN_IMPORT: return begins_line(p, p->token) && p->ahead.kind == TOKEN_TEXT;
    case TOKEN_PACKAGE:
    case TOKEN_ALIAS:
    case TOKEN_STRUCT:
    case TOKEN_UNION:
    case TOKEN_CHANNEL: return begins_line(p, p->token) && dhs_is_word(p->ahead.kind);
    default: return false;
    }
}

/* ---- what was expected -------------------------------------------------------------------- */

/* Operators could follow almost every expression; to list them would hide what is missing. */
static bool is_worth_listing(int kind)
{
    static const int hidden[] = { TOKEN_OR,      TOKEN_AND,     TOKEN_SHIFT_LEFT, TOKEN_SHIFT_RIGHT,
                                  TOKEN_PLUS,    TOKEN_MINUS,   TOKEN_STAR,       TOKEN_SLASH,
                                  TOKEN_DOT,     TOKEN_PERCENT, TOKEN_TILDE,      TOKEN_CHARACTER,
                                  TOKEN_REAL,    TOKEN_OPEN,    TOKEN_FIRST,      TOKEN_DOCS,
                                  TOKEN_COMMENT, TOKEN_BROKEN };
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
static struct dhs_near nearest_keyword(struct parse *p)
{
    const char *candidates[TOKEN_ATOMIC + 1];
    size_t n = 0;
    if (!dhs_is_word(p->token.kind)) return (struct dhs_near){ NULL, false };
    for (int kind = TOKEN_PACKAGE; kind <= TOKEN_ATOMIC; kind++)
        if (dhs_grammar_accepts(p->parser, kind, -1)) candidates[n++] = dhs_token_title(kind);
    const char *word = ast_token_text(p->builder.arena, p->builder.source, p->token);
    return dhs_find_near(word, candidates, n);
}

static void report_unexpected(struct parse *p)
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
    if (p->token.kind == 0) {
        dhs_report(diag, DHS_SYNTAX, end_of_before(p), "%s%s, not the end of the file", verb,
                   wanted);
    } else if (*wanted) {
        dhs_report(diag, DHS_SYNTAX, span, "expected %s, not '%.*s'", wanted, shown,
                   text_of(p, p->token));
    } else {
        dhs_report(diag, DHS_SYNTAX, span, "'%.*s' does not fit here", shown, text_of(p, p->token));
    }
    dhs_suggest(diag, span, nearest_keyword(p));
}

/* ---- going on after an error -------------------------------------------------------------- */

static void lose(struct parse *p)
{
    p->quiet = true;
    feed(p, TOKEN_BROKEN, p->token);
    p->mode = LOST;
}

static void find(struct parse *p, int kind)
{
    feed(p, kind, p->token);
    p->mode = READING;
}

/* One token while lost. Tokens that belong to an enclosing thing are left for READING. */
static void recover(struct parse *p)
{
    int kind = p->token.kind;
    if (kind == TOKEN_LBRACE) {
        p->mode = SKIPPING;
        p->skipped_braces = 1;
        advance(p);
    } else if (kind == TOKEN_SEMI ||
               (kind == TOKEN_COMMA && dhs_grammar_accepts(p->parser, TOKEN_COMMA, -1))) {
        find(p, kind);
        advance(p);
    } else if (kind == TOKEN_RBRACE && p->n_braces == 0) {
        find(p, TOKEN_SEMI);
        advance(p);
    } else if (kind == TOKEN_RBRACE || kind == 0 || begins_declaration(p)) {
        find(p, TOKEN_SEMI);
    } else {
        advance(p);
    }
}

static void skip(struct parse *p)
{
    int kind = p->token.kind;
    if (kind == TOKEN_LBRACE) p->skipped_braces++;
    if (kind == TOKEN_RBRACE) p->skipped_braces--;
    if (kind == 0 || p->skipped_braces == 0) find(p, TOKEN_SEMI);
    if (kind != 0) advance(p);
}

static void close_open_brace(struct parse *p)
{
    struct dhs_span opener = ast_token_span(p->builder.source, p->braces[p->n_braces - 1]);
    if (!p->quiet) {
        dhs_report(p->builder.diag, DHS_EXPECTED_BRACE, end_of_before(p), "a '}' is missing");
        dhs_note(p->builder.diag, opener, "this '{' is still open");
    }
    feed(p, TOKEN_RBRACE, p->token);
}

static void report_semicolon(struct parse *p)
{
    struct dhs_span at = end_of_before(p);
    dhs_report(p->builder.diag, DHS_EXPECTED_SEMICOLON, at, "expected ';'");
    at.length = 0;
    dhs_fix(p->builder.diag, at, ";");
}

static void report_service(struct parse *p)
{
    dhs_report(p->builder.diag, DHS_SERVICE_UNSUPPORTED,
               ast_token_span(p->builder.source, p->token),
               "'service' is reserved for a later version");
    dhs_help(p->builder.diag, "use two channels, one for requests and one for replies");
}

/* ---- one token ---------------------------------------------------------------------------- */

/* `first` is a word only in @invalid(first v): there it cannot be told by the grammar alone from a
 * constant of that name, as `first -1` shows. */
static int kind_of(const struct parse *p)
{
    bool after_invalid =
        p->recent[0] == TOKEN_LPAREN && is_text(p, p->before, "(") && p->recent[1] == TOKEN_WORD;
    if (after_invalid && p->token.kind == TOKEN_WORD && is_text(p, p->token, "first") &&
        p->ahead.kind != TOKEN_RPAREN)
        return TOKEN_FIRST;
    return p->token.kind;
}

static bool semicolon_is_missing(struct parse *p)
{
    int kind = p->token.kind;
    bool begins_field = dhs_is_word(kind) && p->ahead.kind == TOKEN_COLON;
    if (kind != TOKEN_RBRACE && kind != 0 && !begins_field && !on_new_line(p)) return false;
    return dhs_grammar_accepts(p->parser, TOKEN_SEMI, kind);
}

static void shift(struct parse *p, int kind)
{
    p->quiet = false;
    feed(p, kind, p->token);
    advance(p);
}

/* A string without its end has swallowed what would have followed: that was reported. */
static bool is_cut_off(const struct parse *p, struct dhs_token token)
{
    return token.kind == TOKEN_TEXT &&
           (token.length < 2 || text_of(p, token)[token.length - 1] != '"');
}

static void read_token(struct parse *p)
{
    int kind = kind_of(p);
    if (p->n_braces > 0 && (begins_declaration(p) || kind == 0) &&
        dhs_grammar_accepts(p->parser, TOKEN_RBRACE, -1)) {
        close_open_brace(p);
    } else if (dhs_grammar_accepts(p->parser, kind, -1)) {
        shift(p, kind);
    } else if (semicolon_is_missing(p) ||
               (p->n_braces > 0 && (begins_declaration(p) || kind == 0) &&
                dhs_grammar_accepts(p->parser, TOKEN_SEMI, TOKEN_RBRACE))) {
        report_semicolon(p);
        feed(p, TOKEN_SEMI, p->token);
    } else if (kind == TOKEN_SERVICE && dhs_grammar_accepts(p->parser, TOKEN_STRUCT, -1)) {
        report_service(p);
        lose(p);
    } else {
        if (!p->quiet && !is_cut_off(p, p->before)) report_unexpected(p);
        lose(p);
    }
}

static bool is_too_deep(struct parse *p)
{
    if (dhs_grammar_depth(p->parser) < AST_MAX_PARSER_DEPTH) return false;
    dhs_report(p->builder.diag, DHS_NESTING, ast_token_span(p->builder.source, p->token),
               "brackets or signs nest too deep; the rest of the file was not read");
    p->builder.file->damaged = true;
    return true;
}

static void run(struct parse *p)
{
    p->ahead = dhs_lex(&p->lexer);
    advance(p);
    while (!is_too_deep(p)) {
        if (p->token.kind == 0 && p->mode == READING && dhs_grammar_accepts(p->parser, 0, -1)) {
            feed(p, 0, p->token);
            return;
        }
        switch (p->mode) {
        case READING: read_token(p); break;
        case LOST: recover(p); break;
        case SKIPPING: skip(p); break;
        }
    }
}

struct ast_file *dhs_parse(struct dhs_arena *arena, const struct dhs_source *source,
                           struct dhs_diag *diag)
{
    struct parse parse = { .builder = { .arena = arena, .diag = diag, .source = source } };
    struct ast_file *file = dhs_alloc(arena, sizeof *file);
    file->source = source;
    parse.builder.file = file;
    parse.parser = dhs_grammarAlloc(malloc);
    if (!parse.parser) {
        dhs_report(diag, DHS_FILE_UNREADABLE, (struct dhs_span){ source, 0, 0 },
                   "no memory left to parse");
        return file;
    }
    dhs_lexer_start(&parse.lexer, source, diag);
    run(&parse);
    dhs_grammarFree(parse.parser, free);
    return file;
}
