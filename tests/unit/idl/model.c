/* SPDX-License-Identifier: Apache-2.0 */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "compile_text.h"

START_TEST(every_keyword_may_name_a_field)
{
    struct compiled c = compile_text(
        "package package.import as as;\n"
        "struct struct { const: u8; enum: u8; flags: u8; struct: u8; union: u8; channel: u8;\n"
        "    package: u8; import: u8; alias: u8; as: u8; version: u8; slot: u8; zone: u8;\n"
        "    shared: u8; spinlocks: u8; list: u8; string: u8; bytes: u8; atomic: u8; service: u8;\n"
        "    first: u8; u8: u8; f32: u8; }\n"
        "channel version version 1 { slot: struct; zone shared: struct shared spinlocks 2;\n"
        "    zone zone: struct; slots: 1; full: wait; }\n");
    ck_assert_msg(c.program != NULL, "%s", compiled_report(&c, DHS_FORMAT_RICH, false));
    ck_assert_uint_eq(c.file->structs[0]->n_fields, 23);
    ck_assert_str_eq(c.file->prefix, "as");
    ck_assert_uint_eq(c.file->channels[0]->n_roots, 3);
    compiled_free(&c);
}
END_TEST

START_TEST(declarations_may_stand_in_any_order)
{
    struct compiled c = compile_text("package t;\n"
                                     "struct A { b: B[N]; e: E = two; }\n"
                                     "struct B { u: U; v: V; }\n"
                                     "union U : u8 { x: C = 1; }\n"
                                     "alias V = f32[N];\n"
                                     "struct C { x: u8; }\n"
                                     "const N: u32 = M;\n"
                                     "const M: u32 = 2;\n"
                                     "enum E : u8 { one = 0, two = N }\n");
    ck_assert_ptr_nonnull(c.program);
    const char *const order[] = { "M", "N", "C", "U", "B", "E", "A" };
    ck_assert_uint_eq(c.file->n_order, 7);
    for (size_t i = 0; i < 7; i++) {
        const struct dhs_order *step = &c.file->order[i];
        const struct dhs_declaration *d =
            step->kind == DHS_ORDER_CONSTANT ? &step->constant->declaration
            : step->kind == DHS_ORDER_ENUM   ? &step->enumeration->declaration
            : step->kind == DHS_ORDER_STRUCT ? &step->structure->declaration
                                             : &step->onion->declaration;
        ck_assert_str_eq(d->name, order[i]);
    }
    ck_assert_str_eq(c.file->structs[0]->declaration.name, "A");
    ck_assert_str_eq(c.file->structs[0]->fields[1].initial.enumerator->declaration.name, "two");
    compiled_free(&c);
}
END_TEST

START_TEST(docs_and_lines_reach_the_model)
{
    struct compiled c = compile_text("/// Of the file.\n"
                                     "package t;\n"
                                     "\n"
                                     "/// First line.\n"
                                     "///   Indented.\n"
                                     "/// Last.   \n"
                                     "struct S {\n"
                                     "    /// A field.\n"
                                     "    x: u8;\n"
                                     "    y: u8 @doc(\"By attribute.\");\n"
                                     "    const K: u8 = 1;\n"
                                     "}\n");
    ck_assert_ptr_nonnull(c.program);
    const struct dhs_struct *s = c.file->structs[0];
    ck_assert_str_eq(c.file->docs, "Of the file.");
    ck_assert_str_eq(s->declaration.docs, "First line.\n  Indented.\nLast.");
    ck_assert_uint_eq(s->declaration.line, 7);
    ck_assert_str_eq(s->fields[0].declaration.docs, "A field.");
    ck_assert_str_eq(s->fields[1].declaration.docs, "By attribute.");
    ck_assert_uint_eq(s->fields[1].declaration.line, 10);
    ck_assert_ptr_eq(c.file->constants[0]->declaration.outer, s);
    compiled_free(&c);
}
END_TEST

START_TEST(attributes_of_aliases_join_those_of_fields)
{
    struct compiled c =
        compile_text("package t;\n"
                     "alias Volts = f32 @unit(\"V\");\n"
                     "alias Pair = Volts[2] @range(0, 5);\n"
                     "struct S { a: Pair[3] @label(\"cells\") @x.note(1, two); }\n");
    ck_assert_ptr_nonnull(c.program);
    const struct dhs_field *a = &c.file->structs[0]->fields[0];
    ck_assert_str_eq(a->declaration.attributes->unit.data, "V");
    ck_assert_str_eq(a->declaration.attributes->label.data, "cells");
    ck_assert(a->declaration.attributes->has_range);
    ck_assert_int_eq(a->type->kind, DHS_TYPE_ARRAY);
    ck_assert_uint_eq(a->type->n_dims, 2);
    ck_assert_uint_eq(a->type->dims[0], 3);
    ck_assert_uint_eq(a->type->dims[1], 2);
    ck_assert_uint_eq(a->declaration.attributes->n_user, 1);
    ck_assert_str_eq(a->declaration.attributes->user[0].name, "x.note");
    ck_assert_str_eq(a->declaration.attributes->user[0].values[1].text.data, "two");
    compiled_free(&c);
}
END_TEST

START_TEST(a_channel_carries_its_policy_and_roots)
{
    struct compiled c =
        compile_text("package t;\n"
                     "struct S { x: u8; y: u32 @since(3.1); }\n"
                     "struct Z { n: atomic<u32>; }\n"
                     "channel c version 3 { slot: S; zone b: Z shared spinlocks 4;\n"
                     "    zone a: Z @since(3.2); slots: 8; full: overwrite;\n"
                     "    checksum: enforced; consumers: 3; }\n"
                     "channel d version 1 { slot: none; slots: 1; full: wait; }\n"
                     "alias Once = S; alias Twice = Once;\n"
                     "channel e version 3 { slot: Twice; slots: 1; full: wait; }\n");
    ck_assert_ptr_nonnull(c.program);
    const struct dhs_channel *channel = c.file->channels[0];
    ck_assert_str_eq(channel->family, "t/c 3");
    ck_assert_uint_eq(channel->n_slots, 8);
    ck_assert_int_eq(channel->full, DHS_FULL_OVERWRITE);
    ck_assert_int_eq(channel->checksum, DHS_CHECKSUM_ENFORCED);
    ck_assert_uint_eq(channel->max_consumers, 3);
    ck_assert_uint_eq(channel->newest_minor, 2);
    ck_assert_uint_eq(channel->n_roots, 3);
    ck_assert_str_eq(channel->roots[1].wire_name, "a");
    ck_assert_uint_eq(channel->roots[1].minors[0].minor, 2);
    ck_assert_uint_eq(channel->roots[2].spinlocks, 4);
    ck_assert(channel->roots[2].shared);
    ck_assert_uint_eq(channel->roots[0].n_minors, 2);
    ck_assert_uint_eq(channel->roots[0].minors[0].size, 1);
    ck_assert_uint_eq(channel->roots[0].minors[1].size, 8);
    ck_assert_uint_eq(channel->roots[0].stride, 64);
    ck_assert_ptr_eq(c.file->channels[2]->roots[0].structure, c.file->structs[0]);
    ck_assert_ptr_null(c.file->channels[1]->roots[0].structure);
    ck_assert_uint_eq(c.file->channels[1]->roots[0].stride, 0);
    compiled_free(&c);
}
END_TEST

START_TEST(one_slip_costs_one_diagnostic)
{
    static const char *const texts[] = {
        "package t; struct S { a: Nope; } struct T { s: S; t: S[4]; u: list<S, 2>; }",
        "package t; const N: u32 = ; struct S { a: u8[N]; b: u8[N + 1]; }",
        "package t; strct S { a: u8; } struct T { s: S; }",
        "package t; enum E : u8 { a = 300 } struct S { e: E = a; f: E[2]; }",
        "package t; struct S @size(99) { a: u8 b u8; }",
        "package t; struct S { a: Nope; b: u8 @offset(77); }",
        "package t; struct S { x: u8 @unit(\"m ; y: u8; }\nstruct T { z: u8; }",
        "package t; const A: u32 = 1 / 0; const B: u32 = A; const C: u32 = B + A;",
        "package t; import \"none.dhs\"; struct S { a: none.A; b: none.B; }",
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct compiled c = compile_text(texts[i]);
        char *report = compiled_report(&c, DHS_FORMAT_SHORT, false);
        ck_assert_ptr_null(c.program);
        ck_assert_msg(dhs_diag_errors(c.diag) == 1, "%s\n%s", texts[i], report);
        free(report);
        compiled_free(&c);
    }
}
END_TEST

START_TEST(any_input_ends_in_a_diagnostic)
{
    static const char *const pieces[] = { "(",  "[",  "{",        "<",  "list<", "-", "~",
                                          "1+", "a.", "u8?",      "@a", "@a(",   ";", "}",
                                          "\"", "/*", "struct S", ",",  "zone ", "_", "\xff",
                                          "'",  "0x", "1.",       ":",  "=",     "&", "///\n" };
    enum { REPEATS = 20000 };
    char *text = malloc(REPEATS * 16 + 100);
    for (size_t i = 0; i < sizeof pieces / sizeof pieces[0]; i++) {
        for (int where = 0; where < 3; where++) {
            static const char *const starts[] = { "", "package a; const X: u8 = ",
                                                  "package a; struct S { x: " };
            char *end = stpcpy(text, starts[where]);
            for (size_t k = 0; k < REPEATS; k++)
                end = stpcpy(end, pieces[i]);
            struct compiled c = compile_text(text);
            ck_assert_msg(c.program == NULL && dhs_diag_errors(c.diag) > 0, "%s * %d", pieces[i],
                          REPEATS);
            compiled_free(&c);
        }
    }
    free(text);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("idl/model");
    TCase *all = tcase_create("all");
    tcase_set_timeout(all, 60);
    tcase_add_test(all, every_keyword_may_name_a_field);
    tcase_add_test(all, declarations_may_stand_in_any_order);
    tcase_add_test(all, docs_and_lines_reach_the_model);
    tcase_add_test(all, attributes_of_aliases_join_those_of_fields);
    tcase_add_test(all, a_channel_carries_its_policy_and_roots);
    tcase_add_test(all, one_slip_costs_one_diagnostic);
    tcase_add_test(all, any_input_ends_in_a_diagnostic);
    suite_add_tcase(suite, all);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
