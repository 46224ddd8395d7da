/* SPDX-License-Identifier: Apache-2.0 */
#include "text.h"

#include "spell.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum {
    SHOWN_BYTES = 32,  /* of a blob */
    SHOWN_VALUES = 64, /* of an array of leaves that does not fit on a line */
    WRAPPED_LINES = 4, /* of an element that is longer than a line */
    SHOWN_GROUPS = 16, /* of an array of groups */
    SHOWN_INNER = 4,   /* of one inside another, and of the one around it */
    INDENT = 2,
};

/* ---- one value ---------------------------------------------------------------------------- */

static void write_flags(FILE *out, const struct dhc_meaning *meaning, uint64_t bits)
{
    const char *separator = "";

    if (bits == 0) fputs("0", out);
    for (uint64_t bit = 0; bit < 64; bit++) {
        const char *name;
        if ((bits >> bit & 1) == 0) continue;
        name = dhi_label(meaning, bit);
        if (name != NULL)
            fprintf(out, "%s%s", separator, name);
        else
            fprintf(out, "%sbit %" PRIu64, separator, bit);
        separator = " | ";
    }
}

static void write_blob(FILE *out, const struct dhi_value *value)
{
    uint32_t shown = value->length < SHOWN_BYTES ? value->length : SHOWN_BYTES;

    fprintf(out, "%u byte%s%s", value->length, value->length == 1 ? "" : "s",
            value->length > 0 ? ":" : "");
    for (uint32_t i = 0; i < shown; i++)
        fprintf(out, " %02x", value->data[i]);
    if (shown < value->length) fprintf(out, " … %u more", value->length - shown);
}

static void write_number(FILE *out, const struct dhc_node *node, const struct dhi_value *value)
{
    const struct dhc_meaning *meaning = node->meaning;
    const char *label = NULL;
    char spelling[DHI_NUMBER_BYTES];

    if (meaning->naming == DHC_FLAGS) {
        write_flags(out, meaning,
                    dhc_is_signed(node->scalar) && dhc_scalar_size(node->scalar) < 8
                        ? value->bits & (UINT64_MAX >> (64 - 8 * dhc_scalar_size(node->scalar)))
                        : value->bits);
        return;
    }
    if (meaning->naming != DHC_UNNAMED) label = dhi_label(meaning, value->bits);
    if (meaning->has_scale && !value->invalid)
        dhi_spell_physical(meaning, value, spelling);
    else
        dhi_spell_raw(node, value, spelling);
    fputs(label != NULL ? label : spelling, out);
}

static void write_absent(FILE *out, const struct dhi_place *place, const struct dhi_value *value)
{
    if (place->node == NULL) return; /* an arm without a type: its name says all */
    if (place->node->kind != DHC_UNION)
        fputs("absent", out);
    else if (dhc_is_signed(place->node->scalar))
        fprintf(out, "nothing set (tag %" PRId64 ")", (int64_t)value->bits);
    else
        fprintf(out, "nothing set (tag %" PRIu64 ")", value->bits);
}

static void write_bare(FILE *out, const struct dhi_place *place, const struct dhi_value *value)
{
    switch (value->kind) {
    case DHI_MISSING: fputs("missing", out); break;
    case DHI_ABSENT: write_absent(out, place, value); break;
    case DHI_BOOL:
        fputs(value->bits != 0 ? "true" : "false", out);
        if (value->bits > 1) fprintf(out, " (byte %u)", (unsigned)value->bits);
        break;
    case DHI_TEXT: dhi_write_quoted(out, value->data, value->length); break;
    case DHI_BLOB: write_blob(out, value); break;
    case DHI_SIGNED:
    case DHI_UNSIGNED:
    case DHI_REAL: write_number(out, place->node, value); break;
    }
}

void dhi_write_leaf(FILE *out, const struct dhi_place *place, const struct dhi_value *value,
                    bool with_unit)
{
    const struct dhc_node *node = place->node;
    bool told = value->kind != DHI_MISSING && value->kind != DHI_ABSENT;

    if (value->invalid) fputs("invalid (", out);
    write_bare(out, place, value);
    if (value->invalid) fputs(")", out);
    if (told && (value->kind == DHI_TEXT || value->kind == DHI_BLOB) &&
        value->claimed > value->length)
        fprintf(out, " (damaged: says %u bytes, has room for %u)", value->claimed, node->capacity);
    if (told && with_unit && !value->invalid && node->meaning->unit.length > 0) {
        fputc(' ', out);
        dhi_write_safe(out, node->meaning->unit.data, node->meaning->unit.length);
    }
}

/* ---- units -------------------------------------------------------------------------------- */

static bool same_bytes(const struct dhc_bytes *a, const struct dhc_bytes *b)
{
    return a->length == b->length && memcmp(a->data, b->data, a->length) == 0;
}

/* The unit that all numbers below have, so that it is said once; NULL: there is none. */
static const struct dhc_bytes *common_unit(const struct dhc_node *node)
{
    const struct dhc_bytes *unit = NULL;

    if (dhc_is_leaf(node->kind))
        return node->meaning->unit.length > 0 ? &node->meaning->unit : NULL;
    for (const struct dhc_node *child = node->first; child != NULL; child = child->next) {
        const struct dhc_bytes *other;
        if (child->kind == DHC_RESERVE) continue;
        other = common_unit(child);
        if (other == NULL || (unit != NULL && !same_bytes(unit, other))) return NULL;
        unit = other;
    }
    return unit;
}

/* ---- on one line -------------------------------------------------------------------------- */

struct flow {
    FILE *out;
    char *bytes;
    size_t n_bytes, limit;
    bool over;
    bool separate; /* a member stands before */
    bool in_arm;   /* the name of an arm stands before: no other name */
    unsigned depth,
        units; /* `units`: depth of the group that says the unit for all in it; 0: none */
};

static void flow_name(struct flow *flow, const struct dhi_place *place)
{
    bool in_arm = flow->in_arm;

    if (flow->separate) fputs(", ", flow->out);
    flow->separate = true;
    flow->in_arm = false;
    if (!in_arm && flow->depth > 0 && place->name != NULL) fprintf(flow->out, "%s: ", place->name);
}

static bool flow_room(struct flow *flow)
{
    fflush(flow->out);
    flow->over = flow->over || flow->n_bytes > flow->limit;
    return !flow->over;
}

static bool flow_open(void *context, struct dhi_place *place)
{
    struct flow *flow = context;

    /* Each member takes three columns at least: no need to try. */
    if (!flow_room(flow) || place->count > flow->limit / 3) flow->over = true;
    if (flow->over) return false;
    flow_name(flow, place);
    flow->depth++;
    if (flow->units == 0 && common_unit(place->node) != NULL) flow->units = flow->depth;
    flow->separate = false;
    if (place->shape == DHI_UNION) {
        fprintf(flow->out, "%s", place->arm->name);
        if (place->arm->first != NULL) fputc(' ', flow->out);
        flow->in_arm = true;
        return true;
    }
    fputc(place->shape == DHI_STRUCT ? '{' : '[', flow->out);
    return true;
}

static void flow_close(void *context, const struct dhi_place *place)
{
    struct flow *flow = context;
    const struct dhc_node *node = place->node;

    if (place->shape != DHI_UNION) fputc(place->shape == DHI_STRUCT ? '}' : ']', flow->out);
    if (flow->units == flow->depth) {
        fputc(' ', flow->out);
        dhi_write_safe(flow->out, common_unit(node)->data, common_unit(node)->length);
        flow->units = 0;
    }
    if (place->shape == DHI_LIST && place->claimed > place->count)
        fprintf(flow->out, " (damaged: says %u items, has room for %u)", place->claimed,
                node->capacity);
    flow->depth--;
    flow->separate = true;
}

static void flow_value(void *context, const struct dhi_place *place, const struct dhi_value *value)
{
    struct flow *flow = context;

    if (!flow_room(flow)) return;
    flow_name(flow, place);
    dhi_write_leaf(flow->out, place, value, flow->units == 0);
}

/* The group on one line of at most `limit` bytes, or NULL; free() it. */
static char *flow_of(const struct dhi_payload *payload, const struct dhi_place *group, size_t limit)
{
    struct flow flow = { .limit = limit };
    struct dhi_visitor visitor = { &flow, flow_open, flow_close, flow_value };

    flow.out = open_memstream(&flow.bytes, &flow.n_bytes);
    if (flow.out == NULL) return NULL;
    dhi_decode_place(payload, group, &visitor);
    flow_room(&flow);
    fclose(flow.out);
    if (!flow.over) return flow.bytes;
    free(flow.bytes);
    return NULL;
}

void dhi_write_flow(FILE *out, const struct dhi_payload *payload, const struct dhi_place *place)
{
    char *line = flow_of(payload, place, SIZE_MAX);

    if (line != NULL) fputs(line, out);
    free(line);
}

/* ---- on many lines ------------------------------------------------------------------------ */

struct block {
    FILE *out;
    const struct dhi_payload *payload;
    unsigned columns, indent;
    unsigned depth;
    bool wrapping; /* values of an array follow each other */
    unsigned column;
    bool separate;
};

/* Fields of one struct have their values in one column. */
static unsigned name_width(const struct dhi_place *place)
{
    const struct dhc_node *node = place->node;
    unsigned width = 0;

    if (node == NULL) return 0;
    while (node->name[0] == 0 && node->parent != NULL && node->parent->kind == DHC_OPT)
        node = node->parent;
    if (node->name[0] == 0 || node->parent->kind != DHC_STRUCT) return 0;
    for (const struct dhc_node *field = node->parent->first; field != NULL; field = field->next) {
        size_t length = strlen(field->name);
        if (length > width && length <= 20) width = (unsigned)length;
    }
    return width;
}

/* "  name:   " or "  [3]: ", and how many columns that is. */
static unsigned lead(char *line, size_t room, const struct block *block,
                     const struct dhi_place *place)
{
    char name[DHC_PATH_MAX + 3];
    unsigned width = name_width(place);

    if (place->name != NULL)
        snprintf(name, sizeof name, "%s:", place->name);
    else
        snprintf(name, sizeof name, "[%u]:", place->index);
    return (unsigned)snprintf(line, room, "%*s%-*s ", (int)block->indent, "",
                              place->name != NULL && block->depth > 0 ? (int)width + 1 : 0, name);
}

/* Elements that are leaves, and all dimensions but this one chosen. */
static bool holds_leaves(const struct dhi_place *place)
{
    const struct dhc_node *node = place->node;

    if (place->shape == DHI_LIST) return dhc_is_leaf(node->first->kind) && node->first->n_dims == 0;
    return place->shape == DHI_ARRAY && dhc_is_leaf(node->kind) && place->level + 1 == node->n_dims;
}

/* Elements that have elements again: an image, of which a corner is enough. */
static bool holds_arrays(const struct dhi_place *place)
{
    const struct dhc_node *node = place->node;

    if (place->shape == DHI_ARRAY && place->level + 1 < node->n_dims) return true;
    return node->first != NULL && (node->first->kind == DHC_ARRAY || node->first->kind == DHC_LIST);
}

static void block_title(struct block *block, const struct dhi_place *place, const char *name)
{
    const struct dhc_bytes *unit = common_unit(place->node);
    bool items = place->shape == DHI_ARRAY || place->shape == DHI_LIST;

    if (!items) {
        int length = (int)strlen(name);
        while (length > 0 && name[length - 1] == ' ')
            length--;
        fprintf(block->out, "%.*s\n", length, name);
        return;
    }
    fprintf(block->out, "%s%u item%s", name, place->count, place->count == 1 ? "" : "s");
    if (unit != NULL) {
        fputs(", ", block->out);
        dhi_write_safe(block->out, unit->data, unit->length);
    }
    if (place->shape == DHI_LIST && place->claimed > place->count)
        fprintf(block->out, " (damaged: says %u, has room for %u)", place->claimed,
                place->node->capacity);
    fputc('\n', block->out);
}

/* Where the line that begins at `flow` may be broken: behind the last ", " that fits, quotes aside.
 */
static size_t break_of(const char *flow, size_t room)
{
    size_t best = 0;
    bool quoted = false;

    for (size_t i = 0; flow[i] != 0 && (i < room || best == 0); i++) {
        if (quoted && flow[i] == '\\' && flow[i + 1] != 0)
            i++;
        else if (flow[i] == '"')
            quoted = !quoted;
        else if (!quoted && flow[i] == ',' && flow[i + 1] == ' ')
            best = i + 1;
    }
    return best == 0 ? strlen(flow) : best;
}

/* An element that takes a few lines: fields behind each other, under the first one. */
static bool wrap_flow(struct block *block, const struct dhi_place *place, const char *name,
                      unsigned columns)
{
    size_t room = block->columns > columns + 20 ? block->columns - columns : 20;
    char *flow, *rest;

    if (place->name != NULL || place->shape != DHI_STRUCT) return false;
    flow = rest = flow_of(block->payload, place, room * WRAPPED_LINES - 20);
    if (flow == NULL) return false;
    fputs(name, block->out);
    while (strlen(rest) > room) {
        size_t n = break_of(rest, room);
        fprintf(block->out, "%.*s\n", (int)n, rest);
        rest += n;
        if (*rest == ' ') rest++;
        if (*rest != 0) fprintf(block->out, "%*s", (int)columns + 1, "");
        room -= room == block->columns - columns; /* the brace stands out on the first line only */
    }
    if (*rest != 0) fprintf(block->out, "%s\n", rest);
    free(flow);
    return true;
}

static bool block_open(void *context, struct dhi_place *place)
{
    struct block *block = context;
    char name[DHC_PATH_MAX + 64];
    unsigned columns, shown;
    char *flow;

    if (block->depth == 0 && place->name == NULL) {
        block->depth++;
        return true;
    }
    columns = lead(name, sizeof name, block, place);
    flow = flow_of(block->payload, place, columns < block->columns ? block->columns - columns : 0);
    if (flow != NULL) {
        fprintf(block->out, "%s%s\n", name, flow);
        free(flow);
        return false;
    }
    if (wrap_flow(block, place, name, columns)) return false;
    block_title(block, place, name);
    block->depth++;
    block->indent += INDENT;
    block->wrapping = holds_leaves(place);
    block->column = block->indent;
    block->separate = false;
    shown = block->wrapping                           ? SHOWN_VALUES
            : block->depth > 2 || holds_arrays(place) ? SHOWN_INNER
                                                      : SHOWN_GROUPS;
    if ((place->shape == DHI_ARRAY || place->shape == DHI_LIST) && place->visit > shown)
        place->visit = shown;
    return true;
}

static void block_close(void *context, const struct dhi_place *place)
{
    struct block *block = context;

    if (block->wrapping && place->visit > 0) fputc('\n', block->out);
    if (place->visit < place->count)
        fprintf(block->out, "%*s… %u more\n", (int)block->indent, "", place->count - place->visit);
    block->wrapping = false;
    block->depth--;
    if (block->indent >= INDENT) block->indent -= INDENT;
}

static void wrap_value(struct block *block, const struct dhi_place *place,
                       const struct dhi_value *value)
{
    char *bytes = NULL;
    size_t n;
    FILE *out = open_memstream(&bytes, &n);

    if (out == NULL) return;
    dhi_write_leaf(out, place, value, common_unit(place->node) == NULL);
    fclose(out);
    if (block->separate && block->column + 2 + n + 1 > block->columns) {
        fputs(",\n", block->out);
        block->separate = false;
        block->column = block->indent;
    }
    if (block->separate)
        fputs(", ", block->out);
    else
        fprintf(block->out, "%*s", (int)block->indent, "");
    fputs(bytes, block->out);
    block->column += (unsigned)n + (block->separate ? 2 : 0);
    block->separate = true;
    free(bytes);
}

static void block_value(void *context, const struct dhi_place *place, const struct dhi_value *value)
{
    struct block *block = context;
    char name[DHC_PATH_MAX + 64];

    if (block->wrapping) {
        wrap_value(block, place, value);
        return;
    }
    lead(name, sizeof name, block, place);
    fputs(name, block->out);
    dhi_write_leaf(block->out, place, value, true);
    fputc('\n', block->out);
}

void dhi_write_text(FILE *out, const struct dhi_payload *payload, const struct dhc_node *root,
                    const char *path, unsigned columns)
{
    struct block block = { .out = out, .payload = payload, .columns = columns };
    struct dhi_visitor visitor = { &block, block_open, block_close, block_value };
    struct dhi_place place = { .name = path };
    const char *bad;

    if (path == NULL)
        dhi_decode(payload, root, NULL, &visitor);
    else if (dhi_path(payload, root, path, &place, &bad))
        dhi_decode_place(payload, &place, &visitor);
    else
        fprintf(out, "%s: not set\n", path);
}
