/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Other names. The edits are tried before they are handed out: where a file would have errors that
 * it has not, or a type's new name would make a schema mean something else, nothing is renamed.
 * A member that was released (a lock stands beside the schema) keeps its name on the wire by @was.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lsp_server.h"
#include "source.h"

/* One place to change. */
struct change {
    struct change *next;
    uint32_t offset;
    uint32_t length;
    const char *text;
};

struct changed_file {
    struct changed_file *next;
    const char *path;
    const char *uri;
    struct dhs_text text;
    struct lsp_lines lines;
    struct change *changes; /* by their places, the last first */
    size_t n_errors;
    const char *canonical; /* of all channels */
};

struct renaming {
    struct lsp_call *call;
    const char *name; /* the new one */
    struct changed_file *files;
};

/* ---- what can be renamed ------------------------------------------------------------------ */

static const char *why_not(const struct dhs_mention *m)
{
    if (!m || !m->ast || !m->unit) return "there is nothing here that has a name of its own";
    if (m->unit->file->is_std) return "this is declared in a schema that dhgen ships";
    if (m->meant == DHS_MEANT_FILE) return "a file is renamed on the disk";
    if (m->meant == DHS_MEANT_SETTING || m->ast->kind == AST_SLOT)
        return "this is a word of the language";
    if (m->meant == DHS_MEANT_QUALIFIER && m->ast->kind == AST_PACKAGE)
        return "a package's name is part of what is hashed, and of other people's files";
    return NULL;
}

static const struct dhs_mention *wanted_of(struct lsp_call *call, struct lsp_document **document)
{
    uint32_t offset = 0;
    *document = lsp_place_of(call, &offset);
    if (!*document) return NULL;
    const struct dhs_mention *m = dhs_mention_at(&(*document)->analysis->mentions, offset);
    const char *why = why_not(m);
    return why ? (lsp_fail(call, LSP_REQUEST_FAILED, why), NULL) : m;
}

json_t *lsp_prepare_rename(struct lsp_call *call)
{
    struct lsp_document *document;
    const struct dhs_mention *m = wanted_of(call, &document);
    if (!m) return NULL;
    const char *text = m->span.source->text + m->span.offset;
    return json_pack("{s:o, s:o}", "range",
                     lsp_range(&document->analysis->lines, m->span.offset,
                               m->span.offset + m->span.length),
                     "placeholder", lsp_string(text, m->span.length));
}

static bool is_letter(char c)
{
    return (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
}

static bool is_name(const char *name)
{
    if (!is_letter(name[0])) return false;
    for (const char *c = name; *c; c++)
        if (!is_letter(*c) && !(*c >= '0' && *c <= '9') && *c != '_') return false;
    return true;
}

/* ---- collecting --------------------------------------------------------------------------- */

static const char *canonical_of(struct dhs_arena *arena, const struct lsp_analysis *analysis)
{
    struct text all = text_new(arena);
    for (size_t i = 0; i < analysis->unit->file->n_channels; i++) {
        struct dhs_text text = analysis->unit->file->channels[i]->canonical;
        if (text.data) text_add(&all, text.data, text.length);
    }
    return text_string(&all);
}

static struct changed_file *file_of(struct renaming *r, const struct lsp_analysis *where)
{
    struct dhs_arena *arena = r->call->arena;
    const struct dhs_source *source = where->unit->source;
    for (struct changed_file *f = r->files; f; f = f->next)
        if (strcmp(f->path, source->path) == 0) return f;
    struct changed_file *file = dhs_alloc(arena, sizeof *file);
    file->path = dhs_copy_text(arena, source->path, strlen(source->path));
    file->uri = lsp_uri_of_source(r->call->server, arena, where, source);
    file->text =
        (struct dhs_text){ dhs_copy_text(arena, source->text, source->length), source->length };
    file->lines = lsp_lines(arena, file->text, r->call->server->encoding);
    file->n_errors = dhs_diag_errors(where->diag);
    file->canonical = canonical_of(arena, where);
    file->next = r->files;
    r->files = file;
    return file;
}

static void add_change(struct renaming *r, struct changed_file *file, uint32_t offset,
                       uint32_t length, const char *text)
{
    struct change **at = &file->changes;
    while (*at && (*at)->offset > offset)
        at = &(*at)->next;
    struct change *change = dhs_alloc(r->call->arena, sizeof *change);
    *change = (struct change){ *at, offset, length, text };
    *at = change;
}

static bool has_attribute(const struct dhs_mention *m, const char *name)
{
    struct dhs_span none = ast_token_span(m->unit->source, m->ast->name);
    return dhs_attribute_span(m->unit->source, m->ast, name).offset != none.offset;
}

static bool is_locked(struct dhs_arena *arena, const struct dhs_unit *unit)
{
    return access(dhs_printf(arena, "%s.lock", unit->file->path), F_OK) == 0;
}

/* Behind all that describes the member. */
static uint32_t end_of_description(const struct ast_declaration *ast)
{
    uint32_t end = ast->name.offset + ast->name.length;
    if (ast->type) end = ast->type->span.offset + ast->type->span.length;
    for (const struct ast_attribute *a = ast->attributes; a; a = a->next)
        if (a->span.offset + a->span.length > end) end = a->span.offset + a->span.length;
    return end;
}

static void keep_on_wire(struct renaming *r, struct changed_file *file, const struct dhs_mention *m)
{
    bool has_wire_name =
        m->ast->kind == AST_FIELD || m->ast->kind == AST_ARM || m->ast->kind == AST_ZONE;
    if (!has_wire_name || has_attribute(m, "was") || !is_locked(r->call->arena, m->unit)) return;
    const char *old = ast_token_text(r->call->arena, m->unit->source, m->ast->name);
    add_change(r, file, end_of_description(m->ast), 0,
               dhs_printf(r->call->arena, " @was(\"%s\")", old));
}

static void take(void *context, const struct lsp_analysis *where, const struct dhs_mention *m)
{
    struct renaming *r = context;
    struct changed_file *file = file_of(r, where);
    add_change(r, file, m->span.offset, m->span.length, r->name);
    if (m->declares) keep_on_wire(r, file, m);
}

/* ---- trying ------------------------------------------------------------------------------- */

static struct dhs_text changed_text(struct dhs_arena *arena, const struct changed_file *file)
{
    struct text text = text_new(arena);
    size_t n = 0, at = 0;
    for (const struct change *c = file->changes; c; c = c->next)
        n++;
    const struct change **sorted = dhs_alloc_array(arena, n + 1, sizeof *sorted);
    for (const struct change *c = file->changes; c; c = c->next)
        sorted[--n] = c;
    for (; sorted[n]; n++) {
        text_add(&text, file->text.data + at, sorted[n]->offset - at);
        text_add_string(&text, sorted[n]->text);
        at = sorted[n]->offset + sorted[n]->length;
    }
    text_add(&text, file->text.data + at, file->text.length - at);
    return (struct dhs_text){ text_string(&text), text.length };
}

static const char *first_error(struct dhs_arena *arena, const struct lsp_analysis *analysis)
{
    size_t n = 0;
    const struct dhs_diagnostic *const *sorted = dhs_diag_sorted(analysis->diag, &n);
    for (size_t i = 0; i < n; i++)
        if (dhs_is_error(analysis->diag, sorted[i]))
            return dhs_copy_text(arena, sorted[i]->message, strlen(sorted[i]->message));
    return "it could not be read";
}

/* NULL, or why the new name does not do. */
static const char *fault_in(struct renaming *r, const struct changed_file *file,
                            const struct dhs_overlay *texts, size_t n, bool same_meaning)
{
    struct dhs_arena *arena = r->call->arena;
    const char *fault = NULL;
    struct lsp_analysis *after = lsp_analyse(r->call->server, file->path, texts, n);
    if (!after) return "no memory left";
    if (!after->unit || dhs_diag_errors(after->diag) > file->n_errors)
        fault = first_error(arena, after);
    else if (same_meaning && strcmp(canonical_of(arena, after), file->canonical) != 0)
        fault = "the schema would mean something else: another declaration has that name";
    lsp_analysis_free(after);
    return fault ? dhs_printf(arena, "'%s' cannot be the name: %s", r->name, fault) : NULL;
}

/* Names of types, constants and files are not in the canonical text; those of members are. */
static const char *fault_of(struct renaming *r, const struct dhs_mention *m)
{
    size_t n = 0;
    const char *fault = NULL;
    bool same = m->meant == DHS_MEANT_SYMBOL || m->meant == DHS_MEANT_QUALIFIER;
    for (const struct changed_file *f = r->files; f; f = f->next)
        n++;
    struct dhs_overlay *texts = dhs_alloc_array(r->call->arena, n + 1, sizeof *texts);
    n = 0;
    for (const struct changed_file *f = r->files; f; f = f->next)
        texts[n++] = (struct dhs_overlay){ f->path, changed_text(r->call->arena, f) };
    for (const struct changed_file *f = r->files; f && !fault; f = f->next)
        fault = fault_in(r, f, texts, n, same);
    return fault;
}

static json_t *edits_of(const struct changed_file *file)
{
    json_t *edits = json_array();
    for (const struct change *c = file->changes; c; c = c->next)
        json_array_insert_new(edits, 0,
                              lsp_edit(&file->lines, c->offset, c->offset + c->length, c->text));
    return edits;
}

json_t *lsp_rename(struct lsp_call *call)
{
    struct lsp_document *document;
    const struct dhs_mention *m = wanted_of(call, &document);
    if (!m) return NULL;
    struct renaming r = { call, json_string_value(json_object_get(call->params, "newName")), NULL };
    if (!r.name) return lsp_fail(call, LSP_INVALID_PARAMS, "the parameters hold no 'newName'");
    if (!is_name(r.name))
        return lsp_fail(call, LSP_REQUEST_FAILED,
                        "a name begins with a letter and has letters, digits and '_'");
    lsp_each_mention(call, document->analysis, m, take, &r);
    const char *fault = fault_of(&r, m);
    if (fault) return lsp_fail(call, LSP_REQUEST_FAILED, fault);
    json_t *by_uri = json_object();
    for (const struct changed_file *f = r.files; f; f = f->next)
        json_object_set_new(by_uri, f->uri, edits_of(f));
    return lsp_workspace_edit(call->server, by_uri);
}
