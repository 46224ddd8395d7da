/* SPDX-License-Identifier: Apache-2.0 */
#include "describe_body.h"

#include <inttypes.h>
#include <string.h>

#include "c_code.h"
#include "put.h"

static struct member *add_member(struct describer *d, struct body *body)
{
    struct member *member = dhs_alloc(d->arena, sizeof *member);

    member->note = "";
    member->docs = "";
    member->source = body->source;
    if (body->last)
        body->last->next = member;
    else
        body->first = member;
    body->last = member;
    return member;
}

void body_pad_to(struct describer *d, struct body *body, uint64_t offset)
{
    if (offset <= body->end) return;
    bool reserved = body->reserve_bytes > 0 &&
                    body->end < body->reserve_offset + body->reserve_bytes &&
                    offset > body->reserve_offset;
    struct member *member = add_member(d, body);

    member->name = dhs_printf(d->arena, "pad%" PRIu64 "_", body->end);
    member->declaration =
        dhs_printf(d->arena, "uint8_t %s[%" PRIu64 "];", member->name, offset - body->end);
    member->note = reserved ? "zero, reserved for later minors" : "zero";
    member->offset = body->end;
    member->is_padding = true;
    body->end = offset;
}

struct member *body_add(struct describer *d, struct body *body, const char *name,
                        const struct dhs_type *type, uint64_t offset, uint32_t align,
                        const char *composite)
{
    body_pad_to(d, body, offset);
    struct member *member = add_member(d, body);

    member->name = names_for_c(d->arena, name);
    bool is_said =
        align <= type->align && align <= body->aligned; /* no gap is left to the compiler */
    member->declaration =
        c_declaration(d->arena, type, is_said ? 0 : align, member->name, composite);
    if (align > body->aligned && c_says_align(type, align)) body->aligned = align;
    member->offset = offset;
    body->end = offset + type->size;
    return member;
}

struct member *body_add_scalar(struct describer *d, struct body *body, const char *name,
                               enum dhs_scalar scalar, uint64_t offset)
{
    struct dhs_type *type = dhs_alloc(d->arena, sizeof *type);

    type->kind = DHS_TYPE_SCALAR;
    type->scalar = scalar;
    type->size = type->align = dhs_scalar_size(scalar);
    return body_add(d, body, name, type, offset, type->align, "");
}

void body_align_first(struct describer *d, struct body *body, uint32_t greatest_member_align)
{
    struct member *first = body->first;

    if (!first || body->align <= greatest_member_align) return;
    if (strncmp(first->declaration, "alignas(", 8) == 0)
        first->declaration = strchr(first->declaration, ' ') + 1;
    first->declaration =
        dhs_printf(d->arena, "alignas(%" PRIu32 ") %s", body->align, first->declaration);
}

/* Where the comments of the members from `m` on start: clang-format aligns those of neighbours, up
 * to the next member that has docs above it. */
static size_t comment_column(const struct member *m)
{
    size_t column = 0;
    const struct member *first = m;

    for (; m && (m == first || !*m->docs); m = m->next) {
        size_t n = strlen(m->declaration);
        if (n > column) column = n;
    }
    return column;
}

static const char *spaces(struct dhs_arena *arena, size_t n)
{
    char *text = dhs_alloc_text(arena, n + 1);

    memset(text, ' ', n);
    text[n] = '\0';
    return text;
}

/* A number behind the blanks that make it as wide as others. */
static const char *right_aligned(struct dhs_arena *arena, uint64_t number, size_t columns)
{
    char digits[DHS_DECIMAL_BYTES];
    size_t n = dhs_put_decimal(digits, number);
    size_t blanks = n < columns ? columns - n : 0;
    char *text = dhs_alloc_text(arena, blanks + n + 1);

    memset(text, ' ', blanks);
    memcpy(text + blanks, digits, n);
    text[blanks + n] = '\0';
    return text;
}

static struct value *describe_member(struct describer *d, const struct member *member,
                                     size_t column, size_t digits)
{
    size_t n = strlen(member->declaration);
    struct value *map = value_map_of(d->arena, 9);

    value_set_text(map, "member", member->name);
    value_set_text(map, "declaration", member->declaration);
    value_set_text(map, "spaces", spaces(d->arena, column - n));
    value_set_text(map, "column", right_aligned(d->arena, member->offset, digits));
    value_set_number(map, "offset", member->offset);
    value_set_text(map, "note", member->note);
    value_set_lines(map, "docs", member->docs);
    value_set_text(map, "source", member->source);
    value_set_bool(map, "is_padding", member->is_padding);
    return map;
}

struct value *body_describe(struct describer *d, const struct body *body)
{
    struct value *map = value_map_of(d->arena, 12);
    struct value *members = value_list(d->arena);
    size_t column = 0;
    char last[DHS_DECIMAL_BYTES];
    size_t digits = dhs_put_decimal(last, body->last ? body->last->offset : 0);

    value_set_text(map, "name", body->name);
    value_set_text(map, "about", body->about);
    value_set_text(map, "source", body->source);
    value_set_number(map, "size", body->size);
    value_set_number(map, "align", body->align);
    for (const struct member *m = body->first; m; m = m->next) {
        if (m == body->first || *m->docs) column = comment_column(m);
        value_append(members, describe_member(d, m, column, digits));
    }
    value_set(map, "members", members);
    return map;
}

/* ---- string, bytes, list, optional -------------------------------------------------------- */

static void add_composite_members(struct describer *d, struct body *body,
                                  const struct dhs_type *type, const char *inner)
{
    struct dhs_type *bytes = dhs_alloc(d->arena, sizeof *bytes);
    struct dhs_type *items = dhs_alloc(d->arena, sizeof *items);

    *bytes = (struct dhs_type){ .kind = DHS_TYPE_CHARS, .align = 1, .length = type->length };
    switch (type->kind) {
    case DHS_TYPE_STRING:
        bytes->size = ++bytes->length;
        body_add_scalar(d, body, "length", DHS_U32, 0)->note = "bytes of text";
        body_add(d, body, "text", bytes, 4, 1, "")->note = "UTF-8, always terminated";
        break;
    case DHS_TYPE_BYTES:
        *items =
            (struct dhs_type){ .kind = DHS_TYPE_SCALAR, .scalar = DHS_U8, .size = 1, .align = 1 };
        bytes->kind = DHS_TYPE_ARRAY;
        bytes->size = type->length;
        bytes->n_dims = 1;
        bytes->dims = &type->length;
        bytes->element = items;
        body_add_scalar(d, body, "length", DHS_U32, 0)->note = "bytes of data";
        body_add(d, body, "data", bytes, 4, 1, "");
        break;
    case DHS_TYPE_LIST:
        *items = (struct dhs_type){ .kind = DHS_TYPE_ARRAY,
                                    .size = type->element->size * type->length,
                                    .align = type->element->align,
                                    .length = type->length,
                                    .n_dims = 1,
                                    .dims = &type->length,
                                    .element = type->element };
        body_add_scalar(d, body, "count", DHS_U32, 0)->note = "of items";
        body_add(d, body, "items", items, type->inner_offset, items->align, inner);
        break;
    default:
        body_add(d, body, "value", type->element, 0, type->element->align, inner);
        body_add_scalar(d, body, "present", DHS_U8, type->inner_offset)->note =
            "0: there is no value";
        break;
    }
}

/* A list's item or an optional's value: how functions take one, and how they take several. */
static void describe_inner(struct describer *d, struct value *map, const struct dhs_type *type,
                           const char *inner, const struct dhs_attributes *attributes)
{
    const struct dhs_type *element = type->element;
    struct c_type spelled = { "", "" };
    bool by_value = false;

    if (element) {
        spelled = c_type_of(d->arena, element, inner);
        by_value = element->kind == DHS_TYPE_SCALAR || element->kind == DHS_TYPE_ENUM ||
                   element->kind == DHS_TYPE_FLAGS;
    }
    bool is_array = spelled.suffix[0] != '\0';
    value_set_bool(map, "by_value", by_value);
    value_set_bool(map, "items_are_arrays", is_array);
    value_set_text(map, "type", spelled.base);
    value_set_text(map, "parameter",
                   dhs_printf(d->arena, by_value ? "%s item" : "const %s *item", spelled.base));
    value_set(map, "inner",
              element
                  ? describe_access(d, element, attributes, inner,
                                    type->kind == DHS_TYPE_LIST ? "value->items" : "value->value")
                  : value_null(d->arena));
}

static struct value *describe_composite(struct describer *d, const struct dhs_type *type,
                                        const char *name, const char *path, const char *inner,
                                        const struct dhs_declaration *at)
{
    struct body body = { .name = name,
                         .about = dhs_printf(d->arena, "%s of %s",
                                             describe_type_text(d->arena, type), path),
                         .source = describe_source(d->arena, at->file, at->line),
                         .size = type->size,
                         .align = type->align };
    struct value *map;

    add_composite_members(d, &body, type, inner);
    body_pad_to(d, &body, type->size);
    map = body_describe(d, &body);
    value_set_bool(map, "is_string", type->kind == DHS_TYPE_STRING);
    value_set_bool(map, "is_bytes", type->kind == DHS_TYPE_BYTES);
    value_set_bool(map, "is_list", type->kind == DHS_TYPE_LIST);
    value_set_bool(map, "is_optional", type->kind == DHS_TYPE_OPTIONAL);
    value_set_number(map, "capacity", type->length);
    describe_inner(d, map, type, inner, at->attributes);
    return map;
}

/* Functions of templates/c/composite.mustache and print.mustache, by kind. */
static const char *const *functions_of(const struct dhs_type *type)
{
    static const char *const text[] = { "set", "print", "print_to", NULL };
    static const char *const list[] = { "count", "at",    "set",      "append",
                                        "clear", "print", "print_to", NULL };
    static const char *const optional[] = { "set", "clear", "has", "print", "print_to", NULL };

    if (type->kind == DHS_TYPE_LIST) return list;
    return type->kind == DHS_TYPE_OPTIONAL ? optional : text;
}

/* Adds the structs that `type` needs, innermost first. `name` is the outermost one's. */
void body_add_composites(struct describer *d, struct value *list, const struct dhs_type *type,
                         const char *name, const char *path, const struct dhs_declaration *at)
{
    const struct dhs_type *own = c_element(type);

    if (!c_is_composite(own)) return;
    bool is_list = own->kind == DHS_TYPE_LIST;
    const char *inner = dhs_printf(d->arena, "%s_%s", name, is_list ? "item" : "value");
    if (is_list || own->kind == DHS_TYPE_OPTIONAL)
        body_add_composites(d, list, own->element, inner,
                            dhs_printf(d->arena, "%s%s", path, is_list ? "[]" : "?"), at);
    const struct names_stem stem = names_stem_of(name);
    names_add(d->names, name, "struct of a bounded field", at->span);
    for (const char *const *function = functions_of(own); *function; function++)
        names_add_to(d->names, stem, *function, "function for a bounded field", at->span);
    value_append(list, describe_composite(d, own, name, path, inner, at));
}

/* ---- what the other files call ------------------------------------------------------------ */

const char *body_composite_name(struct describer *d, const char *owner, const char *member,
                                const struct dhs_type *type)
{
    if (!type || (!c_is_composite(c_element(type)) && type->kind != DHS_TYPE_CHARS)) return "";
    return dhs_printf(d->arena, "%s_%s", owner, names_snake(d->arena, member));
}
