/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What units, ranges and their like mean for the numbers below an aggregate: they are pushed down
 * to each, and must not contradict what a number says of itself.
 */
#include <math.h>
#include <string.h>

#include "checker.h"
#include "number.h"
#include "source.h"

static bool same_text(struct dhs_text a, struct dhs_text b)
{
    return a.length == b.length && memcmp(a.data, b.data, a.length) == 0;
}

static bool is_number(const struct dhs_value *value)
{
    return value->kind == DHS_VALUE_INTEGER || value->kind == DHS_VALUE_REAL;
}

static double real_of(const struct dhs_value *value)
{
    struct dhs_number number = { value->negative, value->magnitude };
    return value->kind == DHS_VALUE_REAL ? value->real : dhs_number_real(number);
}

static bool same_value(const struct dhs_value *a, const struct dhs_value *b)
{
    if (a->kind != b->kind) /* 1 and 1.0 say the same */
        return is_number(a) && is_number(b) && real_of(a) == real_of(b);
    switch (a->kind) {
    case DHS_VALUE_BOOL: return a->boolean == b->boolean;
    case DHS_VALUE_REAL: return a->real == b->real || (a->real != a->real && b->real != b->real);
    case DHS_VALUE_TEXT: return same_text(a->text, b->text);
    default: return a->negative == b->negative && a->magnitude == b->magnitude;
    }
}

/* Returns false if both say something and it differs. */
static bool merge_text(struct dhs_text *inner, struct dhs_text outer)
{
    if (!outer.data) return true;
    if (inner->data) return same_text(*inner, outer);
    *inner = outer;
    return true;
}

static bool merge_range(struct dhs_attributes *inner, const struct dhs_attributes *outer)
{
    if (!outer->has_range) return true;
    if (inner->has_range)
        return same_value(&inner->range_low, &outer->range_low) &&
               same_value(&inner->range_high, &outer->range_high);
    inner->has_range = true;
    inner->range_low = outer->range_low;
    inner->range_high = outer->range_high;
    return true;
}

static bool merge_invalid(struct dhs_attributes *inner, const struct dhs_attributes *outer)
{
    if (outer->invalid.kind == DHS_VALUE_NONE) return true;
    if (inner->invalid.kind != DHS_VALUE_NONE)
        return same_value(&inner->invalid, &outer->invalid) &&
               inner->invalid_first == outer->invalid_first;
    inner->invalid = outer->invalid;
    inner->invalid_first = outer->invalid_first;
    return true;
}

static bool merge_scale(struct dhs_attributes *inner, const struct dhs_attributes *outer)
{
    if (!outer->has_scale) return true;
    if (inner->has_scale)
        return inner->scale_factor == outer->scale_factor &&
               inner->scale_offset == outer->scale_offset;
    inner->has_scale = true;
    inner->scale_factor = outer->scale_factor;
    inner->scale_offset = outer->scale_offset;
    return true;
}

const char *dhs_merge_meaning(struct dhs_attributes *inner, const struct dhs_attributes *outer)
{
    if (!merge_text(&inner->unit, outer->unit)) return "unit";
    if (!merge_text(&inner->frame, outer->frame)) return "frame";
    if (!merge_text(&inner->clock, outer->clock)) return "clock";
    inner->clock_is_user = inner->clock_is_user || outer->clock_is_user;
    if (!merge_range(inner, outer)) return "range";
    if (!merge_invalid(inner, outer)) return "invalid";
    return merge_scale(inner, outer) ? NULL : "scale";
}

bool dhs_has_meaning(const struct dhs_attributes *a)
{
    return a->unit.data || a->frame.data || a->clock.data || a->has_range || a->has_scale ||
           a->invalid.kind != DHS_VALUE_NONE;
}

bool dhs_is_leaf(const struct dhs_type *type)
{
    switch (type->kind) {
    case DHS_TYPE_STRUCT:
    case DHS_TYPE_UNION:
    case DHS_TYPE_LIST:
    case DHS_TYPE_OPTIONAL:
    case DHS_TYPE_ARRAY:
    case DHS_TYPE_POISON: return false;
    default: return true;
    }
}

bool dhs_is_numeric(const struct dhs_type *type)
{
    bool has_number =
        type->kind == DHS_TYPE_SCALAR || (type->kind == DHS_TYPE_ATOMIC && !type->enumeration);
    return has_number && type->scalar != DHS_BOOL;
}

/* ---- checking all leaves ------------------------------------------------------------------ */

/* What lies between the field and a leaf: members and aliases, the innermost first. */
struct part {
    const struct dhs_declaration *declaration;
    const struct part *outer;
};

/* What is checked of one field: the leaves below it, at most MAX_VISITS of them. */
struct visit {
    struct dhs_check *check;
    const struct dhs_source *source;
    const struct ast_declaration *ast;
    const struct dhs_attributes *said; /* by the field itself and its aliases */
    unsigned budget;
    unsigned n_numeric;
    unsigned n_arrays; /* and lists, from the field to here */
    bool reported;
    const struct part *part;
};

enum { MAX_VISITS = 20000 };

static void visit_type(struct visit *v, const struct dhs_type *type,
                       const struct dhs_attributes *below, bool direct);

static struct dhs_span place_of(const struct visit *v, const char *name)
{
    return dhs_attribute_span(v->source, v->ast, name);
}

static bool says(const struct dhs_attributes *a, const char *name)
{
    switch (name[0]) {
    case 'u': return a->unit.data != NULL;
    case 'f': return a->frame.data != NULL;
    case 'c': return a->clock.data != NULL;
    case 'r': return a->has_range;
    case 's': return a->has_scale;
    default: return a->invalid.kind != DHS_VALUE_NONE;
    }
}

static void report_conflict(struct visit *v, const char *name)
{
    dhs_report(v->check->diag, DHS_ATTRIBUTE_CONFLICT, place_of(v, name),
               "a part of '%s' has another '@%s' of its own",
               ast_token_text(v->check->arena, v->source, v->ast->name), name);
    for (const struct part *part = v->part; part; part = part->outer) {
        if (!says(part->declaration->attributes, name)) continue;
        dhs_note(v->check->diag, part->declaration->span, "'%s' says it, too",
                 part->declaration->name);
        break;
    }
    dhs_help(v->check->diag, "say it once: on the whole, or on its parts");
    v->reported = true;
}

static const char *const time_units[] = { "ps", "ns",  "us", "\xc2\xb5s", "\xce\xbcs", "ms",
                                          "s",  "min", "h",  "d",         "week" };

static bool is_time_unit(struct dhs_text unit)
{
    for (size_t i = 0; i < sizeof time_units / sizeof time_units[0]; i++)
        if (unit.length == strlen(time_units[i]) &&
            memcmp(unit.data, time_units[i], unit.length) == 0)
            return true;
    return false;
}

static void check_clock(struct visit *v, const struct dhs_attributes *all)
{
    bool unit_was_wrong = place_of(v, "unit").offset != v->ast->name.offset && !v->said->unit.data;
    if (!v->said->clock.data || unit_was_wrong || (all->unit.data && is_time_unit(all->unit)))
        return;
    dhs_report(v->check->diag, DHS_CLOCK_UNIT, place_of(v, "clock"),
               all->unit.data ? "a clock counts time, but the unit is no unit of time"
                              : "a clock without a unit of time");
    dhs_help(v->check->diag, all->unit.data ? "times are in ns, us, ms, s, min, h or d"
                                            : "add @unit(\"ns\"), or us, ms, s, min, h, d");
    v->reported = true;
}

/* The value must be one that the leaf can hold, and of integers exactly. */
static bool fits(struct visit *v, const struct dhs_type *leaf, const char *name, unsigned index,
                 const struct dhs_value *value)
{
    struct dhs_value copy = *value;
    if (value->kind == DHS_VALUE_NONE) return true;
    const struct dhs_type *type = leaf->kind == DHS_TYPE_ATOMIC ? leaf->element : leaf;
    struct dhs_span span = dhs_argument_span(v->source, v->ast, name, index);
    if (dhs_fit_value(v->check, span, type, &copy)) return true;
    v->reported = true;
    return false;
}

/* What a scaled integer can mean, from its least to its greatest physical value. */
struct reach {
    double low, high;
};

static struct reach reach_of(enum dhs_scalar scalar, const struct dhs_attributes *all)
{
    int bits = (int)dhs_scalar_size(scalar) * 8;
    double least = dhs_is_signed(scalar) ? -ldexp(1, bits - 1) : 0;
    double greatest = ldexp(1, dhs_is_signed(scalar) ? bits - 1 : bits) - 1;
    double a = least * all->scale_factor + all->scale_offset;
    double b = greatest * all->scale_factor + all->scale_offset;
    struct reach reach = { a < b ? a : b, a < b ? b : a };
    return reach;
}

/* Where the field says the bound; or the scale, with which a part's own bound got another sense. */
static struct dhs_span bound_span(const struct visit *v, unsigned index)
{
    if (v->said->has_range) return dhs_argument_span(v->source, v->ast, "range", index);
    return place_of(v, "scale");
}

/* A bound of a scaled integer speaks of the physical value: any number, whole or not, that the raw
 * type reaches. One step is granted, so that a rounded bound is none too many. */
static bool fits_scaled(struct visit *v, enum dhs_scalar scalar, unsigned index,
                        const struct dhs_value *value, const struct dhs_attributes *all)
{
    struct dhs_span span = bound_span(v, index);
    struct reach reach = reach_of(scalar, all);
    double step = fabs(all->scale_factor);
    struct dhs_value bound = *value;

    if (value->kind == DHS_VALUE_NONE) return true;
    bool is_number = dhs_fit_value(v->check, span, dhs_scalar_type(DHS_F64), &bound);
    if (is_number && bound.real >= reach.low - step && bound.real <= reach.high + step) return true;
    v->reported = true;
    if (!is_number) return false;
    dhs_report(v->check->diag, DHS_VALUE_FIT, span,
               "%s is out of reach: %s with this '@scale' goes from %g to %g",
               dhs_value_text(v->check, value), dhs_scalar_name(scalar), reach.low, reach.high);
    dhs_help(v->check->diag, "the bounds of '@range' are physical values, stored * factor + "
                             "offset; is the factor right, or the type too narrow?");
    return false;
}

static bool fits_bound(struct visit *v, const struct dhs_type *leaf, unsigned index,
                       const struct dhs_value *value, const struct dhs_attributes *all)
{
    if (all->has_scale && dhs_is_integer(leaf->scalar))
        return fits_scaled(v, leaf->scalar, index, value, all);
    if (fits(v, leaf, "range", index, value)) return true;
    if (value->kind == DHS_VALUE_REAL)
        dhs_help(v->check->diag,
                 "a stored integer is whole; with '@scale' it stands for a fraction");
    return false;
}

static bool is_nan(const struct dhs_value *value)
{
    return value->kind == DHS_VALUE_REAL && isnan(value->real);
}

static void check_range(struct visit *v, const struct dhs_type *leaf,
                        const struct dhs_attributes *all)
{
    const struct dhs_value *low = &all->range_low, *high = &all->range_high;
    if (is_nan(low) || is_nan(high)) {
        dhs_report(v->check->diag, DHS_ATTRIBUTE_ARGUMENTS, bound_span(v, is_nan(low) ? 0 : 1),
                   "nan bounds nothing");
        dhs_help(v->check->diag, "leave that side open with _; '@invalid(nan)' says that nan means "
                                 "there is no value");
        v->reported = true;
        return;
    }
    if (!fits_bound(v, leaf, 0, low, all) || !fits_bound(v, leaf, 1, high, all)) return;
    if (low->kind == DHS_VALUE_NONE || high->kind == DHS_VALUE_NONE) return;
    struct dhs_number a = { low->negative, low->magnitude },
                      b = { high->negative, high->magnitude };
    bool whole = low->kind != DHS_VALUE_REAL && high->kind != DHS_VALUE_REAL;
    if (whole ? dhs_number_compare(a, b) <= 0 : real_of(low) <= real_of(high)) return;
    dhs_report(v->check->diag, DHS_ATTRIBUTE_ARGUMENTS, place_of(v, "range"),
               "the range ends before it begins");
    dhs_help(v->check->diag, "write @range(least, greatest)");
    v->reported = true;
}

static void check_invalid(struct visit *v, const struct dhs_type *leaf)
{
    if (!fits(v, leaf, "invalid", 0, &v->said->invalid)) return;
    if (!v->said->invalid_first || v->n_arrays > 0) return;
    dhs_report(v->check->diag, DHS_ATTRIBUTE_PLACE, place_of(v, "invalid"),
               "'first' needs an array or list, and here is one value");
    dhs_help(v->check->diag, "leave 'first' out");
    v->reported = true;
}

static void check_numeric(struct visit *v, const struct dhs_type *leaf,
                          const struct dhs_attributes *all)
{
    v->n_numeric++;
    check_clock(v, all);
    bool concerns_range = v->said->has_range || (v->said->has_scale && all->has_range);
    if (concerns_range && !v->reported) check_range(v, leaf, all);
    if (!v->reported) check_invalid(v, leaf);
}

/* On a text or enum directly, @invalid has a meaning, and nothing else has. */
static void check_other(struct visit *v, const struct dhs_type *leaf)
{
    if (v->said->invalid.kind == DHS_VALUE_NONE) return;
    const struct dhs_type *type = leaf->kind == DHS_TYPE_ATOMIC ? leaf->element : leaf;
    bool can = type->kind == DHS_TYPE_ENUM || type->kind == DHS_TYPE_FLAGS ||
               type->kind == DHS_TYPE_CHARS || type->kind == DHS_TYPE_STRING;
    if (can) {
        v->n_numeric++;
        check_invalid(v, leaf);
    }
}

static void visit_leaf(struct visit *v, const struct dhs_type *type,
                       const struct dhs_attributes *below, bool direct)
{
    struct dhs_attributes all = *below;
    if (!dhs_is_numeric(type)) {
        if (direct) check_other(v, type);
        return;
    }
    const char *conflict = dhs_merge_meaning(&all, v->said);
    if (conflict)
        report_conflict(v, conflict);
    else
        check_numeric(v, type, &all);
}

/* What is said of a part holds for all below it, together with what is said further out. */
static void visit_part(struct visit *v, const struct dhs_type *type,
                       const struct dhs_declaration *declaration,
                       const struct dhs_attributes *further)
{
    struct part part = { declaration, v->part };
    struct dhs_attributes all = *declaration->attributes;
    dhs_merge_meaning(&all, further); /* a conflict was reported where the part was declared */
    v->part = &part;
    visit_type(v, type, &all, false);
    v->part = part.outer;
}

static void visit_parts(struct visit *v, const struct dhs_type *type,
                        const struct dhs_attributes *all)
{
    const struct dhs_struct *structure = type->structure;
    const struct dhs_union *onion = type->onion;
    for (size_t i = 0; structure && i < structure->n_fields; i++) {
        const struct dhs_field *field = &structure->fields[i];
        visit_part(v, field->type, &field->declaration, all);
    }
    for (size_t i = 0; onion && i < onion->n_arms; i++) {
        const struct dhs_arm *arm = &onion->arms[i];
        if (arm->type) visit_part(v, arm->type, &arm->declaration, all);
    }
}

/* `below` is what parts between the field and this type say; `direct`: there are no such parts. */
static void visit_type(struct visit *v, const struct dhs_type *type,
                       const struct dhs_attributes *below, bool direct)
{
    if (v->reported || v->budget == 0) return;
    v->budget--;
    struct dhs_attributes all = *below;
    struct part part = { type->alias ? &type->alias->declaration : NULL, v->part };
    if (type->alias) {
        dhs_merge_meaning(&all, type->alias->declaration.attributes);
        v->part = &part;
    }
    switch (type->kind) {
    case DHS_TYPE_STRUCT:
    case DHS_TYPE_UNION: visit_parts(v, type, &all); break;
    case DHS_TYPE_LIST:
    case DHS_TYPE_ARRAY:
        v->n_arrays++;
        visit_type(v, type->element, &all, direct);
        v->n_arrays--;
        break;
    case DHS_TYPE_OPTIONAL: visit_type(v, type->element, &all, direct); break;
    case DHS_TYPE_POISON: v->n_numeric++; break;
    default: visit_leaf(v, type, &all, direct); break;
    }
    v->part = part.outer;
}

static const char *first_said(const struct dhs_attributes *a)
{
    return a->unit.data    ? "unit"
           : a->frame.data ? "frame"
           : a->clock.data ? "clock"
           : a->has_range  ? "range"
           : a->has_scale  ? "scale"
                           : "invalid";
}

/* Aliases of the type itself and, as far as it is direct, of its elements. */
static const char *merge_aliases(struct dhs_attributes *attributes, const struct dhs_type *type,
                                 const struct dhs_declaration **at)
{
    for (; type; type = type->element) {
        if (type->alias) {
            const char *conflict =
                dhs_merge_meaning(attributes, type->alias->declaration.attributes);
            *at = &type->alias->declaration;
            if (conflict) return conflict;
        }
        if (type->kind != DHS_TYPE_ARRAY && type->kind != DHS_TYPE_OPTIONAL &&
            type->kind != DHS_TYPE_LIST)
            return NULL;
    }
    return NULL;
}

void dhs_check_meaning(struct dhs_check *check, const struct dhs_source *source,
                       const struct ast_declaration *ast, const struct dhs_type *type,
                       struct dhs_attributes *attributes)
{
    if (type->kind == DHS_TYPE_POISON) return;
    struct dhs_attributes own = *attributes;
    struct visit v = { check, source, ast, &own, MAX_VISITS, 0, 0, false, NULL };
    struct part alias = { NULL, NULL };
    const char *conflict = merge_aliases(attributes, type, &alias.declaration);
    if (conflict) {
        v.part = &alias;
        report_conflict(&v, conflict);
        return;
    }
    if (!dhs_has_meaning(&own)) return;
    visit_type(&v, type, &dhs_no_attributes, true);
    if (v.reported || v.n_numeric || v.budget == 0) return;
    const char *name = first_said(&own);
    dhs_report(check->diag, DHS_ATTRIBUTE_PLACE, place_of(&v, name),
               "'@%s' needs a number, and %s has none", name, dhs_type_title(check, type));
}
