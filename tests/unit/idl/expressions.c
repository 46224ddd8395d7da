/* SPDX-License-Identifier: Apache-2.0 */
#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compile_text.h"

struct row {
    const char *type;
    const char *expression;
    const char *value; /* as printed; or the code of the error */
};

/* Declared before each expression. */
static const char prelude[] =
    "package t;\n"
    "const THREE: u32 = 3;\n"
    "const BIG: u64 = 18446744073709551615;\n"
    "const HALF: f64 = 0.5;\n"
    "enum Mode : i8 { idle = 0, moving = -2, THREE = 7 }\n"
    "flags Fault : u16 { gyro = 0, mag = 2, top = 15 }\n"
    "struct S { const INSIDE: u16 = 9; enum E : u8 { one = 1, z = 0 } x: u8; }\n";

static const struct row rows[] = {
    { "u32", "2 + 3 * 4", "14" },
    { "u32", "(2 + 3) * 4", "20" },
    { "i32", "2 - 3 - 4", "-5" },
    { "u32", "100 / 5 / 2", "10" },
    { "u32", "1 << 2 + 1", "8" }, /* C: + binds tighter than << */
    { "u32", "1 | 6 & 2", "3" },  /* & tighter than | */
    { "u32", "7 & 3 << 1", "6" },
    { "i32", "-7 % 4", "-3" },
    { "i32", "- - 5", "5" },
    { "u8", "~0", "255" },
    { "i8", "~0", "-1" },
    { "u16", "~0xff", "65280" },
    { "u32", "~~5", "5" },
    { "u32", "0x10 + 0b11 + 0o7", "26" },
    { "u32", "1_000_000", "1000000" },
    { "u8", "'A'", "65" },
    { "u8", "'\\xff'", "255" },
    { "u64", "BIG", "18446744073709551615" },
    { "u64", "BIG - 1", "18446744073709551614" },
    { "i64", "-9223372036854775808", "-9223372036854775808" },
    { "u32", "THREE * 2", "6" },
    { "u32", "t.THREE", "3" },
    { "u32", "S.INSIDE", "9" },
    { "u32", "t.S.INSIDE", "9" },
    { "u8", "S.E.one", "1" },
    { "i8", "Mode.moving", "-2" },
    { "Mode", "moving", "moving" },
    { "Mode", "THREE", "THREE" }, /* the enum's own values come first */
    { "Mode", "Mode.idle", "idle" },
    { "Fault", "gyro | mag", "5" },
    { "Fault", "Fault.top", "32768" },
    { "Fault", "0", "0" },
    { "Fault", "~gyro & (gyro | mag)", "4" },
    { "bool", "true", "true" },
    { "f64", "1.5", "1.5" },
    { "f64", "HALF + 1", "1.5" },
    { "f64", "3", "3" },
    { "f64", "-inf", "-inf" },
    { "f32", "nan", "nan" },
    { "f64", "1e-7", "1e-07" },
    { "f64", "1_0.2_5", "10.25" },
    { "u32", "1 +", "DH0201" },
    { "u32", "THREEE", "DH0305" },
    { "u32", "4294967296", "DH0314" },
    { "u32", "1.0", "DH0315" },
    { "u32", "7 / 2", "DH0312" },
    { "u32", "7 % 0", "DH0313" },
    { "u64", "BIG + 1", "DH0311" },
    { "u64", "BIG * BIG", "DH0311" },
    { "u32", "1.5 & 1", "DH0310" },
    { "u32", "S", "DH0306" },
    { "u32", "X", "DH0308" },
    { "Mode", "0", "DH0315" },
    { "Mode", "Fault.gyro", "DH0315" },
    { "Fault", "2", "DH0314" },
    { "bool", "1", "DH0315" },
    { "f32", "1e39", "DH0314" },
    { "string<4>", "\"x\"", "DH0315" },
};

static void spell(char text[64], const struct dhs_value *value)
{
    if (value->kind == DHS_VALUE_BOOL)
        snprintf(text, 64, "%s", value->boolean ? "true" : "false");
    else if (value->kind == DHS_VALUE_REAL)
        snprintf(text, 64, "%g", value->real);
    else if (value->kind == DHS_VALUE_ENUMERATOR)
        snprintf(text, 64, "%s", value->enumerator->declaration.name);
    else
        snprintf(text, 64, "%s%llu", value->negative ? "-" : "",
                 (unsigned long long)value->magnitude);
}

START_TEST(expressions_have_exact_values_or_a_code)
{
    const struct row *row = &rows[_i];
    char text[1024], got[64];
    snprintf(text, sizeof text, "%sconst X: %s = %s;\n", prelude, row->type, row->expression);
    struct compiled c = compile_text(text);
    if (!c.program) {
        snprintf(got, sizeof got, "%s", compiled_first_code(&c));
    } else {
        const struct dhs_constant *x = NULL;
        for (size_t i = 0; i < c.file->n_constants; i++)
            if (strcmp(c.file->constants[i]->declaration.name, "X") == 0) x = c.file->constants[i];
        ck_assert_ptr_nonnull(x);
        spell(got, &x->value);
    }
    ck_assert_msg(strcmp(got, row->value) == 0, "%s = %s: got %s, not %s", row->type,
                  row->expression, got, row->value);
    compiled_free(&c);
}
END_TEST

START_TEST(since_is_read_as_two_integers)
{
    char text[4096] = "package t; struct S { a: u8;";
    for (int i = 1; i <= 10; i++) {
        size_t at = strlen(text);
        snprintf(text + at, sizeof text - at, " f%d: u8 @since(1.%d);", i, i);
    }
    strcat(text, "} channel c version 1 { slot: S; slots: 1; full: wait; }");
    struct compiled c = compile_text(text);
    ck_assert_ptr_nonnull(c.program);
    ck_assert_uint_eq(c.file->structs[0]->fields[10].since_minor, 10); /* not 1 */
    ck_assert_uint_eq(c.file->channels[0]->newest_minor, 10);
    compiled_free(&c);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("idl/expressions");
    TCase *all = tcase_create("all");
    tcase_add_loop_test(all, expressions_have_exact_values_or_a_code, 0,
                        sizeof rows / sizeof rows[0]);
    tcase_add_test(all, since_is_read_as_two_integers);
    suite_add_tcase(suite, all);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
