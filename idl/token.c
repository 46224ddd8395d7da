/* SPDX-License-Identifier: Apache-2.0 */
#include "token.h"

#include <string.h>

#include "grammar.h"

struct title {
    int kind;
    const char *text;
};

/* Words of the language. They are contextual: each may also be the name of a field. */
static const struct title words[] = {
    { TOKEN_PACKAGE, "package" },     { TOKEN_AS, "as" },           { TOKEN_IMPORT, "import" },
    { TOKEN_CONST, "const" },         { TOKEN_ALIAS, "alias" },     { TOKEN_ENUM, "enum" },
    { TOKEN_FLAGS, "flags" },         { TOKEN_STRUCT, "struct" },   { TOKEN_UNION, "union" },
    { TOKEN_CHANNEL, "channel" },     { TOKEN_SERVICE, "service" }, { TOKEN_VERSION, "version" },
    { TOKEN_SLOT, "slot" },           { TOKEN_ZONE, "zone" },       { TOKEN_SHARED, "shared" },
    { TOKEN_SPINLOCKS, "spinlocks" }, { TOKEN_LIST, "list" },       { TOKEN_STRING, "string" },
    { TOKEN_BYTES, "bytes" },         { TOKEN_ATOMIC, "atomic" },
};

static const struct title titles[] = {
    { 0, "the end of the file" }, { TOKEN_WORD, "a name" },     { TOKEN_INTEGER, "a number" },
    { TOKEN_REAL, "a number" },   { TOKEN_TEXT, "a string" },   { TOKEN_CHARACTER, "a character" },
    { TOKEN_FIRST, "'first'" },   { TOKEN_LBRACE, "'{'" },      { TOKEN_RBRACE, "'}'" },
    { TOKEN_LBRACKET, "'['" },    { TOKEN_RBRACKET, "']'" },    { TOKEN_LPAREN, "'('" },
    { TOKEN_RPAREN, "')'" },      { TOKEN_LT, "'<'" },          { TOKEN_GT, "'>'" },
    { TOKEN_SEMI, "';'" },        { TOKEN_COLON, "':'" },       { TOKEN_COMMA, "','" },
    { TOKEN_DOT, "'.'" },         { TOKEN_AT, "'@'" },          { TOKEN_EQ, "'='" },
    { TOKEN_QUESTION, "'?'" },    { TOKEN_OPEN, "'_'" },        { TOKEN_PLUS, "'+'" },
    { TOKEN_MINUS, "'-'" },       { TOKEN_STAR, "'*'" },        { TOKEN_SLASH, "'/'" },
    { TOKEN_PERCENT, "'%'" },     { TOKEN_SHIFT_LEFT, "'<<'" }, { TOKEN_SHIFT_RIGHT, "'>>'" },
    { TOKEN_AND, "'&'" },         { TOKEN_OR, "'|'" },          { TOKEN_TILDE, "'~'" },
};

enum { N_WORDS = sizeof words / sizeof words[0], N_TITLES = sizeof titles / sizeof titles[0] };

int dhs_word_kind(const char *word)
{
    for (size_t i = 0; i < N_WORDS; i++)
        if (strcmp(words[i].text, word) == 0) return words[i].kind;
    return TOKEN_WORD;
}

/* Words have the first numbers, in the order of grammar.y. */
bool dhs_is_word(int kind)
{
    _Static_assert(TOKEN_ATOMIC - TOKEN_WORD == N_WORDS, "words are numbered one after the other");
    return kind >= TOKEN_WORD && kind <= TOKEN_ATOMIC;
}

const char *dhs_token_title(int kind)
{
    for (size_t i = 0; i < N_TITLES; i++)
        if (titles[i].kind == kind) return titles[i].text;
    for (size_t i = 0; i < N_WORDS; i++)
        if (words[i].kind == kind) return words[i].text;
    return "something else";
}

static unsigned digit_value(char c)
{
    if (c >= '0' && c <= '9') return (unsigned)(c - '0');
    return (unsigned)((c | 0x20) - 'a') + 10;
}

static char escaped(char c)
{
    switch (c) {
    case 'n': return '\n';
    case 'r': return '\r';
    case 't': return '\t';
    case '0': return '\0';
    default: return c;
    }
}

struct dhs_text dhs_unescape(struct dhs_arena *arena, const char *literal, size_t length)
{
    char *out = dhs_alloc(arena, length + 1);
    size_t n = 0;
    for (size_t i = 1; i + 1 < length; i++) {
        if (literal[i] != '\\') {
            out[n++] = literal[i];
        } else if (literal[i + 1] == 'x' && i + 4 < length) {
            out[n++] = (char)(digit_value(literal[i + 2]) * 16 + digit_value(literal[i + 3]));
            i += 3;
        } else {
            out[n++] = escaped(literal[++i]);
        }
    }
    struct dhs_text text = { out, n };
    return text;
}
