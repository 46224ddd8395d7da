/* SPDX-License-Identifier: Apache-2.0
 *
 * hub.h - how a block's descriptors get from the producer to whoever may have them.
 *
 *      producer:  dhi_offer_open ── registers at the broker (and again after a broker's restart),
 * and answers DISCOVER itself on the abstract socket @dh/<uid>/<channel> others:    dhi_discover
 * ──── asks the broker, then the producer
 *
 * The abstract socket has no file, so nothing stays behind when its producer is killed; both sides
 * check with SO_PEERCRED that the other is the same user (or root).
 */
#ifndef DHI_CLIENT_HUB_H
#define DHI_CLIENT_HUB_H

#include "block/bells.h"
#include "block/places.h"
#include "block/ring.h"

#include <dh/hub.h>
#include <dh/observer.h>

/* The descriptors of `channel` for `role` (CONSUMER, OBSERVER, ADMIN, REAPER). `broker` and
 * `secret` as in the options of consumers. Returns ENOTFOUND (sys_errno EREMOTE: the broker says
 * that its producer alone answers, and that does not), EREFUSED, ESECRET, EPROTOCOL, ENOMEM,
 * ESYS. At most deadline_ns. */
dh_err dhi_discover(struct dhi_fds *fds, const char *channel, enum dhi_role role,
                    const char *broker, const void *secret, int64_t deadline_ns,
                    struct dh_why *why);

/* The same for who asks with more particulars (ask.h). */
struct dhi_search;
dh_err dhi_discover_as(struct dhi_fds *fds, const struct dhi_search *search, const char *broker,
                       int64_t deadline_ns, struct dh_why *why);

/* The same of the broker alone, which has the block also of a producer that is dead, or stands
 * still. Also returns ENOBROKER. At most two seconds. */
dh_err dhi_discover_kept(struct dhi_fds *fds, const char *channel, enum dhi_role role,
                         const char *broker, const void *secret, struct dh_why *why);

typedef struct dhi_offer dhi_offer;

/* Offer `block`, which is borrowed, until dhi_offer_close.
 * Consumers that wait in event loops are kept in `bells` meanwhile. `door`, if not -1, is a
 * listener that has the name already. Returns ECONFLICT (names pid and program of the living
 * producer), EREFUSED, ENOMEM, ESYS. One thread per process attends to all offers; signals are
 * blocked in it. */
dh_err dhi_offer_open(dhi_offer **offer, struct dhi_block *block, struct dhi_bells *bells,
                      const char *broker, const void *secret, int door, struct dh_why *why);

/* Look after places that are kept in the offer's block; takes `places`. */
void dhi_offer_look_after(dhi_offer *offer, const struct dhi_places *places);

/* Where the block's producer says whom it waits for; as long as the offer. */
struct dhi_vigil *dhi_offer_vigil(dhi_offer *offer);

/* DEREGISTER, and stop answering. NULL is fine. */
void dhi_offer_close(dhi_offer *offer);

/* An observer of a block that is mapped already; takes it, unless NULL comes back: no memory. */
dh_observer *dhi_observer_of(struct dhi_block *block);

#endif
