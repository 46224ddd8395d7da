/* SPDX-License-Identifier: Apache-2.0 */
/* writer FOLDER - writes what comes out of the pipeline as FOLDER/frame-000.ppm …, each from its
 * slot. */
#include "stage.h"

#include <inttypes.h>
#include <stdio.h>

static bool write_file(const char *folder, const struct pipeline_picture *picture)
{
    char name[4096];
    bool done;
    FILE *file;

    snprintf(name, sizeof name, "%s/frame-%03" PRIu64 ".ppm", folder, picture->number);
    file = fopen(name, "wb");
    if (file == NULL) {
        perror(name);
        return false;
    }
    fprintf(file, "P6\n%u %u\n255\n", (unsigned)PIPELINE_WIDTH, (unsigned)PIPELINE_HEIGHT);
    done = fwrite(picture->pixels, sizeof picture->pixels, 1, file) == 1;
    if (fclose(file) == 0 && done) return true;
    perror(name);
    return false;
}

int main(int argc, char **argv)
{
    const struct pipeline_picture *picture;
    pipeline_pictures_consumer from;
    uint64_t number = 0, missing = 0;
    dh_err err;

    if (argc != 2) {
        fprintf(stderr, "usage: writer FOLDER\n");
        return 64;
    }
    if (!stage_join(&from, "demo.pipeline.edges")) return 1;
    while ((err = pipeline_pictures_acquire(&from, DH_FOREVER, &picture)) == DH_OK) {
        missing += picture->number != number++;
        if (!write_file(argv[1], picture)) return 1;
        pipeline_pictures_release(&from);
    }
    pipeline_pictures_consumer_close(&from);
    printf("%" PRIu64 " pictures of %u x %u written, %" PRIu64 " missing or out of order\n", number,
           (unsigned)PIPELINE_WIDTH, (unsigned)PIPELINE_HEIGHT, missing);
    return err == DH_ECLOSED ? 0 : 1;
}
