/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Random pairs of schemas: what `dhgen diff` says, what the runtime says on attach, and what tables
 * of offsets say is the same, in both directions and to the word; and what was accepted is written
 * with one and read with the other.
 *
 *   DH_PAIRS=100000 test_versions_pairs     more than the usual count
 *   DH_SEED=7 …                             other schemas; a failure names the seed of its pair
 */
#include <diff.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <block/attach.h>

#include "chance.h"
#include "sketch.h"
#include "table.h"

enum { PAIRS = 3000, MOST_EDITS = 4 };

static char folder[] = "/tmp/dh-versions-XXXXXX";

/* One schema of a pair, through every stage. */
struct version {
    char *text;
    const struct dhs_channel *channel; /* NULL: it does not compile */
    struct diff_side *side;
    struct table *table;
};

struct tally {
    unsigned long pairs, skipped, equal, accepted, one_way, refused, located;
};

static const char *edits_made(const char *list, const char *edit, struct dhs_arena *arena)
{
    return dhs_printf(arena, "%s%s%s", list, *list ? ", " : "", edit);
}

/* Imports and messages need a path, so the text goes through a file. */
static struct version compile(struct dhs_arena *arena, const struct sketch *sketch,
                              const char *name, struct dhs_diag *diag)
{
    struct version version = { 0 };
    size_t length = 0;
    FILE *out = open_memstream(&version.text, &length);
    const char *path = dhs_printf(arena, "%s/%s.dhs", folder, name);
    FILE *file = fopen(path, "wb");

    if (!out || !file) abort();
    sketch_print(sketch, out);
    fclose(out);
    if (fwrite(version.text, 1, length, file) != length || fclose(file) != 0) abort();
    const struct dhs_program *program = dhs_compile(arena, path, NULL, diag);
    unlink(path);
    if (!program) return version;
    version.channel = program->files[0]->channels[0];
    version.side = diff_read(arena, version.channel->canonical, version.channel, NULL);
    version.table = table_of(arena, version.channel);
    return version;
}

static void release(struct version *version)
{
    diff_release(version->side);
    free(version->text);
}

static void fail(uint64_t seed, const char *edits, const struct version *old,
                 const struct version *new, const char *what, const char *more)
{
    printf(
        "%s%s%s\nseed %llu, edits: %s\n---- block or OLD\n%s\n%s\n---- consumer or NEW\n%s\n%s\n",
        what, *more ? ": " : "", more, (unsigned long long)seed, edits, old->text,
        old->channel->canonical.data, new->text, new->channel->canonical.data);
    exit(1);
}

/* What the runtime says; NULL: it attaches. */
static const char *attach(const struct version *block, const struct version *consumer,
                          uint32_t *minor, struct dh_why *why)
{
    struct dh_schema schema = { .abi = DH_SCHEMA_ABI,
                                .minor = consumer->channel->newest_minor,
                                .text = consumer->channel->canonical.data,
                                .text_bytes = (uint32_t)consumer->channel->canonical.length };

    memcpy(schema.hash, consumer->channel->hash, sizeof schema.hash);
    why->text[0] = '\0';
    dh_err err = dhi_attach_verdict(&schema, block->channel->canonical.data,
                                    block->channel->canonical.length, false, minor, why);
    if (err == DH_OK) return NULL;
    return err == DH_ESCHEMA ? why->text : "not ESCHEMA";
}

struct pair {
    struct dhs_arena *arena;
    uint64_t seed;
    const char *edits;
    const struct version *block, *consumer;
};

static void blame(const struct pair *pair, const char *what, const char *more)
{
    fail(pair->seed, pair->edits, pair->block, pair->consumer, what, more);
}

static uint32_t common_minor(const struct pair *pair)
{
    uint32_t a = pair->block->channel->newest_minor, b = pair->consumer->channel->newest_minor;

    return a < b ? a : b;
}

/* One direction; true: it attaches. */
static bool check_attach(const struct pair *pair, const char *said_by_diff, struct tally *tally)
{
    uint32_t minor = 0;
    struct dh_why why;
    const char *failed, *differs;
    const char *refusal = attach(pair->block, pair->consumer, &minor, &why);
    bool oracle = table_accepts(pair->arena, pair->block->table, pair->consumer->table, &differs);

    if ((refusal == NULL) != oracle)
        blame(pair, oracle ? "the tables fit, the runtime refuses" : "a false accept",
              refusal ? refusal : differs);
    if ((refusal == NULL) != (said_by_diff == NULL) ||
        (refusal && strcmp(refusal, said_by_diff) != 0))
        blame(pair, "diff and attach do not say the same",
              dhs_printf(pair->arena, "\n  attach: %s\n  diff:   %s", refusal ? refusal : "fits",
                         said_by_diff ? said_by_diff : "fits"));
    if (!refusal && minor != common_minor(pair)) blame(pair, "not the minor that both know", "");
    if (!refusal &&
        !table_exchange(pair->arena, pair->block->channel, pair->consumer->channel, &failed))
        blame(pair, "what was written is not what was read", failed);
    if (refusal && *differs) {
        if (strncmp(refusal, differs, strlen(differs)) != 0 || refusal[strlen(differs)] != ':')
            blame(pair, "the refusal does not name the first field that differs",
                  dhs_printf(pair->arena, "%s\n  it is: %s", refusal, differs));
        tally->located++;
    }
    return refusal == NULL;
}

/* The list of changes says what the verdicts say. */
static void check_changes(const struct pair *pair, const struct diff *diff)
{
    bool readers = true, writers = true;
    enum diff_needs needs = DIFF_NOTHING;

    for (const struct diff_change *c = diff->first; c; c = c->next) {
        readers = readers && c->readers;
        writers = writers && c->writers;
        if (c->needs > needs) needs = c->needs;
        if ((c->readers && c->writers) != (c->needs < DIFF_MAJOR))
            blame(pair, "a change without the version it needs", c->what);
        if (c->needs == DIFF_MINOR && diff->new->tree->minor <= diff->old->tree->minor)
            blame(pair, "a minor that is not there", c->what);
    }
    if (readers != (diff->readers == NULL))
        blame(pair, "readers: the changes do not add up to the verdict",
              diff->readers ? diff->readers : "attaches");
    if (writers != (diff->writers == NULL))
        blame(pair, "writers: the changes do not add up to the verdict",
              diff->writers ? diff->writers : "attaches");
    bool same_text = diff_text_compare(diff->old->text, diff->new->text) == 0;
    if (same_text != (needs == DIFF_NOTHING))
        blame(pair, "a hash that changes without a change, or the reverse", diff_needs_name(needs));
}

static void check_pair(struct dhs_arena *arena, uint64_t seed, const char *edits,
                       const struct version *old, const struct version *new, struct tally *tally)
{
    struct diff *diff = diff_compare(arena, old->side, new->side);
    struct pair readers = { arena, seed, edits, old, new };
    struct pair writers = { arena, seed, edits, new, old };
    bool read = check_attach(&readers, diff->readers, tally);
    bool write = check_attach(&writers, diff->writers, tally);

    check_changes(&readers, diff);
    tally->pairs++;
    tally->equal += memcmp(old->channel->hash, new->channel->hash, DHS_HASH_BYTES) == 0;
    tally->accepted += read && write;
    tally->one_way += read != write;
    tally->refused += !read && !write;
}

static void try_pair(uint64_t seed, struct tally *tally)
{
    struct dhs_arena *arena = dhs_arena_new();
    struct dhs_diag *diag = dhs_diag_new(arena);
    struct sketch *old = dhs_alloc(arena, sizeof *old), *new = dhs_alloc(arena, sizeof *new);
    const char *edits = "";

    chance_seed(seed);
    sketch_make(old);
    *new = *old;
    for (uint32_t n = any(MOST_EDITS) + 1; n > 0; n--)
        edits = edits_made(edits, sketch_edit(new), arena);
    struct version a = compile(arena, old, "old", diag), b = compile(arena, new, "new", diag);
    if (getenv("DH_SHOW")) dhs_render(diag, stdout, DHS_FORMAT_SHORT, false);
    if (a.side && b.side)
        check_pair(arena, seed, edits, &a, &b, tally);
    else
        tally->skipped++;
    release(&a);
    release(&b);
    dhs_arena_free(arena);
}

static unsigned long number_from(const char *variable, unsigned long usual)
{
    const char *text = getenv(variable);

    return text && *text ? strtoul(text, NULL, 10) : usual;
}

int main(void)
{
    unsigned long pairs = number_from("DH_PAIRS", PAIRS), seed = number_from("DH_SEED", 1);
    struct tally tally = { 0 };

    if (!mkdtemp(folder)) abort();
    for (uint64_t i = 0; i < pairs; i++)
        try_pair(seed + i, &tally);
    rmdir(folder);
    printf("%lu pairs: %lu attach both ways (%lu of them with the same hash), %lu one way, "
           "%lu not at all; %lu refusals named the first field; %lu schemas did not compile\n",
           tally.pairs, tally.accepted, tally.equal, tally.one_way, tally.refused, tally.located,
           tally.skipped);
    /* a test that skips most, or knows one answer only, shows nothing */
    if (tally.skipped * 5 > pairs || tally.accepted * 10 < pairs || tally.refused * 10 < pairs ||
        tally.one_way * 100 < pairs || tally.located * 10 < pairs) {
        puts("too few of a kind: the generator or its edits have become one-sided");
        return 1;
    }
    return 0;
}
