/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Random schemas: each compiles to the same text twice, the reader of canonical text takes it, its
 * layout keeps every promise, and what is cut or changed at random ends in a model or in a
 * diagnostic.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "canon_read.h"
#include "compile_text.h"

enum { ROUNDS = 300, BROKEN_ROUNDS = 1500 };

/* xorshift: the same schemas on every machine. */
static uint32_t state;

static uint32_t any(uint32_t below)
{
    state ^= state << 13;
    state ^= state >> 17;
    state ^= state << 5;
    return state % below;
}

static void write_type(FILE *out, unsigned depth, unsigned structs)
{
    static const char *const scalars[] = { "bool", "i8",  "i16", "i32", "i64", "u8",
                                           "u16",  "u32", "u64", "f16", "f32", "f64" };
    switch (depth ? any(10) : any(5)) {
    case 0: fprintf(out, "char[%u]", any(9) + 1); break;
    case 1: fprintf(out, "string<%u>", any(20) + 1); break;
    case 2: fprintf(out, "bytes<%u>", any(20) + 1); break;
    case 3: fprintf(out, "%s", any(2) ? "E" : "F"); break;
    case 5:
        fputs("list<", out);
        write_type(out, depth - 1, structs);
        fprintf(out, ", %u>", any(4) + 1);
        break;
    case 6:
        write_type(out, depth - 1, structs);
        fprintf(out, "[%u]", any(4) + 1);
        break;
    case 7: fprintf(out, "%s[%u]?", scalars[any(12)], any(3) + 1); break;
    case 8: fputs("U", out); break;
    case 9:
        if (structs) {
            fprintf(out, "S%u", any(structs));
            break;
        }
        /* fall through */
    default: fputs(scalars[any(12)], out); break;
    }
}

static void write_struct(FILE *out, unsigned number, bool grows)
{
    unsigned n = any(7) + 1;
    fprintf(out, "struct S%u ", number);
    if (grows && any(2)) fprintf(out, "@reserve(%u) ", any(40) + 1);
    fputs("{\n", out);
    for (unsigned i = 0; i < n; i++) {
        fprintf(out, "    f%u: ", i);
        write_type(out, 2, grows ? number : any(number + 1));
        if (any(8) == 0) fputs(" @cacheline", out);
        if (any(8) == 0) fputs(" @deprecated", out);
        fputs(";\n", out);
    }
    for (unsigned minor = 1; grows && minor <= any(5); minor++) {
        fprintf(out, "    m%u: ", minor);
        write_type(out, 1, number);
        fprintf(out, " @since(1.%u);\n", minor);
    }
    fputs("}\n", out);
}

static char *random_schema(uint32_t seed)
{
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);
    state = seed * 2654435761u + 1;
    unsigned n = any(5) + 1;
    fputs("package t;\nenum E : u16 @open { a = 1, z = 0 }\nflags F : u8 { p = 0, q = 7 }\n"
          "union U : u8 { none = 0; n: f64 = 1; t: string<3> = 2; e: E = 3; }\n",
          out);
    for (unsigned i = 0; i < n; i++)
        write_struct(out, i, i + 1 == n);
    fprintf(out, "channel c version 1 { slot: S%u; zone z: S0z; slots: 4; full: wait; }\n", n - 1);
    fputs("struct S0z { x: atomic<u64>; y: u8 @cacheline; }\n", out);
    fclose(out);
    return text;
}

/* Fields are aligned, ordered and apart; sizes hold them; minors only grow. */
static void check_struct(const struct dhs_struct *s, const char *schema)
{
    uint64_t end = 0;
    for (size_t i = 0; i < s->n_fields; i++) {
        const struct dhs_field *field = &s->fields[i];
        ck_assert_msg(field->offset % field->align == 0, "unaligned\n%s", schema);
        ck_assert_msg(field->offset >= end, "overlap\n%s", schema);
        ck_assert_msg(field->align >= field->type->align, "weak\n%s", schema);
        ck_assert_msg(s->align % field->align == 0, "struct weaker than field\n%s", schema);
        ck_assert_uint_eq(field->size % field->type->align, 0);
        end = field->offset + field->size;
    }
    ck_assert_uint_eq(s->size % s->align, 0);
    ck_assert_uint_ge(s->size, end);
    for (size_t i = 1; i < s->n_minors; i++) {
        ck_assert_uint_gt(s->minors[i].minor, s->minors[i - 1].minor);
        ck_assert_uint_ge(s->minors[i].size, s->minors[i - 1].size);
    }
    for (size_t i = 0; i < s->n_fields; i++) { /* tail padding of an older minor stays unused */
        uint32_t minor = s->fields[i].since_minor;
        for (size_t k = 0; k < s->n_minors && s->minors[k].minor < minor; k++)
            ck_assert_msg(s->fields[i].offset >= s->minors[k].size ||
                              s->fields[i].offset + s->fields[i].size <= s->minors[k].end,
                          "field in tail padding\n%s", schema);
    }
}

/* The reader was written from the same rules by someone else: it takes what we write. */
static void check_readable(struct dhs_text text, const char *schema)
{
    struct dhc_trouble trouble;
    struct dhc_text *tree = dhc_read(text.data, text.length, &trouble);
    ck_assert_msg(tree != NULL, "line %u: %s\n%s\n%s", trouble.line, trouble.what, text.data,
                  schema);
    dhc_free(tree);
}

START_TEST(random_schemas_are_laid_out_soundly_and_written_the_same_twice)
{
    for (uint32_t seed = 1; seed <= ROUNDS; seed++) {
        char *schema = random_schema(seed);
        struct compiled a = compile_text(schema), b = compile_text(schema);
        char *report = compiled_report(&a, DHS_FORMAT_SHORT, false);
        ck_assert_msg(a.program && b.program, "%s\n%s", report, schema);
        struct dhs_text x = a.file->channels[0]->canonical, y = b.file->channels[0]->canonical;
        ck_assert_msg(x.length == y.length && memcmp(x.data, y.data, x.length) == 0, "%s", schema);
        ck_assert_mem_eq(a.file->channels[0]->hash, b.file->channels[0]->hash, DHS_HASH_BYTES);
        check_readable(x, schema);
        for (size_t i = 0; i < a.file->n_structs; i++)
            check_struct(a.file->structs[i], schema);
        free(report);
        free(schema);
        compiled_free(&a);
        compiled_free(&b);
    }
}
END_TEST

START_TEST(broken_schemas_end_in_a_model_or_a_diagnostic)
{
    for (uint32_t seed = 1; seed <= BROKEN_ROUNDS; seed++) {
        static const char noise[] = "{}[]()<>;:,.@=?_+-*/%&|~\"'\\0a\xff\n";
        char *schema = random_schema(seed % 50 + 1);
        size_t length = strlen(schema);
        state = seed;
        for (unsigned i = 0; i <= any(3); i++)
            schema[any((uint32_t)length)] = noise[any(sizeof noise - 1)];
        if (any(4) == 0) schema[any((uint32_t)length)] = 0;
        struct compiled c = compile_text(schema);
        char *report = compiled_report(&c, DHS_FORMAT_RICH, true);
        ck_assert_msg((c.program == NULL) == (dhs_diag_errors(c.diag) > 0), "%s", schema);
        free(report);
        free(schema);
        compiled_free(&c);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("idl/properties");
    TCase *all = tcase_create("all");
    tcase_set_timeout(all, 100);
    tcase_add_test(all, random_schemas_are_laid_out_soundly_and_written_the_same_twice);
    tcase_add_test(all, broken_schemas_end_in_a_model_or_a_diagnostic);
    suite_add_tcase(suite, all);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
