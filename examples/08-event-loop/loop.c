/* SPDX-License-Identifier: Apache-2.0 */
/* loop - two channels and a timer in one libuv loop, one thread, no waiting anywhere else. */
#include "ticks.dh.h"

#include <stdio.h>
#include <uv.h>

enum { ENOUGH = 200 };

struct source {
    uv_poll_t poll;
    ticks_tick_consumer consumer;
    uint64_t next, taken, missed;
};

static uv_timer_t timer;
static int beats;

/* All that is there, then back into the loop: EEMPTY makes the descriptor wait for the next one. */
static void take(uv_poll_t *poll, int status, int events)
{
    struct source *source = poll->data;
    const struct ticks_tick *tick;

    (void)status;
    (void)events;
    while (source->taken < ENOUGH &&
           ticks_tick_acquire(&source->consumer, DH_NOW, &tick) == DH_OK) {
        if (source->taken++ > 0) source->missed += tick->number - source->next;
        source->next = tick->number + 1;
        ticks_tick_release(&source->consumer);
    }
    if (source->taken == ENOUGH) uv_close((uv_handle_t *)poll, NULL);
}

static void beat(uv_timer_t *handle)
{
    if (++beats == 5) uv_close((uv_handle_t *)handle, NULL);
}

int main(void)
{
    static const char *const names[2] = { "demo.clock.quick", "demo.clock.slow" };
    const struct dh_consumer_options options = { .event_fd = true };
    struct source sources[2] = { { .taken = 0 } };
    struct dh_why why;

    for (int i = 0; i < 2; i++) {
        if (ticks_tick_consumer_open(&sources[i].consumer, names[i], &options, &why) != DH_OK) {
            fprintf(stderr, "loop: %s\n", why.text);
            return 1;
        }
        uv_poll_init(uv_default_loop(), &sources[i].poll, dh_consumer_fd(sources[i].consumer.base));
        sources[i].poll.data = &sources[i];
        uv_poll_start(&sources[i].poll, UV_READABLE, take);
    }
    uv_timer_init(uv_default_loop(), &timer);
    uv_timer_start(&timer, beat, 10, 10);
    uv_run(uv_default_loop(), UV_RUN_DEFAULT);
    printf("%d ticks of the quick clock, %d of the slow one, %d of the timer, none missed: %s\n",
           (int)sources[0].taken, (int)sources[1].taken, beats,
           sources[0].missed + sources[1].missed == 0 ? "yes" : "no");
    for (int i = 0; i < 2; i++)
        ticks_tick_consumer_close(&sources[i].consumer);
}
