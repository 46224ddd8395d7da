/* SPDX-License-Identifier: Apache-2.0
 *
 * options.h - the command line that all programs of this example share, and how they are ended.
 */
#ifndef PULSE_OPTIONS_H
#define PULSE_OPTIONS_H

#include <dh/error.h>

#include <stdbool.h>
#include <stdint.h>

/* Exit statuses, beside 0. */
enum {
    STATUS_BAD = 1,   /* samples were lost or torn, or the other side died */
    STATUS_SHUT = 2,  /* the channel could not be opened */
    STATUS_USAGE = 64 /* the command line was wrong */
};

struct options {
    const char *program;
    const char *channel; /* NULL: the schema's */
    int64_t end_ns;      /* when to stop; DH_FOREVER without --seconds */
    bool quiet;          /* nothing but the summary */
};

/* `about` is what --help says first. False: end with *status. From here on SIGINT and SIGTERM ask
 * the program to end, which options_time_is_up() tells. */
bool options_parse(int argc, char **argv, const char *about, struct options *options, int *status);

/* Whether --seconds are over, or somebody asked us to stop. */
bool options_time_is_up(const struct options *options);

/* Why a channel could not be opened, and what to do, on standard error. Returns STATUS_SHUT. */
int options_complain(const struct options *options, const struct dh_why *why);

#endif
