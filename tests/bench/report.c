/* SPDX-License-Identifier: Apache-2.0 */
#include "report.h"

#include <string.h>

static const struct result *usable(const struct result *result)
{
    return result->n_rounds > 0 && result->failure[0] == '\0' ? result : NULL;
}

const struct result *report_find(const struct run *run, const struct row *like, const char *subject)
{
    for (unsigned i = 0; i < run->n_results; i++) {
        const struct row *row = run->results[i].row;

        if (row->group == like->group && row->size == like->size &&
            row->n_readers == like->n_readers && strcmp(row->subject, subject) == 0)
            return usable(&run->results[i]);
    }
    return NULL;
}

double report_line(const struct result *result)
{
    double lines[ROUNDS_MAX];

    if (usable(result) == NULL) return 0;
    memcpy(lines, result->lines, sizeof lines);
    return run_median(lines, result->n_rounds);
}

double report_of_line(const struct result *result)
{
    double ratios[ROUNDS_MAX];
    unsigned n = 0;

    for (unsigned i = 0; i < result->n_rounds; i++)
        if (result->lines[i] > 0) ratios[n++] = result->rounds[i] / result->lines[i];
    return n > 0 ? run_median(ratios, n) : 0;
}

/* The host moves the cores: sometimes a line takes 50 ns, sometimes 300. */
static bool alike(double one, double other)
{
    return one < other * 1.5 && other < one * 1.5;
}

double report_ratio(const struct result *result, const struct result *of)
{
    double ratios[ROUNDS_MAX];
    unsigned n = 0;

    if (of == NULL || of == result || usable(result) == NULL || of->median <= 0) return 0;
    for (unsigned i = 0; i < result->n_rounds && i < of->n_rounds; i++)
        if (alike(result->lines[i], of->lines[i])) ratios[n++] = result->rounds[i] / of->rounds[i];
    return n > 0 ? run_median(ratios, n) : result->median / of->median;
}

double report_share(const struct result *result, double share)
{
    const struct histogram *histogram = &result->histogram;

    /* ten values beyond it, or it is chance */
    if ((double)histogram->count * (1 - share) < 10) return 0;
    return histogram_quantile(histogram, share) * result->ns_per_unit;
}
