/* SPDX-License-Identifier: Apache-2.0 */
#include "report.h"

#include "symbols.h"

#include <stdio.h>
#include <stdlib.h>

/* ---- coverage ---- */

struct executed {
    uint64_t pc;
    uint64_t killed;
};

static int by_pc(const void *a, const void *b)
{
    uint64_t first = ((const struct executed *)a)->pc, second = ((const struct executed *)b)->pc;

    return (first > second) - (first < second);
}

/* All instructions of libdh in all traces, each once; their number. */
static size_t distinct(const struct result *results, size_t n, struct executed *all)
{
    size_t n_all = 0, n_distinct = 0;

    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < results[i].trace.n; k++)
            if (symbols_in_dh(results[i].trace.pcs[k]))
                all[n_all++] = (struct executed){ .pc = results[i].trace.pcs[k],
                                                  .killed = results[i].killed_at[k] };
    qsort(all, n_all, sizeof *all, by_pc);
    for (size_t i = 0; i < n_all; i++) {
        if (n_distinct > 0 && all[n_distinct - 1].pc == all[i].pc)
            all[n_distinct - 1].killed |= all[i].killed;
        else
            all[n_distinct++] = all[i];
    }
    return n_distinct;
}

struct coverage coverage_of(const struct result *results, size_t n)
{
    struct coverage coverage = { 0 };
    struct executed *all;
    size_t steps = 1;
    uint64_t *pcs;

    for (size_t i = 0; i < n; i++)
        steps += results[i].trace.n;
    all = calloc(steps, sizeof *all);
    pcs = calloc(steps, sizeof *pcs);
    if (all != NULL && pcs != NULL) {
        coverage.executed = distinct(results, n, all);
        for (size_t i = 0; i < coverage.executed; i++) {
            coverage.killed += all[i].killed;
            pcs[i] = all[i].pc;
        }
        coverage.reachable = symbols_reachable(pcs, coverage.executed);
    }
    free(all);
    free(pcs);
    return coverage;
}

/* How many deaths in the call differ for the others, as it was recorded. */
static size_t n_states(const struct trace *trace)
{
    size_t n = 1;

    for (size_t k = 0; k < trace->n; k++)
        n += trace->news[k];
    return n;
}

/* ---- for people ---- */

static void print_point(const char *name, struct point point)
{
    printf("%s:%zu%s%s", name, point.k, point.asleep ? "z" : "", point.other ? "b" : "");
}

void report_violation(const struct result *result, const struct violation *violation)
{
    const struct campaign *victim =
        violation->victim != NULL ? violation->victim : result->campaign;
    char where[160];

    if (violation->pc != 0) {
        symbols_name(violation->pc, where, sizeof where);
        printf("    killed at %s: %s\n", where, violation->text);
    } else {
        printf("    %s\n", violation->text);
    }
    if (victim == NULL) return; /* a whole pair of survivors that ended: the seed tells which */
    printf("    again: dh-crash --replay ");
    print_point(victim->name, violation->first);
    if (violation->recoverer != NULL) {
        putchar('+');
        print_point(violation->recoverer->name, violation->second);
    }
    putchar('\n');
}

void report_campaign(const struct result *result, bool good)
{
    const struct campaign *campaign = result->campaign;
    const struct tally *total = &result->total;
    unsigned shown = total->n_violations < VIOLATIONS_MAX ? total->n_violations : VIOLATIONS_MAX;

    if (campaign == NULL) {
        printf(
            "%-6s pairs of kills             %5zu pairs        %6u kills  %u elsewhere  %5.1f s\n",
            good ? "ok" : "FAILED", result->n_points, total->n_kills, total->n_other,
            result->seconds);
    } else {
        struct coverage coverage = coverage_of(result, 1);

        printf("%-6s %-25s %6zu steps %4zu states %6u kills %3u elsewhere  libdh %4zu/%4zu/%4zu "
               "%5.1f s  %s\n",
               good ? "ok" : "FAILED", campaign->name, result->trace.n, n_states(&result->trace),
               total->n_kills, total->n_other, coverage.killed, coverage.executed,
               coverage.reachable, result->seconds, campaign->text);
    }
    if (campaign != NULL && campaign->broken) {
        printf(good ? "       found, as it must be: %s\n" : "    NOT FOUND: the checks are blind\n",
               total->violations[0].text);
        return;
    }
    for (unsigned i = 0; i < shown; i++)
        report_violation(result, &total->violations[i]);
    if (total->n_violations > shown)
        printf("    and %u more violations\n", total->n_violations - shown);
}

void report_coverage(const struct coverage *coverage)
{
    printf("instructions of libdh: killed at %zu of %zu executed", coverage->killed,
           coverage->executed);
    if (coverage->reachable > 0)
        printf(", of %zu in the functions entered\n", coverage->reachable);
    else
        printf("; how many there are is not known: objdump is not installed\n");
}

/* ---- for programs ---- */

static void json_result(FILE *file, const struct result *result)
{
    struct coverage coverage = coverage_of(result, 1);

    fprintf(
        file,
        "{\"name\":\"%s\",\"broken\":%s,\"steps\":%zu,\"states\":%zu,\"points\":%zu,\"kills\":%u,"
        "\"elsewhere\":%u,\"dh_killed\":%zu,\"dh_executed\":%zu,\"dh_reachable\":%zu,"
        "\"violations\":%u,\"seconds\":%.2f}",
        result->campaign->name, result->campaign->broken ? "true" : "false", result->trace.n,
        n_states(&result->trace), result->n_points, result->total.n_kills, result->total.n_other,
        coverage.killed, coverage.executed, coverage.reachable, result->total.n_violations,
        result->seconds);
}

bool report_json(const char *path, const struct options *options, const struct result *results,
                 size_t n, const struct result *pairs, unsigned passed, unsigned failed)
{
    struct coverage all = coverage_of(results, n);
    FILE *file = fopen(path, "we");

    if (file == NULL) return false;
    fprintf(file, "{\"v\":1,\"mode\":\"%s\",\"seed\":%u,\"slots_after\":%u,\n\"campaigns\":[\n",
            options->full ? "full" : "bounded", options->seed, options->limits.n_slots);
    for (size_t i = 0; i < n; i++) {
        json_result(file, &results[i]);
        fputs(i + 1 < n ? ",\n" : "\n", file);
    }
    fprintf(file,
            "],\n\"pairs\":{\"pairs\":%zu,\"kills\":%u,\"elsewhere\":%u,\"violations\":%u},\n"
            "\"hub_pairs\":{\"pairs\":%zu,\"kills\":%u,\"elsewhere\":%u,\"violations\":%u},\n"
            "\"dh_killed\":%zu,\"dh_executed\":%zu,\"dh_reachable\":%zu,\"passed\":%u,"
            "\"failed\":%u}\n",
            pairs->n_points, pairs->total.n_kills, pairs->total.n_other, pairs->total.n_violations,
            pairs[1].n_points, pairs[1].total.n_kills, pairs[1].total.n_other,
            pairs[1].total.n_violations, all.killed, all.executed, all.reachable, passed, failed);
    return fclose(file) == 0;
}
