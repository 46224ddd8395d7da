/* SPDX-License-Identifier: Apache-2.0 */
/* Parts of the language server that transcripts (tests/golden/lsp) cannot look into. */
#include <check.h>
#include <malloc.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "grammar.h"
#include "lsp_server.h"
#include "lsp_wire.h"

/* ---- words -------------------------------------------------------------------------------- */

static const char *line_of(const char *word)
{
    const char *line = lsp_word("", word);
    return line ? line : lsp_word("type", word);
}

START_TEST(every_keyword_has_its_line)
{
    enum { MORE_THAN_THERE_ARE = 250 };
    int seen = 0;
    for (int kind = 1; kind < MORE_THAN_THERE_ARE; kind++) {
        if (!dhs_is_word(kind) || kind == TOKEN_WORD) continue;
        const char *word = dhs_token_title(kind);
        ck_assert_msg(line_of(word) != NULL, "no line for '%s' in lsp_words.c", word);
        seen++;
    }
    ck_assert_int_gt(seen, 15);
}
END_TEST

START_TEST(every_builtin_type_and_clock_has_its_line_and_nothing_else_has)
{
    const char *word;
    for (int s = DHS_BOOL; s <= DHS_F64; s++)
        ck_assert_ptr_nonnull(lsp_word("type", dhs_scalar_name((enum dhs_scalar)s)));
    for (size_t i = 0; (word = lsp_word_at("type", i)); i++)
        ck_assert_msg(dhs_is_builtin(word), "'%s' is no type", word);
    for (size_t i = 0; (word = dhs_clock_at(i)); i++)
        ck_assert_msg(lsp_word("clock", word) != NULL, "no line for the clock '%s'", word);
}
END_TEST

START_TEST(every_attribute_tells_what_it_says_and_how_it_is_written)
{
    struct dhs_attribute_info info;
    for (size_t i = 0; dhs_attribute_at(i, &info); i++) {
        ck_assert_msg(info.usage[0] == '@' && *info.summary, "@%s", info.name);
        ck_assert_int_eq(strncmp(info.usage + 1, info.name, strlen(info.name)), 0);
    }
}
END_TEST

/* ---- places ------------------------------------------------------------------------------- */

/* Letters of one to four bytes, and all ends of lines. */
static const char *const PIECES[] = { "a",  "\xc3\xa9", "\xe2\x82\xac", "\xf0\x9d\x84\x9e",
                                      "\n", "\r\n",     "\r",           " ",
                                      "" };
enum { N_PIECES = sizeof PIECES / sizeof PIECES[0] };

static uint32_t state = 2463534242;

static uint32_t any(uint32_t below)
{
    state ^= state << 13;
    state ^= state >> 17;
    state ^= state << 5;
    return state % below;
}

/* What lies beyond U+FFFF counts double; a line's end is none of its characters. */
static struct lsp_position count(const char *text, size_t offset, enum lsp_encoding encoding)
{
    struct lsp_position at = { 0, 0 };
    for (size_t i = 0; i < offset; i++) {
        unsigned char c = (unsigned char)text[i];
        bool is_return = c == '\r' && !(text[i + 1] == '\n' && i + 1 < offset);
        if (c == '\n' || is_return) {
            at.line++;
            at.character = 0;
        } else if (c != '\r') {
            bool continues = (c & 0xc0U) == 0x80U;
            at.character += encoding == LSP_UTF8 ? 1 : continues ? 0 : c >= 0xf0 ? 2 : 1;
        }
    }
    return at;
}

static void check_places(const char *text, size_t length, enum lsp_encoding encoding)
{
    struct dhs_arena *arena = dhs_arena_new();
    struct lsp_lines lines = lsp_lines(arena, (struct dhs_text){ text, length }, encoding);
    for (uint32_t offset = 0; offset <= length; offset++) {
        bool inside = offset < length && ((unsigned char)text[offset] & 0xc0U) == 0x80U;
        bool in_end = offset && text[offset - 1] == '\r' && text[offset] == '\n';
        if (inside || in_end) continue;
        struct lsp_position wanted = count(text, offset, encoding);
        struct lsp_position got = lsp_position_of(&lines, offset);
        ck_assert_uint_eq(got.line, wanted.line);
        ck_assert_uint_eq(got.character, wanted.character);
        ck_assert_uint_eq(lsp_offset_of(&lines, got), offset);
    }
    dhs_arena_free(arena);
}

START_TEST(places_are_counted_as_by_hand_and_lead_back)
{
    for (int round = 0; round < 3000; round++) {
        char text[128] = "";
        for (uint32_t n = any(20); n > 0; n--)
            strcat(text, PIECES[any(N_PIECES)]);
        check_places(text, strlen(text), LSP_UTF8);
        check_places(text, strlen(text), LSP_UTF16);
    }
}
END_TEST

START_TEST(a_place_inside_of_a_character_is_its_start_and_one_behind_a_line_its_end)
{
    static const char TEXT[] = "a\xf0\x9d\x84\x9e"
                               "b\r\nc";
    struct dhs_arena *arena = dhs_arena_new();
    struct lsp_lines lines =
        lsp_lines(arena, (struct dhs_text){ TEXT, sizeof TEXT - 1 }, LSP_UTF16);
    ck_assert_uint_eq(lsp_offset_of(&lines, (struct lsp_position){ 0, 2 }), 1);
    ck_assert_uint_eq(lsp_offset_of(&lines, (struct lsp_position){ 0, 3 }), 5);
    ck_assert_uint_eq(lsp_offset_of(&lines, (struct lsp_position){ 0, 99 }), 6);
    ck_assert_uint_eq(lsp_offset_of(&lines, (struct lsp_position){ 1, 0 }), 8);
    ck_assert_uint_eq(lsp_offset_of(&lines, (struct lsp_position){ 7, 0 }), sizeof TEXT - 1);
    ck_assert_uint_eq(lsp_position_of(&lines, 7).character, 4); /* between CR and LF */
    ck_assert_uint_eq(lsp_position_of(&lines, 3).character, 1);
    dhs_arena_free(arena);
}
END_TEST

START_TEST(paths_and_uris_lead_to_each_other)
{
    static const char *const PATHS[] = { "/a/b.dhs", "/with blank/\xc3\xa9#?%.dhs", "/" };
    struct dhs_arena *arena = dhs_arena_new();
    for (size_t i = 0; i < sizeof PATHS / sizeof PATHS[0]; i++) {
        char *path = lsp_path_of(lsp_uri_of(arena, PATHS[i]));
        ck_assert_str_eq(path, PATHS[i]);
        free(path);
    }
    static const struct {
        const char *uri;
        const char *path;
    } OTHERS[] = { { "file://host/a", "/a" },
                   { "untitled:1", "untitled:1" },
                   { "file:///a%2fb%zz%", "/a/b%zz%" },
                   { "file:///a%00b", "/a%00b" },
                   { "file://", "file://" } };
    for (size_t i = 0; i < sizeof OTHERS / sizeof OTHERS[0]; i++) {
        char *path = lsp_path_of(OTHERS[i].uri);
        ck_assert_str_eq(path, OTHERS[i].path);
        free(path);
    }
    ck_assert_str_eq(lsp_uri_of(arena, "/a b"), "file:///a%20b");
    dhs_arena_free(arena);
}
END_TEST

/* ---- frames ------------------------------------------------------------------------------- */

START_TEST(frames_that_come_in_pieces_are_put_together)
{
    static const char FRAMES[] = "Content-Length: 2\r\n\r\n{}Content-Length: 3\r\n\r\n[1]";
    struct lsp_input input = { .fd = -1 };
    const char *body;
    size_t length;
    int ends[2];
    ck_assert_int_eq(pipe(ends), 0);
    input.fd = ends[0];
    pid_t child = fork();
    if (child == 0) {
        for (size_t i = 0; i + 1 < sizeof FRAMES; i++)
            if (write(ends[1], FRAMES + i, 1) != 1) _exit(1);
        _exit(0);
    }
    close(ends[1]);
    ck_assert_int_eq(lsp_read(&input, &body, &length), LSP_READ_MESSAGE);
    ck_assert(length == 2 && memcmp(body, "{}", 2) == 0);
    ck_assert_int_eq(lsp_read(&input, &body, &length), LSP_READ_MESSAGE);
    ck_assert(length == 3 && memcmp(body, "[1]", 3) == 0);
    ck_assert_int_eq(lsp_read(&input, &body, &length), LSP_READ_END);
    close(ends[0]);
    lsp_input_free(&input);
}
END_TEST

/* ---- memory ------------------------------------------------------------------------------- */

static bool drop(void *context, const char *body, size_t length)
{
    size_t *sent = context;
    (void)body;
    *sent += length;
    return true;
}

static void take(struct lsp_server *server, const char *message)
{
    lsp_server_take(server, message, strlen(message));
    lsp_report(server);
}

/* A name is typed, one letter more each time, then taken back; each time something is asked. */
static void type(struct lsp_server *server, int rounds)
{
    static const char CHANGE[] =
        "{\"jsonrpc\":\"2.0\",\"method\":\"textDocument/didChange\",\"params\":{\"textDocument\":"
        "{\"uri\":\"file:///nowhere/a.dhs\",\"version\":%d},\"contentChanges\":[{\"range\":"
        "{\"start\":{\"line\":1,\"character\":%d},\"end\":{\"line\":1,\"character\":%d}},"
        "\"text\":\"%s\"}]}}";
    static const char *const QUESTIONS[] = { "hover",          "completion", "references", "rename",
                                             "documentSymbol", "formatting", "definition" };
    for (int i = 0; i < rounds; i++) {
        char message[512];
        bool is_last = i % 20 == 19;
        int column = is_last ? 11 : 11 + i % 20;
        snprintf(message, sizeof message, CHANGE, i, column, is_last ? 30 : column,
                 is_last ? "" : "x");
        take(server, message);
        snprintf(message, sizeof message,
                 "{\"jsonrpc\":\"2.0\",\"id\":%d,\"method\":\"textDocument/%s\",\"params\":"
                 "{\"textDocument\":{\"uri\":\"file:///nowhere/a.dhs\"},\"newName\":\"y\","
                 "\"position\":{\"line\":1,\"character\":12}}}",
                 i, QUESTIONS[(size_t)i % (sizeof QUESTIONS / sizeof QUESTIONS[0])]);
        take(server, message);
    }
}

START_TEST(two_thousand_changes_leave_no_memory_behind)
{
    static const char OPEN[] =
        "{\"jsonrpc\":\"2.0\",\"method\":\"textDocument/didOpen\",\"params\":{\"textDocument\":"
        "{\"uri\":\"file:///nowhere/a.dhs\",\"languageId\":\"dhs\",\"version\":1,\"text\":"
        "\"package a;\\nstruct S { v: u32; w: nope; }\\nchannel c version 1 { slot: S; slots: 1; "
        "full: wait; }\\n\"}}}";
    static const char HELLO[] = "{\"jsonrpc\":\"2.0\",\"id\":0,\"method\":\"initialize\","
                                "\"params\":{\"capabilities\":{}}}";
    struct dhs_arena *arena = dhs_arena_new();
    size_t sent = 0;
    struct lsp_server server = { .send = drop, .context = &sent };
    lsp_server_begin(&server, arena);
    take(&server, HELLO);
    take(&server, OPEN);
    type(&server, 1400); /* until the allocator knows what is needed */
    size_t before = mallinfo2().uordblks, kept = dhs_arena_bytes(arena);
    type(&server, 2800);
    ck_assert_uint_le(mallinfo2().uordblks, before + 4096);
    ck_assert_uint_eq(dhs_arena_bytes(arena), kept);
    ck_assert_uint_gt(sent, 100000);
    lsp_server_end(&server);
    dhs_arena_free(arena);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("lsp");
    TCase *words = tcase_create("words"), *places = tcase_create("places");
    TCase *frames = tcase_create("frames"), *memory = tcase_create("memory");
    tcase_add_test(words, every_keyword_has_its_line);
    tcase_add_test(words, every_builtin_type_and_clock_has_its_line_and_nothing_else_has);
    tcase_add_test(words, every_attribute_tells_what_it_says_and_how_it_is_written);
    tcase_add_test(places, places_are_counted_as_by_hand_and_lead_back);
    tcase_add_test(places,
                   a_place_inside_of_a_character_is_its_start_and_one_behind_a_line_its_end);
    tcase_add_test(places, paths_and_uris_lead_to_each_other);
    tcase_add_test(frames, frames_that_come_in_pieces_are_put_together);
    tcase_add_test(memory, two_thousand_changes_leave_no_memory_behind);
    tcase_set_timeout(memory, 100);
    suite_add_tcase(suite, words);
    suite_add_tcase(suite, places);
    suite_add_tcase(suite, frames);
    suite_add_tcase(suite, memory);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
