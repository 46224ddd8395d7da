/* SPDX-License-Identifier: Apache-2.0 */
#include "drill.h"

#include "payload.h"
#include "stage.h"
#include "stub.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { ZONE_WORDS_MAX = 32 };

static enum dh_checksum checksum_of(enum drill_kind kind)
{
    switch (kind) {
    case DRILL_CHECKSUM:
    case DRILL_HELPED:
    case DRILL_KEYED: return DH_CHECKSUM_ENFORCED;
    case DRILL_FAST: return DH_CHECKSUM_FAST;
    default: return DH_CHECKSUM_NONE;
    }
}

void drill_open(struct drill *drill, enum drill_kind kind, size_t size, bool listens)
{
    bool latest = kind == DRILL_LATEST;

    *drill = (struct drill){
        .plan = { .channel = "dh-bench.drill",
                  .size = size,
                  .policy = { .n_slots = latest         ? 1
                                         : size > 65536 ? 16
                                                        : 256,
                              .n_consumers = 4,
                              .full = latest ? DH_FULL_OVERWRITE : DH_FULL_WAIT,
                              .checksum = checksum_of(kind) },
                  .secret = kind == DRILL_KEYED,
                  .behind = kind == DRILL_HELPED,
                  .ahead = kind == DRILL_HELPED,
                  .storeload = kind == DRILL_FENCE ? DH_STORELOAD_FENCE : DH_STORELOAD_AUTO,
                  .unstamped = kind == DRILL_UNSTAMPED },
        .words = size / sizeof(uint64_t),
    };
    drill->producer = hub_producer(&drill->plan);
    if (listens) drill->consumer = hub_consumer(&drill->plan);
}

void drill_close(struct drill *drill)
{
    struct dh_producer_metrics made;

    drill_flush(drill);
    dh_producer_metrics_get(drill->producer, &made);
    if (made.committed != drill->sent)
        stage_fail("%" PRIu64 " messages were committed, %" PRIu64 " were counted", drill->sent,
                   made.committed);
    dh_consumer_close(drill->consumer);
    dh_producer_close(drill->producer);
}

uint32_t drill_slots(const struct drill *drill)
{
    return drill->plan.policy.n_slots;
}

void drill_commit(struct drill *drill, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++) {
        void *payload;

        hub_expect(dh_producer_loan(drill->producer, DH_FOREVER, &payload), "loan");
        *(uint64_t *)payload = drill->sent++;
        hub_expect(dh_producer_commit(drill->producer), "commit");
    }
}

void drill_send(struct drill *drill, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++) {
        void *payload;

        hub_expect(dh_producer_loan(drill->producer, DH_FOREVER, &payload), "loan");
        payload_write(payload, drill->words, drill->sent++);
        hub_expect(dh_producer_commit(drill->producer), "commit");
    }
}

void drill_begin(struct drill *drill, bool pieces)
{
    const size_t piece = DRILL_PIECE_BYTES / sizeof(uint64_t);
    void *payload;

    hub_expect(dh_producer_loan(drill->producer, DH_FOREVER, &payload), "loan");
    drill->begun = payload;
    for (size_t at = 0; at + piece < drill->words; at += piece) {
        payload_write(drill->begun + at, piece, drill->sent + at);
        if (pieces)
            hub_expect(dh_producer_filled(drill->producer, (at + piece) * sizeof(uint64_t)),
                       "filled");
    }
}

void drill_finish(struct drill *drill)
{
    const size_t piece = DRILL_PIECE_BYTES / sizeof(uint64_t), at = drill->words - piece;

    payload_write(drill->begun + at, piece, drill->sent + at);
    drill->sent++;
    hub_expect(dh_producer_commit(drill->producer), "commit");
}

void drill_flush(struct drill *drill)
{
    hub_expect(dh_producer_flush(drill->producer, DH_FOREVER), "flush");
}

void drill_failed(const struct drill *drill, uint64_t n)
{
    stage_fail("message %" PRIu64 " was expected, %" PRIu64 " came", drill->received, n);
}

void drill_take(struct drill *drill, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++) {
        const void *payload;

        hub_expect(dh_consumer_acquire(drill->consumer, DH_FOREVER, &payload), "acquire");
        drill_expect(drill, *(const uint64_t *)payload);
        hub_expect(dh_consumer_release(drill->consumer), "release");
    }
}

void drill_receive(struct drill *drill, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++) {
        const void *payload;

        hub_expect(dh_consumer_acquire(drill->consumer, DH_FOREVER, &payload), "acquire");
        drill_expect(drill, payload_read(payload, drill->words));
        hub_expect(dh_consumer_release(drill->consumer), "release");
    }
}

static size_t zone_words(unsigned zone)
{
    return zone == HUB_ZONE_64 ? 8 : 32;
}

void drill_zone_write(struct drill *drill, unsigned zone, uint32_t n)
{
    dh_zone *handle = dh_producer_zone(drill->producer, zone);
    size_t words = zone_words(zone);
    uint64_t value[ZONE_WORDS_MAX];

    payload_write(value, words, 0);
    for (uint32_t i = 0; i < n; i++) {
        hub_expect(dh_zone_write(handle, value), "zone write");
        value[0] = i; /* another value each time */
    }
    payload_write(value, words, 0);
    hub_expect(dh_zone_write(handle, value), "zone write");
}

void drill_zone_read(struct drill *drill, unsigned zone, uint32_t n)
{
    dh_zone *handle = dh_consumer_zone(drill->consumer, zone);
    size_t words = zone_words(zone);
    uint64_t value[ZONE_WORDS_MAX];

    for (uint32_t i = 0; i < n; i++) {
        hub_expect(dh_zone_read(handle, DH_NOW, value), "zone read");
        if (__builtin_expect(value[words - 1] != words - 1, 0))
            stage_fail("the zone's last word is %" PRIu64, value[words - 1]);
    }
    if (n > 0 && payload_read(value, words) == PAYLOAD_TORN) stage_fail("the zone's value is torn");
}

/* ---- --loop ---- */

static void loop_commit(struct drill *drill, uint32_t n)
{
    drill_commit(drill, n);
}

static void loop_both(struct drill *drill, uint32_t n)
{
    drill_commit(drill, n);
    drill_take(drill, n);
}

static void loop_stub(struct drill *drill, uint32_t n)
{
    stub_commit(drill, n);
    stub_take(drill, n);
}

static void loop_scope(struct drill *drill, uint32_t n)
{
    stub_commit_scope(drill, n);
    stub_take_scope(drill, n);
}

static void loop_transaction(struct drill *drill, uint32_t n)
{
    stub_commit_transaction(drill, n);
    stub_take_transaction(drill, n);
}

static void loop_zone_write(struct drill *drill, uint32_t n)
{
    drill_zone_write(drill, HUB_ZONE_64, n);
}

static void loop_zone_read(struct drill *drill, uint32_t n)
{
    drill_zone_write(drill, HUB_ZONE_64, 0);
    drill_zone_read(drill, HUB_ZONE_64, n);
}

static const struct loop {
    const char *name;
    enum drill_kind kind;
    bool listens;
    void (*run)(struct drill *drill, uint32_t n);
    const char *what;
} loops[] = {
    { "loan-commit", DRILL_PLAIN, false, loop_commit, "loan, one word, commit; nobody listens" },
    { "loan-commit-unstamped", DRILL_UNSTAMPED, false, loop_commit, "without the commit's time" },
    { "loan-commit-latest", DRILL_LATEST, false, loop_commit,
      "on an overwrite channel of one slot" },
    { "both", DRILL_PLAIN, true, loop_both,
      "loan, commit, acquire, release: a ring full at a time" },
    { "both-unstamped", DRILL_UNSTAMPED, true, loop_both, "the same without the commit's time" },
    { "both-stub", DRILL_PLAIN, true, loop_stub, "as both, by generated calls" },
    { "both-scope", DRILL_PLAIN, true, loop_scope, "as both, by scopes" },
    { "both-transaction", DRILL_PLAIN, true, loop_transaction, "as both, by transactions" },
    { "zone-write", DRILL_PLAIN, false, loop_zone_write, "a zone of 64 bytes" },
    { "zone-read", DRILL_PLAIN, true, loop_zone_read, "likewise" },
};

int drill_loop(const char *name, uint64_t n)
{
    static struct stage stage = { .n_roles = 1, .alone = true };
    struct drill drill;

    for (size_t i = 0; i < sizeof loops / sizeof *loops; i++) {
        if (name == NULL) printf("  %-24s %s\n", loops[i].name, loops[i].what);
        if (name == NULL || strcmp(name, loops[i].name) != 0) continue;
        stage_enter(&stage, 0);
        drill_open(&drill, loops[i].kind, 64, loops[i].listens);
        for (uint64_t rest = n; rest > 0;) {
            uint32_t part = rest < 256 ? (uint32_t)rest : 256;

            loops[i].run(&drill, part);
            rest -= part;
        }
        drill_close(&drill);
        return 0;
    }
    return name == NULL ? 0 : 64;
}
