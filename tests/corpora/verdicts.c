/* SPDX-License-Identifier: Apache-2.0 */
/*
 * verdicts LIST…: each LIST is a file that names the schemas of one release, a line each, in the
 * order of the releases. Of each channel that two releases have, a line of words between tabs:
 *
 *   older release, newer one, channel, "same" hash or "other",
 *   what consumers of the newer are told by a producer of the older ("-": they attach),
 *   what consumers of the older are told by a producer of the newer, kinds of change
 *
 * Beforehand: `dhgen diff`, the runtime and the tables of ../versions must say the same, and what
 * is accepted is written by one and read by the other. What the sources say is compared by
 * histories.py, which reads these lines.
 */
#include <diff.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <block/attach.h>

#include "table.h"

enum { MOST_CHANNELS = 2048, MOST_RELEASES = 16 };

struct member {
    const struct dhs_channel *channel;
    struct diff_side *side;
    struct table *table;
};

struct release {
    size_t n;
    struct member members[MOST_CHANNELS];
};

static int failures;

static void fail(const struct member *old, const char *what, const char *more)
{
    printf("FAILED: %s: %s: %s\n", old->channel->declaration.name, what, more);
    failures++;
}

static void add_file(struct dhs_arena *arena, struct release *release, const char *path)
{
    struct dhs_diag *diag = dhs_diag_new(arena);
    const struct dhs_program *program = dhs_compile(arena, path, NULL, diag);

    if (!program || release->n + program->files[0]->n_channels > MOST_CHANNELS) {
        dhs_render(diag, stderr, DHS_FORMAT_SHORT, false);
        exit(1);
    }
    for (size_t i = 0; i < program->files[0]->n_channels; i++) {
        const struct dhs_channel *channel = program->files[0]->channels[i];
        release->members[release->n++] =
            (struct member){ channel, diff_read(arena, channel->canonical, channel, NULL),
                             table_of(arena, channel) };
    }
}

static struct release *read_release(struct dhs_arena *arena, const char *list)
{
    struct release *release = dhs_alloc(arena, sizeof *release);
    FILE *file = fopen(list, "r");
    char line[4096];

    if (!file) {
        perror(list);
        exit(1);
    }
    while (fgets(line, sizeof line, file)) {
        line[strcspn(line, "\n")] = '\0';
        add_file(arena, release, dhs_copy_text(arena, line, strlen(line)));
    }
    fclose(file);
    return release;
}

static const struct member *find(const struct release *release, const char *name)
{
    for (size_t i = 0; i < release->n; i++)
        if (strcmp(release->members[i].channel->declaration.name, name) == 0)
            return &release->members[i];
    return NULL;
}

/* What the runtime says; NULL: it attaches. */
static const char *attach(struct dhs_arena *arena, const struct member *block,
                          const struct member *consumer)
{
    struct dh_schema schema = { .abi = DH_SCHEMA_ABI,
                                .minor = consumer->channel->newest_minor,
                                .text = consumer->channel->canonical.data,
                                .text_bytes = (uint32_t)consumer->channel->canonical.length };
    struct dh_why why = { 0 };
    uint32_t minor = 0;

    memcpy(schema.hash, consumer->channel->hash, sizeof schema.hash);
    dh_err err = dhi_attach_verdict(&schema, block->channel->canonical.data,
                                    block->channel->canonical.length, false, &minor, &why);
    if (err == DH_OK) return NULL;
    return err == DH_ESCHEMA ? dhs_copy_text(arena, why.text, strlen(why.text)) : "not ESCHEMA";
}

static const char *words(const char *refusal)
{
    return refusal ? refusal : "-";
}

/* One direction; the sentence of the refusal, or NULL. */
static const char *judge(struct dhs_arena *arena, const struct member *block,
                         const struct member *consumer, const char *said_by_diff)
{
    const char *refusal = attach(arena, block, consumer), *differs, *failed = NULL;

    if (strcmp(words(refusal), words(said_by_diff)) != 0)
        fail(block, "dhgen diff and the runtime do not say the same", words(said_by_diff));
    if (table_accepts(arena, block->table, consumer->table, &differs) != (refusal == NULL))
        fail(block, "the tables and the runtime do not say the same", words(refusal));
    if (!refusal && !table_exchange(arena, block->channel, consumer->channel, &failed))
        fail(block, "what was written is not what was read", failed);
    return refusal;
}

static void print_kinds(const struct diff *diff)
{
    const char *comma = "";

    for (const struct diff_change *c = diff->first; c; c = c->next, comma = ",")
        printf("%s%s", comma, diff_kind_name(c->kind));
    putchar('\n');
}

static void compare(struct dhs_arena *arena, size_t older, size_t newer, const struct member *old,
                    const struct member *new)
{
    struct diff *diff = diff_compare(arena, old->side, new->side);
    const char *readers = judge(arena, old, new, diff->readers);
    const char *writers = judge(arena, new, old, diff->writers);
    bool same = memcmp(old->channel->hash, new->channel->hash, DHS_HASH_BYTES) == 0;

    printf("%zu\t%zu\t%s\t%s\t%s\t%s\t", older, newer, old->channel->declaration.name,
           same ? "same" : "other", words(readers), words(writers));
    print_kinds(diff);
}

int main(int argc, char **argv)
{
    struct dhs_arena *arena = dhs_arena_new();
    const struct release *releases[MOST_RELEASES];
    size_t n = (size_t)argc - 1;

    if (n > MOST_RELEASES) return 1;
    for (size_t i = 0; i < n; i++)
        releases[i] = read_release(arena, argv[i + 1]);
    for (size_t i = 0; i < n; i++)
        for (size_t k = i + 1; k < n; k++)
            for (size_t m = 0; m < releases[i]->n; m++) {
                const struct member *old = &releases[i]->members[m];
                const struct member *new = find(releases[k], old->channel->declaration.name);
                if (new) compare(arena, i, k, old, new);
            }
    for (size_t i = 0; i < n; i++)
        for (size_t m = 0; m < releases[i]->n; m++)
            diff_release(releases[i]->members[m].side);
    dhs_arena_free(arena);
    return failures != 0;
}
