/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The life of a server, and which function answers what.
 *
 *   NEW ── initialize ──> RUNNING ── shutdown ──> SHUT_DOWN ── exit ──> EXITED, status 0
 *    │                       │
 *    └────── exit ───────────┴── exit ──> EXITED, status 1
 */
#include "lsp_server.h"

#include <stdlib.h>
#include <string.h>

#include "std_dir.h"

enum when { ALWAYS, RUNNING };

/* ---- sending ------------------------------------------------------------------------------ */

static void send_json(struct lsp_server *server, json_t *message)
{
    char *body = json_dumps(message, JSON_COMPACT);
    json_decref(message);
    if (body && !server->is_peer_gone)
        server->is_peer_gone = !server->send(server->context, body, strlen(body));
    free(body);
}

void lsp_notify(struct lsp_server *server, const char *method, json_t *params)
{
    send_json(server,
              json_pack("{s:s, s:s, s:o}", "jsonrpc", "2.0", "method", method, "params", params));
}

void lsp_request(struct lsp_server *server, const char *method, json_t *params)
{
    json_t *request = json_pack("{s:s, s:I, s:s}", "jsonrpc", "2.0", "id", ++server->n_requests,
                                "method", method);
    if (params) json_object_set_new(request, "params", params);
    send_json(server, request);
}

void lsp_complain(struct lsp_server *server, const char *message)
{
    lsp_notify(server, "window/logMessage",
               json_pack("{s:i, s:o}", "type", 1, "message", lsp_string(message, strlen(message))));
}

json_t *lsp_fail(struct lsp_call *call, int code, const char *message)
{
    call->code = code;
    call->message = message;
    return NULL;
}

static void answer(struct lsp_server *server, const json_t *id, json_t *result)
{
    json_t *copy = id ? json_deep_copy(id) : json_null();
    send_json(server, json_pack("{s:s, s:o, s:o}", "jsonrpc", "2.0", "id", copy, "result",
                                result ? result : json_null()));
}

static void refuse(struct lsp_server *server, const json_t *id, int code, const char *message)
{
    json_t *copy = id ? json_deep_copy(id) : json_null();
    send_json(server, json_pack("{s:s, s:o, s:{s:i, s:o}}", "jsonrpc", "2.0", "id", copy, "error",
                                "code", code, "message", lsp_string(message, strlen(message))));
}

/* ---- initialize --------------------------------------------------------------------------- */

static void read_client(struct lsp_server *server, const json_t *all)
{
    const json_t *text = json_object_get(all, "textDocument");
    const json_t *formats = lsp_member(text, "completion.completionItem.documentationFormat");
    server->client = (struct lsp_client){
        .markdown = lsp_list_has(lsp_member(text, "hover.contentFormat"), "markdown"),
        .markdown_docs = lsp_list_has(formats, "markdown"),
        .related = lsp_is_true(text, "publishDiagnostics.relatedInformation"),
        .tags = lsp_member(text, "publishDiagnostics.tagSupport") != NULL,
        .hierarchical = lsp_is_true(text, "documentSymbol.hierarchicalDocumentSymbolSupport"),
        .snippets = lsp_is_true(text, "completion.completionItem.snippetSupport"),
        .versioned_edits = lsp_is_true(all, "workspace.workspaceEdit.documentChanges"),
        .literal_actions = lsp_member(text, "codeAction.codeActionLiteralSupport") != NULL,
        .watches = lsp_is_true(all, "workspace.didChangeWatchedFiles.dynamicRegistration"),
        .hints_refresh = lsp_is_true(all, "workspace.inlayHint.refreshSupport"),
    };
    bool utf8 = lsp_list_has(lsp_member(all, "general.positionEncodings"), "utf-8");
    server->encoding = utf8 ? LSP_UTF8 : LSP_UTF16;
}

static void append(struct lsp_server *server, struct strings_list *list, const char *item)
{
    const char **larger = dhs_alloc_array(server->arena, list->n + 1, sizeof *larger);
    if (list->n) memcpy(larger, list->items, list->n * sizeof *larger);
    larger[list->n++] = dhs_copy_text(server->arena, item, strlen(item));
    list->items = larger;
}

static void add_folder(struct lsp_server *server, const json_t *uri)
{
    char *path = json_is_string(uri) ? lsp_path_of(json_string_value(uri)) : NULL;
    if (path && path[0] == '/') append(server, &server->folders, path);
    free(path);
}

static void read_folders(struct lsp_server *server, const json_t *params)
{
    const json_t *folders = json_object_get(params, "workspaceFolders");
    for (size_t i = 0; i < json_array_size(folders); i++)
        add_folder(server, json_object_get(json_array_get(folders, i), "uri"));
    if (server->folders.n == 0) add_folder(server, json_object_get(params, "rootUri"));
}

/* As -I, from the settings of an editor; not absolute ones are of the workspace. */
static void read_import_dirs(struct lsp_server *server, const json_t *params)
{
    const json_t *dirs = lsp_member(params, "initializationOptions.importDirs");
    for (size_t i = 0; i < json_array_size(dirs); i++) {
        const char *dir = json_string_value(json_array_get(dirs, i));
        if (!dir || !*dir) continue;
        bool below = dir[0] != '/' && server->folders.n > 0;
        append(server, &server->import_dirs,
               below ? dhs_printf(server->arena, "%s/%s", server->folders.items[0], dir) : dir);
    }
}

static json_t *capabilities(const struct lsp_server *server)
{
    return json_pack("{s:s, s:{s:b, s:i, s:{s:b}}, s:b, s:b, s:b, s:b, s:b, s:b, s:b, s:b, s:b,"
                     " s:b, s:{s:[s,s]}, s:{s:b}, s:{s:[s,s,s,s,s,s]}}",
                     "positionEncoding", server->encoding == LSP_UTF8 ? "utf-8" : "utf-16",
                     "textDocumentSync", "openClose", 1, "change", 2, "save", "includeText", 0,
                     "hoverProvider", 1, "definitionProvider", 1, "typeDefinitionProvider", 1,
                     "referencesProvider", 1, "documentHighlightProvider", 1,
                     "documentSymbolProvider", 1, "documentFormattingProvider", 1,
                     "workspaceSymbolProvider", 1, "foldingRangeProvider", 1, "inlayHintProvider",
                     1, "codeActionProvider", "codeActionKinds", "quickfix", "source.fixAll",
                     "renameProvider", "prepareProvider", 1, "completionProvider",
                     "triggerCharacters", "@", ".", ":", "\"", "/", "(");
}

static json_t *initialize(struct lsp_call *call)
{
    struct lsp_server *server = call->server;
    if (server->state != LSP_NEW)
        return lsp_fail(call, LSP_INVALID_REQUEST, "the server is initialized already");
    if (!json_is_object(json_object_get(call->params, "capabilities")))
        return lsp_fail(call, LSP_INVALID_PARAMS, "the parameters hold no 'capabilities'");
    read_client(server, json_object_get(call->params, "capabilities"));
    read_folders(server, call->params);
    read_import_dirs(server, call->params);
    server->state = LSP_RUNNING;
    return json_pack("{s:o, s:{s:s, s:s}}", "capabilities", capabilities(server), "serverInfo",
                     "name", "dhgen", "version", DHGEN_VERSION);
}

/* Files that nobody has open change too: another branch is checked out, a generator has run. */
static void initialized(struct lsp_call *call)
{
    struct lsp_server *server = call->server;
    if (!server->client.watches) return;
    json_t *watchers = json_pack("[{s:s}]", "globPattern", "**/*.dhs");
    json_t *registration =
        json_pack("{s:s, s:s, s:{s:o}}", "id", "files", "method", "workspace/didChangeWatchedFiles",
                  "registerOptions", "watchers", watchers);
    lsp_request(server, "client/registerCapability",
                json_pack("{s:[o]}", "registrations", registration));
}

static json_t *shut_down(struct lsp_call *call)
{
    call->server->state = LSP_SHUT_DOWN;
    return json_null();
}

static void leave(struct lsp_call *call)
{
    call->server->status = call->server->state == LSP_SHUT_DOWN ? EXIT_SUCCESS : EXIT_FAILURE;
    call->server->state = LSP_EXITED;
}

static void ignore(struct lsp_call *call)
{
    (void)call;
}

/* ---- which is what ------------------------------------------------------------------------ */

static const struct request {
    const char *method;
    enum when when;
    json_t *(*run)(struct lsp_call *call);
} REQUESTS[] = {
    { "initialize", ALWAYS, initialize },
    { "shutdown", RUNNING, shut_down },
    { "textDocument/hover", RUNNING, lsp_hover },
    { "textDocument/definition", RUNNING, lsp_definition },
    { "textDocument/typeDefinition", RUNNING, lsp_type_definition },
    { "textDocument/references", RUNNING, lsp_references },
    { "textDocument/documentHighlight", RUNNING, lsp_highlight },
    { "textDocument/documentSymbol", RUNNING, lsp_document_symbols },
    { "textDocument/foldingRange", RUNNING, lsp_folding_ranges },
    { "textDocument/completion", RUNNING, lsp_completion },
    { "textDocument/formatting", RUNNING, lsp_formatting },
    { "textDocument/codeAction", RUNNING, lsp_code_actions },
    { "textDocument/inlayHint", RUNNING, lsp_inlay_hints },
    { "textDocument/prepareRename", RUNNING, lsp_prepare_rename },
    { "textDocument/rename", RUNNING, lsp_rename },
    { "workspace/symbol", RUNNING, lsp_workspace_symbols },
};

static const struct notice {
    const char *method;
    enum when when;
    void (*run)(struct lsp_call *call);
} NOTICES[] = {
    { "exit", ALWAYS, leave },
    { "initialized", RUNNING, initialized },
    { "textDocument/didOpen", RUNNING, lsp_did_open },
    { "textDocument/didChange", RUNNING, lsp_did_change },
    { "textDocument/didClose", RUNNING, lsp_did_close },
    { "textDocument/didSave", RUNNING, ignore },
    { "workspace/didChangeWatchedFiles", RUNNING, lsp_files_changed },
};

static const struct request *find_request(const char *method)
{
    for (size_t i = 0; i < sizeof REQUESTS / sizeof REQUESTS[0]; i++)
        if (strcmp(REQUESTS[i].method, method) == 0) return &REQUESTS[i];
    return NULL;
}

static const struct notice *find_notice(const char *method)
{
    for (size_t i = 0; i < sizeof NOTICES / sizeof NOTICES[0]; i++)
        if (strcmp(NOTICES[i].method, method) == 0) return &NOTICES[i];
    return NULL;
}

/* An answer is about texts whose diagnostics were seen: they go out first. */
static void take_request(struct lsp_call *call, const json_t *id, const char *method)
{
    struct lsp_server *server = call->server;
    const struct request *request = find_request(method);
    bool early = server->state == LSP_NEW && (!request || request->when == RUNNING);
    if (early) {
        refuse(server, id, LSP_NOT_INITIALIZED, "the first request is 'initialize'");
        return;
    }
    if (server->state == LSP_SHUT_DOWN) {
        refuse(server, id, LSP_INVALID_REQUEST, "the server was shut down: only 'exit' may follow");
        return;
    }
    lsp_report(server);
    if (!request) {
        lsp_fail(call, LSP_METHOD_NOT_FOUND,
                 dhs_printf(call->arena, "there is no method '%s' here", method));
        refuse(server, id, call->code, call->message);
        return;
    }
    json_t *result = request->run(call);
    if (call->code)
        refuse(server, id, call->code, call->message);
    else
        answer(server, id, result);
}

static void take_notice(struct lsp_call *call, const char *method)
{
    const struct notice *notice = find_notice(method);
    if (notice && (notice->when == ALWAYS || call->server->state == LSP_RUNNING)) notice->run(call);
}

static void take_message(struct lsp_call *call, const json_t *message)
{
    const json_t *id = json_object_get(message, "id");
    const char *method = json_string_value(json_object_get(message, "method"));
    bool is_answer =
        !method && id && (json_object_get(message, "result") || json_object_get(message, "error"));
    call->params = json_object_get(message, "params");
    if (is_answer) return; /* to a request of ours, none of which waits for it */
    if (id && !json_is_string(id) && !json_is_integer(id))
        refuse(call->server, NULL, LSP_INVALID_REQUEST, "an 'id' is a number or a string");
    else if (!method)
        refuse(call->server, id, LSP_INVALID_REQUEST, "a message has a 'method'");
    else if (id)
        take_request(call, id, method);
    else
        take_notice(call, method);
}

void lsp_server_take(struct lsp_server *server, const char *body, size_t length)
{
    json_error_t error;
    json_t *message = json_loadb(body, length, JSON_ALLOW_NUL, &error);
    struct lsp_call call = { .server = server, .arena = dhs_arena_new() };
    if (!message)
        refuse(server, NULL, LSP_PARSE_ERROR,
               dhs_printf(call.arena, "this is not JSON: %s, at byte %d", error.text,
                          error.position));
    else if (!json_is_object(message))
        refuse(server, NULL, LSP_INVALID_REQUEST, "a message is an object");
    else
        take_message(&call, message);
    json_decref(message);
    dhs_arena_free(call.arena);
}

void lsp_server_begin(struct lsp_server *server, struct dhs_arena *arena)
{
    server->arena = arena;
    server->status = EXIT_FAILURE;
    server->encoding = LSP_UTF16;
    server->std_dir = std_dir(arena);
}

void lsp_server_end(struct lsp_server *server)
{
    lsp_documents_free(server);
    lsp_published_free(server);
}
