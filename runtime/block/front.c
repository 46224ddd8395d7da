/* SPDX-License-Identifier: Apache-2.0 */
#include "block/front.h"

#include "os/memfd.h"

#include <string.h>
#include <unistd.h>

bool dhi_front_read(struct dhi_front *front, int data)
{
    /* Asked first: to read from what is not memory could hang. */
    ssize_t got = dhi_memfd_is(data) ? pread(data, front->bytes, sizeof front->bytes, 0) : -1;

    front->n = got > 0 ? (size_t)got : 0;
    return got >= 0;
}

bool dhi_front_copy(const struct dhi_front *front, int data, uint64_t offset, void *to,
                    size_t bytes)
{
    unsigned char *at = to;

    if (offset <= front->n && bytes <= front->n - offset) {
        memcpy(to, front->bytes + offset, bytes);
        return true;
    }
    while (bytes > 0) {
        ssize_t got = pread(data, at, bytes, (off_t)offset);

        if (got <= 0) return false;
        at += got;
        offset += (uint64_t)got;
        bytes -= (size_t)got;
    }
    return true;
}
