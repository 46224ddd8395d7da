/* SPDX-License-Identifier: Apache-2.0 */
/*
 * For editors: each word of a file, and what it means. Made of the syntax tree and the tables of
 * names, so that it works for what could be read of a file with errors.
 */
#ifndef DHS_MENTION_H
#define DHS_MENTION_H

#include "checker.h"

enum dhs_meant {
    DHS_MEANT_SYMBOL,    /* a type, constant or parameter: `symbol` */
    DHS_MEANT_MEMBER,    /* an enumerator, field or arm of `symbol` */
    DHS_MEANT_CHANNEL,   /* where it is declared: nothing names channels */
    DHS_MEANT_ROOT,      /* a slot or zone of the channel `around` */
    DHS_MEANT_SETTING,   /* of the channel `around` */
    DHS_MEANT_FILE,      /* what an import names between its quotes; `unit` NULL: not found */
    DHS_MEANT_QUALIFIER, /* an import's local name, or a package's name */
    DHS_MEANT_ATTRIBUTE, /* its name */
    DHS_MEANT_WORD       /* of the language: a built-in type, `true`, a clock, `wait` */
};

struct dhs_mention {
    struct dhs_span span;
    enum dhs_meant meant;
    bool declares;                     /* this is where it is declared */
    struct dhs_unit *unit;             /* the file of the declaration */
    const struct ast_declaration *ast; /* the declaration; NULL: the language has none */
    struct dhs_symbol *symbol;
    const struct ast_declaration *around;
    const char *context; /* of a word: the setting or attribute that it is an argument of, or "" */
};

/* In the order of their places; none lies in another. */
struct dhs_mentions {
    const struct dhs_mention *items;
    size_t n;
};

struct dhs_mentions dhs_mentions_of(struct dhs_check *check, struct dhs_unit *unit);

/* The one that holds the byte at `offset` or ends there; NULL: none. */
const struct dhs_mention *dhs_mention_at(const struct dhs_mentions *mentions, uint32_t offset);

/* Whether both mean the same declaration. */
bool dhs_mention_same(const struct dhs_mention *a, const struct dhs_mention *b);

/* The symbol of a declaration, nested in that of `outer` (NULL: of the file); NULL: it has none. */
struct dhs_symbol *dhs_symbol_of(struct dhs_check *check, const struct dhs_unit *unit,
                                 const struct dhs_symbol *outer, const struct ast_declaration *ast);

/* The enum or flags under lists, arrays, optionals and aliases; NULL: another type. */
struct dhs_symbol *dhs_enum_under(struct dhs_check *check, struct dhs_place place,
                                  const struct ast_type *type);

/* The member of that name; NULL: none. */
const struct ast_declaration *dhs_member_named(const struct dhs_symbol *symbol, const char *name);

#endif
