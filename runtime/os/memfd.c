/* SPDX-License-Identifier: Apache-2.0 */
#include "os/memfd.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#ifndef MFD_NOEXEC_SEAL
#define MFD_NOEXEC_SEAL 0x0008U /* Linux 6.3 */
#endif
#ifndef F_SEAL_FUTURE_WRITE
#define F_SEAL_FUTURE_WRITE 0x0010 /* Linux 5.1 */
#endif

int dhi_memfd_reserve(const char *name, uint64_t bytes, bool pool)
{
    unsigned flags = MFD_CLOEXEC | MFD_ALLOW_SEALING | (pool ? MFD_HUGETLB : 0u);
    int fd = memfd_create(name, flags | MFD_NOEXEC_SEAL);

    if (fd < 0 && errno == EINVAL) fd = memfd_create(name, flags);
    if (fd < 0) return -1;
    if (fchmod(fd, S_IRUSR | S_IWUSR) == 0 && ftruncate(fd, (off_t)bytes) == 0) return fd;
    int saved = errno;
    close(fd);
    errno = saved;
    return -1;
}

int dhi_memfd_create(const char *name, uint64_t bytes)
{
    int fd = dhi_memfd_reserve(name, bytes, false), failed;

    if (fd < 0) return -1;
    /* Allocated now: a page that is missing later would be a SIGBUS in whoever touches it first. */
    failed = posix_fallocate(fd, 0, (off_t)bytes);
    if (!failed) return fd;
    close(fd);
    errno = failed;
    return -1;
}

static int seals_of(bool read_only)
{
    return F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL | (read_only ? F_SEAL_FUTURE_WRITE : 0);
}

bool dhi_memfd_seal(int fd, bool read_only)
{
    return fcntl(fd, F_ADD_SEALS, seals_of(read_only)) == 0;
}

bool dhi_memfd_is(int fd)
{
    return fcntl(fd, F_GET_SEALS) >= 0;
}

bool dhi_memfd_is_sealed(int fd, bool read_only, uint64_t bytes)
{
    int wanted = seals_of(read_only), seals = fcntl(fd, F_GET_SEALS);
    struct stat status;

    if (seals < 0 || (seals & wanted) != wanted) return false;
    return fstat(fd, &status) == 0 && S_ISREG(status.st_mode) && (uint64_t)status.st_size == bytes;
}

void *dhi_memfd_map(int fd, uint64_t bytes, bool writable, bool present)
{
    int protection = PROT_READ | (writable ? PROT_WRITE : 0);
    int flags = MAP_SHARED | (present && bytes <= DHI_PRESENT_MOST ? MAP_POPULATE : 0);
    void *memory = mmap(NULL, bytes, protection, flags, fd, 0);

    if (memory == MAP_FAILED) return NULL;
    madvise(memory, bytes, MADV_DONTFORK);
    return memory;
}

void *dhi_memory_reserve(uint64_t bytes, bool writable)
{
    void *memory = mmap(NULL, bytes, writable ? PROT_READ | PROT_WRITE : PROT_NONE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

    if (memory == MAP_FAILED) return NULL;
    madvise(memory, bytes, MADV_DONTFORK);
    return memory;
}

bool dhi_memory_move(void *from, uint64_t bytes, void *to)
{
    return mremap(from, bytes, bytes, MREMAP_MAYMOVE | MREMAP_FIXED, to) != MAP_FAILED;
}

bool dhi_memfd_map_at(int fd, uint64_t bytes, void *at)
{
    void *memory = dhi_memfd_map(fd, bytes, true, true);

    if (memory == NULL) return false;
    if (dhi_memory_move(memory, bytes, at)) return true;
    int saved = errno;
    munmap(memory, bytes);
    errno = saved;
    return false;
}

static int reopen(int fd, int flags)
{
    char path[32];

    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    return open(path, flags | O_CLOEXEC);
}

int dhi_memfd_reopen(int fd)
{
    return reopen(fd, O_RDWR);
}

int dhi_memfd_reopen_read_only(int fd)
{
    return reopen(fd, O_RDONLY);
}

uint64_t dhi_memory_available(void)
{
    FILE *file = fopen("/proc/meminfo", "re");
    uint64_t kib = UINT64_MAX / 1024;
    char line[128];

    if (file == NULL) return UINT64_MAX;
    while (fgets(line, sizeof line, file) != NULL)
        if (sscanf(line, "MemAvailable: %" SCNu64, &kib) == 1) break;
    fclose(file);
    return kib * 1024;
}
