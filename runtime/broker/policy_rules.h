/* SPDX-License-Identifier: Apache-2.0
 *
 * policy_rules.h - a policy as it lies in memory: filled by policy_file.c, asked by policy.c.
 */
#ifndef DHI_BROKER_POLICY_RULES_H
#define DHI_BROKER_POLICY_RULES_H

#include "broker/policy.h"

enum dhi_who { DHI_WHO_USER, DHI_WHO_GROUP, DHI_WHO_EVERYBODY };

/* One name in one list of one section. */
struct dhi_rule {
    char *pattern;
    enum dhi_grant grant;
    enum dhi_who who;
    uint32_t id;
};

/* A number that a section sets, and where. */
struct dhi_limit_key {
    const char *name;
    size_t offset; /* in struct dhi_limits, or struct dhi_keeping */
    bool wide;     /* uint64_t */
    uint64_t least, most, unit;
};
extern const struct dhi_limit_key dhi_limit_keys[], dhi_keeping_keys[];
extern const size_t dhi_n_limit_keys, dhi_n_keeping_keys;

uint64_t dhi_key_get(const void *numbers, const struct dhi_limit_key *key);
void dhi_key_set(void *numbers, const struct dhi_limit_key *key, uint64_t value);

struct dhi_user_limits {
    uint32_t uid;
    struct dhi_limits limits;
    bool names_channels;
};

struct dhi_policy {
    struct dhi_rule *rules;
    size_t n_rules;
    struct dhi_user_limits *users;
    size_t n_users;
    struct dhi_limits limits;
    bool names_channels; /* a file says how many */
    struct dhi_keeping keeping;
    size_t n_files;
};

#endif
