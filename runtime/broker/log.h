/* SPDX-License-Identifier: Apache-2.0
 *
 * log.h - one line per event: to the journal with fields, where standard error leads there; else on
 * standard error, as time, level, sentence.
 *
 * The journal's fields: DH_EVENT, DH_CHANNEL, DH_UID, DH_PID, beside MESSAGE and PRIORITY:
 * `journalctl -u dhbroker DH_CHANNEL=camera.left`.
 */
#ifndef DHI_BROKER_LOG_H
#define DHI_BROKER_LOG_H

#include <stdbool.h>
#include <stdint.h>

enum dhi_level {
    DHI_LOG_DEBUG, /* shown with --verbose */
    DHI_LOG_INFO,
    DHI_LOG_WARNING,
    DHI_LOG_ERROR,
};

/* What a line is about, for machines. */
struct dhi_log_fields {
    const char *event;   /* NULL: none of this */
    const char *channel; /* "": of none */
    uint32_t uid, pid;
};

void dhi_log_verbose(bool verbose);
/* Talk to the journal if $JOURNAL_STREAM says that standard error is it. */
void dhi_log_open(void);
void dhi_log(enum dhi_level level, const char *format, ...) __attribute__((format(printf, 2, 3)));
void dhi_log_event(enum dhi_level level, const struct dhi_log_fields *fields, const char *text);

/* What a stranger can cause as often as it likes: at most ten lines a second, the rest is counted.
 */
void dhi_log_refusal(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
