/* SPDX-License-Identifier: Apache-2.0 */
/* station - a thousand readings a second, whether somebody looks or not. Ends when it is told to.
 */
#include "weather.dh.h"

#include <stdio.h>
#include <time.h>

int main(void)
{
    const struct timespec pause = { .tv_nsec = 1000000 };
    weather_producer producer;
    struct weather_reading *slot;
    struct dh_why why;

    if (weather_producer_open(&producer, NULL, NULL, &why) != DH_OK) {
        fprintf(stderr, "station: %s\n", why.text);
        return 1;
    }
    for (uint64_t number = 0; weather_loan(&producer, DH_NOW, &slot) == DH_OK; number++) {
        slot->number = number;
        slot->time = (uint64_t)dh_now();
        slot->celsius = 20.0F + (float)(number % 100) / 100;
        slot->humidity = 40.0F;
        weather_commit(&producer);
        nanosleep(&pause, NULL);
    }
}
