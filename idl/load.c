/* SPDX-License-Identifier: Apache-2.0 */
/* Files: reading, parsing, following imports. Each file is loaded once, however often imported. */
#include <stdlib.h>
#include <string.h>

#include "checker.h"
#include "parse.h"
#include "source.h"

static struct dhs_unit *load(struct dhs_check *check, const char *path, const char *include_name,
                             struct dhs_span wanted, bool is_std, unsigned depth);

static const char *last_part(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

static const char *join(struct dhs_check *check, const char *folder, size_t length,
                        const char *name)
{
    return dhs_printf(check->arena, "%.*s%s%s", (int)length, folder,
                      length && folder[length - 1] != '/' ? "/" : "", name);
}

/* A text in memory may have no file yet: then its folder is what the system can tell. */
static const char *real_folder(struct dhs_check *check, const char *path)
{
    const char *last = last_part(path);
    if (last == path) return path;
    char *real = realpath(dhs_copy_text(check->arena, path, (size_t)(last - path)), NULL);
    if (!real) return path;
    const char *joined = join(check, real, strlen(real), last);
    free(real);
    return joined;
}

/* Two spellings of one path are one file. The path itself if the system cannot tell. */
static const char *real_path(struct dhs_check *check, const char *path)
{
    if (strcmp(path, "-") == 0) return path;
    char *real = realpath(path, NULL);
    if (!real) return check->options->n_overlays ? real_folder(check, path) : path;
    const char *copy = dhs_copy_text(check->arena, real, strlen(real));
    free(real);
    return copy;
}

/* Asked for the first time once something is imported: most files import nothing. */
static struct dhs_unit *find_unit(struct dhs_check *check, const char *real)
{
    for (struct dhs_unit *unit = check->units; unit; unit = unit->next) {
        if (!unit->real_path) unit->real_path = real_path(check, unit->file->path);
        if (strcmp(unit->real_path, real) == 0) return unit;
    }
    return NULL;
}

void dhs_find_real_paths(struct dhs_check *check)
{
    for (struct dhs_unit *unit = check->units; unit; unit = unit->next)
        if (!unit->real_path) unit->real_path = real_path(check, unit->file->path);
}

/* ---- texts in memory ---------------------------------------------------------------------- */

static const struct dhs_overlay *find_overlay(struct dhs_check *check, const char *path)
{
    const struct dhs_options *options = check->options;
    if (options->n_overlays == 0) return NULL;
    const char *real = real_path(check, path);
    for (size_t i = 0; i < options->n_overlays; i++)
        if (strcmp(real_path(check, options->overlays[i].path), real) == 0)
            return &options->overlays[i];
    return NULL;
}

static bool exists(struct dhs_check *check, const char *path)
{
    return find_overlay(check, path) || dhs_source_exists(path);
}

static struct dhs_source *read_source(struct dhs_check *check, const char *path,
                                      struct dhs_span wanted)
{
    const struct dhs_overlay *overlay = find_overlay(check, path);
    return overlay ? dhs_source_from_text(check->arena, check->diag, path, overlay->text, wanted)
                   : dhs_source_read(check->arena, check->diag, path, wanted);
}

/* ---- where an import lies ----------------------------------------------------------------- */

/* Beside the file that names it, then -I in order, then the shipped schemas. */
static const char *find_import(struct dhs_check *check, const struct dhs_unit *from,
                               const char *name, bool *is_std)
{
    const struct dhs_options *options = check->options;
    const char *path = from->file->path;
    size_t folder = (size_t)(last_part(path) - path);
    *is_std = from->file->is_std;
    const char *beside = name[0] == '/' ? name : join(check, path, folder, name);
    if (exists(check, beside)) return beside;
    *is_std = false;
    for (size_t i = 0; i < options->n_import_dirs; i++) {
        const char *dir = options->import_dirs[i];
        const char *found = join(check, dir, strlen(dir), name);
        if (exists(check, found)) return found;
    }
    if (!options->std_dir) return NULL;
    *is_std = true;
    const char *shipped = join(check, options->std_dir, strlen(options->std_dir), name);
    return exists(check, shipped) ? shipped : NULL;
}

static void report_missing(struct dhs_check *check, const struct dhs_unit *from,
                           struct dhs_span span, const char *name)
{
    const struct dhs_options *options = check->options;
    const char *where = "beside this file";
    for (size_t i = 0; i < options->n_import_dirs; i++)
        where = dhs_printf(check->arena, "%s, in %s", where, options->import_dirs[i]);
    if (options->std_dir) where = dhs_printf(check->arena, "%s, among the shipped schemas", where);
    dhs_report(check->diag, DHS_FILE_MISSING, span, "cannot find '%s'", name);
    struct dhs_near near = dhs_import_nearest(check, from, name);
    if (!near.name) {
        dhs_help(check->diag, "looked %s; -I adds a folder", where);
        return;
    }
    dhs_help(check->diag, "did you mean '%s'?", near.name);
    if (near.certain) dhs_fix(check->diag, span, "\"%s\"", near.name);
}

static void report_cycle(struct dhs_check *check, struct dhs_span span, const struct dhs_unit *to)
{
    const char *path = to->file->path;
    bool inside = false;
    for (const struct dhs_unit *unit = check->units; unit; unit = unit->next) {
        if (inside && unit->loading)
            path = dhs_printf(check->arena, "%s -> %s", path, unit->file->path);
        inside = inside || unit == to;
    }
    dhs_report(check->diag, DHS_IMPORT_CYCLE, span, "this import closes a circle");
    dhs_label(check->diag, "%s -> %s", path, to->file->path);
    dhs_help(check->diag, "move what both files need into a third one");
}

/* ---- imports of one file ------------------------------------------------------------------ */

static struct dhs_unit *load_import(struct dhs_check *check, struct dhs_unit *unit,
                                    const char *name, struct dhs_span span, unsigned depth)
{
    bool is_std = false;
    const char *path = *name ? find_import(check, unit, name, &is_std) : NULL;
    if (!path) {
        report_missing(check, unit, span, name);
        return NULL;
    }
    struct dhs_unit *found = find_unit(check, real_path(check, path));
    if (found && found->loading) {
        report_cycle(check, span, found);
        return NULL;
    }
    if (found) return found;
    if (depth == DHS_MAX_IMPORT_DEPTH) {
        dhs_report(check->diag, DHS_IMPORT_DEPTH, span, "imports nest more than %d deep",
                   DHS_MAX_IMPORT_DEPTH);
        dhs_help(check->diag, "import what is needed directly");
        return NULL;
    }
    return load(check, path, name, span, is_std, depth + 1);
}

static bool local_name_is_free(struct dhs_check *check, struct dhs_unit *unit,
                               const struct ast_declaration *ast, const char *local)
{
    for (struct dhs_unit_import *other = unit->imports; other; other = other->next) {
        if (!other->local_name || strcmp(other->local_name, local) != 0) continue;
        dhs_report(check->diag, DHS_NAME_DUPLICATE, ast_token_span(unit->source, ast->name),
                   "two imports are called '%s'", local);
        return false;
    }
    return dhs_check_name(check, unit->source, ast->name, local);
}

static void add_import(struct dhs_check *check, struct dhs_unit *unit,
                       const struct ast_declaration *ast, struct dhs_import *model, unsigned depth)
{
    struct dhs_span span = ast_token_span(unit->source, ast->text);
    struct dhs_text name =
        dhs_unescape(check->arena, unit->source->text + ast->text.offset, ast->text.length);
    model->line = dhs_source_line_of(unit->source, span.offset);
    model->written = name.data;
    struct dhs_unit *to = load_import(check, unit, name.data, span, depth);
    const char *local =
        ast->name.length ? ast_token_text(check->arena, unit->source, ast->name) : NULL;
    if (local && !local_name_is_free(check, unit, ast, local)) local = NULL;
    model->local_name = local;
    if (!to) {
        if (strchr(name.data, '/'))
            unit->others_lost = true;
        else
            unit->imports_lost = true;
        return;
    }
    model->file = to->file;
    struct dhs_unit_import *import = dhs_alloc(check->arena, sizeof *import);
    import->local_name = local;
    import->unit = to;
    struct dhs_unit_import **end = &unit->imports;
    while (*end)
        end = &(*end)->next;
    *end = import;
}

static void add_imports(struct dhs_check *check, struct dhs_unit *unit, unsigned depth)
{
    size_t n = 0;
    for (const struct ast_declaration *d = unit->tree->declarations; d; d = d->next)
        n += d->kind == AST_IMPORT;
    struct dhs_import *imports = dhs_alloc_array(check->arena, n, sizeof *imports);
    size_t i = 0;
    for (const struct ast_declaration *d = unit->tree->declarations; d; d = d->next)
        if (d->kind == AST_IMPORT) add_import(check, unit, d, &imports[i++], depth);
    unit->file->n_imports = n;
    unit->file->imports = imports;
}

/* ---- the package -------------------------------------------------------------------------- */

static const char *default_prefix(struct dhs_check *check, const char *package)
{
    char *prefix = dhs_copy_text(check->arena, package, strlen(package));
    for (char *c = prefix; *c; c++)
        if (*c == '.') *c = '_';
    return prefix;
}

static void take_package(struct dhs_check *check, struct dhs_unit *unit,
                         const struct ast_declaration *ast)
{
    for (const struct ast_path *part = ast->path; part; part = part->next) {
        const char *word = ast_token_text(check->arena, unit->source, part->word);
        if (!dhs_check_name(check, unit->source, part->word, word)) continue;
        if (!dhs_is_builtin(word)) continue;
        dhs_report(check->diag, DHS_NAME_BUILTIN, ast_token_span(unit->source, part->word),
                   "'%s' is a built-in type, not a name for a package", word);
    }
    struct dhs_file *file = unit->file;
    file->package = ast_path_text(check->arena, unit->source, ast->path);
    if (strlen(file->package) > DHS_MAX_PACKAGE_BYTES) {
        dhs_report(check->diag, DHS_NAME_BAD, ast_path_span(unit->source, ast->path),
                   "'%.80s…' is longer than %d bytes", file->package, DHS_MAX_PACKAGE_BYTES);
        dhs_help(check->diag, "names of files and of generated types begin with it: shorten it");
    }
    file->docs = ast_docs(check->arena, unit->source, ast->name);
    file->prefix = default_prefix(check, file->package);
    if (!ast->name.length) return;
    file->prefix = ast_token_text(check->arena, unit->source, ast->name);
    dhs_check_name(check, unit->source, ast->name, file->prefix);
}

/* A package is the first statement, once. */
static void find_package(struct dhs_check *check, struct dhs_unit *unit)
{
    const struct ast_declaration *first = unit->tree->declarations;
    unit->file->package = unit->file->prefix = unit->file->docs = "";
    if (first && first->kind == AST_PACKAGE) {
        take_package(check, unit, first);
    } else if (!unit->tree->damaged) {
        struct dhs_span span = { unit->source, unit->source->first, 0 };
        const struct ast_declaration *late = first;
        while (late && late->kind != AST_PACKAGE)
            late = late->next;
        if (late) {
            span = ast_path_span(unit->source, late->path);
            take_package(check, unit, late);
        }
        dhs_report(check->diag, DHS_PACKAGE_MISSING, span,
                   "the file does not begin with a package");
        dhs_help(check->diag, "begin it with: package my.project;");
    }
    for (const struct ast_declaration *d = first ? first->next : NULL; d; d = d->next) {
        if (d->kind != AST_PACKAGE || first->kind != AST_PACKAGE) continue;
        dhs_report(check->diag, DHS_PACKAGE_REPEATED, ast_path_span(unit->source, d->path),
                   "the file has a package already");
        dhs_note(check->diag, ast_path_span(unit->source, first->path), "said first here");
    }
}

/* Files of a package that see each other agree on the prefix. */
static void check_prefixes(struct dhs_check *check, struct dhs_unit *unit)
{
    const struct ast_declaration *first = unit->tree->declarations;
    if (!first || first->kind != AST_PACKAGE) return;
    for (struct dhs_unit_import *i = unit->imports; i; i = i->next) {
        const struct dhs_file *other = i->unit->file;
        if (strcmp(other->package, unit->file->package) != 0) continue;
        if (strcmp(other->prefix, unit->file->prefix) == 0) continue;
        dhs_report(check->diag, DHS_PREFIX_DIFFERS, ast_path_span(unit->source, first->path),
                   "package '%s' has prefix '%s' here, but '%s' in %s", other->package,
                   unit->file->prefix, other->prefix, other->path);
        dhs_help(check->diag, "say the same `as` in all files of the package");
    }
}

/* ---- a file ------------------------------------------------------------------------------- */

static struct dhs_unit *new_unit(struct dhs_check *check, const char *path,
                                 const char *include_name, const struct dhs_source *source)
{
    struct dhs_unit *unit = dhs_alloc(check->arena, sizeof *unit);
    unit->file = dhs_alloc(check->arena, sizeof *unit->file);
    unit->file->path = path;
    unit->file->include_name = include_name;
    unit->source = source;
    unit->symbols_end = &unit->symbols;
    unit->instances_end = &unit->instances;
    *check->units_end = unit;
    check->units_end = &unit->next;
    return unit;
}

static struct dhs_unit *load(struct dhs_check *check, const char *path, const char *include_name,
                             struct dhs_span wanted, bool is_std, unsigned depth)
{
    struct dhs_source *source = read_source(check, path, wanted);
    if (!source) return NULL;
    struct dhs_unit *unit = new_unit(check, path, include_name, source);
    unit->file->is_std = is_std;
    unit->loading = true;
    unit->tree = dhs_parse(check->scratch, source, check->diag);
    find_package(check, unit);
    add_imports(check, unit, depth);
    check_prefixes(check, unit);
    unit->loading = false;
    return unit;
}

struct dhs_unit *dhs_load(struct dhs_check *check, const char *path)
{
    struct dhs_span nowhere = { NULL, 0, 0 };
    struct dhs_unit *unit = load(check, path, last_part(path), nowhere, false, 0);
    if (unit) unit->file->is_main = true;
    return unit;
}
