/* SPDX-License-Identifier: Apache-2.0 */
#include "counters.h"

#include "quantity.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define AT(member) offsetof(struct dh_producer_metrics, member)
static const struct dhi_counter producer[] = {
    { "committed", "messages committed", DHI_UNIT_MESSAGES, AT(committed) },
    { "committed_bytes", "bytes committed", DHI_UNIT_BYTES, AT(committed_bytes) },
    { "aborted", "messages aborted", DHI_UNIT_MESSAGES, AT(aborted) },
    { "full_waits", "waits for room", DHI_UNIT_COUNT, AT(full_waits) },
    { "full_wait_ns", "time waited for room", DHI_UNIT_NS, AT(full_wait_ns) },
    { "full_timeouts", "waits for room given up", DHI_UNIT_COUNT, AT(full_timeouts) },
    { "wakes", "times sleepers were woken", DHI_UNIT_COUNT, AT(wakes) },
    { "zone_writes", "zone updates", DHI_UNIT_COUNT, AT(zone_writes) },
    { "reaped", "dead consumers removed", DHI_UNIT_COUNT, AT(reaped) },
    { "evicted", "living consumers put out", DHI_UNIT_COUNT, AT(evicted) },
    { "bad_claims", "impossible claims ignored", DHI_UNIT_COUNT, AT(bad_claims) },
};
#undef AT

#define AT(member) offsetof(struct dh_consumer_metrics, member)
static const struct dhi_counter consumer[] = {
    { "acquired", "messages read", DHI_UNIT_MESSAGES, AT(acquired) },
    { "acquired_bytes", "bytes read", DHI_UNIT_BYTES, AT(acquired_bytes) },
    { "lost", "messages lost", DHI_UNIT_MESSAGES, AT(lost) },
    { "sleeps", "waits that slept", DHI_UNIT_COUNT, AT(sleeps) },
    { "timeouts", "waits that ended with nothing", DHI_UNIT_COUNT, AT(timeouts) },
    { "checksum_failures", "wrong checksums", DHI_UNIT_MESSAGES, AT(checksum_failures) },
};
#undef AT

const struct dhi_counter *dhi_producer_counters(size_t *n)
{
    *n = sizeof producer / sizeof producer[0];
    return producer;
}

const struct dhi_counter *dhi_consumer_counters(size_t *n)
{
    *n = sizeof consumer / sizeof consumer[0];
    return consumer;
}

uint64_t dhi_counter_value(const void *metrics, const struct dhi_counter *counter)
{
    uint64_t value;

    memcpy(&value, (const char *)metrics + counter->offset, sizeof value);
    return value;
}

/* ---- the baseline ------------------------------------------------------------------------- */

enum { PATH_BYTES = 512 };

/* "…/dh/metrics", or with a channel "…/dh/metrics/CHANNEL.json"; false: there is no such place. */
static bool path_of(char path[PATH_BYTES], const char *channel)
{
    const char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");
    const char *root = state != NULL && state[0] == '/' ? state : home;
    int n;

    if (root == NULL || root[0] != '/') return false;
    n = snprintf(path, PATH_BYTES, "%s%s/dh/metrics%s%s%s", root,
                 root == home ? "/.local/state" : "", channel != NULL ? "/" : "",
                 channel != NULL ? channel : "", channel != NULL ? ".json" : "");
    return n > 0 && n < PATH_BYTES;
}

/* Each folder of the path that is not there yet. */
static bool make_folders(char *path)
{
    for (char *at = strchr(path + 1, '/');; at = strchr(at + 1, '/')) {
        if (at != NULL) *at = 0;
        if (mkdir(path, 0700) != 0 && errno != EEXIST) return false;
        if (at == NULL) return true;
        *at = '/';
    }
}

void dhi_baseline_read(struct dhi_baseline *baseline, const struct dhi_snapshot *snapshot)
{
    const struct dh_identity *who = &snapshot->block.producer;
    char path[PATH_BYTES], instance[DHI_QUANTITY_BYTES];
    const char *stored;
    json_t *json;
    size_t n;
    const struct dhi_counter *counters = dhi_producer_counters(&n);

    *baseline = (struct dhi_baseline){ .exists = false };
    if (!path_of(path, snapshot->block.channel)) return;
    json = json_load_file(path, 0, NULL);
    stored = json_string_value(json_object_get(json, "instance"));
    baseline->exists = stored != NULL &&
                       strcmp(stored, dhi_hex(who->instance, sizeof who->instance, instance)) == 0;
    baseline->at_ns = (uint64_t)json_integer_value(json_object_get(json, "at_ns"));
    for (size_t i = 0; i < n && baseline->exists; i++) {
        uint64_t value = (uint64_t)json_integer_value(json_object_get(json, counters[i].name));
        memcpy((char *)&baseline->producer + counters[i].offset, &value, sizeof value);
    }
    json_decref(json);
}

enum dhi_exit dhi_baseline_write(const struct dhi_request *request,
                                 const struct dhi_snapshot *snapshot)
{
    const struct dh_identity *who = &snapshot->block.producer;
    uint64_t now = snapshot->now_ns + (uint64_t)snapshot->realtime_offset;
    char path[PATH_BYTES], instance[DHI_QUANTITY_BYTES];
    size_t n;
    const struct dhi_counter *counters = dhi_producer_counters(&n);
    json_t *json =
        json_pack("{s:s, s:I}", "instance", dhi_hex(who->instance, sizeof who->instance, instance),
                  "at_ns", (json_int_t)now);
    bool good, placed;

    for (size_t i = 0; i < n; i++)
        json_object_set_new(json, counters[i].name,
                            json_integer(
                                (json_int_t)dhi_counter_value(&snapshot->metrics, &counters[i])));
    placed = path_of(path, NULL);
    good = placed && make_folders(path) && path_of(path, snapshot->block.channel) &&
           json_dump_file(json, path, JSON_COMPACT) == 0;
    json_decref(json);
    if (good) return DHI_EXIT_FINE;
    if (placed)
        fprintf(request->err, "dhadmin: what the counters were cannot be written to %s: %s\n", path,
                strerror(errno));
    else
        fprintf(request->err, "dhadmin: there is no place for what the counters were: neither "
                              "XDG_STATE_HOME nor HOME is the path of a folder\n");
    fprintf(request->err, "  set XDG_STATE_HOME to a folder that you may write\n");
    return DHI_EXIT_TRY_AGAIN;
}
