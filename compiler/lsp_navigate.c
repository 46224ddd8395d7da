/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where things are declared and used. A declaration is known by its file and place, so that the
 * analyses of different files can be asked for the same one.
 */
#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "lsp_server.h"
#include "source.h"

static const struct dhs_mention *mention_of(struct lsp_call *call, struct lsp_document **document)
{
    uint32_t offset = 0;
    *document = lsp_place_of(call, &offset);
    return *document ? dhs_mention_at(&(*document)->analysis->mentions, offset) : NULL;
}

static struct dhs_span span_of(const struct dhs_mention *m)
{
    if (m->meant == DHS_MEANT_FILE)
        return (struct dhs_span){ m->unit->source, m->unit->source->first, 0 };
    if (m->ast->kind == AST_PACKAGE) return ast_path_span(m->unit->source, m->ast->path);
    return ast_token_span(m->unit->source, m->ast->name);
}

json_t *lsp_definition(struct lsp_call *call)
{
    struct lsp_document *document;
    const struct dhs_mention *m = mention_of(call, &document);
    if (!m || !m->ast || !m->unit) return NULL;
    return lsp_location(call->server, call->arena, document->analysis, span_of(m));
}

/* Of a field its type, of an alias what it names; of a type itself. */
json_t *lsp_type_definition(struct lsp_call *call)
{
    struct lsp_document *document;
    const struct dhs_mention *m = mention_of(call, &document);
    if (!m || !m->ast || !m->unit || m->meant == DHS_MEANT_FILE) return NULL;
    struct dhs_check *check = document->analysis->check;
    const struct ast_type *type = m->ast->type;
    struct dhs_place place = { m->unit, m->meant == DHS_MEANT_MEMBER ? m->symbol : NULL };
    while (type && type->kind != AST_TYPE_NAMED)
        type = type->element;
    struct dhs_symbol *symbol = type ? dhs_lookup(check, place, type->path, NULL) : NULL;
    if (!symbol) return m->meant == DHS_MEANT_SYMBOL ? lsp_definition(call) : NULL;
    return lsp_location(call->server, call->arena, document->analysis,
                        ast_token_span(symbol->unit->source, symbol->ast->name));
}

/* ---- all files ---------------------------------------------------------------------------- */

/* A walk over all files that are open or in the workspace, each once. */
struct search {
    struct lsp_call *call;
    void (*visit)(void *context, const struct lsp_analysis *analysis);
    void *context;
    const char **seen; /* files, by their real paths */
    size_t n_seen;
};

static bool was_seen(const struct search *s, const char *real_path)
{
    for (size_t i = 0; i < s->n_seen; i++)
        if (strcmp(s->seen[i], real_path) == 0) return true;
    return false;
}

static void search_in(struct search *s, const struct lsp_analysis *analysis)
{
    if (!analysis || !analysis->unit) return;
    const char *real = analysis->unit->real_path;
    if (was_seen(s, real)) return;
    s->seen = dhs_grow(s->call->arena, s->seen, s->n_seen * sizeof *s->seen,
                       (s->n_seen + 1) * sizeof *s->seen);
    s->seen[s->n_seen++] = dhs_copy_text(s->call->arena, real, strlen(real));
    s->visit(s->context, analysis);
}

/* ---- files that nobody has open ----------------------------------------------------------- */

/* An editor may call a home folder its workspace. */
enum { MAX_FOLDER_DEPTH = 12, MAX_FILES = 2000, MAX_ENTRIES = 50000 };

struct files {
    struct search *search;
    size_t n;
    size_t n_entries; /* of folders, schemas or not */
};

static bool is_schema(const char *name)
{
    size_t length = strlen(name);
    return length > 4 && strcmp(name + length - 4, ".dhs") == 0;
}

static void search_file(struct files *files, const char *path)
{
    struct search *s = files->search;
    if (files->n++ >= MAX_FILES || was_seen(s, path)) return;
    struct lsp_analysis *analysis = lsp_analyse(s->call->server, path, NULL, 0);
    search_in(s, analysis);
    lsp_analysis_free(analysis);
}

static void search_folder(struct files *files, const char *folder, unsigned depth);

/* Hidden files and folders, and links, are left out: what they show is elsewhere too, or no
 * source. */
static void search_entry(struct files *files, const char *folder, const char *name, unsigned depth)
{
    const char *path = dhs_printf(files->search->call->arena, "%s/%s", folder, name);
    struct stat status;
    if (name[0] == '.' || lstat(path, &status) != 0) return;
    if (S_ISDIR(status.st_mode) && depth < MAX_FOLDER_DEPTH)
        search_folder(files, path, depth + 1);
    else if (S_ISREG(status.st_mode) && is_schema(name))
        search_file(files, path);
}

/* In the order of their names, so that answers are the same on every machine. */
static void search_folder(struct files *files, const char *folder, unsigned depth)
{
    struct dirent **entries = NULL;
    int n = scandir(folder, &entries, NULL, alphasort);
    for (int i = 0; i < n; i++) {
        if (files->n < MAX_FILES && files->n_entries++ < MAX_ENTRIES)
            search_entry(files, folder, entries[i]->d_name, depth);
        free(entries[i]);
    }
    free(entries);
}

/* `first` and the file at `path` (NULL: none), which may lie outside of the workspace, too. */
static void search_all(struct search *s, const struct lsp_analysis *first, const char *path)
{
    struct lsp_server *server = s->call->server;
    struct files files = { .search = s };
    search_in(s, first);
    for (struct lsp_document *d = server->documents; d; d = d->next)
        search_in(s, lsp_analysis_of(server, d));
    if (path) search_file(&files, path);
    for (size_t i = 0; i < server->folders.n; i++)
        search_folder(&files, server->folders.items[i], 0);
    if (files.n >= MAX_FILES || files.n_entries > MAX_ENTRIES)
        lsp_complain(server, "the workspace is too large: not all of its schemas were looked at");
}

void lsp_each_file(struct lsp_call *call,
                   void (*visit)(void *context, const struct lsp_analysis *analysis), void *context)
{
    struct search s = { call, visit, context, NULL, 0 };
    search_all(&s, NULL, NULL);
}

/* ---- all that is the same ----------------------------------------------------------------- */

struct wanted {
    enum dhs_meant meant;
    const char *real_path; /* of the declaration */
    uint32_t offset;
    void (*found)(void *context, const struct lsp_analysis *where,
                  const struct dhs_mention *mention);
    void *context;
};

static bool is_it(const struct wanted *w, const struct dhs_mention *m)
{
    return m->ast && m->unit && m->meant == w->meant && span_of(m).offset == w->offset &&
           strcmp(m->unit->real_path, w->real_path) == 0;
}

static void find_mentions(void *context, const struct lsp_analysis *analysis)
{
    const struct wanted *w = context;
    for (size_t i = 0; i < analysis->mentions.n; i++)
        if (is_it(w, &analysis->mentions.items[i]))
            w->found(w->context, analysis, &analysis->mentions.items[i]);
}

void lsp_each_mention(struct lsp_call *call, const struct lsp_analysis *analysis,
                      const struct dhs_mention *wanted,
                      void (*found)(void *context, const struct lsp_analysis *where,
                                    const struct dhs_mention *mention),
                      void *context)
{
    struct wanted w = { wanted->meant, wanted->unit->real_path, span_of(wanted).offset, found,
                        context };
    struct search s = { call, find_mentions, &w, NULL, 0 };
    search_all(&s, analysis, w.real_path);
}

struct locations {
    struct lsp_call *call;
    json_t *list;
    bool with_declaration;
};

static void add_location(void *context, const struct lsp_analysis *where,
                         const struct dhs_mention *m)
{
    struct locations *l = context;
    if (m->declares && !l->with_declaration) return;
    json_t *location = lsp_location(l->call->server, l->call->arena, where, m->span);
    if (location) json_array_append_new(l->list, location);
}

json_t *lsp_references(struct lsp_call *call)
{
    struct lsp_document *document;
    const struct dhs_mention *m = mention_of(call, &document);
    if (!m || !m->ast || !m->unit) return NULL;
    struct locations l = { call, json_array(),
                           lsp_is_true(call->params, "context.includeDeclaration") };
    lsp_each_mention(call, document->analysis, m, add_location, &l);
    return l.list;
}

json_t *lsp_highlight(struct lsp_call *call)
{
    enum { READ = 2, WRITE = 3 };
    struct lsp_document *document;
    const struct dhs_mention *m = mention_of(call, &document);
    if (!m || !m->ast) return NULL;
    const struct lsp_analysis *analysis = document->analysis;
    json_t *list = json_array();
    for (size_t i = 0; i < analysis->mentions.n; i++) {
        const struct dhs_mention *other = &analysis->mentions.items[i];
        if (!dhs_mention_same(m, other)) continue;
        json_array_append_new(list, json_pack("{s:o, s:i}", "range",
                                              lsp_range(&analysis->lines, other->span.offset,
                                                        other->span.offset + other->span.length),
                                              "kind", other->declares ? WRITE : READ));
    }
    return list;
}
