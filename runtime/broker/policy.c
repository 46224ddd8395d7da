/* SPDX-License-Identifier: Apache-2.0 */
#include "broker/policy_rules.h"

#include <fnmatch.h>
#include <inttypes.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#define LIMIT(field, wide, least, most, unit)                               \
    {                                                                       \
#field, offsetof(struct dhi_limits, field), wide, least, most, unit \
    }

const struct dhi_limit_key dhi_limit_keys[] = {
    LIMIT(connections, false, 1, 1 << 20, 1),
    LIMIT(channels, false, 0, 1 << 20, 1),
    { "kept_mib", offsetof(struct dhi_limits, kept_bytes), true, 0, 1 << 20, 1 << 20 },
    LIMIT(refusals_per_s, false, 0, 1000000, 1),
};
const size_t dhi_n_limit_keys = sizeof dhi_limit_keys / sizeof dhi_limit_keys[0];

#define KEEPING(field, wide, least, most)                                 \
    {                                                                     \
#field, offsetof(struct dhi_keeping, field), wide, least, most, 1 \
    }

const struct dhi_limit_key dhi_keeping_keys[] = {
    KEEPING(days, true, 1, 36500),
    KEEPING(schemas, false, 1, 1 << 24),
    KEEPING(audit_rows, false, 1, 1 << 30),
    KEEPING(history_rows, false, 1, 1 << 30),
    KEEPING(waiting_rows, false, 1, 1 << 24),
};
const size_t dhi_n_keeping_keys = sizeof dhi_keeping_keys / sizeof dhi_keeping_keys[0];

const char *dhi_grant_name(enum dhi_grant grant)
{
    static const char *const names[DHI_GRANTS] = { "producers", "observers", "consumers",
                                                   "admins" };

    return names[grant];
}

uint64_t dhi_key_get(const void *numbers, const struct dhi_limit_key *key)
{
    uint32_t narrow;
    uint64_t value;

    if (key->wide) {
        memcpy(&value, (const char *)numbers + key->offset, sizeof value);
        return value / key->unit;
    }
    memcpy(&narrow, (const char *)numbers + key->offset, sizeof narrow);
    return narrow;
}

void dhi_key_set(void *numbers, const struct dhi_limit_key *key, uint64_t value)
{
    uint32_t narrow = (uint32_t)value;

    value *= key->unit;
    if (key->wide)
        memcpy((char *)numbers + key->offset, &value, sizeof value);
    else
        memcpy((char *)numbers + key->offset, &narrow, sizeof narrow);
}

/* ---- questions --------------------------------------------------------------------------- */

static bool is_among(const struct dhi_rule *rule, const struct dhi_asker *asker)
{
    switch (rule->who) {
    case DHI_WHO_EVERYBODY: return true;
    case DHI_WHO_USER: return rule->id == asker->uid;
    case DHI_WHO_GROUP:
        for (size_t i = 0; i < asker->n_gids; i++)
            if (asker->gids[i] == rule->id) return true;
        return false;
    }
    return false;
}

bool dhi_policy_grants(const dhi_policy *policy, const char *channel, const struct dhi_asker *asker,
                       enum dhi_grant grant)
{
    for (size_t i = 0; i < policy->n_rules; i++) {
        const struct dhi_rule *rule = &policy->rules[i];
        bool includes =
            rule->grant == grant || (grant != DHI_GRANT_PRODUCER && rule->grant > grant);

        if (includes && is_among(rule, asker) && fnmatch(rule->pattern, channel, 0) == 0)
            return true;
    }
    return false;
}

bool dhi_policy_reserves(const dhi_policy *policy, const char *channel)
{
    for (size_t i = 0; i < policy->n_rules; i++)
        if (policy->rules[i].grant == DHI_GRANT_PRODUCER &&
            fnmatch(policy->rules[i].pattern, channel, 0) == 0)
            return true;
    return false;
}

void dhi_policy_set_channels(dhi_policy *policy, uint32_t channels_default)
{
    if (!policy->names_channels) policy->limits.channels = channels_default;
    for (size_t i = 0; i < policy->n_users; i++)
        if (!policy->users[i].names_channels)
            policy->users[i].limits.channels = policy->limits.channels;
}

const struct dhi_limits *dhi_policy_limits(const dhi_policy *policy, uint32_t uid)
{
    for (size_t i = 0; i < policy->n_users; i++)
        if (policy->users[i].uid == uid) return &policy->users[i].limits;
    return &policy->limits;
}

const struct dhi_keeping *dhi_policy_keeping(const dhi_policy *policy)
{
    return &policy->keeping;
}

size_t dhi_policy_files(const dhi_policy *policy)
{
    return policy->n_files;
}

void dhi_policy_free(dhi_policy *policy)
{
    if (policy == NULL) return;
    for (size_t i = 0; i < policy->n_rules; i++)
        free(policy->rules[i].pattern);
    free(policy->rules);
    free(policy->users);
    free(policy);
}

/* ---- as one file ------------------------------------------------------------------------- */

static void print_keys(FILE *out, const void *numbers, const struct dhi_limit_key *keys, size_t n)
{
    for (size_t i = 0; i < n; i++)
        fprintf(out, "%s = %" PRIu64 "\n", keys[i].name, dhi_key_get(numbers, &keys[i]));
}

/* How many channels, where no file says it, is known to the broker that serves alone. */
static void print_limits(FILE *out, const struct dhi_limits *limits, bool names_channels,
                         const char *otherwise)
{
    for (size_t i = 0; i < dhi_n_limit_keys; i++)
        if (!names_channels && dhi_limit_keys[i].offset == offsetof(struct dhi_limits, channels))
            fprintf(out, "; channels: %s\n", otherwise);
        else
            print_keys(out, limits, &dhi_limit_keys[i], 1);
}

void dhi_policy_print(const dhi_policy *policy, FILE *out)
{
    fputs("[limits]\n", out);
    print_limits(out, &policy->limits, policy->names_channels,
                 "a quarter of what the broker's descriptors suffice for");
    for (size_t i = 0; i < policy->n_users; i++) {
        const struct dhi_user_limits *user = &policy->users[i];

        fprintf(out, "[limits %" PRIu32 "]\n", user->uid);
        print_limits(out, &user->limits, user->names_channels, "as in [limits]");
    }
    fputs("[registry]\n", out);
    print_keys(out, &policy->keeping, dhi_keeping_keys, dhi_n_keeping_keys);
    for (size_t i = 0; i < policy->n_rules; i++) {
        const struct dhi_rule *rule = &policy->rules[i];

        fprintf(out, "[channel %s]\n%s = ", rule->pattern, dhi_grant_name(rule->grant));
        if (rule->who == DHI_WHO_EVERYBODY)
            fputs("*\n", out);
        else
            fprintf(out, "%s%" PRIu32 "\n", rule->who == DHI_WHO_GROUP ? "@" : "", rule->id);
    }
}
