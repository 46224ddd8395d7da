/* SPDX-License-Identifier: Apache-2.0 */
/* display - looks five times, a fifth of a second apart, and always gets the newest reading. */
#include "weather.dh.h"

#include <inttypes.h>
#include <stdio.h>
#include <time.h>

int main(void)
{
    const struct timespec pause = { .tv_nsec = 200000000 };
    weather_consumer consumer;
    struct weather_reading now, before = { .number = 0 };
    struct dh_why why;
    int newer = 0;

    if (weather_consumer_open(&consumer, NULL, NULL, &why) != DH_OK) {
        fprintf(stderr, "display: %s\n", why.text);
        return 1;
    }
    for (int look = 0; look < 5; look++) {
        if (weather_receive(&consumer, dh_in(DH_S), &now) != DH_OK) return 1;
        fprintf(stderr, "%.2f degC, %.0f %%, %" PRId64 " us old\n", (double)now.celsius,
                (double)now.humidity, (dh_now() - (int64_t)now.time) / 1000);
        newer += look == 0 || now.number > before.number;
        before = now;
        nanosleep(&pause, NULL);
    }
    printf("5 looks, %d of them at a newer reading than before, %s skipped on the way\n", newer,
           weather_lost(&consumer) > 100 ? "hundreds" : "few");
    weather_consumer_close(&consumer);
}
