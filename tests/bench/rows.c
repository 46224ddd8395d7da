/* SPDX-License-Identifier: Apache-2.0
 *
 * rows.c - all rows. Those that are compared with each other stand next to each other, so that they
 * are measured within the same seconds: the host may move the cores meanwhile.
 */
#include "brokered.h"
#include "cost.h"
#include "drill.h"
#include "limits.h"
#include "rest.h"
#include "wake.h"

#include "os/pages.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct table {
    struct row *rows;
    unsigned n;
};

const char *group_name(enum group group)
{
    static const char *const names[N_GROUPS] = { "limits", "latency", "stream", "bulk", "fanout",
                                                 "wake",   "cost",    "fan",    "idle", "memory" };
    return names[group];
}

/* The next row, named group/subject or group/subject/size. */
static struct row *add(struct table *table, enum group group, const char *subject,
                       const char *title, uint32_t size)
{
    struct row *row = &table->rows[table->n++];

    if (table->n > ROWS_MAX) abort(); /* a longer table needs a larger ROWS_MAX */
    *row = (struct row){ .subject = subject, .title = title, .group = group, .size = size };
    row->n_readers = 1;
    row->n_roles = 1;
    if (size > 0)
        snprintf(row->name, sizeof row->name, "%s/%s/%u", group_name(group), subject, size);
    else
        snprintf(row->name, sizeof row->name, "%s/%s", group_name(group), subject);
    return row;
}

/* ---- rows that move messages through lanes ---- */

static bool make_lane(struct scene *scene, unsigned which)
{
    const struct row *row = scene->row;
    struct lane *lane = calloc(1, row->transport->lane_bytes);

    if (lane == NULL) return false;
    lane->transport = row->transport;
    snprintf(lane->name, sizeof lane->name, "%c.dh-bench.%d", which == 0 ? 'a' : 'b',
             (int)getpid());
    lane->size = row->size;
    lane->words = row->size / sizeof(uint64_t);
    lane->n_slots = lane_slots(row->size);
    lane->n_readers = row->n_readers;
    lane->polling = row->group == GROUP_LATENCY && scene->stage->machine.n_cores >= 2;
    if (row->group == GROUP_LATENCY && lane->n_slots > 32)
        lane->n_slots = 32; /* one message is under way: no more than a few slots are of use */
    if (!lane->transport->prepare(lane)) {
        free(lane);
        return false;
    }
    scene->lanes[which] = lane;
    return true;
}

static void dismiss_lanes(struct scene *scene)
{
    for (int i = 0; i < 2; i++) {
        struct lane *lane = scene->lanes[i];

        if (lane != NULL && lane->transport->dismiss != NULL) lane->transport->dismiss(lane);
        free(lane);
        scene->lanes[i] = NULL;
    }
}

static bool prepare_two_lanes(struct scene *scene)
{
    if (!make_lane(scene, 0)) return false;
    if (make_lane(scene, 1)) return true;
    dismiss_lanes(scene);
    return false;
}

static bool prepare_one_lane(struct scene *scene)
{
    return make_lane(scene, 0);
}

static void play_ping_pong(struct scene *scene, unsigned role)
{
    const struct transport *transport = scene->row->transport;
    struct lane *there = scene->lanes[0], *back = scene->lanes[1];

    transport->open_sender(role == 0 ? there : back);
    stage_meet();
    transport->open_receiver(role == 0 ? back : there);
    stage_meet();
    if (role == 0)
        transport->ping(scene->stage, there, back);
    else
        transport->pong(there, back);
    stage_meet();
    transport->close(there);
    transport->close(back);
}

static void play_stream(struct scene *scene, unsigned role)
{
    const struct transport *transport = scene->row->transport;
    struct lane *lane = scene->lanes[0];

    if (role == 0) transport->open_sender(lane);
    stage_meet();
    if (role > 0) {
        lane->reader = role - 1;
        transport->open_receiver(lane);
    }
    stage_meet();
    if (role == 0)
        transport->produce(scene->stage, lane);
    else
        transport->consume(scene->stage, lane);
    stage_meet(); /* ZeroMQ loses what its consumer has not taken when the producer leaves */
    transport->close(lane);
}

static void add_latency(struct table *table, const struct transport *transport, uint32_t size)
{
    struct row *row = add(table, GROUP_LATENCY, transport->subject, transport->title, size);

    row->unit = UNIT_NS;
    row->transport = transport;
    row->n_roles = 2;
    row->prepare = prepare_two_lanes;
    row->dismiss = dismiss_lanes;
    row->play = play_ping_pong;
}

static struct row *add_stream(struct table *table, enum group group,
                              const struct transport *transport, uint32_t size, uint32_t n_readers)
{
    struct row *row = add(table, group, transport->subject, transport->title, size);

    row->unit = UNIT_PER_SECOND;
    row->transport = transport;
    row->n_readers = n_readers;
    row->n_roles = 1 + n_readers;
    row->prepare = prepare_one_lane;
    row->dismiss = dismiss_lanes;
    row->play = play_stream;
    return row;
}

static void add_fanout(struct table *table, const struct transport *transport, uint32_t n_readers)
{
    struct row *row = add_stream(table, GROUP_FANOUT, transport, 64, n_readers);

    snprintf(row->name, sizeof row->name, "fanout/%s/64x%u", transport->subject, n_readers);
}

/* ---- the groups ---- */

static void add_limits(struct table *table)
{
    static const uint32_t sizes[] = { 4096, 65536, 1 << 20 };
    struct row *row = add(table, GROUP_LIMITS, "line", "cache line, core to core", 0);

    row->unit = UNIT_NS;
    row->n_roles = 2;
    row->prepare = limits_prepare_line;
    row->dismiss = limits_dismiss_line;
    row->play = limits_play_line;
    row = add_stream(table, GROUP_LIMITS, &ring_transport, 56, 1);
    row->title = "bare ring, 64 B slots";
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        row = add(table, GROUP_LIMITS, "memcpy", "memcpy", sizes[i]);
        row->unit = UNIT_BYTES_PER_SECOND;
        row->play = limits_play_memcpy;
    }
}

/* Of larger messages iceoryx's daemon, with its own settings, has too few chunks; and Cyclone's
 * types have a size each (dds_types.idl). LCM's packets get lost above. */
enum { ICEORYX_MOST = 64 << 10, CYCLONE_MOST = 1 << 20, LCM_MOST = 1 << 20 };

static void add_latencies(struct table *table)
{
    static const uint32_t sizes[] = { 8, 64, 1024, 4096, 65536, 1 << 20, 8 << 20 };

    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        add_latency(table, &ring_transport, sizes[i]);
        add_latency(table, &ring_stamped_transport, sizes[i]);
        add_latency(table, &hub_transport, sizes[i]);
        add_latency(table, &hub_unstamped_transport, sizes[i]);
        add_latency(table, &hub_latest_transport, sizes[i]);
        add_latency(table, &pipe_transport, sizes[i]);
        add_latency(table, &unix_transport, sizes[i]);
#ifdef DH_BENCH_ZMQ
        add_latency(table, &zmq_pair_transport, sizes[i]);
#endif
#ifdef DH_BENCH_NNG
        add_latency(table, &nng_pair_transport, sizes[i]);
#endif
#ifdef DH_BENCH_LCM
        if (sizes[i] <= LCM_MOST) add_latency(table, &lcm_transport, sizes[i]);
#endif
#ifdef DH_BENCH_ICEORYX
        if (sizes[i] <= ICEORYX_MOST) add_latency(table, &iox_transport, sizes[i]);
#endif
#ifdef DH_BENCH_CYCLONE
        if (sizes[i] <= CYCLONE_MOST) add_latency(table, &dds_transport, sizes[i]);
        if (sizes[i] <= ICEORYX_MOST) add_latency(table, &dds_shm_transport, sizes[i]);
#endif
    }
}

static void add_streams(struct table *table)
{
    static const uint32_t sizes[] = { 8, 64, 1024, 4096, 65536, 1 << 20, 8 << 20 };

    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        add_stream(table, GROUP_STREAM, &ring_transport, sizes[i], 1);
        add_stream(table, GROUP_STREAM, &ring_stamped_transport, sizes[i], 1);
        add_stream(table, GROUP_STREAM, &hub_transport, sizes[i], 1);
        add_stream(table, GROUP_STREAM, &hub_unstamped_transport, sizes[i], 1);
        add_stream(table, GROUP_STREAM, &hub_fence_transport, sizes[i], 1);
        add_stream(table, GROUP_STREAM, &pipe_transport, sizes[i], 1);
        add_stream(table, GROUP_STREAM, &unix_transport, sizes[i], 1);
#ifdef DH_BENCH_ZMQ
        add_stream(table, GROUP_STREAM, &zmq_push_transport, sizes[i], 1);
#endif
#ifdef DH_BENCH_NNG
        add_stream(table, GROUP_STREAM, &nng_push_transport, sizes[i], 1);
#endif
#ifdef DH_BENCH_ICEORYX
        if (sizes[i] <= ICEORYX_MOST) add_stream(table, GROUP_STREAM, &iox_transport, sizes[i], 1);
#endif
#ifdef DH_BENCH_CYCLONE
        if (sizes[i] <= CYCLONE_MOST) add_stream(table, GROUP_STREAM, &dds_transport, sizes[i], 1);
#endif
    }
    for (size_t i = 0; i < 4; i++) { /* larger ones gain nothing */
        add_stream(table, GROUP_BULK, &ring_bulk_transport, sizes[i], 1);
        add_stream(table, GROUP_BULK, &hub_bulk_transport, sizes[i], 1);
    }
    for (uint32_t readers = 2; readers <= LANE_READERS_MAX; readers *= readers) { /* 2, 4, 16 */
        add_fanout(table, &ring_transport, readers);
        add_fanout(table, &hub_transport, readers);
        add_fanout(table, &hub_unstamped_transport, readers);
        add_fanout(table, &pipe_transport, readers);
        add_fanout(table, &unix_transport, readers);
    }
}

static void add_wakes(struct table *table)
{
    static const struct {
        const char *subject, *title;
        enum wake_by by;
    } ways[] = {
        { "futex", "bare futex", WAKE_FUTEX },
        { "hub", "hub (futex)", WAKE_HUB },
        { "eventfd", "eventfd, read", WAKE_EVENTFD },
        { "poll", "eventfd, poll and read", WAKE_POLL },
        { "hub-fd", "hub (event loop)", WAKE_HUB_FD },
        { "pipe", "pipe", WAKE_PIPE },
    };

    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
        struct row *row = add(table, GROUP_WAKE, ways[i].subject, ways[i].title, 0);

        row->unit = UNIT_NS;
        row->n_roles = 2;
        row->variant = (int)ways[i].by;
        row->prepare = wake_prepare;
        row->dismiss = wake_dismiss;
        row->play = wake_play;
    }
}

struct cost {
    const char *subject, *title;
    uint32_t size;
    int variant;
    unsigned n_roles;
    void (*play)(struct scene *scene, unsigned role);
};

static const struct cost costs[] = {
    { "open", "open a producer", 0, 0, 1, cost_play_open },
    { "attach", "attach a consumer", 0, 0, 2, cost_play_attach },
    { "commit", "loan + commit", 64, DRILL_PLAIN, 1, cost_play_commit },
    { "commit-stub", "loan + commit, generated", 64, DRILL_STUB, 1, cost_play_commit },
    { "commit-scope", "loan + commit, scope", 64, DRILL_SCOPE, 1, cost_play_commit },
    { "commit-transaction", "write transaction", 64, DRILL_TRANSACTION, 1, cost_play_commit },
    { "commit-unstamped", "loan + commit, unstamped", 64, DRILL_UNSTAMPED, 1, cost_play_commit },
    { "commit-fence", "loan + commit, fence", 64, DRILL_FENCE, 1, cost_play_commit },
    { "commit-latest", "loan + commit, latest value", 64, DRILL_LATEST, 1, cost_play_commit },
    { "acquire", "acquire + release", 64, DRILL_PLAIN, 1, cost_play_take },
    { "acquire-stub", "acquire + release, generated", 64, DRILL_STUB, 1, cost_play_take },
    { "acquire-scope", "acquire + release, scope", 64, DRILL_SCOPE, 1, cost_play_take },
    { "acquire-transaction", "read transaction", 64, DRILL_TRANSACTION, 1, cost_play_take },
    { "acquire-fence", "acquire + release, fence", 64, DRILL_FENCE, 1, cost_play_take },
    { "recover-consumer", "a consumer is killed: room", 0, REST_CONSUMER, 1, rest_play_killed },
    { "recover-producer", "a producer is killed: EDEAD", 0, REST_PRODUCER, 1, rest_play_killed },
    { "attach-1GiB", "attach to a block of 1 GiB", 0, 0, 2, rest_play_large },
    { "zone-write", "zone write", 64, 0, 1, cost_play_zone_write },
    { "zone-write", "zone write", 256, 0, 1, cost_play_zone_write },
    { "zone-read", "zone read", 64, 0, 1, cost_play_zone_read },
    { "zone-read", "zone read", 256, 0, 1, cost_play_zone_read },
    { "send", "loan, fill, commit", 64, DRILL_PLAIN, 1, cost_play_send },
    { "send-fast", "loan, fill, commit: XXH3", 64, DRILL_FAST, 1, cost_play_send },
    { "send-checked", "loan, fill, commit: BLAKE2b", 64, DRILL_CHECKSUM, 1, cost_play_send },
    { "send-keyed", "loan, fill, commit: keyed", 64, DRILL_KEYED, 1, cost_play_send },
    { "send", "loan, fill, commit", 4096, DRILL_PLAIN, 1, cost_play_send },
    { "send-fast", "loan, fill, commit: XXH3", 4096, DRILL_FAST, 1, cost_play_send },
    { "send-checked", "loan, fill, commit: BLAKE2b", 4096, DRILL_CHECKSUM, 1, cost_play_send },
    { "send-keyed", "loan, fill, commit: keyed", 4096, DRILL_KEYED, 1, cost_play_send },
    { "send", "loan, fill, commit", 65536, DRILL_PLAIN, 1, cost_play_send },
    { "send-fast", "loan, fill, commit: XXH3", 65536, DRILL_FAST, 1, cost_play_send },
    { "send-checked", "loan, fill, commit: BLAKE2b", 65536, DRILL_CHECKSUM, 1, cost_play_send },
    { "send-keyed", "loan, fill, commit: keyed", 65536, DRILL_KEYED, 1, cost_play_send },
    { "send", "loan, fill, commit", 1048576, DRILL_PLAIN, 1, cost_play_send },
    { "send-fast", "loan, fill, commit: XXH3", 1048576, DRILL_FAST, 1, cost_play_send },
    { "send-checked", "loan, fill, commit: BLAKE2b", 1048576, DRILL_CHECKSUM, 1, cost_play_send },
    { "send-keyed", "loan, fill, commit: keyed", 1048576, DRILL_KEYED, 1, cost_play_send },
    { "take", "acquire, read, release", 64, DRILL_PLAIN, 1, cost_play_receive },
    { "take-fast", "acquire, read, release: XXH3", 64, DRILL_FAST, 1, cost_play_receive },
    { "take-checked", "acquire, read, release: BLAKE2b", 64, DRILL_CHECKSUM, 1, cost_play_receive },
    { "take-keyed", "acquire, read, release: keyed", 64, DRILL_KEYED, 1, cost_play_receive },
    { "take", "acquire, read, release", 4096, DRILL_PLAIN, 1, cost_play_receive },
    { "take-fast", "acquire, read, release: XXH3", 4096, DRILL_FAST, 1, cost_play_receive },
    { "take-checked", "acquire, read, release: BLAKE2b", 4096, DRILL_CHECKSUM, 1,
      cost_play_receive },
    { "take-keyed", "acquire, read, release: keyed", 4096, DRILL_KEYED, 1, cost_play_receive },
    { "take", "acquire, read, release", 65536, DRILL_PLAIN, 1, cost_play_receive },
    { "take-fast", "acquire, read, release: XXH3", 65536, DRILL_FAST, 1, cost_play_receive },
    { "take-checked", "acquire, read, release: BLAKE2b", 65536, DRILL_CHECKSUM, 1,
      cost_play_receive },
    { "take-keyed", "acquire, read, release: keyed", 65536, DRILL_KEYED, 1, cost_play_receive },
    { "take", "acquire, read, release", 1048576, DRILL_PLAIN, 1, cost_play_receive },
    { "take-fast", "acquire, read, release: XXH3", 1048576, DRILL_FAST, 1, cost_play_receive },
    { "take-checked", "acquire, read, release: BLAKE2b", 1048576, DRILL_CHECKSUM, 1,
      cost_play_receive },
    { "take-keyed", "acquire, read, release: keyed", 1048576, DRILL_KEYED, 1, cost_play_receive },
    { "last", "last 64 KiB", 1048576, DRILL_PLAIN, 1, cost_play_last },
    { "last-fast", "last 64 KiB: XXH3", 1048576, DRILL_FAST, 1, cost_play_last },
    { "last-fast-pieces", "last 64 KiB: XXH3, pieces", 1048576, DRILL_FAST, 1,
      cost_play_last_pieces },
    { "last-checked", "last 64 KiB: BLAKE2b", 1048576, DRILL_CHECKSUM, 1, cost_play_last },
    { "last-pieces", "last 64 KiB: BLAKE2b, pieces", 1048576, DRILL_CHECKSUM, 1,
      cost_play_last_pieces },
    { "send-helped", "loan, fill, commit: helped", 1048576, DRILL_HELPED, 1, cost_play_hand_over },
    { "send-two", "loan, fill, commit: two cores", 1048576, DRILL_HELPED, 1, cost_play_two_cores },
    { "take-helped", "acquire, read, release: helped", 1048576, DRILL_HELPED, 1,
      cost_play_verified },
};

/* Those of huge pages where the pool has room for them: vm.nr_hugepages. */
static const struct cost pages[] = {
    { "turn", "ring of 64 MiB, small pages", 4096, DH_PAGES_SMALL, 1, rest_play_turns },
    { "turn-huge", "ring of 64 MiB, huge pages", 4096, DH_PAGES_POOL, 1, rest_play_turns },
    { "attach-1GiB-huge", "attach to 1 GiB, huge pages", 0, DH_PAGES_POOL, 2, rest_play_large },
};

static const struct cost touches[] = {
    { "touch", "page faults in 64 MiB, small", 4096, DH_PAGES_SMALL, 2, rest_play_touches },
    { "touch-huge", "page faults in 64 MiB, huge", 4096, DH_PAGES_POOL, 2, rest_play_touches },
};

static const struct cost memories[] = {
    { "block", "block, 256 slots, 8 consumers", 64, COST_BLOCK, 1, cost_play_memory },
    { "consumer", "one more consumer", 64, COST_CONSUMER, 1, cost_play_memory },
    { "consumer-latest", "one more, latest value", 64, COST_CONSUMER_LATEST, 1, cost_play_memory },
};

static void add_costs(struct table *table, enum group group, enum unit unit,
                      const struct cost *list, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        struct row *row = add(table, group, list[i].subject, list[i].title, list[i].size);

        row->unit = unit;
        row->variant = list[i].variant;
        row->n_roles = list[i].n_roles;
        row->play = list[i].play;
    }
}

static void add_pages(struct table *table)
{
    uint64_t mib = dhi_huge_pool_free() >> 20;

    add_costs(table, GROUP_COST, UNIT_NS, pages, mib >= 1100 ? 3 : mib >= 80 ? 2 : 1);
    add_costs(table, GROUP_COST, UNIT_COUNT, touches, mib >= 80 ? 2 : 1);
}

static void add_brokered(struct table *table)
{
    struct row *row = add(table, GROUP_COST, "attach-broker", "attach, found by dhbroker", 0);

    row->unit = UNIT_NS;
    row->n_roles = 2;
    row->prepare = brokered_prepare;
    row->dismiss = brokered_dismiss;
    row->play = brokered_play;
}

/* What consumers cost their producer. */
static void add_fans(struct table *table)
{
    static const uint32_t readers[] = { 1, 2, 4, 16, 64 };

    for (size_t i = 0; i < sizeof readers / sizeof *readers; i++) {
        struct row *row = add(table, GROUP_FAN, "hub", "loan + commit", 0);

        snprintf(row->name, sizeof row->name, "fan/hub/x%u", readers[i]);
        row->unit = UNIT_NS;
        row->n_readers = readers[i];
        row->n_roles = 2;
        row->play = cost_play_fan;
    }
}

static void add_idle(struct table *table)
{
    static const struct {
        const char *subject, *title;
        enum rest_way way;
    } ways[] = { { "blocked", "in acquire, each a thread", REST_BLOCKED },
                 { "polled", "all in one event loop", REST_POLLED } };

    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
        struct row *row = add(table, GROUP_IDLE, ways[i].subject, ways[i].title, 1000);

        row->unit = UNIT_PER_SECOND;
        row->n_roles = 2;
        row->variant = (int)ways[i].way;
        row->play = rest_play_idle;
    }
}

unsigned rows_make(struct row rows[ROWS_MAX])
{
    struct table table = { .rows = rows };

    add_limits(&table);
    add_latencies(&table);
    add_streams(&table);
    add_wakes(&table);
    add_brokered(&table);
    add_costs(&table, GROUP_COST, UNIT_NS, costs, sizeof costs / sizeof *costs);
    add_pages(&table);
    add_fans(&table);
    add_idle(&table);
    add_costs(&table, GROUP_MEMORY, UNIT_BYTES, memories, sizeof memories / sizeof *memories);
    return table.n;
}

/* Each peer as a literal, or nothing: one sentence of those that are missing. */
#ifdef DH_BENCH_ZMQ
#define NO_ZMQ ""
#else
#define NO_ZMQ " ZeroMQ (libzmq3-dev)"
#endif
#ifdef DH_BENCH_NNG
#define NO_NNG ""
#else
#define NO_NNG " NNG (libnng-dev)"
#endif
#ifdef DH_BENCH_LCM
#define NO_LCM ""
#else
#define NO_LCM " LCM (liblcm-dev)"
#endif
#ifdef DH_BENCH_ICEORYX
#define NO_ICEORYX ""
#else
#define NO_ICEORYX " iceoryx (iceoryx, libiceoryx-binding-c-dev)"
#endif
#ifdef DH_BENCH_CYCLONE
#define NO_CYCLONE ""
#else
#define NO_CYCLONE " Cyclone DDS (cyclonedds-dev, cyclonedds-tools)"
#endif

const char *rows_missing(void)
{
    static const char missing[] = NO_ZMQ NO_NNG NO_LCM NO_ICEORYX NO_CYCLONE;
    static const char sentence[] = "Missing, since this dh-bench was built without:" NO_ZMQ NO_NNG
        NO_LCM NO_ICEORYX NO_CYCLONE;

    return missing[0] != '\0' ? sentence : NULL;
}
