/* SPDX-License-Identifier: Apache-2.0 */
#include "report.h"

#include <inttypes.h>
#include <string.h>

enum { CELL_BYTES = 48, CELL_WIDTH = 9, TITLE_WIDTH = 41, COLUMNS_MAX = 11 };

/* ---- figures as people read them ---- */

/* Three digits that mean something. */
static void put_number(char *cell, double value, const char *unit)
{
    int decimals = value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2;

    snprintf(cell, CELL_BYTES, "%.*f %s", decimals, value, unit);
}

static void put_scaled(char *cell, double value, double step, const char *const units[4])
{
    int i = 0;

    while (i < 3 && value >= step * 0.9995) {
        value /= step;
        i++;
    }
    put_number(cell, value, units[i]);
}

static void put_figure(char *cell, double value, enum unit unit)
{
    static const char *const times[] = { "ns", "µs", "ms", "s " };
    static const char *const rates[] = { " /s", "k/s", "M/s", "G/s" };
    static const char *const flows[] = { "B/s", "kB/s", "MB/s", "GB/s" };

    switch (unit) {
    case UNIT_NS: put_scaled(cell, value, 1000, times); break;
    case UNIT_PER_SECOND: put_scaled(cell, value, 1000, rates); break;
    case UNIT_BYTES_PER_SECOND: put_scaled(cell, value, 1000, flows); break;
    case UNIT_BYTES: snprintf(cell, CELL_BYTES, "%.0f B", value); break;
    case UNIT_COUNT: snprintf(cell, CELL_BYTES, "%.0f  ", value); break;
    }
}

/* ---- columns ---- */

static void cell_median(char *cell, const struct run *run, const struct result *result)
{
    (void)run;
    put_figure(cell, result->median, result->row->unit);
}

static void put_share(char *cell, const struct result *result, double share)
{
    double value = report_share(result, share);

    if (value > 0) put_figure(cell, value, UNIT_NS);
}

static void cell_99(char *cell, const struct run *run, const struct result *result)
{
    (void)run;
    put_share(cell, result, 0.99);
}

static void cell_999(char *cell, const struct run *run, const struct result *result)
{
    (void)run;
    put_share(cell, result, 0.999);
}

static void cell_9999(char *cell, const struct run *run, const struct result *result)
{
    (void)run;
    put_share(cell, result, 0.9999);
}

static void cell_max(char *cell, const struct run *run, const struct result *result)
{
    double largest = (double)result->histogram.largest * result->ns_per_unit;

    (void)run;
    if (largest > 0) put_figure(cell, largest, UNIT_NS);
}

/* The same rate as a time: what a message takes. */
static void cell_each(char *cell, const struct run *run, const struct result *result)
{
    (void)run;
    put_figure(cell, 1e9 / result->median, UNIT_NS);
}

static void cell_spread(char *cell, const struct run *run, const struct result *result)
{
    (void)run;
    if (result->n_rounds > 1 && result->spread < 10)
        snprintf(cell, CELL_BYTES, "%.0f %%", result->spread * 100);
    else if (result->n_rounds > 1)
        snprintf(cell, CELL_BYTES, "%.0f x", result->spread); /* something else had the cores */
}

static void put_ratio(char *cell, double ratio)
{
    if (ratio > 0) snprintf(cell, CELL_BYTES, "%.*f", ratio < 9.995 ? 2 : ratio < 99.95, ratio);
}

static void cell_of_line(char *cell, const struct run *run, const struct result *result)
{
    (void)run;
    put_ratio(cell, report_of_line(result));
}

static void cell_of_ring(char *cell, const struct run *run, const struct result *result)
{
    put_ratio(cell, report_ratio(result, report_find(run, result->row, "ring")));
}

static void cell_of_futex(char *cell, const struct run *run, const struct result *result)
{
    put_ratio(cell, report_ratio(result, report_find(run, result->row, "futex")));
}

static void cell_of_poll(char *cell, const struct run *run, const struct result *result)
{
    put_ratio(cell, report_ratio(result, report_find(run, result->row, "poll")));
}

static void cell_of_hub(char *cell, const struct run *run, const struct result *result)
{
    put_ratio(cell, report_ratio(result, report_find(run, result->row, "hub")));
}

/* How far the cores were apart meanwhile. */
static void cell_line(char *cell, const struct run *run, const struct result *result)
{
    double line = report_line(result);

    (void)run;
    if (line > 0) put_figure(cell, line, UNIT_NS);
}

/* The same row with one consumer. */
static void cell_of_one(char *cell, const struct run *run, const struct result *result)
{
    struct row one = *result->row;

    one.n_readers = 1;
    put_ratio(cell, report_ratio(result, report_find(run, &one, "hub")));
}

struct column {
    const char *title;
    void (*cell)(char *cell, const struct run *run, const struct result *result);
};

/* ---- groups ---- */

static const struct group_look {
    const char *title;
    struct column columns[COLUMNS_MAX]; /* up to one without title */
} looks[N_GROUPS] = {
    [GROUP_LIMITS] = { "What the hardware allows",
                       { { "median", cell_median },
                         { "99 %", cell_99 },
                         { "99.9 %", cell_999 },
                         { "max", cell_max },
                         { "spread", cell_spread } } },
    [GROUP_LATENCY] = { "Latency, one way, polling: half a round trip; how many times as long",
                        { { "median", cell_median },
                          { "99 %", cell_99 },
                          { "99.9 %", cell_999 },
                          { "99.99 %", cell_9999 },
                          { "max", cell_max },
                          { "spread", cell_spread },
                          { "line", cell_line },
                          { "/ line", cell_of_line },
                          { "/ ring", cell_of_ring },
                          { "/ hub", cell_of_hub } } },
    [GROUP_STREAM] = { "Stream, one producer, one consumer; how many times as many",
                       { { "median", cell_median },
                         { "each", cell_each },
                         { "spread", cell_spread },
                         { "line", cell_line },
                         { "/ ring", cell_of_ring },
                         { "/ hub", cell_of_hub } } },
    [GROUP_BULK] = { "Stream in bulk, 64 at a time; how many times as many",
                     { { "median", cell_median },
                       { "each", cell_each },
                       { "spread", cell_spread },
                       { "/ ring", cell_of_ring } } },
    [GROUP_FANOUT] = { "Fan-out, each message to every consumer; how many times as many",
                       { { "median", cell_median },
                         { "each", cell_each },
                         { "spread", cell_spread },
                         { "/ ring", cell_of_ring },
                         { "/ hub", cell_of_hub } } },
    [GROUP_WAKE] = { "Wake-up of a sleeping consumer, one way; how many times as long",
                     { { "median", cell_median },
                       { "99 %", cell_99 },
                       { "99.9 %", cell_999 },
                       { "max", cell_max },
                       { "spread", cell_spread },
                       { "/ futex", cell_of_futex },
                       { "/ poll", cell_of_poll },
                       { "/ hub", cell_of_hub } } },
    [GROUP_COST] = { "Single calls of the hub",
                     { { "median", cell_median },
                       { "99 %", cell_99 },
                       { "max", cell_max },
                       { "spread", cell_spread } } },
    [GROUP_FAN] = { "What attached consumers cost the producer, each message",
                    { { "median", cell_median },
                      { "spread", cell_spread },
                      { "/ one", cell_of_one } } },
    [GROUP_IDLE] = { "Wake-ups of 1000 consumers to whom nothing comes, all together",
                     { { "median", cell_median }, { "spread", cell_spread } } },
    [GROUP_MEMORY] = { "Shared memory of the hub", { { "size", cell_median } } },
};

/* Right-aligned by what is seen: "µ" is two bytes and one column. */
static void print_cell(FILE *out, const char *cell)
{
    int seen = 0;

    for (const char *byte = cell; *byte != '\0'; byte++)
        seen += (*byte & 0xc0) != 0x80;
    fprintf(out, "  %*s%s", seen < CELL_WIDTH ? CELL_WIDTH - seen : 0, "", cell);
}

static void print_group(FILE *out, enum group group)
{
    fprintf(out, "\n%s\n%-*s", looks[group].title, TITLE_WIDTH, "");
    for (const struct column *column = looks[group].columns; column->title != NULL; column++)
        print_cell(out, column->title);
    fputc('\n', out);
}

static void print_size(char *text, size_t bytes, const struct row *row)
{
    text[0] = '\0';
    if (row->group == GROUP_FANOUT || row->group == GROUP_FAN)
        snprintf(text, bytes, "1 → %u", row->n_readers);
    else if (row->size >= 1 << 20)
        snprintf(text, bytes, "%u MiB", row->size >> 20);
    else if (row->size >= 1024)
        snprintf(text, bytes, "%u KiB", row->size >> 10);
    else if (row->size > 0)
        snprintf(text, bytes, "%u B", row->size);
}

static void print_result(FILE *out, const struct run *run, const struct result *result, bool first)
{
    const struct group_look *look = &looks[result->row->group];
    char size[16];

    print_size(size, sizeof size, result->row);
    /* "→" is three bytes and one column */
    fprintf(out, "%*s  %-*s", first && strchr(size, '\xe2') != NULL ? 9 : 7, first ? size : "",
            TITLE_WIDTH - 9, result->row->title);
    if (result->failure[0] != '\0') {
        fprintf(out, "  failed: %s\n", result->failure);
        return;
    }
    for (const struct column *column = look->columns; column->title != NULL; column++) {
        char cell[CELL_BYTES] = "·";

        if (result->n_rounds > 0) column->cell(cell, run, result);
        print_cell(out, cell);
    }
    fputc('\n', out);
}

static void print_machine(FILE *out, const struct run *run)
{
    const struct machine *machine = &run->machine;

    fprintf(out, "%s, %u cores; %s; %s%s%s\n", machine->cpu, machine->n_online, machine->kernel,
            machine->compiler, machine->commit[0] != '\0' ? "; commit " : "", machine->commit);
    if (machine->n_cores >= 2)
        fprintf(out, "processes bound to cores %u and %u%s", machine->cores[0], machine->cores[1],
                machine->n_cores > 2 ? " and, in fan-outs, to the next ones" : "");
    else
        fprintf(out,
                "ONE CORE ONLY: nothing is bound or polls, and rows of two processes measure the "
                "scheduler");
    fprintf(out, "; clock: %.3f ns a tick, %.1f ns a reading\n", machine->ns_per_tick,
            machine->ns_per_reading);
    fprintf(out,
            "%u round%s over all rows, %" PRId64 " ms a row; figures are medians of the rounds, "
            "spread = (largest - smallest) / median\n",
            run->n_rounds, run->n_rounds == 1 ? "" : "s", run->row_ns / DH_MS);
}

void report_table(FILE *out, const struct run *run)
{
    const struct row *before = NULL;

    print_machine(out, run);
    for (unsigned i = 0; i < run->n_results; i++) {
        const struct result *result = &run->results[i];
        const struct row *row = result->row;
        bool group = before == NULL || before->group != row->group;
        bool block = group || before->size != row->size || before->n_readers != row->n_readers;

        if (group)
            print_group(out, row->group);
        else if (block && row->transport != NULL && row->group != GROUP_LIMITS)
            fputc('\n', out);
        print_result(out, run, result, block || row->group >= GROUP_COST);
        before = row;
    }
    if (rows_missing() != NULL) fprintf(out, "\n%s\n", rows_missing());
}
