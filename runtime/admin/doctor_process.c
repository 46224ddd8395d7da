/* SPDX-License-Identifier: Apache-2.0 */
/* doctor: what this process got from its shell: limits, scheduling, the language of its output. */
#include "doctor.h"

#include <dh/time.h>

#include <inttypes.h>
#include <langinfo.h>
#include <locale.h>
#include <sched.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

/* A limit for a number of things: at least so many, else raised to `wanted` with ulimit. */
static void look_at_limit(struct dhi_doctor *doctor, enum dhi_grade grade, int resource,
                          rlim_t least, rlim_t wanted, rlim_t unit, const char *letter,
                          const char *what)
{
    struct rlimit limit;
    char fix[80];

    if (getrlimit((__rlimit_resource_t)resource, &limit) != 0) return;
    if (limit.rlim_cur >= least) {
        if (limit.rlim_cur == RLIM_INFINITY)
            dhi_doctor_say(doctor, DHI_GRADE_FINE, NULL, "%s: no limit", what);
        else
            dhi_doctor_say(doctor, DHI_GRADE_FINE, NULL, "%s: %" PRIu64, what,
                           (uint64_t)limit.rlim_cur);
        return;
    }
    if (wanted == RLIM_INFINITY)
        snprintf(fix, sizeof fix, "ulimit -%s unlimited", letter);
    else
        snprintf(fix, sizeof fix, "ulimit -%s %" PRIu64, letter, (uint64_t)(wanted / unit));
    dhi_doctor_say(doctor, grade, fix, "%s: only %" PRIu64, what, (uint64_t)limit.rlim_cur);
}

static void descriptors(struct dhi_doctor *doctor)
{
    look_at_limit(doctor, DHI_GRADE_PROBLEM, RLIMIT_NOFILE, 256, 1024, 1, "n",
                  "descriptors (a channel takes up to nine)");
}

/* The size of memory that has no name is limited like that of files. */
static void file_size(struct dhi_doctor *doctor)
{
    look_at_limit(doctor, DHI_GRADE_PROBLEM, RLIMIT_FSIZE, RLIM_INFINITY, RLIM_INFINITY, 1, "f",
                  "bytes of a file, and so of a block");
}

static void address_space(struct dhi_doctor *doctor)
{
    look_at_limit(doctor, DHI_GRADE_PROBLEM, RLIMIT_AS, RLIM_INFINITY, RLIM_INFINITY, 1, "v",
                  "bytes of address space");
}

static void locked_memory(struct dhi_doctor *doctor)
{
    look_at_limit(doctor, DHI_GRADE_HINT, RLIMIT_MEMLOCK, 65536, 65536, 1024, "l",
                  "bytes that may be locked (for secrets)");
}

static void processors(struct dhi_doctor *doctor)
{
    long online = sysconf(_SC_NPROCESSORS_ONLN);
    char fix[80];
    cpu_set_t mine;
    int n;

    if (sched_getaffinity(0, sizeof mine, &mine) != 0) return;
    n = CPU_COUNT(&mine);
    snprintf(fix, sizeof fix, "taskset -apc 0-%ld $$", online - 1);
    if (n == 1 && online > 1)
        dhi_doctor_say(doctor, DHI_GRADE_PROBLEM, fix,
                       "bound to one of %ld processors: who spins takes it from whom it waits for",
                       online);
    else if (n == 1)
        dhi_doctor_say(doctor, DHI_GRADE_HINT, NULL,
                       "the machine has one: give producers and consumers spin_ns = -1");
    else
        dhi_doctor_say(doctor, DHI_GRADE_FINE, NULL, "%d of %ld", n, online);
}

static void scheduling(struct dhi_doctor *doctor)
{
    int policy = sched_getscheduler(0);

    if (policy == SCHED_IDLE)
        dhi_doctor_say(doctor, DHI_GRADE_PROBLEM, "chrt -o -p 0 $$",
                       "SCHED_IDLE: runs only when nobody else wants to");
    else
        dhi_doctor_say(doctor, DHI_GRADE_FINE, NULL, "%s",
                       policy == SCHED_FIFO || policy == SCHED_RR ? "real time" : "normal");
}

static void timer_slack(struct dhi_doctor *doctor)
{
    int slack = prctl(PR_GET_TIMERSLACK, 0, 0, 0, 0);

    if (slack > (int)DH_MS)
        dhi_doctor_say(doctor, DHI_GRADE_PROBLEM, "echo 50000 >/proc/$$/timerslack_ns",
                       "sleeps end up to %d ms late", slack / (int)DH_MS);
    else
        dhi_doctor_say(doctor, DHI_GRADE_FINE, NULL, "%d ns", slack);
}

static void language(struct dhi_doctor *doctor)
{
    locale_t locale = newlocale(LC_CTYPE_MASK, "", (locale_t)0);
    bool utf8 = locale != (locale_t)0 && strcmp(nl_langinfo_l(CODESET, locale), "UTF-8") == 0;

    if (locale != (locale_t)0) freelocale(locale);
    if (utf8)
        dhi_doctor_say(doctor, DHI_GRADE_FINE, NULL, "UTF-8");
    else
        dhi_doctor_say(doctor, DHI_GRADE_HINT, "export LC_ALL=C.UTF-8",
                       "not UTF-8: units such as µs may not be shown");
}

const struct dhi_check dhi_checks_process[] = {
    { "descriptors", descriptors },
    { "file size", file_size },
    { "address space", address_space },
    { "locked memory", locked_memory },
    { "processors", processors },
    { "scheduling", scheduling },
    { "timer slack", timer_slack },
    { "language", language },
    { NULL, NULL },
};
