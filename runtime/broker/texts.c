/* SPDX-License-Identifier: Apache-2.0 */
#include "broker/texts.h"

#include <stdlib.h>
#include <string.h>

enum { BYTES_PER_USER = 32 << 20 };

struct record {
    unsigned char hash[32];
    uint32_t uid; /* who brought it first */
    size_t bytes;
    char *text;
};

struct dhi_texts {
    struct record *records; /* by hash, ascending */
    size_t n, room;
    uint32_t most; /* of each user */
};

dhi_texts *dhi_texts_open(uint32_t most)
{
    dhi_texts *texts = calloc(1, sizeof *texts);

    if (texts != NULL) texts->most = most;
    return texts;
}

void dhi_texts_close(dhi_texts *texts)
{
    if (texts == NULL) return;
    for (size_t i = 0; i < texts->n; i++)
        free(texts->records[i].text);
    free(texts->records);
    free(texts);
}

/* Where the hash is, or where it belongs. */
static size_t find(const dhi_texts *texts, const unsigned char hash[32], bool *known)
{
    size_t low = 0, high = texts->n;

    *known = false;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = memcmp(texts->records[middle].hash, hash, 32);

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

static bool over_limit(const dhi_texts *texts, uint32_t uid, size_t more)
{
    size_t n = 1, bytes = more;

    for (size_t i = 0; i < texts->n; i++) {
        if (texts->records[i].uid != uid) continue;
        n++;
        bytes += texts->records[i].bytes;
    }
    return n > texts->most || bytes > BYTES_PER_USER;
}

static bool make_room(dhi_texts *texts)
{
    size_t room = texts->room == 0 ? 16 : texts->room * 2;
    struct record *grown;

    if (texts->n < texts->room) return true;
    grown = realloc(texts->records, room * sizeof *grown);
    if (grown == NULL) return false;
    texts->records = grown;
    texts->room = room;
    return true;
}

enum dhi_recorded dhi_texts_record(dhi_texts *texts, const unsigned char hash[32], const char *text,
                                   size_t bytes, uint32_t uid)
{
    bool known;
    size_t at = find(texts, hash, &known);
    struct record record = { .uid = uid, .bytes = bytes };

    if (known) return DHI_RECORDED_KNOWN;
    if (over_limit(texts, uid, bytes)) return DHI_RECORDED_LIMIT;
    record.text = malloc(bytes + 1);
    if (record.text == NULL || !make_room(texts)) {
        free(record.text);
        return DHI_RECORDED_NO_MEMORY;
    }
    memcpy(record.hash, hash, sizeof record.hash);
    memcpy(record.text, text, bytes);
    record.text[bytes] = 0;
    memmove(&texts->records[at + 1], &texts->records[at], (texts->n - at) * sizeof record);
    texts->records[at] = record;
    texts->n++;
    return DHI_RECORDED_NEW;
}

const char *dhi_texts_find(const dhi_texts *texts, const unsigned char hash[32], size_t *bytes)
{
    bool known;
    size_t at = find(texts, hash, &known);

    if (!known) return NULL;
    *bytes = texts->records[at].bytes;
    return texts->records[at].text;
}
