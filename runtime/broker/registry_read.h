/* SPDX-License-Identifier: Apache-2.0
 *
 * registry_read.h - look into a broker's registry, whether the broker runs or not. Nothing is
 * written, and the broker is not held up.
 *
 * A library of its own (target dhregistry: SQLite and nothing of the broker). The broker, dhadmin
 * and tests read with it. One thread at a time for each reader.
 */
#ifndef DHI_BROKER_REGISTRY_READ_H
#define DHI_BROKER_REGISTRY_READ_H

#include <dh/error.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct dhi_registry_reader;

/* Where this user's registry is: $DH_STATE, $STATE_DIRECTORY, and for root /var/lib/dh, for others
 * $XDG_STATE_HOME/dh or ~/.local/state/dh. Returns EINVAL (longer than size, or no home). */
dh_err dhi_registry_folder(char *folder, size_t size);

/* `folder` NULL: the one above. Returns ENOTFOUND (no registry there), EREFUSED (not readable for
 * this user), EFORMAT (of a newer dhbroker), ECORRUPT, ENOMEM. */
dh_err dhi_registry_read_open(struct dhi_registry_reader **reader, const char *folder,
                              struct dh_why *why);
void dhi_registry_read_close(struct dhi_registry_reader *reader);

/* The canonical text of that hash, in *text (free() it), zero terminated. Its hash is NOT checked
 * here: who reads it does. Returns ENOTFOUND, ECORRUPT, ENOMEM. */
dh_err dhi_registry_read_schema(struct dhi_registry_reader *reader, const unsigned char hash[32],
                                char **text, size_t *bytes, struct dh_why *why);

/* Rows, as they are told; texts and blobs live until the call returns. Times are CLOCK_REALTIME
 * microseconds. A visit returns false to end. */
struct dhi_registry_schema {
    const unsigned char *hash; /* 32 bytes */
    const char *family;
    size_t text_bytes;
    uint32_t uid; /* who brought it first */
    int64_t first_us;
};
struct dhi_registry_history {
    const char *channel, *program;
    const unsigned char *hash, *instance; /* 32 and 16 bytes */
    uint32_t minor, pid, uid;
    int64_t from_us, until_us; /* until 0: it is registered, or the broker died since */
    const char *ended;         /* how; NULL: until 0 */
};
struct dhi_registry_audit {
    int64_t at_us;
    const char *event, *channel, *program, *text;
    uint32_t pid, uid;
};
typedef bool dhi_visit_schema(void *context, const struct dhi_registry_schema *row);
typedef bool dhi_visit_history(void *context, const struct dhi_registry_history *row);
typedef bool dhi_visit_audit(void *context, const struct dhi_registry_audit *row);

/* All, by family. Each returns ECORRUPT (the rest cannot be read), ENOMEM. */
dh_err dhi_registry_each_schema(struct dhi_registry_reader *reader, dhi_visit_schema *visit,
                                void *context, struct dh_why *why);
/* Oldest first; `channel` NULL: of all; `hash` NULL: of every schema. */
dh_err dhi_registry_each_history(struct dhi_registry_reader *reader, const char *channel,
                                 const unsigned char hash[32], dhi_visit_history *visit,
                                 void *context, struct dh_why *why);
/* Newest first; `channel` NULL: of all. */
dh_err dhi_registry_each_audit(struct dhi_registry_reader *reader, const char *channel,
                               dhi_visit_audit *visit, void *context, struct dh_why *why);

#endif
