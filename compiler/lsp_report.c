/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Diagnostics: of a file is published what the analyses of all open texts say of it. An importer
 * finds mistakes in what it imports, some of which nobody else can see.
 */
#include <stdlib.h>
#include <string.h>

#include "lsp_server.h"
#include "source.h"

/* ---- one diagnostic ----------------------------------------------------------------------- */

static void add_tail(struct text *text, const char *mark, const char *words)
{
    if (words) text_printf(text, "\n%s%s", mark, words);
}

/* Notes become part of the message where a client shows no second places. */
static json_t *message_of(const struct lsp_server *server, struct dhs_arena *arena,
                          const struct dhs_diagnostic *d)
{
    struct text text = text_new(arena);
    text_add_string(&text, d->message);
    add_tail(&text, "", d->label);
    for (const struct dhs_note *note = d->notes; note; note = note->next) {
        uint32_t line, column;
        if (server->client.related && note->span.source) continue;
        dhs_span_position(note->span, &line, &column);
        if (note->span.source)
            text_printf(&text, "\n%s:%u:%u: %s", note->span.source->path, line, column, note->text);
        else
            add_tail(&text, "", note->text);
    }
    add_tail(&text, "help: ", d->help);
    return lsp_string(text_string(&text), text.length);
}

static json_t *related_of(struct lsp_server *server, struct dhs_arena *arena,
                          const struct lsp_analysis *analysis, const struct dhs_diagnostic *d)
{
    json_t *list = json_array();
    for (const struct dhs_note *note = d->notes; note; note = note->next) {
        json_t *location = lsp_location(server, arena, analysis, note->span);
        if (location)
            json_array_append_new(list, json_pack("{s:o, s:o}", "location", location, "message",
                                                  lsp_string(note->text, strlen(note->text))));
    }
    return list;
}

/* Without the end of a line: what is missing there has a place, and no width. */
static json_t *range_of(const struct lsp_analysis *analysis, struct dhs_span span)
{
    static const struct lsp_position START = { 0, 0 };
    if (!span.source)
        return json_pack("{s:o, s:o}", "start", lsp_position(START), "end", lsp_position(START));
    const struct lsp_lines *lines = lsp_lines_of(analysis, span.source);
    uint32_t line, column, length = dhs_span_end(span, &line, &column);
    return lsp_range(lines, span.offset, span.offset + length);
}

/* Code that is there for nothing, or that should not be used, is drawn so. */
static json_t *tags_of(enum dhs_code code)
{
    enum { UNNECESSARY = 1 };
    bool is_for_nothing = code == DHS_ATTRIBUTE_REPEATED || code == DHS_PACKAGE_REPEATED;
    return is_for_nothing ? json_pack("[i]", UNNECESSARY) : NULL;
}

json_t *lsp_diagnostic(struct lsp_server *server, struct dhs_arena *arena,
                       const struct lsp_analysis *analysis, const struct dhs_diagnostic *d)
{
    enum { ERROR = 1, WARNING = 2 };
    bool is_error = dhs_is_error(analysis->diag, d);
    json_t *json = json_pack("{s:o, s:i, s:s, s:s, s:o}", "range", range_of(analysis, d->span),
                             "severity", is_error ? ERROR : WARNING, "code", d->info->id, "source",
                             "dhgen", "message", message_of(server, arena, d));
    if (server->client.related && d->notes)
        json_object_set_new(json, "relatedInformation", related_of(server, arena, analysis, d));
    json_t *tags = server->client.tags ? tags_of(d->info->code) : NULL;
    if (tags) json_object_set_new(json, "tags", tags);
    return json;
}

/* ---- those of a file ---------------------------------------------------------------------- */

static bool holds(const json_t *list, const json_t *item)
{
    for (size_t i = 0; i < json_array_size(list); i++)
        if (json_equal(json_array_get(list, i), item)) return true;
    return false;
}

/* `all` is an object of lists, by URI. */
static void add(json_t *all, const char *uri, json_t *diagnostic, bool maybe_there)
{
    json_t *list = json_object_get(all, uri);
    if (!list) json_object_set_new(all, uri, list = json_array());
    if (maybe_there && holds(list, diagnostic))
        json_decref(diagnostic);
    else
        json_array_append_new(list, diagnostic);
}

static void collect(struct lsp_server *server, struct dhs_arena *arena,
                    struct lsp_document *document, json_t *all)
{
    const struct lsp_analysis *analysis = lsp_analysis_of(server, document);
    size_t n = 0;
    if (!analysis) return;
    const struct dhs_diagnostic *const *sorted = dhs_diag_sorted(analysis->diag, &n);
    for (size_t i = 0; i < n; i++) {
        const struct dhs_source *source = sorted[i]->span.source;
        const char *uri =
            source ? lsp_uri_of_source(server, arena, analysis, source) : document->uri;
        bool is_own = strcmp(uri, document->uri) == 0 && document == server->documents;
        add(all, uri, lsp_diagnostic(server, arena, analysis, sorted[i]), !is_own);
    }
    if (server->client.tags) lsp_add_hints(arena, analysis, json_object_get(all, document->uri));
}

/* ---- publishing --------------------------------------------------------------------------- */

static struct lsp_published *published_of(struct lsp_server *server, const char *uri)
{
    for (struct lsp_published *p = server->published; p; p = p->next)
        if (strcmp(p->uri, uri) == 0) return p;
    struct lsp_published *p = calloc(1, sizeof *p);
    if (p) p->uri = strdup(uri);
    if (!p || !p->uri) {
        free(p);
        return NULL;
    }
    p->next = server->published;
    server->published = p;
    return p;
}

/* Says it if it is something else than what was said last. Takes `diagnostics`. */
static void publish(struct lsp_server *server, const char *uri, json_t *diagnostics)
{
    const struct lsp_document *document = lsp_document_find(server, uri);
    struct lsp_published *before = published_of(server, uri);
    json_t *params = json_pack("{s:s, s:o}", "uri", uri, "diagnostics", diagnostics);
    if (document) json_object_set_new(params, "version", json_integer(document->version));
    char *said = json_dumps(params, JSON_COMPACT);
    bool is_news = said && before && (!before->said || strcmp(before->said, said) != 0);
    if (before) before->seen = true;
    if (!is_news) {
        free(said);
        json_decref(params);
        return;
    }
    free(before->said);
    before->said = said;
    lsp_notify(server, "textDocument/publishDiagnostics", params);
}

static void drop(struct lsp_published **at)
{
    struct lsp_published *gone = *at;
    *at = gone->next;
    free(gone->uri);
    free(gone->said);
    free(gone);
}

/* Files of which nothing is said any more are told so once, and forgotten. */
static void withdraw(struct lsp_server *server)
{
    struct lsp_published **at = &server->published;
    while (*at) {
        if ((*at)->seen) {
            (*at)->seen = false;
            at = &(*at)->next;
            continue;
        }
        lsp_notify(server, "textDocument/publishDiagnostics",
                   json_pack("{s:s, s:[]}", "uri", (*at)->uri, "diagnostics"));
        drop(at);
    }
}

static bool is_up_to_date(const struct lsp_server *server)
{
    const struct lsp_document *d = server->documents;
    while (d && d->analysis && !d->is_stale)
        d = d->next;
    return d == NULL && !server->any_closed;
}

void lsp_report(struct lsp_server *server)
{
    const char *uri;
    json_t *list;
    if (is_up_to_date(server)) return;
    struct dhs_arena *arena = dhs_arena_new();
    json_t *all = json_object();
    for (struct lsp_document *d = server->documents; d; d = d->next)
        lsp_analysis_of(server, d); /* first: what files are called depends on all of them */
    for (struct lsp_document *d = server->documents; d; d = d->next)
        json_object_set_new(all, d->uri, json_array());
    for (struct lsp_document *d = server->documents; d; d = d->next)
        collect(server, arena, d, all);
    json_object_foreach(all, uri, list) publish(server, uri, json_incref(list));
    withdraw(server);
    if (server->others_spoiled && server->client.hints_refresh)
        lsp_request(server, "workspace/inlayHint/refresh", NULL);
    server->any_closed = server->others_spoiled = false;
    json_decref(all);
    dhs_arena_free(arena);
}

void lsp_published_free(struct lsp_server *server)
{
    while (server->published)
        drop(&server->published);
}
