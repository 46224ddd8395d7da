/* SPDX-License-Identifier: Apache-2.0 */
#include "sketch.h"

#include <string.h>

#include "chance.h"

static const char *const scalars[SKETCH_SCALARS] = { "bool", "i8",  "i16", "i32", "i64", "u8",
                                                     "u16",  "u32", "u64", "f16", "f32", "f64" };
static const char *const units[SKETCH_UNITS] = { "", "m", "m/s^2", "deg", "\\\"" };
static const char *const frames[SKETCH_FRAMES] = { "", "body", "ned" };
static const char *const scales[SKETCH_SCALES] = { "", "1.25", "1.5, 3", "1e3" };
static const char *const ranges[SKETCH_RANGES] = { "", "0, 100", "_, 90", "1, _" };
static const char *const physical[SKETCH_RANGES] = { "", "0.5, 100", "_, 90.125", "1.0, _" };
static const char *const invalids[SKETCH_INVALIDS] = { "", "0", "99", "7" };
static const char *const clocks[SKETCH_CLOCKS] = { "", "monotonic", "tai", "user(\"mine\")" };
static const char *const packages[] = { "lab.a", "lab.b" };

enum { FIRST_REAL = 9, ATOMIC_U32 = 7, ATOMIC_U64 = 8 };

bool sketch_is_numeric(const struct sketch_type *type)
{
    return type->kind == SKETCH_SCALAR && type->which > 0;
}

bool sketch_is_real(const struct sketch_type *type)
{
    return type->which >= FIRST_REAL;
}

/* ---- making ------------------------------------------------------------------------------- */

void sketch_name(struct sketch *sketch, char name[NAME], char first)
{
    snprintf(name, NAME, "%c%u", first, sketch->n_names++);
}

struct sketch_type sketch_any_type(uint32_t n_structs, bool in_union)
{
    struct sketch_type type = { .kind = SKETCH_SCALAR, .which = any(SKETCH_SCALARS) };

    switch (any(12)) {
    case 0: type.kind = SKETCH_CHARS; break;
    case 1: type.kind = SKETCH_STRING; break;
    case 2: type.kind = SKETCH_BYTES; break;
    case 3:
    case 4:
        type.kind = SKETCH_ENUM;
        type.which = any(2);
        break;
    case 5:
        if (!in_union) type.kind = SKETCH_UNION;
        break;
    case 6:
    case 7:
        if (n_structs == 0) break;
        type.kind = SKETCH_STRUCT;
        type.which = any(n_structs);
        break;
    default: break;
    }
    type.length = any(9) + 1;
    if (one_in(5)) type.dims[0] = any(3) + 1;
    if (type.dims[0] && one_in(3)) type.dims[1] = any(3) + 1;
    if (one_in(8)) type.list = any(4) + 1;
    if (one_in(8)) type.optional = true;
    return type;
}

struct sketch_said sketch_any_said(const struct sketch_type *type)
{
    struct sketch_said said = { .deprecated = one_in(12) };

    if (!sketch_is_numeric(type) || one_in(2)) return said;
    if (one_in(2)) said.unit = any(SKETCH_UNITS);
    if (one_in(4)) said.frame = any(SKETCH_FRAMES);
    if (one_in(4)) said.range = any(SKETCH_RANGES);
    if (one_in(4)) said.invalid = any(SKETCH_INVALIDS);
    if (one_in(6)) said.clock = any(SKETCH_CLOCKS);
    if (one_in(4) && !sketch_is_real(type)) said.scale = any(SKETCH_SCALES);
    return said;
}

struct sketch_field sketch_any_field(struct sketch *sketch, uint32_t n_structs)
{
    struct sketch_field field = { .type = sketch_any_type(n_structs, false) };

    sketch_name(sketch, field.name, 'f');
    field.said = sketch_any_said(&field.type);
    field.aligned = one_in(20);
    return field;
}

static void make_struct(struct sketch *sketch, uint32_t index, bool is_root)
{
    struct sketch_struct *structure = &sketch->structs[index];
    uint32_t n_inner = is_root ? sketch->n_inner : index;

    sketch_name(sketch, structure->name, 'S');
    structure->n_fields = any(5) + 1;
    for (uint32_t i = 0; i < structure->n_fields; i++)
        structure->fields[i] = sketch_any_field(sketch, n_inner);
    if (!is_root) return;
    if (one_in(4)) structure->reserve = any(24) + 1;
    for (uint32_t since = 1; one_in(2) && structure->n_fields < MAX_FIELDS - 4; since++) {
        structure->fields[structure->n_fields] = sketch_any_field(sketch, n_inner);
        structure->fields[structure->n_fields++].since = since;
    }
}

static void make_enum(struct sketch *sketch, struct sketch_enum *enumeration)
{
    sketch_name(sketch, enumeration->name, 'E');
    enumeration->is_open = one_in(2);
    enumeration->is_flags = one_in(3);
    enumeration->wide = one_in(2);
    enumeration->n_values = any(4) + 1;
    for (uint32_t i = 0; i < enumeration->n_values; i++) {
        sketch_name(sketch, enumeration->values[i].name, 'v');
        enumeration->values[i].value = i;
    }
}

static void make_union(struct sketch *sketch)
{
    sketch_name(sketch, sketch->onion.name, 'U');
    sketch->onion.n_arms = any(3) + 1;
    for (uint32_t i = 0; i < sketch->onion.n_arms; i++) {
        struct sketch_arm *arm = &sketch->onion.arms[i];
        sketch_name(sketch, arm->name, 'a');
        arm->tag = i;
        arm->type = sketch_any_type(0, true);
        if (one_in(5)) arm->type.kind = SKETCH_NOTHING;
    }
}

static void make_zone(struct sketch *sketch)
{
    struct sketch_zone *zone = &sketch->zones[sketch->n_zones++];
    struct sketch_struct *root = &sketch->structs[sketch->n_structs];

    sketch_name(sketch, zone->name, 'z');
    zone->root = sketch->n_structs++;
    make_struct(sketch, zone->root, true);
    zone->shared = one_in(3);
    if (zone->shared) zone->spinlocks = any(4);
    if (one_in(4)) zone->since = any(2) + 1;
    for (uint32_t i = 0; i < root->n_fields; i++) {
        struct sketch_field *field = &root->fields[i];
        if (!one_in(4) || field->type.kind != SKETCH_SCALAR) continue;
        field->type = (struct sketch_type){ .kind = SKETCH_ATOMIC,
                                            .which = one_in(2) ? ATOMIC_U32 : ATOMIC_U64 };
        field->said = (struct sketch_said){ 0 };
    }
}

void sketch_make(struct sketch *sketch)
{
    memset(sketch, 0, sizeof *sketch);
    sketch->major = one_in(20) ? 0 : 1;
    sketch->slots = 1 + any(4);
    make_enum(sketch, &sketch->enums[0]);
    make_enum(sketch, &sketch->enums[1]);
    make_union(sketch);
    sketch->n_inner = any(4);
    for (; sketch->n_structs < sketch->n_inner; sketch->n_structs++)
        make_struct(sketch, sketch->n_structs, false);
    sketch->has_slot = !one_in(20);
    make_struct(sketch, sketch->n_structs++, true);
    for (uint32_t n = any(3); n > 0; n--)
        make_zone(sketch);
}

/* ---- printing ----------------------------------------------------------------------------- */

uint32_t sketch_newest(const struct sketch *sketch)
{
    uint32_t newest = 0;

    for (uint32_t i = sketch->n_inner; i < sketch->n_structs; i++)
        for (uint32_t k = 0; k < sketch->structs[i].n_fields; k++)
            if (sketch->structs[i].fields[k].since > newest)
                newest = sketch->structs[i].fields[k].since;
    for (uint32_t i = 0; i < sketch->n_zones; i++)
        if (sketch->zones[i].since > newest) newest = sketch->zones[i].since;
    return newest;
}

static bool is_used(const struct sketch *sketch, uint32_t since)
{
    for (uint32_t i = 0; i < sketch->n_zones; i++) {
        const struct sketch_struct *root = &sketch->structs[sketch->zones[i].root];
        if (sketch->zones[i].since == since) return true;
        for (uint32_t k = 0; k < root->n_fields; k++)
            if (root->fields[k].since == since && since > sketch->zones[i].since) return true;
    }
    const struct sketch_struct *slot = &sketch->structs[sketch->n_inner];
    for (uint32_t k = 0; sketch->has_slot && k < slot->n_fields; k++)
        if (slot->fields[k].since == since) return true;
    return false;
}

uint32_t sketch_dense(const struct sketch *sketch, uint32_t since)
{
    uint32_t n = 0;

    for (uint32_t i = 1; i <= since; i++)
        n += is_used(sketch, i);
    return n;
}

static void print_type(const struct sketch *sketch, const struct sketch_type *type, FILE *out)
{
    if (type->list) fputs("list<", out);
    switch (type->kind) {
    case SKETCH_SCALAR: fputs(scalars[type->which], out); break;
    case SKETCH_ATOMIC: fprintf(out, "atomic<%s>", scalars[type->which]); break;
    case SKETCH_ENUM: fputs(sketch->enums[type->which].name, out); break;
    case SKETCH_UNION: fputs(sketch->onion.name, out); break;
    case SKETCH_STRUCT: fputs(sketch->structs[type->which].name, out); break;
    case SKETCH_CHARS: fprintf(out, "char[%u]", type->length); break;
    case SKETCH_STRING: fprintf(out, "string<%u>", type->length); break;
    case SKETCH_BYTES: fprintf(out, "bytes<%u>", type->length); break;
    case SKETCH_NOTHING: break;
    }
    for (int i = 0; i < 2 && type->dims[i]; i++)
        fprintf(out, "[%u]", type->dims[i]);
    if (type->list) fprintf(out, ", %u>", type->list);
    if (type->optional) fputs("?", out);
}

bool sketch_has_nan(const struct sketch_field *field)
{
    return field->said.invalid == 3 && sketch_is_real(&field->type);
}

static void print_said(const struct sketch_field *field, FILE *out)
{
    const struct sketch_said *said = &field->said;
    const char *invalid = sketch_has_nan(field) ? "nan" : invalids[said->invalid];

    if (said->unit || said->clock)
        fprintf(out, " @unit(\"%s\")", said->clock ? "ns" : units[said->unit]);
    if (said->clock) fprintf(out, " @clock(%s)", clocks[said->clock]);
    if (said->frame) fprintf(out, " @frame(\"%s\")", frames[said->frame]);
    if (said->scale) fprintf(out, " @scale(%s)", scales[said->scale]);
    if (said->range)
        fprintf(out, " @range(%s)", said->scale ? physical[said->range] : ranges[said->range]);
    if (said->invalid) fprintf(out, " @invalid(%s)", invalid);
    if (said->deprecated) fputs(" @deprecated(\"old\")", out);
}

static void print_was(const char *was, FILE *out)
{
    if (*was) fprintf(out, " @was(\"%s\")", was);
}

static void print_field(const struct sketch *sketch, const struct sketch_field *field, bool is_root,
                        FILE *out)
{
    uint32_t since = is_root ? sketch_dense(sketch, field->since) : 0;

    if (sketch->comments) fprintf(out, "    /// What %s is.\n", field->name);
    fprintf(out, "    %s: ", field->name);
    print_type(sketch, &field->type, out);
    print_said(field, out);
    print_was(field->was, out);
    if (field->aligned) fputs(" @align(16)", out);
    if (since) fprintf(out, " @since(%u.%u)", sketch->major, since);
    fputs(";\n", out);
}

/* Fields of later minors stand last. */
static void print_struct(const struct sketch *sketch, uint32_t index, FILE *out)
{
    const struct sketch_struct *structure = &sketch->structs[index];
    bool is_root = index >= sketch->n_inner;

    fprintf(out, "struct %s", structure->name);
    if (structure->reserve && is_root) fprintf(out, " @reserve(%u)", structure->reserve);
    fputs(" {\n", out);
    for (uint32_t since = 0; since <= (is_root ? sketch_newest(sketch) : 0); since++)
        for (uint32_t i = 0; i < structure->n_fields; i++)
            if (!is_root || structure->fields[i].since == since)
                print_field(sketch, &structure->fields[i], is_root, out);
    fputs("}\n", out);
}

static void print_enum(const struct sketch_enum *enumeration, FILE *out)
{
    bool open = enumeration->is_open && !enumeration->is_flags;

    fprintf(out, "%s %s : %s%s {", enumeration->is_flags ? "flags" : "enum", enumeration->name,
            enumeration->wide ? "u16" : "u8", open ? " @open" : "");
    for (uint32_t i = 0; i < enumeration->n_values; i++)
        fprintf(out, "%s %s = %u", i ? "," : "", enumeration->values[i].name,
                enumeration->values[i].value);
    fputs(" }\n", out);
}

static void print_union(const struct sketch *sketch, FILE *out)
{
    fprintf(out, "union %s : u8 {\n", sketch->onion.name);
    for (uint32_t i = 0; i < sketch->onion.n_arms; i++) {
        const struct sketch_arm *arm = &sketch->onion.arms[i];
        fprintf(out, "    %s%s", arm->name, arm->type.kind == SKETCH_NOTHING ? "" : ": ");
        if (arm->type.kind != SKETCH_NOTHING) print_type(sketch, &arm->type, out);
        fprintf(out, " = %u", arm->tag);
        print_was(arm->was, out);
        fputs(";\n", out);
    }
    fputs("}\n", out);
}

static void print_zone(const struct sketch *sketch, const struct sketch_zone *zone, FILE *out)
{
    uint32_t since = sketch_dense(sketch, zone->since);

    fprintf(out, "    zone %s: %s", zone->name, sketch->structs[zone->root].name);
    if (zone->shared) fputs(" shared", out);
    if (zone->shared && zone->spinlocks) fprintf(out, " spinlocks %u", zone->spinlocks);
    print_was(zone->was, out);
    if (zone->deprecated) fputs(" @deprecated(\"old\")", out);
    if (since) fprintf(out, " @since(%u.%u)", sketch->major, since);
    fputs(";\n", out);
}

void sketch_print(const struct sketch *sketch, FILE *out)
{
    const struct sketch_struct *slot = &sketch->structs[sketch->n_inner];

    fprintf(out, "package %s;\n", packages[sketch->package]);
    print_enum(&sketch->enums[0], out);
    print_enum(&sketch->enums[1], out);
    print_union(sketch, out);
    for (uint32_t i = 0; i < sketch->n_inner; i++)
        print_struct(sketch, i, out);
    if (sketch->has_slot) print_struct(sketch, sketch->n_inner, out);
    for (uint32_t i = 0; i < sketch->n_zones; i++)
        print_struct(sketch, sketch->zones[i].root, out);
    fprintf(out, "channel c version %u {\n    slot: %s;\n", sketch->major,
            sketch->has_slot ? slot->name : "none");
    for (uint32_t i = 0; i < sketch->n_zones; i++)
        print_zone(sketch, &sketch->zones[i], out);
    fprintf(out, "    slots: %u;\n    full: wait;\n}\n", sketch->slots);
}
