/* SPDX-License-Identifier: Apache-2.0 */
/* doctor: what the kernel has and how it is set. */
#include "doctor.h"

#include "quantity.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/membarrier.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { LINE = 256 };

/* The first line of a file, without its end; false: it cannot be read. */
static bool read_line(const char *path, char line[LINE])
{
    FILE *file = fopen(path, "re");
    bool good = file != NULL && fgets(line, LINE, file) != NULL;

    if (file != NULL) fclose(file);
    if (good) line[strcspn(line, "\n")] = 0;
    return good;
}

/* Whoever is not root needs sudo for what belongs to the machine. */
static const char *as_root(char fix[LINE], const char *command)
{
    if (geteuid() == 0)
        snprintf(fix, LINE, "%s", command);
    else
        snprintf(fix, LINE, "sudo sh -c '%s'", command);
    return fix;
}

static void proc(struct dhi_doctor *doctor)
{
    char fix[LINE];

    if (access("/proc/self/fd", X_OK) == 0)
        dhi_doctor_say(doctor, DHI_GRADE_FINE, NULL, "mounted");
    else
        dhi_doctor_say(doctor, DHI_GRADE_PROBLEM, as_root(fix, "mount -t proc proc /proc"),
                       "/proc is not mounted: nobody can open a lease");
}

static void sealed_memory(struct dhi_doctor *doctor)
{
    int fd = memfd_create("dhadmin-doctor", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    bool sized = fd >= 0 && ftruncate(fd, 4096) == 0;
    bool sealed =
        sized && fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | 0x10 /* FUTURE_WRITE */) == 0;

    if (sealed)
        dhi_doctor_say(doctor, DHI_GRADE_FINE, NULL, "memfd with seals");
    else
        dhi_doctor_say(doctor, DHI_GRADE_PROBLEM, NULL,
                       "memory cannot be made or sealed (%s): Linux 5.1 or later, and a container "
                       "that allows memfd_create",
                       strerror(errno));
    if (fd >= 0) close(fd);
}

static void membarrier(struct dhi_doctor *doctor)
{
    long has = syscall(__NR_membarrier, MEMBARRIER_CMD_QUERY, 0, 0);

    if (has > 0 && (has & MEMBARRIER_CMD_GLOBAL_EXPEDITED) != 0)
        dhi_doctor_say(doctor, DHI_GRADE_FINE, NULL, "there: messages cost no fence");
    else
        dhi_doctor_say(doctor, DHI_GRADE_HINT, NULL,
                       "the kernel has none (or seccomp forbids it): each message costs a fence");
}

static void overcommit(struct dhi_doctor *doctor)
{
    char line[LINE], fix[LINE];

    if (!read_line("/proc/sys/vm/overcommit_memory", line)) return;
    if (strcmp(line, "2") == 0)
        dhi_doctor_say(doctor, DHI_GRADE_PROBLEM,
                       as_root(fix, "echo 0 >/proc/sys/vm/overcommit_memory"),
                       "strict: blocks may be refused though memory is free");
    else
        dhi_doctor_say(doctor, DHI_GRADE_FINE, NULL, "%s",
                       strcmp(line, "0") == 0 ? "by estimate" : "always");
}

static void inotify(struct dhi_doctor *doctor)
{
    char line[LINE], fix[LINE];
    long n;

    if (!read_line("/proc/sys/fs/inotify/max_user_instances", line)) return;
    n = strtol(line, NULL, 10);
    if (n < 32)
        dhi_doctor_say(doctor, DHI_GRADE_PROBLEM,
                       as_root(fix, "echo 128 >/proc/sys/fs/inotify/max_user_instances"),
                       "%ld for a user: producers notice a new broker a second late", n);
    else
        dhi_doctor_say(doctor, DHI_GRADE_FINE, NULL, "%ld for a user", n);
}

static void clock_source(struct dhi_doctor *doctor)
{
    static const char *const base = "/sys/devices/system/clocksource/clocksource0/";
    char path[128], current[LINE], available[LINE] = "", command[160], fix[LINE];
    bool slow;

    snprintf(path, sizeof path, "%scurrent_clocksource", base);
    if (!read_line(path, current)) return;
    slow = strcmp(current, "hpet") == 0 || strcmp(current, "acpi_pm") == 0 ||
           strcmp(current, "jiffies") == 0 || strcmp(current, "refined-jiffies") == 0;
    if (!slow) {
        dhi_doctor_say(doctor, DHI_GRADE_FINE, NULL, "%s", current);
        return;
    }
    snprintf(path, sizeof path, "%savailable_clocksource", base);
    read_line(path, available);
    snprintf(command, sizeof command, "echo tsc >%scurrent_clocksource", base);
    dhi_doctor_say(doctor, DHI_GRADE_PROBLEM,
                   strstr(available, "tsc") != NULL ? as_root(fix, command) : NULL,
                   "%s: each look at the clock is a system call; open producers `unstamped`",
                   current);
}

static void memory(struct dhi_doctor *doctor)
{
    FILE *file = fopen("/proc/meminfo", "re");
    uint64_t available = 0, huge = 0;
    char line[LINE], size[DHI_QUANTITY_BYTES];

    if (file == NULL) return;
    while (fgets(line, sizeof line, file) != NULL) {
        sscanf(line, "MemAvailable: %" SCNu64, &available);
        sscanf(line, "HugePages_Free: %" SCNu64, &huge);
    }
    fclose(file);
    dhi_size(available * 1024, size);
    if (available < 64 * 1024)
        dhi_doctor_say(doctor, DHI_GRADE_PROBLEM, NULL, "only %s are free", size);
    else
        dhi_doctor_say(doctor, DHI_GRADE_FINE, NULL, "%s free; %" PRIu64 " huge pages free", size,
                       huge);
}

static void huge_pages(struct dhi_doctor *doctor)
{
    static const char path[] = "/sys/kernel/mm/transparent_hugepage/enabled";
    char line[LINE], fix[LINE];

    if (!read_line(path, line)) return;
    if (strstr(line, "[never]") != NULL || strcmp(line, "never") == 0)
        dhi_doctor_say(doctor, DHI_GRADE_HINT,
                       as_root(fix, "echo madvise >/sys/kernel/mm/transparent_hugepage/enabled"),
                       "transparent huge pages are off: large blocks take more of the TLB");
    else
        dhi_doctor_say(doctor, DHI_GRADE_FINE, NULL, "transparent: %s", line);
}

/* What `pages` of a producer's options can get. No hint: who does not ask for them misses nothing.
 */
static void huge_shared(struct dhi_doctor *doctor)
{
    char line[LINE];

    if (!read_line("/sys/kernel/mm/transparent_hugepage/shmem_enabled", line)) return;
    if (strstr(line, "[never]") != NULL || strstr(line, "[deny]") != NULL)
        dhi_doctor_say(doctor, DHI_GRADE_FINE, NULL,
                       "none transparent for shared memory: producers that ask for them get the "
                       "pool's (vm.nr_hugepages)");
    else
        dhi_doctor_say(doctor, DHI_GRADE_FINE, NULL, "for shared memory: %s", line);
}

static void numa(struct dhi_doctor *doctor)
{
    char line[LINE];

    if (!read_line("/sys/devices/system/node/online", line)) return;
    if (strpbrk(line, "-,") == NULL)
        dhi_doctor_say(doctor, DHI_GRADE_FINE, NULL, "one node: placement makes no difference");
    else if (syscall(__NR_get_mempolicy, NULL, NULL, 0ul, NULL, 0ul) != 0)
        dhi_doctor_say(doctor, DHI_GRADE_HINT, NULL,
                       "nodes %s, which this process may not choose from: %s", line,
                       strerror(errno));
    else
        dhi_doctor_say(doctor, DHI_GRADE_FINE, NULL, "nodes %s", line);
}

const struct dhi_check dhi_checks_kernel[] = {
    { "proc", proc },
    { "sealed memory", sealed_memory },
    { "membarrier", membarrier },
    { "overcommit", overcommit },
    { "inotify", inotify },
    { "clock", clock_source },
    { "memory", memory },
    { "huge pages", huge_pages },
    { "huge pages", huge_shared },
    { "numa", numa },
    { NULL, NULL },
};
