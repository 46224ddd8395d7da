/* SPDX-License-Identifier: Apache-2.0 */
/* reader FOLDER - sends FOLDER/frame-000.ppm, frame-001.ppm … as far as there are; each is read
 * from its file right into a slot. */
#include "stage.h"

#include <stdio.h>

/* Past the header of an image that fits; complains. */
static bool fits(FILE *file, const char *name)
{
    unsigned width, height, most;

    if (fscanf(file, "P6 %u %u %u", &width, &height, &most) != 3 || fgetc(file) == EOF)
        fprintf(stderr, "%s: not a PPM image (P6)\n", name);
    else if (width != PIPELINE_WIDTH || height != PIPELINE_HEIGHT || most != 255)
        fprintf(stderr, "%s: %u x %u of 0 to %u, where the schema has %u x %u of 0 to 255\n", name,
                width, height, most, (unsigned)PIPELINE_WIDTH, (unsigned)PIPELINE_HEIGHT);
    else
        return true;
    return false;
}

static bool send(pipeline_pictures_producer *to, FILE *file, const char *name, uint64_t number)
{
    struct pipeline_picture *picture;

    if (!fits(file, name) || pipeline_pictures_loan(to, DH_FOREVER, &picture) != DH_OK)
        return false;
    picture->number = number;
    if (fread(picture->pixels, sizeof picture->pixels, 1, file) != 1) {
        fprintf(stderr, "%s: it ends too early\n", name);
        pipeline_pictures_abort(to); /* nobody sees the half of it */
        return false;
    }
    return pipeline_pictures_commit(to) == DH_OK;
}

int main(int argc, char **argv)
{
    pipeline_pictures_producer to;
    char name[4096];
    FILE *file;
    bool fine = true;

    if (argc != 2) {
        fprintf(stderr, "usage: reader FOLDER\n");
        return 64;
    }
    if (!stage_offer(&to, "demo.pipeline.camera")) return 1;
    for (unsigned number = 0; fine; number++) {
        snprintf(name, sizeof name, "%s/frame-%03u.ppm", argv[1], number);
        file = fopen(name, "rb");
        if (file == NULL && number == 0) perror(name);
        if (file == NULL) break;
        fine = send(&to, file, name, number);
        fclose(file);
    }
    pipeline_pictures_producer_close(&to);
    return fine ? 0 : 1;
}
