/* SPDX-License-Identifier: Apache-2.0 */
/* The layout that the language computes is the one that the C compiler gives the same struct. */
#include <check.h>
#include <stdalign.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "compile_text.h"

struct point {
    double x;
    float y;
};

struct val {
    uint8_t tag;
    union {
        double num;
        struct {
            uint32_t length;
            char text[6];
        } text;
        struct point pt;
    } as;
};

struct varied {
    bool ok;
    int8_t i8;
    int16_t i16;
    uint8_t odd[3];
    int32_t i32;
    uint8_t one;
    int64_t i64;
    uint16_t f16;
    float f32;
    double f64;
    char name[5];
    char names[4][3];
    struct {
        uint32_t length;
        char text[8];
    } string;
    struct {
        uint32_t length;
        uint8_t data[6];
    } bytes;
    struct {
        uint32_t count;
        struct point items[3];
    } points;
    struct {
        uint32_t count;
        uint8_t items[5];
    } small;
    struct {
        double value;
        uint8_t present;
    } maybe;
    struct {
        float value[3];
        uint8_t present;
    } maybe_all;
    struct {
        float value;
        uint8_t present;
    } each[3];
    struct val val;
    struct val vals[2];
    uint16_t matrix[2][3][5];
    struct point grid[2][2];
    alignas(32) uint8_t aligned;
    uint8_t after;
    alignas(64) uint8_t line;
    uint8_t last;
};

static const char schema[] =
    "package t;\n"
    "struct Point { x: f64; y: f32; }\n"
    "union Val : u8 { num: f64 = 1; text: string<5> = 2; pt: Point = 3; none = 0; }\n"
    "struct Varied { ok: bool; i8: i8; i16: i16; odd: u8[3]; i32: i32; one: u8; i64: i64;\n"
    "  f16: f16; f32: f32; f64: f64; name: char[5]; names: char[4][3]; string: string<7>;\n"
    "  bytes: bytes<6>; points: list<Point, 3>; small: list<u8, 5>; maybe: f64?;\n"
    "  maybe_all: f32[3]?; each: f32?[3]; val: Val; vals: Val[2]; matrix: u16[2][3][5];\n"
    "  grid: Point[2][2]; aligned: u8 @align(32); after: u8; line: u8 @cacheline; last: u8; }\n";

struct expected {
    const char *name;
    size_t offset;
    size_t size;
};

#define FIELD(name)                                                             \
    {                                                                           \
#name, offsetof(struct varied, name), sizeof((struct varied){ 0 }.name) \
    }

static const struct expected expected[] = {
    FIELD(ok),     FIELD(i8),    FIELD(i16),    FIELD(odd),    FIELD(i32),   FIELD(one),
    FIELD(i64),    FIELD(f16),   FIELD(f32),    FIELD(f64),    FIELD(name),  FIELD(names),
    FIELD(string), FIELD(bytes), FIELD(points), FIELD(small),  FIELD(maybe), FIELD(maybe_all),
    FIELD(each),   FIELD(val),   FIELD(vals),   FIELD(matrix), FIELD(grid),  FIELD(aligned),
    FIELD(after),  FIELD(line),  FIELD(last),
};

START_TEST(offsets_and_sizes_are_the_compilers)
{
    struct compiled c = compile_text(schema);
    ck_assert_ptr_nonnull(c.program);
    const struct dhs_struct *s = c.file->structs[1];
    ck_assert_uint_eq(s->n_fields, sizeof expected / sizeof expected[0]);
    for (size_t i = 0; i < s->n_fields; i++) {
        const struct dhs_field *field = &s->fields[i];
        ck_assert_str_eq(field->declaration.name, expected[i].name);
        ck_assert_msg(field->offset == expected[i].offset && field->size == expected[i].size,
                      "%s: %llu + %llu, compiler %zu + %zu", expected[i].name,
                      (unsigned long long)field->offset, (unsigned long long)field->size,
                      expected[i].offset, expected[i].size);
    }
    ck_assert_uint_eq(s->size, sizeof(struct varied));
    ck_assert_uint_eq(s->align, alignof(struct varied));
    ck_assert_uint_eq(c.file->unions[0]->arms_offset, offsetof(struct val, as));
    ck_assert_uint_eq(c.file->unions[0]->size, sizeof(struct val));
    compiled_free(&c);
}
END_TEST

struct minors_row {
    const char *why;
    const char *body; /* of struct S */
    const char *attributes;
    uint64_t offsets[6];
    uint64_t sizes[4]; /* by minor, up to 0 */
};

static const struct minors_row minors_rows[] = {
    { "no minors", "a: u32; b: u8;", "", { 0, 4 }, { 8 } },
    { "tail padding stays unused",
      "a: u32; b: u8; c: u8 @since(1.1);",
      "",
      { 0, 4, 8 },
      { 8, 12 } },
    { "within a minor fields pack",
      "a: u32; b: u8; c: u8 @since(1.1); d: u8 @since(1.1);",
      "",
      { 0, 4, 8, 9 },
      { 8, 12 } },
    { "a size sees nothing later", "a: u32; b: u64 @since(1.1);", "", { 0, 8 }, { 4, 16 } },
    { "growth goes into the reserve",
      "a: u32; b: u16 @since(1.1); c: u32 @since(1.2);",
      "@reserve(12)",
      { 0, 4, 8 },
      { 16, 16, 16 } },
    { "what does not fit goes behind",
      "a: u32; b: u64 @since(1.1); c: u64 @since(1.2);",
      "@reserve(12)",
      { 0, 8, 16 },
      { 16, 16, 24 } },
    { "behind stays behind",
      "a: u32; b: u64[2] @since(1.1); c: u8 @since(1.2);",
      "@reserve(12)",
      { 0, 16, 32 },
      { 16, 32, 40 } },
    { "the reserve ends where it ends",
      "a: u8; b: u8[13] @since(1.1);",
      "@reserve(12)",
      { 0, 16 },
      { 16, 32 } },
    { "a struct's own alignment counts", "a: u8;", "@align(16)", { 0 }, { 16 } },
};

START_TEST(minors_never_reuse_what_older_ones_have)
{
    const struct minors_row *row = &minors_rows[_i];
    char text[1024];
    snprintf(text, sizeof text, "package t; struct S %s { %s }", row->attributes, row->body);
    struct compiled c = compile_text(text);
    ck_assert_msg(c.program != NULL, "%s", row->why);
    const struct dhs_struct *s = c.file->structs[0];
    for (size_t i = 0; i < s->n_fields; i++)
        ck_assert_msg(s->fields[i].offset == row->offsets[i], "%s: field %zu at %llu", row->why, i,
                      (unsigned long long)s->fields[i].offset);
    for (size_t i = 0; i < s->n_minors; i++)
        ck_assert_msg(s->minors[i].size == row->sizes[i], "%s: minor %zu has %llu", row->why, i,
                      (unsigned long long)s->minors[i].size);
    compiled_free(&c);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("idl/layout");
    TCase *all = tcase_create("all");
    tcase_add_test(all, offsets_and_sizes_are_the_compilers);
    tcase_add_loop_test(all, minors_never_reuse_what_older_ones_have, 0,
                        sizeof minors_rows / sizeof minors_rows[0]);
    suite_add_tcase(suite, all);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
