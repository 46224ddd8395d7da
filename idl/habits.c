/* SPDX-License-Identifier: Apache-2.0 */
#include "habits.h"

#include <string.h>

#include "checker.h"
#include "foreign.h"
#include "grammar.h"
#include "source.h"

static const char *text_of(const struct ast_builder *b, struct dhs_token token)
{
    return ast_token_text(b->arena, b->source, token);
}

static struct dhs_span span_between(const struct ast_builder *b, struct dhs_token from,
                                    struct dhs_token to)
{
    struct dhs_span span = { b->source, from.offset, to.offset + to.length - from.offset };
    return span;
}

static void drop(struct dhs_window *w, size_t at, size_t count)
{
    memmove(w->tokens + at, w->tokens + at + count, (w->n - at - count) * sizeof *w->tokens);
    w->n -= count;
}

static bool is(const struct dhs_window *w, size_t at, int kind)
{
    return at < w->n && w->tokens[at].kind == kind;
}

static bool is_word(const struct dhs_window *w, size_t at)
{
    return at < w->n && dhs_is_word(w->tokens[at].kind);
}

static bool on_new_line(const struct ast_builder *b, const struct dhs_window *w, size_t at)
{
    if (at == 0 || at >= w->n) return false;
    uint32_t from = w->tokens[at - 1].offset + w->tokens[at - 1].length, to = w->tokens[at].offset;
    return to > from && memchr(b->source->text + from, '\n', to - from) != NULL;
}

/* What may stand behind the name of a member that has its type before it. */
static bool ends_member(const struct ast_builder *b, const struct dhs_window *w, size_t at)
{
    return on_new_line(b, w, at) || is(w, at, TOKEN_SEMI) || is(w, at, TOKEN_EQ) ||
           is(w, at, TOKEN_AT) || is(w, at, TOKEN_COMMA) || is(w, at, TOKEN_LBRACKET) ||
           is(w, at, TOKEN_RBRACE);
}

/* Types are built in here or elsewhere, or people write them with a capital. */
static bool looks_like_type(const struct ast_builder *b, struct dhs_token token)
{
    const char *word = text_of(b, token);
    return dhs_is_builtin(word) || dhs_foreign_type(word) != NULL ||
           (word[0] >= 'A' && word[0] <= 'Z');
}

/* "unsigned int" as one word, so that it can be looked up as one. */
static void join_type_words(const struct ast_builder *b, struct dhs_window *w, size_t at)
{
    while (is_word(w, at) && is_word(w, at + 1)) {
        struct dhs_token joined = w->tokens[at];
        joined.length = w->tokens[at + 1].offset + w->tokens[at + 1].length - joined.offset;
        joined.kind = TOKEN_WORD;
        if (!dhs_foreign_type(text_of(b, joined))) return;
        w->tokens[at] = joined;
        drop(w, at + 1, 1);
    }
}

/* How many tokens from `at` on are a type: a.b, f32[3], string<9>; 0: none. */
static size_t type_length(const struct dhs_window *w, size_t at)
{
    size_t i = at;
    if (!is_word(w, i)) return 0;
    for (i++; is(w, i, TOKEN_DOT) && is_word(w, i + 1); i += 2)
        ;
    if (is(w, i, TOKEN_LT) && (is(w, i + 1, TOKEN_INTEGER) || is_word(w, i + 1)) &&
        is(w, i + 2, TOKEN_GT))
        i += 3;
    if (is(w, i, TOKEN_LBRACKET) && is(w, i + 1, TOKEN_RBRACKET)) i += 2;
    if (is(w, i, TOKEN_LBRACKET) && (is(w, i + 1, TOKEN_INTEGER) || is_word(w, i + 1)) &&
        is(w, i + 2, TOKEN_RBRACKET))
        i += 3;
    if (is(w, i, TOKEN_QUESTION)) i++;
    return i - at;
}

/* What foreign types are called here, so that one fix mends both. */
static const char *our_name(const struct ast_builder *b, struct dhs_token first,
                            struct dhs_token last)
{
    const struct dhs_foreign *foreign = dhs_foreign_type(text_of(b, first));
    struct dhs_span span = span_between(b, first, last);
    const char *whole = dhs_copy_text(b->arena, b->source->text + span.offset, span.length);
    if (!foreign || !foreign->ours) return whole;
    return dhs_printf(b->arena, "%s%s", foreign->ours, whole + first.length);
}

/* `f32 x;` of which the type has `n` tokens: report, and read it as `x: f32;`. */
static void turn_round(const struct ast_builder *b, struct dhs_window *w, size_t n, bool reported)
{
    struct dhs_token type[DHS_WINDOW], name = w->tokens[n], colon = name;
    struct dhs_span span = span_between(b, w->tokens[0], name);
    const char *ours = our_name(b, w->tokens[0], w->tokens[n - 1]);
    bool one_name = !is(w, n + 1, TOKEN_COMMA);
    if (!reported)
        dhs_report(b->diag, DHS_MEMBER_ORDER, span, "the name comes first: '%s: %s'",
                   text_of(b, name), ours);
    if (!reported && one_name && !is(w, n + 1, TOKEN_EQ)) /* `int32 x = 1` may number the field */
        dhs_fix(b->diag, span, "%s: %s", text_of(b, name), ours);
    if (!reported && !one_name) dhs_help(b->diag, "give each field its own line");
    for (; is(w, n + 1, TOKEN_COMMA) && is_word(w, n + 2);)
        drop(w, n + 1, 2);
    memcpy(type, w->tokens, n * sizeof *type);
    if (strcmp(text_of(b, type[0]), ours) != 0 && dhs_foreign_type(text_of(b, type[0])))
        type[0].kind = TOKEN_GUESSED;
    name.docs_offset = type[0].docs_offset;
    name.docs_length = type[0].docs_length;
    colon.kind = TOKEN_COLON;
    w->tokens[0] = name;
    memmove(w->tokens + n + 2, w->tokens + n + 1, (w->n - n - 1) * sizeof *w->tokens);
    memcpy(w->tokens + 2, type, n * sizeof *type);
    w->tokens[1] = colon;
    w->n++;
}

/* `x f32;` */
static void add_colon(const struct ast_builder *b, struct dhs_window *w)
{
    struct dhs_token name = w->tokens[0], colon = name;
    struct dhs_span behind = { b->source, name.offset + name.length, 1 };
    dhs_report(b->diag, DHS_SYNTAX, behind, "expected ':' between a name and its type");
    behind.length = 0;
    dhs_fix(b->diag, behind, ":");
    colon.kind = TOKEN_COLON;
    colon.offset += colon.length;
    colon.length = 0;
    memmove(w->tokens + 2, w->tokens + 1, (w->n - 1) * sizeof *w->tokens);
    w->tokens[1] = colon;
    w->n++;
}

/* `const float x;`, `repeated int32 x = 1;`, `required string name = 2;` */
static bool drop_prefix(const struct ast_builder *b, struct dhs_window *w)
{
    static const char *const prefixes[] = { "repeated", "optional", "required", "mutable",
                                            "public",   "private",  "readonly", "let",
                                            "pub",      "var",      "final",    "static" };
    size_t n = type_length(w, 1);
    bool has_member = (n > 0 && is_word(w, 1 + n)) || (is_word(w, 1) && is(w, 2, TOKEN_COLON));
    for (size_t i = 0; has_member && i < sizeof prefixes / sizeof prefixes[0]; i++) {
        struct dhs_span span = ast_token_span(b->source, w->tokens[0]);
        if (strcmp(text_of(b, w->tokens[0]), prefixes[i]) != 0) continue;
        dhs_report(b->diag, DHS_FOREIGN_WORD, span, "'%s' does not stand before a field",
                   prefixes[i]);
        if (i == 0)
            dhs_help(b->diag, "what repeats is list<T, n> or T[n]");
        else if (i == 1)
            dhs_help(b->diag, "what may be absent is T?");
        else
            dhs_help(b->diag, "leave it out");
        drop(w, 0, 1);
        return true;
    }
    return false;
}

/* `gains[4]: f32` */
static bool move_dimension(const struct ast_builder *b, struct dhs_window *w)
{
    bool found = is(w, 1, TOKEN_LBRACKET) && is(w, 3, TOKEN_RBRACKET) && is(w, 4, TOKEN_COLON) &&
                 is_word(w, 5);
    if (!found) return false;
    dhs_report(b->diag, DHS_MEMBER_ORDER, span_between(b, w->tokens[1], w->tokens[3]),
               "the length belongs to the type: '%s: %s[%s]'", text_of(b, w->tokens[0]),
               text_of(b, w->tokens[5]), text_of(b, w->tokens[2]));
    w->tokens[5].kind = TOKEN_GUESSED;
    drop(w, 1, 3);
    return true;
}

/* `unsigned int count: u32` */
static bool drop_first_type(const struct ast_builder *b, struct dhs_window *w)
{
    if (!is_word(w, 1) || !is(w, 2, TOKEN_COLON) || !looks_like_type(b, w->tokens[0])) return false;
    dhs_report(b->diag, DHS_MEMBER_ORDER, ast_token_span(b->source, w->tokens[0]),
               "a type stands behind the name");
    drop(w, 0, 1);
    return true;
}

/* `std_msgs/Header header` */
static bool join_package(const struct ast_builder *b, struct dhs_window *w)
{
    if (!is(w, 1, TOKEN_SLASH) || !is_word(w, 2) || !is_word(w, 3)) return false;
    struct dhs_span span = span_between(b, w->tokens[0], w->tokens[3]);
    const char *type =
        dhs_printf(b->arena, "%s.%s", text_of(b, w->tokens[0]), text_of(b, w->tokens[2]));
    dhs_report(b->diag, DHS_MEMBER_ORDER, span, "the name comes first: '%s: %s'",
               text_of(b, w->tokens[3]), type);
    dhs_fix(b->diag, span, "%s: %s", text_of(b, w->tokens[3]), type);
    w->tokens[1].kind = TOKEN_DOT;
    return true;
}

void dhs_mend_member(const struct ast_builder *b, struct dhs_window *w)
{
    if (!is_word(w, 0) || is(w, 1, TOKEN_COLON)) return;
    if (is(w, 0, TOKEN_STRUCT) || is(w, 0, TOKEN_UNION) || is(w, 0, TOKEN_ALIAS)) return;
    bool reported = drop_prefix(b, w);
    reported = join_package(b, w) || reported;
    join_type_words(b, w, 0);
    if (move_dimension(b, w) || drop_first_type(b, w)) return;
    size_t n = type_length(w, 0);
    bool two_words = n > 0 && is_word(w, n) && ends_member(b, w, n + 1) && w->n < DHS_WINDOW;
    if (!two_words) return;
    bool first = looks_like_type(b, w->tokens[0]) || (reported && is(w, 1, TOKEN_DOT));
    bool second = n == 1 && looks_like_type(b, w->tokens[n]);
    if (first && (n > 1 || !dhs_is_builtin(text_of(b, w->tokens[n]))))
        turn_round(b, w, n, reported);
    else if (second)
        add_colon(b, w);
}

/* `[f32; 3]` */
static void mend_array(const struct ast_builder *b, struct dhs_window *w)
{
    bool found = is(w, 0, TOKEN_LBRACKET) && is_word(w, 1) &&
                 (is(w, 2, TOKEN_SEMI) || is(w, 2, TOKEN_COMMA)) && is(w, 4, TOKEN_RBRACKET);
    if (!found) return;
    struct dhs_token open = w->tokens[0];
    struct dhs_span span = span_between(b, open, w->tokens[4]);
    const char *type = text_of(b, w->tokens[1]), *length = text_of(b, w->tokens[3]);
    dhs_report(b->diag, DHS_FOREIGN_WORD, span, "an array is written '%s[%s]'", type, length);
    dhs_fix(b->diag, span, "%s[%s]", type, length);
    w->tokens[0] = w->tokens[1];
    w->tokens[1] = open;
    drop(w, 2, 1);
}

/* `string[31]`, `bytes(64)`, `list[u32, 4]` */
static void mend_angles(const struct ast_builder *b, struct dhs_window *w)
{
    bool sized = is(w, 0, TOKEN_STRING) || is(w, 0, TOKEN_BYTES) || is(w, 0, TOKEN_LIST) ||
                 is(w, 0, TOKEN_ATOMIC);
    bool round = is(w, 1, TOKEN_LPAREN);
    if (!sized || (!round && !is(w, 1, TOKEN_LBRACKET))) return;
    size_t end = 2;
    while (end < w->n && (is_word(w, end) || is(w, end, TOKEN_INTEGER) || is(w, end, TOKEN_COMMA)))
        end++;
    if (end == 2 || !is(w, end, round ? TOKEN_RPAREN : TOKEN_RBRACKET)) return;
    dhs_report(b->diag, DHS_CAPACITY_MISSING, span_between(b, w->tokens[0], w->tokens[end]),
               "what '%s' holds stands between '<' and '>'", text_of(b, w->tokens[0]));
    dhs_fix(b->diag, ast_token_span(b->source, w->tokens[1]), "<");
    dhs_fix(b->diag, ast_token_span(b->source, w->tokens[end]), ">");
    w->tokens[1].kind = TOKEN_LT;
    w->tokens[end].kind = TOKEN_GT;
}

void dhs_mend_type(const struct ast_builder *b, struct dhs_window *w)
{
    join_type_words(b, w, 0);
    mend_array(b, w);
    mend_angles(b, w);
    if (!is(w, 0, TOKEN_CONST) || !is_word(w, 1)) return;
    struct dhs_span span = ast_token_span(b->source, w->tokens[0]);
    dhs_report(b->diag, DHS_FOREIGN_WORD, span, "a type has no 'const'");
    dhs_help(b->diag, "leave it out");
    drop(w, 0, 1);
}

/* `pub struct`, `typedef struct`, `static const` */
static void drop_declaration_prefix(const struct ast_builder *b, struct dhs_window *w)
{
    static const char *const prefixes[] = { "pub",     "public", "export", "static",
                                            "typedef", "final",  "inline", "extern" };
    bool declares = is(w, 1, TOKEN_STRUCT) || is(w, 1, TOKEN_UNION) || is(w, 1, TOKEN_ENUM) ||
                    is(w, 1, TOKEN_CONST) || is(w, 1, TOKEN_CHANNEL) || is(w, 1, TOKEN_ALIAS);
    for (size_t i = 0; declares && i < sizeof prefixes / sizeof prefixes[0]; i++) {
        if (strcmp(text_of(b, w->tokens[0]), prefixes[i]) != 0) continue;
        dhs_report(b->diag, DHS_FOREIGN_WORD, ast_token_span(b->source, w->tokens[0]),
                   "'%s' does not stand before a declaration", prefixes[i]);
        dhs_help(b->diag, "leave it out");
        drop(w, 0, 1);
        return;
    }
}

void dhs_mend_declaration(const struct ast_builder *b, struct dhs_window *w)
{
    if (is(w, 0, TOKEN_ENUM) && is_word(w, 1) && is_word(w, 2)) {
        const char *second = text_of(b, w->tokens[1]);
        struct dhs_span behind = span_between(b, w->tokens[1], w->tokens[1]);
        dhs_report(b->diag, DHS_FOREIGN_WORD, behind,
                   "'%s' does not stand between 'enum' and its name", second);
        dhs_fix(b->diag, behind, "%s", "");
        drop(w, 1, 1);
    }
    if (!is(w, 0, TOKEN_WORD) || !is_word(w, 1)) return;
    drop_declaration_prefix(b, w);
    const char *word = text_of(b, w->tokens[0]);
    const struct dhs_foreign *foreign = dhs_foreign_keyword(word);
    if (!foreign) return;
    if (strcmp(foreign->ours, "package") == 0 && !is(w, 2, TOKEN_SEMI) && !is(w, 2, TOKEN_DOT))
        return; /* `module a { ... }` */
    struct dhs_span span = ast_token_span(b->source, w->tokens[0]);
    dhs_report(b->diag, DHS_FOREIGN_WORD, span, "there is no '%s' here; it is '%s'", word,
               foreign->ours);
    dhs_fix(b->diag, span, "%s", foreign->ours);
    w->tokens[0].kind = dhs_word_kind(foreign->ours);
}
