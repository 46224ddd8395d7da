/* SPDX-License-Identifier: Apache-2.0
 *
 * pulse-latest - looks at the newest sample ten times a second; what came in between is skipped on
 * purpose, and counted.
 */
#include "options.h"
#include "tally.h"

#include <inttypes.h>
#include <stdio.h>
#include <time.h>

enum { LOOK_NS = 100 * 1000 * 1000, LOOKS_A_LINE = 10 };

struct run {
    struct options options;
    struct tally tally;
    pulse_latest_consumer consumer;
    uint64_t lost_at_start; /* overwritten between joining and the first look */
};

static void print_sample(struct run *run, const struct pulse_sample *sample)
{
    uint32_t minor = pulse_latest_consumer_minor(&run->consumer);

    if (run->options.quiet || run->tally.received % LOOKS_A_LINE != 1) return;
    printf("frame %8" PRIu64 "   mem %4.1f %%   sampled in %3.0f us", sample->frame,
           (double)sample->memory.used, sample->effort / 1e3);
    if (pulse_sample_has_running(minor)) printf("   %u running", sample->running);
    if (pulse_sample_has_blocked(minor)) printf(", %u blocked", sample->blocked);
    printf("\n");
}

static void sleep_until(int64_t due_ns)
{
    struct timespec due = { .tv_sec = due_ns / DH_S, .tv_nsec = due_ns % DH_S };

    (void)clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &due, NULL);
}

/* Until told to stop or until nothing more will come. */
static dh_err consume(struct run *run)
{
    const struct pulse_sample *sample;
    int64_t due = dh_now();

    for (; !options_time_is_up(&run->options); due += LOOK_NS) {
        dh_err err;

        sleep_until(due);
        err = pulse_latest_acquire(&run->consumer, DH_NOW, &sample);
        if (err == DH_EEMPTY) continue;
        if (err != DH_OK) return err;
        if (run->tally.received == 0) run->lost_at_start = pulse_latest_lost(&run->consumer);
        tally_add(&run->tally, sample);
        print_sample(run, sample);
        err = pulse_latest_release(&run->consumer);
        if (err != DH_OK) return err;
    }
    return DH_OK;
}

int main(int argc, char **argv)
{
    static struct run run;
    struct dh_why why = { .err = DH_OK };
    uint64_t skipped;
    int status = 0;
    dh_err err;

    if (!options_parse(argc, argv, "looks at the newest sample ten times a second", &run.options,
                       &status))
        return status;
    why.err = pulse_latest_consumer_open(&run.consumer, run.options.channel, NULL, &why);
    if (why.err != DH_OK) return options_complain(&run.options, &why);
    err = consume(&run);
    skipped = pulse_latest_lost(&run.consumer) - run.lost_at_start;
    pulse_latest_consumer_close(&run.consumer);
    if (err != DH_OK) fprintf(stderr, "%s: %s\n", run.options.program, dh_error_text(err));
    status = tally_finish(&run.tally, skipped, &run.options);
    return err == DH_OK || err == DH_ECLOSED ? status : STATUS_BAD;
}
