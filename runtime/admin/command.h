/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The command line of dhadmin. One table of verbs (verbs.def) and one of options (options.def) make
 * parsing, --help, the suggestions for what was mistyped, completion and the manual page.
 */
#ifndef DHI_ADMIN_COMMAND_H
#define DHI_ADMIN_COMMAND_H

#include <dh/error.h>
#include <dh/producer.h>

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

enum dhi_exit {
    DHI_EXIT_FINE = 0,
    DHI_EXIT_PROBLEMS = 1,    /* some were found, or are left */
    DHI_EXIT_USAGE = 64,      /* the command line makes no sense */
    DHI_EXIT_DATA = 65,       /* what was read is damaged or of another release */
    DHI_EXIT_NO_CHANNEL = 66, /* nor schema */
    DHI_EXIT_NO_BROKER = 69,
    DHI_EXIT_TRY_AGAIN = 75, /* memory, descriptors, a system call, a deadline */
    DHI_EXIT_NOT_ALLOWED = 77,
};

/* How output looks: escape sequences, all empty where colour is not wanted. */
struct dhi_look {
    const char *bold, *dim, *good, *bad, *plain;
    unsigned columns;
};

enum { DHI_ARGUMENTS_MAX = 3 };

struct dhi_request {
    const struct dhi_command *command;
    const char *arguments[DHI_ARGUMENTS_MAX];
    int n_arguments;
    const char *argument; /* the first; NULL: not given */
    const char *broker;
    const char *state; /* the registry's folder; NULL: where this user's is */
    const char *secret_file;
    const char *field;
    const char *schema;
    const char *filter;
    uint64_t count; /* 0: no end */
    uint64_t slots; /* 0: as the schema's channel has it */
    int64_t slot;   /* -1: all */
    int64_t interval_ns;
    bool json, csv, zones, once, follow, names, watch, dry_run, force, reset, prometheus;
    bool overwrite, keep;
    bool has_secret;
    unsigned char secret[DH_SECRET_BYTES];
    struct dhi_look look;
    FILE *out, *err;
};

enum dhi_group { DHI_GROUP_SEE, DHI_GROUP_READ, DHI_GROUP_MEND, DHI_GROUP_OTHER };

struct dhi_command {
    const char *verb;
    const char *arguments; /* "CHANNEL"; in brackets if it may be left out */
    int least, most;
    uint32_t options; /* bits of the table of options */
    enum dhi_group group;
    const char *summary; /* after the verb in --help */
    const char *details; /* in the verb's own --help */
    enum dhi_exit (*run)(const struct dhi_request *request);
};

#define VERB(name, arguments, least, most, options, group, summary, details) \
    enum dhi_exit dhi_run_##name(const struct dhi_request *request);
#include "verbs.def"
#undef VERB

/* Fill the request from a command line. DHI_RUN: request->command->run(request) is to come; else an
 * exit code, all has been said. out, err and look stand in the request already. */
enum { DHI_RUN = -1 };
int dhi_parse(int argc, const char *const *argv, struct dhi_request *request);

/* The tables themselves. */
const struct dhi_command *dhi_commands(size_t *n);
struct dhi_option_row {
    uint32_t bit;
    const char *name, *value, *summary;
};
const struct dhi_option_row *dhi_option_rows(size_t *n);

/* --help of all, and of one verb. */
void dhi_write_help(FILE *out);
void dhi_write_verb_help(FILE *out, const struct dhi_command *command);

/* The look for that stream: colour on terminals, unless NO_COLOR is set. */
struct dhi_look dhi_look_of(FILE *out);

/* Say on err what failed, and what to do about it. Returns the exit code that stands for it. */
enum dhi_exit dhi_complain(const struct dhi_request *request, const char *what, dh_err err,
                           const struct dh_why *why);

/* The secret of the request, or NULL. */
const void *dhi_secret(const struct dhi_request *request);

/* The options that another command needs to reach the same channels: "" or " --broker 'PATH'" … */
enum { DHI_REACH_BYTES = 512 };
const char *dhi_reach(const struct dhi_request *request, char reach[DHI_REACH_BYTES]);

/* How many letters must be changed to make one of the other, at most 100; and the word that was
 * probably meant: no more than a third of its letters differ, else NULL. */
unsigned dhi_distance(const char *a, const char *b);
const char *dhi_nearest(const char *said, const char *const *names, size_t n);

#endif
