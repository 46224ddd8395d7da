/* SPDX-License-Identifier: Apache-2.0 */
#include "sampler.h"

#include "parse.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

static const struct source {
    const char *path;
    void (*parse)(struct text text, struct pulse_sample *sample);
    enum pulse_trouble missing;
} SOURCES[SAMPLER_FILES] = {
    { "/proc/stat", parse_stat, PULSE_TROUBLE_NO_STAT },
    { "/proc/meminfo", parse_memory, PULSE_TROUBLE_NO_MEMORY },
    { "/proc/net/dev", parse_links, PULSE_TROUBLE_NO_LINKS },
    { "/proc/diskstats", parse_disks, PULSE_TROUBLE_NO_DISKS },
};

void sampler_open(struct sampler *sampler)
{
    for (int i = 0; i < SAMPLER_FILES; i++) {
        sampler->fds[i] = open(SOURCES[i].path, O_RDONLY | O_CLOEXEC);
        if (sampler->fds[i] < 0)
            fprintf(stderr, "pulse-producer: %s: %s; samples will lack what it tells\n",
                    SOURCES[i].path, strerror(errno));
    }
}

void sampler_close(struct sampler *sampler)
{
    for (int i = 0; i < SAMPLER_FILES; i++)
        if (sampler->fds[i] >= 0) close(sampler->fds[i]);
}

/* The whole file as it is now. The kernel gives some of these a page at a time. False: it cannot be
 * read; *cut: there is more than the buffer holds. */
static bool read_file(struct sampler *sampler, int file, struct text *text, bool *cut)
{
    size_t n = 0;
    ssize_t got;

    if (sampler->fds[file] < 0) return false;
    while (n < SAMPLER_BUFFER) {
        got = pread(sampler->fds[file], sampler->buffer + n, SAMPLER_BUFFER - n, (off_t)n);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return false;
        if (got == 0) break;
        n += (size_t)got;
    }
    *text = (struct text){ sampler->buffer, sampler->buffer + n };
    *cut = n == SAMPLER_BUFFER;
    return true;
}

void sampler_take(struct sampler *sampler, struct pulse_sample *sample)
{
    int64_t start = dh_now();

    pulse_sample_init(sample);
    for (int i = 0; i < SAMPLER_FILES; i++) {
        struct text text;
        bool cut;

        if (!read_file(sampler, i, &text, &cut)) {
            sample->trouble = (uint16_t)(sample->trouble | SOURCES[i].missing);
            continue;
        }
        SOURCES[i].parse(text, sample);
        if (cut) sample->trouble = (uint16_t)(sample->trouble | PULSE_TROUBLE_CUT);
    }
    sample->time = (uint64_t)start;
    sample->effort = (uint32_t)(dh_now() - start);
}

static uint64_t read_cost(struct sampler *sampler, int file)
{
    enum { TRIES = 16 };
    struct text text;
    int64_t best = INT64_MAX, start;
    bool cut;

    for (int i = 0; i < TRIES; i++) {
        start = dh_now();
        if (!read_file(sampler, file, &text, &cut)) return 0;
        if (dh_now() - start < best) best = dh_now() - start;
    }
    return (uint64_t)best;
}

void sampler_describe(struct sampler *sampler, struct pulse_host *host)
{
    long cpus = sysconf(_SC_NPROCESSORS_ONLN), ticks = sysconf(_SC_CLK_TCK);
    struct utsname system;
    struct text text;
    bool cut;

    pulse_host_init(host);
    if (uname(&system) == 0) pulse_host_kernel_set(&host->kernel, system.release);
    host->cpus = cpus > 0 ? (uint32_t)cpus : 0;
    host->ticks_per_second = ticks > 0 ? (uint32_t)ticks : 0;
    if (read_file(sampler, 0, &text, &cut)) host->booted = parse_boot_time(text);
    for (int i = 0; i < SAMPLER_FILES; i++)
        host->read_cost[i] = read_cost(sampler, i);
}
