/* SPDX-License-Identifier: Apache-2.0 */
/* dhadmin diagnose: who holds what, and what is wrong. Changes nothing. */
#include "diagnose.h"

#include "channel.h"
#include "quantity.h"
#include "spell.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { TITLE = 12 }; /* columns before what is said */

uint32_t dhi_slot_ranges(const struct dhi_snapshot *snapshot, enum dh_slot_state state,
                         char ranges[DHI_RANGES_BYTES])
{
    uint32_t n = 0;
    int used = 0;
    bool more = false;

    ranges[0] = 0;
    for (uint32_t i = 0; i < snapshot->n_slots; i++) {
        uint32_t first = i;

        if (snapshot->slots[i].state != state) continue;
        while (i + 1 < snapshot->n_slots && snapshot->slots[i + 1].state == state)
            i++;
        n += i - first + 1;
        more = more || used > DHI_RANGES_BYTES - 32;
        if (more) continue;
        used += snprintf(ranges + used, (size_t)(DHI_RANGES_BYTES - used),
                         i == first ? "%s%u" : "%s%u-%u", used > 0 ? ", " : "", first, i);
    }
    if (more) snprintf(ranges + used, (size_t)(DHI_RANGES_BYTES - used), ", …");
    return n;
}

/* Words between the columns `indent` and look->columns, the first line begun already. */
static void wrap(FILE *out, const struct dhi_look *look, unsigned indent, const char *text)
{
    unsigned column = indent;

    while (*text != 0) {
        size_t length = strcspn(text, " ");
        unsigned width = 0;

        /* A number and its unit stay together. */
        while (text[length] == ' ' && length > 0 && text[length - 1] >= '0' &&
               text[length - 1] <= '9')
            length += 1 + strcspn(text + length + 1, " ");
        for (size_t i = 0; i < length; i++)
            width += (text[i] & 0xc0) != 0x80;
        if (column > indent && column + 1 + width > look->columns) {
            fprintf(out, "\n%*s", (int)indent, "");
            column = indent;
        }
        if (column > indent) fputc(' ', out);
        fprintf(out, "%.*s", (int)length, text);
        column += width + (column > indent);
        text += length + (text[length] == ' ');
    }
    fputc('\n', out);
}

static void title(FILE *out, const struct dhi_look *look, const char *style, const char *words)
{
    fprintf(out, "  %s%-*s%s", style, TITLE - 2, words, style[0] != 0 ? look->plain : "");
}

static void write_producer(FILE *out, const struct dhi_look *look, const struct dhi_snapshot *s)
{
    char who[DHI_WHO_BYTES], line[2 * DHI_WHO_BYTES];
    static const char *const words[] = {
        [DH_LIFE_NONE] = "is unknown",
        [DH_LIFE_ALIVE] = "is alive: the kernel holds its lease",
        [DH_LIFE_LEFT] = "closed the channel in order",
        [DH_LIFE_DEAD] = "is dead: its lease is free",
        [DH_LIFE_REAPED] = "is dead",
    };

    title(out, look, look->dim, "producer");
    snprintf(line, sizeof line, "%s %s%s", dhi_who(&s->block.producer, who),
             words[s->block.producer_life],
             s->block.waits_for_room ? "; it waits for room now" : "");
    wrap(out, look, TITLE, line);
}

static void write_slots(FILE *out, const struct dhi_look *look, const struct dhi_snapshot *s)
{
    static const enum dh_slot_state states[] = { DH_SLOT_WRITING, DH_SLOT_DRAINING,
                                                 DH_SLOT_COMMITTED, DH_SLOT_FREE };
    char ranges[DHI_RANGES_BYTES];
    const char *name = "slots";

    for (size_t i = 0; i < sizeof states / sizeof states[0]; i++) {
        uint32_t n = dhi_slot_ranges(s, states[i], ranges);
        if (n == 0) continue;
        title(out, look, look->dim, name);
        fprintf(out, "%u %s: %s%s\n", n, dh_slot_state_name(states[i]), ranges,
                name[0] != 0 && s->n_slots > s->block.policy.n_slots
                    ? " (one word more than slots, for the commit in hand)"
                    : "");
        name = "";
    }
    title(out, look, look->dim, "head");
    fprintf(out, "%" PRIu64 " message%s committed\n", s->block.head, s->block.head == 1 ? "" : "s");
}

static void write_consumer(FILE *out, const struct dhi_look *look, const struct dhi_snapshot *s,
                           uint32_t index)
{
    const struct dh_consumer_facts *c = &s->consumers[index];
    char who[DHI_WHO_BYTES], ago[DHI_QUANTITY_BYTES], holds[DHI_QUANTITY_BYTES];
    char line[3 * DHI_WHO_BYTES];

    if (s->block.policy.full == DH_FULL_WAIT && c->lag == 0)
        snprintf(holds, sizeof holds, "has read all and holds nothing");
    else if (s->block.policy.full == DH_FULL_WAIT)
        snprintf(holds, sizeof holds,
                 c->lag == 1 ? "holds message %" PRIu64 : "holds messages %" PRIu64 "-%" PRIu64,
                 c->position, c->position + c->lag - 1);
    else if (c->held_buffer >= 0)
        snprintf(holds, sizeof holds, "holds buffer %" PRId64, c->held_buffer);
    else
        snprintf(holds, sizeof holds, "holds nothing");
    snprintf(line, sizeof line, "%u: %s is %s and %s; seen %s", index, dhi_who(&c->identity, who),
             dh_life_name(c->life), holds, dhi_ago(c->heartbeat_ns, s->now_ns, ago));
    wrap(out, look, TITLE + 3, line);
}

static void write_consumers(FILE *out, const struct dhi_look *look, const struct dhi_snapshot *s)
{
    const char *name = "consumers";

    for (uint32_t i = 0; i < s->n_consumers; i++) {
        if (s->consumers[i].life != DH_LIFE_ALIVE && s->consumers[i].life != DH_LIFE_DEAD) continue;
        title(out, look, look->dim, name);
        write_consumer(out, look, s, i);
        name = "";
    }
    if (name[0] == 0) return;
    title(out, look, look->dim, name);
    fprintf(out, s->admin ? "none\n" : "are shown to the channel's owner only\n");
}

static void write_findings(FILE *out, const struct dhi_look *look,
                           const struct dhi_findings *findings, bool problems)
{
    const char *name = problems ? "problem" : "remark";

    for (size_t i = 0; i < findings->n; i++) {
        const struct dhi_finding *finding = &findings->all[i];
        if (finding->problem != problems) continue;
        title(out, look, problems ? look->bad : look->dim, name);
        wrap(out, look, TITLE, finding->text);
        if (finding->help != NULL) {
            fprintf(out, "%*s= ", TITLE, "");
            wrap(out, look, TITLE + 2, finding->help);
        }
        if (finding->command != NULL)
            fprintf(out, "%*s%s$ %s%s\n", TITLE, "", look->bold, finding->command, look->plain);
    }
}

void dhi_write_diagnosis(FILE *out, const struct dhi_look *look,
                         const struct dhi_snapshot *snapshot, const struct dhi_findings *findings)
{
    char safe[DHI_SAFE_BYTES];

    fprintf(out, "%s%s%s\n", look->bold, dhi_safe(snapshot->block.channel, safe), look->plain);
    write_producer(out, look, snapshot);
    write_slots(out, look, snapshot);
    write_consumers(out, look, snapshot);
    write_findings(out, look, findings, false);
    write_findings(out, look, findings, true);
    title(out, look, look->bold, "verdict");
    if (findings->n_problems == 0)
        fprintf(out, "%sfine%s\n", look->good, look->plain);
    else
        fprintf(out, "%s%zu problem%s%s\n", look->bad, findings->n_problems,
                findings->n_problems == 1 ? "" : "s", look->plain);
}

/* ---- the command -------------------------------------------------------------------------- */

static json_t *findings_json(const struct dhi_findings *findings, bool problems)
{
    json_t *all = json_array();

    for (size_t i = 0; i < findings->n; i++) {
        const struct dhi_finding *finding = &findings->all[i];
        if (finding->problem != problems) continue;
        json_array_append_new(all, json_pack("{s:s, s:s?, s:s?}", "text", finding->text, "help",
                                             finding->help, "command", finding->command));
    }
    return all;
}

static json_t *slots_json(const struct dhi_snapshot *snapshot)
{
    json_t *all = json_object();
    char ranges[DHI_RANGES_BYTES];

    for (int state = DH_SLOT_FREE; state <= DH_SLOT_DRAINING; state++)
        json_object_set_new(
            all, dh_slot_state_name((enum dh_slot_state)state),
            json_integer((json_int_t)dhi_slot_ranges(snapshot, (enum dh_slot_state)state, ranges)));
    return all;
}

static json_t *diagnosis_json(const struct dhi_snapshot *snapshot,
                              const struct dhi_findings *findings)
{
    json_t *json = dhi_snapshot_json(snapshot);

    json_object_set_new(json, "slots", slots_json(snapshot));
    json_object_set_new(json, "problems", findings_json(findings, true));
    json_object_set_new(json, "remarks", findings_json(findings, false));
    return json;
}

/* A producer that nobody hears from cannot be looked at without a broker: then the kernel is asked
 * what it is doing. Returns the exit code. */
static enum dhi_exit of_silent(const struct dhi_request *request, const char *said,
                               enum dhi_exit code)
{
    struct dh_channel_entry *entries = NULL;
    size_t n = 0;
    bool broker;

    if (code != DHI_EXIT_TRY_AGAIN || dh_hub_list(request->broker, NULL, dh_in(DHI_LIST_NS),
                                                  &entries, &n, &broker, NULL) != DH_OK)
        return code;
    for (size_t i = 0; i < n; i++) {
        struct dh_identity identity = { .pid = entries[i].pid };
        enum dh_motion motion = dh_recovery_motion(&identity);

        if (!entries[i].silent || !dhi_channel_is_called(entries[i].channel, said)) continue;
        if (motion == DH_MOTION_STOPPED)
            fprintf(request->err, "  $ kill -CONT %u\n", entries[i].pid);
        else
            fprintf(request->err, "  $ dhadmin reset %s --force\n", entries[i].channel);
        code = DHI_EXIT_PROBLEMS;
    }
    free(entries);
    return code;
}

/* One channel: a page, or one more element of `channels`. */
static enum dhi_exit diagnose(const struct dhi_request *request, const char *said, json_t *channels)
{
    char channel[DH_CHANNEL_MAX + 1];
    struct dhi_snapshot snapshot;
    struct dhi_findings findings;
    dh_observer *observer = NULL;
    bool admin = true;
    enum dhi_exit code = dhi_channel_open(request, said, &admin, channel, &observer);

    if (code != DHI_EXIT_FINE) return of_silent(request, said, code);
    if (!dhi_snapshot_take(&snapshot, request, observer, admin))
        code = dhi_complain(request, channel, DH_ENOMEM, NULL);
    else {
        dhi_findings_of(&findings, &snapshot);
        if (findings.n_problems > 0) code = DHI_EXIT_PROBLEMS;
        if (channels != NULL)
            json_array_append_new(channels, diagnosis_json(&snapshot, &findings));
        else
            dhi_write_diagnosis(request->out, &request->look, &snapshot, &findings);
        dhi_findings_free(&findings);
    }
    dhi_snapshot_free(&snapshot);
    dh_observer_close(observer);
    return code;
}

/* A channel that cannot even be looked at is a problem of its own; it has been said already. */
static enum dhi_exit diagnose_all(const struct dhi_request *request, json_t *channels)
{
    struct dh_channel_entry *entries = NULL;
    struct dh_why why = { 0 };
    enum dhi_exit code = DHI_EXIT_FINE;
    size_t n = 0;
    bool broker;
    dh_err err =
        dh_hub_list(request->broker, NULL, dh_in(DHI_LIST_NS), &entries, &n, &broker, &why);

    if (err != DH_OK) return dhi_complain(request, "list", err, &why);
    if (n == 0) fprintf(request->err, "no channels\n");
    for (size_t i = 0; i < n; i++) {
        if (i > 0 && channels == NULL) fputc('\n', request->out);
        if (diagnose(request, entries[i].channel, channels) != DHI_EXIT_FINE)
            code = DHI_EXIT_PROBLEMS;
    }
    free(entries);
    return code;
}

static enum dhi_exit diagnose_channels(const struct dhi_request *request)
{
    json_t *channels = request->json ? json_array() : NULL, *all;
    enum dhi_exit code = request->argument != NULL ? diagnose(request, request->argument, channels)
                                                   : diagnose_all(request, channels);

    if (channels == NULL) return code;
    if (code <= DHI_EXIT_PROBLEMS) {
        all = json_pack("{s:i, s:O}", "v", 1, "channels", channels);
        json_dumpf(all, request->out, JSON_COMPACT);
        fputc('\n', request->out);
        json_decref(all);
    }
    json_decref(channels);
    return code;
}

enum dhi_exit dhi_run_diagnose(const struct dhi_request *request)
{
    return request->slot >= 0 ? dhi_diagnose_slot(request) : diagnose_channels(request);
}
