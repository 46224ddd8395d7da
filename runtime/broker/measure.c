/* SPDX-License-Identifier: Apache-2.0 */
#include "broker/measure.h"

#include "broker/log.h"
#include "client/hub.h"
#include "metrics/prometheus.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/resource.h>

/* ---- channels ---------------------------------------------------------------------------- */

static int duplicate(int fd)
{
    return fd >= 0 ? fcntl(fd, F_DUPFD_CLOEXEC, 0) : -1;
}

/* What is mapped needs no descriptor; the lease tells who lives. */
static void keep_lease_alone(struct dhi_fds *fds)
{
    int lease = fds->lease;

    fds->lease = -1;
    dhi_fds_close(fds);
    fds->lease = lease;
}

/* Mapped once, and looked at again until the listing is gone. */
static dh_observer *observer_of(struct dhi_listing *listing)
{
    const struct dhi_fds *theirs = &listing->channel.fds;
    struct dhi_block *block;
    struct dhi_fds fds;
    struct dh_why why;

    if (listing->observer != NULL) return listing->observer;
    fds = (struct dhi_fds){ .data = duplicate(theirs->data),
                            .claims = duplicate(theirs->claims),
                            .zones = duplicate(theirs->zones),
                            .lease = duplicate(theirs->lease),
                            .talk = -1,
                            .roll = -1 };
    if (dhi_block_map(&block, fds, DHI_ADMIN, &why) != DH_OK) {
        dhi_log(DHI_LOG_DEBUG, "'%s' is not measured: %s", listing->channel.entry.channel,
                why.text);
        return NULL;
    }
    keep_lease_alone(&block->fds);
    listing->observer = dhi_observer_of(block);
    if (listing->observer == NULL) dhi_block_free(block);
    return listing->observer;
}

static void write_channels(FILE *out, struct dhi_desk *desk)
{
    size_t most =
        desk->directory.n < DHI_MEASURE_CHANNELS ? desk->directory.n : DHI_MEASURE_CHANNELS;
    struct dhi_channel_sample *samples = calloc(most + 1, sizeof *samples);
    size_t n = 0;

    for (size_t i = 0; samples != NULL && i < most; i++) {
        const dh_observer *observer = observer_of(desk->directory.listings[i]);

        if (observer != NULL) dhi_channel_sample_take(&samples[n++], observer, true);
    }
    dhi_prometheus_channels(out, samples, n);
    free(samples);
}

/* ---- the broker -------------------------------------------------------------------------- */

static void gauge(FILE *out, const char *name, const char *help, uint64_t value)
{
    dhi_prometheus_family(out, name, "gauge", help);
    dhi_prometheus_count(out, name, value, (char *)NULL);
}

static void counter(FILE *out, const char *name, const char *help, uint64_t value)
{
    dhi_prometheus_family(out, name, "counter", help);
    dhi_prometheus_count(out, name, value, (char *)NULL);
}

static void write_answers(FILE *out, const struct dhi_desk_counts *counts)
{
    static const char name[] = "dh_broker_answers_total";

    dhi_prometheus_family(out, name, "counter",
                          "Requests that were answered; kind none: what was no request.");
    for (int kind = DHI_WIRE_KIND_NONE; kind <= DHI_WIRE_KIND_DEREGISTER; kind++)
        for (int status = 0; status <= DHI_WIRE_STATUS_HANGS; status++)
            dhi_prometheus_count(out, name, counts->answers[kind][status], "kind",
                                 dhi_wire_kind_name((uint8_t)kind), "status",
                                 dhi_wire_status_name((uint8_t)status), (char *)NULL);
}

static void write_listings(FILE *out, const struct dhi_directory *directory)
{
    static const char *const standings[] = { "connected", "orphaned", "dead" };
    uint64_t n[3] = { 0 };

    for (size_t i = 0; i < directory->n; i++)
        n[directory->listings[i]->standing]++;
    dhi_prometheus_family(out, "dh_broker_channels", "gauge",
                          "Channels that are registered: connected, orphaned (its connection is"
                          " gone and it lives), dead (its last data are kept).");
    for (size_t i = 0; i < 3; i++)
        dhi_prometheus_count(out, "dh_broker_channels", n[i], "standing", standings[i],
                             (char *)NULL);
    gauge(out, "dh_broker_measured_channels_limit",
          "Of so many channels metrics are given, in the order of their names.",
          DHI_MEASURE_CHANNELS);
}

static void write_connections(FILE *out, const struct dhi_measure_connections *connections)
{
    static const char name[] = "dh_broker_connections";

    dhi_prometheus_family(out, name, "gauge",
                          "Connections: guests ask, members have registered, held wait for the"
                          " registry's disk.");
    dhi_prometheus_count(out, name, connections->guests, "stage", "guest", (char *)NULL);
    dhi_prometheus_count(out, name, connections->held, "stage", "held", (char *)NULL);
    dhi_prometheus_count(out, name, connections->members, "stage", "member", (char *)NULL);
}

static void write_registry(FILE *out, const dhi_registry *registry)
{
    static const char rows[] = "dh_broker_registry_rows_total";
    struct dhi_registry_facts facts;

    dhi_registry_facts(registry, &facts);
    if (facts.state == DHI_REGISTRY_MEMORY) return;
    gauge(out, "dh_broker_registry_up", "Whether what is acknowledged is on the disk.",
          facts.state == DHI_REGISTRY_WRITES);
    dhi_prometheus_family(out, rows, "counter", "Rows for the registry.");
    dhi_prometheus_count(out, rows, facts.written, "result", "written", (char *)NULL);
    dhi_prometheus_count(out, rows, facts.dropped, "result", "dropped", (char *)NULL);
    gauge(out, "dh_broker_registry_waiting_rows", "Rows that are in memory alone.", facts.waiting);
    counter(out, "dh_broker_registry_batches_total", "Transactions.", facts.batches);
    counter(out, "dh_broker_registry_failures_total", "Transactions that the disk did not take.",
            facts.failures);
    dhi_prometheus_family(out, "dh_broker_registry_write_seconds_total", "counter",
                          "Time spent in transactions.");
    dhi_prometheus_seconds(out, "dh_broker_registry_write_seconds_total", (uint64_t)facts.write_ns,
                           (char *)NULL);
}

static uint64_t open_descriptors(void)
{
    DIR *list = opendir("/proc/self/fd");
    uint64_t n = 0;

    if (list == NULL) return 0;
    while (readdir(list) != NULL)
        n++;
    closedir(list);
    return n > 3 ? n - 3 : 0; /* two dots, and the list itself */
}

static void write_process(FILE *out)
{
    struct rlimit limit = { 0 };

    getrlimit(RLIMIT_NOFILE, &limit);
    gauge(out, "process_open_fds", "Descriptors that the broker holds.", open_descriptors());
    gauge(out, "process_max_fds", "Descriptors that it may hold.", (uint64_t)limit.rlim_cur);
}

void dhi_measure_write(FILE *out, struct dhi_desk *desk,
                       const struct dhi_measure_connections *connections)
{
    const struct dhi_desk_counts *counts = &desk->counts;

    dhi_prometheus_build(out, DHI_VERSION);
    write_channels(out, desk);
    write_answers(out, counts);
    write_listings(out, &desk->directory);
    write_connections(out, connections);
    counter(out, "dh_broker_deaths_total", "Producers whose death was noticed.", counts->deaths);
    counter(out, "dh_broker_recovered_consumers_total",
            "Dead consumers of dead producers, whose claims were given back.", counts->recoveries);
    counter(out, "dh_broker_forgotten_channels_total", "Dead producers' data that were let go.",
            counts->forgotten);
    counter(out, "dh_broker_unlogged_refusals_total",
            "Refusals that were too many to be written down.", counts->silent_refusals);
    write_registry(out, desk->registry);
    write_process(out);
}
