/* SPDX-License-Identifier: Apache-2.0 */
/* sensors - four sensors in turn; each thousand samples all of them are calibrated anew, while it
 * runs. */
#include "fusion.dh.h"

#include <stdio.h>

static void calibrate(struct fusion_calibration *calibration)
{
    calibration->revision++;
    for (uint32_t i = 0; i < FUSION_SENSORS; i++) {
        calibration->gain[i] = 1.0 + 0.125 * i + 0.25 * (calibration->revision % 3);
        calibration->bias[i] = (double)i - 0.5 * (calibration->revision % 5);
    }
}

static void measure(struct fusion_sample *sample, uint64_t number,
                    const struct fusion_calibration *calibration)
{
    uint32_t sensor = (uint32_t)(number % FUSION_SENSORS);

    sample->number = number;
    sample->sensor = sensor;
    sample->revision = calibration->revision;
    sample->truth = 100.0 + (double)(number % 50);
    sample->raw = (sample->truth - calibration->bias[sensor]) / calibration->gain[sensor];
}

int main(void)
{
    struct fusion_calibration calibration = { .revision = 0 };
    struct fusion_sample *sample;
    fusion_producer producer;
    struct dh_why why;

    if (fusion_producer_open(&producer, NULL, NULL, &why) != DH_OK) {
        fprintf(stderr, "sensors: %s\n", why.text);
        return 1;
    }
    for (uint64_t number = 0;; number++) {
        if (number % 1000 == 0) {
            calibrate(&calibration);
            if (fusion_producer_calibration_write(&producer, &calibration) != DH_OK) return 1;
        }
        if (fusion_loan(&producer, DH_FOREVER, &sample) != DH_OK) return 1;
        measure(sample, number, &calibration);
        fusion_commit(&producer);
    }
}
