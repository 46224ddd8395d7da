/* SPDX-License-Identifier: Apache-2.0 */
/* `dhgen import`: the verb, and what its dialects share. */
#include "import.h"

#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "verb.h"

enum { USUAL_BOUND = 64, MAX_BOUND = 1 << 24 };

static const struct dialect {
    const char *name;
    const char *takes;
    void (*run)(struct import *import, const char *const *paths, size_t n_paths);
} DIALECTS[] = {
    { "ros", "FILE.msg", import_ros },
    { "mavlink", "FILE.xml", import_mavlink },
};
enum { N_DIALECTS = sizeof DIALECTS / sizeof DIALECTS[0] };

static int misuse(const char *what, const char *word)
{
    fprintf(stderr, "dhgen: %s%s%s%s\n", what, word ? " '" : "", word ? word : "", word ? "'" : "");
    for (size_t i = 0; i < N_DIALECTS; i++)
        fprintf(stderr, "%s dhgen import %s %s...\n", i == 0 ? "Write" : "   or", DIALECTS[i].name,
                DIALECTS[i].takes);
    return EX_USAGE;
}

static const struct dialect *find_dialect(const char *name)
{
    for (size_t i = 0; i < N_DIALECTS; i++)
        if (strcmp(DIALECTS[i].name, name) == 0) return &DIALECTS[i];
    return NULL;
}

static bool read_bound(const char *text, uint64_t *bound)
{
    struct import_integer integer;

    *bound = USUAL_BOUND;
    if (!text) return true;
    if (!import_read_integer(text, &integer) || integer.negative) return false;
    *bound = integer.magnitude;
    return *bound > 0 && *bound <= MAX_BOUND;
}

static void add_count(struct text *text, unsigned n, const char *one, const char *many)
{
    if (n > 0) text_printf(text, ", %u %s", n, n == 1 ? one : many);
}

static void summarise(const struct import *import)
{
    const struct import_counts *n = &import->counts;
    struct text text = text_new(import->arena);

    add_count(&text, n->channels, "channel", "channels");
    add_count(&text, n->fields, "field", "fields");
    add_count(&text, n->enums, "enum", "enums");
    add_count(&text, n->units, "unit", "units");
    add_count(&text, n->ranges, "range", "ranges");
    add_count(&text, n->invalids, "invalid marker", "invalid markers");
    add_count(&text, n->frames, "frame", "frames");
    fprintf(stderr, "dhgen: %u %s became %u %s%s\n", n->messages,
            n->messages == 1 ? "message" : "messages", n->files, n->files == 1 ? "file" : "files",
            text_string(&text));
    if (n->bounded > 0)
        fprintf(stderr, "dhgen: %u %s bound in the source: %llu each, or what --bound says\n",
                n->bounded, n->bounded == 1 ? "field has no" : "fields have no",
                (unsigned long long)import->bound);
}

static bool is_package(const char *name)
{
    bool start = true;

    for (; *name; name++) {
        bool letter = (*name | 0x20) >= 'a' && (*name | 0x20) <= 'z';
        if (start ? !letter : !letter && !strchr("0123456789_.", *name)) return false;
        start = *name == '.';
    }
    return !start;
}

/* ---- what was made is a schema ------------------------------------------------------------- */

/* A text that no file has yet. */
static void add_overlay(const struct output *of, struct dhs_overlay *overlays, size_t *n)
{
    for (size_t i = 0; i < *n; i++)
        if (strcmp(overlays[i].path, of->path) == 0) return;
    overlays[*n].path = of->path;
    overlays[*n].text = (struct dhs_text){ text_string(&of->content), of->content.length };
    ++*n;
}

/* Whether the schema has an import of a file that is called as the one at `path` is. */
static bool does_import(const struct import *import, const struct dhs_text *text, const char *path)
{
    const char *file = strrchr(path, '/') + 1;
    const char *quoted = dhs_printf(import->arena, "%s\";", file);

    for (const char *line = strstr(text->data, "\nimport \""); line;
         line = strstr(line + 1, "\nimport \"")) {
        size_t n = strcspn(line + 1, "\n");
        if (n >= strlen(quoted) &&
            strncmp(line + 1 + n - strlen(quoted), quoted, strlen(quoted)) == 0)
            return true;
    }
    return false;
}

static void check_output(const struct import *import, const struct output *output,
                         struct dhs_overlay *overlays)
{
    struct job *job = import->job;
    struct dhs_options options = job_options(job);
    const char **dirs = dhs_alloc_array(job->arena, options.n_import_dirs + 1, sizeof *dirs);
    size_t n = 0;

    add_overlay(output, overlays, &n);
    for (size_t i = 0; i < n; i++) /* grows while it is walked */
        for (const struct output *o = job->outputs.first; o; o = o->next)
            if (does_import(import, &overlays[i].text, o->path)) add_overlay(o, overlays, &n);
    if (options.n_import_dirs)
        memcpy(dirs, options.import_dirs, options.n_import_dirs * sizeof *dirs);
    dirs[options.n_import_dirs++] = job->options->out_dir;
    options.import_dirs = dirs;
    options.overlays = overlays;
    options.n_overlays = n;
    dhs_compile(job->arena, output->path, &options, job->diag);
}

/* Compiles what was made before anything is written: what the source has that no schema can hold,
 * and no importer foresaw, is said in the words of the language. */
static void check_outputs(const struct import *import)
{
    size_t n = 0;

    for (const struct output *o = import->job->outputs.first; o; o = o->next)
        n++;
    struct dhs_overlay *overlays = dhs_alloc_array(import->arena, n, sizeof *overlays);
    for (const struct output *o = import->job->outputs.first; o; o = o->next)
        check_output(import, o, overlays);
}

int verb_import(struct dhs_arena *arena, const struct options *options)
{
    struct job job;
    struct import import = { &job, arena, options->package, options->prefix, 0, { 0 } };
    const struct dialect *dialect;

    if (options->operands.n == 0) return misuse("import what?", NULL);
    dialect = find_dialect(options->operands.items[0]);
    if (!dialect) return misuse("there is no importer for", options->operands.items[0]);
    if (options->operands.n == 1) return misuse("import which file?", NULL);
    if (!read_bound(options->bound, &import.bound))
        return misuse("--bound takes a whole number from 1 to 16777216, not", options->bound);
    if (import.package && !is_package(import.package))
        return misuse("--package takes a name as in 'px4_msgs' or 'lab.arm', not", import.package);
    if (import.prefix && (!is_package(import.prefix) || strchr(import.prefix, '.')))
        return misuse("--prefix takes a name, not", import.prefix);
    job_begin(&job, arena, options);
    dialect->run(&import, options->operands.items + 1, options->operands.n - 1);
    if (dhs_diag_errors(job.diag) == 0) check_outputs(&import);
    int status = job_end(&job);
    if (status == 0) summarise(&import);
    return status;
}
