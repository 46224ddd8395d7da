/* SPDX-License-Identifier: Apache-2.0
 *
 * tally.h - a consumer's books: is every sample whole, and is every one accounted for?
 */
#ifndef PULSE_TALLY_H
#define PULSE_TALLY_H

#include "options.h"
#include "pulse.dh.h"

struct tally {
    uint64_t received;
    uint64_t first, last; /* frames; valid if received > 0 */
    uint64_t gaps;        /* frames that are missing between them */
    uint64_t disorder;    /* frames that did not grow */
    uint64_t torn;        /* samples whose check is wrong */
};

/* Look at all of one sample, as long as it is held. */
void tally_add(struct tally *tally, const struct pulse_sample *sample);

/* The last line, and the exit status. `skipped`: frames that the channel says were overwritten;
 * what is missing beyond these is lost. */
int tally_finish(const struct tally *tally, uint64_t skipped, const struct options *options);

#endif
