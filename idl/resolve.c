/* SPDX-License-Identifier: Apache-2.0 */
/* Declarations: from syntax tree to model, on demand and once each. */
#include <string.h>
#include <strings.h>

#include "checker.h"
#include "number.h"
#include "source.h"

/* ---- circles and chains ------------------------------------------------------------------- */

static const char *chain_text(struct dhs_check *check, const struct dhs_symbol *from)
{
    const char *text = NULL;
    for (size_t i = 0; i < check->n_chain; i++) {
        if (!text && check->chain[i] != from) continue;
        text = text ? dhs_printf(check->arena, "%s -> %s", text, check->chain[i]->name)
                    : check->chain[i]->name;
    }
    return dhs_printf(check->arena, "%s -> %s", text ? text : "", from->name);
}

static void report_circle(struct dhs_check *check, struct dhs_symbol *symbol, struct dhs_span use)
{
    enum ast_kind kind = symbol->ast->kind;
    if (kind == AST_STRUCT || kind == AST_UNION) {
        dhs_report(check->diag, DHS_RECURSION, use, "'%s' contains itself", symbol->name);
        dhs_label(check->diag, "%s", chain_text(check, symbol));
        dhs_help(check->diag, "everything is stored by value: use an index into an array");
    } else {
        dhs_report(check->diag, DHS_CIRCULAR, use, "'%s' depends on itself", symbol->name);
        dhs_label(check->diag, "%s", chain_text(check, symbol));
    }
    symbol->poisoned = true;
}

/* An instance that needs another one of the same struct would need one more for ever. */
static struct dhs_symbol *instance_around(struct dhs_check *check, const struct dhs_symbol *symbol)
{
    for (size_t i = 0; symbol->generic && i < check->n_chain; i++)
        if (check->chain[i]->generic == symbol->generic) return check->chain[i];
    return NULL;
}

static void report_endless(struct dhs_check *check, struct dhs_symbol *symbol,
                           const struct dhs_symbol *around, struct dhs_span use)
{
    dhs_report(check->diag, DHS_RECURSION, use, "'%s' contains '%s', and so on without end",
               around->name, symbol->name);
    dhs_help(check->diag, "everything is stored by value: use an index into an array");
    symbol->poisoned = true;
    symbol->progress = DHS_DONE;
}

static bool enter(struct dhs_check *check, struct dhs_symbol *symbol, struct dhs_span use)
{
    struct dhs_symbol *around = instance_around(check, symbol);
    if (around) {
        report_endless(check, symbol, around, use);
        return false;
    }
    if (check->n_chain == DHS_MAX_CHAIN) {
        dhs_report(check->diag, DHS_CHAIN, use, "a chain of %d declarations ends here",
                   DHS_MAX_CHAIN);
        dhs_help(check->diag, "declare what is used before its user, or shorten the chain");
        symbol->poisoned = true;
        symbol->progress = DHS_DONE;
        return false;
    }
    check->chain[check->n_chain++] = symbol;
    symbol->progress = DHS_IN_WORK;
    return true;
}

/* ---- what every declaration has ----------------------------------------------------------- */

struct dhs_declaration dhs_declaration_of(struct dhs_check *check, struct dhs_place place,
                                          const struct ast_declaration *ast)
{
    struct dhs_declaration declaration;
    memset(&declaration, 0, sizeof declaration);
    const struct dhs_source *source = place.unit->source;
    declaration.name = ast_token_text(check->arena, source, ast->name);
    declaration.docs = ast_docs(check->arena, source, ast->name);
    declaration.file = place.unit->file;
    declaration.outer = place.outer ? place.outer->structure : NULL;
    declaration.span = ast_token_span(source, ast->name);
    declaration.line = dhs_source_line_of(source, ast->name.offset);
    declaration.attributes = &dhs_no_attributes;
    return declaration;
}

/* Most declarations have no attributes: they share one empty set. */
static void keep_attributes(struct dhs_check *check, struct dhs_declaration *declaration,
                            const struct dhs_marks *marks)
{
    if (marks->attributes.doc.data && !*declaration->docs)
        declaration->docs = marks->attributes.doc.data;
    if (!marks->any && !dhs_has_meaning(&marks->attributes)) return;
    struct dhs_attributes *attributes = dhs_alloc(check->arena, sizeof *attributes);
    *attributes = marks->attributes;
    declaration->attributes = attributes;
}

static void describe(struct dhs_check *check, struct dhs_place place,
                     const struct ast_declaration *ast, struct dhs_declaration *declaration,
                     struct dhs_marks *marks)
{
    *declaration = dhs_declaration_of(check, place, ast);
    dhs_read_attributes(check, place, ast, NULL, marks);
    keep_attributes(check, declaration, marks);
}

static size_t count_members(const struct ast_declaration *ast, enum ast_kind kind)
{
    size_t n = 0;
    for (const struct ast_declaration *m = ast->members; m; m = m->next)
        n += m->kind == kind;
    return n;
}

static void check_not_empty(struct dhs_check *check, struct dhs_symbol *symbol, size_t n_members,
                            const char *what)
{
    if (n_members || symbol->ast->damaged) return;
    dhs_report(check->diag, DHS_EMPTY, ast_token_span(symbol->unit->source, symbol->ast->name),
               "'%s' has no %s", symbol->name, what);
}

/* Adds a member's name to a table; reports what stands there already. */
static void add_member_name(struct dhs_check *check, const struct dhs_source *source,
                            struct dhs_names *names, const struct ast_declaration *ast,
                            const char *name, void *item)
{
    struct dhs_span span = ast_token_span(source, ast->name);
    dhs_check_name(check, source, ast->name, name);
    struct dhs_name *first = dhs_names_find(names, name);
    if (first) {
        dhs_report(check->diag, DHS_NAME_DUPLICATE, span, "'%s' is declared already", name);
        dhs_note(check->diag, first->span, "first declared here");
        dhs_help_case(check, name, first->span);
    }
    if (!first || !dhs_names_exact(names, name))
        dhs_names_add(check->scratch, names, name, span, item);
}

/* ---- enums and flags ---------------------------------------------------------------------- */

static bool resolve_base(struct dhs_check *check, struct dhs_place place,
                         const struct ast_declaration *ast, enum dhs_scalar *base)
{
    const struct dhs_type *type = dhs_resolve_type(check, place, ast->type);
    *base = DHS_U64;
    if (type->kind == DHS_TYPE_POISON) return false;
    bool signed_too = ast->kind == AST_ENUM;
    bool is_integer = type->kind == DHS_TYPE_SCALAR && dhs_is_integer(type->scalar);
    if (is_integer) *base = type->scalar; /* by which the numbers are judged in any case */
    if (is_integer && (signed_too || !dhs_is_signed(type->scalar))) return true;
    dhs_report(check->diag, DHS_BASE, ast->type->span, "%s cannot be the base here",
               dhs_type_title(check, type));
    dhs_help(check->diag, "a base is %su8, u16, u32 or u64",
             signed_too ? "i8, i16, i32, i64, " : "");
    return false;
}

/* 64, 1 << 6 where a bit's number belongs: the sixth bit is meant. */
static void help_mask(struct dhs_check *check, struct dhs_place place,
                      const struct ast_expression *written)
{
    struct dhs_value value;
    unsigned bit = 0;
    if (!dhs_evaluate(check, place, written, NULL, &value)) return; /* was reported */
    uint64_t mask = value.kind == DHS_VALUE_INTEGER && !value.negative ? value.magnitude : 0;
    if (mask == 0 || (mask & (mask - 1)) != 0) return;
    while (mask >> bit > 1)
        bit++;
    dhs_help(check->diag, "flags are numbered, not weighed: bit %u weighs %llu", bit,
             (unsigned long long)mask);
}

/* The number of an enumerator or arm: written out, and one that the base can hold. */
static bool resolve_number(struct dhs_check *check, const struct dhs_symbol *symbol,
                           const struct ast_declaration *ast, enum dhs_scalar base,
                           struct dhs_number *number)
{
    struct dhs_place place = { symbol->unit, symbol->outer };
    bool is_bit = symbol->ast->kind == AST_FLAGS;
    if (!ast->value && symbol->ast->damaged) return false; /* it may be what was lost */
    if (!ast->value) {
        struct dhs_span span = ast_token_span(place.unit->source, ast->name);
        if (ast->type) { /* behind the type is where it should stand */
            span.offset = ast->type->span.offset + ast->type->span.length;
            span.length = 1;
        }
        dhs_report(check->diag, DHS_NUMBER_MISSING, span, "'%s' needs its number",
                   ast_token_text(check->arena, place.unit->source, ast->name));
        dhs_help(check->diag, "numbers are what is stored: write each out, as in name = 0");
        return false;
    }
    struct dhs_value value;
    if (is_bit) {
        uint64_t bit = 0;
        bool good = dhs_evaluate_count(check, place, ast->value, 0, dhs_scalar_size(base) * 8 - 1,
                                       DHS_VALUE_FIT, "a bit's number", &bit);
        if (!good) help_mask(check, place, ast->value);
        number->negative = false;
        number->magnitude = bit;
        return good;
    }
    const struct dhs_type *type = dhs_scalar_type(base);
    if (!dhs_evaluate_as(check, place, ast->value, type, &value)) return false;
    number->negative = value.negative;
    number->magnitude = value.magnitude;
    return true;
}

static void warn_without_zero(struct dhs_check *check, struct dhs_symbol *symbol)
{
    const struct dhs_enum *enumeration = symbol->enumeration;
    if (enumeration->is_flags || enumeration->is_open || symbol->ast->damaged) return;
    for (size_t i = 0; i < enumeration->n_enumerators; i++)
        if (enumeration->enumerators[i].magnitude == 0) return;
    dhs_report(check->diag, DHS_ENUM_WITHOUT_ZERO,
               ast_token_span(symbol->unit->source, symbol->ast->name),
               "closed enum '%s' has no value 0, but fresh memory is 0", symbol->name);
    dhs_help(check->diag, "add a value 0, or say @open");
}

/* 1, 2, 4, 8: weights, where numbers of bits belong. Three of them may well be bits. */
static void warn_of_masks(struct dhs_check *check, const struct dhs_symbol *symbol)
{
    enum { FEW = 4 };
    const struct dhs_enum *enumeration = symbol->enumeration;
    size_t n = enumeration->n_enumerators;
    if (!enumeration->is_flags || symbol->ast->damaged || n < FEW) return;
    for (size_t i = 0; i < n; i++)
        if (enumeration->enumerators[i].magnitude != (uint64_t)1 << i) return;
    dhs_report(check->diag, DHS_FLAGS_WEIGHED,
               ast_token_span(symbol->unit->source, symbol->ast->name),
               "the flags of '%s' look like weights, and are taken as numbers of bits",
               symbol->name);
    dhs_help(check->diag, "count the bits instead: %s = 0, %s = 1, %s = 2 ...",
             enumeration->enumerators[0].declaration.name,
             enumeration->enumerators[1].declaration.name,
             enumeration->enumerators[2].declaration.name);
}

static void resolve_enumerators(struct dhs_check *check, struct dhs_symbol *symbol,
                                struct dhs_place place, struct dhs_enum *enumeration)
{
    size_t n_all = count_members(symbol->ast, AST_ENUMERATOR), n = 0;
    struct dhs_enumerator *all = dhs_alloc_array(check->arena, n_all, sizeof *all);
    enumeration->enumerators = all;
    symbol->members = dhs_names_for(check->scratch, n_all);
    for (const struct ast_declaration *m = symbol->ast->members; m; m = m->next) {
        struct dhs_enumerator *one = &all[n];
        struct dhs_marks marks;
        struct dhs_number number = { false, 0 };
        describe(check, place, m, &one->declaration, &marks);
        add_member_name(check, symbol->unit->source, &symbol->members, m, one->declaration.name,
                        one);
        if (!resolve_number(check, symbol, m, enumeration->base, &number)) symbol->poisoned = true;
        one->negative = number.negative;
        one->magnitude = number.magnitude;
        n++;
    }
    enumeration->n_enumerators = n;
}

static void resolve_enum(struct dhs_check *check, struct dhs_symbol *symbol, struct dhs_place place)
{
    struct dhs_enum *enumeration = dhs_alloc(check->arena, sizeof *enumeration);
    struct dhs_marks marks;
    symbol->enumeration = enumeration;
    describe(check, place, symbol->ast, &enumeration->declaration, &marks);
    enumeration->is_flags = symbol->ast->kind == AST_FLAGS;
    enumeration->is_open = marks.is_open;
    if (!resolve_base(check, place, symbol->ast, &enumeration->base)) symbol->poisoned = true;
    resolve_enumerators(check, symbol, place, enumeration);
    check_not_empty(check, symbol, enumeration->n_enumerators, "values");
    if (enumeration->n_enumerators == 0) symbol->poisoned = true;
    if (!symbol->poisoned) warn_without_zero(check, symbol);
    if (!symbol->poisoned) warn_of_masks(check, symbol);
}

/* ---- constants and aliases ---------------------------------------------------------------- */

static void resolve_constant(struct dhs_check *check, struct dhs_symbol *symbol,
                             struct dhs_place place)
{
    struct dhs_constant *constant = dhs_alloc(check->arena, sizeof *constant);
    struct dhs_marks marks;
    symbol->constant = constant;
    describe(check, place, symbol->ast, &constant->declaration, &marks);
    const struct dhs_type *type = dhs_resolve_type(check, place, symbol->ast->type);
    constant->type = type;
    bool can = type->kind == DHS_TYPE_SCALAR || type->kind == DHS_TYPE_ENUM ||
               type->kind == DHS_TYPE_FLAGS || type->kind == DHS_TYPE_POISON;
    if (!can) {
        dhs_report(check->diag, DHS_VALUE_KIND, symbol->ast->type->span, "a constant cannot be %s",
                   dhs_type_title(check, type));
        dhs_help(check->diag, "constants are numbers, bools, and values of enums and flags");
    }
    if (!can || !dhs_evaluate_as(check, place, symbol->ast->value, type, &constant->value))
        symbol->poisoned = true;
}

static void resolve_alias(struct dhs_check *check, struct dhs_symbol *symbol,
                          struct dhs_place place)
{
    struct dhs_alias *alias = dhs_alloc(check->arena, sizeof *alias);
    struct dhs_marks marks;
    symbol->alias = alias;
    alias->declaration = dhs_declaration_of(check, place, symbol->ast);
    alias->type = dhs_resolve_type(check, place, symbol->ast->type);
    dhs_read_attributes(check, place, symbol->ast, alias->type, &marks);
    dhs_check_meaning(check, symbol->unit->source, symbol->ast, alias->type, &marks.attributes);
    keep_attributes(check, &alias->declaration, &marks);
    if (alias->type->kind == DHS_TYPE_POISON) symbol->poisoned = true;
}

/* ---- structs ------------------------------------------------------------------------------ */

static bool has_atomics(const struct dhs_type *type)
{
    for (; type; type = type->element) {
        if (type->kind == DHS_TYPE_ATOMIC) return true;
        if (type->kind == DHS_TYPE_STRUCT) return type->structure->has_atomics;
        if (type->kind == DHS_TYPE_UNION) return type->onion->has_atomics;
    }
    return false;
}

/* A struct that grows keeps its layout only as a root: inside, growth would move what follows. */
static void check_sealed(struct dhs_check *check, const struct ast_type *ast,
                         const struct dhs_type *type)
{
    while (type && type->kind != DHS_TYPE_STRUCT)
        type = type->element;
    if (!type || !type->structure->grows) return;
    dhs_report(check->diag, DHS_SINCE_NESTED, type->structure->growth,
               "'%s' cannot grow: it is used inside another type", type->structure->written);
    dhs_note(check->diag, ast->span, "used by value here");
    dhs_help(check->diag, "add the new field to the struct that is the slot or zone");
}

static void resolve_initial(struct dhs_check *check, struct dhs_place place,
                            const struct ast_declaration *ast, struct dhs_field *field)
{
    const struct dhs_type *type = field->type;
    if (!ast->value || type->kind == DHS_TYPE_POISON) return;
    if (type->kind == DHS_TYPE_ATOMIC) type = type->element;
    struct dhs_value value;
    if (dhs_evaluate_as(check, place, ast->value, type, &value)) field->initial = value;
}

static void resolve_field(struct dhs_check *check, struct dhs_place place,
                          const struct ast_declaration *ast, struct dhs_field *field,
                          struct dhs_place_marks *at)
{
    struct dhs_marks marks;
    field->declaration = dhs_declaration_of(check, place, ast);
    field->type = dhs_resolve_type(check, place, ast->type);
    check_sealed(check, ast->type, field->type);
    dhs_read_attributes(check, place, ast, field->type, &marks);
    dhs_check_meaning(check, place.unit->source, ast, field->type, &marks.attributes);
    keep_attributes(check, &field->declaration, &marks);
    field->wire_name = marks.was ? marks.was : field->declaration.name;
    field->size = field->type->size;
    field->align = field->type->align;
    field->since_minor = marks.since_minor;
    *at = (struct dhs_place_marks){ marks.attributes.align, marks.since_major, marks.has_since,
                                    marks.has_offset, marks.offset };
    resolve_initial(check, place, ast, field);
}

/* Whether a member is no longer called what it was called first; names differ in more than case. */
static bool is_renamed(struct dhs_span name, const char *wire_name)
{
    return strlen(wire_name) != name.length ||
           strncasecmp(name.source->text + name.offset, wire_name, name.length) != 0;
}

/* Two members may not share a wire name either: one takes a name that another had before. */
static void add_wire_name(struct dhs_check *check, const struct dhs_source *source,
                          struct dhs_names *names, const struct ast_declaration *ast,
                          const char *wire_name)
{
    struct dhs_name *first = dhs_names_find(names, wire_name);
    struct dhs_span span = ast_token_span(source, ast->name);
    if (!first) {
        dhs_names_add(check->scratch, names, wire_name, span, NULL);
        return;
    }
    if (!is_renamed(span, wire_name) && !is_renamed(first->span, wire_name))
        return; /* the same name twice was reported as such */
    dhs_report(check->diag, DHS_NAME_DUPLICATE, dhs_attribute_span(source, ast, "was"),
               "two %s are '%s' on the wire", ast->kind == AST_ARM ? "arms" : "fields", wire_name);
    dhs_note(check->diag, first->span, "the other one");
    dhs_help(check->diag, "what was renamed keeps its first name on the wire");
}

/* Without @was the wire names are the names, which were compared. */
static void check_wire_names(struct dhs_check *check, const struct dhs_source *source,
                             const struct dhs_struct *structure,
                             const struct ast_declaration *const *asts)
{
    struct dhs_names names = { NULL, 0, 0 };
    bool any_renamed = false;
    for (size_t i = 0; i < structure->n_fields; i++)
        any_renamed = any_renamed || is_renamed(structure->fields[i].declaration.span,
                                                structure->fields[i].wire_name);
    for (size_t i = 0; any_renamed && i < structure->n_fields; i++)
        add_wire_name(check, source, &names, asts[i], structure->fields[i].wire_name);
}

static void resolve_fields(struct dhs_check *check, struct dhs_symbol *symbol,
                           const struct dhs_marks *own)
{
    struct dhs_struct *structure = symbol->structure;
    size_t n = count_members(symbol->ast, AST_FIELD), i = 0;
    struct dhs_place inside = { symbol->unit, symbol };
    struct dhs_field *fields = dhs_alloc_array(check->arena, n, sizeof *fields);
    struct dhs_place_marks *places = dhs_alloc_array(check->scratch, n, sizeof *places);
    const struct ast_declaration **asts = dhs_alloc_array(check->scratch, n, sizeof *asts);
    struct dhs_names names = dhs_names_for(check->scratch, n);
    for (const struct ast_declaration *m = symbol->ast->members; m; m = m->next) {
        if (m->kind != AST_FIELD) continue;
        asts[i] = m;
        resolve_field(check, inside, m, &fields[i], &places[i]);
        fields[i].declaration.outer = NULL;
        add_member_name(check, symbol->unit->source, &names, m, fields[i].declaration.name, NULL);
        structure->has_atomics = structure->has_atomics || has_atomics(fields[i].type);
        i++;
    }
    structure->n_fields = n;
    structure->fields = fields;
    check_wire_names(check, symbol->unit->source, structure, asts);
    dhs_lay_out_struct(check, symbol, own, fields, places, asts);
}

/* Of an instance; in a plain struct these are symbols of the file. */
static void resolve_inside(struct dhs_check *check, struct dhs_symbol *symbol)
{
    for (struct dhs_use *use = symbol->inside; use; use = use->next)
        dhs_resolve(check, use->symbol,
                    ast_token_span(symbol->unit->source, use->symbol->ast->name));
}

static void resolve_struct(struct dhs_check *check, struct dhs_symbol *symbol,
                           struct dhs_place place)
{
    struct dhs_marks marks;
    describe(check, place, symbol->ast, &symbol->structure->declaration, &marks);
    if (symbol->generic) symbol->structure->declaration.name = dhs_instance_name(check, symbol);
    symbol->structure->written = symbol->name;
    resolve_fields(check, symbol, &marks);
    resolve_inside(check, symbol);
    check_not_empty(check, symbol, symbol->structure->n_fields, "fields");
    if (symbol->structure->n_fields == 0) symbol->poisoned = true;
}

/* ---- unions ------------------------------------------------------------------------------- */

static void check_tag(struct dhs_check *check, const struct ast_declaration *ast,
                      const struct dhs_union *onion, const struct dhs_arm *arm)
{
    for (size_t i = 0; i < onion->n_arms; i++) {
        const struct dhs_arm *other = &onion->arms[i];
        if (other->magnitude != arm->magnitude || other->negative != arm->negative) continue;
        dhs_report(check->diag, DHS_TAG_REPEATED, ast->value->span, "two arms have this tag");
        dhs_note(check->diag, other->declaration.span, "the other one");
        return;
    }
}

/* Arms are compared pairwise; this many keep that cheap and are plenty. */
enum { MAX_ARMS = 1024 };

static void resolve_arm(struct dhs_check *check, struct dhs_symbol *symbol,
                        const struct ast_declaration *ast, struct dhs_arm *arm)
{
    struct dhs_place place = { symbol->unit, NULL };
    struct dhs_union *onion = symbol->onion;
    struct dhs_marks marks;
    arm->declaration = dhs_declaration_of(check, place, ast);
    if (ast->type) {
        arm->type = dhs_resolve_type(check, place, ast->type);
        check_sealed(check, ast->type, arm->type);
    }
    dhs_read_attributes(check, place, ast, arm->type, &marks);
    if (arm->type) dhs_check_meaning(check, place.unit->source, ast, arm->type, &marks.attributes);
    keep_attributes(check, &arm->declaration, &marks);
    arm->wire_name = marks.was ? marks.was : arm->declaration.name;
    onion->has_atomics = onion->has_atomics || has_atomics(arm->type);
    struct dhs_number number = { false, 0 };
    if (resolve_number(check, symbol, ast, onion->tag, &number)) {
        arm->negative = number.negative;
        arm->magnitude = number.magnitude;
        check_tag(check, ast, onion, arm);
    } else {
        symbol->poisoned = true;
    }
}

static void resolve_union(struct dhs_check *check, struct dhs_symbol *symbol,
                          struct dhs_place place)
{
    struct dhs_union *onion = symbol->onion;
    struct dhs_marks marks;
    struct dhs_names names = { NULL, 0, 0 }, wire = { NULL, 0, 0 };
    describe(check, place, symbol->ast, &onion->declaration, &marks);
    if (!resolve_base(check, place, symbol->ast, &onion->tag)) symbol->poisoned = true;
    size_t n = count_members(symbol->ast, AST_ARM);
    if (n > MAX_ARMS) {
        dhs_report(check->diag, DHS_TEXT_LINES, onion->declaration.span,
                   "'%s' has more than %d arms", symbol->name, MAX_ARMS);
        symbol->poisoned = true;
        return;
    }
    struct dhs_arm *arms = dhs_alloc_array(check->arena, n, sizeof *arms);
    onion->arms = arms;
    for (const struct ast_declaration *m = symbol->ast->members; m; m = m->next) {
        struct dhs_arm *arm = &arms[onion->n_arms];
        resolve_arm(check, symbol, m, arm);
        add_member_name(check, symbol->unit->source, &names, m, arm->declaration.name, NULL);
        add_wire_name(check, symbol->unit->source, &wire, m, arm->wire_name);
        onion->n_arms++;
    }
    check_not_empty(check, symbol, n, "arms");
    if (n == 0 || !dhs_lay_out_union(check, onion->declaration.span, onion))
        symbol->poisoned = true;
}

/* ---- on demand ---------------------------------------------------------------------------- */

/* What is done is done after all that it needed: the order that languages like C want. */
void dhs_add_order(struct dhs_check *check, struct dhs_unit *unit, const struct dhs_symbol *symbol)
{
    if (unit->n_order == unit->max_order) {
        size_t max = unit->max_order ? unit->max_order * 2 : 16;
        struct dhs_order *larger = dhs_alloc_array(check->arena, max, sizeof *larger);
        if (unit->n_order) memcpy(larger, unit->order, unit->n_order * sizeof *larger);
        unit->order = larger;
        unit->max_order = max;
    }
    struct dhs_order *step = &unit->order[unit->n_order++];
    step->enumeration = symbol->enumeration;
    step->constant = symbol->constant;
    step->structure = symbol->structure;
    step->onion = symbol->onion;
    step->kind = symbol->enumeration ? DHS_ORDER_ENUM
                 : symbol->constant  ? DHS_ORDER_CONSTANT
                 : symbol->structure ? DHS_ORDER_STRUCT
                                     : DHS_ORDER_UNION;
}

/* An instance, and what is declared in it, belongs to the files that use it. */
static void keep_order(struct dhs_check *check, struct dhs_symbol *symbol)
{
    if (symbol->ast->kind == AST_ALIAS || symbol->generic) return;
    if (symbol->outer && symbol->outer->generic) {
        struct dhs_use *use = dhs_alloc(check->arena, sizeof *use);
        *use = (struct dhs_use){ symbol, symbol->outer->uses };
        symbol->outer->uses = use;
    } else {
        dhs_add_order(check, symbol->unit, symbol);
    }
}

static void make(struct dhs_check *check, struct dhs_symbol *symbol)
{
    struct dhs_place place = { symbol->unit, symbol->outer };
    switch (symbol->ast->kind) {
    case AST_ENUM:
    case AST_FLAGS: resolve_enum(check, symbol, place); break;
    case AST_CONSTANT: resolve_constant(check, symbol, place); break;
    case AST_ALIAS: resolve_alias(check, symbol, place); break;
    case AST_STRUCT: resolve_struct(check, symbol, place); break;
    default: resolve_union(check, symbol, place); break;
    }
}

static void make_instance(struct dhs_check *check, struct dhs_symbol *symbol, struct dhs_span use)
{
    size_t errors = dhs_diag_errors(check->diag);
    bool before = dhs_diag_set_in_instance(check->diag, true);
    make(check, symbol);
    dhs_diag_set_in_instance(check->diag, before);
    if (dhs_diag_errors(check->diag) != errors)
        dhs_note(check->diag, use, "for '%s', wanted here", symbol->name);
}

/* Nested declarations point at the struct around them, perhaps before it is resolved. */
static void allocate(struct dhs_check *check, struct dhs_symbol *symbol)
{
    if (symbol->ast->kind == AST_STRUCT && !symbol->structure)
        symbol->structure = dhs_alloc(check->arena, sizeof *symbol->structure);
    if (symbol->ast->kind == AST_UNION)
        symbol->onion = dhs_alloc(check->arena, sizeof *symbol->onion);
}

bool dhs_resolve(struct dhs_check *check, struct dhs_symbol *symbol, struct dhs_span use)
{
    if (symbol->progress == DHS_DONE) return !symbol->poisoned;
    if (symbol->progress == DHS_IN_WORK) {
        if (!symbol->poisoned) report_circle(check, symbol, use);
        return false;
    }
    if (!enter(check, symbol, use)) return false;
    allocate(check, symbol);
    if (symbol->outer) allocate(check, symbol->outer);
    if (symbol->generic)
        make_instance(check, symbol, use);
    else
        make(check, symbol);
    check->n_chain--;
    symbol->progress = DHS_DONE;
    keep_order(check, symbol);
    return !symbol->poisoned;
}
