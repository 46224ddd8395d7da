/* SPDX-License-Identifier: Apache-2.0
 *
 * lease.h - proof of life, held by the kernel: record locks of open file descriptions on a page
 * without data.
 *
 * A lock lives exactly as long as the open file description that took it: it survives pid reuse,
 * zombies and pid namespaces, and is gone with the process, however it ended. A passed or
 * duplicated descriptor shares its lock owner, so each participant opens the page anew. A forked
 * child would keep it: descriptors that are opened or adopted here are closed there.
 */
#ifndef DHI_OS_LEASE_H
#define DHI_OS_LEASE_H

#include <stdbool.h>

/* A description of its own of the page behind `fd`; -1 with errno. Close with dhi_lease_close. */
int dhi_lease_open(int fd);
/* Keep `fd` itself: of a page that is another user's, which this one cannot open again, the broker
 * gives a description that nobody else has. False: no memory. Close with dhi_lease_close. */
bool dhi_lease_adopt(int fd);
void dhi_lease_close(int fd);

/* Lock one byte, without waiting. False: somebody else holds it (or the descriptor is bad). */
bool dhi_lease_lock(int fd, unsigned byte);
void dhi_lease_unlock(int fd, unsigned byte);

/* Whether another description holds the byte. */
bool dhi_lease_held(int fd, unsigned byte);

#endif
