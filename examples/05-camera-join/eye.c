/* SPDX-License-Identifier: Apache-2.0 */
/* eye NAME DROP - one camera of several: the channel's name is given at run time, the schema is
 * one. The trigger comes 2000 times a second; each DROPth is missed, as cameras do. */
#include "cameras.dh.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { TRIGGER_NS = 500000 };

/* The next one, or the newest if we are late: all cameras count the same. */
static uint64_t wait_for_trigger(uint64_t before)
{
    int64_t due = (int64_t)(before + 1) * TRIGGER_NS;
    const struct timespec until = { .tv_sec = due / DH_S, .tv_nsec = due % DH_S };

    while (dh_now() < due)
        (void)clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL);
    return (uint64_t)(dh_now() / TRIGGER_NS);
}

int main(int argc, char **argv)
{
    uint64_t drop = argc == 3 ? strtoull(argv[2], NULL, 10) : 0;
    cameras_camera_producer producer;
    struct cameras_picture *picture;
    struct dh_why why;

    if (drop == 0) {
        fprintf(stderr, "usage: eye NAME DROP\n");
        return 64;
    }
    if (cameras_camera_producer_open(&producer, argv[1], NULL, &why) != DH_OK) {
        fprintf(stderr, "eye: %s\n", why.text);
        return 1;
    }
    for (uint64_t number = (uint64_t)(dh_now() / TRIGGER_NS);;) {
        number = wait_for_trigger(number);
        if (number % drop == drop - 1) continue;
        if (cameras_camera_loan(&producer, DH_FOREVER, &picture) != DH_OK) return 1;
        picture->number = number;
        picture->time = (uint64_t)dh_now();
        memset(picture->pixels, (int)(number & 0xff), sizeof picture->pixels);
        picture->mean = (float)(number & 0xff);
        cameras_camera_commit(&producer);
    }
}
