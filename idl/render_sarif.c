/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Diagnostics as SARIF 2.1.0, which code hosts and editors show beside the line. The same input
 * gives the same bytes: no times, no machine, and paths relative to the working folder.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "diag_list.h"
#include "json.h"
#include "source.h"

struct sarif {
    struct dhs_json json;
    struct dhs_arena *arena;
    const struct dhs_diag *diag;
    const struct dhs_diagnostic *const *sorted;
    size_t n;
};

/* ---- where -------------------------------------------------------------------------------- */

/* Below the working folder without it: a report is read where the tree lies elsewhere. */
static const char *relative(struct dhs_arena *arena, const char *path)
{
    char *here = path[0] == '/' ? getcwd(NULL, 0) : NULL;
    size_t length = here ? strlen(here) : 0;
    bool below = length > 1 && strncmp(path, here, length) == 0 && path[length] == '/';
    free(here);
    if (below) return path + length + 1;
    while (strncmp(path, "./", 2) == 0)
        path += 2;
    return path[0] == '/' ? dhs_printf(arena, "file://%s", path) : path;
}

static const char *uri_of(struct dhs_arena *arena, const char *path)
{
    static const char hex[] = "0123456789ABCDEF";
    const char *plain = relative(arena, path);
    bool has_scheme = strncmp(plain, "file://", 7) == 0;
    char *uri = dhs_alloc(arena, 3 * strlen(plain) + 1), *end = uri;
    for (const char *at = plain; *at; at++) {
        unsigned char c = (unsigned char)*at;
        bool kept = c < 0x80 && (isalnum(c) || strchr("-._~/+", c) ||
                                 (c == ':' && has_scheme && at - plain == 4));
        if (!kept) {
            *end++ = '%';
            *end++ = hex[c >> 4];
        }
        *end++ = kept ? (char)c : hex[c & 15];
    }
    return uri;
}

static void write_artifact(struct sarif *s, struct dhs_span span)
{
    dhs_json_open(&s->json, "artifactLocation", '{');
    dhs_json_text(&s->json, "uri", uri_of(s->arena, dhs_span_path(span)));
    dhs_json_close(&s->json, '}');
}

static void write_region(struct sarif *s, const char *name, struct dhs_span span)
{
    uint32_t line, column, end_line, end_column;
    dhs_span_position(span, &line, &column);
    uint32_t length = dhs_span_end(span, &end_line, &end_column);
    dhs_json_open(&s->json, name, '{');
    dhs_json_number(&s->json, "startLine", line);
    dhs_json_number(&s->json, "startColumn", column);
    dhs_json_number(&s->json, "endLine", end_line);
    dhs_json_number(&s->json, "endColumn", end_column);
    dhs_json_number(&s->json, "byteOffset", span.offset);
    dhs_json_number(&s->json, "byteLength", length);
    dhs_json_close(&s->json, '}');
}

static void write_message(struct sarif *s, const char *name, const char *text)
{
    dhs_json_open(&s->json, name, '{');
    dhs_json_text(&s->json, "text", text);
    dhs_json_close(&s->json, '}');
}

static void write_location(struct sarif *s, struct dhs_span span, const char *text)
{
    dhs_json_open(&s->json, NULL, '{');
    if (span.source) {
        dhs_json_open(&s->json, "physicalLocation", '{');
        write_artifact(s, span);
        write_region(s, "region", span);
        dhs_json_close(&s->json, '}');
    }
    if (text) write_message(s, "message", text);
    dhs_json_close(&s->json, '}');
}

/* ---- rules: the rows of diag.def that are in the report ----------------------------------- */

static bool is_used(const struct sarif *s, const struct dhs_diag_info *info)
{
    for (size_t i = 0; i < s->n; i++)
        if (s->sorted[i]->info == info) return true;
    return false;
}

static uint64_t rule_index(const struct sarif *s, const struct dhs_diag_info *wanted)
{
    uint64_t index = 0;
    const struct dhs_diag_info *info;
    for (size_t i = 0; (info = dhs_diag_info_at(i)) && info != wanted; i++)
        index += is_used(s, info);
    return index;
}

static void write_rule(struct sarif *s, const struct dhs_diag_info *info)
{
    dhs_json_open(&s->json, NULL, '{');
    dhs_json_text(&s->json, "id", info->id);
    write_message(s, "shortDescription", info->title);
    write_message(s, "fullDescription", info->explanation);
    write_message(s, "help",
                  dhs_printf(s->arena, "%s\n\nWith an example: dhgen explain %s", info->explanation,
                             info->id));
    dhs_json_open(&s->json, "defaultConfiguration", '{');
    dhs_json_text(&s->json, "level", info->severity == DHS_ERROR ? "error" : "warning");
    dhs_json_close(&s->json, '}');
    dhs_json_close(&s->json, '}');
}

static void write_tool(struct sarif *s)
{
    const struct dhs_diag_info *info;
    dhs_json_open(&s->json, "tool", '{');
    dhs_json_open(&s->json, "driver", '{');
    dhs_json_text(&s->json, "name", "dhgen");
    dhs_json_text(&s->json, "version", DHS_VERSION);
    dhs_json_open(&s->json, "rules", '[');
    for (size_t i = 0; (info = dhs_diag_info_at(i)); i++)
        if (is_used(s, info)) write_rule(s, info);
    dhs_json_close(&s->json, ']');
    dhs_json_close(&s->json, '}');
    dhs_json_close(&s->json, '}');
}

/* ---- results ------------------------------------------------------------------------------ */

/* The help goes into the message: few viewers show anything else. */
static void write_text(struct sarif *s, const struct dhs_diagnostic *d)
{
    const char *text = d->message;
    if (d->label) text = dhs_printf(s->arena, "%s: %s", text, d->label);
    for (const struct dhs_note *note = d->notes; note; note = note->next)
        if (!note->span.source) text = dhs_printf(s->arena, "%s\n%s", text, note->text);
    if (d->help) text = dhs_printf(s->arena, "%s\nhelp: %s", text, d->help);
    write_message(s, "message", text);
}

static void write_related(struct sarif *s, const struct dhs_note *note)
{
    dhs_json_open(&s->json, "relatedLocations", '[');
    for (; note; note = note->next)
        if (note->span.source) write_location(s, note->span, note->text);
    dhs_json_close(&s->json, ']');
}

/* All edits of a diagnostic lie in one file, and are one fix. */
static void write_fix(struct sarif *s, const struct dhs_diagnostic *d)
{
    dhs_json_open(&s->json, "fixes", '[');
    dhs_json_open(&s->json, NULL, '{');
    if (d->help) write_message(s, "description", d->help);
    dhs_json_open(&s->json, "artifactChanges", '[');
    dhs_json_open(&s->json, NULL, '{');
    write_artifact(s, d->fixes->span);
    dhs_json_open(&s->json, "replacements", '[');
    for (const struct dhs_fix *fix = d->fixes; fix; fix = fix->next) {
        dhs_json_open(&s->json, NULL, '{');
        write_region(s, "deletedRegion", fix->span);
        if (*fix->text) write_message(s, "insertedContent", fix->text);
        dhs_json_close(&s->json, '}');
    }
    dhs_json_close(&s->json, ']');
    dhs_json_close(&s->json, '}');
    dhs_json_close(&s->json, ']');
    dhs_json_close(&s->json, '}');
    dhs_json_close(&s->json, ']');
}

static void write_result(struct sarif *s, const struct dhs_diagnostic *d)
{
    dhs_json_open(&s->json, NULL, '{');
    dhs_json_text(&s->json, "ruleId", d->info->id);
    dhs_json_number(&s->json, "ruleIndex", rule_index(s, d->info));
    dhs_json_text(&s->json, "level", dhs_is_error(s->diag, d) ? "error" : "warning");
    write_text(s, d);
    dhs_json_open(&s->json, "locations", '[');
    if (d->span.source) write_location(s, d->span, NULL);
    dhs_json_close(&s->json, ']');
    if (d->notes) write_related(s, d->notes);
    if (d->fixes) write_fix(s, d);
    dhs_json_close(&s->json, '}');
}

void dhs_render_sarif(const struct dhs_diag *diag, FILE *out)
{
    struct sarif s = { .json = { .out = out }, .arena = dhs_arena_new(), .diag = diag };
    s.sorted = dhs_diag_sorted(diag, &s.n);
    dhs_json_open(&s.json, NULL, '{');
    dhs_json_text(&s.json, "$schema", "https://json.schemastore.org/sarif-2.1.0.json");
    dhs_json_text(&s.json, "version", "2.1.0");
    dhs_json_open(&s.json, "runs", '[');
    dhs_json_open(&s.json, NULL, '{');
    write_tool(&s);
    dhs_json_text(&s.json, "columnKind", "unicodeCodePoints");
    dhs_json_open(&s.json, "results", '[');
    for (size_t i = 0; i < s.n; i++)
        write_result(&s, s.sorted[i]);
    dhs_json_close(&s.json, ']');
    dhs_json_close(&s.json, '}');
    dhs_json_close(&s.json, ']');
    dhs_json_close(&s.json, '}');
    dhs_arena_free(s.arena);
}
