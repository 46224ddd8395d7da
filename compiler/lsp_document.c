/* SPDX-License-Identifier: Apache-2.0 */
/* Open texts. Each is compiled as a schema of its own, with all open texts in place of their files;
 * what depends on a text that changed is compiled again when it is next asked for. */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "idl.h"
#include "lsp_server.h"
#include "source.h"

struct lsp_document *lsp_document_find(const struct lsp_server *server, const char *uri)
{
    for (struct lsp_document *d = server->documents; d; d = d->next)
        if (strcmp(d->uri, uri) == 0) return d;
    return NULL;
}

/* ---- analyses ----------------------------------------------------------------------------- */

void lsp_analysis_free(struct lsp_analysis *analysis)
{
    if (!analysis) return;
    dhs_arena_free(analysis->arena);
    free(analysis);
}

/* The first text of a path counts. */
static struct dhs_options options_of(const struct lsp_server *server, struct dhs_arena *arena,
                                     const struct dhs_overlay *texts, size_t n_texts)
{
    size_t n = n_texts;
    for (const struct lsp_document *d = server->documents; d; d = d->next)
        n++;
    struct dhs_overlay *overlays = dhs_alloc_array(arena, n + 1, sizeof *overlays);
    if (n_texts) memcpy(overlays, texts, n_texts * sizeof *overlays);
    n = n_texts;
    for (const struct lsp_document *d = server->documents; d; d = d->next)
        overlays[n++] = (struct dhs_overlay){ d->path, { d->text, d->length } };
    return (struct dhs_options){ .import_dirs = server->import_dirs.items,
                                 .n_import_dirs = server->import_dirs.n,
                                 .std_dir = server->std_dir,
                                 .overlays = overlays,
                                 .n_overlays = n };
}

struct lsp_analysis *lsp_analyse(struct lsp_server *server, const char *path,
                                 const struct dhs_overlay *texts, size_t n_texts)
{
    struct lsp_analysis *analysis = calloc(1, sizeof *analysis);
    if (!analysis) return NULL;
    struct dhs_arena *arena = analysis->arena = dhs_arena_new();
    const struct dhs_program *program = NULL;
    struct dhs_options *options = dhs_alloc(arena, sizeof *options);
    *options = options_of(server, arena, texts, n_texts);
    analysis->diag = dhs_diag_new(arena);
    analysis->check = dhs_analyse(arena, path, options, analysis->diag, &program);
    dhs_find_real_paths(analysis->check);
    analysis->lines.encoding = server->encoding;
    analysis->check->diag = dhs_diag_new(arena); /* whoever asks later reports nothing */
    analysis->unit = analysis->check->units;
    if (!analysis->unit) return analysis;
    const struct dhs_source *source = analysis->unit->source;
    analysis->mentions = dhs_mentions_of(analysis->check, analysis->unit);
    analysis->statements = lsp_statements(arena, source);
    analysis->lines =
        lsp_lines(arena, (struct dhs_text){ source->text, source->length }, server->encoding);
    return analysis;
}

/* A text that is none has lines all the same: edits still come. */
static void add_lines(const struct lsp_server *server, const struct lsp_document *document,
                      struct lsp_analysis *analysis)
{
    if (analysis->unit) return;
    struct dhs_text text = { dhs_copy_text(analysis->arena, document->text, document->length),
                             document->length };
    analysis->lines = lsp_lines(analysis->arena, text, server->encoding);
}

const struct lsp_analysis *lsp_analysis_of(struct lsp_server *server, struct lsp_document *document)
{
    if (document->analysis && !document->is_stale) return document->analysis;
    struct lsp_analysis *analysis = lsp_analyse(server, document->path, NULL, 0);
    if (!analysis) return document->analysis;
    add_lines(server, document, analysis);
    lsp_analysis_free(document->analysis);
    document->analysis = analysis;
    document->is_stale = false;
    return analysis;
}

static bool depends(const struct lsp_document *document, const struct lsp_document *on)
{
    if (document == on || !document->analysis || !on->analysis || !on->analysis->unit) return true;
    for (const struct dhs_unit *unit = document->analysis->check->units; unit; unit = unit->next)
        if (strcmp(unit->real_path, on->analysis->unit->real_path) == 0) return true;
    return false;
}

static void spoil(struct lsp_server *server, const struct lsp_document *changed)
{
    for (struct lsp_document *d = server->documents; d; d = d->next) {
        if (!depends(d, changed)) continue;
        d->is_stale = true;
        server->others_spoiled = server->others_spoiled || d != changed;
    }
}

/* A file that came or went may be what an import finds, or no longer finds. */
static void spoil_all(struct lsp_server *server)
{
    for (struct lsp_document *d = server->documents; d; d = d->next)
        d->is_stale = true;
    server->others_spoiled = true;
}

static const struct lsp_file *file_of(const struct lsp_analysis *analysis,
                                      const struct dhs_source *source)
{
    struct lsp_analysis *known = (struct lsp_analysis *)(uintptr_t)analysis; /* a cache */
    for (const struct lsp_file *f = analysis->others; f; f = f->next)
        if (f->source == source) return f;
    struct lsp_file *file = dhs_alloc(analysis->arena, sizeof *file);
    struct dhs_text text = { source->text, source->length };
    *file = (struct lsp_file){ analysis->others, source,
                               lsp_lines(analysis->arena, text, analysis->lines.encoding),
                               lsp_statements(analysis->arena, source) };
    known->others = file;
    return file;
}

const struct lsp_lines *lsp_lines_of(const struct lsp_analysis *analysis,
                                     const struct dhs_source *source)
{
    bool is_own = analysis->unit && analysis->unit->source == source;
    return is_own ? &analysis->lines : &file_of(analysis, source)->lines;
}

const struct lsp_statements *lsp_statements_of(const struct lsp_analysis *analysis,
                                               const struct dhs_source *source)
{
    bool is_own = analysis->unit && analysis->unit->source == source;
    return is_own ? &analysis->statements : &file_of(analysis, source)->statements;
}

/* ---- what files are called ---------------------------------------------------------------- */

/* Without `.` and `..`: an import's path is made of two. */
static char *without_dots(struct dhs_arena *arena, const char *path)
{
    char *clean = dhs_alloc(arena, strlen(path) + 2), *to = clean;
    while (*path) {
        while (*path == '/')
            path++;
        size_t n = strcspn(path, "/");
        bool up = n == 2 && memcmp(path, "..", 2) == 0;
        while (up && to > clean && *--to != '/')
            continue;
        if (n > 0 && !up && !(n == 1 && *path == '.')) {
            *to++ = '/';
            memcpy(to, path, n);
            to += n;
        }
        path += n;
    }
    *to = '\0';
    return clean;
}

/* Links may lead elsewhere than the names say: then what is real is shown. */
static const char *shown_path(struct dhs_arena *arena, const char *path, const char *real)
{
    char found[PATH_MAX];
    if (path[0] != '/') return path;
    const char *clean = without_dots(arena, path);
    if (strcmp(clean, path) == 0) return path;
    return realpath(clean, found) && strcmp(found, real) == 0 ? clean : real;
}

const char *lsp_uri_of_source(const struct lsp_server *server, struct dhs_arena *arena,
                              const struct lsp_analysis *analysis, const struct dhs_source *source)
{
    const struct dhs_unit *unit = analysis->check->units;
    while (unit && unit->source != source)
        unit = unit->next;
    for (const struct lsp_document *d = server->documents; d; d = d->next) {
        if (strcmp(d->path, source->path) == 0) return d->uri;
        const struct dhs_unit *its = d->analysis ? d->analysis->unit : NULL;
        if (unit && its && strcmp(unit->real_path, its->real_path) == 0) return d->uri;
    }
    return lsp_uri_of(arena, shown_path(arena, source->path, unit ? unit->real_path : ""));
}

json_t *lsp_location(struct lsp_server *server, struct dhs_arena *arena,
                     const struct lsp_analysis *analysis, struct dhs_span span)
{
    if (!span.source) return NULL;
    const struct lsp_lines *lines = lsp_lines_of(analysis, span.source);
    const char *uri = lsp_uri_of_source(server, arena, analysis, span.source);
    return json_pack("{s:s, s:o}", "uri", uri, "range",
                     lsp_range(lines, span.offset, span.offset + span.length));
}

/* ---- which one a call is about ------------------------------------------------------------ */

struct lsp_document *lsp_document_of(struct lsp_call *call)
{
    const char *uri = json_string_value(lsp_member(call->params, "textDocument.uri"));
    struct lsp_document *document = uri ? lsp_document_find(call->server, uri) : NULL;
    if (!document)
        return lsp_fail(call, LSP_INVALID_PARAMS,
                        uri ? dhs_printf(call->arena, "'%s' is not open", uri)
                            : "the parameters name no 'textDocument.uri'"),
               NULL;
    if (!lsp_analysis_of(call->server, document))
        return lsp_fail(call, LSP_INTERNAL_ERROR, "no memory left"), NULL;
    return document;
}

struct lsp_document *lsp_place_of(struct lsp_call *call, uint32_t *offset)
{
    struct lsp_document *document = lsp_document_of(call);
    struct lsp_position position;
    if (!document) return NULL;
    if (!lsp_read_position(json_object_get(call->params, "position"), &position))
        return lsp_fail(call, LSP_INVALID_PARAMS, "the parameters hold no 'position'"), NULL;
    *offset = lsp_offset_of(&document->analysis->lines, position);
    return document;
}

/* ---- opening, changing, closing ----------------------------------------------------------- */

static bool set_text(struct lsp_document *document, const json_t *text)
{
    char *copy = malloc(json_string_length(text) + 1);
    if (!copy) return false;
    document->length = json_string_length(text);
    memcpy(copy, json_string_value(text), document->length + 1);
    free(document->text);
    document->text = copy;
    return true;
}

static void free_document(struct lsp_document *document)
{
    lsp_analysis_free(document->analysis);
    free(document->uri);
    free(document->path);
    free(document->text);
    free(document);
}

/* At the end, so that files are reported in the order in which they were opened. */
static struct lsp_document *add_document(struct lsp_server *server, const char *uri)
{
    struct lsp_document **end = &server->documents;
    struct lsp_document *document = calloc(1, sizeof *document);
    if (!document) return NULL;
    document->uri = strdup(uri);
    document->path = lsp_path_of(uri);
    if (!document->uri || !document->path) {
        free_document(document);
        return NULL;
    }
    while (*end)
        end = &(*end)->next;
    *end = document;
    return document;
}

void lsp_did_open(struct lsp_call *call)
{
    const json_t *item = json_object_get(call->params, "textDocument");
    const char *uri = json_string_value(json_object_get(item, "uri"));
    const json_t *text = json_object_get(item, "text");
    if (!uri || !json_is_string(text)) {
        lsp_complain(call->server, "textDocument/didOpen names no 'uri' or no 'text'");
        return;
    }
    struct lsp_document *document = lsp_document_find(call->server, uri);
    if (!document) document = add_document(call->server, uri);
    if (!document || !set_text(document, text)) {
        lsp_complain(call->server, "no memory left to open a text");
        return;
    }
    document->version = json_integer_value(json_object_get(item, "version"));
    spoil_all(call->server);
}

static bool splice(struct lsp_server *server, struct lsp_call *call, struct lsp_document *document,
                   const json_t *change)
{
    const json_t *text = json_object_get(change, "text"), *range = json_object_get(change, "range");
    struct dhs_text before = { document->text, document->length };
    struct lsp_lines lines = lsp_lines(call->arena, before, server->encoding);
    uint32_t begin = 0, end = 0;
    if (!json_is_string(text)) return false;
    if (!range) return set_text(document, text);
    if (!lsp_read_range(range, &lines, &begin, &end)) return false;
    struct dhs_text by = { json_string_value(text), json_string_length(text) };
    size_t length = 0;
    char *after = lsp_replace(before, begin, end, by, &length);
    if (!after) return false;
    free(document->text);
    document->text = after;
    document->length = length;
    return true;
}

void lsp_did_change(struct lsp_call *call)
{
    struct lsp_server *server = call->server;
    const char *uri = json_string_value(lsp_member(call->params, "textDocument.uri"));
    const json_t *changes = json_object_get(call->params, "contentChanges");
    struct lsp_document *document = uri ? lsp_document_find(server, uri) : NULL;
    if (!document || !json_is_array(changes)) {
        lsp_complain(server, "textDocument/didChange names no open text, or no 'contentChanges'");
        return;
    }
    for (size_t i = 0; i < json_array_size(changes); i++) {
        if (splice(server, call, document, json_array_get(changes, i))) continue;
        lsp_complain(server, "textDocument/didChange holds a change without 'text' or with a wrong "
                             "'range': close the text and open it again");
        break;
    }
    const json_t *version = lsp_member(call->params, "textDocument.version");
    if (json_is_integer(version)) document->version = json_integer_value(version);
    spoil(server, document);
    document->is_stale = true;
}

void lsp_did_close(struct lsp_call *call)
{
    const char *uri = json_string_value(lsp_member(call->params, "textDocument.uri"));
    struct lsp_document **at = &call->server->documents;
    while (*at && (!uri || strcmp((*at)->uri, uri) != 0))
        at = &(*at)->next;
    if (!*at) return;
    struct lsp_document *closed = *at;
    *at = closed->next;
    free_document(closed);
    call->server->any_closed = true;
    spoil_all(call->server);
}

void lsp_files_changed(struct lsp_call *call)
{
    spoil_all(call->server);
}

void lsp_documents_free(struct lsp_server *server)
{
    while (server->documents) {
        struct lsp_document *next = server->documents->next;
        free_document(server->documents);
        server->documents = next;
    }
}
