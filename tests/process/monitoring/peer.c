/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whom Prometheus watches: a process that produces or consumes as it is told on standard input.
 *
 *   peer produce CHANNEL wait|overwrite SLOTS CONSUMERS
 *   peer consume CHANNEL
 *
 * It answers each line with one: "ready" when it is open; then "send" commits a message, "take"
 * acquires one, "give" releases it, "end" closes in order.
 */
#include "support/block.h"

#include <dh/consumer.h>
#include <dh/producer.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct dh_schema *schema_of(bool wait, uint32_t slots, uint32_t consumers)
{
    return schema_from_text(0, text_pair,
                            wait ? policy_wait(slots, consumers)
                                 : policy_overwrite(slots, consumers));
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

static int produce(const char *channel, const struct dh_schema *schema)
{
    uint64_t pair[2] = { 0 };
    dh_producer *producer;
    char word[16];

    if (answer(dh_producer_open(&producer, schema, channel, NULL, NULL), "ready") != 0) return 1;
    while (next_word(word))
        answer(dh_producer_send(producer, dh_in(100 * DH_MS), pair, sizeof pair), "sent");
    dh_producer_close(producer);
    return answer(DH_OK, "ended");
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
        else
            answer(dh_consumer_release(consumer), "given");
    }
    dh_consumer_close(consumer);
    return answer(DH_OK, "ended");
}

int main(int argc, char **argv)
{
    if (argc == 6 && strcmp(argv[1], "produce") == 0)
        return produce(argv[2], schema_of(strcmp(argv[3], "wait") == 0, (uint32_t)atoi(argv[4]),
                                          (uint32_t)atoi(argv[5])));
    if (argc == 3) return consume(argv[2], schema_of(true, 8, 4));
    return 2;
}
