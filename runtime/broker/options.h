/* SPDX-License-Identifier: Apache-2.0
 *
 * options.h - dhbroker's command line.
 */
#ifndef DHI_BROKER_OPTIONS_H
#define DHI_BROKER_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

struct dhi_broker_options {
    bool foreground, verbose;
    int64_t keep_ns;
    bool check;          /* say what the policy is, and end */
    const char *backup;  /* NULL: serve */
    const char *metrics; /* NULL: none are offered */
    bool must;           /* the policy's file was named: it must be there */
    char policy[3072];   /* "": none */
    char socket[108];
    char state[3072]; /* "": the registry is in memory alone */
};

/* True: all was said already (help, version, or what is wrong); end with *status. */
bool dhi_broker_options_read(struct dhi_broker_options *options, int argc, char **argv,
                             int *status);

#endif
