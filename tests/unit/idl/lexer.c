/* SPDX-License-Identifier: Apache-2.0 */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include <grammar.h>
#include <source.h>
#include <token.h>

struct lexed {
    struct dhs_arena *arena;
    struct dhs_diag *diag;
    struct dhs_source source;
    struct dhs_lexer lexer;
};

static void start(struct lexed *l, const char *text)
{
    l->arena = dhs_arena_new();
    l->diag = dhs_diag_new(l->arena);
    memset(&l->source, 0, sizeof l->source);
    l->source.path = "test.dhs";
    l->source.arena = l->arena;
    l->source.text = dhs_copy_text(l->arena, text, strlen(text));
    l->source.length = (uint32_t)strlen(text);
    dhs_lexer_start(&l->lexer, &l->source, l->diag);
}

static void stop(struct lexed *l)
{
    dhs_arena_free(l->arena);
}

struct row {
    const char *text;
    int kinds[8]; /* up to 0 */
    size_t errors;
};

static const struct row rows[] = {
    { "", { 0 }, 0 },
    { " \t\n\r\n", { 0 }, 0 },
    { "abc a1_b", { TOKEN_WORD, TOKEN_WORD }, 0 },
    { "struct Struct", { TOKEN_STRUCT, TOKEN_WORD }, 0 },
    { "_ _a", { TOKEN_OPEN, TOKEN_WORD }, 0 },
    { "1 0x1F 0b10 0o17 1_000",
      { TOKEN_INTEGER, TOKEN_INTEGER, TOKEN_INTEGER, TOKEN_INTEGER, TOKEN_INTEGER },
      0 },
    { "1.5 2e3 1.5e-3", { TOKEN_REAL, TOKEN_REAL, TOKEN_REAL }, 0 },
    { "1__0 0x 1. .5 12ab",
      { TOKEN_INTEGER, TOKEN_INTEGER, TOKEN_INTEGER, TOKEN_INTEGER, TOKEN_INTEGER },
      5 },
    { "<< >> < >", { TOKEN_SHIFT_LEFT, TOKEN_SHIFT_RIGHT, TOKEN_LT, TOKEN_GT }, 0 },
    { "a.b", { TOKEN_WORD, TOKEN_DOT, TOKEN_WORD }, 0 },
    { "a // b\nc", { TOKEN_WORD, TOKEN_WORD }, 0 },
    { "a /* b * / */ c", { TOKEN_WORD, TOKEN_WORD }, 0 },
    { "/**/ a", { TOKEN_WORD }, 0 },
    { "a /* b", { TOKEN_WORD }, 1 },
    { "//// rule\na", { TOKEN_WORD }, 0 },
    { "\"a\\\"b\" c", { TOKEN_TEXT, TOKEN_WORD }, 0 },
    { "\"a\nb", { TOKEN_TEXT, TOKEN_WORD }, 1 },
    { "\"\\q\"", { TOKEN_TEXT }, 1 },
    { "\"\\x4g\"", { TOKEN_TEXT }, 1 },
    { "'a' '\\n' '\\x7f' '\\''",
      { TOKEN_CHARACTER, TOKEN_CHARACTER, TOKEN_CHARACTER, TOKEN_CHARACTER },
      0 },
    { "'ab' ''", { TOKEN_CHARACTER, TOKEN_CHARACTER }, 2 },
    { "// Gr\xc3\xb6\xc3\x9f"
      "e \xe2\x82\xac \xf0\x9f\x98\x80\na",
      { TOKEN_WORD },
      0 },
    { "// \xff\xfe\na \xff", { TOKEN_WORD }, 1 }, /* once a file */
    { "// \xe2\x80\xae\n\"\xe2\x81\xa6\"", { TOKEN_TEXT }, 2 },
    { "na\xc3\xafve", { TOKEN_WORD }, 1 },
    { "a # b\nc", { TOKEN_WORD, TOKEN_WORD }, 1 }, /* taken for a comment */
    { "a $ b", { TOKEN_WORD, TOKEN_WORD }, 1 },
    { "a\n-- b\nc--d", { TOKEN_WORD, TOKEN_WORD, TOKEN_MINUS, TOKEN_MINUS, TOKEN_WORD }, 1 },
    { "a == b := c", { TOKEN_WORD, TOKEN_EQ, TOKEN_WORD, TOKEN_EQ, TOKEN_WORD }, 2 },
    { "\xe2\x80\x9cm\xe2\x80\x9d a", { TOKEN_GUESSED, TOKEN_WORD }, 1 },
    { "a\rb", { TOKEN_WORD, TOKEN_WORD }, 1 },
    { "\x01", { 0 }, 1 },
};

START_TEST(texts_become_tokens)
{
    const struct row *row = &rows[_i];
    struct lexed l;
    start(&l, row->text);
    for (size_t i = 0; i < 8; i++) {
        int kind = dhs_lex(&l.lexer).kind;
        ck_assert_msg(kind == row->kinds[i], "'%s': token %zu is %s, not %s", row->text, i,
                      dhs_token_title(kind), dhs_token_title(row->kinds[i]));
        if (kind == 0) break;
    }
    ck_assert_msg(dhs_diag_errors(l.diag) == row->errors, "'%s': %zu errors", row->text,
                  dhs_diag_errors(l.diag));
    ck_assert_int_eq(dhs_lex(&l.lexer).kind, 0); /* the end stays the end */
    stop(&l);
}
END_TEST

/* The lexer knows the words of the language, as do those who tell what was expected. */
START_TEST(every_word_is_what_it_is_called)
{
    for (int kind = TOKEN_PACKAGE; kind <= TOKEN_ATOMIC; kind++) {
        struct lexed l;
        start(&l, dhs_token_title(kind));
        ck_assert_int_eq(dhs_lex(&l.lexer).kind, kind);
        ck_assert_int_eq(dhs_lex(&l.lexer).kind, 0);
        ck_assert_int_eq(dhs_word_kind(l.source.text), kind);
        stop(&l);
    }
}
END_TEST

START_TEST(docs_belong_to_the_token_below)
{
    struct lexed l;
    start(&l, "/// one\n  /// two\n// plain\na /// of b\nb");
    struct dhs_token a = dhs_lex(&l.lexer), b = dhs_lex(&l.lexer);
    ck_assert_int_eq(a.docs_offset, 0);
    ck_assert_int_eq(strncmp(l.source.text + a.docs_offset, "/// one\n  /// two", 17), 0);
    ck_assert_int_eq(a.docs_length, 17);
    ck_assert_int_eq(b.docs_length, 8);
    stop(&l);
}
END_TEST

START_TEST(escapes_are_resolved)
{
    struct dhs_arena *arena = dhs_arena_new();
    const char *literal = "\"a\\n\\t\\\\\\\"\\x41\\0z\"";
    struct dhs_text text = dhs_unescape(arena, literal, strlen(literal));
    ck_assert_uint_eq(text.length, 8);
    ck_assert_mem_eq(text.data, "a\n\t\\\"A\0z", 8);
    dhs_arena_free(arena);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("idl/lexer");
    TCase *all = tcase_create("all");
    tcase_add_loop_test(all, texts_become_tokens, 0, sizeof rows / sizeof rows[0]);
    tcase_add_test(all, every_word_is_what_it_is_called);
    tcase_add_test(all, docs_belong_to_the_token_below);
    tcase_add_test(all, escapes_are_resolved);
    suite_add_tcase(suite, all);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
