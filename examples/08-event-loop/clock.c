/* SPDX-License-Identifier: Apache-2.0 */
/* clock NAME MICROSECONDS - ticks at that pace until it is told to end. */
#include "ticks.dh.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

int main(int argc, char **argv)
{
    long pause_us = argc == 3 ? strtol(argv[2], NULL, 10) : 0;
    const struct timespec pause = { .tv_sec = pause_us / 1000000,
                                    .tv_nsec = pause_us % 1000000 * 1000 };
    ticks_tick_producer producer;
    struct ticks_tick *tick;
    struct dh_why why;

    if (pause_us <= 0) {
        fprintf(stderr, "usage: clock NAME MICROSECONDS\n");
        return 64;
    }
    if (ticks_tick_producer_open(&producer, argv[1], NULL, &why) != DH_OK) {
        fprintf(stderr, "clock: %s\n", why.text);
        return 1;
    }
    for (uint64_t number = 0; ticks_tick_loan(&producer, DH_FOREVER, &tick) == DH_OK; number++) {
        tick->number = number;
        tick->time = (uint64_t)dh_now();
        ticks_tick_commit(&producer);
        nanosleep(&pause, NULL);
    }
}
