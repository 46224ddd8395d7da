/* SPDX-License-Identifier: Apache-2.0 */
/* join - holds one picture of each camera, in place, and moves whoever is behind, until all numbers
 * agree. */
#include "cameras.dh.h"

#include <inttypes.h>
#include <stdio.h>

enum { CAMERAS = 3, TRIPLES = 1000 };

struct lane {
    cameras_camera_consumer consumer;
    const struct cameras_picture *picture;
};

static dh_err next_picture(struct lane *lane)
{
    if (lane->picture) cameras_camera_release(&lane->consumer);
    lane->picture = NULL;
    return cameras_camera_acquire(&lane->consumer, dh_in(DH_S), &lane->picture);
}

/* The greatest number in hand: nobody can be joined with less. */
static uint64_t newest(const struct lane *lanes)
{
    uint64_t number = 0;

    for (int i = 0; i < CAMERAS; i++)
        if (lanes[i].picture->number > number) number = lanes[i].picture->number;
    return number;
}

/* True if all lanes show one number; else those behind have moved. */
static dh_err join(struct lane *lanes, bool *joined)
{
    uint64_t number = newest(lanes);
    dh_err err = DH_OK;

    *joined = true;
    for (int i = 0; err == DH_OK && i < CAMERAS; i++) {
        if (lanes[i].picture->number == number) continue;
        *joined = false;
        err = next_picture(&lanes[i]);
    }
    return err;
}

int main(void)
{
    static const char *const names[CAMERAS] = { "demo.camera.left", "demo.camera.right",
                                                "demo.camera.top" };
    struct lane lanes[CAMERAS] = { { .picture = NULL } };
    struct dh_why why;
    int triples = 0, alike = 0;
    dh_err err = DH_OK;

    for (int i = 0; i < CAMERAS; i++) {
        if (cameras_camera_consumer_open(&lanes[i].consumer, names[i], NULL, &why) != DH_OK) {
            fprintf(stderr, "join: %s\n", why.text);
            return 1;
        }
    }
    for (int i = 0; err == DH_OK && i < CAMERAS; i++)
        err = next_picture(&lanes[i]);
    while (err == DH_OK && triples < TRIPLES) {
        bool joined;

        err = join(lanes, &joined);
        if (err != DH_OK || !joined) continue;
        triples++;
        alike += lanes[0].picture->pixels[9][9] == lanes[1].picture->pixels[9][9] &&
                 lanes[1].picture->pixels[9][9] == lanes[2].picture->pixels[9][9];
        err = next_picture(&lanes[0]); /* the others follow */
    }
    printf("%d triples joined by number, %d of them alike\n", triples, alike);
    for (int i = 0; i < CAMERAS; i++)
        cameras_camera_consumer_close(&lanes[i].consumer);
    return err == DH_OK ? 0 : 1;
}
