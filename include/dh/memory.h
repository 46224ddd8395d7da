/* SPDX-License-Identifier: Apache-2.0
 *
 * memory.h - which pages a block's messages lie in, and on which memory of the machine.
 *
 *      asked for at dh_producer_open ──▶ got, as far as the machine has it ──▶ recorded in the
 * block
 *
 * What was not to be had is no error unless the producer requires it: the block is the same, only
 * slower to touch first. What was got is told by dh_producer_memory_get(), dh_observer_block() and
 * `dhadmin info`. docs/howto/tuning.md says when it pays.
 */
#ifndef DH_MEMORY_H
#define DH_MEMORY_H

#include <dh/error.h>

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Pages of the data segment: slot words, payloads, zones of the producer. */
enum dh_pages {
    DH_PAGES_SMALL = 0,       /* the machine's ordinary ones */
    DH_PAGES_HUGE = 1,        /* asked for: POOL, else TRANSPARENT, else SMALL */
    DH_PAGES_TRANSPARENT = 2, /* huge ones that the kernel finds at the moment of opening; where
                                 .../transparent_hugepage/shmem_enabled is not `never` */
    DH_PAGES_POOL = 3,        /* huge ones of the pool that an administrator has set aside in
                                 /proc/sys/vm/nr_hugepages */
};

/* Memory of which processors' side, on machines where that makes a difference. */
enum dh_numa {
    DH_NUMA_ANY = 0,        /* the kernel's choice: the side of the processor that opens */
    DH_NUMA_NODE = 1,       /* one node; where it is full, another gives */
    DH_NUMA_INTERLEAVE = 2, /* in turn of all nodes that this process may use */
};

enum { DH_NUMA_NODES = 1023 }; /* node numbers are below that */
enum {
    DH_HUGE_PAGE_MOST = 32 << 20
}; /* bytes; larger huge pages are not used: a block is rounded
      up to whole ones */

/* What was asked for, and what was got. */
struct dh_memory {
    enum dh_pages asked_pages;
    enum dh_pages pages;      /* SMALL, TRANSPARENT, POOL */
    uint32_t huge_page_bytes; /* 0: small ones */
    uint64_t huge_bytes;      /* how much of the data segment lay in huge ones when it was made */
    enum dh_numa asked_numa;
    enum dh_numa numa;
    uint32_t asked_node, node; /* of DH_NUMA_NODE, else 0 */
};

/* The name of `pages`: "small", "huge", "transparent", "pool"; "?" for other values. Never blocks.
 * Any thread. */
DH_API const char *dh_pages_name(enum dh_pages pages);

/* The name of `numa`: "any", "node", "interleave"; "?" for other values. Never blocks. Any thread.
 */
DH_API const char *dh_numa_name(enum dh_numa numa);

#ifdef __cplusplus
}
#endif
#endif
