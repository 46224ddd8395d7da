/* SPDX-License-Identifier: Apache-2.0 */
/* The one door to all forms; what people get ends in a count. */
#include "diag_list.h"

enum { MAX_ERRORS_SHOWN = 20 };

static void print_short(const struct dhs_diagnostic *d, bool is_error, FILE *out)
{
    uint32_t line, column;
    dhs_span_position(d->span, &line, &column);
    if (d->span.source)
        fprintf(out, "%s:%u:%u: ", dhs_span_path(d->span), line, column);
    else
        fputs("dhgen: ", out);
    fprintf(out, "%s: %s [%s]\n", is_error ? "error" : "warning", d->message, d->info->id);
}

static void print_count(FILE *out, size_t n_errors, size_t n_warnings, size_t hidden)
{
    if (hidden)
        fprintf(out, "dhgen: %zu more error%s not shown; mend the first ones and run again\n",
                hidden, hidden == 1 ? "" : "s");
    if (hidden || n_errors + n_warnings < 2) return;
    fprintf(out, "dhgen: %zu error%s", n_errors, n_errors == 1 ? "" : "s");
    if (n_warnings) fprintf(out, ", %zu warning%s", n_warnings, n_warnings == 1 ? "" : "s");
    fputc('\n', out);
}

static void render_for_people(const struct dhs_diag *diag, FILE *out, bool rich, bool colour)
{
    size_t n = 0, shown_errors = 0;
    const struct dhs_diagnostic *const *sorted = dhs_diag_sorted(diag, &n);
    for (size_t i = 0; i < n && shown_errors < MAX_ERRORS_SHOWN; i++) {
        bool is_error = dhs_is_error(diag, sorted[i]);
        shown_errors += is_error;
        if (rich)
            dhs_render_rich(sorted[i], is_error, out, colour);
        else
            print_short(sorted[i], is_error, out);
    }
    size_t n_errors = dhs_diag_errors(diag), n_warnings = dhs_diag_warnings(diag);
    size_t hidden = n_errors - shown_errors;
    if (rich || hidden) print_count(out, n_errors, n_warnings, hidden);
}

void dhs_render(const struct dhs_diag *diag, FILE *out, enum dhs_format format, bool colour)
{
    switch (format) {
    case DHS_FORMAT_JSON: dhs_render_json(diag, out); return;
    case DHS_FORMAT_SARIF: dhs_render_sarif(diag, out); return;
    case DHS_FORMAT_SHORT:
    case DHS_FORMAT_RICH: render_for_people(diag, out, format == DHS_FORMAT_RICH, colour); return;
    }
}
