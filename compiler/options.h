/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The command line. One table of verbs and one of options make both the parsing and --help.
 */
#ifndef DHGEN_OPTIONS_H
#define DHGEN_OPTIONS_H

#include <stdbool.h>
#include <stdio.h>

#include "arena.h"

enum dump { DUMP_NONE, DUMP_MODEL, DUMP_LAYOUT, DUMP_CANON };
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
    const char *out_dir;
    const char *language;
    const char *depfile; /* or NULL */
    const char *channel; /* or NULL: the only one */
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

/* Reads the command line; nothing is copied. False: what is wrong, and what would be right, was
 * said on `errors`. */
bool options_parse(struct dhs_arena *arena, int argc, char **argv, struct options *options,
                   FILE *errors);

void options_print_help(struct dhs_arena *arena, FILE *out);

#endif
