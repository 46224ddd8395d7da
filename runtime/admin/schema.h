/* SPDX-License-Identifier: Apache-2.0 */
/* Where a schema comes from: a channel, the beginning of a hash, or a file of canonical text. */
#ifndef DHI_ADMIN_SCHEMA_H
#define DHI_ADMIN_SCHEMA_H

#include "command.h"

#include <dh/schema.h>

struct dhi_schema {
    char *text; /* canonical, zero terminated; its hash was checked, or is of it */
    size_t n;
    unsigned char hash[DH_HASH_BYTES];
    bool has_policy; /* it came from a channel */
    struct dh_policy policy;
};

/* Complains. free() the text. */
enum dhi_exit dhi_schema_find(const struct dhi_request *request, const char *word,
                              struct dhi_schema *schema);

/* schema diff A B: which fields came, went or changed. */
enum dhi_exit dhi_schema_diff(const struct dhi_request *request);

#endif
