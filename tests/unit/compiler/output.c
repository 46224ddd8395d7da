/* SPDX-License-Identifier: Apache-2.0 */
/* Files are written all together or not at all; and what make is told about them. */
#include <check.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "depfile.h"
#include "output.h"

static struct dhs_arena *arena;
static char folder[] = "/tmp/dhgen-output-XXXXXX";

static void make_folder(void)
{
    strcpy(folder + sizeof folder - 7, "XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
    arena = dhs_arena_new();
}

static void remove_folder(void)
{
    DIR *dir = opendir(folder);
    const struct dirent *entry;

    while ((entry = readdir(dir)))
        unlinkat(dirfd(dir), entry->d_name, 0);
    closedir(dir);
    rmdir(folder);
    dhs_arena_free(arena);
}

static const char *in_folder(const char *name)
{
    return dhs_printf(arena, "%s/%s", folder, name);
}

static void add(struct outputs *outputs, const char *path, const char *content)
{
    struct text text = text_new(arena);

    text_add_string(&text, content);
    outputs_add(outputs, path, text);
}

static const char *content_of(const char *path)
{
    struct text text = text_new(arena);
    FILE *file = fopen(path, "rb");
    int c;

    if (!file) return NULL;
    while ((c = fgetc(file)) != EOF)
        text_add_char(&text, (char)c);
    fclose(file);
    return text_string(&text);
}

static unsigned n_files(void)
{
    DIR *dir = opendir(folder);
    unsigned n = 0;

    while (readdir(dir))
        n++;
    closedir(dir);
    return n - 2; /* . and .. */
}

START_TEST(all_files_are_written_with_the_usual_permissions)
{
    struct outputs outputs = outputs_new(arena);
    struct stat facts;

    umask(022);
    add(&outputs, in_folder("a"), "first\n");
    add(&outputs, in_folder("b"), "");
    ck_assert_int_eq(outputs_commit(&outputs).failure, OUTPUT_OK);
    ck_assert_str_eq(content_of(in_folder("a")), "first\n");
    ck_assert_str_eq(content_of(in_folder("b")), "");
    ck_assert_int_eq(stat(in_folder("a"), &facts), 0);
    ck_assert_uint_eq(facts.st_mode & 0777, 0644);
    ck_assert_uint_eq(n_files(), 2);
}
END_TEST

START_TEST(a_file_that_would_not_change_keeps_its_date)
{
    struct timespec old[2] = { { 1000, 5 }, { 1000, 5 } };
    struct outputs outputs = outputs_new(arena);
    struct stat facts;

    for (int round = 0; round < 2; round++) {
        outputs = outputs_new(arena);
        add(&outputs, in_folder("same"), "same");
        add(&outputs, in_folder("longer"), round == 0 ? "x" : "xy");
        add(&outputs, in_folder("shorter"), round == 0 ? "xy" : "x");
        ck_assert_int_eq(outputs_commit(&outputs).failure, OUTPUT_OK);
        if (round > 0) break;
        ck_assert_int_eq(utimensat(AT_FDCWD, in_folder("same"), old, 0), 0);
    }
    ck_assert_int_eq(stat(in_folder("same"), &facts), 0);
    ck_assert_int_eq(facts.st_mtim.tv_sec, 1000);
    ck_assert_str_eq(content_of(in_folder("longer")), "xy");
    ck_assert_str_eq(content_of(in_folder("shorter")), "x");
}
END_TEST

START_TEST(if_one_file_cannot_be_created_none_changes)
{
    struct outputs outputs = outputs_new(arena);
    struct output_error error;

    add(&outputs, in_folder("a"), "old");
    ck_assert_int_eq(outputs_commit(&outputs).failure, OUTPUT_OK);
    outputs = outputs_new(arena);
    add(&outputs, in_folder("a"), "new");
    add(&outputs, in_folder("no/such/folder"), "new");
    error = outputs_commit(&outputs);
    ck_assert_int_eq(error.failure, OUTPUT_CANNOT_CREATE);
    ck_assert_int_eq(error.system_error, ENOENT);
    ck_assert_str_eq(error.path, in_folder("no/such/folder"));
    ck_assert_str_eq(content_of(in_folder("a")), "old");
    ck_assert_uint_eq(n_files(), 1);
}
END_TEST

START_TEST(a_place_taken_by_a_folder_is_refused_and_nothing_is_left_behind)
{
    struct outputs outputs = outputs_new(arena);

    ck_assert_int_eq(mkdir(in_folder("taken"), 0700), 0);
    add(&outputs, in_folder("taken"), "text");
    ck_assert_int_eq(outputs_commit(&outputs).failure, OUTPUT_CANNOT_CREATE);
    ck_assert_uint_eq(n_files(), 1);
    ck_assert_int_eq(rmdir(in_folder("taken")), 0);
}
END_TEST

/* A file size limit fails a write midway, as a full disk does. */
START_TEST(if_the_disk_fills_up_midway_none_changes)
{
    struct outputs outputs = outputs_new(arena);
    struct rlimit before;
    struct rlimit small;
    struct output_error error;
    char *big = dhs_alloc(arena, 20001);

    memset(big, 'x', 20000);
    add(&outputs, in_folder("small"), "new");
    add(&outputs, in_folder("big"), big);
    signal(SIGXFSZ, SIG_IGN);
    ck_assert_int_eq(getrlimit(RLIMIT_FSIZE, &before), 0);
    small = before;
    small.rlim_cur = 8192;
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &small), 0);
    error = outputs_commit(&outputs);
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &before), 0);
    ck_assert_int_eq(error.failure, OUTPUT_CANNOT_WRITE);
    ck_assert_int_eq(error.system_error, EFBIG);
    ck_assert_str_eq(error.path, in_folder("big"));
    ck_assert_uint_eq(n_files(), 0);
}
END_TEST

/* As root, a rename would put a file where /dev/null was. */
START_TEST(a_pipe_or_device_is_written_to_and_never_replaced)
{
    struct outputs outputs = outputs_new(arena);
    char got[8] = { 0 };
    struct stat facts;

    ck_assert_int_eq(mkfifo(in_folder("pipe"), 0600), 0);
    int reader = open(in_folder("pipe"), O_RDONLY | O_NONBLOCK);
    ck_assert_int_ge(reader, 0);
    add(&outputs, in_folder("pipe"), "text");
    ck_assert_int_eq(outputs_commit(&outputs).failure, OUTPUT_OK);
    ck_assert_int_eq(read(reader, got, sizeof got), 4);
    ck_assert_str_eq(got, "text");
    close(reader);
    ck_assert_int_eq(stat(in_folder("pipe"), &facts), 0);
    ck_assert(S_ISFIFO(facts.st_mode));
    ck_assert_uint_eq(n_files(), 1);
}
END_TEST

START_TEST(what_is_laid_down_takes_its_place_with_the_others)
{
    struct outputs outputs = outputs_new(arena);

    add(&outputs, in_folder("a"), "at once");
    outputs_lay_down(&outputs);
    ck_assert_uint_eq(outputs.last->content.length, 0);
    ck_assert_ptr_null(content_of(in_folder("a")));
    ck_assert_uint_eq(n_files(), 1);
    add(&outputs, in_folder("b"), "later");
    ck_assert_int_eq(outputs_commit(&outputs).failure, OUTPUT_OK);
    ck_assert_str_eq(content_of(in_folder("a")), "at once");
    ck_assert_str_eq(content_of(in_folder("b")), "later");
    ck_assert_uint_eq(n_files(), 2);
}
END_TEST

START_TEST(what_is_laid_down_goes_when_something_else_failed)
{
    struct outputs outputs = outputs_new(arena);

    add(&outputs, in_folder("inner/a"), "new");
    outputs.last->folder = in_folder("inner");
    outputs_lay_down(&outputs);
    add(&outputs, in_folder("b"), "new");
    outputs_lay_down(&outputs);
    ck_assert_uint_eq(n_files(), 2);
    outputs_discard(&outputs);
    ck_assert_uint_eq(n_files(), 0);
}
END_TEST

static void put(struct outputs *outputs, const char *path, const char *content)
{
    add(outputs, path, "");
    if (outputs_begin(outputs)) output_put(outputs->last, content, strlen(content));
    output_end(outputs->last);
}

START_TEST(a_file_is_only_asked_for_where_its_folder_may_have_it)
{
    const char *prefix = in_folder("");
    struct listing empty = listing_of(arena, prefix, "", 64);
    struct outputs outputs = outputs_new(arena);

    ck_assert(empty.is_whole);
    ck_assert(!listing_of(arena, in_folder("no/such/folder/"), "", 64).is_whole);
    ck_assert(listing_lacks(&empty, in_folder("a")));
    ck_assert(!listing_lacks(&empty, in_folder("inner/a")));
    outputs.listing = &empty;
    put(&outputs, in_folder("a"), "old");
    ck_assert_int_eq(outputs_commit(&outputs).failure, OUTPUT_OK);
    ck_assert_str_eq(content_of(in_folder("a")), "old");

    struct listing one = listing_of(arena, prefix, "", 64);
    struct listing others = listing_of(arena, prefix, ".lock", 64);
    outputs = outputs_new(arena);
    outputs.listing = &one;
    ck_assert(listing_lacks(&others, in_folder("a.lock")));
    put(&outputs, in_folder("b.LOCK"), "");
    ck_assert_int_eq(outputs_commit(&outputs).failure, OUTPUT_OK);
    others = listing_of(arena, prefix, ".lock", 64);
    ck_assert(!listing_lacks(&others, in_folder("b.lock")));
    ck_assert_int_eq(unlink(in_folder("b.LOCK")), 0);
    outputs = outputs_new(arena);
    outputs.listing = &one;
    ck_assert(!listing_lacks(&one, in_folder("A")));
    add(&outputs, in_folder("a"), "");
    ck_assert(!outputs_begin(&outputs)); /* it is to be compared */
    outputs = outputs_new(arena);
    outputs.listing = &empty; /* what came since then is replaced as a whole */
    put(&outputs, in_folder("a"), "new");
    ck_assert_int_eq(outputs_commit(&outputs).failure, OUTPUT_OK);
    ck_assert_str_eq(content_of(in_folder("a")), "new");
    ck_assert_int_eq(unlink(in_folder("a")), 0);
}
END_TEST

START_TEST(a_folder_of_many_files_is_not_read_to_its_end)
{
    enum { MANY = 100 };
    struct outputs outputs = outputs_new(arena);

    for (int i = 0; i < MANY; i++)
        add(&outputs, in_folder(dhs_printf(arena, "%d", i)), "");
    ck_assert_int_eq(outputs_commit(&outputs).failure, OUTPUT_OK);
    ck_assert(!listing_of(arena, in_folder(""), "", 64).is_whole);
    ck_assert(!listing_of(arena, in_folder(""), "", 1000).is_whole); /* too many names */
    ck_assert(!listing_of(arena, in_folder(""), ".lock", 64).is_whole);
    ck_assert(listing_of(arena, in_folder(""), ".lock", 1000).is_whole);
    ck_assert(!listing_of(arena, in_folder(""), ".lock", 0).is_whole); /* nothing was looked at */
    for (int i = 0; i < MANY; i++)
        ck_assert_int_eq(unlink(in_folder(dhs_printf(arena, "%d", i))), 0);
}
END_TEST

START_TEST(what_comes_piece_by_piece_is_the_same_where_nothing_lies_yet)
{
    struct outputs outputs = outputs_new(arena);

    add(&outputs, in_folder("inner/a"), "");
    outputs.last->folder = in_folder("inner");
    ck_assert(outputs_begin(&outputs));
    output_put(outputs.last, "piece ", 6);
    output_put(outputs.last, "by piece", 8);
    output_end(outputs.last);
    ck_assert_ptr_null(content_of(in_folder("inner/a")));
    ck_assert_int_eq(outputs_commit(&outputs).failure, OUTPUT_OK);
    ck_assert_str_eq(content_of(in_folder("inner/a")), "piece by piece");

    outputs = outputs_new(arena);
    add(&outputs, in_folder("inner/a"), "");
    ck_assert(!outputs_begin(&outputs)); /* it is to be compared */
    add(&outputs, in_folder("no/such/folder"), "");
    ck_assert(outputs_begin(&outputs));
    output_put(outputs.last, "nowhere", 7);
    output_end(outputs.last);
    ck_assert_int_eq(outputs_commit(&outputs).system_error, ENOENT);
    ck_assert_str_eq(content_of(in_folder("inner/a")), "piece by piece");
    ck_assert_int_eq(unlink(in_folder("inner/a")), 0);
    ck_assert_int_eq(rmdir(in_folder("inner")), 0);
}
END_TEST

START_TEST(what_cannot_be_laid_down_is_told_with_the_others_and_none_changes)
{
    struct outputs outputs = outputs_new(arena);

    add(&outputs, in_folder("a"), "new");
    outputs_lay_down(&outputs);
    add(&outputs, in_folder("no/such/folder"), "new");
    outputs_lay_down(&outputs);
    struct output_error error = outputs_commit(&outputs);
    ck_assert_int_eq(error.failure, OUTPUT_CANNOT_CREATE);
    ck_assert_int_eq(error.system_error, ENOENT);
    ck_assert_str_eq(error.path, in_folder("no/such/folder"));
    ck_assert_uint_eq(n_files(), 0);
}
END_TEST

static struct outputs outputs_into_new(const char *name)
{
    struct outputs outputs = outputs_new(arena);

    outputs.stage = stage_new(arena, in_folder(name), outputs.process);
    return outputs;
}

START_TEST(a_new_folder_takes_its_name_when_all_is_in_it)
{
    struct outputs outputs = outputs_into_new("new/of/it");

    ck_assert_ptr_nonnull(outputs.stage);
    add(&outputs, in_folder("new/of/it/a"), "first");
    outputs_lay_down(&outputs);
    put(&outputs, in_folder("new/of/it/inner/b"), "second");
    add(&outputs, in_folder("c"), "outside");
    ck_assert_uint_eq(n_files(), 1);
    ck_assert_ptr_null(content_of(in_folder("new/of/it/a")));
    ck_assert_int_eq(outputs_commit(&outputs).failure, OUTPUT_OK);
    ck_assert_uint_eq(n_files(), 2);
    ck_assert_str_eq(content_of(in_folder("new/of/it/a")), "first");
    ck_assert_str_eq(content_of(in_folder("new/of/it/inner/b")), "second");
    ck_assert_int_eq(unlink(in_folder("new/of/it/a")), 0);
    ck_assert_int_eq(unlink(in_folder("new/of/it/inner/b")), 0);
    ck_assert_int_eq(rmdir(in_folder("new/of/it/inner")), 0);
    ck_assert_ptr_null(stage_new(arena, in_folder("new/of/it"), 1));
    ck_assert_ptr_null(stage_new(arena, in_folder("new/no/../of"), 1));
    ck_assert_int_eq(rmdir(in_folder("new/of/it")), 0);
    ck_assert_int_eq(rmdir(in_folder("new/of")), 0);
    ck_assert_int_eq(rmdir(in_folder("new")), 0);
}
END_TEST

START_TEST(a_new_folder_that_somebody_made_meanwhile_is_joined)
{
    struct outputs outputs = outputs_into_new("new");
    struct outputs empty = outputs_into_new("empty");

    put(&outputs, in_folder("new/inner/a"), "ours");
    put(&outputs, in_folder("new/b"), "ours");
    put(&empty, in_folder("empty/a"), "ours");
    ck_assert_int_eq(mkdir(in_folder("new"), 0700), 0);
    ck_assert_int_eq(mkdir(in_folder("empty"), 0700), 0);
    close(creat(in_folder("new/b"), 0600));
    close(creat(in_folder("new/theirs"), 0600));
    ck_assert_int_eq(outputs_commit(&outputs).failure, OUTPUT_OK);
    ck_assert_int_eq(outputs_commit(&empty).failure, OUTPUT_OK);
    ck_assert_uint_eq(n_files(), 2);
    ck_assert_str_eq(content_of(in_folder("empty/a")), "ours");
    ck_assert_str_eq(content_of(in_folder("new/inner/a")), "ours");
    ck_assert_str_eq(content_of(in_folder("new/b")), "ours");
    ck_assert_str_eq(content_of(in_folder("new/theirs")), "");
    ck_assert_int_eq(unlink(in_folder("empty/a")), 0);
    ck_assert_int_eq(rmdir(in_folder("empty")), 0);
    ck_assert_int_eq(unlink(in_folder("new/inner/a")), 0);
    ck_assert_int_eq(rmdir(in_folder("new/inner")), 0);
    ck_assert_int_eq(unlink(in_folder("new/b")), 0);
    ck_assert_int_eq(unlink(in_folder("new/theirs")), 0);
    ck_assert_int_eq(rmdir(in_folder("new")), 0);
}
END_TEST

START_TEST(what_takes_the_name_of_a_new_folder_meanwhile_is_told_and_nothing_is_left)
{
    struct outputs outputs = outputs_into_new("new");

    put(&outputs, in_folder("new/inner/a"), "ours");
    close(creat(in_folder("new"), 0600));
    struct output_error error = outputs_commit(&outputs);
    ck_assert_int_eq(error.failure, OUTPUT_CANNOT_CREATE);
    ck_assert_int_eq(error.system_error, ENOTDIR);
    ck_assert_str_eq(error.path, in_folder("new/inner/a"));
    ck_assert_uint_eq(n_files(), 1);
    ck_assert_str_eq(content_of(in_folder("new")), "");
}
END_TEST

/* Two schemas of one run would both be written there; a run of the same number died here before. */
START_TEST(of_two_outputs_of_one_name_the_one_that_stays_is_in_the_new_folder)
{
    struct outputs outputs = outputs_into_new("new");
    struct outputs other = outputs_new(arena);
    const char *left = in_folder(dhs_printf(arena, "new.%d-0", outputs.process));

    ck_assert_int_eq(mkdir(left, 0700), 0);
    other.stage = outputs.stage;
    put(&other, in_folder("new/a"), "goes");
    put(&outputs, in_folder("new/a"), "stays");
    output_discard(other.last);
    ck_assert_int_eq(outputs_commit(&outputs).failure, OUTPUT_OK);
    ck_assert_uint_eq(n_files(), 2);
    ck_assert_str_eq(content_of(in_folder("new/a")), "stays");
    ck_assert_int_eq(rmdir(left), 0);
    ck_assert_int_eq(unlink(in_folder("new/a")), 0);
    ck_assert_int_eq(rmdir(in_folder("new")), 0);
}
END_TEST

START_TEST(outputs_are_compared_wherever_their_content_is)
{
    struct outputs there = outputs_new(arena);
    struct outputs outputs = outputs_new(arena);
    struct output *of[4];

    add(&there, in_folder("a"), "same");
    ck_assert_int_eq(outputs_commit(&there).failure, OUTPUT_OK);
    for (size_t i = 0; i < 4; i++) {
        add(&outputs, in_folder("a"), i < 3 ? "same" : "else");
        if (i > 0) outputs_lay_down(&outputs);
        of[i] = outputs.last;
    }
    ck_assert(output_is_same(of[0], of[1]));
    ck_assert(output_is_same(of[2], of[1]));
    ck_assert(!output_is_same(of[0], of[3]));
    ck_assert(!output_is_same(of[3], of[2]));
    outputs_discard(&outputs);
    ck_assert_uint_eq(n_files(), 1);
}
END_TEST

START_TEST(an_output_is_found_among_many_by_its_path)
{
    struct outputs outputs = outputs_new(arena);

    ck_assert_ptr_null(outputs_find(&outputs, "0"));
    for (unsigned i = 0; i < 1000; i++)
        add(&outputs, dhs_printf(arena, "%u", i), "");
    for (unsigned i = 0; i < 1000; i++) {
        const char *path = dhs_printf(arena, "%u", i);
        ck_assert_str_eq(outputs_find(&outputs, path)->path, path);
    }
    ck_assert_ptr_null(outputs_find(&outputs, "1000"));
}
END_TEST

START_TEST(a_depfile_names_each_dependency_once_and_escapes_what_make_misreads)
{
    struct outputs outputs = outputs_new(arena);
    struct dependencies dependencies = { .arena = arena };

    add(&outputs, "out/a b.h", "");
    add(&outputs, "out/c.c", "");
    dependencies_add(&dependencies, "in#1.dhs");
    dependencies_add(&dependencies, "$x.dhs");
    dependencies_add(&dependencies, "in#1.dhs");
    struct text text = depfile_text(&outputs, &dependencies);
    ck_assert_str_eq(text_string(&text), "out/a\\ b.h \\\n"
                                         "out/c.c: \\\n"
                                         "  in\\#1.dhs \\\n"
                                         "  $$x.dhs\n");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("output");
    TCase *tests = tcase_create("output");

    tcase_add_checked_fixture(tests, make_folder, remove_folder);
    tcase_add_test(tests, all_files_are_written_with_the_usual_permissions);
    tcase_add_test(tests, a_file_that_would_not_change_keeps_its_date);
    tcase_add_test(tests, if_one_file_cannot_be_created_none_changes);
    tcase_add_test(tests, a_place_taken_by_a_folder_is_refused_and_nothing_is_left_behind);
    tcase_add_test(tests, if_the_disk_fills_up_midway_none_changes);
    tcase_add_test(tests, a_pipe_or_device_is_written_to_and_never_replaced);
    tcase_add_test(tests, what_is_laid_down_takes_its_place_with_the_others);
    tcase_add_test(tests, what_is_laid_down_goes_when_something_else_failed);
    tcase_add_test(tests, a_file_is_only_asked_for_where_its_folder_may_have_it);
    tcase_add_test(tests, a_folder_of_many_files_is_not_read_to_its_end);
    tcase_add_test(tests, what_comes_piece_by_piece_is_the_same_where_nothing_lies_yet);
    tcase_add_test(tests, what_cannot_be_laid_down_is_told_with_the_others_and_none_changes);
    tcase_add_test(tests, a_new_folder_takes_its_name_when_all_is_in_it);
    tcase_add_test(tests, a_new_folder_that_somebody_made_meanwhile_is_joined);
    tcase_add_test(tests,
                   what_takes_the_name_of_a_new_folder_meanwhile_is_told_and_nothing_is_left);
    tcase_add_test(tests, of_two_outputs_of_one_name_the_one_that_stays_is_in_the_new_folder);
    tcase_add_test(tests, outputs_are_compared_wherever_their_content_is);
    tcase_add_test(tests, an_output_is_found_among_many_by_its_path);
    tcase_add_test(tests, a_depfile_names_each_dependency_once_and_escapes_what_make_misreads);
    suite_add_tcase(suite, tests);

    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
