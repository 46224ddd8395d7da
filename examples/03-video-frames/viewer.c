/* SPDX-License-Identifier: Apache-2.0 */
/* viewer - reads frames in place, slower than they come, and never sees half of one. */
#include "video.dh.h"

#include <stdio.h>
#include <time.h>

static bool is_whole(const struct video_frame *frame)
{
    for (unsigned y = 0; y < VIDEO_FRAME_HEIGHT; y++) {
        uint8_t expected = (uint8_t)(y + frame->number);

        for (unsigned x = 0; x < VIDEO_FRAME_WIDTH; x++)
            if (frame->pixels[y][x] != expected) return false;
    }
    return true;
}

int main(void)
{
    const struct timespec slow = { .tv_nsec = 20000000 };
    video_consumer consumer;
    const struct video_frame *frame;
    struct dh_why why;
    int whole = 0;

    if (video_consumer_open(&consumer, NULL, NULL, &why) != DH_OK) {
        fprintf(stderr, "viewer: %s\n", why.text);
        return 1;
    }
    for (int shown = 0; shown < 40; shown++) {
        if (video_acquire(&consumer, dh_in(DH_S), &frame) != DH_OK) return 1;
        nanosleep(&slow,
                  NULL); /* the camera paints four more meanwhile, none of them over this one */
        whole += is_whole(frame);
        video_release(&consumer);
    }
    printf("40 frames of %u x %u, %d whole, %s\n", (unsigned)VIDEO_FRAME_WIDTH,
           (unsigned)VIDEO_FRAME_HEIGHT, whole,
           video_lost(&consumer) > 0 ? "some skipped and counted" : "none skipped");
    video_consumer_close(&consumer);
}
