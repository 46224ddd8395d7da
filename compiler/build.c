/* SPDX-License-Identifier: Apache-2.0 */
/* `dhgen build`: text -> model (all of idl/) -> tree -> templates -> files; --dump looks in
 * between. */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>

#include "c_code.h"
#include "crew.h"
#include "describe.h"
#include "dump.h"
#include "emit.h"
#include "job.h"
#include "layout_report.h"
#include "lock.h"
#include "parse.h"
#include "verb.h"

/* "imu" for the main file, "dh/geometry" for a shipped one: what its outputs are called. */
static const char *output_base(struct job *job, const struct dhs_file *file)
{
    const char *shipped = job->std_dir;
    size_t n = strlen(shipped);

    if (!file->is_main && strncmp(file->path, shipped, n) == 0 && file->path[n] == '/')
        return c_file_name(job->arena, file->path + n + 1, "");
    return c_file_name(job->arena, describe_schema_name(file), "");
}

static struct emission emission_of(struct job *job, struct dhs_arena *arena,
                                   struct emission_cache *cache)
{
    const struct options *options = job->options;

    return (struct emission){ arena,
                              job->diag,
                              options->out_dir,
                              options->language,
                              options->templates.items,
                              options->templates.n,
                              &job->outputs,
                              false,
                              &job->dependencies,
                              cache };
}

/* ---- files -------------------------------------------------------------------------------- */

/* One of those who build at the same time, and what it does not share. */
struct hand {
    struct dhs_arena *kept;    /* outputs, templates */
    struct dhs_arena *arena;   /* for one operand */
    struct dhs_arena *scratch; /* for what ends with one file */
    struct emission_cache cache;
};

enum { OPERANDS_EACH = 8 }; /* a thread is made in the time of one small schema */

/* An operand's place in the command line, and how large its file is. */
struct turn {
    size_t operand;
    off_t size_bytes;
};

struct build {
    const struct job *job;
    const struct turn *turns;
    struct hand hands[CREW_MAX];
    struct listing listing;  /* of where the files go */
    struct listing locks;    /* and of where schemas lie */
    struct job *parts;       /* one for each operand */
    struct dhs_arena **said; /* what was reported of each and points at sources; or NULL */
};

/* The main file, and the shipped schemas that it imports: nobody else would make their headers. */
static void write_files(struct job *part, const struct dhs_program *program, struct hand *hand)
{
    struct emission emission = emission_of(part, hand->kept, &hand->cache);
    const struct words *words = emit_words(&emission);
    bool has_files = strcmp(part->options->out_dir, "-") != 0;

    for (size_t i = 0; i < program->n_files; i++) {
        const struct dhs_file *file = program->files[i];
        if (strcmp(file->path, "-") != 0) dependencies_add(&part->dependencies, file->path);
        if (!file->is_main && !file->is_std) continue;
        /* several schemas may import a shipped one, whose files are then made once */
        emission.lays_down = has_files && file->is_main;
        struct value *tree = describe_file(hand->scratch, program, file, words, part->diag);
        if (dhs_diag_errors(part->diag) == 0) emit(&emission, output_base(part, file), tree);
        dhs_arena_reset(hand->scratch);
    }
}

static void build_operand(void *context, size_t number, size_t turn)
{
    struct build *build = context;
    struct hand *hand = &build->hands[number];
    size_t operand = build->turns[turn].operand;
    struct job *part = &build->parts[operand];

    if (outputs_interrupted()) return;
    *part = job_part(build->job, hand->arena, hand->kept);
    part->scratch = hand->scratch;
    part->outputs.listing = &build->listing;
    part->locks = &build->locks;
    const struct dhs_program *program = job_compile(part, part->options->operands.items[operand]);
    dhs_arena_reset(hand->scratch);
    if (program) {
        lock_verify(part, program);
        write_files(part, program, hand);
    }
    if (dhs_diag_count(part->diag) > 0) {
        build->said[operand] = hand->arena;
        hand->arena = dhs_arena_new();
        return;
    }
    part->diag = NULL;
    dhs_arena_reset(hand->arena);
}

static void begin(struct hand *hand)
{
    hand->kept = dhs_arena_new();
    hand->arena = dhs_arena_new();
    hand->scratch = dhs_arena_new();
}

static void end(struct hand *hand)
{
    dhs_arena_free(hand->arena);
    dhs_arena_free(hand->scratch);
    dhs_arena_free(hand->kept);
}

static int compare_turns(const void *a, const void *b)
{
    const struct turn *left = a;
    const struct turn *right = b;

    if (left->size_bytes != right->size_bytes) return left->size_bytes < right->size_bytes ? 1 : -1;
    return left->operand < right->operand ? -1 : 1;
}

/* The largest first: begun last, it would keep one hand busy while the others have nothing left. */
static const struct turn *turns_of(struct dhs_arena *arena, const struct strings *operands)
{
    struct turn *turns = dhs_alloc_array(arena, operands->n, sizeof *turns);
    struct stat status;

    for (size_t i = 0; i < operands->n; i++) {
        turns[i].operand = i;
        if (operands->n > 1 && stat(operands->items[i], &status) == 0)
            turns[i].size_bytes = status.st_size;
    }
    qsort(turns, operands->n, sizeof *turns, compare_turns);
    return turns;
}

/* Looks once into the two folders that most files are in, as long as they do not hold many others.
 */
static void list_folders(struct build *build, size_t n_operands)
{
    const struct options *options = build->job->options;
    struct dhs_arena *arena = build->job->arena;
    const char *out = options->out_dir;
    const char *most_of = options->operands.items[n_operands / 2]; /* are where it is */
    size_t n_folder = (size_t)(describe_base_name(most_of) - most_of);
    size_t most = 4 * n_operands;

    out = strcmp(out, ".") == 0 ? "" : dhs_printf(arena, "%s/", out);
    build->listing = listing_of(arena, out, "", most);
    build->locks = listing_of(arena, dhs_copy_text(arena, most_of, n_folder), ".lock", most);
}

/* Schemas know nothing of each other, so that several are built at once; what they report and write
 * is put together in the order of the command line. */
static int build_all(struct job *job)
{
    size_t n = job->options->operands.n;
    size_t size = crew_size(n, OPERANDS_EACH);
    struct build build = { .job = job,
                           .turns = turns_of(job->arena, &job->options->operands),
                           .parts = dhs_alloc_array(job->arena, n, sizeof *build.parts),
                           .said = dhs_alloc_array(job->arena, n, sizeof(struct dhs_arena *)) };

    if (n > 1) list_folders(&build, n);
    for (size_t i = 0; i < size; i++)
        begin(&build.hands[i]);
    crew_run(size, n, build_operand, &build);
    for (size_t i = 0; i < n; i++)
        job_join(job, &build.parts[i]);
    int status = job_end(job);
    for (size_t i = 0; i < size; i++)
        end(&build.hands[i]);
    for (size_t i = 0; i < n; i++)
        dhs_arena_free(build.said[i]);
    return status;
}

/* ---- windows ------------------------------------------------------------------------------ */

static const struct dhs_span NOWHERE = { NULL, 0, 0 };

/* The stages that one file goes through alone, be it right or wrong. */
static void dump_file(struct job *job, const char *path, int stage)
{
    const struct dhs_source *source = dhs_source_read(job->arena, job->diag, path, NOWHERE);

    if (!source)
        job->status = EX_NOINPUT;
    else if (stage == DUMP_TOKENS)
        dump_tokens(source, job->diag, &job->printed);
    else
        dump_tree(job->arena, dhs_parse(job->arena, source, job->diag), &job->printed);
}

/* A window into the pipeline: what it has at that stage, and no files. */
static void dump(struct job *job, const struct dhs_program *program, int stage)
{
    const struct dhs_file *file = program->files[0];
    struct emission_cache cache = { NULL };
    const struct emission emission = emission_of(job, job->arena, &cache);
    const struct dhs_channel *channel;

    switch (stage) {
    case DUMP_MODEL:
        value_print_json(describe_file(job->arena, program, file, emit_words(&emission), job->diag),
                         &job->printed);
        break;
    case DUMP_LAYOUT: layout_report(file, layout_style_of_terminal(), &job->printed); break;
    default:
        channel = job_channel(job, file);
        if (channel) text_add(&job->printed, channel->canonical.data, channel->canonical.length);
    }
}

static void dump_operand(struct job *job, const char *path, int stage)
{
    if (job->hands_out_anyway) {
        dump_file(job, path, stage);
        return;
    }
    const struct dhs_program *program = job_compile(job, path);
    if (program) dump(job, program, stage);
}

int verb_build(struct dhs_arena *arena, const struct options *options)
{
    struct job job;

    job_begin(&job, arena, options);
    if (!options->dump) return build_all(&job);
    job.hands_out_anyway = options->dump == DUMP_TOKENS || options->dump == DUMP_AST;
    for (size_t i = 0; i < options->operands.n; i++)
        dump_operand(&job, options->operands.items[i], options->dump);
    return job_end(&job);
}

int verb_check(struct dhs_arena *arena, const struct options *options)
{
    struct job job;

    job_begin(&job, arena, options);
    for (size_t i = 0; i < options->operands.n; i++) {
        const struct dhs_program *program = job_compile(&job, options->operands.items[i]);
        if (!program) continue;
        describe_file(arena, program, program->files[0], NULL, job.diag);
        lock_verify(&job, program);
    }
    return job_end(&job);
}
