/* SPDX-License-Identifier: Apache-2.0 */
/* scene FOLDER N - a film to work on: N images of hills that pass by, FOLDER/frame-000.ppm …
 * Whole numbers alone, so that it is the same everywhere. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

enum { WIDTH = 1920, HEIGHT = 1080, RIDGES = 6, HORIZON = 430 };

static uint8_t pixels[HEIGHT][WIDTH][3];

static uint32_t hash(uint32_t x)
{
    x = (x ^ (x >> 16)) * 0x7feb352dU;
    x = (x ^ (x >> 15)) * 0x846ca68bU;
    return x ^ (x >> 16);
}

/* 0 … 255 between the random values of every 256th place. */
static int smooth(uint32_t seed, int x)
{
    uint32_t place = (uint32_t)(x >> 8);
    int t = x & 255, s = (t * t * (768 - 2 * t)) >> 16; /* 0 … 255, flat at both ends */
    int left = (int)(hash(seed + place) & 255), right = (int)(hash(seed + place + 1) & 255);

    return left + (((right - left) * s) >> 8);
}

/* Hills on hills on hills. */
static int rough(uint32_t seed, int x)
{
    int sum = 0;

    for (int octave = 0; octave < 6; octave++)
        sum += smooth(seed + (uint32_t)octave * 7919, x << octave) >> octave;
    return sum; /* 0 … 500 */
}

static void put(int y, int x, int red, int green, int blue)
{
    int noise = (int)(hash((uint32_t)(y * WIDTH + x)) & 7) - 3; /* a camera's */
    int colours[3] = { red + noise, green + noise, blue + noise };

    for (int i = 0; i < 3; i++)
        pixels[y][x][i] = (uint8_t)(colours[i] < 0 ? 0 : colours[i] > 255 ? 255 : colours[i]);
}

static void paint_sky(void)
{
    for (int y = 0; y < HEIGHT; y++)
        for (int x = 0; x < WIDTH; x++) {
            int far = (x - 1300) * (x - 1300) + (y - 300) * (y - 300), down = y * 256 / HEIGHT;

            if (far < 80 * 80)
                put(y, x, 255, 244, 214);
            else
                put(y, x, 96 + down / 2 + 9000000 / (far + 60000),
                    140 + down / 3 + 4000000 / (far + 60000), 205);
        }
}

/* The nearer, the darker and the faster it passes; mist lies at its foot. */
static void paint_ridge(int ridge, int film)
{
    static const int tops[RIDGES][3] = { { 150, 165, 196 }, { 118, 142, 176 }, { 88, 118, 140 },
                                         { 62, 96, 98 },    { 40, 72, 62 },    { 22, 44, 34 } };

    for (int x = 0; x < WIDTH; x++) {
        int along = x * 2 / (1 + ridge / 2) + film * (3 + 4 * ridge) + 100000 * (ridge + 1);
        int top = HORIZON + 60 + ridge * 125 -
                  rough((uint32_t)ridge * 104729, along / 4) * (20 - ridge) / 32;

        for (int y = top < 0 ? 0 : top; y < HEIGHT; y++) {
            int mist = (y - top) * 2 / 3;

            if (mist > 90 - 8 * ridge) mist = 90 - 8 * ridge;
            put(y, x, tops[ridge][0] + mist, tops[ridge][1] + mist, tops[ridge][2] + mist);
        }
    }
}

int main(int argc, char **argv)
{
    int n = argc == 3 ? atoi(argv[2]) : 0;
    char name[4096];

    if (n < 1 || n > 1000) {
        fprintf(stderr, "usage: scene FOLDER N\n");
        return 64;
    }
    for (int i = 0; i < n; i++) {
        FILE *file;

        paint_sky();
        for (int ridge = 0; ridge < RIDGES; ridge++)
            paint_ridge(ridge, i * 16);
        snprintf(name, sizeof name, "%s/frame-%03d.ppm", argv[1], i);
        file = fopen(name, "wb");
        if (file == NULL || fprintf(file, "P6\n%d %d\n255\n", WIDTH, HEIGHT) < 0 ||
            fwrite(pixels, sizeof pixels, 1, file) != 1 || fclose(file) != 0) {
            perror(name);
            return 1;
        }
    }
}
