/* SPDX-License-Identifier: Apache-2.0 */
/* dhadmin schemas: which schemas the listed channels have. */
#include "channel.h"
#include "quantity.h"
#include "spell.h"
#include "table.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

/* Entries by hash, then by name. */
static int by_hash(const void *a, const void *b)
{
    const struct dh_channel_entry *x = a, *y = b;
    int order = memcmp(x->schema_hash, y->schema_hash, DH_HASH_BYTES);

    return order != 0 ? order : strcmp(x->channel, y->channel);
}

static bool begins(const struct dh_channel_entry *entries, size_t i)
{
    return i == 0 || memcmp(entries[i].schema_hash, entries[i - 1].schema_hash, DH_HASH_BYTES) != 0;
}

static void write_table(const struct dhi_request *request, const struct dh_channel_entry *entries,
                        size_t n)
{
    struct dhi_table table = { .n_columns = 3 };
    const struct dhi_look *look = &request->look;

    dhi_table_add(&table, look->dim, "HASH");
    dhi_table_add(&table, look->dim, "FAMILY");
    dhi_table_add(&table, look->dim, "CHANNELS");
    for (size_t i = 0; i < n; i++) {
        char hash[DHI_QUANTITY_BYTES], safe[DHI_SAFE_BYTES];

        dhi_table_add(&table, look->bold, "%s",
                      begins(entries, i) ? dhi_hex(entries[i].schema_hash, 8, hash) : "");
        dhi_table_add(&table, "", "%s",
                      begins(entries, i) ? dhi_safe(entries[i].family, safe) : "");
        dhi_table_add(&table, "", "%s", dhi_safe(entries[i].channel, safe));
    }
    dhi_table_write(&table, request->out, look, 0);
}

static void write_json(const struct dhi_request *request, const struct dh_channel_entry *entries,
                       size_t n)
{
    json_t *all = json_array(), *channels = NULL, *json;

    for (size_t i = 0; i < n; i++) {
        char hash[DHI_QUANTITY_BYTES], safe[DHI_SAFE_BYTES];

        if (begins(entries, i)) {
            channels = json_array();
            json_array_append_new(all,
                                  json_pack("{s:s, s:s, s:o}", "schema_hash",
                                            dhi_hex(entries[i].schema_hash, DH_HASH_BYTES, hash),
                                            "family", dhi_safe(entries[i].family, safe), "channels",
                                            channels));
        }
        json_array_append_new(channels, json_string(dhi_safe(entries[i].channel, safe)));
    }
    json = json_pack("{s:i, s:o}", "v", 1, "schemas", all);
    json_dumpf(json, request->out, JSON_COMPACT);
    fputc('\n', request->out);
    json_decref(json);
}

/* Whose producer does not answer has a schema, too, and nobody can say which. */
static size_t without_mute(struct dh_channel_entry *entries, size_t n)
{
    size_t kept = 0;

    for (size_t i = 0; i < n; i++)
        if (!dhi_channel_is_mute(&entries[i])) entries[kept++] = entries[i];
    return kept;
}

enum dhi_exit dhi_run_schemas(const struct dhi_request *request)
{
    struct dh_channel_entry *entries = NULL;
    size_t n = 0;
    bool broker;
    enum dhi_exit code = dhi_channel_list(request, &entries, &n, &broker);

    if (code != DHI_EXIT_FINE && code != DHI_EXIT_NO_CHANNEL) return code;
    n = without_mute(entries, n);
    if (n > 0) qsort(entries, n, sizeof *entries, by_hash);
    if (request->json)
        write_json(request, entries, n);
    else if (n > 0)
        write_table(request, entries, n);
    free(entries);
    return code;
}
