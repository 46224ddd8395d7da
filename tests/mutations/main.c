/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Ten thousand spellings of random schemas keep the hash; ten thousand changes, each spelled by
 * another hand, change it.
 *
 *   DH_MUTATIONS=100000 test_mutations     more of each
 */
#include <idl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "chance.h"
#include "mutations.h"

enum { MUTATIONS = 10000, A_SCHEMA = 20 };

static char folder[] = "/tmp/dh-mutations-XXXXXX";

struct tally {
    unsigned long kept, changed, failed;
};

static const char *path_of(const char *name)
{
    static char path[64];

    snprintf(path, sizeof path, "%s/%s.dhs", folder, name);
    return path;
}

static void write_file(const char *name, const char *text, size_t length)
{
    FILE *file = fopen(path_of(name), "wb");

    if (!file || fwrite(text, 1, length, file) != length || fclose(file) != 0) abort();
}

/* The hash of a text; false: it does not compile. */
static bool hash_of(const char *text, size_t length, uint8_t hash[DHS_HASH_BYTES])
{
    struct dhs_arena *arena = dhs_arena_new();
    struct dhs_diag *diag = dhs_diag_new(arena);

    write_file("schema", text, length);
    const struct dhs_program *program = dhs_compile(arena, path_of("schema"), NULL, diag);
    if (program) memcpy(hash, program->files[0]->channels[0]->hash, DHS_HASH_BYTES);
    if (!program && getenv("DH_SHOW")) dhs_render(diag, stdout, DHS_FORMAT_SHORT, false);
    dhs_arena_free(arena);
    return program != NULL;
}

typedef void printer(const struct sketch *sketch, FILE *out);

/* The printed text, to be freed, and its hash. */
static char *print(const struct sketch *sketch, printer *how, uint8_t hash[DHS_HASH_BYTES],
                   bool *compiles)
{
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);

    if (!out) abort();
    how(sketch, out);
    fclose(out);
    *compiles = hash_of(text, length, hash);
    return text;
}

static void fail(const char *what, const char *why, const char *before, const char *after)
{
    printf("%s: %s\n---- before\n%s\n---- after\n%s\n", what, why, before, after);
    exit(1);
}

/* Same meaning, other bytes: the same hash. Unless a spelling does not even compile. */
static void respell(const struct sketch *sketch, const char *plain, const uint8_t *hash,
                    struct tally *tally)
{
    uint8_t other[DHS_HASH_BYTES];
    bool compiles;
    char *text = print(sketch, spell, other, &compiles);

    if (!compiles) fail("a spelling", "is refused", plain, text);
    if (memcmp(hash, other, sizeof other) != 0) fail("a spelling", "changed the hash", plain, text);
    tally->kept++;
    free(text);
}

static void change(const struct sketch *sketch, const char *plain, const uint8_t *hash,
                   struct tally *tally)
{
    static struct sketch changed;
    uint8_t other[DHS_HASH_BYTES];
    bool compiles;
    const char *name;

    changed = *sketch;
    name = change_one(&changed);
    if (!name) return;
    char *text = print(&changed, one_in(2) ? spell : sketch_print, other, &compiles);
    if (!compiles)
        tally->failed++;
    else if (memcmp(hash, other, sizeof other) == 0)
        fail(name, "changed, and the hash did not", plain, text);
    else
        tally->changed++;
    free(text);
}

static void try_sketch(uint64_t seed, struct tally *tally, unsigned long wanted)
{
    static struct sketch sketch;
    uint8_t hash[DHS_HASH_BYTES];
    bool compiles;

    chance_seed(seed);
    sketch_make(&sketch);
    char *plain = print(&sketch, sketch_print, hash, &compiles);
    for (int i = 0; compiles && i < A_SCHEMA && tally->kept < wanted; i++)
        respell(&sketch, plain, hash, tally);
    for (int i = 0; compiles && i < 2 * A_SCHEMA && tally->changed < wanted; i++)
        change(&sketch, plain, hash, tally);
    free(plain);
}

int main(void)
{
    const char *more = getenv("DH_MUTATIONS");
    unsigned long wanted = more && *more ? strtoul(more, NULL, 10) : MUTATIONS;
    struct tally tally = { 0 };

    if (!mkdtemp(folder)) abort();
    write_file("one", spell_one, strlen(spell_one));
    write_file("two", spell_two, strlen(spell_two));
    for (uint64_t seed = 1; tally.kept < wanted || tally.changed < wanted; seed++)
        try_sketch(seed, &tally, wanted);
    unlink(path_of("one"));
    unlink(path_of("two"));
    unlink(path_of("schema"));
    rmdir(folder);
    printf("%lu spellings kept the hash, %lu changes changed it; %lu more did not compile\n",
           tally.kept, tally.changed, tally.failed);
    if (tally.failed * 3 < wanted) return 0;
    puts("too many changes do not compile: they show nothing");
    return 1;
}
