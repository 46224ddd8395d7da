/* SPDX-License-Identifier: Apache-2.0 */
/* fuse - turns raw values into kilopascals with the calibration that holds for them, and counts in
 * a zone that others see. */
#include "fusion.dh.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>

enum { ENOUGH = 20000 };

static double pressure(const struct fusion_sample *sample,
                       const struct fusion_calibration *calibration)
{
    return sample->raw * calibration->gain[sample->sensor] + calibration->bias[sample->sensor];
}

/* Reads the zone again when a sample was made with a newer calibration. An older one that is still
 * in the ring when the zone has moved on cannot be converted any more: such samples are skipped,
 * and said so. */
static bool follow(fusion_consumer *consumer, uint32_t revision,
                   struct fusion_calibration *calibration)
{
    if (revision > calibration->revision &&
        fusion_consumer_calibration_read(consumer, dh_in(DH_S), calibration) != DH_OK)
        return false;
    return revision == calibration->revision;
}

int main(void)
{
    struct fusion_calibration calibration = { .revision = 0 };
    const struct fusion_sample *sample;
    fusion_consumer consumer;
    struct fusion_status *status;
    struct dh_why why;
    int fused = 0, off = 0;

    if (fusion_consumer_open(&consumer, NULL, NULL, &why) != DH_OK) {
        fprintf(stderr, "fuse: %s\n", why.text);
        return 1;
    }
    status = fusion_consumer_status(&consumer);
    while (fused < ENOUGH) {
        if (fusion_acquire(&consumer, dh_in(DH_S), &sample) != DH_OK) return 1;
        if (follow(&consumer, sample->revision, &calibration)) {
            off += fabs(pressure(sample, &calibration) - sample->truth) > 1e-9;
            fused++;
            dh_atomic_u64_add(&status->fused, 1);
        } else {
            dh_atomic_u64_add(&status->skipped, 1);
        }
        fusion_release(&consumer);
    }
    fprintf(stderr, "%" PRIu64 " skipped: their calibration was gone\n",
            dh_atomic_u64_load(&status->skipped));
    printf("%d samples of %u sensors in kPa, %d of them off; the zone counts %" PRIu64 "\n", fused,
           (unsigned)FUSION_SENSORS, off, dh_atomic_u64_load(&status->fused));
    fusion_consumer_close(&consumer);
}
