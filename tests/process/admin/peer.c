/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What dhadmin is to look at: a process that produces or consumes as it is told on standard input.
 *
 *   peer produce CHANNEL kinds|zones wait|overwrite|checked SLOTS [SECRETFILE|- [CONSUMERS]]
 *   peer consume CHANNEL kinds|zones
 *   peer pace CHANNEL BYTES HZ COUNT SLOTS FILE     messages at a pace; their commit times go to
 * FILE
 *   peer bytes CHANNEL TEXTFILE FILE...             a message of each file's bytes
 *   peer newest CHANNEL FILE [BROKER]               the newest message's bytes into a file
 *
 * It answers each line with one: "ready" when it is open; then "send" commits one message, "take"
 * acquires one and keeps it, "release" gives it back, "end" closes in order. So no test waits by
 * sleeping. What goes wrong in the world is done here on purpose: "loan" leaves a slot half
 * written, "block" waits for room for ever, "tear" leaves a zone half written, "scribble" changes
 * the newest payload behind its checksum, "lock" takes lock 0 of zone `stat`, "claim" claims what
 * is not there, "length", "state" and "owner" put nonsense into a slot word and a lock.
 */
#include "kinds.h"
#include "support/block.h"

#include <dh/consumer.h>
#include <dh/observer.h>
#include <dh/producer.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static int fail(const char *what, dh_err err, const struct dh_why *why)
{
    printf("%s: %s %s\n", what, dh_error_name(err), why->text);
    return 1;
}

static void answer(const char *word)
{
    printf("%s\n", word);
    fflush(stdout);
}

static dh_err send_message(dh_producer *producer, uint64_t n)
{
    unsigned char bytes[KINDS_BYTES];

    kinds_fill(bytes);
    kinds_put(bytes, 2, n, 2); /* `mid` counts */
    return dh_producer_send(producer, dh_in(DH_S), bytes, sizeof bytes);
}

/* What is wrong in the producer's own memory. */
static const char *spoil(dh_producer *producer, const char *how)
{
    const struct dhi_block *block = dh_producer_slot_rw(producer)->block;
    SlotRWState *newest = &block->states[(dhi_block_head(block) - 1) % block->head.n_states];

    if (strcmp(how, "tear\n") == 0) {
        for (uint32_t i = 1; i < block->head.n_roots; i++)
            if (!block->roots[i].shared) block->data[block->roots[i].guard_offset] |= 1;
    } else if (strcmp(how, "scribble\n") == 0)
        block->payload[newest->buffer * block->head.payload_stride] ^= 0x40;
    else if (strcmp(how, "length\n") == 0)
        newest->length = UINT32_MAX;
    else if (strcmp(how, "state\n") == 0)
        newest->seq_state |= DH_SLOT_DRAINING;
    else if (strcmp(how, "owner\n") == 0) {
        for (uint32_t i = 1; i < block->head.n_roots; i++)
            if (block->roots[i].shared) block->zones[block->roots[i].guard_offset + 1] = 0x77;
    } else
        return "what?";
    return "spoilt";
}

static const char *lock(dh_zone *zone)
{
    dh_err err = zone == NULL ? DH_EINVAL : dh_zone_lock(zone, 0, dh_in(DH_S));

    return err == DH_OK ? "locked" : dh_error_name(err);
}

static const char *loan(dh_producer *producer)
{
    void *payload;
    dh_err err = dh_producer_loan(producer, dh_in(DH_S), &payload);

    return err == DH_OK ? "loaned" : dh_error_name(err);
}

static dh_err send_one(dh_producer *producer, const struct dh_schema *schema, uint64_t n)
{
    return schema->n_roots > 1 ? dh_producer_send(producer, dh_in(DH_S), &n, sizeof n)
                               : send_message(producer, n);
}

static int produce(const char *channel, const struct dh_schema *schema, const void *secret)
{
    struct dh_producer_options options = { .secret = secret };
    struct dh_why why = { 0 };
    dh_producer *producer;
    dh_err err = dh_producer_open(&producer, schema, channel, &options, &why);
    char line[64];

    if (err != DH_OK) return fail("open", err, &why);
    answer("ready");
    for (uint64_t n = 0; fgets(line, sizeof line, stdin) != NULL && strcmp(line, "end\n") != 0;) {
        void *payload;
        if (strcmp(line, "send\n") == 0) {
            err = send_one(producer, schema, n++);
            answer(err == DH_OK ? "sent" : dh_error_name(err));
        } else if (strcmp(line, "block\n") == 0) {
            answer("blocking");
            err = dh_producer_loan(producer, DH_FOREVER, &payload);
            answer(err == DH_OK ? "loaned" : dh_error_name(err));
        } else if (strcmp(line, "loan\n") == 0)
            answer(loan(producer));
        else if (strcmp(line, "lock\n") == 0)
            answer(lock(dh_producer_zone(producer, 2)));
        else
            answer(spoil(producer, line));
    }
    dh_producer_close(producer);
    answer("ended");
    return 0;
}

/* A claim that no consumer of ours writes: above the head. */
static const char *claim_too_much(dh_consumer *consumer)
{
    struct dhi_record *record = dh_consumer_slot_rw(consumer)->record;

    record->claim += 1000;
    return "claimed";
}

static int consume(const char *channel, const struct dh_schema *schema)
{
    struct dh_why why = { 0 };
    dh_consumer *consumer;
    dh_err err = dh_consumer_open(&consumer, schema, channel, NULL, &why);
    char line[64];

    if (err != DH_OK) return fail("open", err, &why);
    answer("ready");
    while (fgets(line, sizeof line, stdin) != NULL && strcmp(line, "end\n") != 0) {
        const void *payload;
        if (strcmp(line, "take\n") == 0) {
            err = dh_consumer_acquire(consumer, dh_in(DH_S), &payload);
            answer(err == DH_OK ? "taken" : dh_error_name(err));
        } else if (strcmp(line, "release\n") == 0) {
            err = dh_consumer_release(consumer);
            answer(err == DH_OK ? "released" : dh_error_name(err));
        } else if (strcmp(line, "lock\n") == 0)
            answer(lock(dh_consumer_zone(consumer, 2)));
        else
            answer(claim_too_much(consumer));
    }
    dh_consumer_close(consumer);
    answer("ended");
    return 0;
}

/* COUNT messages of BYTES at HZ, the first when a line comes; then all commit times as u64. */
static int pace(char **argv)
{
    uint32_t bytes = (uint32_t)atoi(argv[3]), count = (uint32_t)atoi(argv[5]);
    double hz = atof(argv[4]);
    uint64_t *stamps = calloc(count, sizeof *stamps);
    char text[256], line[16];
    struct dh_slot_facts facts;
    struct dh_why why = { 0 };
    dh_producer *producer;
    const struct dh_schema *schema;
    int64_t begin;
    FILE *file;
    dh_err err;

    snprintf(text, sizeof text,
             "dhs 1\nfamily test/pace 1\norder little\nroot slot align 64\nminor 0 size %u\n"
             "0 u8[%u] b\nmeaning\n",
             bytes, bytes);
    schema = schema_from_text(0, text, policy_overwrite((uint32_t)atoi(argv[6]), 1));
    err = dh_producer_open(&producer, schema, argv[2], NULL, &why);
    if (err != DH_OK || stamps == NULL) return fail("open", err, &why);
    answer("ready");
    if (fgets(line, sizeof line, stdin) == NULL) return 2;
    begin = dh_now();
    for (uint32_t i = 0; i < count; i++) {
        const dh_slot_rw *rw = dh_producer_slot_rw(producer);
        void *payload;
        int64_t at = begin + (int64_t)((double)i * 1e9 / hz);
        while (dh_now() < at)
            if (hz < 1000) nanosleep(&(struct timespec){ .tv_nsec = DH_MS }, NULL);
        if (dh_producer_loan(producer, DH_NOW, &payload) != DH_OK ||
            dh_producer_commit(producer) != DH_OK ||
            dh_slot_rw_inspect(rw, i % dh_slot_rw_count(rw), &facts) != DH_OK)
            return 3;
        stamps[i] = facts.commit_ns;
    }
    file = fopen(argv[7], "wb");
    if (file == NULL || fwrite(stamps, sizeof *stamps, count, file) != count) return 4;
    fclose(file);
    free(stamps);
    answer("paced");
    if (fgets(line, sizeof line, stdin) == NULL) line[0] = 0;
    dh_producer_close(producer);
    return 0;
}

static char *read_file(const char *path, size_t *n)
{
    FILE *file = fopen(path, "rb");
    char *bytes = malloc(1 << 20);

    if (file == NULL || bytes == NULL) exit(2);
    *n = fread(bytes, 1, (1 << 20) - 1, file);
    bytes[*n] = 0;
    fclose(file);
    return bytes;
}

static int send_bytes(int argc, char **argv)
{
    struct dh_policy policy = policy_wait((uint32_t)argc, 2);
    struct dh_why why = { 0 };
    dh_producer *producer = NULL;
    struct dh_schema *schema;
    char *text, line[16];
    size_t n;
    dh_err err;

    text = read_file(argv[3], &n);
    err = dh_schema_read(&schema, text, n, &policy, &why);
    free(text);
    if (err == DH_OK) err = dh_producer_open(&producer, schema, argv[2], NULL, &why);
    for (int i = 4; i < argc && err == DH_OK; i++) {
        char *bytes = read_file(argv[i], &n);
        err = dh_producer_send(producer, dh_in(DH_S), bytes, n);
        free(bytes);
    }
    if (err != DH_OK) return fail("bytes", err, &why);
    answer("ready");
    if (fgets(line, sizeof line, stdin) == NULL) line[0] = 0;
    dh_producer_close(producer);
    dh_schema_free(schema);
    return 0;
}

static int newest(int argc, char **argv)
{
    struct dh_block_facts facts;
    struct dh_slot_facts slot;
    struct dh_why why = { 0 };
    dh_observer *observer;
    unsigned char *bytes;
    uint64_t sequence;
    FILE *file;
    dh_err err = dh_observer_open(&observer, argv[2], false, argc > 4 ? argv[4] : NULL, NULL, &why);

    if (err != DH_OK) return fail("open", err, &why);
    dh_observer_block(observer, &facts);
    bytes = calloc(1, facts.payload_bytes + 8);
    sequence = facts.head - 1;
    if (bytes == NULL || facts.head == 0) return 2;
    err = dh_observer_copy(observer, &sequence, dh_in(DH_S), bytes, &slot);
    if (err != DH_OK) return fail("copy", err, &why);
    file = fopen(argv[3], "wb");
    if (file == NULL || fwrite(bytes, 1, facts.payload_bytes, file) != facts.payload_bytes)
        return 3;
    fclose(file);
    free(bytes);
    dh_observer_close(observer);
    return 0;
}

int main(int argc, char **argv)
{
    static unsigned char secret[DH_SECRET_BYTES];
    const struct dh_schema *schema;
    struct dh_policy policy = policy_wait(8, 4);
    bool has_secret = argc > 6 && strcmp(argv[6], "-") != 0;
    FILE *file;

    if (argc == 8 && strcmp(argv[1], "pace") == 0) return pace(argv);
    if (argc < 4) return 2;
    if (strcmp(argv[1], "bytes") == 0) return send_bytes(argc, argv);
    if (strcmp(argv[1], "newest") == 0) return newest(argc, argv);
    if (argc > 5) {
        uint32_t n = (uint32_t)atoi(argv[5]), consumers = argc > 7 ? (uint32_t)atoi(argv[7]) : 4;
        policy = strcmp(argv[4], "overwrite") == 0 ? policy_overwrite(n, consumers)
                                                   : policy_wait(n, consumers);
        if (strcmp(argv[4], "checked") == 0) policy.checksum = DH_CHECKSUM_ENFORCED;
    }
    if (has_secret) {
        file = fopen(argv[6], "rb");
        if (file == NULL || fread(secret, 1, sizeof secret, file) != sizeof secret) return 2;
        fclose(file);
    }
    schema = schema_from_text(0, strcmp(argv[3], "zones") == 0 ? text_zones : kinds_text, policy);
    if (strcmp(argv[1], "consume") == 0) return consume(argv[2], schema);
    return produce(argv[2], schema, has_secret ? secret : NULL);
}
