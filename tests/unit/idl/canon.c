/* SPDX-License-Identifier: Apache-2.0 */
#include <check.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compile_text.h"

static const char *const vectors[] = { "e1", "e2", "e3", "e4a", "e4b", "e5", "e6", "e7a", "e7b" };
enum { N_VECTORS = sizeof vectors / sizeof vectors[0] };

static char *read_file(const char *name, size_t *length)
{
    char path[1024], *text = NULL;
    snprintf(path, sizeof path, "%s/%s", DHS_VECTORS, name);
    FILE *file = fopen(path, "rb"), *copy = open_memstream(&text, length);
    ck_assert_msg(file != NULL, "%s is missing", path);
    for (int c; (c = fgetc(file)) != EOF;)
        fputc(c, copy);
    fclose(copy);
    fclose(file);
    return text;
}

static struct compiled compile_vector(const char *name)
{
    char path[1024];
    struct compiled c = { dhs_arena_new(), NULL, NULL, NULL };
    snprintf(path, sizeof path, "%s/%s.dhs", DHS_VECTORS, name);
    c.diag = dhs_diag_new(c.arena);
    c.program = dhs_compile(c.arena, path, NULL, c.diag);
    ck_assert_msg(c.program != NULL, "%s does not compile", name);
    c.file = c.program->files[0];
    return c;
}

static void spell_hash(const uint8_t *hash, char hex[2 * DHS_HASH_BYTES + 1])
{
    sodium_bin2hex(hex, 2 * DHS_HASH_BYTES + 1, hash, DHS_HASH_BYTES);
}

START_TEST(every_vector_is_written_to_the_byte)
{
    char name[64];
    size_t length = 0;
    snprintf(name, sizeof name, "%s.canon", vectors[_i]);
    char *wanted = read_file(name, &length);
    struct compiled c = compile_vector(vectors[_i]);
    struct dhs_text got = c.file->channels[0]->canonical;
    ck_assert_msg(got.length == length && memcmp(got.data, wanted, length) == 0, "%s differs:\n%s",
                  name, got.data);
    free(wanted);
    compiled_free(&c);
}
END_TEST

START_TEST(every_vector_has_its_published_hash)
{
    char line[128], hex[2 * DHS_HASH_BYTES + 1];
    size_t length = 0;
    char *hashes = read_file("HASHES", &length);
    struct compiled c = compile_vector(vectors[_i]);
    spell_hash(c.file->channels[0]->hash, hex);
    snprintf(line, sizeof line, "%s  %s.canon", hex, vectors[_i]);
    ck_assert_msg(strstr(hashes, line) != NULL, "%s is not in HASHES", line);
    free(hashes);
    compiled_free(&c);
}
END_TEST

/* As the design says it: head, root line and sections, cut out of the text by hand. */
START_TEST(lineage_is_the_hash_of_a_prefix)
{
    struct compiled c = compile_vector("e4b");
    const struct dhs_channel *channel = c.file->channels[0];
    const char *text = channel->canonical.data;
    const char *ends[] = { strstr(text, "minor 1"), strstr(text, "minor 2"),
                           strstr(text, "meaning") };
    ck_assert_uint_eq(channel->roots[0].n_minors, 3);
    for (size_t i = 0; i < 3; i++) {
        uint8_t hash[DHS_HASH_BYTES];
        crypto_generichash(hash, sizeof hash, (const unsigned char *)text,
                           (unsigned long long)(ends[i] - text), NULL, 0);
        ck_assert_mem_eq(hash, channel->roots[0].minors[i].lineage, sizeof hash);
    }
    compiled_free(&c);
}
END_TEST

START_TEST(lineage_survives_growth)
{
    static const char *const pairs[][2] = { { "e4a", "e4b" }, { "e7a", "e7b" } };
    for (size_t i = 0; i < 2; i++) {
        struct compiled old = compile_vector(pairs[i][0]), new = compile_vector(pairs[i][1]);
        const struct dhs_channel *a = old.file->channels[0], *b = new.file->channels[0];
        ck_assert_mem_eq(a->roots[0].minors[0].lineage, b->roots[0].minors[0].lineage,
                         DHS_HASH_BYTES);
        ck_assert_mem_ne(a->hash, b->hash, DHS_HASH_BYTES);
        compiled_free(&old);
        compiled_free(&new);
    }
}
END_TEST

#define CHANNEL "channel c version 1 { slot: S; slots: 1; full: wait; }\n"

struct pair {
    const char *why;
    const char *left;
    const char *right;
    bool same;
};

static const struct pair pairs[] = {
    { "names of types and constants are not in it",
      "const N: u32 = 2; struct P { x: u8; } struct S { p: P[N]; }",
      "struct Q { x: u8; } struct S { p: Q[2]; }", true },
    { "an alias is what it names", "alias V = f32 @unit(\"V\"); struct S { v: V; }",
      "struct S { v: f32 @unit(\"V\"); }", true },
    { "an alias of rows is a matrix", "alias Row = f32[3]; struct S { m: Row[2]; }",
      "struct S { m: f32[2][3]; }", true },
    { "docs and labels are not in it", "/// Doc.\nstruct S { x: u8 @label(\"l\") @x.y(1) = 3; }",
      "struct S { x: u8; }", true },
    { "order of attributes is nothing",
      "struct S { x: u64 @unit(\"ns\") @clock(tai) @range(0, _); }",
      "struct S { x: u64 @range(0, _) @clock(tai) @unit(\"ns\"); }", true },
    { "a unit on the whole is one on its parts",
      "struct P { x: f32; y: f32; } struct S { p: P @unit(\"m\"); }",
      "struct P { x: f32 @unit(\"m\"); y: f32 @unit(\"m\"); } struct S { p: P; }", true },
    { "a renamed field keeps its first name", "struct S { b: u8 @was(\"a\"); }",
      "struct S { a: u8; }", true },
    { "the last @was is the oldest", "struct S { c: u8 @was(\"b\", \"a\"); }",
      "struct S { a: u8; }", true },
    { "numbers have one spelling", "struct S { x: f32 @range(-1, 160) @scale(0.5); }",
      "struct S { x: f32 @range(-1.0, 1.6e2) @scale(5e-1, 0.0); }", true },
    { "a whole bound of a scaled integer has one spelling",
      "struct S { x: i32 @scale(1e-7) @range(-90, 90.5); }",
      "struct S { x: i32 @scale(1e-7) @range(-90.0, 9.05e1); }", true },
    { "a fractional bound matters", "struct S { x: u8 @scale(0.5) @range(0.5, 90); }",
      "struct S { x: u8 @scale(0.5) @range(0, 90); }", false },
    { "1 and 1.0 do not contradict",
      "alias A = f32 @range(-1, 1); struct S { x: A @range(-1.0, 1.0); }",
      "struct S { x: f32 @range(-1, 1); }", true },
    { "order of enumerators is nothing", "enum E : u8 { a = 0, b = 1 } struct S { e: E; }",
      "enum E : u8 { b = 1, a = 0 } struct S { e: E; }", true },
    { "a unit matters", "struct S { x: f32 @unit(\"m\"); }", "struct S { x: f32; }", false },
    { "order of fields matters", "struct S { x: u8; y: u8; }", "struct S { y: u8; x: u8; }",
      false },
    { "closed is not open", "enum E : u8 { a = 0 } struct S { e: E; }",
      "enum E : u8 @open { a = 0 } struct S { e: E; }", false },
    { "fixed text is not bytes", "struct S { x: char[4]; }", "struct S { x: u8[4]; }", false },
};

START_TEST(equal_meaning_is_equal_text)
{
    const struct pair *pair = &pairs[_i];
    char left[1024], right[1024];
    snprintf(left, sizeof left, "package t;\n%s\n" CHANNEL, pair->left);
    snprintf(right, sizeof right, "package t;\n%s\n" CHANNEL, pair->right);
    struct compiled a = compile_text(left), b = compile_text(right);
    ck_assert_msg(a.program && b.program, "%s: does not compile", pair->why);
    const char *x = a.file->channels[0]->canonical.data, *y = b.file->channels[0]->canonical.data;
    ck_assert_msg((strcmp(x, y) == 0) == pair->same, "%s:\n%s\n%s", pair->why, x, y);
    compiled_free(&a);
    compiled_free(&b);
}
END_TEST

struct line {
    const char *body;
    const char *line;
};

/* Lines that the vectors do not show. */
static const struct line lines[] = {
    { "struct S { x: char[4][8]; }", "0 char[8][4] x\n" },
    { "struct S { x: list<list<u8, 2>, 3>; }", "0 list<3,8> x\n4 list<2,1> x[]\n8 u8 x[][]\n" },
    { "struct S { x: f32?[3]; }", "0 array<8>[3] x\n0 opt<4> x[]\n0 f32 x[]?\n" },
    { "struct S { x: f32[3]?; }", "0 opt<12> x\n0 f32[3] x?\n" },
    { "union U : u16 { a = 3; b: u64 = 0; } struct S { u: U; }",
      "0 union<u16,16> u\n8 case<0> u.b\n8 u64 u.b\n8 case<3> u.a\n" },
    { "enum E : i8 { a = -1, z = 0, m = -1 } struct S { e: E[2]; }",
      "enum slot e i8 closed a=-1 m=-1 z=0\n" },
    { "enum E : u8 { a = 0, none = 9 } struct S { e: E @invalid(none); }",
      "invalid slot e none\n" },
    { "struct S { t: string<4> @invalid(\"-\"); }", "invalid slot t \"-\"\n" },
    { "struct S { x: f32[3] @invalid(first nan); }", "invalid slot x first nan\n" },
    { "struct S { x: f32 @range(-inf, -0.0); }", "range slot x -inf 0e+00\n" },
    { "struct S { x: f64 @range(0.1, 123456789.125); }", "range slot x 1e-01 1.23456789125e+08\n" },
    { "struct S { x: u64 @range(0, 18446744073709551615); }",
      "range slot x 0 18446744073709551615\n" },
    { "struct S { x: i32 @scale(1e-7) @range(-90, 90); }", "scale slot x 1e-07 0e+00\n" },
    { "struct S { x: i32 @scale(1e-7) @range(-90, 90); }", "range slot x -90 90\n" },
    { "struct S { x: i32 @scale(1e-7) @range(-90.0, 90.25); }", "range slot x -90 9.025e+01\n" },
    { "struct S { x: i16 @scale(0.1, -40) @range(-40.5, _); }", "range slot x -4.05e+01 _\n" },
    { "struct S { x: u8 @scale(0.25) @range(-0.0, 63.75); }", "range slot x 0 6.375e+01\n" },
    { "struct S { x: u64 @scale(1e6) @range(0, 1e22); }", "range slot x 0 1e+22\n" },
    { "struct S { x: i16 @scale(-1) @range(-32767, 32768); }", "range slot x -32767 32768\n" },
    { "struct S { x: f32 @unit(\"\\x01\\x7f\\n\xc2\xb0\"); }",
      "unit slot x \"\\x01\\x7f\\x0a\xc2\xb0\"\n" },
    { "struct S { t: u64 @unit(\"ns\") @clock(user(\"ptp0\")); }", "clock slot t ptp0\n" },
    { "struct S { x: u8 @deprecated(\"gone\"); }", "deprecated slot x\n" },
    { "struct S @align(16) { x: u8; }", "minor 0 size 16\n" },
};

START_TEST(lines_are_spelled_as_the_rules_say)
{
    char text[1024];
    snprintf(text, sizeof text, "package t;\n%s\n" CHANNEL, lines[_i].body);
    struct compiled c = compile_text(text);
    ck_assert_msg(c.program != NULL, "%s: does not compile", lines[_i].body);
    const char *got = c.file->channels[0]->canonical.data;
    ck_assert_msg(strstr(got, lines[_i].line) != NULL, "%s:\n%s", lines[_i].body, got);
    compiled_free(&c);
}
END_TEST

START_TEST(shipped_schemas_compile)
{
    static const char *const names[] = { "broker.dhs", "dh/geometry.dhs" };
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        char path[1024];
        snprintf(path, sizeof path, "%s/%s", DHS_STD, names[i]);
        struct dhs_arena *arena = dhs_arena_new();
        struct dhs_diag *diag = dhs_diag_new(arena);
        ck_assert_msg(dhs_compile(arena, path, NULL, diag) != NULL, "%s", names[i]);
        ck_assert_uint_eq(dhs_diag_warnings(diag), 0);
        dhs_arena_free(arena);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("idl/canon");
    TCase *all = tcase_create("all");
    tcase_add_loop_test(all, every_vector_is_written_to_the_byte, 0, N_VECTORS);
    tcase_add_loop_test(all, every_vector_has_its_published_hash, 0, N_VECTORS);
    tcase_add_test(all, lineage_is_the_hash_of_a_prefix);
    tcase_add_test(all, lineage_survives_growth);
    tcase_add_loop_test(all, equal_meaning_is_equal_text, 0, sizeof pairs / sizeof pairs[0]);
    tcase_add_loop_test(all, lines_are_spelled_as_the_rules_say, 0, sizeof lines / sizeof lines[0]);
    tcase_add_test(all, shipped_schemas_compile);
    suite_add_tcase(suite, all);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
