/* SPDX-License-Identifier: Apache-2.0 */
/* dhadmin stat: a line a second for each channel, of what changed since the last one. */
#include "stat.h"
#include "quantity.h"
#include "spell.h"
#include "watch.h"
#include "watched.h"

#include <inttypes.h>
#include <jansson.h>
#include <string.h>

/* Column heads again after so many lines, so that they do not scroll away. */
#define HEADS_EVERY 20

static unsigned name_width(const struct dhi_watching *watching)
{
    unsigned width = 12;

    for (size_t i = 0; i < watching->n; i++) {
        unsigned length = (unsigned)strlen(watching->all[i]->entry.channel);
        if (length > width) width = length > 32 ? 32 : length;
    }
    return width;
}

static void write_heads(const struct dhi_request *request, unsigned width)
{
    fprintf(request->out, "%s%-8s  %-*s %9s %11s %5s %6s %4s %5s %6s%s\n", request->look.dim,
            "TIME", (int)width, "CHANNEL", "HZ", "BYTES/S", "READS", "LAG", "FULL", "LOST", "STATE",
            request->look.plain);
}

static const char *state_of(const struct dhi_watched *w)
{
    if (w->observer == NULL) return dh_error_name(w->err) + strlen("DH_");
    if (w->now.life != DH_LIFE_ALIVE) return dh_life_name(w->now.life);
    return w->now.waits ? "waits" : "alive";
}

/* CLOCK_REALTIME of the look, be there nothing to be seen. */
static uint64_t time_of(const struct dhi_watched *w)
{
    uint64_t at = w->observer != NULL ? w->now.at_ns : (uint64_t)dh_now();

    return at + (uint64_t)dhi_realtime_offset();
}

static void write_line(const struct dhi_request *request, const struct dhi_watched *w,
                       unsigned width)
{
    char clock[DHI_QUANTITY_BYTES], size[DHI_QUANTITY_BYTES], safe[DHI_SAFE_BYTES];
    uint64_t now = time_of(w);
    uint64_t lost = w->now.lost > w->before.lost ? w->now.lost - w->before.lost : 0;

    if (w->observer == NULL) {
        fprintf(request->out, "%.8s  %-*.*s %9s %11s %5s %6s %4s %5s %6s\n", dhi_clock(now, clock),
                (int)width, (int)width, dhi_safe(w->entry.channel, safe), "-", "-", "-", "-", "-",
                "-", state_of(w));
        return;
    }
    fprintf(request->out,
            "%.8s  %-*.*s %9.1f %9s/s %5u %6" PRIu64 " %4" PRIu64 " %5" PRIu64 " %6s\n",
            dhi_clock(now, clock), (int)width, (int)width, dhi_safe(w->entry.channel, safe),
            w->rate.hz, dhi_size((uint64_t)(w->rate.bytes_per_s + 0.5), size), w->now.n_alive,
            w->now.lag, w->now.metrics.full_waits - w->before.metrics.full_waits, lost,
            state_of(w));
}

static json_t *number(uint64_t value)
{
    return json_integer((json_int_t)value);
}

void dhi_write_stat_json(FILE *out, const struct dhi_watched *w)
{
    char time[DHI_QUANTITY_BYTES], safe[DHI_SAFE_BYTES];
    json_t *json = json_pack(
        "{s:i, s:s, s:s, s:s, s:o, s:f, s:f, s:f, s:i, s:i, s:o, s:o, s:o, s:o, s:o, s:o}", "v", 1,
        "time", dhi_rfc3339(time_of(w), time), "channel", dhi_safe(w->entry.channel, safe), "state",
        state_of(w), "messages", number(w->rate.messages), "seconds", w->rate.seconds, "hz",
        w->rate.hz, "bytes_per_s", w->rate.bytes_per_s, "consumers", (int)w->now.n_alive, "dead",
        (int)w->now.n_dead, "lag", number(w->now.lag), "committed", number(w->now.committed),
        "full_waits", number(w->now.metrics.full_waits - w->before.metrics.full_waits),
        "full_wait_ns", number(w->now.metrics.full_wait_ns - w->before.metrics.full_wait_ns),
        "full_timeouts", number(w->now.metrics.full_timeouts - w->before.metrics.full_timeouts),
        "lost", number(w->now.lost > w->before.lost ? w->now.lost - w->before.lost : 0));

    json_dumpf(json, out, JSON_COMPACT);
    fputc('\n', out);
    json_decref(json);
}

static void write_all(const struct dhi_watching *watching, uint64_t *n_lines)
{
    const struct dhi_request *request = watching->request;
    unsigned width = name_width(watching);

    for (size_t i = 0; i < watching->n; i++) {
        if (!watching->all[i]->has_rate && watching->all[i]->observer != NULL) continue;
        if (request->json) {
            dhi_write_stat_json(request->out, watching->all[i]);
            continue;
        }
        if (*n_lines % HEADS_EVERY == 0) write_heads(request, width);
        write_line(request, watching->all[i], width);
        ++*n_lines;
    }
    fflush(request->out);
}

enum dhi_exit dhi_run_stat(const struct dhi_request *request)
{
    struct dhi_watching watching = { .request = request };
    uint64_t limit = request->once ? 1 : request->count, n_lines = 0;
    enum dhi_exit code = DHI_EXIT_FINE;
    struct dh_why why = { 0 };
    int64_t next = dh_now();
    dh_err err = DH_OK;

    dhi_watch_signals();
    for (uint64_t n = 0; limit == 0 || n < limit; n++) {
        err = dhi_watching_list(&watching, &why);
        if (err != DH_OK) break;
        if (n == 0 && watching.n == 0) {
            fprintf(request->err, "no channel%s%s\n", request->argument == NULL ? "s" : " matches ",
                    request->argument == NULL ? "" : request->argument);
            if (request->argument != NULL) code = DHI_EXIT_NO_CHANNEL;
            if (limit != 0 || request->argument != NULL) break;
        }
        next += request->interval_ns;
        if (!dhi_rest_until(next)) break;
        dhi_watching_sample(&watching);
        write_all(&watching, &n_lines);
        if (ferror(request->out)) break;
    }
    dhi_watching_end(&watching);
    return err == DH_OK ? code : dhi_complain(request, "stat", err, &why);
}
