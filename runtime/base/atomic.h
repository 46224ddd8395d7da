/* SPDX-License-Identifier: Apache-2.0
 *
 * atomic.h - the ways in which this runtime touches memory that another process may touch at
 * the same time.
 *
 * Nothing else in runtime/ orders memory. A use that orders (acquire, release, a fence) carries a
 * label that stands at both ends of the handshake; docs/explain/memory-model.md tabulates them and
 * `./dev lint` finds a label without partner.
 */
#ifndef DHI_BASE_ATOMIC_H
#define DHI_BASE_ATOMIC_H

#include <stdbool.h>
#include <stdint.h>

/* Plain values that may be old; never torn. */
#define dhi_load_relaxed(pointer)         __atomic_load_n(pointer, __ATOMIC_RELAXED)
#define dhi_store_relaxed(pointer, value) __atomic_store_n(pointer, value, __ATOMIC_RELAXED)

/* Who loads what was stored with release sees all that was written before that store. */
#define dhi_load_acquire(pointer)         __atomic_load_n(pointer, __ATOMIC_ACQUIRE)
#define dhi_store_release(pointer, value) __atomic_store_n(pointer, value, __ATOMIC_RELEASE)

/* Compare and swap, acquire on success and release: only the locks of shared zones have several
 * writers. */
#if defined __riscv /* gcc 12 writes lr.aq and sc.aq there, and nothing that releases */
#define dhi_cas(pointer, expected, desired)                                              \
    (dhi_fence_release(), __atomic_compare_exchange_n(pointer, expected, desired, false, \
                                                      __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE))
#else
#define dhi_cas(pointer, expected, desired)                                          \
    __atomic_compare_exchange_n(pointer, expected, desired, false, __ATOMIC_ACQ_REL, \
                                __ATOMIC_ACQUIRE)
#endif

/* Fences, where one side's stores must be ordered with its later loads or with stores of the other
 * kind. */
#define dhi_fence_acquire() __atomic_thread_fence(__ATOMIC_ACQUIRE)
#define dhi_fence_release() __atomic_thread_fence(__ATOMIC_RELEASE)
#define dhi_fence_full()    __atomic_thread_fence(__ATOMIC_SEQ_CST)

/* Keeps the compiler's order and costs no instruction: where the other side orders for both
 * (membarrier), or is the kernel looking at this very thread. */
#define dhi_fence_compiler() __atomic_signal_fence(__ATOMIC_SEQ_CST)

/* "I am spinning": lets the other hyper-thread run. */
static inline void dhi_pause(void)
{
#if defined __x86_64__ || defined __i386__
    __builtin_ia32_pause();
#elif defined __aarch64__
    __asm__ volatile("yield");
#endif
}

#endif
