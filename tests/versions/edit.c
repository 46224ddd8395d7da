/* SPDX-License-Identifier: Apache-2.0 */
/* Edits as people make them: careful ones, careless ones, and some that only look like a change. */
#include <string.h>

#include "chance.h"
#include "sketch.h"

static bool in_use(const struct sketch *sketch, uint32_t index)
{
    if (index < sketch->n_inner) return true;
    if (index == sketch->n_inner) return sketch->has_slot;
    for (uint32_t i = 0; i < sketch->n_zones; i++)
        if (sketch->zones[i].root == index) return true;
    return false;
}

/* A struct that reaches the text; roots more often, since they are what grows. */
static uint32_t some_struct(const struct sketch *sketch, bool root)
{
    for (int i = 0; i < 50; i++) {
        uint32_t index = any(sketch->n_structs);
        if (in_use(sketch, index) && (!root || index >= sketch->n_inner)) return index;
    }
    return sketch->n_inner;
}

static struct sketch_field *some_field(struct sketch *sketch)
{
    struct sketch_struct *structure = &sketch->structs[some_struct(sketch, false)];

    return &structure->fields[any(structure->n_fields)];
}

static void insert(struct sketch *sketch, uint32_t index, uint32_t at, uint32_t since)
{
    struct sketch_struct *s = &sketch->structs[index];
    uint32_t n_inner = index < sketch->n_inner ? index : sketch->n_inner;

    if (s->n_fields == MAX_FIELDS) return;
    memmove(&s->fields[at + 1], &s->fields[at], (s->n_fields - at) * sizeof *s->fields);
    s->fields[at] = sketch_any_field(sketch, n_inner);
    s->fields[at].since = since;
    s->n_fields++;
}

static void grow(struct sketch *sketch)
{
    uint32_t index = some_struct(sketch, true);

    insert(sketch, index, sketch->structs[index].n_fields, sketch_newest(sketch) + 1);
}

static void append_unversioned(struct sketch *sketch)
{
    uint32_t index = some_struct(sketch, false);

    insert(sketch, index, sketch->structs[index].n_fields, any(2));
}

static void insert_anywhere(struct sketch *sketch)
{
    uint32_t index = some_struct(sketch, false);

    insert(sketch, index, any(sketch->structs[index].n_fields), 0);
}

static void remove_field(struct sketch *sketch)
{
    struct sketch_struct *s = &sketch->structs[some_struct(sketch, false)];
    uint32_t at = any(s->n_fields);

    if (s->n_fields == 1) return;
    s->n_fields--;
    memmove(&s->fields[at], &s->fields[at + 1], (s->n_fields - at) * sizeof *s->fields);
}

static void swap_fields(struct sketch *sketch)
{
    struct sketch_struct *s = &sketch->structs[some_struct(sketch, false)];
    uint32_t a = any(s->n_fields), b = any(s->n_fields);
    struct sketch_field kept = s->fields[a];

    s->fields[a] = s->fields[b];
    s->fields[b] = kept;
}

static void rename_field(struct sketch *sketch)
{
    struct sketch_field *field = some_field(sketch);

    sketch_name(sketch, field->name, 'r');
    field->was[0] = '\0';
}

static void rename_politely(struct sketch *sketch)
{
    struct sketch_field *field = some_field(sketch);

    if (!field->was[0]) memcpy(field->was, field->name, NAME);
    sketch_name(sketch, field->name, 'p');
}

static void retype(struct sketch *sketch)
{
    uint32_t index = some_struct(sketch, false);
    struct sketch_struct *s = &sketch->structs[index];
    struct sketch_field *field = &s->fields[any(s->n_fields)];

    field->type = sketch_any_type(index < sketch->n_inner ? index : sketch->n_inner, false);
    if (!sketch_is_numeric(&field->type)) field->said = (struct sketch_said){ 0 };
    if (sketch_is_real(&field->type)) field->said.scale = 0;
}

static void reshape(struct sketch *sketch)
{
    struct sketch_type *type = &some_field(sketch)->type;

    if (type->kind == SKETCH_ATOMIC) return;
    switch (any(4)) {
    case 0: type->dims[0] = any(4); break;
    case 1: type->length = any(9) + 1; break;
    case 2: type->list = any(4); break;
    default: type->optional = !type->optional;
    }
    if (!type->dims[0]) type->dims[1] = 0;
}

static void say_otherwise(struct sketch *sketch)
{
    struct sketch_field *field = some_field(sketch);

    field->said = sketch_any_said(&field->type);
    if (field->type.kind == SKETCH_ATOMIC) field->said = (struct sketch_said){ 0 };
}

static void deprecate(struct sketch *sketch)
{
    if (sketch->n_zones && one_in(4))
        sketch->zones[any(sketch->n_zones)].deprecated = true;
    else
        some_field(sketch)->said.deprecated ^= true;
}

static void edit_enum(struct sketch *sketch)
{
    struct sketch_enum *e = &sketch->enums[any(2)];
    struct sketch_value *value = &e->values[any(e->n_values)];

    switch (any(8)) {
    case 0:
    case 1:
    case 2: /* one more value, or one more name */
        if (e->n_values == MAX_VALUES) return;
        value = &e->values[e->n_values++];
        sketch_name(sketch, value->name, 'v');
        value->value = e->is_flags || one_in(2) ? e->n_values - 1 : any(8);
        break;
    case 3: sketch_name(sketch, value->name, 'w'); break;
    case 4: value->value = any(8); break;
    case 5: e->is_open = !e->is_open; break;
    case 6:
        if (e->n_values > 1) *value = e->values[--e->n_values];
        break;
    default:
        if (one_in(2))
            e->is_flags = !e->is_flags;
        else
            e->wide = !e->wide;
    }
}

static void edit_union(struct sketch *sketch)
{
    struct sketch_union *u = &sketch->onion;
    struct sketch_arm *arm = &u->arms[any(u->n_arms)];

    switch (any(5)) {
    case 0:
        if (u->n_arms == MAX_ARMS) return;
        arm = &u->arms[u->n_arms];
        *arm = (struct sketch_arm){ .tag = 20 + u->n_arms++, .type = sketch_any_type(0, true) };
        sketch_name(sketch, arm->name, 'a');
        break;
    case 1:
        if (u->n_arms > 1) *arm = u->arms[--u->n_arms];
        break;
    case 2: arm->tag = 40 + any(20); break;
    case 3:
        if (!arm->was[0]) memcpy(arm->was, arm->name, NAME);
        sketch_name(sketch, arm->name, 'b');
        break;
    default: arm->type = sketch_any_type(0, true);
    }
}

static void add_zone(struct sketch *sketch)
{
    if (sketch->n_zones == MAX_ZONES || sketch->n_structs == MAX_STRUCTS) return;
    struct sketch_zone *zone = &sketch->zones[sketch->n_zones++];
    *zone = (struct sketch_zone){ .root = sketch->n_structs };
    sketch_name(sketch, zone->name, 'z');
    if (!one_in(3)) zone->since = sketch_newest(sketch) + 1;
    sketch_name(sketch, sketch->structs[sketch->n_structs].name, 'S');
    insert(sketch, sketch->n_structs++, 0, 0);
}

static void edit_zone(struct sketch *sketch)
{
    if (sketch->n_zones == 0) return;
    struct sketch_zone *zone = &sketch->zones[any(sketch->n_zones)];
    struct sketch_zone kept = *zone;

    switch (any(7)) {
    case 0: *zone = sketch->zones[--sketch->n_zones]; break;
    case 1: zone->shared = !zone->shared; break;
    case 2: zone->spinlocks = any(5); break;
    case 3: zone->since = any(3); break;
    case 4:
        if (!zone->was[0]) memcpy(zone->was, zone->name, NAME);
        sketch_name(sketch, zone->name, 'y');
        break;
    case 5: sketch_name(sketch, zone->name, 'x'); break;
    default: /* the order in the file means nothing */
        *zone = sketch->zones[0];
        sketch->zones[0] = kept;
    }
}

static void realign(struct sketch *sketch)
{
    if (one_in(2))
        some_field(sketch)->aligned ^= true;
    else
        sketch->structs[some_struct(sketch, true)].reserve = any(3) * 8;
}

static void change_minor(struct sketch *sketch)
{
    struct sketch_struct *s = &sketch->structs[some_struct(sketch, true)];

    s->fields[any(s->n_fields)].since = any(4);
}

static void cosmetic(struct sketch *sketch)
{
    switch (any(4)) {
    case 0: sketch->comments = !sketch->comments; break;
    case 1: sketch->slots = any(7) + 1; break;
    case 2: sketch_name(sketch, sketch->structs[any(sketch->n_structs)].name, 'T'); break;
    default: sketch_name(sketch, sketch->enums[any(2)].name, 'D');
    }
}

static void change_family(struct sketch *sketch)
{
    if (one_in(2))
        sketch->major++;
    else
        sketch->package ^= 1;
}

const char *sketch_edit(struct sketch *sketch)
{
    static const struct {
        const char *name;
        uint32_t weight;
        void (*edit)(struct sketch *sketch);
    } edits[] = { { "grow", 30, grow },
                  { "append without a minor", 3, append_unversioned },
                  { "insert", 4, insert_anywhere },
                  { "remove", 4, remove_field },
                  { "swap", 4, swap_fields },
                  { "rename", 3, rename_field },
                  { "rename with @was", 10, rename_politely },
                  { "retype", 4, retype },
                  { "reshape", 4, reshape },
                  { "say otherwise", 6, say_otherwise },
                  { "deprecate", 4, deprecate },
                  { "enum", 14, edit_enum },
                  { "union", 5, edit_union },
                  { "add a zone", 8, add_zone },
                  { "zone", 8, edit_zone },
                  { "align", 3, realign },
                  { "another minor", 3, change_minor },
                  { "cosmetic", 10, cosmetic },
                  { "family", 1, change_family } };
    uint32_t total = 0, i = 0;

    for (i = 0; i < sizeof edits / sizeof *edits; i++)
        total += edits[i].weight;
    uint32_t drawn = any(total);
    for (i = 0; drawn >= edits[i].weight; i++)
        drawn -= edits[i].weight;
    edits[i].edit(sketch);
    return edits[i].name;
}
