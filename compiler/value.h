/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The tree of values that templates are filled from, shaped like JSON: `dhgen --lang json` prints
 * it. It is built once per schema file, and what is read of it filled by reading: so nobody has it
 * as const, and only one thread at a time.
 *
 * Numbers are kept as their decimal text: a u64 constant is not squeezed through a double.
 */
#ifndef DHGEN_VALUE_H
#define DHGEN_VALUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "text.h"

enum value_kind { VALUE_NULL, VALUE_BOOL, VALUE_NUMBER, VALUE_TEXT, VALUE_LIST, VALUE_MAP };

struct value;
typedef void (*value_filler)(struct value *value, void *context, const void *subject);

struct value {
    uint8_t kind; /* enum value_kind */
    bool boolean; /* BOOL */
    bool open;    /* MAP: asking for a name that it lacks is no mistake */
    bool later;   /* LIST, MAP: it is filled once it is asked for */
    union {
        const char *text;          /* NUMBER, TEXT: nothing of what stands below is there */
        struct value_entry *first; /* LIST, MAP, in the order of addition: ask value_first() */
        const void *subject;       /* where `later`, as are the next ones */
    };
    union {
        struct value_entry *last;
        value_filler fill;
    };
    union {
        uint64_t names; /* MAP: a bit for each that it has, see value.c */
        void *context;
    };
    struct dhs_arena *arena;
};

struct value_entry {
    const char *name; /* NULL in a list */
    struct value *value;
    struct value_entry *next;
};

struct value *value_null(struct dhs_arena *arena);
struct value *value_bool(struct dhs_arena *arena, bool boolean);
struct value *value_number(struct dhs_arena *arena, const char *decimal); /* borrows `decimal` */
struct value *value_text(struct dhs_arena *arena, const char *text);      /* borrows `text` */
struct value *value_list(struct dhs_arena *arena);
struct value *value_map(struct dhs_arena *arena);

/* A list or map that is filled when it is first looked at: most templates look at few of them.
 * `fill` adds to it what `subject` has; both pointers are kept. */
struct value *value_later(struct dhs_arena *arena, enum value_kind kind, value_filler fill,
                          void *context, const void *subject);

/* The first entry of a list or map; NULL if it is empty. */
struct value_entry *value_first(struct value *value);

/* Adds to a list, or to a map under a name that it does not have yet. */
void value_append(struct value *list, struct value *item);
void value_set(struct value *map, const char *name, struct value *value);

/* value_set() with the value made on the way; texts and names are borrowed. A NULL text is null. */
void value_set_text(struct value *map, const char *name, const char *text);
void value_set_bool(struct value *map, const char *name, bool boolean);
void value_set_number(struct value *map, const char *name, uint64_t number);

/* Adds a list of a text's lines, each a map of `text`, `first` and `last`; none for an empty text.
 */
void value_set_lines(struct value *map, const char *name, const char *text);

/* Tells each map in a list whether it is the `first` and the `last`: for commas in templates. */
void value_mark_ends(struct value *list);

/* A name that will be looked up often: with its bit of `names`, and where it was met last, since
 * maps of one kind are made by the same lines of code. */
struct value_name {
    const char *text;
    const char *met;
    uint64_t bit;
};

struct value_name value_name_of(const char *text);

/* NULL if the map has no such name or `value` is no map. */
struct value *value_get(struct value *value, const char *name);
struct value *value_find(struct value *value, struct value_name *name);

/* What a section shows: all but null, false, an empty text and an empty list. */
bool value_is_true(struct value *value);

/* Prints the tree as JSON, two spaces a level, with a line feed at the end. */
void value_print_json(struct value *value, struct text *out);

#endif
