/* SPDX-License-Identifier: Apache-2.0 */
/* dh_schema_read(): the tables that dhgen writes into generated code, made from the canonical text
 * by who has no generated code. */
#include "base/why.h"
#include "block/schema_text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The schema stands first, so that its address is that of the whole. */
struct made {
    struct dh_schema schema;
    struct dhi_text parts;
    struct dh_root roots[DH_ROOTS_MAX];
    char channel[DH_CHANNEL_MAX + 1];
    struct dh_minor *minors;
    char *text;
};

/* "spinlocks zone NAME . N" among the lines behind `meaning`. */
static uint32_t spinlocks_of(const struct dhi_text *parts, const char *zone)
{
    char begin[DH_NAME_MAX + 24];
    int length = snprintf(begin, sizeof begin, "spinlocks zone %s . ", zone);
    size_t at = parts->meaning;
    struct dhi_line line;

    while (dhi_line_next(parts->text, parts->bytes, &at, &line))
        if (line.bytes > (size_t)length && memcmp(line.text, begin, (size_t)length) == 0)
            return (uint32_t)strtoul(line.text + length, NULL, 10);
    return 0;
}

static void describe_root(struct made *made, uint32_t index, struct dh_minor *minors)
{
    const struct dhi_text_root *root = &made->parts.roots[index];

    for (uint32_t k = 0; k < root->n_minors; k++) {
        minors[k].minor = root->minors[k].number;
        minors[k].size_bytes = root->minors[k].size_bytes;
        dhi_text_lineage(&made->parts, root, k, minors[k].lineage);
    }
    made->roots[index] =
        (struct dh_root){ .name = root->name,
                          .size_bytes = root->minors[root->n_minors - 1].size_bytes,
                          .n_minors = root->n_minors,
                          .minors = minors,
                          .n_spinlocks = root->shared ? spinlocks_of(&made->parts, root->name) : 0,
                          .shared = root->shared };
}

/* "lab.imu/imu 1" is "lab.imu.imu". */
static void name_channel(struct made *made)
{
    char *slash;

    snprintf(made->channel, sizeof made->channel, "%.*s", (int)strcspn(made->parts.family, " "),
             made->parts.family);
    slash = strchr(made->channel, '/');
    if (slash != NULL) *slash = '.';
}

static dh_err fill(struct made *made, const char *text, size_t bytes,
                   const struct dh_policy *policy, struct dh_why *why)
{
    uint32_t n_minors = 0;
    dh_err err;

    made->text = malloc(bytes + 1);
    if (made->text == NULL) return dhi_why_errno(why, "malloc");
    memcpy(made->text, text, bytes);
    made->text[bytes] = '\0';
    err = dhi_text_scan(&made->parts, made->text, bytes, why);
    if (err != DH_OK) return err;
    for (uint32_t i = 0; i < made->parts.n_roots; i++)
        n_minors += made->parts.roots[i].n_minors;
    made->minors = calloc(n_minors > 0 ? n_minors : 1, sizeof *made->minors);
    if (made->minors == NULL) return dhi_why_errno(why, "malloc");
    for (uint32_t i = 0, at = 0; i < made->parts.n_roots; at += made->parts.roots[i++].n_minors)
        describe_root(made, i, made->minors + at);
    name_channel(made);
    made->schema = (struct dh_schema){ .abi = DH_SCHEMA_ABI,
                                       .minor = made->parts.newest_minor,
                                       .family = made->parts.family,
                                       .channel = made->channel,
                                       .text = made->text,
                                       .text_bytes = (uint32_t)bytes,
                                       .n_roots = made->parts.n_roots,
                                       .roots = made->roots,
                                       .policy = *policy };
    dhi_hash(text, bytes, made->schema.hash);
    return DH_OK;
}

dh_err dh_schema_read(struct dh_schema **schema, const char *text, size_t bytes,
                      const struct dh_policy *policy, struct dh_why *why)
{
    struct made *made;
    dh_err err;

    if (bytes > DHI_TEXT_MAX)
        return dhi_why(why, DH_ECORRUPT, "a schema text of %zu bytes is over the limit", bytes);
    made = calloc(1, sizeof *made);
    if (made == NULL) return dhi_why_errno(why, "malloc");
    err = fill(made, text, bytes, policy, why);
    if (err == DH_OK)
        *schema = &made->schema;
    else
        dh_schema_free(&made->schema);
    return err;
}

void dh_schema_free(struct dh_schema *schema)
{
    struct made *made = (struct made *)schema;

    if (made == NULL) return;
    free(made->minors);
    free(made->text);
    free(made);
}
