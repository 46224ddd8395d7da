/* SPDX-License-Identifier: Apache-2.0 */
#include "tally.h"

#include "check.h"

#include <inttypes.h>
#include <stdio.h>

void tally_add(struct tally *tally, const struct pulse_sample *sample)
{
    if (pulse_check(sample) != sample->check) {
        tally->torn++;
        return; /* nothing in it can be believed, its frame neither */
    }
    if (tally->received == 0) {
        tally->first = sample->frame;
    } else if (sample->frame <= tally->last) {
        tally->disorder++;
        return;
    } else {
        tally->gaps += sample->frame - tally->last - 1;
    }
    tally->last = sample->frame;
    tally->received++;
}

int tally_finish(const struct tally *tally, uint64_t skipped, const struct options *options)
{
    /* Both ways: a channel that claims more overwritten frames than are missing is wrong too. */
    uint64_t lost = tally->gaps > skipped ? tally->gaps - skipped : skipped - tally->gaps;

    printf("%s: received=%" PRIu64 " skipped=%" PRIu64 " lost=%" PRIu64 " torn=%" PRIu64
           " disorder=%" PRIu64 " first=%" PRIu64 " last=%" PRIu64 "\n",
           options->program, tally->received, skipped, lost, tally->torn, tally->disorder,
           tally->first, tally->last);
    return lost + tally->torn + tally->disorder == 0 ? 0 : STATUS_BAD;
}
