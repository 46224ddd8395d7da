/* SPDX-License-Identifier: Apache-2.0 */
#include "stage.h"

#include <stdio.h>
#include <time.h>

enum { PATIENCE_S = 10 };

static void pause_briefly(void)
{
    const struct timespec pause = { .tv_nsec = 1000000 };

    nanosleep(&pause, NULL);
}

bool stage_join(pipeline_pictures_consumer *from, const char *channel)
{
    int64_t give_up = dh_in(PATIENCE_S * DH_S);
    struct dh_why why;
    dh_err err;

    while ((err = pipeline_pictures_consumer_open(from, channel, NULL, &why)) == DH_ENOTFOUND &&
           dh_now() < give_up)
        pause_briefly();
    if (err == DH_OK)
        dh_atomic_u32_add(&pipeline_pictures_consumer_audience(from)->readers, 1);
    else
        fprintf(stderr, "%s: %s\n", channel, why.text);
    return err == DH_OK;
}

bool stage_offer(pipeline_pictures_producer *to, const char *channel)
{
    int64_t give_up = dh_in(PATIENCE_S * DH_S);
    struct dh_why why;

    if (pipeline_pictures_producer_open(to, channel, NULL, &why) != DH_OK) {
        fprintf(stderr, "%s: %s\n", channel, why.text);
        return false;
    }
    while (dh_atomic_u32_load(&pipeline_pictures_producer_audience(to)->readers) == 0) {
        if (dh_now() > give_up) {
            fprintf(stderr, "%s: nobody reads it; start the next stage\n", channel);
            pipeline_pictures_producer_close(to);
            return false;
        }
        pause_briefly();
    }
    return true;
}

static dh_err pass(pipeline_pictures_consumer *from, stage_filter filter,
                   pipeline_pictures_producer *to)
{
    const struct pipeline_picture *picture;
    struct pipeline_picture *made;
    dh_err err;

    while ((err = pipeline_pictures_acquire(from, DH_FOREVER, &picture)) == DH_OK) {
        err = pipeline_pictures_loan(to, DH_FOREVER, &made);
        if (err != DH_OK) return err;
        made->number = picture->number;
        filter(picture, made);
        pipeline_pictures_commit(to);
        pipeline_pictures_release(from);
    }
    return err;
}

int stage_run(const char *from, stage_filter filter, const char *to)
{
    pipeline_pictures_consumer consumer;
    pipeline_pictures_producer producer;
    dh_err err;

    if (!stage_join(&consumer, from) || !stage_offer(&producer, to)) return 1;
    err = pass(&consumer, filter, &producer);
    if (err != DH_ECLOSED) fprintf(stderr, "%s: %s\n", from, dh_error_text(err));
    pipeline_pictures_producer_close(&producer); /* the next stage ends, too */
    pipeline_pictures_consumer_close(&consumer);
    return err == DH_ECLOSED ? 0 : 1;
}
