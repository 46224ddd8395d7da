/* SPDX-License-Identifier: Apache-2.0
 *
 * log.h - one line per event on standard error: time, level, sentence.
 */
#ifndef DHI_BROKER_LOG_H
#define DHI_BROKER_LOG_H

#include <stdbool.h>

enum dhi_level {
    DHI_LOG_DEBUG, /* shown with --verbose */
    DHI_LOG_INFO,
    DHI_LOG_WARNING,
    DHI_LOG_ERROR,
};

void dhi_log_verbose(bool verbose);
void dhi_log(enum dhi_level level, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* What a stranger can cause as often as it likes: at most ten lines a second, the rest is counted.
 */
void dhi_log_refusal(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
