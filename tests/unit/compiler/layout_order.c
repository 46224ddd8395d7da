/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The order that `dhgen layout` offers: a permutation, never larger than what was declared, as
 * large as dhgen says when the struct is written that way, and for few fields the least of all
 * orders. DH_LAYOUT_ROUNDS asks for more random structs than a build does.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compile_text.h"
#include "layout_order.h"

enum { ROUNDS = 250, MAX_FIELDS = 24, FEW = 7 };

static uint32_t state; /* xorshift: the same structs on every machine */

static uint32_t any(uint32_t below)
{
    state ^= state << 13;
    state ^= state >> 17;
    state ^= state << 5;
    return state % below;
}

/* A struct as text: each field without its name, so that any order can be written. */
struct written {
    size_t n;
    size_t n_first; /* fields of 1.0 */
    bool has_boundaries;
    bool has_reserve;
    char head[64];
    char types[MAX_FIELDS][80];
};

static const char *any_type(char *out, size_t size)
{
    static const char *const PLAIN[] = { "u8",  "u16",  "u32", "u64", "f32",
                                         "f64", "bool", "Odd", "Line" };

    switch (any(6)) {
    case 0: snprintf(out, size, "char[%u]", any(70) + 1); break;
    case 1: snprintf(out, size, "string<%u>", any(40) + 1); break;
    case 2: snprintf(out, size, "%s[%u]", PLAIN[any(7)], any(9) + 1); break;
    case 3: snprintf(out, size, "u%u?", 8U << any(4)); break;
    default: snprintf(out, size, "%s", PLAIN[any(100) < 90 ? any(8) : 8]); break;
    }
    return out;
}

static struct written any_struct(size_t most)
{
    struct written w = { .n = any((uint32_t)most) + 1 };
    char type[32];

    w.has_reserve = any(6) == 0;
    w.n_first = any(5) == 0 && w.n > 1 ? w.n - any((uint32_t)w.n - 1) : w.n;
    if (w.has_reserve)
        snprintf(w.head, sizeof w.head, "@reserve(%u)", 8 * (any(6) + 1));
    else if (any(10) == 0)
        snprintf(w.head, sizeof w.head, "@align(64)"); /* no less than any field needs */
    for (size_t i = 0; i < w.n; i++) {
        const char *boundary = any(12) == 0 ? "@cacheline" : any(20) == 0 ? "@align(16)" : "";
        any_type(type, sizeof type);
        if (strcmp(type, "Line") == 0) boundary = "";
        w.has_boundaries = w.has_boundaries || *boundary;
        snprintf(w.types[i], sizeof w.types[i], "%s %s %s", type, boundary,
                 i >= w.n_first ? "@since(1.1)" : "");
    }
    return w;
}

static struct compiled compile(const struct written *w, const size_t *order)
{
    char *text = NULL;
    size_t length;
    FILE *out = open_memstream(&text, &length);

    fprintf(out,
            "package t;\nstruct Odd { a: u16; b: u8[3]; }\nstruct Line { x: u8 @cacheline; }\n"
            "struct S %s {\n",
            w->head);
    for (size_t i = 0; i < w->n; i++)
        fprintf(out, "  f%zu: %s;\n", order[i], w->types[order[i]]);
    fputs("}\nchannel c version 1 { slot: S; slots: 1; full: wait; }\n", out);
    fclose(out);
    struct compiled c = compile_text(text);
    ck_assert_msg(c.file != NULL, "%s\n%s", compiled_report(&c, DHS_FORMAT_SHORT, false), text);
    free(text);
    return c;
}

static const struct dhs_struct *the_struct(const struct compiled *c)
{
    return c->file->structs[2];
}

static void swap(size_t *a, size_t *b)
{
    size_t kept = *a;

    *a = *b;
    *b = kept;
}

/* The least size of all orders of the first n fields, tried one by one. */
static uint64_t least(const struct dhs_struct *s, size_t *order, size_t at, size_t n)
{
    uint64_t best = UINT64_MAX;

    if (at == n) return layout_size(s, order, NULL, NULL);
    for (size_t i = at; i < n; i++) {
        swap(&order[at], &order[i]);
        uint64_t size = least(s, order, at + 1, n);
        swap(&order[at], &order[i]);
        if (size < best) best = size;
    }
    return best;
}

static unsigned rounds(void)
{
    const char *wanted = getenv("DH_LAYOUT_ROUNDS");

    return wanted ? (unsigned)atoi(wanted) : ROUNDS;
}

static void check_struct(const struct written *w)
{
    size_t declared[MAX_FIELDS] = { 0 }, order[MAX_FIELDS] = { 0 };
    bool seen[MAX_FIELDS] = { false };

    for (size_t i = 0; i < w->n; i++)
        declared[i] = i;
    struct compiled before = compile(w, declared);
    const struct dhs_struct *s = the_struct(&before);
    ck_assert_uint_eq(layout_size(s, declared, NULL, NULL), s->size);
    layout_best_order(before.arena, s, order);
    for (size_t i = 0; i < w->n; i++) {
        ck_assert(!seen[order[i]]);
        seen[order[i]] = true;
        ck_assert(i < w->n_first || order[i] == i);
        if (strchr(w->types[i], '@') && i < w->n_first) ck_assert_uint_eq(order[i], i);
    }
    uint64_t claimed = layout_size(s, order, NULL, NULL);
    ck_assert_uint_le(claimed, s->size);
    struct compiled after = compile(w, order);
    ck_assert_msg(the_struct(&after)->size == claimed, "dhgen says %lu, we %lu",
                  (unsigned long)the_struct(&after)->size, (unsigned long)claimed);
    compiled_free(&after);
    compiled_free(&before);
}

START_TEST(an_order_is_a_permutation_that_costs_what_it_claims)
{
    state = 88172645;
    for (unsigned i = 0; i < rounds(); i++) {
        struct written w = any_struct(MAX_FIELDS);
        check_struct(&w);
    }
}
END_TEST

START_TEST(no_other_order_of_few_fields_is_smaller)
{
    state = 2463534242;
    for (unsigned i = 0; i < rounds(); i++) {
        struct written w = any_struct(FEW);
        size_t order[MAX_FIELDS] = { 0 };
        if (w.has_boundaries || w.has_reserve || w.n_first < w.n) continue;
        for (size_t k = 0; k < w.n; k++)
            order[k] = k;
        struct compiled c = compile(&w, order);
        const struct dhs_struct *s = the_struct(&c);
        uint64_t smallest = least(s, order, 0, w.n);
        layout_best_order(c.arena, s, order);
        ck_assert_uint_eq(layout_size(s, order, NULL, NULL), smallest);
        compiled_free(&c);
    }
}
END_TEST

/* Behind a boundary the order is the best that leaves the boundary first: what gaps are filled
 * with. */
START_TEST(the_gap_behind_a_boundary_is_filled_as_well_as_any_order_can)
{
    state = 521288629;
    for (unsigned i = 0; i < rounds(); i++) {
        struct written w = any_struct(FEW);
        size_t order[MAX_FIELDS] = { 0 };
        if (w.has_reserve || w.n_first < w.n || w.n < 3) continue;
        /* the first alone has one, and ends at an odd place */
        snprintf(w.types[0], sizeof w.types[0], "char[%u] @align(%u)", any(61) + 1, 1U << any(4));
        bool others = false;
        for (size_t k = 1; k < w.n; k++)
            others = others || strchr(w.types[k], '@');
        if (others) continue;
        for (size_t k = 0; k < w.n; k++)
            order[k] = k;
        struct compiled c = compile(&w, order);
        const struct dhs_struct *s = the_struct(&c);
        uint64_t smallest = least(s, order, 1, w.n);
        layout_best_order(c.arena, s, order);
        ck_assert_uint_eq(layout_size(s, order, NULL, NULL), smallest);
        compiled_free(&c);
    }
}
END_TEST

/* Nothing to gain: the declared order comes back as it is. */
START_TEST(what_is_good_already_is_left_as_it_is)
{
    struct compiled c =
        compile_text("package t; struct S { a: u8; b: u8; c: u16; d: u32; e: u64; f: u64; }\n");
    const struct dhs_struct *s = c.file->structs[0];
    size_t order[6];

    layout_best_order(c.arena, s, order);
    for (size_t i = 0; i < 6; i++)
        ck_assert_uint_eq(order[i], i);
    compiled_free(&c);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("layout_order");
    TCase *tests = tcase_create("order");

    tcase_add_test(tests, an_order_is_a_permutation_that_costs_what_it_claims);
    tcase_add_test(tests, no_other_order_of_few_fields_is_smaller);
    tcase_add_test(tests, the_gap_behind_a_boundary_is_filled_as_well_as_any_order_can);
    tcase_add_test(tests, what_is_good_already_is_left_as_it_is);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed > 0;
}
