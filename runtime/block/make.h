/* SPDX-License-Identifier: Apache-2.0
 *
 * make.h - the memory of a new block: as much as its geometry says, of the pages that were asked
 * for where they can be had.
 */
#ifndef DHI_BLOCK_MAKE_H
#define DHI_BLOCK_MAKE_H

#include "block/segment.h"

/* Place block->head and roots, make the segments that follow, and note in the head which pages and
 * nodes were got. On failure those that were made are in block->fds. Returns EINVAL (options),
 * ELIMIT (too large; what is required cannot be had), ENOMEM, ESYS. */
dh_err dhi_block_make(struct dhi_block *block, const struct dh_producer_options *options,
                      struct dh_why *why);

#endif
