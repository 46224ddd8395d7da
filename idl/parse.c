/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Feeds the parser. Most files are right and are read straight through; what is not is read once
 * more, with care: that reports what does not fit, mends it, and finds the place to go on.
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

#include "grammar.h"
#include "parse_inside.h"
#include "source.h"

const char *parse_text_of(const struct parse *p, struct dhs_token token)
{
    return p->builder.source->text + token.offset;
}

bool parse_is_text(const struct parse *p, struct dhs_token token, const char *text)
{
    return token.length == strlen(text) && memcmp(parse_text_of(p, token), text, token.length) == 0;
}

void parse_advance(struct parse *p)
{
    struct dhs_window *w = &p->window;
    p->before = p->token;
    if (p->before.offset + p->before.length > p->reach)
        p->reach = p->before.offset + p->before.length;
    p->token = p->ahead;
    if (p->token.kind == 0) return;
    if (w->n == 0) {
        p->ahead = dhs_lex(&p->lexer);
        return;
    }
    p->ahead = w->tokens[0];
    memmove(w->tokens, w->tokens + 1, --w->n * sizeof *w->tokens);
}

void parse_feed(struct parse *p, int kind, struct dhs_token token)
{
    if (kind == TOKEN_LBRACE && p->n_braces < PARSE_MAX_BRACES) p->braces[p->n_braces] = token;
    dhs_grammar(p->parser, kind, token, &p->builder);
    /* no other token opens or closes one, unless the parser throws away what it has */
    if (kind == TOKEN_LBRACE || kind == TOKEN_RBRACE || kind == TOKEN_BROKEN || p->mode != READING)
        p->n_braces = dhs_grammar_braces(p->parser);
    p->recent[2] = p->recent[1];
    p->recent[1] = p->recent[0];
    p->recent[0] = kind;
}

/* Right behind the token before: where what is missing should stand. */
struct dhs_span parse_end_of_before(const struct parse *p)
{
    struct dhs_span span = { p->builder.source, p->reach, 1 };
    if (p->before.length && p->before.kind == 0) span.length = 0;
    return span;
}

static bool begins_line(const struct parse *p, struct dhs_token token)
{
    return token.offset == p->builder.source->first || parse_text_of(p, token)[-1] == '\n';
}

bool parse_on_new_line(const struct parse *p)
{
    uint32_t from = p->reach;
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

/* ---- going on after an error -------------------------------------------------------------- */

static void lose(struct parse *p)
{
    p->quiet = true;
    p->lost = dhs_alloc(p->builder.arena, sizeof *p->lost);
    p->lost->offset = p->token.offset;
    p->lost->next = p->builder.file->lost;
    p->builder.file->lost = p->lost;
    parse_feed(p, TOKEN_BROKEN, p->token);
    p->mode = LOST;
}

static void find(struct parse *p, int kind)
{
    p->lost->length = p->token.offset + p->token.length - p->lost->offset;
    parse_feed(p, kind, p->token);
    p->mode = READING;
}

/* One token while lost. Tokens that belong to an enclosing thing are left for READING. */
static void recover(struct parse *p)
{
    int kind = p->token.kind;
    if (kind == TOKEN_LBRACE) {
        p->mode = SKIPPING;
        p->skipped_braces = 1;
        parse_advance(p);
    } else if (kind == TOKEN_SEMI ||
               (kind == TOKEN_COMMA && dhs_grammar_accepts(p->parser, TOKEN_COMMA, -1))) {
        find(p, kind);
        parse_advance(p);
    } else if (kind == TOKEN_RBRACE && p->n_braces == 0) {
        find(p, TOKEN_SEMI);
        parse_advance(p);
    } else if (kind == TOKEN_RBRACE || kind == 0 || begins_declaration(p)) {
        find(p, TOKEN_SEMI);
    } else {
        parse_advance(p);
    }
}

static void skip(struct parse *p)
{
    int kind = p->token.kind;
    if (kind == TOKEN_LBRACE) p->skipped_braces++;
    if (kind == TOKEN_RBRACE) p->skipped_braces--;
    if (kind == 0 || p->skipped_braces == 0) find(p, TOKEN_SEMI);
    if (kind != 0) parse_advance(p);
}

/* A comment without its end, which was reported, has the rest of the file. */
static bool in_open_comment(const struct parse *p)
{
    const char *text = p->builder.source->text;
    uint32_t at = p->reach;
    if (p->token.kind != 0) return false;
    while (strchr(" \t\r\n\f\v", text[at]) && text[at])
        at++;
    return text[at] == '/' && text[at + 1] == '*' && !strstr(text + at, "*/");
}

static void close_open_brace(struct parse *p)
{
    struct dhs_span opener = ast_token_span(p->builder.source, p->braces[p->n_braces - 1]);
    if (!p->quiet && !in_open_comment(p)) {
        dhs_report(p->builder.diag, DHS_EXPECTED_BRACE, parse_end_of_before(p), "a '}' is missing");
        dhs_note(p->builder.diag, opener, "this '{' is still open");
    }
    parse_feed(p, TOKEN_RBRACE, p->token);
}

static bool is_typographic(const char *quote)
{
    return memcmp(quote, "\xe2\x80", 2) == 0;
}

/* A string or character without its end has the rest of its line; what is inserted there becomes
 * part of it. */
bool parse_is_behind_open_quote(const struct parse *p)
{
    const char *text = parse_text_of(p, p->before);
    uint32_t n = p->before.length, n_escapes = 0;
    if (p->before.kind == TOKEN_GUESSED && n >= 3 && is_typographic(text))
        return text[n - 1] != '"' && (n < 6 || !is_typographic(text + n - 3));
    if (p->before.kind != TOKEN_TEXT && p->before.kind != TOKEN_CHARACTER) return false;
    while (n_escapes + 2 < n && text[n - 2 - n_escapes] == '\\')
        n_escapes++;
    return n < 2 || text[n - 1] != text[0] || n_escapes % 2 == 1;
}

static void report_semicolon(struct parse *p)
{
    struct dhs_span at = parse_end_of_before(p);
    dhs_report(p->builder.diag, DHS_EXPECTED_SEMICOLON, at, "expected ';'");
    at.length = 0;
    if (!parse_is_behind_open_quote(p)) dhs_fix(p->builder.diag, at, ";");
}

static void report_service(struct parse *p)
{
    dhs_report(p->builder.diag, DHS_SERVICE_UNSUPPORTED,
               ast_token_span(p->builder.source, p->token),
               "'service' is reserved for a later version");
    dhs_help(p->builder.diag, "use two channels, one for requests and one for replies");
}

/* ---- one token ---------------------------------------------------------------------------- */

/* `first` is a word only behind `@invalid(`: there it cannot be told by the grammar alone from a
 * constant of that name, as `first -1` shows. */
static int kind_of(const struct parse *p)
{
    bool after_name = p->recent[0] == TOKEN_LPAREN && parse_is_text(p, p->before, "(") &&
                      dhs_is_word(p->recent[1]) && p->recent[2] == TOKEN_AT;
    if (after_name && p->token.kind == TOKEN_WORD && parse_is_text(p, p->token, "first") &&
        p->ahead.kind != TOKEN_RPAREN)
        return TOKEN_FIRST;
    return p->token.kind;
}

/* Between the token before and this one stands what the lexer has reported. */
static bool is_behind_junk(const struct parse *p)
{
    const char *text = p->builder.source->text;
    for (uint32_t at = p->reach; at < p->token.offset; at++) {
        if (text[at] == '/' || text[at] == '#') return false;
        if (!strchr(" \t\r\n\f\v", text[at])) return true;
    }
    return false;
}

/* `3d` was reported, and is a name where one is wanted. */
static bool is_malformed(const struct parse *p)
{
    const char *text = parse_text_of(p, p->token);
    bool has_base = p->token.length > 1 && text[0] == '0' && strchr("xbo", text[1]);
    if (p->token.kind != TOKEN_INTEGER || has_base) return false;
    for (uint32_t i = 0; i < p->token.length; i++)
        if ((text[i] < '0' || text[i] > '9') && text[i] != '_') return true;
    return false;
}

static bool semicolon_is_missing(struct parse *p)
{
    int kind = p->token.kind;
    bool begins_field = dhs_is_word(kind) && p->ahead.kind == TOKEN_COLON;
    if (kind != TOKEN_RBRACE && kind != 0 && !begins_field && !parse_on_new_line(p)) return false;
    return dhs_grammar_accepts(p->parser, TOKEN_SEMI, kind);
}

/* A field that is still being written: what the next line begins with is the next field, not this
 * one's type. */
static bool type_is_missing(struct parse *p)
{
    static const int kinds[] = { TOKEN_GUESSED, TOKEN_SEMI };
    bool begins_field = dhs_is_word(p->token.kind) && p->ahead.kind == TOKEN_COLON;
    if (p->recent[0] != TOKEN_COLON || p->quiet || !parse_on_new_line(p)) return false;
    return (begins_field || p->token.kind == TOKEN_RBRACE) &&
           dhs_grammar_fits(p->parser, kinds, sizeof kinds / sizeof kinds[0]);
}

static void report_type(struct parse *p)
{
    dhs_report(p->builder.diag, DHS_SYNTAX, parse_end_of_before(p), "expected a %s behind ':'",
               dhs_grammar_accepts(p->parser, TOKEN_INTEGER, -1) ? "value" : "type");
    parse_feed(p, TOKEN_GUESSED, p->token);
    parse_feed(p, TOKEN_SEMI, p->token);
}

static void shift(struct parse *p, int kind)
{
    p->quiet = false;
    parse_feed(p, kind, p->token);
    parse_advance(p);
}

static void read_token(struct parse *p)
{
    if (parse_pass_namespace(p)) return;
    parse_mend_habits(p);
    parse_split_shift(p);
    if (is_malformed(p) && !dhs_grammar_accepts(p->parser, TOKEN_INTEGER, -1) &&
        dhs_grammar_accepts(p->parser, TOKEN_WORD, p->ahead.kind))
        p->token.kind = TOKEN_WORD;
    int kind = kind_of(p);
    if (p->n_braces > 0 && (begins_declaration(p) || kind == 0) &&
        dhs_grammar_accepts(p->parser, TOKEN_RBRACE, -1)) {
        close_open_brace(p);
    } else if (type_is_missing(p)) {
        report_type(p);
    } else if (dhs_grammar_accepts(p->parser, kind, -1)) {
        shift(p, kind);
    } else if (semicolon_is_missing(p) ||
               (p->n_braces > 0 && (begins_declaration(p) || kind == 0) &&
                dhs_grammar_accepts(p->parser, TOKEN_SEMI, TOKEN_RBRACE))) {
        report_semicolon(p);
        parse_feed(p, TOKEN_SEMI, p->token);
    } else if (!p->quiet && !is_behind_junk(p) && parse_mend(p)) {
        return;
    } else if (kind == TOKEN_SERVICE && dhs_grammar_accepts(p->parser, TOKEN_STRUCT, -1)) {
        report_service(p);
        lose(p);
    } else {
        bool reported = p->quiet || parse_is_cut_off(p) || is_malformed(p) || is_behind_junk(p);
        if (!reported) parse_report_unexpected(p);
        lose(p);
    }
}

static bool is_too_deep(struct parse *p)
{
    if (dhs_grammar_depth(p->parser) < AST_MAX_PARSER_DEPTH) return false;
    dhs_report(p->builder.diag, DHS_NESTING, ast_token_span(p->builder.source, p->token),
               "brackets or signs nest too deep; the rest of the file was not read");
    p->builder.file->damaged = true;
    struct ast_lost *rest = dhs_alloc(p->builder.arena, sizeof *rest);
    rest->offset = p->token.offset;
    rest->length = p->builder.source->length - p->token.offset;
    rest->next = p->builder.file->lost;
    p->builder.file->lost = rest;
    return true;
}

/* The file as one that is right. False: it is not. */
static bool read_straight(struct parse *p)
{
    p->ahead = dhs_lex(&p->lexer);
    do {
        parse_advance(p);
        parse_split_shift(p);
        if (dhs_grammar_depth(p->parser) >= AST_MAX_PARSER_DEPTH) return false;
        parse_feed(p, kind_of(p), p->token);
    } while (p->token.kind != 0 && !p->builder.misfit);
    return !p->builder.misfit;
}

static bool read_with_care(struct parse *p)
{
    p->ahead = dhs_lex(&p->lexer);
    parse_advance(p);
    while (!is_too_deep(p)) {
        if (p->token.kind == 0 && p->mode == READING && dhs_grammar_accepts(p->parser, 0, -1)) {
            parse_feed(p, 0, p->token);
            return true;
        }
        switch (p->mode) {
        case READING: read_token(p); break;
        case LOST: recover(p); break;
        case SKIPPING: skip(p); break;
        }
    }
    return true;
}

/* NULL if `read` says that it failed. */
static struct ast_file *parse(struct dhs_arena *arena, const struct dhs_source *source,
                              struct dhs_diag *diag, bool (*read)(struct parse *))
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
    parse.reach = source->first;
    bool done = read(&parse);
    dhs_grammarFree(parse.parser, free);
    return done ? file : NULL;
}

struct ast_file *dhs_parse(struct dhs_arena *arena, const struct dhs_source *source,
                           struct dhs_diag *diag)
{
    struct dhs_arena_mark mark = dhs_arena_mark(arena);
    struct dhs_diag *said = dhs_diag_new(arena);
    struct ast_file *file = parse(arena, source, said, read_straight);
    if (file && dhs_diag_count(said) == 0) return file;
    dhs_arena_back(arena, mark);
    return parse(arena, source, diag, read_with_care);
}
