/* SPDX-License-Identifier: Apache-2.0
 *
 * hub.h - who is there: the list of channels, from the broker and from producers found directly.
 *
 * Programs that open producers and consumers need none of this. Each call is one or few round trips
 * and takes no longer than its deadline. Any thread.
 */
#ifndef DH_HUB_H
#define DH_HUB_H

#include <dh/schema.h>
#include <dh/time.h>

#ifdef __cplusplus
extern "C" {
#endif

enum dh_via {
    DH_VIA_BROKER = 1,
    DH_VIA_DIRECT = 2,
    DH_VIA_BOTH = 3,
};

struct dh_channel_entry {
    char channel[DH_CHANNEL_MAX + 1];
    char family[160];
    unsigned char schema_hash[DH_HASH_BYTES];
    uint32_t pid, uid;
    char program[48];
    enum dh_via via;
    bool alive;  /* else the broker keeps a dead producer's last data */
    bool silent; /* alive, and did not answer: stopped, say. Found directly alone, it is known by
                    channel, pid and uid; the rest is zero */
    enum dh_full full;
    uint32_t n_slots;
};

/* The channels whose names match `pattern` (fnmatch; NULL: all), sorted by name, in *entries
 * (free() it). `broker` as in the options of producers; a broker that does not answer is no error:
 * *broker_answers tells. Returns EINVAL, ENOMEM, ESYS. */
DH_API DH_MUST_USE dh_err dh_hub_list(const char *broker, const char *pattern, int64_t deadline_ns,
                                      struct dh_channel_entry **entries, size_t *n_entries,
                                      bool *broker_answers, struct dh_why *why);

/* The canonical text of the schema with that hash, from the broker's registry, in *text (free()
 * it), *bytes long without its terminator. Its hash was checked. Returns ENOTFOUND, ENOBROKER,
 * EPROTOCOL, ENOMEM, ESYS. */
DH_API DH_MUST_USE dh_err dh_hub_schema(const char *broker, const unsigned char hash[DH_HASH_BYTES],
                                        int64_t deadline_ns, char **text, size_t *bytes,
                                        struct dh_why *why);

/* Where the broker is looked for: `broker` if given, else $DH_BROKER,
 * $XDG_RUNTIME_DIR/dh/broker.sock, /run/dh/broker.sock: written to path, which holds `size` bytes.
 * Never blocks. Returns EINVAL (longer than size). */
DH_API DH_MUST_USE dh_err dh_hub_socket_path(const char *broker, char *path, size_t size);

#ifdef __cplusplus
}
#endif
#endif
