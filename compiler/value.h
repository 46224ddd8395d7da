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

/* Names that a map has together, filled when one of them is asked for: most templates ask for few
 * of all that is known. `fill` adds just these. */
struct value_part {
    const char *const *names; /* ends in NULL */
    value_filler fill;
    uint64_t bits; /* of the names, see value_bit() */
    uint8_t n;     /* how many there are */
};

/* A line of what a list is made of, and where the next one begins. */
struct value_line {
    const char *text;
    size_t length;
    size_t next;
    bool is_last;
};
typedef struct value_line (*value_cutter)(void *context, const void *subject, size_t at);

struct value {
    uint8_t kind; /* enum value_kind */
    union {
        bool boolean; /* BOOL */
        uint8_t room; /* LIST, MAP: for so many entries first */
    };
    bool open;      /* MAP: asking for a name that it lacks is no mistake */
    bool later;     /* LIST, MAP: it is filled once it is asked for */
    bool is_part;   /* MAP: it has its `part` where others have `fill` */
    bool has_parts; /* MAP: among its entries */
    bool has_ends;  /* MAP: it is an item of a list, `first` and `last` tell which; not among its
                       names */
    bool first_item : 1;
    bool last_item : 1;
    bool by_lines : 1;       /* LIST: its items are there only while they are passed */
    bool lines_are_maps : 1; /* each with `text` and its ends; else they are texts */
    union {
        const char *text;          /* NUMBER, TEXT: nothing of what stands below is there */
        struct value_block *first; /* LIST, MAP, in the order of addition: ask value_walk() */
        const void *subject;       /* where `later` or `by_lines`, as are the next ones */
    };
    union {
        struct value_block *last;
        value_filler fill;
        value_cutter cut;
        const struct value_part *part;
    };
    union {
        uint64_t names; /* MAP: the bits of those that it has, of its ends, too */
        void *context;
    };
    struct dhs_arena *arena;
};

struct value_entry {
    const char
        *name; /* NULL in a list, and of a part of a map: its value is a map of what it adds */
    struct value *value;
};

/* Entries lie in blocks, so that one is found by its number, and whoever passes them reads on. */
struct value_block {
    struct value_block *next;
    uint32_t n;
    uint32_t room;
    struct value_entry entries[];
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

/* A list or map with room for so many entries at once, where they are known; else a few. */
struct value *value_list_of(struct dhs_arena *arena, uint8_t n);
struct value *value_map_of(struct dhs_arena *arena, uint8_t n);

/* A list of texts, at least one, each made when it is come to: what is long and looked at once need
 * not be there as a whole. */
struct value *value_texts(struct dhs_arena *arena, value_cutter cut, void *context,
                          const void *subject);

/* The entries of a list or map, one after the other, then NULL. A line is gone with the next. */
struct value_walk {
    struct value_block *block;
    struct value_lines *lines; /* of a list that has its items by lines */
    uint32_t n;                /* of the block's entries that were passed */
};

struct value_walk value_walk(struct value *value);
struct value_entry *value_next_line(struct value_lines *lines);

static inline struct value_entry *value_next(struct value_walk *walk)
{
    if (walk->lines) return value_next_line(walk->lines);
    while (walk->block && walk->n == walk->block->n) {
        walk->block = walk->block->next;
        walk->n = 0;
    }
    return walk->block ? &walk->block->entries[walk->n++] : NULL;
}

/* One bit for a name: a map without it is passed without a look at its entries. Most are, since
 * templates ask from the innermost section outwards. Inline: most names are literals, and their
 * bits computed by the C compiler. */
static inline uint64_t value_bit(const char *name)
{
    size_t length = strlen(name);
    unsigned first = (unsigned char)name[0];
    unsigned last = length > 0 ? (unsigned char)name[length - 1] : 0;

    return UINT64_C(1) << ((length * 7 + first * 5 + last * 11) % 64);
}

/* Adds to a list. */
void value_append(struct value *list, struct value *item);

/* Adds to a map under a name that it does not have yet. Texts are borrowed, and so are names, for
 * as long as the program runs unless the map is `open`: where one was met is remembered beyond the
 * tree. A NULL text is null. The ones with `bit` are for the others to call. */
void value_set_with(struct value *map, const char *name, uint64_t bit, struct value *value);
void value_set_text_with(struct value *map, const char *name, uint64_t bit, const char *text);
void value_set_number_with(struct value *map, const char *name, uint64_t bit, uint64_t number);

static inline void value_set(struct value *map, const char *name, struct value *value)
{
    value_set_with(map, name, value_bit(name), value);
}

static inline void value_set_text(struct value *map, const char *name, const char *text)
{
    value_set_text_with(map, name, value_bit(name), text);
}

static inline void value_set_bool(struct value *map, const char *name, bool boolean)
{
    value_set_with(map, name, value_bit(name), value_bool(NULL, boolean));
}

static inline void value_set_number(struct value *map, const char *name, uint64_t number)
{
    value_set_number_with(map, name, value_bit(name), number);
}

/* Adds the names of a part; `subject`, `context` and the part are kept as value_later() does. Made
 * apart, it can be shared by maps that are the same in this. */
void value_set_part(struct value *map, const struct value_part *part, void *context,
                    const void *subject);
struct value *value_part(struct dhs_arena *arena, const struct value_part *part, void *context,
                         const void *subject);
void value_share_part(struct value *map, struct value *part);
struct value_part value_part_of(const char *const *names, value_filler fill);

/* Adds a list of a text's lines, each a map of `text`, `first` and `last`; none for an empty text.
 */
void value_set_lines(struct value *map, const char *name, const char *text);

/* Tells each map in a list whether it is the `first` and the `last`: for commas in templates. What
 * is filled later stays so, and has them behind what it is filled with. */
void value_mark_ends(struct value *list);

/* A name that will be looked up often: with its bit of `names`, and where it was met last, as which
 * entry, since maps of one kind are made by the same lines of code. Nothing is met in an open map,
 * whose names are the user's: they go with the schema, and another's may come to lie in their
 * place. */
struct value_name {
    const char *text;
    const char *met;
    uint64_t bit;
    uint32_t index; /* beyond all entries until then */
    bool is_first;  /* "first", "last" */
    bool is_last;
};

struct value_name value_name_of(const char *text);

/* NULL if the map has no such name or `value` is no map. The last one is for value_find() to call,
 * whose part here most are done with: whoever asks the map for the same name again, or one that
 * lacks it. */
struct value *value_get(struct value *value, const char *name);
struct value *value_find_anew(struct value *map, struct value_name *name);

static inline struct value *value_find(struct value *value, struct value_name *name)
{
    if (value->kind != VALUE_MAP) return NULL;
    if (!value->later) {
        if (!(value->names & name->bit)) return NULL;
        const struct value_block *block = value->first;
        if (block && name->index < block->n && block->entries[name->index].name == name->met)
            return block->entries[name->index].value;
    }
    return value_find_anew(value, name);
}

/* What a section shows: all but null, false, an empty text and an empty list. */
static inline bool value_is_true(struct value *value)
{
    switch (value->kind) {
    case VALUE_NULL: return false;
    case VALUE_BOOL: return value->boolean;
    case VALUE_TEXT: return value->text[0] != '\0';
    case VALUE_LIST: return value->by_lines || value_walk(value).block != NULL;
    default: return true;
    }
}

/* Prints the tree as JSON, two spaces a level, with a line feed at the end. */
void value_print_json(struct value *value, struct text *out);

#endif
