/* SPDX-License-Identifier: Apache-2.0 */
/*
 * dhadmin errors: what went wrong in a channel, one row for each kind and participant. Counts are
 * those of the block; the last time is where the block keeps one.
 */
#include "channel.h"
#include "quantity.h"
#include "snapshot.h"
#include "spell.h"
#include "table.h"

#include <inttypes.h>
#include <string.h>

struct row {
    const char *name; /* as in error.def where it is one */
    char who[DHI_WHO_BYTES];
    char what[200];
    uint64_t count;   /* 0: not counted, at least once */
    uint64_t last_ns; /* CLOCK_MONOTONIC; 0: not kept */
};

enum { ROWS_MAX = 4096 };

struct rows {
    const struct dhi_snapshot *s;
    size_t n;
    struct row *all;
};

static void add(struct rows *rows, const struct dh_identity *who, const char *name,
                const char *what, uint64_t count, uint64_t last_ns)
{
    struct row *row = &rows->all[rows->n];

    if (rows->n == ROWS_MAX) return;
    *row = (struct row){ .name = name, .count = count, .last_ns = last_ns };
    dhi_who(who, row->who);
    snprintf(row->what, sizeof row->what, "%s", what);
    rows->n++;
}

static const char *name_of(int32_t err)
{
    return dh_error_name((dh_err)err) + strlen("DH_");
}

static void of_producer(struct rows *rows)
{
    const struct dh_producer_metrics *m = &rows->s->metrics;
    const struct dh_identity *who = &rows->s->block.producer;
    bool told = false;

    if (m->full_timeouts > 0) {
        told = m->last_error == DH_EFULL;
        add(rows, who, "EFULL", "loans that gave up: the ring stayed full", m->full_timeouts,
            told ? m->last_error_ns : 0);
    }
    if (m->bad_claims > 0) add(rows, who, "ECORRUPT", "claims above the head", m->bad_claims, 0);
    if (m->evicted > 0)
        add(rows, who, "EEVICTED", "living consumers put out", m->evicted, m->last_evict_ns);
    if (m->reaped > 0)
        add(rows, who, "EDEAD", "consumers that died, and were removed", m->reaped,
            m->last_reap_ns);
    if (m->last_error != 0 && !told)
        add(rows, who, name_of(m->last_error), dh_error_text((dh_err)m->last_error), 0,
            m->last_error_ns);
}

static void of_consumer(struct rows *rows, const struct dh_consumer_facts *c)
{
    const struct dh_consumer_metrics *m = &c->metrics;

    if (c->life == DH_LIFE_NONE) return;
    if (c->life == DH_LIFE_DEAD)
        add(rows, &c->identity, "EDEAD", "it died, and what it held is not given back", 1, 0);
    if (m->lost > 0)
        add(rows, &c->identity, "LOST", "messages overwritten before they were read", m->lost, 0);
    if (m->checksum_failures > 0)
        add(rows, &c->identity, "ECHECKSUM", dh_error_text(DH_ECHECKSUM), m->checksum_failures, 0);
    if (m->last_error != 0 && m->last_error != DH_ECHECKSUM)
        add(rows, &c->identity, name_of(m->last_error), dh_error_text((dh_err)m->last_error), 0, 0);
}

static void write_table(const struct dhi_request *request, const struct rows *rows)
{
    static const char *const titles[] = { "ERROR", "COUNT", "LAST", "WHO", "WHAT" };
    struct dhi_table table = { .n_columns = 5 };
    const struct dhi_look *look = &request->look;

    fprintf(request->out, "%s%s%s\n", look->bold, rows->s->block.channel, look->plain);
    if (rows->n == 0) {
        fprintf(request->out, "  no errors since it was made\n");
        return;
    }
    for (unsigned i = 0; i < table.n_columns; i++)
        dhi_table_add(&table, look->dim, "%s", titles[i]);
    for (size_t i = 0; i < rows->n; i++) {
        const struct row *row = &rows->all[i];
        char ago[DHI_QUANTITY_BYTES];

        dhi_table_add(&table, look->bad, "%s", row->name);
        if (row->count > 0)
            dhi_table_add(&table, "", "%" PRIu64, row->count);
        else
            dhi_table_add(&table, "", "1+");
        dhi_table_add(&table, "", "%s",
                      row->last_ns == 0 ? "-" : dhi_ago(row->last_ns, rows->s->now_ns, ago));
        dhi_table_add(&table, "", "%s", row->who);
        dhi_table_add(&table, "", "%s", row->what);
    }
    dhi_table_write(&table, request->out, look, 2);
}

static void write_json(const struct dhi_request *request, const struct rows *rows)
{
    json_t *all = json_array(), *json;

    for (size_t i = 0; i < rows->n; i++) {
        const struct row *row = &rows->all[i];
        json_array_append_new(all, json_pack("{s:s, s:s, s:s, s:I, s:I}", "error", row->name, "who",
                                             row->who, "what", row->what, "count",
                                             (json_int_t)row->count, "last_ns",
                                             (json_int_t)row->last_ns));
    }
    json = json_pack("{s:i, s:s, s:o}", "v", 1, "channel", rows->s->block.channel, "errors", all);
    json_dumpf(json, request->out, JSON_COMPACT);
    fputc('\n', request->out);
    json_decref(json);
}

static enum dhi_exit show(const struct dhi_request *request, const struct dhi_snapshot *snapshot)
{
    static struct row all[ROWS_MAX];
    struct rows rows = { .s = snapshot, .all = all };

    of_producer(&rows);
    for (uint32_t i = 0; i < snapshot->n_consumers; i++)
        of_consumer(&rows, &snapshot->consumers[i]);
    if (request->json)
        write_json(request, &rows);
    else
        write_table(request, &rows);
    return DHI_EXIT_FINE;
}

static enum dhi_exit errors(const struct dhi_request *request, const char *said, void *context)
{
    (void)context;
    return dhi_snapshot_of(request, said, show);
}

enum dhi_exit dhi_run_errors(const struct dhi_request *request)
{
    return dhi_channel_each(request, errors, NULL);
}
