/* SPDX-License-Identifier: Apache-2.0 */
/* The shipped schemas as a program uses them. */
#include "use.dh.h"

#include <stdio.h>

static struct std_robot robot;
static struct dh_image_307200 picture;
static struct dh_picture_64_48_3 thumb;

int main(void)
{
    static const unsigned char pixels[] = { 1, 2, 3 };

    std_robot_init(&robot);
    robot.pose.position.x = 1;
    robot.cov.at[5][5] = 0.5F;
    robot.latitude = 473566094;
    dh_image_307200_init(&picture);
    picture.format = DH_PIXEL_FORMAT_MONO8;
    if (!dh_image_307200_data_set(&picture.data, pixels, sizeof pixels)) return 1;
    thumb.pixels[47][63][2] = 255;
    printf("%s of %u bytes, latitude %d, corner %d\n", dh_pixel_format_name(picture.format),
           picture.data.length, robot.latitude, thumb.pixels[47][63][2]);
    return 0;
}
