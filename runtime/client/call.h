/* SPDX-License-Identifier: Apache-2.0
 *
 * call.h - reach who answers: the broker at its path, a producer at its abstract name; and know
 * that it is one of ours.
 */
#ifndef DHI_CLIENT_CALL_H
#define DHI_CLIENT_CALL_H

#include "wire/message.h"

#include <dh/time.h>

enum { DHI_SOCKET_PATH_BYTES = 108 };

/* How long a killed process may keep its name and its lease: one of 100 GB. */
#define DHI_PUT_AWAY_NS (10 * DH_S)

/* What a producer of user `uid` answers on. */
void dhi_direct_address(struct dhi_address *address, uint32_t uid, const char *channel);

struct dhi_direct_name {
    uint32_t uid;
    char channel[DHI_WIRE_CHANNEL_BYTES];
};

/* Every channel that is answered for directly and that this user may attach to (root: all), in
 * *names (free() it). Returns ENOMEM, ESYS. */
dh_err dhi_direct_scan(struct dhi_direct_name **names, size_t *n_names, struct dh_why *why);

/* A connection to somebody whom this user trusts: itself and root (root: anybody). `peer` may be
 * NULL. Returns `absent` (nobody listens, or nobody accepts until the deadline), EREFUSED
 * (a stranger sits there), ENOMEM, ESYS. */
dh_err dhi_call(int *fd, const struct dhi_address *address, const char *name, dh_err absent,
                struct dhi_peer *peer, int64_t deadline_ns, struct dh_why *why);

/* The same to the broker; `broker` as in the options of producers. Returns ENOBROKER (also for a
 * stranger's socket), EINVAL, ENOMEM, ESYS. */
dh_err dhi_call_broker(int *fd, const char *broker, int64_t deadline_ns, struct dh_why *why);

/* The deadline of a call that opens something: 0 is two seconds from now. */
int64_t dhi_call_deadline(int64_t deadline_ns);
/* Half of what is left, at most two seconds: for the first of two that may hang. */
int64_t dhi_call_half(int64_t deadline_ns);

#endif
