/* SPDX-License-Identifier: Apache-2.0
 *
 * memfd.h - memory without a name: made, sealed, checked, mapped.
 */
#ifndef DHI_OS_MEMFD_H
#define DHI_OS_MEMFD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Make `bytes` of zeroed memory, all of it allocated now, readable by its owner alone. `name` is
 * for /proc/pid/maps. -1 with errno. */
int dhi_memfd_create(const char *name, uint64_t bytes);

/* The same without memory yet: whoever asks fills it (pages.h). `pool`: of huge pages, of which
 * bytes is a multiple. -1 with errno. */
int dhi_memfd_reserve(const char *name, uint64_t bytes, bool pool);

/* Seal the size for ever, and with `read_only` also against every later writable mapping and
 * write(). False with errno. */
bool dhi_memfd_seal(int fd, bool read_only);

/* Whether fd is memory, and not something that could hang who reads or opens it. */
bool dhi_memfd_is(int fd);

/* Whether fd is such memory, sealed so, of exactly `bytes`. */
bool dhi_memfd_is_sealed(int fd, bool read_only, uint64_t bytes);

/* Up to so many bytes are made present when they are mapped: some milliseconds. All pages of 1 GiB
 * would take a tenth of a second, of whoever attaches. */
#define DHI_PRESENT_MOST (UINT64_C(64) << 20)

/* Map it, not inherited by children; `present`: with all its pages, unless it is larger than that,
 * so that no first touch costs later. NULL with errno. */
void *dhi_memfd_map(int fd, uint64_t bytes, bool writable, bool present);

/* Address space of our own, zero, not inherited by children: to be written, or to lay memory over.
 * NULL with errno. */
void *dhi_memory_reserve(uint64_t bytes, bool writable);

/* Lay whole pages that are mapped at `from` over those at `to`, in one step for all threads. False
 * with errno: nothing has changed. */
bool dhi_memory_move(void *from, uint64_t bytes, void *to);

/* Map fd for writing, with all its pages, over those at `at`, in one step. False with errno. */
bool dhi_memfd_map_at(int fd, uint64_t bytes, void *at);

/* A description of its own, to read and write; -1 with errno. */
int dhi_memfd_reopen(int fd);

/* One that can only read; -1 with errno. */
int dhi_memfd_reopen_read_only(int fd);

/* How many bytes the machine can give without swapping; UINT64_MAX if it does not say. */
uint64_t dhi_memory_available(void);

#endif
