/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Diagnostics for editors and scripts: docs/reference/diagnostics-json.md says what stands here.
 * Names are only added; whatever would break a reader raises the version.
 */
#include <string.h>

#include "diag_list.h"
#include "json.h"
#include "source.h"

enum { JSON_VERSION = 1 };

/* The members that say where: of a diagnostic, of a note, of an edit. */
static void write_place(struct dhs_json *json, struct dhs_span span)
{
    uint32_t line, column, end_line, end_column;
    if (!span.source) return;
    dhs_span_position(span, &line, &column);
    uint32_t length = dhs_span_end(span, &end_line, &end_column);
    dhs_json_text(json, "file", dhs_span_path(span));
    dhs_json_number(json, "line", line);
    dhs_json_number(json, "column", column);
    dhs_json_number(json, "end_line", end_line);
    dhs_json_number(json, "end_column", end_column);
    dhs_json_number(json, "offset", span.offset);
    dhs_json_number(json, "length", length);
}

static void write_notes(struct dhs_json *json, const struct dhs_note *note)
{
    dhs_json_open(json, "notes", '[');
    for (; note; note = note->next) {
        dhs_json_open(json, NULL, '{');
        write_place(json, note->span);
        dhs_json_text(json, "text", note->text);
        dhs_json_close(json, '}');
    }
    dhs_json_close(json, ']');
}

static void write_edits(struct dhs_json *json, const struct dhs_fix *fix)
{
    dhs_json_open(json, "edits", '[');
    for (; fix; fix = fix->next) {
        dhs_json_open(json, NULL, '{');
        write_place(json, fix->span);
        dhs_json_text(json, "text", fix->text);
        dhs_json_close(json, '}');
    }
    dhs_json_close(json, ']');
}

static void write_diagnostic(struct dhs_json *json, const struct dhs_diagnostic *d, bool is_error)
{
    dhs_json_open(json, NULL, '{');
    dhs_json_text(json, "code", d->info->id);
    dhs_json_text(json, "severity", is_error ? "error" : "warning");
    dhs_json_text(json, "message", d->message);
    write_place(json, d->span);
    if (d->label) dhs_json_text(json, "label", d->label);
    if (d->help) dhs_json_text(json, "help", d->help);
    write_notes(json, d->notes);
    write_edits(json, d->fixes);
    dhs_json_close(json, '}');
}

void dhs_render_json(const struct dhs_diag *diag, FILE *out)
{
    struct dhs_json json = { .out = out };
    size_t n = 0;
    const struct dhs_diagnostic *const *sorted = dhs_diag_sorted(diag, &n);
    size_t n_errors = dhs_diag_errors(diag), n_warnings = dhs_diag_warnings(diag);

    dhs_json_open(&json, NULL, '{');
    dhs_json_number(&json, "version", JSON_VERSION);
    dhs_json_number(&json, "errors", n_errors);
    dhs_json_number(&json, "warnings", n_warnings);
    dhs_json_number(&json, "not_listed", n_errors + n_warnings - n);
    dhs_json_open(&json, "diagnostics", '[');
    for (size_t i = 0; i < n; i++)
        write_diagnostic(&json, sorted[i], dhs_is_error(diag, sorted[i]));
    dhs_json_close(&json, ']');
    dhs_json_close(&json, '}');
}
