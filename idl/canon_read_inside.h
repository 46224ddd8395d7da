/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the files of the reader of canonical text share: canon_read.c (lines into a tree),
 * canon_read_line.c (words of one line), canon_read_layout.c (offsets derived again) and
 * canon_read_meaning.c (the lines after `meaning`).
 */
#ifndef DHC_CANON_READ_INSIDE_H
#define DHC_CANON_READ_INSIDE_H

#include "canon_read.h"

/* What is left of one line. */
struct dhc_cursor {
    const char *at, *end;
};

/* One line of a minor, taken apart. */
struct dhc_line {
    uint32_t offset;
    bool is_case; /* kind is ARM then */
    enum dhc_kind kind;
    enum dhc_scalar scalar;
    uint32_t capacity, stride, inner;
    struct dhc_cursor tag; /* of a case, still to be read: its type is its union's */
    uint32_t n_dims;
    const uint32_t *dims;
    const char *path;
    size_t path_length;
};

struct dhc_slot; /* of the table of names */

/* A range that was read; a `scale` line, which says what its bounds may be, comes later. */
struct dhc_range {
    const struct dhc_node *node;
    uint32_t line;
    struct dhc_range *next;
};

struct dhc_parser {
    struct dhc_text *text;
    struct dhc_trouble *trouble;
    const char *at, *end;      /* what was not read yet */
    struct dhc_cursor current; /* the line in hand, without its NL; at NULL: there is none */
    uint32_t line;             /* its number */
    struct dhc_line layout;    /* the same, if it is one of a minor */
    bool is_layout;
    char place[DHC_PATH_MAX + 1]; /* path of the node whose children are being read */
    size_t place_length;
    struct dhc_root *root;
    uint32_t minor;
    struct dhc_slot *names; /* (parent, name) to node; a power of two of them */
    size_t n_names, n_slots;
    struct dhc_range *ranges;
};

/* Say why the text is refused; the first reason stays. Always false, so that callers return it. */
bool dhc_refuse(struct dhc_parser *parser, uint32_t line, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Memory that lives as long as the text, all zero. NULL: refused already. */
void *dhc_allocate(struct dhc_parser *parser, size_t bytes);
const char *dhc_copy(struct dhc_parser *parser, const char *bytes, size_t length);

/* The next line into `current`, and into `layout` if it begins with a digit. At the end of the text
 * `current.at` is NULL. False: refused. */
bool dhc_next_line(struct dhc_parser *parser);

/* The child of `parent` with that name, or NULL. */
struct dhc_node *dhc_child(const struct dhc_parser *parser, const struct dhc_node *parent,
                           const char *name, size_t length);

/* Words: each takes what it names from the cursor's front, or leaves the cursor alone. */
bool dhc_take(struct dhc_cursor *cursor, const char *word);
bool dhc_take_int(struct dhc_cursor *cursor, uint32_t *value); /* below 2^31 */
bool dhc_take_name(struct dhc_cursor *cursor, struct dhc_cursor *name);
bool dhc_take_path(struct dhc_cursor *cursor, struct dhc_cursor *path);
bool dhc_take_scalar(struct dhc_cursor *cursor, enum dhc_scalar *scalar);
/* A whole number with its sign, in the one spelling that it has. */
bool dhc_take_integer(struct dhc_cursor *cursor, bool *negative, uint64_t *magnitude);
/* That number as 64 bits, sign extended; false: it does not fit `scalar`. */
bool dhc_fit(enum dhc_scalar scalar, bool negative, uint64_t magnitude, uint64_t *bits);

/* A floating number, only in the spelling that a writer gives it. */
bool dhc_take_real(struct dhc_cursor *cursor, double *value);
bool dhc_take_number(struct dhc_cursor *cursor, bool real, struct dhc_number *number);
/* `_`, or a number; of an integer one that need not be whole, as a scaled one may have. */
bool dhc_take_bound(struct dhc_cursor *cursor, bool real, struct dhc_number *number);

/* All lines were read: is each bound one that a number of its type, scaled or not, can have? */
bool dhc_check_ranges(struct dhc_parser *parser);

/* `current` into `layout`. False: refused. */
bool dhc_read_layout_line(struct dhc_parser *parser);

/* Derive sizes and alignments of everything below the root, and compare with what the text says. */
bool dhc_check_root(struct dhc_parser *parser, struct dhc_root *root);

/* The lines after `meaning`, to the end. */
bool dhc_read_meaning(struct dhc_parser *parser);

extern const struct dhc_meaning dhc_no_meaning;

#endif
