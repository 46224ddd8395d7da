/* SPDX-License-Identifier: Apache-2.0 */
/* edges - dark lines on white where brightness changes: a drawing of the picture. */
#include "stage.h"

#include <stdlib.h>

enum { NOISE = 60 }; /* less than that is the camera's, not the world's */

static int brightness(const struct pipeline_picture *picture, int y, int x)
{
    const uint8_t *point;

    y = y < 0 ? 0 : y >= (int)PIPELINE_HEIGHT ? (int)PIPELINE_HEIGHT - 1 : y;
    x = x < 0 ? 0 : x >= (int)PIPELINE_WIDTH ? (int)PIPELINE_WIDTH - 1 : x;
    point = picture->pixels[y][x];
    return (77 * point[0] + 150 * point[1] + 29 * point[2]) / 256;
}

/* Sobel's: how steep it is across, and down. */
static int steepness(const struct pipeline_picture *p, int y, int x)
{
    int across = brightness(p, y - 1, x + 1) + 2 * brightness(p, y, x + 1) +
                 brightness(p, y + 1, x + 1) - brightness(p, y - 1, x - 1) -
                 2 * brightness(p, y, x - 1) - brightness(p, y + 1, x - 1);
    int down = brightness(p, y + 1, x - 1) + 2 * brightness(p, y + 1, x) +
               brightness(p, y + 1, x + 1) - brightness(p, y - 1, x - 1) -
               2 * brightness(p, y - 1, x) - brightness(p, y - 1, x + 1);

    return abs(across) + abs(down);
}

static void draw(const struct pipeline_picture *from, struct pipeline_picture *to)
{
    for (int y = 0; y < (int)PIPELINE_HEIGHT; y++)
        for (int x = 0; x < (int)PIPELINE_WIDTH; x++) {
            int steep = 3 * steepness(from, y, x) - NOISE;

            steep = steep < 0 ? 0 : steep;
            memset(to->pixels[y][x], 255 - (steep < 255 ? steep : 255), 3);
        }
}

int main(void)
{
    return stage_run("demo.pipeline.soft", draw, "demo.pipeline.edges");
}
