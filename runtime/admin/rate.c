/* SPDX-License-Identifier: Apache-2.0 */
/* dhadmin hz and bw: how many messages and bytes a second, from the channel's own counters. */
#include "channel.h"
#include "quantity.h"
#include "sample.h"
#include "watch.h"

#include <inttypes.h>
#include <string.h>

struct meter {
    const struct dhi_request *request;
    char channel[DH_CHANNEL_MAX + 1];
    dh_observer *observer;
    uint32_t payload_bytes;
    bool bytes; /* bw */
};

static void write_interval(FILE *out, const struct dhi_intervals *intervals)
{
    char least[DHI_QUANTITY_BYTES], most[DHI_QUANTITY_BYTES], deviation[DHI_QUANTITY_BYTES];

    fprintf(out, "   every %s to %s, ±%s", dhi_duration(intervals->least_ns, least),
            dhi_duration(intervals->most_ns, most),
            dhi_duration((uint64_t)intervals->deviation_ns, deviation));
}

static void write_text(const struct meter *meter, const struct dhi_sample *now,
                       const struct dhi_rate *rate)
{
    const struct dhi_look *look = &meter->request->look;
    FILE *out = meter->request->out;
    char text[DHI_QUANTITY_BYTES];
    struct dhi_intervals intervals;

    if (meter->bytes)
        fprintf(out, "%s%12s/s%s", look->bold, dhi_size((uint64_t)(rate->bytes_per_s + 0.5), text),
                look->plain);
    else
        fprintf(out, "%s%12.3f Hz%s", look->bold, rate->hz, look->plain);
    if (rate->messages == 0) {
        fprintf(out, "   nothing new in %.3f s; the last message %s\n", rate->seconds,
                dhi_ago(now->commit_ns, now->at_ns, text));
        return;
    }
    fprintf(out, "   %" PRIu64 " message%s in %.6f s", rate->messages,
            rate->messages == 1 ? "" : "s", rate->seconds);
    if (meter->bytes)
        fprintf(out, ", %u bytes each", meter->payload_bytes);
    else if (dhi_intervals_of(&intervals, meter->observer))
        write_interval(out, &intervals);
    fputc('\n', out);
}

/* Names of channels have nothing that JSON escapes. */
static void write_json(const struct meter *meter, const struct dhi_sample *before,
                       const struct dhi_sample *now, const struct dhi_rate *rate)
{
    FILE *out = meter->request->out;
    struct dhi_intervals intervals;

    fprintf(out,
            "{\"v\":1,\"channel\":\"%s\",\"from\":%" PRIu64 ",\"to\":%" PRIu64
            ",\"from_ns\":%" PRIu64 ",\"to_ns\":%" PRIu64 ",\"messages\":%" PRIu64
            ",\"bytes\":%" PRIu64 ",\"seconds\":%.9f,\"hz\":%.9g,\"bytes_per_s\":%.9g",
            meter->channel, before->committed, now->committed, before->commit_ns, now->commit_ns,
            rate->messages, now->bytes - before->bytes, rate->seconds, rate->hz, rate->bytes_per_s);
    if (dhi_intervals_of(&intervals, meter->observer))
        fprintf(out,
                ",\"interval_ns\":{\"n\":%" PRIu64 ",\"least\":%" PRIu64 ",\"most\":%" PRIu64
                ",\"mean\":%.1f,\"deviation\":%.1f}",
                intervals.n, intervals.least_ns, intervals.most_ns, intervals.mean_ns,
                intervals.deviation_ns);
    fprintf(out, "}\n");
}

static enum dhi_exit measure(struct meter *meter)
{
    const struct dhi_request *request = meter->request;
    uint64_t limit = request->once ? 1 : request->count;
    int64_t next = dh_now();
    struct dhi_sample before, now;

    dhi_sample_take(&before, meter->observer, false);
    for (uint64_t n = 0; limit == 0 || n < limit; n++) {
        struct dhi_rate rate;

        next += request->interval_ns;
        if (!dhi_rest_until(next)) break;
        dhi_sample_take(&now, meter->observer, false);
        rate = dhi_rate_between(&before, &now);
        if (now.life != DH_LIFE_ALIVE && rate.messages == 0) {
            fprintf(request->err, "%s: the producer %s\n", meter->channel,
                    now.life == DH_LIFE_LEFT ? "closed the channel" : "is dead");
            return DHI_EXIT_FINE;
        }
        if (request->json)
            write_json(meter, &before, &now, &rate);
        else
            write_text(meter, &now, &rate);
        fflush(request->out);
        if (ferror(request->out)) return DHI_EXIT_TRY_AGAIN;
        before = now;
    }
    return DHI_EXIT_FINE;
}

static enum dhi_exit run(const struct dhi_request *request, bool bytes)
{
    struct meter meter = { .request = request, .bytes = bytes };
    struct dh_block_facts facts;
    bool admin = false;
    enum dhi_exit code =
        dhi_channel_open(request, request->argument, &admin, meter.channel, &meter.observer);

    if (code != DHI_EXIT_FINE) return code;
    dhi_watch_signals();
    dh_observer_block(meter.observer, &facts);
    meter.payload_bytes = facts.payload_bytes;
    code = measure(&meter);
    dh_observer_close(meter.observer);
    return code;
}

enum dhi_exit dhi_run_hz(const struct dhi_request *request)
{
    return run(request, false);
}

enum dhi_exit dhi_run_bw(const struct dhi_request *request)
{
    return run(request, true);
}
