/* SPDX-License-Identifier: Apache-2.0 */
#include "canon_write.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* The lines of meaning, each a string of its own until they are sorted. */
struct lines {
    char **line;
    size_t n, room;
};

struct walk {
    const struct dhc_root *root;
    struct lines *lines;
    char path[DHC_PATH_MAX + 8];
    FILE *out; /* of the line in hand */
    char *line;
    size_t line_length;
};

static void write_minor(FILE *out, const struct dhc_node *parent, uint32_t minor, char *path,
                        size_t length);

static void write_signed(FILE *out, enum dhc_scalar scalar, uint64_t bits)
{
    if (dhc_is_signed(scalar))
        fprintf(out, "%" PRId64, (int64_t)bits);
    else
        fprintf(out, "%" PRIu64, bits);
}

static void write_kind(FILE *out, const struct dhc_node *node)
{
    const char *scalar = dhc_scalar_name(node->scalar);

    switch (node->kind) {
    case DHC_SCALAR: fprintf(out, "%s", scalar); break;
    case DHC_ATOMIC: fprintf(out, "atomic<%s>", scalar); break;
    case DHC_CHAR: fprintf(out, "char[%u]", node->capacity); break;
    case DHC_STRING: fprintf(out, "string<%u>", node->capacity); break;
    case DHC_BYTES: fprintf(out, "bytes<%u>", node->capacity); break;
    case DHC_ARRAY: fprintf(out, "array<%u>", node->stride); break;
    case DHC_LIST: fprintf(out, "list<%u,%u>", node->capacity, node->stride); break;
    case DHC_OPT: fprintf(out, "opt<%u>", node->inner); break;
    case DHC_UNION: fprintf(out, "union<%s,%u>", scalar, node->inner); break;
    case DHC_ARM:
        fprintf(out, "case<");
        write_signed(out, node->scalar, node->tag);
        fprintf(out, ">");
        break;
    case DHC_RESERVE: fprintf(out, "reserve<%u>", node->capacity); break;
    case DHC_STRUCT: abort();
    }
    for (uint32_t i = 0; i < node->n_dims; i++)
        fprintf(out, "[%u]", node->dims[i]);
}

static const char *mark_of(const struct dhc_node *parent)
{
    switch (parent->kind) {
    case DHC_ARRAY:
    case DHC_LIST: return "[]";
    case DHC_OPT: return "?";
    default: return "";
    }
}

static size_t extend(char *path, size_t length, const struct dhc_node *node)
{
    const struct dhc_node *parent = node->parent;

    if (node->kind == DHC_RESERVE) return (size_t)sprintf(path, ".");
    if (node->name[0] == 0) return length + (size_t)sprintf(path + length, "%s", mark_of(parent));
    return length + (size_t)sprintf(path + length, "%s%s", length > 0 ? "." : "", node->name);
}

static void write_node(FILE *out, const struct dhc_node *node, uint32_t minor, char *path,
                       size_t length)
{
    length = extend(path, length, node);
    if (node->kind != DHC_STRUCT) {
        fprintf(out, "%u ", node->offset);
        write_kind(out, node);
        fprintf(out, " %.*s\n", (int)length, path);
    }
    write_minor(out, node, minor, path, length);
}

static void write_minor(FILE *out, const struct dhc_node *parent, uint32_t minor, char *path,
                        size_t length)
{
    for (const struct dhc_node *node = parent->first; node != NULL; node = node->next)
        if (node->minor == minor) write_node(out, node, minor, path, length);
}

/* ---- meaning ------------------------------------------------------------------------------ */

static void add_line(struct lines *lines, char *line)
{
    if (lines->n == lines->room) {
        lines->room = lines->room * 2 + 16;
        lines->line = realloc(lines->line, lines->room * sizeof *lines->line);
        if (lines->line == NULL) abort();
    }
    lines->line[lines->n++] = line;
}

/* Begins a line of meaning; what is written to walk->out until end_line() belongs to it. */
static FILE *begin_line(struct walk *walk, const char *key)
{
    walk->out = open_memstream(&walk->line, &walk->line_length);
    if (walk->out == NULL) abort();
    fprintf(walk->out, "%s %s%s %s", key, walk->root->name[0] == 0 ? "slot" : "zone ",
            walk->root->name, walk->path[0] == 0 ? "." : walk->path);
    return walk->out;
}

static void end_line(struct walk *walk)
{
    fclose(walk->out);
    add_line(walk->lines, walk->line);
}

static void write_string(FILE *out, struct dhc_bytes bytes)
{
    fputs(" \"", out);
    for (size_t i = 0; i < bytes.length; i++) {
        unsigned char c = (unsigned char)bytes.data[i];
        if (c == '"' || c == '\\')
            fprintf(out, "\\%c", c);
        else if (c < 0x20 || c == 0x7f)
            fprintf(out, "\\x%02x", c);
        else
            fputc(c, out);
    }
    fputc('"', out);
}

static void write_number(FILE *out, const struct dhc_number *number)
{
    char spelling[DHC_REAL_BYTES];

    fputc(' ', out);
    if (number->kind == DHC_OPEN)
        fputc('_', out);
    else if (number->kind == DHC_INTEGER)
        fprintf(out, "%s%" PRIu64, number->negative ? "-" : "", number->magnitude);
    else {
        dhc_spell_real(number->real, spelling);
        fputs(spelling, out);
    }
}

static void write_labels(FILE *out, const struct dhc_node *node)
{
    const struct dhc_meaning *meaning = node->meaning;

    fprintf(out, " %s", dhc_scalar_name(node->scalar));
    if (meaning->naming != DHC_FLAGS)
        fprintf(out, meaning->naming == DHC_ENUM_OPEN ? " open" : " closed");
    for (uint32_t i = 0; i < meaning->n_labels; i++) {
        fprintf(out, " %s=", meaning->labels[i].name);
        write_signed(out, meaning->naming == DHC_FLAGS ? DHC_U64 : node->scalar,
                     meaning->labels[i].value);
    }
}

static void write_invalid(FILE *out, const struct dhc_meaning *meaning)
{
    fprintf(out, "%s", meaning->invalid_first ? " first" : "");
    if (meaning->invalid == DHC_INVALID_NAME)
        fprintf(out, " %s", meaning->invalid_name);
    else if (meaning->invalid == DHC_INVALID_TEXT)
        write_string(out, meaning->invalid_text);
    else
        write_number(out, &meaning->invalid_number);
}

static void write_scale(FILE *out, const struct dhc_meaning *meaning)
{
    char factor[DHC_REAL_BYTES], shift[DHC_REAL_BYTES];

    dhc_spell_real(meaning->factor, factor);
    dhc_spell_real(meaning->shift, shift);
    fprintf(out, " %s %s", factor, shift);
}

static void collect_texts(struct walk *walk, const struct dhc_meaning *m)
{
    if (m->unit.data != NULL) {
        write_string(begin_line(walk, "unit"), m->unit);
        end_line(walk);
    }
    if (m->frame.data != NULL) {
        write_string(begin_line(walk, "frame"), m->frame);
        end_line(walk);
    }
    if (m->clock != NULL) {
        fprintf(begin_line(walk, "clock"), " %s", m->clock);
        end_line(walk);
    }
    if (m->deprecated) {
        begin_line(walk, "deprecated");
        end_line(walk);
    }
}

static void collect_values(struct walk *walk, const struct dhc_node *node)
{
    const struct dhc_meaning *m = node->meaning;

    if (m->has_range) {
        write_number(begin_line(walk, "range"), &m->low);
        write_number(walk->out, &m->high);
        end_line(walk);
    }
    if (m->has_scale) {
        write_scale(begin_line(walk, "scale"), m);
        end_line(walk);
    }
    if (m->invalid != DHC_INVALID_NOT_SAID) {
        write_invalid(begin_line(walk, "invalid"), m);
        end_line(walk);
    }
    if (m->naming != DHC_UNNAMED) {
        write_labels(begin_line(walk, m->naming == DHC_FLAGS ? "flags" : "enum"), node);
        end_line(walk);
    }
}

static void collect(struct walk *walk, const struct dhc_node *node, size_t length)
{
    if (node->parent != NULL && node->kind != DHC_RESERVE)
        length = extend(walk->path, length, node);
    walk->path[length] = 0;
    collect_texts(walk, node->meaning);
    collect_values(walk, node);
    if (node->parent == NULL && walk->root->has_spinlocks) {
        fprintf(begin_line(walk, "spinlocks"), " %u", walk->root->n_spinlocks);
        end_line(walk);
    }
    for (const struct dhc_node *child = node->first; child != NULL; child = child->next)
        collect(walk, child, length);
}

static int by_bytes(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b); /* no line holds a NUL */
}

char *canon_write(const struct dhc_text *text, size_t *length)
{
    struct lines lines = { 0 };
    char *bytes = NULL, path[DHC_PATH_MAX + 8];
    FILE *out = open_memstream(&bytes, length);

    if (out == NULL) abort();
    fprintf(out, "dhs 1\nfamily %s/%s %u\norder little\n", text->package, text->channel,
            text->major);
    for (uint32_t r = 0; r < text->n_roots; r++) {
        const struct dhc_root *root = &text->roots[r];
        struct walk walk = { .root = root, .lines = &lines };

        fprintf(out, "root %s%s align %u%s\n", r == 0 ? "slot" : "zone ", root->name, root->align,
                root->shared ? " shared" : "");
        for (uint32_t m = 0; m < root->n_minors; m++) {
            fprintf(out, "minor %u size %u\n", root->minors[m].number, root->minors[m].size);
            write_minor(out, root->fields, root->minors[m].number, path, 0);
        }
        collect(&walk, root->fields, 0);
    }
    fprintf(out, "meaning\n");
    if (lines.n > 0) qsort(lines.line, lines.n, sizeof *lines.line, by_bytes);
    for (size_t i = 0; i < lines.n; i++) {
        fprintf(out, "%s\n", lines.line[i]);
        free(lines.line[i]);
    }
    free(lines.line);
    fclose(out);
    return bytes;
}
