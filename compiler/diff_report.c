/* SPDX-License-Identifier: Apache-2.0 */
#include "diff_report.h"

#include <string.h>

#include "diag.h"

/* "slot accel.x", "zone status rate", "imu" */
static const char *place(struct dhs_arena *arena, const struct diff_change *change)
{
    const char *path = change->path ? change->path : "";
    const char *space = *path ? " " : "";

    if (!change->root) return "channel";
    if (!*change->root) return dhs_printf(arena, "slot%s%s", space, path);
    return dhs_printf(arena, "zone %s%s%s", change->root, space, path);
}

/* Where to look: in the new schema, unless it is gone there. NULL: no schema is at hand. */
static const struct dhs_channel *author_of(const struct diff *diff,
                                           const struct diff_change *change)
{
    bool went = change->kind == DIFF_FIELD_REMOVED || change->kind == DIFF_ZONE_REMOVED;

    return went ? diff->old->model : diff->new->model;
}

static const char *position(struct dhs_arena *arena, const struct diff *diff,
                            const struct diff_change *change)
{
    const struct dhs_channel *model = author_of(diff, change);
    uint32_t line, column;

    if (!model) return NULL;
    struct dhs_span span = diff_locate(model, change->root, change->path);
    dhs_span_position(span, &line, &column);
    return dhs_printf(arena, "%s:%u:%u", dhs_span_path(span), line, column);
}

static const char *yes(bool verdict)
{
    return verdict ? "yes" : "NO";
}

static const char *version(struct dhs_arena *arena, const struct diff_side *side)
{
    return dhs_printf(arena, "%u.%u", side->tree->major, side->tree->minor);
}

/* Whether the new version is as far from the old one as it must be. */
static bool version_suffices(const struct diff *diff)
{
    const struct dhc_text *old = diff->old->tree, *new = diff->new->tree;

    if (diff->needs < DIFF_MINOR || new->major > old->major) return true;
    return diff->needs == DIFF_MINOR && new->minor > old->minor;
}

/* ---- the table ---------------------------------------------------------------------------- */

struct widths {
    int place, kind, what;
};

static void widen(int *width, const char *text)
{
    int length = (int)strlen(text);

    if (length > *width && length <= 48) *width = length;
}

static struct widths measure(const struct diff *diff)
{
    struct widths widths = { 5, 4, 6 };

    for (const struct diff_change *c = diff->first; c; c = c->next) {
        widen(&widths.place, place(diff->arena, c));
        widen(&widths.kind, diff_kind_name(c->kind));
        widen(&widths.what, c->what);
    }
    return widths;
}

static void add_table(const struct diff *diff, struct text *out)
{
    struct widths w = measure(diff);
    const char *said = "";

    text_printf(out, "  %-*s  %-*s  %-*s  readers  writers  needs\n", w.place, "where", w.kind,
                "kind", w.what, "change");
    for (const struct diff_change *c = diff->first; c; c = c->next) {
        text_printf(out, "  %-*s  %-*s  %-*s  %-7s  %-7s  %s\n", w.place, place(diff->arena, c),
                    w.kind, diff_kind_name(c->kind), w.what, c->what, yes(c->readers),
                    yes(c->writers), diff_needs_name(c->needs));
        const char *at = c->needs > DIFF_MINOR ? position(diff->arena, diff, c) : NULL;
        if (at) text_printf(out, "      at %s\n", at);
        if (c->help && strcmp(c->help, said) != 0) text_printf(out, "      = help: %s\n", c->help);
        said = c->help ? c->help : said;
    }
    if (diff->n_moved > 0)
        text_printf(out, "  %zu more field%s elsewhere because of that; the first: %s\n",
                    diff->n_moved, diff->n_moved == 1 ? " lies" : "s lie", diff->first_moved);
}

static void add_verdicts(const struct diff *diff, struct text *out)
{
    const char *old = version(diff->arena, diff->old), *new = version(diff->arena, diff->new);

    text_printf(out, "  readers: consumers of NEW %s producers of OLD%s%s\n",
                diff->readers ? "are refused by" : "attach to", diff->readers ? ": " : "",
                diff->readers ? diff->readers : "");
    text_printf(out, "  writers: consumers of OLD %s producers of NEW%s%s\n",
                diff->writers ? "are refused by" : "attach to", diff->writers ? ": " : "",
                diff->writers ? diff->writers : "");
    if (diff->old->tree->major == 0 && diff->new->tree->major == 0)
        text_add_string(out, "  version: 0 promises nothing\n");
    else if (diff->needs >= DIFF_MINOR)
        text_printf(out, "  version: a new %s is needed; OLD is %s, NEW is %s%s\n",
                    diff_needs_name(diff->needs), old, new,
                    version_suffices(diff) ? ": enough" : ": NOT ENOUGH");
}

static void add_channel(struct dhs_arena *arena, const struct diff_channel *channel,
                        struct text *out)
{
    const struct diff *diff = channel->diff;

    if (!diff) {
        text_printf(out, "%s %s: %s\n", channel->name,
                    version(arena, channel->old ? channel->old : channel->new),
                    channel->old ? "is gone: consumers of OLD find no producer"
                                 : "is new: nobody had it before");
        return;
    }
    text_printf(out, "%s %s -> %s", channel->name, version(arena, diff->old),
                version(arena, diff->new));
    if (diff->n_changes == 0) {
        text_add_string(out, ": the same\n");
        return;
    }
    text_printf(out, ": %zu change%s, %s\n", diff->n_changes, diff->n_changes == 1 ? "" : "s",
                diff_is_breaking(diff) ? "BREAKING" : "compatible");
    add_table(diff, out);
    add_verdicts(diff, out);
}

void diff_report_full(const struct diff_files *files, struct text *out)
{
    text_printf(out, "OLD %s\nNEW %s\n", files->old, files->new);
    for (const struct diff_channel *c = files->first; c; c = c->next) {
        text_add_char(out, '\n');
        add_channel(out->arena, c, out);
    }
}

/* ---- one line a change -------------------------------------------------------------------- */

static void add_short(const struct diff *diff, const char *name, const struct diff_change *change,
                      const char *file, struct text *out)
{
    const char *at = position(diff->arena, diff, change);

    text_printf(out, "%s: %s %s: %s: %s [readers %s, writers %s, needs %s]\n", at ? at : file, name,
                place(diff->arena, change), diff_kind_name(change->kind), change->what,
                yes(change->readers), yes(change->writers), diff_needs_name(change->needs));
}

void diff_report_short(const struct diff_files *files, struct text *out)
{
    for (const struct diff_channel *c = files->first; c; c = c->next) {
        if (!c->diff)
            text_printf(out, "%s: %s: %s [readers yes, writers %s, needs %s]\n",
                        c->old ? files->old : files->new, c->name,
                        c->old ? "channel-removed" : "channel-added", yes(!c->old),
                        c->old ? "major" : "nothing");
        for (const struct diff_change *change = c->diff ? c->diff->first : NULL; change;
             change = change->next)
            add_short(c->diff, c->name, change, files->new, out);
    }
}

/* ---- for programs ------------------------------------------------------------------------- */

static void add_string(struct text *out, const char *string)
{
    text_add_char(out, '"');
    for (; *string; string++) {
        unsigned char c = (unsigned char)*string;
        if (c == '"' || c == '\\')
            text_printf(out, "\\%c", c);
        else if (c < 0x20)
            text_printf(out, "\\u%04x", c);
        else
            text_add_char(out, (char)c);
    }
    text_add_char(out, '"');
}

static void add_member(struct text *out, const char *name, const char *value)
{
    text_printf(out, ", \"%s\": ", name);
    if (value)
        add_string(out, value);
    else
        text_add_string(out, "null");
}

static void json_change(const struct diff *diff, const struct diff_change *change, struct text *out)
{
    text_printf(out, "\n        {\"kind\": \"%s\"", diff_kind_name(change->kind));
    add_member(out, "root", !change->root ? NULL : *change->root ? change->root : "slot");
    add_member(out, "path", change->path);
    add_member(out, "change", change->what);
    text_printf(out, ", \"readers\": %s, \"writers\": %s", change->readers ? "true" : "false",
                change->writers ? "true" : "false");
    add_member(out, "needs", diff_needs_name(change->needs));
    add_member(out, "help", change->help);
    add_member(out, "at", position(diff->arena, diff, change));
    text_printf(out, "}%s", change->next ? "," : "\n      ");
}

static void json_diff(const struct diff *diff, struct text *out)
{
    text_printf(out, ",\n     \"readers\": %s, \"writers\": %s", diff->readers ? "false" : "true",
                diff->writers ? "false" : "true");
    add_member(out, "readers_refusal", diff->readers);
    add_member(out, "writers_refusal", diff->writers);
    add_member(out, "needs", diff_needs_name(diff->needs));
    text_printf(out, ", \"version_suffices\": %s, \"moved\": %zu,\n     \"changes\": [",
                version_suffices(diff) ? "true" : "false", diff->n_moved);
    for (const struct diff_change *change = diff->first; change; change = change->next)
        json_change(diff, change, out);
    text_add_string(out, "]");
}

static void json_channel(const struct diff_channel *channel, struct text *out)
{
    bool removed = channel->old && !channel->new;

    text_add_string(out, "\n    {\"channel\": ");
    add_string(out, channel->name);
    add_member(out, "old", channel->old ? version(out->arena, channel->old) : NULL);
    add_member(out, "new", channel->new ? version(out->arena, channel->new) : NULL);
    if (channel->diff)
        json_diff(channel->diff, out);
    else
        text_printf(out,
                    ",\n     \"readers\": true, \"writers\": %s, \"needs\": \"%s\", \"changes\": "
                    "[]",
                    removed ? "false" : "true", removed ? "major" : "nothing");
    text_printf(out, "}%s", channel->next ? "," : "\n  ");
}

void diff_report_json(const struct diff_files *files, struct text *out)
{
    text_add_string(out, "{\"old\": ");
    add_string(out, files->old);
    add_member(out, "new", files->new);
    text_printf(out, ", \"breaking\": %s,\n  \"channels\": [", files->breaking ? "true" : "false");
    for (const struct diff_channel *c = files->first; c; c = c->next)
        json_channel(c, out);
    text_add_string(out, "]}\n");
}
