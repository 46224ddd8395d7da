/* SPDX-License-Identifier: Apache-2.0 */
/* Reserved words of an output language: which names they bend, and which they leave alone. */
#include "words.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

static const char LIST[] = "# what the language keeps for itself\n"
                           "\n"
                           "while # a loop\n"
                           "class\r\n"
                           "  struct\tProducer  # ours\n"
                           "zone open";

START_TEST(a_reserved_name_gets_an_underscore_and_others_stay)
{
    static const struct {
        const char *kind;
        const char *name;
        const char *spelled;
    } ROWS[] = {
        { "field", "class", "class_" },  /* a word for all kinds */
        { "struct", "class", "class_" }, /* also where some words are of its kind */
        { "field", "while", "while_" },  /* the comment behind it is none */
        { "field", "loop", "loop" },     /* nor are its words */
        { "field", "Class", "Class" },   /* case counts */
        { "struct", "Producer", "Producer_" },
        { "field", "Producer", "Producer" }, /* reserved for structs only */
        { "zone", "open", "open_" },         /* the last line needs no end */
        { "zone", "zone", "zone" },          /* a kind alone is no word */
        { "field", "struct", "struct" },
    };
    struct dhs_arena *arena = dhs_arena_new();
    const struct words *words = words_read(arena, LIST, sizeof LIST - 1);

    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
        ck_assert_str_eq(words_spell(arena, words, ROWS[i].kind, ROWS[i].name), ROWS[i].spelled);
        ck_assert_int_eq(words_has(words, ROWS[i].kind, ROWS[i].name),
                         strcmp(ROWS[i].name, ROWS[i].spelled) != 0);
    }
    dhs_arena_free(arena);
}
END_TEST

START_TEST(no_list_and_an_empty_list_reserve_nothing)
{
    struct dhs_arena *arena = dhs_arena_new();
    char name[400];

    memset(name, 'a', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    ck_assert_str_eq(words_spell(arena, NULL, "field", "class"), "class");
    ck_assert_str_eq(words_spell(arena, words_read(arena, "", 0), "field", "class"), "class");
    ck_assert_str_eq(words_spell(arena, words_read(arena, LIST, sizeof LIST - 1), "field", name),
                     name);
    dhs_arena_free(arena);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("words");
    TCase *tests = tcase_create("reserved");

    tcase_add_test(tests, a_reserved_name_gets_an_underscore_and_others_stay);
    tcase_add_test(tests, no_list_and_an_empty_list_reserve_nothing);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
