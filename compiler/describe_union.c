/* SPDX-License-Identifier: Apache-2.0 */
#include "describe_body.h"

#include <inttypes.h>
#include <string.h>

#include "c_code.h"

static const char *arm_declaration(struct describer *d, const struct dhs_union *onion,
                                   const struct dhs_arm *arm)
{
    const char *owner = c_name(d->arena, &onion->declaration);

    return c_declaration(d->arena, arm->type, arm->type->align,
                         names_for_c(d->arena, arm->declaration.name),
                         body_composite_name(d, owner, arm->declaration.name, arm->type));
}

/* The longest declaration of an arm: comments stand behind it. */
static size_t arms_column(struct describer *d, const struct dhs_union *onion)
{
    size_t column = 0;

    for (size_t i = 0; i < onion->n_arms; i++) {
        size_t n = onion->arms[i].type ? strlen(arm_declaration(d, onion, &onion->arms[i])) : 0;
        if (n > column) column = n;
    }
    return column;
}

/* What lies in the arm: its type in C, and how it is printed. */
static void describe_arm_value(struct describer *d, struct value *c, const struct dhs_union *onion,
                               const struct dhs_arm *arm)
{
    const char *composite = body_composite_name(d, c_name(d->arena, &onion->declaration),
                                                arm->declaration.name, arm->type);
    const char *name = names_for_c(d->arena, arm->declaration.name);
    struct c_type spelled = { NULL, "" };

    if (arm->type) spelled = c_type_of(d->arena, arm->type, composite);
    value_set_text(c, "type", spelled.base);
    value_set_bool(c, "is_array", spelled.suffix[0] != '\0');
    value_set(c, "access",
              arm->type ? describe_access(d, arm->type, arm->declaration.attributes, composite,
                                          dhs_printf(d->arena, "value->as.%s", name))
                        : value_null(d->arena));
}

static void note_arm_names(struct describer *d, const struct dhs_union *onion,
                           const struct dhs_arm *arm)
{
    const char *owner = c_name(d->arena, &onion->declaration);
    const char *function = names_snake(d->arena, arm->declaration.name);

    names_add(d->names, dhs_printf(d->arena, "%s_set_%s", owner, function),
              "function that sets an arm", arm->declaration.span);
    if (arm->type)
        names_add(d->names, dhs_printf(d->arena, "%s_get_%s", owner, function),
                  "function that gets an arm", arm->declaration.span);
}

static struct value *describe_arm(struct describer *d, const struct dhs_union *onion,
                                  const struct dhs_arm *arm)
{
    struct value *map = value_map(d->arena);
    struct value *c = value_map(d->arena);
    const char *tag_name =
        dhs_printf(d->arena, "%s_%s", c_upper_name(d->arena, &onion->declaration),
                   names_upper(d->arena, arm->declaration.name));
    const char *name = names_for_c(d->arena, arm->declaration.name);

    describe_declaration(d, map, &arm->declaration, "arm");
    describe_attributes(d, map, arm->declaration.attributes);
    value_set_text(map, "wire_name", arm->wire_name);
    value_set(map, "type", arm->type ? describe_type(d, arm->type) : value_null(d->arena));
    value_set(map, "align_said",
              arm->type && c_says_align(arm->type, arm->type->align)
                  ? value_number(d->arena, dhs_printf(d->arena, "%" PRIu32, arm->type->align))
                  : value_null(d->arena));
    value_set_bool(map, "is_scaled",
                   arm->type && describe_has_scaled(arm->type, arm->declaration.attributes));
    value_set_text(map, "note", describe_note(d->arena, NULL, arm->declaration.attributes, 0));
    value_set(map, "tag",
              value_number(d->arena, dhs_printf(d->arena, "%s%" PRIu64, arm->negative ? "-" : "",
                                                arm->magnitude)));
    value_set_text(c, "name", name);
    value_set_text(c, "tag_name", tag_name);
    value_set_text(c, "owner", c_name(d->arena, &onion->declaration));
    value_set_text(c, "function", names_snake(d->arena, arm->declaration.name));
    describe_arm_value(d, c, onion, arm);
    value_set_text(c, "literal", c_integer(d->arena, onion->tag, arm->negative, arm->magnitude));
    const char *declaration = arm->type ? arm_declaration(d, onion, arm) : NULL;
    value_set_text(c, "declaration", declaration);
    value_set_text(c, "spaces",
                   declaration ? dhs_printf(d->arena, "%*s",
                                            (int)(arms_column(d, onion) - strlen(declaration)), "")
                               : NULL);
    value_set_text(c, "note", describe_note(d->arena, arm->type, arm->declaration.attributes, 0));
    value_set(map, "c", c);
    names_add(d->names, tag_name, "tag of a union's arm", arm->declaration.span);
    note_arm_names(d, onion, arm);
    return map;
}

/* What the arms together need. */
struct extent {
    uint64_t size;
    uint32_t align;
    bool tags_fit_int;
};

static struct extent add_arms(struct describer *d, const struct dhs_union *onion,
                              const struct body *body, struct value *arms, struct value *composites)
{
    struct extent extent = { 0, 1, true };

    for (size_t i = 0; i < onion->n_arms; i++) {
        const struct dhs_arm *arm = &onion->arms[i];
        const struct dhs_declaration *at = &arm->declaration;
        const char *composite = body_composite_name(d, body->name, at->name, arm->type);
        const char *path = dhs_printf(d->arena, "%s.%s", body->name, at->name);

        value_append(arms, describe_arm(d, onion, arm));
        extent.tags_fit_int = extent.tags_fit_int && c_fits_int(arm->negative, arm->magnitude);
        if (!arm->type) continue;
        if (arm->type->size > extent.size) extent.size = arm->type->size;
        if (arm->type->align > extent.align) extent.align = arm->type->align;
        body_add_composites(d, composites, arm->type, composite, path, at);
    }
    value_mark_ends(arms);
    return extent;
}

/* Adds `gap` and `tail`. Tag and padding stand before C's union of the arms, in `head`; what C
 * leaves behind it, in `tail`. */
static struct value *describe_parts(struct describer *d, struct value *map,
                                    const struct dhs_union *onion, struct body *head,
                                    struct extent extent)
{
    struct body tail = *head;
    struct value *c;

    body_add_scalar(d, head, "tag", onion->tag, 0)->note =
        dhs_printf(d->arena, "enum %s_tag", head->name);
    tail.end = head->end;
    if (extent.size > 0) {
        body_pad_to(d, head, onion->arms_offset);
        tail.end =
            onion->arms_offset + (extent.size + extent.align - 1) / extent.align * extent.align;
    }
    value_set(map, "gap", describe_gap(d, dhs_scalar_size(onion->tag), head->end));
    value_set(map, "tail", describe_gap(d, tail.end, onion->size));
    value_set_bool(map, "has_arms", extent.size > 0);
    uint64_t room = (extent.size + extent.align - 1) / extent.align * extent.align;
    value_set_number(map, "arms_size", room);
    value_set(map, "arms_room",
              room > extent.size ? value_number(d->arena, dhs_printf(d->arena, "%" PRIu64, room))
                                 : value_null(d->arena));
    body_pad_to(d, &tail, onion->size);
    c = body_describe(d, head);
    value_set(c, "tail", body_describe(d, &tail));
    value_set_bool(c, "has_arms", extent.size > 0);
    value_set_bool(c, "tags_fit_int", extent.tags_fit_int);
    value_set_text(c, "tag_type", c_scalar(onion->tag));
    return c;
}

struct value *describe_union(struct describer *d, const struct dhs_union *onion)
{
    const struct dhs_declaration *at = &onion->declaration;
    struct body body = { .name = c_name(d->arena, at),
                         .about = "",
                         .source = describe_source(d->arena, at->file, at->line),
                         .size = onion->size,
                         .align = onion->align };
    struct value *map = value_map(d->arena);
    struct value *arms = value_list(d->arena);
    struct value *composites = value_list(d->arena);
    const struct names_stem stem = names_stem_of(body.name);
    struct value *c;

    names_add(d->names, body.name, "union", at->span);
    names_add_to(d->names, stem, "tag", "tags of a union", at->span);
    names_add_to(d->names, stem, "print", "function that prints it", at->span);
    names_add_to(d->names, stem, "print_to", "function that prints it", at->span);
    describe_declaration(d, map, at, "union");
    value_set_text(map, "flat", describe_flat_name(d, at, "union"));
    describe_attributes(d, map, at->attributes);
    value_set_text(map, "tag", dhs_scalar_name(onion->tag));
    value_set(map, "scalar_is", describe_scalar_is(d, onion->tag));
    value_set_number(map, "size", onion->size);
    value_set_number(map, "align", onion->align);
    value_set_number(map, "arms_offset", onion->arms_offset);
    c = describe_parts(d, map, onion, &body, add_arms(d, onion, &body, arms, composites));
    value_set(map, "arms", arms);
    value_set(c, "composites", composites);
    value_set(map, "c", c);
    return map;
}
