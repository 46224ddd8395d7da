/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What dhadmin is to look at: a process that produces or consumes as it is told on standard input.
 *
 *   peer produce CHANNEL kinds|zones wait|overwrite SLOTS [SECRETFILE]
 *   peer consume CHANNEL kinds
 *
 * It answers each line with one: "ready" when it is open; then "send" commits one message, "take"
 * acquires one and keeps it, "end" closes in order. So no test waits by sleeping.
 */
#include "kinds.h"
#include "support/block.h"

#include <dh/consumer.h>
#include <dh/producer.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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
        err = schema->n_roots > 1 ? dh_producer_send(producer, dh_in(DH_S), &n, sizeof n)
                                  : send_message(producer, n);
        n++;
        answer(err == DH_OK ? "sent" : dh_error_name(err));
    }
    dh_producer_close(producer);
    answer("ended");
    return 0;
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
        err = dh_consumer_acquire(consumer, dh_in(DH_S), &payload);
        answer(err == DH_OK ? "taken" : dh_error_name(err));
    }
    dh_consumer_close(consumer);
    answer("ended");
    return 0;
}

int main(int argc, char **argv)
{
    static unsigned char secret[DH_SECRET_BYTES];
    const struct dh_schema *schema;
    struct dh_policy policy = policy_wait(8, 4);
    FILE *file;

    if (argc < 4) return 2;
    if (argc > 5) {
        uint32_t n = (uint32_t)atoi(argv[5]);
        policy = strcmp(argv[4], "wait") == 0 ? policy_wait(n, 4) : policy_overwrite(n, 4);
    }
    if (argc > 6) {
        file = fopen(argv[6], "rb");
        if (file == NULL || fread(secret, 1, sizeof secret, file) != sizeof secret) return 2;
        fclose(file);
    }
    schema = schema_from_text(0, strcmp(argv[3], "zones") == 0 ? text_zones : kinds_text, policy);
    if (strcmp(argv[1], "consume") == 0) return consume(argv[2], schema);
    return produce(argv[2], schema, argc > 6 ? secret : NULL);
}
