/* SPDX-License-Identifier: Apache-2.0
 *
 * channel.h - a channel as it is offered: its facts, its descriptors, the key of its secret. The
 * producer has one for each of its blocks, the broker one for each that was registered.
 */
#ifndef DHI_WIRE_CHANNEL_H
#define DHI_WIRE_CHANNEL_H

#include "block/segment.h"
#include "wire/proof.h"

struct dhi_channel {
    struct dhi_wire_entry entry;
    struct dhi_fds fds; /* data: read-only; lease: a description of its own, without lock */
    bool strict;
    int shown; /* of a strict block: the lease that is shown to who looks on; -1: none */
    uint32_t owner_uid;
    uint64_t close_offset; /* of the block's `close`, in its data */
    unsigned char *key;    /* attach key, in guarded memory; NULL: no secret */
};

#define DHI_NO_CHANNEL ((struct dhi_channel){ .fds = DHI_NO_FDS, .shown = -1 })

/* Offer a block whose header was checked. All descriptors are new: whoever receives one shares
 * no lock with its producer. `key` NULL: no secret. Returns ENOMEM, ESYS, ESEAL (a descriptor is no
 * sealed memory). */
dh_err dhi_channel_make(struct dhi_channel *channel, const struct dhi_header *head,
                        const struct dhi_fds *fds, const unsigned char *key, struct dh_why *why);
/* The same for descriptors that were received, and seen to be sealed memory: on success what serves
 * as it is becomes the channel's, and is -1 in `fds`; the rest stays the caller's. */
dh_err dhi_channel_take(struct dhi_channel *channel, const struct dhi_header *head,
                        struct dhi_fds *fds, const unsigned char *key, struct dh_why *why);

/* Close and forget. */
void dhi_channel_free(struct dhi_channel *channel);

/* All that there is, for who keeps it: in the order of the flags, borrowed. */
uint8_t dhi_channel_all(const struct dhi_channel *channel, struct dhi_cargo *cargo);

/* What `role` gets, likewise, but that `owned` is the caller's to close: the lease, opened anew
 * read-only, of observers; -1 for all others, and where it cannot be had (then there are no parts).
 * Of a strict block nothing that anybody's life hangs on: a consumer's record is another matter
 * (block/strict.h). */
uint8_t dhi_channel_parts(const struct dhi_channel *channel, uint8_t role, struct dhi_cargo *cargo,
                          int *owned);

/* Whether its producer has ended it, or is about to, for a successor. */
bool dhi_channel_closes(const struct dhi_channel *channel);

/* Whether its producer lives, as the kernel says, and has not closed it for good. */
bool dhi_channel_lives(const struct dhi_channel *channel);

/* Of a dead one: the process that ended it by force, as that one wrote down; 0: none. */
uint32_t dhi_channel_ended_by(const struct dhi_channel *channel);

#endif
