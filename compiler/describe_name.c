/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What things are called in the language that templates are filled for: the author's names, in the
 * spellings that languages like, where none of that language's own words is met (words.h).
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "c_code.h"
#include "describe.h"
#include "std_dir.h"

/* "camera_left" -> "CameraLeft"; "IMUState" stays as it is. */
static const char *pascal(struct dhs_arena *arena, const char *name)
{
    char *text = dhs_alloc(arena, strlen(name) + 1);
    char *to = text;
    bool starts = true;

    for (; *name; name++) {
        if (*name != '_') *to++ = starts ? (char)toupper((unsigned char)*name) : *name;
        starts = *name == '_';
    }
    return text;
}

static const char *spell(struct describer *d, const char *kind, const char *name)
{
    return words_spell(d->arena, d->words, kind, name);
}

/* A declaration and what it is, until a template asks how it is spelled. */
struct spelling {
    const char *name;
    const char *kind;
};

static void fill_spelled(struct value *map, void *describer, const void *subject)
{
    const struct spelling *spelling = subject;
    struct describer *d = describer;
    const char *name = spelling->name;

    value_set_text(map, "snake", spell(d, spelling->kind, names_snake(d->arena, name)));
    value_set_text(map, "upper", spell(d, spelling->kind, names_upper(d->arena, name)));
    value_set_text(map, "pascal", spell(d, spelling->kind, pascal(d->arena, name)));
}

static void fill_spellings(struct value *map, void *describer, const void *subject)
{
    const struct spelling *spelling = subject;
    struct describer *d = describer;

    value_set_text(map, "id", spell(d, spelling->kind, spelling->name));
    value_set(map, "spelled", value_later(d->arena, VALUE_MAP, fill_spelled, d, spelling));
}

struct value_part describe_spellings_part(void)
{
    static const char *const names[] = { "id", "spelled", NULL };

    return value_part_of(names, fill_spellings);
}

static void fill_place(struct value *map, void *describer, const void *subject)
{
    const struct dhs_declaration *declaration = subject;
    const struct describer *d = describer;

    value_set_number(map, "line", declaration->line);
    value_set_text(map, "source", describe_source(d->arena, declaration->file, declaration->line));
}

struct value_part describe_place_part(void)
{
    static const char *const names[] = { "line", "source", NULL };

    return value_part_of(names, fill_place);
}

void describe_named(struct describer *d, struct value *map,
                    const struct dhs_declaration *declaration, const char *kind)
{
    struct spelling *spelling = dhs_alloc(d->arena, sizeof *spelling);

    *spelling = (struct spelling){ declaration->name, kind };
    value_set_part(map, &d->spellings, d, spelling);
    value_set_lines(map, "docs", declaration->docs);
    value_set_part(map, &d->place, d, declaration);
}

void describe_declaration(struct describer *d, struct value *map,
                          const struct dhs_declaration *declaration, const char *kind)
{
    value_set_text(map, "name", declaration->name);
    describe_named(d, map, declaration, kind);
}

const char *describe_flat_name(struct describer *d, const struct dhs_declaration *declaration,
                               const char *kind)
{
    const char *name = declaration->name;

    if (declaration->outer)
        name = dhs_printf(d->arena, "%s_%s", declaration->outer->declaration.name, name);
    return spell(d, kind, name);
}

static void fill_package(struct value *list, void *describer, const void *subject)
{
    struct describer *d = describer;
    const char *package = subject;

    while (*package) {
        size_t n = strcspn(package, ".");
        const char *name = dhs_copy_text(d->arena, package, n);
        struct value *part = value_map_of(d->arena, 2);
        value_set_text(part, "name", name);
        value_set_text(part, "id", spell(d, "package", name));
        value_append(list, part);
        package += n + (package[n] == '.');
    }
    value_mark_ends(list);
}

struct value *describe_package(struct describer *d, const char *package)
{
    return value_later(d->arena, VALUE_LIST, fill_package, d, package);
}

const char *describe_anchor(struct describer *d, const struct dhs_declaration *declaration,
                            const char *kind)
{
    char *text = dhs_printf(d->arena, "%s-%s", kind, describe_flat_name(d, declaration, kind));

    for (char *p = text; *p; p++)
        *p = (char)tolower((unsigned char)*p);
    return text;
}

/* "dh/geometry.dhs" of a shipped schema; NULL for others. */
static const char *path_among_shipped(struct describer *d, const char *path)
{
    if (!d->shipped) d->shipped = std_dir(d->arena);
    size_t n = strlen(d->shipped);
    return strncmp(path, d->shipped, n) == 0 && path[n] == '/' ? path + n + 1 : NULL;
}

const char *describe_module(struct describer *d, const struct dhs_file *file)
{
    const char *path = file->is_main ? NULL : path_among_shipped(d, file->path);

    if (!path) path = describe_schema_name(file);

    return names_identifier(d->arena, c_file_name(d->arena, path, ""));
}

const char *describe_module_of(struct describer *d, const struct dhs_declaration *declaration)
{
    const struct dhs_struct *outer = declaration->outer;

    if (declaration->file == d->file || (outer && outer->generic)) return NULL;
    return describe_module(d, declaration->file);
}

struct value *describe_scalar_is(struct describer *d, enum dhs_scalar scalar)
{
    struct value *map = value_map(d->arena);

    map->open = true;
    value_set_bool(map, dhs_scalar_name(scalar), true);
    return map;
}

/* ---- names that hide others --------------------------------------------------------------- */

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The names of a package's types, sorted. */
struct type_names {
    const char **names;
    size_t n;
};

static void add_type_names(struct type_names *types, const struct dhs_file *file)
{
    for (size_t i = 0; i < file->n_enums; i++)
        types->names[types->n++] = file->enums[i]->declaration.name;
    for (size_t i = 0; i < file->n_structs; i++)
        types->names[types->n++] = file->structs[i]->declaration.name;
    for (size_t i = 0; i < file->n_unions; i++)
        types->names[types->n++] = file->unions[i]->declaration.name;
}

static struct type_names names_of_types(struct dhs_arena *arena, const struct dhs_program *program,
                                        const char *package)
{
    struct type_names types = { NULL, 0 };
    size_t n = 1;

    for (size_t i = 0; i < program->n_files; i++)
        n +=
            program->files[i]->n_enums + program->files[i]->n_structs + program->files[i]->n_unions;
    types.names = dhs_alloc_array(arena, n, sizeof *types.names);
    for (size_t i = 0; i < program->n_files; i++) {
        if (strcmp(program->files[i]->package, package) == 0)
            add_type_names(&types, program->files[i]);
    }
    qsort(types.names, types.n, sizeof *types.names, compare_names);
    return types;
}

static bool is_a_type(const struct type_names *types, const char *name)
{
    return bsearch(&name, types->names, types->n, sizeof *types->names, compare_names) != NULL;
}

bool describe_hides_types(struct dhs_arena *arena, const struct dhs_program *program,
                          const struct dhs_file *file)
{
    const struct type_names types = names_of_types(arena, program, file->package);
    bool hides = false;

    for (size_t s = 0; s < file->n_structs; s++)
        for (size_t i = 0; i < file->structs[s]->n_fields; i++)
            hides = hides || is_a_type(&types, file->structs[s]->fields[i].declaration.name);
    for (size_t u = 0; u < file->n_unions; u++)
        for (size_t i = 0; i < file->unions[u]->n_arms; i++)
            hides = hides || is_a_type(&types, file->unions[u]->arms[i].declaration.name);
    for (size_t c = 0; c < file->n_channels; c++)
        for (size_t i = 1; i < file->channels[c]->n_roots; i++)
            hides = hides || is_a_type(&types, file->channels[c]->roots[i].declaration.name);
    return hides;
}

bool describe_by_path(const struct describer *d, const struct dhs_file *file)
{
    return d->hides_types || strcmp(file->package, d->file->package) != 0;
}

/* ---- where nothing lies ------------------------------------------------------------------- */

struct value *describe_gap(struct describer *d, uint64_t from, uint64_t to)
{
    if (to <= from) return value_null(d->arena);
    struct value *map = value_map(d->arena);
    value_set_number(map, "offset", from);
    value_set_number(map, "size", to - from);
    return map;
}
