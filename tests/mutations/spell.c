/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "chance.h"
#include "mutations.h"

const char spell_one[] = "package mut.one;\nconst SEVEN: u32 = 7;\nconst TWO: u8 = 2;\n";
const char spell_two[] = "package mut.two;\nalias Real = f32;\nalias Word = u32;\n";

enum { SPELLINGS = 4, F32 = 10, U32 = 7, CONSTANTS = 64 };

static const char *const scalars[SKETCH_SCALARS] = { "bool", "i8",  "i16", "i32", "i64", "u8",
                                                     "u16",  "u32", "u64", "f16", "f32", "f64" };
static const char *const units[SKETCH_UNITS][SPELLINGS] = {
    { "" },
    { "m", "\\x6d", "m", "m" },
    { "m/s^2", "m\\x2fs^2", "\\x6d/s^2", "m/s^2" },
    { "deg", "d\\x65g", "de\\x67", "\\x64\\x65\\x67" },
    { "\\\"", "\\x22", "\\\"", "\\x22" }
};
static const char *const frames[SKETCH_FRAMES][SPELLINGS] = {
    { "" }, { "body", "bod\\x79", "\\x62ody", "body" }, { "ned", "n\\x65d", "ned", "\\x6eed" }
};
static const char *const scales[SKETCH_SCALES][SPELLINGS] = {
    { "" },
    { "1.25", "5.0 / 4", "1.25, 0", "0.125e1, 0.0" },
    { "1.5, 3", "15e-1, 3.0", "1.50, 0x3", "3.0 / 2, 3" },
    { "1e3", "1000", "1000.0, 0", "0x3e8" }
};
static const char *const ranges[SKETCH_RANGES][SPELLINGS] = {
    { "" },
    { "0, 100", "0x0, 0x64", "0 ,1_00", "1 - 1, 10 * 10" },
    { "_, 90", "_,0x5a", "_, 9_0", "_ , 80 + 10" },
    { "1, _", "0b1, _", "0o1 , _", "1 << 0,_" }
};
/* Of scaled integers, whose bounds need not be whole. */
static const char *const physical[SKETCH_RANGES][SPELLINGS] = {
    { "" },
    { "0.5, 100", "5e-1, 100.0", "1.0 / 2, 0x64", "0.25 + 0.25, 1e2" },
    { "_, 90.125", "_ ,9.0125e1", "_, 721.0 / 8", "_, 90 + 0.125" },
    { "1.0, _", "1, _", "1e0,_", "0x1, _" }
};
static const char *const invalids[SKETCH_INVALIDS][SPELLINGS] = {
    { "" },
    { "0", "0x0", "5 - 5", "0b0" },
    { "99", "0x63", "100 - 1", "9_9" },
    { "7", "mut.one.SEVEN", "0o7", "(7)" }
};
static const char *const clocks[SKETCH_CLOCKS] = { "", "monotonic", "tai", "user(\"mine\")" };
static const char *const packages[] = { "lab.a", "lab.b" };

/* How this author writes. */
struct hand {
    const struct sketch *sketch;
    FILE *out;
    uint32_t names; /* what types are called */
};

/* ---- words -------------------------------------------------------------------------------- */

static void gap(struct hand *hand)
{
    static const char *const gaps[] = {
        " ", " ", "  ", "\n", "\t", " /* why */ ", " // because\n", "\n\n    "
    };

    fputs(gaps[any(sizeof gaps / sizeof *gaps)], hand->out);
}

static void number(struct hand *hand, uint32_t value)
{
    FILE *out = hand->out;

    switch (any(8)) {
    case 0: fprintf(out, "0x%x", value); break;
    case 1: fprintf(out, "0x%X", value); break;
    case 2: fprintf(out, "0o%o", value); break;
    case 3: fprintf(out, "(%u - 1)", value + 1); break;
    case 4: fprintf(out, "%u * 1", value); break;
    case 5:
        if (value == 7)
            fputs("mut.one.SEVEN", out);
        else if (value == 2)
            fputs("mut.one.TWO", out);
        else if (value < CONSTANTS)
            fprintf(out, "K%u", value);
        else
            fprintf(out, "%u", value);
        break;
    default: fprintf(out, "%u", value);
    }
}

static void docs(struct hand *hand)
{
    if (one_in(3)) fprintf(hand->out, "\n    /// Said number %u.\n", any(1000));
}

/* A permutation of 0 ... n - 1. */
static void shuffle(uint32_t *order, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++) {
        uint32_t k = any(i + 1);
        order[i] = order[k];
        order[k] = i;
    }
}

/* ---- types -------------------------------------------------------------------------------- */

static void type_name(struct hand *hand, char what, uint32_t index)
{
    fprintf(hand->out, "%c%uN%u", what, index, hand->names);
}

static void scalar(struct hand *hand, uint32_t which)
{
    if (which == F32 && one_in(3))
        fputs("mut.two.Real", hand->out);
    else if (which == U32 && one_in(3))
        fputs("mut.two.Word", hand->out);
    else if (one_in(4))
        type_name(hand, 'A', which);
    else
        fputs(scalars[which], hand->out);
}

static void type(struct hand *hand, const struct sketch_type *type)
{
    FILE *out = hand->out;

    if (type->list) fputs("list<", out);
    switch (type->kind) {
    case SKETCH_SCALAR: scalar(hand, type->which); break;
    case SKETCH_ATOMIC: fprintf(out, "atomic<%s>", scalars[type->which]); break;
    case SKETCH_ENUM: type_name(hand, 'E', type->which); break;
    case SKETCH_UNION: type_name(hand, 'U', 0); break;
    case SKETCH_STRUCT: type_name(hand, 'S', type->which); break;
    case SKETCH_CHARS: fprintf(out, "char[%u]", type->length); break;
    case SKETCH_STRING: fprintf(out, "string<%u>", type->length); break;
    case SKETCH_BYTES: fprintf(out, "bytes<%u>", type->length); break;
    case SKETCH_NOTHING: break;
    }
    for (int i = 0; i < 2 && type->dims[i]; i++) {
        fputs("[", out);
        number(hand, type->dims[i]);
        fputs("]", out);
    }
    if (type->list) {
        fputs(one_in(2) ? "," : " , ", out);
        fprintf(out, "%u>", type->list);
    }
    if (type->optional) fputs("?", out);
}

/* ---- what is said ------------------------------------------------------------------------- */

static void attribute(struct hand *hand, const struct sketch_field *f, uint32_t which)
{
    const struct sketch_said *said = &f->said;
    FILE *out = hand->out;
    uint32_t spelling = any(SPELLINGS);

    switch (which) {
    case 0:
        if (said->clock)
            fprintf(out, " @unit(\"%s\")", one_in(2) ? "ns" : "\\x6es");
        else if (said->unit)
            fprintf(out, " @unit(\"%s\")", units[said->unit][spelling]);
        break;
    case 1:
        if (said->clock) fprintf(out, " @clock(%s)", clocks[said->clock]);
        break;
    case 2:
        if (said->frame) fprintf(out, "\n@frame(\"%s\")", frames[said->frame][spelling]);
        break;
    case 3:
        if (said->scale) fprintf(out, " @scale(%s)", scales[said->scale][spelling]);
        break;
    case 4:
        if (said->range)
            fprintf(out, " @range(%s)", (said->scale ? physical : ranges)[said->range][spelling]);
        break;
    case 5:
        if (said->invalid)
            fprintf(out, " @invalid(%s)",
                    sketch_has_nan(f) ? "nan" : invalids[said->invalid][spelling]);
        break;
    case 6:
        if (said->deprecated) fputs(one_in(2) ? " @deprecated" : " @deprecated(\"so\")", out);
        break;
    case 7:
        if (one_in(4)) fprintf(out, " @label(\"Nr. %u\")", any(100));
        break;
    default:
        if (one_in(4)) fprintf(out, " @x.plot(%u, red)", any(100));
    }
}

static void attributes(struct hand *hand, const struct sketch_field *f)
{
    uint32_t order[9];

    shuffle(order, 9);
    for (int i = 0; i < 9; i++)
        attribute(hand, f, order[i]);
}

static void was(struct hand *hand, const char *name)
{
    if (*name) fprintf(hand->out, " @was(\"%s\")", name);
}

/* ---- declarations ------------------------------------------------------------------------- */

static void since(struct hand *hand, uint32_t minor)
{
    minor = sketch_dense(hand->sketch, minor);
    if (minor) fprintf(hand->out, " @since(%u.%u)", hand->sketch->major, minor);
}

static void field(struct hand *hand, const struct sketch_field *f, bool is_root)
{
    bool plain = f->type.kind == SKETCH_SCALAR && f->type.which > 0 && !f->type.dims[0] &&
                 !f->type.list && !f->type.optional;

    docs(hand);
    fprintf(hand->out, "%s:", f->name);
    gap(hand);
    type(hand, &f->type);
    if (plain && one_in(4)) {
        fputs(" = ", hand->out);
        number(hand, 7);
    }
    attributes(hand, f);
    was(hand, f->was);
    if (f->aligned) fputs(" @align(16)", hand->out);
    if (is_root) since(hand, f->since);
    fputs(";", hand->out);
    gap(hand);
}

static void structure(struct hand *hand, uint32_t index)
{
    const struct sketch_struct *s = &hand->sketch->structs[index];
    bool is_root = index >= hand->sketch->n_inner;

    docs(hand);
    fputs("struct ", hand->out);
    type_name(hand, 'S', index);
    if (s->reserve && is_root) fprintf(hand->out, " @reserve(%u)", s->reserve);
    fputs(" {", hand->out);
    gap(hand);
    for (uint32_t minor = 0; minor <= (is_root ? sketch_newest(hand->sketch) : 0); minor++)
        for (uint32_t i = 0; i < s->n_fields; i++)
            if (!is_root || s->fields[i].since == minor) field(hand, &s->fields[i], is_root);
    fputs("}\n", hand->out);
}

static void enumeration(struct hand *hand, uint32_t index)
{
    const struct sketch_enum *e = &hand->sketch->enums[index];
    uint32_t order[MAX_VALUES];

    docs(hand);
    fputs(e->is_flags ? "flags " : "enum ", hand->out);
    type_name(hand, 'E', index);
    fprintf(hand->out, ":%s%s{", e->wide ? "u16" : "u8",
            e->is_open && !e->is_flags ? " @open " : " ");
    shuffle(order, e->n_values);
    for (uint32_t i = 0; i < e->n_values; i++) {
        docs(hand);
        fprintf(hand->out, "%s = ", e->values[order[i]].name);
        number(hand, e->values[order[i]].value);
        if (i + 1 < e->n_values || one_in(2)) fputs(",", hand->out);
        gap(hand);
    }
    fputs("}\n", hand->out);
}

static void onion(struct hand *hand)
{
    const struct sketch_union *u = &hand->sketch->onion;
    uint32_t order[MAX_ARMS];

    docs(hand);
    fputs("union ", hand->out);
    type_name(hand, 'U', 0);
    fputs(" : u8 {", hand->out);
    shuffle(order, u->n_arms);
    for (uint32_t i = 0; i < u->n_arms; i++) {
        const struct sketch_arm *arm = &u->arms[order[i]];
        gap(hand);
        fputs(arm->name, hand->out);
        if (arm->type.kind != SKETCH_NOTHING) {
            fputs(": ", hand->out);
            type(hand, &arm->type);
        }
        fputs(" = ", hand->out);
        number(hand, arm->tag);
        was(hand, arm->was);
        fputs(";", hand->out);
    }
    fputs("}\n", hand->out);
}

static void zone(struct hand *hand, const struct sketch_zone *z)
{
    docs(hand);
    fprintf(hand->out, "zone %s: ", z->name);
    type_name(hand, 'S', z->root);
    if (z->shared) fputs(" shared", hand->out);
    if (z->shared && z->spinlocks) fprintf(hand->out, " spinlocks %u", z->spinlocks);
    was(hand, z->was);
    if (z->deprecated) fputs(" @deprecated", hand->out);
    since(hand, z->since);
    fputs(";", hand->out);
    gap(hand);
}

/* One part of a channel; zones come after the settings, in their own order. */
static void setting(struct hand *hand, uint32_t which)
{
    static const char *const checksums[] = { "none", "manual", "enforced" };
    FILE *out = hand->out;

    switch (which) {
    case 0:
        fputs("slot: ", out);
        if (hand->sketch->has_slot)
            type_name(hand, 'S', hand->sketch->n_inner);
        else
            fputs("none", out);
        fputs(";", out);
        break;
    case 1: fprintf(out, "slots: %u;", any(200) + 1); break;
    case 2: fputs(one_in(2) ? "full: wait;" : "full: overwrite;", out); break;
    case 3:
        if (one_in(2)) fprintf(out, "checksum: %s;", checksums[any(3)]);
        break;
    case 4:
        if (one_in(2)) fprintf(out, "consumers: %u;", any(30) + 1);
        break;
    default:
        if (which - 5 < hand->sketch->n_zones) zone(hand, &hand->sketch->zones[which - 5]);
    }
    gap(hand);
}

static void channel(struct hand *hand)
{
    uint32_t order[5 + MAX_ZONES];

    fprintf(hand->out, "channel c version %u {\n", hand->sketch->major);
    shuffle(order, 5 + MAX_ZONES);
    for (int i = 0; i < 5 + MAX_ZONES; i++)
        setting(hand, order[i]);
    fputs("}\n", hand->out);
}

/* ---- the file ----------------------------------------------------------------------------- */

/* Declaration `which` of those that a file has: in any order. */
static void declaration(struct hand *hand, uint32_t which)
{
    if (which < MAX_STRUCTS) {
        bool inner = which < hand->sketch->n_inner;
        bool slot = which == hand->sketch->n_inner && hand->sketch->has_slot;
        bool used = inner || slot;
        for (uint32_t i = 0; i < hand->sketch->n_zones; i++)
            used = used || hand->sketch->zones[i].root == which;
        if (used && which < hand->sketch->n_structs) structure(hand, which);
        return;
    }
    switch (which - MAX_STRUCTS) {
    case 0: enumeration(hand, 0); break;
    case 1: enumeration(hand, 1); break;
    case 2: onion(hand); break;
    case 3:
        for (uint32_t i = 0; i < CONSTANTS; i++)
            fprintf(hand->out, "const K%u: u32 = %u;\n", i, i);
        break;
    case 4:
        for (uint32_t i = 0; i < SKETCH_SCALARS; i++) {
            fputs("alias ", hand->out);
            type_name(hand, 'A', i);
            fprintf(hand->out, " = %s;\n", scalars[i]);
        }
        break;
    default: channel(hand);
    }
}

void spell(const struct sketch *sketch, FILE *out)
{
    struct hand hand = { sketch, out, any(1000) };
    uint32_t order[MAX_STRUCTS + 6];
    bool swapped = one_in(2);

    if (one_in(2)) fputs("// A file of ours.\n", out);
    fprintf(out, "package %s%s;\n", packages[sketch->package], one_in(2) ? " as other" : "");
    fprintf(out, "import \"%s.dhs\";\n", swapped ? "two" : "one");
    fprintf(out, "import \"%s.dhs\";\n", swapped ? "one" : "two");
    shuffle(order, MAX_STRUCTS + 6);
    for (int i = 0; i < MAX_STRUCTS + 6; i++)
        declaration(&hand, order[i]);
}
