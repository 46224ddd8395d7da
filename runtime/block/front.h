/* SPDX-License-Identifier: Apache-2.0
 *
 * front.h - what a data segment says of itself, read before any of it is mapped or believed: most
 * of it with one call.
 */
#ifndef DHI_BLOCK_FRONT_H
#define DHI_BLOCK_FRONT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct dhi_front {
    size_t n; /* bytes that there are, as far as there is room */
    unsigned char bytes[4096];
};

/* False: `data` is no memory, or cannot be read. */
bool dhi_front_read(struct dhi_front *front, int data);

/* A private copy of bytes of the segment, of which only the front is here. False: it is shorter. */
bool dhi_front_copy(const struct dhi_front *front, int data, uint64_t offset, void *to,
                    size_t bytes);

#endif
