/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Structs with parameters: `struct Image<N>` is a pattern, `Image<1024>` a struct.
 *
 * An instance is a symbol of its own with the syntax tree of the pattern; its parameters are
 * constants in it. The same arguments give the same instance, wherever they are written, so that
 * the type is the same. Back ends find an instance in each file that uses it: the file of the
 * pattern cannot know which there will be.
 */
#include <assert.h>
#include <string.h>

#include "checker.h"
#include "source.h"

/* ---- arguments ---------------------------------------------------------------------------- */

static size_t count_arguments(const struct ast_argument *argument)
{
    size_t n = 0;
    for (; argument; argument = argument->next)
        n++;
    return n;
}

static size_t count_parameters(const struct dhs_symbol *symbol)
{
    size_t n = 0;
    for (const struct ast_declaration *p = symbol->ast->parameters; p; p = p->next)
        n++;
    return n;
}

/* "<W, H>", as it was declared. */
static const char *parameters_text(struct dhs_check *check, const struct dhs_symbol *symbol)
{
    const char *text = "<";
    for (const struct ast_declaration *p = symbol->ast->parameters; p; p = p->next)
        text = dhs_printf(check->arena, "%s%s%s", text,
                          ast_token_text(check->arena, symbol->unit->source, p->name),
                          p->next ? ", " : ">");
    return text;
}

static bool count_is_right(struct dhs_check *check, const struct ast_type *ast,
                           const struct dhs_symbol *symbol)
{
    size_t given = count_arguments(ast->arguments), wanted = count_parameters(symbol);
    if (given == wanted) return true;
    if (wanted == 0) {
        dhs_report(check->diag, DHS_ARGUMENTS, ast->span, "'%s' takes no arguments", symbol->name);
    } else {
        dhs_report(check->diag, DHS_ARGUMENTS, ast->span, "'%s' takes %zu argument%s, not %zu",
                   symbol->name, wanted, wanted == 1 ? "" : "s", given);
        dhs_help(check->diag, "it is declared as %s%s", symbol->name,
                 parameters_text(check, symbol));
    }
    dhs_note(check->diag, ast_token_span(symbol->unit->source, symbol->ast->name), "declared here");
    return false;
}

static bool evaluate_argument(struct dhs_check *check, struct dhs_place place,
                              const struct ast_argument *argument, struct dhs_argument *into)
{
    struct dhs_value value;
    if (!dhs_evaluate(check, place, argument->value, NULL, &value)) return false;
    if (value.kind != DHS_VALUE_INTEGER && value.kind != DHS_VALUE_ENUMERATOR) {
        dhs_report(check->diag, DHS_VALUE_KIND, argument->value->span,
                   "an argument is an integer, and %s is none", dhs_value_text(check, &value));
        return false;
    }
    into->negative = value.negative;
    into->magnitude = value.magnitude;
    return true;
}

/* ---- making one --------------------------------------------------------------------------- */

/* "1024, 8" */
static const char *arguments_text(struct dhs_check *check, const struct dhs_argument *arguments,
                                  size_t n)
{
    const char *text = "";
    for (size_t i = 0; i < n; i++)
        text = dhs_printf(check->arena, "%s%s%s%llu", text, i ? ", " : "",
                          arguments[i].negative ? "-" : "",
                          (unsigned long long)arguments[i].magnitude);
    return text;
}

const char *dhs_instance_name(struct dhs_check *check, const struct dhs_symbol *symbol)
{
    const struct dhs_struct *structure = symbol->structure;
    const char *name = structure->generic;
    for (size_t i = 0; i < structure->n_arguments; i++)
        name =
            dhs_printf(check->arena, "%s_%s%llu", name, structure->arguments[i].negative ? "m" : "",
                       (unsigned long long)structure->arguments[i].magnitude);
    return name;
}

/* Parameters are constants inside of the instance, resolved from the start. */
static void set_parameters(struct dhs_check *check, struct dhs_symbol *instance)
{
    const struct dhs_struct *structure = instance->structure;
    for (size_t i = 0; i < structure->n_arguments; i++) {
        const struct dhs_argument *argument = &structure->arguments[i];
        struct dhs_symbol *parameter = dhs_names_find(&instance->nested, argument->name)->item;
        struct dhs_constant *constant = dhs_alloc(check->arena, sizeof *constant);
        constant->declaration.name = argument->name;
        constant->value.kind = DHS_VALUE_INTEGER;
        constant->value.negative = argument->negative;
        constant->value.magnitude = argument->magnitude;
        parameter->constant = constant;
        parameter->progress = DHS_DONE;
    }
}

static struct dhs_symbol *make_instance(struct dhs_check *check, struct dhs_symbol *generic,
                                        const struct dhs_argument *arguments, size_t n,
                                        const char *text)
{
    struct dhs_symbol *instance = dhs_alloc(check->arena, sizeof *instance);
    struct dhs_struct *structure = dhs_alloc(check->arena, sizeof *structure);
    instance->name = dhs_printf(check->arena, "%s<%s>", generic->name, text);
    instance->ast = generic->ast;
    instance->unit = generic->unit;
    instance->generic = generic;
    instance->structure = structure;
    structure->generic = generic->name;
    structure->arguments = arguments;
    structure->n_arguments = n;
    bool before = dhs_diag_set_in_instance(check->diag, true);
    dhs_declare_inside(check, instance);
    dhs_diag_set_in_instance(check->diag, before);
    set_parameters(check, instance);
    return instance;
}

static struct dhs_symbol *instance_of(struct dhs_check *check, struct dhs_symbol *generic,
                                      const struct dhs_argument *arguments, size_t n,
                                      struct dhs_span use)
{
    const char *text = arguments_text(check, arguments, n);
    struct dhs_name *known = dhs_names_find(&generic->instances, text);
    if (known) return known->item;
    struct dhs_symbol *instance = make_instance(check, generic, arguments, n, text);
    dhs_names_add(check->arena, &generic->instances, text, use, instance);
    return instance;
}

struct dhs_symbol *dhs_with_arguments(struct dhs_check *check, struct dhs_place place,
                                      const struct ast_type *ast, struct dhs_symbol *symbol)
{
    if (!symbol->ast->parameters && !ast->arguments) return symbol;
    if (!count_is_right(check, ast, symbol)) return NULL;
    size_t n = count_parameters(symbol), i = 0;
    struct dhs_argument *arguments = dhs_alloc_array(check->arena, n, sizeof *arguments);
    const struct ast_declaration *parameter = symbol->ast->parameters;
    bool good = true;
    for (const struct ast_argument *a = ast->arguments; a; a = a->next) {
        assert(parameter); /* count_is_right() */
        arguments[i].name = ast_token_text(check->arena, symbol->unit->source, parameter->name);
        good = evaluate_argument(check, place, a, &arguments[i++]) && good;
        parameter = parameter->next;
    }
    return good ? instance_of(check, symbol, arguments, n, ast->span) : NULL;
}

/* ---- where it is shown -------------------------------------------------------------------- */

static void append(struct dhs_check *check, struct dhs_unit *unit, struct dhs_symbol *symbol)
{
    struct dhs_use *use = dhs_alloc(check->arena, sizeof *use);
    use->symbol = symbol;
    *unit->instances_end = use;
    unit->instances_end = &use->next;
    dhs_add_order(check, unit, symbol);
}

static void show_in(struct dhs_check *check, struct dhs_unit *unit, struct dhs_symbol *instance);

/* The earliest use first: the list has the latest first. */
static void show_uses(struct dhs_check *check, struct dhs_unit *unit, const struct dhs_use *uses)
{
    size_t n = 0;
    for (const struct dhs_use *use = uses; use; use = use->next)
        n++;
    struct dhs_symbol **symbols = dhs_alloc_array(check->arena, n, sizeof(struct dhs_symbol *));
    size_t i = n;
    for (const struct dhs_use *use = uses; use; use = use->next)
        symbols[--i] = use->symbol;
    for (; i < n; i++) {
        if (symbols[i]->generic)
            show_in(check, unit, symbols[i]);
        else
            append(check, unit, symbols[i]);
    }
}

/* Recursion is bounded as the chain of declarations is that were resolved. */
static void show_in(struct dhs_check *check, struct dhs_unit *unit, struct dhs_symbol *instance)
{
    const char *full =
        dhs_printf(check->arena, "%s.%s", instance->unit->file->package, instance->name);
    if (dhs_names_find(&unit->shown, full)) return;
    dhs_names_add(check->arena, &unit->shown, full, (struct dhs_span){ NULL, 0, 0 }, instance);
    show_uses(check, unit, instance->uses);
    append(check, unit, instance);
}

void dhs_show_instance(struct dhs_check *check, struct dhs_place place, struct dhs_symbol *symbol)
{
    if (!place.outer || !place.outer->generic) {
        show_in(check, place.unit, symbol);
        return;
    }
    struct dhs_use *use = dhs_alloc(check->arena, sizeof *use);
    *use = (struct dhs_use){ symbol, place.outer->uses };
    place.outer->uses = use;
}

/* ---- before it is used -------------------------------------------------------------------- */

static void check_type(struct dhs_check *check, struct dhs_place place, const struct ast_type *ast)
{
    while (ast && ast->kind != AST_TYPE_NAMED)
        ast = ast->element;
    if (!ast || !ast->path) return;
    const char *word = ast_token_text(check->arena, place.unit->source, ast->path->word);
    if (!ast->path->next && dhs_is_builtin(word)) return;
    if (!dhs_lookup(check, place, ast->path, NULL)) dhs_report_unknown_type(check, place, ast);
}

void dhs_check_generic(struct dhs_check *check, struct dhs_symbol *symbol)
{
    struct dhs_place place = { symbol->unit, symbol };
    bool before = dhs_diag_set_in_instance(check->diag, true); /* an instance may have said it */
    for (const struct ast_declaration *m = symbol->ast->members; m; m = m->next)
        if (m->type) check_type(check, place, m->type);
    dhs_diag_set_in_instance(check->diag, before);
}
