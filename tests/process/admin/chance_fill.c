/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Schemas and payloads by chance, for those who read them back.
 *
 *   chance_fill schemas SEED FOLDER N         N schemas: 0.dhs, 1.dhs …
 *   chance_fill payload SEED TEXTFILE FILE    a payload of the text's slot, as a program would
 * write it
 *
 * The payload is made from the tree of the canonical text alone, byte by byte, and knows nothing of
 * the decoder. Left out is what no text can tell apart: which NaN it is, and values that @invalid
 * declares to be none.
 */
#include "chance.h"
#include "idl/canon_read.h"
#include "sketch.h"

#include <stdlib.h>
#include <string.h>

static unsigned char *bytes;

static void put(size_t at, uint64_t value, uint32_t size)
{
    for (uint32_t i = 0; i < size; i++)
        bytes[at + i] = (unsigned char)(value >> (8 * i));
}

static uint64_t any64(void)
{
    return (uint64_t)any(UINT32_MAX) << 32 | any(UINT32_MAX);
}

/* A number of which each bit is told: small, large, and often at an end. */
static uint64_t any_bits(const struct dhc_node *node)
{
    const struct dhc_meaning *m = node->meaning;
    uint32_t size = dhc_scalar_size(node->scalar);
    uint64_t value = any64();
    float single;
    double wide;

    if (node->scalar == DHC_BOOL) return any(2);
    if (m->naming == DHC_ENUM_CLOSED) return m->labels[any(m->n_labels)].value;
    if (node->scalar == DHC_F16) return any(2) << 15 | any(31) << 10 | any(1024);
    single = (float)((double)(int64_t)value / 3e17);
    wide = (double)(int64_t)value / 7e3;
    if (dhc_is_real(node->scalar) && size == 4) {
        uint32_t low;
        memcpy(&low, &single, sizeof low);
        return low;
    }
    if (dhc_is_real(node->scalar)) {
        memcpy(&value, &wide, sizeof value);
        return value;
    }
    if (one_in(4)) return one_in(2) ? 0 : UINT64_MAX;
    return one_in(2) ? value : any(200);
}

static bool is_invalid(const struct dhc_node *node, uint64_t bits)
{
    const struct dhc_meaning *m = node->meaning;
    uint64_t mask = UINT64_MAX >> (64 - 8 * dhc_scalar_size(node->scalar));
    uint64_t number =
        m->invalid_number.negative ? 0 - m->invalid_number.magnitude : m->invalid_number.magnitude;

    if (m->invalid == DHC_INVALID_NOT_SAID) return false;
    if (m->invalid == DHC_INVALID_NAME) {
        for (uint32_t i = 0; i < m->n_labels; i++)
            if (strcmp(m->labels[i].name, m->invalid_name) == 0)
                return ((m->labels[i].value ^ bits) & mask) == 0;
        return false;
    }
    /* of reals: none of ours is so small or so round */
    return dhc_is_real(node->scalar) ? (bits & mask) == 0 : ((number ^ bits) & mask) == 0;
}

static double real_of(const struct dhc_node *node, uint64_t bits)
{
    uint32_t size = dhc_scalar_size(node->scalar), low = (uint32_t)bits;
    float single;
    double wide;

    if (node->scalar == DHC_F32) {
        memcpy(&single, &low, sizeof single);
        return (double)single;
    }
    memcpy(&wide, &bits, sizeof wide);
    if (node->scalar == DHC_F64) return wide;
    if (!dhc_is_signed(node->scalar)) return (double)(bits & UINT64_MAX >> (64 - 8 * size));
    return (double)((int64_t)(bits << (64 - 8 * size)) >> (64 - 8 * size));
}

static bool in_range(const struct dhc_node *node, uint64_t bits)
{
    const struct dhc_meaning *m = node->meaning;
    double physical = real_of(node, bits);

    if (!m->has_range || node->scalar == DHC_F16) return !m->has_range;
    if (m->has_scale) physical = physical * m->factor + m->shift;
    return (m->low.kind == DHC_OPEN || physical >= m->low.real) &&
           (m->high.kind == DHC_OPEN || physical <= m->high.real);
}

/* In the range, where chance does not find one: its lower end. */
static uint64_t fitting_bits(const struct dhc_node *node)
{
    const struct dhc_meaning *m = node->meaning;
    double end = m->low.kind != DHC_OPEN ? m->low.real : m->high.real;
    uint64_t bits = 0;
    float single;

    for (int attempt = 0; attempt < 300; attempt++) {
        bits = any_bits(node);
        if (!is_invalid(node, bits) && in_range(node, bits)) return bits;
    }
    if (m->has_scale) end = (end - m->shift) / m->factor;
    single = (float)end;
    if (!dhc_is_real(node->scalar)) {
        bits = (uint64_t)(int64_t)(end + 1 - 1e-9);
        if (in_range(node, bits)) return bits;
        fprintf(stderr, "no value of %s is in its range\n", node->name);
        exit(77);
    }
    if (node->scalar == DHC_F64) {
        memcpy(&bits, &end, sizeof bits);
        return bits;
    }
    if (node->scalar == DHC_F16) return 0x3c00; /* 1 */
    memcpy(&bits, &single, sizeof single);
    return bits & UINT32_MAX;
}

static void fill_text(const struct dhc_node *node, size_t at, size_t begin)
{
    uint32_t n = any(node->capacity + 1);

    if (n == 0 && node->meaning->invalid == DHC_INVALID_TEXT) n = 1;
    for (uint32_t i = 0; i < n; i++)
        bytes[at + begin + i] =
            (unsigned char)(one_in(9) ? "\"\\,;\t"[any(5)] : 'a' + (int)any(26));
    if (begin > 0) put(at, n, 4);
}

static void fill_leaf(const struct dhc_node *node, size_t at)
{
    if (node->kind == DHC_CHAR)
        fill_text(node, at, 0);
    else if (node->kind == DHC_STRING)
        fill_text(node, at, 4);
    else if (node->kind == DHC_BYTES) {
        uint32_t n = any(node->capacity + 1);
        put(at, n, 4);
        for (uint32_t i = 0; i < n; i++)
            bytes[at + 4 + i] = (unsigned char)any(256);
    } else
        put(at, fitting_bits(node), dhc_scalar_size(node->scalar));
}

static void fill(const struct dhc_node *node, uint64_t shift);

/* All elements of an array, in a row. */
static void fill_elements(const struct dhc_node *node, uint64_t shift)
{
    uint64_t n = dhc_count(node);

    for (uint64_t i = 0; i < n; i++)
        if (dhc_is_leaf(node->kind))
            fill_leaf(node, node->offset + shift + i * node->stride);
        else
            fill(node->first, shift + i * node->stride);
}

static void fill_union(const struct dhc_node *node, uint64_t shift)
{
    const struct dhc_node *arm = node->first;
    uint32_t n = 0;

    for (const struct dhc_node *each = arm; each != NULL; each = each->next)
        n++;
    for (uint32_t i = any(n); i > 0; i--)
        arm = arm->next;
    put(node->offset + shift, arm->tag, dhc_scalar_size(node->scalar));
    if (arm->first != NULL) fill(arm->first, shift);
}

static void fill(const struct dhc_node *node, uint64_t shift)
{
    uint32_t n;

    switch (node->kind) {
    case DHC_RESERVE:
    case DHC_ARM: return;
    case DHC_STRUCT:
        for (const struct dhc_node *field = node->first; field != NULL; field = field->next)
            fill(field, shift);
        return;
    case DHC_OPT:
        if (one_in(3)) return;
        bytes[node->offset + shift + node->inner] = 1;
        fill(node->first, shift);
        return;
    case DHC_UNION: fill_union(node, shift); return;
    case DHC_LIST:
        n = any(node->capacity + 1);
        put(node->offset + shift, n, 4);
        for (uint32_t i = 0; i < n; i++)
            fill(node->first, shift + (uint64_t)i * node->stride);
        return;
    default: fill_elements(node, shift);
    }
}

static int make_payload(const char *text_path, const char *path)
{
    static char text[DHC_TEXT_MAX];
    FILE *file = fopen(text_path, "rb");
    struct dhc_trouble trouble;
    struct dhc_text *tree;
    uint32_t size;

    if (file == NULL) return 2;
    tree = dhc_read(text, fread(text, 1, sizeof text, file), &trouble);
    fclose(file);
    if (tree == NULL) {
        fprintf(stderr, "%s:%u: %s\n", text_path, trouble.line, trouble.what);
        return 1; /* the strict reader reads all that dhgen writes */
    }
    size = tree->roots[0].fields->size;
    bytes = calloc(1, size + 1);
    file = fopen(path, "wb");
    if (bytes == NULL || file == NULL) return 2;
    fill(tree->roots[0].fields, 0);
    fwrite(bytes, 1, size, file);
    fclose(file);
    free(bytes);
    dhc_free(tree);
    return 0;
}

static int make_schemas(const char *folder, int n)
{
    static struct sketch sketch;
    char path[512];

    for (int i = 0; i < n; i++) {
        FILE *file;
        snprintf(path, sizeof path, "%s/%d.dhs", folder, i);
        file = fopen(path, "w");
        if (file == NULL) return 2;
        do
            sketch_make(&sketch);
        while (!sketch.has_slot);
        sketch_print(&sketch, file);
        fclose(file);
    }
    return 0;
}

int main(int argc, char **argv)
{
    if (argc != 5) return 2;
    chance_seed(strtoull(argv[2], NULL, 10));
    return strcmp(argv[1], "schemas") == 0 ? make_schemas(argv[3], atoi(argv[4]))
                                           : make_payload(argv[3], argv[4]);
}
