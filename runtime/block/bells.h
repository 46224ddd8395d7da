/* SPDX-License-Identifier: Apache-2.0
 *
 * bells.h - the consumers of a block that wait in event loops: a socket each, which becomes
 * readable when there is something to look at, and by itself when the producer is gone.
 *
 *      attendant's thread   takes the connection, keeps it in this list until it hangs up
 * (client/visit.c) producer's thread    rings all of them where it wakes sleepers (sleep.c)
 *
 * A bell is rung by a packet that does not wait and raises no signal: a consumer that does not
 * listen costs its own wake-ups alone.
 */
#ifndef DHI_BLOCK_BELLS_H
#define DHI_BLOCK_BELLS_H

#include <stdbool.h>
#include <stddef.h>

struct dhi_bells;

/* Room for n_max of them; NULL with errno. */
struct dhi_bells *dhi_bells_new(size_t n_max);
void dhi_bells_free(struct dhi_bells *bells); /* NULL is fine; the sockets are their owner's */

/* Whoever takes a connection says so and adds it while nobody can ring: the consumer raises the
 * hint after it was told, so the ring that answers this hint comes after the addition. */
void dhi_bells_lock(struct dhi_bells *bells);
void dhi_bells_unlock(struct dhi_bells *bells);
bool dhi_bells_have_room(const struct dhi_bells *bells); /* locked */
void dhi_bells_add(struct dhi_bells *bells, int fd);     /* locked, and there is room */

void dhi_bells_remove(struct dhi_bells *bells, int fd);
void dhi_bells_ring(struct dhi_bells *bells);

#endif
