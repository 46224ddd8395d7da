/* SPDX-License-Identifier: Apache-2.0 */
/* The command line: what is understood, and what is said where it is not. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "options.h"
#include "verb.h"

static struct dhs_arena *arena;
static struct options options;
static char said[4096];

static void make_arena(void)
{
    arena = dhs_arena_new();
}

static void free_arena(void)
{
    dhs_arena_free(arena);
}

/* Parses a command line given as one text, words between blanks; `said` gets the complaint. */
static bool parse(const char *line)
{
    char *words = dhs_printf(arena, "dhgen %s", line);
    char *argv[32];
    int argc = 0;

    for (char *word = strtok(words, " "); word; word = strtok(NULL, " "))
        argv[argc++] = word;
    memset(said, 0, sizeof said);
    FILE *errors = fmemopen(said, sizeof said - 1, "w");
    bool ok = options_parse(arena, argc, argv, &options, errors);
    fclose(errors);
    return ok;
}

START_TEST(a_file_alone_is_built_as_c_here)
{
    ck_assert(parse("imu.dhs"));
    ck_assert_str_eq(options.verb->name, "build");
    ck_assert_str_eq(options.out_dir, ".");
    ck_assert_str_eq(options.language, "c");
    ck_assert_uint_eq(options.operands.n, 1);
    ck_assert_str_eq(options.operands.items[0], "imu.dhs");
    ck_assert_int_eq(options.diagnostics, DIAGNOSTICS_AUTO);
}
END_TEST

START_TEST(options_take_their_values_from_the_same_or_the_next_word)
{
    ck_assert(parse("build --out=a/b --lang json -Ix -I y --depfile d --channel c "
                    "--diagnostics=rich --werror --dump model a.dhs - b.dhs"));
    ck_assert_str_eq(options.out_dir, "a/b");
    ck_assert_str_eq(options.language, "json");
    ck_assert_uint_eq(options.import_dirs.n, 2);
    ck_assert_str_eq(options.import_dirs.items[0], "x");
    ck_assert_str_eq(options.import_dirs.items[1], "y");
    ck_assert_str_eq(options.depfile, "d");
    ck_assert_str_eq(options.channel, "c");
    ck_assert_int_eq(options.diagnostics, DIAGNOSTICS_RICH);
    ck_assert_int_eq(options.dump, DUMP_MODEL);
    ck_assert(options.werror);
    ck_assert_uint_eq(options.operands.n, 3);
    ck_assert_str_eq(options.operands.items[1], "-");
}
END_TEST

START_TEST(behind_two_dashes_everything_is_a_file)
{
    ck_assert(parse("hash -- --werror"));
    ck_assert_str_eq(options.verb->name, "hash");
    ck_assert(!options.werror);
    ck_assert_str_eq(options.operands.items[0], "--werror");
}
END_TEST

static const struct {
    const char *line;
    const char *complaint;
} WRONG[] = {
    { "", "dhgen: which schema? Give a file, or '-' for standard input." },
    { "canon", "dhgen: which schema? Give a file, or '-' for standard input." },
    { "biuld a.dhs", "dhgen: there is no verb 'biuld'; did you mean 'build'?" },
    { "qwertz a.dhs", "dhgen: there is no verb 'qwertz'\n" },
    { "--ot x a.dhs", "dhgen: there is no option '--ot'; did you mean '--out'?" },
    { "--depfil=x a.dhs", "dhgen: there is no option '--depfil'; did you mean '--depfile'?" },
    { "a.dhs --out", "dhgen: DIR is missing behind '--out'" },
    { "a.dhs --out=", "dhgen: DIR is missing behind '--out'" },
    { "a.dhs -I", "dhgen: DIR is missing behind '-I'" },
    { "--werror=1 a.dhs", "dhgen: no value is expected by '--werror'" },
    { "--dump modle a.dhs", "dhgen: --dump does not know 'modle'; did you mean 'model'?" },
    { "--lang jsno a.dhs",
      "dhgen: there are no templates for the language 'jsno'; did you mean 'json'?" },
};

START_TEST(what_is_not_understood_is_named_with_what_was_perhaps_meant)
{
    ck_assert(!parse(WRONG[_i].line));
    ck_assert_msg(strncmp(said, WRONG[_i].complaint, strlen(WRONG[_i].complaint)) == 0,
                  "%s\nexpected: %s\n    said: %s", WRONG[_i].line, WRONG[_i].complaint, said);
}
END_TEST

START_TEST(help_names_every_verb_option_and_language)
{
    char text[8192] = { 0 };
    FILE *out = fmemopen(text, sizeof text - 1, "w");
    static const char *const WORDS[] = {
        "build",    "layout",          "canon",  "hash",      "explain",          "--out DIR",
        "--lang",   "--template FILE", "-I DIR", "--depfile", "--channel",        "--diagnostics",
        "--werror", "--dump",          "--help", "--version", "Languages: c json"
    };

    options_print_help(arena, out);
    fclose(out);
    for (size_t i = 0; i < sizeof WORDS / sizeof WORDS[0]; i++)
        ck_assert_msg(strstr(text, WORDS[i]) != NULL, "%s is missing in:\n%s", WORDS[i], text);
    for (const char *line = text; line; line = strchr(line, '\n') ? strchr(line, '\n') + 1 : NULL)
        ck_assert_msg(strcspn(line, "\n") <= 100, "too wide: %s", line);
}
END_TEST

START_TEST(help_and_version_need_no_file)
{
    ck_assert(parse("--help"));
    ck_assert(options.help);
    ck_assert(parse("--version"));
    ck_assert(options.version);
    ck_assert(parse("explain"));
    ck_assert_str_eq(options.verb->name, "explain");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("options");
    TCase *tests = tcase_create("options");

    tcase_add_checked_fixture(tests, make_arena, free_arena);
    tcase_add_test(tests, a_file_alone_is_built_as_c_here);
    tcase_add_test(tests, options_take_their_values_from_the_same_or_the_next_word);
    tcase_add_test(tests, behind_two_dashes_everything_is_a_file);
    tcase_add_loop_test(tests, what_is_not_understood_is_named_with_what_was_perhaps_meant, 0,
                        sizeof WRONG / sizeof WRONG[0]);
    tcase_add_test(tests, help_names_every_verb_option_and_language);
    tcase_add_test(tests, help_and_version_need_no_file);
    suite_add_tcase(suite, tests);

    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
