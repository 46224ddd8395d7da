/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whom Prometheus watches: a process that produces or consumes as it is told on standard input.
 *
 *   peer produce CHANNEL wait|overwrite|checked SLOTS CONSUMERS [STALL_LIMIT_MS]
 *   peer consume CHANNEL
 *
 * It answers each line with one: "ready" when it is open; then "send" commits a message, "spoil"
 * one that it writes into afterwards, "take" acquires one, "give" releases it, "forge" writes what
 * is no claim into the block, "end" closes in order.
 */
#include "base/atomic.h"
#include "block/format.h"
#include "support/block.h"

#include <dh/consumer.h>
#include <dh/producer.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static const struct dh_schema *schema_of(const char *policy, uint32_t slots, uint32_t consumers)
{
    struct dh_policy made = strcmp(policy, "overwrite") == 0 ? policy_overwrite(slots, consumers)
                                                             : policy_wait(slots, consumers);

    if (strcmp(policy, "checked") == 0) made.checksum = DH_CHECKSUM_ENFORCED;
    return schema_from_text(0, text_pair, made);
}

static int answer(dh_err err, const char *word)
{
    printf("%s\n", err == DH_OK ? word : dh_error_name(err));
    fflush(stdout);
    return err == DH_OK ? 0 : 1;
}

static bool next_word(char word[16])
{
    if (fgets(word, 16, stdin) == NULL) return false;
    word[strcspn(word, "\n")] = 0;
    return strcmp(word, "end") != 0;
}

/* A stray store: the message is committed, and its checksum was made, when its producer writes to
 * it once more. */
static dh_err spoil(dh_producer *producer)
{
    void *payload;
    dh_err err = dh_producer_loan(producer, dh_in(100 * DH_MS), &payload);

    if (err != DH_OK) return err;
    memset(payload, 0, 16);
    err = dh_producer_commit(producer);
    if (err == DH_OK) *(volatile uint64_t *)payload ^= 1;
    return err;
}

static int produce(const char *channel, const struct dh_schema *schema, int64_t stall_limit_ms)
{
    struct dh_producer_options options = { .stall_limit_ns = stall_limit_ms * DH_MS };
    uint64_t pair[2] = { 0 };
    dh_producer *producer;
    char word[16];

    if (answer(dh_producer_open(&producer, schema, channel, &options, NULL), "ready") != 0)
        return 1;
    while (next_word(word))
        if (strcmp(word, "spoil") == 0)
            answer(spoil(producer), "spoilt");
        else
            answer(dh_producer_send(producer, dh_in(500 * DH_MS), pair, sizeof pair), "sent");
    dh_producer_close(producer);
    return answer(DH_OK, "ended");
}

/* The descriptor of the block's claims that a consumer of `channel` here has. */
static int find_claims(const char *channel)
{
    char wanted[128], path[32], name[128];

    snprintf(wanted, sizeof wanted, "/memfd:dh:%s:claims (deleted)", channel);
    for (int fd = 3; fd < 256; fd++) {
        ssize_t n;

        snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
        n = readlink(path, name, sizeof name - 1);
        if (n > 0 && (size_t)n == strlen(wanted) && memcmp(name, wanted, (size_t)n) == 0) return fd;
    }
    return -1;
}

/* What no consumer of ours does: the claim of a place that nobody took says that it read what was
 * not sent yet. */
static dh_err forge(const char *channel)
{
    size_t bytes = sizeof(struct dhi_claims) + 2 * sizeof(struct dhi_record);
    char *claims = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, find_claims(channel), 0);
    struct dhi_record *records;

    if (claims == MAP_FAILED) return DH_ESYS;
    records = (struct dhi_record *)(void *)(claims + sizeof(struct dhi_claims));
    dhi_store_relaxed(&records[1].claim, dhi_claim(1, 1000));
    munmap(claims, bytes);
    return DH_OK;
}

static int consume(const char *channel, const struct dh_schema *schema)
{
    dh_consumer *consumer;
    const void *payload;
    char word[16];

    if (answer(dh_consumer_open(&consumer, schema, channel, NULL, NULL), "ready") != 0) return 1;
    while (next_word(word)) {
        if (strcmp(word, "take") == 0)
            answer(dh_consumer_acquire(consumer, dh_in(DH_S), &payload), "taken");
        else if (strcmp(word, "forge") == 0)
            answer(forge(channel), "forged");
        else
            answer(dh_consumer_release(consumer), "given");
    }
    dh_consumer_close(consumer);
    return answer(DH_OK, "ended");
}

int main(int argc, char **argv)
{
    if (argc >= 6 && strcmp(argv[1], "produce") == 0)
        return produce(argv[2],
                       schema_of(argv[3], (uint32_t)atoi(argv[4]), (uint32_t)atoi(argv[5])),
                       argc > 6 ? atoi(argv[6]) : 0);
    if (argc == 3) return consume(argv[2], schema_of("wait", 8, 4));
    return 2;
}
