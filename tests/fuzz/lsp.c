/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any bytes to the language server: as frames, as a message, and as a text that an editor opens,
 * changes and asks about at many places. Each request has one answer; a text that was changed in
 * part is what it would be if it had been changed here.
 */
#include "property.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "lsp_server.h"
#include "lsp_wire.h"

static const char MAIN[] = "file:///nowhere/main.dhs", LIB[] = "file:///nowhere/lib.dhs";
static const char LIBRARY[] = "package lib;\nconst N: u32 = 3;\nenum E : u8 { none = 0, one = 1 }\n"
                              "struct P { x: f32; y: f32; }\nalias A = u64 @unit(\"ns\");\n"
                              "struct Box<M> { data: u8[M]; }\n";

struct session {
    struct dhs_arena *arena;
    struct lsp_server server;
    json_int_t id;
    json_t *answer; /* to the last request; owned */
};

static bool take_answer(void *context, const char *body, size_t length)
{
    struct session *s = context;
    json_t *message = json_loadb(body, length, JSON_ALLOW_NUL, NULL);

    MUST(json_is_object(message));
    if (!json_object_get(message, "method")) {
        json_decref(s->answer);
        s->answer = json_incref(message);
    }
    json_decref(message);
    return true;
}

static void send(struct session *s, json_t *message)
{
    char *body = json_dumps(message, JSON_COMPACT);

    MUST(body != NULL);
    lsp_server_take(&s->server, body, strlen(body));
    free(body);
    json_decref(message);
}

static void notify(struct session *s, const char *method, json_t *params)
{
    send(s, json_pack("{s:s, s:s, s:o}", "jsonrpc", "2.0", "method", method, "params", params));
}

/* The answer is there, and is to this request. */
static json_t *ask(struct session *s, const char *method, json_t *params)
{
    json_decref(s->answer);
    s->answer = NULL;
    s->id++;
    send(s, json_pack("{s:s, s:I, s:s, s:o}", "jsonrpc", "2.0", "id", s->id, "method", method,
                      "params", params));
    MUST(s->answer != NULL && json_integer_value(json_object_get(s->answer, "id")) == s->id);
    MUST((json_object_get(s->answer, "result") != NULL) !=
         (json_object_get(s->answer, "error") != NULL));
    return json_object_get(s->answer, "result");
}

static struct session begin(void)
{
    struct session s = { .arena = dhs_arena_new() };

    lsp_server_begin(&s.server, s.arena);
    s.server.std_dir = NULL; /* what is asked depends on nothing but the input */
    s.server.send = take_answer;
    return s;
}

static void initialize(struct session *s, bool utf8)
{
    s->server.context = s;
    json_t *capabilities =
        json_pack("{s:{s:[s]}, s:{s:{s:{s:b}}, s:{s:{}}, s:{s:b}}}", "general", "positionEncodings",
                  utf8 ? "utf-8" : "utf-16", "textDocument", "completion", "completionItem",
                  "snippetSupport", 1, "codeAction", "codeActionLiteralSupport",
                  "publishDiagnostics", "relatedInformation", 1);
    MUST(ask(s, "initialize", json_pack("{s:o}", "capabilities", capabilities)) != NULL);
}

static void end(struct session *s)
{
    lsp_server_end(&s->server);
    json_decref(s->answer);
    dhs_arena_free(s->arena);
}

static void open_text(struct session *s, const char *uri, const char *text, size_t length)
{
    notify(s, "textDocument/didOpen",
           json_pack("{s:{s:s, s:s, s:i, s:o}}", "textDocument", "uri", uri, "languageId", "dhs",
                     "version", 1, "text", lsp_string(text, length)));
}

/* ---- as frames and as a message ----------------------------------------------------------- */

static void feed_frames(const uint8_t *data, size_t size)
{
    struct lsp_input input = { .fd = memfd_create("frames", 0) };
    const char *body;
    size_t length;

    MUST(input.fd >= 0 && write(input.fd, data, size) == (ssize_t)size);
    MUST(lseek(input.fd, 0, SEEK_SET) == 0);
    while (lsp_read(&input, &body, &length) == LSP_READ_MESSAGE)
        MUST(length <= size);
    close(input.fd);
    lsp_input_free(&input);
}

static void feed_message(const uint8_t *data, size_t size)
{
    struct session s = begin();

    s.server.context = &s;
    lsp_server_take(&s.server, (const char *)data, size);
    end(&s);
}

/* ---- as a text ---------------------------------------------------------------------------- */

static json_t *place_params(struct lsp_position position)
{
    return json_pack("{s:{s:s}, s:o, s:{s:b}, s:s}", "textDocument", "uri", MAIN, "position",
                     lsp_position(position), "context", "includeDeclaration", 1, "newName",
                     "renamed");
}

static void ask_at(struct session *s, struct lsp_position position)
{
    static const char *const METHODS[] = {
        "textDocument/hover",
        "textDocument/definition",
        "textDocument/completion",
        "textDocument/references",
        "textDocument/documentHighlight",
        "textDocument/typeDefinition",
        "textDocument/prepareRename",
        "textDocument/rename",
    };

    for (size_t i = 0; i < sizeof METHODS / sizeof METHODS[0]; i++)
        ask(s, METHODS[i], place_params(position));
}

static void ask_about_all(struct session *s)
{
    static const char *const METHODS[] = { "textDocument/documentSymbol",
                                           "textDocument/foldingRange", "textDocument/formatting",
                                           "textDocument/codeAction", "textDocument/inlayHint" };
    static const struct lsp_position FIRST = { 0, 0 }, LAST = { 100000, 0 };

    for (size_t i = 0; i < sizeof METHODS / sizeof METHODS[0]; i++)
        ask(s, METHODS[i],
            json_pack("{s:{s:s}, s:{s:o, s:o}, s:{s:[]}}", "textDocument", "uri", MAIN, "range",
                      "start", lsp_position(FIRST), "end", lsp_position(LAST), "context",
                      "diagnostics"));
}

static const struct lsp_document *document(const struct session *s)
{
    const struct lsp_document *d = lsp_document_find(&s->server, MAIN);
    MUST(d != NULL);
    return d;
}

/* Replaces a stretch by another text, here and there. */
static void change(struct session *s, uint32_t from, uint32_t to, const char *text)
{
    const struct lsp_document *d = document(s);
    struct dhs_text before = { dhs_copy_text(s->arena, d->text, d->length), d->length };
    struct lsp_lines lines = lsp_lines(s->arena, before, s->server.encoding);
    struct lsp_position start = lsp_position_of(&lines, from), stop = lsp_position_of(&lines, to);
    uint32_t begin = lsp_offset_of(&lines, start), finish = lsp_offset_of(&lines, stop);
    struct dhs_text by = { text, strlen(text) };
    size_t length = 0;
    char *wanted = lsp_replace(before, begin, finish, by, &length);

    MUST(begin <= from && finish <= to);
    notify(s, "textDocument/didChange",
           json_pack("{s:{s:s, s:i}, s:[{s:{s:o, s:o}, s:s}]}", "textDocument", "uri", MAIN,
                     "version", 2, "contentChanges", "range", "start", lsp_position(start), "end",
                     lsp_position(stop), "text", text));
    d = document(s);
    MUST(d->length == length && memcmp(d->text, wanted, length) == 0);
    free(wanted);
}

static uint32_t any(uint32_t *state, size_t below)
{
    *state ^= *state << 13;
    *state ^= *state >> 17;
    *state ^= *state << 5;
    return below ? *state % (uint32_t)below : 0;
}

static void edit(const uint8_t *data, size_t size)
{
    static const char *const TYPED[] = { "@", ".", ":", "}", "{", "\"", "struct X { a: u8; }", "" };
    enum { PLACES = 3, N_TYPED = sizeof TYPED / sizeof TYPED[0] };
    uint32_t state = 2463534242U ^ (uint32_t)size * 2654435761U;
    struct session s = begin();

    initialize(&s, size % 2 == 0);
    open_text(&s, MAIN, (const char *)data, size);
    open_text(&s, LIB, LIBRARY, sizeof LIBRARY - 1);
    ask_about_all(&s);
    for (int i = 0; i < PLACES; i++) {
        struct dhs_text text = { document(&s)->text, document(&s)->length };
        struct lsp_lines lines = lsp_lines(s.arena, text, s.server.encoding);
        uint32_t at = any(&state, text.length + 1);
        ask_at(&s, lsp_position_of(&lines, at));
        uint32_t length = any(&state, 9), room = (uint32_t)text.length - at;
        change(&s, at, at + (length < room ? length : room), TYPED[any(&state, N_TYPED)]);
    }
    ask_about_all(&s);
    const json_t *result = ask(&s, "shutdown", json_null());
    MUST(json_is_null(result));
    end(&s);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    feed_frames(data, size);
    feed_message(data, size);
    edit(data, size);
    return 0;
}
