/* SPDX-License-Identifier: Apache-2.0
 *
 * pages.h - memory without a name as memfd.h makes it, but of huge pages, or on chosen NUMA nodes.
 *
 * Both are decided when a page is first allocated, and by whoever allocates it: so the memory is
 * mapped once, told what it is to be, and filled, before anybody else sees it.
 */
#ifndef DHI_OS_PAGES_H
#define DHI_OS_PAGES_H

#include <dh/memory.h>

#include <stdbool.h>
#include <stdint.h>

/* What memory is to be; after dhi_pages_create: what it is. */
struct dhi_pages {
    enum dh_pages kind;       /* SMALL, TRANSPARENT, POOL */
    uint32_t huge_page_bytes; /* of dhi_huge_page(kind) */
    enum dh_numa numa;
    uint32_t node;
    uint64_t huge_bytes; /* out */
    int numa_error;      /* out: errno of what stood in the way of a node or nodes; 0: nothing */
};

/* The size of a huge page of that kind here, a power of two; 0: there are none, or they are larger
 * than DH_HUGE_PAGE_MOST. */
uint32_t dhi_huge_page(enum dh_pages kind);

/* How many bytes the pool has that nobody has taken or reserved. */
uint64_t dhi_huge_pool_free(void);

/* As dhi_memfd_create(); bytes is a multiple of huge_page_bytes. Transparent pages and nodes that
 * could not be had leave kind SMALL, numa ANY; a pool that is too small is a failure (ENOMEM). -1
 * with errno. */
int dhi_pages_create(const char *name, uint64_t bytes, struct dhi_pages *pages);

/* As dhi_memfd_map(), at an address that huge pages can be mapped at. Of the pool all are made
 * present, however large it is: 1 GiB are 512 pages. `huge_page_bytes` 0: small. */
void *dhi_pages_map(int fd, uint64_t bytes, uint32_t huge_page_bytes, bool writable, bool present);

#endif
