/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Random layouts of real schemas: blanks, line ends and comments of every kind thrown in between
 * tokens. Formatting keeps all tokens and comments, the canonical texts, and what it has formatted.
 *
 * DH_LAYOUTS says how many of each schema (default 12).
 */
#include <check.h>
#include <ftw.h>
#include <stdlib.h>
#include <string.h>

#include "format.h"
#include "grammar.h"
#include "idl.h"
#include "line_diff.h"
#include "parse.h"
#include "token.h"

enum { MAX_SCHEMAS = 2000 };

static char *schemas[MAX_SCHEMAS];
static int n_schemas;
static uint64_t state;

static const struct dhs_span NOWHERE = { NULL, 0, 0 };

/* xorshift64: the same layouts everywhere. */
static unsigned draw(unsigned below)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (unsigned)(state % below);
}

/* ---- layouts ------------------------------------------------------------------------------ */

/* What may stand between any two tokens. */
static const char *const gaps[] = { " ",
                                    "\n",
                                    "\t",
                                    "\r\n",
                                    "\n\n\n",
                                    "   ",
                                    "\f ",
                                    " /* c */ ",
                                    " /* two\n   lines */",
                                    " /* stars\n\t* below */\n",
                                    " // to the end  \n",
                                    "\n   // alone\r\n",
                                    "\n/// docs\n",
                                    " /// docs that trail\n  ",
                                    "\n/* before */ /// docs\n",
                                    "\n\n// apart \xc3\xa4\n\n",
                                    " /**/ " };

static void add_gap(struct text *text, const struct dhs_source *source, uint32_t from, uint32_t to)
{
    bool keep = draw(4) != 0;

    if (!keep) {
        text_add_string(text, gaps[draw(sizeof gaps / sizeof gaps[0])]);
        if (draw(8) == 0) text_add_string(text, gaps[draw(sizeof gaps / sizeof gaps[0])]);
    }
    text_add(text, source->text + from, to - from);
}

/* The gaps of the source stay, so that tokens that stand apart still do. */
static struct text scramble(struct dhs_arena *arena, const struct dhs_source *source)
{
    struct text text = text_new(arena);
    struct dhs_lexer lexer;
    uint32_t end = source->first;

    dhs_lexer_start(&lexer, source, dhs_diag_new(arena));
    for (;;) {
        struct dhs_token token = dhs_lex_piece(&lexer);
        bool ends_line = end > source->first && strchr("\r\n", source->text[end]);
        if (ends_line) /* a line comment must end before anything is thrown in */
            text_add(&text, source->text + end, token.offset - end);
        else
            add_gap(&text, source, end, token.offset);
        if (ends_line && draw(2)) text_add_string(&text, gaps[draw(sizeof gaps / sizeof gaps[0])]);
        if (token.kind == 0) return text;
        text_add(&text, source->text + token.offset, token.length);
        end = token.offset + token.length;
    }
}

/* ---- what must hold ----------------------------------------------------------------------- */

static const char *canonical_texts(struct dhs_arena *arena, const char *path, struct dhs_text text)
{
    struct dhs_overlay overlay = { path, text };
    struct dhs_options options = { .std_dir = TREE "/idl/std",
                                   .overlays = &overlay,
                                   .n_overlays = 1 };
    const struct dhs_program *program = dhs_compile(arena, path, &options, dhs_diag_new(arena));
    struct text all = text_new(arena);

    for (size_t i = 0; program && i < program->files[0]->n_channels; i++) {
        struct dhs_text canonical = program->files[0]->channels[i]->canonical;
        text_add(&all, canonical.data, canonical.length);
    }
    return program ? text_string(&all) : "does not compile";
}

static struct dhs_source *source_of(struct dhs_arena *arena, struct text *text)
{
    struct dhs_text bytes = { text_string(text), text->length };
    return dhs_source_from_text(arena, dhs_diag_new(arena), "layout", bytes, NOWHERE);
}

/* What the change is, not all of the text: a message of Check has its bounds. */
static const char *difference(struct dhs_arena *arena, const char *before, const char *after)
{
    struct text text = text_new(arena);

    line_diff(&text, "layout", before, after);
    return dhs_printf(arena, "%.4000s", text_string(&text));
}

static void check_layout(struct dhs_arena *arena, const char *path, const struct dhs_source *source)
{
    struct text formatted = format_source(arena, source);
    struct dhs_source *after = source_of(arena, &formatted);
    uint32_t line = 0;

    ck_assert_msg(format_is_same(arena, source, after, &line), "%s: line %u is lost\n%s", path,
                  line, difference(arena, source->text, after->text));
    struct text again = format_source(arena, after);
    ck_assert_msg(strcmp(text_string(&again), after->text) == 0, "%s: formatted twice:\n%s", path,
                  difference(arena, after->text, text_string(&again)));
    struct dhs_text a = { source->text, source->length };
    struct dhs_text b = { after->text, after->length };
    ck_assert_str_eq(canonical_texts(arena, path, a), canonical_texts(arena, path, b));
}

static bool has_syntax(struct dhs_arena *arena, const struct dhs_source *source)
{
    struct dhs_diag *diag = dhs_diag_new(arena);

    if (source) dhs_parse(arena, source, diag);
    return source && dhs_diag_errors(diag) == 0;
}

static int n_layouts(void)
{
    const char *given = getenv("DH_LAYOUTS");

    return given ? atoi(given) : 12;
}

START_TEST(every_schema_in_any_layout_keeps_its_tokens_comments_and_hash)
{
    const char *path = schemas[_i];
    struct dhs_arena *arena = dhs_arena_new();
    struct dhs_source *source = dhs_source_read(arena, dhs_diag_new(arena), path, NOWHERE);

    state = 88172645463325252u + (uint64_t)_i;
    if (has_syntax(arena, source)) {
        check_layout(arena, path, source);
        for (int i = 0; i < n_layouts(); i++) {
            struct dhs_arena *one = dhs_arena_new();
            struct text text = scramble(one, source);
            struct dhs_source *scrambled = source_of(one, &text);
            ck_assert_msg(has_syntax(one, scrambled), "%s: not parsed:\n%.4000s", path, text.data);
            check_layout(one, path, scrambled);
            dhs_arena_free(one);
        }
    }
    dhs_arena_free(arena);
}
END_TEST

/* ---- that the proof proves ---------------------------------------------------------------- */

static const struct {
    const char *before;
    const char *after;
    bool same;
    const char *reason;
} pairs[] = {
    { "x: u8;", "x:   u8 ;", true, "blanks" },
    { "a, b }", "a, b, }", true, "the optional comma" },
    { "a, b, /* c */ }", "a, b /* c */ }", true, "the optional comma, before a comment" },
    { "a, b }", "a b }", false, "another comma" },
    { "x: u8;", "x: u16;", false, "a token" },
    { "x: u8;", "x: u8", false, "a token less at the end" },
    { "x: u8; // c", "x: u8;", false, "a lost comment" },
    { "x: u8; // c d", "x: u8; // c  d", true, "blanks in a comment" },
    { "x: u8; // c d", "x: u8; // cd", false, "words of a comment joined" },
    { "/* a\n b */ x", "/* a\n   b */ x", true, "a comment moved" },
    { "/* a\n b */ x", "/* a b */ x", false, "a comment's line lost" },
    { "/* a */ x", "x /* a */", false, "a comment moved past a token" },
    { "/// d\nx", "// d\nx", false, "docs that are none any more" },
    { "/* a */\n/// d\nx", "/* a */ /// d\nx", true, "docs behind a comment" },
    { "/// a\n/* b */\n/// d\nx", "/// a\n/* b */ /// d\nx", false,
      "docs that ast_docs overlooks" },
    { "x: \"a  b\"", "x: \"a b\"", false, "blanks in a string" },
};

START_TEST(the_proof_tells_layout_from_content)
{
    struct dhs_arena *arena = dhs_arena_new();
    struct text before = text_new(arena);
    struct text after = text_new(arena);
    uint32_t line = 0;

    text_add_string(&before, pairs[_i].before);
    text_add_string(&after, pairs[_i].after);
    bool same = format_is_same(arena, source_of(arena, &before), source_of(arena, &after), &line);
    ck_assert_msg(same == pairs[_i].same, "%s", pairs[_i].reason);
    dhs_arena_free(arena);
}
END_TEST

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
    Suite *suite = suite_create("fmt/layouts");
    TCase *tcase = tcase_create("layouts");

    nftw(argc > 1 ? argv[1] : TREE, add_schema, 16, FTW_PHYS | FTW_ACTIONRETVAL);
    tcase_set_timeout(tcase, 100);
    tcase_add_loop_test(tcase, every_schema_in_any_layout_keeps_its_tokens_comments_and_hash, 0,
                        n_schemas);
    tcase_add_loop_test(tcase, the_proof_tells_layout_from_content, 0,
                        sizeof pairs / sizeof pairs[0]);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    for (int i = 0; i < n_schemas; i++)
        free(schemas[i]);
    return failed != 0 || n_schemas < 50;
}
