/* SPDX-License-Identifier: Apache-2.0
 *
 * force.h - a producer that lives and cannot be asked: all its threads stand still, or one of them
 * in the middle of a commit.
 *
 *      dhi_force_find   its block, without its help: the broker has it; where there is no broker,
 *                       the process's own table of descriptors
 *      dhi_force_end    its process is ended, and the kernel proves that it is dead
 *
 * From there on it is a producer that has died. Whoever may not send a signal to that process ends
 * nobody: the kernel decides that.
 */
#ifndef DHI_CLIENT_FORCE_H
#define DHI_CLIENT_FORCE_H

#include "block/segment.h"

/* The block of the process at the other end of `talk`, for role REAPER. Returns ESECRET (the broker
 * proves it; without one nobody can), EREFUSED, ECONFLICT (it has several that could be meant),
 * ESYS, ENOMEM. */
dh_err dhi_force_find(struct dhi_fds *fds, int talk, const char *channel, const char *broker,
                      const void *secret, struct dh_why *why);

/* The block is `old`; `talk` is a connection to its producer, -1: none. `heir`: a successor is
 * about to come, so that consumers wait for it. Returns EREFUSED (that process is another user's),
 * ECONFLICT (it does not end within five seconds, or is not the one that made the block), ESYS. */
dh_err dhi_force_end(struct dhi_block *old, int talk, bool heir, struct dh_why *why);

#endif
