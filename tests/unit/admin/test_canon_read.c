/* SPDX-License-Identifier: Apache-2.0 */
/* The reader of canonical text: takes what a writer writes, refuses the rest, survives anything. */
#include "canon_write.h"
#include "idl/canon_read.h"
#include "vectors.h"

#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- what it takes ------------------------------------------------------------------------ */

START_TEST(every_vector_comes_out_as_it_went_in)
{
    size_t length, written;
    char *text = vector_text(vector_names[_i], &length), *again;
    struct dhc_trouble trouble;
    struct dhc_text *tree = dhc_read(text, length, &trouble);

    ck_assert_msg(tree != NULL, "%s line %u: %s", vector_names[_i], trouble.line, trouble.what);
    again = canon_write(tree, &written);
    ck_assert_str_eq(again, text);
    ck_assert_uint_eq(written, length);
    free(again);
    free(text);
    dhc_free(tree);
}
END_TEST

static struct dhc_text *read_vector(const char *name)
{
    size_t length;
    char *text = vector_text(name, &length);
    struct dhc_text *tree = dhc_read(text, length, NULL);

    ck_assert_ptr_nonnull(tree);
    free(text);
    return tree;
}

START_TEST(a_tree_tells_head_roots_and_minors)
{
    struct dhc_text *text = read_vector("e6");

    ck_assert_str_eq(text->package, "lab.imu");
    ck_assert_str_eq(text->channel, "imu");
    ck_assert_uint_eq(text->major, 1);
    ck_assert_uint_eq(text->minor, 1);
    ck_assert_uint_eq(text->n_roots, 3);
    ck_assert_str_eq(text->roots[2].name, "status");
    ck_assert_uint_eq(text->roots[0].n_minors, 2);
    ck_assert_uint_eq(text->roots[0].minors[1].size, 376);
    ck_assert_uint_eq(dhc_find(text->roots[0].fields, "temp")->minor, 1);
    dhc_free(text);
}
END_TEST

START_TEST(sizes_and_alignments_are_derived)
{
    static const struct {
        const char *path;
        uint32_t offset, size, align;
    } places[] = {
        { "pts", 8, 72, 8 },       { "pts[]", 16, 16, 8 }, { "best", 80, 24, 8 },
        { "best?.y", 88, 4, 4 },   { "val", 104, 24, 8 },  { "val.text", 112, 12, 4 },
        { "val.pt.y", 120, 4, 4 }, { "raw", 128, 12, 4 },  { "tags", 140, 16, 4 },
        { "name", 156, 8, 1 },
    };
    struct dhc_text *text = read_vector("e3");

    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        const struct dhc_node *node = dhc_find(text->roots[0].fields, places[i].path);
        ck_assert_msg(node != NULL, "%s is there", places[i].path);
        ck_assert_msg(node->offset == places[i].offset && node->size == places[i].size &&
                          node->align == places[i].align,
                      "%s: offset %u size %u align %u", places[i].path, node->offset, node->size,
                      node->align);
    }
    ck_assert_ptr_null(dhc_find(text->roots[0].fields, "val.nothing"));
    ck_assert_ptr_null(dhc_find(text->roots[0].fields, "id.x"));
    ck_assert_ptr_null(dhc_find(text->roots[0].fields, "pts.x"));
    dhc_free(text);
}
END_TEST

START_TEST(meaning_hangs_on_its_leaf)
{
    struct dhc_text *text = read_vector("e6"), *five = read_vector("e5");
    const struct dhc_meaning *m = dhc_find(text->roots[0].fields, "accel.x")->meaning;

    ck_assert_str_eq(m->unit.data, "m/s^2");
    ck_assert(m->has_range && m->low.kind == DHC_REAL && m->low.real == -160);
    m = dhc_find(text->roots[0].fields, "quality")->meaning;
    ck_assert_int_eq(m->naming, DHC_ENUM_OPEN);
    ck_assert_uint_eq(m->n_labels, 3);
    ck_assert_str_eq(m->labels[2].name, "stale");
    m = dhc_find(text->roots[0].fields, "temp")->meaning;
    ck_assert(m->invalid == DHC_INVALID_NUMBER && isnan(m->invalid_number.real));
    ck_assert_str_eq(dhc_find(text->roots[0].fields, "time")->meaning->clock, "monotonic");
    m = dhc_find(five->roots[1].fields, "kind")->meaning;
    ck_assert_str_eq(m->unit.data, "a\"b\\c");
    dhc_free(text);
    dhc_free(five);
}
END_TEST

#define SLOT "dhs 1\nfamily a/b 1\norder little\nroot slot align 64\n"

/* Texts that no vector has, and that a writer may write. */
static const struct {
    const char *what, *text;
} taken[] = {
    { "a signal", SLOT "minor 0 size 0\nmeaning\n" },
    { "a signal with a zone",
      SLOT "minor 0 size 0\nroot zone z align 64 shared\nminor 0 size 4\n0 u32 a\nmeaning\n"
           "spinlocks zone z . 8\n" },
    { "a zone born later", SLOT "minor 0 size 1\n0 u8 a\nroot zone z align 64\nminor 1 size 1\n"
                                "0 u8 a\nmeaning\n" },
    { "a struct aligned by hand", SLOT "minor 0 size 48\n0 u8 a\n16 u8 s.x\n32 u8 b\nmeaning\n" },
    { "an array of lists of arrays of structs",
      SLOT "minor 0 size 72\n0 array<36>[2] a\n0 list<4,8> a[]\n4 array<2>[4] a[][]\n"
           "4 u8 a[][][].x\n5 u8 a[][][].y\nmeaning\n" },
    { "an optional array", SLOT "minor 0 size 16\n0 opt<12> a\n0 f32[3] a?\nmeaning\n" },
    { "arms without types, a negative tag",
      SLOT "minor 0 size 2\n0 union<i8,2> u\n1 case<-1> u.a\n1 case<0> u.b\n1 u8 u.b\n"
           "1 case<3> u.c\nmeaning\n" },
    { "a union in an optional in an arm",
      SLOT "minor 0 size 6\n0 union<u8,6> u\n1 case<0> u.a\n1 opt<4> u.a\n1 union<u8,4> u.a?\n"
           "2 case<0> u.a?.x\n2 u8[3] u.a?.x\nmeaning\n" },
    { "a minor behind a full reserve",
      SLOT "minor 0 size 16\n0 u64 a\n8 reserve<4> .\nminor 1 size 24\n16 u64 b\nmeaning\n" },
    { "two minors in the reserve",
      SLOT "minor 0 size 16\n0 u64 a\n8 reserve<8> .\nminor 1 size 16\n8 u32 b\n"
           "minor 2 size 16\n12 u32 c\nmeaning\n" },
    { "a zone that was born with later minors, beyond its reserve and in it",
      SLOT "minor 0 size 1\n0 u8 x\nminor 1 size 2\n1 u8 y\n"
           "root zone a align 64\nminor 2 size 24\n0 u64 a\n8 reserve<4> .\n16 u64 b\n"
           "root zone b align 64\nminor 2 size 16\n0 u64 a\n8 reserve<8> .\n8 u16 b\n10 u16 c\n"
           "minor 3 size 16\n12 u32 d\nmeaning\n" },
    { "every key",
      SLOT "minor 0 size 40\n0 i32 a\n4 u16 b\n6 char[2] c\n8 f64[2] d\n24 u64 e\n32 i8 g\n"
           "meaning\nclock slot e monotonic\ndeprecated slot a\nenum slot g i8 closed lo=-1 no=0\n"
           "flags slot b u16 x=0 y=15\nframe slot d \"NED\\x01\"\ninvalid slot a -1\n"
           "invalid slot c \"\"\ninvalid slot d first nan\ninvalid slot g no\n"
           "range slot a _ 9\nrange slot d -inf 1.5e+00\nscale slot a 1e-07 0e+00\n"
           "unit slot a \"\xc2\xb0\"\n" },
    { "bounds of scaled integers, which need not be whole",
      SLOT "minor 0 size 12\n0 i32 a\n4 u8[2] b\n6 i16 c\n8 u8 d\nmeaning\n"
           "range slot a -9.05e+01 90\nrange slot b 0 6.375e+01\nrange slot c _ -1e-01\n"
           "range slot d 1e+20 _\n"
           "scale slot a 1e-07 0e+00\nscale slot b 2.5e-01 0e+00\nscale slot c -1e-01 0e+00\n"
           "scale slot d 1e+20 0e+00\n" },
    { "deprecated of a struct, an arm and a root",
      SLOT "minor 0 size 3\n0 u8 s.x\n1 union<u8,2> u\n2 case<1> u.a\n2 u8 u.a\nmeaning\n"
           "deprecated slot .\ndeprecated slot s\ndeprecated slot u.a\n" },
};

START_TEST(what_a_writer_may_write_is_taken)
{
    struct dhc_trouble trouble;
    struct dhc_text *tree = dhc_read(taken[_i].text, strlen(taken[_i].text), &trouble);
    size_t length;
    char *again;

    ck_assert_msg(tree != NULL, "%s: line %u: %s", taken[_i].what, trouble.line, trouble.what);
    again = canon_write(tree, &length);
    ck_assert_str_eq(again, taken[_i].text);
    free(again);
    dhc_free(tree);
}
END_TEST

/* ---- what dhgen writes ------------------------------------------------------------------- */

static const char *const schemas[] = { "everything", "numbers" };

START_TEST(what_dhgen_writes_is_taken)
{
    char command[1024], *text = calloc(1, 65536), *again;
    struct dhc_trouble trouble;
    struct dhc_text *tree;
    size_t length, n_again;
    FILE *pipe;

    snprintf(command, sizeof command, "'%s' canon --channel c '%s/%s.dhs'", DHGEN, DH_WRITTEN,
             schemas[_i]);
    pipe = popen(command, "r");
    ck_assert(pipe != NULL && text != NULL);
    length = fread(text, 1, 65535, pipe);
    ck_assert_int_eq(pclose(pipe), 0);
    tree = dhc_read(text, length, &trouble);
    ck_assert_msg(tree != NULL, "line %u: %s\n%s", trouble.line, trouble.what, text);
    again = canon_write(tree, &n_again);
    ck_assert_str_eq(again, text);
    free(again);
    free(text);
    dhc_free(tree);
}
END_TEST

/* ---- what it refuses ---------------------------------------------------------------------- */

/* A vector in which `from` was replaced by `to`, once; the line that is named then, and a piece of
 * the reason. */
static const struct {
    const char *vector, *from, *to;
    uint32_t line;
    const char *reason;
} refused[] = {
    { "e1", "dhs 1\n", "dhs 2\n", 1, "'dhs 1' is expected" },
    { "e1", "dhs 1\n", "", 1, "'dhs 1' is expected" },
    { "e1", "a/c 1", "a/c 01", 2, "family" },
    { "e1", "a/c 1", "a./c 1", 2, "family" },
    { "e1", "a/c 1", "a/c 1 ", 2, "family" },
    { "e1", "a/c 1", "_a/c 1", 2, "family" },
    { "e1", "little", "big", 3, "'order little' is expected" },
    { "e1", "root slot align 64", "root slot align 63", 4, "power of two" },
    { "e1", "root slot align 64", "root slot align 32", 4, "power of two" },
    { "e1", "root slot align 64", "root slot align 64 shared", 4, "more than a root line" },
    { "e1", "root slot", "root zone z", 4, "'root slot align" },
    { "e1", "minor 0", "minor 1", 4, "the slot's first minor is 0" },
    { "e1", "size 8", "size 9", 7, "does not make a size of 9" },
    { "e1", "size 8", "size 4", 7, "does not make a size of 4" },
    { "e1", "0 u8 x", "1 u8 x", 6, "does not follow" },
    { "e1", "0 u8 x", "00 u8 x", 6, "an offset" },
    { "e1", "0 u8 x", "0  u8 x", 6, "no kind" },
    { "e1", "0 u8 x", "0 u8 x ", 6, "one space and a path" },
    { "e1", "0 u8 x", "0 u8\tx", 6, "one space and a path" },
    { "e1", "0 u8 x", "0 u8 x\r", 6, "one space and a path" },
    { "e1", "0 u8 x", "0 u12 x", 6, "no kind" },
    { "e1", "0 u8 x", "0 atomic<u8> x", 6, "zones only" },
    { "e1", "0 u8 x", "0 u8[0] x", 6, "dimension" },
    { "e1", "0 u8 x", "0 u8[2147483647][2147483647] x", 6, "beyond 2^31" },
    { "e1", "0 u8 x", "0 u8 y", 7, "'y' is there already" },
    { "e1", "0 u8 x", "0 u8 x[]", 6, "no line of its own" },
    { "e1", "0 u8 x", "0 u8 x?", 6, "no line of its own" },
    { "e1", "0 u8 x", "0 reserve<4> x", 6, "path '.'" },
    { "e1", "0 u8 x", "0 reserve<4> .", 6, "after the first minor's fields" },
    { "e1", "0 u8 x", "0 case<1> x", 6, "without its union" },
    { "e1", "4 u32 y", "5 u32 y", 7, "no multiple of the alignment" },
    { "e1", "4 u32 y", "2147483648 u32 y", 7, "an offset" },
    { "e1", "4 u32 y\n", "4 u32 y\n\n", 8, "'meaning' is expected" },
    { "e1", "meaning\n", "meaning", 8, "newline" },
    { "e1", "meaning\n", "", 8, "'meaning' is expected" },
    { "e1", "meaning\n", "meaning\nmeaning\n", 9, "begins like this" },
    { "e1", "meaning\n", "meaning\nunit slot z \"m\"\n", 9, "no line above has the path" },
    { "e1", "meaning\n", "meaning\nunit zone x \"m\"\n", 9, "a root and a path" },
    { "e1", "meaning\n", "meaning\nunit slot x m\n", 9, "unit ROOT PATH" },
    { "e1", "meaning\n", "meaning\nunit slot x \"\xff\"\n", 9, "unit ROOT PATH" },
    { "e1", "meaning\n", "meaning\nunit slot x \"\\x41\"\n", 9, "unit ROOT PATH" },
    { "e1", "meaning\n", "meaning\nunit slot x \"\\x1F\"\n", 9, "unit ROOT PATH" },
    { "e1", "meaning\n", "meaning\nunit slot x \"\\x00\"\n", 9, "unit ROOT PATH" },
    { "e1", "meaning\n", "meaning\nunit slot x \"m\" \n", 9, "unit ROOT PATH" },
    { "e1", "meaning\n", "meaning\nunit slot x \"m\"\nunit slot x \"n\"\n", 10, "once at most" },
    { "e1", "meaning\n", "meaning\nrange slot x 1.0 2\n", 9, "range ROOT PATH" },
    { "e1", "meaning\n", "meaning\nrange slot x -0 2\n", 9, "range ROOT PATH" },
    { "e1", "meaning\n", "meaning\nrange slot x 1.5e+00 2\n", 9, "a bound that its type" },
    { "e1", "meaning\n", "meaning\nrange slot x 0 256\n", 9, "a bound that its type" },
    { "e1", "meaning\n", "meaning\nrange slot x 3 2\n", 9, "ends before" },
    { "e1", "meaning\n", "meaning\nrange slot x 2e+00 9\nscale slot x 5e-01 0e+00\n", 9,
      "range ROOT PATH" },
    { "e1", "meaning\n", "meaning\nrange slot x 0 1.285e+02\nscale slot x 5e-01 0e+00\n", 9,
      "a bound that its type" },
    { "e1", "meaning\n", "meaning\nrange slot x 0 inf\nscale slot x 5e-01 0e+00\n", 9,
      "a bound that its type" },
    { "e1", "meaning\n", "meaning\nenum slot x u16 open a=0\n", 9, "enum ROOT PATH" },
    { "e1", "meaning\n", "meaning\nenum slot x u8 open a=256\n", 9, "that the type can hold" },
    { "e1", "meaning\n", "meaning\nenum slot x u8 open a=1 b=0\n", 9, "ascending" },
    { "e1", "meaning\n", "meaning\nenum slot x u8 open b=1 a=1\n", 9, "ascending" },
    { "e1", "meaning\n", "meaning\nenum slot x u8 open a=0 a=1\n", 9, "twice" },
    { "e1", "meaning\n", "meaning\nenum slot x u8 open\n", 9, "names and values" },
    { "e1", "meaning\n", "meaning\nflags slot x u8 a=8\n", 9, "that the type can hold" },
    { "e1", "meaning\n", "meaning\ninvalid slot x none\n", 9, "invalid ROOT PATH" },
    { "e3", "meaning\n", "meaning\ninvalid slot raw \"a\"\n", 26, "invalid ROOT PATH" },
    { "e1", "meaning\n", "meaning\nspinlocks slot . 4\n", 9, "spinlocks zone" },
    { "e2", "array<3>", "array<4>", 8, "does not make a size" },
    { "e2", "16 u8 px[].r\n", "", 8, "stride 3 does not follow" },
    { "e2", "17 u8 px[].g", "16 u8 px[].g", 10, "does not follow" },
    { "e3", "unit slot best?.x \"m\"\nunit slot best?.y \"m\"\n",
      "unit slot best?.y \"m\"\nunit slot best?.x \"m\"\n", 30, "in the order of their bytes" },
    { "e3", "8 list<4,16> pts\n", "", 8, "no line of its own" },
    { "e3", "16 f64 pts[].x\n24 f32 pts[].y\n", "", 9, "what 'pts[]' holds is expected" },
    { "e3", "list<4,16>", "list<4,12>", 8, "stride 12 does not follow" },
    { "e3", "opt<16> best", "opt<17> best", 11, "presence" },
    { "e3", "112 case<2>", "113 case<2>", 17, "all arms have one offset" },
    { "e3", "case<2>", "case<1>", 17, "order of their tags" },
    { "e3", "case<7>", "case<256>", 19, "no u8" },
    { "e3", "case<7>", "case<-1>", 19, "no u8" },
    { "e3", "case<7>", "case<07>", 19, "no u8" },
    { "e3", "union<u8,24>", "union<u8,25>", 14, "a union's size" },
    { "e3", "union<u8,24>", "union<f32,24>", 14, "no kind" },
    { "e3", "128 bytes<6> raw", "126 bytes<6> raw", 22, "no multiple of the alignment" },
    { "e4a", "array<4>[2] g\n0 u32 g[].a", "array<4>[2] g\n0 u32 g[]", 7, "one line, not two" },
    { "e4b", "minor 2", "minor 1", 11, "ascending order" },
    { "e4b", "minor 2", "minor 3", 0, "no root has minor 2" },
    { "e4b", "12 u16 u", "10 u16 u", 10, "does not follow" },
    { "e4b", "minor 1 size 16\n12 u16 u\n", "minor 1 size 16\n", 9, "brings no field" },
    { "e5", "root zone cal", "root zone z", 13, "order of their names" },
    { "e5", "root zone stat", "root zone cal", 13, "order of their names" },
    { "e5", "-1e+00", "-1", 22, "shortest spelling" },
    { "e5", "1e-01", "1.0e-01", 22, "shortest spelling" },
    { "e5", "1e-01", "0x1p-3", 22, "shortest spelling" },
    { "e7b", "4 u16 y", "4 u16 x", 9, "'x' is there already" },
    { "e7b", "4 reserve<12> .\n", "4 reserve<12> .\n16 u8 z\n", 8, "continues nothing" },
    { "e7b", "4 u16 y", "4 reserve<4> .", 9, "nowhere else" },
};

static char *replaced(const char *text, const char *from, const char *to)
{
    const char *at = strstr(text, from);
    size_t room = strlen(text) + strlen(to) + 1;
    char *result = malloc(room);

    ck_assert_msg(at != NULL, "'%s' stands in the vector", from);
    ck_assert_ptr_nonnull(result);
    snprintf(result, room, "%.*s%s%s", (int)(at - text), text, to, at + strlen(from));
    return result;
}

START_TEST(what_no_writer_writes_is_refused_with_its_line)
{
    size_t length;
    char *vector = vector_text(refused[_i].vector, &length);
    char *text = replaced(vector, refused[_i].from, refused[_i].to);
    struct dhc_trouble trouble;
    struct dhc_text *tree = dhc_read(text, strlen(text), &trouble);

    ck_assert_msg(tree == NULL, "%s with '%s' is taken", refused[_i].vector, refused[_i].to);
    ck_assert_msg(trouble.line == refused[_i].line &&
                      strstr(trouble.what, refused[_i].reason) != NULL,
                  "%s with '%s': line %u: %s", refused[_i].vector, refused[_i].to, trouble.line,
                  trouble.what);
    free(text);
    free(vector);
}
END_TEST

START_TEST(a_byte_of_zero_is_refused_wherever_it_stands)
{
    size_t length;
    char *text = vector_text("e6", &length);

    for (size_t i = 0; i < length; i++) {
        char kept = text[i];
        text[i] = 0;
        ck_assert_ptr_null(dhc_read(text, length, NULL));
        text[i] = kept;
    }
    free(text);
}
END_TEST

START_TEST(every_beginning_of_a_text_is_refused)
{
    size_t length;
    char *text = vector_text("e3", &length);
    char *end_of_layout = strstr(text, "meaning\n");

    for (size_t i = 0; i < length; i++) {
        /* What ends after a line of meaning is a text of its own. */
        if (text + i >= end_of_layout + 8 && text[i - 1] == '\n') continue;
        ck_assert_ptr_null(dhc_read(text, i, NULL));
    }
    free(text);
}
END_TEST

/* ---- limits ------------------------------------------------------------------------------- */

/* A slot of n bytes, each a field of its own. */
static char *many_fields(unsigned n, size_t *length)
{
    char *text = NULL;
    FILE *out = open_memstream(&text, length);

    ck_assert_ptr_nonnull(out);
    fprintf(out, SLOT "minor 0 size %u\n", n);
    for (unsigned i = 0; i < n; i++)
        fprintf(out, "%u u8 f%u\n", i, i);
    fprintf(out, "meaning\n");
    fclose(out);
    return text;
}

START_TEST(as_many_lines_as_are_allowed_and_one_more)
{
    struct dhc_trouble trouble;
    size_t length;
    char *text = many_fields(DHC_LINES_MAX - 6, &length);
    struct dhc_text *tree = dhc_read(text, length, &trouble);

    ck_assert_ptr_nonnull(tree);
    dhc_free(tree);
    free(text);
    text = many_fields(DHC_LINES_MAX - 5, &length);
    ck_assert_ptr_null(dhc_read(text, length, &trouble));
    ck_assert_uint_eq(trouble.line, DHC_LINES_MAX + 1);
    free(text);
}
END_TEST

START_TEST(a_path_may_be_as_deep_as_is_allowed)
{
    char text[512], path[256] = "a";

    for (int depth = 1; depth <= DHC_DEPTH_MAX + 1; depth++) {
        struct dhc_text *tree;
        snprintf(text, sizeof text, SLOT "minor 0 size 1\n0 u8 %s\nmeaning\n", path);
        tree = dhc_read(text, strlen(text), NULL);
        ck_assert_int_eq(tree != NULL, depth <= DHC_DEPTH_MAX);
        dhc_free(tree);
        strcat(path, ".a");
    }
}
END_TEST

START_TEST(a_text_over_its_limit_is_not_looked_at)
{
    struct dhc_trouble trouble;
    char *text = calloc(1, DHC_TEXT_MAX + 1);

    ck_assert_ptr_nonnull(text);
    ck_assert_ptr_null(dhc_read(text, DHC_TEXT_MAX + 1, &trouble));
    ck_assert_ptr_nonnull(strstr(trouble.what, "longer than 1048576 bytes"));
    free(text);
}
END_TEST

START_TEST(nothing_at_all_is_refused)
{
    struct dhc_trouble trouble;

    ck_assert_ptr_null(dhc_read("", 0, &trouble));
    ck_assert_uint_eq(trouble.line, 1);
}
END_TEST

START_TEST(numbers_have_one_spelling)
{
    static const struct {
        double value;
        const char *spelling;
    } rows[] = {
        { 0, "0e+00" },      { -0.0, "0e+00" },     { 160, "1.6e+02" },
        { 0.1, "1e-01" },    { 1e-7, "1e-07" },     { 1e300, "1e+300" },
        { INFINITY, "inf" }, { -INFINITY, "-inf" }, { 1.0 / 3, "3.333333333333333e-01" },
        { NAN, "nan" },      { 5e-324, "5e-324" },
    };
    char spelling[DHC_REAL_BYTES];

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        ck_assert_uint_eq(dhc_spell_real(rows[i].value, spelling), strlen(rows[i].spelling));
        ck_assert_str_eq(spelling, rows[i].spelling);
    }
}
END_TEST

/* ---- anything ----------------------------------------------------------------------------- */

static uint64_t random_state;

static uint32_t random_below(uint32_t n)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return (uint32_t)(random_state >> 33) % n;
}

/* Lines swapped, doubled or dropped, numbers nudged, bytes changed: near to what a writer writes.
 */
static size_t mutate(char *text, size_t length, size_t room)
{
    static const char alphabet[] = "0123456789[]<>.,?\" \n_-+eabcuif=xyz";
    size_t at = random_below((uint32_t)length), end;

    switch (random_below(6)) {
    case 0: text[at] = alphabet[random_below(sizeof alphabet - 1)]; return length;
    case 1: text[at] = (char)random_below(256); return length;
    case 2: memmove(text + at, text + at + 1, length - at - 1); return length - 1;
    case 3:
        if (text[at] >= '0' && text[at] <= '9') text[at] = (char)('0' + random_below(10));
        return length;
    case 4: break;
    default:
        if (length + 1 > room) return length;
        memmove(text + at + 1, text + at, length - at);
        text[at] = alphabet[random_below(sizeof alphabet - 1)];
        return length + 1;
    }
    while (at > 0 && text[at - 1] != '\n')
        at--;
    for (end = at; end < length && text[end] != '\n';)
        end++;
    if (end == length || length + (end + 1 - at) > room) return length;
    end++;
    if (random_below(2) == 0) { /* a line less */
        memmove(text + at, text + end, length - end);
        return length - (end - at);
    }
    memmove(text + end, text + at, length - at); /* a line twice */
    return length + (end - at);
}

/* What callers rely on: all lies inside the root. */
static void check_bounds(const struct dhc_node *node, const struct dhc_root *root)
{
    ck_assert_uint_le((uint64_t)node->offset + node->size, root->fields->size);
    for (const struct dhc_node *child = node->first; child != NULL; child = child->next)
        check_bounds(child, root);
}

START_TEST(mutated_vectors_are_refused_or_come_out_as_they_went_in)
{
    unsigned n_taken = 0, rounds = 100000;

    random_state = 88172645463325252u + (uint64_t)_i;
    for (unsigned round = 0; round < rounds; round++) {
        size_t length, written;
        char text[4096], *vector, *again;
        struct dhc_text *tree;

        vector = vector_text(vector_names[random_below((uint32_t)n_vectors)], &length);
        memcpy(text, vector, length);
        free(vector);
        for (uint32_t n = 1 + random_below(3); n > 0 && length > 1; n--)
            length = mutate(text, length, sizeof text - 1);
        text[length] = 0;
        tree = dhc_read(text, length, NULL);
        if (tree == NULL) continue;
        n_taken++;
        for (uint32_t r = 0; r < tree->n_roots; r++)
            check_bounds(tree->roots[r].fields, &tree->roots[r]);
        again = canon_write(tree, &written);
        ck_assert_str_eq(again, text);
        ck_assert_uint_eq(written, length);
        free(again);
        dhc_free(tree);
    }
    /* Names and numbers without layout may change and be taken: else nothing was tried here. */
    ck_assert_uint_gt(n_taken, rounds / 100);
    ck_assert_uint_lt(n_taken, rounds / 2);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("canon_read");
    TCase *takes = tcase_create("takes"), *refuses = tcase_create("refuses");
    TCase *limits = tcase_create("limits"), *anything = tcase_create("anything");
    SRunner *runner;
    int failed;

    tcase_add_loop_test(takes, every_vector_comes_out_as_it_went_in, 0, (int)n_vectors);
    tcase_add_test(takes, a_tree_tells_head_roots_and_minors);
    tcase_add_test(takes, sizes_and_alignments_are_derived);
    tcase_add_test(takes, meaning_hangs_on_its_leaf);
    tcase_add_loop_test(takes, what_a_writer_may_write_is_taken, 0,
                        (int)(sizeof taken / sizeof taken[0]));
    tcase_add_loop_test(takes, what_dhgen_writes_is_taken, 0,
                        (int)(sizeof schemas / sizeof schemas[0]));
    tcase_add_loop_test(refuses, what_no_writer_writes_is_refused_with_its_line, 0,
                        (int)(sizeof refused / sizeof refused[0]));
    tcase_add_test(refuses, a_byte_of_zero_is_refused_wherever_it_stands);
    tcase_add_test(refuses, every_beginning_of_a_text_is_refused);
    tcase_add_test(refuses, nothing_at_all_is_refused);
    tcase_add_test(limits, as_many_lines_as_are_allowed_and_one_more);
    tcase_add_test(limits, a_path_may_be_as_deep_as_is_allowed);
    tcase_add_test(limits, a_text_over_its_limit_is_not_looked_at);
    tcase_add_test(limits, numbers_have_one_spelling);
    tcase_add_test(anything, mutated_vectors_are_refused_or_come_out_as_they_went_in);
    tcase_set_timeout(anything, 120);
    suite_add_tcase(suite, takes);
    suite_add_tcase(suite, refuses);
    suite_add_tcase(suite, limits);
    suite_add_tcase(suite, anything);
    runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
