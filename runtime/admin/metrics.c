/* SPDX-License-Identifier: Apache-2.0 */
/* dhadmin metrics: every counter of a channel, and what it grew by since the last --reset. */
#include "channel.h"
#include "counters.h"
#include "metrics/prometheus.h"
#include "quantity.h"
#include "table.h"

#include <inttypes.h>
#include <stdlib.h>

static void add_value(struct dhi_table *table, uint64_t value, enum dhi_unit unit)
{
    char text[DHI_QUANTITY_BYTES];

    if (unit == DHI_UNIT_BYTES)
        dhi_table_add(table, "", "%s", dhi_size(value, text));
    else if (unit == DHI_UNIT_NS)
        dhi_table_add(table, "", "%s", dhi_duration(value, text));
    else
        dhi_table_add(table, "", "%" PRIu64, value);
}

static void write_producer(const struct dhi_request *request, const struct dhi_snapshot *s,
                           const struct dhi_baseline *baseline)
{
    struct dhi_table table = { .n_columns = baseline->exists ? 3 : 2 };
    uint64_t now = s->now_ns + (uint64_t)s->realtime_offset;
    char who[DHI_WHO_BYTES], ago[DHI_QUANTITY_BYTES];
    const struct dhi_look *look = &request->look;
    size_t n;
    const struct dhi_counter *counters = dhi_producer_counters(&n);

    fprintf(request->out, "%s%s%s  producer %s, %s\n", look->bold, s->block.channel, look->plain,
            dhi_who(&s->block.producer, who), dh_life_name(s->block.producer_life));
    if (baseline->exists) {
        dhi_table_add(&table, "", "%s", "");
        dhi_table_add(&table, look->dim, "ALL");
        dhi_table_add(&table, look->dim, "SINCE RESET, %s", dhi_ago(baseline->at_ns, now, ago));
    }
    for (size_t i = 0; i < n; i++) {
        uint64_t value = dhi_counter_value(&s->metrics, &counters[i]);
        dhi_table_add(&table, "", "%s", counters[i].words);
        add_value(&table, value, counters[i].unit);
        if (baseline->exists)
            add_value(&table, value - dhi_counter_value(&baseline->producer, &counters[i]),
                      counters[i].unit);
    }
    dhi_table_write(&table, request->out, look, 2);
}

static void write_consumers(const struct dhi_request *request, const struct dhi_snapshot *s)
{
    size_t n;
    const struct dhi_counter *counters = dhi_consumer_counters(&n);

    for (uint32_t c = 0; c < s->n_consumers; c++) {
        struct dhi_table table = { .n_columns = 2 };
        char who[DHI_WHO_BYTES];

        if (s->consumers[c].life == DH_LIFE_NONE) continue;
        fprintf(request->out, "%sconsumer %u%s %s, %s\n", request->look.bold, c,
                request->look.plain, dhi_who(&s->consumers[c].identity, who),
                dh_life_name(s->consumers[c].life));
        for (size_t i = 0; i < n; i++) {
            dhi_table_add(&table, "", "%s", counters[i].words);
            add_value(&table, dhi_counter_value(&s->consumers[c].metrics, &counters[i]),
                      counters[i].unit);
        }
        dhi_table_write(&table, request->out, &request->look, 2);
    }
}

static void write_json(const struct dhi_request *request, const struct dhi_snapshot *s,
                       const struct dhi_baseline *baseline)
{
    json_t *json = dhi_snapshot_json(s), *since = json_object();
    size_t n;
    const struct dhi_counter *counters = dhi_producer_counters(&n);

    json_object_set_new(json, "v", json_integer(1));
    for (size_t i = 0; i < n && baseline->exists; i++)
        json_object_set_new(since, counters[i].name,
                            json_integer((
                                json_int_t)(dhi_counter_value(&s->metrics, &counters[i]) -
                                            dhi_counter_value(&baseline->producer, &counters[i]))));
    if (baseline->exists) json_object_set(json, "since_reset", since);
    json_decref(since);
    json_dumpf(json, request->out, JSON_COMPACT);
    fputc('\n', request->out);
    json_decref(json);
}

static enum dhi_exit show(const struct dhi_request *request, const struct dhi_snapshot *snapshot)
{
    struct dhi_baseline baseline;
    enum dhi_exit code;

    if (request->reset) {
        code = dhi_baseline_write(request, snapshot);
        if (code == DHI_EXIT_FINE && !request->json)
            fprintf(request->out, "%s: counted from here on; the block's own counters stand\n",
                    snapshot->block.channel);
        return code;
    }
    dhi_baseline_read(&baseline, snapshot);
    if (request->json)
        write_json(request, snapshot, &baseline);
    else {
        write_producer(request, snapshot, &baseline);
        write_consumers(request, snapshot);
    }
    return DHI_EXIT_FINE;
}

static enum dhi_exit metrics(const struct dhi_request *request, const char *said, void *context)
{
    (void)context;
    return dhi_snapshot_of(request, said, show);
}

/* ---- Prometheus --------------------------------------------------------------------------- */

struct samples {
    struct dhi_channel_sample *all;
    size_t n;
};

static enum dhi_exit add_sample(const struct dhi_request *request, const char *said, void *context)
{
    struct samples *samples = context;
    struct dhi_channel_sample *grown;
    char channel[DH_CHANNEL_MAX + 1];
    dh_observer *observer = NULL;
    bool admin = true;
    enum dhi_exit code = dhi_channel_open(request, said, &admin, channel, &observer);

    if (code != DHI_EXIT_FINE) return code;
    grown = realloc(samples->all, (samples->n + 1) * sizeof *grown);
    if (grown == NULL)
        code = dhi_complain(request, channel, DH_ENOMEM, NULL);
    else {
        samples->all = grown;
        dhi_channel_sample_take(&grown[samples->n++], observer, admin);
    }
    dh_observer_close(observer);
    return code;
}

/* A family has all channels behind it, so they are looked at first. */
static enum dhi_exit prometheus(const struct dhi_request *request)
{
    struct samples samples = { .n = 0 };
    enum dhi_exit code = dhi_channel_each(request, add_sample, &samples);

    dhi_prometheus_channels(request->out, samples.all, samples.n);
    free(samples.all);
    return code;
}

enum dhi_exit dhi_run_metrics(const struct dhi_request *request)
{
    return request->prometheus ? prometheus(request) : dhi_channel_each(request, metrics, NULL);
}
