/* SPDX-License-Identifier: Apache-2.0 */
#include "block/attach.h"

#include "base/why.h"
#include "block/meaning.h"
#include "block/schema_text.h"

#include <stdlib.h>
#include <string.h>

struct pair {
    struct dhi_text block, consumer;
};

/* The last minor of a root that is not later than `limit`; -1: the root was born later. */
static int minor_at(const struct dhi_text_root *root, uint32_t limit)
{
    int found = -1;

    for (uint32_t i = 0; i < root->n_minors && root->minors[i].number <= limit; i++)
        found = (int)i;
    return found;
}

/* "8 f32 accel.x" taken apart: offset, kind, path. False for root and minor lines. */
struct field {
    struct dhi_line offset, kind, path;
};

static bool split_field(struct dhi_line line, struct field *field)
{
    const char *end = line.text + line.bytes;
    const char *first = memchr(line.text, ' ', line.bytes);
    const char *second = first != NULL ? memchr(first + 1, ' ', (size_t)(end - first - 1)) : NULL;

    if (second == NULL || line.text[0] < '0' || line.text[0] > '9') return false;
    field->offset = (struct dhi_line){ line.text, (size_t)(first - line.text) };
    field->kind = (struct dhi_line){ first + 1, (size_t)(second - first - 1) };
    field->path = (struct dhi_line){ second + 1, (size_t)(end - second - 1) };
    return true;
}

static bool same_line(const struct dhi_line *a, const struct dhi_line *b)
{
    return a->bytes == b->bytes && memcmp(a->text, b->text, a->bytes) == 0;
}

/* The next field line in [*at, end). */
static bool next_field(const struct dhi_text *parts, size_t *at, size_t end, struct field *field,
                       struct dhi_line *line)
{
    while (dhi_line_next(parts->text, end, at, line))
        if (split_field(*line, field)) return true;
    return false;
}

#define SHOWN(line) (int)((line).bytes < 120 ? (line).bytes : 120), (line).text

static dh_err differing_field(struct dh_why *why, const char *root, const struct field *block,
                              const struct field *consumer)
{
    const char *zone = root[0] != '\0' ? "zone " : "", *dot = root[0] != '\0' ? ": " : "";

    if (consumer == NULL)
        return dhi_why(why, DH_ESCHEMA,
                       "%s%s%s%.*s: block %.*s @%.*s, the consumer's schema has no such field",
                       zone, root, dot, SHOWN(block->path), SHOWN(block->kind),
                       SHOWN(block->offset));
    if (block == NULL)
        return dhi_why(why, DH_ESCHEMA,
                       "%s%s%s%.*s: the block has no such field, consumer %.*s @%.*s", zone, root,
                       dot, SHOWN(consumer->path), SHOWN(consumer->kind), SHOWN(consumer->offset));
    if (same_line(&block->path, &consumer->path))
        return dhi_why(why, DH_ESCHEMA, "%s%s%s%.*s: block %.*s @%.*s, consumer %.*s @%.*s", zone,
                       root, dot, SHOWN(block->path), SHOWN(block->kind), SHOWN(block->offset),
                       SHOWN(consumer->kind), SHOWN(consumer->offset));
    return dhi_why(why, DH_ESCHEMA,
                   "%s%s%s%.*s: block has %.*s there (%.*s @%.*s), consumer %.*s @%.*s", zone, root,
                   dot, SHOWN(consumer->path), SHOWN(block->path), SHOWN(block->kind),
                   SHOWN(block->offset), SHOWN(consumer->kind), SHOWN(consumer->offset));
}

/* Lineages differ: name the first field that does. */
static dh_err refuse_root(const struct pair *pair, const struct dhi_text_root *block,
                          int block_minor, const struct dhi_text_root *consumer, int consumer_minor,
                          struct dh_why *why)
{
    size_t at_block = block->begin, at_consumer = consumer->begin;
    size_t end_block = block->minors[block_minor].end,
           end_consumer = consumer->minors[consumer_minor].end;

    for (;;) {
        struct field a, b;
        struct dhi_line line_a, line_b;
        bool more_a = next_field(&pair->block, &at_block, end_block, &a, &line_a);
        bool more_b = next_field(&pair->consumer, &at_consumer, end_consumer, &b, &line_b);

        if (!more_a && !more_b) break;
        if (more_a && more_b && same_line(&line_a, &line_b)) continue;
        return differing_field(why, consumer->name, more_a ? &a : NULL, more_b ? &b : NULL);
    }
    if (block->shared != consumer->shared)
        return dhi_why(why, DH_ESCHEMA, "zone %s: block %s, consumer %s", consumer->name,
                       block->shared ? "shared" : "written by the producer alone",
                       consumer->shared ? "shared" : "written by the producer alone");
    return dhi_why(why, DH_ESCHEMA, "%s%s: same fields, but their minor versions are not the same",
                   consumer->name[0] != '\0' ? "zone " : "slot", consumer->name);
}

static dh_err compare_root(const struct pair *pair, const struct dhi_text_root *consumer,
                           uint32_t limit, struct dh_why *why)
{
    const struct dhi_text_root *block = dhi_text_root_named(&pair->block, consumer->name);
    int consumer_minor = minor_at(consumer, limit), block_minor;
    unsigned char ours[DH_HASH_BYTES], theirs[DH_HASH_BYTES];

    if (consumer_minor < 0) return DH_OK; /* born later than what both know: it will be absent */
    if (block == NULL || (block_minor = minor_at(block, limit)) < 0)
        return dhi_why(why, DH_ESCHEMA, "zone %s: the block has no such zone", consumer->name);
    dhi_text_lineage(&pair->consumer, consumer, (uint32_t)consumer_minor, ours);
    dhi_text_lineage(&pair->block, block, (uint32_t)block_minor, theirs);
    if (memcmp(ours, theirs, sizeof ours) == 0) return DH_OK;
    return refuse_root(pair, block, block_minor, consumer, consumer_minor, why);
}

static dh_err verdict(struct pair *pair, const struct dh_schema *consumer, const char *text,
                      size_t text_bytes, bool strict, uint32_t *minor, struct dh_why *why)
{
    uint32_t limit;
    dh_err err = dhi_text_scan(&pair->block, text, text_bytes, why);

    if (err == DH_OK)
        err = dhi_text_scan(&pair->consumer, consumer->text, consumer->text_bytes, why);
    if (err != DH_OK) return err;
    if (strcmp(pair->block.family, pair->consumer.family) != 0)
        return dhi_why(why, DH_ESCHEMA, "family: block %s, consumer %s", pair->block.family,
                       pair->consumer.family);

    limit = pair->block.newest_minor;
    if (pair->consumer.newest_minor < limit) limit = pair->consumer.newest_minor;
    for (uint32_t i = 0; err == DH_OK && i < pair->consumer.n_roots; i++)
        err = compare_root(pair, &pair->consumer.roots[i], limit, why);
    if (err == DH_OK) err = dhi_meaning_verdict(&pair->block, &pair->consumer, strict, why);
    if (err == DH_OK) *minor = limit;
    return err;
}

dh_err dhi_attach_verdict(const struct dh_schema *consumer, const char *text, size_t text_bytes,
                          bool strict, uint32_t *minor, struct dh_why *why)
{
    unsigned char hash[DH_HASH_BYTES];
    struct pair *pair;
    dh_err err;

    dhi_hash(text, text_bytes, hash);
    if (memcmp(hash, consumer->hash, sizeof hash) == 0) {
        *minor = consumer->minor;
        return DH_OK;
    }
    pair = malloc(sizeof *pair);
    if (pair == NULL) return dhi_why_errno(why, "malloc");
    err = verdict(pair, consumer, text, text_bytes, strict, minor, why);
    free(pair);
    return err;
}
