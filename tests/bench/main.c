/* SPDX-License-Identifier: Apache-2.0
 *
 * main.c - dh-bench: choose the rows, measure them, tell.
 */
#include "drill.h"
#include "options.h"
#include "report.h"
#ifdef DH_BENCH_ICEORYX
#include "roudi.h"
#endif

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { FAILED = 1, USAGE = 64, BY_SIGNAL = 128 };

static void list_rows(const struct row *rows, unsigned n)
{
    for (unsigned i = 0; i < n; i++)
        printf("%-32s %s\n", rows[i].name, rows[i].title);
    if (rows_missing() != NULL) printf("\n%s\n", rows_missing());
}

/* A result for each row that is asked for; false: none is, or there is no memory. */
static bool choose(struct run *run, const struct row *rows, unsigned n, const char *filter)
{
    run->results = calloc(n, sizeof *run->results);
    if (run->results == NULL) {
        fprintf(stderr, "dh-bench: no memory for %u rows\n", n);
        return false;
    }
    for (unsigned i = 0; i < n; i++)
        if (filter == NULL || strstr(rows[i].name, filter) != NULL)
            run->results[run->n_results++].row = &rows[i];
    if (run->n_results > 0) return true;
    fprintf(stderr, "dh-bench: no row's name holds \"%s\"; dh-bench --list has them all\n", filter);
    return false;
}

static int tell(const struct run *run, const char *json)
{
    report_table(stdout, run);
    if (json != NULL && !report_json(json, run)) {
        fprintf(stderr, "dh-bench: %s: %s\n", json, strerror(errno));
        return FAILED;
    }
    for (unsigned i = 0; i < run->n_results; i++)
        if (run->results[i].failure[0] != '\0') return FAILED;
    return 0;
}

static int measure_all(const struct options *options, const struct row *rows, unsigned n)
{
    struct run run = { .n_rounds = options->n_rounds, .row_ns = options->row_ns };
    int status = USAGE;

    if (choose(&run, rows, n, options->filter)) {
        machine_look(&run.machine);
        if (run_rounds(&run)) {
            status = tell(&run, options->json);
        } else {
            fprintf(stderr, "dh-bench: stopped; no figures\n");
            status = BY_SIGNAL + run_signal();
        }
    }
#ifdef DH_BENCH_ICEORYX
    roudi_end();
#endif
    free(run.results);
    return status;
}

static int run_loop(const struct options *options)
{
    int status = drill_loop(options->loop, options->n_loop);

    if (status == 0) return 0;
    fprintf(stderr, "dh-bench: no loop is called \"%s\"; dh-bench --help has their names\n",
            options->loop);
    return status;
}

int main(int argc, char *argv[])
{
    static struct row rows[ROWS_MAX];
    struct options options;
    int status = options_read(&options, argc, argv);
    unsigned n;

    if (status >= 0) return status;
    if (options.loop != NULL) return run_loop(&options);
    n = rows_make(rows);
    if (!options.list) return measure_all(&options, rows, n);
    list_rows(rows, n);
    return 0;
}
