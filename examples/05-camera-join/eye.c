/* SPDX-License-Identifier: Apache-2.0 */
/* eye NAME DROP - one camera of several: the channel's name is given at run time, the schema is
 * one. It misses each DROPth trigger, as cameras do. */
#include "cameras.dh.h"

#include <stdio.h>
#include <stdlib.h>

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
    for (uint64_t number = 0;; number++) {
        if (number % drop == drop - 1) continue;
        if (cameras_camera_loan(&producer, DH_FOREVER, &picture) != DH_OK) return 1;
        picture->number = number;
        picture->time = (uint64_t)dh_now();
        memset(picture->pixels, (int)(number & 0xff), sizeof picture->pixels);
        picture->mean = (float)(number & 0xff);
        cameras_camera_commit(&producer);
    }
}
