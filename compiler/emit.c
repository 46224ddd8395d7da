/* SPDX-License-Identifier: Apache-2.0 */
#include "emit.h"

#include <stdio.h>
#include <string.h>

#include "describe.h"
#include "template.h"
#include "wrap.h"

static const struct dhs_span NOWHERE = { NULL, 0, 0 };
static const char SUFFIX[] = ".mustache";

enum { RENDER_BYTES = 32 * 1024 }; /* most files are smaller: the text need not grow */

/* ---- where templates come from ------------------------------------------------------------ */

/* A folder of templates: an embedded language's, or the one that the user's own stands in. */
struct folder {
    const struct emission *emission;
    const char *path;
    bool is_embedded;
};

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
    bool failed = ferror(in) != 0;
    fclose(in);
    return !failed;
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
    struct template_cache *cache = folder->emission->templates;

    for (const struct cached_template *c = cache->first; c; c = c->next) {
        if (strcmp(c->file, file) == 0 && strcmp(c->folder, folder->path) == 0) return c->template;
    }
    const char *path =
        dhs_printf(arena, "%s%s%s%s", folder->path, *folder->path ? "/" : "", file, suffix);
    const struct template *template =
        folder->is_embedded ? load_embedded(folder, path, error) : load_file(folder, path, error);
    if (!template) return NULL;
    struct cached_template *cached = dhs_alloc(arena, sizeof *cached);
    *cached = (struct cached_template){ folder->path, file, template, cache->first };
    cache->first = cached;
    return template;
}

static const struct template *load_partial(void *context, const char *name,
                                           struct template_error *error)
{
    const struct folder *folder = context;

    return load(folder, name, SUFFIX, error);
}

/* ---- words of the language ---------------------------------------------------------------- */

static const char RESERVED[] = "reserved.txt";

static const struct words *embedded_words(const struct emission *emission)
{
    const char *path = dhs_printf(emission->arena, "%s/%s", emission->language, RESERVED);

    for (const struct embedded_template *t = EMBEDDED_TEMPLATES; t->path; t++) {
        if (strcmp(t->path, path) == 0)
            return words_read(emission->arena, (const char *)t->bytes, t->length);
    }
    return NULL;
}

const struct words *emit_words(const struct emission *emission)
{
    const char *template = emission->template_path;
    struct text text = text_new(emission->arena);

    if (!template) return embedded_words(emission);
    size_t n = (size_t)(describe_base_name(template) - template);
    const char *path = dhs_printf(emission->arena, "%.*s%s", (int)n, template, RESERVED);
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

/* What is imported as "dh/geometry.dhs" is included as "dh/geometry.dh.h": that folder is ours to
 * make, the one that the user named is not. */
static const char *folder_of(const struct emission *emission, const char *name)
{
    const char *slash = strrchr(name, '/');
    size_t n = slash ? (size_t)(slash - name) : 0;

    return slash ? dhs_printf(emission->arena, "%s/%.*s", emission->out_dir, (int)n, name) : NULL;
}

/* Two schemas of one run may import the same shipped one. */
static bool is_same(const struct output *output, const struct text *content)
{
    return output && output->content.length == content->length &&
           memcmp(text_string(&output->content), text_string(content), content->length) == 0;
}

static void add_output(const struct emission *emission, const char *name, struct text content)
{
    const char *path = strcmp(emission->out_dir, ".") == 0
                           ? name
                           : dhs_printf(emission->arena, "%s/%s", emission->out_dir, name);

    if (wrap_applies_to(name)) {
        struct text wrapped = wrap_c(emission->arena, &content);
        text_drop(&content);
        content = wrapped;
    }
    const struct output *other = outputs_find(emission->outputs, path);
    if (is_same(other, &content)) return;
    if (other) {
        dhs_report(emission->diag, DHS_OUTPUT_WRITE, NOWHERE,
                   "two of the schemas given would both be written to '%s'", path);
        dhs_help(emission->diag, "give them different --out folders, in two runs");
        return;
    }
    outputs_add(emission->outputs, path, content)->folder = folder_of(emission, name);
}

/* "schema.dh.h.mustache" -> "imu.dh.h"; another name goes behind the schema's. */
static const char *output_name(struct dhs_arena *arena, const char *template_name, const char *base)
{
    size_t length = strlen(template_name);
    const char *start = strncmp(template_name, "schema.", 7) == 0 ? template_name + 6 : NULL;

    if (length > strlen(SUFFIX) && strcmp(template_name + length - strlen(SUFFIX), SUFFIX) == 0)
        length -= strlen(SUFFIX);
    if (start) return dhs_printf(arena, "%s%.*s", base, (int)(length - 6), start);
    return dhs_printf(arena, "%s.%.*s", base, (int)length, template_name);
}

static void emit_template(const struct folder *folder, const char *file, const char *base,
                          const struct value *tree)
{
    const struct emission *emission = folder->emission;
    struct folder context = *folder;
    struct template_options options = { load_partial, &context, escape_for_file(file), true };
    struct template_error error = { NULL, 0, 0, NULL };
    struct text text = text_new(emission->arena);
    text_reserve(&text, RENDER_BYTES);
    const struct template *template = load(folder, file, "", &error);

    if (!template && !error.message) {
        dhs_report(emission->diag, DHS_OUTPUT_TEMPLATE, NOWHERE, "cannot read the template '%s'",
                   emission->template_path);
        return;
    }
    if (!template || !template_render(template, tree, &options, &text, &error))
        report(emission, &error);
    else
        add_output(emission, output_name(emission->arena, file, base), text);
}

static void emit_language(const struct emission *emission, const char *base,
                          const struct value *tree)
{
    struct folder folder = { emission, emission->language, true };
    size_t n = strlen(emission->language);

    for (const struct embedded_template *t = EMBEDDED_TEMPLATES; t->path; t++) {
        if (is_in(t->path, emission->language) && strncmp(t->path + n + 1, "schema.", 7) == 0)
            emit_template(&folder, t->path + n + 1, base, tree);
    }
}

void emit(const struct emission *emission, const char *base, const struct value *tree)
{
    if (emission->template_path) {
        const char *file = describe_base_name(emission->template_path);
        size_t n = (size_t)(file - emission->template_path);
        const char *path = n > 1    ? dhs_copy_text(emission->arena, emission->template_path, n - 1)
                           : n == 1 ? "/"
                                    : "";
        emit_template(&(struct folder){ emission, path, false }, file, base, tree);
    } else if (strcmp(emission->language, "json") == 0) {
        struct text text = text_new(emission->arena);
        value_print_json(tree, &text);
        add_output(emission, dhs_printf(emission->arena, "%s.dh.json", base), text);
    } else {
        emit_language(emission, base, tree);
    }
}
