/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The command line. One table of verbs (verbs.def) and one of options (options.def) make both the
 * parsing and the pages of help (help.h).
 */
#ifndef DHGEN_OPTIONS_H
#define DHGEN_OPTIONS_H

#include <stdbool.h>
#include <stdio.h>

#include "arena.h"

enum dump { DUMP_NONE, DUMP_TOKENS, DUMP_AST, DUMP_MODEL, DUMP_LAYOUT, DUMP_CANON };
enum diagnostics {
    DIAGNOSTICS_AUTO,
    DIAGNOSTICS_SHORT,
    DIAGNOSTICS_RICH,
    DIAGNOSTICS_JSON,
    DIAGNOSTICS_SARIF
};

struct verb;

struct strings {
    const char **items;
    size_t n;
};

struct options {
    const struct verb *verb; /* never NULL: `build` unless said */
    bool verb_given;
    const char *out_dir;
    const char *language;
    const char *depfile; /* or NULL */
    const char *channel; /* or NULL: the only one */
    const char *against; /* what was released; or NULL */
    const char *package; /* of import, as are the next ones; or NULL */
    const char *prefix;  /* or NULL */
    const char *bound;   /* or NULL */
    struct strings import_dirs;
    struct strings templates; /* the user's own, instead of a language's */
    struct strings operands;  /* files, or codes to explain */
    int diagnostics;          /* enum diagnostics */
    int dump;                 /* enum dump */
    bool force;
    bool json;
    bool werror;
    bool check; /* fmt: write nothing */
    bool fix;
    bool diff;
    bool stdio;
    bool help;
    bool version;
};

enum option_kind { KIND_TEXT, KIND_LIST, KIND_CHOICE, KIND_FLAG };

struct option {
    const char *name;
    const char *argument; /* NULL: a flag */
    enum option_kind kind;
    size_t offset;              /* in struct options */
    const char *const *choices; /* up to a NULL; or NULL */
    unsigned verbs;             /* a set: which take it, see verb.h */
    const char *help;
};

/* The table; NULL behind the last. */
const struct option *option_at(size_t index);

/* Reads the command line; nothing is copied. False: what is wrong, and what would be right, was
 * said on `errors`. */
bool options_parse(struct dhs_arena *arena, int argc, char **argv, struct options *options,
                   FILE *errors);

#endif
