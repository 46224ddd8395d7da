/* SPDX-License-Identifier: Apache-2.0 */
#include "emit.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "describe.h"
#include "template.h"
#include "wrap.h"

static const struct dhs_span NOWHERE = { NULL, 0, 0 };
static const char SUFFIX[] = ".mustache";

/* ---- where templates come from ------------------------------------------------------------ */

/* A folder of templates: an embedded language's, or the one that the user's own stands in. */
struct folder {
    const struct emission *emission;
    const char *path;
    bool is_embedded;
};

bool emit_is_folder(const char *language)
{
    return strchr(language, '/') != NULL;
}

static bool is_in(const char *path, const char *folder)
{
    size_t n = strlen(folder);

    return strncmp(path, folder, n) == 0 && path[n] == '/';
}

size_t emit_languages(struct dhs_arena *arena, const char *const **names)
{
    size_t n = 0;
    size_t capacity = 1;
    const char **list;

    for (const struct embedded_template *t = EMBEDDED_TEMPLATES; t->path; t++)
        capacity++;
    list = dhs_alloc_array(arena, capacity, sizeof *list);
    for (const struct embedded_template *t = EMBEDDED_TEMPLATES; t->path; t++) {
        if (n > 0 && is_in(t->path, list[n - 1])) continue;
        list[n++] = dhs_copy_text(arena, t->path, strcspn(t->path, "/"));
    }
    list[n++] = "json";
    *names = list;
    return n;
}

static const struct template *load_embedded(const struct folder *folder, const char *path,
                                            struct template_error *error)
{
    for (const struct embedded_template *t = EMBEDDED_TEMPLATES; t->path; t++) {
        if (strcmp(t->path, path) == 0)
            return template_parse(folder->emission->arena, path, (const char *)t->bytes, t->length,
                                  error);
    }
    return NULL;
}

static bool read_file(const char *path, struct text *text)
{
    char buffer[16384];
    size_t n;
    FILE *in = fopen(path, "rb");

    if (!in) return false;
    while ((n = fread(buffer, 1, sizeof buffer, in)) > 0)
        text_add(text, buffer, n);
    int system_error = ferror(in) ? errno : 0;
    fclose(in);
    errno = system_error;
    return system_error == 0;
}

static const struct template *load_file(const struct folder *folder, const char *path,
                                        struct template_error *error)
{
    struct dhs_arena *arena = folder->emission->arena;
    struct text text = text_new(arena);

    if (!read_file(path, &text)) return NULL;
    dependencies_add(folder->emission->dependencies, path);
    return template_parse(arena, path, text_string(&text), text.length, error);
}

struct cached_template {
    const char *folder;
    const char *file;
    const struct template *template;
    struct cached_template *next;
};

/* `suffix` goes behind `file`: a partial is named without it. */
static const struct template *load(const struct folder *folder, const char *file,
                                   const char *suffix, struct template_error *error)
{
    struct dhs_arena *arena = folder->emission->arena;
    struct emission_cache *cache = folder->emission->cache;

    for (const struct cached_template *c = cache->templates; c; c = c->next) {
        if (strcmp(c->file, file) == 0 && strcmp(c->folder, folder->path) == 0) return c->template;
    }
    const char *path =
        dhs_printf(arena, "%s%s%s%s", folder->path, *folder->path ? "/" : "", file, suffix);
    const struct template *template =
        folder->is_embedded ? load_embedded(folder, path, error) : load_file(folder, path, error);
    if (!template) return NULL;
    struct cached_template *cached = dhs_alloc(arena, sizeof *cached);
    *cached = (struct cached_template){ folder->path, file, template, cache->templates };
    cache->templates = cached;
    return template;
}

static const struct template *load_partial(void *context, const char *name,
                                           struct template_error *error)
{
    const struct folder *folder = context;

    return load(folder, name, SUFFIX, error);
}

static int choose_template(const struct dirent *entry)
{
    size_t n = strlen(entry->d_name);

    return n > strlen(SUFFIX) && strcmp(entry->d_name + n - strlen(SUFFIX), SUFFIX) == 0;
}

/* A partial beside the user's template; nobody misspells those of ours. */
static const char *nearest_partial(void *context, const char *name)
{
    const struct folder *folder = context;
    struct dhs_arena *arena = folder->emission->arena;
    struct dirent **entries;
    int n = folder->is_embedded
                ? 0
                : scandir(*folder->path ? folder->path : ".", &entries, choose_template, alphasort);

    if (n <= 0) return NULL;
    const char **names = dhs_alloc_array(arena, (size_t)n, sizeof *names);
    for (int i = 0; i < n; i++) {
        size_t length = strlen(entries[i]->d_name) - strlen(SUFFIX);
        names[i] = dhs_copy_text(arena, entries[i]->d_name, length);
        free(entries[i]);
    }
    free(entries);
    return dhs_nearest(name, names, (size_t)n);
}

/* ---- words of the language ---------------------------------------------------------------- */

static const char RESERVED[] = "reserved.txt";

static const struct words *read_embedded_words(const struct emission *emission)
{
    const char *path = dhs_printf(emission->arena, "%s/%s", emission->language, RESERVED);

    for (const struct embedded_template *t = EMBEDDED_TEMPLATES; t->path; t++) {
        if (strcmp(t->path, path) == 0)
            return words_read(emission->arena, (const char *)t->bytes, t->length);
    }
    return NULL;
}

static const struct words *embedded_words(const struct emission *emission)
{
    struct emission_cache *cache = emission->cache;

    if (!cache->has_words) cache->words = read_embedded_words(emission);
    cache->has_words = true;
    return cache->words;
}

/* Of a folder of the user's: the one with the templates, or with the first of them. */
static const char *own_folder(const struct emission *emission)
{
    if (emission->n_templates == 0) return dhs_printf(emission->arena, "%s/", emission->language);
    const char *path = emission->templates[0];
    return dhs_copy_text(emission->arena, path, (size_t)(describe_base_name(path) - path));
}

const struct words *emit_words(const struct emission *emission)
{
    struct text text = text_new(emission->arena);

    if (emission->n_templates == 0 && !emit_is_folder(emission->language))
        return embedded_words(emission);
    const char *path = dhs_printf(emission->arena, "%s%s", own_folder(emission), RESERVED);
    if (!read_file(path, &text)) return NULL;
    dependencies_add(emission->dependencies, path);
    return words_read(emission->arena, text_string(&text), text.length);
}

/* ---- files -------------------------------------------------------------------------------- */

static void report(const struct emission *emission, const struct template_error *error)
{
    dhs_report(emission->diag, DHS_OUTPUT_TEMPLATE, NOWHERE, "%s:%u:%u: %s", error->file,
               error->line, error->column, error->message);
}

/* What is imported as "dh/geometry.dhs" is included as "dh/geometry.dh.h": that folder is made also
 * where the one that the user named is there. */
static const char *folder_of(const struct emission *emission, const char *name)
{
    const char *slash = strrchr(name, '/');
    size_t n = slash ? (size_t)(slash - name) : 0;

    return slash ? dhs_printf(emission->arena, "%s/%.*s", emission->out_dir, (int)n, name) : NULL;
}

/* What is rendered is passed on whenever so much of it is there, while the caches have it. */
enum { RENDERED_BYTES = 64 * 1024 };

static void drain_into_file(struct text *text, void *context)
{
    output_put(context, text->data, text->length);
    text_drop(text, text->length);
}

/* Lines that may have to be broken yet stay. */
static void drain_lines_into_file(struct text *text, void *context)
{
    size_t length = text->whole;

    if (length == 0) return;
    output_put(context, text->data, length);
    text_drop(text, length);
}

/* Adds an output, and returns the text to render it into, until end_output(). */
static struct text *begin_output(const struct emission *emission, const char *name)
{
    struct text *text = &emission->cache->rendered;
    const char *path = strcmp(emission->out_dir, ".") == 0
                           ? name
                           : dhs_printf(emission->arena, "%s/%s", emission->out_dir, name);

    if (!text->arena) *text = text_new(emission->arena);
    text->length = text->whole = 0;
    text->drain = NULL;
    text_reserve(text, RENDERED_BYTES);
    struct output *output = outputs_add(emission->outputs, path, text_new(emission->arena));
    output->folder = folder_of(emission, name);
    if (emission->lays_down && outputs_begin(emission->outputs)) {
        text->drain = wrap_applies_to(name) ? drain_lines_into_file : drain_into_file;
        text->drain_context = output;
    }
    return text;
}

static void end_output(const struct emission *emission)
{
    struct output *output = emission->outputs->last;
    const struct text *text = &emission->cache->rendered;

    if (text->drain) {
        output_put(output, text_string(text), text->length);
        output_end(output);
    } else if (emission->lays_down) {
        output->content = *text;
        outputs_lay_down(emission->outputs);
    } else {
        output->content = text_copy(emission->arena, text);
    }
}

/* Whether a template is the text of a file, and not a part of others. */
static bool is_file_template(const char *name)
{
    size_t n = strlen(name);
    size_t suffix = strlen(SUFFIX);

    return strncmp(name, "schema", 6) == 0 && (name[6] == '.' || name[6] == '_') && n > suffix &&
           strcmp(name + n - suffix, SUFFIX) == 0;
}

/* What emit.h draws. */
static const char *output_name(struct dhs_arena *arena, const char *template_name, const char *base)
{
    size_t length = strlen(template_name);
    bool is_schema = strncmp(template_name, "schema", 6) == 0;

    if (length > strlen(SUFFIX) && strcmp(template_name + length - strlen(SUFFIX), SUFFIX) == 0)
        length -= strlen(SUFFIX);
    const char *rest = template_name + 6;
    if (is_schema && *rest == '.') return dhs_printf(arena, "%s%.*s", base, (int)length - 6, rest);
    if (is_schema && *rest == '_')
        return dhs_printf(arena, "%s%.*s", names_identifier(arena, base), (int)length - 6, rest);
    return dhs_printf(arena, "%s.%.*s", base, (int)length, template_name);
}

static void report_unreadable(const struct emission *emission, const char *what, const char *path,
                              int system_error)
{
    dhs_report(emission->diag, DHS_OUTPUT_TEMPLATE, NOWHERE, "cannot read the %s '%s': %s", what,
               path, strerror(system_error));
}

static void emit_template(const struct folder *folder, const char *file, const char *base,
                          struct value *tree)
{
    const struct emission *emission = folder->emission;
    struct folder context = *folder;
    struct template_options options = { .load = load_partial,
                                        .nearest = nearest_partial,
                                        .load_context = &context,
                                        .escape = escape_for_file(file),
                                        .strict = true };
    struct template_error error = { NULL, 0, 0, NULL };
    const struct template *template = load(folder, file, "", &error);

    if (!template && !error.message) {
        report_unreadable(emission, "template",
                          dhs_printf(emission->arena, "%s%s%s", folder->path,
                                     *folder->path ? "/" : "", file),
                          errno);
        return;
    }
    if (!template) {
        report(emission, &error);
        return;
    }
    const char *name = output_name(emission->arena, file, base);
    if (wrap_applies_to(name)) {
        options.break_lines = wrap_lines;
        options.columns = WRAP_COLUMNS;
    }
    struct text *text = begin_output(emission, name);
    bool ok = template_render(template, tree, &options, text, &error);
    end_output(emission);
    if (ok) return;
    report(emission, &error);
    emission->outputs->last->error.failure = OUTPUT_CANNOT_WRITE; /* nobody compares half a text */
}

static void emit_embedded(const struct emission *emission, const char *base, struct value *tree)
{
    struct folder folder = { emission, emission->language, true };
    size_t n = strlen(emission->language);

    for (const struct embedded_template *t = EMBEDDED_TEMPLATES; t->path; t++) {
        if (is_in(t->path, emission->language) && is_file_template(t->path + n + 1))
            emit_template(&folder, t->path + n + 1, base, tree);
    }
}

static int choose_file_template(const struct dirent *entry)
{
    return is_file_template(entry->d_name);
}

/* In the order of their names: a folder has none of its own. */
static void emit_folder(const struct emission *emission, const char *base, struct value *tree)
{
    size_t n = strlen(emission->language);
    struct dirent **entries;

    while (n > 1 && emission->language[n - 1] == '/')
        n--;
    struct folder folder = { emission, dhs_copy_text(emission->arena, emission->language, n),
                             false };
    int n_entries = scandir(folder.path, &entries, choose_file_template, alphasort);
    if (n_entries < 0) {
        report_unreadable(emission, "folder of templates", folder.path, errno);
        return;
    }
    if (n_entries == 0) {
        dhs_report(emission->diag, DHS_OUTPUT_TEMPLATE, NOWHERE,
                   "the folder '%s' has no template that makes a file", folder.path);
        dhs_help(emission->diag, "its name begins with 'schema.' or 'schema_' and ends in "
                                 "'.mustache'; 'schema' becomes the schema's name");
    }
    for (int i = 0; i < n_entries; i++) {
        const char *name = entries[i]->d_name;
        emit_template(&folder, dhs_copy_text(emission->arena, name, strlen(name)), base, tree);
        free(entries[i]);
    }
    free(entries);
}

/* One that the user named: its partials stand beside it. */
static void emit_own(const struct emission *emission, const char *template_path, const char *base,
                     struct value *tree)
{
    const char *file = describe_base_name(template_path);
    size_t n = (size_t)(file - template_path);
    const char *path = n > 1    ? dhs_copy_text(emission->arena, template_path, n - 1)
                       : n == 1 ? "/"
                                : "";

    emit_template(&(struct folder){ emission, path, false }, file, base, tree);
}

void emit(const struct emission *emission, const char *base, struct value *tree)
{
    for (size_t i = 0; i < emission->n_templates; i++)
        emit_own(emission, emission->templates[i], base, tree);
    if (emission->n_templates > 0) return;
    if (emit_is_folder(emission->language)) {
        emit_folder(emission, base, tree);
    } else if (strcmp(emission->language, "json") == 0) {
        value_print_json(tree,
                         begin_output(emission, dhs_printf(emission->arena, "%s.dh.json", base)));
        end_output(emission);
    } else {
        emit_embedded(emission, base, tree);
    }
}
