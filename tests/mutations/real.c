/* SPDX-License-Identifier: Apache-2.0 */
/* Changes that are some: each touches what stands in the canonical text. */
#include <string.h>

#include "chance.h"
#include "mutations.h"

/* A root that is in use; its fields are in the text for certain. */
static struct sketch_struct *some_root(struct sketch *sketch)
{
    uint32_t n = sketch->n_zones + sketch->has_slot;

    if (n == 0) return NULL;
    uint32_t drawn = any(n);
    return &sketch->structs[drawn < sketch->n_zones ? sketch->zones[drawn].root : sketch->n_inner];
}

static struct sketch_field *some_field(struct sketch *sketch)
{
    struct sketch_struct *root = some_root(sketch);

    return root ? &root->fields[any(root->n_fields)] : NULL;
}

/* A field of that kind in a root, or NULL. */
static struct sketch_field *field_of(struct sketch *sketch, enum sketch_kind kind)
{
    for (int i = 0; i < 12; i++) {
        struct sketch_field *field = some_field(sketch);
        if (field && field->type.kind == kind) return field;
    }
    return NULL;
}

static bool retype(struct sketch *sketch)
{
    struct sketch_field *field = field_of(sketch, SKETCH_SCALAR);

    if (!field) return false;
    field->type.which = (field->type.which + 1 + any(SKETCH_SCALARS - 1)) % SKETCH_SCALARS;
    memset(&field->said, 0, sizeof field->said);
    return true;
}

static bool rename_field(struct sketch *sketch)
{
    struct sketch_field *field = some_field(sketch);

    if (!field) return false;
    sketch_name(sketch, field->name, 'n');
    field->was[0] = '\0';
    return true;
}

static bool swap(struct sketch *sketch)
{
    struct sketch_struct *root = some_root(sketch);

    for (uint32_t i = 1; root && i < root->n_fields; i++) {
        struct sketch_field kept = root->fields[i];
        if (kept.since != root->fields[i - 1].since) continue;
        root->fields[i] = root->fields[i - 1];
        root->fields[i - 1] = kept;
        return true;
    }
    return false;
}

static bool insert(struct sketch *sketch)
{
    struct sketch_struct *root = some_root(sketch);

    if (!root || root->n_fields == MAX_FIELDS) return false;
    uint32_t at = any(root->n_fields + 1);
    memmove(&root->fields[at + 1], &root->fields[at], (root->n_fields - at) * sizeof *root->fields);
    root->fields[at] = sketch_any_field(sketch, sketch->n_inner);
    root->n_fields++;
    return true;
}

static bool grow(struct sketch *sketch)
{
    struct sketch_struct *root = some_root(sketch);

    if (!root || root->n_fields == MAX_FIELDS) return false;
    root->fields[root->n_fields] = sketch_any_field(sketch, sketch->n_inner);
    root->fields[root->n_fields++].since = sketch_newest(sketch) + 1;
    return true;
}

/* The last of its minor only takes the minor with it if none is behind. */
static bool remove_last(struct sketch *sketch)
{
    struct sketch_struct *root = some_root(sketch);

    if (!root || root->n_fields < 2 || root->fields[0].since > 0) return false;
    if (root->fields[root->n_fields - 1].since > 0) return false;
    root->n_fields--;
    return true;
}

static bool dimension(struct sketch *sketch)
{
    struct sketch_field *field = some_field(sketch);

    if (!field || field->type.kind == SKETCH_ATOMIC) return false;
    field->type.dims[0] = field->type.dims[0] ? field->type.dims[0] + 1 : 2;
    return true;
}

static bool length(struct sketch *sketch)
{
    struct sketch_field *field = field_of(sketch, SKETCH_CHARS + any(3));

    if (!field) return false;
    field->type.length++;
    return true;
}

static bool capacity(struct sketch *sketch)
{
    struct sketch_field *field = some_field(sketch);

    if (!field || field->type.kind == SKETCH_ATOMIC) return false;
    field->type.list++;
    return true;
}

static bool optional(struct sketch *sketch)
{
    struct sketch_field *field = some_field(sketch);

    if (!field || field->type.kind == SKETCH_ATOMIC) return false;
    field->type.optional = !field->type.optional;
    return true;
}

static void turn(uint32_t *index, uint32_t n)
{
    *index = (*index + 1 + any(n - 1)) % n;
}

static bool say(struct sketch *sketch)
{
    struct sketch_field *field = field_of(sketch, SKETCH_SCALAR);

    if (!field || !sketch_is_numeric(&field->type)) return false;
    switch (any(6)) {
    case 0:
        if (field->said.clock) return false; /* its unit is one of time */
        turn(&field->said.unit, SKETCH_UNITS);
        break;
    case 1: turn(&field->said.frame, SKETCH_FRAMES); break;
    case 2:
        if (sketch_is_real(&field->type)) return false;
        turn(&field->said.scale, SKETCH_SCALES);
        break;
    case 3: turn(&field->said.range, SKETCH_RANGES); break;
    case 4: turn(&field->said.invalid, SKETCH_INVALIDS); break;
    default: turn(&field->said.clock, SKETCH_CLOCKS);
    }
    return true;
}

static bool deprecate(struct sketch *sketch)
{
    struct sketch_field *field = some_field(sketch);

    if (!field) return false;
    field->said.deprecated = !field->said.deprecated;
    return true;
}

static bool change_enum(struct sketch *sketch)
{
    struct sketch_field *field = field_of(sketch, SKETCH_ENUM);
    struct sketch_enum *e = field ? &sketch->enums[field->type.which] : NULL;

    if (!e) return false;
    switch (any(6)) {
    case 0: sketch_name(sketch, e->values[any(e->n_values)].name, 'm'); break;
    case 1: e->values[any(e->n_values)].value += MAX_VALUES - e->is_flags; break;
    case 2:
        if (e->n_values == MAX_VALUES) return false;
        sketch_name(sketch, e->values[e->n_values].name, 'm');
        e->values[e->n_values].value = e->n_values;
        e->n_values++;
        break;
    case 3:
        if (e->is_flags) return false;
        e->is_open = !e->is_open;
        break;
    case 4: e->is_flags = !e->is_flags; break;
    default: e->wide = !e->wide;
    }
    return true;
}

static bool change_union(struct sketch *sketch)
{
    struct sketch_union *u = &sketch->onion;
    struct sketch_arm *arm = &u->arms[any(u->n_arms)];

    if (!field_of(sketch, SKETCH_UNION)) return false;
    switch (any(4)) {
    case 0: arm->tag += 30; break;
    case 1: sketch_name(sketch, arm->name, 'q'); break;
    case 2:
        if (u->n_arms == MAX_ARMS) return false;
        arm = &u->arms[u->n_arms++];
        *arm = (struct sketch_arm){ .tag = 60, .type = sketch_any_type(0, true) };
        sketch_name(sketch, arm->name, 'q');
        break;
    default:
        if (u->n_arms == 1) return false;
        *arm = u->arms[--u->n_arms];
    }
    return true;
}

static bool change_zone(struct sketch *sketch)
{
    if (sketch->n_zones == 0) return false;
    struct sketch_zone *zone = &sketch->zones[any(sketch->n_zones)];

    switch (any(4)) {
    case 0: sketch_name(sketch, zone->name, 'z'); break;
    case 1: zone->shared = !zone->shared; break;
    case 2:
        if (!zone->shared) return false;
        zone->spinlocks++;
        break;
    default: zone->deprecated = !zone->deprecated;
    }
    return true;
}

static bool reserve(struct sketch *sketch)
{
    struct sketch_struct *root = some_root(sketch);

    if (!root) return false;
    root->reserve += 8;
    return true;
}

static bool family(struct sketch *sketch)
{
    if (one_in(2))
        sketch->major++;
    else
        sketch->package ^= 1;
    return true;
}

const char *change_one(struct sketch *sketch)
{
    static const struct {
        const char *name;
        bool (*change)(struct sketch *sketch);
    } changes[] = {
        { "type", retype },         { "name", rename_field },  { "order", swap },
        { "a field more", insert }, { "a minor more", grow },  { "a field less", remove_last },
        { "dimension", dimension }, { "length", length },      { "capacity", capacity },
        { "optional", optional },   { "meaning", say },        { "deprecated", deprecate },
        { "enum", change_enum },    { "union", change_union }, { "zone", change_zone },
        { "reserve", reserve },     { "family", family }
    };
    uint32_t drawn = any(sizeof changes / sizeof *changes);

    return changes[drawn].change(sketch) ? changes[drawn].name : NULL;
}
