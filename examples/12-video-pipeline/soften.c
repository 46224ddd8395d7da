/* SPDX-License-Identifier: Apache-2.0 */
/* soften - each point becomes the mean of its neighbourhood: what is noise in one picture is no
 * edge. */
#include "stage.h"

static unsigned at(const struct pipeline_picture *picture, int y, int x, int colour)
{
    y = y < 0 ? 0 : y >= (int)PIPELINE_HEIGHT ? (int)PIPELINE_HEIGHT - 1 : y;
    x = x < 0 ? 0 : x >= (int)PIPELINE_WIDTH ? (int)PIPELINE_WIDTH - 1 : x;
    return picture->pixels[y][x][colour];
}

static void soften(const struct pipeline_picture *from, struct pipeline_picture *to)
{
    static const unsigned weight[3] = { 1, 2, 1 };

    for (int y = 0; y < (int)PIPELINE_HEIGHT; y++)
        for (int x = 0; x < (int)PIPELINE_WIDTH; x++)
            for (int colour = 0; colour < 3; colour++) {
                unsigned sum = 0;

                for (int i = 0; i < 9; i++)
                    sum += weight[i / 3] * weight[i % 3] *
                           at(from, y + i / 3 - 1, x + i % 3 - 1, colour);
                to->pixels[y][x][colour] = (uint8_t)((sum + 8) / 16);
            }
}

int main(void)
{
    return stage_run("demo.pipeline.camera", soften, "demo.pipeline.soft");
}
