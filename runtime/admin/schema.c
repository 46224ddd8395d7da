/* SPDX-License-Identifier: Apache-2.0 */
/* dhadmin schema: the canonical text of a channel, or of a hash. */
#include "channel.h"
#include "idl/canon_read.h"
#include "quantity.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

enum { SHORTEST_PREFIX = 4 };

static bool is_hex(const char *word)
{
    return word[strspn(word, "0123456789abcdef")] == 0;
}

static enum dhi_exit write_schema(const struct dhi_request *request, const char *text, size_t n,
                                  const unsigned char hash[DH_HASH_BYTES])
{
    struct dhc_trouble trouble;
    struct dhc_text *tree = dhc_read(text, n, &trouble);
    char hex[DHI_QUANTITY_BYTES], family[DHC_LINE_MAX];
    json_t *json;

    if (tree == NULL) {
        fprintf(request->err, "dhadmin: this text is not canonical: line %u: %s\n", trouble.line,
                trouble.what);
        return DHI_EXIT_DATA;
    }
    if (!request->json)
        fwrite(text, 1, n, request->out);
    else {
        snprintf(family, sizeof family, "%s/%s %u", tree->package, tree->channel, tree->major);
        json = json_pack("{s:i, s:s, s:i, s:s, s:s%}", "v", 1, "family", family, "minor",
                         (int)tree->minor, "schema_hash", dhi_hex(hash, DH_HASH_BYTES, hex), "text",
                         text, n);
        json_dumpf(json, request->out, JSON_COMPACT);
        fputc('\n', request->out);
        json_decref(json);
    }
    dhc_free(tree);
    return DHI_EXIT_FINE;
}

static enum dhi_exit schema_of_channel(const struct dhi_request *request)
{
    char channel[DH_CHANNEL_MAX + 1];
    struct dh_block_facts facts;
    dh_observer *observer = NULL;
    bool admin = false;
    enum dhi_exit code = dhi_channel_open(request, request->argument, &admin, channel, &observer);
    const char *text;
    size_t n;

    if (code != DHI_EXIT_FINE) return code;
    text = dh_observer_text(observer, &n);
    dh_observer_block(observer, &facts);
    code = write_schema(request, text, n, facts.schema_hash);
    dh_observer_close(observer);
    return code;
}

static enum dhi_exit schema_of_hash(const struct dhi_request *request,
                                    const unsigned char hash[DH_HASH_BYTES])
{
    struct dh_why why = { 0 };
    enum dhi_exit code;
    char *text = NULL;
    size_t n;
    dh_err err = dh_hub_schema(request->broker, hash, dh_in(DHI_LIST_NS), &text, &n, &why);

    if (err != DH_OK) return dhi_complain(request, request->argument, err, &why);
    code = write_schema(request, text, n, hash);
    free(text);
    return code;
}

static void hash_of_hex(const char *hex, unsigned char hash[DH_HASH_BYTES])
{
    char pair[3] = { 0 };

    for (size_t i = 0; i < DH_HASH_BYTES; i++) {
        memcpy(pair, hex + 2 * i, 2);
        hash[i] = (unsigned char)strtoul(pair, NULL, 16);
    }
}

/* How a word can be meant: as a channel that is listed, or as the beginning of a listed hash. */
struct meanings {
    bool channel, ambiguous;
    const struct dh_channel_entry *by_hash;
};

static struct meanings look_up(const char *word, const struct dh_channel_entry *entries, size_t n)
{
    struct meanings meanings = { 0 };
    bool prefix = is_hex(word) && strlen(word) >= SHORTEST_PREFIX;

    for (size_t i = 0; i < n; i++) {
        const struct dh_channel_entry *entry = &entries[i];
        char hex[DHI_QUANTITY_BYTES];

        if (dhi_channel_is_called(entry->channel, word)) meanings.channel = true;
        if (!prefix ||
            strncmp(dhi_hex(entry->schema_hash, DH_HASH_BYTES, hex), word, strlen(word)) != 0)
            continue;
        if (meanings.by_hash != NULL &&
            memcmp(meanings.by_hash->schema_hash, entry->schema_hash, DH_HASH_BYTES) != 0)
            meanings.ambiguous = true;
        meanings.by_hash = entry;
    }
    return meanings;
}

enum dhi_exit dhi_run_schema(const struct dhi_request *request)
{
    struct dh_channel_entry *entries = NULL;
    struct dhi_request by_channel = *request;
    const char *word = request->argument;
    unsigned char hash[DH_HASH_BYTES];
    struct meanings meanings;
    enum dhi_exit code;
    size_t n = 0;
    bool broker;

    if (dh_hub_list(request->broker, NULL, dh_in(DHI_LIST_NS), &entries, &n, &broker, NULL) !=
        DH_OK)
        n = 0;
    meanings = look_up(word, entries, n);
    if (!meanings.channel && meanings.ambiguous) {
        fprintf(request->err, "dhadmin: several schemas have a hash that begins with '%s'\n", word);
        code = DHI_EXIT_USAGE;
    } else if (!meanings.channel && meanings.by_hash != NULL) {
        /* The channel itself has the text, with and without a broker. */
        by_channel.argument = meanings.by_hash->channel;
        code = schema_of_channel(&by_channel);
    } else if (!meanings.channel && is_hex(word) && strlen(word) == 2 * DH_HASH_BYTES) {
        hash_of_hex(word, hash);
        code = schema_of_hash(request, hash);
    } else
        code = schema_of_channel(request);
    explicit_bzero(by_channel.secret, sizeof by_channel.secret);
    free(entries);
    return code;
}
