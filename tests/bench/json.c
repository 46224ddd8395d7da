/* SPDX-License-Identifier: Apache-2.0 */
#include "report.h"

#include <inttypes.h>

static void put_string(FILE *out, const char *text)
{
    fputc('"', out);
    for (const unsigned char *byte = (const unsigned char *)text; *byte != '\0'; byte++) {
        if (*byte == '"' || *byte == '\\')
            fprintf(out, "\\%c", *byte);
        else if (*byte < 0x20)
            fprintf(out, "\\u%04x", *byte);
        else
            fputc(*byte, out);
    }
    fputc('"', out);
}

static void put_member(FILE *out, const char *name, const char *text)
{
    fprintf(out, "\"%s\":", name);
    put_string(out, text);
}

static void put_machine(FILE *out, const struct machine *machine)
{
    fprintf(out, "{");
    put_member(out, "cpu", machine->cpu);
    fprintf(out, ",\"cores\":%u,\"bound\":%s,", machine->n_online,
            machine->n_cores >= 2 ? "true" : "false");
    put_member(out, "kernel", machine->kernel);
    fprintf(out, ",");
    put_member(out, "compiler", machine->compiler);
    fprintf(out, ",");
    put_member(out, "commit", machine->commit);
    fprintf(out, ",\"ns_per_tick\":%.6f,\"ns_per_clock_reading\":%.2f}", machine->ns_per_tick,
            machine->ns_per_reading);
}

static const char *unit_name(enum unit unit)
{
    static const char *const names[] = { "ns", "1/s", "B/s", "B", "1" };

    return names[unit];
}

static void put_if(FILE *out, const char *name, double value)
{
    if (value > 0) fprintf(out, ",\"%s\":%.4g", name, value);
}

static void put_histogram(FILE *out, const struct result *result)
{
    const struct histogram *histogram = &result->histogram;
    const char *comma = "";

    if (histogram->count == 0) return;
    fprintf(out, ",\"values\":%" PRIu64 ",\"max\":%.1f", histogram->count,
            (double)histogram->largest * result->ns_per_unit);
    put_if(out, "p99", report_share(result, 0.99));
    put_if(out, "p99_9", report_share(result, 0.999));
    put_if(out, "p99_99", report_share(result, 0.9999));
    fprintf(out, ",\"histogram\":[");
    for (unsigned bin = 0; bin < HISTOGRAM_BINS; bin++) {
        if (histogram->bins[bin] == 0) continue;
        fprintf(out, "%s[%.1f,%" PRIu32 "]", comma, histogram_middle(bin) * result->ns_per_unit,
                histogram->bins[bin]);
        comma = ",";
    }
    fprintf(out, "]");
}

static void put_result(FILE *out, const struct run *run, const struct result *result)
{
    const struct row *row = result->row;

    fprintf(out, "{");
    put_member(out, "name", row->name);
    fprintf(out,
            ",\"group\":\"%s\",\"subject\":\"%s\",\"size\":%u,\"consumers\":%u,\"unit\":\"%s\"",
            group_name(row->group), row->subject, row->size, row->n_readers, unit_name(row->unit));
    if (result->failure[0] != '\0') {
        fprintf(out, ",");
        put_member(out, "failure", result->failure);
    }
    fprintf(out, ",\"rounds\":[");
    for (unsigned i = 0; i < result->n_rounds; i++)
        fprintf(out, "%s%.6g", i == 0 ? "" : ",", result->rounds[i]);
    fprintf(out, "]");
    if (result->n_rounds > 0) {
        fprintf(out, ",\"median\":%.6g,\"spread\":%.4f,\"checked\":%" PRIu64, result->median,
                result->spread, result->checked);
        put_if(out, "line", report_line(result));
        if (row->group == GROUP_LATENCY) put_if(out, "of_line", report_of_line(result));
        put_if(out, "of_ring", report_ratio(result, report_find(run, row, "ring")));
        put_if(out, "of_hub", report_ratio(result, report_find(run, row, "hub")));
        put_histogram(out, result);
    }
    fprintf(out, "}");
}

bool report_json(const char *path, const struct run *run)
{
    FILE *out = fopen(path, "w");
    bool bad;

    if (out == NULL) return false;
    fprintf(out, "{\"v\":1,\"machine\":");
    put_machine(out, &run->machine);
    fprintf(out, ",\"row_ms\":%" PRId64 ",\"n_rounds\":%u,\"rows\":[", run->row_ns / DH_MS,
            run->n_rounds);
    for (unsigned i = 0; i < run->n_results; i++) {
        fprintf(out, "%s\n", i == 0 ? "" : ",");
        put_result(out, run, &run->results[i]);
    }
    fprintf(out, "\n]}\n");
    bad = ferror(out) != 0;
    return fclose(out) == 0 && !bad;
}
