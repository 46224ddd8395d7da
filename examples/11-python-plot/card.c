/* SPDX-License-Identifier: Apache-2.0 */
/* card - 2000 samples a second of two damped strings, fifty at a time; plucked again every second.
 * Ends when it is told to. */
#include "strings.dh.h"

#include <math.h>
#include <stdio.h>
#include <time.h>

enum { RATE = 2000 };

static float string_at(uint64_t sample, double hertz, double damping)
{
    double t = (double)(sample % RATE) / RATE;

    return (float)(1.5 * exp(-damping * t) * sin(2 * 3.14159265358979 * hertz * t));
}

int main(void)
{
    const struct timespec pause = { .tv_nsec = 1000000000L / RATE * STRINGS_PER_MESSAGE };
    strings_producer producer;
    struct strings_samples *slot;
    struct dh_why why;
    uint64_t sample = 0;

    if (strings_producer_open(&producer, NULL, NULL, &why) != DH_OK) {
        fprintf(stderr, "card: %s\n", why.text);
        return 1;
    }
    for (uint64_t number = 0; strings_loan(&producer, DH_FOREVER, &slot) == DH_OK; number++) {
        strings_samples_init(slot);
        slot->number = number;
        slot->rate = RATE;
        for (uint32_t i = 0; i < STRINGS_PER_MESSAGE; i++, sample++) {
            slot->low.items[i] = string_at(sample, 11, 3);
            slot->high.items[i] = string_at(sample, 29, 6);
        }
        slot->low.count = slot->high.count = STRINGS_PER_MESSAGE;
        strings_commit(&producer);
        nanosleep(&pause, NULL);
    }
}
