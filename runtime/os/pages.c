/* SPDX-License-Identifier: Apache-2.0 */
#include "os/pages.h"

#include "os/memfd.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <linux/magic.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

#ifndef MADV_POPULATE_WRITE
#define MADV_POPULATE_WRITE 23 /* Linux 5.14 */
#endif

const char *dh_pages_name(enum dh_pages pages)
{
    static const char *const names[] = { "small", "huge", "transparent", "pool" };

    return (unsigned)pages < 4 ? names[pages] : "?";
}

const char *dh_numa_name(enum dh_numa numa)
{
    static const char *const names[] = { "any", "node", "interleave" };

    return (unsigned)numa < 3 ? names[numa] : "?";
}

/* ---- what the machine has ---- */

/* Of the first words "name: N" of a file of the kernel's; 0 if they are not there. */
static uint64_t number_in(const char *path, const char *name)
{
    FILE *file = fopen(path, "re");
    size_t n = strlen(name);
    uint64_t number = 0;
    char line[256];

    if (file == NULL) return 0;
    while (fgets(line, sizeof line, file) != NULL)
        if (strncmp(line, name, n) == 0 && sscanf(line + n, "%" SCNu64, &number) == 1) break;
    fclose(file);
    return number;
}

static bool transparent_is_off(void)
{
    FILE *file = fopen("/sys/kernel/mm/transparent_hugepage/shmem_enabled", "re");
    char line[128] = "";
    bool read = file != NULL && fgets(line, sizeof line, file) != NULL;

    if (file != NULL) fclose(file);
    return !read || strstr(line, "[never]") != NULL || strstr(line, "[deny]") != NULL;
}

uint32_t dhi_huge_page(enum dh_pages kind)
{
    uint64_t bytes = 0;

    if (kind == DH_PAGES_POOL)
        bytes = number_in("/proc/meminfo", "Hugepagesize:") * 1024;
    else if (kind == DH_PAGES_TRANSPARENT && !transparent_is_off())
        bytes = number_in("/sys/kernel/mm/transparent_hugepage/hpage_pmd_size", "");
    return bytes <= DH_HUGE_PAGE_MOST && (bytes & (bytes - 1)) == 0 ? (uint32_t)bytes : 0;
}

uint64_t dhi_huge_pool_free(void)
{
    uint64_t n = number_in("/proc/meminfo", "HugePages_Free:"),
             reserved = number_in("/proc/meminfo", "HugePages_Rsvd:");

    return n > reserved ? (n - reserved) * dhi_huge_page(DH_PAGES_POOL) : 0;
}

/* ---- NUMA: three system calls, without libnuma ---- */

enum {
    BITS = 1024, /* of node masks; the kernel takes one fewer, DH_NUMA_NODES */
    PREFERRED = 1,
    INTERLEAVE = 3, /* policies */
    OF_ADDRESS = 2,
    ALLOWED = 4, /* what get_mempolicy is asked */
    AS_NODE = 1,
    LOOKS = 64, /* at pages, spread over the segment */
    WORD = sizeof(unsigned long) * CHAR_BIT,
};

static long kernel_mbind(void *memory, uint64_t bytes, int policy, const unsigned long *nodes)
{
    return syscall(SYS_mbind, memory, bytes, policy, nodes, (unsigned long)BITS, 0u);
}

/* The nodes that this process may use. Returns how many. */
static int allowed(unsigned long nodes[BITS / WORD])
{
    int n = 0;

    if (syscall(SYS_get_mempolicy, NULL, nodes, (unsigned long)BITS, NULL, ALLOWED) != 0) return 0;
    for (size_t i = 0; i < BITS / WORD; i++)
        n += __builtin_popcountl(nodes[i]);
    return n;
}

static int ask_for_nodes(void *memory, uint64_t bytes, const struct dhi_pages *pages)
{
    unsigned long nodes[BITS / WORD] = { 0 };
    int policy = pages->numa == DH_NUMA_NODE ? PREFERRED : INTERLEAVE;

    if (pages->numa == DH_NUMA_NODE)
        nodes[pages->node / WORD] = 1ul << pages->node % WORD;
    else if (allowed(nodes) == 0)
        return errno;
    return kernel_mbind(memory, bytes, policy, nodes) == 0 ? 0 : errno;
}

/* Whether pages lie where they should; each is one of a node, or they are of more than one. */
static int look_at_nodes(const void *memory, uint64_t bytes, const struct dhi_pages *pages)
{
    uint64_t page = pages->huge_page_bytes > 0 ? pages->huge_page_bytes : (uint64_t)4096,
             n = bytes / page, step = n > LOOKS ? n / LOOKS | 1 : 1; /* odd: all turns are met */
    int first = -1;
    bool several = false;

    for (uint64_t i = 0; i < n; i += step) {
        const char *at = (const char *)memory + i * page;
        int node;

        if (syscall(SYS_get_mempolicy, &node, NULL, 0ul, at, AS_NODE | OF_ADDRESS) != 0)
            return errno;
        if (first < 0) first = node;
        several |= node != first;
        if (pages->numa == DH_NUMA_NODE && node != (int)pages->node) return ENOSPC;
    }
    return pages->numa == DH_NUMA_NODE || several ? 0 : ENODEV;
}

/* ---- making ---- */

/* How many bytes of the mapping are mapped by huge pages, as the kernel counts. */
static uint64_t count_transparent(const void *memory)
{
    FILE *file = fopen("/proc/self/smaps", "re");
    uint64_t kib = 0, from, to;
    char line[512];
    bool ours = false;

    if (file == NULL) return 0;
    while (fgets(line, sizeof line, file) != NULL) {
        if (sscanf(line, "%" SCNx64 "-%" SCNx64 " ", &from, &to) == 2)
            ours = from <= (uintptr_t)memory && (uintptr_t)memory < to;
        else if (ours && sscanf(line, "ShmemPmdMapped: %" SCNu64, &kib) == 1)
            break;
    }
    fclose(file);
    return kib * 1024;
}

/* All pages, allocated now, as memfd.c says why. Where the kernel cannot fill a mapping at once,
 * pages are allocated, but transparent ones are not found. */
static int fill(int fd, void *memory, uint64_t bytes, struct dhi_pages *pages)
{
    int failed;

    if (pages->kind == DH_PAGES_TRANSPARENT && madvise(memory, bytes, MADV_HUGEPAGE) == 0 &&
        madvise(memory, bytes, MADV_POPULATE_WRITE) == 0)
        pages->huge_bytes = count_transparent(memory);
    failed = posix_fallocate(fd, 0, (off_t)bytes);
    if (pages->kind == DH_PAGES_POOL) pages->huge_bytes = bytes;
    if (pages->huge_bytes == 0) pages->kind = DH_PAGES_SMALL;
    return failed;
}

static int prepare(int fd, uint64_t bytes, struct dhi_pages *pages)
{
    /* Of the pool this reserves all pages: who is refused here has taken none. */
    void *memory = dhi_pages_map(fd, bytes, pages->huge_page_bytes, true, false);
    int failed;

    if (memory == NULL) return errno;
    if (pages->numa != DH_NUMA_ANY) pages->numa_error = ask_for_nodes(memory, bytes, pages);
    failed = fill(fd, memory, bytes, pages);
    if (!failed && pages->numa != DH_NUMA_ANY && pages->numa_error == 0)
        pages->numa_error = look_at_nodes(memory, bytes, pages);
    if (pages->numa_error != 0) pages->numa = DH_NUMA_ANY;
    munmap(memory, bytes);
    return failed;
}

int dhi_pages_create(const char *name, uint64_t bytes, struct dhi_pages *pages)
{
    bool pool = pages->kind == DH_PAGES_POOL;
    int fd, failed;

    pages->huge_bytes = 0;
    pages->numa_error = 0;
    if (pool && bytes > dhi_huge_pool_free()) {
        errno = ENOMEM;
        return -1;
    }
    fd = dhi_memfd_reserve(name, bytes, pool);
    if (fd < 0) return -1;
    failed = prepare(fd, bytes, pages);
    if (!failed) return fd;
    close(fd);
    errno = failed;
    return -1;
}

/* ---- mapping ---- */

/* Asked of the kernel: what a block says of itself is not to be believed. */
static bool is_of_pool(int fd)
{
    struct statfs status;

    return fstatfs(fd, &status) == 0 && (unsigned long)status.f_type == HUGETLBFS_MAGIC;
}

void *dhi_pages_map(int fd, uint64_t bytes, uint32_t huge_page_bytes, bool writable, bool present)
{
    int protection = PROT_READ | (writable ? PROT_WRITE : 0);
    int populate = present && (bytes <= DHI_PRESENT_MOST || is_of_pool(fd)) ? MAP_POPULATE : 0;
    uint64_t room = bytes + huge_page_bytes, skip;
    char *memory;

    if (huge_page_bytes == 0) return dhi_memfd_map(fd, bytes, writable, present);
    memory = mmap(NULL, room, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (memory == MAP_FAILED) return NULL;
    skip = -(uintptr_t)memory & (huge_page_bytes - 1);
    if (mmap(memory + skip, bytes, protection, MAP_SHARED | MAP_FIXED | populate, fd, 0) ==
        MAP_FAILED) {
        int saved = errno;

        munmap(memory, room);
        errno = saved;
        return NULL;
    }
    if (skip > 0) munmap(memory, skip);
    if (skip < huge_page_bytes) munmap(memory + skip + bytes, huge_page_bytes - skip);
    madvise(memory + skip, bytes, MADV_DONTFORK);
    return memory + skip;
}
