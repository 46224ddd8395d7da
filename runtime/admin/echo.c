/* SPDX-License-Identifier: Apache-2.0 */
/* dhadmin echo: the messages of a channel, decoded by the schema that travels with it. */
#include "channel.h"
#include "csv.h"
#include "filter.h"
#include "json.h"
#include "quantity.h"
#include "text.h"
#include "watch.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* How long a look for the next message may take before Ctrl-C is noticed. */
#define SLICE_NS (200 * DH_MS)

struct echo {
    const struct dhi_request *request;
    char channel[DH_CHANNEL_MAX + 1];
    dh_observer *observer;
    struct dh_block_facts facts;
    struct dhc_text *text;
    struct dhi_filter *filter; /* NULL: all */
    unsigned char *payload;    /* room for the slot and for the largest zone */
    uint64_t next, n_shown;
    bool shown_any;
};

static const struct dhc_node *slot_root(const struct echo *echo)
{
    return echo->text->roots[0].fields;
}

/* ---- one message -------------------------------------------------------------------------- */

static void write_header(const struct echo *echo, uint64_t sequence,
                         const struct dh_slot_facts *facts)
{
    const struct dhi_look *look = &echo->request->look;
    FILE *out = echo->request->out;
    char clock[DHI_QUANTITY_BYTES];

    fprintf(out, "%s%s #%" PRIu64, look->bold, echo->channel, sequence);
    if (facts->commit_ns != 0)
        fprintf(out, "  %s", dhi_clock(facts->commit_ns + (uint64_t)dhi_realtime_offset(), clock));
    fprintf(out, "%s\n", look->plain);
}

static void write_json_line(const struct echo *echo, uint64_t sequence, uint64_t left_out,
                            const struct dhi_payload *payload, const struct dh_slot_facts *facts)
{
    FILE *out = echo->request->out;
    char time[DHI_QUANTITY_BYTES];
    unsigned damaged;

    /* Names of channels have nothing that JSON escapes. */
    fprintf(out, "{\"v\":1,\"channel\":\"%s\",\"sequence\":%" PRIu64 ",\"left_out\":%" PRIu64,
            echo->channel, sequence, left_out);
    if (facts->commit_ns != 0)
        fprintf(out, ",\"commit_ns\":%" PRIu64 ",\"time\":\"%s\"", facts->commit_ns,
                dhi_rfc3339(facts->commit_ns + (uint64_t)dhi_realtime_offset(), time));
    fprintf(out, ",\"slot\":");
    damaged = dhi_write_json(out, payload, slot_root(echo), echo->request->field);
    if (damaged > 0) fprintf(out, ",\"damaged\":%u", damaged);
    fprintf(out, "}\n");
}

static void write_message(struct echo *echo, uint64_t sequence, const struct dh_slot_facts *facts)
{
    const struct dhi_request *request = echo->request;
    uint64_t left_out = echo->shown_any ? sequence - echo->next : 0;
    struct dhi_payload payload = { echo->payload, echo->facts.payload_bytes };

    if (facts->length < payload.n_bytes) payload.n_bytes = facts->length;
    if (echo->filter != NULL && !dhi_filter_holds(echo->filter, &payload)) {
        echo->next = sequence + 1; /* seen, and not wanted: nothing was left out */
        return;
    }
    if (request->json)
        write_json_line(echo, sequence, left_out, &payload, facts);
    else if (request->csv) {
        fprintf(request->out, "%" PRIu64 ",%" PRIu64, sequence, facts->commit_ns);
        dhi_write_csv_values(request->out, &payload, slot_root(echo), request->field);
        fputs("\r\n", request->out);
    } else {
        if (left_out > 0)
            fprintf(request->out, "%s… %" PRIu64 " messages left out%s\n", request->look.dim,
                    left_out, request->look.plain);
        write_header(echo, sequence, facts);
        dhi_write_text(request->out, &payload, slot_root(echo), request->field,
                       request->look.columns);
    }
    fflush(request->out);
    echo->shown_any = true;
    echo->next = sequence + 1;
    echo->n_shown++;
}

/* ---- zones -------------------------------------------------------------------------------- */

static const struct dhc_node *zone_root(const struct echo *echo, const char *name)
{
    for (uint32_t i = 1; i < echo->text->n_roots; i++)
        if (strcmp(echo->text->roots[i].name, name) == 0) return echo->text->roots[i].fields;
    return NULL;
}

static void write_zone(struct echo *echo, uint32_t zone)
{
    const char *name = dh_observer_zone_name(echo->observer, zone);
    const struct dhc_node *root = zone_root(echo, name);
    struct dhi_payload payload = { echo->payload, dh_observer_zone_bytes(echo->observer, zone) };
    FILE *out = echo->request->out;
    dh_err err = dh_observer_zone_copy(echo->observer, zone, dh_in(SLICE_NS), echo->payload);

    if (root == NULL) return;
    if (echo->request->json) {
        fprintf(out, "{\"v\":1,\"channel\":\"%s\",\"zone\":\"%s\",", echo->channel, name);
        if (err != DH_OK)
            fprintf(out, "\"error\":\"%s\"", dh_error_name(err));
        else {
            fprintf(out, "\"value\":");
            dhi_write_json(out, &payload, root, NULL);
        }
        fprintf(out, "}\n");
        return;
    }
    fprintf(out, "%s%s zone %s%s\n", echo->request->look.bold, echo->channel, name,
            echo->request->look.plain);
    if (err != DH_OK)
        fprintf(out, "(%s)\n", dh_error_text(err));
    else
        dhi_write_text(out, &payload, root, NULL, echo->request->look.columns);
}

/* ---- the stream --------------------------------------------------------------------------- */

/* Where to begin: at the newest message; of a dead producer at the oldest that is asked for. */
static uint64_t first_sequence(const struct echo *echo)
{
    uint64_t head = echo->facts.head, back = 1;

    if (echo->facts.producer_life != DH_LIFE_ALIVE && !echo->request->once) {
        back = echo->facts.policy.n_slots;
        if (echo->request->count > 0 && echo->request->count < back) back = echo->request->count;
    }
    return head < back ? 0 : head - back;
}

static enum dhi_exit finish(const struct echo *echo, dh_err err)
{
    const struct dhi_request *request = echo->request;

    if (err == DH_ECLOSED)
        fprintf(request->err, "%s: the producer closed the channel; this was all\n", echo->channel);
    else if (err == DH_EDEAD)
        fprintf(request->err, "%s: the producer is dead; this is all it committed\n",
                echo->channel);
    else if (err == DH_ESUPERSEDED)
        fprintf(request->err,
                "%s: a successor took the channel over; the old block had no more: echo it again\n",
                echo->channel);
    else
        return dhi_complain(request, echo->channel, err, NULL);
    return DHI_EXIT_FINE;
}

static enum dhi_exit stream(struct echo *echo)
{
    uint64_t limit = echo->request->once ? 1 : echo->request->count;

    while (!dhi_interrupted() && (limit == 0 || echo->n_shown < limit)) {
        struct dh_slot_facts facts;
        uint64_t sequence = echo->next;
        dh_err err =
            dh_observer_copy(echo->observer, &sequence, dh_in(SLICE_NS), echo->payload, &facts);

        if (err == DH_OK)
            write_message(echo, sequence, &facts);
        else if (err != DH_EEMPTY)
            return finish(echo, err);
        if (ferror(echo->request->out)) return DHI_EXIT_TRY_AGAIN;
    }
    return DHI_EXIT_FINE;
}

/* ---- before it begins --------------------------------------------------------------------- */

static enum dhi_exit check_field(const struct echo *echo)
{
    const struct dhi_request *request = echo->request;
    struct dhi_place place = { 0 };
    const char *bad;

    if (request->field != NULL && !dhi_path(NULL, slot_root(echo), request->field, &place, &bad)) {
        fprintf(request->err, "dhadmin: %s has no field '%s'%s%s\n", echo->channel, request->field,
                bad > request->field ? ": nothing there is called " : "",
                bad > request->field ? bad : "");
        fprintf(request->err, "  dhadmin schema %s names them\n", echo->channel);
        return DHI_EXIT_USAGE;
    }
    if (request->csv && dhi_csv_columns(slot_root(echo), request->field) > DHI_CSV_COLUMNS) {
        fprintf(request->err, "dhadmin: that is over %d columns; choose a part with --field\n",
                DHI_CSV_COLUMNS);
        return DHI_EXIT_USAGE;
    }
    return DHI_EXIT_FINE;
}

static enum dhi_exit check_filter(struct echo *echo)
{
    const struct dhi_request *request = echo->request;
    char wrong[DHI_FILTER_WRONG];
    size_t at;

    if (request->filter == NULL) return DHI_EXIT_FINE;
    echo->filter = dhi_filter_read(request->filter, slot_root(echo), &at, wrong);
    if (echo->filter != NULL) return DHI_EXIT_FINE;
    fprintf(request->err, "dhadmin: --filter: %s\n  %s\n  %*s^\n", wrong, request->filter, (int)at,
            "");
    fprintf(request->err, "  dhadmin schema %s names the fields\n", echo->channel);
    return DHI_EXIT_USAGE;
}

/* The text comes from the block, whose hash was checked: still it is another process's. */
static enum dhi_exit read_text(struct echo *echo)
{
    struct dhc_trouble trouble;
    size_t n;
    const char *bytes = dh_observer_text(echo->observer, &n);
    size_t room = echo->facts.payload_bytes;

    echo->text = dhc_read(bytes, n, &trouble);
    if (echo->text == NULL) {
        fprintf(echo->request->err, "dhadmin: %s: the block's schema is damaged: line %u: %s\n",
                echo->channel, trouble.line, trouble.what);
        return DHI_EXIT_DATA;
    }
    for (uint32_t i = 0; i < dh_observer_n_zones(echo->observer); i++)
        if (dh_observer_zone_bytes(echo->observer, i) > room)
            room = dh_observer_zone_bytes(echo->observer, i);
    echo->payload = calloc(1, room + 1);
    if (echo->payload == NULL) return dhi_complain(echo->request, echo->channel, DH_ENOMEM, NULL);
    return check_field(echo);
}

static enum dhi_exit run(struct echo *echo)
{
    enum dhi_exit code = read_text(echo);

    if (code == DHI_EXIT_FINE) code = check_filter(echo);
    if (code != DHI_EXIT_FINE) return code;
    echo->next = first_sequence(echo);
    if (echo->request->zones)
        for (uint32_t i = 0; i < dh_observer_n_zones(echo->observer); i++)
            write_zone(echo, i);
    if (echo->request->csv) {
        fputs("sequence,commit_ns", echo->request->out);
        dhi_write_csv_names(echo->request->out, slot_root(echo), echo->request->field);
        fputs("\r\n", echo->request->out);
    }
    fflush(echo->request->out);
    return stream(echo);
}

enum dhi_exit dhi_run_echo(const struct dhi_request *request)
{
    struct echo echo = { .request = request };
    bool admin = request->zones; /* shared zones are shown to the owner */
    enum dhi_exit code =
        dhi_channel_open(request, request->argument, &admin, echo.channel, &echo.observer);

    if (code != DHI_EXIT_FINE) return code;
    dhi_watch_signals();
    dh_observer_block(echo.observer, &echo.facts);
    code = run(&echo);
    dhi_filter_free(echo.filter);
    free(echo.payload);
    dhc_free(echo.text);
    dh_observer_close(echo.observer);
    return code;
}
