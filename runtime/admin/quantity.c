/* SPDX-License-Identifier: Apache-2.0 */
#include "quantity.h"

#include <dh/time.h>

#include <inttypes.h>
#include <stdio.h>
#include <time.h>

const char *dhi_duration(uint64_t ns, char text[DHI_QUANTITY_BYTES])
{
    static const struct {
        uint64_t ns;
        const char *unit;
    } small[] = { { 1000000000, "s" }, { 1000000, "ms" }, { 1000, "µs" } };
    uint64_t s = ns / 1000000000;

    if (s >= 86400)
        snprintf(text, DHI_QUANTITY_BYTES, "%" PRIu64 " d %" PRIu64 " h", s / 86400,
                 s % 86400 / 3600);
    else if (s >= 3600)
        snprintf(text, DHI_QUANTITY_BYTES, "%" PRIu64 " h %" PRIu64 " min", s / 3600,
                 s % 3600 / 60);
    else if (s >= 60)
        snprintf(text, DHI_QUANTITY_BYTES, "%" PRIu64 " min %" PRIu64 " s", s / 60, s % 60);
    else
        snprintf(text, DHI_QUANTITY_BYTES, "%" PRIu64 " ns", ns);
    for (int i = 0; i < 3 && s < 60; i++) {
        if (ns < small[i].ns) continue;
        snprintf(text, DHI_QUANTITY_BYTES, ns < 10 * small[i].ns ? "%.1f %s" : "%.0f %s",
                 (double)(ns - ns % (small[i].ns / 10)) / (double)small[i].ns, small[i].unit);
        break;
    }
    return text;
}

const char *dhi_ago(uint64_t then_ns, uint64_t now_ns, char text[DHI_QUANTITY_BYTES])
{
    char duration[DHI_QUANTITY_BYTES];

    if (then_ns == 0)
        snprintf(text, DHI_QUANTITY_BYTES, "never");
    else
        snprintf(text, DHI_QUANTITY_BYTES, "%.60s ago",
                 dhi_duration(now_ns > then_ns ? now_ns - then_ns : 0, duration));
    return text;
}

const char *dhi_size(uint64_t bytes, char text[DHI_QUANTITY_BYTES])
{
    static const char *const units[] = { "KiB", "MiB", "GiB" };
    double size = (double)bytes / 1024;
    int unit = 0;

    if (bytes < 1024) {
        snprintf(text, DHI_QUANTITY_BYTES, "%" PRIu64 " B", bytes);
        return text;
    }
    for (; size >= 1024 && unit < 2; unit++)
        size /= 1024;
    snprintf(text, DHI_QUANTITY_BYTES, size < 10 ? "%.1f %s" : "%.0f %s", size, units[unit]);
    return text;
}

const char *dhi_clock(uint64_t realtime_ns, char text[DHI_QUANTITY_BYTES])
{
    time_t seconds = (time_t)(realtime_ns / 1000000000);
    struct tm tm;

    localtime_r(&seconds, &tm);
    snprintf(text, DHI_QUANTITY_BYTES, "%02d:%02d:%02d.%06u", tm.tm_hour, tm.tm_min, tm.tm_sec,
             (unsigned)(realtime_ns % 1000000000 / 1000));
    return text;
}

const char *dhi_rfc3339(uint64_t realtime_ns, char text[DHI_QUANTITY_BYTES])
{
    time_t seconds = (time_t)(realtime_ns / 1000000000);
    struct tm tm;
    size_t n;

    gmtime_r(&seconds, &tm);
    n = strftime(text, DHI_QUANTITY_BYTES - 16, "%Y-%m-%dT%H:%M:%S", &tm);
    snprintf(text + n, DHI_QUANTITY_BYTES - n, ".%09uZ", (unsigned)(realtime_ns % 1000000000));
    return text;
}

const char *dhi_hex(const unsigned char *hash, unsigned n, char text[DHI_QUANTITY_BYTES])
{
    for (unsigned i = 0; i < n; i++)
        snprintf(text + 2 * i, 3, "%02x", hash[i]);
    return text;
}

int64_t dhi_realtime_offset(void)
{
    struct timespec real;

    clock_gettime(CLOCK_REALTIME, &real);
    return (int64_t)real.tv_sec * DH_S + real.tv_nsec - dh_now();
}
