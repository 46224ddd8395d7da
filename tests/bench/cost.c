/* SPDX-License-Identifier: Apache-2.0 */
#include "cost.h"

#include "drill.h"
#include "stub.h"
#include "support/block.h"

#include <time.h>

/* ---- opening ---- */

static void record(struct stage *stage, int64_t begin_ns, int64_t warm_ns)
{
    int64_t now = dh_now();

    if (now >= warm_ns) histogram_add(&stage->histogram, (uint64_t)(now - begin_ns));
    stage->ns_per_unit = 1;
}

static struct hub_plan open_plan(void)
{
    return (struct hub_plan){ .channel = "dh-bench.open",
                              .size = 64,
                              .policy = { .n_slots = 256, .n_consumers = 8 } };
}

void cost_play_open(struct scene *scene, unsigned role)
{
    struct hub_plan plan = open_plan();
    int64_t warm = dh_in(scene->stage->warm_ns), end = warm + scene->stage->run_ns;

    (void)role;
    do {
        int64_t begin = dh_now();
        dh_producer *producer = hub_producer(&plan);

        record(scene->stage, begin, warm);
        dh_producer_close(producer);
        stage_checked(1);
    } while (dh_now() < end);
}

static void attach_repeatedly(struct stage *stage, const struct hub_plan *plan)
{
    int64_t warm = dh_in(stage->warm_ns), end = warm + stage->run_ns;

    do {
        int64_t begin = dh_now();
        dh_consumer *consumer = hub_consumer(plan);

        record(stage, begin, warm);
        dh_consumer_close(consumer);
        stage_checked(1);
    } while (dh_now() < end);
}

void cost_attach_by(struct scene *scene, unsigned role, const char *broker)
{
    struct hub_plan plan = open_plan();
    dh_producer *producer;

    plan.broker = broker;
    producer = role == 0 ? hub_producer(&plan) : NULL;
    stage_meet();
    if (role == 1) attach_repeatedly(scene->stage, &plan);
    stage_meet();
    dh_producer_close(producer);
}

void cost_play_attach(struct scene *scene, unsigned role)
{
    cost_attach_by(scene, role, NULL);
}

/* ---- single calls ---- */

typedef void (*step)(struct drill *drill, uint32_t n);

/* Alternate an untimed and a timed step of n calls; the mean of a timed call, ns. Rows that differ
 * by a nanosecond need no clock reading between two calls. */
static void time_steps(struct scene *scene, struct drill *drill, step before, step timed,
                       uint32_t n)
{
    struct stage *stage = scene->stage;
    uint64_t warm = ticks_now() + stage_ticks(stage->warm_ns), calls = 0, spent = 0, now;
    uint64_t end = warm + stage_ticks(stage->run_ns);

    do {
        uint64_t begin;

        if (before != NULL) before(drill, n);
        begin = ticks_now();
        timed(drill, n);
        now = ticks_now();
        stage_checked(n);
        if (now < warm) continue;
        calls += n;
        spent += now - begin;
    } while (now < end || calls == 0);
    stage_value((double)spent * stage->machine.ns_per_tick / (double)calls);
}

/* As many calls as keep the clock's own cost below a percent, and a ring full at most. */
static uint32_t step_size(const struct scene *scene)
{
    return scene->row->size > 4096 ? 16 : 256;
}

static step commit_by(enum drill_kind kind)
{
    switch (kind) {
    case DRILL_STUB: return stub_commit;
    case DRILL_SCOPE: return stub_commit_scope;
    case DRILL_TRANSACTION: return stub_commit_transaction;
    default: return drill_commit;
    }
}

static step take_by(enum drill_kind kind)
{
    switch (kind) {
    case DRILL_STUB: return stub_take;
    case DRILL_SCOPE: return stub_take_scope;
    case DRILL_TRANSACTION: return stub_take_transaction;
    default: return drill_take;
    }
}

void cost_play_commit(struct scene *scene, unsigned role)
{
    enum drill_kind kind = (enum drill_kind)scene->row->variant;
    struct drill drill;

    (void)role;
    drill_open(&drill, kind, scene->row->size, false);
    time_steps(scene, &drill, NULL, commit_by(kind), step_size(scene));
    drill_close(&drill);
}

void cost_play_take(struct scene *scene, unsigned role)
{
    enum drill_kind kind = (enum drill_kind)scene->row->variant;
    struct drill drill;

    (void)role;
    drill_open(&drill, kind, scene->row->size, true);
    time_steps(scene, &drill, drill_commit, take_by(kind), step_size(scene));
    drill_close(&drill);
}

void cost_play_send(struct scene *scene, unsigned role)
{
    struct drill drill;

    (void)role;
    drill_open(&drill, (enum drill_kind)scene->row->variant, scene->row->size, false);
    time_steps(scene, &drill, NULL, drill_send, step_size(scene));
    drill_close(&drill);
}

void cost_play_receive(struct scene *scene, unsigned role)
{
    struct drill drill;

    (void)role;
    drill_open(&drill, (enum drill_kind)scene->row->variant, scene->row->size, true);
    time_steps(scene, &drill, drill_send, drill_receive, step_size(scene));
    drill_close(&drill);
}

/* ---- large messages with checksums ---- */

static void begin_plainly(struct drill *drill, uint32_t n)
{
    (void)n;
    drill_begin(drill, false);
}

static void begin_in_pieces(struct drill *drill, uint32_t n)
{
    (void)n;
    drill_begin(drill, true);
}

static void finish(struct drill *drill, uint32_t n)
{
    (void)n;
    drill_finish(drill);
}

static void time_last(struct scene *scene, step begin)
{
    struct drill drill;

    drill_open(&drill, (enum drill_kind)scene->row->variant, scene->row->size, false);
    time_steps(scene, &drill, begin, finish, 1);
    drill_close(&drill);
}

void cost_play_last(struct scene *scene, unsigned role)
{
    (void)role;
    time_last(scene, begin_plainly);
}

void cost_play_last_pieces(struct scene *scene, unsigned role)
{
    (void)role;
    time_last(scene, begin_in_pieces);
}

/* Helpers run where the thread runs that opens. */
static void open_helped(struct scene *scene, unsigned role, struct drill *drill, bool listens)
{
    machine_pin(&scene->stage->machine, role + 1);
    drill_open(drill, DRILL_HELPED, scene->row->size, listens);
    machine_pin(&scene->stage->machine, role);
}

static void flush(struct drill *drill, uint32_t n)
{
    (void)n;
    drill_flush(drill);
}

void cost_play_hand_over(struct scene *scene, unsigned role)
{
    struct drill drill;

    open_helped(scene, role, &drill, false);
    time_steps(scene, &drill, flush, drill_send, drill_slots(&drill) / 2);
    drill_close(&drill);
}

void cost_play_two_cores(struct scene *scene, unsigned role)
{
    struct drill drill;

    open_helped(scene, role, &drill, false);
    time_steps(scene, &drill, NULL, drill_send, step_size(scene));
    drill_close(&drill);
}

static void send_and_wait(struct drill *drill, uint32_t n)
{
    drill_send(drill, n);
    drill_flush(drill);
    nanosleep(&(struct timespec){ .tv_nsec = 20 * DH_MS },
              NULL); /* the consumer is busy elsewhere */
}

void cost_play_verified(struct scene *scene, unsigned role)
{
    struct drill drill;

    open_helped(scene, role, &drill, true);
    time_steps(scene, &drill, send_and_wait, drill_receive, drill_slots(&drill) / 2);
    drill_close(&drill);
}

/* ---- many consumers ---- */

enum { FAN_BATCHES = 48, FAN_WARM = 8, FAN_RING = 256 };

static void fan_out(struct scene *scene, dh_producer *producer)
{
    uint64_t spent = 0, n = 0;

    for (int batch = 0; batch < FAN_BATCHES; batch++) {
        uint64_t begin = ticks_now();

        for (int i = 0; i < FAN_RING; i++) {
            void *payload;

            hub_expect(dh_producer_loan(producer, DH_FOREVER, &payload), "loan");
            *(uint64_t *)payload = n++;
            hub_expect(dh_producer_commit(producer), "commit");
        }
        if (batch >= FAN_WARM) spent += ticks_now() - begin;
        stage_meet(); /* it is all there */
        stage_meet(); /* all have read it */
    }
    stage_value((double)spent * scene->stage->machine.ns_per_tick /
                ((FAN_BATCHES - FAN_WARM) * FAN_RING));
}

static void fan_in(dh_consumer *const *consumers, uint32_t n_consumers)
{
    for (int batch = 0; batch < FAN_BATCHES; batch++) {
        stage_meet();
        for (uint32_t k = 0; k < n_consumers; k++)
            for (uint64_t i = 0; i < FAN_RING; i++) {
                const void *payload;

                hub_expect(dh_consumer_acquire(consumers[k], DH_FOREVER, &payload), "acquire");
                if (*(const uint64_t *)payload != (uint64_t)batch * FAN_RING + i)
                    stage_fail("consumer %u got another message", k);
                hub_expect(dh_consumer_release(consumers[k]), "release");
                stage_checked(1);
            }
        stage_meet();
    }
}

void cost_play_fan(struct scene *scene, unsigned role)
{
    uint32_t n = scene->row->n_readers;
    struct hub_plan plan = { .channel = "dh-bench.fan",
                             .size = 64,
                             .policy = { .n_slots = FAN_RING, .n_consumers = 64 } };
    dh_producer *producer = role == 0 ? hub_producer(&plan) : NULL;
    dh_consumer *consumers[64] = { NULL };

    stage_meet();
    for (uint32_t k = 0; role == 1 && k < n; k++)
        consumers[k] = hub_consumer(&plan);
    stage_meet();
    if (role == 0)
        fan_out(scene, producer);
    else
        fan_in(consumers, n);
    for (uint32_t k = 0; role == 1 && k < n; k++)
        dh_consumer_close(consumers[k]);
    stage_meet();
    dh_producer_close(producer);
}

/* ---- zones ---- */

static void write_64(struct drill *drill, uint32_t n)
{
    drill_zone_write(drill, HUB_ZONE_64, n);
}

static void write_256(struct drill *drill, uint32_t n)
{
    drill_zone_write(drill, HUB_ZONE_256, n);
}

static void read_64(struct drill *drill, uint32_t n)
{
    drill_zone_read(drill, HUB_ZONE_64, n);
}

static void read_256(struct drill *drill, uint32_t n)
{
    drill_zone_read(drill, HUB_ZONE_256, n);
}

void cost_play_zone_write(struct scene *scene, unsigned role)
{
    struct drill drill;

    (void)role;
    drill_open(&drill, DRILL_PLAIN, 64, false);
    time_steps(scene, &drill, NULL, scene->row->size == 64 ? write_64 : write_256, 256);
    drill_close(&drill);
}

void cost_play_zone_read(struct scene *scene, unsigned role)
{
    bool small = scene->row->size == 64;
    struct drill drill;

    (void)role;
    drill_open(&drill, DRILL_PLAIN, 64, true);
    time_steps(scene, &drill, small ? write_64 : write_256, small ? read_64 : read_256, 256);
    drill_close(&drill);
}

/* ---- memory ---- */

static uint64_t block_bytes(uint32_t n_consumers, enum dh_full full)
{
    struct hub_plan plan = { .size = 64,
                             .policy = { .n_slots = full == DH_FULL_WAIT ? 256 : 1,
                                         .n_consumers = n_consumers,
                                         .full = full } };
    struct dhi_block *block = block_make(hub_schema(&plan), NULL);
    uint64_t bytes = block->head.data_bytes + block->head.claims_bytes + block->head.zones_bytes;

    dhi_block_free(block);
    return bytes;
}

/* Segments are whole pages: 960 is a number of consumers whose records and buffers fill pages. */
static uint64_t consumer_bytes(enum dh_full full)
{
    return (block_bytes(961, full) - block_bytes(1, full)) / 960;
}

void cost_play_memory(struct scene *scene, unsigned role)
{
    uint64_t bytes = 0;

    (void)role;
    switch ((enum cost_memory)scene->row->variant) {
    case COST_BLOCK: bytes = block_bytes(8, DH_FULL_WAIT); break;
    case COST_CONSUMER: bytes = consumer_bytes(DH_FULL_WAIT); break;
    case COST_CONSUMER_LATEST: bytes = consumer_bytes(DH_FULL_OVERWRITE); break;
    }
    stage_value((double)bytes);
    stage_checked(1);
}
