/* SPDX-License-Identifier: Apache-2.0 */
/* The command line: what is understood, and what is said where it is not. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "help.h"
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
    { "fmt a.dhs --force", "dhgen: fmt takes no '--force'; that option belongs to lock\n"
                           "Try 'dhgen help fmt'.\n" },
    { "--json check a.dhs", "dhgen: check takes no '--json'; that option belongs to layout" },
    { "a.dhs --fix", "dhgen: build takes no '--fix'; that option belongs to fmt\n"
                     "Try 'dhgen --help'.\n" },
    { "explain --out x", "dhgen: explain takes no '--out'; that option belongs to build, import" },
    { "fmt --chek a.dhs", "dhgen: there is no option '--chek'; did you mean '--check'?\n"
                          "Try 'dhgen help fmt'.\n" },
    { "lock --forec a.dhs", "dhgen: there is no option '--forec'; did you mean '--force'?" },
    { "fmt --jsn a.dhs", "dhgen: there is no option '--jsn'; did you mean '--json'?" },
    { "fmt", "dhgen: which schema? Give a file, or '-' for standard input.\n"
             "Try 'dhgen help fmt'.\n" },
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

static void check_width(const char *text)
{
    for (const char *line = text; line; line = strchr(line, '\n') ? strchr(line, '\n') + 1 : NULL)
        ck_assert_msg(strcspn(line, "\n") <= 80, "too wide: %.*s", (int)strcspn(line, "\n"), line);
}

START_TEST(help_names_every_verb_and_language)
{
    struct text text = help_of_all(arena);
    const struct verb *verb;

    for (size_t i = 0; (verb = verb_at(i)); i++)
        ck_assert_msg(strstr(text.data, dhs_printf(arena, "\n  %s ", verb->name)) != NULL,
                      "%s is missing in:\n%s", verb->name, text.data);
    ck_assert_ptr_nonnull(strstr(text.data, "Languages: c, "));
    ck_assert_ptr_nonnull(strstr(text.data, "\n  --diagnostics FORM "));
    check_width(text.data);
}
END_TEST

START_TEST(the_page_of_a_verb_has_its_options_and_no_others)
{
    const struct verb *verb = verb_at((size_t)_i);
    struct text text = help_of_verb(arena, verb);
    const struct option *option;

    for (size_t i = 0; (option = option_at(i)); i++) {
        const char *line = dhs_printf(arena, "\n  %s ", option->name);
        ck_assert_msg((strstr(text.data, line) != NULL) == ((option->verbs & verb_bit(verb)) != 0),
                      "%s in:\n%s", option->name, text.data);
    }
    check_width(text.data);
}
END_TEST

START_TEST(the_page_of_a_verb_says_what_it_does_shows_it_and_lists_how_it_ends)
{
    const struct verb *verb = verb_at((size_t)_i);
    struct text text = help_of_verb(arena, verb);

    ck_assert_msg(strstr(text.data, "\nExamples:\n  dhgen ") != NULL,
                  "has '%s' a USAGE in usage.def?\n%s", verb->name, text.data);
    ck_assert_msg(strstr(text.data, "\nExit status:\n   0  ") != NULL, "%s", text.data);
    ck_assert_msg(strstr(text.data, "\n  64  ") != NULL, "%s", text.data);
}
END_TEST

START_TEST(help_and_version_need_no_file)
{
    ck_assert(parse("--help"));
    ck_assert(options.help && !options.verb_given);
    ck_assert(parse("fmt -h"));
    ck_assert(options.help && options.verb_given);
    ck_assert_str_eq(options.verb->name, "fmt");
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
    tcase_add_test(tests, help_names_every_verb_and_language);
    tcase_add_loop_test(tests, the_page_of_a_verb_has_its_options_and_no_others, 0, N_VERBS);
    tcase_add_loop_test(tests, the_page_of_a_verb_says_what_it_does_shows_it_and_lists_how_it_ends,
                        0, N_VERBS);
    tcase_add_test(tests, help_and_version_need_no_file);
    suite_add_tcase(suite, tests);

    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
