/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sizes and alignments, derived again from the kinds and compared with the text.
 *
 * The text does not say `@align`, only what came of it. So wherever a writer rounds a position up,
 * the reader asks: which power of two, at least the natural alignment, explains what stands here?
 * The smallest one that does is what is known of the alignment; none means that no writer wrote it.
 * (Rounding up by A and then by B is rounding up by the greater one: what the smallest explanation
 * leaves unknown at the end of a struct is found at the next field.)
 */
#include "canon_read_inside.h"

#include <string.h>

static uint64_t round_up(uint64_t value, uint64_t align)
{
    return (value + align - 1) & ~(align - 1);
}

/* The smallest alignment from `natural` on that takes `from` to `to`; 0: none does. */
static uint32_t explain(const struct dhc_parser *parser, uint64_t from, uint64_t to,
                        uint32_t natural)
{
    for (uint32_t align = natural; align != 0 && align <= parser->root->align; align *= 2)
        if (round_up(from, align) == to) return align;
    return 0;
}

static uint32_t greater(uint32_t a, uint32_t b)
{
    return a > b ? a : b;
}

static bool set_size(struct dhc_parser *parser, struct dhc_node *node, uint64_t size,
                     uint32_t align)
{
    if (size > INT32_MAX || node->offset + size > INT32_MAX)
        return dhc_refuse(parser, node->line, "what stands here ends beyond 2^31 bytes");
    if (node->offset % align != 0)
        return dhc_refuse(parser, node->line, "offset %u is no multiple of the alignment, %u",
                          node->offset, align);
    node->size = (uint32_t)size;
    node->align = align;
    return true;
}

uint32_t dhc_count(const struct dhc_node *node)
{
    uint32_t n = 1;

    for (uint32_t i = 0; i < node->n_dims; i++)
        n *= node->dims[i];
    return n;
}

/* The product of the dimensions; 2^31 for anything beyond. */
static uint64_t count_bounded(const struct dhc_node *node)
{
    uint64_t n = 1;

    for (uint32_t i = 0; i < node->n_dims; i++) {
        n *= node->dims[i];
        if (n > INT32_MAX) return (uint64_t)INT32_MAX + 1;
    }
    return n;
}

static bool derive(struct dhc_parser *parser, struct dhc_node *node);

static bool derive_leaf(struct dhc_parser *parser, struct dhc_node *node)
{
    uint64_t size;
    uint32_t align = 4;

    switch (node->kind) {
    case DHC_CHAR: size = node->capacity, align = 1; break;
    case DHC_STRING: size = round_up(4 + (uint64_t)node->capacity + 1, 4); break;
    case DHC_BYTES: size = round_up(4 + (uint64_t)node->capacity, 4); break;
    default: size = align = dhc_scalar_size(node->scalar);
    }
    if (size > INT32_MAX) return set_size(parser, node, size, align);
    node->stride = (uint32_t)size;
    return set_size(parser, node, size * count_bounded(node), align);
}

static bool derive_struct(struct dhc_parser *parser, struct dhc_node *node)
{
    uint64_t end = node->offset;
    uint32_t align = 1;

    for (struct dhc_node *field = node->first; field != NULL; field = field->next) {
        uint32_t found;

        if (!derive(parser, field)) return false;
        found = explain(parser, end, field->offset, field->align);
        if (found == 0)
            return dhc_refuse(parser, field->line, "offset %u does not follow from what ends at %u",
                              field->offset, (unsigned)end);
        align = greater(align, found);
        end = (uint64_t)field->offset + field->size;
    }
    return set_size(parser, node, round_up(end - node->offset, align), align);
}

/* Of an array or a list: how far its elements are apart. 0: refused. */
static uint32_t derive_element(struct dhc_parser *parser, struct dhc_node *node)
{
    uint32_t align;

    if (!derive(parser, node->first)) return 0;
    align = explain(parser, node->first->size, node->stride, node->first->align);
    if (align == 0)
        dhc_refuse(parser, node->line, "stride %u does not follow from elements of %u bytes",
                   node->stride, node->first->size);
    return align;
}

static bool derive_array(struct dhc_parser *parser, struct dhc_node *node)
{
    uint32_t align = derive_element(parser, node);

    if (align == 0) return false;
    if (node->first->offset != node->offset)
        return dhc_refuse(parser, node->first->line, "element 0 stands at the array's own offset");
    return set_size(parser, node, node->stride * count_bounded(node), align);
}

static bool derive_list(struct dhc_parser *parser, struct dhc_node *node)
{
    uint32_t align = derive_element(parser, node), found;
    uint64_t end;

    if (align == 0) return false;
    found = explain(parser, (uint64_t)node->offset + 4, node->first->offset, align);
    if (found == 0)
        return dhc_refuse(parser, node->first->line,
                          "the first item does not follow from the count at %u", node->offset);
    align = greater(4, found);
    end = node->first->offset + (uint64_t)node->stride * node->capacity;
    return set_size(parser, node, round_up(end - node->offset, align), align);
}

static bool derive_opt(struct dhc_parser *parser, struct dhc_node *node)
{
    uint32_t align;

    if (!derive(parser, node->first)) return false;
    if (node->first->offset != node->offset)
        return dhc_refuse(parser, node->first->line, "the value stands at the optional's offset");
    align = explain(parser, node->first->size, node->inner, node->first->align);
    if (align == 0)
        return dhc_refuse(parser, node->line, "presence at +%u does not follow a value of %u bytes",
                          node->inner, node->first->size);
    return set_size(parser, node, round_up((uint64_t)node->inner + 1, align), align);
}

static bool derive_union(struct dhc_parser *parser, struct dhc_node *node)
{
    uint32_t tag = dhc_scalar_size(node->scalar), align = 1, content = 0, found;

    if (node->first == NULL) return dhc_refuse(parser, node->line, "a union has at least one arm");
    for (struct dhc_node *arm = node->first; arm != NULL; arm = arm->next) {
        if (arm->offset != node->first->offset)
            return dhc_refuse(parser, arm->line, "all arms have one offset");
        if (arm->first == NULL) continue;
        if (!derive(parser, arm->first)) return false;
        if (arm->first->offset != arm->offset)
            return dhc_refuse(parser, arm->first->line, "an arm begins at its case's offset");
        align = greater(align, arm->first->align);
        content = greater(content, arm->first->size);
    }
    found = explain(parser, (uint64_t)node->offset + tag, node->first->offset, align);
    if (found == 0)
        return dhc_refuse(parser, node->first->line, "the arms do not follow from the tag at %u",
                          node->offset);
    align = greater(found, tag);
    found = explain(parser, (uint64_t)(node->first->offset - node->offset) + content, node->inner,
                    align);
    if (found == 0)
        return dhc_refuse(parser, node->line, "a union's size of %u does not follow from its arms",
                          node->inner);
    for (struct dhc_node *arm = node->first; arm != NULL; arm = arm->next) {
        arm->size = arm->first == NULL ? 0 : arm->first->size;
        arm->align = arm->first == NULL ? 1 : arm->first->align;
    }
    return set_size(parser, node, node->inner, found);
}

static bool derive(struct dhc_parser *parser, struct dhc_node *node)
{
    switch (node->kind) {
    case DHC_STRUCT: return derive_struct(parser, node);
    case DHC_ARRAY: return derive_array(parser, node);
    case DHC_LIST: return derive_list(parser, node);
    case DHC_OPT: return derive_opt(parser, node);
    case DHC_UNION: return derive_union(parser, node);
    case DHC_RESERVE: return set_size(parser, node, node->capacity, 1);
    default: return derive_leaf(parser, node);
    }
}

/* ---- roots: minors and the reserve -------------------------------------------------------- */

/* How far a root is filled. Later minors fill the reserve first, and begin beyond the size of the
 * one before when it has no room. */
struct filling {
    uint64_t end;         /* of the last field, the reserve aside */
    uint64_t reserve_end; /* 0: there is none */
    uint64_t size;        /* of the last minor */
    uint32_t align;
};

static bool place_field(struct dhc_parser *parser, struct filling *filling,
                        const struct dhc_node *field, bool first_of_minor)
{
    uint64_t from = filling->end, end = (uint64_t)field->offset + field->size;
    uint32_t found;

    if (end > filling->reserve_end && first_of_minor && from < filling->size) from = filling->size;
    if (end > filling->reserve_end && from < filling->reserve_end)
        from = filling->size > 0 ? filling->size : filling->reserve_end; /* 0: born with it */
    found = explain(parser, from, field->offset, field->align);
    if (found == 0)
        return dhc_refuse(parser, field->line, "offset %u does not follow from what ends at %u",
                          field->offset, (unsigned)from);
    filling->align = greater(filling->align, found);
    filling->end = end;
    if (field->kind == DHC_RESERVE) {
        filling->reserve_end = end;
        filling->end = field->offset;
    }
    return true;
}

static bool end_minor(struct dhc_parser *parser, struct filling *filling,
                      const struct dhc_minor *minor, uint32_t line)
{
    uint64_t end = filling->end > filling->reserve_end ? filling->end : filling->reserve_end;
    uint32_t found;

    if (end < filling->size) end = filling->size;
    found = explain(parser, end, minor->size, filling->align);
    if (found == 0)
        return dhc_refuse(parser, line, "minor %u ends at %u, which does not make a size of %u",
                          minor->number, (unsigned)end, minor->size);
    filling->align = found;
    filling->size = minor->size;
    return true;
}

bool dhc_check_root(struct dhc_parser *parser, struct dhc_root *root)
{
    struct filling filling = { .align = 1 };
    struct dhc_node *field = root->fields->first;
    uint32_t line = field == NULL ? parser->line : field->line;

    if (field == NULL) return true;
    for (uint32_t m = 0; m < root->n_minors; m++) {
        bool first = true;

        for (; field != NULL && field->minor == root->minors[m].number; field = field->next) {
            line = field->line;
            if (!derive(parser, field) || !place_field(parser, &filling, field, first))
                return false;
            first = false;
        }
        if (!end_minor(parser, &filling, &root->minors[m], line)) return false;
    }
    root->fields->size = (uint32_t)filling.size;
    root->fields->align = filling.align;
    return true;
}
