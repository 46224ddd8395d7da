/* SPDX-License-Identifier: Apache-2.0 */
/* All changes of one channel: family, zones, then fields and meaning, which have files of their
 * own. */
#include "diff.h"

#include <stdarg.h>
#include <string.h>

const char *diff_kind_name(enum diff_kind kind)
{
    static const char *const names[] = {
#define DIFF_KIND(name, shown) shown,
#include "diff_kinds.def"
#undef DIFF_KIND
    };

    return names[kind];
}

const char *diff_needs_name(enum diff_needs needs)
{
    static const char *const names[] = { "nothing", "same", "minor", "major" };

    return names[needs];
}

struct diff_change *diff_add(struct diff *diff, enum diff_kind kind, const char *root,
                             const char *path, const char *format, ...)
{
    struct diff_change *change = dhs_alloc(diff->arena, sizeof *change);
    va_list arguments;

    *change = (struct diff_change){ kind, root, path, .readers = true, .writers = true };
    va_start(arguments, format);
    change->what = dhs_vprintf(diff->arena, format, arguments);
    va_end(arguments);
    if (diff->last)
        diff->last->next = change;
    else
        diff->first = change;
    diff->last = change;
    diff->n_changes++;
    return change;
}

void diff_breaks(struct diff_change *change)
{
    change->readers = change->writers = false;
    change->needs = DIFF_MAJOR;
}

bool diff_is_breaking(const struct diff *diff)
{
    return diff->readers || diff->writers;
}

static void compare_family(struct diff *diff)
{
    const struct dhs_text *old = &diff->old->family, *new = &diff->new->family;

    if (diff_text_compare(*old, *new) == 0) return;
    diff_breaks(diff_add(diff, DIFF_FAMILY, NULL, NULL, "%.*s -> %.*s", (int)old->length, old->data,
                         (int)new->length, new->data));
}

static uint32_t born(const struct diff_root *root)
{
    return root->tree->minors[0].number;
}

static void zone_added(struct diff *diff, const struct diff_root *zone, uint32_t limit)
{
    struct diff_change *change = diff_add(diff, DIFF_ZONE_ADDED, zone->tree->name, NULL,
                                          "since %u.%u", diff->new->tree->major, born(zone));

    change->needs = DIFF_MINOR;
    if (born(zone) > limit) return;
    change->readers = false;
    change->needs = DIFF_MAJOR;
    change->help = dhs_printf(diff->arena, "with '@since(%u.%u)' it needs a minor only",
                              diff->old->tree->major, diff->old->tree->minor + 1);
}

static void zone_removed(struct diff *diff, const struct diff_root *zone, uint32_t limit)
{
    struct diff_change *change =
        diff_add(diff, DIFF_ZONE_REMOVED, zone->tree->name, NULL, "was there since %u.%u",
                 diff->old->tree->major, born(zone));

    change->needs = DIFF_SAME;
    if (born(zone) > limit) return;
    change->writers = false;
    change->needs = DIFF_MAJOR;
    change->help = "leave it in place and say '@deprecated(\"why\")'";
}

/* A zone that is born later for one side than for the other is, up to what both know, absent for
 * one of them. */
static bool zone_is_shared(struct diff *diff, const struct diff_root *old,
                           const struct diff_root *new, uint32_t limit)
{
    struct diff_change *change;

    if (born(old) == born(new)) return born(old) <= limit;
    change = diff_add(diff, DIFF_ZONE_MINOR, new->tree->name, NULL, "since %u.%u -> since %u.%u",
                      diff->old->tree->major, born(old), diff->new->tree->major, born(new));
    diff_breaks(change);
    change->readers = born(new) > limit;
    change->writers = born(old) > limit;
    return born(old) <= limit && born(new) <= limit;
}

static void compare_shared(struct diff *diff, const struct diff_root *old,
                           const struct diff_root *new)
{
    if (old->tree->shared == new->tree->shared) return;
    diff_breaks(diff_add(diff, DIFF_ZONE_SHARED, new->tree->name, NULL,
                         new->tree->shared ? "written by the producer alone -> shared"
                                           : "shared -> written by the producer alone"));
}

static void compare_roots(struct diff *diff, uint32_t limit)
{
    for (uint32_t i = 0; i < diff->old->tree->n_roots; i++) {
        const struct diff_root *old = &diff->old->roots[i];
        const struct diff_root *new = diff_root_named(diff->new, old->tree->name);
        if (!new)
            zone_removed(diff, old, limit);
        else if (zone_is_shared(diff, old, new, limit)) {
            compare_shared(diff, old, new);
            diff_layout(diff, old, new, limit);
        }
    }
    for (uint32_t i = 0; i < diff->new->tree->n_roots; i++) {
        const struct diff_root *new = &diff->new->roots[i];
        if (!diff_root_named(diff->old, new->tree->name)) zone_added(diff, new, limit);
    }
}

struct diff *diff_compare(struct dhs_arena *arena, const struct diff_side *old,
                          const struct diff_side *new)
{
    struct diff *diff = dhs_alloc(arena, sizeof *diff);
    uint32_t limit = old->tree->minor < new->tree->minor ? old->tree->minor : new->tree->minor;

    *diff = (struct diff){ .arena = arena, .old = old, .new = new };
    diff->readers = diff_attach(arena, old, new);
    diff->writers = diff_attach(arena, new, old);
    compare_family(diff);
    compare_roots(diff, limit);
    diff_meanings(diff);
    if (old->model && new->model) diff_facts(diff);
    for (const struct diff_change *change = diff->first; change; change = change->next)
        if (change->needs > diff->needs) diff->needs = change->needs;
    return diff;
}
