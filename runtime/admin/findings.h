/* SPDX-License-Identifier: Apache-2.0 */
/* How findings are made: one sentence, whom it hurts, what helps, and the command for that. */
#ifndef DHI_ADMIN_FINDINGS_H
#define DHI_ADMIN_FINDINGS_H

#include "diagnose.h"

/* One more finding; `help` may be NULL. */
void dhi_finding_add(struct dhi_findings *findings, bool problem, const char *help,
                     const char *format, ...) __attribute__((format(printf, 4, 5)));
/* What to type against the one that was added last. */
void dhi_finding_command(struct dhi_findings *findings, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

void dhi_findings_of_consumers(struct dhi_findings *findings, const struct dhi_snapshot *snapshot);

#endif
