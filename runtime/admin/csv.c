/* SPDX-License-Identifier: Apache-2.0 */
#include "csv.h"

#include "spell.h"
#include "text.h"

#include <stdlib.h>
#include <string.h>

/* One walk over the tree, whatever is set: it counts, writes names, or writes values. */
struct row {
    FILE *out;                         /* NULL: only count */
    const struct dhi_payload *payload; /* NULL: names */
    unsigned columns;
    char name[2 * DHC_PATH_MAX];
};

static void walk(struct row *row, const struct dhi_place *place, bool set);

/* A cell's text between quotes where commas, quotes or line ends make them needed. */
static void write_cell(FILE *out, const char *text)
{
    bool quotes = strpbrk(text, ",\"\r\n") != NULL;

    if (quotes) fputc('"', out);
    for (; *text != 0; text++) {
        if (*text == '"') fputc('"', out);
        fputc(*text, out);
    }
    if (quotes) fputc('"', out);
}

/* What dhi_write_leaf gives; of texts what stands between their quotes. */
static void write_leaf(FILE *out, const struct dhi_place *place, const struct dhi_value *value)
{
    char *bytes = NULL, *to;
    size_t n;
    FILE *cell;

    if (value->kind == DHI_MISSING || value->kind == DHI_ABSENT || value->invalid) return;
    if (value->kind == DHI_BOOL) {
        fputs(value->bits != 0 ? "true" : "false", out);
        return;
    }
    if (value->kind == DHI_BLOB) {
        for (uint32_t i = 0; i < value->length; i++)
            fprintf(out, "%02x", value->data[i]);
        return;
    }
    cell = open_memstream(&bytes, &n);
    if (cell == NULL) return;
    if (value->kind == DHI_TEXT)
        dhi_write_quoted(cell, value->data, value->length);
    else
        dhi_write_leaf(cell, place, value, false);
    fclose(cell);
    if (value->kind == DHI_TEXT) {
        to = bytes;
        for (const char *from = bytes + 1; from < bytes + n - 1; from++) {
            if (*from == '\\' && *++from != '"') *to++ = '\\';
            *to++ = *from;
        }
        *to = 0;
    }
    write_cell(out, bytes);
    free(bytes);
}

/* The next column: its name, or `leaf` (NULL: empty). */
static void write_column(struct row *row, const struct dhi_place *place,
                         const struct dhi_value *leaf, const char *text)
{
    row->columns++;
    if (row->out == NULL) return;
    fputc(',', row->out);
    if (row->payload == NULL)
        write_cell(row->out, row->name);
    else if (leaf != NULL)
        write_leaf(row->out, place, leaf);
    else if (text != NULL)
        write_cell(row->out, text);
}

static void walk_leaf(struct row *row, const struct dhi_place *place, bool set)
{
    struct dhi_value value = { .kind = DHI_ABSENT };

    if (set && row->payload != NULL) value = dhi_leaf(row->payload, place->node, place->shift);
    write_column(row, place, &value, NULL);
}

static void walk_list(struct row *row, const struct dhi_place *place, bool set)
{
    char *bytes = NULL;
    size_t n;
    FILE *cell;

    if (!set || row->payload == NULL) {
        write_column(row, place, NULL, NULL);
        return;
    }
    cell = open_memstream(&bytes, &n);
    if (cell == NULL) return;
    dhi_write_flow(cell, row->payload, place);
    fclose(cell);
    write_column(row, place, NULL, strcmp(bytes, "missing") == 0 ? NULL : bytes);
    free(bytes);
}

static void walk_member(struct row *row, const struct dhi_place *member, const char *name, bool set)
{
    size_t length = strlen(row->name);

    snprintf(row->name + length, sizeof row->name - length, "%s%s",
             length > 0 && name[0] != '[' ? "." : "", name);
    walk(row, member, set);
    row->name[length] = 0;
}

static void walk_union(struct row *row, const struct dhi_place *place, bool set)
{
    const struct dhc_node *arm = NULL;
    uint64_t tag;

    if (set && row->payload != NULL) arm = dhi_arm(row->payload, place->node, place->shift, &tag);
    write_column(row, place, NULL, arm == NULL ? NULL : arm->name);
    for (const struct dhc_node *each = place->node->first; each != NULL; each = each->next) {
        struct dhi_place content = { .node = each->first, .shift = place->shift };
        if (each->first != NULL) walk_member(row, &content, each->name, each == arm);
    }
}

static void walk_elements(struct row *row, const struct dhi_place *place, bool set)
{
    uint32_t n = place->node->dims[place->level];
    char name[16];

    for (uint32_t i = 0; i < n && row->columns <= DHI_CSV_COLUMNS; i++) {
        struct dhi_place member = dhi_element(place, i);
        snprintf(name, sizeof name, "[%u]", i);
        walk_member(row, &member, name, set);
    }
}

static void walk(struct row *row, const struct dhi_place *place, bool set)
{
    const struct dhc_node *node = place->node;
    struct dhi_place inner = *place;

    if (row->columns > DHI_CSV_COLUMNS) return;
    if (node->kind == DHC_OPT) {
        inner.node = node->first;
        walk(row, &inner,
             set && row->payload != NULL && dhi_is_present(row->payload, node, place->shift));
    } else if (node->kind == DHC_STRUCT) {
        for (const struct dhc_node *field = node->first; field != NULL; field = field->next) {
            struct dhi_place member = { .node = field, .shift = place->shift };
            if (field->kind != DHC_RESERVE) walk_member(row, &member, field->name, set);
        }
    } else if (node->kind == DHC_UNION)
        walk_union(row, place, set);
    else if (node->kind == DHC_LIST)
        walk_list(row, place, set);
    else if (place->level < node->n_dims)
        walk_elements(row, place, set);
    else
        walk_leaf(row, place, set);
}

static unsigned walk_row(struct row *row, const struct dhc_node *root, const char *path)
{
    struct dhi_place place = { .node = root };
    const char *bad;
    bool set = true;

    if (path != NULL) {
        if (!dhi_path(NULL, root, path, &place, &bad)) return 0;
        set = row->payload == NULL || dhi_path(row->payload, root, path, &place, &bad);
        snprintf(row->name, sizeof row->name, "%s", path);
    }
    walk(row, &place, set);
    return row->columns;
}

unsigned dhi_csv_columns(const struct dhc_node *root, const char *path)
{
    return walk_row(&(struct row){ 0 }, root, path);
}

void dhi_write_csv_names(FILE *out, const struct dhc_node *root, const char *path)
{
    walk_row(&(struct row){ .out = out }, root, path);
}

void dhi_write_csv_values(FILE *out, const struct dhi_payload *payload, const struct dhc_node *root,
                          const char *path)
{
    walk_row(&(struct row){ .out = out, .payload = payload }, root, path);
}
