/* SPDX-License-Identifier: Apache-2.0 */
#include "broker/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <time.h>

enum { REFUSALS_PER_SECOND = 10 };

static enum dhi_level least = DHI_LOG_INFO;

void dhi_log_verbose(bool verbose)
{
    least = verbose ? DHI_LOG_DEBUG : DHI_LOG_INFO;
}

static void write_line(enum dhi_level level, const char *format, va_list arguments)
{
    static const char *const names[] = { "debug", "info", "warning", "error" };
    char when[32] = "", line[768];
    struct tm parts;
    time_t now;

    if (level < least) return;
    now = time(NULL);
    if (gmtime_r(&now, &parts) != NULL) strftime(when, sizeof when, "%Y-%m-%dT%H:%M:%SZ", &parts);
    vsnprintf(line, sizeof line, format, arguments);
    fprintf(stderr, "%s %-7s %s\n", when, names[level], line); /* one write: stderr is unbuffered */
}

void dhi_log(enum dhi_level level, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    write_line(level, format, arguments);
    va_end(arguments);
}

void dhi_log_refusal(const char *format, ...)
{
    static time_t second;
    static unsigned lines, silent;
    time_t now = time(NULL);
    va_list arguments;

    if (now != second) {
        if (silent > 0) dhi_log(DHI_LOG_WARNING, "and %u more refusals", silent);
        second = now;
        lines = silent = 0;
    }
    if (lines++ >= REFUSALS_PER_SECOND) {
        silent++;
        return;
    }
    va_start(arguments, format);
    write_line(DHI_LOG_WARNING, format, arguments);
    va_end(arguments);
}
