/* SPDX-License-Identifier: Apache-2.0 */
#include "lane.h"

#include "loops.h"

#include <inttypes.h>

uint32_t lane_slots(size_t size)
{
    size_t slots = (4u << 20) / size;

    if (slots > 256) return 256;
    return slots < 4 ? 4 : (uint32_t)slots;
}

noreturn void loops_wrong(const struct lane *lane, uint64_t expected, uint64_t got)
{
    if (got == PAYLOAD_TORN)
        stage_fail("%s: message %" PRIu64 " came with wrong content", lane->name, expected);
    stage_fail("%s: message %" PRIu64 " was expected, %" PRIu64 " came", lane->name, expected, got);
}
