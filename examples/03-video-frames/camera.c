/* SPDX-License-Identifier: Apache-2.0 */
/* camera - a moving pattern, 200 frames a second, painted right into shared memory. */
#include "video.dh.h"

#include <stdio.h>
#include <time.h>

static void paint(struct video_frame *frame)
{
    for (unsigned y = 0; y < VIDEO_FRAME_HEIGHT; y++)
        memset(frame->pixels[y], (int)(y + frame->number) & 0xff, VIDEO_FRAME_WIDTH);
}

int main(void)
{
    const struct timespec pause = { .tv_nsec = 5000000 };
    video_producer producer;
    struct video_frame *frame;
    struct dh_why why;

    if (video_producer_open(&producer, NULL, NULL, &why) != DH_OK) {
        fprintf(stderr, "camera: %s\n", why.text);
        return 1;
    }
    for (uint64_t number = 0; video_loan(&producer, DH_NOW, &frame) == DH_OK; number++) {
        frame->number = number;
        frame->time = (uint64_t)dh_now();
        paint(frame);
        video_commit(&producer);
        nanosleep(&pause, NULL);
    }
}
