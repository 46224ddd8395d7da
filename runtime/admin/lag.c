/* SPDX-License-Identifier: Apache-2.0 */
/* dhadmin lag: how far each consumer is behind, in messages and in time. */
#include "quantity.h"
#include "snapshot.h"
#include "spell.h"
#include "table.h"

#include <inttypes.h>

/* How long the next message of that consumer has been waiting for it; 0: none waits, or the channel
 * stamps no commits. */
static uint64_t waiting_ns(const struct dhi_snapshot *s, const struct dh_consumer_facts *c)
{
    if (c->lag == 0) return 0;
    for (uint32_t i = 0; i < s->n_slots; i++)
        if (s->slots[i].sequence == c->position && s->slots[i].commit_ns != 0 &&
            s->slots[i].state >= DH_SLOT_COMMITTED)
            return s->now_ns > s->slots[i].commit_ns ? s->now_ns - s->slots[i].commit_ns : 0;
    return 0;
}

static bool is_there(const struct dh_consumer_facts *c)
{
    return c->life == DH_LIFE_ALIVE || c->life == DH_LIFE_DEAD;
}

static void write_table(const struct dhi_request *request, const struct dhi_snapshot *s)
{
    static const char *const titles[] = { "#",      "CONSUMER", "STATE", "LAG",
                                          "BEHIND", "OF RING",  "LOST",  "SEEN" };
    const struct dhi_look *look = &request->look;
    struct dhi_table table = { .n_columns = 8 };

    for (unsigned i = 0; i < table.n_columns; i++)
        dhi_table_add(&table, look->dim, "%s", titles[i]);
    for (uint32_t i = 0; i < s->n_consumers; i++) {
        const struct dh_consumer_facts *c = &s->consumers[i];
        char text[DHI_QUANTITY_BYTES], safe[DHI_SAFE_BYTES];
        uint64_t ns = waiting_ns(s, c);

        if (!is_there(c)) continue;
        dhi_table_add(&table, "", "%u", i);
        dhi_table_add(&table, look->bold, "%s[%u]", dhi_safe(c->identity.program, safe),
                      c->identity.pid);
        dhi_table_add(&table, c->life == DH_LIFE_ALIVE ? look->good : look->bad, "%s",
                      dh_life_name(c->life));
        dhi_table_add(&table, "", "%" PRIu64, c->lag);
        dhi_table_add(&table, "", "%s", ns == 0 ? "-" : dhi_duration(ns, text));
        dhi_table_add(&table, "", "%.0f %%",
                      100.0 * (double)c->lag / (double)s->block.policy.n_slots);
        dhi_table_add(&table, "", "%" PRIu64, c->metrics.lost);
        dhi_table_add(&table, "", "%s", dhi_ago(c->heartbeat_ns, s->now_ns, text));
    }
    if (table.n_cells == table.n_columns)
        fprintf(request->err, "%s\n",
                s->admin ? "no consumers" : "consumers are shown to the channel's owner only");
    dhi_table_write(&table, request->out, look, 0);
}

static void write_json(const struct dhi_request *request, const struct dhi_snapshot *s)
{
    json_t *all = json_array(), *json;

    for (uint32_t i = 0; i < s->n_consumers; i++) {
        const struct dh_consumer_facts *c = &s->consumers[i];
        char safe[DHI_SAFE_BYTES];

        if (!is_there(c)) continue;
        json_array_append_new(all, json_pack("{s:i, s:s, s:i, s:s, s:I, s:I, s:I}", "index", (int)i,
                                             "program", dhi_safe(c->identity.program, safe), "pid",
                                             (int)c->identity.pid, "state", dh_life_name(c->life),
                                             "lag", (json_int_t)c->lag, "behind_ns",
                                             (json_int_t)waiting_ns(s, c), "lost",
                                             (json_int_t)c->metrics.lost));
    }
    json = json_pack("{s:i, s:s, s:I, s:i, s:o}", "v", 1, "channel", s->block.channel, "head",
                     (json_int_t)s->block.head, "slots", (int)s->block.policy.n_slots, "consumers",
                     all);
    json_dumpf(json, request->out, JSON_COMPACT);
    fputc('\n', request->out);
    json_decref(json);
}

static enum dhi_exit show(const struct dhi_request *request, const struct dhi_snapshot *snapshot)
{
    if (request->json)
        write_json(request, snapshot);
    else
        write_table(request, snapshot);
    return DHI_EXIT_FINE;
}

enum dhi_exit dhi_run_lag(const struct dhi_request *request)
{
    return dhi_snapshot_of(request, request->argument, show);
}
