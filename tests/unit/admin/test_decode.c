/* SPDX-License-Identifier: Apache-2.0 */
/* Bytes into values: every kind, hostile lengths, and what the renderers make of them. */
#include "csv.h"
#include "golden.h"
#include "json.h"
#include "kinds.h"
#include "spell.h"
#include "text.h"
#include "vectors.h"

#include <check.h>
#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static struct dhc_text *tree;
static unsigned char bytes[KINDS_BYTES];

static void set_up(void)
{
    struct dhc_trouble trouble;

    tree = dhc_read(kinds_text, strlen(kinds_text), &trouble);
    ck_assert_msg(tree != NULL, "line %u: %s", trouble.line, trouble.what);
    memset(bytes, 0, sizeof bytes);
}

static void tear_down(void)
{
    dhc_free(tree);
}

static const struct dhc_node *slot(void)
{
    return tree->roots[0].fields;
}

static void put(size_t offset, uint64_t value, size_t size)
{
    kinds_put(bytes, offset, value, size);
}

static void put_f32(size_t offset, float value)
{
    kinds_put_f32(bytes, offset, value);
}

static void fill(void)
{
    kinds_fill(bytes);
}

/* All renderings of the payload as one text. */
static void render(FILE *out, size_t n_bytes)
{
    struct dhi_payload payload = { bytes, n_bytes };
    unsigned damaged;

    dhi_write_text(out, &payload, slot(), NULL, 80);
    fputc('\n', out);
    damaged = dhi_write_json(out, &payload, slot(), NULL);
    fprintf(out, "\ndamaged: %u\n\n", damaged);
    dhi_write_csv_names(out, slot(), NULL);
    fputc('\n', out);
    dhi_write_csv_values(out, &payload, slot(), NULL);
    fputc('\n', out);
}

START_TEST(every_kind_is_decoded)
{
    fill();
    render(golden_begin(), sizeof bytes);
    golden_end("kinds");
}
END_TEST

START_TEST(a_fresh_slot_is_all_zero)
{
    render(golden_begin(), sizeof bytes);
    golden_end("zero");
}
END_TEST

START_TEST(what_is_invalid_absent_or_without_name_says_so)
{
    put(40, 5, 1);     /* an enum's value without name */
    put(42, 65535, 2); /* @invalid */
    put_f32(44, NAN);  /* the first element speaks for all */
    put(132, 9, 2);    /* a tag that no arm has */
    put(0, 7, 1);      /* a bool that is neither */
    render(golden_begin(), sizeof bytes);
    golden_end("unset");
}
END_TEST

START_TEST(hostile_lengths_are_cut_at_the_capacity_and_told)
{
    memset(bytes, 0xff, sizeof bytes);
    render(golden_begin(), sizeof bytes);
    golden_end("hostile");
}
END_TEST

START_TEST(a_message_that_ends_early_has_missing_fields)
{
    fill();
    render(golden_begin(), 50);
    golden_end("short");
}
END_TEST

/* With every length of payload, each byte outside lies behind ASan's fence. */
START_TEST(no_byte_behind_the_payload_is_read)
{
    for (size_t n = 0; n <= KINDS_BYTES; n++) {
        unsigned char *exact = malloc(n + (n == 0));
        struct dhi_payload payload = { exact, n };
        char *text = NULL;
        size_t length;
        FILE *out = open_memstream(&text, &length);

        ck_assert(exact != NULL && out != NULL);
        memset(exact, 0xff, n);
        dhi_write_text(out, &payload, slot(), NULL, 80);
        dhi_write_json(out, &payload, slot(), NULL);
        dhi_write_csv_values(out, &payload, slot(), NULL);
        fclose(out);
        free(text);
        free(exact);
    }
}
END_TEST

/* ---- paths -------------------------------------------------------------------------------- */

static const struct {
    const char *path, *text, *json;
} paths[] = {
    { "mid", "mid: -12345\n", "-12345" },
    { "lat", "lat: 47.1234567 deg\n", "{\"value\":47.1234567,\"raw\":471234567}" },
    { "gain[1]", "gain[1]: nan dB\n", "\"nan\"" },
    { "tags", "tags: [\"ab\", \"left\"]\n", "[\"ab\",\"left\"]" },
    { "tags[1]", "tags[1]: \"left\"\n", "\"left\"" },
    { "shorts[2]", "shorts[2]: 3\n", "3" },
    { "pairs[0].a", "pairs[0].a: 7\n", "7" },
    { "pairs[1].a", "pairs[1].a: not set\n", "null" },
    { "best.y", "best.y: 480 px\n", "480" },
    { "best", "best: {x: 640, y: 480} px\n", "{\"x\":640,\"y\":480}" },
    { "few[1]", "few[1]: 2\n", "2" },
    { "val", "val: pt {x: 3, y: 4}\n", "{\"pt\":{\"x\":3,\"y\":4}}" },
    { "val.pt.y", "val.pt.y: 4\n", "4" },
    { "val.num", "val.num: not set\n", "null" },
    { "px[1]", "px[1]: [{r: 4, g: 5}, {r: 6, g: 7}]\n", "[{\"r\":4,\"g\":5},{\"r\":6,\"g\":7}]" },
    { "px[1][0].g", "px[1][0].g: 5\n", "5" },
};

START_TEST(a_path_chooses_a_part)
{
    struct dhi_payload payload = { bytes, sizeof bytes };
    char *text = NULL, *json = NULL;
    size_t length;
    FILE *out;

    fill();
    out = open_memstream(&text, &length);
    dhi_write_text(out, &payload, slot(), paths[_i].path, 80);
    fclose(out);
    ck_assert_str_eq(text, paths[_i].text);
    out = open_memstream(&json, &length);
    dhi_write_json(out, &payload, slot(), paths[_i].path);
    fclose(out);
    ck_assert_str_eq(json, paths[_i].json);
    free(text);
    free(json);
}
END_TEST

static const struct {
    const char *path, *bad;
} wrong_paths[] = {
    { "", "" },
    { ".", "." },
    { "nothing", "nothing" },
    { "mid.x", ".x" },
    { "best.z", ".z" },
    { "mid[0]", "[0]" },
    { "gain[3]", "[3]" },
    { "gain[99999999999999999999]", "[99999999999999999999]" },
    { "gain[-1]", "[-1]" },
    { "gain[]", "[]" },
    { "gain[1", "[1" },
    { "gain[1]x", "x" },
    { "px[0].r", ".r" },
    { "val.none", ".none" },
    { "mid.", "." },
};

START_TEST(a_path_that_leads_nowhere_names_the_part_that_is_wrong)
{
    struct dhi_place place = { 0 };
    const char *bad;

    ck_assert(!dhi_path(NULL, slot(), wrong_paths[_i].path, &place, &bad));
    ck_assert_str_eq(bad, wrong_paths[_i].bad);
}
END_TEST

/* ---- numbers and texts -------------------------------------------------------------------- */

START_TEST(reals_are_spelled_as_short_as_gives_them_back)
{
    static const struct {
        double value;
        enum dhc_scalar scalar;
        const char *spelling;
    } rows[] = {
        { 0.1, DHC_F64, "0.1" },
        { (double)0.1f, DHC_F32, "0.1" },
        { (double)0.1f, DHC_F64, "0.10000000149011612" },
        { (double)16777216.0f, DHC_F32, "16777216" },
        { 1e15, DHC_F64, "1000000000000000" },
        { 1e16, DHC_F64, "1e+16" },
        { 1e-5, DHC_F64, "0.00001" },
        { 1e-6, DHC_F64, "1e-06" },
        { -0.0, DHC_F64, "-0" },
        { 5e-324, DHC_F64, "5e-324" },
        { 0.0999755859375, DHC_F16, "0.1" },
        { 65504, DHC_F16, "65504" },
        { 5.9604644775390625e-08, DHC_F16, "6e-08" },
        { NAN, DHC_F32, "nan" },
        { -INFINITY, DHC_F32, "-inf" },
    };
    char spelling[DHI_NUMBER_BYTES];

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        dhi_spell_real(rows[i].value, rows[i].scalar, spelling);
        ck_assert_str_eq(spelling, rows[i].spelling);
    }
}
END_TEST

START_TEST(text_cannot_command_a_terminal)
{
    static const struct {
        const char *bytes, *quoted;
    } rows[] = {
        { "plain", "\"plain\"" },
        { "\x1b[2J", "\"\\x1b[2J\"" },
        { "a\"b\\c\n\t", "\"a\\\"b\\\\c\\n\\t\"" },
        { "\xc2\xb5m", "\"\xc2\xb5m\"" },
        { "\xc2\x9b"
          "31m",
          "\"\\xc2\\x9b31m\"" }, /* a control character of two bytes */
        { "\xe2\x80\xae"
          "txt",
          "\"\\xe2\\x80\\xaetxt\"" }, /* right to left */
        { "\xff\xfe", "\"\\xff\\xfe\"" },
        { "\xc0\xaf", "\"\\xc0\\xaf\"" },          /* too long a form */
        { "\xed\xa0\x80", "\"\\xed\\xa0\\x80\"" }, /* a surrogate */
        { "\xe2\x82", "\"\\xe2\\x82\"" },          /* ends too early */
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char *text = NULL;
        size_t length;
        FILE *out = open_memstream(&text, &length);
        dhi_write_quoted(out, (const unsigned char *)rows[i].bytes, strlen(rows[i].bytes));
        fclose(out);
        ck_assert_str_eq(text, rows[i].quoted);
        free(text);
    }
}
END_TEST

START_TEST(a_unit_cannot_command_a_terminal_either)
{
    static const char text[] = "dhs 1\nfamily a/b 1\norder little\nroot slot align 64\n"
                               "minor 0 size 2\n0 u8 x\n1 u8 y\nmeaning\n"
                               "unit slot x \"\\x1b[2J\"\nunit slot y \"\"\n";
    struct dhc_text *hostile = dhc_read(text, strlen(text), NULL);
    char *shown = NULL;
    size_t length;
    FILE *out = open_memstream(&shown, &length);

    ck_assert_ptr_nonnull(hostile);
    dhi_write_text(out, &(struct dhi_payload){ bytes, 2 }, hostile->roots[0].fields, NULL, 80);
    fclose(out);
    ck_assert_str_eq(shown, "x: 0 \\x1b[2J\ny: 0\n");
    free(shown);
    dhc_free(hostile);
}
END_TEST

/* ---- anything ----------------------------------------------------------------------------- */

static unsigned count_columns(const char *row)
{
    unsigned n = 0;
    bool quoted = false;

    for (; *row != 0; row++) {
        if (*row == '"') quoted = !quoted;
        n += *row == ',' && !quoted;
    }
    return n;
}

static void check_random(const struct dhc_node *root, const struct dhi_payload *payload)
{
    char *text = NULL, *json = NULL, *csv = NULL;
    size_t length;
    json_t *parsed;
    FILE *out = open_memstream(&text, &length);

    dhi_write_text(out, payload, root, NULL, 80);
    fclose(out);
    for (size_t i = 0; i < length; i++)
        ck_assert(text[i] == '\n' || ((unsigned char)text[i] >= 0x20 && text[i] != 0x7f));
    out = open_memstream(&json, &length);
    dhi_write_json(out, payload, root, NULL);
    fclose(out);
    parsed = json_loadb(json, length, JSON_DECODE_INT_AS_REAL | JSON_ALLOW_NUL, NULL);
    ck_assert_msg(parsed != NULL, "%s", json);
    json_decref(parsed);
    out = open_memstream(&csv, &length);
    dhi_write_csv_values(out, payload, root, NULL);
    fclose(out);
    ck_assert_uint_eq(count_columns(csv), dhi_csv_columns(root, NULL));
    free(text);
    free(json);
    free(csv);
}

START_TEST(random_bytes_are_rendered_safely)
{
    static const char *const names[] = { "e1", "e3", "e4b", "e5", "e6", "e7b" };
    uint64_t state = 88172645463325252u;

    for (int round = 0; round < 600; round++) {
        size_t length;
        char *text = vector_text(names[round % 6], &length);
        struct dhc_text *vector = dhc_read(text, length, NULL);
        unsigned char random[400];

        for (size_t i = 0; i < sizeof random; i++) {
            state = state * 6364136223846793005u + 1442695040888963407u;
            /* Small numbers often: counts and lengths within their capacity, tags with an arm. */
            random[i] =
                (state >> 60) < 8 ? (unsigned char)(state >> 40 & 3) : (unsigned char)(state >> 32);
        }
        check_random(slot(), &(struct dhi_payload){ random, sizeof random });
        for (uint32_t r = 0; r < vector->n_roots; r++)
            check_random(vector->roots[r].fields,
                         &(struct dhi_payload){ random, (size_t)(state >> 33) % sizeof random });
        dhc_free(vector);
        free(text);
    }
}
END_TEST

START_TEST(an_image_is_shown_by_its_corner)
{
    size_t length;
    char *text = vector_text("e2", &length);
    struct dhc_text *image = dhc_read(text, length, NULL);
    const struct dhc_node *root = image->roots[0].fields;
    unsigned char *pixels = calloc(1, root->size);

    dhi_write_text(golden_begin(), &(struct dhi_payload){ pixels, root->size }, root, NULL, 80);
    golden_end("image");
    ck_assert_uint_gt(dhi_csv_columns(root, NULL), DHI_CSV_COLUMNS);
    ck_assert_uint_eq(dhi_csv_columns(root, "px[7][9]"), 3);
    free(pixels);
    dhc_free(image);
    free(text);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("decode");
    TCase *kinds = tcase_create("kinds"), *anything = tcase_create("anything");
    SRunner *runner;
    int failed;

    tcase_add_checked_fixture(kinds, set_up, tear_down);
    tcase_add_test(kinds, every_kind_is_decoded);
    tcase_add_test(kinds, a_fresh_slot_is_all_zero);
    tcase_add_test(kinds, what_is_invalid_absent_or_without_name_says_so);
    tcase_add_test(kinds, hostile_lengths_are_cut_at_the_capacity_and_told);
    tcase_add_test(kinds, a_message_that_ends_early_has_missing_fields);
    tcase_add_test(kinds, no_byte_behind_the_payload_is_read);
    tcase_add_loop_test(kinds, a_path_chooses_a_part, 0, (int)(sizeof paths / sizeof paths[0]));
    tcase_add_loop_test(kinds, a_path_that_leads_nowhere_names_the_part_that_is_wrong, 0,
                        (int)(sizeof wrong_paths / sizeof wrong_paths[0]));
    tcase_add_test(kinds, reals_are_spelled_as_short_as_gives_them_back);
    tcase_add_test(kinds, text_cannot_command_a_terminal);
    tcase_add_test(kinds, a_unit_cannot_command_a_terminal_either);
    tcase_add_checked_fixture(anything, set_up, tear_down);
    tcase_add_test(anything, random_bytes_are_rendered_safely);
    tcase_add_test(anything, an_image_is_shown_by_its_corner);
    tcase_set_timeout(anything, 120);
    suite_add_tcase(suite, kinds);
    suite_add_tcase(suite, anything);
    runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
