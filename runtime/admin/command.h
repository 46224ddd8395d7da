/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The command line of dhadmin. One table of verbs and one of options make parsing, --help and the
 * suggestions for what was mistyped.
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
    DHI_EXIT_PROBLEMS = 1,    /* diagnose found some */
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

struct dhi_request {
    const struct dhi_command *command;
    const char *argument; /* NULL: not given */
    const char *broker;
    const char *field;
    uint64_t count; /* 0: no end */
    bool json, csv, zones, once;
    bool has_secret;
    unsigned char secret[DH_SECRET_BYTES];
    struct dhi_look look;
    FILE *out, *err;
};

struct dhi_command {
    const char *verb;
    const char *argument; /* "CHANNEL"; in brackets if it may be left out */
    unsigned options;     /* bits of the table of options */
    const char *summary;  /* after the verb in --help */
    const char *details;  /* in the verb's own --help */
    enum dhi_exit (*run)(const struct dhi_request *request);
};

/* Fill the request from a command line. DHI_RUN: request->command->run(request) is to come; else an
 * exit code, all has been said. out, err and look stand in the request already. */
enum { DHI_RUN = -1 };
int dhi_parse(int argc, const char *const *argv, struct dhi_request *request);

/* The look for that stream: colour on terminals, unless NO_COLOR is set. */
struct dhi_look dhi_look_of(FILE *out);

/* Say on err what failed, and what to do about it. Returns the exit code that stands for it. */
enum dhi_exit dhi_complain(const struct dhi_request *request, const char *what, dh_err err,
                           const struct dh_why *why);

/* The secret of the request, or NULL. */
const void *dhi_secret(const struct dhi_request *request);

/* How many letters must be changed to make one of the other, at most 100. */
unsigned dhi_distance(const char *a, const char *b);

enum dhi_exit dhi_run_list(const struct dhi_request *request);
enum dhi_exit dhi_run_info(const struct dhi_request *request);
enum dhi_exit dhi_run_diagnose(const struct dhi_request *request);
enum dhi_exit dhi_run_echo(const struct dhi_request *request);
enum dhi_exit dhi_run_schema(const struct dhi_request *request);

#endif
