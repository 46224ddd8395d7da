/* SPDX-License-Identifier: Apache-2.0
 *
 * pulse-producer - samples this machine a thousand times a second.
 *
 *      each period:  loan a slot ─▶ sample into it ─▶ send a copy to `latest` ─▶ commit
 *
 * Time is kept on one line: sample k belongs to start + k periods, however long the last one took.
 */
#include "check.h"
#include "options.h"
#include "sampler.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <time.h>

enum {
    PERIOD_NS = 1000 * 1000,
    PATIENCE_NS = 20 * 1000 * 1000, /* for a full ring; then the sample is not taken */
};

struct run {
    struct options options;
    struct sampler sampler;
    pulse_producer pulse;
    pulse_latest_producer latest;
    struct pulse_status *status; /* in shared memory, seen live by everyone */
    uint64_t produced, missed, held_up, worst_ns;
    int64_t rate_from_ns; /* the second that is being counted began then … */
    uint64_t rate_from;   /* … after so many samples */
};

/* The newest-value channel of a channel with another name than the schema's has that name too. */
static dh_err open_latest(struct run *run, struct dh_why *why)
{
    char name[DH_CHANNEL_MAX + 16];

    if (run->options.channel == NULL)
        return pulse_latest_producer_open(&run->latest, NULL, NULL, why);
    snprintf(name, sizeof name, "%.79s-latest", run->options.channel);
    return pulse_latest_producer_open(&run->latest, name, NULL, why);
}

static dh_err describe(struct run *run)
{
    struct pulse_host host;

    sampler_describe(&run->sampler, &host);
    host.period = PERIOD_NS;
    run->status = pulse_producer_status(&run->pulse);
    return pulse_producer_host_write(&run->pulse, &host);
}

static void close_all(struct run *run)
{
    pulse_latest_producer_close(&run->latest);
    pulse_producer_close(&run->pulse);
    sampler_close(&run->sampler);
}

static int open_all(struct run *run)
{
    struct dh_why why = { .err = DH_OK };

    sampler_open(&run->sampler);
    why.err = pulse_producer_open(&run->pulse, run->options.channel, NULL, &why);
    if (why.err == DH_OK) why.err = open_latest(run, &why);
    if (why.err == DH_OK) why.err = describe(run);
    if (why.err == DH_OK) return 0;
    close_all(run);
    return options_complain(&run->options, &why);
}

/* ---- one sample ---- */

static dh_err produce(struct run *run, bool late)
{
    struct pulse_sample *sample;
    dh_err err = pulse_loan(&run->pulse, dh_in(PATIENCE_NS), &sample);

    if (err != DH_OK) return err;
    sampler_take(&run->sampler, sample);
    if (late) sample->trouble = (uint16_t)(sample->trouble | PULSE_TROUBLE_LATE);
    sample->frame = run->produced;
    sample->check = pulse_check(sample);
    if (sample->effort > run->worst_ns) run->worst_ns = sample->effort;
    err = pulse_latest_send(&run->latest, DH_NOW, sample);
    if (err == DH_OK) err = pulse_commit(&run->pulse);
    if (err == DH_OK) run->produced++;
    return err;
}

static void show_status(struct run *run)
{
    int64_t now = dh_now(), passed = now - run->rate_from_ns;

    dh_atomic_u64_store(&run->status->ticks, run->produced);
    dh_atomic_u64_store(&run->status->missed, run->missed);
    dh_atomic_u64_store(&run->status->held_up, run->held_up);
    dh_atomic_u64_store(&run->status->worst, run->worst_ns);
    if (passed < DH_S) return;
    dh_atomic_f32_store(&run->status->rate,
                        (float)((double)(run->produced - run->rate_from) * 1e9 / (double)passed));
    run->rate_from_ns = now;
    run->rate_from = run->produced;
    if (!run->options.quiet)
        printf("%s: %" PRIu64 " samples, the slowest took %.0f us\n", run->options.program,
               run->produced, (double)run->worst_ns / 1e3);
}

/* ---- the line of time ---- */

static void sleep_until(int64_t due_ns)
{
    struct timespec due = { .tv_sec = due_ns / DH_S, .tv_nsec = due_ns % DH_S };

    /* A signal ends it early: the loop looks whether to stop. */
    (void)clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &due, NULL);
}

/* The next due time that is not over yet, and how many were passed over. */
static int64_t next_due(int64_t due_ns, uint64_t *missed)
{
    int64_t behind = dh_now() - (due_ns + PERIOD_NS);

    if (behind < PERIOD_NS) return due_ns + PERIOD_NS;
    *missed += (uint64_t)(behind / PERIOD_NS);
    return due_ns + PERIOD_NS + behind / PERIOD_NS * PERIOD_NS;
}

static dh_err run_until_stopped(struct run *run)
{
    int64_t due = dh_now();

    run->rate_from_ns = due;
    while (!options_time_is_up(&run->options)) {
        dh_err err = produce(run, dh_now() - due > PERIOD_NS);

        if (err == DH_EFULL)
            run->held_up++;
        else if (err != DH_OK)
            return err;
        show_status(run);
        due = next_due(due, &run->missed);
        sleep_until(due);
    }
    return DH_OK;
}

int main(int argc, char **argv)
{
    static struct run run;
    int status = 0;
    dh_err err;

    if (!options_parse(argc, argv, "samples this machine a thousand times a second", &run.options,
                       &status))
        return status;
    status = open_all(&run);
    if (status != 0) return status;
    err = run_until_stopped(&run);
    if (err != DH_OK) {
        fprintf(stderr, "%s: %s\n", run.options.program, dh_error_text(err));
        status = STATUS_BAD;
    }
    close_all(&run);
    printf("%s: produced=%" PRIu64 " missed=%" PRIu64 " held_up=%" PRIu64 " worst_us=%.0f\n",
           run.options.program, run.produced, run.missed, run.held_up, (double)run.worst_ns / 1e3);
    return status;
}
