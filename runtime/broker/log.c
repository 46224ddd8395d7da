/* SPDX-License-Identifier: Apache-2.0 */
#include "broker/log.h"

#include "broker/journal.h"

#include <stdarg.h>
#include <stdio.h>
#include <time.h>

enum { REFUSALS_PER_SECOND = 10, LINE_BYTES = 768 };

static enum dhi_level least = DHI_LOG_INFO;

void dhi_log_verbose(bool verbose)
{
    least = verbose ? DHI_LOG_DEBUG : DHI_LOG_INFO;
}

void dhi_log_open(void)
{
    dhi_journal_open();
}

void dhi_log_event(enum dhi_level level, const struct dhi_log_fields *fields, const char *text)
{
    static const char *const names[] = { "debug", "info", "warning", "error" };
    char when[32] = "";
    struct tm parts;
    time_t now;

    if (level < least || dhi_journal_write(level, fields, text)) return;
    now = time(NULL);
    if (gmtime_r(&now, &parts) != NULL) strftime(when, sizeof when, "%Y-%m-%dT%H:%M:%SZ", &parts);
    fprintf(stderr, "%s %-7s %s\n", when, names[level], text); /* one write: it is unbuffered */
}

static void write_line(enum dhi_level level, const char *format, va_list arguments)
{
    struct dhi_log_fields none = { .channel = "" };
    char line[LINE_BYTES];

    if (level < least) return;
    vsnprintf(line, sizeof line, format, arguments);
    dhi_log_event(level, &none, line);
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
