/* SPDX-License-Identifier: Apache-2.0 */
#include "broker/registry.h"

#include <stdlib.h>
#include <string.h>

enum {
    TEXTS_PER_USER = 512,
    BYTES_PER_USER = 16 << 20,
};

struct record {
    unsigned char hash[32];
    uint32_t uid; /* who brought it first */
    size_t bytes;
    char *text;
};

struct dhi_registry {
    struct record *records; /* by hash, ascending */
    size_t n, room;
};

dhi_registry *dhi_registry_open(void)
{
    return calloc(1, sizeof(dhi_registry));
}

void dhi_registry_close(dhi_registry *registry)
{
    if (registry == NULL) return;
    for (size_t i = 0; i < registry->n; i++)
        free(registry->records[i].text);
    free(registry->records);
    free(registry);
}

/* Where the hash is, or where it belongs. */
static size_t find(const dhi_registry *registry, const unsigned char hash[32], bool *known)
{
    size_t low = 0, high = registry->n;

    *known = false;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = memcmp(registry->records[middle].hash, hash, 32);

        if (order == 0) {
            *known = true;
            return middle;
        }
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool over_limit(const dhi_registry *registry, uint32_t uid, size_t more)
{
    size_t texts = 1, bytes = more;

    for (size_t i = 0; i < registry->n; i++) {
        if (registry->records[i].uid != uid) continue;
        texts++;
        bytes += registry->records[i].bytes;
    }
    return texts > TEXTS_PER_USER || bytes > BYTES_PER_USER;
}

static bool make_room(dhi_registry *registry)
{
    size_t room = registry->room == 0 ? 16 : registry->room * 2;
    struct record *grown;

    if (registry->n < registry->room) return true;
    grown = realloc(registry->records, room * sizeof *grown);
    if (grown == NULL) return false;
    registry->records = grown;
    registry->room = room;
    return true;
}

enum dhi_recorded dhi_registry_record(dhi_registry *registry, const unsigned char hash[32],
                                      const char *text, size_t bytes, uint32_t uid)
{
    bool known;
    size_t at = find(registry, hash, &known);
    struct record record = { .uid = uid, .bytes = bytes };

    if (known) return DHI_RECORDED_KNOWN;
    if (over_limit(registry, uid, bytes)) return DHI_RECORDED_LIMIT;
    record.text = malloc(bytes + 1);
    if (record.text == NULL || !make_room(registry)) {
        free(record.text);
        return DHI_RECORDED_NO_MEMORY;
    }
    memcpy(record.hash, hash, sizeof record.hash);
    memcpy(record.text, text, bytes);
    record.text[bytes] = 0;
    memmove(&registry->records[at + 1], &registry->records[at], (registry->n - at) * sizeof record);
    registry->records[at] = record;
    registry->n++;
    return DHI_RECORDED_NEW;
}

const char *dhi_registry_text(const dhi_registry *registry, const unsigned char hash[32],
                              size_t *bytes)
{
    bool known;
    size_t at = find(registry, hash, &known);

    if (!known) return NULL;
    *bytes = registry->records[at].bytes;
    return registry->records[at].text;
}
