/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The lexer: bytes to tokens. Comments and strings may hold any UTF-8, everything else is ASCII.
 *
 * What is wrong is reported once, at the smallest span, and the lexer goes on behind it. The text
 * ends in a NUL that is not part of it; source.c has refused any other NUL.
 */
#include "token.h"

#include <ctype.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "grammar.h"
#include "slip.h"
#include "source.h"

#define YYCTYPE unsigned char

/*!re2c
    re2c:eof = 0;
    re2c:yyfill:enable = 0;
    re2c:define:YYCURSOR = at;
    re2c:define:YYMARKER = marker;
    re2c:define:YYLIMIT = limit;

    digit  = [0-9];
    hex    = [0-9a-fA-F];
    letter = [A-Za-z_];
    word   = letter (letter | digit)*;
    whole  = digit+ ("_" digit+)*;
    expo   = [eE] [+-]? digit+;

    utf8 = [\x80-\U0010ffff];
    quote = [\u2018-\u201f];
    bidi = [\u202a-\u202e\u2066-\u2069];

    // UTF-8 that is written in escapes
    rest  = "\\x" [89abAB] hex;
    two   = "\\x" ([cC] [2-9a-fA-F] | [dD] hex) rest;
    three = "\\x" [eE] ("0\\x" [abAB] hex | [1-9a-cA-CeEfF] rest | [dD] "\\x" [89] hex) rest;
    four  = "\\x" [fF] ("0\\x" [9abAB] hex | [1-3] rest | "4\\x8" hex) rest rest;
*/

/* Where the scanners below stand in one text. */
struct scan {
    struct dhs_lexer *lexer;
    const unsigned char *start;
    const unsigned char *limit;
};

static struct scan scan_of(struct dhs_lexer *lexer)
{
    struct scan scan = { lexer, (const unsigned char *)lexer->source->text, NULL };
    scan.limit = scan.start + lexer->source->length;
    return scan;
}

static struct dhs_span span_of(const struct scan *scan, const unsigned char *from,
                               const unsigned char *to)
{
    struct dhs_span span = { scan->lexer->source, (uint32_t)(from - scan->start),
                             (uint32_t)(to - from) };
    return span;
}

static void report_bidi(const struct scan *scan, const unsigned char *from, const unsigned char *to)
{
    dhs_report(scan->lexer->diag, DHS_CHAR_BIDI, span_of(scan, from, to),
               "invisible control of text direction U+%04X",
               (from[0] & 0xfu) << 12 | (from[1] & 0x3fu) << 6 | (from[2] & 0x3fu));
    dhs_help(scan->lexer->diag, "remove it: with it, the schema reads other than it means");
}

/* The first broken bytes of a file are reported, all are skipped. */
static const unsigned char *report_utf8(const struct scan *scan, const unsigned char *from)
{
    const unsigned char *to = from + 1;
    while (to < scan->limit && *to >= 0x80 && *to < 0xc0)
        to++;
    if (scan->lexer->utf8_reported) return to;
    scan->lexer->utf8_reported = true;
    dhs_report(scan->lexer->diag, DHS_UTF8_BAD, span_of(scan, from, to), "this is not UTF-8");
    dhs_help(scan->lexer->diag, "save the file as UTF-8: iconv -f latin1 -t UTF-8");
    return to;
}

static void report_nul(const struct scan *scan, const unsigned char *from, const unsigned char *to)
{
    struct dhs_diag *diag = scan->lexer->diag;
    dhs_report(diag, DHS_ESCAPE_BAD, span_of(scan, from, to), "a string cannot hold a NUL");
    if (*to == '"') {
        dhs_help(diag, "remove it: texts end in zeros by themselves");
        dhs_fix(diag, span_of(scan, from, to), "%s", "");
    } else {
        dhs_help(diag, "programs would see the string end there");
    }
}

/* Behind the `\xHH` from `from` on, which are no characters: one that cannot begin a character belongs
 * to what is in front of it. A single one is one in Latin-1, which may be meant. */
static const unsigned char *report_escape(const struct scan *scan, const unsigned char *from)
{
    struct dhs_diag *diag = scan->lexer->diag;
    const unsigned char *to = from + 4;
    while (to[0] == '\\' && to[1] == 'x' && isxdigit(to[2]) && isxdigit(to[3]) &&
           strchr("89abAB", to[2]))
        to += 4;
    dhs_report(diag, DHS_UTF8_BAD, span_of(scan, from, to), "'%.*s' is no character of UTF-8",
               (int)(to - from), (const char *)from);
    if (to - from == 4) {
        char digits[3] = { (char)from[2], (char)from[3], '\0' };
        unsigned long byte = strtoul(digits, NULL, 16);
        dhs_help(diag, "strings are UTF-8, in which U+%04lX is \\x%02lx\\x%02lx", byte,
                 0xc0 | byte >> 6, 0x80 | (byte & 0x3f));
    } else {
        dhs_help(diag, "strings are UTF-8: write the character itself");
    }
    return to;
}

/* Prose, eight bytes at a time, up to where an end of the line or what is not ASCII may stand. */
static const unsigned char *skip_plain(const unsigned char *at, const unsigned char *limit)
{
    const uint64_t ones = UINT64_C(0x0101010101010101), highs = ones << 7;
    uint64_t eight;
    for (; limit - at >= (ptrdiff_t)sizeof eight; at += sizeof eight) {
        memcpy(&eight, at, sizeof eight);
        uint64_t feeds = eight ^ ones * '\n', returns = eight ^ ones * '\r';
        if ((eight | ((feeds - ones) & ~feeds) | ((returns - ones) & ~returns)) & highs) break;
    }
    return at;
}

/* Up to the end of the line, which is left for the caller. */
static const unsigned char *line_comment(const struct scan *scan, const unsigned char *at)
{
    const unsigned char *limit = scan->limit, *marker, *token;
    for (;;) {
        at = skip_plain(at, limit);
        token = at;
        /*!re2c
            "\r\n" { return token; }
            "\n"   { return token; }
            bidi  { report_bidi(scan, token, at); continue; }
            utf8  { continue; }
            *     { at = report_utf8(scan, token); continue; }
            [\x00-\x7f] { continue; }
            $     { return token; }
        */
    }
}

static const unsigned char *block_comment(const struct scan *scan, const unsigned char *at)
{
    const unsigned char *limit = scan->limit, *marker, *token, *opener = at - 2;
    for (;;) {
        token = at;
        /*!re2c
            "*" "/" { return at; }
            bidi  { report_bidi(scan, token, at); continue; }
            utf8  { continue; }
            *     { at = report_utf8(scan, token); continue; }
            [\x00-\x7f] { continue; }
            $ {
                dhs_report(scan->lexer->diag, DHS_COMMENT_OPEN, span_of(scan, opener, opener + 2),
                           "this comment is never closed");
                dhs_help(scan->lexer->diag, "add '*/' at its end");
                return token;
            }
        */
    }
}

/* From behind the opening quote to behind the closing one, or to the end of the line. */
static const unsigned char *quoted(const struct scan *scan, const unsigned char *at, char quote)
{
    const unsigned char *limit = scan->limit, *marker, *token, *opener = at - 1;
    struct dhs_diag *diag = scan->lexer->diag;
    for (;;) {
        token = at;
        /*!re2c
            ["']  { if (*token == (unsigned char)quote) return at; continue; }
            "\\" "0" | "\\x00" {
                if (quote == '"') report_nul(scan, token, at);
                continue;
            }
            "\\" [\\"'nrt] { continue; }
            "\\x" [0-7] hex | two | three | four { continue; }
            "\\x" hex hex {
                if (quote == '"') at = report_escape(scan, token);
                continue;
            }
            "\\" (([\x00-\x7f] \ [\n\r]) | utf8) {
                dhs_report(diag, DHS_ESCAPE_BAD, span_of(scan, token, at),
                           "there is no escape '%.*s'", (int)(at - token), (const char *)token);
                dhs_help(diag, "known are \\\\ \\\" \\' \\n \\r \\t \\0 and \\xHH");
                continue;
            }
            bidi  { report_bidi(scan, token, at); continue; }
            utf8  { continue; }
            *     { at = report_utf8(scan, token); continue; }
            [\n\r] { at = token; goto open; }
            [\x00-\x7f] { continue; }
            $     { goto open; }
        */
    }
open:
    dhs_report(diag, DHS_STRING_OPEN, span_of(scan, opener, token), "this %s is never closed",
               quote == '"' ? "string" : "character");
    dhs_help(diag, "add %c at its end; it ends on the line it begins on", quote);
    return token;
}

static bool is_one_character(const unsigned char *from, const unsigned char *to)
{
    if (to - from < 3 || to[-1] != '\'') return false;
    if (from[1] != '\\') return to - from == 3;
    return from[2] == 'x' ? to - from == 6 : to - from == 4;
}

/* Behind a '(' stands the argument of an attribute, most of which take strings. */
static bool is_argument(const struct scan *scan, const unsigned char *from)
{
    while (from > scan->start && (from[-1] == ' ' || from[-1] == '\t'))
        from--;
    return from > scan->start && from[-1] == '(';
}

/* A literal that was reported still is a character, so that nothing else is said about it. */
static void check_character(const struct scan *scan, const unsigned char *from,
                            const unsigned char *to)
{
    bool closed = to - from >= 2 && to[-1] == '\'';
    if (closed && !is_one_character(from, to)) {
        dhs_report(scan->lexer->diag, DHS_CHARLIT_BAD, span_of(scan, from, to),
                   "this is not one ASCII character");
        dhs_help(scan->lexer->diag, "strings have double quotes");
        if (is_argument(scan, from) && to - from > 2 && !memchr(from, '"', (size_t)(to - from)))
            dhs_fix(scan->lexer->diag, span_of(scan, from, to), "\"%.*s\"", (int)(to - from - 2),
                    (const char *)from + 1);
    }
}

static void report_number(const struct scan *scan, const unsigned char *from,
                          const unsigned char *to)
{
    struct dhs_diag *diag = scan->lexer->diag;
    struct dhs_span span = span_of(scan, from, to);
    bool at_word = from > scan->start && (isalnum(from[-1]) || from[-1] == '_');
    struct dhs_slip slip =
        dhs_number_slip(dhs_diag_arena(diag), (const char *)from, (size_t)(to - from), at_word);
    dhs_report(diag, DHS_NUMBER_BAD, span, "%s", slip.message);
    if (slip.help) dhs_help(diag, "%s", slip.help);
    if (slip.mended) dhs_fix(diag, span, "%s", slip.mended);
}

static void report_equals(const struct scan *scan, const unsigned char *from,
                          const unsigned char *to)
{
    dhs_report(scan->lexer->diag, DHS_DOUBLE_EQUALS, span_of(scan, from, to),
               "a value is given with one '=' alone");
    dhs_fix(scan->lexer->diag, span_of(scan, from, to), "=");
}

static bool begins_with(const unsigned char *from, const unsigned char *to, const char *word)
{
    while (from < to && (*from == ' ' || *from == '\t'))
        from++;
    size_t length = strlen(word);
    return (size_t)(to - from) >= length && memcmp(from, word, length) == 0;
}

/* The rest of the line is taken for the comment or directive that it is elsewhere. */
static const unsigned char *hash_comment(const struct scan *scan, const unsigned char *at)
{
    static const char *const directives[] = { "include", "define", "pragma", "if", "endif",
                                              "else",    "undef",  "error" };
    const unsigned char *end = line_comment(scan, at), *hash = at - 1;
    struct dhs_diag *diag = scan->lexer->diag;
    dhs_report(diag, DHS_COMMENT_HASH, span_of(scan, hash, at), "'#' begins nothing here");
    for (size_t i = 0; i < sizeof directives / sizeof directives[0]; i++) {
        if (!begins_with(at, end, directives[i])) continue;
        dhs_help(diag, "there is no preprocessor: write import \"file.dhs\"; or const NAME: u32 = 1;");
        return end;
    }
    dhs_help(diag, "comments begin with //");
    dhs_fix(diag, span_of(scan, hash, at), "//");
    return end;
}

static bool begins_line(const struct scan *scan, const unsigned char *at)
{
    while (at > scan->start && (at[-1] == ' ' || at[-1] == '\t'))
        at--;
    return at == scan->start || at[-1] == '\n';
}

/* As in SQL, Lua and Ada; elsewhere in a line the two are signs of a number. */
static const unsigned char *dash_comment(const struct scan *scan, const unsigned char *at)
{
    struct dhs_diag *diag = scan->lexer->diag;
    dhs_report(diag, DHS_COMMENT_HASH, span_of(scan, at - 2, at), "'--' begins nothing here");
    dhs_help(diag, "comments begin with //");
    dhs_fix(diag, span_of(scan, at - 2, at), "//");
    return line_comment(scan, at);
}

/* The NUL behind the text ends every comparison. */
static bool is_quote(const unsigned char *at)
{
    return at[0] == 0xe2 && at[1] == 0x80 && at[2] >= 0x98 && at[2] <= 0x9f;
}

/* A text between quotes that a word processor made, which all begin with the bytes E2 80. */
static const unsigned char *typographic(const struct scan *scan, const unsigned char *at)
{
    const unsigned char *opener = at - 3, *end = at;
    struct dhs_diag *diag = scan->lexer->diag;
    while (end < scan->limit && !strchr("\n\");", *end) && !is_quote(end))
        end++;
    size_t closing = end >= scan->limit ? 0 : *end == '"' ? 1 : is_quote(end) ? 3 : 0;
    dhs_report(diag, DHS_CHAR_UNKNOWN, span_of(scan, opener, closing ? end + closing : at),
               "a string has plain quotes");
    dhs_help(diag, "these were made by a word processor; write \"");
    if (!closing) return end; /* what stands up to there was the text */
    dhs_fix(diag, span_of(scan, opener, at), "\"");
    dhs_fix(diag, span_of(scan, end, end + closing), "\"");
    return end + closing;
}

static void report_name(const struct scan *scan, const unsigned char *from,
                        const unsigned char *to)
{
    dhs_report(scan->lexer->diag, DHS_CHAR_UNKNOWN, span_of(scan, from, to),
               "a name has ASCII letters, digits and '_' only");
    dhs_help(scan->lexer->diag, "other letters may stand in comments and strings");
}

static void report_printable(const struct scan *scan, const unsigned char *from,
                             const unsigned char *to)
{
    struct dhs_diag *diag = scan->lexer->diag;
    dhs_report(diag, DHS_CHAR_UNKNOWN, span_of(scan, from, to), "'%c' has no meaning here", *from);
    if (*from == '^') dhs_help(diag, "a unit stands in quotes: @unit(\"m/s^2\"); a power of two is 1 << n");
    if (*from == '!' || *from == '$' || *from == '`') dhs_help(diag, "remove it");
    if (*from == '\\') dhs_help(diag, "lines need not be joined: a statement ends at its ';'");
}

static void report_unknown(const struct scan *scan, const unsigned char *from,
                           const unsigned char *to)
{
    struct dhs_diag *diag = scan->lexer->diag;
    if (to - from > 1)
        dhs_report(diag, DHS_CHAR_UNKNOWN, span_of(scan, from, to),
                   "'%.*s' has no meaning outside of comments and strings", (int)(to - from),
                   (const char *)from);
    else if (*from >= 0x20 && *from < 0x7f)
        report_printable(scan, from, to);
    else
        dhs_report(diag, DHS_CHAR_UNKNOWN, span_of(scan, from, to),
                   "control character 0x%02x has no meaning here", *from);
}

static struct dhs_token make(const struct scan *scan, int kind, const unsigned char *from,
                             const unsigned char *to)
{
    scan->lexer->at = (uint32_t)(to - scan->start);
    struct dhs_token token = { kind, (uint32_t)(from - scan->start), (uint32_t)(to - from), 0, 0 };
    return token;
}

struct dhs_token dhs_lex_piece(struct dhs_lexer *lexer)
{
    struct scan here = scan_of(lexer), *scan = &here;
    const unsigned char *at = scan->start + lexer->at, *limit = scan->limit, *marker, *token;
    for (;;) {
        token = at;
        /*!re2c
            [ \t\n\f\v]+  { continue; }
            "\r\n"        { continue; }
            "\r" {
                dhs_report(lexer->diag, DHS_CHAR_CR, span_of(scan, token, at),
                           "carriage return inside a line");
                dhs_help(lexer->diag, "end lines with LF, or with CR LF");
                continue;
            }
            "///"         { at = line_comment(scan, at); return make(scan, TOKEN_DOCS, token, at); }
            "//" | "////" { at = line_comment(scan, at); return make(scan, TOKEN_COMMENT, token, at); }
            "/*"          { at = block_comment(scan, at); return make(scan, TOKEN_COMMENT, token, at); }
            "\""          { at = quoted(scan, at, '"'); return make(scan, TOKEN_TEXT, token, at); }
            "'" {
                at = quoted(scan, at, '\'');
                check_character(scan, token, at);
                return make(scan, TOKEN_CHARACTER, token, at);
            }

            "_"           { return make(scan, TOKEN_OPEN, token, at); }
            "package"     { return make(scan, TOKEN_PACKAGE, token, at); }
            "as"          { return make(scan, TOKEN_AS, token, at); }
            "import"      { return make(scan, TOKEN_IMPORT, token, at); }
            "const"       { return make(scan, TOKEN_CONST, token, at); }
            "alias"       { return make(scan, TOKEN_ALIAS, token, at); }
            "enum"        { return make(scan, TOKEN_ENUM, token, at); }
            "flags"       { return make(scan, TOKEN_FLAGS, token, at); }
            "struct"      { return make(scan, TOKEN_STRUCT, token, at); }
            "union"       { return make(scan, TOKEN_UNION, token, at); }
            "channel"     { return make(scan, TOKEN_CHANNEL, token, at); }
            "service"     { return make(scan, TOKEN_SERVICE, token, at); }
            "version"     { return make(scan, TOKEN_VERSION, token, at); }
            "slot"        { return make(scan, TOKEN_SLOT, token, at); }
            "zone"        { return make(scan, TOKEN_ZONE, token, at); }
            "shared"      { return make(scan, TOKEN_SHARED, token, at); }
            "spinlocks"   { return make(scan, TOKEN_SPINLOCKS, token, at); }
            "list"        { return make(scan, TOKEN_LIST, token, at); }
            "string"      { return make(scan, TOKEN_STRING, token, at); }
            "bytes"       { return make(scan, TOKEN_BYTES, token, at); }
            "atomic"      { return make(scan, TOKEN_ATOMIC, token, at); }
            word          { return make(scan, TOKEN_WORD, token, at); }
            word utf8 (utf8 | letter | digit)* {
                report_name(scan, token, at);
                return make(scan, TOKEN_WORD, token, at);
            }
            whole | "0x" hex+ ("_" hex+)* | "0b" [01]+ ("_" [01]+)* | "0o" [0-7]+ ("_" [0-7]+)* {
                return make(scan, TOKEN_INTEGER, token, at);
            }
            whole "." whole expo? | whole expo { return make(scan, TOKEN_REAL, token, at); }
            digit (letter | digit)* ("." (letter | digit)*)* | "." digit (letter | digit)* |
            (whole "."? | whole? "." whole) expo (letter | digit | ".")* | digit+ ("'" digit{3})+ {
                report_number(scan, token, at);
                return make(scan, TOKEN_INTEGER, token, at);
            }

            "{"  { return make(scan, TOKEN_LBRACE, token, at); }
            "}"  { return make(scan, TOKEN_RBRACE, token, at); }
            "["  { return make(scan, TOKEN_LBRACKET, token, at); }
            "]"  { return make(scan, TOKEN_RBRACKET, token, at); }
            "("  { return make(scan, TOKEN_LPAREN, token, at); }
            ")"  { return make(scan, TOKEN_RPAREN, token, at); }
            "<<" { return make(scan, TOKEN_SHIFT_LEFT, token, at); }
            ">>" { return make(scan, TOKEN_SHIFT_RIGHT, token, at); }
            "<"  { return make(scan, TOKEN_LT, token, at); }
            ">"  { return make(scan, TOKEN_GT, token, at); }
            ";"  { return make(scan, TOKEN_SEMI, token, at); }
            ":"  { return make(scan, TOKEN_COLON, token, at); }
            ","  { return make(scan, TOKEN_COMMA, token, at); }
            "."  { return make(scan, TOKEN_DOT, token, at); }
            "@"  { return make(scan, TOKEN_AT, token, at); }
            "="  { return make(scan, TOKEN_EQ, token, at); }
            "=="|":=" { report_equals(scan, token, at); return make(scan, TOKEN_EQ, token, at); }
            "#"  { at = hash_comment(scan, at); continue; }
            "?"  { return make(scan, TOKEN_QUESTION, token, at); }
            "+"  { return make(scan, TOKEN_PLUS, token, at); }
            "-"  { return make(scan, TOKEN_MINUS, token, at); }
            "*"  { return make(scan, TOKEN_STAR, token, at); }
            "/"  { return make(scan, TOKEN_SLASH, token, at); }
            "%"  { return make(scan, TOKEN_PERCENT, token, at); }
            "&"  { return make(scan, TOKEN_AND, token, at); }
            "|"  { return make(scan, TOKEN_OR, token, at); }
            "~"  { return make(scan, TOKEN_TILDE, token, at); }

            quote       { at = typographic(scan, at); return make(scan, TOKEN_GUESSED, token, at); }
            "--"        {
                if (!begins_line(scan, token)) { at = token + 1; return make(scan, TOKEN_MINUS, token, at); }
                at = dash_comment(scan, at);
                continue;
            }
            bidi        { report_bidi(scan, token, at); continue; }
            utf8        { report_unknown(scan, token, at); continue; }
            *     { at = report_utf8(scan, token); continue; }
            [\x00-\x7f] { report_unknown(scan, token, at); continue; }
            $           { return make(scan, 0, token, token); }
        */
    }
}

void dhs_lexer_start(struct dhs_lexer *lexer, const struct dhs_source *source,
                     struct dhs_diag *diag)
{
    lexer->source = source;
    lexer->diag = diag;
    lexer->at = source->first;
    lexer->utf8_reported = false;
}

struct dhs_token dhs_lex(struct dhs_lexer *lexer)
{
    uint32_t docs = 0, docs_end = 0;
    for (;;) {
        struct dhs_token token = dhs_lex_piece(lexer);
        if (token.kind == TOKEN_COMMENT) continue;
        if (token.kind != TOKEN_DOCS) {
            token.docs_offset = docs;
            token.docs_length = docs_end - docs;
            return token;
        }
        if (docs_end == 0) docs = token.offset;
        docs_end = token.offset + token.length;
    }
}
