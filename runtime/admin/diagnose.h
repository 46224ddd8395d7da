/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is wrong with a channel, as sentences: derived from a snapshot, written by diagnose.
 *
 * A problem is something that is wrong now: it makes the exit status 1. A remark is what happened
 * before, or may be as it should.
 */
#ifndef DHI_ADMIN_DIAGNOSE_H
#define DHI_ADMIN_DIAGNOSE_H

#include "snapshot.h"

struct dhi_finding {
    bool problem;
    char *text;    /* what is so, and whom it hurts */
    char *help;    /* what to do about it; NULL: nothing */
    char *command; /* to type, as it stands; NULL: there is none */
};

struct dhi_findings {
    size_t n, n_problems;
    struct dhi_finding *all;
};

void dhi_findings_of(struct dhi_findings *findings, const struct dhi_snapshot *snapshot);
void dhi_findings_free(struct dhi_findings *findings);

void dhi_write_diagnosis(FILE *out, const struct dhi_look *look,
                         const struct dhi_snapshot *snapshot, const struct dhi_findings *findings);

/* Slots in one state as ranges: "0-3, 7"; no more than a line's worth. */
enum { DHI_RANGES_BYTES = 64 };
uint32_t dhi_slot_ranges(const struct dhi_snapshot *snapshot, enum dh_slot_state state,
                         char ranges[DHI_RANGES_BYTES]);

/* diagnose --slot: all of one slot. */
enum dhi_exit dhi_diagnose_slot(const struct dhi_request *request);

#endif
