/* SPDX-License-Identifier: Apache-2.0
 *
 * membarrier.h - a full fence in every running thread of every process that asked for it, paid by
 * the caller.
 *
 * With it the hot side of a store-load handshake needs no fence of its own.
 */
#ifndef DHI_OS_MEMBARRIER_H
#define DHI_OS_MEMBARRIER_H

#include <stdbool.h>

/* Ask for it in this process, once; false where the kernel has none. Any thread. */
bool dhi_membarrier_register(void);

/* The fence, in all of them and here; returns when it is done. About 1 µs and an interrupt for each
 * core that runs such a process. */
void dhi_membarrier(void);

/* The same among the threads of this process alone, which interrupts nobody else. */
bool dhi_membarrier_register_own(void);
void dhi_membarrier_own(void);

#endif
