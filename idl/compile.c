/* SPDX-License-Identifier: Apache-2.0 */
/* The whole way from a path to a checked model. */
#include <locale.h>
#include <string.h>

#include "checker.h"
#include "source.h"

enum list { ENUMS, CONSTANTS, ALIASES, STRUCTS, UNIONS, N_LISTS };

static const void *item_of(const struct dhs_symbol *symbol, enum list list)
{
    switch (list) {
    case ENUMS: return symbol->enumeration;
    case CONSTANTS: return symbol->constant;
    case ALIASES: return symbol->alias;
    case STRUCTS: return symbol->structure;
    default: return symbol->onion;
    }
}

/* The declarations of one kind, in declared order; then the instances that the file uses. */
static const void **collect(struct dhs_check *check, const struct dhs_unit *unit, enum list list,
                            size_t *count)
{
    size_t n = 0;
    for (const struct dhs_symbol *s = unit->symbols; s; s = s->next)
        n += item_of(s, list) != NULL;
    for (const struct dhs_use *use = unit->instances; use; use = use->next)
        n += item_of(use->symbol, list) != NULL;
    const void **items = dhs_alloc_array(check->arena, n, sizeof *items);
    *count = 0;
    for (const struct dhs_symbol *s = unit->symbols; s; s = s->next)
        if (item_of(s, list)) items[(*count)++] = item_of(s, list);
    for (const struct dhs_use *use = unit->instances; use; use = use->next)
        if (item_of(use->symbol, list)) items[(*count)++] = item_of(use->symbol, list);
    return items;
}

static void fill_file(struct dhs_check *check, struct dhs_unit *unit)
{
    struct dhs_file *file = unit->file;
    file->enums = (const struct dhs_enum *const *)collect(check, unit, ENUMS, &file->n_enums);
    file->constants =
        (const struct dhs_constant *const *)collect(check, unit, CONSTANTS, &file->n_constants);
    file->aliases =
        (const struct dhs_alias *const *)collect(check, unit, ALIASES, &file->n_aliases);
    file->structs =
        (const struct dhs_struct *const *)collect(check, unit, STRUCTS, &file->n_structs);
    file->unions = (const struct dhs_union *const *)collect(check, unit, UNIONS, &file->n_unions);
    file->order = unit->order;
    file->n_order = unit->n_order;
}

static void resolve_one(struct dhs_check *check, struct dhs_symbol *symbol)
{
    if (symbol->ast->parameters)
        dhs_check_generic(check, symbol);
    else
        dhs_resolve(check, symbol, ast_token_span(symbol->unit->source, symbol->ast->name));
}

/* Shipped schemas before who imports them: what is made of them does not depend on who does. The
 * depth is that of their imports. */
static void resolve_unit(struct dhs_check *check,
                         struct dhs_unit *unit) // NOLINT(misc-no-recursion)
{
    if (unit->resolved) return;
    unit->resolved = true;
    for (struct dhs_unit_import *i = unit->imports; i; i = i->next)
        if (i->unit && i->unit->file->is_std) resolve_unit(check, i->unit);
    for (struct dhs_symbol *symbol = unit->symbols; symbol; symbol = symbol->next)
        resolve_one(check, symbol);
}

static void resolve_all(struct dhs_check *check)
{
    for (struct dhs_unit *unit = check->units; unit; unit = unit->next)
        dhs_declare_names(check, unit);
    for (struct dhs_unit *unit = check->units; unit; unit = unit->next)
        dhs_check_package(check, unit);
    for (struct dhs_unit *unit = check->units; unit; unit = unit->next)
        resolve_unit(check, unit);
}

static const struct dhs_program *make_program(struct dhs_check *check)
{
    size_t n = 0;
    for (const struct dhs_unit *unit = check->units; unit; unit = unit->next)
        n++;
    const struct dhs_file **files = dhs_alloc_array(check->arena, n, sizeof *files);
    n = 0;
    for (struct dhs_unit *unit = check->units; unit; unit = unit->next) {
        fill_file(check, unit);
        files[n++] = unit->file;
    }
    struct dhs_program *program = dhs_alloc(check->arena, sizeof *program);
    program->files = files;
    program->n_files = n;
    return program;
}

static const struct dhs_program *compile(struct dhs_check *check, const char *path)
{
    size_t errors = dhs_diag_said(check->diag);
    if (!dhs_load(check, path)) return NULL;
    resolve_all(check);
    for (struct dhs_unit *unit = check->units; unit; unit = unit->next)
        dhs_check_channels(check, unit);
    return dhs_diag_said(check->diag) == errors ? make_program(check) : NULL;
}

struct dhs_check *dhs_analyse(struct dhs_arena *arena, const char *path,
                              const struct dhs_options *options, struct dhs_diag *diag,
                              const struct dhs_program **program)
{
    static const struct dhs_options no_options;
    struct dhs_check *check = dhs_alloc(arena, sizeof *check);
    check->arena = arena;
    check->diag = diag;
    check->options = options ? options : &no_options;
    check->scratch = check->options->scratch ? check->options->scratch : arena;
    check->units_end = &check->units;
    /* Numbers have a point in every country. */
    locale_t plain = newlocale(LC_NUMERIC_MASK, "C", (locale_t)0);
    locale_t before = plain ? uselocale(plain) : (locale_t)0;
    *program = compile(check, dhs_copy_text(arena, path, strlen(path)));
    if (plain) {
        uselocale(before);
        freelocale(plain);
    }
    return check;
}

const struct dhs_program *dhs_compile(struct dhs_arena *arena, const char *path,
                                      const struct dhs_options *options, struct dhs_diag *diag)
{
    const struct dhs_program *program = NULL;
    dhs_analyse(arena, path, options, diag, &program);
    return program;
}
