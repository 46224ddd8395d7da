/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What changed between two schemas of a channel, and who notices. Both come as canonical texts,
 * wherever from: a schema, a .canon file, a lock.
 *
 *   readers   a consumer built with NEW attaches to a producer built with OLD
 *   writers   a consumer built with OLD attaches to a producer built with NEW
 *
 *   diff_read ── two sides ── diff_attach      the verdict, and its sentence, as the runtime gives
 * it └─ diff_compare     each change with both verdicts and the version it needs
 *
 * The rules are those of runtime/block/attach.c, written a second time, since this side of the tree
 * does not know that one. tests/versions holds both to the same answer.
 */
#ifndef DHGEN_DIFF_H
#define DHGEN_DIFF_H

#include "idl.h"
#include "idl/canon_read.h"
#include "text.h"

/* A line of a minor: "8 f32 accel.x". */
struct diff_line {
    struct dhs_text offset, kind, path;
    uint32_t minor;
};

struct diff_root {
    const struct dhc_root *tree; /* its name, whether it is shared, its minors */
    size_t n_lines;
    struct diff_line *lines;
};

/* A line behind `meaning`: what it is said of (key, root and path), and what is said. */
struct diff_meaning {
    struct dhs_text key, place, subject, argument; /* place: root and path */
    const char *root, *path;                       /* "" for the slot */
};

struct diff_side {
    struct dhs_text text;
    struct dhs_text family;
    const struct dhs_channel *model; /* NULL: only a text is known */
    struct dhc_text *tree;
    struct diff_root *roots;    /* as many as the tree has */
    struct diff_line **by_line; /* by the number of a line, from 1: a node's */
    size_t n_meaning;
    struct diff_meaning *meaning; /* sorted, as in the text */
};

/* How far a new version must be from the old one. In ascending order. */
enum diff_needs {
    DIFF_NOTHING, /* it is not part of what is hashed */
    DIFF_SAME,    /* the hash changes; old and new attach within the same version */
    DIFF_MINOR,
    DIFF_MAJOR,
};

enum diff_kind {
#define DIFF_KIND(name, shown) DIFF_##name,
#include "diff_kinds.def"
#undef DIFF_KIND
};

struct diff_change {
    enum diff_kind kind;
    const char *root; /* "" for the slot; NULL: about the channel */
    const char *path; /* NULL: about the root */
    const char *what; /* "f32 -> f64" */
    const char *help; /* how to have it for less; or NULL */
    bool readers, writers;
    enum diff_needs needs;
    struct diff_change *next;
};

struct diff {
    struct dhs_arena *arena;
    const struct diff_side *old, *new;
    struct diff_change *first, *last;
    size_t n_changes;
    size_t n_moved; /* fields that lie elsewhere only because of what stands before them */
    const char *first_moved;
    const char *readers, *writers; /* NULL: attaches; else the sentence of the refusal */
    enum diff_needs needs;         /* the greatest of all changes */
};

/* The side of a text, which is borrowed; NULL: it is not canonical, and `trouble` says why. */
struct diff_side *diff_read(struct dhs_arena *arena, struct dhs_text text,
                            const struct dhs_channel *model, struct dhc_trouble *trouble);
void diff_release(struct diff_side *side); /* accepts NULL */

/* NULL: a consumer built with `consumer` attaches to a block of `block`. Else the first thing that
 * differs, in the words of the runtime. */
const char *diff_attach(struct dhs_arena *arena, const struct diff_side *block,
                        const struct diff_side *consumer);

/* All changes of one channel. */
struct diff *diff_compare(struct dhs_arena *arena, const struct diff_side *old,
                          const struct diff_side *new);

const char *diff_kind_name(enum diff_kind kind);
const char *diff_needs_name(enum diff_needs needs);

/* Whether old programs and new ones can no longer talk, in one direction or both. */
bool diff_is_breaking(const struct diff *diff);

/* ---- among the files of this part --------------------------------------------------------- */

struct diff_change *diff_add(struct diff *diff, enum diff_kind kind, const char *root,
                             const char *path, const char *format, ...)
    __attribute__((format(printf, 5, 6)));
void diff_breaks(struct diff_change *change); /* both verdicts no, a major */

/* Adds what changed in the fields of a root that both sides have, and compare up to `limit`. */
void diff_layout(struct diff *diff, const struct diff_root *old, const struct diff_root *new,
                 uint32_t limit);
/* Adds what changed behind `meaning`. */
void diff_meanings(struct diff *diff);
/* NULL, or why a value of the block would mean something else to the consumer. */
const char *diff_meaning_refusal(struct dhs_arena *arena, const struct diff_side *block,
                                 const struct diff_side *consumer);
/* Adds what is not in the texts: settings, names behind @was. Both sides need a model. */
void diff_facts(struct diff *diff);

struct dhs_text diff_word(struct dhs_text *rest); /* up to a space; steps over it */
int diff_text_compare(struct dhs_text a, struct dhs_text b);
bool diff_text_is(struct dhs_text text, const char *string);
const struct diff_root *diff_root_named(const struct diff_side *side, const char *name);

/* The last minor of a root that is not later than `limit`, as an index; -1: born later. */
int diff_minor_at(const struct dhc_root *root, uint32_t limit);

/* Where the author wrote what stands at a root's path: the span of that field's name, or that of
 * the zone or channel. */
struct dhs_span diff_locate(const struct dhs_channel *channel, const char *root, const char *path);

#endif
