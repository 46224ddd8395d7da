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

struct node {
    enum node_kind kind;
    const char *bytes; /* the text, or the name; a name is NUL-terminated, too */
    size_t length;
    struct value_name *parts; /* of a dotted name; none: it is "." */
    size_t n_parts;
    const char *indent; /* PARTIAL: what stands before the tag; NULL if it does not stand alone */
    const struct template *partial; /* PARTIAL: once it was asked for */
    bool starts_line;   /* TEXT: its first line is one from its start on, and not the rest of one */
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
};

#endif
