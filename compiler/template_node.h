/* SPDX-License-Identifier: Apache-2.0 */
/* What template.c makes of a template's text and render.c walks. */
#ifndef DHGEN_TEMPLATE_NODE_H
#define DHGEN_TEMPLATE_NODE_H

#include "template.h"

enum node_kind {
    NODE_TEXT,       /* of one or many lines */
    NODE_LINE_START, /* where the indentation of the partial that we are in goes */
    NODE_VARIABLE,   /* escaped */
    NODE_RAW,
    NODE_SECTION,
    NODE_INVERTED,
    NODE_PARTIAL
};

/* A name as it is written in a template, however often: "slot.c.struct". What it was found to be is
 * kept, since the same scope asks for the same name again and again. */
struct path {
    const char *text;
    struct value_name *parts; /* of a dotted name; none: it is "." */
    size_t n_parts;
    struct value *value;         /* what it was last, in a scope of a rendering of this template: */
    const struct template *root; /* the outermost one */
    uint64_t scope;
    size_t length; /* of the value's text, */
    bool is_plain; /* if nothing in it is escaped */
    struct path *next;
};

struct node {
    enum node_kind kind;
    const char *bytes; /* the text, or the name; a name is NUL-terminated, too */
    size_t length;
    struct path *path;  /* VARIABLE, RAW, SECTION, INVERTED */
    const char *indent; /* PARTIAL: what stands before the tag; NULL if it does not stand alone */
    const struct template *partial; /* PARTIAL: once it was asked for */
    bool starts_line;   /* TEXT: its first line is one from its start on, and not the rest of one */
    size_t first_line;  /* TEXT: up to its first line feed; `longest` is the longest line between */
    size_t longest;     /* two of them, `last_line` what stands behind the last; without any, all */
    size_t last_line;   /* of it is `last_line` */
    struct node *first; /* SECTION, INVERTED: what is inside */
    struct node *next;
    unsigned line;
    unsigned column;
};

struct template
{
    struct dhs_arena *arena;
    const char *file;
    struct node *first;
    struct path *paths;
    uint64_t *n_scopes; /* of all its renderings so far */
};

#endif
