/* SPDX-License-Identifier: Apache-2.0
 *
 * journal.h - systemd's journal, spoken to directly: one datagram a line, each field as NAME=value.
 */
#ifndef DHI_BROKER_JOURNAL_H
#define DHI_BROKER_JOURNAL_H

#include "broker/log.h"

/* Where $JOURNAL_STREAM names the file that standard error is. */
void dhi_journal_open(void);
/* False: there is no journal, or it did not take the line. */
bool dhi_journal_write(enum dhi_level level, const struct dhi_log_fields *fields, const char *text);

#endif
