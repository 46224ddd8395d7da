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
 * kept, since the same scope asks for the same name again and again. What is looked at each time
 * stands first, and is as small as it can be: a rendering passes a million of these. */
struct path {
    struct value *value;         /* what it was last, in a scope of a rendering of this template: */
    const struct template *root; /* the outermost one */
    uint64_t scope;
    uint32_t length;           /* of the value's text, */
    bool is_plain;             /* if nothing in it is escaped */
    bool is_dot;               /* "." has no name */
    struct value_name name;    /* the first one, */
    struct value_name *others; /* and those behind its dots */
    size_t n_others;
    const char *text;
    struct path *next;
};

/* Small, and side by side, as paths are. */
struct node {
    struct node *next;
    const char *bytes; /* the text, or the name; a name is NUL-terminated, too */
    uint32_t length;
    uint8_t kind;     /* enum node_kind */
    bool starts_line; /* TEXT: its first line is one from its start on, and not the rest of one */
    union {
        struct {                 /* TEXT */
            uint32_t first_line; /* up to its first line feed; */
            uint32_t longest;    /* the longest line between two of them; */
            uint32_t last_line;  /* what stands behind the last; without any, all of it */
        };
        struct { /* VARIABLE, RAW, SECTION, INVERTED */
            struct path *path;
            struct node *first; /* SECTION, INVERTED: what is inside */
        };
        struct {                /* PARTIAL */
            const char *indent; /* what stands before the tag; NULL if it does not stand alone */
            const struct template *partial; /* once it was asked for */
        };
    };
    uint32_t line;
    uint32_t column;
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
