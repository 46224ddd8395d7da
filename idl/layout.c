/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Layout: declared order, natural alignment, nothing reordered, nothing packed.
 *
 *   minor 0    [fields of 1.0][reserve ......]      size: rounded up to the alignment so far
 *   minor 1    a field begins inside of the reserve, or at the size of minor 0: tail padding of an
 *              older minor is never used, since its programs copy it or leave it
 */
#include <string.h>

#include "checker.h"
#include "source.h"

uint64_t dhs_round_up(uint64_t value, uint64_t align)
{
    return (value + align - 1) & ~(align - 1);
}

static uint64_t greater(uint64_t a, uint64_t b)
{
    return a > b ? a : b;
}

/* ---- types -------------------------------------------------------------------------------- */

/* All terms are below 2^31 and counts below 2^31, so products stay below 2^63. */
static void measure(struct dhs_type *type)
{
    const struct dhs_type *element = type->element;
    switch (type->kind) {
    case DHS_TYPE_CHARS:
        type->size = type->length;
        type->align = 1;
        break;
    case DHS_TYPE_STRING:
    case DHS_TYPE_BYTES:
        type->inner_offset = 4;
        type->size = dhs_round_up(4 + type->length + (type->kind == DHS_TYPE_STRING), 4);
        type->align = 4;
        break;
    case DHS_TYPE_LIST:
        type->align = (uint32_t)greater(4, element->align);
        type->inner_offset = (uint32_t)dhs_round_up(4, element->align);
        type->size = dhs_round_up(type->inner_offset + type->length * element->size, type->align);
        break;
    case DHS_TYPE_OPTIONAL:
        type->align = element->align;
        type->inner_offset = (uint32_t)element->size;
        type->size = dhs_round_up(element->size + 1, element->align);
        break;
    case DHS_TYPE_ARRAY:
        type->align = element->align;
        type->size = type->length * element->size;
        break;
    default:
        type->size = dhs_scalar_size(type->scalar);
        type->align = (uint32_t)type->size;
        break;
    }
}

/* The product of the dimensions; beyond the limit it stays there. */
static uint64_t count_of(const struct dhs_type *type)
{
    uint64_t count = 1;
    for (uint32_t i = 0; i < type->n_dims; i++) {
        count *= type->dims[i];
        if (count > DHS_MAX_SIZE) return (uint64_t)DHS_MAX_SIZE + 1;
    }
    return count;
}

bool dhs_size_type(struct dhs_check *check, struct dhs_span span, struct dhs_type *type)
{
    if (type->kind == DHS_TYPE_ARRAY) type->length = count_of(type);
    measure(type);
    if (type->size <= DHS_MAX_SIZE) return true;
    dhs_report(check->diag, DHS_TYPE_TOO_LARGE, span, "this type is larger than 2 GiB");
    return false;
}

/* ---- unions ------------------------------------------------------------------------------- */

bool dhs_lay_out_union(struct dhs_check *check, struct dhs_span span, struct dhs_union *onion)
{
    uint64_t tag = dhs_scalar_size(onion->tag), largest = 0, align = 1;
    for (size_t i = 0; i < onion->n_arms; i++) {
        if (!onion->arms[i].type) continue;
        largest = greater(largest, onion->arms[i].type->size);
        align = greater(align, onion->arms[i].type->align);
    }
    onion->arms_offset = dhs_round_up(tag, align);
    onion->align = (uint32_t)greater(tag, align);
    onion->size = dhs_round_up(onion->arms_offset + largest, onion->align);
    if (onion->size <= DHS_MAX_SIZE) return true;
    dhs_report(check->diag, DHS_TYPE_TOO_LARGE, span, "this union is larger than 2 GiB");
    return false;
}

/* ---- structs ------------------------------------------------------------------------------ */

struct layout {
    struct dhs_check *check;
    struct dhs_symbol *symbol;
    struct dhs_struct *structure;
    const struct dhs_marks *own;
    uint64_t end;         /* of all that is placed, the reserve too */
    uint64_t cursor;      /* where the next field may begin, before alignment */
    uint64_t reserve_end; /* 0: none, or none that may still be used */
    uint32_t align;       /* of the fields so far */
    uint32_t minor;
    struct dhs_minor_size *minors;
    size_t n_minors;
    bool quiet; /* something is missing or broken: what the author asserts cannot be judged */
};

static struct dhs_span field_span(const struct layout *l, const struct ast_declaration *ast,
                                  const char *attribute)
{
    return dhs_attribute_span(l->symbol->unit->source, ast, attribute);
}

/* A minor is complete: its size depends on nothing that comes later. */
static void close_minor(struct layout *l)
{
    struct dhs_struct *structure = l->structure;
    if (l->minor == 0 && structure->reserve_bytes) {
        structure->reserve_offset = l->end;
        l->cursor = l->end;
        l->end += structure->reserve_bytes;
        l->reserve_end = l->end;
        l->align = (uint32_t)greater(l->align, 8);
    }
    struct dhs_minor_size *minor = &l->minors[l->n_minors++];
    minor->minor = l->minor;
    minor->end = l->end;
    minor->size = dhs_round_up(l->end, l->align);
    if (!l->reserve_end) l->cursor = minor->size;
}

/* Inside of the reserve as long as fields fit; then behind the whole of the previous minor. */
static uint64_t begin_of(struct layout *l, const struct dhs_field *field)
{
    uint64_t offset = dhs_round_up(l->cursor, field->align);
    if (field->since_minor == 0 || !l->reserve_end) return offset;
    if (offset + field->size <= l->reserve_end) return offset;
    l->reserve_end = 0;
    return dhs_round_up(l->minors[l->n_minors - 1].size, field->align);
}

static uint32_t align_of(struct layout *l, const struct dhs_field *field,
                         const struct dhs_place_marks *marks, const struct ast_declaration *ast)
{
    uint32_t natural = field->type->align, wanted = marks->align;
    if (wanted == 0 || wanted >= natural) return wanted ? wanted : natural;
    dhs_report(l->check->diag, DHS_ALIGN_BAD, field_span(l, ast, "align"),
               "'%s' needs an alignment of %u already", field->declaration.name, natural);
    return natural;
}

/* The author's @offset: right, or refused with the reason. */
static void check_offset(struct layout *l, const struct dhs_field *field,
                         const struct dhs_place_marks *marks, const struct ast_declaration *ast)
{
    if (!marks->has_offset || marks->offset == field->offset) return;
    struct dhs_diag *diag = l->check->diag;
    struct dhs_span span = field_span(l, ast, "offset");
    bool impossible = field->type->kind != DHS_TYPE_POISON && marks->offset % field->align != 0;
    if (l->quiet && impossible) /* whatever the fields before it are */
        dhs_report(diag, DHS_OFFSET_WRONG, span,
                   "field '%s' starts at a multiple of %u, not at %llu", field->declaration.name,
                   field->align, (unsigned long long)marks->offset);
    if (l->quiet) return;
    unsigned long long offset = field->offset;
    const struct dhs_minor_size *previous = field->since_minor ? &l->minors[l->n_minors - 1] : NULL;
    if (previous && marks->offset >= previous->end && marks->offset < previous->size) {
        dhs_report(diag, DHS_TAIL_PADDING, span,
                   "field '%s' would reuse tail padding of version %u.%u", field->declaration.name,
                   marks->since_major, previous->minor);
        dhs_label(diag, "consumers built for %u.%u copy %llu bytes and would clobber it",
                  marks->since_major, previous->minor, (unsigned long long)previous->size);
        dhs_help(diag, "remove '@offset' (it lands at %llu), or give %u.0 room with '@reserve(32)'",
                 offset, marks->since_major);
        return;
    }
    dhs_report(diag, DHS_OFFSET_WRONG, span, "field '%s' is at offset %llu, not %llu",
               field->declaration.name, offset, (unsigned long long)marks->offset);
    dhs_help(diag, "correct '@offset', or the fields before it");
}

/* Marks the struct as one that only roots may be: `what` lets it grow. */
static void note_growth(struct layout *l, struct dhs_span what)
{
    if (l->structure->grows) return;
    l->structure->grows = true;
    l->structure->growth = what;
}

/* False: the field stands in the wrong place and is treated as one of the minor before it. */
static bool begin_minor(struct layout *l, const struct dhs_field *field,
                        const struct ast_declaration *ast)
{
    if (field->since_minor == l->minor) return true;
    if (field->since_minor > l->minor) {
        close_minor(l);
        l->minor = field->since_minor;
        return true;
    }
    struct dhs_span span = field_span(l, ast, "since");
    bool is_lost = field->since_minor == 0 && span.offset != ast->name.offset;
    if (is_lost) return true; /* its @since was reported: it may be right where it is */
    dhs_report(l->check->diag, DHS_SINCE_ORDER, span,
               "'%s' belongs to an older minor than the field before it", field->declaration.name);
    dhs_help(l->check->diag, "fields of later minors stand last, in ascending order");
    return false;
}

static void place(struct layout *l, struct dhs_field *field, const struct dhs_place_marks *marks,
                  const struct ast_declaration *ast)
{
    if (!begin_minor(l, field, ast)) field->since_minor = l->minor;
    if (marks->has_since) note_growth(l, field_span(l, ast, "since"));
    field->align = align_of(l, field, marks, ast);
    field->offset = begin_of(l, field);
    l->cursor = field->offset + field->size;
    l->end = greater(l->end, l->cursor);
    l->align = (uint32_t)greater(l->align, field->align);
    check_offset(l, field, marks, ast);
}

/* A struct's own @align may raise its alignment and cannot lower it. */
static void check_own_align(struct layout *l)
{
    uint32_t wanted = l->own->attributes.align;
    if (wanted == 0 || wanted >= l->align || l->quiet) return;
    dhs_report(l->check->diag, DHS_ALIGN_BAD, field_span(l, l->symbol->ast, "align"),
               "'%s' needs an alignment of %u already", l->structure->written, l->align);
}

static void check_size(struct layout *l)
{
    const struct dhs_struct *structure = l->structure;
    const struct ast_declaration *ast = l->symbol->ast;
    if (l->own->has_size && l->own->size != structure->size && !l->quiet) {
        dhs_report(l->check->diag, DHS_SIZE_WRONG, field_span(l, ast, "size"),
                   "'%s' has %llu bytes, not %llu", structure->written,
                   (unsigned long long)structure->size, (unsigned long long)l->own->size);
        dhs_help(l->check->diag, "correct '@size', or the fields");
    }
    if (structure->size <= DHS_MAX_SIZE) return;
    dhs_report(l->check->diag, DHS_TYPE_TOO_LARGE, field_span(l, ast, ""),
               "'%s' is larger than 2 GiB", structure->written);
    l->symbol->poisoned = true;
}

/* A limit on the sum, so that offsets cannot overflow however many fields there are. */
static bool is_beyond(struct layout *l)
{
    return l->end > (uint64_t)DHS_MAX_SIZE * 4;
}

void dhs_lay_out_struct(struct dhs_check *check, struct dhs_symbol *symbol,
                        const struct dhs_marks *own, struct dhs_field *fields,
                        const struct dhs_place_marks *marks,
                        const struct ast_declaration *const *asts)
{
    struct dhs_struct *structure = symbol->structure;
    struct layout l = { .check = check, .symbol = symbol, .structure = structure, .own = own };
    l.align = own->attributes.align ? own->attributes.align : 1;
    l.minors = dhs_alloc_array(check->arena, structure->n_fields + 1, sizeof *l.minors);
    structure->reserve_bytes = own->reserve_bytes;
    if (own->reserve_bytes)
        note_growth(&l, dhs_attribute_span(symbol->unit->source, symbol->ast, "reserve"));
    l.quiet = symbol->ast->damaged;
    for (size_t i = 0; i < structure->n_fields; i++)
        l.quiet = l.quiet || fields[i].type->kind == DHS_TYPE_POISON;
    for (size_t i = 0; i < structure->n_fields && !is_beyond(&l); i++)
        place(&l, &fields[i], &marks[i], asts[i]);
    close_minor(&l);
    structure->minors = l.minors;
    structure->n_minors = l.n_minors;
    structure->size = l.minors[l.n_minors - 1].size;
    structure->align = l.align;
    check_own_align(&l);
    check_size(&l);
}
