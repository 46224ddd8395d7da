/* SPDX-License-Identifier: Apache-2.0 */
#include "metrics/prometheus.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

/* ---- the format -------------------------------------------------------------------------- */

void dhi_prometheus_family(FILE *out, const char *name, const char *type, const char *help)
{
    fprintf(out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

static void write_label(FILE *out, const char *value)
{
    for (; *value != 0; value++) {
        if (*value == '\\' || *value == '"') fputc('\\', out);
        if (*value == '\n')
            fputs("\\n", out);
        else
            fputc(*value, out);
    }
}

static void write_labels(FILE *out, va_list labels)
{
    const char *name, *between = "{";

    while ((name = va_arg(labels, const char *)) != NULL) {
        fprintf(out, "%s%s=\"", between, name);
        write_label(out, va_arg(labels, const char *));
        fputc('"', out);
        between = ",";
    }
    if (*between == ',') fputc('}', out);
}

void dhi_prometheus_count(FILE *out, const char *name, uint64_t value, ...)
{
    va_list labels;

    fputs(name, out);
    va_start(labels, value);
    write_labels(out, labels);
    va_end(labels);
    fprintf(out, " %" PRIu64 "\n", value);
}

void dhi_prometheus_seconds(FILE *out, const char *name, uint64_t ns, ...)
{
    va_list labels;

    fputs(name, out);
    va_start(labels, ns);
    write_labels(out, labels);
    va_end(labels);
    fprintf(out, " %" PRIu64 ".%09" PRIu64 "\n", ns / 1000000000, ns % 1000000000);
}

void dhi_prometheus_build(FILE *out, const char *version)
{
    dhi_prometheus_family(out, "dh_build_info", "gauge", "Which release this is; always 1.");
    dhi_prometheus_count(out, "dh_build_info", 1, "version", version, (char *)NULL);
}

/* ---- channels ---------------------------------------------------------------------------- */

/* Where a value is found, and what distinguishes it from its neighbour of the same family. */
struct source {
    const char *label, *word; /* NULL: the channel alone */
    size_t offset;            /* of an uint64_t in the sample */
    bool consumers;           /* is there only where consumers are seen */
};

struct family {
    const char *name, *type, *help;
    bool is_ns, skip_zero;
    struct source sources[3]; /* up to the first with offset 0 */
};

#define CHANNEL(field)                                                \
    {                                                                 \
        NULL, NULL, offsetof(struct dhi_channel_sample, field), false \
    }
#define PRODUCER(field)                                                                \
    {                                                                                  \
        "role", "producer", offsetof(struct dhi_channel_sample, producer.field), false \
    }
#define CONSUMER(field)                                                                \
    {                                                                                  \
        "role", "consumer", offsetof(struct dhi_channel_sample, consumers.field), true \
    }
#define STATE(word, field)                                                        \
    {                                                                             \
        "state", word, offsetof(struct dhi_channel_sample, consumers.field), true \
    }
#define SEGMENT(word, field)                                               \
    {                                                                      \
        "segment", word, offsetof(struct dhi_channel_sample, field), false \
    }

static const struct family families[] = {
    { "dh_messages_total",
      "counter",
      "Messages committed by the producer, acquired by consumers.",
      false,
      false,
      { PRODUCER(committed), CONSUMER(acquired) } },
    { "dh_payload_bytes_total",
      "counter",
      "Bytes of payload in them.",
      false,
      false,
      { PRODUCER(committed_bytes), CONSUMER(acquired_bytes) } },
    { "dh_aborts_total",
      "counter",
      "Loans that the producer gave back unsent.",
      false,
      false,
      { PRODUCER(aborted) } },
    { "dh_full_waits_total",
      "counter",
      "Loans that had to wait for room.",
      false,
      false,
      { PRODUCER(full_waits) } },
    { "dh_full_wait_seconds_total",
      "counter",
      "Time spent in them.",
      true,
      false,
      { PRODUCER(full_wait_ns) } },
    { "dh_full_timeouts_total",
      "counter",
      "Loans that gave up waiting for room.",
      false,
      false,
      { PRODUCER(full_timeouts) } },
    { "dh_wakes_total",
      "counter",
      "Times that sleeping consumers were woken.",
      false,
      false,
      { PRODUCER(wakes) } },
    { "dh_sleeps_total",
      "counter",
      "Waits of consumers that went to the kernel.",
      false,
      false,
      { CONSUMER(sleeps) } },
    { "dh_timeouts_total",
      "counter",
      "Waits of consumers that ended with nothing.",
      false,
      false,
      { CONSUMER(timeouts) } },
    { "dh_lost_messages_total",
      "counter",
      "Messages overwritten before a consumer read them.",
      false,
      false,
      { CONSUMER(lost) } },
    { "dh_checksum_failures_total",
      "counter",
      "Messages whose checksum did not fit.",
      false,
      false,
      { CONSUMER(checksum_failures) } },
    { "dh_reaped_consumers_total",
      "counter",
      "Dead consumers whose claims were given back.",
      false,
      false,
      { PRODUCER(reaped) } },
    { "dh_evicted_consumers_total",
      "counter",
      "Living consumers that stood still and were put out.",
      false,
      false,
      { PRODUCER(evicted) } },
    { "dh_bad_claims_total",
      "counter",
      "Claims that no consumer of ours writes.",
      false,
      false,
      { PRODUCER(bad_claims) } },
    { "dh_zone_writes_total",
      "counter",
      "Writes of flexible zones by the producer.",
      false,
      false,
      { PRODUCER(zone_writes) } },
    { "dh_producer_up",
      "gauge",
      "Whether the producer lives, as the kernel says.",
      false,
      false,
      { CHANNEL(producer_up) } },
    { "dh_created_timestamp_seconds",
      "gauge",
      "When the block was made.",
      true,
      true,
      { CHANNEL(created_ns) } },
    { "dh_last_commit_timestamp_seconds",
      "gauge",
      "When the last message was committed; missing where messages carry no time.",
      true,
      true,
      { CHANNEL(last_commit_ns) } },
    { "dh_consumers",
      "gauge",
      "Consumers that are attached: alive, or dead and not yet reaped.",
      false,
      false,
      { STATE("alive", n_alive), STATE("dead", n_dead) } },
    { "dh_consumers_limit",
      "gauge",
      "Consumers that the channel has room for.",
      false,
      false,
      { CHANNEL(n_consumers_max) } },
    { "dh_consumer_lag_messages",
      "gauge",
      "Messages that the slowest living consumer is behind.",
      false,
      false,
      { CONSUMER(max_lag) } },
    { "dh_slots", "gauge", "Messages that the ring holds.", false, false, { CHANNEL(n_slots) } },
    { "dh_block_bytes",
      "gauge",
      "Shared memory of the channel.",
      false,
      false,
      { SEGMENT("data", data_bytes), SEGMENT("claims", claims_bytes),
        SEGMENT("zones", zones_bytes) } },
};

static void write_value(FILE *out, const struct family *family, const struct source *source,
                        const struct dhi_channel_sample *sample)
{
    uint64_t value;

    if (source->consumers && !sample->sees_consumers) return;
    memcpy(&value, (const char *)sample + source->offset, sizeof value);
    if (value == 0 && family->skip_zero) return;
    if (family->is_ns)
        dhi_prometheus_seconds(out, family->name, value, "channel", sample->channel, source->label,
                               source->word, (char *)NULL);
    else
        dhi_prometheus_count(out, family->name, value, "channel", sample->channel, source->label,
                             source->word, (char *)NULL);
}

void dhi_prometheus_channels(FILE *out, const struct dhi_channel_sample *samples, size_t n)
{
    for (size_t f = 0; n > 0 && f < sizeof families / sizeof families[0]; f++) {
        const struct family *family = &families[f];

        dhi_prometheus_family(out, family->name, family->type, family->help);
        for (size_t i = 0; i < n; i++)
            for (size_t s = 0; s < 3 && family->sources[s].offset != 0; s++)
                write_value(out, family, &family->sources[s], &samples[i]);
    }
}
