/* SPDX-License-Identifier: Apache-2.0 */
/* dhadmin info: all that is known of one channel. */
#include "info.h"

#include "channel.h"
#include "quantity.h"
#include "spell.h"
#include "table.h"

#include <inttypes.h>
#include <string.h>

/* ---- the block ---------------------------------------------------------------------------- */

static void title(FILE *out, const struct dhi_look *look, const char *words)
{
    fprintf(out, "  %s%-10s%s", look->dim, words, look->plain);
}

static void write_policy(FILE *out, const struct dhi_look *look, const struct dh_block_facts *b)
{
    title(out, look, "policy");
    fprintf(out, "%s\n",
            b->policy.full == DH_FULL_WAIT
                ? "wait: lossless, the producer waits for the slowest consumer"
                : "overwrite: the newest wins, nobody waits");
    title(out, look, "");
    fprintf(out, "%u slot%s, at most %u consumer%s, checksum %s\n", b->policy.n_slots,
            b->policy.n_slots == 1 ? "" : "s", b->policy.n_consumers,
            b->policy.n_consumers == 1 ? "" : "s", dhi_checksum_name(b->policy.checksum));
}

static void write_memory(FILE *out, const struct dhi_look *look, const struct dh_block_facts *b)
{
    char data[DHI_QUANTITY_BYTES], claims[DHI_QUANTITY_BYTES], zones[DHI_QUANTITY_BYTES];

    title(out, look, "message");
    if (b->payload_bytes == 0)
        fprintf(out, "a signal, without payload\n");
    else if (b->inlined)
        fprintf(out, "%u bytes, inside the slot's own cache line\n", b->payload_bytes);
    else
        fprintf(out, "%u bytes, in %u buffers of %" PRIu64 "\n", b->payload_bytes, b->n_buffers,
                b->stride_bytes);
    title(out, look, "memory");
    fprintf(out, "data %s", dhi_size(b->data_bytes, data));
    if (b->claims_bytes > 0) fprintf(out, ", claims %s", dhi_size(b->claims_bytes, claims));
    if (b->zones_bytes > 0) fprintf(out, ", shared zones %s", dhi_size(b->zones_bytes, zones));
    fprintf(out, "; format %u, %s%s\n", b->format, b->membarrier ? "membarrier" : "fences",
            b->strict ? ", strict" : "");
}

static void write_pages(FILE *out, const struct dhi_look *look, const struct dh_memory *m)
{
    char size[DHI_QUANTITY_BYTES], page[DHI_QUANTITY_BYTES];

    if (m->asked_pages == DH_PAGES_SMALL && m->asked_numa == DH_NUMA_ANY) return;
    title(out, look, "pages");
    if (m->pages == DH_PAGES_SMALL)
        fputs(m->asked_pages == DH_PAGES_SMALL ? "small" : "small: no huge ones were to be had",
              out);
    else
        fprintf(out, "huge, %s: %s in pages of %s", dh_pages_name(m->pages),
                dhi_size(m->huge_bytes, size), dhi_size(m->huge_page_bytes, page));
    if (m->numa == DH_NUMA_NODE)
        fprintf(out, "; on node %u", m->node);
    else if (m->numa == DH_NUMA_INTERLEAVE)
        fputs("; in turn on all nodes", out);
    else if (m->asked_numa == DH_NUMA_NODE)
        fprintf(out, "; node %u was not to be had", m->asked_node);
    else if (m->asked_numa == DH_NUMA_INTERLEAVE)
        fputs("; on one node: there are no others, or the kernel does not give them", out);
    fputc('\n', out);
}

static void write_zones(FILE *out, const struct dhi_look *look, const struct dhi_snapshot *s)
{
    for (uint32_t i = 0; i < s->n_zones; i++) {
        const struct dhi_zone_facts *zone = &s->zones[i];
        title(out, look, i == 0 ? "zones" : "");
        fprintf(out, "%s, %u bytes", zone->name, zone->n_bytes);
        fputs(zone->shared ? ", shared" : ", written by the producer", out);
        if (zone->n_spinlocks > 0)
            fprintf(out, ", %u lock%s", zone->n_spinlocks, zone->n_spinlocks == 1 ? "" : "s");
        fputc('\n', out);
    }
}

static void write_block(FILE *out, const struct dhi_look *look, const struct dhi_snapshot *s)
{
    const struct dh_block_facts *b = &s->block;
    char hash[DHI_QUANTITY_BYTES], ago[DHI_QUANTITY_BYTES], safe[DHI_SAFE_BYTES];
    uint64_t now = s->now_ns + (uint64_t)s->realtime_offset;

    fprintf(out, "%s%s%s\n", look->bold, dhi_safe(b->channel, safe), look->plain);
    title(out, look, "schema");
    fprintf(out, "%s, minor %u\n", dhi_safe(b->family, safe), b->minor);
    title(out, look, "");
    fprintf(out, "%s\n", dhi_hex(b->schema_hash, DH_HASH_BYTES, hash));
    write_policy(out, look, b);
    write_memory(out, look, b);
    write_pages(out, look, &b->memory);
    write_zones(out, look, s);
    title(out, look, "made");
    fprintf(out, "%s, incarnation %u, %s\n", dhi_ago(b->created_ns, now, ago), b->incarnation,
            b->secret ? "with a secret" : "without a secret");
}

/* ---- the producer ------------------------------------------------------------------------- */

static const char *life_words(enum dh_life life)
{
    switch (life) {
    case DH_LIFE_ALIVE: return "alive: the kernel holds its lease";
    case DH_LIFE_LEFT: return "gone: it closed the channel in order";
    case DH_LIFE_DEAD: return "dead: its lease is free and it never closed the channel";
    default: return "unknown";
    }
}

static void write_producer_counts(FILE *out, const struct dhi_look *look,
                                  const struct dhi_snapshot *s)
{
    const struct dh_producer_metrics *m = &s->metrics;
    char size[DHI_QUANTITY_BYTES], ago[DHI_QUANTITY_BYTES];

    title(out, look, "written");
    fprintf(out, "%" PRIu64 " message%s, %s", m->committed, m->committed == 1 ? "" : "s",
            dhi_size(m->committed_bytes, size));
    if (m->last_commit_ns != 0)
        fprintf(out, ", the last %s", dhi_ago(m->last_commit_ns, s->now_ns, ago));
    if (m->aborted > 0) fprintf(out, "; %" PRIu64 " aborted", m->aborted);
    fputc('\n', out);
    if (m->zone_writes > 0) {
        title(out, look, "");
        fprintf(out, "%" PRIu64 " zone update%s\n", m->zone_writes, m->zone_writes == 1 ? "" : "s");
    }
    title(out, look, "waited");
    if (m->full_waits == 0 && m->full_timeouts == 0)
        fprintf(out, "never for room");
    else
        fprintf(out, "%" PRIu64 " time%s for room, %s in all; gave up %" PRIu64, m->full_waits,
                m->full_waits == 1 ? "" : "s", dhi_duration(m->full_wait_ns, size),
                m->full_timeouts);
    fprintf(out, "; woke sleepers %" PRIu64 " time%s\n", m->wakes, m->wakes == 1 ? "" : "s");
    if (m->reaped > 0 || m->bad_claims > 0 || m->evicted > 0) {
        title(out, look, "mended");
        fprintf(out, "dead consumers removed %" PRIu64 ", impossible claims ignored %" PRIu64,
                m->reaped, m->bad_claims);
        if (m->evicted > 0)
            fprintf(out, ", living ones that stood still put out %" PRIu64, m->evicted);
        fputc('\n', out);
    }
    if (m->last_error != 0) {
        title(out, look, "error");
        fprintf(out, "%s, at message %" PRIu64 ", %s\n", dh_error_text((dh_err)m->last_error),
                m->last_error_sequence, dhi_ago(m->last_error_ns, s->now_ns, ago));
    }
}

static void write_producer(FILE *out, const struct dhi_look *look, const struct dhi_snapshot *s)
{
    const struct dh_block_facts *b = &s->block;
    char who[DHI_WHO_BYTES];
    bool alive = b->producer_life == DH_LIFE_ALIVE;

    fprintf(out, "\n%sproducer%s %s\n", look->bold, look->plain, dhi_who(&b->producer, who));
    title(out, look, "state");
    fprintf(out, "%s%s%s%s\n", alive ? look->good : look->bad, life_words(b->producer_life),
            look->plain, b->waits_for_room ? "; it waits for room now" : "");
    write_producer_counts(out, look, s);
}

/* ---- the consumers ------------------------------------------------------------------------ */

static uint32_t count_life(const struct dhi_snapshot *s, enum dh_life life)
{
    uint32_t n = 0;

    for (uint32_t i = 0; i < s->n_consumers; i++)
        n += s->consumers[i].life == life;
    return n;
}

static void add_titles(struct dhi_table *table, const struct dhi_look *look)
{
    static const char *const titles[] = { "#",   "PROGRAM", "USER", "STATE", "READ",
                                          "LAG", "HOLDS",   "LOST", "SLEPT", "SEEN" };

    for (unsigned i = 0; i < table->n_columns; i++)
        dhi_table_add(table, look->dim, "%s", titles[i]);
}

static void add_consumer(struct dhi_table *table, const struct dhi_look *look,
                         const struct dhi_snapshot *s, uint32_t index)
{
    const struct dh_consumer_facts *c = &s->consumers[index];
    char user[DHI_USER_BYTES], ago[DHI_QUANTITY_BYTES], safe[DHI_SAFE_BYTES];
    bool gone = c->life == DH_LIFE_LEFT || c->life == DH_LIFE_REAPED;

    dhi_table_add(table, "", "%u", index);
    dhi_table_add(table, "", "%s[%u]", dhi_safe(c->identity.program, safe), c->identity.pid);
    dhi_table_add(table, "", "%s", dhi_user(c->identity.uid, user));
    dhi_table_add(table,
                  c->life == DH_LIFE_ALIVE ? look->good
                  : gone                   ? ""
                                           : look->bad,
                  "%s", dh_life_name(c->life));
    dhi_table_add(table, "", "%" PRIu64, c->metrics.acquired);
    if (gone)
        dhi_table_add(table, "", "-");
    else
        dhi_table_add(table, "", "%" PRIu64, c->lag);
    if (!gone && c->held_buffer >= 0)
        dhi_table_add(table, "", "buffer %" PRId64, c->held_buffer);
    else if (!gone && c->lag > 0 && s->block.policy.full == DH_FULL_WAIT)
        dhi_table_add(table, "", "%" PRIu64 " slot%s", c->lag, c->lag == 1 ? "" : "s");
    else
        dhi_table_add(table, "", "-");
    dhi_table_add(table, "", "%" PRIu64, c->metrics.lost);
    dhi_table_add(table, "", "%" PRIu64, c->metrics.sleeps);
    dhi_table_add(table, "", "%s", dhi_ago(gone ? c->ended_ns : c->heartbeat_ns, s->now_ns, ago));
}

static void write_consumers(FILE *out, const struct dhi_look *look, const struct dhi_snapshot *s)
{
    struct dhi_table table = { .n_columns = 10 };
    uint32_t used = s->n_consumers - count_life(s, DH_LIFE_NONE);

    fprintf(out, "\n%sconsumers%s ", look->bold, look->plain);
    if (!s->admin) {
        fprintf(out, "are shown to the channel's owner only\n");
        return;
    }
    if (s->block.strict && s->n_consumers == 0) {
        fprintf(out, "are known to the producer's process alone, which does not answer\n");
        return;
    }
    fprintf(out, "%u alive", count_life(s, DH_LIFE_ALIVE));
    if (count_life(s, DH_LIFE_DEAD) > 0)
        fprintf(out, ", %s%u dead%s", look->bad, count_life(s, DH_LIFE_DEAD), look->plain);
    fprintf(out, ", room for %u\n", s->n_consumers);
    if (used == 0) return;
    add_titles(&table, look);
    for (uint32_t i = 0; i < s->n_consumers; i++)
        if (s->consumers[i].life != DH_LIFE_NONE) add_consumer(&table, look, s, i);
    dhi_table_write(&table, out, look, 2);
}

void dhi_write_info(FILE *out, const struct dhi_look *look, const struct dhi_snapshot *snapshot)
{
    write_block(out, look, snapshot);
    write_producer(out, look, snapshot);
    write_consumers(out, look, snapshot);
}

static enum dhi_exit show(const struct dhi_request *request, const struct dhi_snapshot *snapshot)
{
    json_t *json;

    if (!request->json) {
        dhi_write_info(request->out, &request->look, snapshot);
        return DHI_EXIT_FINE;
    }
    json = dhi_snapshot_json(snapshot);
    json_object_set_new(json, "v", json_integer(1));
    json_dumpf(json, request->out, JSON_COMPACT);
    fputc('\n', request->out);
    json_decref(json);
    return DHI_EXIT_FINE;
}

enum dhi_exit dhi_run_info(const struct dhi_request *request)
{
    return dhi_snapshot_of(request, request->argument, show);
}
