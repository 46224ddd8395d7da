/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The language server: what its parts share.
 *
 *   lsp_wire.c       frames, in and out                 lsp_text.c      places in a text, URIs
 *   lsp_server.c     lifecycle, which method is what    lsp_json.c      values of the protocol
 *   lsp_document.c   open texts, and what is known of them: the analyses
 *   lsp_report.c     diagnostics, published             lsp_quickfix.c  what mends them
 *   lsp_hover.c      what stands at a place             lsp_describe.c  its facts
 *   lsp_words.c      words of the language
 *   lsp_navigate.c   where it is declared and used      lsp_rename.c    by another name
 *   lsp_outline.c    statements: outline, folds         lsp_complete.c  what could come next
 *   lsp_format.c     the one style                      lsp_hint.c      offsets between the lines
 *   lsp_lint.c       what is used no more, or should not be
 *
 * One thread, one message after the other. Texts and lists that outlive a message are malloc'd;
 * an analysis has an arena, and so has each call.
 */
#ifndef DHGEN_LSP_SERVER_H
#define DHGEN_LSP_SERVER_H

#include <jansson.h>

#include "diag_list.h"
#include "lsp_outline.h"
#include "lsp_text.h"
#include "mention.h"
#include "text.h"

/* What the client said it can show. */
struct lsp_client {
    bool markdown;      /* in a hover */
    bool markdown_docs; /* beside a completion */
    bool related;
    bool tags;
    bool hierarchical;
    bool snippets;
    bool versioned_edits;
    bool literal_actions;
    bool watches;
    bool hints_refresh;
};

enum lsp_state { LSP_NEW, LSP_RUNNING, LSP_SHUT_DOWN, LSP_EXITED };

/* What is made of a file's text when it is first asked for. */
struct lsp_file {
    struct lsp_file *next;
    const struct dhs_source *source;
    struct lsp_lines lines;
    struct lsp_statements statements;
};

/* What is known of a document and of all that it imports, with the texts as they were then. */
struct lsp_analysis {
    struct dhs_arena *arena;
    struct dhs_check *check;
    struct dhs_diag *diag;
    struct dhs_unit *unit; /* of the document; NULL: its text is none */
    struct dhs_mentions mentions;
    struct lsp_lines lines; /* of the document's text */
    struct lsp_statements statements;
    struct lsp_file *others;
};

struct lsp_document {
    struct lsp_document *next;
    char *uri;
    char *path;
    char *text;
    size_t length;
    json_int_t version;
    bool is_stale; /* it, or a text that it imports, has changed since the analysis */
    struct lsp_analysis *analysis;
};

/* What was published last of a file, so that nothing is said twice. */
struct lsp_published {
    struct lsp_published *next;
    char *uri;
    char *said;
    bool seen;
};

struct lsp_server {
    /* Takes each message that goes out; false: the peer is gone. */
    bool (*send)(void *context, const char *body, size_t length);
    void *context;
    bool is_peer_gone;
    enum lsp_state state;
    int status; /* of the process, once EXITED */
    struct lsp_client client;
    enum lsp_encoding encoding;
    struct dhs_arena *arena; /* of what lives as long as the server */
    struct strings_list {
        const char **items;
        size_t n;
    } import_dirs, folders; /* -I and those of the client; of the workspace */
    const char *std_dir;
    struct lsp_document *documents;
    bool any_closed;     /* since diagnostics were published */
    bool others_spoiled; /* a text changed that others import: their hints are old */
    struct lsp_published *published;
    json_int_t n_requests; /* of ours */
};

/* The codes of JSON-RPC and of the protocol. */
enum {
    LSP_PARSE_ERROR = -32700,
    LSP_INVALID_REQUEST = -32600,
    LSP_METHOD_NOT_FOUND = -32601,
    LSP_INVALID_PARAMS = -32602,
    LSP_INTERNAL_ERROR = -32603,
    LSP_NOT_INITIALIZED = -32002,
    LSP_REQUEST_FAILED = -32803
};

/* A request while it is answered. */
struct lsp_call {
    struct lsp_server *server;
    struct dhs_arena *arena;
    const json_t *params;
    int code; /* 0: no error */
    const char *message;
};

/* ---- lsp_server.c --------------------------------------------------------------------------- */

void lsp_server_begin(struct lsp_server *server, struct dhs_arena *arena);

/* One message; what it asks for is sent before this returns, but for diagnostics. */
void lsp_server_take(struct lsp_server *server, const char *body, size_t length);

void lsp_server_end(struct lsp_server *server);

/* Sends a notification and takes `params`. */
void lsp_notify(struct lsp_server *server, const char *method, json_t *params);

/* Sends a request and takes `params` (NULL: none); nobody waits for its answer. */
void lsp_request(struct lsp_server *server, const char *method, json_t *params);

/* Shows the people at the editor what cannot be told in an answer. */
void lsp_complain(struct lsp_server *server, const char *message);

/* Makes the call fail: returns NULL, for handlers to return. */
json_t *lsp_fail(struct lsp_call *call, int code, const char *message);

/* ---- lsp_json.c ----------------------------------------------------------------------------- */

/* What is not UTF-8 becomes U+FFFD. */
json_t *lsp_string(const char *text, size_t length);
json_t *lsp_printf(struct dhs_arena *arena, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

json_t *lsp_position(struct lsp_position position);
json_t *lsp_range(const struct lsp_lines *lines, uint32_t begin, uint32_t end);

/* False: it is none. */
bool lsp_read_position(const json_t *json, struct lsp_position *position);
bool lsp_read_range(const json_t *json, const struct lsp_lines *lines, uint32_t *begin,
                    uint32_t *end);

json_t *lsp_edit(const struct lsp_lines *lines, uint32_t begin, uint32_t end, const char *text);

/* MarkupContent, or plain text. */
json_t *lsp_markup(bool markdown, const struct text *text);

/* A member somewhere below: "a.b.c". */
const json_t *lsp_member(const json_t *json, const char *path);
bool lsp_is_true(const json_t *json, const char *path);
bool lsp_list_has(const json_t *list, const char *word);

/* Edits of several files, as the client takes them. `by_uri` is an object of lists, and taken. */
json_t *lsp_workspace_edit(struct lsp_server *server, json_t *by_uri);

/* ---- lsp_document.c ------------------------------------------------------------------------- */

void lsp_did_open(struct lsp_call *call);
void lsp_did_change(struct lsp_call *call);
void lsp_did_close(struct lsp_call *call);
void lsp_files_changed(struct lsp_call *call);
void lsp_documents_free(struct lsp_server *server);

struct lsp_document *lsp_document_find(const struct lsp_server *server, const char *uri);

/* The document that the parameters name, and its analysis as of now; NULL: the call has failed. */
struct lsp_document *lsp_document_of(struct lsp_call *call);

/* The same, and the place in it that they name. */
struct lsp_document *lsp_place_of(struct lsp_call *call, uint32_t *offset);

const struct lsp_analysis *lsp_analysis_of(struct lsp_server *server,
                                           struct lsp_document *document);

/* Of any path, with `texts` in place of what is open or saved. */
struct lsp_analysis *lsp_analyse(struct lsp_server *server, const char *path,
                                 const struct dhs_overlay *texts, size_t n_texts);
void lsp_analysis_free(struct lsp_analysis *analysis);

/* The lines and statements of any file that was read for an analysis. */
const struct lsp_lines *lsp_lines_of(const struct lsp_analysis *analysis,
                                     const struct dhs_source *source);
const struct lsp_statements *lsp_statements_of(const struct lsp_analysis *analysis,
                                               const struct dhs_source *source);

/* What the client calls the file. */
const char *lsp_uri_of_source(const struct lsp_server *server, struct dhs_arena *arena,
                              const struct lsp_analysis *analysis, const struct dhs_source *source);

/* {uri, range} of a place; NULL: it is in no file. */
json_t *lsp_location(struct lsp_server *server, struct dhs_arena *arena,
                     const struct lsp_analysis *analysis, struct dhs_span span);

/* ---- lsp_report.c --------------------------------------------------------------------------- */

/* Compiles what has changed, and publishes what is now said of each file. */
void lsp_report(struct lsp_server *server);
void lsp_published_free(struct lsp_server *server);
json_t *lsp_diagnostic(struct lsp_server *server, struct dhs_arena *arena,
                       const struct lsp_analysis *analysis,
                       const struct dhs_diagnostic *diagnostic);

/* ---- lsp_lint.c ----------------------------------------------------------------------------- */

bool lsp_is_deprecated(const struct dhs_source *source, const struct ast_declaration *ast);

/* The first import behind `after` (NULL: of all) of which nothing is used; NULL: none, or the file
 * has mistakes and it cannot be told. */
const struct ast_declaration *lsp_next_unused(const struct lsp_analysis *analysis,
                                              const struct ast_declaration *after);
struct dhs_span lsp_import_span(const struct lsp_analysis *analysis,
                                const struct ast_declaration *import);

/* Diagnostics of no weight, for clients that draw what their tags mean. */
void lsp_add_hints(struct dhs_arena *arena, const struct lsp_analysis *analysis, json_t *list);

/* ---- one file each -------------------------------------------------------------------------- */

json_t *lsp_hover(struct lsp_call *call);
json_t *lsp_definition(struct lsp_call *call);
json_t *lsp_type_definition(struct lsp_call *call);
json_t *lsp_references(struct lsp_call *call);
json_t *lsp_highlight(struct lsp_call *call);
json_t *lsp_prepare_rename(struct lsp_call *call);
json_t *lsp_rename(struct lsp_call *call);
json_t *lsp_document_symbols(struct lsp_call *call);
json_t *lsp_folding_ranges(struct lsp_call *call);
json_t *lsp_completion(struct lsp_call *call);
json_t *lsp_formatting(struct lsp_call *call);
json_t *lsp_code_actions(struct lsp_call *call);
json_t *lsp_inlay_hints(struct lsp_call *call);
json_t *lsp_workspace_symbols(struct lsp_call *call);

/* ---- lsp_format.c --------------------------------------------------------------------------- */

/* Edits that make the text of `a` that of `b`: where no lines are joined or broken, each run of
 * lines that differ; else all between the first and the last one. */
json_t *lsp_edits_between(const struct lsp_lines *lines, struct dhs_arena *arena,
                          const struct dhs_source *a, const struct dhs_source *b);

/* ---- lsp_describe.c ------------------------------------------------------------------------- */

/* Text for people, in Markdown or plain. */
struct lsp_page {
    struct text text;
    bool markdown;
};

/* All that is known of what a mention means; nothing if nothing is. */
void lsp_describe(struct lsp_page *page, const struct lsp_analysis *analysis,
                  const struct dhs_mention *mention);

/* The declaration as it was written, on one line, without what stands in its braces. */
const char *lsp_written(struct dhs_arena *arena, const struct lsp_analysis *analysis,
                        const struct dhs_unit *unit, const struct ast_declaration *ast);

/* The models behind declarations; NULL: there is none, or an error in it. */
const struct dhs_field *lsp_field_of(const struct dhs_symbol *symbol,
                                     const struct ast_declaration *ast);

/* ---- lsp_words.c ---------------------------------------------------------------------------- */

/* One line on a word of the language: where it means that ("full", "clock", "type", ...), or a
 * keyword (""). NULL: there is none. */
const char *lsp_word(const char *context, const char *word);

/* Those of one context; NULL behind the last. */
const char *lsp_word_at(const char *context, size_t index);

/* ---- lsp_navigate.c ------------------------------------------------------------------------- */

/* Calls `visit` for each open file and each of the workspace, as far as its text is one. */
void lsp_each_file(struct lsp_call *call,
                   void (*visit)(void *context, const struct lsp_analysis *analysis),
                   void *context);

/* Calls `found` for each mention of the same declaration, in all open files and those of the
 * workspace. */
void lsp_each_mention(struct lsp_call *call, const struct lsp_analysis *analysis,
                      const struct dhs_mention *wanted,
                      void (*found)(void *context, const struct lsp_analysis *where,
                                    const struct dhs_mention *mention),
                      void *context);

#endif
