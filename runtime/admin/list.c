/* SPDX-License-Identifier: Apache-2.0 */
/* dhadmin list: which channels are there. */
#include "channel.h"
#include "quantity.h"
#include "spell.h"
#include "table.h"

#include <jansson.h>
#include <stdlib.h>

static const char *via_name(enum dh_via via)
{
    return via == DH_VIA_BROKER ? "broker" : via == DH_VIA_DIRECT ? "direct" : "both";
}

static const char *full_name(enum dh_full full)
{
    return full == DH_FULL_WAIT ? "wait" : "overwrite";
}

static const char *state_of(const struct dh_channel_entry *entry)
{
    struct dh_identity identity = { .pid = entry->pid };

    if (!entry->silent) return entry->alive ? "alive" : "dead";
    switch (dh_recovery_motion(&identity)) {
    case DH_MOTION_STOPPED: return "stopped";
    case DH_MOTION_TRACED: return "in a debugger";
    default: return "silent";
    }
}

static void write_table(const struct dhi_request *request, const struct dh_channel_entry *entries,
                        size_t n)
{
    static const char *const titles[] = {
        "CHANNEL", "SCHEMA", "POLICY", "VIA", "PRODUCER", "STATE"
    };
    const struct dhi_look *look = &request->look;
    struct dhi_table table = { .n_columns = 6 };

    for (unsigned i = 0; i < table.n_columns; i++)
        dhi_table_add(&table, look->dim, "%s", titles[i]);
    for (size_t i = 0; i < n; i++) {
        const struct dh_channel_entry *entry = &entries[i];
        char hash[DHI_QUANTITY_BYTES], user[DHI_USER_BYTES], safe[DHI_SAFE_BYTES];

        dhi_table_add(&table, look->bold, "%s", dhi_safe(entry->channel, safe));
        if (dhi_channel_is_mute(entry)) {
            dhi_table_add(&table, "", "-");
            dhi_table_add(&table, "", "-");
        } else {
            dhi_table_add(&table, "", "%s", dhi_hex(entry->schema_hash, 4, hash));
            dhi_table_add(&table, "", "%s %u", full_name(entry->full), entry->n_slots);
        }
        dhi_table_add(&table, "", "%s", via_name(entry->via));
        dhi_table_add(&table, "", "%s[%u] %s", dhi_safe(entry->program, safe), entry->pid,
                      dhi_user(entry->uid, user));
        dhi_table_add(&table, entry->alive && !entry->silent ? look->good : look->bad, "%s",
                      state_of(entry));
    }
    dhi_table_write(&table, request->out, look, 0);
}

/* For scripts and completion: nothing else, also where there is nothing. */
static void write_names(const struct dhi_request *request, const struct dh_channel_entry *entries,
                        size_t n)
{
    char safe[DHI_SAFE_BYTES];

    for (size_t i = 0; i < n; i++)
        fprintf(request->out, "%s\n", dhi_safe(entries[i].channel, safe));
}

static void write_json(const struct dhi_request *request, const struct dh_channel_entry *entries,
                       size_t n, bool broker_answers)
{
    json_t *channels = json_array(), *all;

    for (size_t i = 0; i < n; i++) {
        const struct dh_channel_entry *entry = &entries[i];
        char hash[DHI_QUANTITY_BYTES], channel[DHI_SAFE_BYTES], family[DHI_SAFE_BYTES],
            program[DHI_SAFE_BYTES];

        json_array_append_new(
            channels,
            json_pack("{s:s, s:s, s:s, s:s, s:i, s:s, s:{s:s, s:i, s:I, s:b, s:s}}", "channel",
                      dhi_safe(entry->channel, channel), "family", dhi_safe(entry->family, family),
                      "schema_hash", dhi_hex(entry->schema_hash, DH_HASH_BYTES, hash), "full",
                      dhi_channel_is_mute(entry) ? "" : full_name(entry->full), "slots",
                      (int)entry->n_slots, "via", via_name(entry->via), "producer", "program",
                      dhi_safe(entry->program, program), "pid", (int)entry->pid, "uid",
                      (json_int_t)entry->uid, "alive", (int)entry->alive, "state",
                      state_of(entry)));
    }
    all = json_pack("{s:i, s:b, s:o}", "v", 1, "broker_answers", (int)broker_answers, "channels",
                    channels);
    json_dumpf(all, request->out, JSON_COMPACT);
    fputc('\n', request->out);
    json_decref(all);
}

enum dhi_exit dhi_run_list(const struct dhi_request *request)
{
    struct dh_channel_entry *entries = NULL;
    size_t n = 0;
    bool broker;
    enum dhi_exit code = dhi_channel_list(request, &entries, &n, &broker);

    if (code != DHI_EXIT_FINE && code != DHI_EXIT_NO_CHANNEL) return code;
    if (request->names)
        write_names(request, entries, n);
    else if (request->json)
        write_json(request, entries, n, broker);
    else if (n > 0)
        write_table(request, entries, n);
    free(entries);
    return code;
}
