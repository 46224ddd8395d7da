/* SPDX-License-Identifier: Apache-2.0 */
/* What is said of a place changed: does a value still mean the same? The table of the canonical
 * text's page, for a verdict (as runtime/block/meaning.c gives it) and for a report. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "diff.h"

#define SHOWN(line) (int)((line).length < 100 ? (line).length : 100), (line).data

static const char *refuse(struct dhs_arena *arena, const struct diff_meaning *block,
                          const struct diff_meaning *consumer)
{
    return dhs_printf(arena, "%.100s: block %.*s %.*s, consumer %.*s %.*s", consumer->path,
                      SHOWN(block->key), SHOWN(block->argument), SHOWN(consumer->key),
                      SHOWN(consumer->argument));
}

static bool is_naming(const struct diff_meaning *meaning)
{
    return diff_text_is(meaning->key, "enum") || diff_text_is(meaning->key, "flags");
}

/* ---- enumerators -------------------------------------------------------------------------- */

struct enumerator {
    struct dhs_text whole, name, value;
};

static bool next_enumerator(struct dhs_text *list, struct enumerator *enumerator)
{
    if (list->length == 0) return false;
    struct dhs_text whole = diff_word(list);
    const char *equals = memchr(whole.data, '=', whole.length);
    size_t length = (size_t)(equals - whole.data);
    *enumerator = (struct enumerator){ whole,
                                       { whole.data, length },
                                       { equals + 1, whole.length - length - 1 } };
    return true;
}

static bool equal(struct dhs_text a, struct dhs_text b)
{
    return diff_text_compare(a, b) == 0;
}

static bool lists(struct dhs_text list, struct dhs_text pair)
{
    while (list.length > 0)
        if (equal(diff_word(&list), pair)) return true;
    return false;
}

/* The first enumerator of `list` with that name or that value; false: it has none. */
static bool find_enumerator(struct dhs_text list, const struct dhs_text *name,
                            const struct dhs_text *value, struct enumerator *found)
{
    while (next_enumerator(&list, found))
        if ((name && equal(found->name, *name)) || (value && equal(found->value, *value)))
            return true;
    return false;
}

/* "u8 open good=0": the base is stepped over (the layout compares it), open or closed is told. */
static bool open_list(const struct diff_meaning *meaning, struct dhs_text *list)
{
    *list = meaning->argument;
    diff_word(list);
    return diff_text_is(meaning->key, "enum") && diff_text_is(diff_word(list), "closed");
}

static const char *refuse_pair(struct dhs_arena *arena, const struct diff_meaning *consumer,
                               struct dhs_text block_pair, struct dhs_text consumer_pair)
{
    return dhs_printf(arena, "%.100s: block %.*s, consumer %.*s", consumer->path, SHOWN(block_pair),
                      SHOWN(consumer_pair));
}

/* A value that both name has a name that both give it; more names on one side are synonyms. */
static const char *refuse_value(struct dhs_arena *arena, const struct enumerator *pair,
                                struct dhs_text theirs, struct dhs_text ours,
                                const struct diff_meaning *consumer)
{
    struct dhs_text first = { NULL, 0 };
    struct enumerator other;

    while (next_enumerator(&theirs, &other)) {
        if (!equal(other.value, pair->value)) continue;
        if (lists(ours, other.whole)) return NULL;
        if (!first.data) first = other.whole;
    }
    return first.data ? refuse_pair(arena, consumer, first, pair->whole) : NULL;
}

/* In the order of the runtime: names, values that a closed enum lacks, then other names only. */
static const char *refuse_enum(struct dhs_arena *arena, const struct diff_meaning *block,
                               const struct diff_meaning *consumer)
{
    struct dhs_text theirs, ours;
    bool closed = open_list(block, &theirs);
    struct enumerator pair, other;
    const char *refusal = NULL;

    closed = open_list(consumer, &ours) || closed;
    for (struct dhs_text rest = theirs; next_enumerator(&rest, &pair);) {
        if (find_enumerator(ours, &pair.name, NULL, &other) && !equal(other.value, pair.value))
            return refuse_pair(arena, consumer, pair.whole, other.whole);
        if (closed && !find_enumerator(ours, NULL, &pair.value, &other))
            return dhs_printf(
                arena, "%.100s: block has %.*s, which the consumer's closed enum does not know",
                consumer->path, SHOWN(pair.whole));
    }
    for (struct dhs_text rest = ours; !refusal && next_enumerator(&rest, &pair);)
        refusal = refuse_value(arena, &pair, theirs, ours, consumer);
    return refusal;
}

/* ---- the verdict -------------------------------------------------------------------------- */

static const char *refuse_changed(struct dhs_arena *arena, const struct diff_meaning *block,
                                  const struct diff_meaning *consumer)
{
    if (is_naming(consumer)) return refuse_enum(arena, block, consumer);
    if (diff_text_is(consumer->key, "range") || diff_text_is(consumer->key, "spinlocks") ||
        diff_text_is(consumer->key, "deprecated"))
        return NULL;
    return refuse(arena, block, consumer);
}

/* The line of that key about the same place, or NULL. */
static const struct diff_meaning *find(const struct diff_side *side, const char *key,
                                       const struct diff_meaning *about)
{
    struct diff_meaning *found = NULL;
    size_t low = 0, high = side->n_meaning;
    struct dhs_text wanted = { key, strlen(key) };

    while (low < high && !found) {
        struct diff_meaning *middle = &side->meaning[low + (high - low) / 2];
        int order = diff_text_compare(middle->key, wanted);
        if (!order) order = diff_text_compare(middle->place, about->place);
        if (!order) found = middle;
        if (order < 0)
            low = (size_t)(middle - side->meaning) + 1;
        else
            high = (size_t)(middle - side->meaning);
    }
    return found;
}

static const char *own_key(struct dhs_arena *arena, const struct diff_meaning *meaning)
{
    return dhs_copy_text(arena, meaning->key.data, meaning->key.length);
}

/* What the other side says of the same place: with the same word, or flags for an enum. */
static const struct diff_meaning *counterpart(struct dhs_arena *arena, const struct diff_side *side,
                                              const struct diff_meaning *meaning)
{
    const struct diff_meaning *found = find(side, own_key(arena, meaning), meaning);

    if (found || !is_naming(meaning)) return found;
    return find(side, diff_text_is(meaning->key, "enum") ? "flags" : "enum", meaning);
}

const char *diff_meaning_refusal(struct dhs_arena *arena, const struct diff_side *block,
                                 const struct diff_side *consumer)
{
    const char *refusal = NULL;

    for (size_t i = 0; !refusal && i < consumer->n_meaning; i++) {
        const struct diff_meaning *ours = &consumer->meaning[i];
        const struct diff_meaning *theirs = find(block, own_key(arena, ours), ours);
        if (theirs && !equal(theirs->argument, ours->argument))
            refusal = refuse_changed(arena, theirs, ours);
    }
    for (size_t i = 0; !refusal && i < consumer->n_meaning; i++) {
        const struct diff_meaning *ours = &consumer->meaning[i];
        const struct diff_meaning *theirs = counterpart(arena, block, ours);
        if (theirs && !equal(theirs->key, ours->key)) refusal = refuse(arena, theirs, ours);
    }
    return refusal;
}

/* ---- the report --------------------------------------------------------------------------- */

static enum diff_kind kind_of(const struct diff_meaning *meaning)
{
    static const struct {
        const char *key;
        enum diff_kind kind;
    } kinds[] = { { "unit", DIFF_UNIT },          { "frame", DIFF_FRAME },
                  { "clock", DIFF_CLOCK },        { "scale", DIFF_SCALE },
                  { "invalid", DIFF_INVALID },    { "range", DIFF_RANGE },
                  { "enum", DIFF_ENUM },          { "flags", DIFF_ENUM },
                  { "spinlocks", DIFF_SPINLOCKS } };

    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (diff_text_is(meaning->key, kinds[i].key)) return kinds[i].kind;
    return DIFF_DEPRECATED;
}

/* Is the place itself on the other side? What is said of a field that came or went comes or goes
 * with it. */
static bool has_place(const struct diff_side *side, const struct diff_meaning *meaning)
{
    const struct diff_root *root = diff_root_named(side, meaning->root);

    if (!root) return false;
    return strcmp(meaning->path, ".") == 0 || dhc_find(root->tree->fields, meaning->path) != NULL;
}

static struct diff_change *add(struct diff *diff, const struct diff_meaning *meaning,
                               const char *what)
{
    const char *path = strcmp(meaning->path, ".") == 0 ? NULL : meaning->path;
    struct diff_change *change = diff_add(diff, kind_of(meaning), meaning->root, path, "%s", what);

    change->needs = DIFF_SAME;
    return change;
}

static const char *shown(struct diff *diff, const struct diff_meaning *meaning)
{
    bool alone = meaning->argument.length == 0;

    return dhs_printf(diff->arena, "%.*s%s%.*s", SHOWN(meaning->key), alone ? "" : " ",
                      SHOWN(meaning->argument));
}

static void append_word(struct diff *diff, const char **list, struct dhs_text word)
{
    *list = dhs_printf(diff->arena, "%s%s%.*s", *list, **list ? ", " : "", SHOWN(word));
}

/* What came and what went, and who minds. */
static void report_enum(struct diff *diff, const struct diff_meaning *old,
                        const struct diff_meaning *new)
{
    struct dhs_text before, after;
    bool was_closed = open_list(old, &before), is_closed = open_list(new, &after);
    const char *came = "", *went = "", *what;
    struct enumerator pair, other;
    bool otherwise = false;

    for (struct dhs_text rest = after; next_enumerator(&rest, &pair);)
        if (!lists(before, pair.whole)) append_word(diff, &came, pair.whole);
    for (struct dhs_text rest = before; next_enumerator(&rest, &pair);) {
        if (lists(after, pair.whole)) continue;
        append_word(diff, &went, pair.whole);
        otherwise = otherwise || find_enumerator(after, &pair.name, &pair.value, &other);
    }
    what = dhs_printf(diff->arena, "%s%s%s%s%s%s", *went ? "without " : "", went,
                      *went && *came ? ", " : "", *came ? "with " : "", came,
                      was_closed == is_closed ? ""
                      : *went || *came        ? (is_closed ? ", now closed" : ", now open")
                                              : (is_closed ? "open -> closed" : "closed -> open"));
    struct diff_change *change = add(diff, new, what);
    change->readers = refuse_enum(diff->arena, old, new) == NULL;
    change->writers = refuse_enum(diff->arena, new, old) == NULL;
    if (!change->readers || !change->writers) change->needs = DIFF_MAJOR;
    if (otherwise)
        change->help = "a value that has been given a meaning keeps it: add another one instead";
    else if (*came && (was_closed || is_closed))
        change->help = "only an enum that is '@open' on both sides may gain values: say so in the "
                       "next major";
}

static void report_changed(struct diff *diff, const struct diff_meaning *old,
                           const struct diff_meaning *new)
{
    struct diff_change *change;

    if (is_naming(old) && equal(old->key, new->key)) {
        report_enum(diff, old, new);
        return;
    }
    if (equal(old->key, new->key))
        change = add(diff, new,
                     dhs_printf(diff->arena, "%.*s -> %.*s", SHOWN(old->argument),
                                SHOWN(new->argument)));
    else
        change = add(diff, new,
                     dhs_printf(diff->arena, "%.*s -> %.*s", SHOWN(old->key), SHOWN(new->key)));
    if (!equal(old->key, new->key) || refuse_changed(diff->arena, old, new)) {
        diff_breaks(change);
        change->help = "values would silently mean something else: a new field beside the old one "
                       "needs a minor only";
    } else if (change->kind == DIFF_RANGE) {
        change->help = "attaches, unless a consumer asked to be strict about ranges";
    }
}

void diff_meanings(struct diff *diff)
{
    for (size_t i = 0; i < diff->old->n_meaning; i++) {
        const struct diff_meaning *old = &diff->old->meaning[i];
        const struct diff_meaning *new = counterpart(diff->arena, diff->new, old);
        if (!new &&has_place(diff->new, old))
            add(diff, old, dhs_printf(diff->arena, "no longer says: %s", shown(diff, old)));
        if (new && (!equal(old->key, new->key) || !equal(old->argument, new->argument)))
            report_changed(diff, old, new);
    }
    for (size_t i = 0; i < diff->new->n_meaning; i++) {
        const struct diff_meaning *new = &diff->new->meaning[i];
        if (!counterpart(diff->arena, diff->old, new) && has_place(diff->old, new))
            add(diff, new, dhs_printf(diff->arena, "now says: %s", shown(diff, new)));
    }
}
