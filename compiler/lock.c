/* SPDX-License-Identifier: Apache-2.0 */
/* `dhgen lock FILE`, and what a build makes of a lock: a promise that changed is an error at the
 * field that changed it. */
#include "lock.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "diff_operand.h"
#include "verb.h"

static const struct dhs_span NOWHERE = { NULL, 0, 0 };

static const struct dhs_channel *channel_named(const struct dhs_file *file, const char *name)
{
    for (size_t i = 0; i < file->n_channels; i++)
        if (strcmp(file->channels[i]->declaration.name, name) == 0) return file->channels[i];
    return NULL;
}

/* ---- the first thing that differs --------------------------------------------------------- */

/* Where a promise was broken, in the words of the released side. */
struct breach {
    const char *root, *path, *what;
    uint32_t minor;
};

static const char *spelled(struct dhs_arena *arena, const struct diff_line *line)
{
    return dhs_printf(arena, "%.*s @%.*s", (int)line->kind.length, line->kind.data,
                      (int)line->offset.length, line->offset.data);
}

static bool same_path(const struct diff_line *a, const struct diff_line *b)
{
    return diff_text_compare(a->path, b->path) == 0;
}

/* Two lines at the same place of a root; either may be missing. */
static bool line_breach(struct dhs_arena *arena, const struct diff_line *old,
                        const struct diff_line *new, struct breach *breach)
{
    const struct diff_line *named = new ? new : old;

    if (old && new &&same_path(old, new) && old->minor == new->minor &&
        strcmp(spelled(arena, old), spelled(arena, new)) == 0)
        return false;
    breach->path = dhs_copy_text(arena, named->path.data, named->path.length);
    breach->minor = old ? old->minor : new->minor;
    if (!new)
        breach->what = dhs_printf(arena, "released as %s, now gone", spelled(arena, old));
    else if (!old)
        breach->what = dhs_printf(arena, "now %s, not there when released", spelled(arena, new));
    else if (!same_path(old, new))
        breach->what =
            dhs_printf(arena, "now %s, where %.*s was released as %s", spelled(arena, new),
                       (int)old->path.length, old->path.data, spelled(arena, old));
    else if (old->minor != new->minor)
        breach->what =
            dhs_printf(arena, "released with minor %u, now of minor %u", old->minor, new->minor);
    else
        breach->what =
            dhs_printf(arena, "released as %s, now %s", spelled(arena, old), spelled(arena, new));
    return true;
}

/* In the order of the text, as the runtime looks; then what the change list has. */
static bool find_line_breach(struct dhs_arena *arena, const struct diff *diff,
                             struct breach *breach)
{
    uint32_t limit = diff->old->tree->minor;

    for (uint32_t i = 0; i < diff->old->tree->n_roots; i++) {
        const struct diff_root *old = &diff->old->roots[i];
        const struct diff_root *new = diff_root_named(diff->new, old->tree->name);
        breach->root = old->tree->name;
        for (size_t k = 0; new && (k < old->n_lines || k < new->n_lines); k++) {
            bool has_new = k < new->n_lines &&new->lines[k].minor <= limit;
            const struct diff_line *a = k < old->n_lines ? &old->lines[k] : NULL;
            if (!a && !has_new) break;
            if (line_breach(arena, a, has_new ? &new->lines[k] : NULL, breach)) return true;
        }
    }
    return false;
}

static struct breach find_breach(struct dhs_arena *arena, const struct diff *diff)
{
    struct breach breach = { "", NULL, diff->readers ? diff->readers : diff->writers, 0 };
    const struct dhc_node *node;

    if (find_line_breach(arena, diff, &breach)) return breach;
    for (const struct diff_change *c = diff->first; c; c = c->next) {
        const struct diff_root *root = c->root ? diff_root_named(diff->old, c->root) : NULL;
        if (c->readers && c->writers) continue;
        breach.root = c->root ? c->root : "";
        breach.path = c->path;
        breach.what = dhs_printf(arena, "%s: %s", diff_kind_name(c->kind), c->what);
        node = root && c->path ? dhc_find(root->tree->fields, c->path) : NULL;
        breach.minor = node ? node->minor : root ? root->tree->minors[0].number : 0;
        return breach;
    }
    return breach;
}

/* How what was found could be had without a new version, as `dhgen diff` says it; or NULL. */
static const char *cheaper(const struct diff *diff, const struct breach *breach)
{
    for (const struct diff_change *c = diff->first; c; c = c->next)
        if (c->help && c->path && breach->path && strcmp(c->path, breach->path) == 0)
            return c->help;
    return NULL;
}

static void report_changed(struct dhs_diag *diag, const struct lock *lock, const struct diff *diff)
{
    struct breach breach = find_breach(diff->arena, diff);
    const struct dhc_text *released = diff->old->tree;

    dhs_report(diag, DHS_LOCK_CHANGED, diff_locate(diff->new->model, breach.root, breach.path),
               "minor %u.%u of channel '%s' was released and changed: %s%s%s%s: %s",
               released->major, breach.minor, released->channel, *breach.root ? "zone " : "slot",
               breach.root, breach.path ? " " : "", breach.path ? breach.path : "", breach.what);
    if (diff->readers)
        dhs_label(diag, "refused by producers of %u.%u: %s", released->major, released->minor,
                  diff->readers);
    else
        dhs_label(diag, "refuses consumers of %u.%u: %s", released->major, released->minor,
                  diff->writers);
    const char *help = cheaper(diff, &breach);
    dhs_help(diag, "%s%sundo it, or begin 'version %u'; 'dhgen diff %s FILE' lists all changes",
             help ? help : "", help ? "; else " : "", released->major + 1, lock->path);
}

/* ---- comparing ---------------------------------------------------------------------------- */

static void report_gone(struct dhs_diag *diag, const struct lock *lock,
                        const struct dhc_text *released, struct dhs_span span, const char *what)
{
    dhs_report(diag, DHS_LOCK_GONE, span, "channel '%s' was released as %u.%u, and %s",
               released->channel, released->major, released->minor, what);
    if (lock->is_own)
        dhs_help(diag,
                 "bring it back, or say with 'dhgen lock --force' that nobody uses it any more");
    else
        dhs_help(diag,
                 "bring it back; if nobody uses it any more, compare with a later release "
                 "than '%s'",
                 lock->path);
}

static void compare_channel(struct dhs_arena *arena, struct dhs_diag *diag, const struct lock *lock,
                            const struct diff_side *released, const struct dhs_channel *channel)
{
    struct dhs_span span = channel->declaration.span;
    struct diff_side *now;

    if (channel->major > released->tree->major) return; /* another family: it promises anew */
    if (channel->major < released->tree->major) {
        report_gone(diag, lock, released->tree, span,
                    dhs_printf(arena, "is version %u now", channel->major));
        return;
    }
    now = diff_read(arena, channel->canonical, channel, NULL);
    if (!now) return; /* what was just written reads back; tests see to that */
    struct diff *diff = diff_compare(arena, released, now);
    if (diff_is_breaking(diff))
        report_changed(diag, lock, diff);
    else if (channel->newest_minor < released->tree->minor)
        report_gone(diag, lock, released->tree, span,
                    dhs_printf(arena, "ends at %u.%u now", channel->major, channel->newest_minor));
    diff_release(now);
}

void lock_compare(struct dhs_arena *arena, struct dhs_diag *diag, const struct lock *lock,
                  const struct dhs_file *file)
{
    for (size_t i = 0; i < lock->n_channels; i++) {
        const struct diff_side *released = lock->channels[i];
        const struct dhs_channel *channel = channel_named(file, released->tree->channel);
        if (channel)
            compare_channel(arena, diag, lock, released, channel);
        else
            report_gone(diag, lock, released->tree, NOWHERE,
                        dhs_printf(arena, "'%s' no longer has it", file->path));
    }
}

static void verify_own(struct job *job, const struct dhs_file *file)
{
    const char *path = lock_path(job->arena, file->path);
    struct lock *lock;

    if (job->locks && listing_lacks(job->locks, path)) return;
    if (access(path, F_OK) != 0) return;
    dependencies_add(&job->dependencies, path);
    lock = lock_read(job->arena, job->diag, path);
    if (lock) lock->is_own = true;
    if (lock) lock_compare(job->arena, job->diag, lock, file);
    lock_release(lock);
}

/* What a file that was released promises: version 0 does not. */
static struct lock promises_of(struct job *job, const struct diff_operand *operand)
{
    struct lock lock = { .path = operand->path };

    lock.channels = dhs_alloc_array(job->arena, operand->n + 1, sizeof *lock.channels);
    for (size_t i = 0; i < operand->n; i++)
        if (operand->sides[i].side->tree->major > 0)
            lock.channels[lock.n_channels++] = operand->sides[i].side;
    return lock;
}

/* Of the released file only errors are told: its warnings were told when it was released. */
static void verify_against(struct job *job, const char *path, const struct dhs_file *file)
{
    struct job released = job_part(job, job->arena, job->arena);

    dhs_diag_set_werror(released.diag, false);
    struct diff_operand operand = diff_operand_read(&released, path);
    if (dhs_diag_errors(released.diag) == 0) {
        struct lock lock = promises_of(job, &operand);
        lock_compare(job->arena, job->diag, &lock, file);
        released.diag = NULL;
    }
    job_join(job, &released);
    diff_operand_release(&operand);
}

void lock_verify(struct job *job, const struct dhs_program *program)
{
    verify_own(job, program->files[0]);
    if (job->options->against) verify_against(job, job->options->against, program->files[0]);
}

/* ---- the verb ----------------------------------------------------------------------------- */

static int by_name(const void *left, const void *right)
{
    const struct diff_side *const *a = left, *const *b = right;

    return strcmp((*a)->tree->channel, (*b)->tree->channel);
}

static struct lock *lock_of(struct job *job, const struct dhs_file *file, const char *path)
{
    struct lock *lock = dhs_alloc(job->arena, sizeof *lock);

    lock->path = path;
    lock->channels = dhs_alloc_array(job->arena, file->n_channels + 1, sizeof *lock->channels);
    for (size_t i = 0; i < file->n_channels; i++) {
        const struct dhs_channel *channel = file->channels[i];
        const char *name = channel->declaration.name;
        if (channel->major == 0) {
            text_printf(&job->printed, "%s 0: version 0 promises nothing, not locked\n", name);
            continue;
        }
        struct diff_side *side = diff_read(job->arena, channel->canonical, channel, NULL);
        if (!side) continue;
        lock->channels[lock->n_channels++] = side;
        text_printf(&job->printed, "%s %u.%u: locked\n", name, channel->major,
                    channel->newest_minor);
    }
    qsort(lock->channels, lock->n_channels, sizeof *lock->channels, by_name);
    return lock;
}

static void lock_schema(struct job *job, const struct dhs_program *program)
{
    const struct dhs_file *file = program->files[0];
    const char *path = lock_path(job->arena, file->path);
    struct lock *lock;

    if (!job->options->force) lock_verify(job, program);
    if (dhs_diag_errors(job->diag) > 0) return;
    lock = lock_of(job, file, path);
    outputs_add(&job->outputs, path, lock_write(job->arena, lock));
    lock_release(lock);
}

int verb_lock(struct dhs_arena *arena, const struct options *options)
{
    struct job job;

    job_begin(&job, arena, options);
    for (size_t i = 0; i < options->operands.n; i++) {
        const char *path = options->operands.items[i];
        const struct dhs_program *program = job_compile(&job, path);
        if (program && strcmp(path, "-") == 0)
            dhs_report(job.diag, DHS_OUTPUT_WRITE, NOWHERE,
                       "a lock stands beside its schema, and standard input has no place");
        else if (program)
            lock_schema(&job, program);
    }
    return job_end(&job);
}
