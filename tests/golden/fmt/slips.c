/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Random slips in schemas that are right: a token lost, doubled, swapped, another one instead, a
 * letter of a word lost. What the fixes make of it, where they leave nothing to say, must be what
 * its author had written: that is what "certain" promises. Where the slip is in a name's
 * declaration its uses follow, which nobody could know better. One in two hundred may be something
 * else: a `?` that became a `;` looks as if it had been typed twice.
 *
 * DH_SLIPS says how many of each schema (default 150), DH_SLIPS_SHOW prints what became something
 * else.
 */
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fix.h"
#include "idl.h"
#include "line_diff.h"
#include "source.h"
#include "token.h"

enum { MAX_SCHEMAS = 2000, MAX_TOKENS = 100000, MAX_ROUNDS = 100 };

static char *schemas[MAX_SCHEMAS];
static size_t n_schemas;
static uint64_t state = 88172645463325252u;
static struct dhs_token tokens[MAX_TOKENS];

static struct {
    size_t slips, silent, mended, renamed, other, left, restless;
} figures;

enum { MIN_MENDED_FOR_ONE_OTHER = 200 };

static char misspelt[128]; /* the word of the last slip; "": it was another sort */

static const struct dhs_span NOWHERE = { NULL, 0, 0 };

/* xorshift64: the same slips everywhere. */
static unsigned draw(size_t below)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (unsigned)(state % below);
}

/* ---- slips -------------------------------------------------------------------------------- */

static void add_token(struct text *text, const struct dhs_source *source, struct dhs_token token)
{
    text_add(text, source->text + token.offset, token.length);
}

/* A word with a letter lost, doubled, or swapped with the next. */
static void add_misspelt(struct text *text, const struct dhs_source *source, struct dhs_token token)
{
    const char *word = source->text + token.offset;
    uint32_t at = draw(token.length - 1);
    size_t from = text->length;

    text_add(text, word, at);
    switch (draw(3)) {
    case 0: text_add(text, word + at + 1, token.length - at - 1); break;
    case 1:
        text_add_char(text, word[at]);
        text_add(text, word + at, token.length - at);
        break;
    default:
        text_add_char(text, word[at + 1]);
        text_add_char(text, word[at]);
        text_add(text, word + at + 2, token.length - at - 2);
    }
    snprintf(misspelt, sizeof misspelt, "%s", text_string(text) + from);
}

/* What stands instead of a token, and perhaps of the next. Returns how many were used. */
static size_t add_slip(struct text *text, const struct dhs_source *source,
                       const struct dhs_token *token)
{
    static const char *const others[] = {
        ";", ",", ":", "=", "(", ")", "<", ">", "[", "]", "{", "}"
    };

    switch (draw(5)) {
    case 0: return 1; /* lost */
    case 1:
        add_token(text, source, token[0]);
        text_add_char(text, ' ');
        add_token(text, source, token[0]);
        return 1;
    case 2:
        if (token[1].kind == 0) return 1;
        add_token(text, source, token[1]);
        text_add_char(text, ' ');
        add_token(text, source, token[0]);
        return 2;
    case 3:
        if (token->length > 1 && dhs_is_word(token->kind))
            add_misspelt(text, source, *token);
        else
            text_add_string(text, others[draw(sizeof others / sizeof others[0])]);
        return 1;
    default: text_add_string(text, others[draw(sizeof others / sizeof others[0])]); return 1;
    }
}

static struct dhs_text slip(struct dhs_arena *arena, const struct dhs_source *source, size_t n)
{
    struct text text = text_new(arena);
    size_t at = draw(n), used;

    *misspelt = '\0';
    text_add(&text, source->text, tokens[at].offset);
    used = add_slip(&text, source, &tokens[at]);
    uint32_t end = tokens[at + used - 1].offset + tokens[at + used - 1].length;
    text_add(&text, source->text + end, source->length - end);
    return (struct dhs_text){ text_string(&text), text.length };
}

/* ---- what becomes of it ------------------------------------------------------------------- */

/* The canonical texts; NULL: it does not compile. */
static const char *compile(struct dhs_arena *arena, const char *path, struct dhs_text text,
                           struct dhs_diag *diag)
{
    struct dhs_overlay overlay = { path, text };
    struct dhs_options options = { .std_dir = TREE "/idl/std",
                                   .overlays = &overlay,
                                   .n_overlays = 1 };
    const struct dhs_program *program = dhs_compile(arena, path, &options, diag);
    struct text all = text_new(arena);

    for (size_t i = 0; program && i < program->files[0]->n_channels; i++) {
        struct dhs_text canonical = program->files[0]->channels[i]->canonical;
        text_add(&all, canonical.data, canonical.length);
    }
    return program ? text_string(&all) : NULL;
}

static const char *mend(struct dhs_arena *arena, const char *path, struct dhs_text *text,
                        size_t *n_mended)
{
    for (int round = 0; round < MAX_ROUNDS; round++) {
        struct dhs_diag *diag = dhs_diag_new(arena);
        const char *canonical = compile(arena, path, *text, diag);
        size_t n = 0;
        *text = dhs_apply_fixes(arena, diag, path, *text, &n);
        if (n == 0) return canonical;
        *n_mended += n;
    }
    figures.restless++;
    printf("%s: fixes go on for ever:\n%s", path, text->data);
    return NULL;
}

static void show(struct dhs_arena *arena, const char *path, struct dhs_text before,
                 struct dhs_text wrong, struct dhs_text after)
{
    struct text text = text_new(arena);

    line_diff(&text, path, before.data, wrong.data);
    text_add_string(&text, "----- mended:\n");
    line_diff(&text, path, wrong.data, after.data);
    printf("%s==========\n", text_string(&text));
}

static void try(const char *path, const struct dhs_source *source, const char *canonical, size_t n)
{
    struct dhs_arena *arena = dhs_arena_new();
    struct dhs_text wrong = slip(arena, source, n), text = wrong;
    size_t n_mended = 0;
    const char *now = mend(arena, path, &text, &n_mended);

    figures.slips++;
    if (n_mended == 0) {
        figures.silent += now != NULL;
        figures.left += now == NULL;
    } else if (!now) {
        figures.left++;
    } else if (strcmp(now, canonical) == 0) {
        figures.mended++;
    } else if (*misspelt && strstr(text.data, misspelt)) {
        figures.renamed++;
    } else {
        figures.other++;
        if (getenv("DH_SLIPS_SHOW"))
            show(arena, path, (struct dhs_text){ source->text, source->length }, wrong, text);
    }
    dhs_arena_free(arena);
}

static size_t read_tokens(const struct dhs_source *source)
{
    struct dhs_lexer lexer;
    size_t n = 0;

    dhs_lexer_start(&lexer, source, dhs_diag_new(source->arena));
    do
        tokens[n] = dhs_lex(&lexer);
    while (tokens[n].kind != 0 && ++n < MAX_TOKENS - 1);
    return n;
}

static void try_schema(const char *path, int n_slips)
{
    struct dhs_arena *arena = dhs_arena_new();
    struct dhs_diag *diag = dhs_diag_new(arena);
    struct dhs_source *source = dhs_source_read(arena, diag, path, NOWHERE);
    const char *canonical = NULL;

    if (source)
        canonical = compile(arena, path, (struct dhs_text){ source->text, source->length }, diag);
    if (canonical && *canonical) {
        size_t n = read_tokens(source);
        for (int i = 0; n > 0 && i < n_slips; i++)
            try(path, source, canonical, n);
    }
    dhs_arena_free(arena);
}

/* ---- the schemas -------------------------------------------------------------------------- */

static int add_schema(const char *path, const struct stat *status, int type, struct FTW *at)
{
    size_t length = strlen(path);

    (void)status;
    if (type == FTW_D && strcmp(path + at->base, "build") == 0) return FTW_SKIP_SUBTREE;
    if (type == FTW_F && length > 4 && strcmp(path + length - 4, ".dhs") == 0 &&
        n_schemas < MAX_SCHEMAS)
        schemas[n_schemas++] = strdup(path);
    return FTW_CONTINUE;
}

int main(int argc, char **argv)
{
    const char *given = getenv("DH_SLIPS");

    nftw(argc > 1 ? argv[1] : TREE, add_schema, 16, FTW_PHYS | FTW_ACTIONRETVAL);
    for (size_t i = 0; i < n_schemas; i++) {
        try_schema(schemas[i], given ? atoi(given) : 150);
        free(schemas[i]);
    }
    printf("%zu slips: %zu are no mistake, %zu are mended, in %zu a name is a new one, %zu became "
           "another schema, of %zu something is left\n",
           figures.slips, figures.silent, figures.mended, figures.renamed, figures.other,
           figures.left);
    return figures.slips < 1000 || figures.restless > 0 ||
           figures.other * MIN_MENDED_FOR_ONE_OTHER > figures.mended;
}
