/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What other languages write where ours has no such thing: mended where what was meant is certain
 * (`E::a`, `<dh/time.dhs>`), else explained beside what was expected.
 */
#include <string.h>

#include "checker.h"
#include "grammar.h"
#include "parse_inside.h"
#include "source.h"

static bool touches(struct dhs_token a, struct dhs_token b)
{
    return a.offset + a.length == b.offset;
}

static struct dhs_span span_to(const struct parse *p, struct dhs_token from, uint32_t end)
{
    return (struct dhs_span){ p->builder.source, from.offset, end - from.offset };
}

/* `Mode::idle`, `std::string` */
static bool mend_scope(struct parse *p)
{
    bool found = p->token.kind == TOKEN_COLON && p->ahead.kind == TOKEN_COLON &&
                 touches(p->token, p->ahead) && dhs_is_word(p->before.kind);
    if (!found || !dhs_grammar_accepts(p->parser, TOKEN_DOT, TOKEN_WORD)) return false;
    struct dhs_span both = span_to(p, p->token, p->ahead.offset + p->ahead.length);
    dhs_report(p->builder.diag, DHS_SYNTAX, both, "parts of a name are joined by '.'");
    dhs_fix(p->builder.diag, both, ".");
    parse_feed(p, TOKEN_DOT, p->token);
    parse_advance(p);
    parse_advance(p);
    return true;
}

/* `struct my-struct`: read as its first part, of which nobody else will know. */
static bool mend_hyphen(struct parse *p)
{
    bool joined = p->token.kind == TOKEN_MINUS && dhs_is_word(p->before.kind) &&
                  dhs_is_word(p->ahead.kind) && touches(p->before, p->token) &&
                  touches(p->token, p->ahead);
    if (!joined) return false;
    struct dhs_span span = ast_token_span(p->builder.source, p->token);
    dhs_report(p->builder.diag, DHS_SYNTAX, span, "a name has letters, digits and '_', no '-'");
    dhs_fix(p->builder.diag, span, "_");
    parse_advance(p);
    parse_advance(p);
    return true;
}

/* `x: @unit("m") f32;`: the attribute is passed over, and the type read. */
static bool mend_leading_attribute(struct parse *p)
{
    if (p->token.kind != TOKEN_AT || p->recent[0] != TOKEN_COLON || !dhs_is_word(p->ahead.kind))
        return false;
    struct dhs_token at = p->token;
    unsigned depth = 0;
    do {
        parse_advance(p);
        if (p->token.kind == TOKEN_LPAREN) depth++;
        if (p->token.kind == TOKEN_RPAREN && depth > 0) depth--;
        bool ends = p->token.kind == 0 || p->token.kind == TOKEN_SEMI;
        if (ends) break;
    } while (depth > 0 || p->ahead.kind == TOKEN_LPAREN);
    uint32_t end = p->token.offset + p->token.length;
    if (p->token.kind != 0 && p->token.kind != TOKEN_SEMI) parse_advance(p);
    dhs_report(p->builder.diag, DHS_SYNTAX, span_to(p, at, end),
               "attributes stand behind the type that they describe");
    return true;
}

/* `channel imu v2`: 2 is meant. */
static bool mend_version(struct parse *p)
{
    const char *text = parse_text_of(p, p->token);
    bool found = p->token.kind == TOKEN_WORD && text[0] == 'v' && p->token.length > 1 &&
                 strspn(text + 1, "0123456789") == p->token.length - 1;
    int kinds[] = { TOKEN_VERSION, TOKEN_GUESSED, p->ahead.kind };
    if (!found || !dhs_grammar_fits(p->parser, kinds, 3)) return false;
    struct dhs_span span = ast_token_span(p->builder.source, p->token);
    const char *meant =
        dhs_printf(p->builder.arena, "version %.*s", (int)p->token.length - 1, text + 1);
    dhs_report(p->builder.diag, DHS_SYNTAX, span, "expected '%s'", meant);
    dhs_fix(p->builder.diag, span, "%s", meant);
    parse_feed(p, TOKEN_VERSION, p->token);
    parse_feed(p, TOKEN_GUESSED, p->token);
    parse_advance(p);
    return true;
}

bool parse_pass_namespace(struct parse *p)
{
    const char *behind = parse_text_of(p, p->ahead) + p->ahead.length;
    if (p->n_scopes > 0 && p->token.kind == TOKEN_RBRACE && p->n_braces == 0) {
        p->n_scopes--;
        parse_advance(p);
        return true;
    }
    if (p->n_braces > 0 || p->token.kind != TOKEN_WORD || !dhs_is_word(p->ahead.kind)) return false;
    if (!parse_is_text(p, p->token, "namespace") && !parse_is_text(p, p->token, "module"))
        return false;
    if (behind[strspn(behind, " \t\r\n")] != '{') return false;
    dhs_report(p->builder.diag, DHS_FOREIGN_WORD, ast_token_span(p->builder.source, p->token),
               "'%.*s' does not stand around declarations", (int)p->token.length,
               parse_text_of(p, p->token));
    dhs_help(p->builder.diag, "the package says it, once for the file: package lab.imu;");
    for (int i = 0; i < 3; i++)
        parse_advance(p);
    p->n_scopes++;
    return true;
}

bool parse_mend_strange(struct parse *p)
{
    return mend_scope(p) || mend_hyphen(p) || mend_leading_attribute(p) || mend_version(p);
}

/* ---- explained ---------------------------------------------------------------------------- */

/* `import dh/time.dhs;`, `import <dh/time.dhs>;` */
static void advise_import(struct parse *p)
{
    const char *text = parse_text_of(p, p->token);
    size_t length = strcspn(text, "; \t\r\n"), inside = length;
    const char *name = text;
    if (text[0] == '<' && length > 2 && text[length - 1] == '>') {
        name = text + 1;
        inside = length - 2;
    }
    dhs_help(p->builder.diag, "the file stands in quotes: import \"dh/time.dhs\";");
    if (inside < 5 || memcmp(name + inside - 4, ".dhs", 4) != 0) return;
    if (strcspn(name, "\"<>'`") < inside) return;
    struct dhs_span span = span_to(p, p->token, p->token.offset + (uint32_t)length);
    dhs_fix(p->builder.diag, span, "\"%.*s\"", (int)inside, name);
}

/* Words that begin a line in other languages and have no counterpart. */
static const char *advice_on_word(const struct parse *p)
{
    static const struct {
        const char *word, *advice;
    } rows[] = {
        { "syntax", "a schema says no syntax: remove the line" },
        { "edition", "a schema says no edition: remove the line" },
        { "option", "options are attributes, or settings of a channel: remove the line" },
        { "root_type", "what is sent says a channel: channel name version 1 { slot: Type; ... }" },
        { "file_identifier", "schemas are told by their hash: remove the line" },
        { "namespace", "the package says that, once: package lab.imu;" },
        { "module", "the package says that, once: package lab.imu;" },
        { "typedef", "another name for a type is: alias Volts = f64;" },
        { "interface", "channels carry structs from one producer to many consumers" },
        { "extend", "structs are not extended: later fields are marked @since(1.1)" },
        { "template", "parameters stand behind the name: struct Image<N> { ... }" },
        { "static", "a constant is: const NAME: u32 = 1;" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (parse_is_text(p, p->token, rows[i].word)) return rows[i].advice;
    return NULL;
}

static bool is_doubled(const struct parse *p, int kind)
{
    return p->token.kind == kind && p->recent[0] == kind && touches(p->before, p->token);
}

static const char *advice_on_value(const struct parse *p)
{
    if (p->recent[0] == TOKEN_LBRACKET && *parse_text_of(p, p->token) == '<')
        return "a list of at most n is list<T, n>";
    if (is_doubled(p, TOKEN_OR)) return "flags are joined by one '|'";
    if (is_doubled(p, TOKEN_AND)) return "bits are masked by one '&'";
    if (is_doubled(p, TOKEN_STAR)) return "a power of two is 1 << n";
    if (p->token.kind == TOKEN_LBRACE || p->token.kind == TOKEN_LBRACKET)
        return "arrays and structs have no default: they begin as zero";
    return NULL;
}

static const char *advice_on_type(const struct parse *p)
{
    if (p->token.kind == TOKEN_INTEGER && p->recent[1] == TOKEN_LIST)
        return "the type comes first: list<T, n>";
    if (p->token.kind == TOKEN_LBRACKET) return "an array is T[n], a list of up to n is list<T, n>";
    if (p->token.kind == TOKEN_QUESTION) return "what may be absent has its '?' behind it: f32?";
    if (p->token.kind == TOKEN_STAR || p->token.kind == TOKEN_AND)
        return "nothing points: everything is stored by value";
    return NULL;
}

static const char *advice_on_member(const struct parse *p)
{
    int last = p->recent[0];
    if (p->token.kind == TOKEN_AT && last == TOKEN_SEMI)
        return "attributes stand before the ';' of what they describe";
    if (p->token.kind == TOKEN_AT && dhs_is_word(last))
        return "fields have no numbers: write name: type";
    if (p->token.kind == TOKEN_MINUS && p->ahead.kind == TOKEN_MINUS)
        return "comments begin with //";
    if (p->token.kind == TOKEN_LPAREN)
        return "what is said of a field is an attribute: @deprecated";
    if (p->token.kind == TOKEN_SLASH && dhs_is_word(last))
        return "a type of another package is written package.Type";
    if (p->token.kind == TOKEN_COLON && last == TOKEN_ZONE)
        return "a zone has a name: zone status: Status;";
    return NULL;
}

bool parse_declares_inside(struct parse *p)
{
    int last = p->recent[0];
    return p->n_braces > 0 && dhs_is_word(p->token.kind) &&
           (last == TOKEN_STRUCT || last == TOKEN_UNION || last == TOKEN_ALIAS) &&
           dhs_grammar_accepts(p->parser, TOKEN_COLON, -1);
}

bool parse_is_bracketed_attribute(const struct parse *p)
{
    return (p->token.kind == TOKEN_EQ || p->token.kind == TOKEN_LPAREN) &&
           p->recent[1] == TOKEN_LBRACKET && dhs_is_word(p->before.kind) &&
           dhs_is_attribute(ast_token_text(p->builder.arena, p->builder.source, p->before));
}

void parse_advise(struct parse *p)
{
    const char *advice = NULL;
    if (p->recent[0] == TOKEN_IMPORT) {
        advise_import(p);
        return;
    }
    if (p->recent[1] == TOKEN_CHANNEL && parse_is_text(p, p->before, "version"))
        advice = "the channel's name stands before 'version': channel imu version 1";
    if (parse_is_bracketed_attribute(p)) advice = "an attribute is written @unit(\"m\")";
    if (!advice && dhs_is_word(p->token.kind)) advice = advice_on_word(p);
    if (!advice && dhs_grammar_accepts(p->parser, TOKEN_REAL, -1)) advice = advice_on_value(p);
    if (!advice && (p->recent[0] == TOKEN_COLON || p->recent[1] == TOKEN_LIST))
        advice = advice_on_type(p);
    if (!advice && p->n_braces > 0) advice = advice_on_member(p);
    if (advice) dhs_help(p->builder.diag, "%s", advice);
}
