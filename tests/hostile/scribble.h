/* SPDX-License-Identifier: Apache-2.0
 *
 * scribble.h - the hand of a vandal: what a consumer that has gone wrong, or means it, writes over
 * all that it can write.
 *
 * Half of it is noise, half knows the format: claims that could be true, positions near the wrap,
 * incarnations that were put out, holds of others' buffers, locks in others' names. The same seed
 * gives the same strokes; what they hit depends on the others' timing.
 */
#ifndef TESTS_HOSTILE_SCRIBBLE_H
#define TESTS_HOSTILE_SCRIBBLE_H

#include "block/segment.h"

struct scribbler {
    const struct dhi_block *block; /* mapped as a consumer */
    uint64_t state;                /* of the random numbers; never 0 */
};

/* Any number below `below`; 0 for 0. */
uint64_t any(uint64_t *state, uint64_t below);

/* One stroke, of any kind. */
void scribble(struct scribbler *scribbler);

#endif
