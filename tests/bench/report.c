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

const struct result *report_line(const struct run *run)
{
    static const struct row line = { .group = GROUP_LIMITS, .n_readers = 1 };

    return report_find(run, &line, "line");
}

double report_ratio(const struct result *result, const struct result *of)
{
    if (of == NULL || of == result || usable(result) == NULL || of->median <= 0) return 0;
    return result->median / of->median;
}

double report_share(const struct result *result, double share)
{
    const struct histogram *histogram = &result->histogram;

    /* ten values beyond it, or it is chance */
    if ((double)histogram->count * (1 - share) < 10) return 0;
    return histogram_quantile(histogram, share) * result->ns_per_unit;
}
