/* SPDX-License-Identifier: Apache-2.0 */
#include "os/stamp.h"

#include <dh/time.h>

#include <stdio.h>
#include <string.h>

#define REACH_NS      (100 * DH_US)
#define BASE_LEAST_NS (5 * DH_MS)   /* a reading is some 20 ns off: over this time, 4 millionths */
#define BASE_MOST_NS  DH_S          /* after that a newer one: clocks are disciplined */
enum { READING_TICKS_MOST = 2000 }; /* a reading that took longer was interrupted */

/* Whether the kernel trusts the counter, as only it can know. */
static bool clock_is_counter(void)
{
    char name[16] = "";
    FILE *file;

    if (dhi_ticks() == 0) return false;
    file = fopen("/sys/devices/system/clocksource/clocksource0/current_clocksource", "re");
    if (file == NULL) return false;
    if (fgets(name, sizeof name, file) == NULL) name[0] = '\0';
    fclose(file);
    return strcmp(name, "tsc\n") == 0;
}

void dhi_stamper_open(struct dhi_stamper *stamper)
{
    *stamper = (struct dhi_stamper){ .counts = clock_is_counter() };
}

static void begin_again(struct dhi_stamper *stamper, uint64_t ticks, int64_t now)
{
    stamper->base_ticks = ticks;
    stamper->base_ns = now;
}

/* How long a tick is, by what has passed since the base. The counter may tell only where two
 * measures agree: a machine that was asleep, or moved, shows another length all of a sudden, and
 * may do so in the first measure, too. */
static void measure(struct dhi_stamper *stamper, uint64_t ticks, int64_t now)
{
    int64_t ns = now - stamper->base_ns;
    uint64_t passed = ticks - stamper->base_ticks, scale, apart;
    bool agree;

    if (stamper->base_ticks == 0) begin_again(stamper, ticks, now);
    if (stamper->base_ticks == ticks || ns < BASE_LEAST_NS) return;
    scale = ns <= 4 * BASE_MOST_NS && passed > 0 ? ((uint64_t)ns << 32) / passed : 0;
    apart = scale > stamper->scale ? scale - stamper->scale : stamper->scale - scale;
    agree = apart < scale / 1024;
    stamper->scale = scale;
    stamper->reach = agree ? ((uint64_t)REACH_NS << 32) / scale : 0;
    if (ns > BASE_MOST_NS || !agree) begin_again(stamper, ticks, now);
}

int64_t dhi_stamp_read(struct dhi_stamper *stamper)
{
    uint64_t before, ticks, since = stamper->reach;
    int64_t now, told;

    if (!stamper->counts) return dh_now();
    before = dhi_ticks();
    now = dh_now();
    ticks = dhi_ticks();
    /* The last stamps may have been a little ahead; after so long they cannot have been. */
    told = stamper->ns + (int64_t)(since * stamper->scale >> 32);
    if (now < told && before - stamper->ticks < 2 * since) now = told;
    if (ticks - before > READING_TICKS_MOST) return now;
    measure(stamper, ticks, now);
    stamper->ticks = ticks;
    stamper->ns = now;
    return now;
}
