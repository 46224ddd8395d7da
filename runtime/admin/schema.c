/* SPDX-License-Identifier: Apache-2.0 */
/* dhadmin schema: the canonical text of a channel, of a hash, of a file. */
#include "schema.h"

#include "channel.h"
#include "idl/canon_read.h"
#include "quantity.h"

#include <errno.h>
#include <jansson.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

enum { SHORTEST_PREFIX = 4 };

static bool is_hex(const char *word)
{
    return word[strspn(word, "0123456789abcdef")] == 0;
}

static enum dhi_exit keep(const struct dhi_request *request, struct dhi_schema *schema,
                          const char *text, size_t n)
{
    schema->text = malloc(n + 1);
    if (schema->text == NULL) return dhi_complain(request, "schema", DH_ENOMEM, NULL);
    memcpy(schema->text, text, n);
    schema->text[n] = 0;
    schema->n = n;
    return DHI_EXIT_FINE;
}

static enum dhi_exit schema_of_channel(const struct dhi_request *request, const char *word,
                                       struct dhi_schema *schema)
{
    char channel[DH_CHANNEL_MAX + 1];
    struct dh_block_facts facts;
    dh_observer *observer = NULL;
    bool admin = false;
    enum dhi_exit code = dhi_channel_open(request, word, &admin, channel, &observer);
    const char *text;
    size_t n;

    if (code != DHI_EXIT_FINE) return code;
    text = dh_observer_text(observer, &n);
    dh_observer_block(observer, &facts);
    code = keep(request, schema, text, n);
    memcpy(schema->hash, facts.schema_hash, sizeof schema->hash);
    schema->has_policy = true;
    schema->policy = facts.policy;
    dh_observer_close(observer);
    return code;
}

static enum dhi_exit schema_of_hash(const struct dhi_request *request, const char *word,
                                    const unsigned char hash[DH_HASH_BYTES],
                                    struct dhi_schema *schema)
{
    struct dh_why why = { 0 };
    dh_err err =
        dh_hub_schema(request->broker, hash, dh_in(DHI_LIST_NS), &schema->text, &schema->n, &why);

    if (err != DH_OK) return dhi_complain(request, word, err, &why);
    memcpy(schema->hash, hash, sizeof schema->hash);
    return DHI_EXIT_FINE;
}

/* A file that holds canonical text, as dhgen canon writes it. */
static enum dhi_exit schema_of_file(const struct dhi_request *request, const char *path, FILE *file,
                                    struct dhi_schema *schema)
{
    static char text[DHC_TEXT_MAX + 1];
    size_t n = fread(text, 1, sizeof text, file);
    struct dhc_trouble trouble;
    struct dhc_text *tree = dhc_read(text, n, &trouble);

    if (tree == NULL) {
        fprintf(request->err, "dhadmin: %s: line %u: %s\n", path, trouble.line, trouble.what);
        fprintf(request->err, "  a file of canonical text is expected: dhgen canon FILE.dhs\n");
        return DHI_EXIT_DATA;
    }
    dhc_free(tree);
    crypto_generichash(schema->hash, sizeof schema->hash, (const unsigned char *)text, n, NULL, 0);
    return keep(request, schema, text, n);
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
        if (!prefix || dhi_channel_is_mute(entry) ||
            strncmp(dhi_hex(entry->schema_hash, DH_HASH_BYTES, hex), word, strlen(word)) != 0)
            continue;
        if (meanings.by_hash != NULL &&
            memcmp(meanings.by_hash->schema_hash, entry->schema_hash, DH_HASH_BYTES) != 0)
            meanings.ambiguous = true;
        meanings.by_hash = entry;
    }
    return meanings;
}

static enum dhi_exit find(const struct dhi_request *request, const char *word,
                          const struct dh_channel_entry *entries, size_t n,
                          struct dhi_schema *schema)
{
    struct meanings meanings = look_up(word, entries, n);
    unsigned char hash[DH_HASH_BYTES];

    if (!meanings.channel && meanings.ambiguous) {
        fprintf(request->err, "dhadmin: several schemas have a hash that begins with '%s'\n", word);
        return DHI_EXIT_USAGE;
    }
    /* The channel itself has the text, with and without a broker. */
    if (!meanings.channel && meanings.by_hash != NULL)
        return schema_of_channel(request, meanings.by_hash->channel, schema);
    if (!meanings.channel && is_hex(word) && strlen(word) == 2 * DH_HASH_BYTES) {
        hash_of_hex(word, hash);
        return schema_of_hash(request, word, hash, schema);
    }
    return schema_of_channel(request, word, schema);
}

enum dhi_exit dhi_schema_find(const struct dhi_request *request, const char *word,
                              struct dhi_schema *schema)
{
    bool path = strchr(word, '/') != NULL; /* no channel is called so */
    FILE *file = path || strstr(word, ".canon") != NULL ? fopen(word, "re") : NULL;
    struct dh_channel_entry *entries = NULL;
    enum dhi_exit code;
    size_t n = 0;
    bool broker;

    *schema = (struct dhi_schema){ .text = NULL };
    if (file != NULL) {
        code = schema_of_file(request, word, file, schema);
        fclose(file);
        return code;
    }
    if (path) {
        fprintf(request->err, "dhadmin: %s: %s\n", word, strerror(errno));
        return DHI_EXIT_NO_CHANNEL;
    }
    if (dh_hub_list(request->broker, NULL, dh_in(DHI_LIST_NS), &entries, &n, &broker, NULL) !=
        DH_OK)
        n = 0;
    code = find(request, word, entries, n, schema);
    free(entries);
    return code;
}

static enum dhi_exit write_schema(const struct dhi_request *request,
                                  const struct dhi_schema *schema)
{
    struct dhc_trouble trouble;
    struct dhc_text *tree = dhc_read(schema->text, schema->n, &trouble);
    char hex[DHI_QUANTITY_BYTES], family[DHC_LINE_MAX];
    json_t *json;

    if (tree == NULL) {
        fprintf(request->err, "dhadmin: this text is not canonical: line %u: %s\n", trouble.line,
                trouble.what);
        return DHI_EXIT_DATA;
    }
    if (!request->json)
        fwrite(schema->text, 1, schema->n, request->out);
    else {
        snprintf(family, sizeof family, "%s/%s %u", tree->package, tree->channel, tree->major);
        json = json_pack("{s:i, s:s, s:i, s:s, s:s%}", "v", 1, "family", family, "minor",
                         (int)tree->minor, "schema_hash", dhi_hex(schema->hash, DH_HASH_BYTES, hex),
                         "text", schema->text, schema->n);
        json_dumpf(json, request->out, JSON_COMPACT);
        fputc('\n', request->out);
        json_decref(json);
    }
    dhc_free(tree);
    return DHI_EXIT_FINE;
}

enum dhi_exit dhi_run_schema(const struct dhi_request *request)
{
    struct dhi_schema schema;
    enum dhi_exit code;

    if (strcmp(request->argument, "diff") == 0 && request->n_arguments == 3)
        return dhi_schema_diff(request);
    if (request->n_arguments > 1) {
        fprintf(request->err, "dhadmin: schema takes one CHANNEL|HASH|FILE, or: diff A B\n");
        return DHI_EXIT_USAGE;
    }
    code = dhi_schema_find(request, request->argument, &schema);
    if (code == DHI_EXIT_FINE) code = write_schema(request, &schema);
    free(schema.text);
    return code;
}
